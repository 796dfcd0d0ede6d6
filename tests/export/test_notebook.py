"""The petition as a notebook, and the way back."""

import hashlib
import json
from pathlib import Path

import nbformat
import pytest

from workbench.errors import ExportError
from workbench.export import petition_notebook
from workbench.export.letter_style import alphabetic
from workbench.export.manifest import KEY, Manifest
from workbench.export.markdown import plain_text
from workbench.export.petition import read_petition
from workbench.live.audit import AuditEntry, find_broken_entry
from workbench.text.long_date import format_long_date
from workbench.text.roman import roman


def cell(notebook, cell_id):
    return next(item for item in notebook.cells if item.id == cell_id)


def test_notebook_is_valid_and_deterministic(draft):
    notebook = petition_notebook(draft)
    nbformat.validate(notebook)
    assert nbformat.writes(notebook) == nbformat.writes(petition_notebook(draft))
    assert len({item.id for item in notebook.cells}) == len(notebook.cells)


def test_cells_and_their_tags(draft):
    cells = petition_notebook(draft).cells
    assert [item.id for item in cells if "filing" not in item.metadata.tags] == ["note"]
    assert [item.id for item in cells][:4] == ["note", "head", "open", "section-1"]
    assert [item.id for item in cells][-2:] == ["signature", "exhibits"]


def test_sections_keep_their_citations(approved):
    source = cell(petition_notebook(approved), "section-3").source
    assert source.startswith("## Lesser Nationally or Internationally Recognized Prizes or Awards\n\n")
    assert source.endswith(approved.section("awards").content)


def test_the_manifest(draft):
    manifest = petition_notebook(draft).metadata[KEY]
    assert manifest["schema"] == 1
    assert manifest["made_by"].startswith("eb1a-workbench ")
    for name in ("thread_id", "case_id", "case_digest", "model", "last_event_id"):
        assert manifest[name] == getattr(draft, name)
    awards = next(item for item in manifest["sections"] if item["section_id"] == "awards")
    assert awards["sha256"] == hashlib.sha256(draft.section("awards").content.encode()).hexdigest()
    assert awards["findings"] == {"error": 1, "warning": 1, "info": 1}
    assert (awards["status"], awards["attempts"]) == ("needs_review", 1)
    assert awards["prompt_version"] == "awards@0123456789ab+ba9876543210"


def test_section_cells_name_their_prompt(draft):
    notebook = petition_notebook(draft)
    marks = [item.metadata[KEY] for item in notebook.cells if item.metadata[KEY]["role"] == "section"]
    assert {mark["section_id"]: mark["prompt_version"] for mark in marks} == {
        section.section_id: section.prompt_version for section in draft.sections
    }
    assert next(mark for mark in marks if mark["section_id"] == "benefit")["prompt_version"] is None


def test_notebook_names_only_deciding_users(draft):
    text = json.dumps(petition_notebook(draft))
    assert str(Path.home()) not in text
    assert draft.user_id not in text
    assert "e.marsh" in text
    assert "/tmp" not in text


def hand_edited(snapshot):
    sections = (
        section.model_copy(update={"edited_by": "b.partner"}) if section.section_id == "awards" else section
        for section in snapshot.sections
    )
    return snapshot.model_copy(update={"sections": tuple(sections)})


def test_manifest_names_approver_and_editor(approved):
    sections = petition_notebook(hand_edited(approved), final=True).metadata[KEY]["sections"]
    assert {(s["approved_by"], s["approved_sha256"] == s["sha256"]) for s in sections} == {("e.marsh", True)}
    assert [s["section_id"] for s in sections if s["edited_by"] == "b.partner"] == ["awards"]


@pytest.mark.parametrize("final", [False, True])
def test_note_names_section_edited_by_hand(approved, final):
    told = "Edited by hand: Lesser Nationally or Internationally Recognized Prizes or Awards by b.partner."
    notebook = petition_notebook(hand_edited(approved), final=final)
    note = cell(notebook, "note").source.replace("\\", "")
    assert f"Text drafted by: offline assembler (no language model). {told}" in note
    assert read_petition(notebook).colophon.startswith(f"{told} Prepared with eb1a-workbench")
    untouched = petition_notebook(approved, final=final)
    assert "by hand" not in cell(untouched, "note").source + read_petition(untouched).colophon


