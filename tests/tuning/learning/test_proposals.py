"""Proposals of prompts: parsing, repair and rejection."""

from __future__ import annotations

import pytest

from workbench.config import Settings
from workbench.drafting.prompts.prompt_text import required_placeholders
from workbench.tuning.learning.proposals import build_question, build_record, read_proposal
from workbench.tuning.prompt_store import PromptStore

SECRETS = frozenset({"example", "ada example", "medal-2021", "wu"})
FACT = "The medal is open to chemists of every country and was reported by newspapers in nine of them."


@pytest.fixture
def store(tmp_path):
    return PromptStore(Settings(home=tmp_path))


@pytest.fixture
def parent(store):
    return store.active("awards").text


def read(answer, store, parent):
    return read_proposal(answer, "awards", parent, store.check, SECRETS, [FACT])


@pytest.mark.parametrize(
    "wrap",
    [
        "Here it is.\n<template>\n{}\n</template>\nI hope it helps.",
        "```markdown\n{}\n```",
        "<template>\n---\nsection: awards\nnote: x\nauthor: y\n---\n{}</template>",
        "{}",
        "<TEMPLATE>{}",
    ],
)
def test_template_is_found_in_answer(store, parent, wrap):
    better = parent.replace("Close by naming", "Be brief. Close by naming")
    assert "Be brief" in better
    proposal = read(wrap.replace("{}", better), store, parent)
    assert (proposal.dropped, proposal.text.strip(), proposal.mended) == (None, better.strip(), ())


def test_lost_placeholder_returns_with_its_paragraph(store, parent):
    lost = parent.replace("{{regulation}}", "").replace("{{instruction}}", "")
    proposal = read(f"<template>{lost}</template>", store, parent)
    assert proposal.dropped is None
    assert proposal.mended == ("{{instruction}} was put back", "{{regulation}} was put back")
    assert "The regulation, to be quoted exactly or not at all:\n{{regulation}}" in proposal.text
    assert store.check("awards", proposal.text) == ()


def test_bare_rules_regain_all_placeholders(store, parent):
    proposal = read("<template>Be brief.</template>", store, parent)
    assert proposal.dropped is None
    assert store.check("awards", proposal.text) == ()
    for name in required_placeholders("awards"):
        assert proposal.text.count(f"{{{{{name}}}}}") == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("Praise {{beneficary}}.", "unknown placeholder {{beneficary}}"),
        ("Open with {{.", "without its other half"),
        ("Write as for Ada Example.", "names a person, an exhibit or a title"),
        ("Cite medal-2021 first.", "names a person, an exhibit or a title"),
        ("Say that it is open to chemists of every country and was reported.", "repeats 8 words in a row of a case"),
        ("", "it is the present prompt"),
    ],
)
def test_unusable_proposal_is_dropped_with_reason(store, parent, change, why):
    proposal = read(f"<template>{parent}\n{change}\n</template>", store, parent)
    assert (proposal.text, why in proposal.dropped) == ("", True), proposal.dropped


@pytest.mark.parametrize("answer", ["", "I cannot help with that.", "<template></template>", "``````"])
def test_answer_without_template_is_dropped(store, parent, answer):
    assert read(answer, store, parent).dropped == "the answer holds no template"


def test_harmless_words_may_stay(store, parent):
    proposal = read(f"<template>{parent}\nWrite well, for example in short sentences.\n</template>", store, parent)
    assert "names a person" in (proposal.dropped or ""), "a surname that is a common word is dropped, to be safe"
    assert read(f"<template>{parent}\nNever say wunderkind.</template>", store, parent).dropped is None


def test_question_holds_the_findings(parent):
    record = build_record(
        place="wu, awards", score=0.5, reasons=["claim-uncited: no exhibit"], said="rejected: too long",
        draft="She won it.\n\nShe is great.\n", approved="She received it.\n\nShe is great.\n",
    )  # fmt: skip
    asked = build_question("awards", parent, [record])
    assert "Found: claim-uncited: no exhibit" in asked
    assert "rejected: too long" in asked
    assert "She [-won-]{+received+} it." in asked
    assert "She is great." not in asked, "what stayed teaches nothing"
    assert "{{facts}}" in asked
    short = build_question("awards", parent, [record | {"changes": "x" * 50_000}] * 2, room=len(parent) + 4_000)
    assert len(short) <= len(parent) + 4_010
    assert short.count("Example ") == 2
