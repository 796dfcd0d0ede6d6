"""Public names: signatures that show their parameters, and examples in the help that run offline."""

from __future__ import annotations

import doctest
import inspect
import pydoc
import shutil
import tempfile
from pathlib import Path

import pytest
from IPython.core.formatters import PlainTextFormatter

import workbench
from workbench.case.document_cache import DOCUMENTS
from workbench.config import Settings
from workbench.drafting.offline.assembler import OfflineAssembler
from workbench.drafting.openai_model import OpenAIModel
from workbench.drafting.pricing import PriceTable
from workbench.live.embedded import stop_server
from workbench.tuning.reviews.pairwise import DraftPair, PairSide
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
def new_home(monkeypatch, tmp_path, read_exhibits):
    """A home on a short path, in which only the sample's exhibits were read, and an empty working folder."""
    monkeypatch.chdir(tmp_path)
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        shutil.copytree(read_exhibits, Path(folder) / DOCUMENTS)
        monkeypatch.setenv("WORKBENCH_HOME", folder)
        yield Path(folder)
        BackgroundLoop.current().close()
        stop_server(Settings(home=Path(folder)))


@documented
def test_examples_run_offline(name, new_home):
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


KEY = "sk-0123456789"
FULL = {
    "redis_url": f"redis://user:{KEY}@redis.example:6379", "openai_base_url": f"https://user:{KEY}@llm.example/v1",
    "key_command": f"print-token {KEY}", "openai_api_key": KEY, "model": "gpt-5", "reasoning_effort": "high",
    "extra_body": {"metadata": "x" * 300},
}  # fmt: skip


@pytest.fixture(scope="module")
def instances(tmp_path_factory):
    """Objects of each public class, and what is reached from them with one dot."""
    settings = Settings(home=tmp_path_factory.mktemp("shown"), use_redis=False)
    case = workbench.load_case("wu", settings=settings)
    options = workbench.RunOptions(sections=("awards",), unattended=True, extra_body=FULL["extra_body"])
    run = workbench.start(case, thread_id="t" * 64, settings=settings, options=options)
    snapshot = run.wait(60)
    sides = [PairSide(name, f"{name}@0", "offline", 1, f"Draft of {name}.") for name in ("old", "new")]
    keyed = OpenAIModel("gpt-5", prices=PriceTable.load(), api_key=KEY, base_url="https://llm.example/v1")
    memory = workbench.MemoryManager(case)
    yield {
        "Case": [
            case,
            case.exhibits[0],
            case.claims[0],
            next(iter(case.documents.values())),
            case.beneficiary,
            case.petitioner,
            *case.facts(),
        ],
        "CaseEditor": [workbench.CaseEditor("wu", settings=settings)],
        "CaseForm": [workbench.CaseForm("none", settings=settings)],
        "Dashboard": [workbench.Dashboard(), workbench.Dashboard([f"http://x/{KEY}"], thread="t", token=KEY)],
        "Experiment": [workbench.Experiment(name="x" * 80, cases=["wu"], sections=["awards"], settings=settings)],
        "FilesForm": [workbench.FilesForm(run)],
        "MemoryManager": [memory],
        "Monitor": [workbench.Monitor(run)],
        "Pairwise": [workbench.Pairwise([DraftPair("wu", "awards", *sides)], user_id="a", settings=settings)],
        "PromptStore": [workbench.PromptStore(settings)],
        "Run": [run, *run.history(), *run.audit()],
        "RunOptions": [workbench.RunOptions(), options],
        "Settings": [settings, Settings(**FULL), Settings(key_command=KEY), Settings(redis_url=FULL["redis_url"])],
        "Snapshot": [snapshot, snapshot.section("awards"), snapshot.letter, snapshot.usage, snapshot.progress],
        "Timeline": [workbench.Timeline(run)],
        "Tuner": [workbench.Tuner(case, settings=settings)],
        "ValidatorAgent": [workbench.ValidatorAgent()],
        "CheckReport": [workbench.check("She won [TODO].")],
        "WordForm": [workbench.WordForm(run)],
        "WorkbenchError": [workbench.WorkbenchError("the run failed")],
        "WriterAgent": [workbench.WriterAgent(keyed), workbench.WriterAgent(OfflineAssembler())],
        "compare": [workbench.compare(snapshot, snapshot)],
    }
    memory.close()
    BackgroundLoop.current().close()


PUBLIC_CLASSES = [name for name in DOCUMENTED if inspect.isclass(getattr(workbench, name))]


@pytest.mark.parametrize("name", [*PUBLIC_CLASSES, "compare"])
def test_cell_shows_short_summary(instances, name):
    formatter = PlainTextFormatter()
    for value in instances[name]:
        # IPython has a printer of its own for some types; a cell shows what that gives.
        for shown in (repr(value), formatter(value)):
            assert len(shown) < 200, shown
            assert "\n" not in shown
            assert "0x" not in shown
            assert KEY not in shown
            assert "=(" not in shown, "a dump of pydantic"
