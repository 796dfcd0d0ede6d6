"""The offline assembler: drafts a section from the case's own facts, without any language model.

Every factual sentence is a fact of the case file with its exhibit; everything else is argument or law from
:mod:`workbench.drafting.argument`. The same case gives the same draft, to the byte.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

from workbench.case.criteria import CRITERIA, NARRATIVE_ELEMENTS, Criterion, Element
from workbench.case.law import regulation_text
from workbench.case.model import Case, Claim, ClaimedItem
from workbench.drafting.argument import FRAMES, ITEM_CLOSINGS, LEADS, MANUAL, NOUNS, OF_ONE, TIES, number_word
from workbench.drafting.evidence import citation_of, cited, escape, first_cited, key_fact
from workbench.drafting.request import Chunk, ModelRequest, ModelUsage
from workbench.drafting.sections import SectionSpec
from workbench.drafting.summary import conclusion_of, introduction_of

LABEL = "offline assembler (no language model)"

_WORD = re.compile(r"\S+\s*")
_LOWERABLE = re.compile(
    r"(?:The|A|An|In|On|At|By|From|During|Since|After|Before|Until|Under|Its|It|This|These|That|Their|They|She|He|Her|His|Each|Every|As|For|With|Among|Between|Through|Both|When|While)\b"
)
_LED_EVERY = 3


class OfflineAssembler:
    """A :class:`~workbench.drafting.request.Model` that uses no model: tokens and cost are truly zero.

    Args:
        words_per_s: Words a second at which a section streams, so that a reader can follow; None: all at once.
    """

    label = LABEL
    host: str | None = None

    def __init__(self, words_per_s: float | None = None) -> None:
        self._pause_s = 0.0 if words_per_s is None else 1.0 / words_per_s

    def prompt_characters(self, max_output_tokens: int) -> int | None:  # noqa: ARG002 - the protocol's signature
        """No limit."""
        return None

    async def check(self) -> None:
        """Nothing to reach."""

    async def stream(self, request: ModelRequest) -> AsyncIterator[Chunk]:
        """The section in pieces of a word; a revision is drafted afresh from the same facts."""
        text = assemble(request.assignment.case, request.assignment.section)
        for word in _WORD.finditer(text):
            yield Chunk(text=word[0])
            if self._pause_s:
                await asyncio.sleep(self._pause_s)
        yield Chunk(usage=ModelUsage(input_tokens=0, output_tokens=0, cost_usd=0.0))

    async def aclose(self) -> None:
        """Nothing to let go of."""


def assemble(case: Case, section: SectionSpec) -> str:
    """The Markdown of one section, from the case's facts alone.

    Args:
        case: The case.
        section: What to draft. A section for which the case has no fact says only what the law asks: it is the
            checks' task to report the gap, and nobody's to paper over it.
    """
    if section.section_id == "intro":
        return introduction_of(case)
    if section.section_id == "conclusion":
        return conclusion_of(case)
    if section.criterion is not None:
        return _Argument(case, section.criterion).text()
    return _narrative(case, section.section_id)


class _Argument:
    """One criterion, argued item by item; holds the positions of the rotations."""

    def __init__(self, case: Case, criterion: Criterion) -> None:
        self.case = case
        self.criterion = criterion
        self.claims = tuple(claim for claim in case.claims if claim.criterion == criterion.id)
        self.turn = sum(map(ord, criterion.id))

    def text(self) -> str:
        parts = [self._opening(), *self._putting_forward()]
        whole = False
        for claim in self.claims:
            for item in claim.items:
                parts += self._item(claim, item)
                whole = whole or self._is_whole(item)
        if whole:
            parts.append(self._closing())
        return "\n\n".join(parts) + "\n"

    def _opening(self) -> str:
        quoted = "\n".join(f"> {line}" for line in regulation_text(self.criterion.paragraph).splitlines())
        asks = (
            "The initial evidence provision of the regulation reads in full:"
            if self.criterion.paragraph == "(h)(3)"
            else "Where the listed standards do not fit an occupation, the regulation provides:"
            if self.criterion.paragraph == "(h)(4)"
            else "The regulation describes the evidence that satisfies this criterion:"
        )
        return f"{asks}\n\n{quoted}\n\n{self.criterion.cite}. {FRAMES[self.criterion.id]}"

    def _putting_forward(self) -> list[str]:
        items = [item for claim in self.claims for item in claim.items]
        if not items:
            return []
        noun = "item" if len(items) == 1 else "items"
        who = self.case.beneficiary.reference
        listed = [f"{escape(item.title)} {citation_of(fact)}" for item in items if (fact := key_fact(item))]
        opening = f"{who} puts forward {number_word(len(items))} {noun} under this criterion"
        return (
            [f"{opening}:\n\n" + "\n".join(f"- {entry}" for entry in listed)]
            if len(items) > 1
            else [f"{opening}: {listed[0]}."]
        )

    def _item(self, claim: Claim, item: ClaimedItem) -> list[str]:
        parts = [f"### {escape(item.title)}"]
        filled = [element for element in self.criterion.elements if item.elements.get(element.id)]
        for place, element in enumerate(filled):
            parts.append(self._element(claim, item, element))
            if place == len(filled) - 1 and self._is_whole(item):
                noun = NOUNS[self.criterion.id]
                parts[-1] += " " + ITEM_CLOSINGS[self.turn % len(ITEM_CLOSINGS)].format(noun=noun)
            self.turn += 1
        return parts

    def _element(self, claim: Claim, item: ClaimedItem, element: Element) -> str:
        facts = " ".join(cited(fact) for fact in item.elements[element.id])
        asks = self._asks(claim, item, element)
        run_in = f"*{element.title}.*"
        if self.turn % _LED_EVERY == 0:
            facts = _led(LEADS[self.turn % len(LEADS)], facts, self.case)
        return f"{run_in} {facts} {TIES[self.turn % len(TIES)].format(asks=asks)}"

    def _asks(self, claim: Claim, item: ClaimedItem, element: Element) -> str:
        who = self.case.beneficiary.reference
        asks = element.asks.replace("the beneficiary", who)
        for plural, single in OF_ONE.items():
            asks = asks.replace(plural, single)
        if item.role:
            asks = asks.replace("leading or critical", item.role)
        if claim.in_place_of in CRITERIA:
            paragraph = CRITERIA[claim.in_place_of].cite
            asks = asks.replace("the listed criterion", f"the criterion at {paragraph}")
            asks = asks.replace("that criterion", f"the criterion at {paragraph}")
        return asks

    def _is_whole(self, item: ClaimedItem) -> bool:
        return all(item.elements.get(element.id) for element in self.criterion.elements if element.required)

    def _closing(self) -> str:
        who = self.case.beneficiary.reference
        if self.criterion.id == "major_award":
            return (
                f"The evidence therefore documents a one-time achievement within the meaning of {self.criterion.cite}."
            )
        if self.criterion.id == "comparable_evidence":
            return f"The evidence is therefore properly considered as comparable evidence under {self.criterion.cite}."
        numeral = self.criterion.paragraph.removeprefix("(h)(3)")
        return (
            f"For these reasons, {who} meets criterion {numeral}, {self.criterion.cite}, by a preponderance of the"
            " evidence."
        )


def _narrative(case: Case, section_id: str) -> str:
    parts = [_NARRATIVE_OPENINGS[section_id](case)] if section_id in _NARRATIVE_OPENINGS else []
    told = False
    who = case.beneficiary.reference
    for element in NARRATIVE_ELEMENTS[section_id]:
        facts = case.narrative.get(section_id, {}).get(element.id)
        if not facts:
            continue
        if len(NARRATIVE_ELEMENTS[section_id]) > 1:
            parts.append(f"### {element.title}")
        text = " ".join(cited(fact) for fact in facts)
        if section_id != "background":
            text += f" The petitioner submits that, on this evidence, {element.asks.replace('the beneficiary', who)}."
        parts.append(text)
        told = True
    if section_id == "final_merits" and told:
        parts += _totality(case)
    return "\n\n".join(parts) + "\n" if parts else ""


def _totality(case: Case) -> list[str]:
    """The evidence of step one, seen together: one fact a criterion."""
    facts = []
    for claim in case.claims:
        fact = key_fact(claim.items[0])
        if fact is not None:
            facts.append(f"- *{CRITERIA[claim.criterion].title}.* {first_cited(fact)}")
    who = case.beneficiary
    closing = (
        f"Considered in its totality, this evidence shows that {who.reference} has sustained national or international"
        f" acclaim, that {who.pronouns.possessive} achievements have been recognized in the field of"
        f" {case.field_of_endeavor}, and that {who.pronouns.subject} is one of that small percentage who have risen to"
        " the very top of that field. 8 C.F.R. § 204.5(h)(2)-(3)."
    )
    opening = "The evidence under each of the criteria belongs to the same picture and is weighed here together:"
    return ["### The evidence in its totality", opening, "\n".join(facts), closing]


def _final_merits_opening(_case: Case) -> str:
    return (
        "At the second step, all of the evidence is evaluated together to determine whether it shows sustained national"
        " or international acclaim, achievements recognized in the field of expertise, and standing at the very top of"
        f" the field. 8 C.F.R. § 204.5(h)(2)-(3); {MANUAL}. The regulation defines extraordinary ability as “a level of"
        " expertise indicating that the individual is one of that small percentage who have risen to the very top of"
        " the field of endeavor.” 8 C.F.R. § 204.5(h)(2). The standard of proof is the preponderance of the"
        " evidence. *Matter of Chawathe*, 25 I&N Dec. 369 (AAO 2010)."
    )


def _continuing_opening(case: Case) -> str:
    return (
        "No offer of employment and no labor certification is required for this classification. The petition must be"
        " accompanied by “clear evidence that the alien is coming to the United States to continue work in the area of"
        " expertise,” which may include “letter(s) from prospective employer(s), evidence of prearranged commitments"
        " such as contracts, or a statement from the beneficiary detailing plans on how he or she intends to continue"
        " his or her work in the United States.” 8 C.F.R. § 204.5(h)(5). The area of expertise is"
        f" {case.field_of_endeavor}."
    )


def _benefit_opening(case: Case) -> str:
    return (
        "The statute asks that the person's entry substantially benefit the United States prospectively. INA §"
        " 203(b)(1)(A)(iii). Neither the statute nor the regulations define the phrase, which has been interpreted"
        f" broadly; the assessment depends on the facts of the case. {MANUAL}; *see Matter of Price*, 20 I&N Dec. 953"
        f" (Assoc. Comm’r 1994). The benefit relied on here lies in {case.beneficiary.reference}'s work in"
        f" {case.field_of_endeavor}."
    )


_NARRATIVE_OPENINGS = {
    "final_merits": _final_merits_opening,
    "continuing_work": _continuing_opening,
    "benefit": _benefit_opening,
}


def _led(lead: str, facts: str, case: Case) -> str:
    """Facts behind a lead clause, where the first word allows it without a change to the fact itself."""
    if facts.startswith((case.beneficiary.reference, case.beneficiary.name)):
        return f"{lead} {facts}"
    if _LOWERABLE.match(facts):
        return f"{lead} {facts[0].lower()}{facts[1:]}"
    return facts
