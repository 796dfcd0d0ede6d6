"""Offline assembler: drafts sections from the case's facts alone.

No language model is used. Every factual sentence is a fact of the case file with its exhibit; everything else is
argument or law from :mod:`workbench.drafting.offline.arguments`. The same case gives the same draft, to the byte.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

from workbench.case.criteria import CRITERIA, NARRATIVE_ELEMENTS, Criterion, Element
from workbench.case.law import regulation_text
from workbench.case.model import Case, Claim, ClaimedItem
from workbench.drafting.offline.arguments import (
    CLOSINGS,
    DRAWN,
    FRAMES,
    MANUAL_BENEFIT,
    MANUAL_FINAL_MERITS,
    NOUNS,
    OF_ONE,
    OPENINGS,
    SHOWN,
    count_items,
)
from workbench.drafting.offline.evidence import (
    citation_of,
    cite_fact,
    escape_markdown,
    is_whole,
    key_fact,
    name_petitioner,
)
from workbench.drafting.offline.expert_letter import write_letter
from workbench.drafting.offline.rfe import respond
from workbench.drafting.offline.summaries import conclusion_of, introduction_of
from workbench.drafting.request import Chunk, ModelRequest, ModelUsage
from workbench.drafting.sections import SectionSpec

LABEL = "offline assembler (no language model)"

_WRITERS = {"rfe_response": respond, "expert_letter": write_letter}
"""Writers of the documents that are no petition."""

_WORD = re.compile(r"\S+\s*")


class OfflineAssembler:
    """:class:`~workbench.drafting.request.Model` without a language model.

    Tokens and cost are truly zero.

    Args:
        words_per_s: Words a second at which a section streams, so that a reader can follow; None: all at once.
    """

    label = LABEL
    host: str | None = None

    def __init__(self, words_per_s: float | None = None) -> None:
        self._pause_s = 0.0 if words_per_s is None else 1.0 / words_per_s

    def prompt_characters(self, max_output_tokens: int) -> int | None:  # noqa: ARG002 - the protocol's signature
        """Returns None: there is no limit."""
        return None

    async def check(self) -> None:
        """Does nothing: there is no endpoint."""

    async def stream(self, request: ModelRequest) -> AsyncIterator[Chunk]:
        """Streams the section word by word."""
        text = assemble(request.assignment.case, request.assignment.section)
        for word in _WORD.finditer(text):
            yield Chunk(text=word[0])
            if self._pause_s:
                await asyncio.sleep(self._pause_s)
        # A revision is drafted from the same facts: findings cannot change them.
        yield Chunk(usage=ModelUsage(input_tokens=0, output_tokens=0, cost_usd=0.0))

    async def aclose(self) -> None:
        """Does nothing: there is nothing to close."""


def assemble(case: Case, section: SectionSpec) -> str:
    """Returns the Markdown of one section.

    Args:
        case: The case.
        section: The section. If the case has no fact for it, the text says only what the law asks: the checks
            report the gap, and no wording hides it.
    """
    if case.document_type in _WRITERS:
        return _WRITERS[case.document_type](case, section.section_id)
    if section.section_id == "intro":
        return introduction_of(case)
    if section.section_id == "conclusion":
        return conclusion_of(case)
    if section.criterion is not None:
        return _Argument(case, section.criterion).text()
    return _narrative(case, section.section_id)


class _Argument:
    """Argument of one criterion, item by item."""

    def __init__(self, case: Case, criterion: Criterion) -> None:
        self.case = case
        self.criterion = criterion
        self.claims = tuple(claim for claim in case.claims if claim.criterion == criterion.id)
        # Wordings rotate by position, not at random: the same case must give the same draft.
        self.turn = list(CRITERIA).index(criterion.id)

    def text(self) -> str:
        items = [(claim, item) for claim in self.claims for item in claim.items]
        parts = [self._quote_regulation(), *self._list_items([item for _, item in items])]
        for place, (claim, item) in enumerate(items):
            parts += self._item(claim, item, place)
        # The criterion is met by one complete item; without one nothing is claimed.
        if any(is_whole(self.criterion, item) for _, item in items):
            if len(items) == 1:
                # With a single item the closing belongs to its conclusion; a paragraph of its own would repeat it.
                parts[-1] += f" {self._closing_sentence()}"
            else:
                parts.append(self._closing_sentence())
        return "\n\n".join(parts) + "\n"

    def _quote_regulation(self) -> str:
        quoted = "\n".join(
            f"> {line}" for line in _end_quotation(regulation_text(self.criterion.paragraph)).splitlines()
        )
        asks = (
            "The initial evidence provision of the regulation opens:"
            if self.criterion.paragraph == "(h)(3)"
            else "Where the listed standards do not fit an occupation, the regulation provides:"
            if self.criterion.paragraph == "(h)(4)"
            else OPENINGS[self.turn % len(OPENINGS)]
        )
        return f"{asks}\n\n{quoted}\n\n{self.criterion.cite}. {FRAMES[self.criterion.id]}"

    def _list_items(self, items: list[ClaimedItem]) -> list[str]:
        """Lists the items, if there are several."""
        if len(items) <= 1:
            return []
        listed = [f"- {escape_markdown(item.title)} {citation_of(fact)}" for item in items if (fact := key_fact(item))]
        opening = f"{name_petitioner(self.case)} relies on {count_items(self.criterion.id, len(items))}:"
        return [f"{opening}\n\n" + "\n".join(listed)]

    def _item(self, claim: Claim, item: ClaimedItem, place: int) -> list[str]:
        filled = [element for element in self.criterion.elements if item.elements.get(element.id)]
        facts = [
            f"*{element.title}.* {' '.join(cite_fact(fact) for fact in item.elements[element.id])}"
            for element in filled
        ]
        return [f"### {escape_markdown(item.title)}", *facts, *self._conclusion(claim, item, filled, place)]

    def _conclusion(self, claim: Claim, item: ClaimedItem, filled: list[Element], place: int) -> list[str]:
        """Concludes from an item's evidence, element by element."""
        # Of an item without evidence nothing is concluded; the checks report it.
        if not filled:
            return []
        if is_whole(self.criterion, item):
            clauses = SHOWN[self.criterion.id]
            shown = self._fill_clause(clauses[place % len(clauses)], claim, item)
        else:
            asks = [self._asks(claim, item, element) for element in filled]
            shown = asks[0] if len(asks) == 1 else ", that ".join(asks[:-1]) + f" and that {asks[-1]}"
        return [DRAWN[(self.turn + place) % len(DRAWN)].format(shown=shown)]

    def _fill_clause(self, clause: str, claim: Claim, item: ClaimedItem) -> str:
        who = self.case.beneficiary
        return clause.format(
            who=who.reference,
            subject=who.pronouns.subject,
            possessive=who.pronouns.possessive,
            role=item.role or "leading or critical",
            listed=self._replaced_criterion(claim),
        )

    def _asks(self, claim: Claim, item: ClaimedItem, element: Element) -> str:
        # The catalogue words elements for any beneficiary; the letter names this one.
        asks = element.asks.replace("the beneficiary", self.case.beneficiary.reference)
        for plural, single in OF_ONE.items():
            asks = asks.replace(plural, single)
        if item.role:
            asks = asks.replace("leading or critical", item.role)
        listed = self._replaced_criterion(claim)
        return asks.replace("the listed criterion", listed).replace("that criterion", listed)

    def _replaced_criterion(self, claim: Claim) -> str:
        """Names the criterion that comparable evidence replaces."""
        if claim.in_place_of in CRITERIA:
            return f"the criterion at {CRITERIA[claim.in_place_of].cite}"
        return "the listed criterion"

    def _closing_sentence(self) -> str:
        if self.criterion.id == "major_award":
            return (
                f"The evidence therefore documents a one-time achievement within the meaning of {self.criterion.cite}."
            )
        if self.criterion.id == "comparable_evidence":
            return f"The evidence is therefore properly considered as comparable evidence under {self.criterion.cite}."
        # By place in the letter, so that neighbouring criteria close in different words.
        order = [claim.criterion for claim in self.case.claims].index(self.criterion.id)
        return CLOSINGS[order % len(CLOSINGS)].format(who=self.case.beneficiary.reference, cite=self.criterion.cite)


