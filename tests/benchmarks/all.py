"""Runs every benchmark and prints one table of goals; ``--write`` puts it into the README.

Each benchmark is a process of its own, one after the other, on an otherwise idle machine: about an hour. One that fails
is a row that says so; the others go on.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
README = HERE.parents[1] / "README.md"
NOT_RUN = {"all", "measure"}
"""This script, and what the others share."""
OPTIONS = {"chaos": ["--rounds", "50"]}
TWICE = {"mutations": ["--held-out"]}
"""Benchmarks of which a second answer, with these options, stands beside the first."""
BEGIN, END = "<!-- benchmarks: written by tests/benchmarks/all.py --write -->", "<!-- end of benchmarks -->"
LIMIT_S = 3600


class Row(NamedTuple):
    """One goal of one benchmark, or a benchmark that failed."""

    benchmark: str
    goal: str
    value: str
    limit: str
    result: str


def find_benchmarks() -> list[str]:
    """Lists the benchmarks by name."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NOT_RUN)


def run_benchmark(name: str, options: Sequence[str]) -> Iterator[Row]:
    """Runs one benchmark and yields a row for each of its goals."""
    title = " ".join([name, *(option for option in options if option == "--held-out")])
    try:
        done = subprocess.run(
            [sys.executable, HERE / f"{name}.py", "--json", *options],
            capture_output=True, text=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        yield Row(title, f"not ended after {LIMIT_S} s", "", "", "FAILED")
        return
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        yield Row(title, last[:200], "", "", "FAILED")
        return
    for goal, told in answer["goals"].items():
        limit = f"{told['at_most']:g}"
        yield Row(title, goal, f"{told['value']:.3g}", limit, "holds" if told["holds"] else "MISSED")


def build_table(rows: Sequence[Row], seconds: float) -> str:
    """Builds the table in Markdown, with date and machine."""
    missed = sum(row.result != "holds" for row in rows)
    head = (
        f"{datetime.now(UTC):%Y-%m-%d}, version {version('eb1a-workbench')}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {seconds / 60:.0f} minutes: {len(rows) - missed} of {len(rows)} goals hold. "
        "Every value is to be at most its limit; ratios are to a peer or a floor of the same run."
    )
    lines = ["| benchmark | goal | value | at most | |", "|---|---|---|---|---|"]
    lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    return "\n".join([head, "", *lines])


def write_table(table: str, readme: Path) -> None:
    """Replaces the table between the two marks of a README."""
    text = readme.read_text("utf-8")
    before, mark, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        sys.exit(f"{readme} has no line {BEGIN} with {END} after it")
    readme.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", "utf-8")


def main() -> int:
    """Prints the table; exit status 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=find_benchmarks(), help="this one; may be repeated")
    parser.add_argument("--rounds", help="of each, in place of its own number")
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    parser.add_argument("--readme", type=Path, default=README, help="file that --write changes")
    arguments = parser.parse_args()
    began, rows = time.monotonic(), []
    for name in arguments.only or find_benchmarks():
        options = ["--rounds", arguments.rounds] if arguments.rounds else OPTIONS.get(name, [])
        for more in ([], TWICE[name]) if name in TWICE else ([],):
            print(" ".join(["running", name, *more]), file=sys.stderr, flush=True)
            rows += run_benchmark(name, [*options, *more])
    table = build_table(rows, time.monotonic() - began)
    print(table)
    if arguments.write:
        write_table(table, arguments.readme)
    return 0 if all(row.result == "holds" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
