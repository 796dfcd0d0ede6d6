"""Citations of a Word file, mapped back to exhibits.

``(Exhibit 4 at 1–2)`` becomes ``[@wolf-prize, pp. 1-2]`` again: by its bookmark, by the form in which the export writes
it, or, where a person typed it, by its exhibit's number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from workbench.case.citation import Citation, format_group
from workbench.case.exhibit_numbering import ExhibitNumbering
from workbench.case.typed_citation import find_typed_citations, read_page_numbers
from workbench.export.word_letter import LinePiece

_SHOWN = re.compile(r"\((?:[A-Z][A-Za-z]{1,15}\.?\u00a0|\[unresolved: )[^()]{0,2000}\)")
"""As the export writes a citation, which no person types: its blanks do not break."""

_MEMBER = re.compile(
    r"(?:[A-Z][A-Za-z]{1,15}\.?\s)?(?P<number>\d{1,6}|[A-Z]{1,2})(?:,?\s(?:at|p\.)\s(?P<pages>\d[\d\s,–—-]{0,400}))?"
)


class CitationReader:
    """Reader of the citations of one file.

    Args:
        numbers: Number or letter of an exhibit to its id, as in the file.
        marked: Number of a citation in the file to what the export showed and what the draft says.
        ranges: Number of a citation to the pieces of the file that its bookmark holds.

    Attributes:
        unknown: Typed citations of no exhibit, as typed.
    """

    def __init__(
        self,
        numbers: Mapping[str, str],
        marked: Mapping[int, tuple[str, str]],
        ranges: Mapping[int, tuple[tuple[int, int], tuple[int, int]]],
    ) -> None:
        self.unknown: list[str] = []
        self._numbers = numbers
        self._marked = marked
        self._shown = {_fold(shown): source for shown, source in marked.values()}
        self._ends: dict[tuple[int, int], tuple[int, tuple[int, int]]] = {}
        for number, (first, last) in ranges.items():
            self._ends[first] = (number, last)
        self._typed = ExhibitNumbering(None, numbers, numbers)

    def replace_shown(self, pieces: Sequence[LinePiece]) -> Iterator[LinePiece | str]:
        """Yields pieces, with the draft's citation in the place of each that the export wrote."""
        text = "".join(piece.text for piece in pieces)
        spans = dict(self._find_marked(pieces))
        for found in _SHOWN.finditer(text):
            if not any(start < found.end() and found.start() < end for start, (end, _) in spans.items()):
                source = self._shown.get(_fold(found[0])) or self._read(found[0])
                if source is not None:
                    spans[found.start()] = (found.end(), source)
        place = 0
        until = 0
        for piece in pieces:
            end = place + len(piece.text)
            cursor = max(place, until)
            for start in sorted(start for start in spans if place <= start < end):
                if start > cursor:
                    yield piece._replace(text=text[cursor:start])
                until, source = spans[start]
                yield source
                cursor = max(cursor, until)
            if cursor < end:
                yield piece._replace(text=text[cursor:end])
            place = end

    def replace_typed(self, words: str, source: str) -> str:
        """Returns words with the draft's form in the place of citations that a person typed.

        Args:
            words: Markdown of a line.
            source: Markdown that it comes from: what stands there already is not touched.
        """
        kept = [
            source[start:end] for start, end in dict.fromkeys((f.start, f.end) for f in find_typed_citations(source))
        ]
        written = self._typed.write_citations(words, kept, words=("exhibit",))
        self.unknown += written.unknown
        return written.text

    def _find_marked(self, pieces: Sequence[LinePiece]) -> Iterator[tuple[int, tuple[int, str]]]:
        places = [piece.place for piece in pieces]
        starts = [0]
        for piece in pieces:
            starts.append(starts[-1] + len(piece.text))
        text = "".join(piece.text for piece in pieces)
        for index, place in enumerate(places):
            if place not in self._ends:
                continue
            number, last = self._ends[place]
            inside = [n for n in range(index, len(pieces)) if place <= places[n] < last]
            if not inside or number not in self._marked:
                continue
            start, end = starts[index], starts[inside[-1] + 1]
            shown, source = self._marked[number]
            # A citation that was changed says something else than its bookmark.
            if _fold(text[start:end]) == _fold(shown):
                yield start, (end, source)

    def _read(self, shown: str) -> str | None:
        cited: list[Citation] = []
        for member in shown.strip("()").split(";"):
            found = _MEMBER.fullmatch(member.strip())
            exhibit_id = self._numbers.get(found["number"]) if found else None
            if found is None or exhibit_id is None:
                return None
            cited.append(Citation(exhibit_id, read_page_numbers(found["pages"] or ""), 0, 0))
        return format_group(cited)


def _fold(text: str) -> str:
    return " ".join(text.split())
