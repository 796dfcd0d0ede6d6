"""The sample case keeps its word: complete, dated before filing, and every fact on the pages it cites."""

import re
import runpy
import unicodedata
from datetime import date
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import pytest

from workbench.case.criteria import CRITERIA, NARRATIVE_ELEMENTS
from workbench.case.loader import load_case
from workbench.case.model import Case, Fact

CASES = Path(__file__).parents[2] / "data" / "cases"
FOLDER = CASES / "wu"
SOURCES = sorted(path.stem for path in (FOLDER / "sources").glob("*.md"))
SAMPLE_LINE = "SAMPLE EXHIBIT – written for the EB-1A Workbench sample from the public record; not an original"

# Words whose capital is grammar or courtesy, not a name.
OPENERS = frozenset(
    {"A", "After", "Among", "At", "By", "Candidates", "Dr", "Her", "In", "It", "Its", "No", "Nominations", "Of", "She"}
    | {"The", "There", "Until", "When", "With"}
)
NUMBER_WORDS = frozenset(
    {
        "first",
        "sole",
        "only",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    }
    | {"twenty", "thirty", "thirty-six", "forty", "fifty", "fifty-six", "hundred", "thousand", "million"}
)
TOKEN = re.compile(r"[^\W_]+(?:[-'.][^\W_]+)*")


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case(FOLDER)


@pytest.fixture(scope="module")
def build() -> SimpleNamespace:
    # run_path leaves no bytecode beside the sample, which goes into the wheel as it lies there
    return SimpleNamespace(**runpy.run_path(str(CASES / "build.py"), run_name="sample_builder"))


def tokens(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).replace("’", "'")
    return [token.removesuffix("'s") for token in TOKEN.findall(plain)]


def unsupported(text: str, pages: str) -> list[str]:
    """The numbers, number words and proper names of a fact that its pages do not carry."""
    there = set(tokens(pages))
    lowered = {token.lower() for token in there}
    missing = []
    for token in tokens(text):
        if token.lower() in NUMBER_WORDS:
            supported = token.lower() in lowered
        elif (token[0].isupper() and token not in OPENERS) or any(character.isdigit() for character in token):
            supported = token in there
        else:
            supported = True
        if not supported:
            missing.append(token)
    return missing


def cited_text(case: Case, fact: Fact) -> str:
    """The cited pages without the sample's own line and without the footer, which are no evidence."""
    pages = (case.documents[cite.exhibit].pages[page - 1] for cite in fact.cites for page in cite.pages)
    return "\n".join(page.removeprefix(SAMPLE_LINE).rpartition("Source: ")[0] for page in pages)


def letters(text: str) -> str:
    """Letters and digits only: what is left when layout, marks and line ends are taken away."""
    return "".join(character for character in unicodedata.normalize("NFKC", text) if character.isalnum())


def test_sample_has_ten_sections_in_order(case):
    assert case.sections == (
        *("intro", "background", "awards", "membership", "publications", "critical_role"),
        *("final_merits", "continuing_work", "benefit", "conclusion"),
    )
    assert [claim.criterion for claim in case.claims] == ["awards", "membership", "publications", "critical_role"]


def test_sample_fills_every_element(case):
    for claim in case.claims:
        wanted = [element.id for element in CRITERIA[claim.criterion].elements]
        assert 2 <= len(claim.items) <= 4
        for item in claim.items:
            assert list(item.elements) == wanted, item.title
            assert all(1 <= len(facts) <= 4 for facts in item.elements.values()), item.title
    assert {name: list(elements) for name, elements in case.narrative.items()} == {
        name: [element.id for element in elements] for name, elements in NARRATIVE_ELEMENTS.items()
    }


def test_sample_roles_are_leading_or_critical(case):
    roles = {claim.criterion: [item.role for item in claim.items] for claim in case.claims}
    assert roles.pop("critical_role") == ["leading", "critical"]
    assert set(chain.from_iterable(roles.values())) == {None}


def test_the_sample_says_what_is_invented(case):
    said = " ".join((case.sample or "").split())
    for word in ("never filed", "fictional", "citizenship is set aside", "no originals", "Today's regulation"):
        assert word in said
    assert said.endswith("Nothing here is legal advice.")


def test_no_exhibit_postdates_the_filing(case):
    assert len(case.exhibits) >= 22
    assert case.filing_date == date(1979, 9, 4)
    for exhibit in case.exhibits:
        assert exhibit.date < case.filing_date.isoformat()[: len(exhibit.date)], exhibit.id


def test_no_exhibit_mentions_a_later_year(case):
    for exhibit in case.exhibits:
        # The sample's own lines and the source may be younger; the evidence may not.
        bodies = (page.removeprefix(SAMPLE_LINE).rpartition("Source: ")[0] for page in case.documents[exhibit.id].pages)
        years = {int(year) for body in bodies for year in re.findall(r"\b(?:18|19|20)\d\d\b", body)}
        assert max(years, default=0) <= int(exhibit.date[:4]), exhibit.id


