"""Executor on a Dask cluster, with a real scheduler and workers as processes."""

from __future__ import annotations

import json
import os
import pickle
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from dask_calls import fail, fail_elsewhere, hold, refuse_elsewhere
from dask_processes import DaskProcesses, dask_processes
from scanned_pages import LETTER, draw_page, encode, type_page

from workbench.errors import InputError
from workbench.text import cluster
from workbench.text.cluster import ClusterExecutor, open_cluster

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Sending large graph")]

WU = "wu"


@pytest.fixture(scope="module", autouse=True)
def importable() -> Iterator[None]:
    """Workers import the calls of the tests, and the cases of the package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[1] / "support"))
        yield


@pytest.fixture(scope="module")
def dask() -> Iterator[DaskProcesses]:
    with dask_processes(2) as processes:
        yield processes


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def connect(told: list[str]) -> Iterator[Callable[[DaskProcesses, int], ClusterExecutor]]:
    opened: list[ClusterExecutor] = []

    def begin(processes: DaskProcesses, workers: int) -> ClusterExecutor:
        executor = open_cluster(processes.address, told.append)
        opened.append(executor)
        if workers:
            executor._client.wait_for_workers(workers, timeout=60)
        return executor

    yield begin
    for executor in opened:
        executor.shutdown()


def wait_until(holds: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


def began(folder: Path, gate: str) -> set[int]:
    return {int(path.name.rpartition("-")[2]) for path in folder.glob(f"{gate}-*")}


def test_killed_workers_lose_no_call(
    dask: DaskProcesses,
    connect: Callable[[DaskProcesses, int], ClusterExecutor],
    told: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with dask_processes(2) as processes:
        executor = connect(processes, 2)
        first, second = processes.workers
        calls = [executor.submit(hold, number, str(tmp_path), "one") for number in range(4)]
        wait_until(lambda: began(tmp_path, "one") == {first.pid, second.pid})
        first.kill()
        (tmp_path / "one").touch()
        assert [call.result(60) for call in calls] == [(number, second.pid) for number in range(4)]
        assert told == []
        monkeypatch.setattr(cluster, "PATIENCE_S", 0.5)
        more = [executor.submit(hold, number, str(tmp_path), "two") for number in range(3)]
        wait_until(lambda: began(tmp_path, "two") == {second.pid})
        second.kill()
        wait_until(lambda: told)
        (tmp_path / "two").touch()
        assert [call.result(60) for call in more] == [(number, os.getpid()) for number in range(3)]
        assert calls[0].result() == (0, second.pid)
        assert executor.submit(hold, 9, str(tmp_path), "two").result(60) == (9, os.getpid())
        [line] = told
        assert line == f"the cluster at {processes.address} has no worker, or is lost; the rest is done on this machine"


def test_lost_scheduler_loses_no_call(
    connect: Callable[[DaskProcesses, int], ClusterExecutor], told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with dask_processes() as processes:
        executor = connect(processes, 0)
        calls = [executor.submit(len, "x" * number) for number in range(3)]
        processes.scheduler.kill()
        monkeypatch.setattr(cluster, "PATIENCE_S", 0.5)
        assert [call.result(60) for call in calls] == [0, 1, 2]
        wait_until(lambda: told)
        assert executor.submit(len, "later").result(60) == 5
    assert len(told) == 1


def test_errors_are_those_of_this_process(
    dask: DaskProcesses, connect: Callable[[DaskProcesses, int], ClusterExecutor], told: list[str]
) -> None:
    executor = connect(dask, 2)
    with pytest.raises(ValueError, match=r"^a word$"):
        executor.submit(fail, "a word").result(60)
    assert [executor.submit(refuse_elsewhere, os.getpid()).result(60) for _ in range(2)] == ["made here"] * 2
    assert told == ["a worker has another version; what the cluster could not do is done on this machine"]
    assert executor.submit(fail_elsewhere, os.getpid()).result(60) == "made here"
    assert told[1].startswith("the cluster failed with RuntimeError: no memory; what the cluster could not do")


def test_results_come_in_order(dask: DaskProcesses, connect: Callable[[DaskProcesses, int], ClusterExecutor]) -> None:
    executor = connect(dask, 2)
    shared = list(range(10_000))
    executor.share(shared)
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    found = executor.map_in_order(pow, items(), 2)
    assert next(found) == 0
    assert len(taken) <= executor.ahead
    assert list(found) == [number**2 for number in range(1, 100)]
    assert executor.submit(sum, shared).result(60) == sum(shared)


def test_wrong_address_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_CONNECT_S", 0.5)
    for address in ("tcp://127.0.0.1:1", "nonsense://x"):
        with pytest.raises(InputError, match=f"--dask: no Dask scheduler answers at {address}") as raised:
            open_cluster(address)
        assert "\n" not in str(raised.value)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"--dask: Dask is not installed; pip install 'eb1a-workbench\[dask\]'"):
        open_cluster("tcp://127.0.0.1:1")


def run_command(*words: str) -> tuple[int, str, str]:
    from workbench.cli import cli

    done = CliRunner().invoke(cli, words)
    return done.exit_code, done.stdout, done.stderr


def write_letters(folder: Path) -> None:
    wins = ("She won the Wolf Prize [@wolf-prize, p. 1].", "She won the Wolf Prize [@wolf-prize, p. 99].", "No claim.")
    for number, text in enumerate(wins):
        (folder / f"letter-{number}.md").write_text(f"# Awards\n\n{text}\n")
    (folder / "broken.docx").write_bytes(b"PK no document")


def test_cluster_checks_as_this_machine(dask: DaskProcesses, tmp_path: Path) -> None:
    write_letters(tmp_path)
    command = ["check", str(tmp_path), "--case", WU, "--json"]
    here = run_command(*command)
    there = run_command(*command, "--dask", dask.address)
    assert there == here
    status, shown, _ = here
    letters = {Path(letter["draft"]).name: letter for letter in json.loads(shown)["letters"]}
    assert status == 2
    assert "error" in letters["broken.docx"]
    assert letters["letter-1.md"]["counts"]["error"] == 1


def test_cluster_scores_as_this_machine(dask: DaskProcesses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench import Experiment, Settings

    fields = {"name": "on dask", "cases": [WU], "sections": ["awards", "membership"], "scorers": ["checks", "words"]}
    frames = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "sk-secret")
        sent = watch_calls(patch)
        executor = open_cluster(dask.address)
        for place, used in (("here", None), ("there", executor)):
            settings = Settings.from_env().model_copy(update={"home": tmp_path / place})
            results = Experiment(settings=settings, cluster=used, **fields).run(progress=False)
            frames.append(results.scores.drop(columns=["at", "latency_s"], errors="ignore").to_json())
        executor.shutdown()
    assert frames[0] == frames[1]
    assert sent
    assert not any(b"sk-secret" in pickle.dumps(call) for call in sent)


def watch_calls(patch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Collects what is sent to the cluster."""
    sent: list[tuple[object, ...]] = []
    submit = ClusterExecutor.submit

    def collect(self, function, *args, **kwargs):
        sent.append((function, args, kwargs))
        return submit(self, function, *args, **kwargs)

    patch.setattr(ClusterExecutor, "submit", collect)
    return sent


def test_cluster_reads_as_this_machine(dask: DaskProcesses, tmp_path: Path) -> None:
    documents = tmp_path / "mail"
    documents.mkdir()
    (documents / "scan.png").write_bytes(encode(draw_page(type_page(LETTER[:1]), height=90), "PNG"))
    (documents / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    listed = []
    for place, option in (("here", ()), ("there", ("--dask", dask.address))):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("WORKBENCH_HOME", str(tmp_path / f"home-{place}"))
            case = tmp_path / place / "case"
            case.parent.mkdir()
            status, shown, _ = run_command(
                "case", "new", str(case), "--from", str(documents), "--name", "Ada Example", "--json", *option
            )
            assert status == 0
            listed.append((json.loads(shown)["exhibits"], (case / "case.yaml").read_text()))
    assert listed[0] == listed[1]