def test_manifest_holds_the_audit_record(approved):
    first = AuditEntry(number=1, at="2026-11-23T10:00:00.000000Z", user_id="associate", action="start")
    second = AuditEntry(
        number=2, at="2026-11-23T10:04:00.000000Z", user_id="e.marsh", action="approve", section_id="awards",
        note="</script>{{ 7*7 }} \u202e<b>", previous=first.digest(),
    )  # fmt: skip
    notebook = petition_notebook(approved, final=True, audit=iter([first, second]))
    nbformat.validate(notebook)
    read = nbformat.reads(nbformat.writes(notebook), as_version=4)
    record = Manifest.of_notebook(read.metadata[KEY]).audit
    assert record == (first, second)
    assert find_broken_entry(record) is None
    assert nbformat.writes(notebook) == nbformat.writes(petition_notebook(approved, final=True, audit=[first, second]))
    assert petition_notebook(approved).metadata[KEY]["audit"] == []


def test_audit_gap_refuses_final_notebook(approved):
    late = AuditEntry(number=2, at="", user_id="associate", action="start")
    with pytest.raises(ExportError, match="the audit record is not whole: entry 1 does not follow"):
        petition_notebook(approved, final=True, audit=[late])
    assert "The audit record is not whole" in cell(petition_notebook(approved, audit=[late]), "open").source


def test_approval_of_other_text_refuses_final(approved):
    sections = (approved.sections[0].model_copy(update={"content": "Another text."}), *approved.sections[1:])
    with pytest.raises(ExportError, match="section intro: changed after it was approved"):
        petition_notebook(approved.model_copy(update={"sections": sections}), final=True)


def test_final_notebook_has_no_open_list(approved):
    notebook = petition_notebook(approved, final=True)
    assert notebook.metadata[KEY]["final"] is True
    assert notebook.metadata[KEY]["open"] == []
    assert "open" not in [item.id for item in notebook.cells]
    assert "**Final.**" in cell(notebook, "note").source


def test_the_head(final_petition):
    assert [plain_text(line) for line in final_petition.head.lines] == [
        "October\u00a02, 1978",
        "U.S. Citizenship and Immigration Services",
    ]
    rows = {row.label: plain_text(row.value) for row in final_petition.head.rows}
    assert rows["RE"] == "Form I-140, Immigrant Petition for Alien Workers"
    assert rows["Beneficiary"] == "Dr.\u00a0Chien-Shiung Wu"
    assert rows["Petitioner"] == "Columbia University in the City of New York"
    assert rows["Field of endeavor"] == "experimental nuclear physics"
    assert "INA\u00a0§\u00a0203(b)(1)(A)" in rows["Classification"]
    assert rows["Criteria claimed"] == "8\u00a0C.F.R.\u00a0§\u00a0204.5(h)(3)(i), (ii), (vi) and (viii)"


def test_other_paragraphs_have_own_lines(draft):
    head = draft.letter.model_copy(update={"criteria": ("(h)(3)", "(h)(3)(v)", "(h)(4)")})
    petition = read_petition(petition_notebook(draft.model_copy(update={"letter": head})))
    rows = {row.label: plain_text(row.value).replace("\u00a0", " ") for row in petition.head.rows}
    assert rows["Criteria claimed"].split("\n") == [
        "8 C.F.R. § 204.5(h)(3)(v)",
        "8 C.F.R. § 204.5(h)(3)",
        "8 C.F.R. § 204.5(h)(4)",
    ]


def test_self_petitioner_is_named_once(draft):
    head = draft.letter.model_copy(update={"petitioner": "Chien-Shiung Wu"})
    petition = read_petition(petition_notebook(draft.model_copy(update={"letter": head})))
    rows = {row.label: plain_text(row.value) for row in petition.head.rows}
    assert rows["Self-petitioner"] == "Dr. Chien-Shiung Wu".replace(". ", ".\u00a0")
    assert not {"Petitioner", "Beneficiary"} & rows.keys()


@pytest.mark.parametrize(
    ("counsel", "signed"),
    [
        (("Eleanor Marsh", "Marsh LLP"), ["Eleanor Marsh", "Counsel for the Petitioner", "Marsh LLP"]),
        (("Eleanor Marsh", "Attorney at Law"), ["Eleanor Marsh", "Attorney at Law"]),
        ((), ["Columbia University in the City of New York"]),
    ],
)
def test_the_signature_says_for_whom(draft, counsel, signed):
    head = draft.letter.model_copy(update={"counsel": counsel})
    lines = cell(petition_notebook(draft.model_copy(update={"letter": head})), "signature").source.splitlines()
    assert [line.strip() for line in lines[2:]] == signed


