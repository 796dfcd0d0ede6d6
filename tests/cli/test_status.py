"""``workbench status``: one run, and the list of runs."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

import pytest
from command_line import EVIL, is_harmless

from workbench.errors import printable


def test_run_texts_control_no_terminal():

    from workbench.cli.status import _print_run, _print_runs
    from workbench.live import events
    from workbench.live.run_summary import RunSummary
    from workbench.live.snapshot import LetterHead, SectionState, Snapshot

    snapshot = Snapshot(
        thread_id="t", user_id="u", case_id=EVIL, unresolved=(EVIL,), letter=LetterHead(case_title=EVIL),
        updated_at=EVIL, sections=(SectionState(section_id="awards", title=EVIL),),
        logs=(events.log(EVIL, agent=EVIL).log,),
    )  # fmt: skip
    with redirect_stdout(io.StringIO()) as shown:
        _print_run(snapshot, orphan=True)
        _print_runs([RunSummary.of(snapshot)], frozenset())
    assert "forged: line" in shown.getvalue()
    assert is_harmless(shown.getvalue())


CASES = ("wu", "wide 吳健雄", "accent é", "x" * 40, "two words [bold]", EVIL)


@pytest.mark.parametrize("cases", [CASES[:1], CASES[:3], CASES])
@pytest.mark.parametrize("columns", [40, 90, 100, 120, 240])
def test_lines_equal_those_of_table(monkeypatch, cases, columns):
    from rich.console import Console

    from workbench.cli import status
    from workbench.live.run_summary import RunSummary

    monkeypatch.setenv("COLUMNS", str(columns))
    runs = [
        RunSummary(thread_id=f"run-{number}", user_id="u", case_id=case, updated_at="2026-01-02T03:04:05Z")
        for number, case in enumerate(cases)
    ]
    with redirect_stdout(io.StringIO()) as shown:
        status._print_runs(runs, frozenset({"run-0"}))
    rows = [tuple(map(printable, status._describe_row(run, orphan=run.thread_id == "run-0"))) for run in runs]
    with redirect_stdout(io.StringIO()) as table:
        Console().print(status._build_narrow_table(rows))
    assert shown.getvalue() == table.getvalue()


def test_long_list_ends_with_its_rest(monkeypatch, shared_home):
    from click.testing import CliRunner

    from workbench.cli.status import status
    from workbench.live.run_summary import RunFilter, RunSummary
    from workbench.workflow import repository

    runs = [RunSummary(thread_id=f"run-{number}", user_id="u", case_id="c") for number in range(50)]
    asked = []

    def list_runs(chosen, limit, **_):
        asked.append((chosen, limit))
        return repository.RunPage(runs if chosen.case != "none" else [], 10_000, frozenset())

    monkeypatch.setattr(repository, "list_runs", list_runs)
    monkeypatch.setenv("WORKBENCH_HOME", str(shared_home))
    shown = CliRunner().invoke(status, ["--case", "c", "--state", "paused"])
    assert shown.stdout.splitlines()[-1] == "and 9,950 more: --all"
    CliRunner().invoke(status, ["--all"])
    CliRunner().invoke(status, ["--json"])
    assert asked == [(RunFilter("c", "paused"), 50), (RunFilter(), None), (RunFilter(), None)]
    assert CliRunner().invoke(status, ["--case", "none"]).stdout == "no such runs; workbench status lists all\n"
