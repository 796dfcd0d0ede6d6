import pytest

from workbench.case.exhibit_numbering import ExhibitNumbering
from workbench.case.model import Document
from workbench.checks.coverage import CheckCount
from workbench.checks.draft import DraftSection
from workbench.checks.exhibits.citations import exhibit_exists
from workbench.checks.letter import read_letter

EXISTS = "exhibit-exists"
UNCITED = "claim-uncited"


@pytest.mark.parametrize(
    ("text", "severity", "words"),
    [
        ("She won [@medal, p. 1].", None, ""),
        ("She won [@medal].", None, ""),
        ("She won [@medal, pp. 1-2; @academy, p. 1].", None, ""),
        ("She won [@medall, p. 1].", "error", "no exhibit 'medall'"),
        ("She won [@medal, p. 3].", "error", "page 3 is cited"),
        ("She won [@medal, p. 0].", "error", "page 0 is cited"),
        ("She won [@medal, pp. 1-9].", "error", "page 3 is cited"),
        ("She won [@medal; @nowhere, p. 1].", "error", "'nowhere'"),
        ("She won [@medal, page one].", "error", "cannot be read"),
        ("She won [@].", "error", "cannot be read"),
        ("See Exhibit 4.", "error", "'Exhibit 4'"),
        ("See Exhibits 4-6.", "error", "'Exhibits 4-6'"),
        ("See Ex. 12 at 3.", "error", "'Ex. 12 at 3'"),
        ("See Exhibit (iv).1.", "error", "'Exhibit (iv).1'"),
        ("See Exhibit F.", "error", "'Exhibit F'"),
        ("The exhibit records that she won [@medal, p. 1].", None, ""),
        ("An Exhibition of 4 works.", None, ""),
    ],
)
def test_citation_names_existing_exhibit_and_page(run, minimal, text, severity, words):
    findings = run(EXISTS, f"First line.\n\n{text}\n", minimal)
    if severity is None:
        assert findings == []
    else:
        assert [finding.severity for finding in findings] == [severity]
        assert words in findings[0].message
        assert findings[0].line == 3


def test_a_near_id_is_suggested(run, minimal):
    assert run(EXISTS, "She won [@medall, p. 1].", minimal)[0].suggestion == "Did you mean [@medal]?"


def test_exhibit_without_text_is_reported(run, with_scan):
    (finding,) = run(EXISTS, "She plans to work [@statement, p. 2].", with_scan)
    assert (finding.severity, finding.message) == (
        "warning",
        "Cannot be checked: Exhibit 4 (statement) has no text layer.",
    )
    assert run(EXISTS, "She plans to work [@statement, p. 3].", with_scan)[0].severity == "error"


