"""One mistake after another in the minimal case: what the loader says of each, and where."""

from typing import NamedTuple

import pytest

from workbench.case.consistency import remedy_for
from workbench.case.loader import load_case
from workbench.errors import CaseError


class Bad(NamedTuple):
    """One edit of the minimal case, and what the loader must say of it.

    ``line`` is a piece of the edited file's text: the problem must stand on the line that holds it first.
    """

    old: str
    new: str
    line: str
    field: str
    what: str
    remedy: str


MEDAL_FACT = "      - title: Invented Medal for Chemistry (2021)\n"
BAD = {
    "unknown field at the top": Bad(
        "field_of_endeavor:", "field_of_endeavour:", "field_of_endeavour", "field_of_endeavour", "unknown field",
        "did you mean field_of_endeavor?",
    ),
    "missing field at the top": Bad(
        "filing_date: 2026-03-02\n", "", "schema: 1", "filing_date", "the field is missing",
        "add filing_date (Date of filing; evidence of a later date is a finding)",
    ),
    "missing field stands at its parent": Bad(
        "  surname: Example\n", "", "beneficiary:", "beneficiary.surname", "the field is missing",
        "add surname (As used after the honorific)",
    ),
    "missing field of a list's item": Bad(
        "    file: exhibits/academy.txt\n", "", "  - id: academy", "exhibits[1].file", "the field is missing",
        "add file (Path below the case folder: .pdf, .docx, .md, .txt or a picture)",
    ),
    "unknown field of an exhibit": Bad(
        "    file: exhibits/academy.txt", "    file: exhibits/academy.txt\n    langauge: en", "langauge",
        "exhibits[1].langauge", "unknown field", "did you mean language?",
    ),
    "field given twice": Bad(
        "title: Dr. Ada", "case_id: again\ntitle: Dr. Ada", "case_id: again", "case_id",
        "the field is given twice, first on line 3", "keep one of the two",
    ),
    "empty field": Bad(
        "  honorific: Dr.", "  honorific:", "honorific", "beneficiary.honorific", "the field is empty",
        "fill it in, or remove the line",
    ),
    "text where a group belongs": Bad(
        "pronouns: {subject: she, object: her, possessive: her}", "pronouns: she", "pronouns: she",
        "beneficiary.pronouns", "a group of fields is wanted here", "write its fields below it, indented",
    ),
    "text where a list belongs": Bad(
        "{exhibit: medal, pages: [1]}", "{exhibit: medal, pages: 1}", "pages: 1}",
        "claims[0].items[0].elements.received[0].cites[0].pages", "a list is wanted here",
        "write [a, b], or one line each, beginning with a dash",
    ),
    "list where text belongs": Bad(
        "title: Dr. Ada Example, an invented chemist", "title: [a, b]", "title: [a", "title",
        "text is wanted here, not a list or a group of fields", "write it on one line",
    ),
    "a range of pages": Bad(
        "{exhibit: medal, pages: [1]}", "{exhibit: medal, pages: [1-2]}", "[1-2]",
        "claims[0].items[0].elements.received[0].cites[0].pages[0]", "'1-2' is not a whole number",
        "write each page by itself: [1, 2, 3]",
    ),
    "page nought": Bad(
        "{exhibit: medal, pages: [1]}", "{exhibit: medal, pages: [0]}", "[0]",
        "claims[0].items[0].elements.received[0].cites[0].pages[0]", "'0' is no page", "pages are counted from 1",
    ),
    "page beyond the last": Bad(
        "{exhibit: medal, pages: [1]}", "{exhibit: medal, pages: [3]}", "pages: [3]",
        "claims[0].items[0].elements.received[0].cites[0].pages[0]", "page 3 of medal, which has 2 pages",
        "correct the page",
    ),
    "page beyond the only one": Bad(
        "{exhibit: article, pages: [1]}", "{exhibit: article, pages: [1, 2]}", "[1, 2]",
        "claims[2].items[0].elements.authored[0].cites[0].pages[1]", "page 2 of article, which has one page",
        "correct the page",
    ),
    "unlisted exhibit": Bad(
        "{exhibit: statement, pages: [1]}", "{exhibit: statment, pages: [1]}", "statment",
        "narrative.background.education[0].cites[0].exhibit", "no exhibit has the id 'statment'",
        "did you mean statement?",
    ),
    "no cites": Bad(
        "cites: [{exhibit: medal, pages: [1]}]", "cites: []", "cites: []",
        "claims[0].items[0].elements.received[0].cites", "the list is empty", "add at least one",
    ),
    "a citation in a fact": Bad(
        "on 4 May 2021.", "on 4 May 2021 [@medal, p. 1].", "[@medal",
        "claims[0].items[0].elements.received[0].text", "a citation inside the text of a fact",
        "move it to the fact's cites",
    ),
    "unknown criterion": Bad(
        "criterion: membership", "criterion: memberships", "memberships", "claims[1].criterion",
        "unknown criterion 'memberships'", "did you mean membership?",
    ),
    "criterion claimed twice": Bad(
        "criterion: membership", "criterion: awards # twice", "# twice", "claims[1].criterion",
        "the criterion awards is claimed twice", "put everything under the items of one claim",
    ),
    "unknown element": Bad(
        "          excellence:", "          excelence:", "excelence", "claims[0].items[0].elements.excelence",
        "awards has no element 'excelence'", "did you mean excellence?",
    ),
    "element that is no name": Bad(
        "          excellence:", "          'zz.!':", "zz.!", "claims[0].items[0].elements['zz.!']",
        "awards has no element 'zz.!'", "use one of: received, recognized, excellence, in_field",
    ),
    "role outside (viii)": Bad(
        MEDAL_FACT, MEDAL_FACT + "        role: leading\n", "role: leading", "claims[0].items[0].role",
        "awards has no role", "remove it: role belongs to critical_role",
    ),
    "in_place_of without comparable evidence": Bad(
        "criterion: membership", "criterion: membership\n    in_place_of: awards", "in_place_of",
        "claims[1].in_place_of", "only comparable evidence stands in place of a criterion", "remove it",
    ),
    "unknown narrative": Bad(
        "  final_merits:", "  final_merit:", "final_merit:", "narrative.final_merit",
        "unknown narrative section 'final_merit'", "did you mean final_merits?",
    ),
    "unknown element of a narrative": Bad(
        "    plans:", "    planes:", "planes", "narrative.continuing_work.planes",
        "continuing_work has no element 'planes'", "did you mean plans?",
    ),
    "unknown section": Bad(
        "sections: [intro,", "sections: [introduction,", "introduction", "sections[0]",
        "unknown section 'introduction'", "did you mean intro?",
    ),
    "section twice": Bad(
        "sections: [intro,", "sections: [intro, awards,", "sections:", "sections[3]",
        "the section awards is listed twice", "keep one of the two",
    ),
    "exhibit id twice": Bad(
        "  - id: academy", "  - id: medal # twice", "# twice", "exhibits[1].id", "the exhibit id 'medal' is used twice",
        "give each its own id",
    ),
    "id with a space": Bad(
        "case_id: minimal", "case_id: a case", "case_id", "case_id", "'a case' does not have the right form",
        "begin with a letter or digit; then letters, digits, - and _, 64 at most, no spaces",
    ),
    "unknown kind": Bad(
        "kind: statement", "kind: statemant", "statemant", "exhibits[3].kind", "'statemant' is not known here",
        "did you mean statement?",
    ),
    "a date that does not exist": Bad(
        "date: 2021-05-04", "date: 2021-02-30", "2021-02-30", "exhibits[0].date", "'2021-02-30' is not a date",
        "write a real date as YYYY-MM-DD",
    ),
    "a date in words": Bad(
        "date: 2021-05-04", "date: May 2021", "date: May 2021", "exhibits[0].date",
        "'May 2021' does not have the right form", "write YYYY, YYYY-MM or YYYY-MM-DD",
    ),
    "filing date as a number": Bad(
        "filing_date: 2026-03-02", "filing_date: 2026", "filing_date", "filing_date", "'2026' is not a date",
        "write a real date as YYYY-MM-DD",
    ),
    "language by name": Bad(
        "kind: award", "kind: award\n    language: German", "German", "exhibits[0].language",
        "'German' does not have the right form", "write the small letters of ISO 639, two or three, such as en or zh",
    ),
    "unknown translation": Bad(
        "kind: award", "kind: award\n    translation: articel", "articel", "exhibits[0].translation",
        "no exhibit has the id 'articel'", "did you mean article?",
    ),
    "its own translation": Bad(
        "kind: award", "kind: award\n    translation: medal", "translation", "exhibits[0].translation",
        "an exhibit cannot be its own translation", "name the exhibit that is the translation",
    ),
    "neither true nor false": Bad(
        "self_petition: true", "self_petition: perhaps", "perhaps", "petitioner.self_petition",
        "'perhaps' is neither true nor false", "write true or false",
    ),
    "another schema": Bad(
        "schema: 1", "schema: 2", "schema: 2", "schema", "'2' is not known here", "use one of: 1",
    ),
    "missing exhibit": Bad(
        "exhibits/medal.md", "exhibits/Medal.md", "Medal.md", "exhibits[0].file",
        "'exhibits/Medal.md': there is no such file", "check the name, capital letters included, or add the file",
    ),
    "absolute path": Bad(
        "exhibits/medal.md", "/etc/hostname", "/etc/hostname", "exhibits[0].file",
        "'/etc/hostname': an absolute path", "copy the file into the case folder and give its path from there",
    ),
    "Windows path": Bad(
        "exhibits/medal.md", "C:medal.md", "C:medal.md", "exhibits[0].file",
        "'C:medal.md': an absolute path", "copy the file into the case folder and give its path from there",
    ),
    "path that climbs out": Bad(
        "exhibits/medal.md", "exhibits/../../x.md", "../x.md", "exhibits[0].file",
        "'exhibits/../../x.md': outside the case folder", "copy the file into the case folder",
    ),
    "unknown type": Bad(
        "exhibits/medal.md", "case.yaml", "file: case.yaml", "exhibits[0].file",
        "'case.yaml': a .yaml file, which cannot be read", "convert it to one of .pdf, .docx, .md, .txt, "
        ".jpg, .png, .tiff",
    ),
    "control character": Bad(
        "honorific: Dr.", r'honorific: "D\0r."', r"D\0r.", "beneficiary.honorific",
        r"holds a control character: 'D\x00r.'", "remove it, or retype the text",
    ),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_mistake_has_place_and_remedy(bad, folder, edit, line_of, settings):
    edit(bad.old, bad.new)
    with pytest.raises(CaseError) as caught:
        load_case(folder, settings=settings)
    found = {problem.field: problem for problem in caught.value.problems}
    problem = found[bad.field]
    expected = line_of(bad.line)
    assert (problem.file, problem.line) == (str(folder / "case.yaml"), expected)
    assert (problem.what, problem.remedy) == (bad.what, bad.remedy)
    assert str(problem) == f"{folder / 'case.yaml'}:{expected}: {bad.field}: {bad.what}; {bad.remedy}"


@pytest.mark.parametrize(
    ("unknown", "remedy"),
    [
        ("introduction", "did you mean intro?"),
        ("conclus", "did you mean conclusion?"),
        ("benifit", "did you mean benefit?"),
        ("zzz", "use one of: intro, conclusion, benefit"),
        ("", "use one of: intro, conclusion, benefit"),
    ],
)
def test_remedy_names_nearest_or_all(unknown, remedy):
    assert remedy_for(unknown, ["intro", "conclusion", "benefit"]) == remedy
    assert remedy_for(unknown, []) == "remove it"
