"""An exported experiment in promptfoo, beside our own engine."""

from __future__ import annotations

from collections import Counter

import pytest
from model_relay import ModelRelay
from real_promptfoo import evaluate

from workbench.config import Settings
from workbench.drafting.local_model import LocalModelServer
from workbench.drafting.prompts.prompt_text import required_placeholders
from workbench.tuning.experiment.cells import Cell
from workbench.tuning.experiment.experiment import Experiment
from workbench.tuning.experiment.spec import spec_of
from workbench.tuning.promptfoo.export import export_experiment
from workbench.tuning.promptfoo.results import read_results
from workbench.workflow.loop import BackgroundLoop

PLACE = ["prompt", "case", "section", "model", "repeat"]
SMALL = 640
"""Tokens of context that the relay claims: an eighth of it is the longest answer, and passages must be dropped."""


@pytest.fixture
def relay():
    with LocalModelServer(slots=1, threads=1) as server, ModelRelay(server.url, context_tokens=SMALL) as relay:
        relay.model = server.model
        yield relay
    BackgroundLoop.current().close()


def test_promptfoo_results_equal_the_experiment(tmp_path, shared_home, relay):
    # With a limit of its own: promptfoo does not ask again for an answer that was cut off.
    limit = relay.context_tokens // 16
    settings = Settings(home=shared_home, model=relay.model, openai_base_url=relay.url, max_output_tokens=limit)
    prompts = short_prompts(tmp_path / "prompts")
    spec = spec_of(
        {
            "name": "the same twice",
            "prompts": [str(prompts)],
            "cases": ["tests/cases/minimal"],
            "sections": ["awards", "continuing_work"],
            "models": [relay.model],
            "repeats": 2,
            "concurrency": 1,
            "temperature": 0,
            "scorers": [
                "checks",
                {"words": {"min": 1, "max": 60}},
                "elements",
                "exhibit-exists",
                "no-evidence",
                "placeholder",
            ],
        }
    )
    ours = Experiment(spec, settings=settings).run(progress=False)
    asked_by_us = [body for body in relay.asked if len(body["messages"]) > 1]
    exported = export_experiment(spec, settings, tmp_path / "exported.yaml")
    assert exported.cells == 2
    del relay.asked[:]
    evaluated = evaluate(exported.path, settings)
    theirs = read_results(tmp_path / "results.json")

    # The same questions, to the letter, with the same limits.
    assert Counter(map(_question, relay.asked)) == Counter(map(_question, asked_by_us))
    assert len(relay.asked) == 4
    # The same cells.
    assert _sorted(theirs.cells)[PLACE].equals(_sorted(ours.cells)[PLACE])
    assert len(theirs.cells) == 4
    assert evaluated["results"]["stats"]["errors"] == 0
    # The same verdict of every scorer on every cell, and of the cell.
    both = ours.scores.merge(theirs.scores, on=[*PLACE, "scorer"], suffixes=("_ours", "_theirs"), validate="1:1")
    assert len(both) == len(ours.scores) == len(theirs.scores) == 4 * len(spec.scorers)
    assert list(both["passed_ours"].astype(bool)) == list(both["passed_theirs"])
    assert both["value_ours"].tolist() == pytest.approx(both["value_theirs"].tolist())
    assert set(both["passed_theirs"]) == {True, False}  # the comparison can tell one from the other
    # The same drafts, for at temperature 0 the model says the same twice.
    assert {place: ours.drafts(Cell(*place)) for place in theirs.drafts} == theirs.drafts
    cells = ours.cells.merge(theirs.cells, on=PLACE, suffixes=("_ours", "_theirs"), validate="1:1")
    assert list(cells["passed_ours"].astype(bool)) == list(cells["passed_theirs"])


def short_prompts(folder):
    """Prompts with only the text that each must have.

    Most of this test's time goes into reading them.
    """
    folder.mkdir()
    for section_id in ("system", "awards", "continuing_work"):
        names = " ".join(f"{{{{{name}}}}}" for name in sorted(required_placeholders(section_id)))
        text = (
            f"---\nsection: {section_id}\nnote: short\nauthor: a test\n---\nDraft, and cite as the facts do.\n{names}\n"
        )
        (folder / f"{section_id}.md").write_text(text, encoding="utf-8")
    return folder


def _question(body):
    texts = tuple((message["role"], message["content"]) for message in body["messages"])
    return texts, body.get("max_completion_tokens") or body.get("max_tokens"), body["temperature"], body["model"]


def _sorted(frame):
    return frame.sort_values(PLACE).reset_index(drop=True)
