"""Text recognition (OCR) in pictures of pages.

RapidOCR is used where it is installed (the extra ``ocr``; its weights come with it), else Tesseract where its command
is found. What they recognise is never typed text: each page carries the confidence of its letters, from 0 to 1.
"""

from __future__ import annotations

import math
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.case.ocr_engine import ocr_engine_name, tesseract_languages
from workbench.case.page_lines import LinePart
from workbench.case.pages import ReadFile, ReadPage, UnreadableFileError, count_letters, format_confidence
from workbench.case.reading_order import join_pieces
from workbench.text.tokens import find_tokens

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]
    """Rows of grey values."""

MAX_SIDE = 1_600
"""Pixels of the longer side: 145 dots an inch of a letter page. More takes more memory and reads no better."""

_BATCH = 4
_TALL = 1.8  # times as high as it is wide: a screenshot of a web page, which is read piece by piece
_TESSERACT_S = 120
_UPRIGHT = 0.6  # Tesseract's confidence in a page that stands on its head is half of this
_SAME_LETTERS = 0.8
_SURE = 0.5  # below it a line is left out: most of those are textures of a photograph
_LOST_SPACE = re.compile(
    r"(?<=[^\W\d_]{3})(?=\d)|(?<=\d)(?=[^\W\d_]{4})|(?<=\w)(?=\(\w{2})|(?<=\))(?=[^\W\d_]{3})"
    # A group of thousands has three digits.
    r"|(?<=[^\W\d_],)(?=\w)|(?<=\d,)(?=[^\W\d_]|\d{4}(?!\d))|(?<=\w[:;])(?=[^\W\d_]{2})|(?<=\),)(?=\w)"
    r"|(?<=[a-z]{2}\.)(?=[A-Z][a-z])"
)
_TURNED = 0.75  # mean certainty that lines are upside down; in grainy scans it goes up to 0.6


class Recognized(NamedTuple):
    """Text that was recognised in a picture.

    Attributes:
        text: Lines, in reading order.
        confidence: Mean over its letters, from 0 to 1.
    """

    text: str
    confidence: float


class _Line(NamedTuple):
    text: str
    confidence: float
    corners: tuple[tuple[float, float], ...]  # clockwise from the line's own top left; y grows downwards


def recognize_pages(read: ReadFile, read_again: Callable[[tuple[int, ...]], ReadFile]) -> ReadFile:
    """Reads the pages of a file that hold pictures or letters without meaning.

    A page on which nothing can be recognised stays as it is.

    Args:
        read: The file, read without recognition.
        read_again: Reads some of its pages, counted from 1, with recognition.
    """
    wanted = [number for number, page in enumerate(read.pages, start=1) if page.kind != "text"]
    if not wanted or not ocr_engine_name():
        return read
    pages = list(read.pages)
    # A few at a time: one that takes too long, or too much memory, costs only its neighbours.
    for start in range(0, len(wanted), _BATCH):
        numbers = tuple(wanted[start : start + _BATCH])
        try:
            again = read_again(numbers).pages
        except UnreadableFileError:
            continue
        for number, page in zip(numbers, again, strict=True):
            pages[number - 1] = page
    return read._replace(pages=pages)


def recognize_page(page: ReadPage, pixels: Pixels) -> ReadPage:
    """Adds what is recognised in the picture of a page to the page.

    Args:
        page: As it was read.
        pixels: The whole page: rows of grey values, dark letters on light ground.
    """
    found = recognize(pixels)
    if found is None:
        return page
    # Letters without meaning are worth nothing once their shapes have been read.
    typed = "" if page.kind == "unreadable" else page.text.strip()
    new = _without_known(found.text, typed)
    if not count_letters(new):
        return page
    if page.kind == "mixed":
        percent = format_confidence(found.confidence)
        return ReadPage(f"{typed}\n[Recognized in pictures, {percent}:]\n{new}", "mixed", found.confidence)
    return ReadPage(f"{typed}\n{new}".strip(), "ocr", found.confidence)


