"""Export of an experiment as promptfoo's YAML.

    prompts      one a version and section: the chat as JSON with its placeholders, which promptfoo fills
    providers    one a model: openai:chat with its address; never a key, which promptfoo takes from OPENAI_API_KEY
    tests        one a cell, bound to its prompt and its model; promptfoo repeats each
    assert       Python that calls the scorers themselves (:mod:`workbench.tuning.promptfoo.grading`)

The real promptfoo then asks the same questions and gets the same verdicts as an experiment. To that end the export
undoes what promptfoo does to texts. promptfoo fills ``{{ name }}`` wherever it stands, even in an exhibit's page, fills
``{{ env.NAME }}`` from the user's environment, opens values that begin with ``file://``, and drops a value's last line
end. Braces in the case's texts are therefore written as another sign, which the prompt turns back after filling.

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
from workbench.drafting.agents import WriterAgent
from workbench.drafting.configured_model import endpoint_model
from workbench.drafting.local_model import CONTEXT_TOKENS, LOCAL_PORT, MODEL_NAME
from workbench.drafting.model_options import ModelOptions
from workbench.drafting.openai_model import DEFAULT_BASE_URL, SECTION_HEADER, OpenAIModel
from workbench.drafting.pricing import PriceTable
from workbench.drafting.prompts.context import values_for
from workbench.drafting.prompts.prompt_text import find_system
from workbench.drafting.prompts.templates import PromptTemplate
from workbench.drafting.request import Assignment, ModelRequest
from workbench.errors import InputError, Problem
from workbench.model_settings import ModelSettings
from workbench.text.atomic_write import USER_ONLY, make_private_folder, write_whole
from workbench.tuning.experiment.cells import Variant
from workbench.tuning.experiment.matrix import Matrix, load_matrix
from workbench.tuning.experiment.models import LOCAL, OFFLINE
from workbench.tuning.experiment.spec import ExperimentSpec, ModelSpec
from workbench.tuning.promptfoo.grading import BETWEEN, KEY
from workbench.tuning.scorers.registry import SCORERS, find_foreign_code
from workbench.workflow.loop import BackgroundLoop

VERSIONS = "0.121"
"""Tested release line of promptfoo; the next one needs a newer Node."""

ASSERTION = "from workbench.tuning.promptfoo.grading import grade\nreturn grade(output, context)\n"

QUIET = {
    "PROMPTFOO_DISABLE_TELEMETRY": "1",
    "PROMPTFOO_DISABLE_UPDATE": "1",
    "PROMPTFOO_DISABLE_REMOTE_GENERATION": "true",
    "PROMPTFOO_DISABLE_SHARING": "1",
}
"""Switches of promptfoo; :mod:`workbench.tuning.promptfoo.run` blocks what it sends in spite of them."""

_BRACES = re.compile(r"\{(?=[{%#])")
_STATEMENT = re.compile(r"\{[%#]|#\}")
_EDGES = re.compile(r"\A(?=file://|package:|\n)|(?<=\n)\Z")
_SIGNS = "⦃⦄⟬⟭⟦⟧⸢⸣❲❳"
_TRIM, _TRIMMED = "{% filter trim %}", "{% endfilter %}"
_JUDGE = "judge"


@dataclass(frozen=True)
class Exported:
    """Result of exporting an experiment.

    Attributes:
        path: The YAML file.
        cells: Number of tests; promptfoo repeats each as often as the experiment says.
        notes: One sentence for each part of the experiment that is left out, with the reason.
        providers: The address of each model, by its name.
    """

    path: Path
    cells: int
    notes: tuple[str, ...] = ()
    providers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _ExportCell:
    """One cell without its repeats.

    Attributes:
        variant: The prompts.
        case_name: The case as the experiment names it: an id or a path.
        case: The case.
        model: Name of the model.
        assignment: What is drafted, cut to what fits the model.
        limit: Output limit, in tokens.
    """

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
    """Two substitute signs that occur in no prompt text.

    Attributes:
        brace: Replaces a brace that promptfoo would fill.
        nothing: Stands at the edge of a value that promptfoo would open as a file, or shorten.
    """

    brace: str
    nothing: str

    def hide(self, text: str) -> str:
        return _EDGES.sub(self.nothing, _BRACES.sub(self.brace, text))


def prompt_label(variant: str, section_id: str) -> str:
    """Returns promptfoo's name of a prompt: version and section."""
    return f"{variant} / {section_id}"


