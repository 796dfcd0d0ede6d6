"""Export to promptfoo: the file and its exact prompts.

The real promptfoo sends them.
"""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest
import yaml
from real_promptfoo import evaluate
from scripted_endpoint import Endpoint, completes, lists

from workbench.case.loader import load_case
from workbench.case.search import MemoryManager
from workbench.config import Settings
from workbench.drafting.agents import WriterAgent
from workbench.drafting.local_model import CONTEXT_TOKENS, LOCAL_PORT, MODEL_NAME
from workbench.drafting.openai_model import OpenAIModel
from workbench.drafting.pricing import PriceTable
from workbench.drafting.prompts.templates import SHIPPED_FOLDER, PromptLibrary
from workbench.errors import InputError
from workbench.tuning.experiment.drafting import assignment_for
from workbench.tuning.experiment.spec import spec_of
from workbench.tuning.promptfoo.export import export_experiment
from workbench.tuning.promptfoo.results import read_results
from workbench.workflow.loop import BackgroundLoop

MINIMAL = "tests/cases/minimal"
HOSTILE = (
    "{{ env.PATH }} {{env.PATH}} {{facts}} {{ beneficiary }} {% raw %} {# gone #} {{ 7 * 7 }} $& $1 {{unknown}} }} {"
    " \\n \"quoted\" 'single' ⦃ file:///etc/passwd"
)


@pytest.fixture(autouse=True)
def closed_loop():
    yield
    BackgroundLoop.current().close()


@pytest.fixture
def settings(shared_home):
    return Settings(home=shared_home)


def fields(**changed):
    return {"name": "t", "cases": [MINIMAL], "sections": ["awards"], "models": ["local"], "temperature": 0, **changed}


def exported(settings, out, **changed):
    export_experiment(spec_of(fields(**changed)), settings, out)
    return yaml.safe_load(out.read_text(encoding="utf-8"))


def test_export_binds_tests_to_cells(tmp_path, settings):
    config = exported(
        settings, tmp_path / "x.yaml", sections=["awards", "intro"], prompts=["filing", "shipped"], repeats=3
    )
    labels = ["filing / awards", "shipped / awards", "filing / intro", "shipped / intro"]
    assert [prompt["label"] for prompt in config["prompts"]] == labels
    assert [test["prompts"] for test in config["tests"]] == [[label] for label in labels]
    assert all(test["providers"] == ["local"] for test in config["tests"])
    assert config["evaluateOptions"] == {"repeat": 3, "maxConcurrency": 4}
    (provider,) = config["providers"]
    assert provider["id"] == f"openai:chat:{MODEL_NAME}"
    assert provider["config"]["apiBaseUrl"] == f"http://127.0.0.1:{LOCAL_PORT}/v1"
    assert provider["config"]["temperature"] == 0
    assert config["tests"][0]["options"]["max_tokens"] == CONTEXT_TOKENS // 8
    assert config["tests"][0]["metadata"]["workbench"]["prompt_version"] == PromptLibrary.shipped().version("awards")
    assert config["sharing"] is False


def test_export_has_one_scorer_assertion(tmp_path, settings):
    scorers = ["checks", {"words": {"max": 900, "name": "short"}}, "naming"]
    out = tmp_path / "x.yaml"
    told = export_experiment(
        spec_of(fields(scorers=scorers, models=["offline", "local"], temperature=None)), settings, out
    )
    config = yaml.safe_load(out.read_text(encoding="utf-8"))
    (assertion,) = config["defaultTest"]["assert"]
    assert assertion["type"] == "python"
    assert assertion["config"] == {"scorers": scorers}
    assert told.notes == (
        "offline is left out: it is no model that promptfoo could ask",
        "no temperature is set: the answers of two runs differ",
    )
    assert "temperature" not in config["providers"][0]["config"]


def test_export_leaves_own_functions_out(tmp_path, settings):
    (tmp_path / "scoring.py").write_text("def medal(draft):\n    return 1.0\n")
    name, out = f"{tmp_path}/scoring.py:medal", tmp_path / "x.yaml"
    told = export_experiment(spec_of(fields(scorers=["checks", name], models=["local"])), settings, out)
    (assertion,) = yaml.safe_load(out.read_text(encoding="utf-8"))["defaultTest"]["assert"]
    assert assertion["config"] == {"scorers": ["checks"]}
    assert f"{name} is left out: promptfoo calls no functions of yours" in told.notes


def test_export_leaves_plugins_out(tmp_path, settings, packages):
    packages.install_example("tuning.md", "Plug-ins")
    out = tmp_path / "x.yaml"
    scorers = ["checks", {"short-sentences": {"at_least": 0.8}}]
    told = export_experiment(spec_of(fields(scorers=scorers, models=["local"])), settings, out)
    (assertion,) = yaml.safe_load(out.read_text(encoding="utf-8"))["defaultTest"]["assert"]
    assert assertion["config"] == {"scorers": ["checks"]}
    assert "short-sentences is left out: promptfoo calls no plug-ins" in told.notes


def test_export_is_private_without_keys(tmp_path, shared_home):
    with Endpoint() as endpoint:
        settings = Settings(
            home=shared_home, openai_base_url=endpoint.url, openai_api_key="sk-secret-key", model="small-model"
        )
        out = export_experiment(spec_of(fields(models=["small-model"])), settings, tmp_path / "x.yaml").path
        assert [asked.method for asked in endpoint.asked] == ["GET"]  # how much it reads, and nothing else
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "sk-secret-key" not in out.read_text(encoding="utf-8")
    assert endpoint.url in out.read_text(encoding="utf-8")


