"""Configurations of promptfoo as experiments: our own back again, changed ones, others', and what is not taken over."""

from __future__ import annotations

import json

import pytest
import yaml

from workbench.config import Settings
from workbench.drafting.prompts import SHIPPED_FOLDER, PromptLibrary
from workbench.errors import InputError
from workbench.tuning.matrix import Matrix
from workbench.tuning.promptfoo import export_experiment
from workbench.tuning.promptfoo_import import import_promptfoo
from workbench.tuning.runner import run_cells
from workbench.tuning.spec import spec_of
from workbench.workflow.bench import Bench

MINIMAL = "tests/cases/minimal"


@pytest.fixture(autouse=True)
def closed_bench():
    yield
    Bench.current().close()


@pytest.fixture
def settings(shared_home):
    return Settings(home=shared_home)


@pytest.fixture
def spec():
    return spec_of(
        {
            "name": "there and back",
            "prompts": ["filing"],
            "cases": [MINIMAL],
            "sections": ["awards", "benefit"],
            "models": ["local"],
            "repeats": 2,
            "concurrency": 3,
            "temperature": 0.0,
            "scorers": ["checks", {"words": {"max": 900}}],
        }
    )


def body(name):
    return (SHIPPED_FOLDER / f"{name}.md").read_text(encoding="utf-8").split("---\n", 2)[2].strip()


def foreign(**changed):
    return {
        "description": "not ours",
        "prompts": [{"label": "mine", "raw": body("awards")}],
        "providers": [{"id": "openai:gpt-5-mini", "config": {"temperature": 0.3}}],
        "tests": [{"vars": {"case": MINIMAL, "section": "awards"}}],
        **changed,
    }


@pytest.fixture
def read(tmp_path, settings):
    def read(config):
        file = tmp_path / "promptfooconfig.yaml"
        file.write_text(config if isinstance(config, str) else yaml.safe_dump(config), encoding="utf-8")
        return import_promptfoo(file, settings, tmp_path / "out")

    return read


def test_an_export_comes_back_as_the_experiment_it_was(tmp_path, settings, spec):
    export_experiment(spec, settings, tmp_path / "x.yaml")
    imported = import_promptfoo(tmp_path / "x.yaml", settings, tmp_path / "out")
    assert imported.spec == spec
    assert imported.notes == ()
    assert imported.files == (tmp_path / "out" / "experiment.yaml",)
    assert spec_of(yaml.safe_load(imported.path.read_text(encoding="utf-8"))) == spec


async def test_a_prompt_changed_there_becomes_one_of_a_folder(tmp_path, settings, spec):
    await_export = tmp_path / "x.yaml"
    import asyncio

    await asyncio.to_thread(export_experiment, spec, settings, await_export)
    config = yaml.safe_load(await_export.read_text(encoding="utf-8"))
    config["prompts"][0]["raw"] = config["prompts"][0]["raw"].replace(
        "one sub-heading an award", "one paragraph an award"
    )
    await_export.write_text(yaml.safe_dump(config), encoding="utf-8")
    imported = import_promptfoo(await_export, settings, tmp_path / "out")
    (name,) = imported.spec.prompts
    assert name == str(tmp_path / "out" / "prompts" / "filing")
    assert imported.notes == ("filing was changed in promptfoo: its prompts are in a folder of their own",)
    async with Matrix(imported.spec, settings) as matrix:
        library = matrix.variants[name].prompts
    shipped = PromptLibrary.shipped()
    assert library.template("awards").text == shipped.template("awards").text.replace(
        "one sub-heading an award", "one paragraph an award"
    )
    assert library.template("benefit").text == shipped.template("benefit").text
    assert library.template("system").text == shipped.template("system").text


def test_a_configuration_of_somebody_else(tmp_path, read):
    chat = json.dumps([{"role": "system", "content": body("system")}, {"role": "user", "content": body("membership")}])
    (tmp_path / "membership.json").write_text(chat, encoding="utf-8")
    imported = read(
        foreign(
            prompts=[{"label": "mine", "raw": body("awards")}, {"label": "chat", "id": "file://membership.json"}],
            providers=["openai:chat:gpt-5-mini", "anthropic:messages:claude", {"id": "openai:responses:gpt-5"}],
            tests=[
                {"vars": {"case": MINIMAL, "section": "awards"}, "prompts": ["mine"]},
                {"metadata": {"case_id": MINIMAL, "section_id": "membership"}, "prompts": ["cha*"]},
            ],
            evaluateOptions={"repeat": 2},
            scenarios=[],
        )
    )
    out = tmp_path / "out" / "prompts"
    assert imported.spec.prompts == (str(out / "mine"), str(out / "chat"))
    assert sorted(path.name for path in (out / "chat").iterdir()) == ["membership.md", "system.md"]
    assert imported.spec.sections == ("awards", "membership")
    assert (imported.spec.models, imported.spec.repeats, imported.spec.temperature) == (("gpt-5-mini",), 2, 0.0)
    assert imported.spec.scorers == ("checks",)
    assert imported.notes == (
        "mine has no system message: the filing one is taken",
        "provider anthropic:messages:claude is left out: it is no chat of OpenAI's kind",
        "provider openai:responses:gpt-5 is left out: it is no chat of OpenAI's kind",
        "gpt-5-mini is asked where the environment says: set WORKBENCH_MODEL=gpt-5-mini",
        "scenarios is left out",
    )


