"""Checking of a whole letter."""

from __future__ import annotations

import shutil
from pathlib import Path

import pikepdf
import pytest
from pdf_files import text, write_pdf_file
from word_files import paragraph, write_word_file

import workbench
from workbench.case.loader import load_case
from workbench.checks.check import check_letter, run_checks
from workbench.checks.draft import DraftText
from workbench.checks.letter import Letter
from workbench.checks.registry import CHECKS, Check
from workbench.errors import CaseError

from .conftest import CASES


def test_letter_without_case(minimal):
    report = workbench.check("She won the prize [TODO].")
    assert [finding.check for finding in report.findings] == ["placeholder"]
    assert report.case_id is None
    assert report.checked["exhibit-exists"].why == {"no case was given": 1}
    assert workbench.check("She won the prize [TODO].", minimal).checked["exhibit-exists"].unchecked == 0


def test_every_check_is_counted(wu):
    letter = (wu.root / "letter-to-check.md").read_text(encoding="utf-8")
    report = workbench.check(letter, wu)
    assert set(report.checked) == {check.id for check in CHECKS if check.is_for("petition")}


def test_note_is_one_finding(minimal):
    note = "[Check with Avery whether the Royal Society of 1958 should be added here.]"
    text = f"# Awards\n\nShe won the medal [@medal, p. 1].\n\n{note}\n\nShe was first in 2019."
    found = [(finding.check, finding.quote) for finding in workbench.check(text, minimal).findings]
    assert [check for check, quote in found if quote == note] == ["note-to-self"]
    assert ("claim-uncited", "She was first in 2019.") in found


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("a.md", b"# Awards\n\nShe won.\n\nShe won [TODO].\n", "line 5"),
        ("a.docx", write_word_file(paragraph("She won.") + paragraph("In that year she won [TODO].")), "paragraph 2"),
        (
            "a.pdf",
            write_pdf_file([text(72, 700, "She won the medal twice."), text(72, 700, "In that year she won [TODO].")]),
            "page 2",
        ),
    ],
)
def test_place_is_the_files_own(tmp_path, name, content, where):
    (tmp_path / name).write_bytes(content)
    report = workbench.check(tmp_path / name)
    places = dict(zip((finding.check for finding in report.findings), report.where, strict=True))
    assert places["placeholder"] == where
    assert where in set(report.to_frame()["place"])
    assert report.sentences[-1].place == ("" if name == "a.md" else where)


@pytest.mark.parametrize(("words", "kept"), [((8, 12), False), ((19, 25), True)])
def test_support_repeats_no_named_fact(words, kept):
    """Of one sentence the words that the page lacks are named, and that it is hardly carried is not said again."""
    text = "She won 1953 of it. It lasted."

    def fact(draft):
        yield draft.finding("fact", "warning", "Not found.", at=words)

    def support(draft):
        yield draft.finding("support", "warning", "Hardly carried.", at=(0, 19))

    checks = (Check("fact", "F", "error", fact, False), Check("support", "S", "warning", support, False))
    report = check_letter(Letter("draft", text, (DraftText(None, text),)), checks)
    assert [finding.check for finding in report.findings] == ["fact", *["support"] * kept]


def test_broken_check_is_not_checked():
    def broken(draft):
        raise RuntimeError("out of order")

    draft = DraftText(None, "Text.")
    [finding] = run_checks(draft, [Check("broken", "A broken check", "error", broken, needs_case=False)])
    assert finding.severity == "warning"
    assert finding.message.startswith("Not checked")
    assert draft.coverage.counts()["broken"].why == {"the check broke": 1}


def test_places_are_of_whole_text():
    first, second = DraftText("a", "Fine.\n\n[TODO] one."), DraftText("b", "x\n[TODO] two.")
    letter = Letter("run", f"{first.content}\n\n{second.content}", (first, second))
    report = check_letter(letter)
    assert [letter.text[start:end] for start, end in filter(None, report.places)] == ["[TODO]", "[TODO]"]
    assert len(set(report.places)) == 2


