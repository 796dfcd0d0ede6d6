"""The package, opened with other programs' eyes."""

import contextlib
import hashlib
import io
import json
import re
import threading

import pikepdf
import pypdfium2
import pytest
from exhibit_files import give_files, heavy_pages, typed_pages

from workbench.case.citation import Citation, find_citations
from workbench.errors import ExportError, InputError
from workbench.export import package as package_module
from workbench.export.package import export_package
from workbench.export.package_volumes import Profile

NO_PASSWORD = pikepdf.Encryption(owner="o", user="secret")


def page_texts(path):
    with contextlib.closing(pypdfium2.PdfDocument(path)) as document:
        return [" ".join(page.get_textpage().get_text_range().replace("\ufffe", "-").split()) for page in document]


@pytest.fixture(scope="module")
def kept():
    return {}


@pytest.fixture
def final_files(approved):
    return give_files(approved)


@pytest.fixture
def final_package(final_files, tmp_path_factory, kept):
    if "final" not in kept:
        out = tmp_path_factory.mktemp("package")
        steps = []
        kept["final"] = export_package(final_files, out=out, final=True, on_progress=lambda *step: steps.append(step))
        kept["steps"] = steps
    return kept["final"]


def test_package_lists_files_and_digests(final_package, final_files, kept):
    names = sorted(path.name for path in final_package.folder.iterdir())
    assert names == ["package.json", "volume-1.pdf"]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in final_package.folder.iterdir())
    manifest = json.loads(final_package.manifest.read_text())
    volume = manifest["volumes"][0]
    raw = (final_package.folder / "volume-1.pdf").read_bytes()
    assert volume["sha256"] == hashlib.sha256(raw).hexdigest()
    assert volume["size"] == len(raw)
    assert [each["sha256"] for each in manifest["exhibits"]] == [
        exhibit.sha256 for exhibit in final_files.snapshot.exhibits
    ]
    assert manifest["exhibits"][2]["places"][0]["pages"] == "1–2"
    assert {step[0] for step in kept["steps"]} == {"exhibits made ready", "volumes bound"}
    assert repr(final_package).startswith("<FilingPackage: 1 volumes, ")


def test_stamps_are_on_every_page(final_package, final_files):
    texts = page_texts(final_package.folder / "volume-1.pdf")
    for number, text in enumerate(texts, start=1):
        assert f"Vol. 1 p. {number}" in text
        assert "DRAFT" not in text
    for exhibit in final_files.snapshot.exhibits:
        for page in range(1, exhibit.pages + 1):
            found = [text for text in texts if f"Page {page} of {exhibit.exhibit_id}." in text]
            assert len(found) == 1
            assert f"Ex. {exhibit.number} p. {page} |" in found[0]


def test_covers_are_letter_sheets(final_package, final_files):
    path = final_package.folder / "volume-1.pdf"
    texts = page_texts(path)
    with pikepdf.open(path) as pdf:
        for exhibit in final_files.snapshot.exhibits:
            cover = next(index for index, text in enumerate(texts) if text.startswith(f"EXHIBIT {exhibit.number} "))
            assert exhibit.title.split()[0] in texts[cover]
            assert [float(each) for each in pdf.pages[cover].mediabox][2:] == pytest.approx([612, 792], abs=1)
            assert f"Page 1 of {exhibit.exhibit_id}." in texts[cover + 1]


def test_links_say_where_they_lead(final_package):
    with pikepdf.open(final_package.folder / "volume-1.pdf") as pdf:
        links = [link for page in pdf.pages for link in page.obj.get("/Annots", ()) if link.Subtype == "/Link"]
        assert links
        assert all(str(link.get("/Contents", "")) for link in links)


def test_citations_lead_to_stamped_pages(final_package, final_files):
    numbers = {exhibit.exhibit_id: exhibit.number for exhibit in final_files.snapshot.exhibits}
    cited = {
        f"Ex. {numbers[item.exhibit_id]} p. {item.pages[0]} |"
        for section in final_files.snapshot.sections
        for item in find_citations(section.content)
        if isinstance(item, Citation) and item.pages
    }
    path = final_package.folder / "volume-1.pdf"
    texts = page_texts(path)
    reached = set()
    with pikepdf.open(path) as pdf:
        index_of = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        for page in pdf.pages:
            for annotation in page.obj.get("/Annots", ()):
                action = annotation.get("/A")
                assert action is None or "/URI" not in action
                if action is not None and action.S == "/GoTo" and isinstance(action.D, pikepdf.Array):
                    stamp = re.search(r"Ex\. \d+ p\. \d+ \|", texts[index_of[action.D[0].objgen]])
                    reached.add(stamp[0] if stamp else None)
    assert cited <= reached
    assert final_package.volumes[0].links > len(cited)