def test_letters_without_meaning_are_no_scan(run, minimal):
    document = Document(sha256="0" * 64, pages=("\ufffd",), page_kinds=("unreadable",), has_text=False)
    case = minimal.model_copy(update={"documents": {**minimal.documents, "statement": document}})
    (finding,) = run(EXISTS, "She plans to work [@statement].", case)
    assert finding.message == "Cannot be checked: Exhibit 4 (statement), p. 1, holds no text that can be read."


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("[@statement, p. 1]", []),
        ("[@statement, p. 2]", ["Cannot be checked: Exhibit 4 (statement), p. 2, is a picture without a text layer."]),
        ("[@statement, p. 3]", ["Cannot be checked: Exhibit 4 (statement), p. 3, holds no text that can be read."]),
        (
            "[@statement, pp. 4-5]",
            ["Checked in part: Exhibit 4 (statement), pp. 4-5, holds pictures or characters that cannot be read."],
        ),
        (
            "[@statement]",
            [
                "Cannot be checked: Exhibit 4 (statement), p. 2, is a picture without a text layer.",
                "Cannot be checked: Exhibit 4 (statement), p. 3, holds no text that can be read.",
                "Checked in part: Exhibit 4 (statement), pp. 4-5, holds pictures or characters that cannot be read.",
            ],
        ),
    ],
)
def test_unread_page_is_reported(run, minimal, text, messages):
    kinds = ("text", "scan", "unreadable", "mixed", "mixed")
    document = Document(sha256="0" * 64, pages=("typed", "stamp", "", "part", "part"), page_kinds=kinds)
    case = minimal.model_copy(update={"documents": {**minimal.documents, "statement": document}})
    findings = run(EXISTS, f"She plans to work {text}.", case)
    assert [finding.message for finding in findings] == messages
    assert {finding.severity for finding in findings} <= {"warning"}


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("[@statement, p. 1]", []),
        (
            "[@statement, pp. 1, 3]",
            ["Checked on recognized text: Exhibit 4 (statement), p. 3 (OCR, confidence 71 %, low)."],
        ),
        (
            "[@statement, p. 4]",
            [
                "Checked in part: Exhibit 4 (statement), p. 4, holds pictures or characters that cannot be read.",
                "Checked on recognized text: Exhibit 4 (statement), p. 4 (OCR, confidence 97 %).",
            ],
        ),
        (
            "[@statement, pp. 2, 5]",
            ["Checked on recognized text: Exhibit 4 (statement), pp. 2, 5 (OCR, confidence 97 %)."],
        ),
    ],
)
def test_recognized_page_is_reported(run, minimal, text, messages):
    document = Document(
        sha256="0" * 64,
        pages=("typed", "seen", "seen", "both", "seen"),
        page_kinds=("text", "ocr", "ocr", "mixed", "ocr"),
        confidences=(None, 0.972, 0.713, 0.975, 0.97),
    )
    case = minimal.model_copy(update={"documents": {**minimal.documents, "statement": document}})
    findings = run(EXISTS, f"She plans to work {text}.", case)
    assert [finding.message for finding in findings] == messages
    assert {finding.severity for finding in findings} <= {"warning"}


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Example received the medal in 2021.",
        "Dr. Example won it on 4 May.",
        "The medal is the highest honor in chemistry.",
        "She is ranked above her peers.",
        "It was reported by nineteen hundred newspapers.",
        "Dr. Example belongs to the Invented Academy of Chemistry.",
        "She worked at the University of Nowhere.",
        "She belongs to the Österreichische Akademie and the Élysée Society.",
        "- The prize has 12 recipients.",
        "> “The finest chemist of the age.”",
    ],
)
def test_a_claim_needs_a_citation(run, minimal, text):
    (finding,) = run(UNCITED, f"The point is argued here.\n\n{text}\n", minimal)
    assert (finding.severity, finding.line) == ("error", 3)
    assert finding.quote
    assert finding.quote in text


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Example received the medal in 2021 [@medal, p. 1].",
        "Dr. Example received the medal in 2021. It is awarded every year [@medal, p. 1].",
        "The evidence shows that the award was given for excellence.",
        "### The Invented Academy of Chemistry (2022)",
        "8 C.F.R. § 204.5(h)(3)(i).",
        "The regulation is at 8 CFR 204.5(h)(3)(i)-(x).",
        "*Matter of Chawathe*, 25 I&N Dec. 369 (AAO 2010).",
        "Smith v. Jones, 45 A.D.3d 123 (N.Y. App. Div. 2007). Id. at 125-26, 130.",
        "See also Buletini v. INS, 860 F. Supp. 1222 (E.D. Mich. 1994).",
        "See INA § 203(b)(1)(A)(iii) and section 203(b)(1)(A) of the Immigration and Nationality Act.",
        "USCIS Policy Manual, Volume 6, Part F, Chapter 2.",
        "*See* 6 USCIS-PM F.2(B)(1); 6 USCIS-PM F.2.",
        "Evidence must meet at least three criteria at the first step.",
        "She is one of that small percentage who have risen to the very top of the field.",
        "Dr. Ada Example meets criterion (i).",
        "The regulation asks for “lesser nationally or internationally recognized prizes or awards”.",
        "> receipt of lesser nationally or internationally recognized prizes or awards for\n> excellence in the field",
        "The field of endeavor is physical chemistry.",
    ],
)
def test_law_and_argument_need_none(run, minimal, text):
    assert run(UNCITED, text, minimal) == []


def test_cite_of_article_is_no_law(run, minimal):
    assert run(UNCITED, "It is printed in 105 Phys. Rev. 1413 (1957).", minimal)


def test_uncited_claim_outside_criterion_is_warning(run, minimal):
    assert run(UNCITED, "She took her doctorate in 2015.", minimal, "background")[0].severity == "warning"


def test_quote_is_cited_by_neighbouring_paragraph(run, minimal):
    assert run(UNCITED, "The statutes say [@medal, p. 2]:\n\n> The medal has 3 recipients.\n", minimal) == []


@pytest.mark.parametrize(
    ("section_id", "text", "found"),
    [
        ("awards", "The beneficiary has won recognition.", ["error"]),
        ("awards", "The beneficiary has won recognition [@medal, p. 1].", []),
        ("benefit", "The work will benefit the country.", ["error"]),
        ("intro", "This letter asks for classification.", []),
        ("conclusion", "The petition should be approved.", []),
    ],
)
def test_arguing_section_cites_an_exhibit(run, minimal, section_id, text, found):
    findings = run("no-evidence", text, minimal, section_id=section_id)
    assert [finding.severity for finding in findings] == found


