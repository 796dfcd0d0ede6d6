"""Experiments with failing cells, scorers, limits and interruptions.

Cells that fail stand beside cells that go on.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from pathlib import Path

import pytest
from scripted_endpoint import Endpoint, drops, fails, lists, piece, sends, streams

from workbench.config import Settings
from workbench.drafting.prompts.templates import PromptLibrary
from workbench.drafting.request import ModelUsage
from workbench.drafting.scripted_model import ScriptedModel
from workbench.errors import InputError, ModelError, ModelUnavailableError
from workbench.tuning.experiment.cells import Cell, ModelEntry, Score, Variant
from workbench.tuning.experiment.experiment import Experiment
from workbench.tuning.experiment.matrix import Matrix
from workbench.tuning.experiment.results import CELL_COLUMNS, KEY_COLUMNS, SCORE_COLUMNS, Results
from workbench.tuning.experiment.runner import run_cells
from workbench.tuning.experiment.spec import ExperimentSpec

CASES = Path(__file__).parent.parent / "cases"
GOOD = "The medal was awarded in 2019 [@medal, p. 1].\n"


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home", cases=CASES)


def experiment(settings, model=None, **fields):
    given = {"open_models": [ModelEntry("scripted", model)], "models": ["scripted"]} if model else {}
    return Experiment(settings=settings, **{"name": "x", "cases": ["minimal"], "sections": ["awards"]} | given | fields)


def test_experiment_runs_whole_matrix(settings):
    variants = {"mine": Variant("mine", PromptLibrary.shipped())}
    run = experiment(
        settings, sections=None, prompts=["shipped", "mine"], variants=variants, repeats=2, scorers=["checks", "words"]
    )
    results = run.run(progress=False)
    cells, scores = results.cells, results.scores
    assert tuple(cells.columns) == CELL_COLUMNS
    assert tuple(scores.columns) == SCORE_COLUMNS
    sections = len(set(cells["section"]))
    assert len(cells) == run.progress.total == run.progress.done == sections * 2 * 2
    assert len(scores) == 2 * len(cells)
    assert not cells.duplicated(list(KEY_COLUMNS)).any()
    assert list(cells["prompt"][:2]) == ["shipped", "mine"], "those that are compared stand side by side"
    assert set(cells["status"]) == {"done"}
    first = Cell("shipped", "minimal", cells["section"][0], "offline", 1)
    assert len(results.drafts(first).split()) >= cells["words"][0]
    assert "nothing leaves this machine" in results.notes[0]
    assert results.summary()["cells"].tolist() == [sections * 2] * 2


def test_failed_cell_reports_error(settings):
    script = [
        GOOD, ModelError("it refused to write this"), "", RuntimeError("a defect"),
        ModelUnavailableError("the endpoint was lost"), GOOD,
    ]  # fmt: skip
    results = experiment(settings, ScriptedModel({"awards": script}), repeats=6, concurrency=1).run(progress=False)
    assert list(results.cells["status"]) == ["done", "failed", "failed", "failed", "failed", "done"]
    said = "\n".join(results.cells["error"].dropna())
    for words in (
        "it refused to write this",
        "gave an empty answer",
        "RuntimeError: a defect",
        "the endpoint was lost",
    ):
        assert words in said
    assert not results.cells["passed"][1:5].any()
    assert len(results.scores) == 2, "what has no draft has no score"


def test_endpoint_refuses_or_breaks_off(settings):
    with Endpoint() as endpoint:
        refused = sends(piece(refusal="I cannot."), piece(finish="stop"), "[DONE]")
        # What breaks off is asked again, in the same cell.
        endpoint.acts = [
            streams("Good."),
            refused,
            streams(""),
            streams(""),
            fails(400),
            drops("Half"),
            streams("Whole."),
        ]
        there = settings.model_copy(update={"openai_base_url": endpoint.url})
        results = experiment(there, models=["small-model"], repeats=5, concurrency=1).run(progress=False)
    assert list(results.cells["status"]) == ["done", "failed", "failed", "failed", "done"]
    said = "\n".join(results.cells["error"].dropna())
    for words in ("refused to write this section", "empty answer", "HTTP 400"):
        assert words in said
    assert results.drafts(Cell("filing", "minimal", "awards", "small-model", 5)) == "Whole.\n"


def test_judge_is_checked_first(settings):
    judge = {"judge": {"rubric": "Every sentence has its citation."}}
    with Endpoint() as endpoint:
        there = settings.model_copy(update={"model": "judging-model", "openai_base_url": endpoint.url})
        endpoint.listing = fails(401)
        with pytest.raises(InputError, match="OPENAI_API_KEY"):
            experiment(there, ScriptedModel(default=GOOD), scorers=[judge]).run(progress=False)
        assert endpoint.posted == []

        endpoint.listing = lists("judging-model")
        grades = '{"overall": {"reason": "It cites the medal.", "grade": 5}}'
        endpoint.acts = [streams(grades)]
        results = experiment(there, ScriptedModel(default=GOOD), scorers=[judge]).run(progress=False)
    assert f"judge: judging-model at {endpoint.host} judges, and is sent every draft that it scores" in results.notes
    assert list(results.scores["value"]) == [1.0]


def test_unreachable_model_is_given_up(settings):
    model = ScriptedModel(default=ModelUnavailableError("lost"))
    results = experiment(settings, model, repeats=20, concurrency=1).run(progress=False)
    assert len(model.calls) == 3
    assert list(results.cells["status"]).count("not asked") == 17


class Raising:
    name = "raising"

    async def score(self, drafted):
        raise ValueError("no such thing")


class Wrong:
    name = "wrong"

    async def score(self, drafted):
        return 0.5


class Hanging:
    name = "hanging"

    def __init__(self):
        self.asked = 0

    async def score(self, drafted):
        self.asked += 1
        await asyncio.Event().wait()


class Blocking:
    name = "blocking"

    def __init__(self):
        self.asked = 0
        self.free = threading.Event()

    async def score(self, drafted):
        self.asked += 1
        self.free.wait()


class Fine:
    name = "fine"

    async def score(self, drafted):
        return Score("fine", 1.0, "it is", passed=True)


def test_misbehaving_scorer_fails_alone(settings, monkeypatch):
    monkeypatch.setattr("workbench.tuning.scorers.pool._GRACE_S", 0.5)
    monkeypatch.setattr("workbench.tuning.scorers.pool._LOOK_S", 0.05)
    hanging, blocking = Hanging(), Blocking()
    scorers = [Raising(), Wrong(), hanging, blocking, Fine(), "words"]
    run = experiment(settings, scorers=scorers, repeats=4, concurrency=1, scorer_limit_s=0.2)
    results = run.run(progress=False)
    blocking.free.set()
    scores = results.scores
    assert list(scores["scorer"][:6]) == ["raising", "wrong", "hanging", "blocking", "fine", "words"]
    said = {name: list(rows["error"]) for name, rows in scores.groupby("scorer")}
    assert said["raising"] == ["it raised ValueError: no such thing"] * 4
    assert said["wrong"] == ["it gave float instead of a score"] * 4
    assert said["hanging"][:2] == ["hanging gave no score within 0.2 s"] * 2
    assert said["blocking"][:2] == ["blocking did not come back within 0.2 s"] * 2
    assert all("not asked again" in error for name in ("hanging", "blocking") for error in said[name][2:])
    assert hanging.asked == blocking.asked == 2
    assert scores[scores["scorer"] == "fine"]["value"].tolist() == [1.0] * 4
    assert scores[scores["scorer"] != "fine"].query("scorer != 'words'")["value"].isna().all()
    assert not results.cells["passed"].any()


def test_spending_limit_spares_cached_answers(settings):
    with Endpoint() as endpoint:
        endpoint.acts = [streams(f"Draft {n}.") for n in range(20)]
        there = settings.model_copy(update={"openai_base_url": endpoint.url})
        fields = {"models": ["small-model"], "repeats": 6, "concurrency": 1, "budget_tokens": 240}
        first = experiment(there, **fields)
        results = first.run(progress=False)
        assert list(results.cells["status"]) == ["done"] * 2 + ["not asked"] * 4
        assert first.progress.spent_tokens == 240
        assert "the limit of 240 tokens is reached" in results.cells["error"][2]
        again = experiment(there, **fields).run(progress=False)
        assert list(again.cells["status"]) == ["done"] * 4 + ["not asked"] * 2
        assert again.cells["cached"].tolist()[:4] == [True, True, False, False]
        assert len(endpoint.posted) == 4


def test_stopped_experiment_goes_on(settings):
    with Endpoint() as endpoint:
        there = settings.model_copy(update={"openai_base_url": endpoint.url})
        run = experiment(there, models=["small-model"], repeats=8, concurrency=2)
        endpoint.acts = [streams("One."), lambda reply: (run.stop(), streams("Two.")(reply)), *[streams("More.")] * 9]
        results = run.run(progress=False)
        asked = len(endpoint.posted)
        assert run.interrupted
        assert asked < 8
        assert list(results.cells["status"]).count("done") == asked
        assert "interrupted; run it again" in "\n".join(results.cells["error"].dropna())
        whole = run.run(progress=False)
        assert set(whole.cells["status"]) == {"done"}
        assert len(endpoint.posted) == 8


def test_ctrl_c_stops_in_order(settings):
    with Endpoint() as endpoint:

        def interrupt(reply):
            os.kill(os.getpid(), signal.SIGINT)
            streams("Answered all the same.")(reply)

        endpoint.acts = [interrupt, *[streams("More.")] * 9]
        there = settings.model_copy(update={"openai_base_url": endpoint.url})
        run = experiment(there, models=["small-model"], repeats=200, concurrency=1)
        endpoint.acts += [streams("More.")] * 200
        results = run.run(progress=False)
    assert run.interrupted
    assert results.cells["status"][0] == "done"
    assert list(results.cells["status"]).count("not asked") > 0


def test_remote_model_needs_consent(settings):
    far = settings.model_copy(update={"openai_base_url": "https://api.example.com/v1"})
    with pytest.raises(InputError, match="nobody has agreed") as caught:
        experiment(far, models=["offline", "gpt-5"])
    assert caught.value.problems[0].field == "models[1]"


def test_unknown_endpoint_model_is_refused(settings):
    with Endpoint() as endpoint:
        endpoint.acts = [fails(404, message="no such model", code="model_not_found")]
        there = settings.model_copy(update={"openai_base_url": endpoint.url})
        with pytest.raises(InputError, match="name one that it offers: small-model"):
            experiment(there, models=["large-model"]).run(progress=False)
        assert all(asked.headers["x-workbench-section"] == "check" for asked in endpoint.posted)


def test_results_save_and_load(settings, tmp_path):
    results = experiment(settings, scorers=["checks"]).run(progress=False)
    files = results.save(tmp_path / "out")
    assert sorted(files) == ["cells.csv", "cells.parquet", "scores.csv", "scores.parquet", "spec.yaml"]
    assert {path.stat().st_mode & 0o777 for path in files.values()} == {0o600}
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700
    again = Results.load(tmp_path / "out", settings)
    assert again.spec == results.spec
    assert again.cells.equals(results.cells)
    assert again.scores.equals(results.scores)
    with pytest.raises(InputError, match="no saved results"):
        Results.load(tmp_path, settings)
    with pytest.raises(InputError, match="cannot be written"):
        results.save(files["spec.yaml"])


class Formula:
    name = "=cmd|' /C calc'!A0"

    async def score(self, drafted):
        return Score(self.name, 1.0, "<script>alert(1)</script>\n=1+1", passed=True)


def test_results_escape_formulas_and_html(settings, tmp_path):
    model = ScriptedModel(default=ModelError("<img src=x onerror=alert(1)>"))
    results = experiment(settings, model, repeats=1).run(progress=False)
    assert "<img" not in results._repr_html_()
    results = experiment(settings, scorers=[Formula()]).run(progress=False)
    assert "'=cmd" in results.save(tmp_path / "out")["scores.csv"].read_text()
    assert "<script" not in results._repr_html_()


def test_answers_are_encrypted_with_key(settings):
    from workbench.text.encryption import new_key

    keyed = settings.model_copy(update={"encryption_key": _secret(new_key())})
    with Endpoint() as endpoint:
        endpoint.acts = [streams("The confidential medal.")]
        there = keyed.model_copy(update={"openai_base_url": endpoint.url})
        experiment(there, models=["small-model"]).run(progress=False)
        again = experiment(there, models=["small-model"]).run(progress=False)
        assert again.cells["cached"].all()
        folder = settings.home / "tuning"
        assert all(b"confidential" not in path.read_bytes() for path in folder.iterdir())
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
        assert folder.stat().st_mode & 0o777 == 0o700
        without = there.model_copy(update={"encryption_key": None})
        with pytest.raises(InputError, match=r"is encrypted with the key .*set WORKBENCH_ENCRYPTION_KEY"):
            experiment(without, models=["small-model"])
        other = there.model_copy(update={"encryption_key": _secret(new_key())})
        with pytest.raises(InputError, match="add that key, after a comma"):
            experiment(other, models=["small-model"])


def _secret(text):
    from pydantic import SecretStr

    return SecretStr(text)


def test_damaged_answer_file_is_reported(settings):
    file = settings.home / "tuning" / "answers.sqlite3"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"no database at all, but long enough to be read as one" * 100)
    with pytest.raises(InputError, match="move it away"):
        experiment(settings)


def test_damaged_answers_fail_their_cells(settings):
    with Endpoint() as endpoint:
        endpoint.acts = [streams(f"Draft {n}." * 400) for n in range(20)]
        there = settings.model_copy(update={"openai_base_url": endpoint.url})
        experiment(there, models=["small-model"], repeats=10).run(progress=False)
        file = settings.home / "tuning" / "answers.sqlite3"
        data = bytearray(file.read_bytes())
        data[12_000:40_000] = b"\xff" * 28_000
        file.write_bytes(data)
        try:
            results = experiment(there, models=["small-model"], repeats=10).run(progress=False)
        except InputError as error:
            assert "move it away" in str(error)  # noqa: PT017 - either is right: it depends on which page was hit
        else:
            assert len(results.cells) == 10


@pytest.mark.parametrize("usage", [ModelUsage(10, 5, 0.01), ModelUsage(cost_usd=None)])
def test_usd_limit_holds_for_models(settings, usage):
    model = ScriptedModel(default=GOOD, usage=usage)
    run = experiment(settings, model, repeats=6, concurrency=1, budget_usd=0.03)
    results = run.run(progress=False)
    assert len(model.calls) == (3 if usage.cost_usd else 1)
    assert "USD" in results.cells["error"].iloc[-1]


def test_concurrency_of_ten(settings):
    class Meeting(ScriptedModel):
        def __init__(self):
            super().__init__(default=GOOD)
            self.here = 0
            self.all_here = asyncio.Event()

        async def stream(self, request):
            self.here += 1
            if self.here == 10:
                self.all_here.set()
            await asyncio.wait_for(self.all_here.wait(), 30)
            async for chunk in super().stream(request):
                yield chunk

    results = experiment(settings, Meeting(), repeats=20, concurrency=10).run(progress=False)
    assert set(results.cells["status"]) == {"done"}


def test_experiment_start_and_wait(settings):
    run = experiment(settings)
    with pytest.raises(InputError, match="it was not started"):
        run.wait()
    assert len(run.start().wait(progress=False).cells) == 1


def test_full_disk_stops_requests(settings):
    with Endpoint() as endpoint:
        endpoint.acts = [streams(f"Draft {n}. " + "x" * 18_000) for n in range(20)]
        there = settings.model_copy(update={"openai_base_url": endpoint.url})
        run = experiment(there, models=["small-model"], repeats=8, concurrency=1)
        [pages] = run._matrix.answers._writer.execute("PRAGMA page_count").fetchone()
        run._matrix.answers._writer.execute(f"PRAGMA max_page_count = {pages + 30}")  # SQLite's own full disk
        results = run.run(progress=False)
        done = list(results.cells["status"]).count("done")
        assert 1 < done < 8
        assert len(endpoint.posted) == done
        assert "full" in results.cells["error"].iloc[-1]
        assert set(experiment(there, models=["small-model"], repeats=8).run(progress=False).cells["status"]) == {"done"}
        again = len(endpoint.posted) - 8
        assert again in (1, 2), "asked again: the one that could not be kept, and one that was under way by then"


def test_results_plot(settings):
    results = experiment(settings, repeats=2, scorers=["checks", "words"]).run(progress=False)
    for figure in (results.plot_scores(), results.plot_cost(), results.plot_agreement()):
        assert figure.axes


async def test_broken_checks_fail_scores_only(settings):
    spec = ExperimentSpec(name="x", cases=("minimal",), sections=("awards",), repeats=2, scorers=("checks", "words"))
    results = []

    def breaks(_drafted, _pause):
        raise RuntimeError("a defect")

    async with Matrix(spec, settings) as matrix:
        await matrix.open()
        await run_cells(
            matrix.cells(), prepare=matrix.inputs, answers=matrix.answers, scorers=matrix.scorers, concurrency=2,
            on_result=results.append, review=breaks,
        )  # fmt: skip
    assert len(results) == 2
    assert {score.error for result in results for score in result.scores} == {
        "the checks broke with RuntimeError: a defect"
    }


def test_findings_are_cached_per_checks(settings, monkeypatch):
    first = experiment(settings, ScriptedModel(default="It was awarded [@nothing, p. 9].")).run(progress=False)
    monkeypatch.setattr(
        "workbench.tuning.experiment.review_cache.review", lambda *_: pytest.fail("it is reviewed again")
    )
    again = experiment(settings, ScriptedModel(default="It was awarded [@nothing, p. 9].")).run(progress=False)
    assert again.cells["errors"].tolist() == first.cells["errors"].tolist()
    assert first.cells["errors"][0] > 0
    monkeypatch.setattr(
        "workbench.tuning.experiment.review_cache.digest_checks", lambda: "another release of the checks"
    )
    monkeypatch.setattr("workbench.tuning.experiment.review_cache.review", lambda *_: ())
    changed = experiment(settings, ScriptedModel(default="It was awarded [@nothing, p. 9].")).run(progress=False)
    assert changed.cells["errors"].tolist() == [0]
