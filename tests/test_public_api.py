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


def test_objects_show_short_summaries(tmp_path):
    settings = Settings(home=tmp_path, use_redis=False)
    case = workbench.load_case("wu")
    options = workbench.RunOptions(sections=("awards", "benefit"), unattended=True)
    run = workbench.start(case, thread_id="shown", settings=settings, options=options)
    snapshot = run.wait(60)
    run.approve("awards", note="read", user_id="ada")
    run.wait(60)
    memory = workbench.MemoryManager(case)
    shown = [repr(value) for value in (
        case, snapshot, run, run.snapshot.section("awards"), memory, workbench.PromptStore(settings), options, settings,
        workbench.compare(snapshot, run.snapshot),
    )]  # fmt: skip
    assert shown[0] == "<Case wu: Dr. Chien-Shiung Wu, 9 claims, 32 exhibits>".replace("9", str(len(case.claims)))
    assert shown[1:3] == ["<Snapshot shown: drafted, 0 of 2 approved>", "<Run shown: drafted, 1 of 2 approved>"]
    assert shown[3].startswith("<Section awards: approved by ada, ")
    assert max(map(len, shown)) < 160, shown
    assert not any(" object at 0x" in text for text in shown)
    memory.close()
