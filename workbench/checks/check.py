"""Checking of a whole letter, ours or not."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from workbench.case.firm_authorities import FirmState, read_firm_state
from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.checks.chosen_checks import choose_checks
from workbench.checks.coverage import Coverage
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.evidence import Evidence
from workbench.checks.exhibits.citations import unreadable_exhibits
from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.letter import Letter, read_letter
from workbench.checks.registry import Check
from workbench.checks.report import CheckReport, SentenceVerdict
from workbench.checks.result_cache import (
    CheckResult,
    check_sentences,
    detach,
    recall_section,
)
from workbench.checks.shared_work import SharedWork
from workbench.checks.support.support import sentence_verdicts
from workbench.errors import InputError, Problem

_LEAST_SHARED = 20_000
"""Characters of a letter from which its sections are worth another process."""
_VERDICTS = "verdicts"
"""Identifies the support score of a section's sentences among its checks."""

_NAMES_WORDS = frozenset({"fact", "qualifier", "wording", "entity", "quotation"})
"""Checks that name the very words which the page does not have."""
# Errors first: they keep a section from being approved.
_ORDER = {"error": 0, "warning": 1, "info": 2}


def check(draft: str | Path, case: Case | str | Path | None = None) -> CheckReport:
    """Checks a letter: every deterministic check, on any draft.

    Args:
        draft: A file (``.md``, ``.txt``, ``.docx``, ``.ipynb``, ``.pdf``), or the text itself: two words
            or more.
        case: The case whose exhibits it cites: loaded, or its folder or id. Without one, only the checks run that
            compare the letter with nothing but itself and the law; the report says so of the others.

    Returns:
        The findings, a verdict for each sentence, and what was looked at.

    Raises:
        InputError: The draft or the case cannot be read.

    Examples:
        >>> import workbench
        >>> report = workbench.check("She won the Wolf Prize [@wolf-prize, p. 99].", case="wu")
        >>> [finding.check for finding in report.findings if finding.severity == "error"]
        ['exhibit-exists']
    """
    loaded = load_case(case, allow_unreadable=True) if isinstance(case, str | Path) else case
    if not isinstance(loaded, Case | None):
        what = f"a case is a loaded one, its folder or its id, and no {type(case).__name__}"
        raise InputError(Problem(what, "give its folder"))
    return check_letter(read_letter(draft, loaded))


def check_letter(letter: Letter, checks: Sequence[Check] | None = None, *, processes: int = 1) -> CheckReport:
    """Runs checks over a letter.

    Args:
        letter: The letter.
        checks: Default: the registry and the installed plug-ins, as the firm's ``checks.yaml`` configures them.
        processes: Processes that share the sections of a long letter. With more than one, not all results are kept in
            memory for the next time: for a command that ends.
    """
    coverage = Coverage()
    findings: list[Finding] = []
    if checks is None:
        chosen = choose_checks(letter.case)
        checks = chosen.checks
        findings += chosen.findings
    by_section, of_letter = _run_everywhere(letter, checks, processes)
    sentences: list[SentenceVerdict] = []
    for result in by_section:
        findings += result.findings
        sentences += result.sentences
        coverage.add(result.coverage)
    findings += of_letter
    if letter.case is not None:
        findings += unreadable_exhibits(letter.case)
    coverage.add(letter.coverage)
    counted = coverage.counts()
    settled = tuple(_settle_verdicts(sentences, sort_findings(findings)))
    if letter.file is not None and letter.file.places:
        settled = tuple(_place_sentences(letter, settled))
    report = CheckReport(
        draft=letter.name,
        sha256=hashlib.sha256(letter.text.encode(errors="replace")).hexdigest(),
        case_id=letter.case.case_id if letter.case else None,
        version=version("eb1a-workbench"),
        at=datetime.now(UTC),
        findings=(),
        sentences=settled,
        checked={each.id: counted[each.id] for each in checks if each.id in counted},
        text=letter.text,
        titles={each.id: each.title for each in checks},
    )
    return add_findings(report, letter, findings)


