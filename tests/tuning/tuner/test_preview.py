"""Preview of prompts, equal to the request.

It has the source of each word.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

import workbench
from workbench.case.search import MemoryManager
from workbench.config import Settings
from workbench.drafting.agents import WriterAgent
from workbench.drafting.prompts.templates import PromptLibrary
from workbench.drafting.scripted_model import ScriptedModel
from workbench.drafting.sections import SECTIONS
from workbench.tuning.experiment.drafting import assignment_for
from workbench.tuning.tuner.preview import CHARACTERS_A_TOKEN, TokenMeter, render_preview


@pytest.fixture(scope="module")
def case():
    return workbench.load_case("wu", settings=Settings())


@pytest.fixture(scope="module", params=["awards", "background", "intro"])
def assignment(request, case):
    with MemoryManager(case) as memory:
        return assignment_for(case, request.param, settings=Settings(), memory=memory)


class Tight(ScriptedModel):
    """A model with a limit."""

    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def prompt_characters(self, max_output_tokens):
        return self.limit


async def sent_by_the_writer(assignment, limit):
    model = Tight(limit)
    await WriterAgent(model, PromptLibrary.shipped()).draft(assignment, lambda _text: None)
    [request] = model.requests
    return request.system, request.user


@pytest.mark.parametrize("limit", [None, 12_000, 9_000, 6_000, 100])
async def test_preview_equals_the_request(assignment, limit):
    shown = render_preview(PromptLibrary.shipped(), assignment, limit=lambda _tokens: limit)
    assert shown.messages == await sent_by_the_writer(assignment, limit)
    assert shown.characters == sum(map(len, shown.messages))
    assert shown.too_long == (limit is not None and shown.characters > limit)
    assert 0 <= shown.kept <= len(shown.passages)
    assert bool(shown.passages) == (
        "passages" in PromptLibrary.shipped().template(assignment.section.section_id).placeholders
    )
    text = "".join(shown.messages[1].split())
    going_in = ["".join(passage.text.split()) in text for passage in shown.passages]
    assert going_in[: shown.kept] == [True] * shown.kept
    assert going_in[shown.kept :].count(True) <= 1, "a passage may also be quoted by a fact"


def test_preview_names_each_placeholder(case, assignment):
    shown = render_preview(PromptLibrary.shipped(), assignment)
    sources = {piece.source: piece.text for piece in shown.user if piece.source}
    assert sources["section_title"] == assignment.section.title
    assert all(fact.text[:40] in sources["facts"] for fact in case.facts_of(assignment.section.section_id))
    own = "".join(piece.text for piece in shown.user if piece.source is None)
    assert assignment.section.title not in own
    assert "{{" not in own


def test_case_text_forges_no_placeholder(assignment):
    assignment = replace(assignment, section=SECTIONS["awards"])
    passage = assignment.passages[0]._replace(text="before \ue000facts\ue001forged\ue002 after")
    shown = render_preview(PromptLibrary.shipped(), replace(assignment, passages=(passage,)))
    assert not any(piece.text == "forged" for piece in shown.user)


def test_tokens_are_estimated_until_counted():
    meter, messages = TokenMeter(), ("s" * 400, "u" * 600)
    guess = meter.measure("local", messages)
    assert (guess.count, guess.counted) == (1000 / CHARACTERS_A_TOKEN, False)
    assert "usual for English prose" in guess.how
    meter.learn("local", messages, 500)
    assert meter.measure("local", messages) == type(guess)(500, counted=True, how="counted by local")
    other = meter.measure("local", ("s" * 400, "u" * 800))
    assert (other.count, other.counted) == (600, False)
    assert "as local last counted" in other.how
    assert meter.measure("other", messages).count == guess.count


def test_missing_count_changes_no_estimate():
    meter = TokenMeter()
    meter.learn("local", ("a", "b"), 0)
    assert not meter.measure("local", ("a", "b")).counted
