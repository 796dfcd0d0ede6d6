"""A petition as a run leaves it: Chien-Shiung Wu, ten sections, twenty-two exhibits; facts from the public record."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from workbench.checks.finding import Finding
from workbench.export import petition_notebook
from workbench.export.petition import Petition, read_petition
from workbench.live.snapshot import ExhibitState, LetterHead, SectionState, Snapshot
from workbench.text.digest import text_digest

EXHIBITS = (
    ("nms-citation", "National Medal of Science citation, awarded to Chien-Shiung Wu", "award", "1976-10-18", 2),
    ("nms-history", "National Science Foundation history of the National Medal of Science", "record", "1977", 3),
    ("wolf-prize", "Wolf Foundation announcement of the 1978 Wolf Prize in Physics", "award", "1978-04", 2),
    ("wolf-statute", "Statutes of the Wolf Foundation", "record", "1976", 4),
    ("comstock", "National Academy of Sciences notice of the Comstock Prize in Physics", "award", "1964", 1),
    ("nas-election", "National Academy of Sciences record of election, 1958", "membership", "1958-04-29", 1),
    ("nas-bylaws", "Constitution and Bylaws of the National Academy of Sciences", "bylaws", "1970", 6),
    ("aps-president", "American Physical Society list of officers, 1975", "record", "1975-01", 2),
    ("aps-history", "History of the American Physical Society", "background", "1970", 5),
    (
        "parity-paper",
        "Experimental Test of Parity Conservation in Beta Decay, Physical Review 105, 1413",
        "scholarly_article",
        "1957-02-15",
        2,
    ),
    ("parity-review", "Review of the parity experiments in a scientific monthly", "published_material", "1957-05", 3),
    (
        "lee-yang",
        "Question of Parity Conservation in Weak Interactions, Physical Review 104, 254",
        "scholarly_article",
        "1956-10-01",
        5,
    ),
    ("beta-book", "Beta Decay, Interscience Publishers, title pages and contents", "scholarly_article", "1966", 4),
    (
        "vector-current",
        "Search for the conserved vector current in boron 12 and nitrogen 12, Physical Review Letters 10, 253",
        "scholarly_article",
        "1963-03-15",
        3,
    ),
    (
        "columbia-chair",
        "Columbia University notice of the Michael I. Pupin Professorship of Physics",
        "record",
        "1973",
        1,
    ),
    ("columbia-letter", "Letter of the Department of Physics, Columbia University", "letter", "1978-06-01", 2),
    ("columbia-rank", "Assessment of graduate programs in physics", "background", "1970", 2),
    ("princeton-degree", "Princeton University honorary doctorate, program of the ceremony", "record", "1958-06-17", 1),
    ("berkeley-degree", "University of California doctorate in physics", "record", "1940", 1),
    ("research-plan", "Statement of the beneficiary on her continued research", "statement", "1978-08-14", 2),
    (
        "nsf-benefit",
        "Letter on the uses of beta decay measurements in medicine and industry",
        "letter",
        "1978-07-20",
        2,
    ),
    ("portrait", "Newspaper portrait of the beneficiary, scanned", "published_material", "1963-06", 1),
)

PETITION = Path(__file__).parent / "wu_petition.md"
CONTENT = {
    section_id: (title, content.strip())
    for part in re.split(r"^## ", PETITION.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    for head, content in [part.split("\n", 1)]
    for section_id, title in [head.split(": ", 1)]
}
"""Sections of ``wu_petition.md``: id to title and content."""


def exhibits() -> tuple[ExhibitState, ...]:
    return tuple(
        ExhibitState(
            exhibit_id=exhibit_id,
            number=number,
            title=title,
            kind=kind,
            date=date,
            pages=pages,
            sha256=hashlib.sha256(exhibit_id.encode()).hexdigest(),
            has_text=exhibit_id != "portrait",
        )
        for number, (exhibit_id, title, kind, date, pages) in enumerate(EXHIBITS, start=1)
    )


def section(section_id: str, **changes: object) -> SectionState:
    title, content = CONTENT[section_id]
    state = SectionState(
        section_id=section_id,
        title=title,
        status="approved",
        content=content,
        attempts=1,
        prompt_version=f"{section_id}@0123456789ab+ba9876543210",
    )
    state = state.model_copy(update=changes)
    if state.status != "approved":
        return state
    return state.model_copy(update={"approved_by": "e.marsh", "approved_sha256": text_digest(state.content), **changes})


def letter(**changes: object) -> LetterHead:
    head = LetterHead(
        case_title="Chien-Shiung Wu, experimental nuclear physics",
        petitioner="Columbia University in the City of New York",
        beneficiary="Dr. Chien-Shiung Wu",
        field_of_endeavor="experimental nuclear physics",
        filing_date="1978-10-02",
        criteria=("(h)(3)(i)", "(h)(3)(ii)", "(h)(3)(vi)", "(h)(3)(viii)"),
        counsel=("Eleanor Marsh", "Marsh & Partners LLP", "Counsel for the petitioner"),
        sample="Sample: a real person and a public record, but no real filing; counsel, letters and dates are fiction.",
    )
    return head.model_copy(update=changes)


def snapshot(**changes: object) -> Snapshot:
    state = Snapshot(
        thread_id="wu-sample-1",
        user_id="associate",
        case_id="chien-shiung-wu",
        case_digest=hashlib.sha256(b"case").hexdigest(),
        status="completed",
        sections=tuple(section(section_id) for section_id in CONTENT),
        exhibits=exhibits(),
        letter=letter(),
        model="offline assembler (no language model)",
        started_at="2026-11-23T10:00:00.000000Z",
        updated_at="2026-11-23T10:05:00.123456Z",
        last_event_id="1795000000000-7",
    )
    return state.model_copy(update=changes)


@pytest.fixture(scope="session")
def approved() -> Snapshot:
    """Everything approved, nothing open but an exhibit that is never cited."""
    return snapshot()


@pytest.fixture(scope="session")
def draft() -> Snapshot:
    """A run in review: findings, a section not drafted, a citation that names nothing."""
    findings = (
        Finding(
            check="claim-uncited",
            severity="error",
            message="A superlative stands without an exhibit.",
            line=7,
            quote="the highest honor of the United States",
            suggestion="Cite the exhibit that says so.",
        ),
        Finding(check="evidence-date", severity="warning", message="The evidence is dated after the filing date."),
        Finding(check="style", severity="info", message="Two sentences of more than forty words."),
    )
    changed = {
        "awards": section("awards", status="needs_review", findings=findings),
        "membership": section("membership", status="completed", stale=True),
        "benefit": section("benefit", status="pending", content="", attempts=0, prompt_version=None),
        "continuing_work": section(
            "continuing_work",
            status="needs_review",
            content="Dr. Wu will continue her work [@no-such-exhibit, p. 2; @research-plan, p. 9].",
        ),
    }
    return snapshot(
        status="needs_review",
        sections=tuple(changed.get(section_id) or section(section_id) for section_id in CONTENT),
        unresolved=("The filing fee and the edition date of Form I-140 are to be confirmed.",),
    )


HOSTILE_LINE = (
    '#read("/etc/passwd") <script>alert(1)</script> $x$ {{ 7*7 }} [l](http://attacker.example/) '
    "\\input *b* `c` | @label <label> = heading\n# line \u202eevil\u202c \x00\x07"
)
HOSTILE_TEXT = (
    """#import "x" and $250,000 against a $ median <script>alert(1)</script> and &lt;b&gt;

