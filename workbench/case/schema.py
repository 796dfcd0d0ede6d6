"""The JSON schema of ``case.yaml``, for editors.

Fields complete themselves, and a typo is underlined. It is made from the model, its docstrings and the catalogue, so it
cannot fall behind them. The loader is stricter (it knows the exhibits' pages); the schema never refuses what the loader
accepts, save for text that looks like a number and should then stand in quotation marks.
"""

from __future__ import annotations

import copy
import difflib
import inspect
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import Any

from pydantic_core import ErrorDetails

from workbench.case import model
from workbench.case.citation import ID_PATTERN
from workbench.case.criteria import CRITERIA, NARRATIVE_ELEMENTS, REPLACEABLE, Element
from workbench.case.document_types import DOCUMENT_TYPES, FAMILY
from workbench.case.source import Path

_PARTIAL_DATE = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"


def case_schema() -> dict[str, Any]:
    """Returns a fresh copy of the JSON schema of ``case.yaml``.

    It is of draft 2020-12.
    """
    return copy.deepcopy(_schema())


@cache
def _schema() -> dict[str, Any]:
    schema = model.CaseFile.model_json_schema(by_alias=True)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "case.yaml of the EB-1A workbench",
        **{key: value for key, value in schema.items() if key != "title"},
    }
    definitions = schema["$defs"]
    _describe(schema, model.CaseFile)
    for name, definition in definitions.items():
        _describe(definition, getattr(model, name))
    # pydantic writes an optional list as either of [array, null].
    schema["properties"]["sections"]["anyOf"][0]["items"] = _section_ids()
    schema["properties"]["narrative"] = {
        "type": "object",
        "description": schema["properties"]["narrative"]["description"],
        "properties": {section: _elements(elements) for section, elements in NARRATIVE_ELEMENTS.items()},
        "additionalProperties": False,
    }
    # An editor reads a bare 1957 as a number; the loader takes it as the year it is.
    definitions["Exhibit"]["properties"]["date"]["anyOf"][0].update(type=["string", "integer"], pattern=_PARTIAL_DATE)
    _describe_missing(definitions["Exhibit"])
    _describe_claims(definitions["Claim"])
    _describe_documents(schema)
    return schema


def _section_ids() -> dict[str, Any]:
    """Returns the schema of a section's id: those of every kind of document, and the families by their beginning."""
    names = [name for kind in DOCUMENT_TYPES.values() for name in kind.sections]
    fixed = [name for name in names if not name.endswith(FAMILY)]
    families = [
        {"pattern": f"^{name.removesuffix('*')}{ID_PATTERN}$", "type": "string"}
        for name in names
        if name.endswith(FAMILY)
    ]
    return {"anyOf": [{"enum": fixed}, *families]}


def _describe_documents(schema: dict[str, Any]) -> None:
    """Describes the field that each kind of document needs.

    A file that names no kind is one of a petition.
    """
    schema["allOf"] = [
        {
            "if": {"properties": {"document_type": {"const": kind.id}}}
            | ({} if kind.id == "petition" else {"required": ["document_type"]}),
            "then": {"required": [kind.needs]}
            # A petition without a claim is none; another document may list no claim.
            | ({"properties": {"claims": {"minItems": 1}}} if kind.id == "petition" else {}),
        }
        for kind in DOCUMENT_TYPES.values()
    ]


def _field_notes(kind: type[model.Strict]) -> dict[str, str]:
    """Returns a docstring's ``Attributes:`` by name in ``case.yaml``."""
    _, _, attributes = (inspect.getdoc(kind) or "").partition("Attributes:\n")
    notes = re.findall(r"^ {4}(\w+): (.+(?:\n {8}.+)*)", attributes, re.MULTILINE)
    # A name that pydantic uses itself has an underscore in Python only.
    return {name.rstrip("_"): re.sub(r"\s+", " ", _plain(note)) for name, note in notes}


def fields_at(path: Iterable[str | int]) -> dict[str, str]:
    """Returns the fields of the mapping at a path.

    Each has its description; empty where none is known.
    """
    schema = _schema()
    node: dict[str, Any] = schema
    for step in path:
        node = _resolve_reference(node, schema)
        if isinstance(step, int):
            node = node.get("items", {})
        else:
            # This is how pydantic writes a mapping whose keys are ids.
            patterns = list(node.get("patternProperties", {}).values())
            node = node.get("properties", {}).get(step) or node.get("additionalProperties") or next(iter(patterns), {})
    fields = _resolve_reference(node, schema).get("properties", {})
    return {name: field.get("description", "") for name, field in fields.items()}


