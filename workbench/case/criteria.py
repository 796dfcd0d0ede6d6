"""The criteria of 8 CFR 204.5(h) as data.

Each has its text, its paragraph and the elements to be shown. Source of the wording: :mod:`workbench.case.law`, with
its as-of date and provenance.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from workbench.case.law import Authority, authorities, regulation_text

__all__ = [
    "CRITERIA",
    "NARRATIVE_ELEMENTS",
    "REPLACEABLE",
    "SECTION_IDS",
    "Authority",
    "Criterion",
    "Element",
    "authorities",
    "regulation_text",
]


@dataclass(frozen=True)
class Element:
    """One thing that a claim must show.

    Attributes:
        id: Key in ``case.yaml``.
        title: Sub-heading in the letter, sentence case.
        asks: What it asks, as a clause that follows "that": ``the prize was received by the beneficiary``.
        required: Whether its absence is an error rather than a warning.
    """

    id: str
    title: str
    asks: str
    required: bool = True


@dataclass(frozen=True)
class Criterion:
    """One way to meet (h)(3), or (h)(4).

    Attributes:
        id: Section id: ``awards``, ``membership``, …
        title: Short title, title case: ``Lesser Nationally or Internationally Recognized Prizes or Awards``.
        paragraph: ``(h)(3)(i)``.
        elements: What a claim must show, in order of argument.
    """

    id: str
    title: str
    paragraph: str
    elements: tuple[Element, ...]

    @property
    def cite(self) -> str:
        """``8 C.F.R. § 204.5(h)(3)(i)``."""
        return f"8 C.F.R. § 204.5{self.paragraph}"

    @property
    def text(self) -> str:
        """The paragraph's own words; see :func:`workbench.case.law.regulation_text`."""
        return regulation_text(self.paragraph)


CRITERIA: dict[str, Criterion] = {
    criterion.id: criterion
    for criterion in (
        Criterion(
            "major_award",
            "One-Time Achievement: A Major Internationally Recognized Award",
            "(h)(3)",
            (
                Element("received", "Receipt", "the award was received by the beneficiary"),
                # The official wording, [sic]: many copies print "internationally".
                Element("major", "A major award", "the award is a major, international recognized award"),
                Element(
                    "in_field",
                    "In the field of endeavor",
                    "the award was given for work in the field of endeavor",
                ),
            ),
        ),
        Criterion(
            "awards",
            "Lesser Nationally or Internationally Recognized Prizes or Awards",
            "(h)(3)(i)",
            (
                Element("received", "Receipt", "the prize or award was received by the beneficiary"),
                Element(
                    # An employer's, a local or a student award fails here.
                    "recognized",
                    "National or international recognition",
                    "the prize or award is nationally or internationally recognized",
                ),
                Element("excellence", "For excellence", "the prize or award was given for excellence"),
                Element("in_field", "In the field of endeavor", "the excellence was in the field of endeavor"),
            ),
        ),
        Criterion(
            "membership",
            "Membership in Associations Requiring Outstanding Achievements",
            "(h)(3)(ii)",
            (
                Element("member", "Membership", "the beneficiary holds membership at the grade relied on"),
                Element("in_field", "In the field of endeavor", "the association is in the field of endeavor"),
                Element(
                    # A grade that dues or a degree open to anybody fails here.
                    "requires_achievement",
                    "Outstanding achievements required",
                    "the association requires outstanding achievements of its members",
                ),
                Element(
                    "judged_by_experts",
                    "Judged by recognized experts",
                    "those achievements are judged by recognized national or international experts in their fields",
                ),
            ),
        ),
        Criterion(
            "published_material",
            "Published Material About the Beneficiary",
            "(h)(3)(iii)",
            (
                Element(
                    "about",
                    "About the beneficiary and the work",
                    "the material is about the beneficiary and relates to the beneficiary's work in the field",
                ),
                Element(
                    "publication",
                    "Professional, major trade or other major media",
                    "the material appeared in a professional or major trade publication or other major media",
                ),
                Element(
                    # The regulation itself lists these three.
                    "particulars",
                    "Title, date and author",
                    "the title, date and author of the material are given",
                ),
            ),
        ),
        Criterion(
            "judging",
            "Judge of the Work of Others",
            "(h)(3)(iv)",
            (
                Element(
                    # An invitation to judge proves no participation.
                    "judged",
                    "Actual participation as a judge",
                    "the beneficiary actually judged the work of others, individually or on a panel",
                ),
                Element("in_field", "Same or allied field", "that work was in the same or an allied field"),
            ),
        ),
        Criterion(
            "contributions",
            "Original Contributions of Major Significance",
            "(h)(3)(v)",
            (
                Element("original", "Original contributions", "the contributions are original"),
                # That work is funded, patented or published shows nothing of it.
                Element("major_significance", "Major significance", "the contributions are of major significance"),
                Element("in_field", "In the field of endeavor", "that significance is in the field of endeavor"),
            ),
        ),
        Criterion(
            "publications",
            "Authorship of Scholarly Articles",
            "(h)(3)(vi)",
            (
                Element("authored", "Authorship", "the beneficiary is an author of the articles"),
                Element(
                    "scholarly",
                    "Scholarly articles in the field",
                    "the articles are scholarly articles in the field",
                ),
                Element(
                    "publication",
                    "Professional or major trade publications or other major media",
                    "the articles appeared in professional or major trade publications or other major media",
                ),
            ),
        ),
        Criterion(
            "display",
            "Display of Work at Artistic Exhibitions or Showcases",
            "(h)(3)(vii)",
            (
                Element(
                    "own_work",
                    "The beneficiary's own work",
                    "the work on display is the beneficiary's own work in the field",
                ),
                Element("displayed", "Displayed", "the work was displayed"),
                Element(
                    "artistic_venue",
                    "Artistic exhibitions or showcases",
                    "the venues were artistic exhibitions or showcases",
                ),
            ),
        ),
        Criterion(
            "critical_role",
            "Leading or Critical Role for Distinguished Organizations",
            "(h)(3)(viii)",
            (
                Element("role", "The role performed", "the beneficiary performed in a leading or critical role"),
                Element(
                    "organization",
                    "The organization or establishment",
                    "the role was performed for an organization or establishment, or a division of one",
                ),
                Element(
                    # Evidence apart from the letter that describes the role, which praises its own house.
                    "distinguished_reputation",
                    "Distinguished reputation",
                    "the organization or establishment has a distinguished reputation",
                ),
            ),
        ),
        Criterion(
            "high_salary",
            "High Salary or Other Significantly High Remuneration",
            "(h)(3)(ix)",
            (
                Element(
                    "commanded",
                    "Remuneration commanded",
                    "the beneficiary has commanded the salary or remuneration",
                ),
                Element(
                    "high_in_field",
                    "High in relation to others in the field",
                    "the salary or remuneration is high in relation to others in the field",
                ),
                Element(
                    "survey_matches",
                    "A survey of the same occupation and place",
                    "the survey relied on matches the occupation, the place and the unit of pay",
                    required=False,  # how (ix) is usually proved; the regulation itself asks for no survey
                ),
            ),
        ),
        Criterion(
            "commercial_success",
            "Commercial Successes in the Performing Arts",
            "(h)(3)(x)",
            (
                Element("performing_arts", "In the performing arts", "the success was in the performing arts"),
                Element(
                    "volume",
                    "Receipts or sales",
                    "the success is shown by box office receipts or by record, disk or video sales",
                ),
                Element(
                    "against_peers",
                    "Measured against others",
                    "the volume shows success relative to others in similar pursuits in the performing arts",
                ),
            ),
        ),
        Criterion(
            "comparable_evidence",
            "Comparable Evidence",
            "(h)(4)",
            (
                Element(
                    "not_applicable",
                    "Why the listed criterion does not readily apply",
                    "the listed criterion does not readily apply to the beneficiary's occupation",
                ),
                Element(
                    "comparable",
                    "Why the evidence is comparable",
                    "the evidence submitted is comparable to that criterion",
                ),
            ),
        ),
    )
}
"""Every criterion by id, in the regulation's order."""