def test_assertions_that_need_no_model_become_scorers_and_the_others_are_named(read):
    imported = read(
        foreign(
            defaultTest={
                "assert": [
                    {"type": "contains", "value": "Invented Medal"},
                    {"type": "not-regex", "value": "Exhibit \\d"},
                    {"type": "word-count", "value": {"max": 900}, "metric": "short"},
                    {"type": "llm-rubric", "value": "Is it good?"},
                    {"type": "javascript", "value": "output.length > 3"},
                    {"type": "regex", "value": "(?i)medal"},
                    {"type": "contains", "value": "{{reference}}"},
                ]
            },
            tests=[
                {"vars": {"case": MINIMAL, "section": "awards"}, "assert": [{"type": "contains", "value": "once"}]},
                {"vars": {"case": MINIMAL, "section": "awards"}},
            ],
        )
    )
    (_, first), (_, second), (_, third) = (next(iter(entry.items())) for entry in imported.spec.scorers)
    assert [first["name"], second["name"], third["name"]] == [
        "contains Invented Medal",
        "not-regex Exhibit \\d",
        "short",
    ]
    left_out = [note for note in imported.notes if note.startswith("assertion left out")]
    assert len(left_out) == 5
    for word in ("llm-rubric", "javascript", "'(?i)medal'", "{{reference}}", "some tests only"):
        assert any(word in note for note in left_out)


async def test_imported_assertions_score_drafts(read, settings):
    imported = read(
        foreign(
            providers=["echo"],
            defaultTest={
                "assert": [{"type": "contains", "value": "Invented Medal"}, {"type": "icontains", "value": "ZZZ"}]
            },
        )
    )
    assert imported.spec.models == ("offline",)
    async with Matrix(imported.spec, settings) as matrix:
        await matrix.open()
        results = []
        await run_cells(
            matrix.cells(), prepare=matrix.inputs, answers=matrix.answers, scorers=matrix.scorers,
            on_result=results.append, concurrency=1,
        )  # fmt: skip
    [result] = results
    assert [score.passed for score in result.scores] == [True, False]


def test_every_problem_has_its_line(tmp_path, read):
    with pytest.raises(InputError) as caught:
        read(
            "prompts:\n"
            "- label: broken\n"
            "  raw: Draft {{fact}} of {{section_title}}.\n"
            "- raw: ''\n"
            "- file://nowhere.txt\n"
            "- file://computed.py\n"
            "providers: [openai:gpt-5-mini]\n"
            "tests:\n"
            "- vars: {case: wu}\n"
            "- vars: {case: wu, section: award}\n"
            "- vars: {case: wu, section: awards}\n"
            "- just a text\n"
        )
    problems = caught.value.problems
    assert all(problem.file == str(tmp_path / "promptfooconfig.yaml") for problem in problems)
    lines = {(problem.line, problem.field) for problem in problems}
    assert lines >= {
        (9, "tests[0]"),
        (10, "tests[1].section"),
        (12, "tests[3]"),
        (2, "prompts[0] (awards)"),
        (4, "prompts[1]"),
        (5, "prompts[2]"),
        (6, "prompts[3]"),
    }
    assert any("unknown placeholder {{fact}}" in problem.what for problem in problems)
    assert any("{{facts}} is missing" in problem.what for problem in problems)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n- b\n", "fields are wanted here"),
        ("a: [\n", "is no YAML"),
        ("", "fields are wanted here"),
        ("a: !!python/object:os.system x\n", "is no YAML"),
        ("description: x\n", "no list of tests"),
        ("tests: file://tests.csv\nprompts: [x]\n", "no list of tests"),
    ],
)
def test_a_file_that_is_no_configuration(read, text, said):
    with pytest.raises(InputError, match=said):
        read(text)


def test_a_file_that_is_not_there(tmp_path, settings):
    with pytest.raises(InputError, match="no such file"):
        import_promptfoo(tmp_path / "nowhere.yaml", settings, tmp_path / "out")


def test_what_is_there_already_is_not_written_over(read):
    imported = read(foreign())
    imported.path.write_text("mine")
    with pytest.raises(InputError, match="is there already"):
        read(foreign())
    assert imported.path.read_text() == "mine"