def test_labels_and_bookmarks_name_pages(final_package, final_files):
    path = final_package.folder / "volume-1.pdf"
    texts = page_texts(path)
    with contextlib.closing(pypdfium2.PdfDocument(path)) as document:
        labels = [document.get_page_label(index) for index in range(len(document))]
    assert labels[0] == "Letter p. 1"
    at = next(index for index, text in enumerate(texts) if "Page 2 of wolf-prize." in text)
    assert labels[at - 2 : at + 1] == ["Ex. 3 cover", "Ex. 3 p. 1", "Ex. 3 p. 2"]
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
        assert titles[:2] == ["Letter", "Exhibit Index"]
        assert [item.title for item in outline.root[0].children][:1] == ["I. Introduction"]
        assert len(titles) == 2 + len(final_files.snapshot.exhibits)
        assert titles[4].startswith("Exhibit 3 — Wolf Foundation")


def test_index_is_annotated(final_package):
    texts = page_texts(final_package.folder / "volume-1.pdf")
    begin = next(number for number, text in enumerate(texts) if "Exhibit Index, Volume 1 of 1" in text)
    end = next(number for number, text in enumerate(texts) if text.startswith("EXHIBIT 1 "))
    index = " ".join(texts[begin:end])
    assert "Cited in" in index
    assert "Not cited in the letter." in index


def test_package_bytes_are_deterministic(final_package, final_files, tmp_path):
    again = export_package(final_files, out=tmp_path, final=True)
    assert again.volumes == final_package.volumes
    assert again.manifest.read_bytes() == final_package.manifest.read_bytes()


def test_draft_marks_every_page(draft, tmp_path):
    files = give_files(draft)
    package = export_package(files, out=tmp_path)
    texts = page_texts(tmp_path / "volume-1.pdf")
    assert all("DRAFT — not for filing" in text for text in texts)
    status = {each.name: each.status for each in package.invariants}
    assert status["every claim has an exhibit"] == "does not hold"
    assert status["every cited number is right"] == "does not hold"
    assert status["no listed exhibit is missing"] == "holds"


def test_invariants_hold_or_are_unchecked(final_package):
    assert [each.status for each in final_package.invariants] == ["holds"] * 5


def encrypted(raw):
    with pikepdf.open(_as_file(raw)) as pdf:
        return _saved(pdf, encryption=NO_PASSWORD)


def with_root(raw, **entries):
    with pikepdf.open(_as_file(raw)) as pdf:
        for key, value in entries.items():
            pdf.Root[f"/{key}"] = value
        return _saved(pdf)


def _as_file(raw):
    return io.BytesIO(raw)


def _saved(pdf, **options):
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


