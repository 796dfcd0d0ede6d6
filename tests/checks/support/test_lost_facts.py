"""Facts of earlier drafts that a revision has lost."""

from __future__ import annotations

import pytest

from workbench.checks.check import check_section
from workbench.checks.draft import DraftSection
from workbench.checks.earlier_text import MOST_EARLIER, EarlierText, add_earlier
from workbench.checks.registry import CHECKS
from workbench.checks.support.lost_facts import fact_lost

MEDAL = "Dr. Example received the Invented Medal for Chemistry on 4 May 2021 [@medal, p. 1]."
COUNTRIES = "It was reported by newspapers in nine countries [@medal, p. 2]."
BEFORE = f"{MEDAL} {COUNTRIES}\n"


def find_lost(case, content, *earlier, others=None, before=BEFORE, **how):
    texts = tuple(earlier) or (EarlierText(content=before, **how),)
    return list(fact_lost(DraftSection("awards", content, case, others or {}, texts)))


def test_kept_facts_are_no_finding(minimal):
    moved = "In nine countries newspapers reported the medal [@medal, p. 2].\n\nThe Invented Medal for Chemistry was "
    assert find_lost(minimal, BEFORE) == []
    assert find_lost(minimal, moved + "given to Dr. Example on May 4, 2021 [@medal, p. 1].\n") == []
    assert list(fact_lost(DraftSection("awards", "Nothing.", minimal))) == []


def test_lost_date_names_both_sentences(minimal):
    new = f"Dr. Example received the Invented Medal for Chemistry [@medal, p. 1]. {COUNTRIES}\n"
    (found,) = find_lost(minimal, new)
    assert (found.check, found.severity, found.line) == ("fact-lost", "warning", 1)
    assert found.quote == "Dr. Example received the Invented Medal for Chemistry [@medal, p. 1]."
    assert "“4 May 2021”" in found.message
    assert MEDAL in found.message
    assert "[@medal, p. 1]" in found.message
    assert (found.evidence[0].exhibit_id, found.evidence[0].page) == ("medal", 1)


def test_lost_sentence_has_no_place(minimal):
    (found,) = find_lost(minimal, f"{MEDAL}\n")
    assert found.line is None
    assert "nine" in found.message


def test_fact_in_other_section_has_moved(minimal):
    assert find_lost(minimal, f"{MEDAL}\n", others={"final_merits": COUNTRIES}) == []


def test_same_number_elsewhere_keeps_nothing(minimal):
    new = f"{MEDAL} The academy has nine committees for its elections [@academy, p. 2].\n"
    assert ["nine" in found.message for found in find_lost(minimal, new)] == [True]


def test_contradicted_fact_may_go(minimal):
    wrong = BEFORE.replace("4 May 2021", "4 May 2011")
    new = f"Dr. Example received the Invented Medal for Chemistry [@medal, p. 1]. {COUNTRIES}\n"
    assert find_lost(minimal, new, before=wrong) == []
    assert find_lost(minimal, new, before=wrong, approved_by="ada") == []


def test_unsupported_fact_may_go_unless_approved(minimal):
    before = f"{BEFORE[:-1]} The jury looked at 347 candidates that year.\n"
    assert find_lost(minimal, BEFORE, before=before) == []
    for how in ({"approved_by": "ada"}, {"confirmed": ("The jury looked at 347 candidates that year.",)}):
        (found,) = find_lost(minimal, BEFORE, before=before, **how)
        assert "“347 candidates”" in found.message


@pytest.mark.parametrize(
    "note",
    [
        "Strike the sentence about the newspapers.",
        "Please do not mention the nine countries.",
        "The newspapers should be removed.",
        "Name the jury first; leave the newspapers out",
        "Keep the medal and delete the newspapers",
        "It is wrong that there were nine.",
    ],
)
def test_note_asks_for_removal(minimal, note):
    assert find_lost(minimal, f"{MEDAL}\n", note=note) == []


@pytest.mark.parametrize(
    "note",
    [
        "",
        "Make it shorter.",
        "Do not remove the newspapers.",
        "Say more about the newspapers.",
        "Delete the medal and keep the newspapers",
    ],
)
def test_other_notes_excuse_nothing(minimal, note):
    assert len(find_lost(minimal, f"{MEDAL}\n", note=note)) == 1


