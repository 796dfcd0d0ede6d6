import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.case.citation import ID_PATTERN, Citation, MalformedCitation, find_citations, format_citation

IDS = st.from_regex(ID_PATTERN, fullmatch=True)
PAGES = st.lists(st.integers(1, 5_000), unique=True, max_size=12).map(sorted).map(tuple)


@given(exhibit=IDS, pages=PAGES, before=st.text("abc .\n"), after=st.text("abc .\n"))
def test_what_is_written_is_read_again(exhibit, pages, before, after):
    text = format_citation(exhibit, pages)
    assert list(find_citations(before + text + after)) == [
        Citation(exhibit, pages, len(before), len(before) + len(text))
    ]


@given(members=st.lists(st.tuples(IDS, PAGES), min_size=1, max_size=4))
def test_citation_group_is_read_by_member(members):
    text = "[" + "; ".join(format_citation(exhibit, pages)[1:-1] for exhibit, pages in members) + "]"
    assert [citation[:2] for citation in find_citations(text)] == members


@given(st.text(st.sampled_from("[]@;,.-–p ab19"), max_size=40))
def test_any_text_can_be_read(text):
    for citation in find_citations(text):
        assert text[citation.start] == "["
        assert text[citation.end - 1] == "]"


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("[@a]", ()),
        ("[@a, 2]", (2,)),
        ("[@a, p. 2]", (2,)),
        ("[@a, pp. 2–4, 7]", (2, 3, 4, 7)),
        ("[ @a , pages 2 - 3 ]", (2, 3)),
    ],
)
def test_forms_that_are_read(text, pages):
    assert [citation[:2] for citation in find_citations(text)] == [("a", pages)]


@pytest.mark.parametrize("text", ["[@]", "[@a p. 2]", "[@a, p. ii]", "[@a, p. 2; b]", "[@a b]"])
def test_malformed_citation_is_reported(text):
    assert any(isinstance(found, MalformedCitation) for found in find_citations(text))


def test_an_absurd_range_stays_small():
    (citation,) = find_citations("[@a, pp. 1-999999999]")
    assert len(citation.pages) == 10_000


def test_huge_page_numbers_are_bounded():
    (citation,) = find_citations(f"[@a, p. {'9' * 5_000}]")  # int() refuses so many digits
    assert citation.pages == (999_999_999,)
    (citation,) = find_citations("[@a, pp. " + ", ".join(["1-9999"] * 50) + "]")
    assert len(citation.pages) == 10_000
    assert next(iter(find_citations("[@a, p. 007]"))).pages == (7,)