NARRATIVE_ELEMENTS: dict[str, tuple[Element, ...]] = {
    "background": (
        Element("education", "Education and training", "the beneficiary's education is documented"),
        Element("career", "Career", "the beneficiary's career is documented"),
    ),
    "final_merits": (
        Element(
            "top_of_field",
            "The very top of the field",
            "the beneficiary is one of that small percentage who have risen to the very top of the field",
        ),
        Element(
            "sustained_acclaim",
            "Sustained national or international acclaim",
            "the beneficiary has sustained national or international acclaim, and the achievements have been "
            "recognized in the field of expertise",
        ),
    ),
    "continuing_work": (
        Element(
            "plans",
            "Work to be continued in the United States",
            "the beneficiary is coming to the United States to continue work in the area of expertise",
        ),
    ),
    "benefit": (
        Element(
            "benefit",
            "Substantial prospective benefit",
            "the beneficiary's entry into the United States will substantially benefit prospectively the United States",
        ),
    ),
}
"""Elements of the sections that are no criterion: INA 203(b)(1)(A), 8 CFR 204.5(h)(2), (3) and (5)."""

REPLACEABLE: tuple[str, ...] = tuple(
    name for name, criterion in CRITERIA.items() if criterion.paragraph[:7] == "(h)(3)("
)
"""The criteria that comparable evidence may stand in place of: (h)(3)(i) to (x), not the one-time achievement.

Source: USCIS Policy Manual, Vol. 6 Part F Ch. 2, "Comparable evidence".
"""

SECTION_IDS: tuple[str, ...] = (
    "intro",
    "background",
    *CRITERIA,
    "final_merits",
    "continuing_work",
    "benefit",
    "conclusion",
)
"""Every section that a petition may have, in the letter's order."""

REQUIRED_SECTIONS: Mapping[str, str] = {
    "final_merits": "the final merits determination (8 C.F.R. § 204.5(h)(2), (3); USCIS Policy Manual, Vol. 6 Part F)",
    "continuing_work": "continuing work in the field (8 C.F.R. § 204.5(h)(5))",
    "benefit": "the prospective benefit to the United States (INA 203(b)(1)(A)(iii))",
}
"""Sections of every petition, whatever criteria it claims."""


def describe_missing_sections(sections: Collection[str], paragraphs: Collection[str]) -> list[str]:
    """Describes the sections that a letter needs and lacks, one phrase each.

    Args:
        sections: Ids of the letter's sections.
        paragraphs: Paragraphs that the letter says it claims, such as ``(h)(3)(i)``.
    """
    claimed = {name: criterion for name, criterion in CRITERIA.items() if criterion.paragraph in paragraphs}
    missing = [
        f"no section on {criterion.title} ({criterion.cite}), which the letter claims"
        for name, criterion in claimed.items()
        if name not in sections
    ]
    return [*missing, *(f"no section on {what}" for name, what in REQUIRED_SECTIONS.items() if name not in sections)]