def test_exhibit_index_names_citing_sections(draft_petition):
    rows = {row.number: row for row in draft_petition.exhibits}
    assert len(rows) == 22
    assert rows[1].cited_in == (1, 3, 7)
    assert rows[22].cited_in == ()
    assert rows[10].date == "February 15, 1957"
    assert rows[10].kind == "Scholarly article"


def test_only_tagged_cells_are_filed(approved):
    notebook = petition_notebook(approved)
    secret = nbformat.v4.new_markdown_cell("PRIVILEGED: ask the client first", id="memo")
    notebook.cells.insert(4, secret)
    notebook.cells.insert(5, nbformat.v4.new_code_cell("SECRET = 1", id="code"))
    assert "PRIVILEGED" not in repr(read_petition(notebook))
    assert "SECRET" not in repr(read_petition(notebook))


def test_nothing_tagged_is_an_error(approved):
    notebook = petition_notebook(approved)
    for item in notebook.cells:
        item.metadata.tags = []
    with pytest.raises(ExportError, match="no cell of the notebook is tagged filing"):
        read_petition(notebook)


def test_tagged_code_cell_is_refused(approved):
    notebook = petition_notebook(approved)
    notebook.cells.append(nbformat.v4.new_code_cell("1", id="code", metadata={"tags": ["filing"]}))
    with pytest.raises(ExportError, match="is a code cell; only Markdown is filed"):
        read_petition(notebook)


def test_notebook_edit_is_exported_and_listed(approved):
    notebook = petition_notebook(approved)
    conclusion = cell(notebook, "section-10")
    conclusion.source = conclusion.source.replace("be approved", "be granted [@no-such, p. 1]")
    petition = read_petition(notebook)
    assert "be granted" in repr(petition.sections[-1])
    edits = next(group for group in petition.open if group.title == "Edits in the notebook")
    assert [item.text for item in edits.items] == [
        "Section conclusion was changed in the notebook: not checked since.",
        "Unresolved citation: there is no exhibit no-such.",
    ]


def test_edited_final_notebook_is_refused(approved):
    notebook = petition_notebook(approved, final=True)
    cell(notebook, "section-10").source += " More."
    cell(notebook, "section-9").metadata.tags = []
    with pytest.raises(ExportError) as refused:
        read_petition(notebook)
    assert str(refused.value).splitlines() == [
        "not exported as final:",
        "section benefit: its cell is missing or no longer tagged for filing",
        "section conclusion: changed in the notebook after it was approved; approve the new text in the run",
    ]


def test_notebook_without_manifest_is_draft(approved):
    notebook = petition_notebook(approved, final=True)
    del notebook.metadata[KEY]
    petition = read_petition(notebook)
    assert petition.draft == "DRAFT — not for filing"
    assert "[unresolved: wolf-prize]" in repr(petition)


def test_a_broken_manifest_is_named(approved):
    notebook = petition_notebook(approved)
    notebook.metadata[KEY]["exhibits"] = "none"
    with pytest.raises(ExportError, match=r"metadata\.workbench\.exhibits of the notebook cannot be read"):
        read_petition(notebook)


def test_added_cell_becomes_a_section(approved):
    notebook = petition_notebook(approved)
    own = nbformat.v4.new_markdown_cell("## Comparable Evidence\n\nText.", id="own", metadata={"tags": ["filing"]})
    notebook.cells.insert(-2, own)
    last = read_petition(notebook).sections[-1]
    assert (last.numeral, plain_text(last.title)) == ("XI", "Comparable Evidence")


def test_content_cannot_open_a_section(hostile_petition):
    assert len(hostile_petition.sections) == 2
    levels = {block.level for block in hostile_petition.sections[0].blocks if block.kind == "heading"}
    assert levels == {1}


def test_a_section_not_written_says_so(draft_petition):
    assert plain_text(draft_petition.sections[8].blocks[0].runs) == "Not yet drafted."


def test_dates_and_numerals():
    assert [format_long_date(date) for date in ("1957-02-15", "1957-02", "1957", "soon", "1957-13", "")] == [
        "February 15, 1957", "February 1957", "1957", "soon", "1957-13", "",
    ]  # fmt: skip
    assert [roman(number) for number in (1, 4, 9, 14, 40, 99)] == ["I", "IV", "IX", "XIV", "XL", "XCIX"]
    assert [alphabetic(number) for number in (1, 26, 27, 52, 53)] == ["A", "Z", "AA", "AZ", "BA"]
