"""An experiment as promptfoo's YAML, so that the real promptfoo runs it: the same cells and questions, our verdict.

    prompts      one a version and section: the chat as JSON, placeholders and all, for promptfoo to fill
    providers    one a model: openai:chat with its address; never a key, which promptfoo takes from OPENAI_API_KEY
    tests        one a cell, tied to its prompt and its model; promptfoo repeats each
    assert       Python that calls the scorers themselves (:mod:`workbench.tuning.grading`)

What promptfoo would do to a text is undone here. It fills ``{{ name }}`` wherever it stands, in an exhibit's page too,
``{{ env.NAME }}`` with the user's environment, opens what begins with ``file://``, and drops a value's last line end.
So braces of texts are written as another sign, which the prompt turns back after filling.

Source: promptfoo 0.121, https://www.promptfoo.dev/docs/configuration/reference; a test runs the real one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from workbench.case.model import Case
from workbench.config import Settings
from workbench.drafting.brief import values_for
from workbench.drafting.local import CONTEXT_TOKENS, LOCAL_PORT, MODEL_NAME
from workbench.drafting.models import DEFAULT_BASE_URL, SECTION_HEADER, OpenAIModel
from workbench.drafting.prices import PriceTable
from workbench.drafting.prompts import SYSTEM, PromptTemplate
from workbench.drafting.request import Assignment, ModelRequest
from workbench.drafting.writer import WriterAgent
from workbench.errors import InputError, Problem
from workbench.text.atomic_write import USER_ONLY, write_whole
from workbench.tuning.cells import Variant
from workbench.tuning.contenders import LOCAL, OFFLINE
from workbench.tuning.grading import BETWEEN, KEY
from workbench.tuning.matrix import Matrix
from workbench.tuning.spec import ExperimentSpec, matrix_of
from workbench.workflow.bench import Bench

VERSIONS = "0.121"
"""The release line of promptfoo that this was tried with; the next one wants a newer Node."""

ASSERTION = "from workbench.tuning.grading import grade\nreturn grade(output, context)\n"

QUIET = {
    "PROMPTFOO_DISABLE_TELEMETRY": "1",
    "PROMPTFOO_DISABLE_UPDATE": "1",
    "PROMPTFOO_DISABLE_REMOTE_GENERATION": "true",
    "PROMPTFOO_DISABLE_SHARING": "1",
}
"""What promptfoo is asked to leave alone; for what it sends all the same, see :mod:`workbench.tuning.promptfoo_run`."""

_BRACES = re.compile(r"\{(?=[{%#])")
_STATEMENT = re.compile(r"\{[%#]|#\}")
_BACK = re.compile(r"""\{\{\s*(?P<name>\w+)\s*(?:\|\s*replace\((?:"[^"]*"|,|\s)*\)\s*)*\}\}""")
_EDGES = re.compile(r"\A(?=file://|package:|\n)|(?<=\n)\Z")
_SIGNS = "⦃⦄⟬⟭⟦⟧⸢⸣❲❳"
_TRIM, _TRIMMED = "{% filter trim %}", "{% endfilter %}"
_JUDGE = "judge"


@dataclass(frozen=True)
class Exported:
    """What came of exporting an experiment.

    Attributes:
        path: The YAML.
        cells: How many tests it has; promptfoo repeats each as often as the experiment says.
        notes: What of the experiment is not in it, and why; one sentence each.
        providers: The address of each model, by its name.
    """

    path: Path
    cells: int
    notes: tuple[str, ...] = ()
    providers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Place:
    """One cell, repeats aside; the assignment as far as it fits its model, the limit as it is sent, in tokens."""

    variant: Variant
    case_name: str
    case: Case
    model: str
    assignment: Assignment
    limit: int

    @property
    def section_id(self) -> str:
        return self.assignment.section.section_id

    @property
    def label(self) -> str:
        return prompt_label(self.variant.name, self.section_id)


@dataclass(frozen=True)
class _Signs:
    """Two signs that no text of a prompt has.

    Attributes:
        brace: Stands for a brace that promptfoo would fill.
        nothing: Stands at the edge of a value that promptfoo would open as a file, or shorten.
    """

    brace: str
    nothing: str

    def hide(self, text: str) -> str:
        return _EDGES.sub(self.nothing, _BRACES.sub(self.brace, text))


def prompt_label(variant: str, section_id: str) -> str:
    """The name of a prompt in promptfoo: the version and the section."""
    return f"{variant} / {section_id}"


def export_promptfoo(spec: ExperimentSpec, settings: Settings, out: Path) -> Path:
    """Writes an experiment as promptfoo's YAML; see :func:`export_experiment`."""
    return export_experiment(spec, settings, out).path


def export_experiment(experiment: ExperimentSpec | Path, settings: Settings, out: Path) -> Exported:
    """Writes an experiment as promptfoo's YAML, readable by its user only: it holds the case's facts and passages.

    An endpoint is asked how much it reads, and nothing else: prompts and limits are cut to that, as in an experiment.
    Not to be called on the workbench loop.

    Args:
        experiment: The experiment, or its file.
        settings: For the cases, the prompts and the endpoint.
        out: The file.

    Raises:
        InputError: No model is left that promptfoo could ask, and whatever the :class:`Matrix` refuses.
        OSError: It cannot be written.
    """
    matrix = matrix_of(experiment, settings) if isinstance(experiment, Path) else Matrix(experiment, settings)
    with matrix:
        models = {name: _asked_model(name, settings) for name in matrix.spec.models if name != OFFLINE}
        if not models:
            remedy = f"name a model beside {OFFLINE}, such as {LOCAL}"
            raise InputError(Problem("the experiment asks no model", remedy, field="models"))
        notes = [note for name, model in models.items() if (note := Bench.current().call(_learned(name, model)))]
        return _write_matrix(matrix, models, out, notes)


async def _learned(name: str, model: OpenAIModel) -> str | None:
    """Asks an endpoint how much it reads; what to say where it cannot be asked."""
    if name == LOCAL:
        return None
    try:
        await model.check()
    except InputError as error:
        return f"{name} could not be asked how much it reads, its prompts are as long as they come: {error}"
    finally:
        await model.aclose()
    return None


def _write_matrix(matrix: Matrix, models: Mapping[str, OpenAIModel], out: Path, notes: list[str]) -> Exported:
    spec = matrix.spec
    providers = {name: _provider(name, spec.temperature, matrix.settings) for name in models}
    places = list(_places(matrix, models))
    scorers, left_out = _scorers(spec)
    notes = [*notes, *left_out, *matrix.skipped]
    if OFFLINE in spec.models:
        notes.append(f"{OFFLINE} is left out: it is no model that promptfoo could ask")
    notes += [
        f"{limit} is left out: promptfoo knows no spending limit"
        for limit in ("budget_usd", "budget_tokens")
        if getattr(spec, limit) is not None
    ]
    if spec.temperature is None:
        notes.append("no temperature is set: the answers of two runs differ")
    signs = {place.label: _signs_for(other for other in places if other.label == place.label) for place in places}
    config = {
        "description": spec.name,
        "prompts": _prompts(places, signs),
        "providers": list(providers.values()),
        "defaultTest": {
            "assert": [{"type": "python", "value": ASSERTION, "config": {"scorers": scorers}}] * bool(scorers)
        },
        "tests": [_test(place, signs[place.label]) for place in places],
        "evaluateOptions": {"repeat": spec.repeats, "maxConcurrency": spec.concurrency},
        "sharing": False,
    }
    _write(out, _heading(spec, providers) + _Dumper.text(config))
    addresses = {name: str(provider["config"]["apiBaseUrl"]) for name, provider in providers.items()}
    return Exported(out, len(places), tuple(notes), addresses)


def _places(matrix: Matrix, models: Mapping[str, OpenAIModel]) -> Iterator[_Place]:
    """The cells in the matrix's own order, each once."""
    for case_name, case in matrix.cases.items():
        for section_id in matrix.sections[case.case_id]:
            assignment = matrix.assignment(case.case_id, section_id)
            for model_name, model in models.items():
                for variant in matrix.variants.values():
                    writer = WriterAgent(model, variant.prompts)
                    request = writer.request(assignment)
                    limit = model.output_limit(request.max_output_tokens)
                    yield _Place(variant, case_name, case, model_name, _fitted(writer, request), limit)


def _asked_model(name: str, settings: Settings) -> OpenAIModel:
    """The model as far as the length of its prompts depends on it; it is asked nothing that holds a text."""
    local = name == LOCAL
    key = settings.openai_api_key
    return OpenAIModel(
        MODEL_NAME if local else name,
        prices=PriceTable.load(settings.prices),
        base_url=_address(name, settings),
        api_key=key.get_secret_value() if key and not local else None,
        context_tokens=CONTEXT_TOKENS if local else None,
    )


def _fitted(writer: WriterAgent, request: ModelRequest) -> Assignment:
    """The assignment as far as it is told in a request: what was too long for the model was dropped from the end."""
    assignment = request.assignment
    while writer.prompts.render(assignment) != (request.system, request.user):
        if assignment.passages:
            assignment = replace(assignment, passages=assignment.passages[:-1])
        elif assignment.earlier:
            assignment = replace(assignment, earlier=dict(list(assignment.earlier.items())[:-1]))
        else:
            raise AssertionError("a prompt that is not rendered from its assignment")
    return assignment


def _address(name: str, settings: Settings) -> str:
    return f"http://127.0.0.1:{LOCAL_PORT}/v1" if name == LOCAL else settings.openai_base_url or DEFAULT_BASE_URL


def _provider(name: str, temperature: float | None, settings: Settings) -> dict[str, Any]:
    config: dict[str, Any] = {"apiBaseUrl": _address(name, settings), "apiKeyRequired": False, "omitDefaults": True}
    if temperature is not None:
        config["temperature"] = temperature
    return {"id": f"openai:chat:{MODEL_NAME if name == LOCAL else name}", "label": name, "config": config}


def _scorers(spec: ExperimentSpec) -> tuple[list[Any], list[str]]:
    """The scorers that promptfoo can call, and why the others are not among them."""
    taken: list[Any] = []
    notes: list[str] = []
    for entry in yaml.safe_load(spec.to_yaml()).get("scorers", list(spec.scorers)):  # functions by their names
        if _JUDGE in ([entry] if isinstance(entry, str) else entry):
            notes.append(f"{_JUDGE} is left out: a model's verdict is not the same twice")
        else:
            taken.append(entry)
    return taken, notes


def _prompts(places: Iterable[_Place], signs: Mapping[str, _Signs | None]) -> list[dict[str, Any]]:
    labels: dict[str, dict[str, Any]] = {}
    for place in places:
        if place.label not in labels:
            chat = [
                {"role": role, "content": _as_nunjucks(template, signs[place.label])}
                for role, template in (
                    ("system", place.variant.prompts.template(SYSTEM)),
                    ("user", place.variant.prompts.template(place.section_id)),
                )
            ]
            raw = json.dumps(chat, indent=1, ensure_ascii=False)
            labels[place.label] = {"id": place.label, "label": place.label, "raw": raw}
    return list(labels.values())


def _as_nunjucks(template: PromptTemplate, signs: _Signs | None) -> str:
    """A template as promptfoo's engine fills it to the same text.

    Our own engine fills each placeholder once and strips the whole; ``{%``, ``{#`` and ``#}`` are letters to it.
    """
    text = template.text.strip()
    back = f' | replace("{signs.brace}", "{{") | replace("{signs.nothing}", "")' if signs else ""
    parts: list[str] = []
    at = 0
    for match in re.finditer(r"\{\{(?P<name>[^{}]*)\}\}", text):
        parts += [_literal(text[at : match.start()]), f"{{{{ {match['name'].strip()}{back} }}}}"]
        at = match.end()
    filled = "".join([*parts, _literal(text[at:])])
    edge = text.startswith("{{") or text.endswith("}}")
    return f"{_TRIM}{filled}{_TRIMMED}\n" if edge else f"{filled}\n"


def _literal(text: str) -> str:
    return _STATEMENT.sub(lambda match: f'{{{{ "{match[0]}" }}}}', text)


def from_nunjucks(text: str) -> str:
    """The template that :func:`export_experiment` wrote as that text; of another's text, what is left as it is."""
    text = text.strip().removeprefix(_TRIM).removesuffix(_TRIMMED)
    text = _BACK.sub(lambda match: f"{{{{{match['name']}}}}}", text)
    return re.sub(r'\{\{ "(\{[%#]|#\})" \}\}', r"\1", text).strip() + "\n"


def _signs_for(places: Iterable[_Place]) -> _Signs | None:
    """The signs for the values of one prompt, or None where nothing need be hidden.

    Raises:
        InputError: Too many of the signs occur in them.
    """
    texts = [value for place in places for value in values_for(place.assignment).values()]
    if not any(_BRACES.search(text) or _EDGES.search(text) for text in texts):
        return None
    free = [sign for sign in _SIGNS if not any(sign in text for text in texts)]
    if len(free) < 2:  # noqa: PLR2004 - two are wanted
        what = f"the case's texts hold braces that promptfoo would fill, and nearly all of {_SIGNS}"
        raise InputError(Problem(what, "take such signs out of the case's texts", field="cases"))
    return _Signs(*free[:2])


def _test(place: _Place, signs: _Signs | None) -> dict[str, Any]:
    system, user = (place.variant.prompts.template(one) for one in (SYSTEM, place.section_id))
    used = system.placeholders | user.placeholders
    values = {name: value for name, value in values_for(place.assignment).items() if name in used}
    names = [place.variant.name, place.case.case_id, place.section_id, place.model]
    cell = {
        "cell": BETWEEN.join(names),  # in one: promptfoo's results hide a long path, which might be a secret
        "prompt": place.variant.name,
        "prompt_version": place.variant.prompts.version(place.section_id),
        "case": place.case_name,
        "case_id": place.case.case_id,
        "section": place.section_id,
        "model": place.model,
    }
    if place.case_name != place.case.case_id:  # a path, which begins where the experiment was exported
        cell["folder"] = str(place.case.root)
    return {
        "description": f"{place.case.case_id} / {place.section_id}",
        "prompts": [place.label],
        "providers": [place.model],
        "vars": {name: signs.hide(value) if signs else value for name, value in values.items()},
        "options": {
            "max_tokens": place.limit,
            "max_completion_tokens": place.limit,
            "headers": {SECTION_HEADER: place.section_id},
        },
        "metadata": {KEY: cell},
    }


def _heading(spec: ExperimentSpec, providers: Mapping[str, Any]) -> str:
    lines = [
        f"The experiment {spec.name!r} for promptfoo {VERSIONS}. It holds the case's texts: keep it like the case.",
        "Run it with: workbench promptfoo eval THIS_FILE",
        "Run by hand, promptfoo needs PROMPTFOO_PYTHON (the Python that has the workbench), keeps every answer in",
        "~/.promptfoo, and tells its makers of the run (with telemetry off, that it is off).",
    ]
    if LOCAL in providers:
        lines.append(f"Before: workbench local-model --port {LOCAL_PORT}")
    return "".join(f"# {line}\n" for line in lines)


class _Dumper(yaml.SafeDumper):
    """YAML that a person can read: texts of several lines as blocks, in the order of the keys."""

    @classmethod
    def text(cls, value: object) -> str:
        return yaml.dump(value, Dumper=cls, sort_keys=False, allow_unicode=True, width=120)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # promptfoo reads YAML 1.2, in which more words are numbers: 1e3 is one there.
    style = "|" if "\n" in text else None if text[:1].isalpha() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _block)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text.encode(), mode=USER_ONLY)
