"""Runs every benchmark and prints one table of goals; ``--write`` puts it into the README.

Each benchmark is a process of its own, one after the other, on an otherwise idle machine: about an hour. One that fails
is a row that says so; the others go on. With ``--only`` the README keeps the rows of the others, each with its date.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
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


HOLDS = "holds"


class Row(NamedTuple):
    """One goal of one benchmark, or a benchmark that failed."""

    benchmark: str
    goal: str
    value: str
    limit: str
    result: str
    date: str


def find_benchmarks() -> list[str]:
    """Lists the benchmarks by name."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NOT_RUN)


def run_benchmark(name: str, options: Sequence[str]) -> Iterator[Row]:
    """Runs one benchmark and yields a row for each of its goals."""
    title = " ".join([name, *(option for option in options if option == "--held-out")])
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    try:
        done = subprocess.run(
            [sys.executable, HERE / f"{name}.py", "--json", *options],
            capture_output=True, text=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        yield Row(title, f"not ended after {LIMIT_S} s", "", "", "FAILED", today)
        return
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        yield Row(title, last[:200], "", "", "FAILED", today)
        return
    for goal, told in answer["goals"].items():
        limit = f"{told['at_most']:g}"
        yield Row(title, goal, f"{told['value']:.3g}", limit, HOLDS if told["holds"] else "MISSED", today)


def build_table(rows: Sequence[Row]) -> str:
    """Builds the table in Markdown, with the machine."""
    held = sum(row.result == HOLDS for row in rows)
    head = (
        f"Version {version('eb1a-workbench')}, Python {platform.python_version()}, {os.cpu_count()} cores: {held} of "
        f"{len(rows)} goals hold. Every value is to be at most its limit; ratios are to a peer or a floor of the same "
        "run."
    )
    lines = ["| benchmark | goal | value | at most | | measured |", "|---|---|---|---|---|---|"]
    lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    return "\n".join([head, "", *lines])


def read_rows(readme: Path) -> list[Row]:
    """Reads the rows of a README's table."""
    table = readme.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:1] == "|"]
    return [Row(*row) for row in cells[2:] if len(row) == len(Row._fields)]


def merge_rows(old: Sequence[Row], new: Sequence[Row]) -> list[Row]:
    """Puts new rows in place of those of the same benchmarks, in the order of the benchmarks' names."""
    others = set(find_benchmarks()) - {row.benchmark.split()[0] for row in new}
    kept = [row for row in old if row.benchmark.split()[0] in others]
    return sorted([*kept, *new], key=lambda row: row.benchmark)


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
    rows: list[Row] = []
    for name in arguments.only or find_benchmarks():
        options = ["--rounds", arguments.rounds] if arguments.rounds else OPTIONS.get(name, [])
        for more in ([], TWICE[name]) if name in TWICE else ([],):
            print(" ".join(["running", name, *more]), file=sys.stderr, flush=True)
            rows += run_benchmark(name, [*options, *more])
            if arguments.write:  # after each: what was measured stays if the rest is interrupted
                write_table(build_table(merge_rows(read_rows(arguments.readme), rows)), arguments.readme)
    print(build_table(rows))
    return 0 if all(row.result == HOLDS for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
