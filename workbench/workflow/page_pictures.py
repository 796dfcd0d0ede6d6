"""Pictures of the exhibit pages of a run, with a passage's places on them."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections import OrderedDict
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from workbench.case.exhibits import exhibit_path, read_content, read_limits
from workbench.case.loader import CASE_FILE
from workbench.case.page_picture import Box, PagePicture, find_passage_places
from workbench.case.pages import UnreadableFileError
from workbench.case.readers import READERS
from workbench.case.reading_pool import ReadingPool
from workbench.case.source import parse_source
from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.live.snapshot import ExhibitState, Snapshot
from workbench.text.tokens import find_tokens
from workbench.workflow.run_check import find_passage
from workbench.workflow.run_folder import RunFolder

MAX_PASSAGE_CHARACTERS = 2_000
"""Of a passage to be marked."""

_MAX_CACHE_BYTES = 48_000_000
_MOSTLY_FOUND = 0.5
"""Share of a passage's words below which nothing is marked: the marks would stand at other words."""

NOT_PLACED = "The passage has no place in this picture: look for it on the page, or read the page's text."


class MarkedPlaces(NamedTuple):
    """Places of a passage on a page.

    Attributes:
        passage: Its words as the page's text has them; empty where there are none to mark.
        boxes: Left, top, right and bottom in shares of the page, from 0 to 1; one for each line.
        note: One line where the passage cannot be marked, or only in part; else None.
    """

    passage: str
    boxes: list[Box]
    note: str | None


class _PictureCache:
    """The pictures shown last, in memory: none is ever written to a disk in clear."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int, bool], PagePicture] = OrderedDict()
        self._size = 0

    def get(self, key: tuple[str, int, bool]) -> PagePicture | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def add(self, key: tuple[str, int, bool], picture: PagePicture) -> None:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = picture
                self._size += _size_of(picture)
            while self._size > _MAX_CACHE_BYTES:
                _, oldest = self._kept.popitem(last=False)
                self._size -= _size_of(oldest)


_cache = _PictureCache()


def picture_etag(snapshot: Snapshot, exhibit_id: str, page: int) -> str | None:
    """Returns a tag of one page's picture, or None where the run has no such page."""
    exhibit = _find_exhibit(snapshot, exhibit_id, page)
    return None if exhibit is None else f'"{exhibit.sha256[:32]}-{page}"'


def draw_page(settings: Settings, snapshot: Snapshot, exhibit_id: str, page: int) -> bytes:
    """Draws one exhibit page as PNG. Blocks: the file is read in a child process.

    Args:
        settings: For the run's folder.
        snapshot: The run.
        exhibit_id: The exhibit.
        page: From 1.

    Raises:
        InputError: The run has no such page, its file has none to draw, or it is not on this machine or has changed.
    """
    return base64.b64decode(_picture(settings, snapshot, exhibit_id, page, recognize=False).png)


def place_passage(
    settings: Settings, snapshot: Snapshot, exhibit_id: str, page: int, *, passage: str = "", sentence: str = ""
) -> MarkedPlaces:
    """Finds a passage's places on one exhibit page. Blocks, for some seconds where the page is a scan.

    Args:
        settings: As for :func:`draw_page`.
        snapshot: The run.
        exhibit_id: The exhibit.
        page: From 1.
        passage: Words of the page, at most :data:`MAX_PASSAGE_CHARACTERS`.
        sentence: In its stead a sentence of the letter, whose passage is found first.

    Raises:
        InputError: As for :func:`draw_page`; a text has a passage and no places.
    """
    exhibit = _get_exhibit(snapshot, exhibit_id, page)
    if sentence and not passage:
        passage = find_passage(settings, snapshot, exhibit_id, page, sentence[:MAX_PASSAGE_CHARACTERS])
    if not exhibit.has_pictures:
        return MarkedPlaces(passage, [], None)
    words = [token.word for token in find_tokens(passage[:MAX_PASSAGE_CHARACTERS])]
    if not words:
        return MarkedPlaces("", [], None)
    found = find_passage_places(_picture(settings, snapshot, exhibit_id, page, recognize=False).words, words)
    if found.share < _MOSTLY_FOUND:
        found = find_passage_places(_picture(settings, snapshot, exhibit_id, page, recognize=True).words, words)
    if found.share < _MOSTLY_FOUND:
        return MarkedPlaces(passage, [], NOT_PLACED)
    return MarkedPlaces(passage, found.boxes, None)


