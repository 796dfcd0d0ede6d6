"""Elements as questions, with pages and gaps."""

from workbench.case.criteria import CRITERIA, NARRATIVE_ELEMENTS, REPLACEABLE
from workbench.intake.element_question import ask_elements, own_words


def test_every_criterion_is_asked(editor):
    asked = {question.criterion for question in editor.questions()}
    assert asked == {*REPLACEABLE, *NARRATIVE_ELEMENTS}
    assert {question.criterion for question in editor.questions(["major_award"])} == {"major_award"}


def test_page_with_own_words_is_named(editor):
    question = next(one for one in editor.questions(["awards"]) if one.element == "received")
    assert question.question == "Which page shows that the prize or award was received by the beneficiary?"
    assert [(page.number, page.page) for page in question.pages] == [(1, 1)]
    assert {"prize", "received"} <= set(question.pages[0].words)


def test_gap_closes_with_fact(editor):
    def gap():
        return next(one.gap for one in editor.questions(["awards"]) if one.element == "received")

    assert gap().startswith("Not claimed so far. The evidence does not establish that the prize or award was received")
    editor.accept(editor.proposals(["awards"])[0])
    assert gap() == ""


def test_strange_page_carries_nothing(take_in):
    editor = take_in({"tide.txt": "The tide comes twice a day in every harbor of the coast."})
    assert not any(question.pages for question in ask_elements(editor.case))


def test_own_words_are_nobody_elses():
    for criterion in CRITERIA:
        assert own_words(criterion)
        assert {"field", "beneficiary", "the"}.isdisjoint(own_words(criterion))
