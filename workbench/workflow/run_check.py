"""Check report of a run: its letter against the exhibits, as it stands."""

from __future__ import annotations

import hashlib
from typing import Any

from workbench.case.firm_authorities import read_firm_state
from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.checks.check import check_letter
from workbench.checks.chosen_checks import choose_checks
from workbench.checks.evidence import Evidence
from workbench.checks.report import CheckReport
from workbench.config import Settings
from workbench.live.snapshot import Snapshot
from workbench.text.bounded_cache import BoundedCache
from workbench.text.digest import text_digest
from workbench.text.sentences import CITATION
from workbench.text.tokens import find_tokens
from workbench.workflow.run_folder import RunFolder
from workbench.workflow.run_letter import make_letter

_KEPT = 6
"""Cases and reports in memory; a case's pages are held once, whichever reports use them."""


_cases: BoundedCache[Case] = BoundedCache(_KEPT)
_reports: BoundedCache[CheckReport] = BoundedCache(_KEPT)


def check_run(settings: Settings, snapshot: Snapshot) -> CheckReport:
    """Checks the letter of a run. Blocks, for seconds at the first time.

    Args:
        settings: For the run's folder.
        snapshot: The run.

    Raises:
        InputError: The case is not on this machine, or cannot be read.
    """
    case = load_run_case(settings, snapshot)
    # What the firm may change between two reports: its settings of checks and its authorities.
    firm = (choose_checks(case).key, str(read_firm_state(case)))
    key = (*_case_key(snapshot), report_digest(snapshot), *firm)
    report = _reports.get(key)
    if report is None:
        report = _reports.add(key, check_letter(make_letter(snapshot, case)))
    return report


def report_digest(snapshot: Snapshot) -> str:
    """Computes the digest of all that a run's report depends on: its texts and exhibits."""
    digest = hashlib.sha256()
    for part in (
        *((exhibit.exhibit_id, exhibit.sha256) for exhibit in snapshot.exhibits),
        *((section.section_id, text_digest(section.content)) for section in snapshot.sections),
        *((section.section_id, text.model_dump_json()) for section in snapshot.sections for text in section.earlier),
    ):
        digest.update("\0".join(part).encode() + b"\n")
    return digest.hexdigest()


def load_run_case(settings: Settings, snapshot: Snapshot) -> Case:
    """Loads the case of a run, with the exhibits that were added to the run.

    Raises:
        InputError: It is not on this machine, or cannot be read.
    """
    key = _case_key(snapshot)
    case = _cases.get(key)
    if case is None:
        folder = RunFolder(settings, snapshot.thread_id)
        record = folder.read()
        case = load_case(record.case_root, settings=settings).with_exhibits(
            {exhibit.id: (exhibit, folder.read_exhibit(exhibit)) for exhibit in record.added}
        )
        case = _cases.add(key, case)
    return case


def describe_report(report: CheckReport) -> dict[str, Any]:
    """Returns a report as a viewer gets it: plain JSON values, each sentence with its digest."""
    return {
        **report.model_dump(mode="json", exclude={"draft", "case_id"}),
        "counts": report.counts,
        "sentences": [
            {**sentence.model_dump(mode="json"), "sha256": text_digest(sentence.text)} for sentence in report.sentences
        ],
    }


def find_passage(settings: Settings, snapshot: Snapshot, exhibit_id: str, page: int, sentence: str) -> str:
    """Finds the passage of an exhibit page with most of a sentence's words.

    Empty where the page has none of them.

    Raises:
        InputError: The case is not on this machine, or cannot be read.
    """
    evidence = Evidence.of(load_run_case(settings, snapshot))
    words = [token.word for token in find_tokens(CITATION.sub(" ", sentence))]
    found = evidence.find_passages(words, among=evidence.select(exhibit_id, (page,)), limit=1)
    return found[0].text if found else ""


def _case_key(snapshot: Snapshot) -> tuple[str, ...]:
    return (snapshot.thread_id, snapshot.case_digest, *(exhibit.sha256 for exhibit in snapshot.exhibits))
