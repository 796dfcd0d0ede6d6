"""Results of checks that ran before: after an edit only what the edit concerns is checked again.

A result is kept by all that it depends on. One of a section depends on the section, its case and its check, and on the
other sections only where the check has read them. One of a sentence (see ``Check.by_sentence``) depends on the
sentence, its paragraph and the pages that it cites.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import NamedTuple, TypeVar, cast

from workbench.case.firm_authorities import FirmState, read_firm_state
from workbench.case.model import Case
from workbench.checks.coverage import Coverage
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.finding import Finding
from workbench.checks.report import SentenceVerdict
from workbench.checks.statements.cited_sentence import CitedSentence, find_cited_sentences
from workbench.text.bounded_cache import BoundedCache

_CASES, _SECTIONS, _SENTENCES = 4, 2000, 50_000
"""Most cases whose results are kept, and most sections and sentences of each."""

Result = TypeVar("Result")


class CheckResult(NamedTuple):
    """Result of one check of one section or sentence.

    Attributes:
        findings: Their lines are counted from the first of the section or sentence.
        sentences: The verdict of each sentence, of the support score alone.
        coverage: What was looked at.
    """

    findings: tuple[Finding, ...] = ()
    sentences: tuple[SentenceVerdict, ...] = ()
    coverage: Coverage = Coverage()

    @property
    def is_broken(self) -> bool:
        """Tells if the check broke: that may be an accident of the moment, and would be repeated."""
        return any(found.message.startswith("Not checked") for found in self.findings)

    def move(self, lines: int) -> CheckResult:
        """Returns the result so many lines below."""
        if not lines or not (self.findings or self.sentences):
            return self
        findings = tuple(
            found if found.line is None else found.model_copy(update={"line": found.line + lines})
            for found in self.findings
        )
        sentences = tuple(each.model_copy(update={"line": each.line + lines}) for each in self.sentences)
        return CheckResult(findings, sentences, self.coverage)


class SectionResults:
    """Results of one section by check: for any other sections, or for those that the check has read."""

    def __init__(self) -> None:
        self._alone: dict[Hashable, CheckResult] = {}
        self._among_others: BoundedCache[CheckResult] = BoundedCache(64)
        # The lines by which results were moved last, and what came of it: most sections stay where they are.
        self._moved: dict[Hashable, tuple[int, CheckResult, CheckResult]] = {}
        self._kept: dict[Hashable, object] = {}

    def __repr__(self) -> str:
        return f"<SectionResults: {len(self._alone)} checks>"

    def recall(
        self, check: Hashable, section: DraftText, draft: DraftText, compute: Callable[[DraftText], CheckResult]
    ) -> CheckResult:
        """Returns the result of a check, from memory where it is the same.

        Args:
            check: What identifies the check.
            section: The section, at any place of its letter.
            draft: The same as a draft that begins on line 1, see :func:`detach`.
            compute: Runs the check on ``draft``.
        """
        others = tuple(section.others.items()) if isinstance(section, DraftSection) else ()
        found = self._alone.get(check) or self._among_others.get((check, others))
        if found is None:
            watched = draft.others if isinstance(draft, DraftSection) else None
            if isinstance(watched, _WatchedTexts):
                watched.was_read = False
            found = compute(draft)
            if found.is_broken:
                return found.move(section.first_line - 1)
            if isinstance(watched, _WatchedTexts) and watched.was_read:
                found = self._among_others.add((check, others), found)
            else:
                found = self._alone.setdefault(check, found)
        return self._move(check, found, section.first_line - 1)

    def keep(self, check: Hashable, compute: Callable[[], Result]) -> Result:
        """Returns what a check of the whole letter reads of the section alone, from memory where it was read before.

        Args:
            check: What identifies the check.
            compute: Reads it; it must hold neither the other sections nor the section's place in the letter.
        """
        found = self._kept.get(check)
        return cast("Result", found if found is not None else self._kept.setdefault(check, compute()))

    def _move(self, check: Hashable, result: CheckResult, lines: int) -> CheckResult:
        known = self._moved.get(check)
        if known is not None and known[0] == lines and known[1] is result:
            return known[2]
        moved = result.move(lines)
        self._moved[check] = (lines, result, moved)
        return moved


class _CaseResults:
    """Results of one case; it holds the case, so that no other takes its identity."""

    def __init__(self, case: Case | None) -> None:
        self.case = case
        self.sections: BoundedCache[SectionResults] = BoundedCache(_SECTIONS)
        self.sentences: BoundedCache[object] = BoundedCache(_SENTENCES)


_cases: BoundedCache[_CaseResults] = BoundedCache(_CASES)


def _recall_case(case: Case | None) -> _CaseResults:
    return _cases.get(id(case)) or _cases.add(id(case), _CaseResults(case))


def recall_section(section: DraftText, firm_state: FirmState | None = None) -> SectionResults:
    """Returns the results that are kept of a section, by its text and case; to be filled by the caller.

    Args:
        section: The section.
        firm_state: What :func:`read_firm_state` returned for its case; None: it is read now.
    """
    case = section.case if isinstance(section, DraftSection) else None
    earlier = section.earlier if isinstance(section, DraftSection) else ()
    own = (section.section_id, section.title, section.part, section.content, section.citations, section.listed)
    state = read_firm_state(case) if firm_state is None else firm_state
    key = (*own, section.numbering and section.numbering.key, earlier, state)
    kept = _recall_case(case).sections
    return kept.get(key) or kept.add(key, SectionResults())


def recall_sentence(case: Case, key: Hashable, compute: Callable[[], Result]) -> Result:
    """Returns a result of a sentence, from memory where it is the same.

    Args:
        case: The case.
        key: All else that the result depends on, and what computes it.
        compute: Computes it.
    """
    kept = _recall_case(case).sentences
    found = kept.get(key)
    return cast("Result", found if found is not None else kept.add(key, compute()))


def check_sentences(draft: DraftSection, check: Hashable, run: Callable[[DraftSection], CheckResult]) -> CheckResult:
    """Runs a check on each sentence of a section alone; sentences that were checked before are not checked again.

    Args:
        draft: The section, which begins on line 1.
        check: What identifies the check.
        run: Runs the check on a draft, of which
            :func:`~workbench.checks.statements.cited_sentence.find_cited_sentences` gives one sentence.
    """
    findings: list[Finding] = []
    coverage = Coverage()
    line, at = 0, 0
    for cited in find_cited_sentences(draft):
        line += draft.content.count("\n", at, cited.sentence.start)
        at = cited.sentence.start
        try:
            result = recall_sentence(draft.case, (check, *list_what_is_read(cited)), partial(_run_on, cited, run, line))
        except _BrokenCheckError:
            # It would be reported for each sentence: over the whole section the check breaks once.
            return run(draft)
        findings += result.move(line).findings
        coverage.add(result.coverage)
    return CheckResult(tuple(findings), (), coverage)


def _run_on(cited: CitedSentence, run: Callable[[DraftSection], CheckResult], line: int) -> CheckResult:
    draft = cited.draft
    alone = replace(draft, coverage=Coverage())
    # What was read of the section holds for it as well, except its sentences.
    alone.__dict__.update({name: value for name, value in draft.__dict__.items() if name not in alone.__dict__})
    alone.__dict__["_cited_sentences"] = (replace(cited, draft=alone),)
    result = run(alone)
    if result.is_broken:
        raise _BrokenCheckError
    return result.move(-line)


class _BrokenCheckError(Exception):
    """A check broke on a sentence."""


def list_what_is_read(cited: CitedSentence) -> Iterator[Hashable]:
    """Lists all of a sentence that a check of sentences may read, beside the case."""
    draft, sentence = cited.draft, cited.sentence
    block = draft.blocks[sentence.block]
    yield draft.section_id
    yield block.kind
    yield draft.text_of(block)
    yield sentence.start - block.start
    yield sentence.text
    yield cited.cites.source
    for cite in cited.cites.citations:
        yield cite.exhibit_id, cite.pages


def detach(section: DraftText) -> DraftText:
    """Returns a section as a draft of its own: it begins on line 1, and notices when its other sections are read."""
    if isinstance(section, DraftSection):
        return replace(section, first_line=1, coverage=Coverage(), others=_WatchedTexts(section.others))
    return replace(section, first_line=1, coverage=Coverage())


class _WatchedTexts(Mapping[str, str]):
    """Texts by section id, which notice that one is read.

    What reads them cannot depend on them before: a check that has not read them depends on none. A value that is kept
    beside the fields of a draft must not be made of them, for the next check would not read them again.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self.was_read = False

    def __getitem__(self, section_id: str) -> str:
        self.was_read = True
        return self._texts[section_id]

    def __iter__(self) -> Iterator[str]:
        self.was_read = True
        return iter(self._texts)

    def __len__(self) -> int:
        self.was_read = True
        return len(self._texts)
