"""Measures of a draft that need no model.

Pure functions from a draft to a score.

A measure that does not apply returns a failed score: it counts neither as good nor as bad.
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
from workbench.text.sentences import CITATION
from workbench.tuning.experiment.cells import CellDraft, Score

Measure = Callable[[CellDraft, str], Score]
"""Function from a draft and the scorer's name to a score; pure, and picklable for the worker process."""

_TOKEN = re.compile(r"\[\s*@[^\[\]]*\]|\w+(?:['’-]\w+)*")
_WORD = re.compile(r"[^\W_]\S*")
"""From the first letter or digit of a word to the next blank: one match for each word."""
_NOT_CHECKED = "Not checked: "
_SHOWN = 3


@dataclass(frozen=True)
class MeasuringScorer:
    """Scorer that applies a measure.

    Attributes:
        name: Name in the results.
        measure: The measure.
        at_least: Value from which a draft has passed; None: the measure's own rule.
    """

    name: str
    measure: Measure
    at_least: float | None = None

    async def score(self, draft: CellDraft) -> Score:
        """Scores a draft within milliseconds."""
        score = self.measure(draft, self.name)
        if self.at_least is None or score.value is None:
            return score
        return replace(score, passed=score.value >= self.at_least)


def count_words(text: str) -> int:
    """Counts words as a reader does.

    Text between blanks with a letter or digit; citations do not count.
    """
    return len(_WORD.findall(CITATION.sub(" ", text)))


def all_checks(draft: CellDraft, name: str) -> Score:
    """Scores 1 minus the share of checks with errors.

    Passed without an error.
    """
    if broken := [finding for finding in draft.findings if _is_broken(finding)]:
        return Score.failure(name, _quote_finding(broken))
    errors = Counter(finding.check for finding in draft.findings if finding.severity == "error")
    # Union: "cut-off" is a finding without a check in the registry.
    kind = draft.assignment.case.document_type
    total = len({*errors, *(check.id for check in CHECKS if check.is_for(kind))})
    if not errors:
        return Score(name, 1.0, f"none of {total} checks found an error", passed=True)
    listed = ", ".join(f"{check} ({count})" for check, count in errors.most_common())
    found = f"{len(errors)} of {total} checks found errors: {listed}"
    return Score(name, 1 - len(errors) / total, found, passed=False)


def one_check(draft: CellDraft, name: str, check: Check) -> Score:
    """Scores 1 without findings, 0.5 with warnings, else 0.

    Passed without an error.
    """
    found = [finding for finding in draft.findings if finding.check == check.id]
    if broken := [finding for finding in found if _is_broken(finding)]:
        return Score.failure(name, _quote_finding(broken))
    errors = [finding for finding in found if finding.severity == "error"]
    warnings = [finding for finding in found if finding.severity == "warning"]
    if errors:
        return Score(name, 0.0, f"{_count_noun(len(errors), 'error')}: {_quote_finding(errors)}", passed=False)
    if warnings:
        return Score(name, 0.5, f"{_count_noun(len(warnings), 'warning')}: {_quote_finding(warnings)}", passed=True)
    return Score(name, 1.0, f"nothing found: {check.title.lower()}", passed=True)


def word_range(draft: CellDraft, name: str, shortest: int | None = None, longest: int | None = None) -> Score:
    """Scores 1 within the range of words.

    Outside it less, in proportion; passed within.

    Args:
        draft: The draft.
        name: Name of the scorer.
        shortest: Fewest words; None: the section's own.
        longest: Most words; None: the section's own.
    """
    least, most = draft.assignment.section.words
    least, most = (least if shortest is None else shortest), (most if longest is None else longest)
    if least > most:
        return Score.failure(name, f"the range is empty here: at least {least} words, at most {most}")
    words = count_words(draft.answer.content)
    if least <= words <= most:
        return Score(name, 1.0, f"{_count_noun(words, 'word')}, within {least} to {most}", passed=True)
    if words < least:
        return Score(
            name, words / least, f"{_count_noun(words, 'word')}, {least - words} fewer than {least}", passed=False
        )
    return Score(name, most / words, f"{_count_noun(words, 'word')}, {words - most} more than {most}", passed=False)


