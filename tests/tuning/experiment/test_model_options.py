"""Options of single models in an experiment: in the file, in the requests, in the results, in the cache."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from scripted_endpoint import Endpoint, streams

from workbench.config import Settings
from workbench.errors import InputError
from workbench.tuning.experiment import models
from workbench.tuning.experiment.experiment import Experiment
from workbench.tuning.experiment.matrix import load_spec
from workbench.tuning.experiment.results import Results
from workbench.tuning.experiment.spec import ExperimentSpec, ModelSpec, read_spec, spec_of
from workbench.tuning.promptfoo.export import export_experiment

CASES = Path(__file__).parents[2] / "cases"
GOOD = "The medal was awarded in 2019 [@medal, p. 1].\n"
FILE = """\
name: options
cases: [minimal]
sections: [awards]
models:
  - small-model
  - small-model: {reasoning_effort: high, max_output_tokens: 900, extra_body: {top_p: 0.5, seed: 7}}
  - {model: small-model, temperature: 1}
temperature: 0.2
scorers: []
"""
HIGH = 'small-model (max_output_tokens 900, reasoning_effort high, extra_body {"seed": 7, "top_p": 0.5})'
WARM = "small-model (temperature 1.0)"


@pytest.fixture
def endpoint():
    with Endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def settings(tmp_path, endpoint):
    return Settings(home=tmp_path / "home", cases=CASES, openai_base_url=endpoint.url)


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "options.yaml"
    file.write_text(FILE)
    return file


def test_options_reach_requests_and_results(settings, endpoint, file, tmp_path):
    endpoint.acts = [streams(GOOD) for _ in range(3)]
    # One at a time, in the order of the file.
    results = Experiment(file, settings=settings, concurrency=1).run(progress=False)
    assert list(results.cells["status"]) == ["done"] * 3
    sent = [
        {name: asked.body.get(name) for name in ("temperature", "reasoning_effort", "top_p", "seed")}
        for asked in endpoint.posted
    ]
    assert sent == [
        {"temperature": 0.2, "reasoning_effort": None, "top_p": None, "seed": None},
        {"temperature": 0.2, "reasoning_effort": "high", "top_p": 0.5, "seed": 7},
        {"temperature": 1.0, "reasoning_effort": None, "top_p": None, "seed": None},
    ]
    assert endpoint.posted[1].body["max_completion_tokens"] == 900
    cells = results.cells.set_index("model")
    assert list(cells.index) == ["small-model", HIGH, WARM]
    assert list(cells["temperature"]) == [0.2, 0.2, 1.0]
    assert cells.loc[HIGH, "max_output_tokens"] == 900
    assert cells.loc[HIGH, "reasoning_effort"] == "high"
    assert cells.loc[HIGH, "extra_body"] == '{"seed": 7, "top_p": 0.5}'
    assert cells["reasoning_effort"].isna().tolist() == [True, False, True]
    # Again: each answer is found under its own options, and nothing is asked.
    again = Experiment(file, settings=settings).run(progress=False)
    assert list(again.cells["cached"]) == [True] * 3
    assert len(endpoint.posted) == 3
    again.save(tmp_path / "out")
    assert list(Results.load(tmp_path / "out", settings).cells["model"]) == ["small-model", HIGH, WARM]


def test_limits_have_answers_of_their_own(settings, endpoint):
    endpoint.acts = [streams(GOOD), streams("Another one.\n")]
    models = [{"small-model": {"max_output_tokens": limit}} for limit in (700, 900)]
    experiment = Experiment(
        name="limits", cases=["minimal"], sections=["awards"], models=models, settings=settings, concurrency=1
    )
    assert not experiment.run(progress=False).cells["cached"].any()
    assert [asked.body["max_completion_tokens"] for asked in endpoint.posted] == [700, 900]


def test_options_survive_yaml(settings, file):
    spec = load_spec(file, settings)
    file.write_text(spec.to_yaml())
    assert read_spec(file)[0] == spec
    assert spec_of({"name": "x", "cases": ["minimal"], "models": ["offline"]}).model_labels == ("offline",)
    given = {"small-model": {"temperature": 0}}
    assert ExperimentSpec(name="x", cases=("minimal",), models=(given,)).model_labels == (
        "small-model (temperature 0.0)",
    )


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("small-model: {temprature: 1}", ":2: models[0].temprature: unknown field; did you mean temperature?"),
        ("small-model: {temperature: warm}", ":2: models[0].temperature: 'warm' is not a number"),
        ("small-model: {reasoning_effort: 'as much as you can'}", ":2: models[0].reasoning_effort: "),
        ("[small-model]", ":2: models[0]: a model is named here, with its options after a colon"),
        ("{a: {}, b: {}}", ":2: models[0]: a model is named here, with its options after a colon"),
        ("offline: {temperature: 1}", ":2: models[0]: offline takes no options here"),
    ],
)
def test_bad_options_are_one_line(settings, tmp_path, entry, said):
    file = tmp_path / "bad.yaml"
    file.write_text(f"name: x\nmodels: [{entry}]\ncases: [minimal]\nsections: [awards]\n")
    with pytest.raises(InputError) as caught:
        load_spec(file, settings)
    assert len(caught.value.problems) == 1
    assert str(caught.value).startswith(f"{file}{said}")


def test_same_options_twice_are_refused(settings, tmp_path):
    file = tmp_path / "twice.yaml"
    file.write_text("name: x\ncases: [minimal]\nmodels:\n- m: {temperature: 1}\n- {model: m, temperature: 1.0}\n")
    with pytest.raises(InputError, match="is named twice"):
        load_spec(file, settings)


def test_variable_gives_options_per_model(settings, endpoint, file):
    endpoint.acts = [streams(GOOD) for _ in range(3)]
    own = Settings.from_env(
        {"WORKBENCH_MODEL_OPTIONS": '{"small-model": {"reasoning_effort": "low", "temperature": 0}}'}
    )
    settings = settings.model_copy(update={"model_options": own.model_options, "temperature": 0.7})
    cells = Experiment(file, settings=settings, concurrency=1).run(progress=False).cells
    # The experiment goes before the variable of one model, and that before the variable of all.
    assert list(cells["temperature"]) == [0.2, 0.2, 1.0]
    assert list(cells["reasoning_effort"]) == ["low", "high", "low"]
    assert settings.options_for("small-model").temperature == 0
    assert settings.options_for("other").temperature == 0.7


def test_promptfoo_gets_options_of_each(settings, file, tmp_path):
    out = tmp_path / "promptfoo.yaml"
    export_experiment(file, settings, out)
    providers = {each["label"]: each["config"] for each in yaml.safe_load(out.read_text())["providers"]}
    assert list(providers) == ["small-model", HIGH, WARM]
    assert providers[HIGH]["passthrough"] == {"top_p": 0.5, "seed": 7, "reasoning_effort": "high"}
    assert [config["temperature"] for config in providers.values()] == [0.2, 0.2, 1.0]


class LocalEndpoint:
    """The test's endpoint in place of the small model's server."""

    model = "small"

    def __init__(self, endpoint):
        self.url = endpoint.url

    def start(self):
        """Nothing to start."""

    def stop(self):
        """Nothing to stop."""


@pytest.mark.parametrize(("limit", "own", "sent"), [(None, None, 1024), (64, None, 64), (64, 32, 32)])
async def test_local_model_keeps_output_limit(settings, endpoint, monkeypatch, limit, own, sent):
    monkeypatch.setattr(models, "LocalModelServer", lambda: LocalEndpoint(endpoint))
    limited = settings.model_copy(update={"max_output_tokens": limit})
    entry = models.open_model(ModelSpec(model="local", max_output_tokens=own), limited)
    assert entry.model.options.max_output_tokens == sent
    await models.close_model(entry)