def test_unreachable_endpoint_becomes_a_note(tmp_path, shared_home):
    settings = Settings(home=shared_home, openai_base_url="http://127.0.0.1:9/v1")
    told = export_experiment(spec_of(fields(models=["small-model"])), settings, tmp_path / "x.yaml")
    assert len(told.notes) == 1
    assert told.notes[0].startswith("small-model could not be asked how much it reads")


def test_export_of_remote_model_needs_consent(tmp_path, settings):
    with pytest.raises(InputError, match="WORKBENCH_MODEL"):
        exported(settings, tmp_path / "x.yaml", models=["gpt-5"])
    assert not (tmp_path / "x.yaml").exists()


def test_export_without_model_is_refused(tmp_path, settings):
    with pytest.raises(InputError, match=r"models: the experiment asks no model; name a model beside offline"):
        exported(settings, tmp_path / "x.yaml", models=["offline"])


def test_unknown_names_are_reported_together(tmp_path, settings):
    with pytest.raises(InputError) as caught:
        exported(settings, tmp_path / "x.yaml", cases=["nowhere"], prompts=["filling"], scorers=["cheks"])
    assert {problem.field.partition("[")[0] for problem in caught.value.problems} == {"cases", "prompts", "scorers"}


def hostile_case(folder: Path) -> Path:
    """Minimal case whose texts give promptfoo instructions."""
    case = shutil.copytree(MINIMAL, folder / "hostile")
    for name in ("medal.md", "article.md"):
        exhibit = case / "exhibits" / name
        exhibit.write_text(f"{HOSTILE}\n\n{exhibit.read_text(encoding='utf-8')}", encoding="utf-8")
    file = case / "case.yaml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("case_id: minimal", "case_id: hostile")
    text = text.replace("field_of_endeavor: physical chemistry", "field_of_endeavor: file:///etc/passwd")
    text = text.replace("(2021)\n", "(2021) {{env.HOME}} {{facts}}\n", 1)
    file.write_text(text, encoding="utf-8")
    return case


def hostile_prompts(folder: Path) -> Path:
    """Prompts that hold promptfoo's own notation.

    They also begin and end with a placeholder.
    """
    # A name so long that promptfoo's results would hide it for a secret.
    prompts = folder / "prompts" / ("x" * 64)
    prompts.mkdir(parents=True)
    source = (SHIPPED_FOLDER / "awards.md").read_text(encoding="utf-8")
    head, text = source.split("---\n", 2)[1:]
    (prompts / "awards.md").write_text(
        f'---\n{head}---\n{{{{instruction}}}}\n{{% raw %}} {{# no #}} \\d "q" $&\n{text}'
    )
    return prompts


@pytest.mark.parametrize("context", [None, 3000])
def test_promptfoo_sends_the_exact_prompts(tmp_path, shared_home, context):
    case_folder, prompts = hostile_case(tmp_path), hostile_prompts(tmp_path)
    with Endpoint() as endpoint:
        endpoint.listing = lists({"id": "small-model", "object": "model", "context_length": context})
        settings = Settings(home=shared_home, openai_base_url=endpoint.url)
        spec = spec_of(
            fields(
                cases=[str(case_folder)],
                prompts=["shipped", str(prompts)],
                sections=["awards", "membership", "intro"],
                models=["small-model"],
                scorers=[],
                concurrency=1,
            )
        )
        told = export_experiment(spec, settings, tmp_path / "x.yaml")
        assert told.cells == 6
        endpoint.acts = [completes() for _ in range(told.cells)]
        evaluated = evaluate(told.path, settings)
        asked = [(dict(body.body), body.headers["x-workbench-section"]) for body in endpoint.posted]
    assert evaluated["results"]["stats"]["successes"] == 6
    cells = read_results(tmp_path / "results.json").cells
    named = {(row.prompt, row.case, row.section, row.model) for row in cells.itertuples()}
    sections = ("awards", "membership", "intro")
    assert named == {
        (prompt, "hostile", section, "small-model") for prompt in ("shipped", str(prompts)) for section in sections
    }
    assert sorted(map(_question, asked)) == sorted(_expected(case_folder, prompts, settings, context))
    assert any("{{ env.PATH }}" in question[1] for question in map(_question, asked))


def _question(asked):
    body, section = asked
    system, user = body["messages"]
    assert [system["role"], user["role"]] == ["system", "user"]
    return system["content"], user["content"], body["max_tokens"], section


def _expected(case_folder, prompts, settings, context):
    case = load_case(case_folder)
    model = OpenAIModel(
        "small-model", prices=PriceTable.load(), base_url=settings.openai_base_url, context_tokens=context
    )
    for library in (PromptLibrary.shipped(), PromptLibrary.shipped(prompts)):
        writer = WriterAgent(model, library)
        with MemoryManager(case) as memory:
            for section_id in ("awards", "membership", "intro"):
                request = writer.request(assignment_for(case, section_id, settings=settings, memory=memory))
                limit = model.output_limit(request.max_output_tokens)
                yield request.system, request.user, limit, section_id
