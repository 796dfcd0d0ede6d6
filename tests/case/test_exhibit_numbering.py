import pytest

from workbench.case.exhibit_numbering import ExhibitNumbering
from workbench.case.loader import load_case
from workbench.errors import CaseError


def cited(case, text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [found[:2] for found in ExhibitNumbering.of(case, text).find_citations(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Exhibit 2 at 1; Exhibits 3-4.", [("academy", (1,)), ("article", ()), ("statement", ())]),
        ("Exs. A and D.", [("medal", ()), ("statement", ())]),
        ("Exhibits II and IV.", [("academy", ()), ("statement", ())]),
        ("Tab 2", [("academy", ())]),
        ("Exhibit 9 at 2", [("9", (2,))]),
        ("Exhibit 12c", [("12c", ())]),
        ("Exhibit 1, and Exhibit B", [("medal", ()), ("B", ())]),
        ("Exhibit 1. Attachment B", [("medal", ())]),
        ("Ex. 1 at 1. Id. at 2.", [("medal", (1,)), ("medal", (2,))]),
    ],
)
def test_numbering_follows_order(minimal, text, found):
    assert cited(minimal, text) == found


def test_numbering_without_case_keeps_labels():
    assert cited(None, "Exhibit 4a at 2, Tab 3") == [("4a", (2,))]


def test_labels_of_case_come_first(edit, folder, settings):
    edit("  - id: medal\n", "  - id: medal\n    label: Exhibit F\n    parts: {4a: 1, 4b: 2}\n")
    case = load_case(folder, settings=settings)
    assert cited(case, "Exhibit F; Ex. 4b at 1; Exhibit 2; Exhibit 1") == [
        ("medal", ()),
        ("medal", (2,)),
        ("academy", ()),
        ("1", ()),
    ]
    assert cited(case, "Exhibits 4a/4b") == [("medal", (1,)), ("medal", (2,))]


def test_part_is_named_by_pages(edit, folder, settings):
    edit("  - id: medal\n", "  - id: medal\n    label: Exhibit F\n    parts: {4a: 1, 4b: 2}\n")
    numbering = ExhibitNumbering.of(load_case(folder, settings=settings), "Exhibit F; Ex. 4B at 1; Exhibit 2")
    assert [numbering.label_of("medal", pages) for pages in ((), (1,), (2,), (1, 2))] == ["F", "F", "4B", "F"]
    assert numbering.label_of("academy") == "2"
    assert numbering.label_of("nowhere") is None


def test_index_of_letter_gives_labels(minimal):
    numbering = ExhibitNumbering.of(minimal, "", {"(i).1": "statement"})
    assert [found.exhibit_id for found in numbering.find_citations("Exhibit (i).1")] == ["statement"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("label: F\n    parts: {f: 1}", "the label 'f' is used twice, first as 'F'"),
        ("parts: {4a: 1-9}", "page 9, and the exhibit has 2; correct the range"),
        ("parts: {4a: 2-1}", "2-1 is no range of pages; pages are counted from 1"),
        ("parts: {4a: first}", "'first' is no range of pages; write 3, or 4-9"),
        ("missing: true\n    reason: lost", "a missing exhibit has no file"),
        ("reason: lost", "only a missing exhibit has a reason"),
    ],
)
def test_labels_and_parts_are_checked(edit, folder, settings, fields, message):
    edit("  - id: medal\n", f"  - id: medal\n    {fields}\n")
    with pytest.raises(CaseError) as caught:
        load_case(folder, settings=settings)
    (problem,) = caught.value.problems
    assert message in str(problem)


def test_missing_exhibit_needs_reason_only(edit, folder, settings):
    edit("    file: exhibits/article.md\n", "    missing: true\n")
    with pytest.raises(CaseError, match="the field is missing; add reason"):
        load_case(folder, settings=settings)
    edit("    missing: true\n", "    missing: true\n    reason: ordered from the library\n")
    case = load_case(folder, settings=settings)
    document = case.documents["article"]
    assert (document.missing, document.has_text, document.pages) == ("ordered from the library", False, ())
    assert list(document.list_warnings()) == [
        "is not at hand: ordered from the library; nothing that cites it can be checked"
    ]
    assert case.exhibit_number("statement") == 4


def test_file_is_wanted_of_others(edit, folder, settings):
    edit("    file: exhibits/article.md\n", "")
    with pytest.raises(CaseError, match="the field is missing; add file"):
        load_case(folder, settings=settings)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("(Ex. 4 (Smith Letter) at 3)", "[@four, p. 3] (Smith Letter)"),
        ("(Ex. 4, Letter of Dr. B, p. 2)", "[@four, p. 2] (Letter of Dr. B)"),
        ("(Exhibit 4 at 3, ¶2).", "[@four, p. 3], ¶ 2."),
        ("Exhibits 2, 4 at 1.", "[@two; @four, p. 1]."),
        ("“Exhibit 2” is long. Id. at 5.", "[@two] is long. [@two, p. 5]."),
        ("Exhibit 4's author", "[@four]'s author"),
        ("See Exhibits 2 and 9.", "See Exhibits 2 and 9."),
    ],
)
def test_typed_citations_lose_no_words(typed, written):
    numbering = ExhibitNumbering(None, ("2", "4"), {"2": "two", "4": "four"})
    found = numbering.write_citations(typed)
    assert found.text == written
    assert found.unknown == (() if "@" in written else ("Exhibits 2 and 9",))


def test_kept_exhibits_have_no_number(minimal):
    first, *others = minimal.exhibits
    kept = minimal.model_copy(update={"exhibits": (first.model_copy(update={"filed": False}), *others)})
    text = f"She won (Exhibit 1 at 2; on file: {first.id}, at\xa03)."
    found = [(cite.exhibit_id, cite.pages) for cite in ExhibitNumbering.of(kept, text).find_citations(text)]
    assert found == [(others[0].id, (2,)), (first.id, (3,))]


@pytest.mark.parametrize("labelled", [True, False])
def test_tab_is_found_by_label(edit, folder, settings, labelled):
    if labelled:
        edit("  - id: medal\n", "  - id: medal\n    label: Exhibit B\n")
    case = load_case(folder, settings=settings)
    text = "Exhibit 1. Attachment 2; Tab B; Appendix B; Annex 4; Attachments 1-3"
    numbering = ExhibitNumbering.of(case, text)
    found = [cite.exhibit_id for cite in numbering.find_citations(text)]
    unlabelled = [text[each.start : each.end] for each in numbering.find_unlabelled(text)]
    by_label = [] if labelled else ["Tab B", "Appendix B"]
    assert found == (["1", "medal", "medal"] if labelled else ["medal"])
    assert sorted(unlabelled) == sorted([*by_label, "Attachment 2", "Annex 4", "Attachments 1-3"])


def test_tabs_alone_need_labels_of_case(edit, folder, settings):
    edit("  - id: medal\n", "  - id: medal\n    label: Tab A\n")
    assert cited(load_case(folder, settings=settings), "Tab A; Tab 2") == [("medal", ()), ("2", ())]


def test_long_range_is_no_thousand_citations(minimal):
    text = "Exhibits 1-999, Id. " * 50
    found = cited(minimal, text)
    assert len(found) == 100 * (len(minimal.exhibits) + 1)
    assert found[len(minimal.exhibits)] == (f"{len(minimal.exhibits) + 1} to 999", ())
