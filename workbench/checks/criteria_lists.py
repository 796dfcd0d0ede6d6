"""Check of the criteria that a letter lists, in numerals or in words, against those that it claims and argues."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.case.criteria import CRITERIA
from workbench.checks.draft import DraftSection
from workbench.checks.finding import Finding
from workbench.checks.section_titles import criterion_of, find_criteria

_CHECK = "criteria-set"
_NUMERALS = r"\(?[ivx]{1,4}\)?"
_LISTED = re.compile(
    rf"\({_NUMERALS}(?:\s{{0,3}}(?:,|;|and|&|,\s{{0,3}}and)\s{{0,3}}{_NUMERALS}){{1,9}}\)?", re.IGNORECASE
)
_NUMERAL = re.compile(r"[ivx]{1,4}", re.IGNORECASE)
_ITEM = re.compile(r"^[ \t>*-]{0,8}\(?(?P<numeral>[ivx]{1,4})[.)]\s{1,3}(?P<words>[^\n]{3,400})", re.MULTILINE)
_COUNT = re.compile(
    r"\b(?P<count>three|four|five|six|seven|eight|nine|\d{1,2})\s{1,3}(?:\([^()]{1,60}\)\s{1,3})?"
    r"(?:of\s{1,3}(?:the\s{1,3})?(?:ten|10)\s{1,3})?(?:regulatory\s{1,3}|evidentiary\s{1,3}|enumerated\s{1,3})?criteria\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"\b(?:at least|minimum of|more than|over|any|the)\s{1,3}$", re.IGNORECASE)
_WORDS = {"three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_LEAST_ITEMS = 2


def compare_criteria(draft: DraftSection) -> Iterator[Finding]:
    """Compares the criteria that an introduction or conclusion lists with those that the case claims."""
    claimed = {claim.criterion for claim in draft.case.claims if claim.criterion in CRITERIA}
    numbered = {name for name in claimed if CRITERIA[name].paragraph.startswith("(h)(3)(")}
    draft.coverage.check(_CHECK)
    yield from _compare_items(draft)
    for match in _LISTED.finditer(draft.content):
        listed = {criterion_of(numeral) for numeral in _NUMERAL.findall(match[0])} - {None}
        wrong = [name for name in CRITERIA if name in listed ^ numbered]
        if wrong and len(listed) >= _LEAST_ITEMS and len(listed & numbered) >= _LEAST_ITEMS:
            names = ", ".join(CRITERIA[name].paragraph for name in wrong)
            message = f"{match[0]} is not the list of the criteria claimed: they differ in {names}."
            yield draft.finding(
                _CHECK, "error", message, at=match.span(), suggestion="Name the criteria that are argued."
            )
    for match in _COUNT.finditer(draft.content):
        before = draft.content[max(0, match.start() - 16) : match.start()]
        count = _WORDS.get(match["count"].lower()) or int(match["count"])
        if count != len(numbered) and not _VAGUE.search(before) and count < len(CRITERIA) - 1:
            message = f"“{match[0]}”, and the case claims {len(numbered)}."
            yield draft.finding(
                _CHECK, "error", message, at=match.span(), suggestion="Give the number of criteria argued."
            )
    named = set(find_criteria(draft.content))
    for match in _LISTED.finditer(draft.content):
        named |= {name for numeral in _NUMERAL.findall(match[0]) if (name := criterion_of(numeral))}
    for name in CRITERIA:
        criterion = CRITERIA[name]
        if name in claimed - named and criterion.paragraph not in draft.content:
            message = f"The {draft.section_id} does not name {criterion.cite}, which the case claims."
            yield draft.finding(_CHECK, "warning", message, suggestion=f"Name {criterion.title} ({criterion.cite}).")


def _compare_items(draft: DraftSection) -> Iterator[Finding]:
    """Compares the numeral of each item of a list with its words."""
    items = list(_ITEM.finditer(draft.content))
    # The letters (i) and (v) alone may count anything.
    if len(items) < _LEAST_ITEMS:
        return
    pairs = [(match, criterion_of(match["numeral"]), find_criteria(match["words"])) for match in items]
    if 2 * sum(own in words for _, own, words in pairs) < len(pairs):
        return
    for match, own, words in pairs:
        if own is not None and words and own not in words:
            other = next(CRITERIA[name] for name in CRITERIA if name in words)
            message = (
                f"({match['numeral']}) is {CRITERIA[own].title}; the words are of {other.title} ({other.paragraph})."
            )
            at = (match.start("numeral"), match.end())
            yield draft.finding(_CHECK, "error", message, at=at, suggestion="Correct the numeral or the words.")
