"""Citations at render."""

import pytest

from tests.export.conftest import exhibits
from workbench.export.citations import CitationTable, problems, spans
from workbench.export.markdown import plain_text, read_markdown
from workbench.live.snapshot import ExhibitState


def exhibit(exhibit_id, number, pages=5):
    return ExhibitState(
        exhibit_id=exhibit_id, number=number, title=exhibit_id, kind="award", date="1978", pages=pages, sha256="0" * 64
    )


EXHIBITS = {item.exhibit_id: item for item in (exhibit("wolf", 4), exhibit("medal", 7), exhibit("parity", 12))}


def rendered(markdown, *, linked=True):
    table = CitationTable(EXHIBITS, linked=linked)
    table.lift(markdown)
    return table.groups


@pytest.mark.parametrize(
    ("cited", "shown"),
    [
        ("[@wolf]", "(Exhibit 4)"),
        ("[@wolf, p. 2]", "(Exhibit 4 at 2)"),
        ("[@wolf, pp. 1-3, 5]", "(Exhibit 4 at 1–3, 5)"),
        ("[@wolf, p. 2; @medal, pp. 1-3]", "(Exhibits 4 at 2; 7 at 1–3)"),
        ("[@wolf, p. 2; @wolf, p. 2]", "(Exhibit 4 at 2)"),
        ("[@nowhere, p. 2]", "([unresolved: nowhere])"),
        ("[@wolf, p. 2; @nowhere]", "(Exhibit 4 at 2; [unresolved: nowhere])"),
        ("[@nowhere; @wolf; @medal]", "([unresolved: nowhere]; Exhibits 4; 7)"),
        ("[@wolf page two]", "([unresolved: @wolf page two])"),
    ],
)
def test_group_in_the_letter(cited, shown):
    [group] = rendered(f"Text {cited}.")
    assert plain_text(group).replace("\u00a0", " ") == shown


def test_numbers_link_to_a_filed_index():
    assert [run.target for run in rendered("[@wolf; @medal]")[0] if run.target] == ["exhibit-4", "exhibit-7"]
    assert [run.target for run in rendered("[@wolf; @medal]", linked=False)[0] if run.target] == []


def test_lift_names_cited_exhibits():
    table = CitationTable(EXHIBITS, linked=True)
    source, cited = table.lift("One [@wolf, p. 1], two [@nowhere] and [@medal].")
    assert cited == {"wolf", "medal"}
    assert source.startswith("One ")
    assert "@" not in source
    assert len(table.groups) == 3


def test_problems_name_each_fault_once():
    text = "[@nowhere] [@nowhere] [@wolf, pp. 5-7] [@wolf, p. 0] [@wolf x] [@medal, p. 5]"
    assert problems(text, EXHIBITS) == [
        "unresolved citation: there is no exhibit nowhere",
        "unresolved citation: wolf (Exhibit 4) has 5 pages, not page 6–7",
        "unresolved citation: wolf (Exhibit 4) has 5 pages, not page 0",
        "unresolved citation: [@wolf x] cannot be read",
    ]


def test_spans():
    assert spans((1, 2, 3, 5, 9, 10)) == "1–3, 5, 9–10"
    assert spans(()) == ""


@pytest.mark.parametrize(
    ("final", "shown"),
    [
        (False, "Taught (on file: notes, at 1). Read (Exhibit 4 at 2; on file: notes)."),
        (True, "Taught. Read (Exhibit 4 at 2)."),
    ],
)
def test_kept_document_is_cited_in_drafts(final, shown):
    notes = exhibit("notes", 5).model_copy(update={"filed": False})
    states = {**EXHIBITS, "notes": notes}
    table = CitationTable(states, linked=True, final=final)
    source, _ = table.lift("Taught [@notes, p. 1]. Read [@wolf, p. 2; @notes].")
    ((paragraph,),) = read_markdown([source], table.resolve)
    assert plain_text(paragraph.runs).replace("\u00a0", " ") == shown


def test_final_drops_notes_of_kept_exhibits():
    kept = {each.exhibit_id: each.model_copy(update={"filed": False}) for each in exhibits()[:1]}
    text = "She won.[^1] It counts.[^2]\n\n[^1]: [@nms-citation, p. 1].\n\n[^2]: See [@nms-citation].\n"
    lifted, _ = CitationTable(kept, linked=False, final=True).lift(text)
    assert lifted == "She won. It counts.[^2]\n\n\n[^2]: See.\n"
