import pytest

from workbench.checks.legal_text import is_regulation, mask_law, normalise

CFR = "cfr-matches-section"
QUOTE = "regulation-quote"
CITE = "legal-citation"


@pytest.mark.parametrize(
    ("section_id", "text", "words"),
    [
        ("awards", "8 C.F.R. § 204.5(h)(3)(i).", None),
        ("awards", "8 CFR 204.5(h)(3)", None),
        ("awards", "at least three of 8 C.F.R. § 204.5(h)(3)(i)-(x)", None),
        ("awards", "under 8 C.F.R. § 204.5(h)(3)(ii)", "This section argues (h)(3)(i)"),
        ("awards", "under (h)(3)(viii)", "This section argues (h)(3)(i)"),
        ("awards", "8 C.F.R. § 204.5(h)(3)(xi)", "no paragraph (h)(3)(xi)"),
        ("awards", "8 C.F.R. § 204.5(h)(6)", "no paragraph (h)(6)"),
        ("awards", "8 C.F.R. § 204.5(h)(ii)", "no paragraph (h)(ii)"),
        ("intro", "8 C.F.R. § 204.5(h)(3)(vi)", None),
        ("intro", "8 C.F.R. § 204.5(h)(3)(iv)", "The case claims no such criterion"),
        ("awards", "8 C.F.R. § 214.2(o)(3)(iii)", "the O-1 regulation"),
        ("benefit", "*Matter of Dhanasar*, 26 I&N Dec. 884 (AAO 2016)", "national interest waiver"),
        ("intro", "8 C.F.R. § 204.5(k)(2)", "second preference"),
        ("intro", "INA § 203(b)(2)(B)", "second preference"),
        ("intro", "8 C.F.R. § 204.5(i)(3)", "another first-preference class"),
        ("continuing_work", "8 C.F.R. § 204.5(h)(5)", None),
    ],
)
def test_the_paragraph_is_the_sections_own(run, minimal, section_id, text, words):
    findings = run(CFR, f"Line.\n\n{text}\n", minimal, section_id)
    if words is None:
        assert findings == []
    else:
        assert [finding.severity for finding in findings] == ["error"]
        assert words in findings[0].message
        assert findings[0].line == 3


def test_comparable_evidence_cites_replaced_criterion(run, minimal):
    claim = minimal.claims[0].model_copy(update={"criterion": "comparable_evidence", "in_place_of": "display"})
    case = minimal.model_copy(update={"claims": (claim,)})
    assert run(CFR, "In place of 8 C.F.R. § 204.5(h)(3)(vii).", case, "comparable_evidence") == []
    assert run(CFR, "In place of 8 C.F.R. § 204.5(h)(3)(ix).", case, "comparable_evidence")


@pytest.mark.parametrize(
    "text",
    [
        "The regulation asks for “lesser nationally or internationally recognized prizes or awards”.",
        "The regulation speaks of a “major, international recognized award”.",
        "The regulation speaks of a “major, internationally recognized award”.",
        "8 C.F.R. § 204.5(h)(3)(iv) says “the same or an allied field of specification”.",
        "8 C.F.R. § 204.5(h)(3)(iv) says “the same or an allied field of specialization”.",
        "The regulation asks for “[d]ocumentation of the alien's receipt of . . . prizes or awards”.",
        "The article is called “Slow Reactions at Low Temperature”.",
        "Beyond the regulation, the committee called it “a jewel of method” [@medal, p. 1].",
        "The regulation reads:\n\n> as shown by box office\n> receipts or record, cassette, compact disk",
    ],
)
def test_true_quotations_pass(run, minimal, text):
    assert run(QUOTE, text, minimal) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("The regulation asks for “lesser nationally and internationally recognized prizes or awards”.", 1),
        ("8 C.F.R. § 204.5(h)(3)(v) asks for “contributions of major importance in the field”.", 1),
        ("She shows contributions of major “significance to the field”.", 1),
        ("The regulation requires “an award that everybody has heard of”.", 1),
        ("The regulation reads:\n\n> Documentation of the alien's receipt of greatly recognized prizes or awards.", 3),
    ],
)
def test_misquotations_of_the_regulation_are_errors(run, minimal, text, line):
    (finding,) = run(QUOTE, text, minimal)
    assert (finding.severity, finding.line) == ("error", line)
    assert finding.suggestion or "everybody" in text


@pytest.mark.parametrize(
    ("text", "severity", "words"),
    [
        ("*Kazarian v. USCIS*, 596 F.3d 1115 (9th Cir. 2010) describes two parts.", None, ""),
        ("*Matter of Chawathe*, 25 I&N Dec. 369 (AAO 2010).", None, ""),
        ("*Matter of Price*, 20 I&N Dec. 953 (Assoc. Comm’r 1994).", None, ""),
        ("Under Kazarian v. USCIS there are two parts.", None, ""),
        ("Kazarian v. U.S. Citizenship & Immigration Servs., 596 F.3d 1115, 1122 (9th Cir. 2010).", None, ""),
        ("*Kazarian v. USCIS*, 580 F.3d 1030 (9th Cir. 2009).", "error", "withdrawn"),
        ("*Varghese v. China Southern Airlines*, 925 F.3d 1339 (11th Cir. 2019).", "error", "fabricated"),
        ("*Doe v. USCIS*, 999 F.3d 123 (9th Cir. 2021).", "warning", "unverified"),
        ("As Smith v. Jones shows, all is well.", "warning", "unverified"),
        ("*Visinscaia v. Beers*, 596 F.3d 1115 (9th Cir. 2010).", "error", "is Kazarian v. USCIS"),
        ("*Kazarian v. USCIS*, 596 F.3d 1115 (5th Cir. 2010).", "warning", "Court or year"),
        ("*Kazarian v. USCIS*, 596 F.3d 1115 (9th Cir. 2011).", "warning", "Court or year"),
        (
            "The petitioner prevailed in *Rijal v. USCIS*, 772 F. Supp. 2d 1339 (W.D. Wash. 2011).",
            "warning",
            "favourable",
        ),
    ],
)
def test_authorities_are_on_record(run, minimal, text, severity, words):
    findings = run(CITE, text, minimal, "intro")
    if severity is None:
        assert findings == []
    else:
        assert [finding.severity for finding in findings] == [severity]
        assert words in findings[0].message


def test_masking_keeps_every_offset():
    text = "See 8 C.F.R. § 204.5(h)(3)(i); she won in 1975."
    masked = mask_law(text)
    assert len(masked) == len(text)
    assert "204" not in masked
    assert "1975" in masked


def test_nothing_is_no_regulation():
    assert not is_regulation("")
    assert not is_regulation("…")


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u2011", "\u2013", "\u00ad-"])
def test_spelling_of_a_quotation_is_one(hyphen):
    words = "a “one-time achievement” of the ofﬁcer".replace("-", hyphen)
    assert normalise(words) == 'a "one-time achievement" of the officer'
