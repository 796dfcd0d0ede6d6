"""The worker process scores as a thread does.

Whatever becomes of it, no draft is lost.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from scored_drafts import drafted

from workbench.config import Settings
from workbench.drafting.answer_cache import AnswerCache
from workbench.drafting.scripted_model import ScriptedModel
from workbench.tuning.experiment.cells import ModelEntry, Score
from workbench.tuning.experiment.experiment import Experiment
from workbench.tuning.experiment.review_cache import ReviewCache, review
from workbench.tuning.scorers import pool
from workbench.tuning.scorers.measures import MeasuringScorer
from workbench.tuning.scorers.pool import ScorerPool
from workbench.tuning.scorers.registry import SCORERS, resolve_all
from workbench.tuning.scorers.worker import ScoringWorker, WorkerLateError, WorkerLostError

CASES = Path(__file__).parent.parent / "cases"
TEXT = "The medal was awarded in 2019 [@medal, p. 1]. It is [@nothing, p. 9].\n"
MEASURES = tuple(name for name in SCORERS if name != "judge")


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home", cases=CASES)


@pytest.fixture
def worker(settings):
    worker = ScoringWorker(resolve_all(MEASURES, settings), 60)
    yield worker
    worker.close()


def slow(_draft, name):
    time.sleep(60)
    return Score(name, 1.0, "late")


async def test_worker_scores_as_a_thread(worker, settings):
    for text in (TEXT, "Another draft.\n"):
        draft = drafted(text, approved=TEXT)
        findings, scores = worker.score(draft)
        assert findings == review(draft)
        pool = ScorerPool(resolve_all(MEASURES, settings))
        assert (findings, scores) == await pool.score(draft)
        await pool.aclose()


def test_worker_gets_no_keys(worker, monkeypatch):
    monkeypatch.setenv("WORKBENCH_ENCRYPTION_KEY", "secret")
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    worker.score(drafted(TEXT))
    assert b"secret" not in Path(f"/proc/{worker._process.pid}/environ").read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="the alarm is the system's")
def test_slow_draft_ends_the_worker():
    worker = ScoringWorker([MeasuringScorer("slow", slow)], 1)
    with pytest.raises(WorkerLateError, match="within 1 s"):
        worker.score(drafted(TEXT))
    assert worker._process is None


def test_unpicklable_scorer_is_lost():
    worker = ScoringWorker([MeasuringScorer("mine", lambda _draft, name: Score(name, 1.0, "so"))], 60)
    with pytest.raises(WorkerLostError):
        worker.score(drafted(TEXT))
    worker.close()


async def test_killed_worker_loses_no_draft(settings, caplog):
    with AnswerCache(settings) as answers:
        pool = ScorerPool(resolve_all(["checks", "words"], settings), review=ReviewCache(answers), many=True)
        first = await pool.score(drafted(TEXT))
        pool._worker._process.kill()
        second = await pool.score(drafted(f"{TEXT}More.\n"))
        assert pool._worker is None
        await pool.aclose()
    assert [score.scorer for score in second[1]] == [score.scorer for score in first[1]] == ["checks", "words"]
    assert all(score.error is None for score in second[1])
    assert "scored in this process from now on" in caplog.text


def test_worker_ends_with_its_parent(tmp_path):
    """Its end of the pipe goes with the parent.

    It makes no difference how the parent ends.
    """
    script = (
        "import sys, time; sys.path[:0] = [sys.argv[1]]\n"
        "from scored_drafts import drafted\n"
        "from workbench.tuning.scorers.worker import ScoringWorker\n"
        "worker = ScoringWorker([], 60); worker.score(drafted('Text.'))\n"
        "print(worker._process.pid, flush=True); time.sleep(600)\n"
    )
    support = Path(__file__).parent.parent / "support"
    with subprocess.Popen([sys.executable, "-c", script, str(support)], stdout=subprocess.PIPE, cwd=tmp_path) as parent:
        child = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        until = time.monotonic() + 30
        while _runs(child):
            assert time.monotonic() < until
    assert list(tmp_path.iterdir()) == []


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_many_cells_use_the_worker(settings, monkeypatch):
    here = []
    monkeypatch.setattr(pool, "ScoringWorker", partial(_Counting, here))
    own = []
    model = ModelEntry("scripted", ScriptedModel(default=TEXT))
    experiment = Experiment(
        settings=settings, name="x", cases=["minimal"], sections=["awards"], models=["scripted"], repeats=40,
        open_models=[model], scorers=["checks", lambda draft: own.append(os.getpid()) or 0.5],
    )  # fmt: skip
    results = experiment.run(progress=False)
    assert 1 <= len(here) <= 40, "a draft that is known is not checked again"
    assert set(own) == {os.getpid()}, "the user's own function is called here"
    assert results.scores["value"].notna().all()
    assert len(results.cells) == 40
    assert {path.name.partition(".")[0] for path in (settings.home / "tuning").iterdir()} == {"answers"}


class _Counting(ScoringWorker):
    def __init__(self, here, *how) -> None:
        super().__init__(*how)
        self.here = here

    def score(self, draft):
        self.here.append(draft.cell)
        return super().score(draft)
