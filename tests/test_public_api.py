"""Public names: signatures that show their parameters, and examples in the help that run offline."""

from __future__ import annotations

import doctest
import inspect
import pydoc
import tempfile
from pathlib import Path

import pytest

import workbench
from workbench.config import Settings
from workbench.live.embedded import stop_server
from workbench.workflow.loop import BackgroundLoop

# A list of plain dictionaries has no docstring of its own; its module describes it.
DOCUMENTED = sorted(set(workbench.__all__) - {"EB1A_SECTIONS"})

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

documented = pytest.mark.parametrize("name", DOCUMENTED)


@documented
def test_signature_shows_parameters(name):
    value = getattr(workbench, name)
    if inspect.isclass(value) and issubclass(value, BaseException):
        return  # raised by the package, not called by its users
    kinds = {parameter.kind for parameter in inspect.signature(value).parameters.values()}
    assert inspect.Parameter.VAR_KEYWORD not in kinds, inspect.signature(value)


@documented
def test_help_has_examples(name):
    text = pydoc.plain(pydoc.render_doc(getattr(workbench, name)))
    examples = text.partition("Examples:")[2]
    assert ">>> " in examples


@pytest.fixture
def empty_home(monkeypatch, tmp_path):
    """A new home on a short path, and an empty working folder."""
    monkeypatch.chdir(tmp_path)
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        monkeypatch.setenv("WORKBENCH_HOME", folder)
        yield Path(folder)
        BackgroundLoop.current().close()
        stop_server(Settings(home=Path(folder)))


@documented
def test_examples_run_offline(name, empty_home):
    value = getattr(workbench, name)
    finder = doctest.DocTestFinder(recurse=False)
    tests = [test for test in finder.find(value, name, module=False, globs={"workbench": workbench}) if test.examples]
    assert tests
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    for test in tests:
        runner.run(test, out=report.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(report)
