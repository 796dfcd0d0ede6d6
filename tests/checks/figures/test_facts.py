"""Figures and dates against the pages that a sentence cites."""

from __future__ import annotations

from dataclasses import replace

import pytest
from field_letters import field_letters
from table_letters import UNDERIVED, table_letters

from workbench.case.model import Document
from workbench.checks.coverage import Coverage
from workbench.checks.draft import DraftSection
from workbench.checks.figures.facts import fact
from workbench.checks.figures.matching import match_statement
from workbench.checks.statements.statements import Clause


def change(draft, old, new):
    assert old in draft.content
    return replace(draft, content=draft.content.replace(old, new, 1), coverage=Coverage())


@pytest.fixture(scope="module")
def letters(wu):
    return field_letters(wu)


@pytest.mark.parametrize("name", ["composer", "epidemiologist", "engineer"])
def test_facts_of_clean_letters_stand(letters, name):
    draft = replace(letters[name], coverage=Coverage())
    assert [finding.message for finding in fact(draft)] == []
    assert draft.coverage.counts()["fact"].places > 10


@pytest.mark.parametrize(
    ("name", "old", "new", "on_page"),
    [
        ("composer", "64 entries", "46 entries", "Sixty-four scores"),
        ("composer", "March 14, 2018", "March 15, 2018", "14 March 2018"),
        ("composer", "number 7", "number 2", "7"),
        ("composer", "May 2019", "May 2018", "23 May 2019"),
        ("epidemiologist", "11 districts", "14 districts", "eleven districts"),
        ("epidemiologist", "512 times", "more than 512 times", "512"),
        ("epidemiologist", "June 30, 2021", "June 30, 2022", "June 30, 2021"),
        ("engineer", "140 plants in 12 countries", "12 plants in 140 countries", "12 countries"),
        ("engineer", "$6.8 million in 2019", "$8.6 million in 2019", "$6,800,000"),
        ("engineer", "July 18, 2017", "June 18, 2017", "July 18, 2017"),
    ],
)
def test_fact_with_another_value(letters, name, old, new, on_page):
    findings = list(fact(change(letters[name], old, new)))
    assert findings
    assert any(on_page in finding.message or finding.severity == "warning" for finding in findings)


def test_fact_error_carries_both_values(letters):
    (finding,) = fact(change(letters["epidemiologist"], "11 districts", "14 districts"))
    assert finding.severity == "error"
    assert "14 districts" in finding.message
    assert "eleven districts" in finding.message
    (place,) = finding.evidence
    page = letters["epidemiologist"].evidence.select(place.exhibit_id, (place.page,))[0]
    assert place.quote in page.text


def test_fact_on_another_page_names_it(letters):
    text = "The award for the best score was founded in 1987 and carries a sum of $25,000 [@sales, p. 1]."
    findings = list(fact(DraftSection("intro", text, letters["composer"].case)))
    assert [finding.severity for finding in findings] == ["error", "error"]
    assert all("(festival), p. 2" in finding.message for finding in findings)


def test_fact_of_scan_is_not_checked(letters):
    draft = letters["composer"]
    scan = Document(sha256="0" * 64, pages=("", ""), has_text=False)
    case = draft.case.model_copy(update={"documents": {**draft.case.documents, "festival": scan}})
    draft = DraftSection("intro", draft.content, case)
    assert not [finding for finding in fact(draft) if finding.severity == "error"]
    assert draft.coverage.counts()["fact"].why["the page is a scan or cannot be read"] > 0


def test_fact_without_citation_is_not_passed(letters):
    draft = DraftSection("intro", "He has trained 77 nurses.", letters["composer"].case)
    assert list(fact(draft)) == []
    assert draft.coverage.counts()["fact"].unchecked == 1


def test_facts_in_quotations_are_left(letters):
    draft = DraftSection("intro", "“He has trained 77 nurses in all.” [@unit, p. 1]", letters["epidemiologist"].case)
    assert list(fact(draft)) == []


def test_derived_figures_are_found(letters):
    case = letters["epidemiologist"].case
    for text in (
        "He reviewed for four journals: A, B, C and D [@reviews, p. 1].",
        "Some 3 million people live there [@unit, p. 1].",
        "In all 79 % were raised in time [@unit, p. 2].",
    ):
        assert [finding.message for finding in fact(DraftSection("intro", text, case))] == [], text


