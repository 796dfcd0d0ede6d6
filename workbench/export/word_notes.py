"""Notes of an edited Word file, named as the section's Markdown names them.

Word numbers notes by their place. The notes of a file are paired with those that were exported by their words, and keep
their names; a new one gets a name of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING

from workbench.export.word_alignment import align_lines
from workbench.text.markdown import MarkdownNode

if TYPE_CHECKING:
    from workbench.export.word_letter import Line


def name_notes(
    nodes: Sequence[MarkdownNode], expected: Sequence[Line], actual: Sequence[Line]
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Names the notes in the exported lines of a section, and in those of the file.

    Args:
        nodes: Of the section, its notes paired.
        expected: Lines that were exported, those of notes last.
        actual: Lines of the file, likewise.
    """
    exported = dict(zip(_list_notes(expected), _list_names(nodes), strict=False))
    old, new = (
        [line for line in _only_notes(lines) if line.note in known]
        for lines, known in ((expected, exported), (actual, set(_list_notes(actual))))
    )
    names = {
        new[two].note: exported[old[one].note]
        for one, two in align_lines(old, new)
        if one is not None and two is not None
    }
    # A name that a note had may not be given to another one, not even where its own was deleted.
    taken = {*names.values(), *(node.name for node in nodes if node.kind == "note")}
    fresh = (str(number) for number in count(1) if str(number) not in taken)
    names |= {number: next(fresh) for number in _list_notes(actual) if number not in names}
    return _write_names(expected, exported), _write_names(actual, names)


def order_notes(names: Sequence[str | None], lines: Sequence[Line]) -> tuple[Line, ...]:
    """Puts the exported lines of notes where the source has their text; nothing where the two do not fit.

    Args:
        names: Of each leaf of the source that is a note; None for others.
        lines: Named, those of notes last.
    """
    notes = {line.label: line for line in _only_notes(lines)}
    others = iter([line for line in lines if line.kind != "note"])
    ordered = tuple(next(others, None) if name is None else notes.get(name) for name in names)
    # All or nothing: a section with a note in the wrong place is worse than one that is merged as lines.
    fitting = tuple(line for line in ordered if line is not None)
    return fitting if len(fitting) == len(ordered) == len(lines) else ()


def pair_lines(expected: Sequence[Line], actual: Sequence[Line]) -> list[tuple[int | None, int | None]]:
    """Pairs lines as :func:`align_lines` does, and those of notes by their names.

    The pairs are in the order of the section: its own, and new notes at its end.
    """
    old, new = ([place for place, line in enumerate(lines) if line.kind != "note"] for lines in (expected, actual))
    pairs = [
        (None if one is None else old[one], None if two is None else new[two])
        for one, two in align_lines([expected[place] for place in old], [actual[place] for place in new])
    ]
    named = {line.label: place for place, line in enumerate(actual) if line.kind == "note"}
    for place, line in enumerate(expected):
        if line.kind != "note":
            continue
        at = next((number for number, pair in enumerate(pairs, start=1) if pair[0] == place - 1), 0)
        # New paragraphs stand before the note that follows the same line.
        while at < len(pairs) and pairs[at][0] is None:
            at += 1
        pairs.insert(at, (place, named.pop(line.label, None)))
    return [*pairs, *((None, place) for place in named.values())]


def _list_names(nodes: Iterable[MarkdownNode]) -> Iterator[str]:
    """Yields the names of the notes in the order of their marks."""
    for node in nodes:
        yield from (part.text[2:-1] for part in node.text if part.note)
        yield from _list_names(node.children)


def _list_notes(lines: Iterable[Line]) -> list[int]:
    """Lists the notes whose marks stand in lines, by their numbers in the file."""
    return [piece.note for line in lines for piece in line.pieces if piece.note >= 0]


def _only_notes(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.kind == "note"]


def _write_names(lines: Iterable[Line], names: Mapping[int, str]) -> tuple[Line, ...]:
    written = []
    for line in lines:
        pieces = tuple(
            piece._replace(text=f"[^{names[piece.note]}]") if piece.note in names else piece for piece in line.pieces
        )
        label = names.get(line.note, line.label) if line.kind == "note" else line.label
        written.append(line._replace(pieces=pieces, label=label))
    return tuple(written)
