"""Checks for what a drafter, a template, a word processor or an assistant left in the letter."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from workbench.checks.draft import DraftText
from workbench.checks.finding import Finding, Severity
from workbench.checks.leftovers.drafting_talk import find_talk, is_handover
from workbench.checks.leftovers.leftover_patterns import ASSISTANT, BLANKS, MACHINE, MARKUP, NOTES, TABLE_LINES
from workbench.checks.leftovers.leftover_shapes import (
    STILL_TO_DO,
    WHO_TO,
    describe_bracket,
    describe_parenthesis,
    is_note,
    split_words,
)
from workbench.checks.legal_text import find_quotations
from workbench.text.pipe_tables import LONGEST_ROW, MOST_COLUMNS, split_row

_FILL = "Fill it in from the case file, or strike it."
_STRIKE = "Strike it."
_PLAIN = "Write it as plain text: a letter has no links, pictures or tags."
_TABLE = (
    f"Write “|---|---|” below its first line, one for each of at most {MOST_COLUMNS} columns, outside of lists and "
    f"quotations; a row has at most {LONGEST_ROW} characters."
)
_ROW = "Give each row as many cells as the table has columns; a bar within a cell is written “\\|”."
_OWN_NAME = "Give each note a name of its own, in its mark and before its text."
_PLACE = "Move the mark behind the words of a paragraph: a heading and a note have no notes."
# Bounded: a draft is untrusted, and an open repetition costs the square of its length.
_BRACKET = re.compile(r"\[([^\[\]]{0,200})\](?!\()")
_PARENTHESIS = re.compile(r"\(([^()\n]{1,160})\)")
_BELOW_TABLE = re.compile(r"[*_(]{0,4}(?:Sources?|Notes?)\b")
_SHORT_CRY = 3
"""Words of an exclamation that is no sentence of a letter."""
_ENDS_IN_NAME = re.compile(r"(?:\b[a-z]+|[\d,])\s+[A-Z]\w+!$")
"""A name that has the mark itself: "In 2017, Shout!", with "Factory" behind it."""
_QUESTION_WORDS = frozenset(["we", "you", "i", "client", "exhibit", "cite", "citation", "source", "date", "spelling"])


class _Leftover(NamedTuple):
    check: str
    severity: Severity
    what: str
    start: int
    end: int
    remedy: str = ""


def placeholder(draft: DraftText) -> Iterator[Finding]:
    """Finds blanks, templates' fields and remnants of a word processor."""
    yield from _report(draft, "placeholder")


def note_to_self(draft: DraftText) -> Iterator[Finding]:
    """Finds notes of a drafter to the drafter, to a colleague or about the client."""
    yield from _report(draft, "note-to-self")


def assistant_phrase(draft: DraftText) -> Iterator[Finding]:
    """Finds what a chat assistant says before, behind and about the text it was asked for."""
    yield from _report(draft, "assistant-phrase")


def _report(draft: DraftText, check: str) -> Iterator[Finding]:
    draft.coverage.check(check, len(draft.sentences))
    for left in find_leftovers(draft):
        if left.check == check:
            suggestion = _PLAIN if left.severity == "warning" else _FILL if check == "placeholder" else _STRIKE
            suggestion = left.remedy or suggestion
            yield draft.finding(
                check,
                left.severity,
                f"Left in the draft: {left.what}.",
                at=(left.start, left.end),
                suggestion=suggestion,
            )


def find_leftovers(draft: DraftText) -> list[_Leftover]:
    """Finds all leftovers of a draft, in order, each place once.

    A place that several shapes fit is named by the first of them.
    """
    found = draft.__dict__.get("_leftovers")
    if found is None:
        seen = bytearray(len(draft.content))
        found = []
        for left in _find_all(draft):
            # One byte a character: comparing each place with all others takes quadratic time.
            if not any(seen[left.start : left.end]):
                seen[left.start : left.end] = b"\1" * (left.end - left.start)
                found.append(left)
        found.sort(key=lambda left: left.start)
        draft.__dict__["_leftovers"] = found
    return found


def _find_all(draft: DraftText) -> Iterator[_Leftover]:
    quoted = _Spans(draft)
    for match in MACHINE.finditer(draft.content):
        yield _Leftover("assistant-phrase", "error", "a mark of a chat assistant's software", *match.span())
    yield from _find_brackets(draft, quoted)
    for pattern, what in BLANKS:
        for match in pattern.finditer(draft.content):
            yield _Leftover("placeholder", "error", what, *match.span())
    yield from _find_markup(draft)
    yield from _find_loose_notes(draft)
    # What is not quoted, for a recommender speaks in the first person.
    for pattern, what in ASSISTANT:
        for start, end in _find_spoken(draft, pattern, quoted):
            yield _Leftover("assistant-phrase", "error", what, start, end)
    for pattern, what in NOTES:
        for start, end in _find_spoken(draft, pattern, quoted):
            yield _Leftover("note-to-self", "error", what, start, end)
    for match in _PARENTHESIS.finditer(draft.content):
        if not quoted.holds(match.start()) and (what := describe_parenthesis(match[1]) or ""):
            yield _Leftover("note-to-self", "error", what, *match.span())
    yield from _find_notes(draft, quoted)


def _find_markup(draft: DraftText) -> Iterator[_Leftover]:
    for match in MARKUP.finditer(draft.content):
        yield _Leftover("placeholder", "warning", "markup that a filing prints as it stands", *match.span())
    # The list of exhibits is made anew by each export: the one of a notebook is for its reader.
    if draft.part != "index" and "|" in draft.content:
        yield from _find_broken_tables(draft)