def export_experiment(experiment: ExperimentSpec | Path, settings: Settings, out: Path) -> Exported:
    """Writes an experiment as promptfoo's YAML.

    The file holds the case's facts and passages, so only its user can read it. Each endpoint is asked how much it
    reads, and nothing else: prompts and limits are cut to that, as in an experiment. Must not run on the workbench
    loop.

    Args:
        experiment: The experiment, or its file.
        settings: For the cases, the prompts and the endpoint.
        out: The file.

    Raises:
        InputError: No model is left that promptfoo could ask, or the :class:`Matrix` refuses the experiment.
        OSError: The file cannot be written.
    """
    matrix = load_matrix(experiment, settings) if isinstance(experiment, Path) else Matrix(experiment, settings)
    with matrix:
        models = {spec.label: _model_for(spec, matrix) for spec in matrix.spec.models if spec.model != OFFLINE}
        if not models:
            remedy = f"name a model beside {OFFLINE}, such as {LOCAL}"
            raise InputError(Problem("the experiment asks no model", remedy, field="models"))
        notes = [
            note
            for name, model in models.items()
            if (note := BackgroundLoop.current().call(_check_context(name, model)))
        ]
        return _write_matrix(matrix, models, out, notes)


async def _check_context(name: str, model: OpenAIModel) -> str | None:
    """Asks an endpoint for its context length.

    Returns:
        A note where the endpoint did not answer, else None.
    """
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
    options = {entry.label: _options_of(entry, matrix) for entry in spec.models if entry.label in models}
    providers = {
        entry.label: _provider(entry, options[entry.label], matrix.settings)
        for entry in spec.models
        if entry.label in models
    }
    places = list(_iter_cells(matrix, models))
    scorers, left_out = _scorers(spec)
    notes = [*notes, *left_out, *matrix.skipped]
    if OFFLINE in spec.model_labels:
        notes.append(f"{OFFLINE} is left out: it is no model that promptfoo could ask")
    notes += [
        f"{limit} is left out: promptfoo knows no spending limit"
        for limit in ("budget_usd", "budget_tokens")
        if getattr(spec, limit) is not None
    ]
    if any(each.temperature is None for each in options.values()):
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
    _write(out, _format_heading(spec, providers) + _Dumper.text(config))
    addresses = {name: str(provider["config"]["apiBaseUrl"]) for name, provider in providers.items()}
    return Exported(out, len(places), tuple(notes), addresses)


def _iter_cells(matrix: Matrix, models: Mapping[str, OpenAIModel]) -> Iterator[_ExportCell]:
    """The cells in the matrix's own order, each once."""
    for case_name, case in matrix.cases.items():
        for section_id in matrix.sections[case.case_id]:
            assignment = matrix.assignment(case.case_id, section_id)
            for model_name, model in models.items():
                for variant in matrix.variants.values():
                    writer = WriterAgent(model, variant.prompts)
                    request = writer.request(assignment)
                    limit = model.output_limit(request.max_output_tokens)
                    yield _ExportCell(variant, case_name, case, model_name, _fit_assignment(writer, request), limit)


def _options_of(entry: ModelSpec, matrix: Matrix) -> ModelSettings:
    """Returns the options that an experiment would send to a model."""
    own = ModelSettings(temperature=matrix.spec.temperature).merge(entry)
    return own if entry.model == LOCAL else matrix.settings.options_for(entry.model, own)


def _model_for(entry: ModelSpec, matrix: Matrix) -> OpenAIModel:
    """Returns a model that is used for its prompt limits."""
    settings, name, options = matrix.settings, entry.model, _options_of(entry, matrix)
    prices = PriceTable.load(settings.prices)
    if name == LOCAL:
        address = _address(name, settings)
        own = ModelOptions.of(options)
        return OpenAIModel(MODEL_NAME, prices=prices, base_url=address, context_tokens=CONTEXT_TOKENS, options=own)
    return endpoint_model(name, settings, prices, options)


def _fit_assignment(writer: WriterAgent, request: ModelRequest) -> Assignment:
    """Returns the part of an assignment that a request contains.

    The writer drops passages, then earlier sections, from the end until the prompt fits. The export needs the values of
    that shorter assignment, and finds it by rendering again until the texts agree.
    """
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


def _provider(entry: ModelSpec, options: ModelSettings, settings: Settings) -> dict[str, Any]:
    name = entry.model
    # omitDefaults: without it promptfoo adds a temperature and an output limit of its own.
    config: dict[str, Any] = {"apiBaseUrl": _address(name, settings), "apiKeyRequired": False, "omitDefaults": True}
    if options.temperature is not None:
        config["temperature"] = options.temperature
    effort = {"reasoning_effort": options.reasoning_effort} if options.reasoning_effort else {}
    if further := {**(options.extra_body or {}), **effort}:
        config["passthrough"] = further
    return {"id": f"openai:chat:{MODEL_NAME if name == LOCAL else name}", "label": entry.label, "config": config}


