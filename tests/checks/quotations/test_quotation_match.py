"""Location of quotations on exhibit pages."""

from __future__ import annotations

import pytest
from quotation_letters import BRIDGE, FILM, VIOLIN, build_case

from workbench.case.model import Document
from workbench.checks.evidence import Evidence
from workbench.checks.quotations.quotation_match import locate_quotation


@pytest.fixture(scope="module")
def evidence(minimal):
    return Evidence.of(build_case(minimal, {**FILM, **VIOLIN, **BRIDGE}))


def locate(evidence, text, exhibit_id=None, *pages):
    return locate_quotation(text, evidence.select(exhibit_id, pages) if exhibit_id else (), evidence)


def test_every_cited_page_is_tried(minimal):
    """A run of pages goes on to its neighbours: words that stand there only may stand on another cited page."""
    pages = {"review": ["The Salt Line opens in May.", "A second page."], "jury": ["Title: The Salt Line, a film."]}
    evidence = Evidence.of(build_case(minimal, pages))
    cited = [*evidence.select("review", (2,)), *evidence.select("jury", (1,))]
    for order in (cited, cited[::-1]):
        match = locate_quotation("The Salt Line,", order, evidence)
        assert (match.verdict, match.page.exhibit_id) == ("verbatim", "jury")


def changes(match):
    return [(change.page, change.letter) for change in match.differences]


@pytest.mark.parametrize(
    ("text", "exhibit_id"),
    [
        ("What she does with silence is new.", "review"),
        ("[w]ithout her there would have been no company to speak of", "producer"),
        ("She played the decisive role in both […] she is indispensable", "producer"),
        ("[Ms. Ferreira] played the decisive role in both: she ... cut the final version", "producer"),
        ("the jury of five unanimously award[ed] the Golden Lantern", "jury"),
        ("das Publikum im ausverkauften Saal", "kritik"),
        ("at -20 °C and by 6.5 dB at 20 °C. It weighs 1250 kg", "patent"),
        ("Its inventor has made the computer code available to everyone", "article"),
        ("I have not seen a first-time audience so still. The camera rarely moves.", "review"),
    ],
)
def test_verbatim_words_are_found(evidence, text, exhibit_id):
    match = locate(evidence, text, exhibit_id)
    assert match.verdict == "verbatim"
    assert match.differences == ()
    assert match.page.exhibit_id == exhibit_id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What she does with silence is unprecedented.", [("new", "unprecedented")]),
        ("I have not been persuaded: in thirty years of reviewing I have not seen an audience so still", None),
        ("it was the only film on which no member of the jury had to be asked", [("persuaded", "asked")]),
        ("I have produced films for twenty-two years and worked with Ms. Ferreira", [("have", "")]),
        ("Ms. Sato is not one of the five finest violinists among them.", [("", "not")]),
        ("Ms. Sato did so on 9 evenings.", [("nine", "9")]),
        ("reduces the amplitude of vibration by 40 dB", [("4.0", "40")]),
        ("by 4.0 dB at 20 °C", [("-20", "20")]),
        ("by 4.0 dB at °C and by 6.5 dB", [("20", "")]),
    ],
)
def test_altered_words_are_named(evidence, text, expected):
    match = locate(evidence, text)
    assert match.verdict == "altered"
    if expected is not None:
        assert changes(match) == expected


def test_stitched_quotation_is_altered(evidence):
    match = locate(evidence, "What she does with silence is new. Other directors are punctual.", "review")
    assert (match.verdict, match.differences[0].kind) == ("altered", "joined")
    assert match.differences[0].place.page.exhibit_id == "producer"


def test_sentence_left_out_is_altered(evidence):
    match = locate(evidence, "What she does with silence is new. The camera rarely moves.", "review")
    [change] = match.differences
    assert (match.verdict, change.letter, len(change.page.split())) == ("altered", "", 39)


def test_parts_out_of_order_are_altered(evidence):
    match = locate(evidence, "The camera rarely moves […] What she does with silence is new.", "review")
    assert [change.kind for change in match.differences] == ["moved"]


def test_place_elsewhere_is_told(evidence):
    assert locate(evidence, "The camera rarely moves.", "review", 1).verdict == "other page"
    match = locate(evidence, "We do not recommend the other two.", "jury", 1)
    assert (match.verdict, match.page.exhibit_id, match.page.page) == ("other exhibit", "article", 2)


def test_invented_words_are_absent(evidence):
    match = locate(evidence, "He has transformed the treatment of childhood leukaemia worldwide.", "jury")
    assert (match.verdict, match.score < 0.5) == ("absent", True)


def test_scan_is_unreadable(evidence):
    assert locate(evidence, "engineer of the year for the region", "certificate").verdict == "unreadable"


def test_recognised_shapes_are_equal(evidence):
    match = locate(evidence, "The damper, in my opinion, is the most important advance […] It was not copied", "scan")
    assert (match.verdict, match.recognized) == ("verbatim", True)
    assert locate(evidence, "The damper, in my opinion, is the least important", "scan").verdict == "altered"


def test_match_gives_token_range(evidence):
    match = locate(evidence, "The camera rarely moves.", "review")
    assert match.page.quote(match.first, match.last) == "The camera rarely moves"


def test_page_end_with_unread_page(minimal):
    text = "The device was tested for nine years and"
    document = Document(sha256="0" * 64, pages=(text, "", "x"), page_kinds=("text", "scan", "text"))
    found = Evidence([("report", document)])
    quoted = "The device was tested for nine years and never failed once"
    assert locate_quotation(quoted, found.select("report", (1,)), found).verdict == "unreadable"


@pytest.mark.parametrize("unit", ["a ", "1 ", "a1 ", "… ", "[a] ", "[", "* * * ", "word-\n", "“"])
def test_hostile_words_end_soon(unit):
    page = Document(sha256="0" * 64, pages=(unit * 8000, "a b c\n" * 4000, ""), page_kinds=("text", "text", "scan"))
    found = Evidence([("hostile", page)])
    for text in (unit * 8000, "a b c " * 2000, "a … " * 1500):
        assert 0 <= locate_quotation(text, found.select("hostile"), found).score <= 1
