"""Checks that other packages bring."""

import re
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from workbench.checks.check import check_letter
from workbench.checks.draft import DraftText
from workbench.checks.letter import Letter
from workbench.checks.plugins import GROUP, load_plugins, read_plugins
from workbench.checks.registry import CHECKS, Check
from workbench.text.entry_points import Plugin

GUIDE = Path(__file__).parents[2] / "docs" / "checks.md"


@pytest.fixture
def point(tmp_path, monkeypatch):
    """An entry point to a module of some source."""
    monkeypatch.syspath_prepend(tmp_path)
    made = []

    def make(source, attribute="CHECK"):
        name = f"plugin_of_a_firm_{len(made)}"
        made.append(name)
        (tmp_path / f"{name}.py").write_text(source)
        return Plugin(EntryPoint(name, f"{name}:{attribute}", GROUP))

    yield make
    for name in made:
        sys.modules.pop(name, None)


def read_example():
    """The example of the guide."""
    return re.search(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)[1]


def test_example_of_the_guide_works(point):
    plugins = read_plugins([point(read_example())])
    assert plugins.problems == ()
    (check,) = plugins.checks
    text = "She is a rock star of chemistry."
    report = check_letter(Letter("draft", text, (DraftText(None, text),)), (*CHECKS, check))
    assert [finding.quote for finding in report.findings if finding.check == check.id] == ["rock star"]
    assert report.checked[check.id].places == 1


@pytest.mark.parametrize(
    ("source", "attribute", "words"),
    [
        ("raise RuntimeError('a\\nb')", "CHECK", "cannot be loaded (RuntimeError: a"),
        ("import no_such_module", "CHECK", "ModuleNotFoundError"),
        ("x = (", "CHECK", "SyntaxError"),
        ("", "CHECK", "AttributeError"),
        ("CHECK = 3", "CHECK", "is no Check but a int"),
        ("from workbench.checks.registry import CHECKS\nCHECK = CHECKS[0]", "CHECK", "id of another check"),
    ],
)
def test_broken_plugin_is_one_line(point, source, attribute, words):
    plugins = read_plugins([point(source, attribute), point(read_example())])
    (problem,) = plugins.problems
    assert words in problem
    assert problem.startswith("Not checked: the plug-in")
    assert "\n" not in problem
    assert len(plugins.checks) == 1
    assert plugins.findings[0].severity == "warning"


def test_list_of_checks_is_taken(point):
    source = read_example() + "\nfrom dataclasses import replace\nBOTH = [CHECK, replace(CHECK, id='other')]\n"
    assert [check.id for check in read_plugins([point(source, "BOTH")]).checks] == ["firm-tone", "other"]


def test_no_plugin_is_installed_here():
    assert load_plugins().problems == ()


def test_table_names_every_check():
    rows = re.findall(r"^\| `([a-z-]+)` \|(.*)\|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name, _ in rows] == [check.id for check in CHECKS]
    for (_, row), check in zip(rows, CHECKS, strict=True):
        cells = [cell.strip() for cell in row.split("|")]
        assert len(cells) == 3
        assert cells[1].split(",")[0].split("/")[0].strip() == check.severity


def test_check_is_exported():
    assert Check.__module__ == "workbench.checks.registry"