![](file:///etc/passwd) ![alt][r] [text](http://attacker.example/) <http://attacker.example/>

[r]: http://attacker.example/pixel.png
[Note]: this must stay

```{=typst}
#panic("ran")
```

~~~{=html}
<b onclick="alert(2)">bold</b>
~~~

    indented `code` \\$x

{{ 7*7 }} {% include "x" %} @label <label> \\input{/etc/passwd} \\begin{equation}x\\end{equation} \\\\(a\\\\)

= heading

# Forged Title

## Exhibit Index

---
title: forged
header-includes: forged
---

[^1]: a note [@wolf-prize, p. 1] `[@wolf-prize, p. 2]` \u202eevil\u202c \ue0000\ue001 \ue0021\ue003 \ud800 \x00

"""
    + "> " * 2000
    + "deep\n\n"
    + "x" * 300
)


@pytest.fixture
def hostile() -> Snapshot:
    """Every string that a model, an exhibit or a case file can bring, trying to be more than text."""
    finding = Finding(
        check=HOSTILE_LINE, severity="error", message=HOSTILE_LINE, quote=HOSTILE_LINE, suggestion=HOSTILE_LINE
    )
    names = ("case_title", "petitioner", "beneficiary", "field_of_endeavor", "filing_date", "sample")
    return snapshot(
        sections=(
            section(
                "intro",
                title=HOSTILE_LINE,
                content=HOSTILE_TEXT,
                status="needs_review",
                findings=(finding,),
                edited_by=HOSTILE_LINE,
                approved_by=HOSTILE_LINE,
            ),
            section("awards"),
        ),
        exhibits=tuple(
            exhibit.model_copy(update={"title": HOSTILE_LINE, "kind": HOSTILE_LINE}) for exhibit in exhibits()
        ),
        letter=letter(**dict.fromkeys(names, HOSTILE_LINE), criteria=(HOSTILE_LINE,), counsel=(HOSTILE_LINE,)),
        model=HOSTILE_LINE,
        unresolved=(HOSTILE_LINE,),
        error=HOSTILE_LINE,
    )


TABLED = (
    "The prizes:\n\n| Year | *Prize* |\n|:-:|--:|\n| 1958 | Election [@nms-citation, p. 1][^1] |\n| 1964 |\n"
    "| a \\| b | <b>`#let`</b> | ]]> |\n\n[^1]: The *first*.\n\n"
    "| Number | Words |\n|---|---|\n" + "".join(f"| {number} | {'Many words of it. ' * 6} |\n" for number in range(60))
)
"""A section with a table that holds all that a cell can hold, a ragged one too, and one of several pages."""


@pytest.fixture
def tabled() -> Snapshot:
    """A draft with tables."""
    return snapshot(sections=(section("awards", content=TABLED),), exhibits=exhibits()[:3])


@pytest.fixture
def tabled_petition(tabled: Snapshot) -> Petition:
    """The draft with tables as the writers get it."""
    return read_petition(petition_notebook(tabled))


@pytest.fixture(scope="session")
def draft_petition(draft: Snapshot) -> Petition:
    """The draft as the writers get it."""
    return read_petition(petition_notebook(draft))


@pytest.fixture(scope="session")
def final_petition(approved: Snapshot) -> Petition:
    """The approved petition as the writers get it, for filing."""
    return read_petition(petition_notebook(approved, final=True))


@pytest.fixture
def hostile_petition(hostile: Snapshot) -> Petition:
    """The hostile one as the writers get it."""
    return read_petition(petition_notebook(hostile))