def required_elements(draft: CellDraft, name: str) -> Score:
    """Scores the share of required elements that are argued.

    Passed if all are argued from the exhibits. An element is argued if the draft cites an exhibit page that the case
    file gives for one of its facts; a citation without a page counts for the whole exhibit. Only elements that the case
    file fills count: no prompt can argue what the file does not have. Introduction and conclusion have no elements;
    there, the claimed criteria that they name count instead.
    """
    section, case = draft.assignment.section, draft.assignment.case
    if not section.elements:
        return _score_named_criteria(draft, name)
    cited = [found for found in find_citations(draft.answer.content) if isinstance(found, Citation)]
    items = [item for claim in case.claims if claim.criterion == section.section_id for item in claim.items]
    filled = (
        list(_filled_elements(items, CRITERIA[section.section_id].elements)) if section.section_id in CRITERIA else []
    )
    narrative = case.narrative.get(section.section_id, {})
    for element in NARRATIVE_ELEMENTS.get(section.section_id, ()):
        if element.required and (facts := narrative.get(element.id)):
            filled.append((element.title, facts))
    if not filled:
        return Score.failure(name, f"the case file fills no required element of {section.section_id!r}")
    missing = [what for what, facts in filled if not _is_argued(facts, cited)]
    argued = f"{len(filled) - len(missing)} of {len(filled)} required elements argued from the exhibits that show them"
    if not missing:
        return Score(name, 1.0, argued, passed=True)
    return Score(name, 1 - len(missing) / len(filled), f"{argued}; missing: {_list_first(missing)}", passed=False)


def similarity(draft: CellDraft, name: str) -> Score:
    """Scores the share of words shared with the approved text.

    They count where they stand in the same order: the value is twice the longest common subsequence of words, divided
    by the words of both (the Indel similarity); letter case and punctuation do not count, a citation counts as one
    word.
    """
    if draft.approved is None:
        cell = draft.cell
        return Score.failure(name, f"there is no approved text of {cell.section_id!r} in case {cell.case_id!r}")
    ours, theirs = _split_words(draft.answer.content), _split_words(draft.approved)
    if not theirs:
        return Score.failure(name, "the approved text has no words")
    # Indel, not Levenshtein: replacing a word is a deletion and an insertion, as in a redline.
    value = Indel.normalized_similarity(ours, theirs)
    reason = f"{value:.0%} of the words are those of the approved text ({len(ours)} words beside {len(theirs)})"
    return Score(name, value, reason)


def _score_named_criteria(draft: CellDraft, name: str) -> Score:
    check = next(check for check in CHECKS if check.id == "criteria-set")
    found = [finding for finding in draft.findings if finding.check == check.id]
    claimed = len({claim.criterion for claim in draft.assignment.case.claims})
    if draft.assignment.section.section_id not in {"intro", "conclusion"} or not claimed:
        return Score.failure(name, f"section {draft.assignment.section.section_id!r} has no required elements")
    if broken := [finding for finding in found if _is_broken(finding)]:
        return Score.failure(name, _quote_finding(broken))
    missing = sum(finding.severity == "error" for finding in found)
    # There may be one error more than claims: fewer than three claimed criteria is an error of its own.
    value = max(0.0, 1 - missing / claimed)
    if not missing:
        return Score(name, value, f"names every claimed criterion ({claimed})", passed=True)
    return Score(
        name,
        value,
        f"{_count_noun(missing, 'error')} about {claimed} claimed criteria: {_quote_finding(found)}",
        passed=False,
    )


def _filled_elements(items: Sequence[ClaimedItem], elements: Sequence[Element]) -> list[tuple[str, tuple[Fact, ...]]]:
    return [
        (f"{item.title}: {element.title.lower()}", facts)
        for item in items
        for element in elements
        if element.required and (facts := item.elements.get(element.id))
    ]


def _is_argued(facts: Sequence[Fact], cited: Sequence[Citation]) -> bool:
    shows = [cite for fact in facts for cite in fact.cites]
    return any(
        found.exhibit_id == cite.exhibit and (not found.pages or not cite.pages or set(found.pages) & set(cite.pages))
        for found in cited
        for cite in shows
    )


def _split_words(text: str) -> list[str]:
    # A citation is one token, and blanks within it make no difference.
    return ["".join(token.split()).casefold() for token in _TOKEN.findall(text)]


def _is_broken(finding: Finding) -> bool:
    """Tells if the check itself failed on this draft.

    See ``ValidatorAgent.review``.
    """
    return finding.severity == "warning" and finding.message.startswith(_NOT_CHECKED)


def _quote_finding(findings: Sequence[Finding]) -> str:
    first = findings[0]
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return first.message + (f" (line {first.line})" if first.line else "") + more


def _list_first(names: Sequence[str]) -> str:
    more = f", and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _count_noun(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
