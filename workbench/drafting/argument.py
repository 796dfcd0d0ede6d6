"""The assembler's own words: argument and law only, never a word of evidence.

Every sentence here is either a statement of law, with its source beside it, or a clause that ties evidence to an
element. Wordings are varied by position, so that the same draft comes out of the same case every time.
"""

from __future__ import annotations

MANUAL = "USCIS Policy Manual, Volume 6, Part F, Chapter 2"

FRAMES: dict[str, str] = {
    "major_award": (
        "A single achievement of this rank satisfies the initial evidence requirement by itself. What must be shown is"
        " receipt of the award, the award's standing as a major, international recognized one, and its connection with"
        " the field of endeavor."
    ),
    "awards": (
        "The focus is on receipt by the person, and on the standing of the prize in the field: the criteria used to"
        " grant it, its national or international significance, the number of recipients, and any limitation on"
        f" competitors. {MANUAL}. The plain language does not ask for an award of the rank of a one-time achievement."
    ),
    "membership": (
        "The inquiry looks to the level of membership that the person actually holds, and to whether admission at that"
        f" level rests on outstanding achievements as judged by recognized experts. {MANUAL}. Membership that rests"
        " solely on education, experience, or the payment of a fee would not suffice."
    ),
    "published_material": (
        "The material must be about the person and relate to the person's work, and the publication must be a"
        f" professional or major trade publication or other major medium. {MANUAL}. It need not be about the person"
        " alone, so long as it includes a substantial discussion of the person's work."
    ),
    "judging": (
        "An invitation alone is not enough: the person must actually have taken part in judging the work of others, in"
        f" the same or an allied field. {MANUAL}."
    ),
    "contributions": (
        "Two questions are asked: whether the contributions are original, and whether they are of major significance in"
        f" the field. {MANUAL}. Funding, patents or publication may go to originality; significance is shown by what"
        " the field has made of the work."
    ),
    "publications": (
        "A scholarly article reports on original research, experimentation, or philosophical discourse, and is written"
        f" by a researcher or expert in the field. {MANUAL}. The question here is authorship and the character of the"
        " article and of the publication; the reception of the articles belongs to the final merits."
    ),
    "display": (
        "The work displayed must be the person's own, and the venue, virtual or otherwise, must be an artistic"
        f" exhibition or showcase. {MANUAL}."
    ),
    "critical_role": (
        "A leading role is shown by a position of leadership and duties that match it; a critical role, by a"
        " contribution of significant importance to the outcome of the organization's activities. It is the performance"
        " in the role that counts, for an organization, an establishment, or a division or department of one."
        f" {MANUAL}. Whether that organization has a distinguished reputation is a separate question, taken separately"
        " below."
    ),
    "high_salary": (
        "The remuneration is measured against that of others who work in the field, on data that fit the position and"
        f" the place. {MANUAL}."
    ),
    "commercial_success": (
        "The success must lie in receipts or sales, measured against others in the performing arts; that a work was"
        f" released does not establish it. {MANUAL}."
    ),
    "comparable_evidence": (
        "Comparable evidence is weighed criterion by criterion: the petitioner explains why a listed criterion does not"
        " readily apply to the occupation, and why the evidence submitted is comparable to it."
        f" {MANUAL}."
    ),
}
"""What each criterion asks, as USCIS reads it.

Source: USCIS Policy Manual, Vol. 6, Part F, Ch. 2, as of August 2025.
"""

LEADS: tuple[str, ...] = (
    "The record shows that",
    "It is documented that",
    "The evidence establishes that",
    "As the exhibit states,",
    "The exhibit records that",
    "On this point the evidence is direct:",
    "The petition relies here on the fact that",
)
"""Clauses that a fact follows; a colon or comma is as good as ``that``."""

TIES: tuple[str, ...] = (
    "It follows that {asks}.",
    "That evidence answers the question whether {asks}.",
    "On these pages, it is more likely than not that {asks}.",
    "The petitioner therefore submits that {asks}.",
    "This is evidence that {asks}.",
    "The preponderance of the evidence shows that {asks}.",
    "Nothing further is needed to find that {asks}.",
    "Read on its plain terms, this shows that {asks}.",
    "In the terms of the regulation, {asks}.",
    "That suffices to show that {asks}.",
    "Accordingly, {asks}.",
)
"""Sentences that tie the facts of a paragraph to the element they fill; eleven, so that the rotation falls out of step
with criteria of three or four elements."""

ITEM_CLOSINGS: tuple[str, ...] = (
    "Each element of the criterion is thus shown for this {noun}.",
    "With that, the {noun} satisfies the criterion on its own terms.",
    "Taken element by element, this {noun} falls within the regulation.",
    "The {noun} accordingly meets every part of the regulatory description.",
    "No element of the regulatory description is left without evidence for this {noun}.",
)
"""Said only of an item whose required elements are all filled."""

OF_ONE: dict[str, str] = {
    "the prize or award": "the award",
    "an author of the articles": "an author of the article",
    "the articles are scholarly articles": "the article is a scholarly article",
    "the articles appeared": "the article appeared",
}
"""What an element asks, said of one item rather than of all."""

NOUNS: dict[str, str] = {
    "major_award": "award",
    "awards": "award",
    "membership": "membership",
    "published_material": "material",
    "judging": "service",
    "contributions": "contribution",
    "publications": "publication",
    "display": "display",
    "critical_role": "role",
    "high_salary": "remuneration",
    "commercial_success": "success",
    "comparable_evidence": "evidence",
}
"""What an item of each criterion is called."""

NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number_word(count: int) -> str:
    """``three``; figures above ten."""
    return NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)


def joined(parts: list[str]) -> str:
    """``a``, ``a and b``, ``a; b; and c``."""
    if len(parts) < 3:  # noqa: PLR2004 - two parts take no separator
        return " and ".join(parts)
    return "; ".join(parts[:-1]) + f"; and {parts[-1]}"
