"""Comparison of a petition's file with its run's manifest, paragraph by paragraph."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.export.manifest import CLAIMS, NOTES, Manifest, ManifestParagraph
from workbench.export.paragraphs import START, flatten_text, solid_text
from workbench.export.signing import UNSIGNED, SignatureCheck
from workbench.text.digest import text_digest

ChangeKind = Literal["changed", "added", "removed", "moved"]

_IN_PDF = frozenset({"head", "opening", "signature", "exhibit index"})
"""Parts whose paragraphs are sought in a PDF, besides the sections; it has no others between them."""
_MARKS = re.compile(r"(?:[•–‣-]|\d{1,4}\.)*")
"""Marks of lists between two paragraphs of a PDF."""
_PLACEHOLDER = re.compile(r"\[U\+(?!D[89A-F]..\])((?:10|[0-9A-F])?[0-9A-F]{4})\]")
"""As :func:`workbench.export.pdf.typeset` writes it; no half of a surrogate pair."""
_START = 24
"""Characters by which the place of a paragraph in a PDF is found."""
_EFFORT = 10
"""Times the text of a PDF that is hashed at most: a hostile file may repeat a paragraph's beginning without end."""
_SCANNED = 64
"""Letters that are searched in about the time in which one is hashed."""


@dataclass(frozen=True)
class ParagraphChange:
    """One paragraph that is not as the manifest says.

    Attributes:
        kind: ``changed``, ``added``, ``removed`` or ``moved``.
        place: Where it stands, such as ``section III, paragraph 2``, or behind what an added one stands.
        words: Its first words in the file, or in the manifest where it was removed.
    """

    kind: ChangeKind
    place: str
    words: str

    def __str__(self) -> str:
        behind = "behind " if self.kind == "added" else ""
        return f"{self.kind}: {behind}{self.place}: “{self.words}”"


@dataclass(frozen=True)
class Verification:
    """Result of :func:`workbench.export.verify.verify_file`.

    Attributes:
        file: As it was given.
        thread_id: The run that the manifest names.
        last_event_id: The moment of the run.
        final: Whether the manifest is of a petition to be filed.
        manifest_from: Where the manifest was found: in the file itself, in a file beside it, or in the run.
        compared: Number of paragraphs that were compared, or of volumes.
        not_compared: What was not, in words.
        problems: Of the manifest itself, a line each: it is not the one that the file or the run names.
        changes: Every paragraph that differs, in the order of the letter.
        signature: Of the manifest.
        unit: What ``compared`` counts.
    """

    file: str
    thread_id: str
    last_event_id: str
    final: bool
    manifest_from: str
    compared: int
    not_compared: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    changes: tuple[ParagraphChange, ...] = ()
    signature: SignatureCheck = UNSIGNED
    unit: str = "paragraph"

    @property
    def matches(self) -> bool:
        """True where every paragraph and the manifest are as they were written, and no signature is wrong."""
        return not self.changes and not self.problems and self.signature.status != "wrong"

    def describe(self) -> list[str]:
        """Describes the result, a line for each fact."""
        kind = "final" if self.final else "draft"
        run = f"run {self.thread_id or 'not named'}, state {self.last_event_id or 'not named'}, {kind}"
        without = f"; not compared: {', '.join(self.not_compared)}" if self.not_compared else ""
        units = f"{self.compared} {self.unit}{'s' * (self.compared != 1)}"
        origin = f"manifest {self.manifest_from}{without}"
        if self.matches:
            return [f"{self.file} matches {run}: {units}, {origin}", str(self.signature)]
        count = len(self.changes) + len(self.problems)
        differences = f"{count} difference{'s' * (count != 1)} in {units}"
        return [
            *self.problems,
            *(str(change) for change in self.changes),
            str(self.signature),
            f"{self.file} does not match {run}: {differences}, {origin}",
        ]


