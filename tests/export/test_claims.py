"""Claim table, check report and Word comments of a run."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import docx
import pypdfium2
import pytest

from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.report import CheckReport, SentenceVerdict
from workbench.export.check_report_pdf import render_check_report
from workbench.export.claim_appendix import make_appendix
from workbench.export.claims import encode_claims, list_claims
from workbench.export.files import export_petition
from workbench.export.review_comments import list_comments
from workbench.export.verify import read_manifest, verify_file
from workbench.live.snapshot import ExhibitState, SectionState, SentenceRemark, Snapshot
from workbench.text.digest import text_digest

WRONG = "She won the prize in 1953 [@record, p. 1]."
RIGHT = "The prize is given by an academy [@record, p. 2]."
AT = "2026-01-02T03:04:05.678901Z"


def remark(kind: str, sentence: str = WRONG, **more) -> SentenceRemark:
    return SentenceRemark(
        kind=kind, sentence=sentence, sentence_sha256=text_digest(sentence), user_id="ada", at=AT, **more
    )


FINDING = Finding(
    check="fact",
    severity="error",
    message="“1953” here, but “1963” there.",
    section_id="awards",
    line=1,
    quote="1953",
    evidence=(EvidencePlace(exhibit_id="record", page=1, quote="in 1963"),),
)
REMARKS = (
    remark("rejected", finding="fact", note="=1963"),
    remark("comment", note="Ask for a copy."),
    remark("confirmed", "A sentence that was edited since.", finding="support"),
)


@pytest.fixture
def snapshot() -> Snapshot:
    section = SectionState(
        section_id="awards",
        title="Awards — (h)(3)(i)",
        status="completed",
        content=f"{WRONG} {RIGHT}",
        findings=(FINDING,),
        remarks=REMARKS,
    )
    exhibit = ExhibitState(
        exhibit_id="record", number=9, title="Record", kind="award", date="1963", pages=2, sha256="0" * 64
    )
    return Snapshot(
        thread_id="abc-1",
        user_id="ada",
        case_id="wu",
        status="completed",
        sections=(section,),
        exhibits=(exhibit,),
        updated_at=AT,
    )


@pytest.fixture
def report() -> CheckReport:
    place = EvidencePlace(exhibit_id="record", page=1, quote="in 1963")
    sentences = (
        SentenceVerdict(
            section_id="awards", line=1, text=WRONG, verdict="contradicted", score=0.4, evidence=place, why="1963"
        ),
        SentenceVerdict(section_id="awards", line=1, text=RIGHT, verdict="not checked", why="no number"),
    )
    return CheckReport(
        draft="abc-1",
        sha256="1" * 64,
        case_id="wu",
        version="0.1.0",
        at=datetime(2026, 1, 2, tzinfo=UTC),
        findings=(FINDING,),
        sentences=sentences,
    )


def test_claim_row_has_evidence_and_decision(snapshot, report):
    rows = list(csv.DictReader(io.StringIO(encode_claims(list_claims(snapshot, report)).decode("utf-8-sig"))))
    assert [row["sentence"] for row in rows] == [WRONG, RIGHT]
    first = rows[0]
    assert (first["cited"], first["verdict"], first["evidence"]) == ("Ex. 9, p. 1", "contradicted", "Ex. 9, p. 1")
    assert (first["decision"], first["decided by"], first["note"]) == ("must change (fact)", "ada", "'=1963")
    assert "Ask for a copy." in first["comments"]
    assert "error (fact)" in first["findings"]
    assert rows[1]["decision"] == rows[1]["findings"] == ""


@pytest.mark.parametrize("final", [False, True])
def test_appendix_has_each_statement(draft, approved, report, tmp_path, final):
    """In every format the same rows; a file to be filed holds nothing of the firm's own review."""
    state = approved if final else draft
    place = EvidencePlace(exhibit_id="wolf-prize", page=2, quote="awarded in\x001978")
    first = SentenceVerdict(
        section_id="awards", line=1, text="She **won** it [@wolf-prize, p. 2].", verdict="supported", score=0.9,
        evidence=place,
    )  # fmt: skip
    idle = first.model_copy(update={"text": "A heading", "verdict": "not checked", "evidence": None})
    rows = list_claims(state, report.model_copy(update={"sentences": (first, idle), "findings": ()}))
    files = export_petition(state, out=tmp_path, final=final, claims=rows)
    for file in files.values():
        verified = verify_file(file)
        assert (verified.changes, verified.problems) == ((), ()), file
    kept = tmp_path / "kept.manifest.json"
    kept.write_bytes(read_manifest(files["ipynb"]).to_bytes())
    for kind in ("docx", "html", "ipynb", "pdf"):
        verified = verify_file(files[kind], against=kept)
        assert (verified.changes, verified.problems) == ((), ()), kind
    document = pypdfium2.PdfDocument(files["pdf"])
    pdf = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    document.close()
    word = docx.Document(str(files["docx"]))
    cells = [cell.text for row in word.tables[-1].rows for cell in row.cells]
    page = files["html"].read_text(encoding="utf-8")
    number = next(each.number for each in state.exhibits if each.exhibit_id == "wolf-prize")
    for text in (pdf.partition("Exhibit Index")[2], page, "\n".join(cells)):
        assert "She won it" in text
        assert f"Ex. {number}, p. 2" in text
        assert ("supported (0.90)" in text) == (not final)
    assert "A heading" not in cells
    assert len(word.tables[-1].columns) == (2 if final else 5)