def test_year_of_a_summary_is_found(with_pages):
    rooms = "Her rooms of sound stood open to visitors and schools of the whole province until 30 September 2022."
    paper = "Evening Gazette, June 3, 2023. Silence has seldom sounded louder, says the critic of the festival."
    case = with_pages(medal=([rooms], {}), article=([paper], {}))
    text = "It was built in {} and praised in 2023 [@medal, p. 1; @article, p. 1]."
    assert list(fact(DraftSection("intro", text.format(2022), case))) == []
    (finding,) = fact(DraftSection("intro", text.format(2019), case))
    assert "“2019”" in finding.message


def test_match_of_statement_is_pure(letters):
    draft = letters["engineer"]
    clause = Clause("The gripper is installed in 150 plants.")
    pages = draft.evidence.select("company")
    match = match_statement(clause.quantities[0], clause, pages, draft.evidence.weigh)
    assert (match.verdict, match.words) == ("other value", "140 plants")


def test_facts_of_odd_texts(letters):
    case = letters["composer"].case
    for text in (
        "",
        "[@festival, p. 1]",
        "1 " * 500 + "[@festival, p. 1]",
        "\u200b7\u202e [@festival]",
        "7 [@nowhere]",
    ):
        list(fact(DraftSection("intro", text, case)))


@pytest.mark.parametrize(
    ("page", "text", "words"),
    [
        ("The laws admit not more than twelve members.", "The laws admit 13 members.", "not more than twelve members"),
        ("The rig ran for 1100 hours of tests.", "The rig ran for 1100 days of tests.", "1100 hours"),
        (
            "Jurors have practised for at least twenty years.",
            "Jurors practised three decades.",
            "at least twenty years",
        ),
        ("Of the 152 homes, 38 are let at cost.", "Half of the homes are let at cost.", "Half of the homes"),
        ("The report is dated May 16, 1957, and is long.", "The report of May 5, 1957 is long.", "May 16, 1957"),
        ("The prize of 2016 is for houses of wood.", "The prize of more than 2016 is for houses.", "more than 2016"),
    ],
)
def test_message_shows_whole_figure(with_pages, page, text, words):
    case = with_pages(medal=([f"Terms of the Society of Builders in Aske, in full.\n\n{page}"], {}))
    messages = [finding.message for finding in fact(DraftSection("intro", f"{text} [@medal, p. 1]", case))]
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("Jurors have practised for at least twenty years.", "Jurors practised for two decades or more."),
        ("Of the 152 homes, 38 are let at cost.", "A quarter of the homes are let at cost."),
        ("Fees rose from $9.2 million to $28.5 million.", "The fees tripled."),
        ("2009 to 2018 editor of the Review.", "She edited the Review for nine years."),
    ],
)
def test_figure_in_other_words_stands(with_pages, page, text):
    case = with_pages(medal=([f"Terms of the Society of Builders in Aske, in full.\n\n{page}"], {}))
    assert [finding.message for finding in fact(DraftSection("intro", f"{text} [@medal, p. 1]", case))] == []


TABLE_LETTERS = ["economist", "chef", "coach", "biostatistician", "violist", "geologist"]


@pytest.mark.parametrize("name", TABLE_LETTERS)
def test_facts_of_table_letters_stand(wu, name):
    findings = list(fact(replace(table_letters(wu)[name], coverage=Coverage())))
    assert [finding.quote for finding in findings] == UNDERIVED.get(name, [])
    assert {finding.severity for finding in findings} <= {"warning"}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("economist", "fell by 0.8", "fell by 1.2"),
        ("economist", "she was cited 164", "she was cited 147"),
        ("economist", "750,000 Swedish kronor", "750,000 US dollars"),
        ("economist", "drawn 852", "drawn more than 852"),
        ("chef", "and 15,200 in\nGerman", "and 86,000 in\nGerman"),
        ("chef", "nine of them, a third,", "nine of them, two thirds,"),
        ("chef", "grew from $1.3 million", "shrank from $1.3 million"),
        ("coach", "17 medals", "nearly 17 medals"),
        ("coach", "finished fifth", "finished seventh"),
        ("biostatistician", "spent a total of 16 years", "spent a total of 16 months"),
        ("violist", "June 11, 2015", "June 11, 2016"),
        ("violist", "From 2016 to 2022", "From 2022 to 2016"),
    ],
)
def test_fact_of_table_with_another_value(wu, name, old, new):
    draft = table_letters(wu)[name]
    known = {finding.message for finding in fact(draft)}
    assert [finding for finding in fact(change(draft, old, new)) if finding.message not in known]