def _find_broken_tables(draft: DraftText) -> Iterator[_Leftover]:
    """Finds lines that look like a table and are none, and rows with more cells than there are columns."""
    columns = 0
    tables: list[tuple[int, int]] = []
    for block in draft.blocks:
        if block.kind in {"columns", "row"}:
            cells = len(split_row(draft.text_of(block).split("\n", maxsplit=1)[0]))
            columns = cells if block.kind == "columns" else columns
            tables.append((block.start, block.end))
            if cells > columns:
                what = "a row with more cells than its table has columns"
                yield _Leftover("placeholder", "warning", what, block.start, block.end, _ROW)
    starts = [start for start, _ in tables]
    for match in TABLE_LINES.finditer(draft.content):
        last = bisect_right(starts, match.end()) - 1
        # Lines that end behind the last row of a table are none of it.
        start = max(match.start(), tables[last][1]) if last >= 0 else match.start()
        if draft.content[start : match.end()].strip():
            what = "lines of a table that a filing prints as they stand"
            yield _Leftover("placeholder", "warning", what, start, match.end(), _TABLE)


def _find_loose_notes(draft: DraftText) -> Iterator[_Leftover]:
    """Finds marks without text and texts without mark: a filing prints both as they stand."""
    notes = draft.notes
    for name, mark in notes.marks.items():
        if name not in notes.texts:
            remedy = f"Write its text as a paragraph of its own, “[^{name}]: …”, or strike the mark."
            yield _make_note_warning("the mark of a note that has no text", mark.span(), remedy)
    for name, place in notes.texts.items():
        if name not in notes.marks:
            start = draft.blocks[place].start
            remedy = f"Put [^{name}] behind the words that it belongs to, or strike it."
            span = (start, start + len(f"[^{name}]:"))
            yield _make_note_warning("the text of a note that has no mark", span, remedy)
    for span in notes.doubles:
        yield _make_note_warning("a second note of one name", span, _OWN_NAME)
    for span in notes.misplaced:
        yield _make_note_warning("the mark of a note in a heading or in a note", span, _PLACE)


def _make_note_warning(what: str, span: tuple[int, int], remedy: str) -> _Leftover:
    return _Leftover("placeholder", "warning", f"{what}, which a filing prints as it stands", *span, remedy)


def _find_brackets(draft: DraftText, quoted: _Spans) -> Iterator[_Leftover]:
    known = frozenset(re.findall(r"\b[a-z]{3,20}\b", draft.content))
    for match in _BRACKET.finditer(draft.content):
        # Behind a letter stands a formula: "aminobenzo[d]", "f[x]".
        formula = draft.content[match.start() - 1 : match.start()].isalnum() and len(match[1]) == 1
        if match[1].lstrip().startswith("@") or formula:
            continue
        told = describe_bracket(match[1], quoted=quoted.holds(match.start()), known=known)
        if told:
            yield _Leftover(told[0], "error", told[1], *match.span())


def _find_spoken(draft: DraftText, pattern: re.Pattern[str], quoted: _Spans) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(draft.content):
        words = match[0].strip()
        if words and not quoted.holds(match.start()):
            start = match.start() + match[0].index(words)
            yield start, start + len(words)


def _find_notes(draft: DraftText, quoted: _Spans) -> Iterator[_Leftover]:
    for sentence in draft.sentences:
        if draft.blocks[sentence.block].kind in {"heading", "quote"} or quoted.holds(sentence.start):
            continue
        # A line of sources or notes below a table is a part of it.
        if sentence.block and draft.blocks[sentence.block - 1].kind == "row" and _BELOW_TABLE.match(sentence.text):
            continue
        text = sentence.text.strip("*_ \n")
        words = split_words(text)
        if is_note(words) or STILL_TO_DO.match(text) or WHO_TO.match(text):
            yield _Leftover("note-to-self", "error", "an instruction to the drafter", sentence.start, sentence.end)
        elif is_handover(words):
            what = "words that hand over a text"
            yield _Leftover("assistant-phrase", "error", what, sentence.start, sentence.end)
        elif (talk := find_talk(words)) is not None:
            check = "note-to-self" if talk == "reader" else "assistant-phrase"
            what = "words addressed to the drafter" if talk == "reader" else "words about the text itself"
            yield _Leftover(check, "error", what, sentence.start, sentence.end)
        elif text.endswith("!") and len(words) <= _SHORT_CRY and text[0].isupper() and not _ENDS_IN_NAME.search(text):
            yield _Leftover(
                "assistant-phrase",
                "warning",
                "an exclamation that is no sentence of a letter",
                sentence.start,
                sentence.end,
            )
        elif text.endswith("?") and (len(words) <= _SHORT_CRY + 1 or set(words) & _QUESTION_WORDS):
            yield _Leftover("note-to-self", "warning", "a question", sentence.start, sentence.end)


class _Spans:
    """The places of quotations and of quoted blocks."""

    def __init__(self, draft: DraftText) -> None:
        spans = [(quote.start, quote.end) for quote in find_quotations(draft.content)]
        spans += [(block.start, block.end) for block in draft.blocks if block.kind == "quote"]
        spans.sort()
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in spans:
            if self._ends and start < self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def holds(self, place: int) -> bool:
        """Tells if a place is inside of one."""
        at = bisect_right(self._starts, place) - 1
        return at >= 0 and place < self._ends[at]
