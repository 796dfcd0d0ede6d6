"""Elements of the criteria as plain questions, with the pages that may answer them.

A page may carry an element where the full-text search finds its words, some of which are the criterion's own among all
criteria: "membership", "salary", "judged", and not "field" or "beneficiary". That says where to look, and nothing more:
the answer is a person's.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import NamedTuple, Self

from workbench.case.criteria import CRITERIA, NARRATIVE_ELEMENTS, REPLACEABLE, Element
from workbench.case.model import Case, ExhibitKind
from workbench.case.search import MemoryManager
from workbench.text.stems import FUNCTION_WORDS, find_stem
from workbench.text.tokens import find_words

MOST_PAGES = 5
"""Of an element."""
_LEAST_WORDS = 2
_PASSAGES = 60
"""Of an element, among which its pages are sought."""
_OWN_SHARE = 0.25
"""A word in more of the sections than this is nobody's own."""
_TYPICAL: Mapping[ExhibitKind, tuple[str, ...]] = {
    ExhibitKind.AWARD: ("major_award", "awards"),
    ExhibitKind.MEMBERSHIP: ("membership",),
    ExhibitKind.BYLAWS: ("membership",),
    ExhibitKind.PUBLISHED_MATERIAL: ("published_material",),
    ExhibitKind.SCHOLARLY_ARTICLE: ("publications",),
    ExhibitKind.LETTER: ("contributions", "critical_role", "judging"),
    ExhibitKind.CONTRACT: ("critical_role", "high_salary"),
    ExhibitKind.STATEMENT: ("continuing_work", "benefit"),
    ExhibitKind.BACKGROUND: ("background",),
}
"""Kinds of documents and the sections that rest on them, after 8 CFR 204.5(h)(3) and (5)."""


class PossiblePage(NamedTuple):
    """A page that may carry an element.

    Attributes:
        exhibit_id: The exhibit.
        number: Its number at present.
        page: Its page, from 1.
        words: Words of the criterion that the page has.
    """

    exhibit_id: str
    number: int
    page: int
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"Exhibit {self.number} ({self.exhibit_id}), page {self.page}: {', '.join(self.words)}"


class ElementQuestion(NamedTuple):
    """One element of a criterion, as a question to a person.

    Attributes:
        criterion: Id of the criterion, or of the narrative section.
        paragraph: Its citation: ``8 C.F.R. § 204.5(h)(3)(i)``.
        title: Title of the criterion.
        element: Id of the element.
        question: The question.
        facts: Number of the facts that answer it so far.
        pages: Pages that may carry it, the likeliest first.
        gap: What an officer would write; empty where a fact answers the question.
    """

    criterion: str
    paragraph: str
    title: str
    element: str
    question: str
    facts: int
    pages: tuple[PossiblePage, ...]
    gap: str


class CasePage(NamedTuple):
    """A page of a case with the stems of its words.

    Attributes:
        exhibit_id: The exhibit.
        page: From 1.
        kind: Of the exhibit.
        stems: Stem to the first word that has it.
    """

    exhibit_id: str
    page: int
    kind: ExhibitKind
    stems: Mapping[str, str]


def list_elements(criteria: Collection[str] = ()) -> Iterator[tuple[str, str, str, Element]]:
    """Yields criterion or section, citation, title and element, in the order of the letter."""
    for criterion in CRITERIA.values():
        if not criteria or criterion.id in criteria:
            for element in criterion.elements:
                yield criterion.id, criterion.cite, criterion.title, element
    for section, elements in NARRATIVE_ELEMENTS.items():
        if not criteria or section in criteria:
            for element in elements:
                yield section, "INA 203(b)(1)(A)", section.replace("_", " ").capitalize(), element


def choose_criteria(case: Case, criteria: Collection[str]) -> Collection[str]:
    """Returns the criteria that are meant: those named, else (h)(3)(i)-(x), the claimed, and the narrative.

    A one-time achievement and comparable evidence take the place of the ten: they are asked about only if meant.
    """
    claimed = {claim.criterion for claim in case.claims}
    return criteria or [*(name for name in CRITERIA if name in REPLACEABLE or name in claimed), *NARRATIVE_ELEMENTS]


