"""Checks of a case beyond its schema.

Ids are compared with the catalogue, and every cross reference is followed. These rules walk the plain values of the
file, not the validated model, and step over whatever has the wrong shape: so one missing field somewhere does not hide
a wrong page elsewhere, and the author sees everything at once.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from workbench.case.citation import find_citations
from workbench.case.criteria import CRITERIA, NARRATIVE_ELEMENTS, REPLACEABLE
from workbench.case.document_types import DOCUMENT_TYPES, DocumentType
from workbench.case.model import Document, read_span
from workbench.case.source import Path, Source, quote_value
from workbench.case.typed_citation import label_key
from workbench.errors import Problem

Report = Callable[[Path, str, str], None]
Values = dict[str, Any]


def inconsistencies(source: Source, documents: Mapping[str, Document]) -> list[Problem]:
    """Finds contradictions with the catalogue, the exhibits, itself.

    Args:
        source: The parsed ``case.yaml``.
        documents: The exhibits that could be read; the pages of the others are not checked here.
    """
    problems: list[Problem] = []

    def report(path: Path, what: str, remedy: str) -> None:
        problems.append(source.problem(path, what, remedy))

    if isinstance(source.data, dict):
        _check_document(source.data, report)
        _check_sections(source.data, report)
        _check_claims(source.data, report)
        _check_narrative(source.data, report)
        _check_requests(source.data, documents, report)
        _check_opinions(source.data, report)
        _check_exhibits(source.data, report)
        _check_labels(source.data, documents, report)
        _check_facts(source.data, documents, report)
    return problems


def remedy_for(unknown: object, known: Collection[str], otherwise: str = "use one of") -> str:
    """Suggests the nearest known name, or lists all."""
    # Comparing costs the product of both lengths, and the name comes from the file.
    name = str(unknown)[:100]
    shortest = 4  # shorter beginnings are chance
    begun = [
        one for one in known if min(len(one), len(name)) >= shortest and (one.startswith(name) or name.startswith(one))
    ]
    close = begun or difflib.get_close_matches(name, known, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"{otherwise}: {', '.join(known)}" if known else "remove it"


def exhibit_entries(data: Values) -> Iterator[tuple[Path, Values]]:
    """Yields the well-shaped entries of the exhibit list.

    Each comes with its path.
    """
    yield from _entries(data, "exhibits", ())


def is_missing(entry: object) -> bool:
    """Tells if an entry of the exhibit list says that the exhibit is not at hand."""
    value = entry.get("missing") if isinstance(entry, dict) else None
    return isinstance(value, str) and value.lower() in {"true", "yes", "on", "1", "y", "t"}


def _document_type(data: Values) -> DocumentType:
    # An unknown one is the model's to report; the file is then read as a petition.
    return DOCUMENT_TYPES.get(str(data.get("document_type", "petition")), DOCUMENT_TYPES["petition"])


def _check_document(data: Values, report: Report) -> None:
    """Checks that the file has what its kind of document needs, and nothing that only another kind reads."""
    kind = _document_type(data)
    if kind.needs not in data:
        note = "what is claimed" if kind.id == "petition" else f"{kind.article} {kind.name} cannot do without"
        report((kind.needs,), "the field is missing", f"add {kind.needs} ({note})")
    for other in DOCUMENT_TYPES.values():
        # The claims of a petition may stay in the file of a response to a question about it.
        if other.id not in {kind.id, "petition"} and other.needs in data:
            report(
                (other.needs,),
                f"{other.needs} belongs to a case for {other.article} {other.name}",
                f"remove it, or write document_type: {other.id}",
            )


def _check_sections(data: Values, report: Report) -> None:
    seen: set[str] = set()
    known = _document_type(data).list_section_ids(data)
    for index, section in enumerate(_list(data, "sections")):
        if not isinstance(section, str):
            continue
        path = ("sections", index)
        if section not in known:
            report(path, f"unknown section {quote_value(section)}", remedy_for(section, known))
        elif section in seen:
            report(path, f"the section {section} is listed twice", "keep one of the two")
        seen.add(section)


def _check_claims(data: Values, report: Report) -> None:
    seen: set[str] = set()
    for path, claim in _entries(data, "claims", ()):
        criterion = claim.get("criterion")
        if not isinstance(criterion, str):
            continue
        here = (*path, "criterion")
        if criterion not in CRITERIA:
            report(here, f"unknown criterion {quote_value(criterion)}", remedy_for(criterion, CRITERIA))
        elif criterion in seen:
            report(here, f"the criterion {criterion} is claimed twice", "put everything under the items of one claim")
        seen.add(criterion)
        _check_in_place_of(path, claim, report)
        for item_path, item in _entries(claim, "items", path):
            # Only 8 CFR 204.5(h)(3)(viii) has two roles, leading and critical, of which a claim names one.
            if item.get("role") is not None and criterion in CRITERIA and criterion != "critical_role":
                report((*item_path, "role"), f"{criterion} has no role", "remove it: role belongs to critical_role")
            if criterion in CRITERIA:
                known = [element.id for element in CRITERIA[criterion].elements]
                _check_elements((*item_path, "elements"), item.get("elements"), criterion, known, report)


def _check_in_place_of(path: Path, claim: Values, report: Report) -> None:
    replaced = claim.get("in_place_of")
    if not isinstance(replaced, str):
        return
    here = (*path, "in_place_of")
    # 8 CFR 204.5(h)(4): comparable evidence replaces a criterion that does not readily apply to the occupation.
    if claim.get("criterion") != "comparable_evidence":
        report(here, "only comparable evidence stands in place of a criterion", "remove it")
    elif replaced not in REPLACEABLE:
        report(
            here,
            f"{quote_value(replaced)} is no criterion that comparable evidence can replace",
            remedy_for(replaced, REPLACEABLE),
        )


def _check_narrative(data: Values, report: Report) -> None:
    narrative = data.get("narrative")
    if not isinstance(narrative, dict):
        return
    for section, elements in narrative.items():
        path = ("narrative", section)
        if section not in NARRATIVE_ELEMENTS:
            report(path, f"unknown narrative section {quote_value(section)}", remedy_for(section, NARRATIVE_ELEMENTS))
            continue
        known = [element.id for element in NARRATIVE_ELEMENTS[section]]
        _check_elements(path, elements, section, known, report)


def _check_elements(path: Path, elements: object, owner: str, known: list[str], report: Report) -> None:
    if not isinstance(elements, dict):
        return
    for element in elements:
        if element not in known:
            report((*path, element), f"{owner} has no element {quote_value(element)}", remedy_for(element, known))


def _check_requests(data: Values, documents: Mapping[str, Document], report: Report) -> None:
    """Checks the requests of an officer's letter: each once, on pages that the letter has."""
    rfe = data.get("rfe")
    if not isinstance(rfe, dict):
        return
    letter = rfe.get("exhibit")
    ids = [entry["id"] for _, entry in exhibit_entries(data) if isinstance(entry.get("id"), str)]
    if isinstance(letter, str) and letter not in ids:
        remedy = remedy_for(letter, ids, "list the officer's letter as an exhibit, or use one of")
        report(("rfe", "exhibit"), f"no exhibit has the id {quote_value(letter)}", remedy)
    document = documents.get(str(letter))
    seen: set[str] = set()
    for path, request in _entries(rfe, "requests", ("rfe",)):
        name, criterion = request.get("id"), request.get("criterion")
        if isinstance(name, str):
            if name in seen:
                report((*path, "id"), f"the request id {quote_value(name)} is used twice", "give each its own id")
            seen.add(name)
        if isinstance(criterion, str) and criterion not in CRITERIA:
            report(
                (*path, "criterion"),
                f"unknown criterion {quote_value(criterion)}",
                remedy_for(criterion, CRITERIA),
            )
        if document is not None and document.missing is None:
            _check_pages(path, request, str(letter), len(document.pages), report)