def _end_quotation(paragraph: str) -> str:
    """Ends a quoted paragraph of the regulation.

    The list's own ``; or`` is marked as left out.
    """
    if paragraph.endswith(":"):
        # Four dots: an omission at the end of a sentence (Bluebook rule 5.3).
        return f"{paragraph[:-1]} . . . ."
    return re.sub(r";(?: or| and)?$", "[.]", paragraph)


def _narrative(case: Case, section_id: str) -> str:
    parts = [_NARRATIVE_OPENINGS[section_id](case)] if section_id in _NARRATIVE_OPENINGS else []
    given = case.narrative.get(section_id, {})
    told = [element for element in NARRATIVE_ELEMENTS[section_id] if given.get(element.id)]
    for element in told:
        if len(NARRATIVE_ELEMENTS[section_id]) > 1:
            parts.append(f"### {element.title}")
        parts.append(" ".join(cite_fact(fact) for fact in given[element.id]))
    if told and section_id == "final_merits":
        parts += _totality(case, {element.id for element in told})
    elif told and section_id in _NARRATIVE_CLOSINGS:
        parts.append(_NARRATIVE_CLOSINGS[section_id].format(who=case.beneficiary.reference))
    return "\n\n".join(parts) + "\n" if parts else ""


def _totality(case: Case, told: set[str]) -> list[str]:
    """Lists the evidence of the first step and concludes.

    A conclusion is drawn only as far as the second step has facts.
    """
    listed: dict[str, list[str]] = {}
    for claim in case.claims:
        shown = [
            f"{escape_markdown(item.title)} {citation_of(fact)}" for item in claim.items if (fact := key_fact(item))
        ]
        listed.setdefault(claim.criterion, []).extend(shown)
    lines = [
        f"- *{_label(criterion, len(shown))}:* {'; '.join(shown)}." for criterion, shown in listed.items() if shown
    ]
    who = case.beneficiary
    conclusions = []
    if "sustained_acclaim" in told:
        field = case.field_of_endeavor
        conclusions += [
            f"that {who.reference} has sustained national or international acclaim",
            f"that {who.pronouns.possessive} achievements have been recognized in the field of {field}",
        ]
    if "top_of_field" in told:
        conclusions.append(
            f"that {who.pronouns.subject if conclusions else who.reference} is one of that small percentage who have"
            " risen to the very top of the field of endeavor"
        )
    drawn = ", ".join(conclusions[:-1]) + f", and {conclusions[-1]}" if conclusions[1:] else conclusions[0]
    opening = "The evidence submitted under each of the criteria belongs to the same picture and is weighed with it:"
    closing = f"Considered in its totality, this evidence shows {drawn}. 8 C.F.R. § 204.5(h)(2)-(3)."
    return ["### The evidence in its totality", opening, "\n".join(lines), closing]