PAGE = typed_pages("comstock", 1)
TROUBLES = {
    "an encrypted PDF; save a copy without a password": lambda: ("a.pdf", encrypted(PAGE), 1),
    "a damaged PDF, or none at all": lambda: ("a.pdf", b"%PDF-1.7\nno more than this", 1),
    "has 1 page to bind, and 3 in the run": lambda: ("a.pdf", PAGE, 3),
    "an XFA form, whose pages only its own program draws": lambda: ("a.pdf", with_root(PAGE, NeedsRendering=True), 1),
    "a portfolio": lambda: ("a.pdf", with_root(PAGE, Collection=pikepdf.Dictionary()), 1),
    "a damaged picture": lambda: ("a.png", b"\x89PNG\r\n\x1a\nno more", 1),
    "a file of a type that cannot be bound; convert it to PDF": lambda: ("a.odt", b"PK", 1),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_has_sheet_and_bars_final(approved, tmp_path, trouble):
    files = give_files(approved, {"comstock": TROUBLES[trouble]()})
    with pytest.raises(ExportError, match="not packaged as final:\nExhibit 5") as refused:
        export_package(files, out=tmp_path, final=True)
    assert trouble in str(refused.value)
    assert list(tmp_path.iterdir()) == []
    package = export_package(files, out=tmp_path)
    assert [line for line in package.troubles if trouble in line] == list(package.troubles)
    sheet = next(text for text in page_texts(tmp_path / "volume-1.pdf") if "Exhibit 5 is not bound here" in text)
    assert " ".join(trouble.split())[:20] in sheet
    assert "Ex. 5 (not bound)" in sheet
    missing = next(each for each in package.invariants if each.name == "no listed exhibit is missing")
    assert missing.status == "does not hold"


def test_missing_and_changed_exhibits_are_named(approved, tmp_path):
    files = give_files(approved)
    exhibits = list(files.snapshot.exhibits)
    exhibits[0] = exhibits[0].model_copy(update={"sha256": "", "pages": 0})
    files.files["wolf-prize"] = ("wolf-prize.pdf", typed_pages("another", 2))
    snapshot = files.snapshot.model_copy(update={"exhibits": tuple(exhibits)})
    package = export_package(files._replace(snapshot=snapshot), out=tmp_path)
    assert package.troubles == (
        "Exhibit 1: is not at hand; add its file to the case",
        "Exhibit 3 (wolf-prize.pdf): has changed since the letter was checked against it; check the letter again",
    )


def test_duplicates_are_named(approved, tmp_path):
    raw = typed_pages("same", 1)
    files = give_files(approved, {"comstock": ("a.pdf", raw, 1), "nas-election": ("b.pdf", raw, 1)})
    package = export_package(files, out=tmp_path)
    assert package.duplicates == ("Exhibits 5, 6 are the same document",)
    assert any("The same document as Exhibit 6" in text for text in page_texts(tmp_path / "volume-1.pdf"))


def test_volumes_keep_to_their_pages(approved, tmp_path, monkeypatch):
    files = give_files(approved, {"nas-bylaws": ("long.pdf", typed_pages("nas-bylaws", 70), 70)})
    monkeypatch.setitem(package_module.PROFILES, "paper", Profile("paper", 40, None))
    package = export_package(files, out=tmp_path)
    assert len(package.volumes) > 3
    assert all(volume.pages <= 40 for volume in package.volumes)
    texts = [page_texts(tmp_path / volume.file) for volume in package.volumes]
    for number, pages in enumerate(texts, start=1):
        assert any(f"Exhibit Index, Volume {number} of {len(texts)}" in text for text in pages)
    together = [text for pages in texts for text in pages]
    for page in range(1, 71):
        assert sum(f"Page {page} of nas-bylaws." in text for text in together) == 1
    assert any("Part 2 of" in text for text in together)
    with pikepdf.open(tmp_path / "volume-1.pdf") as pdf:
        remote = [
            annotation.A
            for page in pdf.pages
            for annotation in page.obj.get("/Annots", ())
            if "/A" in annotation and annotation.A.S == "/GoToR"
        ]
    action = next(action for action in remote if str(action.F) == "volume-2.pdf")
    assert re.search(r"Ex\. \d+ p\. |EXHIBIT", texts[1][int(action.D[0])])
    # A package of fewer volumes leaves none of the old ones beside its own.
    monkeypatch.setitem(package_module.PROFILES, "paper", Profile("paper", 500, None))
    export_package(files, out=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["package.json", "volume-1.pdf"]


LIMIT = 900_000


def test_online_volumes_keep_to_their_bytes(approved, tmp_path, monkeypatch):
    # One page is most of its exhibit, so that an even division of its bytes would be wrong.
    uneven = [500_000, *[20_000] * 20, 400_000]
    files = give_files(
        approved,
        {
            "nas-bylaws": ("uneven.pdf", heavy_pages(uneven), 22),
            "comstock": ("one.pdf", heavy_pages([450_000]), 1),
            "nas-election": ("two.pdf", heavy_pages([450_000]), 1),
        },
    )
    monkeypatch.setitem(package_module.PROFILES, "online", Profile("online", None, LIMIT))
    package = export_package(files, out=tmp_path, profile="online")
    assert package.troubles == ()
    assert all(0 < volume.size <= LIMIT for volume in package.volumes)
    assert [volume.size for volume in package.volumes] == [
        (tmp_path / volume.file).stat().st_size for volume in package.volumes
    ]
    together = [text for volume in package.volumes for text in page_texts(tmp_path / volume.file)]
    for page in range(1, 23):
        assert sum(f"Heavy page {page}." in text for text in together) == (3 if page == 1 else 1)


def test_page_too_large_is_named(approved, tmp_path, monkeypatch):
    files = give_files(approved, {"comstock": ("scan.pdf", heavy_pages([1_200_000, 5_000]), 2)})
    monkeypatch.setitem(package_module.PROFILES, "online", Profile("online", None, LIMIT))
    package = export_package(files, out=tmp_path, profile="online")
    assert len(package.troubles) == 1
    assert package.troubles[0].startswith("Exhibit 5 (scan.pdf): page 1 alone takes 1.2 MB, and a file may take 0.9")
    assert all(volume.size <= LIMIT for volume in package.volumes)
    with pytest.raises(ExportError, match="page 1 alone takes"):
        export_package(files, out=tmp_path / "final", profile="online", final=True)
    assert not (tmp_path / "final").exists()


def test_unknown_profile_is_bad_input(approved, tmp_path):
    with pytest.raises(InputError, match="profile: unknown profile 'fax'; choose from paper, online"):
        export_package(give_files(approved), out=tmp_path, profile="fax")


def test_folder_that_is_file_is_named(approved, tmp_path):
    (tmp_path / "out").write_text("x")
    files = give_files(approved)
    with pytest.raises(InputError, match="cannot be written: File exists"):
        export_package(files, out=tmp_path / "out")


def test_failed_letter_leaves_nothing(final_files, tmp_path, monkeypatch):
    def fail(_):
        raise ExportError("no font has a character")

    monkeypatch.setattr(package_module, "render_pdf", fail)
    with pytest.raises(ExportError, match="no font"):
        export_package(final_files, out=tmp_path / "package")
    assert not (tmp_path / "package").exists()
    assert not [each for each in threading.enumerate() if each.name.startswith("workbench-package")]
