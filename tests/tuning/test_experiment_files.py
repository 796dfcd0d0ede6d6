"""Experiment files, and every problem with its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workbench.case.document_cache import DOCUMENTS
from workbench.config import Settings
from workbench.errors import InputError
from workbench.tuning.experiment.matrix import load_spec
from workbench.tuning.experiment.spec import ExperimentSpec, read_spec, spec_of

CASES = Path(__file__).parent.parent / "cases"

WHOLE = """\
name: tone of the awards section
prompts: [filing, shipped]
cases: [wu]
sections:
  - awards
models: [offline]
repeats: 3
concurrency: 2
budget_usd: 2.50
budget_tokens: 100000
scorers:
  - checks
  - words: {min: 100, max: 900}
temperature: 0.2
"""


@pytest.fixture
def settings(tmp_path, read_exhibits):
    (tmp_path / "home").mkdir(mode=0o700)
    shutil.copytree(read_exhibits, tmp_path / "home" / DOCUMENTS)
    return Settings(home=tmp_path / "home")


def problems_of(text, settings, tmp_path):
    file = tmp_path / "experiment.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        load_spec(file, settings)
    return [str(problem).removeprefix(f"{file}") for problem in caught.value.problems]


def test_a_whole_file_is_read(settings, tmp_path):
    file = tmp_path / "experiment.yaml"
    file.write_text(WHOLE)
    spec = load_spec(file, settings)
    assert spec == ExperimentSpec(
        name="tone of the awards section",
        prompts=("filing", "shipped"),
        cases=("wu",),
        sections=("awards",),
        repeats=3,
        concurrency=2,
        budget_usd=2.5,
        budget_tokens=100_000,
        scorers=("checks", {"words": {"min": 100, "max": 900}}),
        temperature=0.2,
    )
    again = tmp_path / "again.yaml"
    again.write_text(spec.to_yaml())
    assert load_spec(again, settings) == spec


def test_unknown_names_have_lines(settings, tmp_path):
    text = """\
name: x
prompts: [filng, awards@000000000000]
cases:
  - wuu
  - wu