def _check_opinions(data: Values, report: Report) -> None:
    seen: set[str] = set()
    for path, opinion in _entries(data.get("signer"), "opinions", ("signer",)):
        name = opinion.get("id")
        if isinstance(name, str):
            if name in seen:
                report((*path, "id"), f"the opinion id {quote_value(name)} is used twice", "give each its own id")
            seen.add(name)


def _check_exhibits(data: Values, report: Report) -> None:
    # Gathered before the walk: a translation may be listed behind the document that it translates.
    ids = [entry["id"] for _, entry in exhibit_entries(data) if isinstance(entry.get("id"), str)]
    seen: set[str] = set()
    for path, entry in exhibit_entries(data):
        exhibit_id = entry.get("id")
        if isinstance(exhibit_id, str):
            if exhibit_id in seen:
                report((*path, "id"), f"the exhibit id {quote_value(exhibit_id)} is used twice", "give each its own id")
            seen.add(exhibit_id)
        _check_missing(path, entry, report)
        translation = entry.get("translation")
        if isinstance(translation, str):
            here = (*path, "translation")
            if translation == exhibit_id:
                report(here, "an exhibit cannot be its own translation", "name the exhibit that is the translation")
            elif translation not in ids:
                report(
                    here,
                    f"no exhibit has the id {quote_value(translation)}",
                    remedy_for(translation, ids, "list it, or"),
                )