def ask_elements(case: Case, criteria: Collection[str] = ()) -> list[ElementQuestion]:
    """Asks for each element of the criteria, with the pages that may carry it.

    Args:
        case: The case.
        criteria: Ids of criteria or narrative sections; none: all.
    """
    counts = count_facts(case)
    claimed = {claim.criterion for claim in case.claims} | {name for name, facts in case.narrative.items() if facts}
    questions = []
    with PageFinder(case) as finder:
        for criterion, cite, title, element in list_elements(choose_criteria(case, criteria)):
            facts = counts[criterion, element.id]
            pages = tuple(
                PossiblePage(page.exhibit_id, case.exhibit_number(page.exhibit_id), page.page, words)
                for page, words in finder.find(criterion, title, element)[:MOST_PAGES]
            )
            gap = "" if facts else _describe_gap(element, cite, is_claimed=criterion in claimed)
            question = f"Which page shows that {element.asks}?"
            questions.append(ElementQuestion(criterion, cite, title, element.id, question, facts, pages, gap))
    return questions


def _describe_gap(element: Element, cite: str, *, is_claimed: bool) -> str:
    """Words a gap as a request for evidence does: what was submitted does not show it, and what may be sent."""
    # An officer would not ask for it, but an attorney wants to know that it is missing.
    if not element.required:
        return f"No evidence shows that {element.asks}; it is not required, and often asked for ({cite})."
    opening = "" if is_claimed else "Not claimed so far. "
    return (
        f"{opening}The evidence does not establish that {element.asks} ({cite}). "
        "Submit documentary evidence of it, and name the page."
    )


def count_facts(case: Case) -> Counter[tuple[str, str]]:
    """Counts the facts of each criterion or section and element."""
    counts: Counter[tuple[str, str]] = Counter()
    for claim in case.claims:
        for item in claim.items:
            for element, facts in item.elements.items():
                counts[claim.criterion, element] += len(facts)
    for section, elements in case.narrative.items():
        for element, facts in elements.items():
            counts[section, element] += len(facts)
    return counts


def read_stems(text: str) -> dict[str, str]:
    """Returns the stems of a text's words, each with the first word that has it."""
    stems: dict[str, str] = {}
    # A page of evidence is far shorter; the bound is for one that is made to be slow.
    for word in dict.fromkeys(find_words(text[:100_000])):
        if word not in FUNCTION_WORDS:
            stems.setdefault(find_stem(word), word)
    return stems


@cache
def own_words(criterion: str) -> Mapping[str, float]:
    """Returns the stems that belong to a criterion or section, each with its weight.

    They stand in its title and elements; a stem that many sections have is left out.
    """
    sections: dict[str, set[str]] = {}
    for name, _, title, element in list_elements():
        sections.setdefault(name, set()).update(read_stems(f"{title} {element.title} {element.asks}"))
    counts = Counter(stem for stems in sections.values() for stem in stems)
    limit = len(sections) * _OWN_SHARE
    return {stem: math.log(len(sections) / counts[stem]) for stem in sections[criterion] if counts[stem] <= limit}


def weigh_words(stems: Mapping[str, str], criterion: str, element: Element) -> tuple[tuple[str, ...], float]:
    """Weighs a text's words for an element: those that are the criterion's own, and double those of the element."""
    own = own_words(criterion)
    asked = read_stems(f"{element.title} {element.asks}")
    found = [(stem, weight * (2 if stem in asked else 1)) for stem, weight in own.items() if stem in stems]
    found.sort(key=lambda pair: -pair[1])
    return tuple(stems[stem] for stem, _ in found), sum(weight for _, weight in found)


def is_typical(kind: ExhibitKind, criterion: str) -> bool:
    """Tells if a criterion often rests on documents of a kind."""
    return criterion in _TYPICAL.get(kind, ())


class PageFinder:
    """Pages of a case that may carry an element, by full-text search.

    Close it when done; it is also a context manager.

    Args:
        case: The case.
    """

    def __init__(self, case: Case) -> None:
        self._pages = {
            (exhibit.id, number): CasePage(exhibit.id, number, exhibit.kind, read_stems(text))
            for exhibit in case.exhibits
            for number, text in enumerate(case.documents[exhibit.id].pages, start=1)
            if text
        }
        self._memory = MemoryManager(case)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._memory.close()

    def find(self, criterion: str, title: str, element: Element) -> list[tuple[CasePage, tuple[str, ...]]]:
        """Finds the pages that may carry an element, the likeliest first, each with the criterion's own words in it."""
        found: dict[tuple[str, int], tuple[CasePage, tuple[str, ...]]] = {}
        for passage in self._memory.passages(f"{title} {element.title} {element.asks}", limit=_PASSAGES):
            page = self._pages[passage.exhibit_id, passage.page]
            words, _ = weigh_words(page.stems, criterion, element)
            # The search finds something for any words: a page must have some that are the criterion's own.
            if len(words) >= (1 if is_typical(page.kind, criterion) else _LEAST_WORDS):
                found.setdefault((page.exhibit_id, page.page), (page, words))
        return list(found.values())
