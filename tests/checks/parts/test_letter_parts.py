import pytest

from workbench.checks.parts.letter_parts import split_letter

CAPITALS = """January 5, 2026

U.S. Citizenship and Immigration Services

RE: Form I-140 of Ada Example

Dear Officer:

This letter supports the petition of Dr. Example.

BACKGROUND OF THE BENEFICIARY

She took her doctorate in 2015. (Ex. D at 1.)

I. DR. EXAMPLE HAS RECEIVED INTERNATIONALLY RECOGNIZED PRIZES

She received the medal. (Ex. A at 1-2.)

A. The Invented Medal for Chemistry

It is given to one chemist a year. (Ex. A at 2.)

II. MEMBERSHIP IN ASSOCIATIONS

She is a member. (Ex. B.)

CONCLUSION

The petition should be approved.

Respectfully submitted,

Lee Counsel
Counsel & Partners

EXHIBIT LIST

Ex. A - Certificate and statutes of the Invented Medal for Chemistry
Ex. B - Election notice of the Invented Academy
"""

NUMBERED = """1. Introduction

The petitioner claims original contributions (Sections 2.1-2.2) and judging (Section 3).

2.1 The Slow Method

It is new. (Exhibit 3.)

2.2 Laboratories in nine countries use it

They do. (Exhibit 4.)

3. Peer review

1.2 million readers know the journal.

Sincerely,

Ada Example

Statement of plans

I will go on with my measurements in the United States, as I have described it in my letter to the laboratory, and I
will publish what I find there in the years to come, alone and with others, as I have done since my doctorate.
"""

BOLD = """**Introduction**

She is a chemist.

**Criterion (i): Prizes or Awards**

She received the medal.

**Background**

The medal was founded in 1901.

**Criterion (ii): Membership**

She is a member.
"""


def read(text: str) -> list[tuple[str, str | None, str]]:
    parts = split_letter(text)
    assert "".join(text[part.start : part.end] for part in parts) == text
    return [(part.part, part.section_id, text[part.start : part.end].split("\n", maxsplit=1)[0]) for part in parts]


def test_letter_in_capitals_is_split():
    assert read(CAPITALS) == [
        ("address", None, "January 5, 2026"),
        ("body", "intro", ""),
        ("body", "background", "BACKGROUND OF THE BENEFICIARY"),
        ("body", "awards", "I. DR. EXAMPLE HAS RECEIVED INTERNATIONALLY RECOGNIZED PRIZES"),
        ("body", "membership", "II. MEMBERSHIP IN ASSOCIATIONS"),
        ("body", "conclusion", "CONCLUSION"),
        ("signature", None, "Respectfully submitted,"),
        ("index", None, "EXHIBIT LIST"),
    ]


def test_numbers_and_roadmap_name_sections():
    found = read(NUMBERED)
    assert ("body", "contributions", "2.1 The Slow Method") in found
    assert [section for _, section, line in found if line.startswith("2.2")] == []
    assert ("signature", None, "Sincerely,") in found
    assert found[-1][0] == "body"


def test_bold_lines_are_headings():
    assert read(BOLD) == [
        ("body", "intro", "**Introduction**"),
        ("body", "awards", "**Criterion (i): Prizes or Awards**"),
        ("body", "background", "**Background**"),
        ("body", "membership", "**Criterion (ii): Membership**"),
    ]


def test_markdown_levels_are_kept():
    text = "## Criterion (i): Awards\n\nOne.\n\n### Background\n\nTwo.\n\n## Background\n\nThree.\n"
    assert [section for _, section, _ in read(text)] == ["awards", "background"]


def test_contents_are_no_headings():
    text = (
        "CONTENTS\n\nIntroduction . . . . . . . . 1\n\nAWARDS . . . . . . . . 2\n\nINTRODUCTION\n\nShe is a chemist.\n"
    )
    assert [(part, section) for part, section, _ in read(text)] == [("index", None), ("body", "intro")]


def test_list_without_heading_is_found():
    entries = "\n\n".join(f"Exhibit {number}: Letter of Prof. {number}" for number in range(1, 5))
    text = f"She won. (Exhibit 2.)\n\n{entries}\n\nThis is a long paragraph {'of prose ' * 30}that goes on.\n"
    assert [part for part, _, _ in read(text)] == ["body", "index", "body"]


def test_prose_behind_list_is_body():
    prose = "She wrote this. " * 40
    text = f"## List of Exhibits\n\nExhibit 1: A letter\n\nExhibit 2: A diploma\n\n{prose.strip()}\n"
    assert [part for part, _, _ in read(text)] == ["index", "body"]


@pytest.mark.parametrize("text", ["", "\n", "She won.", "Sincerely,\nAda"])
def test_short_letters_are_split(text):
    read(text)


def test_contents_may_repeat_entries():
    text = (
        "**Contents**\n\nI. Request 1: Awards\t3\n\nA. Answer\t3\n\nII. Request 2: Judging\t4\n\nA. Answer\t4\n\n"
        "# I. Request 1: Awards\n\nShe won.\n"
    )
    (contents, *_) = split_letter(text)
    assert (contents.is_contents, text[contents.end :]) == (True, "# I. Request 1: Awards\n\nShe won.\n")


def test_open_points_are_no_sections():
    text = (
        "Officer\n\n**Open Before Filing**\n\n**Request 1: Prizes**\n\n- Open: Not yet approved.\n\nDear Officer:\n\n"
        "# I. Request 1: Prizes\n\nShe won.\n"
    )
    parts = split_letter(text, titles={"Prizes": "request-prizes"})
    assert [(part.part, part.section_id) for part in parts] == [("address", None), ("body", "request-prizes")]
