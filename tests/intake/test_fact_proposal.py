"""Facts proposed from the pages."""

from workbench.intake.fact_proposal import find_whole_sentences


def test_proposal_is_pages_own_words(editor):
    case = editor.case
    for proposal in editor.proposals():
        page = " ".join(case.documents[proposal.exhibit_id].pages[proposal.page - 1].split())
        assert proposal.text in page


def test_accepted_proposal_is_gone(editor):
    first = editor.proposals(["awards"])[0]
    assert (first.element, first.text) == (
        "received",
        "Dr. Ada Example received the medal, and she gave a speech about her work.",
    )
    editor.accept(first)
    assert first.text not in {one.text for one in editor.proposals(["awards"]) if one.element == "received"}


def test_proposals_have_stable_ids(editor):
    assert [one.id for one in editor.proposals()] == [one.id for one in editor.proposals()]


def test_sentences_stand_by_themselves():
    text = (
        "Heading Without Stop\n\nThe medal was given to a chemist in 2019. It is made of gold and silver.\n"
        "I have known her for nine years. Short one here.\nSee [@x, p. 1] for the whole list of them."
    )
    assert list(find_whole_sentences(text)) == ["The medal was given to a chemist in 2019."]