def _run_everywhere(letter: Letter, checks: Sequence[Check], processes: int) -> tuple[list[CheckResult], list[Finding]]:
    """Runs the checks over each section, in their order, and over the letter as a whole."""
    of_sections = [each for each in checks if each.scope == "section"]
    everywhere = [each for each in of_sections if each.everywhere]
    firm_state = read_firm_state(letter.case)

    def check_one(section: DraftText) -> CheckResult:
        # An address, a signature and a list claim nothing, and may be wrong in a name or left to be filled in.
        return check_section(section, of_sections if section.part == "body" else everywhere, firm_state)

    order: Sequence[DraftText] = letter.sections
    if processes > 1 and len(letter.text) >= _LEAST_SHARED:
        # The longest first: one that begins last would be waited for alone.
        order = sorted(letter.sections, key=_count_characters, reverse=True)
        if letter.case is not None:
            # Each of the processes would do it.
            Evidence.of(letter.case).index_words()
    else:
        processes = 1
    with SharedWork(check_one, order, processes) as work:
        of_letter = run_checks(letter, [each for each in checks if each.scope == "letter"])
        by_section = dict(zip(map(id, order), work.finish(), strict=True))
    return [by_section[id(section)] for section in letter.sections], of_letter


def add_findings(report: CheckReport, letter: Letter, findings: Iterable[Finding]) -> CheckReport:
    """Returns a report of a letter with further findings in their order, and with the places of all."""
    ordered = sort_findings((*report.findings, *findings))
    places = find_places(letter, ordered)
    named = dict.fromkeys((place.exhibit_id, place.page) for place in _find_evidence(ordered, report.sentences))
    return report.model_copy(
        update={
            "findings": ordered,
            "places": places,
            "where": tuple(_name_places(letter, ordered, places)),
            "names": {(exhibit_id, page): letter.name_exhibit(exhibit_id, (page,)) for exhibit_id, page in named},
        }
    )


def _count_characters(section: DraftText) -> int:
    return len(section.content)


def check_section(section: DraftText, checks: Sequence[Check], firm_state: FirmState | None = None) -> CheckResult:
    """Runs checks over one section; results of a section or sentence that was checked before are kept in memory.

    Args:
        section: The section.
        checks: Those of scope ``section``.
        firm_state: Where :func:`~workbench.case.firm_authorities.read_firm_state` was called for the whole letter.
    """
    kept, draft = recall_section(section, firm_state), detach(section)
    results = [kept.recall(check, section, draft, partial(_run_check, check)) for check in checks]
    if section.part == "body":
        results.append(kept.recall(_VERDICTS, section, draft, _find_verdicts))
    coverage = Coverage()
    for result in results:
        coverage.add(result.coverage)
    findings = _drop_repeated([found for result in results for found in result.findings])
    return CheckResult(tuple(findings), results[-1].sentences if results else (), coverage)


def _run_check(check: Check, draft: DraftText) -> CheckResult:
    if check.by_sentence and isinstance(draft, DraftSection):
        found = check_sentences(draft, check, partial(_run_on_sentence, check))
        counted = found.coverage.counts().get(check.id)
        if counted is None or not counted.places + counted.unchecked:
            found.coverage.check(check.id, len(draft.sentences))
        return found
    return CheckResult(tuple(run_checks(draft, [check])), (), draft.coverage.take())


def _run_on_sentence(check: Check, draft: DraftText) -> CheckResult:
    # Counted, so that a sentence without anything to look at does not count as all sentences of its section.
    draft.coverage.check(check.id, 0)
    return CheckResult(tuple(run_checks(draft, [check])), (), draft.coverage.take())


def _find_verdicts(draft: DraftText) -> CheckResult:
    return CheckResult((), sentence_verdicts(draft))


def _drop_repeated(findings: Sequence[Finding]) -> list[Finding]:
    """Drops the warning that a sentence is hardly carried, where another finding names the words that are not."""
    named: dict[int | None, list[str]] = defaultdict(list)
    for found in findings:
        if found.check in _NAMES_WORDS and found.severity != "info" and found.quote:
            named[found.line].append(found.quote)
    return [
        found
        for found in findings
        if found.check != "support" or not any(words in (found.quote or "") for words in named[found.line])
    ]


def _settle_verdicts(verdicts: Iterable[SentenceVerdict], findings: Sequence[Finding]) -> Iterator[SentenceVerdict]:
    """Yields the sentences' verdicts; one with an error about the exhibits is contradicted."""
    errors = [found for found in findings if found.severity == "error" and found.evidence and found.quote]
    for verdict in verdicts:
        wrong = next((found for found in errors if _is_within(found, verdict)), None)
        if wrong is None:
            yield verdict
        else:
            changes = {"verdict": "contradicted", "why": wrong.message, "evidence": wrong.evidence[0]}
            yield verdict.model_copy(update=changes)