def compare_paragraphs(expected: Sequence[ManifestParagraph], texts: Iterable[str]) -> list[ParagraphChange]:
    """Compares the paragraphs of a file with those of a manifest.

    Time grows as n log n, whatever the file holds.

    Args:
        expected: In order.
        texts: Of the file, in order; empty ones are left out.
    """
    found = [text for text in map(flatten_text, texts) if text]
    digests = [text_digest(text) for text in found]
    pairs = _align([each.sha256 for each in expected], digests)
    old_paired, new_paired = {old for old, _ in pairs}, {new for _, new in pairs}
    # Missing at one place and there at another.
    moved = {each.sha256 for number, each in enumerate(expected) if number not in old_paired} & {
        digest for number, digest in enumerate(digests) if number not in new_paired
    }
    changes: list[ParagraphChange] = []
    old = new = 0
    for next_old, next_new in [*pairs, (len(expected), len(found))]:
        gone = [each for each in expected[old:next_old] if each.sha256 not in moved]
        come = [
            text for text, digest in zip(found[new:next_new], digests[new:next_new], strict=True) if digest not in moved
        ]
        both = min(len(gone), len(come))
        changes += [
            ParagraphChange("moved", each.place, each.start) for each in expected[old:next_old] if each.sha256 in moved
        ]
        changes += [
            ParagraphChange("changed", paragraph.place, _shorten(text))
            for paragraph, text in zip(gone, come, strict=False)
        ]
        changes += [ParagraphChange("removed", paragraph.place, paragraph.start) for paragraph in gone[both:]]
        behind = expected[next_old - 1].place if next_old else "the beginning"
        changes += [ParagraphChange("added", behind, _shorten(text)) for text in come[both:]]
        old, new = next_old + 1, next_new + 1
    return changes


def find_in_pdf(expected: Sequence[ManifestParagraph], text: str) -> tuple[int, list[ParagraphChange]]:
    """Seeks the paragraphs of a manifest in the text of a PDF.

    A PDF has lines and no paragraphs, so each paragraph is sought by its first letters, and its hash compared with as
    many letters as it has. From the end to the beginning: the contents repeat the headings before the letter.

    Returns:
        The number of paragraphs that were sought, and the changes.
    """
    # A draft shows a character that no font had by its number.
    stream = solid_text(_PLACEHOLDER.sub(lambda found: chr(int(found[1], 16)), "".join(text.split())))
    notes = [each for each in expected if each.part == NOTES]
    sought = [each for each in expected if each.part in _IN_PDF or each.part.startswith("section ")]
    changes: list[ParagraphChange] = []
    missing: list[ManifestParagraph] = []
    budget = _EFFORT * len(stream)
    stream, lost, budget = _take_notes(notes, stream, budget)
    end = len(stream)
    last: ManifestParagraph | None = None
    # The head of a table stands on each of its pages.
    repeated = {each.solid_sha256 for each in sought if each.repeats}
    indexed = {each.solid_sha256 for each in sought if each.part == "exhibit index"}
    for paragraph in reversed(sought):
        place, effort = _find_whole(paragraph, stream, end, budget)
        budget -= effort
        if place is None:
            missing.insert(0, paragraph)
            continue
        # Between the head and the letter stand the contents and the open list.
        is_tight = last is not None and not (paragraph.part == "head" and last.part != "head")
        gap = stream[place + paragraph.length : end]
        if text_digest(gap) not in (indexed if paragraph.part == "exhibit index" else repeated):
            changes[:0] = _explain_gap(paragraph, missing, gap, is_tight=is_tight)
            missing = []
        end, last = place, paragraph
    changes[:0] = [ParagraphChange("changed", each.place, each.start) for each in missing]
    changes += [ParagraphChange("changed", each.place, each.start) for each in lost]
    return len(sought) + len(notes), changes


