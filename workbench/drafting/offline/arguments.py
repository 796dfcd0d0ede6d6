"""Wording of the offline assembler: argument and law, no evidence.

Every sentence here is either a statement of law, with its source beside it, or a conclusion that names the elements
an item's evidence fills. Wordings are varied by position, so that the same draft comes out of the same case every
time.
"""

from __future__ import annotations

MANUAL = "USCIS Policy Manual, Volume 6, Part F, Chapter 2 (6 USCIS-PM F.2)"
"""Name of the Manual at its first mention; later mentions use its short form with the place."""

MANUAL_CRITERIA = "*See* 6 USCIS-PM F.2(B)(1)"
MANUAL_FINAL_MERITS = "6 USCIS-PM F.2(B)(2)"
MANUAL_BENEFIT = "6 USCIS-PM F.2(A)(3)"

# Read by attorneys: a change here is a change of legal wording, and needs the Manual's current text beside it.
FRAMES: dict[str, str] = {
    "major_award": (
        "A single achievement of this rank satisfies the initial evidence requirement by itself. What must be shown is"
        " receipt of the award, the award's standing as a major, international recognized one, and its connection with"
        " the field of endeavor."
    ),
    "awards": (
        "The focus is on receipt by the person, and on the standing of the prize in the field: the criteria used to"
        " grant it, its national or international significance, the number of recipients, and any limitation on"
        f" competitors. {MANUAL_CRITERIA}. The plain language does not ask for an award of the rank of a one-time"
        " achievement."
    ),
    "membership": (
        "The inquiry looks to the level of membership that the person actually holds, and to whether admission at that"
        f" level rests on outstanding achievements as judged by recognized experts. {MANUAL_CRITERIA}. Membership"
        " that rests solely on education, experience, or the payment of a fee would not suffice."
    ),
    "published_material": (
        "The material must be about the person and relate to the person's work, and the publication must be a"
        f" professional or major trade publication or other major medium. {MANUAL_CRITERIA}. It need not be about the"
        " person alone, so long as it includes a substantial discussion of the person's work."
    ),
    "judging": (
        "An invitation alone is not enough: the person must actually have taken part in judging the work of others, in"
        f" the same or an allied field. {MANUAL_CRITERIA}."
    ),
    "contributions": (
        "Two questions are asked: whether the contributions are original, and whether they are of major significance in"
        f" the field. {MANUAL_CRITERIA}. Funding, patents or publication may go to originality; significance is shown"
        " by what the field has made of the work."
    ),
    "publications": (
        "A scholarly article reports on original research, experimentation, or philosophical discourse, and is written"
        f" by a researcher or expert in the field. {MANUAL_CRITERIA}. The question here is authorship and the"
        " character of the article and of the publication; the reception of the articles belongs to the final merits."
    ),
    "display": (
        "The work displayed must be the person's own, and the venue, virtual or otherwise, must be an artistic"
        f" exhibition or showcase. {MANUAL_CRITERIA}."
    ),
    "critical_role": (
        "A leading role is shown by a position of leadership and duties that match it; a critical role, by a"
        " contribution of significant importance to the outcome of the organization's activities. It is the performance"
        " in the role that counts, for an organization, an establishment, or a division or department of one."
        f" {MANUAL_CRITERIA}. Whether that organization has a distinguished reputation is a separate question, taken"
        " separately below."
    ),
    "high_salary": (
        "The remuneration is measured against that of others who work in the field, on data that fit the position and"
        f" the place. {MANUAL_CRITERIA}."
    ),
    "commercial_success": (
        "The success must lie in receipts or sales, measured against others in the performing arts; that a work was"
        f" released does not establish it. {MANUAL_CRITERIA}."
    ),
    "comparable_evidence": (
        "Comparable evidence is weighed criterion by criterion: the petitioner explains why a listed criterion does not"
        " readily apply to the occupation, and why the evidence submitted is comparable to it."
        f" {MANUAL_CRITERIA}."
    ),
}
"""Questions that each criterion raises, as USCIS reads them.

Source: USCIS Policy Manual, Vol. 6, Part F, Ch. 2, as of August 2025.
"""

OPENINGS: tuple[str, ...] = (
    "The regulation describes the evidence that satisfies this criterion:",
    "This criterion is met, in the words of the regulation, by the following:",
    "The regulation calls here for the following:",
    "For this criterion the regulation asks for:",
)
"""Sentences before the quotation of a criterion."""

DRAWN: tuple[str, ...] = (
    "On this evidence, it is more likely than not that {shown}.",
    "These exhibits show that {shown}.",
    "The petitioner therefore submits that {shown}.",
    "The record thus establishes that {shown}.",
)
"""Conclusions from an item's evidence, one for the whole item: a conclusion after every element reads as a form."""

