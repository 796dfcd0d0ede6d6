"""An experiment as promptfoo's YAML, so that the real promptfoo runs it: the same cells, the same questions, our verdict.

    prompts      one a version and section: the chat as JSON, placeholders and all, for promptfoo to fill
    providers    one a model: openai:chat with its address; never a key, which promptfoo takes from OPENAI_API_KEY
    tests        one a cell, tied to its prompt and its model; promptfoo repeats each
    assert       one a scorer: Python that calls the scorer itself (:mod:`workbench.tuning.grading`)

What promptfoo would do to a text is undone here. It fills ``{{ name }}`` wherever it stands, in an exhibit's page too,
``{{ env.NAME }}`` with the user's environment, opens what begins with ``file://``, and drops a value's last line end.
So braces of texts are written as another sign, which the prompt turns back after filling.

Source: promptfoo 0.121, docs at https://www.promptfoo.dev/docs/configuration/reference, tried in a test with the real one.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.case.search import MemoryManager
from workbench.config import Settings
from workbench.drafting.brief import values_for
from workbench.drafting.local import CONTEXT_TOKENS, LOCAL_PORT, MODEL_NAME
from workbench.drafting.models import DEFAULT_BASE_URL, SECTION_HEADER, OpenAIModel
from workbench.drafting.prices import PriceTable
from workbench.drafting.prompts import SYSTEM, PromptTemplate
from workbench.drafting.request import Assignment, ModelRequest
from workbench.drafting.sections import resolve_sections, sections_for
from workbench.drafting.writer import WriterAgent
from workbench.errors import InputError, Problem
from workbench.tuning.assignments import assignment_for
from workbench.tuning.cells import Variant
from workbench.tuning.contenders import LOCAL, OFFLINE, refuse_strangers
from workbench.tuning.grading import KEY

VERSIONS = "0.121"
"""The release line of promptfoo that this was tried with; the next one wants a newer Node."""

ASSERTION = "from workbench.tuning.grading import grade\nreturn grade(output, context)\n"

QUIET = {
    "PROMPTFOO_DISABLE_TELEMETRY": "1",
    "PROMPTFOO_DISABLE_UPDATE": "1",
    "PROMPTFOO_DISABLE_REMOTE_GENERATION": "true",
    "PROMPTFOO_DISABLE_SHARING": "1",
}
"""What keeps promptfoo from telling its makers of a run, and from sending anything but the questions."""

_BRACES = re.compile(r"\{(?=[{%#])")
_STATEMENT = re.compile(r"\{[%#]")
_BACK = re.compile(r"""\{\{\s*(?P<name>\w+)\s*(?:\|\s*replace\((?:"[^"]*"|,|\s)*\)\s*)*\}\}""")
_SIGNS = "⦃⦅⟬⟦⸢⸨❲❴"
_TRIM, _TRIMMED = "{% filter trim %}", "{% endfilter %}"
_NO_JUDGE = ("judge",)


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
    """One cell, repeats aside, and what its model is asked."""

    variant: Variant
    case_name: str
    case: Case
    model: str
    assignment: Assignment
    request: ModelRequest

    @property
    def section_id(self) -> str:
        return self.assignment.section.section_id

    @property
    def label(self) -> str:
        return prompt_label(self.variant.name, self.section_id)


def prompt_label(variant: str, section_id: str) -> str:
    """The name of a prompt in promptfoo: the version and the section."""
    return f"{variant} / {section_id}"


def export_promptfoo(spec: Any, settings: Settings, out: Path) -> Path:
    """Writes an experiment as promptfoo's YAML; see :func:`export_experiment`."""
    return export_experiment(spec, settings, out).path


def export_experiment(
    spec: Any, settings: Settings, out: Path, *, variant: Callable[[str], Variant] | None = None
) -> Exported:
    """Writes an experiment as promptfoo's YAML, readable by its user only: it holds the case's facts and passages.

    Nothing is sent to anybody by this; whoever runs the file asks the models that it names.

    Args:
        spec: The :class:`~workbench.tuning.spec.ExperimentSpec`.
        settings: For the cases, the prompts and the endpoint.
        out: The file.
        variant: The prompts of a name; default: those of :class:`~workbench.tuning.library.PromptStore`.

    Raises:
        InputError: No model is left that promptfoo could ask, or one on another machine without ``WORKBENCH_MODEL``; an
            unknown case, section or prompt.
        OSError: It cannot be written.
    """
    providers = {name: _provider(name, spec.temperature, settings) for name in spec.models if name != OFFLINE}
    if not providers:
        raise InputError(
            Problem("the experiment asks no model", f"name a model beside {OFFLINE}, such as {LOCAL}", field="models")
        )
    find = variant or _store_variant(settings)
    variants = [find(name) for name in spec.prompts]
    places = list(_places(spec, variants, list(providers), settings))
    scorers, notes = _scorers(spec)
    if OFFLINE in spec.models:
        notes.append(f"{OFFLINE} is left out: it is no model that promptfoo could ask")
    notes += [
        f"{limit} is left out: promptfoo knows no spending limit"
        for limit in ("budget_usd", "budget_tokens")
        if getattr(spec, limit, None) is not None
    ]
    if spec.temperature is None:
        notes.append("no temperature is set: the answers of two runs differ")
    signs = {place.label: _sign(other for other in places if other.label == place.label) for place in places}
    config = {
        "description": spec.name,
        "prompts": _prompts(places, signs),
        "providers": list(providers.values()),
        "defaultTest": {"assert": scorers},
        "tests": [_test(place, signs[place.label]) for place in places],
        "evaluateOptions": {"repeat": spec.repeats, "maxConcurrency": spec.concurrency},
        "sharing": False,
    }
    _write(out, _heading(spec, providers) + _Dumper.text(config))
    addresses = {name: str(provider["config"]["apiBaseUrl"]) for name, provider in providers.items()}
    return Exported(out, len(places), tuple(notes), addresses)


def _store_variant(settings: Settings) -> Callable[[str], Variant]:
    from workbench.tuning.library import PromptStore  # noqa: PLC0415 - only where no other prompts are given

    return PromptStore(settings).variant


def _places(spec: Any, variants: Sequence[Variant], models: Sequence[str], settings: Settings) -> Iterator[_Place]:
    writers = {
        (variant.name, model): WriterAgent(_asked_model(model, settings), variant.prompts)
        for variant in variants
        for model in models
    }
    for variant in variants:
        for case_name in spec.cases:
            case = load_case(case_name, settings=settings)
            named = resolve_sections(spec.sections) if spec.sections else sections_for(case)
            with MemoryManager(case) as memory:
                for section in named:
                    assignment = assignment_for(case, section.section_id, settings=settings, memory=memory)
                    for model in models:
                        writer = writers[variant.name, model]
                        request = writer.request(assignment)
                        fitted = _fitted(writer, request)
                        yield _Place(variant, str(case_name), case, model, fitted, request)


def _asked_model(name: str, settings: Settings) -> OpenAIModel:
    """The model as far as the length of its prompts depends on it; it is never asked."""
    local = name == LOCAL
    return OpenAIModel(
        MODEL_NAME if local else name,
        prices=PriceTable.load(settings.prices),
        base_url=_address(name, settings),
        api_key="none",
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
    if name != LOCAL:
        refuse_strangers(name, settings)
    config: dict[str, Any] = {"apiBaseUrl": _address(name, settings), "apiKeyRequired": False, "omitDefaults": True}
    if temperature is not None:
        config["temperature"] = temperature
    return {"id": f"openai:chat:{MODEL_NAME if name == LOCAL else name}", "label": name, "config": config}


def _scorers(spec: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """One assertion a scorer, and why others have none."""
    asserts: list[dict[str, Any]] = []
    notes: list[str] = []
    for entry in spec.scorers:
        name, options = (entry, {}) if isinstance(entry, str) else next(iter(entry.items()))
        if name in _NO_JUDGE:
            notes.append(f"{name} is left out: a model's verdict is not the same twice")
            continue
        metric = (options or {}).get("name") or name
        asserts.append({"type": "python", "metric": metric, "value": ASSERTION, "config": {"scorer": entry}})
    return asserts, notes


def _prompts(places: Iterable[_Place], signs: Mapping[str, str | None]) -> list[dict[str, Any]]:
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


def _as_nunjucks(template: PromptTemplate, sign: str | None) -> str:
    """A template as promptfoo's engine fills it to the same text.

    Our own engine fills each placeholder once and strips the whole; ``{%`` and ``{#`` are letters to it.
    """
    text = template.text.strip()
    back = f' | replace("{sign}", "{{")' if sign else ""
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
    return re.sub(r'\{\{ "(\{[%#])" \}\}', r"\1", text).strip() + "\n"


def _sign(places: Iterable[_Place]) -> str | None:
    """The sign that stands for a brace in the values of one prompt, or None where none need be hidden.

    Raises:
        InputError: Every sign occurs in them.
    """
    texts = [value for place in places for value in values_for(place.assignment).values()]
    if not any(_BRACES.search(text) for text in texts):
        return None
    free = next((sign for sign in _SIGNS if not any(sign in text for text in texts)), None)
    if free is None:
        what = f"the case's texts hold braces that promptfoo would fill, and all of {_SIGNS}"
        raise InputError(Problem(what, "take such signs out of the case's texts", field="cases"))
    return free


def _test(place: _Place, sign: str | None) -> dict[str, Any]:
    system, user = (place.variant.prompts.template(one) for one in (SYSTEM, place.section_id))
    used = system.placeholders | user.placeholders
    values = {name: value for name, value in values_for(place.assignment).items() if name in used}
    limit = place.request.max_output_tokens
    return {
        "description": f"{place.case.case_id} / {place.section_id}",
        "prompts": [place.label],
        "providers": [place.model],
        "vars": {name: _BRACES.sub(sign, value) if sign else value for name, value in values.items()},
        "options": {
            "max_tokens": limit,
            "max_completion_tokens": limit,
            "headers": {SECTION_HEADER: place.section_id},
        },
        "metadata": {
            KEY: {
                "prompt": place.variant.name,
                "prompt_version": place.variant.prompts.version(place.section_id),
                "case": place.case_name,
                "section": place.section_id,
                "model": place.model,
            }
        },
    }


def _heading(spec: Any, providers: Mapping[str, Any]) -> str:
    quiet = " ".join(f"{name}={value}" for name, value in QUIET.items())
    lines = [
        f"The experiment {spec.name!r} for promptfoo {VERSIONS}. It holds the case's texts: keep it as you keep the case.",
        "Run it where the workbench's cases are found, with the Python that has the workbench:",
        f"  {quiet} PROMPTFOO_PYTHON=python \\",
        f"    npx promptfoo@{VERSIONS} eval -c THIS_FILE -o results.json --no-cache",
        "promptfoo keeps every answer in PROMPTFOO_CONFIG_DIR (~/.promptfoo) as well.",
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
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _block)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
