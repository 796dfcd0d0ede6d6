"""What can be measured of a draft without a model: pure functions, each from a draft to a value and a reason.

A measure that cannot tell answers with a failure: what was not measured is never counted as good, nor as bad.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Indel

from workbench.case.citation import Citation, find_citations
from workbench.case.criteria import CRITERIA, NARRATIVE_ELEMENTS, Element
from workbench.case.model import ClaimedItem, Fact
from workbench.checks.finding import Finding
from workbench.checks.registry import CHECKS, Check
from workbench.tuning.cells import CellDraft, Score

Measure = Callable[[CellDraft, str], Score]
"""From a draft and the scorer's name to its score; pure."""

_CITATION = re.compile(r"\[\s*@[^\[\]]*\]")
_TOKEN = re.compile(r"\[\s*@[^\[\]]*\]|\w+(?:['’-]\w+)*")
_WORD = re.compile(r"[^\W_]\S*")
"""From the first letter or digit of what stands between blanks to its end: one match each."""
_NOT_CHECKED = "Not checked: "
_SHOWN = 3


@dataclass(frozen=True)
class MeasuringScorer:
    """A measure under its name.

    Attributes:
        name: As the results know it.
        measure: What it does.
        at_least: From which value on a draft has passed; None: what the measure says.
    """

    name: str
    measure: Measure
    at_least: float | None = None

    async def score(self, draft: CellDraft) -> Score:
        """The value and the reason; takes milliseconds."""
        score = self.measure(draft, self.name)
        if self.at_least is None or score.value is None:
            return score
        return replace(score, passed=score.value >= self.at_least)


def count_words(text: str) -> int:
    """Words as a reader counts them: what stands between blanks and has a letter or a digit; citations are none."""
    return len(_WORD.findall(_CITATION.sub(" ", text)))


def all_checks(draft: CellDraft, name: str) -> Score:
    """1 less the share of checks that found an error; passed where none did."""
    if broken := [finding for finding in draft.findings if _is_broken(finding)]:
        return Score.failure(name, _said(broken))
    errors = Counter(finding.check for finding in draft.findings if finding.severity == "error")
    total = len({*errors, *(check.id for check in CHECKS)})
    if not errors:
        return Score(name, 1.0, f"none of {total} checks found an error", passed=True)
    listed = ", ".join(f"{check} ({count})" for check, count in errors.most_common())
    found = f"{len(errors)} of {total} checks found errors: {listed}"
    return Score(name, 1 - len(errors) / total, found, passed=False)


def one_check(draft: CellDraft, name: str, check: Check) -> Score:
    """1 where the check found nothing, 0.5 where it warned, 0 at an error; passed where it found no error."""
    found = [finding for finding in draft.findings if finding.check == check.id]
    if broken := [finding for finding in found if _is_broken(finding)]:
        return Score.failure(name, _said(broken))
    errors = [finding for finding in found if finding.severity == "error"]
    warnings = [finding for finding in found if finding.severity == "warning"]
    if errors:
        return Score(name, 0.0, f"{_plural(len(errors), 'error')}: {_said(errors)}", passed=False)
    if warnings:
        return Score(name, 0.5, f"{_plural(len(warnings), 'warning')}: {_said(warnings)}", passed=True)
    return Score(name, 1.0, f"nothing found: {check.title.lower()}", passed=True)


def word_range(draft: CellDraft, name: str, shortest: int | None = None, longest: int | None = None) -> Score:
    """1 within the range; below and above, the share by which it is missed; passed within.

    Args:
        draft: The draft.
        name: Of the scorer.
        shortest: Words; None: the section's own.
        longest: Words; None: the section's own.
    """
    least, most = draft.assignment.section.words
    least, most = (least if shortest is None else shortest), (most if longest is None else longest)
    if least > most:
        return Score.failure(name, f"the range is empty here: at least {least} words, at most {most}")
    words = count_words(draft.answer.content)
    if least <= words <= most:
        return Score(name, 1.0, f"{_plural(words, 'word')}, within {least} to {most}", passed=True)
    if words < least:
        return Score(name, words / least, f"{_plural(words, 'word')}, {least - words} fewer than {least}", passed=False)
    return Score(name, most / words, f"{_plural(words, 'word')}, {words - most} more than {most}", passed=False)


