import builtins
import struct
import warnings

import numpy as np
import pytest
from PIL import Image
from scanned_pages import LETTER, draw_page, encode, error_rate, require_ocr, type_page

from workbench.case import ocr
from workbench.case.exhibits import READABLE_SUFFIXES, read_document
from workbench.case.loader import load_case
from workbench.case.pages import ReadLimits, UnreadableFileError
from workbench.case.picture_file import read_picture
from workbench.errors import InputError

LIMITS = ReadLimits(pages=5, characters=1_000, unzipped=0)
RAW = np.full((40, 60), 200, dtype=np.uint8)
PAGE = Image.fromarray(RAW)
FAX = PAGE.convert("1")
TURNED = Image.Exif()
TURNED[0x112] = 6


def looping_tiff() -> bytes:
    raw = bytearray(encode(FAX, "TIFF"))
    (place,) = struct.unpack_from("<I", raw, 4)
    (entries,) = struct.unpack_from("<H", raw, place)
    struct.pack_into("<I", raw, place + 2 + 12 * entries, place)
    return bytes(raw)


@pytest.fixture(params=["pillow", "no-pillow"])
def decoder(request, monkeypatch):
    if request.param == "no-pillow":
        original = builtins.__import__

        def refuse(name, *rest):
            if name == "PIL":
                raise ImportError(name)
            return original(name, *rest)

        monkeypatch.setattr(builtins, "__import__", refuse)


@pytest.mark.parametrize(
    ("raw", "pages"),
    [
        (encode(PAGE, "JPEG"), 1),
        (encode(PAGE, "PNG"), 1),
        (encode(PAGE, "WEBP"), 1),
        (encode(FAX, "TIFF", compression="group4", save_all=True, append_images=[FAX, FAX]), 3),
        (encode(PAGE, "TIFF"), 1),
        (encode(PAGE, "TIFF", big_tiff=True), 1),
        (looping_tiff(), 1),
        (encode(PAGE, "PNG", save_all=True, append_images=[Image.new("L", (60, 40))]), 1),
    ],
    ids=["jpeg", "png", "webp", "fax", "tiff", "big-tiff", "loop", "animation"],
)
def test_picture_is_a_scan(decoder, raw, pages):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = read_picture(raw, LIMITS)
    assert [(page.text, page.kind, page.confidence) for page in found.pages] == [("", "scan", None)] * pages


@pytest.mark.parametrize(
    "raw", [b"x" * 99, b"\0\0\0 ftypheic" + b"x" * 99, encode(PAGE, "GIF"), b"%PDF-1.7", b"II*\0\xff\xff\xff\x7f"]
)
def test_other_file_is_no_picture(decoder, raw):
    with pytest.raises(UnreadableFileError) as caught:
        read_picture(raw, LIMITS)
    assert caught.value.args == ("a damaged picture, or none at all", "open it, and save it again as PNG or PDF")


@pytest.mark.parametrize("raw", [encode(draw_page(type_page()), "JPEG")[:3_000], encode(PAGE, "PNG")[:60]])
def test_damaged_picture_is_refused(raw):
    with pytest.raises(UnreadableFileError, match="a damaged picture"):
        read_picture(raw, LIMITS)


@pytest.mark.slow
def test_bomb_is_refused():
    with pytest.raises(UnreadableFileError, match="more than 89 million points"):
        read_picture(encode(Image.new("1", (30_000, 30_000)), "PNG", compress_level=1), LIMITS)


def test_too_many_pages_are_refused(decoder):
    raw = encode(FAX, "TIFF", save_all=True, append_images=[FAX] * 5)
    with pytest.raises(UnreadableFileError, match="more than 5 pages"):
        read_picture(raw, LIMITS)


def shown(raw):
    """Returns the pixels that recognition receives."""
    given = []

    def keep(page, dots):
        given.append(dots)
        return page

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workbench.case.picture_file.recognize_page", keep)
        read_picture(raw, LIMITS._replace(recognize=(1,)))
    (dots,) = given
    return dots


def test_picture_looks_as_it_is_shown():
    half = RAW.copy()
    half[:, 30:] = 0
    picture = Image.fromarray(half)
    ways = {
        "cmyk": encode(picture.convert("CMYK"), "JPEG", quality=100),
        "turned": encode(picture.rotate(90, expand=True), "JPEG", quality=100, exif=TURNED),
        "palette": encode(picture.convert("P"), "PNG"),
        "clear": encode(Image.merge("LA", (picture, Image.fromarray(np.where(half, 0, 255).astype(np.uint8)))), "PNG"),
        "deep": encode(Image.fromarray(half.astype(np.uint16) * 257), "PNG"),
        "bits": encode(picture.convert("1", dither=Image.Dither.NONE), "TIFF", compression="group4"),
        "floating": encode(Image.fromarray(half.astype(np.float32)), "TIFF"),
    }
    for way, raw in ways.items():
        dots = shown(raw)
        assert dots.shape == (40, 60), way
        assert dots.dtype == np.uint8
        assert dots[:, :26].min() >= 190, way
        assert dots[:, 34:].max() <= 10, way


def test_fax_of_standard_resolution_is_stretched():
    assert shown(encode(FAX, "TIFF", compression="group3", dpi=(204, 98))).shape == (83, 60)


def test_large_picture_is_made_smaller():
    assert max(shown(encode(Image.new("L", (6_000, 4_000)), "PNG")).shape) == 2_000


@pytest.mark.slow
def test_text_of_a_picture_is_recognized(tmp_path):
    require_ocr()
    file = tmp_path / "scan.TIF"
    page = Image.fromarray(draw_page(type_page(), height=160)).convert("1")
    file.write_bytes(encode(page, "TIFF", compression="group4", save_all=True, append_images=[FAX]))
    document = read_document(file)
    assert document.page_kinds == ("ocr", "scan")
    assert error_rate(" ".join(LETTER), document.pages[0]) <= 0.01


def test_heic_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"a \.heic file, which cannot be read; convert it to one of .*\.jpg"):
        read_document(tmp_path / "a.heic")


@pytest.mark.parametrize("suffix", [".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp"])
def test_picture_is_an_exhibit(suffix, folder, settings, monkeypatch):
    monkeypatch.setattr(ocr, "ocr_engine_name", lambda: "")
    kinds = {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
    (folder / f"exhibits/medal{suffix}").write_bytes(encode(PAGE, kinds.get(suffix, "TIFF")))
    file = folder / "case.yaml"
    source = file.read_text(encoding="utf-8").replace("exhibits/medal.md", f"exhibits/medal{suffix}")
    file.write_text(source.replace("medal, pages: [2]", "medal, pages: [1]"), encoding="utf-8")
    assert suffix in READABLE_SUFFIXES
    assert load_case(folder, settings=settings).documents["medal"].page_kinds == ("scan",)