def pair_names(details: Iterable[ErrorDetails], fields_at: Callable[[Path], Collection[str]]) -> dict[Path, str]:
    """Pairs each unknown field with the field that it stands for.

    That is the near name, or, where a mapping has one field like no other and lacks one, that one. A mapping with a
    misspelt field breaks two rules, and what refers to it breaks more; all of it is one slip.

    Args:
        details: What pydantic refuses.
        fields_at: Returns the fields of the mapping at a path.

    Returns:
        The path of the unknown field to the name of the one that is meant.
    """
    unknown: dict[Path, list[str]] = defaultdict(list)
    missing: dict[Path, list[str]] = defaultdict(list)
    for detail in details:
        kinds = {"extra_forbidden": unknown, "missing": missing}
        if detail["type"] in kinds:
            kinds[detail["type"]][detail["loc"][:-1]].append(str(detail["loc"][-1]))
    pairs: dict[Path, str] = {}
    for parent, names in unknown.items():
        lacking, left = missing[parent], []
        for name in names:
            # A name comes from the file, and comparing costs the product of both lengths.
            near = difflib.get_close_matches(name[:100], fields_at(parent), n=1)
            if near:
                pairs[*parent, name] = near[0]
                lacking = [one for one in lacking if one != near[0]]
            else:
                left.append(name)
        if len(left) == 1 and len(lacking) == 1:
            pairs[*parent, left[0]] = lacking[0]
    return pairs


def drop_outer_errors(details: Iterable[ErrorDetails]) -> list[ErrorDetails]:
    """Leaves out lists that are too short only because pydantic refused their entries."""
    given = list(details)
    inner = {detail["loc"][:depth] for detail in given for depth in range(len(detail["loc"]))}
    return [detail for detail in given if detail["type"] != "too_short" or detail["loc"] not in inner]


def _resolve_reference(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    # Of an optional field the branch that is not null has the description.
    node = next((one for one in node.get("anyOf", []) if one.get("type") != "null"), node)
    reference = node.get("$ref")
    return schema["$defs"][reference.rpartition("/")[2]] if reference else node


def _describe(definition: dict[str, Any], kind: Any) -> None:
    definition["description"] = _plain((inspect.getdoc(kind) or "").partition("\n\n")[0])
    notes = _field_notes(kind) if issubclass(kind, model.Strict) else {}
    for name, field in definition.get("properties", {}).items():
        if name in notes:
            field["description"] = notes[name]


def _describe_missing(exhibit: dict[str, Any]) -> None:
    """Wants a file of an exhibit that is at hand, and a reason of one that is not."""
    exhibit["required"].remove("file")
    exhibit["if"] = {"properties": {"missing": {"const": True}}, "required": ["missing"]}
    exhibit["then"] = {"required": ["reason"]}
    exhibit["else"] = {"required": ["file"]}
    # An editor reads a bare 3 as a number.
    exhibit["properties"]["parts"]["additionalProperties"].update(type=["string", "integer"])


def _describe_claims(claim: dict[str, Any]) -> None:
    """Names the criteria and the elements of each."""
    claim["properties"]["criterion"] |= {
        "enum": list(CRITERIA),
        "description": "; ".join(
            f"{criterion.id}: {criterion.title}, {criterion.cite}" for criterion in CRITERIA.values()
        ),
    }
    claim["properties"]["in_place_of"]["anyOf"][0] = {"enum": list(REPLACEABLE)}
    # The elements depend on the claim's criterion, which a schema can say by conditions only.
    claim["allOf"] = [
        {
            "if": {"properties": {"criterion": {"const": criterion.id}}, "required": ["criterion"]},
            "then": {"properties": {"items": {"items": {"properties": {"elements": _elements(criterion.elements)}}}}},
        }
        for criterion in CRITERIA.values()
    ]


def _elements(elements: Iterable[Element]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            element.id: {
                "type": "array",
                "minItems": 1,
                "items": {"$ref": "#/$defs/Fact"},
                "description": f"{element.title}: that {element.asks}.",
            }
            for element in elements
        },
        "additionalProperties": False,
    }


def _plain(text: str) -> str:
    """Removes reStructuredText marks from a docstring."""
    return re.sub(r":\w+:`(?:[\w.]*\.)?(\w+)`", r"\1", text).replace("``", "")
