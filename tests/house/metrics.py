"""Measures the structure and the prose of the package.

Run ``python tests/house/metrics.py [FOLDER] [--paths] [--list] [--json]``. FOLDER limits the counts to a part of the
package, ``--list`` names what was counted, and ``--paths`` also runs three ways through the program and counts the
files of the package that each executes.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import io
import json
import re
import subprocess
import sys
import tempfile
import tokenize
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PACKAGE = TOP / "workbench"

QUESTION = re.compile(r"(Who|What|Whether|Where|How)\b")
PARTICIPLE = re.compile(
    r"_?([a-z]{2,}(ed|ing)|told|said|kept|made|sent|shown|known|held|found|left|put|cut|given|taken|written|read_out|drawn|"
    r"chosen|begun|gone|done|heard|spent|meant|bound|built|lost|met|paid|sold|split|spread|stood|thrown|worn)$"
)
COMMENTS_GOAL = 3.0
NOT_PARTICIPLES = frozenset(
    {"string", "thing", "feed", "seed", "embed", "need", "speed", "bring", "ring", "bed", "red"}
)


@dataclass
class Metrics:
    """Counts of one package; lists hold ``file:line name`` or module names."""

    modules: int = 0
    lines: int = 0
    comments: int = 0
    cycles: list[list[str]] = field(default_factory=list)
    upward: list[str] = field(default_factory=list)
    double_classes: list[str] = field(default_factory=list)
    participles: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    @property
    def comments_per_100(self) -> float:
        """Comments per 100 lines of code, docstrings and blank lines included."""
        return round(100 * self.comments / self.lines, 2) if self.lines else 0.0


def package_modules() -> dict[str, Path]:
    """Finds the package's modules.

    Returns:
        Files by dotted name; a package has the name of its folder.
    """
    modules = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(TOP).with_suffix("").parts
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return modules


def rooms() -> list[str]:
    """Reads the rooms from pyproject.toml, the highest first."""
    contracts = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    return next(contract["layers"] for contract in contracts if contract["type"] == "layers")


def imported_modules(tree: ast.AST, known: Mapping[str, Path]) -> Iterator[tuple[str, int, bool]]:
    """Yields the modules of the package that a module imports.

    Yields:
        Module name, line, and whether the import is a string (``import_module("workbench.x")``).
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno, False) for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                target = inner if inner in known else str(node.module)
                if target in known:
                    yield target, node.lineno, False
        elif isinstance(node, ast.Constant) and node.value in known and node.value != "workbench":
            # Any string that is the name of a module counts, however it is imported.
            yield node.value, node.lineno, True


def find_cycles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Finds groups of modules that import each other (Tarjan's strongly connected components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in graph[name]:
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000)
    try:
        for name in graph:
            if name not in index:
                visit(name)
    finally:
        sys.setrecursionlimit(limit)
    return sorted(found)


def measure(part: Path = PACKAGE) -> Metrics:
    """Counts the modules below a folder; cycles and upward imports always cover the whole package."""
    known = package_modules()
    order = rooms()
    metrics = Metrics()
    graph: dict[str, set[str]] = {name: set() for name in known}
    classes: dict[str, list[str]] = defaultdict(list)

    def room_of(module: str) -> int | None:
        return next(
            (place for place, room in enumerate(order) if module == room or module.startswith(room + ".")), None
        )

    for module, path in known.items():
        source = path.read_text("utf-8")
        tree = ast.parse(source)
        place = path.relative_to(TOP).as_posix()
        for target, line, by_string in imported_modules(tree, known):
            if target != module:
                if not by_string:
                    graph[module].add(target)
                here, there = room_of(module), room_of(target)
                if here is not None and there is not None and there < here:
                    metrics.upward.append(f"{place}:{line} {target}")
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                classes[node.name].append(place)
        if path.is_relative_to(part):
            metrics.modules += 1
            metrics.lines += source.count("\n")
            metrics.comments += _count_comments(source)
            _measure_names(tree, place, metrics)
    metrics.cycles = find_cycles(graph)
    metrics.double_classes = [
        f"{name}: {', '.join(places)}" for name, places in sorted(classes.items()) if len(places) > 1
    ]
    return metrics


def _count_comments(source: str) -> int:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    # A directive explains nothing by itself; the words after it may.
    return sum(not re.fullmatch(r"#\s*(noqa|type:|fmt:|pragma)[^-#]*", comment) for comment in comments)


def _measure_names(tree: ast.AST, place: str, metrics: Metrics) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            bare = node.name.strip("_")
            if "_" not in bare and PARTICIPLE.fullmatch(bare) and bare not in NOT_PARTICIPLES:
                metrics.participles.append(f"{place}:{node.lineno} {node.name}")
        # Every string that stands by itself: docstrings, and those behind a constant or a field.
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            text = inspect.cleandoc(node.value.value)
            if QUESTION.match(text):
                metrics.questions.append(f"{place}:{node.lineno} {text.splitlines()[0]}")


# ---- the files that a way through the program executes