def recognize(pixels: Pixels) -> Recognized | None:
    """Recognises the text of a picture; None where there is none.

    Args:
        pixels: Rows of grey values.
    """
    if not ocr_engine_name() or min(pixels.shape) < 8 or pixels.max() - pixels.min() < 16:  # noqa: PLR2004 - blank
        return None
    engine = _recognize_with_rapidocr if ocr_engine_name().startswith("rapidocr") else _recognize_with_tesseract
    found = [piece for part in _split_tall(pixels) if (piece := engine(part)) is not None]
    letters = [max(count_letters(piece.text), 1) for piece in found]
    if not found:
        return None
    confidence = sum(piece.confidence * count for piece, count in zip(found, letters, strict=True)) / sum(letters)
    return Recognized("\n".join(piece.text for piece in found), confidence)


def locate_words(pixels: Pixels) -> list[tuple[str, float, float, float, float]]:
    """Finds the places of words in the picture of a page that stands upright.

    A word's place within its line is estimated from its letters. Only RapidOCR is asked; none are found without it.

    Args:
        pixels: Rows of grey values.

    Returns:
        Each word, and the left, top, right and bottom of its box in shares of the picture.
    """
    if not ocr_engine_name().startswith("rapidocr") or pixels.max() - pixels.min() < 16:  # noqa: PLR2004 - blank
        return []
    height, width = pixels.shape
    lines = [line for line in _find_lines(pixels) if line.confidence >= _SURE and _width(line) > _height(line)]
    if not lines or _is_upside_down(pixels, lines):
        return []
    found = []
    for line in sorted(lines, key=lambda line: (line.corners[0][1], line.corners[0][0])):
        xs, ys = [x / width for x, _ in line.corners], [y / height for _, y in line.corners]
        left, share = min(xs), (max(xs) - min(xs)) / max(len(line.text), 1)
        found += [
            (token.word, left + token.start * share, min(ys), left + token.end * share, max(ys))
            for token in find_tokens(line.text)
        ]
    return found


def part_words(text: str) -> str:
    """Puts a space where recognition has lost it beyond doubt: beside a figure, a bracket or a punctuation mark.

    >>> part_words("February6,2023:640growers in 17states(of 50),as told")
    'February 6, 2023: 640 growers in 17 states (of 50), as told'
    """
    return _LOST_SPACE.sub(" ", text)


def shrink_factor(width: float, height: float) -> float:
    """Returns how many times too large a picture is for the engine.

    Below 1 for a smaller one.
    """
    return max(width, min(height, _TALL * width)) / MAX_SIDE


def _split_tall(pixels: Pixels) -> Iterator[Pixels]:
    """Cuts a picture that is far higher than wide, between two lines."""
    while pixels.shape[0] > _TALL * pixels.shape[1]:
        # Where the rows are most alike there is no ink.
        high, low = int(pixels.shape[1]), int(1.5 * pixels.shape[1])
        cut = high + int(pixels[high:low].std(axis=1).argmin())
        yield pixels[:cut]
        pixels = pixels[cut:]
    yield pixels


def _without_known(text: str, typed: str) -> str:
    """Leaves out lines whose words the page's typed text has."""
    if not typed:
        return text
    known = set(typed.lower().split())

    def is_known(line: str) -> bool:
        words = line.lower().split()
        return sum(len(word) for word in words if word in known) >= _SAME_LETTERS * sum(map(len, words))

    return "\n".join(line for line in text.splitlines() if not is_known(line))


# ---- RapidOCR


@cache
def _load_rapidocr() -> Any:
    from rapidocr import RapidOCR  # noqa: PLC0415 - two seconds, and most files need none

    # One thread: files are read in parallel already, and each has its limit of computing.
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.text_score": 0.0,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _recognize_with_rapidocr(pixels: Pixels) -> Recognized | None:
    lines = _find_lines(pixels)
    standing = [line for line in lines if len(line.text) > 2 and _height(line) > 1.5 * _width(line)]  # noqa: PLR2004
    if 2 * len(standing) > len(lines):  # a page that lies on its side
        pixels = pixels[:, ::-1].T
        lines = _find_lines(pixels)
    if not lines:
        return None
    if _is_upside_down(pixels, lines):
        lines = _find_lines(pixels[::-1, ::-1])
    # Lines that are left out count as well: a page of which half is missing was not read well.
    total = sum(max(count_letters(line.text), 1) for line in lines)
    confidence = sum(line.confidence * max(count_letters(line.text), 1) for line in lines) / total
    sure = [line for line in lines if line.confidence >= _SURE]
    return Recognized(join_pieces(_level_lines(sure)), confidence) if sure else None


