"""From ten loose documents to a drafted petition, without typing YAML."""

from __future__ import annotations

import pytest
from sample_intake import build_documents
from scanned_pages import require_ocr

import workbench
from workbench.case.ocr_engine import ocr_engine_name
from workbench.intake.new_case import new_case

CHOSEN = ("awards", "membership", "publications", "background", "final_merits", "continuing_work", "benefit")
ITEMS = {"awards": "Tidewater Medal (2021)", "membership": "Fellow of the Society of Coastal Scientists"}


@pytest.fixture(scope="module")
def loose(tmp_path_factory):
    folder = tmp_path_factory.mktemp("intake") / "documents"
    assert len(build_documents(folder)) == 10
    return folder


@pytest.fixture
def without_ocr(monkeypatch):
    # Recognition takes seconds; the test below has one page recognized.
    for module in ("ocr", "document_cache"):
        monkeypatch.setattr(f"workbench.case.{module}.ocr_engine_name", lambda: "")


@pytest.mark.usefixtures("without_ocr")
def test_documents_become_petition(loose, tmp_path, settings):
    before = {path: path.read_bytes() for path in loose.iterdir()}
    editor = new_case(
        tmp_path / "solvang", loose, name="Mira Solvang", field="coastal oceanography", filing_date="2026-03-02",
        pronouns="she",
        settings=settings,
    )  # fmt: skip
    assert before == {path: path.read_bytes() for path in loose.iterdir()}
    kinds = {exhibit.source.removeprefix("Received as "): exhibit.kind for exhibit in editor.case.exhibits}
    assert kinds == {
        "2021 medal.pdf": "award",
        "bylaws.docx": "bylaws",
        "courier.md": "published_material",
        "currents.pdf": "scholarly_article",
        "cv.md": "background",
        "fellow.txt": "membership",
        "letters.pdf, pages 1-2": "letter",
        "letters.pdf, page 3": "letter",
        "plans.docx": "statement",
        "scan0001.png": "other",
    }
    assert [one.name for one in editor.left_out] == ["medal (second copy).pdf"]
    assert all(editor.case.documents[exhibit.id].has_text for exhibit in editor.case.exhibits[:-1])

    editor.settle("exhibits")
    editor.settle("beneficiary")
    for point in editor.open_points:
        if point.kind == "open":
            given = {"title": "Certificate", "kind": "award", "language": "en", "date": ""}
            editor.settle(point.field, given[point.field.rpartition(".")[2]])
        else:
            editor.settle(point.field)
    assert editor.open_points == ()

    accepted = set()
    for proposal in editor.proposals(CHOSEN):
        if (proposal.criterion, proposal.element) not in accepted:
            accepted.add((proposal.criterion, proposal.element))
            editor.accept(proposal, item=ITEMS.get(proposal.criterion))
    assert not [question for question in editor.questions(CHOSEN) if question.gap]

    options = workbench.RunOptions(unattended=True, sections=("intro", "awards", "conclusion"))
    run = workbench.start(editor.case, options=options, settings=settings)
    snapshot = run.wait(60)
    assert snapshot.status == "completed"
    assert [section.status for section in snapshot.sections] == ["completed"] * 3
    assert "case-unsettled" not in {finding.check for finding in snapshot.letter_findings}


def test_scan_is_recognized_and_marked(loose, tmp_path, settings):
    require_ocr()
    documents = tmp_path / "scan"
    documents.mkdir()
    (documents / "scan.png").write_bytes((loose / "scan0001.png").read_bytes())
    editor = new_case(tmp_path / "case", documents, name="Mira Solvang", field="oceanography", settings=settings)
    (exhibit,) = editor.case.exhibits
    assert (exhibit.kind, exhibit.date) == ("award", "2019-03-03")
    assert "Harbor" in exhibit.title
    title = next(point for point in editor.open_points if point.field.endswith(".title"))
    assert "OCR, confidence" in title.reason
    assert ocr_engine_name()
    assert all(proposal.recognized.startswith("OCR") for proposal in editor.proposals())