def _label(criterion_id: str, count: int) -> str:
    """Returns a criterion's noun as a label: ``Judging``, ``Awards``."""
    # "Instances of judging" would be an odd heading of a list entry.
    return NOUNS[criterion_id][count > 1].rpartition(" of ")[2].capitalize()


def _final_merits_opening(_case: Case) -> str:
    return (
        "At the second step, all of the evidence is evaluated together to determine whether it shows sustained national"
        " or international acclaim, achievements recognized in the field of expertise, and standing at the very top of"
        f" the field. 8 C.F.R. § 204.5(h)(2)-(3); {MANUAL_FINAL_MERITS}. The regulation defines extraordinary ability"
        " as “a level of expertise indicating that the individual is one of that small percentage who have risen to the"
        " very top of the field of endeavor.” 8 C.F.R. § 204.5(h)(2). Each piece of evidence is examined for relevance,"
        " probative value, and credibility, both individually and within the context of the totality of the evidence."
        " *Matter of Chawathe*, 25 I&N Dec. 369, 376 (AAO 2010)."
    )


def _continuing_opening(case: Case) -> str:
    return (
        "Neither an offer of employment nor a labor certification is required for this classification. The petition"
        " must be accompanied by “clear evidence that the alien is coming to the United States to continue work in the"
        " area of expertise,” which may include “letter(s) from prospective employer(s), evidence of prearranged"
        " commitments such as contracts, or a statement from the beneficiary detailing plans on how he or she intends"
        " to continue his or her work in the United States.” 8 C.F.R. § 204.5(h)(5). The area of expertise is"
        f" {case.field_of_endeavor}."
    )


def _benefit_opening(case: Case) -> str:
    return (
        "The statute asks that the person's entry substantially benefit the United States prospectively. INA §"
        " 203(b)(1)(A)(iii). Neither the statute nor the regulations define the phrase, which has been interpreted"
        f" broadly; the assessment depends on the facts of the case. {MANUAL_BENEFIT}; *see Matter of Price*, 20 I&N"
        " Dec. 953 (Assoc. Comm’r 1994). The benefit relied on here lies in"
        f" {case.beneficiary.reference}'s work in {case.field_of_endeavor}."
    )


_NARRATIVE_OPENINGS = {
    "final_merits": _final_merits_opening,
    "continuing_work": _continuing_opening,
    "benefit": _benefit_opening,
}

_NARRATIVE_CLOSINGS = {
    "continuing_work": (
        "The petitioner submits that this is clear evidence that {who} will continue work in the area of expertise in"
        " the United States."
    ),
    "benefit": "For these reasons, {who}'s work will substantially benefit the United States prospectively.",
}