# {who}, {possessive}, {role}, {listed} and {subject} are filled by the assembler.
SHOWN: dict[str, tuple[str, ...]] = {
    "major_award": ("{who} received the award, a major, internationally recognized one, for work in the field",),
    "awards": (
        (
            "the award is nationally or internationally recognized, that it was given for excellence in the field of"
            " endeavor, and that {who} received it"
        ),
        "{who} received a nationally or internationally recognized award for excellence in the field of endeavor",
        (
            "this award, which {who} received, is recognized nationally or internationally and honors excellence in the"
            " field of endeavor"
        ),
    ),
    "membership": (
        (
            "the association is one in the field, that it requires outstanding achievements of its members at the grade"
            " {who} holds, and that recognized national or international experts judge those achievements"
        ),
        (
            "{who} holds membership, at the grade relied on, in an association in the field which requires outstanding"
            " achievements of its members, as judged by recognized national or international experts"
        ),
    ),
    "published_material": (
        (
            "the material is about {who} and relates to {possessive} work in the field, that it appeared in a"
            " professional or major trade publication or other major media, and that its title, date and author are"
            " given"
        ),
        (
            "professional or major trade publications or other major media published this material about {who} and"
            " {possessive} work in the field, its title, date and author being given"
        ),
    ),
    "judging": (
        "{who} actually served as a judge of the work of others in the same or an allied field",
        (
            "{who} took part, in fact and not by invitation alone, in judging the work of others in the same or an"
            " allied field"
        ),
    ),
    "contributions": (
        "this contribution is original, and that it is of major significance in the field of endeavor",
        "{who} made an original contribution of major significance in the field of endeavor",
    ),
    "publications": (
        (
            "{who} is an author of the article, that it is a scholarly article in the field, and that it appeared in a"
            " professional or major trade publication or other major media"
        ),
        (
            "this is a scholarly article in the field, published in a professional or major trade publication or other"
            " major media, of which {who} is an author"
        ),
        (
            "{who} is an author of a scholarly article in the field that appeared in a professional or major trade"
            " publication or other major media"
        ),
    ),
    "display": (
        "the work is {who}'s own, and that it was displayed at an artistic exhibition or showcase",
        "{who}'s own work in the field was displayed at an artistic exhibition or showcase",
    ),
    "critical_role": (
        (
            "{who} performed in a {role} role for an organization or establishment, or a division of one, that has a"
            " distinguished reputation"
        ),
        (
            "the role that {who} performed was {role}, and that the organization or establishment, or the division of"
            " one, for which {subject} performed it has a distinguished reputation"
        ),
    ),
    "high_salary": (
        "the salary or other remuneration that {who} has commanded is high in relation to others in the field",
    ),
    "commercial_success": (
        (
            "the success was a commercial one in the performing arts, as shown by receipts or sales measured against"
            " those of others in similar pursuits"
        ),
    ),
    "comparable_evidence": (
        "{listed} does not readily apply to {who}'s occupation, and that the evidence submitted is comparable to it",
    ),
}
"""Conclusion of an item whose required elements are all filled: a clause that follows "that" and names each element.
Rotated, so that two items of one criterion are not concluded in the same words."""

CLOSINGS: tuple[str, ...] = (
    "For these reasons, {who} meets the criterion at {cite} by a preponderance of the evidence.",
    "The requirements of {cite} are therefore met by a preponderance of the evidence.",
    "The evidence accordingly satisfies {cite}.",
    "{who} has therefore met the criterion at {cite}.",
)
"""Last sentences of a criterion, used only if the required elements of an item are all filled."""

# The elements are worded for all items of a criterion; a section argues one at a time.
OF_ONE: dict[str, str] = {
    "the prize or award": "the award",
    "an author of the articles": "an author of the article",
    "the articles are scholarly articles": "the article is a scholarly article",
    "the articles appeared": "the article appeared",
}
"""Wording of elements for one item in place of all."""

NOUNS: dict[str, tuple[str, str]] = {
    "major_award": ("major award", "major awards"),
    "awards": ("award", "awards"),
    "membership": ("membership", "memberships"),
    "published_material": ("item of published material", "items of published material"),
    "judging": ("instance of judging", "instances of judging"),
    "contributions": ("contribution", "contributions"),
    "publications": ("scholarly article", "scholarly articles"),
    "display": ("display", "displays"),
    "critical_role": ("role", "roles"),
    "high_salary": ("instance of high remuneration", "instances of high remuneration"),
    "commercial_success": ("commercial success", "commercial successes"),
    "comparable_evidence": ("item of comparable evidence", "items of comparable evidence"),
}
"""Names of one item of a criterion, and of several."""

# The Bluebook writes numbers to ninety-nine in words; letters of this kind stop at ten.
NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number_word(count: int) -> str:
    """Returns a number up to ten in words."""
    # Above ten the figure is easier to check against the exhibit list.
    return NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)


def count_items(criterion_id: str, count: int) -> str:
    """Returns number and noun: ``four awards``."""
    single, plural = NOUNS[criterion_id]
    return f"{number_word(count)} {single if count == 1 else plural}"


def join_phrases(parts: list[str]) -> str:
    """Joins phrases: ``a``, ``a and b``, ``a; b; and c``."""
    if len(parts) < 3:  # noqa: PLR2004 - two parts take no separator
        return " and ".join(parts)
    return "; ".join(parts[:-1]) + f"; and {parts[-1]}"
