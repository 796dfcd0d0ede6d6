"""Check of the case file's own facts against the exhibits that they cite."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.case.citation import format_citation
from workbench.case.model import Case, Fact, Signer
from workbench.checks.draft import DraftSection
from workbench.checks.figures.facts import fact
from workbench.checks.finding import Finding
from workbench.checks.names.entities import entity
from workbench.checks.quotations.quotations import quotations
from workbench.checks.wording.qualifiers import qualifier

CHECK = "case-fact"


def check_case_facts(case: Case) -> Iterator[tuple[str, Finding]]:
    """Finds facts of a case file that the pages under their ``cites`` contradict or do not carry.

    Yields:
        The place in ``case.yaml``, such as ``claims[0].items[0].elements.received[0]``, and the finding, whose check
        is ``case-fact``.
    """
    for place, one in find_fact_places(case):
        draft = read_fact(case, one)
        for check in (fact, qualifier, entity):
            for finding in check(draft):
                yield place, finding.model_copy(update={"check": CHECK, "section_id": None, "line": None})
    for place, finding in _check_requests(case):
        yield place, finding.model_copy(update={"check": CHECK, "section_id": None, "line": None})


def find_fact_places(case: Case) -> Iterator[tuple[str, Fact]]:
    """Yields every fact of a case file with its place, claims first."""
    for number, claim in enumerate(case.claims):
        for index, item in enumerate(claim.items):
            for element, facts in item.elements.items():
                for position, one in enumerate(facts):
                    yield f"claims[{number}].items[{index}].elements.{element}[{position}]", one
    for section, elements in case.narrative.items():
        for element, facts in elements.items():
            for position, one in enumerate(facts):
                yield f"narrative.{section}.{element}[{position}]", one
    yield from _find_request_facts(case)
    if case.signer is not None:
        yield from _find_signer_facts(case.signer)


def _find_request_facts(case: Case) -> Iterator[tuple[str, Fact]]:
    for number, request in enumerate(case.rfe.requests if case.rfe is not None else ()):
        for position, one in enumerate(request.answer):
            yield f"rfe.requests[{number}].answer[{position}]", one


def _find_signer_facts(signer: Signer) -> Iterator[tuple[str, Fact]]:
    groups = [("qualifications", signer.qualifications), ("knowledge", signer.knowledge)]
    groups += [(f"opinions[{number}].facts", opinion.facts) for number, opinion in enumerate(signer.opinions)]
    for name, facts in groups:
        for position, one in enumerate(facts):
            yield f"signer.{name}[{position}]", one


def _check_requests(case: Case) -> Iterator[tuple[str, Finding]]:
    """Compares the officer's words, as the case file has them, with the pages of the officer's letter."""
    for number, request in enumerate(case.rfe.requests if case.rfe is not None else ()):
        place = format_citation(case.rfe.exhibit, request.pages) if case.rfe is not None else ""
        draft = DraftSection("facts", f"> {request.quote} {place}", case)
        for finding in quotations(draft):
            yield f"rfe.requests[{number}].quote", finding


def read_fact(case: Case, one: Fact) -> DraftSection:
    """Returns a fact as a draft of one paragraph that cites what the fact cites."""
    # In one group: every sentence of the fact rests on all its cites.
    group = "; ".join(format_citation(cite.exhibit, cite.pages)[1:-1] for cite in one.cites)
    return DraftSection("facts", f"{one.text} [{group}]", case)