def _take_notes(
    notes: Sequence[ManifestParagraph], stream: str, budget: int
) -> tuple[str, list[ManifestParagraph], int]:
    """Takes the notes, each behind its number, out of a text: they stand at the foot of a page, within a paragraph.

    Returns:
        The text without them, those that were not found, and what is left of the budget.
    """
    lost: list[ManifestParagraph] = []
    # The last number first, as 2 ends 12; not in the order of the page, as a long note stands below its paragraph.
    for note in reversed(notes):
        place, effort = _find_whole(note, stream, len(stream), budget, prefix=str(note.number))
        budget -= effort
        if place is None:
            lost.insert(0, note)
        else:
            stream = stream[:place] + stream[place + len(str(note.number)) + note.length :]
    return stream, lost, budget


def _find_whole(
    paragraph: ManifestParagraph, stream: str, end: int, budget: int, *, prefix: str = ""
) -> tuple[int | None, int]:
    """Finds the last place of a paragraph before ``end``, and says what effort that took, in letters hashed.

    ``prefix`` stands before it, and the place is that of the prefix.
    """
    start = prefix + solid_text(paragraph.start)[:_START]
    place, effort = end, 0
    while start:
        last, place = place, stream.rfind(start, 0, place + len(start) - 1)
        effort += 1 + (last - max(place, 0)) // _SCANNED
        if place < 0 or effort + paragraph.length > budget:
            break
        first = place + len(prefix)
        if first + paragraph.length <= end:
            effort += paragraph.length
            if text_digest(stream[first : first + paragraph.length]) == paragraph.solid_sha256:
                return place, effort
    return None, effort


def _explain_gap(
    before: ManifestParagraph, missing: Sequence[ManifestParagraph], gap: str, *, is_tight: bool
) -> list[ParagraphChange]:
    """Names what stands between two paragraphs that were found, and what should."""
    if missing:
        kind: ChangeKind = "removed" if _MARKS.fullmatch(gap) else "changed"
        return [ParagraphChange(kind, each.place, each.start) for each in missing]
    if is_tight and not _MARKS.fullmatch(gap):
        return [ParagraphChange("added", before.place, gap[:START])]
    return []


def _align(expected: Sequence[str], found: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs equal hashes in order: the k-th of one hash with the k-th, then the longest increasing sequence of them."""
    places: dict[str, list[int]] = {}
    for number, digest in enumerate(expected):
        places.setdefault(digest, []).append(number)
    taken: dict[str, int] = {}
    pairs: list[tuple[int, int]] = []
    for number, digest in enumerate(found):
        count = taken.get(digest, 0)
        if count < len(places.get(digest, ())):
            pairs.append((places[digest][count], number))
            taken[digest] = count + 1
    ends: list[int] = []
    last: list[int] = []
    previous = [-1] * len(pairs)
    for number, (old, _) in enumerate(pairs):
        at = bisect_left(ends, old)
        previous[number] = last[at - 1] if at else -1
        ends[at : at + 1] = [old]
        last[at : at + 1] = [number]
    chain: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(pairs[number])
        number = previous[number]
    return chain[::-1]


def _shorten(text: str) -> str:
    return text if len(text) <= START else f"{text[:START].rstrip()} …"


def list_not_compared(suffix: str, manifest: Manifest) -> tuple[str, ...]:
    """Names what is not compared in a type of file."""
    claims = bool(manifest.claims_sha256) or any(each.part == CLAIMS for each in manifest.paragraphs)
    style = manifest.style
    picture = ("letterhead picture",) if style is not None and style.letterhead_picture is not None else ()
    match suffix:
        case ".pdf":
            return ("headers and footers", "contents", "open list", *(("claim table",) if claims else ()), *picture)
        case ".docx":
            headers = ("headers",) if style is not None and style.template is not None else ()
            return (*headers, "footers", "comments", "numbers in the contents", *picture)
        case ".ipynb":
            return ("exhibit index and open list, which each export makes anew", "cells that are not filed")
        case _:
            return ("numbers in the contents", *picture)