def _find_exhibit(snapshot: Snapshot, exhibit_id: str, page: int) -> ExhibitState | None:
    found = next((each for each in snapshot.exhibits if each.exhibit_id == exhibit_id), None)
    return found if found is not None and 1 <= page <= found.pages else None


def _get_exhibit(snapshot: Snapshot, exhibit_id: str, page: int) -> ExhibitState:
    exhibit = _find_exhibit(snapshot, exhibit_id, page)
    if exhibit is None:
        raise InputError(
            Problem(f"exhibit {exhibit_id!r} has no page {page} in this run", "see its exhibit index", field="page")
        )
    return exhibit


def read_exhibit_file(settings: Settings, snapshot: Snapshot, exhibit_id: str) -> tuple[str, bytes]:
    """Reads the file of an exhibit, as the draft was checked against it.

    Returns:
        Its name without folders, and its bytes.

    Raises:
        InputError: There is no such exhibit, or its file is not on this machine or has changed.
    """
    exhibit = _get_exhibit(snapshot, exhibit_id, 1)
    name, content = _read_file(settings, snapshot.thread_id, exhibit_id)
    _check_unchanged(exhibit, name, content, "put the former file back, or draft the case again")
    return PurePosixPath(name).name, content


def _check_unchanged(exhibit: ExhibitState, name: str, content: bytes, remedy: str) -> None:
    if hashlib.sha256(content).hexdigest() != exhibit.sha256:
        raise InputError(Problem("the file has changed since the draft was checked against it", remedy, file=name))


def _picture(settings: Settings, snapshot: Snapshot, exhibit_id: str, page: int, *, recognize: bool) -> PagePicture:
    exhibit = _get_exhibit(snapshot, exhibit_id, page)
    key = (exhibit.sha256, page, recognize)
    picture = _cache.get(key)
    if picture is None:
        picture = _draw(settings, snapshot.thread_id, exhibit, page, recognize=recognize)
        _cache.add(key, picture)
    return picture


def _draw(settings: Settings, thread_id: str, exhibit: ExhibitState, page: int, *, recognize: bool) -> PagePicture:
    name, content = _read_file(settings, thread_id, exhibit.exhibit_id)
    reader = READERS.get(PurePosixPath(name).suffix.lower())
    if reader is None or reader.drawer is None:
        raise InputError(Problem("a text, whose pages have no picture", "read its text", file=name))
    _check_unchanged(exhibit, name, content, "read the text kept")
    limits = read_limits()._replace(recognize=(page,) if recognize else None)
    reader = (reader.recognizer or reader) if recognize else reader
    try:
        with ReadingPool() as pool:
            return pool.draw(reader, content, page, limits)
    except UnreadableFileError as error:
        raise InputError(Problem(error.what, error.remedy, file=name)) from None


def _read_file(settings: Settings, thread_id: str, exhibit_id: str) -> tuple[str, bytes]:
    """Reads the file of an exhibit, of the case or added to the run."""
    folder = RunFolder(settings, thread_id)
    record = folder.read()
    for added in record.added:
        if added.id == exhibit_id:
            return added.file, folder.read_content(added)
    file = _list_files(folder.read_case_text() or "").get(exhibit_id)
    if file is None:
        raise InputError(Problem(f"the file of exhibit {exhibit_id!r} is not known", "read its text", field="exhibit"))
    return file, read_content(exhibit_path(record.case_root, file), file)


@lru_cache(maxsize=4)  # parsing takes longer than drawing a page
def _list_files(case_text: str) -> dict[str, str]:
    data: Any = parse_source(case_text.encode(errors="replace"), CASE_FILE).data
    exhibits = data.get("exhibits") if isinstance(data, dict) else None
    return {
        str(each["id"]): str(each["file"])
        for each in (exhibits if isinstance(exhibits, list) else ())
        if isinstance(each, dict) and "id" in each and "file" in each
    }


def _size_of(picture: PagePicture) -> int:
    # A word's place takes about two hundred bytes.
    return len(picture.png) + 200 * len(picture.words)
