"""Three short letters of other fields with their exhibits: no finding is expected on them.

The exhibits say in their own words, and in another order, what the letters say. All persons and bodies are invented.
"""

# ruff: noqa: E501, ISC004 - the letters are as they would be typed

from __future__ import annotations

from workbench.case.model import Beneficiary, Case, Document, Exhibit, ExhibitKind, Pronouns
from workbench.checks.draft import DraftSection

COMPOSER = """\
Ms. Ilse Maren composed the score of "Tidewater," which opened the Halden Film Festival on March 14, 2018 [@festival, p. 1].
The jury chose her score from 64 entries, and she was one of three finalists [@festival, p. 1]. The festival's award for best
score carries a prize of $25,000 and has been given since 1987 [@festival, p. 2].

Her album "Low Water" sold more than 40,000 copies in its first year, and reached number 7 on the chart of the Nordic Record
Council [@sales, p. 1]. According to the Council, 2 % of its members' releases sell as many [@sales, p. 1].

- Orchestra of Lund, where Ms. Maren was invited to conduct in May 2019 [@contract, p. 1]
- Halden Film Festival, on whose jury she served in 2020 and 2021 [@contract, p. 2]
"""
COMPOSER_PAGES = {
    "festival": (
        'Halden Film Festival\nRecord of the 2018 edition\nThe festival opened on 14 March 2018 with "Tidewater", with a'
        " score by Ilse Maren. Sixty-four scores were entered. The jury named three finalists, of whom Ilse Maren was one.",
        "The award for the best score was founded in 1987. It carries a sum of 25,000 dollars, paid by the town of Halden. The"
        " rules say that no person may receive the award twice within five years.",
    ),
    "sales": (
        "Nordic Record Council\nStatement of sales\nLow Water, by Ilse Maren, sold 41,350 copies within its first year. Its"
        " highest place on the chart was no. 7. Of the releases of our members, two percent sell 40,000 copies or more.",
    ),
    "contract": (
        "The Orchestra of Lund invites Ilse Maren to conduct its concert of 23 May 2019. The fee is agreed separately.",
        "The Halden Film Festival confirms that Ilse Maren was a member of its jury in 2020 and again in 2021, and saw 48"
        " films.",
    ),
}
EPIDEMIOLOGIST = """\
Dr. Amadi leads the surveillance unit of the Kisu Institute of Public Health, which covers 11 districts and about 3.2 million
people [@unit, p. 1]. Under his direction the unit detected 19 outbreaks between 2014 and 2019, 15 of them within 48 hours
[@unit, p. 2]. Nearly 80 % of its alerts were thus raised in two days [@unit, p. 2].

The method that he published in 2016 is used by at least nine national programs [@letter, p. 1]. Professor Helga Brandt of the
University of Tromen, who has never worked with him, writes that it may shorten an epidemic by two to three weeks
[@letter, p. 1]. His articles were cited 512 times as of June 30, 2021 [@citations, p. 1]. He reviewed 23 manuscripts for four
journals [@reviews, p. 1].
"""
EPIDEMIOLOGIST_PAGES = {
    "unit": (
        "Kisu Institute of Public Health\nSurveillance Unit. Head: Dr. Chike Amadi. The unit serves eleven districts with"
        " approximately 3.2 million inhabitants, has a staff of 34, and reports to the Ministry of Health each Monday.",
        "Outbreaks detected by the unit, 2014 to 2019: 19 in all. Fifteen of the 19 were detected within 48 hours of the first"
        " case; the rest within a week.",
    ),
    "letter": (
        "University of Tromen, Department of Epidemiology. I am Helga Brandt, professor. I have never worked with Dr. Amadi. His"
        " method of 2016 is now in use in nine national programs known to me. In my opinion it may shorten an epidemic by two to"
        " three weeks.",
    ),
    "citations": (
        "Citation report, drawn up on June 30, 2021\nAuthor: C. Amadi\nPublications 27\nTimes cited 512\nh-index 12",
    ),
    "reviews": (
        "Reviewer record of Chike Amadi. Journal of Field Epidemiology 9; Acta Tropica Nova 7; Outbreak 4; Public Health"
        " Methods 3. Total of completed reviews: 23.",
    ),
}
ENGINEER = """\
Mr. Duarte is a co-founder of Ferrol Robotics, Inc., and the first named inventor of U.S. Patent No. 9,871,234, which was granted
on July 18, 2017 [@company, p. 1; @patent, p. 1]. The gripper that it protects is installed in 140 plants in 12 countries [@company, p. 1].
Revenue rose from $1.1 million in 2016 to $6.8 million in 2019 [@company, p. 2].

The trade magazine Automation Week, which prints 58,000 copies, featured his work on two pages of its issue of October 2018
[@magazine, p. 1]. Only 5 of the 210 products shown that year received its medal [@magazine, p. 2]. His salary of $310,000 is above
the 90th percentile for robotics engineers in the state [@salary, p. 1].
"""
ENGINEER_PAGES = {
    "patent": (
        "United States Patent 9,871,234\nDate of patent: July 18, 2017\nInventors: Rui Duarte, Anna Kessel\nAssignee: Ferrol"
        " Robotics, Inc.\nAdaptive gripper for irregular parts. The first named inventor is Rui Duarte.",
    ),
    "company": (
        "Ferrol Robotics, Inc., was founded in 2014 by Rui Duarte and Anna Kessel; each is a co-founder of the company. Its gripper"
        " is in service in 140 plants. The plants are in 12 countries.",
        "Revenue by year\n2016 $1,100,000\n2017 $2,450,000\n2018 $4,300,000\n2019 $6,800,000",
    ),
    "magazine": (
        "Automation Week, October 2018. A gripper that feels: Rui Duarte and the work of Ferrol Robotics (pages 30 and 31)."
        " Circulation: 58,000 copies.",
        "The medal of Automation Week. In 2018 the editors saw 210 products and gave the medal to five.",
    ),
    "salary": (
        "Wage survey, robotics engineers, by state. 90th percentile: $248,000. Statement of employment: the annual salary of Rui"
        " Duarte is $310,000.",
    ),
}


def make_case(name: str, surname: str, pages: dict[str, tuple[str, ...]], base: Case) -> Case:
    """Returns a case of a person with some exhibits, everything else as in another case."""
    exhibits = tuple(
        Exhibit(
            id=key,
            title=f"Record {key}",
            kind=ExhibitKind.RECORD,
            date="2022",
            file=f"{key}.txt",
            source="Written for tests",
        )
        for key in pages
    )
    documents = {key: Document(sha256="0" * 64, pages=texts) for key, texts in pages.items()}
    person = Beneficiary(
        name=name,
        surname=surname,
        honorific="Mr.",
        pronouns=Pronouns(subject="he", object="him", possessive="his"),
    )
    fields = {key: getattr(base, key) for key in type(base).model_fields}
    changed = {"exhibits": exhibits, "documents": documents, "beneficiary": person, "claims": (), "narrative": {}}
    return type(base).model_construct(**fields | changed)


def field_letters(base: Case) -> dict[str, DraftSection]:
    """Returns the three letters, each as one section beside its case."""
    return {
        "composer": DraftSection("intro", COMPOSER, make_case("Ilse Maren", "Maren", COMPOSER_PAGES, base)),
        "epidemiologist": DraftSection(
            "intro", EPIDEMIOLOGIST, make_case("Chike Amadi", "Amadi", EPIDEMIOLOGIST_PAGES, base)
        ),
        "engineer": DraftSection("intro", ENGINEER, make_case("Rui Duarte", "Duarte", ENGINEER_PAGES, base)),
    }