_TRACER = """
import inspect, json, sys, threading
from pathlib import Path
import workbench
ROOT = str(Path(workbench.__file__).parent) + "/"
seen = {}
def note(frame, event, _arg):
    name = frame.f_code.co_filename
    if event == "call" and name.startswith(ROOT) and frame.f_code.co_flags & inspect.CO_OPTIMIZED:
        seen.setdefault(name[len(ROOT):], None)
# From the start, since Python 3.11 cannot add a profile function to a thread that runs already.
threading.setprofile(note)
sys.setprofile(note)
def begin():
    seen.clear()
def end():
    sys.setprofile(None)
    threading.setprofile(None)
    print(json.dumps(list(seen)))
"""

_PATHS = {
    "load_case to the PDF": """
begin()
case = workbench.load_case("wu")
run = workbench.start(case, options=workbench.RunOptions(sections=("awards",), unattended=True))
snapshot = run.wait()
workbench.export_petition(snapshot, out="out", to=("pdf",))
end()
""",
    "an event to a viewer's frame": """
import asyncio
from workbench.config import Settings
from workbench.live import events
from workbench.server.local_server import ensure_local_server
from websockets.sync.client import connect
run = workbench.prepare(workbench.load_case("wu"), options=workbench.RunOptions(sections=("awards",), unattended=True))
link = run.share()
address = link.url.replace("http://", "ws://").replace("/view/", "/api/ws/document/")
with connect(address) as viewer:
    viewer.recv(), viewer.recv()
    viewer.send("ping"), viewer.recv()  # answered once the opening of the socket is over
    begin()
    run.lock("awards")
    assert "section_update" in viewer.recv(timeout=20)
    end()
""",
    "a saved prompt to the gate's verdict": """
import shutil, os
from pathlib import Path
from workbench.config import Settings
from workbench.tuning.promotion import gate
golden = Path("golden"); golden.mkdir()
cases = Settings.from_env().cases
settings = Settings(home=Path("home").resolve(), golden=golden.resolve(), use_redis=False, cases=cases)
case = workbench.load_case("wu")
for number in range(8):  # the gate decides nothing on fewer golden cells
    shutil.copytree(case.root, golden / f"wu-{number}")
    file = golden / f"wu-{number}" / "case.yaml"
    file.write_text(file.read_text().replace("case_id: wu", f"case_id: wu-{number}"))
    (golden / f"wu-{number}" / "approved").mkdir()
    (golden / f"wu-{number}" / "approved" / "awards.md").write_text("An approved text.")
from planted import PlantedModel
from workbench.tuning.experiment.cells import ModelEntry
planted = ModelEntry("planted", PlantedModel(1))
store = workbench.PromptStore(settings)
begin()
text = store.active("awards").text + "Be brief.\\n"
version = store.save("awards", text, note="shorter", author="e.marsh", parent="awards")
gate.check(settings, version.ref, gate.GateOptions(open_models=(planted,), repeats=2))
end()
""",
}


def trace_path(name: str, home: Path) -> list[str]:
    """Runs one way through the program and lists the files of the package that it executes, in order."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "WORKBENCH_HOME": str(home / "home"),
        "USE_REDIS": "false",
        "PYTHONPATH": f"{TOP}:{TOP / 'tests' / 'support'}",
    }
    code = _TRACER + _PATHS[name]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=home, env=environment, capture_output=True, text=True, check=True
    )
    listed: list[str] = json.loads(done.stdout.splitlines()[-1])
    return listed


def main() -> int:
    """Prints the figures; exit status 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", default="workbench", help="folder of the package (default: all of it)")
    parser.add_argument("--paths", action="store_true", help="also trace the ways through the program")
    parser.add_argument("--list", action="store_true", help="name what was counted")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    metrics = measure((TOP / arguments.part).resolve())
    rows = {
        "modules": (metrics.modules, None),
        "lines": (metrics.lines, None),
        "import cycles": (metrics.cycles, 0),
        "upward imports": (metrics.upward, 0),
        "class names defined twice": (metrics.double_classes, 0),
        "functions named by a participle or gerund": (metrics.participles, 30),
        "docstrings that open with a question word": (metrics.questions, 0),
    }
    missed = metrics.comments_per_100 < COMMENTS_GOAL
    figures: dict[str, object] = {}
    for name, (value, goal) in rows.items():
        count = len(value) if isinstance(value, list) else value
        figures[name] = count
        missed |= goal is not None and count > goal
        if not arguments.json:
            print(f"{count:>7,}  {name}" + (f" (goal: at most {goal})" if goal is not None else ""))  # noqa: T201
            for entry in value if arguments.list and isinstance(value, list) else []:
                print(f"         {entry}")  # noqa: T201
    figures["comments per 100 lines"] = metrics.comments_per_100
    if not arguments.json:
        print(f"{metrics.comments_per_100:>7}  comments per 100 lines (goal: at least 3)")  # noqa: T201
    if arguments.paths:
        for name in _PATHS:
            with tempfile.TemporaryDirectory() as home:
                files = trace_path(name, Path(home))
            figures[f"files from {name}"] = len(files)
            if not arguments.json:
                print(f"{len(files):>7}  files from {name}")  # noqa: T201
                for file in files if arguments.list else []:
                    print(f"         {file}")  # noqa: T201
    if arguments.json:
        print(json.dumps(figures))  # noqa: T201
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
