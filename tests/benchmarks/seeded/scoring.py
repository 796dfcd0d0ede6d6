"""The decision whether a report of the checks has caught a seeded error."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from workbench.text.tokens import find_tokens

from .clean_draft import has_run
from .mutant import Mutant


class FindingLike(Protocol):
    """The fields of a finding that the score reads."""

    check: str
    severity: str
    message: str
    section_id: str | None
    line: int | None
    quote: str | None
    suggestion: str | None


COUNTED = ("error", "warning")


def locate(finding: FindingLike, text: str) -> list[tuple[int, int]]:
    """Lists the spans of the letter that a finding points at: its quotation, on its line where lines are the file's."""
    lines: list[int] = []
    if finding.line:
        start = 0
        for _ in range(finding.line - 1):
            start = text.find("\n", start) + 1
        stop = text.find("\n", start)
        lines = [start, stop if stop >= 0 else len(text)]
    spans = []
    if finding.quote:
        at = text.find(finding.quote)
        while at >= 0 and len(spans) < 100:
            spans.append((at, at + len(finding.quote)))
            at = text.find(finding.quote, at + 1)
        on_line = [span for span in spans if lines and span[0] <= lines[1] and lines[0] <= span[1]]
        return on_line or spans
    # In a letter of our own a line is counted from the section's first, and says nothing without the words.
    return [(lines[0], lines[1])] if lines and finding.section_id is None else []


def touches(finding: FindingLike, text: str, place: Sequence[int]) -> bool:
    """Returns True where a finding points into a span of the letter."""
    first, last = place
    return any(start < max(last, first + 1) and first < end for start, end in locate(finding, text))


def names(finding: FindingLike, values: Iterable[str], *, quote: bool = False) -> bool:
    """Returns True where a finding's message names one of the values, as whole words."""
    said = f"{finding.message} {finding.suggestion or ''} {(finding.quote or '') if quote else ''}"
    words = [token.word for token in find_tokens(said)]
    wanted = [[token.word for token in find_tokens(value)] for value in values]
    return any(run and has_run(words, run) for run in wanted)


def new_findings(
    clean: Sequence[FindingLike], mutated: Sequence[FindingLike]
) -> tuple[list[FindingLike], list[FindingLike]]:
    """Returns the errors and warnings that only the mutated letter has, and those that only the clean one has."""

    def key(finding: FindingLike) -> tuple[str, ...]:
        return finding.check, finding.severity, finding.message, finding.quote or ""

    def only(left: Sequence[FindingLike], right: Sequence[FindingLike]) -> list[FindingLike]:
        counts = Counter(key(finding) for finding in right)
        rest = []
        for finding in left:
            if finding.severity in COUNTED:
                counts[key(finding)] -= 1
                if counts[key(finding)] < 0:
                    rest.append(finding)
        return rest

    return only(mutated, clean), only(clean, mutated)


def find_catch(
    mutant: Mutant, clean_text: str, clean: Sequence[FindingLike], mutated: Sequence[FindingLike]
) -> FindingLike | None:
    """Returns the finding that catches an error, or None.

    A finding catches an error if only the mutated letter has it and it points into the sentence, names the values, or,
    for an error of the whole letter, is of an apt check. An alarm that the clean sentence had as well counts only where
    it now names the wrong value: its words differ because the sentence does.
    """
    text = mutant.apply(clean_text)
    fresh, gone = new_findings(clean, mutated)
    values, span = mutant.expect["values"], mutant.expect["span"]
    for finding in fresh:
        if names(finding, values, quote=span is None):
            return finding
    if span is None:
        apt = re.compile(mutant.expect["checks"]) if mutant.expect["checks"] else None
        return next((finding for finding in fresh if apt and apt.search(finding.check)), None)
    before = Counter(finding.check for finding in gone if touches(finding, clean_text, mutant.expect["clean"] or span))
    for finding in fresh:
        if touches(finding, text, span):
            if before[finding.check] <= 0:
                return finding
            before[finding.check] -= 1
    return None