def _find_lines(pixels: Pixels) -> list[_Line]:
    found = _load_rapidocr()(pixels)
    if found.boxes is None or found.txts is None:
        return []
    return [
        _Line(part_words(text.strip()), float(score), tuple((float(x), float(y)) for x, y in box))
        for text, score, box in zip(found.txts, found.scores, found.boxes, strict=True)
    ]


def _is_upside_down(pixels: Pixels, lines: Sequence[_Line]) -> bool:
    """Asks the engine, which turns each line by itself and does not say so."""
    votes: list[float] = []
    for line in sorted(lines, key=_width)[-7:]:
        xs, ys = [round(x) for x, _ in line.corners], [round(y) for _, y in line.corners]
        crop = pixels[max(min(ys), 0) : max(ys), max(min(xs), 0) : max(xs)]
        if crop.size:
            ((label, score),) = _load_rapidocr()(crop, use_det=False, use_cls=True, use_rec=False).cls_res
            votes.append(float(score) if label == "180" else 1 - float(score))
    _load_rapidocr().update_params(use_det=True, use_rec=True)  # the engine keeps what it was called with
    return sum(votes) > _TURNED * len(votes)


def _level_lines(lines: Sequence[_Line]) -> list[LinePart]:
    """Turns the lines of a page that was scanned askew."""
    slopes = sorted(
        math.atan2(right[1] - left[1], right[0] - left[0]) for left, right, *_ in (line.corners for line in lines)
    )
    slope = slopes[len(slopes) // 2]
    sine, cosine = math.sin(-slope), math.cos(-slope)
    pieces = []
    for line in lines:
        xs = [x * cosine - y * sine for x, y in line.corners]
        ys = [x * sine + y * cosine for x, y in line.corners]
        pieces.append(LinePart(min(xs), min(ys), max(xs), max(ys), line.text))
    return pieces


def _width(line: _Line) -> float:
    return abs(line.corners[1][0] - line.corners[0][0])


def _height(line: _Line) -> float:
    return abs(line.corners[2][1] - line.corners[0][1])


# ---- Tesseract


def _recognize_with_tesseract(pixels: Pixels) -> Recognized | None:
    """Recognises a picture, which may lie on its side or be upside down: Tesseract takes it as it is."""
    best = None
    for turned in (pixels, pixels[::-1, ::-1], pixels[:, ::-1].T, pixels.T[:, ::-1]):
        found = _ask_tesseract(turned)
        if found and (best is None or found.confidence > best.confidence):
            best = found
        if best and best.confidence >= _UPRIGHT:
            break
    return best


def _ask_tesseract(pixels: Pixels) -> Recognized | None:
    height, width = pixels.shape
    picture = b"P5 %d %d 255\n" % (width, height) + pixels.tobytes()
    command = ["tesseract", "stdin", "stdout", "-l", tesseract_languages(), "--dpi", "180", "tsv"]
    try:
        said = subprocess.run(command, input=picture, capture_output=True, timeout=_TESSERACT_S, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    words = []
    for row in said.stdout.decode(errors="replace").splitlines()[1:]:
        # level, page, block, paragraph, line, word, left, top, width, height, confidence, text
        fields = row.split("\t")
        if len(fields) == 12 and fields[11].strip() and float(fields[10]) >= 0:  # noqa: PLR2004
            words.append((tuple(fields[2:5]), float(fields[10]) / 100, fields[11].strip()))
    letters = sum(count_letters(text) for _, _, text in words)
    if not letters:
        return None
    # Tesseract finds the columns itself.
    text = "\n".join(" ".join(word for _, _, word in line) for _, line in groupby(words, key=lambda word: word[0]))
    return Recognized(text, sum(confidence * count_letters(word) for _, confidence, word in words) / letters)