def _scorers(spec: ExperimentSpec) -> tuple[list[Any], list[str]]:
    """Separates the scorers that promptfoo can call from the others."""
    taken: list[Any] = []
    notes: list[str] = []
    for entry in yaml.safe_load(spec.to_yaml()).get("scorers", list(spec.scorers)):  # functions by their names
        name = entry if isinstance(entry, str) else next(iter(entry))
        if find_foreign_code([entry]):
            notes.append(f"{entry} is left out: promptfoo calls no functions of yours")
        elif name not in SCORERS:
            notes.append(f"{name} is left out: promptfoo calls no plug-ins")
        elif name == _JUDGE:
            notes.append(f"{_JUDGE} is left out: a model's verdict is not the same twice")
        else:
            taken.append(entry)
    return taken, notes


def _prompts(places: Iterable[_ExportCell], signs: Mapping[str, _Signs | None]) -> list[dict[str, Any]]:
    labels: dict[str, dict[str, Any]] = {}
    for place in places:
        # One prompt serves many cells: promptfoo fills it per test.
        if place.label not in labels:
            chat = [
                {"role": role, "content": _as_nunjucks(template, signs[place.label])}
                for role, template in (
                    ("system", place.variant.prompts.template(find_system(place.section_id))),
                    ("user", place.variant.prompts.template(place.section_id)),
                )
            ]
            raw = json.dumps(chat, indent=1, ensure_ascii=False)
            labels[place.label] = {"id": place.label, "label": place.label, "raw": raw}
    return list(labels.values())


def _as_nunjucks(template: PromptTemplate, signs: _Signs | None) -> str:
    """Translates a template to promptfoo's template language.

    Our own engine fills each placeholder once and strips the whole; ``{%``, ``{#`` and ``#}`` are letters to it.
    """
    text = template.text.strip()
    back = f' | replace("{signs.brace}", "{{") | replace("{signs.nothing}", "")' if signs else ""
    parts: list[str] = []
    at = 0
    for match in re.finditer(r"\{\{(?P<name>[^{}]*)\}\}", text):
        # Nunjucks reads `{%`, `{#` and `#}` as its own; in our templates they are plain letters.
        parts += [_literal(text[at : match.start()]), f"{{{{ {match['name'].strip()}{back} }}}}"]
        at = match.end()
    filled = "".join([*parts, _literal(text[at:])])
    # A filled value may bring its own white space to the edge; only a filter around the whole strips it as our renderer
    # does.
    edge = text.startswith("{{") or text.endswith("}}")
    return f"{_TRIM}{filled}{_TRIMMED}\n" if edge else f"{filled}\n"


def _literal(text: str) -> str:
    return _STATEMENT.sub(lambda match: f'{{{{ "{match[0]}" }}}}', text)


def _signs_for(places: Iterable[_ExportCell]) -> _Signs | None:
    """Chooses two unused signs for one prompt, if needed.

    Raises:
        InputError: Too many of the signs occur in them.
    """
    # All cells of a prompt share its text, so the signs must be free in each cell's values.
    texts = [value for place in places for value in values_for(place.assignment).values()]
    if not any(_BRACES.search(text) or _EDGES.search(text) for text in texts):
        return None
    free = [sign for sign in _SIGNS if not any(sign in text for text in texts)]
    if len(free) < 2:  # noqa: PLR2004 - two are wanted
        what = f"the case's texts hold braces that promptfoo would fill, and nearly all of {_SIGNS}"
        raise InputError(Problem(what, "take such signs out of the case's texts", field="cases"))
    return _Signs(*free[:2])


def _test(place: _ExportCell, signs: _Signs | None) -> dict[str, Any]:
    system, user = (place.variant.prompts.template(one) for one in (find_system(place.section_id), place.section_id))
    used = system.placeholders | user.placeholders
    values = {name: value for name, value in values_for(place.assignment).items() if name in used}
    names = [place.variant.name, place.case.case_id, place.section_id, place.model]
    cell = {
        # One string, not a list: promptfoo's results mask values that look like secrets, long paths among them.
        "cell": BETWEEN.join(names),
        "prompt": place.variant.name,
        "prompt_version": place.variant.prompts.version(place.section_id),
        "case": place.case_name,
        "case_id": place.case.case_id,
        "section": place.section_id,
        "model": place.model,
    }
    if place.case_name != place.case.case_id:
        # The case was named by a path relative to the folder of the export; the grader may run elsewhere.
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


def _format_heading(spec: ExperimentSpec, providers: Mapping[str, Any]) -> str:
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
    """YAML dumper with ordered keys and block texts."""

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
    make_private_folder(path.parent)
    write_whole(path, text.encode(), mode=USER_ONLY)
