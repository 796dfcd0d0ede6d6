"""Removal of reasoning, whole and streamed."""

from __future__ import annotations

import random
import time

import pytest

from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.reasoning import ReasoningFilter, strip_reasoning

THOUGHT = "The client's medal looks weak; USCIS may doubt it. a < b [x] ``` no"
LETTER = "### Heading\n\nThe medal is awarded [@medal, p. 1]. “[A] thought” [reasonable] a < b and c > d."
FORMS = {
    "think": f"<think>\n{THOUGHT}\n</think>\n\n{LETTER}",
    "square": f"[THINK]{THOUGHT}[/THINK]{LETTER}",
    "arrows": f"◁think▷{THOUGHT}◁/think▷{LETTER}",
    "closing tag alone": f"{THOUGHT}</think>\n{LETTER}",
    "fence": f"```thinking\n{THOUGHT}\n```\n\n{LETTER}",
    "tildes": f"~~~ reasoning\n{THOUGHT}\n~~~\n{LETTER}",
    "reasoning": f"<reasoning>{THOUGHT}</reasoning>\n{LETTER}",
    "tokens": f"<|begin_of_thought|>{THOUGHT}<|end_of_thought|>{LETTER}",
    "capital tokens": f"<|START_THINKING|>{THOUGHT}<|END_THINKING|>{LETTER}",
    "channels": f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>{LETTER}",
    "channels without marks": f"analysis{THOUGHT}assistantfinal{LETTER}",
    "channels without marks, plain": f"analysisThe medal looks weak.assistantfinal{LETTER}",
    "folded": f'<details type="reasoning"><summary>Thought for 3 s</summary>{THOUGHT}</details>{LETTER}',
    "folded by its summary": f"<details><summary>Thinking…</summary>{THOUGHT}</details>{LETTER}",
    "escaped": f"&lt;think&gt;{THOUGHT}&lt;/think&gt;{LETTER}",
    "with attributes": f"<thinking mode='x'>{THOUGHT}</thinking>{LETTER}",
    "with a prefix": f"<seed:think>{THOUGHT}</seed:think>{LETTER}",
    "unknown name": f"<my_thoughts>{THOUGHT}</my_thoughts>{LETTER}",
    "twice": f"<think>a</think><think>{THOUGHT}</think>{LETTER}",
    "named within": f"<think>a <think> b {THOUGHT}</think> c</think>{LETTER}",
    "another kind within": f"<think>use <reasoning> here {THOUGHT}</think>{LETTER}",
}


def stream(answer: str, seed: int) -> str:
    """Returns what a viewer sees of a stream in pieces of random size; with seed 0 letter by letter."""
    dice, reader, shown, at = random.Random(seed), ReasoningFilter(), "", 0  # noqa: S311 - no secret
    while at < len(answer):
        size = dice.choice([1, 2, 3, 7, 30]) if seed else 1
        visible = reader.feed(answer[at : at + size])
        shown, at = (visible.text if visible.restart else shown + visible.text), at + size
    visible = reader.end()
    return visible.text if visible.restart else shown + visible.text


@pytest.mark.parametrize("answer", FORMS.values(), ids=FORMS)
def test_reasoning_is_removed(answer):
    assert strip_reasoning(answer).strip() == LETTER
    assert {stream(answer, seed) for seed in range(40)} == {strip_reasoning(answer)}


@pytest.mark.parametrize("answer", FORMS.values(), ids=FORMS)
def test_cleaned_draft_holds_no_reasoning(answer):
    assert clean_markdown(answer) == clean_markdown(LETTER)


def test_letter_is_left_alone():
    assert strip_reasoning(LETTER) == LETTER
    assert {stream(LETTER, seed) for seed in range(40)} == {LETTER}


def test_unclosed_reasoning_drops_the_rest():
    assert strip_reasoning(f"{LETTER}\n<think>{THOUGHT}") == f"{LETTER}\n"


def test_reasoning_amid_the_letter_is_removed():
    assert strip_reasoning(f"{LETTER}<think>{THOUGHT}</think>{LETTER}") == LETTER * 2


@pytest.mark.parametrize(
    "unit",
    ["<", "< ", "<details>", "`", "\n```", "[THINK", "<think ", "&lt;", "<|channel|>", "<details><summary>", "a"],
)
def test_filter_takes_linear_time(unit):
    def seconds(size: int) -> float:
        text = (unit * size)[:size]
        reader, began = ReasoningFilter(), time.process_time()
        for at in range(0, size, 64):
            reader.feed(text[at : at + 64])
        reader.end()
        strip_reasoning(text)
        return time.process_time() - began

    # Linear is 4; quadratic would be 16. The best of three, of the long text only as many as it takes.
    limit = 9 * max(min(seconds(25_000) for _ in range(3)), 1e-4)
    assert any(seconds(100_000) < limit for _ in range(3))
