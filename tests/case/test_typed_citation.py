import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.case.typed_citation import expand_labels, find_typed_citations, label_key


def read(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(" ".join(found.labels), found.pages) for found in find_typed_citations(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Exhibit 12", [("12", ())]),
        ("EXHIBIT 12", [("12", ())]),
        ("Exhibits 4-6", [("4 5 6", ())]),
        ("Exhibits 2, 5 and 7-9", [("2 5 7 8 9", ())]),
        ("Exhibit 4 through Exhibit 6", [("4 5 6", ())]),
        ("Ex. 12 at 3, ¶2", [("12", (3,))]),
        ("Exs. A–C", [("A B C", ())]),
        ("Exhibit (iv).1", [("(iv).1", ())]),
        ("Exhibits (iv).1-3", [("(iv).1 (iv).2 (iv).3", ())]),
        ("Exhibit 4a/4b", [("4a 4b", ())]),
        ("Exhibit 4a", [("4a", ())]),
        ("Exhibit F", [("F", ())]),
        ("Exhibit “F”", [("F", ())]),
        ("Ex. B at 142", [("B", (142,))]),
        ("Ex.12 at pp. 2-3", [("12", (2, 3))]),
        ("Exhibit 3, p. 4", [("3", (4,))]),
        ("Exhibit 3, pages 4-6", [("3", (4, 5, 6))]),
        ("Exhibit 3 (p. 4)", [("3", (4,))]),
        ("Exh. 3", [("3", ())]),
        ("Exhibit No. 7", [("7", ())]),
        ("Exhibit #7", [("7", ())]),
        ("Tab 4", [("4", ())]),
        ("Attachment B", [("B", ())]),
        ("Exhibit\u00a04 at\u00a01–2", [("4", (1, 2))]),
        ("Exhibit\n12 at 3", [("12", (3,))]),
        ("Exh\u200bibit 4", [("4", ())]),
        ("Exhibit A-1, ¶ 3", [("A-1", ())]),
        ("Exhibit 12 (letter of Prof. C) at 2", [("12", (2,))]),
        ("(Exhibit 4, a letter from Prof. C, p. 2.)", [("4", (2,))]),
        ("(Exhibit 4, letter of A, p. 2; Exhibit 5, letter of B, p. 3)", [("4", (2,)), ("5", (3,))]),
        ("Exs. A at 3 and B at 5", [("A", (3,)), ("B", (5,))]),
        ("Exhibits 2 and 3 at 4", [("2", ()), ("3", (4,))]),
        ("(Exhibits 4 at 1–2; 7 at 3)", [("4", (1, 2)), ("7", (3,))]),
        ("Exhibit 4, supra, at 123-25", [("4", (123, 124, 125))]),
        ("Ex. 12 at 3, 5, and 7.", [("12", (3, 5, 7))]),
        ("see exhibit 4 and exhibit A.", [("4", ()), ("A", ())]),
    ],
)
def test_typed_citation_is_read(text, found):
    assert read(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Exhibit Index",
        "She exhibits extraordinary skill.",
        "List of Exhibits\n1. Curriculum Vitae",
        "LIST OF EXHIBITS\n\n1. Curriculum Vitae",
        "The museum exhibits 4 paintings.",
        "An exhibit of 12 works, an Exhibition of 4 works",
        "EXHIBIT IN SUPPORT OF THE PETITION",
        "[@exhibit-4, p. 2]",
        "Ex post facto; e.g. 5",
    ],
)
def test_typed_citation_is_none(text):
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Exhibit 4, 12 articles are listed.", [("4", ())]),
        ("Exhibits 2 and 3, 15 articles", [("2 3", ())]),
        ("As Ex. 12 at 3, 15 journals took it", [("12", (3,))]),
        ("Exhibit 12, 2012", [("12", ())]),
        ("Ex. 12 at 3, 2012", [("12", (3,))]),
        ("Exhibit 4 – 12 articles", [("4", ())]),
        ("Exhibit 4 and 12 articles", [("4", ())]),
    ],
)
def test_typed_citation_ends_before_counts(text, found):
    assert read(text) == found


def test_id_takes_exhibit_cited_before():
    assert read("Ex. 3 at 2. See id. at 5; id.") == [("3", (2,)), ("3", (5,)), ("3", (5,))]
    assert read("Exhibits 3-4. Id. at 5.") == [("3 4", ()), ("3 4", ())]


@pytest.mark.parametrize("between", ["Kazarian v. USCIS, 596 F.3d 1115.", "8 C.F.R. § 204.5.", "[@medal, p. 1]"])
def test_id_of_authority_is_none(between):
    assert read(f"Ex. 3 at 2. {between} Id. at 5.") == [("3", (2,))]
    assert read("Id. at 5.") == []


def test_citation_group_has_its_place():
    text = "He won (Exhibits 2, 5 and 7 at 3)."
    for found in find_typed_citations(text):
        assert text[found.start : found.end] == "Exhibits 2, 5 and 7 at 3"


def test_paragraph_is_read():
    assert next(find_typed_citations("Ex. 7, ¶¶ 3-5")).paragraph == "3-5"


def test_long_ranges_are_bounded():
    assert expand_labels("1", "999999") == ("1", "999999")
    assert len(next(find_typed_citations("Ex. 1 at 1-999999")).pages) == 10_000


@pytest.mark.parametrize(
    ("one", "other"),
    [("Exhibit 4(a)", "4A"), ("Exhibit F", "f"), ("(IV).1", "Exhibit (iv).1"), ("Tab 04", "4"), ("A-1", "A1")],
)
def test_label_key_passes_over_punctuation(one, other):
    assert label_key(one) == label_key(other)
    assert label_key("2.1") != label_key("21")


@given(st.text(st.sampled_from("ExhibtsTa Ex. Id. 12-–,;()[]¶/\n@atp.ABIVi")), st.integers(0, 3))
def test_any_text_has_typed_citations(text, count):
    for found in find_typed_citations("Exhibit 4 " * count + text):
        assert found.labels