def test_every_exhibit_is_cited(case):
    cited = {cite.exhibit for fact in case.facts() for cite in fact.cites}
    assert cited == {exhibit.id for exhibit in case.exhibits}


def test_no_sole_exhibit_of_two_criteria(case):
    alone: dict[str, set[str]] = {}
    for claim in case.claims:
        for item in claim.items:
            for facts in item.elements.values():
                exhibits = {cite.exhibit for fact in facts for cite in fact.cites}
                if len(exhibits) == 1:
                    alone.setdefault(exhibits.pop(), set()).add(claim.criterion)
    assert {exhibit: criteria for exhibit, criteria in alone.items() if len(criteria) > 1} == {}


def test_facts_stand_on_cited_pages(case):
    facts = list(case.facts())
    assert 60 <= len(facts) <= 90
    missing = {fact.text: tokens for fact in facts if (tokens := unsupported(fact.text, cited_text(case, fact)))}
    assert missing == {}


@pytest.mark.parametrize(
    ("fact", "missing"),
    [
        ("Dr. Wu was elected in 1958.", []),
        ("Dr. Wu was elected in 1959.", ["1959"]),
        ("Dr. Yang was elected in 1958.", ["Yang"]),
        ("Nine members elected Dr. Wu.", ["Nine"]),
        ("The members of Physics elected Dr. Wu's peers.", []),
        ("The members of Chemistry elected her.", ["Chemistry"]),
    ],
)
def test_fact_check_finds_unsupported_fact(fact, missing):
    assert unsupported(fact, "Dr. Wu, section of\nPhysics, elected in 1958 by three members") == missing


def test_facts_are_sentences_naming_beneficiary(case):
    facts = [fact.text for fact in case.facts()]
    assert len(set(facts)) == len(facts)
    for text in facts:
        assert text[0].isupper(), text
        assert text.endswith("."), text
        assert not re.search(r"[\[\]@*#<>`$](?!\d)", text), text
        assert re.sub(r"Dr\. (Chien-Shiung )?Wu\b", "", text).count("Wu") == 0, text
        assert not re.search(r"\b(he|him|his|they|them)\b.*\bDr\. Wu\b", text), text
    assert [text for text in facts if "Chien-Shiung" in text] == [case.narrative["background"]["education"][0].text]


def test_sources_exhibits_and_index_agree(case, build):
    assert {exhibit.id for exhibit in case.exhibits} == set(SOURCES)
    assert {path.name for path in (FOLDER / "exhibits").iterdir()} == {f"{name}.pdf" for name in SOURCES}
    for exhibit in case.exhibits:
        source = build.read_source(FOLDER / "sources" / f"{exhibit.id}.md")
        assert exhibit.file == f"exhibits/{exhibit.id}.pdf"
        assert (exhibit.title, exhibit.source, exhibit.date) == (source.title, source.source, source.date)


@pytest.mark.parametrize("name", SOURCES)
def test_committed_exhibit_matches_its_source(name, case, build):
    source = build.read_source(FOLDER / "sources" / f"{name}.md")
    pages = case.documents[name].pages
    assert len(pages) == len(source.pages)
    for number, (page, written) in enumerate(zip(pages, source.pages, strict=True), start=1):
        text = letters(page)
        assert 80 <= len(written.split()) <= 300
        # An ordered list's numbers are set by the layout, not written out alike.
        assert letters(re.sub(r"(?m)^\d+\.", "", written)) in letters(re.sub(r"(?m)^(§ )?\d+\. ", "", page))
        assert text.startswith(letters(SAMPLE_LINE + source.title))
        assert text.endswith(letters(f"Source: {source.source} page {number} of {len(pages)}"))


@pytest.mark.parametrize("name", ["nms-record", "nms-statute", "parity-article", "columbia-role"])
def test_building_twice_gives_the_same_bytes(name, build):
    source = build.read_source(FOLDER / "sources" / f"{name}.md")
    assert build.build_pdf(source) == build.build_pdf(source)


def test_builder_writes_every_source(tmp_path, build):
    (tmp_path / "sources").mkdir()
    text = '---\ntitle: "A \\"b\\" #c"\nsource: s\ndate: 1957-02-15\nlayout: record\n---\nOne $5.\n\n***\n\n#set x\n'
    (tmp_path / "sources" / "one.md").write_text(text, "utf-8")
    assert build.build_case(tmp_path) == [tmp_path / "exhibits" / "one.pdf"]
    assert (tmp_path / "exhibits" / "one.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no front matter\n", "begin with a front matter"),
        ("---\ntitle: t\n---\nbody\n", r"has title, source, date and layout, this one \['title'\]"),
    ],
)
def test_wrong_front_matter_is_refused(tmp_path, build, text, message):
    (tmp_path / "bad.md").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=message):
        build.read_source(tmp_path / "bad.md")


def test_the_exhibits_are_light(case):
    assert sum((FOLDER / exhibit.file).stat().st_size for exhibit in case.exhibits) < 1_500_000
