"""A run about Chien-Shiung Wu as events: what the monitor's tests and pictures replay. The facts are the public record's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

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
from workbench.live.snapshot import ExhibitState, Letter, SectionState, Snapshot, Usage

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

SECTIONS = {
    "intro": (
        "Introduction",
        "This letter is submitted in support of the petition to classify Dr. Chien-Shiung Wu as an alien of extraordinary "
        "ability in *experimental nuclear physics* under section 203(b)(1)(A) of the Immigration and Nationality Act. "
        "Dr. Wu is the Michael I. Pupin Professor of Physics at Columbia University [@columbia-appointment, p. 1].\n\n"
        "The evidence satisfies four of the criteria of 8 C.F.R. § 204.5(h)(3):\n\n"
        "- **Lesser nationally or internationally recognized prizes**, § 204.5(h)(3)(i) [@nms-citation, p. 1; @wolf-prize, p. 1];\n"
        "- **Membership in associations which require outstanding achievements**, § 204.5(h)(3)(ii) [@nas-election, p. 1];\n"
        "- **Authorship of scholarly articles**, § 204.5(h)(3)(vi) [@parity-paper, pp. 1-2];\n"
        "- **A leading or critical role** for organizations with a distinguished reputation, § 204.5(h)(3)(viii) "
        "[@aps-presidency, p. 1].",
    ),
    "background": (
        "Background of the Beneficiary",
        "Dr. Wu received her doctorate at the University of California, Berkeley, in 1940 and joined the faculty of Columbia "
        "University during the war [@biographical-memoir, pp. 1-2]. She was made full professor in 1958 and appointed to the "
        "Michael I. Pupin professorship in 1973 [@columbia-appointment, p. 1].\n\n"
        "Her work is the experimental study of beta decay, the process by which a nucleus emits an electron. Her measurements "
        "of the shape of beta spectra settled a question that had divided the field for a decade [@biographical-memoir, p. 2].",
    ),
    "awards": (
        "Lesser Nationally or Internationally Recognized Prizes or Awards",
        "The regulation asks for\n\n"
        "> Documentation of the alien's receipt of lesser nationally or internationally recognized prizes or awards for "
        "excellence in the field of endeavor;\n\n"
        "8 C.F.R. § 204.5(h)(3)(i). Dr. Wu has received three.\n\n"
        "### The National Medal of Science (1975)\n\n"
        "The President of the United States awarded Dr. Wu the National Medal of Science for 1975, the nation's highest "
        "honor for achievement in science [@nms-citation, p. 1]. The medal is given on the advice of a committee of "
        "scientists, for contributions of the highest order to knowledge in the physical sciences [@nms-citation, p. 2].\n\n"
        "### The Wolf Prize in Physics (1978)\n\n"
        "In 1978 Dr. Wu was the first person to receive the Wolf Prize in Physics [@wolf-prize, p. 1]. The prize is "
        "international: it is given to scientists “irrespective of nationality, race, colour, religion, sex or political "
        "views” [@wolf-prize, p. 2]. More than 200 candidates were considered.\n\n"
        "### The Comstock Prize in Physics (1964)\n\n"
        "The National Academy of Sciences gives the Comstock Prize every five years [@comstock-prise, p. 1]. Dr. Wu received it for "
        "her experimental proof of the conserved vector current.\n\n"
        "Each award was given to Dr. Wu in person, for excellence in her field. The criterion is met.",
    ),
    "membership": (
        "Membership in Associations Requiring Outstanding Achievements",
        "Dr. Wu was elected to the National Academy of Sciences in 1958 [@nas-election, p. 1]. The Academy's bylaws provide "
        "that members are elected “in recognition of their distinguished and continuing achievements in original research” "
        "[@nas-bylaws, p. 2], on nomination and by ballot of the members of the section [@nas-bylaws, p. 3].\n\n"
        "Election is therefore judged by recognized national experts, and achievement is its only ground. The criterion is met.",
    ),
    "publications": (
        "Authorship of Scholarly Articles",
        "Dr. Wu is the first author of “Experimental Test of Parity Conservation in Beta Decay,” published in *Physical Review* "
        "on February 15, 1957 [@parity-paper, p. 1]. The paper reports that electrons from oriented cobalt-60 nuclei are "
        "emitted preferentially against the direction of the nuclear spin [@parity-paper, p. 2].\n\n"
        "She is also an author of the 1963 test of the conserved vector current in *Physical Review Letters* [@cvc-paper, p. 1], "
        "and, with S. A. Moszkowski, of the monograph *Beta Decay* [@beta-decay-book, pp. 1-3].",
    ),
    "critical_role": (
        "Leading or Critical Role for Distinguished Organizations",
        "Dr. Wu served as president of the American Physical Society in 1975 [@aps-presidency, p. 1]. The presidency is, by its "
        "nature, a leading role. The Society is the principal association of physicists in the United States "
        "[@aps-presidency, p. 1; @biographical-memoir, p. 3].\n\n"
        "At Columbia University she has directed the laboratory in which the work described above was done "
        "[@letter-colleague, p. 1].",
    ),
    "final_merits": (
        "Final Merits: the Very Top of the Field",
        "Considered together, the evidence shows sustained national and international acclaim. For two decades the institutions "
        "that recognize physicists have each, independently, chosen Dr. Wu: the Academy in 1958 [@nas-election, p. 1], the "
        "Comstock Prize in 1964 [@comstock-prize, p. 1], the National Medal of Science in 1975 [@nms-citation, p. 1] and the "
        "first Wolf Prize in Physics in 1978 [@wolf-prize, p. 1].",
    ),
    "continuing_work": (
        "Intent to Continue Work in the Field",
        "Dr. Wu will continue her research at Columbia University. Her statement sets out the experiments on double beta decay "
        "and on muonic atoms that she plans [@work-plan, p. 1].",
    ),
    "benefit": (
        "Substantial Prospective Benefit to the United States",
        "Precise knowledge of weak interactions is the ground on which American research in nuclear physics stands "
        "[@letter-colleague, p. 2].",
    ),
    "conclusion": (
        "Conclusion",
        "For these reasons the petitioner respectfully asks that the petition be approved. The exhibits are listed in the index.",
    ),
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

PAGES = {
    ("wolf-prize", 1): (
        "THE WOLF FOUNDATION\nAnnouncement of the first Wolf Prizes, 1978\n\n"
        "Physics\n\nThe Wolf Prize in Physics for 1978 is awarded to Professor Chien-Shiung Wu, of Columbia University, New "
        "York, U.S.A., for her explorations of the weak interaction, helping establish the precise form and the "
        "non-conservation of parity for this natural force.\n\nThis is the first award of the prize in physics."
    ),
    ("wolf-prize", 2): (
        "Terms of the award\n\nThe prizes are given to outstanding scientists and artists, irrespective of nationality, race, "
        "colour, religion, sex or political views, for achievements in the interest of mankind and friendly relations among "
        "peoples.\n\nThe recipients are chosen by international committees of experts, appointed anew each year."
    ),
    (
        "wolf-prize",
        3,
    ): "Sample document, written for this case from the public record. It is no copy of a document of the Foundation.",
}


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
        letter=Letter(
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
    """Every event of the run, stamped, from the start to review.

    Args:
        piece: Characters a delta.
    """
    for number, event in enumerate(_unstamped(piece)):
        yield event.stamped(thread_id=THREAD, event_id=f"{1_795_446_000_000 + number * 40}-0", at=_at(number * 40))


def _unstamped(piece: int) -> Iterator[Event]:
    yield StatusChange(status="generating")
    yield progress(0, len(SECTIONS))
    yield _log("run", "thread wu-1978-demo: 10 sections, 14 exhibits, 28 pages")
    yield _log("model", "offline assembler: no language model writes, nothing leaves this machine")
    yield _log("memory", "exhibit nyt-parity has no text layer; it is listed, not read", "warning")
    tokens, done = 0, 0
    for name in ORDER:
        title, text = SECTIONS[name]
        yield SectionUpdate(
            section_id=name,
            status="in_progress",
            attempts=1,
            started_at=_at(1000 * done),
            prompt_version=f"{name}@3f2a9c01d7be",
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
        done += 1
        status = "needs_review" if open_findings else "completed"
        yield SectionUpdate(section_id=name, status=status, findings=open_findings, ended_at=_at(6000 * done))
        yield _log(
            "validator", f"{title}: {len(open_findings) or 'no'} findings", "warning" if open_findings else "info"
        )
        yield progress(done - (done > 1), len(SECTIONS))
    yield WorkflowUpdate(update={"unresolved": ["awards: 2 errors"]})
    yield ErrorRaised(message="spelling of an exhibit id", section_id="awards")
    yield StatusChange(status="needs_review")
    yield _log("run", "waits for the attorney: 1 section has open findings")


def _log(agent: str, message: str, level: str = "info") -> LogEntry:
    return LogEntry(log=LogLine.model_validate({"level": level, "message": message, "agent": agent, "at": _at(0)}))


def _at(ms: int) -> str:
    moment = BEGINNING + timedelta(milliseconds=ms)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
