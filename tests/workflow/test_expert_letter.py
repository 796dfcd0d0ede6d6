"""An expert letter through the workflow, and its files."""

import workbench
from workbench.config import shared_folder
from workbench.export.readiness import refusals


def test_letter_is_drafted_approved_and_filed(settings, tmp_path):
    run = workbench.start(shared_folder("cases") / "letter", settings=settings, user_id="a", new=True)
    assert run.wait(60).status == "completed"
    for section in run.snapshot.sections:
        run.approve(section.section_id, user_id="a")
    assert refusals(run.snapshot) == ()
    files = workbench.export_petition(run.snapshot, to=("html", "docx"), out=tmp_path, final=True)
    page = files["html"].read_text(encoding="utf-8")
    assert "Sincerely," in page
    assert "Professor of Physics" in page
    assert "1\u00a0at\u00a02" in page
    # What is kept on file is cited in the draft, and neither cited nor listed in the letter.
    assert "[@signer-notes, p. 1]" in run.snapshot.section("letter_signer").content
    assert "Notes of a Conversation" not in page
    assert "Letter of Dr. Jan Beispiel" not in page
    assert "laboratory for low temperatures since 1968." in page
    assert "Classification" not in page