sections: [awrds]
models: [ofline, gpt-5]
scorers: [cheks, {words: {mxa: 3}}]
repeat: 3
"""
    found = problems_of(text, settings, tmp_path)
    assert [line.split(": ")[0] for line in found] == [":2", ":2", ":4", ":6", ":7", ":7", ":8", ":8", ":9"]
    told = "\n".join(found)
    for words in ("'filng'", "did you mean wu?", "did you mean 'awards'?", "did you mean offline?", "WORKBENCH_MODEL"):
        assert words in told
    for words in ("'cheks'", "did you mean 'checks'", "scorers[1].words.mxa", "repeat: unknown field"):
        assert words in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ":1: the file is empty"),
        ("- a\n- b\n", ":1: fields are wanted here"),
        ("name: x\ncases: [wu]\nname: y\n", ":3: name: the field is given twice, first on line 1"),
        ("name: x\ncases: wu\n", ":2: cases: a list is wanted here; write cases: [wu]"),
        ("name: x\n", ":1: cases: the field is missing"),
        ("name: x\ncases: []\n", ":2: cases: the list is empty"),
        ("name:\ncases: [wu]\n", ":1: name: the field is empty"),
        ("name: x\ncases: [wu]\nrepeats: 0\n", ":3: repeats: "),
        ("name: x\ncases: [wu]\nrepeats: three\n", ":3: repeats: 'three' is not a number"),
        ("name: x\ncases: [wu]\nrepeats: 1.5\n", ":3: repeats: '1.5' is not a number"),
        ("name: x\ncases: [wu]\nconcurrency: -1\n", ":3: concurrency: "),
        ("name: x\ncases: [wu]\nbudget_usd: .nan\n", ":3: budget_usd: "),
        ("name: x\ncases: [wu]\nbudget_usd: nan\n", ":3: budget_usd: "),
        ("name: x\ncases: [wu]\nbudget_usd: inf\n", ":3: budget_usd: "),
        ("name: x\ncases: [wu]\nbudget_tokens: 0\n", ":3: budget_tokens: "),
        ("name: x\ncases: [wu]\ntemperature: 3\n", ":3: temperature: "),
        ("name: x\ncases: [wu, wu]\n", ":2: cases[1]: 'wu' is named twice"),
        ("name: x\ncases: [wu]\nscorers: [checks, checks]\n", ":3: scorers[1]: two scorers are called 'checks'"),
        ("name: x\ncases: [wu]\nsections: [awards, '2.1']\n", ":3: sections[1]: section 'awards' is named twice"),
        ("name: x\ncases: [wu]\nsections: [high_salary]\n", ":3: sections[0]: none of these cases calls for"),
        ("a: &a [x]\nb: [*a, *a]\n", ":1: YAML anchors and aliases"),
        ("name: !!python/object/apply:os.system [ls]\n", ":1: YAML tags are not read"),
        ("name: " + "[" * 5_000 + "\n", ":1: nested more than 40 deep"),
        ("name: [x\n", "not valid YAML"),
        (b"name: \xff\n", ":1: not UTF-8 text"),
        ("name: 'a\x07b'\ncases: [wu]\n", "a character that YAML does not allow"),
        ("name: x\ncases: ['w\\0u']\n", "cases[0]"),
        (
            "name: x\ncases: [wu]\nprompts: [nowhere/at/all]\n",
            ":3: prompts[0]: no such folder of prompts: nowhere/at/all",
        ),
    ],
)
def test_invalid_file_names_its_lines(settings, tmp_path, text, said):
    assert said in "\n".join(problems_of(text, settings, tmp_path))


def test_missing_file_is_reported(settings, tmp_path):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        load_spec(tmp_path / "none.yaml", settings)
    with pytest.raises(InputError, match="not a file"):
        load_spec(tmp_path, settings)


def test_python_fields_are_named():
    with pytest.raises(InputError) as caught:
        spec_of({"name": "", "cases": "wu", "budget_usd": float("nan"), "repeats": 0, "modles": ["x"]})
    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["name", "cases", "repeats", "budget_usd", "modles"]
    assert all(problem.file is None and problem.line is None for problem in caught.value.problems)


def test_paths_relative_to_file(settings, tmp_path):
    case = tmp_path / "matter"
    shutil.copytree(CASES / "minimal", case)
    file = tmp_path / "experiment.yaml"
    file.write_text("name: x\ncases: [matter]\n")
    assert load_spec(file, settings).cases == ("matter",)


def test_broken_case_names_its_lines(settings, tmp_path):
    case = tmp_path / "matter"
    case.mkdir()
    (case / "case.yaml").write_text("schema: 1\nnonsense: 3\n")
    found = problems_of("name: x\ncases: [matter]\n", settings, tmp_path)
    assert any("matter/case.yaml:2: nonsense: unknown field" in line for line in found)


def test_usd_limit_needs_price(tmp_path):
    settings = Settings(home=tmp_path / "home", model="nobody-knows", openai_base_url="http://127.0.0.1:1/v1")
    text = "name: x\ncases: [wu]\nmodels: [nobody-knows]\nbudget_usd: 3\n"
    assert ":4: budget_usd: the price of nobody-knows is unknown" in "\n".join(problems_of(text, settings, tmp_path))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ("nmae: tone\ncases: [minimal]\n", "nmae: unknown field; did you mean name?"),
        ("title: tone\ncases: [minimal]\n", "title: unknown field, and name is missing; rename it to name"),
        ("name: tone\ncase: [minimal]\n", "case: unknown field; did you mean cases?"),
        ("name: tone\ncases: [[minimal]]\n", "cases[0]: a name is wanted here"),
        ("name: tone\ncases: minimal\n", "cases: a list is wanted here"),
    ],
)
def test_one_slip_is_one_problem(tmp_path, fields, says):
    file = tmp_path / "experiment.yaml"
    file.write_text(fields)
    _, _, [problem] = read_spec(file)
    assert says in str(problem)


@pytest.mark.parametrize("entry", ["{name}", "{name}: {{at_least: 0.5}}"])
def test_file_runs_no_code_unnamed(settings, tmp_path, entry):
    code, ran = tmp_path / "scoring.py", tmp_path / "ran"
    code.write_text(f"open({str(ran)!r}, 'w').close()\ndef medal(draft):\n    return 1.0\n")
    name = f"{code}:medal"
    text = "name: a\ncases: [wu]\nscorers:\n  - checks\n  - " + entry.format(name=f'"{name}"') + "\n"
    [problem] = problems_of(text, settings, tmp_path)
    assert problem.startswith(f":5: scorers[1]: the file asks to run code of its own: '{name}'")
    assert f"--scorer {name}" in problem
    assert not ran.exists()
    spec = load_spec(tmp_path / "experiment.yaml", settings, own_scorers=[name])
    assert len(spec.scorers) == 2
    assert ran.exists()