def test_row_of_table_is_a_statement(snapshot, report):
    row = report.sentences[0].model_copy(update={"text": "1978 | *Wolf* Prize | [@record, p. 1]"})
    rows = list_claims(snapshot, report.model_copy(update={"sentences": (row,)}))
    [group] = make_appendix(rows, final=True).groups
    assert [(each.statement, each.cited) for each in group.rows] == [("1978 | Wolf Prize", "Ex. 9, p. 1")]


def test_check_report_has_one_page(snapshot, report):
    many = tuple(
        FINDING.model_copy(update={"message": f"{number} {'words ' * 60}", "severity": "warning"})
        for number in range(60)
    )
    remarks = tuple(remark("rejected", finding=f"check-{number}", note="a note " * 60) for number in range(60))
    crowded = snapshot.model_copy(update={"sections": (snapshot.sections[0].model_copy(update={"remarks": remarks}),)})
    for pdf in (
        render_check_report(report, snapshot),
        render_check_report(report.model_copy(update={"findings": many}), crowded),
    ):
        document = pypdfium2.PdfDocument(pdf)
        text = document[0].get_textpage().get_text_bounded()
        assert len(document) == 1
        assert "must change" in text
        assert "Signature" in text
        assert "by eb1a-workbench 0.1.0" in " ".join(text.split())
        document.close()


def test_stale_decision_is_counted_apart(snapshot, report):
    document = pypdfium2.PdfDocument(render_check_report(report, snapshot))
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    assert "1 decisions or comments are about sentences that have changed" in " ".join(text.split())
    assert "edited since" not in text


def test_comments_stand_at_their_words(snapshot, tmp_path):
    assert len(list_comments(snapshot)) == 3, "none for a sentence that has changed"
    path = export_petition(snapshot, to=["docx"], out=tmp_path)["docx"]
    document = docx.Document(str(path))
    said = [(comment.author, comment.text) for comment in document.comments]
    assert said[1:] == [("ada", "This sentence must change (fact).\n=1963"), ("ada", "Ask for a copy.")]
    assert said[0][1].startswith("Error (fact): “1953” here")
    marked = [paragraph.text for paragraph in document.paragraphs if "commentRangeStart" in paragraph._p.xml]
    assert len(marked) == 1
    assert "She won the prize in 1953" in marked[0]


def test_commented_file_is_reproducible(snapshot, tmp_path):
    one, two = (export_petition(snapshot, to=["docx"], out=tmp_path / name)["docx"] for name in "ab")
    assert one.read_bytes() == two.read_bytes()
