"""Results of sections that were checked before: after an edit only the changed section is checked again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from workbench.case.firm_authorities import firm_file
from workbench.case.model import Case
from workbench.checks.coverage import Coverage
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.finding import Finding
from workbench.checks.report import SentenceVerdict

_CASES, _SECTIONS = 4, 2000
"""Most cases whose results are kept, and most sections of each."""


class SectionResult(NamedTuple):
    """Result of all checks of one section.

    Attributes:
        findings: In the order of the checks.
        sentences: The verdict of each sentence.
        coverage: What was looked at.
    """

    findings: tuple[Finding, ...]
    sentences: tuple[SentenceVerdict, ...]
    coverage: Coverage


class SectionCache:
    """Results in memory, by all that they depend on: text, citations, case and checks. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cases: OrderedDict[int, tuple[Case | None, OrderedDict[object, _KeptResult]]] = OrderedDict()

    def recall(
        self, section: DraftText, checks: Sequence[object], compute: Callable[[DraftText], SectionResult]
    ) -> SectionResult:
        """Returns the result of a section, from memory where it is the same.

        Args:
            section: The section, at any place of its letter.
            checks: What identifies the checks that run.
            compute: Checks a section that begins on line 1.
        """
        case = section.case if isinstance(section, DraftSection) else None
        others = (*section.others.items(), *section.earlier) if isinstance(section, DraftSection) else ()
        own = (section.section_id, section.title, section.part, section.content, section.citations, section.listed)
        key = (*own, section.numbering is None, others, _read_firm_state(case), *checks)
        with self._lock:
            # With the case beside its results, so that no other takes its identity.
            results = self._cases.setdefault(id(case), (case, OrderedDict()))[1]
            self._cases.move_to_end(id(case))
            while len(self._cases) > _CASES:
                self._cases.popitem(last=False)
            known = results.get(key)
        if known is None:
            known = _KeptResult(compute(replace(section, first_line=1, coverage=Coverage())))
            if known.is_broken:
                return known.move(section.first_line - 1)
            with self._lock:
                results[key] = known
                while len(results) > _SECTIONS:
                    results.popitem(last=False)
        return known.move(section.first_line - 1)


def _read_firm_state(case: Case | None) -> tuple[int, int] | None:
    """Returns time and size of the firm's file of authorities, which findings depend on; None where there is none."""
    try:
        state = firm_file(case.root if case is not None else None).stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size


class _KeptResult:
    """A result, and as it was moved last: most sections stay on their line."""

    def __init__(self, result: SectionResult) -> None:
        self._result = result
        self._moved = (0, result)

    def __repr__(self) -> str:
        return f"<_KeptResult: {len(self._result.findings)} findings>"

    @property
    def is_broken(self) -> bool:
        """Tells if a check broke: that may be an accident of the moment, and would be repeated."""
        return any(found.message.startswith("Not checked") for found in self._result.findings)

    def move(self, lines: int) -> SectionResult:
        """Returns the result so many lines below."""
        before, moved = self._moved
        if before != lines:
            moved = _move(self._result, lines)
            self._moved = (lines, moved)
        return moved


def _move(result: SectionResult, lines: int) -> SectionResult:
    if not lines:
        return result
    findings = tuple(
        found if found.line is None else found.model_copy(update={"line": found.line + lines})
        for found in result.findings
    )
    sentences = tuple(each.model_copy(update={"line": each.line + lines}) for each in result.sentences)
    return SectionResult(findings, sentences, result.coverage)