def _is_within(finding: Finding, verdict: SentenceVerdict) -> bool:
    if finding.section_id != verdict.section_id or finding.line is None or not finding.quote:
        return False
    last = verdict.line + verdict.text.count("\n")
    return verdict.line <= finding.line <= last and (finding.quote in verdict.text or verdict.text in finding.quote)


def _find_evidence(findings: Iterable[Finding], sentences: Iterable[SentenceVerdict]) -> Iterator[EvidencePlace]:
    for finding in findings:
        yield from finding.evidence
    yield from (sentence.evidence for sentence in sentences if sentence.evidence is not None)


def _place_sentences(letter: Letter, sentences: Iterable[SentenceVerdict]) -> Iterator[SentenceVerdict]:
    """Yields the sentences of a file that has pages, paragraphs or cells, each with its own."""
    behind = 0
    starts = [0, *(match.end() for match in re.finditer("\n", letter.text))]
    for sentence in sentences:
        # A heading stands in the table of contents, too.
        behind = max(behind, starts[min(sentence.line, len(starts)) - 1])
        start = letter.text.find(sentence.text, behind)
        behind = max(start, behind)
        yield sentence.model_copy(update={"place": letter.find_place(behind)})


def _name_places(
    letter: Letter, findings: Iterable[Finding], places: Iterable[tuple[int, int] | None]
) -> Iterator[str | None]:
    """Yields where a reader of the file finds each finding."""
    ends = [0, *(match.end() for match in re.finditer("\n", letter.text))]
    for finding, place in zip(findings, places, strict=True):
        if finding.line is None:
            yield None
        elif letter.file is None or not letter.file.places:
            yield f"line {finding.line}"
        else:
            # A finding whose words are not found stands on its line.
            yield letter.find_place(place[0] if place else ends[min(finding.line, len(ends)) - 1])


def find_places(letter: Letter, findings: Iterable[Finding]) -> tuple[tuple[int, int] | None, ...]:
    """Finds start and end of findings in a letter's text; None for those of the letter as a whole."""
    begin, end = 0, 0
    spans: list[tuple[DraftText, int]] = []
    for section in letter.sections:
        begin = max(letter.text.find(section.content, end), end)
        end = begin + len(section.content)
        spans.append((section, begin))
    return tuple(_find_place(letter.text, spans, finding) for finding in findings)


def _find_place(text: str, spans: list[tuple[DraftText, int]], finding: Finding) -> tuple[int, int] | None:
    if finding.line is None or not finding.quote:
        return None
    for section, begin in spans:
        if section.section_id != finding.section_id:
            continue
        lines = finding.line - section.first_line
        place = section.line_start(lines) if lines >= 0 else None
        start = -1 if place is None else text.find(finding.quote, begin + place)
        # A quote begins on its line: one further down is another.
        if place is not None and start >= 0 and "\n" not in text[begin + place : start]:
            return start, start + len(finding.quote)
    return None


def run_checks(subject: DraftText | Letter, checks: Iterable[Check]) -> list[Finding]:
    """Runs checks over one section or letter, and counts each.

    A check that broke yields a warning that begins with "Not checked", and is counted as not run; it never counts as
    passed.
    """
    has_case = isinstance(subject, DraftSection) or (isinstance(subject, Letter) and subject.case is not None)
    findings: list[Finding] = []
    for each in checks:
        if each.needs_case and not has_case:
            subject.coverage.skip(each.id, "no case was given")
            continue
        try:
            findings.extend(each.run(subject))
        # A check is pure code over untrusted text; a defect in one must not lose the draft.
        except Exception as error:  # noqa: BLE001 - one broken check must not hide what the others find
            subject.coverage.skip(each.id, "the check broke")
            message = f"Not checked: “{each.title}” broke on this draft ({type(error).__name__}: {error})."
            suggestion = "Check this by hand, and report the defect."
            section_id = subject.section_id if isinstance(subject, DraftText) else None
            findings.append(
                Finding(
                    check=each.id, severity="warning", message=message, section_id=section_id, suggestion=suggestion
                )
            )
        else:
            # Checks of a section that do not count their places look at every sentence.
            if not subject.coverage.has(each.id):
                subject.coverage.check(each.id, len(subject.sentences) if isinstance(subject, DraftText) else 0)
    return findings


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Returns findings by severity, errors first; within one, by line and otherwise in their order."""
    return tuple(sorted(findings, key=lambda finding: (_ORDER[finding.severity], finding.line or 0)))