def _check_missing(path: Path, entry: Values, report: Report) -> None:
    if not is_missing(entry):
        if entry.get("file") == "":
            report((*path, "file"), "the field is empty", "fill it in, or write missing: true with a reason")
        if entry.get("reason") is not None:
            report((*path, "reason"), "only a missing exhibit has a reason", "remove it, or write missing: true")
        return
    if entry.get("file"):
        report((*path, "file"), "a missing exhibit has no file", "remove the file, or missing")
    if "reason" not in entry:
        report((*path, "reason"), "the field is missing", "add reason (why the exhibit is not at hand)")


def _check_labels(data: Values, documents: Mapping[str, Document], report: Report) -> None:
    """Checks that no two exhibits or parts have one label, and that parts lie within their exhibit."""
    seen: dict[str, str] = {}

    def add(path: Path, label: str) -> None:
        key = label_key(label)
        if key in seen:
            report(path, f"the label {quote_value(label)} is used twice, first as {quote_value(seen[key])}", "keep one")
        seen.setdefault(key, label)

    for path, entry in exhibit_entries(data):
        if isinstance(label := entry.get("label"), str):
            add((*path, "label"), label)
        parts = entry.get("parts")
        document = documents.get(str(entry.get("id")))
        for part, span in parts.items() if isinstance(parts, dict) else ():
            here = (*path, "parts", part)
            add(here, part)
            if not isinstance(span, str) or not re.fullmatch(r"[0-9]{1,6}(-[0-9]{1,6})?", span):
                report(here, f"{quote_value(span)} is no range of pages", "write 3, or 4-9")
                continue
            first, last = read_span(span)
            if not 1 <= first <= last:
                report(here, f"{span} is no range of pages", "pages are counted from 1, the lower one first")
            # The pages of an exhibit that could not be read, or is not at hand, are unknown.
            elif document is not None and document.missing is None and last > len(document.pages):
                report(here, f"page {last}, and the exhibit has {len(document.pages)}", "correct the range")


def _check_facts(data: Values, documents: Mapping[str, Document], report: Report) -> None:
    ids = [entry["id"] for _, entry in exhibit_entries(data) if isinstance(entry.get("id"), str)]
    for path, fact in _facts(data):
        text = fact.get("text")
        # Only the pages under cites are compared with the exhibit.
        if isinstance(text, str) and any(True for _ in find_citations(text)):
            report((*path, "text"), "a citation inside the text of a fact", "move it to the fact's cites")
        for cite_path, cite in _entries(fact, "cites", path):
            exhibit = cite.get("exhibit")
            if not isinstance(exhibit, str):
                continue
            if exhibit not in ids:
                report(
                    (*cite_path, "exhibit"),
                    f"no exhibit has the id {quote_value(exhibit)}",
                    remedy_for(exhibit, ids, "list it, or use one of"),
                )
            # The pages of an exhibit that could not be read are unknown, and the reader has reported it.
            elif exhibit in documents and documents[exhibit].missing is None:
                _check_pages(cite_path, cite, exhibit, len(documents[exhibit].pages), report)


def _check_pages(path: Path, cite: Values, exhibit: str, last: int, report: Report) -> None:
    for index, page in enumerate(_list(cite, "pages")):
        # Numbers are still text here. Nine digits exceed every page, and int() refuses some thousands of them.
        if isinstance(page, str) and page.isascii() and page.isdigit() and int(page[:9]) > last:
            has = f"has {last} pages" if last > 1 else "has one page"
            report((*path, "pages", index), f"page {page[:9]} of {exhibit}, which {has}", "correct the page")


def _facts(data: Values) -> Iterator[tuple[Path, Values]]:
    for path, claim in _entries(data, "claims", ()):
        for item_path, item in _entries(claim, "items", path):
            yield from _facts_of(item.get("elements"), (*item_path, "elements"))
    narrative = data.get("narrative")
    for section, elements in narrative.items() if isinstance(narrative, dict) else ():
        yield from _facts_of(elements, ("narrative", section))
    for path, request in _entries(data.get("rfe"), "requests", ("rfe",)):
        yield from _entries(request, "answer", path)
    signer = data.get("signer")
    for name in ("qualifications", "knowledge"):
        yield from _entries(signer, name, ("signer",))
    for path, opinion in _entries(signer, "opinions", ("signer",)):
        yield from _entries(opinion, "facts", path)


def _facts_of(elements: object, path: Path) -> Iterator[tuple[Path, Values]]:
    for element in elements if isinstance(elements, dict) else ():
        yield from _entries(elements, element, path)


def _entries(parent: object, name: str, path: Path) -> Iterator[tuple[Path, Values]]:
    for index, entry in enumerate(_list(parent, name)):
        if isinstance(entry, dict):
            yield (*path, name, index), entry


def _list(parent: object, name: str) -> list[Any]:
    value = parent.get(name) if isinstance(parent, dict) else None
    return value if isinstance(value, list) else []