def required_elements(draft: CellDraft, name: str) -> Score:
    """The share of required elements that the draft argues from a page that shows them; passed where all are.

    An element is argued where the draft cites an exhibit page that the case file gives for one of its facts; a citation
    without a page counts for the whole exhibit.

    Only elements that the case file fills count: no prompt can argue what the file does not have. Introduction and
    conclusion have no elements; there, the claimed criteria that they name count in their place.
    """
    section, case = draft.assignment.section, draft.assignment.case
    if not section.elements:
        return _criteria_named(draft, name)
    cited = [found for found in find_citations(draft.answer.content) if isinstance(found, Citation)]
    items = [item for claim in case.claims if claim.criterion == section.section_id for item in claim.items]
    filled = list(_filled(items, CRITERIA[section.section_id].elements)) if section.section_id in CRITERIA else []
    narrative = case.narrative.get(section.section_id, {})
    for element in NARRATIVE_ELEMENTS.get(section.section_id, ()):
        if element.required and (facts := narrative.get(element.id)):
            filled.append((element.title, facts))
    if not filled:
        return Score.failure(name, f"the case file fills no required element of {section.section_id!r}")
    missing = [what for what, facts in filled if not _argued(facts, cited)]
    argued = f"{len(filled) - len(missing)} of {len(filled)} required elements argued from the exhibits that show them"
    if not missing:
        return Score(name, 1.0, argued, passed=True)
    return Score(name, 1 - len(missing) / len(filled), f"{argued}; missing: {_listed(missing)}", passed=False)


def similarity(draft: CellDraft, name: str) -> Score:
    """How much of the attorney's approved text stands in the draft, in its order: 1 where the words are the same.

    Twice the longest common subsequence of words, divided by the words of both (the Indel similarity); letter case and
    punctuation do not count, a citation counts as one word.
    """
    if draft.approved is None:
        cell = draft.cell
        return Score.failure(name, f"there is no approved text of {cell.section_id!r} in case {cell.case_id!r}")
    ours, theirs = _words(draft.answer.content), _words(draft.approved)
    if not theirs:
        return Score.failure(name, "the approved text has no words")
    value = Indel.normalized_similarity(ours, theirs)
    reason = f"{value:.0%} of the words are those of the approved text ({len(ours)} words beside {len(theirs)})"
    return Score(name, value, reason)


def _criteria_named(draft: CellDraft, name: str) -> Score:
    check = next(check for check in CHECKS if check.id == "criteria-set")
    found = [finding for finding in draft.findings if finding.check == check.id]
    claimed = len({claim.criterion for claim in draft.assignment.case.claims})
    if draft.assignment.section.section_id not in {"intro", "conclusion"} or not claimed:
        return Score.failure(name, f"section {draft.assignment.section.section_id!r} has no required elements")
    if broken := [finding for finding in found if _is_broken(finding)]:
        return Score.failure(name, _said(broken))
    missing = sum(finding.severity == "error" for finding in found)
    value = max(0.0, 1 - missing / claimed)
    if not missing:
        return Score(name, value, f"names every claimed criterion ({claimed})", passed=True)
    return Score(
        name, value, f"{_plural(missing, 'error')} about {claimed} claimed criteria: {_said(found)}", passed=False
    )


def _filled(items: Sequence[ClaimedItem], elements: Sequence[Element]) -> list[tuple[str, tuple[Fact, ...]]]:
    return [
        (f"{item.title}: {element.title.lower()}", facts)
        for item in items
        for element in elements
        if element.required and (facts := item.elements.get(element.id))
    ]


def _argued(facts: Sequence[Fact], cited: Sequence[Citation]) -> bool:
    shows = [cite for fact in facts for cite in fact.cites]
    return any(
        found.exhibit_id == cite.exhibit and (not found.pages or not cite.pages or set(found.pages) & set(cite.pages))
        for found in cited
        for cite in shows
    )


def _words(text: str) -> list[str]:
    return ["".join(token.split()).casefold() for token in _TOKEN.findall(text)]


def _is_broken(finding: Finding) -> bool:
    """Whether the check broke on this draft, so that it says nothing of it (see ``ValidatorAgent.review``)."""
    return finding.severity == "warning" and finding.message.startswith(_NOT_CHECKED)


def _said(findings: Sequence[Finding]) -> str:
    first = findings[0]
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return first.message + (f" (line {first.line})" if first.line else "") + more


def _listed(names: Sequence[str]) -> str:
    more = f", and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