def test_rejected_sentence_may_go(minimal):
    assert find_lost(minimal, f"{MEDAL}\n", rejected=(COUNTRIES,)) == []


def test_lost_name_and_exhibit(minimal):
    before = f"{BEFORE[:-1]} She was elected a Fellow of the Invented Academy of Chemistry in 2022 [@academy, p. 1].\n"
    (found,) = find_lost(minimal, BEFORE, before=before)
    assert "Invented Academy of Chemistry" in found.message
    assert "“2022”" in found.message
    new = BEFORE + "In 2022 the Invented Academy of Chemistry elected her a Fellow.\n"
    (found,) = find_lost(minimal, new, before=before)
    assert "Lost in the revision: exhibit 'academy'." in found.message


def test_lost_quotation(with_pages):
    said = "the most careful measurement of slow reactions in this century"
    case = with_pages(statement=([f"I consider it {said} by any laboratory that is known to me."], {}))
    before = f"A colleague calls it “{said}” [@statement, p. 1].\n"
    (found,) = find_lost(case, "A colleague praises it [@statement, p. 1].\n", before=before)
    assert said in found.message
    paraphrase = (
        "A colleague calls her measurement of slow reactions the most careful of the century [@statement, p. 1]."
    )
    assert find_lost(case, paraphrase, before=before) == []


def test_lost_sentence_without_figures(minimal):
    said = "The medal is reserved for excellence in research and open to chemists of every country [@medal, p. 2]."
    (found,) = find_lost(minimal, BEFORE, before=f"{BEFORE[:-1]} {said}\n")
    assert f"what one sentence says. An earlier draft said: {said}" in found.message
    shorter = f"{BEFORE[:-1]} Chemists of every country can receive it for their research [@medal, p. 2].\n"
    assert find_lost(minimal, shorter, before=f"{BEFORE[:-1]} {said}\n") == []


def test_oldest_text_counts_until_forgotten(minimal):
    second = f"{MEDAL}\n"
    texts = add_earlier(add_earlier((), EarlierText(content=BEFORE)), EarlierText(content=second))
    (found,) = find_lost(minimal, second, *texts)
    assert "nine" in found.message
    # What the later note asks for holds for the text before it.
    asked = (texts[0], EarlierText(content=second, note="strike the newspapers"))
    assert find_lost(minimal, second, *asked) == []


def test_fact_of_two_texts_is_reported_once(minimal):
    other = BEFORE.replace("It was", "The medal was")
    assert len(find_lost(minimal, f"{MEDAL}\n", EarlierText(content=BEFORE), EarlierText(content=other))) == 1


def test_earlier_texts_are_bounded():
    texts: tuple[EarlierText, ...] = ()
    for number in range(9):
        texts = add_earlier(texts, EarlierText(content=f"text {number}"))
    assert len(texts) == MOST_EARLIER
    assert texts[-1].content == "text 8"
    assert add_earlier(texts, EarlierText(content="text 8")) == texts
    assert add_earlier((), EarlierText(content=" \n")) == ()


def test_coverage_counts_sentences(minimal):
    draft = DraftSection("awards", "Nothing.", minimal, {}, (EarlierText(content=BEFORE),))
    list(fact_lost(draft))
    assert draft.coverage.counts()["fact-lost"].places == 2


def test_result_is_kept_by_earlier_text(minimal):
    checks = [check for check in CHECKS if check.id == "fact-lost"]
    with_text = DraftSection("awards", f"{MEDAL}\n", minimal, {}, (EarlierText(content=BEFORE),))
    assert not check_section(DraftSection("awards", f"{MEDAL}\n", minimal), checks).findings
    assert len(check_section(with_text, checks).findings) == 1


@pytest.mark.parametrize(
    "text",
    ["9 9 9 " * 3000, "Ab Cd " * 3000, "“a b c d” " * 2000, "On 4 May 2021 " * 2000, MEDAL * 300, "\0[@medal\n" * 500],
)
def test_hostile_text_ends(minimal, text):
    find_lost(minimal, text, EarlierText(content=text[::-1], approved_by="ada"), EarlierText(content=text, note=text))
