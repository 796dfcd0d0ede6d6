import pytest

from workbench.checks.draft import DraftText
from workbench.checks.law.regulation_quotes import regulation_quote

QUOTE = "regulation-quote"


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
    ("text", "severity"),
    [
        ("The Policy Manual says that letters “should not form the cornerstone of a successful claim”.", None),
        ("The Policy Manual says that letters “should form the cornerstone of a successful claim for it”.", "error"),
        ("The Policy Manual asks for “an unbroken record of daily newspaper coverage”.", "warning"),
        ("The regulation says that letters “should not form the cornerstone of a successful claim”.", "warning"),
        ("The statute asks that entry “will substantially benefit prospectively the United States”.", None),
        ("Under 6 USCIS-PM F.5(D), the endeavor has “words that this package does not have”.", None),
    ],
)
def test_words_stand_where_they_are_attributed(text, severity):
    findings = list(regulation_quote(DraftText(None, text)))
    assert [finding.severity for finding in findings] == ([severity] if severity else [])


def test_other_chapter_is_not_checked():
    draft = DraftText(None, "Under 6 USCIS-PM F.5(D), it has “words that this package does not have”.")
    assert not list(regulation_quote(draft))
    assert draft.coverage.counts()[QUOTE].unchecked == 1