def test_line_counts_in_whole_file():
    text = "# One\n\nFine.\n\n# Two\n\nA [TODO]."
    [finding] = [found for found in workbench.check(text).findings if found.check == "placeholder"]
    assert finding.line == 7


HEAD = "USCIS\n\nRE: I-140 for Dr. Chien-Shiung Wu\n\nDear Officer:\n\nShe won a prize.\n\nSincerely,\n\nAda Example\n"


@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        ("Chien-Shiung", "Chien-Shuing", "naming"),
        ("I-140 for", "[TODO] for", "placeholder"),
        ("Ada Example", "{{ attorney }}", "placeholder"),
        ("Ada Example", "(check the spelling of the name)", "note-to-self"),
    ],
)
def test_address_and_signature_are_checked(wu, old, new, check):
    def find(text):
        return [(found.check, found.line) for found in workbench.check(text, wu).findings if found.line in {3, 11}]

    assert HEAD.splitlines()[10] == "Ada Example"
    assert find(HEAD) == []
    changed = HEAD.replace(old, new)
    assert find(changed) == [(check, 3 if old in HEAD.splitlines()[2] else 11)]
    report = workbench.check(changed, wu)
    assert [verdict.line for verdict in report.sentences] == [7]


def test_letter_scope_runs_once():
    seen = []
    check = Check("whole", "The whole letter", "info", lambda letter: seen.append(letter) or (), False, "letter")
    letter = Letter("x", "a\n\nb", (DraftText(None, "a"), DraftText(None, "b")))
    check_letter(letter, [check])
    assert seen == [letter]


def test_sample_letter_has_its_errors(wu):
    report = workbench.check(wu.root / "letter-to-check.md", wu)
    assert {"legal-citation", "exhibit-exists", "note-to-self"} <= {
        finding.check for finding in report.findings if finding.severity == "error"
    }


@pytest.mark.parametrize("text", ["", "\n\n\n", "\u202e\u200b", "# \n- \n> \n", "[@", "“" * 2000, "(" * 5000])
def test_odd_text_is_checked(text, minimal):
    assert workbench.check(f"She won.\n{text}", minimal).draft == "draft"


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"", "the file is empty"), (b"no PDF at all", "cannot be read: "), ("locked", "an encrypted PDF")],
)
def test_unreadable_exhibit_stops_nothing_else(tmp_path, content, what):
    folder = Path(shutil.copytree(CASES / "minimal", tmp_path / "minimal"))
    case, medal = folder / "case.yaml", folder / "exhibits" / "medal.pdf"
    case.write_text(case.read_text(encoding="utf-8").replace("exhibits/medal.md", "exhibits/medal.pdf"), "utf-8")
    if content == "locked":
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            pdf.save(medal, encryption=pikepdf.Encryption(user="x", owner="y"))
    else:
        medal.write_bytes(content)
    letter = (
        "# Awards\n\nShe won in 2021 [@medal, p. 1].\n\nShe was elected [@academy, p. 99]. It is so [@medal, p. 7].\n"
    )
    report = workbench.check(letter, case=folder)
    found = [finding for finding in report.findings if finding.check == "exhibit-exists"]
    assert [finding.severity for finding in found] == ["error", "warning"]
    assert "page 99" in found[0].message
    assert "exhibits/medal.pdf (medal)" in found[1].message
    assert what in found[1].message
    assert found[1].suggestion
    assert report.checked["exhibit-exists"].unchecked == 2
    with pytest.raises(CaseError):
        load_case(folder)


def test_repaired_exhibit_is_read_again(tmp_path):
    folder = Path(shutil.copytree(CASES / "minimal", tmp_path / "minimal"))
    medal = folder / "exhibits" / "medal.md"
    content = medal.read_bytes()
    medal.write_bytes(b"")
    broken = load_case(folder, allow_unreadable=True)
    medal.write_bytes(content)
    mended = load_case(folder, allow_unreadable=True)
    assert (broken.documents["medal"].pages, len(mended.documents["medal"].pages)) == ((), 2)
    assert broken.digest != mended.digest
    assert mended.digest == load_case(folder).digest
