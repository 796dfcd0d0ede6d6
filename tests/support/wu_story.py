"""A run about Chien-Shiung Wu as recorded events.

The facts are the public record's; the letter (wu_letter.md) has two mistakes on purpose, which FINDINGS names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from workbench.checks.finding import Finding
from workbench.live.events import (
    ErrorRaised,
    Event,
    LogEntry,
    LogLine,
    SectionDelta,
    SectionUpdate,
    StatusChange,
    WorkflowUpdate,
    progress,
)
from workbench.live.snapshot import ExhibitState, LetterHead, SectionState, Snapshot, Usage

THREAD = "wu-1978-demo"
BEGINNING = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

EXHIBITS = [
    ("biographical-memoir", "Biographical memoir of Chien-Shiung Wu", "background", "1997", 4),
    (
        "columbia-appointment",
        "Columbia University: record of appointment as Michael I. Pupin Professor",
        "record",
        "1973",
        2,
    ),
    ("nms-citation", "National Medal of Science: citation and list of recipients", "award", "1975", 2),
    ("wolf-prize", "Wolf Foundation: announcement of the first Wolf Prize in Physics", "award", "1978", 3),
    ("comstock-prize", "National Academy of Sciences: the Comstock Prize in Physics", "award", "1964", 1),
    ("nas-election", "National Academy of Sciences: record of election", "membership", "1958", 1),
    ("nas-bylaws", "National Academy of Sciences: constitution and bylaws, election of members", "bylaws", "1957", 3),
    (
        "parity-paper",
        "Wu et al., “Experimental Test of Parity Conservation in Beta Decay,” Physical Review 105",
        "scholarly_article",
        "1957-02-15",
        2,
    ),
    (
        "cvc-paper",
        "Lee, Mo and Wu, on the conserved vector current, Physical Review Letters 10",
        "scholarly_article",
        "1963",
        2,
    ),
    (
        "beta-decay-book",
        "Wu and Moszkowski, Beta Decay (Interscience): title pages and preface",
        "scholarly_article",
        "1966",
        3,
    ),
    ("aps-presidency", "American Physical Society: past presidents", "record", "1975", 1),
    ("letter-colleague", "Letter of a colleague at another university (sample)", "letter", "1978-03-02", 2),
    ("nyt-parity", "Newspaper report on the overthrow of parity (scan)", "published_material", "1957-01-16", 1),
    ("work-plan", "Statement of plans for continued research", "statement", "1978-04-10", 1),
]

_LETTER = Path(__file__).with_name("wu_letter.md").read_text("utf-8")
SECTIONS = {
    name: (title, text.strip())
    for name, title, text in re.findall(r"^# (\w+): (.+)\n\n((?:(?!# ).*\n)+)", _LETTER, flags=re.MULTILINE)
}

WAITS_FOR = {
    "intro": ["awards", "membership", "publications", "critical_role"],
    "final_merits": ["awards", "membership", "publications", "critical_role"],
    "conclusion": ["final_merits"],
}

ORDER = [name for name in SECTIONS if name not in {"intro", "final_merits", "conclusion"}] + [
    "final_merits",
    "intro",
    "conclusion",
]

FINDINGS = (
    Finding(
        check="claim-uncited",
        severity="error",
        message="A number stands here without an exhibit in its sentence or paragraph.",
        section_id="awards",
        line=17,
        quote="More than 200 candidates were considered.",
        suggestion="Cite the page that carries the figure, or leave the sentence out.",
    ),
    Finding(
        check="exhibit-exists",
        severity="error",
        message="No exhibit of this case has the id comstock-prise.",
        section_id="awards",
        line=21,
        quote="[@comstock-prise, p. 1]",
        suggestion="Perhaps comstock-prize.",
    ),
    Finding(
        check="double-use",
        severity="warning",
        message="The same exhibit is the only support of another criterion.",
        section_id="awards",
    ),
)

_PAGES = Path(__file__).with_name("wu_pages.md").read_text("utf-8")
PAGES = {
    (name, int(page)): text.strip()
    for name, page, text in re.findall(r"^# ([\w-]+), p\. (\d+)\n\n((?:(?!# ).*\n)+)", _PAGES, flags=re.MULTILINE)
}


def without_files(snapshot: Snapshot) -> Snapshot:
    """The same run where the files of its exhibits are not given out: no pictures, no marks on pages."""
    return snapshot.model_copy(
        update={"exhibits": tuple(exhibit.model_copy(update={"sha256": ""}) for exhibit in snapshot.exhibits)}
    )


def beginning() -> Snapshot:
    """Nothing drafted yet."""
    return Snapshot(
        thread_id=THREAD,
        user_id="a.attorney",
        case_id="wu",
        sections=tuple(SectionState(section_id=name, title=title) for name, (title, _) in SECTIONS.items()),
        exhibits=tuple(
            ExhibitState(
                exhibit_id=name,
                number=number,
                title=title,
                kind=kind,
                date=date,
                pages=pages,
                sha256="0" * 64,
                has_text=name != "nyt-parity",
            )
            for number, (name, title, kind, date, pages) in enumerate(EXHIBITS, 1)
        ),
        letter=LetterHead(
            case_title="Petition for Dr. Chien-Shiung Wu",
            petitioner="Columbia University",
            beneficiary="Dr. Chien-Shiung Wu",
            field_of_endeavor="experimental nuclear physics",
            filing_date="1978-05-01",
            criteria=("(h)(3)(i)", "(h)(3)(ii)", "(h)(3)(vi)", "(h)(3)(viii)"),
            counsel=("Jordan Avery", "Avery & Lindqvist LLP", "Counsel for the petitioner"),
            sample="Sample case: the person and the public record are real, the filing and its date are invented.",
        ),
        model="offline assembler (no language model)",
        started_at=_at(0),
    )


def story(*, piece: int = 24) -> Iterator[Event]:
    """All events of the run, from start to review.

    Args:
        piece: Characters a delta.
    """
    for number, event in enumerate(_unstamped(piece)):
        yield event.with_stamp(thread_id=THREAD, event_id=f"{1_795_446_000_000 + number * 40}-0", at=_at(number * 40))


def _unstamped(piece: int) -> Iterator[Event]:
    yield StatusChange(status="generating")
    yield progress(0, len(SECTIONS))
    yield _log("run", "thread wu-1978-demo: 10 sections, 14 exhibits, 28 pages")
    yield _log("model", "offline assembler: no language model writes, nothing leaves this machine")
    yield _log("memory", "exhibit nyt-parity has no text layer; it is listed, not read", "warning")
    tokens = 0
    for done, name in enumerate(ORDER):
        title, text = SECTIONS[name]
        yield SectionUpdate(
            section_id=name,
            status="in_progress",
            attempts=1,
            started_at=_at(1000 * done),
            prompt_version=f"{name}@3f2a9c01d7be+ba9876543210",
        )
        yield _log("writer", f"{title}: first draft", "info")
        yield _log("memory", f"{name}: 6 passages of 4 exhibits", "debug")
        for start in range(0, len(text), piece):
            yield SectionDelta(section_id=name, text=text[start : start + piece])
        tokens += 900 + len(text) // 4
        yield SectionUpdate(section_id=name, status="validating", tokens_used=900 + len(text) // 4)
        yield WorkflowUpdate(
            update={"usage": Usage(input_tokens=tokens // 2, output_tokens=tokens - tokens // 2).model_dump()}
        )
        open_findings = [finding.model_dump() for finding in FINDINGS if finding.section_id == name]
        status = "needs_review" if open_findings else "completed"
        yield SectionUpdate(section_id=name, status=status, findings=open_findings, ended_at=_at(6000 * (done + 1)))
        yield _log(
            "validator", f"{title}: {len(open_findings) or 'no'} findings", "warning" if open_findings else "info"
        )
        yield progress(done + 1 - (done > 0), len(SECTIONS))
    yield WorkflowUpdate(update={"unresolved": ["awards: 2 errors"]})
    yield ErrorRaised(message="spelling of an exhibit id", section_id="awards")
    yield StatusChange(status="needs_review")
    yield _log("run", "waits for the attorney: 1 section has open findings")


def _log(agent: str, message: str, level: str = "info") -> LogEntry:
    return LogEntry(log=LogLine.model_validate({"level": level, "message": message, "agent": agent, "at": _at(0)}))


def _at(ms: int) -> str:
    moment = BEGINNING + timedelta(milliseconds=ms)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
