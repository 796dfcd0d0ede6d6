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
    "half marks": f"<|channel>thought\n{THOUGHT}\n<channel|>{LETTER}",
    "half mark alone": f"{THOUGHT}<channel|>{LETTER}",
    "unused tokens": f"<unused94>thought\n{THOUGHT}<unused95>{LETTER}",
    "wide marks": f"<｜begin▁of▁thought｜>{THOUGHT}<｜end▁of▁thought｜>{LETTER}",
    "wide tags": f"＜think＞{THOUGHT}＜/think＞{LETTER}",
    "braces": f"{{think}}{THOUGHT}{{/think}}{LETTER}",
    "backslashes": f"\\<think\\>{THOUGHT}\\</think\\>{LETTER}",
    "JSON's escapes": f"\\u003cthink\\u003e{THOUGHT}\\u003c/think\\u003e{LETTER}",
    "invisible letters": f"<\u200bthink>{THOUGHT}</think\ufeff>{LETTER}",
    "short name": f"<cot>{THOUGHT}</cot>{LETTER}",
    "short name's end": f"{THOUGHT}</rationale>{LETTER}",
    "name of its own": f"<weak_points>\n{THOUGHT}\n</weak_points>\n{LETTER}",
    "names of their own": f"<step n='1'>{THOUGHT}</step> <step>b</step><weak>{THOUGHT}</weak>{LETTER}",
    "an answer to a tool": f'<tool_call>{{"a": "{THOUGHT}"}}</tool_call>{LETTER}',
    "a tool's channel": f"<|channel|>commentary to=x <|constrain|>json<|message|>{THOUGHT}<|call|>{LETTER}",
    "another element within": f"<thinking>a<reflection>b</reflection>{THOUGHT}</thinking>{LETTER}",
    "folded without a word": f"<details><summary>Show steps</summary>{THOUGHT}</details>{LETTER}",
    "class of a block": f"<div class='thinking'>{THOUGHT}</div>{LETTER}",
    "fence in a longer fence": f"````thoughts\n```\n{THOUGHT}\n```\n````\n{LETTER}",
    "turn": f"<|im_start|>think\n{THOUGHT}<|im_end|>{LETTER}",
    "phrase at its end": f"Thinking...\n{THOUGHT}\n...done thinking.\n\n{LETTER}",
    "announced response": f"Here is my thought process:\n{THOUGHT}\n\nHere is my response:\n{LETTER}",
    "final response": f"Here are my reasoning steps:\n{THOUGHT}\n[BEGIN FINAL RESPONSE]\n{LETTER}[END FINAL RESPONSE]",
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


@pytest.mark.parametrize(
    "unclosed",
    [f"<think>a <reflection>b</reflection>{THOUGHT}", f"<weak_points>\n{THOUGHT}"],
    ids=["nested", "unknown"],
)
def test_unclosed_element_hides_everything(unclosed):
    assert strip_reasoning(unclosed) == ""
    assert {stream(unclosed, seed) for seed in range(40)} == {""}


@pytest.mark.parametrize(
    "answer",
    [
        f"<petition_section>{LETTER}</petition_section>",
        f"<answer>{LETTER}</answer> and more",
        f"<p>{LETTER}</p>",
        "<Name> won the prize.",
        "<https://example.org> is the address.",
        "He said: ...done. Here is my only doubt: \\ and {a}. Here",
    ],
)
def test_text_in_other_marks_stays(answer):
    assert strip_reasoning(answer) == answer
    assert {stream(answer, seed) for seed in range(40)} == {answer}


def test_reasoning_amid_the_letter_is_removed():
    assert strip_reasoning(f"{LETTER}<think>{THOUGHT}</think>{LETTER}") == LETTER * 2


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "< ",
        "<details>",
        "`",
        "\n```",
        "[THINK",
        "<think ",
        "&lt;",
        "<|channel|>",
        "<details><summary>",
        "a",
        "\\u003c",
        "{",
        ".",
        "<x>",
        "<x></x>",
        "\n",
        "</a>",
    ],
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
