"""A configuration of promptfoo as an experiment: ours, changed there or not, and others as far as they draft petitions.

What must be there: tests that name a case and a section (``vars: {case: wu, section: awards}``, or the metadata that an
export writes), and prompts that are templates of ours. What is taken over: prompts, tests, providers of Chat
Completions, repeats, concurrency, temperature, and every assertion that needs no model. What is not, is named.

    <out>/experiment.yaml      the experiment
    <out>/prompts/<name>/      prompts that are no version of the store, one folder a version
    <out>/scorers.py           assertions of promptfoo's own, as scorers
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from workbench.config import Settings
from workbench.drafting.address import is_this_machine
from workbench.drafting.local import MODEL_NAME
from workbench.drafting.prompts import SYSTEM, PromptTemplate
from workbench.drafting.sections import resolve_sections
from workbench.errors import InputError, Problem
from workbench.tuning.contenders import LOCAL, OFFLINE
from workbench.tuning.grading import KEY
from workbench.tuning.library import PromptStore
from workbench.tuning.matching import MATCHERS, problem_with
from workbench.tuning.promptfoo_source import ForeignPrompt, PromptfooSource, prompts_of
from workbench.tuning.spec import ExperimentSpec, spec_of

_OPENAI = re.compile(r"openai:(?:chat:)?(?P<model>[^:].*)")
_NOT_CHAT = (
    "responses:",
    "completion:",
    "embedding:",
    "embeddings:",
    "image:",
    "realtime:",
    "assistant:",
    "moderation:",
)
_REPEATS, _CONCURRENCY = 1, 4
_TEMPERATURE = 0.0
"""What promptfoo sends where a provider says nothing, unless it says ``omitDefaults``."""


@dataclass(frozen=True)
class Imported:
    """What came of reading a configuration.

    Attributes:
        spec: The experiment.
        path: Its file.
        files: All that was written, the experiment first.
        notes: What of the configuration is not in it, and what to set before it runs; one sentence each.
    """

    spec: ExperimentSpec
    path: Path
    files: tuple[Path, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Place:
    """What a test is about."""

    case: str
    section_id: str
    prompt: str | None
    prompt_version: str | None
    prompts: tuple[str, ...] | None


def import_promptfoo(file: Path, settings: Settings, out: Path) -> Imported:
    """Reads a configuration of promptfoo and writes the experiment that it describes.

    Args:
        file: ``promptfooconfig.yaml``.
        settings: For the store of prompts: one that is a version of it is named, and not written again.
        out: A folder; made where it is not there.

    Raises:
        InputError: Everything that keeps it from being an experiment, with its line.
        OSError: It cannot be written.
    """
    return _Import(PromptfooSource.read(file), settings, out).done()


class _Import:
    """One import: problems and notes as they come."""

    def __init__(self, source: PromptfooSource, settings: Settings, out: Path) -> None:
        self.source, self.settings, self.out = source, settings, out
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.files: dict[Path, str] = {}

    def done(self) -> Imported:
        data = self.source.data
        places = self.places(data.get("tests"))
        prompts = self.prompts(places)
        models, temperature = self.models(data.get("providers", data.get("targets")))
        scorers = self.scorers(data)
        options = data.get("evaluateOptions")
        options = options if isinstance(options, dict) else {}
        self.name_the_rest(data)
        if self.problems:
            raise InputError(*self.problems)
        cases = tuple(dict.fromkeys(place.case for place in places))
        sections = tuple(dict.fromkeys(place.section_id for place in places))
        pairs = {(place.case, place.section_id) for place in places}
        if missing := len(cases) * len(sections) - len(pairs):
            self.notes.append(
                f"an experiment takes every section of every case: {missing} that were not tests are, too"
            )
        title = str(data.get("description") or self.source.path.stem)
        fields: dict[str, Any] = {
            "name": " ".join(title.split())[:80] or "promptfoo",
            "prompts": prompts,
            "cases": cases,
            "sections": sections,
            "models": models,
            "repeats": options.get("repeat", _REPEATS),
            "concurrency": options.get("maxConcurrency", _CONCURRENCY),
            "scorers": scorers,
            "temperature": temperature,
        }
        spec = spec_of({name: value for name, value in fields.items() if value is not None})
        path = self.out / "experiment.yaml"
        written = {path: f"# From {self.source.path.name}\n{spec.to_yaml()}", **self.files}
        if there := [target for target in written if target.exists()]:
            remedy = "name another folder, or move it away"
            raise InputError(*(Problem("is there already", remedy, file=str(target)) for target in there))
        for target, text in written.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return Imported(spec, path, tuple(written), tuple(self.notes))

    def problem(self, what: str, remedy: str, *path: str | int) -> None:
        self.problems.append(self.source.problem(path, what, remedy))

    def places(self, tests: object) -> list[_Place]:
        """What each test is about; a problem for each that does not say."""
        if not isinstance(tests, list) or not tests:
            self.problem("no list of tests", "write the tests into the file: tests: [{vars: {case: …}}]", "tests")
            return []
        places = []
        for index, test in enumerate(tests):
            test = test if isinstance(test, dict) else {}  # noqa: PLW2901 - a test that is none says nothing
            metadata, values = test.get("metadata") or {}, test.get("vars") or {}
            metadata, values = (one if isinstance(one, dict) else {} for one in (metadata, values))
            ours = metadata.get(KEY)
            said = {**values, **metadata, **(ours if isinstance(ours, dict) else {})}
            case, section = said.get("case", said.get("case_id")), said.get("section", said.get("section_id"))
            if not (isinstance(case, str) and isinstance(section, str)):
                what = "the test names no case and section of a petition"
                self.problem(what, "add vars case: and section:, as the workbench knows them", "tests", index)
                continue
            try:
                (spec,) = resolve_sections([section])
            except InputError as error:
                self.problems += [replace(one, file=str(self.source.path), line=self.source.line(("tests", index)),
                                          field=f"tests[{index}].section") for one in error.problems]  # fmt: skip
                continue
            allowed = test.get("prompts")
            places.append(
                _Place(
                    case,
                    spec.section_id,
                    said["prompt"] if ours and isinstance(said.get("prompt"), str) else None,
                    said.get("prompt_version") if ours else None,
                    tuple(map(str, allowed)) if isinstance(allowed, list) else None,
                )
            )
        return places

    def prompts(self, places: Iterable[_Place]) -> tuple[str, ...]:
        """The sets of prompts: versions of the store where they are that, folders where they are not."""
        foreign, problems = prompts_of(self.source)
        self.problems += problems
        sets: dict[str, dict[str, PromptTemplate]] = {}
        versions: dict[str, dict[str, str]] = {}
        unused = {prompt.label for prompt in foreign}
        for place in places:
            for prompt in foreign:
                if place.prompts is not None and not any(prompt.answers_to(ref) for ref in place.prompts):
                    continue
                unused.discard(prompt.label)
                name = place.prompt or prompt.label
                templates = sets.setdefault(name, {})
                if place.section_id not in templates:
                    self.add_templates(templates, prompt, place.section_id)
                if place.prompt_version:
                    versions.setdefault(name, {})[place.section_id] = place.prompt_version
        self.notes += [f"prompt {label!r} is left out: no test asks it" for label in sorted(unused)]
        return tuple(self.kept(name, templates, versions.get(name, {})) for name, templates in sets.items())

    def add_templates(self, templates: dict[str, PromptTemplate], prompt: ForeignPrompt, section_id: str) -> None:
        for part, text in ((section_id, prompt.user), (SYSTEM, prompt.system)):
            if text is None or part in templates:
                continue
            note = f"from {self.source.path.name}, prompt {prompt.label}"
            front = f"---\nsection: {part}\nnote: {' '.join(note.split())}\nauthor: promptfoo\n---\n"
            try:
                template = PromptTemplate.parse(front + text, file=str(self.source.path), section_id=part)
            except InputError as error:
                line = self.source.line(prompt.path)
                self.problems += [
                    replace(one, file=str(self.source.path), line=line, field=f"{prompt.place} ({part})")
                    for one in error.problems
                ]
                continue
            templates[part] = template

    def kept(self, name: str, templates: Mapping[str, PromptTemplate], versions: Mapping[str, str]) -> str:
        """The name of a set of prompts, which is written to a folder unless the store has just that."""
        sections = [part for part in templates if part != SYSTEM]
        if versions:
            try:
                library = PromptStore(self.settings).variant(name).prompts
            except InputError:
                library = None
            if library and all(library.template(part).text == templates[part].text for part in templates):
                newer = [one for one in sections if versions.get(one) != library.version(one)]
                if newer:
                    self.notes.append(f"{name} is another version now than when it was exported")
                return name
            if library:
                self.notes.append(f"{name} was changed in promptfoo: its prompts are in a folder of their own")
        if SYSTEM not in templates and templates:
            self.notes.append(f"{name} has no system message: the filing one is taken")
        slug = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower() or "prompts"
        folder = self.out / "prompts" / slug
        number = 2
        while any(path.parent == folder for path in self.files):
            folder = self.out / "prompts" / f"{slug}-{number}"
            number += 1
        for part, template in templates.items():
            front = "".join(f"{key}: {value}\n" for key, value in template.front.items())
            self.files[folder / f"{part}.md"] = f"---\n{front}---\n{template.text}"
        return str(folder)

    def models(self, providers: object) -> tuple[tuple[str, ...], float | None]:
        """The models that the workbench can ask, and the temperature."""
        entries = providers if isinstance(providers, list) else [] if providers is None else [providers]
        names: dict[str, tuple[str, float | None]] = {}
        for entry in entries:
            body = entry if isinstance(entry, dict) else {}
            identity = str(body.get("id") or (entry if isinstance(entry, str) else next(iter(body), "")))
            settings = body.get("config")
            config: dict[str, Any] = settings if isinstance(settings, dict) else {}
            match = _OPENAI.fullmatch(identity)
            if match is None or match["model"].startswith(_NOT_CHAT):
                self.notes.append(f"provider {identity or '(without id)'} is left out: it is no chat of OpenAI's kind")
                continue
            address = str(config.get("apiBaseUrl") or "")
            is_local = match["model"] == MODEL_NAME and bool(address) and is_this_machine(address)
            name = LOCAL if is_local else match["model"]
            temperature = config.get("temperature", None if config.get("omitDefaults") else _TEMPERATURE)
            names[name] = ("" if is_local else address, temperature)
        if not names:
            self.notes.append(f"no provider is left: {OFFLINE} drafts")
            return (OFFLINE,), None
        for name, (address, _) in names.items():
            if name != LOCAL:
                where = f"OPENAI_BASE_URL={address} " if address else ""
                self.notes.append(f"{name} is asked where the environment says: set {where}WORKBENCH_MODEL={name}")
        temperatures = {temperature for _, temperature in names.values()}
        if len(temperatures) > 1:
            self.notes.append("the providers have several temperatures: that of the first is taken for all")
        return tuple(names), next(iter(names.values()))[1]

    def scorers(self, data: Mapping[str, Any]) -> tuple[Any, ...]:
        """A scorer for each assertion that is known and asked of every cell; the others are named."""
        default = data.get("defaultTest")
        shared = list(_asserts(default))
        tests = [test for test in data.get("tests") or () if isinstance(test, dict)]
        own = [[*_asserts(test)] for test in tests]
        counts = Counter(_frozen(one) for asserts in own for one in {_frozen(a): a for a in asserts}.values())
        everywhere = {_frozen(one) for asserts in own for one in asserts if counts[_frozen(one)] == len(tests)}
        shared += [one for one in (own[0] if own else ()) if _frozen(one) in everywhere]
        left_out = Counter(
            f"{one.get('type')}, since it stands in some tests only"
            for asserts in own
            for one in asserts
            if _frozen(one) not in everywhere
        )
        found: list[Any] = []
        functions: list[str] = []
        for one in shared:
            kind, value = str(one.get("type")), one.get("value")
            config = one.get("config")
            if kind == "python" and isinstance(config, dict) and isinstance(config.get("scorers"), list):
                found += config["scorers"]
            elif kind.removeprefix("not-") not in MATCHERS:
                left_out[f"{kind}, which is not known here"] += 1
            elif reason := problem_with(kind, value):
                left_out[f"{kind}: {reason}"] += 1
            else:
                name = f"{re.sub(r'[^a-z]', '_', kind)}_{len(functions) + 1}"
                functions.append(
                    f"def {name}(drafted):\n    return matches({kind!r}, {value!r}, drafted.answer.content.strip())\n"
                )
                title = str(one.get("metric") or f"{kind} {value}")
                found.append({f"{self.out / 'scorers.py'}:{name}": {"name": " ".join(title.split())[:80]}})
        self.notes += [f"assertion left out: {what}" + f" ({n} times)" * (n > 1) for what, n in left_out.items()]
        if functions:
            head = '"""Assertions of promptfoo, as scorers."""\n\nfrom workbench.tuning.matching import matches\n'
            self.files[self.out / "scorers.py"] = "\n\n".join([head, *functions])
        return tuple(found) or ("checks",)

    def name_the_rest(self, data: Mapping[str, Any]) -> None:
        known = {"description", "prompts", "providers", "targets", "tests", "defaultTest", "evaluateOptions", "sharing"}
        quiet = {"outputPath", "writeLatestResults", "commandLineOptions", "tags"}
        self.notes += [f"{name} is left out" for name in data if name not in known | quiet]
        for index, test in enumerate(data.get("tests") or ()):
            options = test.get("options") if isinstance(test, dict) else None
            if isinstance(options, dict) and any(name.startswith("transform") for name in options):
                self.notes.append(f"tests[{index}] changes its answer before it is judged: that is left out")


def _asserts(test: object) -> Iterable[dict[str, Any]]:
    entries = test.get("assert") if isinstance(test, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("type") == "assert-set":
            yield from _asserts(entry)
        elif isinstance(entry, dict):
            yield entry


def _frozen(value: object) -> str:
    return yaml.safe_dump(value)