def test_missing_exhibit_is_not_checked(run, minimal):
    document = Document(sha256="", pages=(), has_text=False, missing="ordered from the library")
    case = minimal.model_copy(update={"documents": {**minimal.documents, "statement": document}})
    (finding,) = run(EXISTS, "She plans to work [@statement, p. 2].", case)
    assert (finding.severity, finding.message) == (
        "warning",
        "Not checked: Exhibit 4 (statement) is not at hand (ordered from the library).",
    )


def test_own_numbering_is_no_finding(minimal):
    content = "She won (Exhibit 1 at 2). She works (Exhibit 4 at 9). See Exhibit 12."
    section = DraftSection("awards", content, minimal, numbering=ExhibitNumbering.of(minimal, content))
    assert [finding.message for finding in exhibit_exists(section)] == [
        "Exhibit 4 (statement) has 2 pages; page 9 is cited.",
        "There is no Exhibit 12 in this case.",
    ]


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        ("She won (Exhibit XL).", ["Exhibit XL"]),
        ("She won (Exhibit Nine at 2).", ["Exhibit Nine"]),
        (f"She won (Exhibit {'9' * 5000}).", [f"Exhibit {'9' * 41}"]),
        ("She won (Ex. 2001, and Ex: 3).", ["Ex. 2001", "Ex: 3"]),
        ("The Exhibit List and the EXHIBIT IN SUPPORT stand below; Executive 3, Example 4.", []),
        ("She won (Exhibits 1-3; Exh. 4; Exs. 2 & 3; Exhibit No. 1 at 1).", []),
    ],
)
def test_unread_citation_form_is_named(minimal, words, unread):
    letter = read_letter(f"See Exhibit 1. {words}\n", minimal)
    [section] = letter.sections
    found = [finding.quote for finding in exhibit_exists(section) if "has no form that is read" in finding.message]
    assert found == unread
    assert section.coverage.counts().get("exhibit-exists", CheckCount()).unchecked == len(unread)


@pytest.mark.parametrize(
    ("parts", "cited", "messages"),
    [
        ({"4a": "1", "4b": "2"}, "Exhibit 4b at 2", []),
        ({"4a": "1", "4b": "2"}, "Exhibit 4b at 1-2", ["Exhibit 4b has 1 page; page 2 is cited."]),
        ({"4a": "1", "4b": "2"}, "Exhibit 4(b), p. 9", ["Exhibit 4(b) has 1 page; page 9 is cited."]),
        ({"4a": "1", "4b": "2"}, "Exhibit 4b at 0", ["Exhibit 4b has 1 page; page 0 is cited."]),
        ({"(iv).1": "1", "(iv).2": "2"}, "Exhibit (iv).1 at 2", ["Exhibit (iv).1 has 1 page; page 2 is cited."]),
        ({"Tab A": "1-2"}, "Exhibit A at 3", ["Exhibit A has 2 pages; page 3 is cited."]),
        ({"4a": "1", "4b": "2"}, "Exhibit 4a at 1; Exhibit 4b at 1; Exhibits 4a-4b", []),
    ],
)
def test_part_has_own_or_bundle_pages(minimal, parts, cited, messages):
    medal = next(exhibit for exhibit in minimal.exhibits if exhibit.id == "medal").model_copy(update={"parts": parts})
    exhibits = tuple(medal if exhibit.id == "medal" else exhibit for exhibit in minimal.exhibits)
    case = minimal.model_copy(update={"exhibits": exhibits})
    content = f"She won ({cited})."
    section = DraftSection("awards", content, case, numbering=ExhibitNumbering.of(case, content))
    findings = list(exhibit_exists(section))
    assert [(finding.severity, finding.message) for finding in findings] == [("error", text) for text in messages]


def test_range_is_one_finding(minimal):
    content = "See Exhibits 12-30 and Exhibit 4 at 1."
    section = DraftSection("awards", content, minimal, numbering=ExhibitNumbering.of(minimal, content))
    (finding,) = exhibit_exists(section)
    assert finding.message == "There are no Exhibits 12 to 30 in this case."


def test_attachment_without_label_is_not_checked(minimal):
    content = "See Exhibit 1 at 1, Attachment 2 and Attachment 2."
    section = DraftSection("awards", content, minimal, numbering=ExhibitNumbering.of(minimal, content))
    (finding,) = exhibit_exists(section)
    assert (finding.severity, finding.quote) == ("info", "Attachment 2")
    assert sum(section.coverage.counts()["exhibit-exists"].why.values()) == 2


def test_page_range_is_cut_behind_exhibit(minimal):
    content = "She won [@medal, pp. 1-9999]."
    section = DraftSection("awards", content, minimal)
    last = len(minimal.documents["medal"].pages)
    assert section.citations[0].pages == tuple(range(1, last + 2))
    assert f"page {last + 1} is cited" in next(exhibit_exists(section)).message
