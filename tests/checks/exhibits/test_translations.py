"""Foreign documents and their translations."""

GERMAN = "Die Jury hat den Preis an eine Forscherin vergeben, die sich mit der langsamen Chemie befasst."
CERTIFICATE = (
    "I certify that I am competent in German and English and that the above translation of the document is complete and"
    " accurate."
)


def test_declared_language_needs_a_translation(run_letter, with_pages):
    (finding,) = run_letter("translation", "Text.", with_pages(medal=(["A medal."], {"language": "de"})))
    assert (finding.severity, "no certified translation" in finding.message) == ("error", True)


def test_undeclared_language_is_read(run_letter, with_pages):
    (finding,) = run_letter("translation", "Text.", with_pages(medal=([GERMAN], {})))
    assert finding.severity == "error"
    assert "'de'" in finding.message
    assert finding.evidence[0].quote.startswith("Die Jury")


def test_certificate_in_the_exhibit_passes(run_letter, with_pages):
    assert run_letter("translation", "Text.", with_pages(medal=([GERMAN, CERTIFICATE], {}))) == []


def test_translation_without_certificate_is_warning(run_letter, with_pages):
    english = (
        "The jury gave the prize to a researcher who deals with chemistry and with the slow reactions of the field."
    )
    attributes = {"language": "de", "translation": "article"}
    case = with_pages(medal=([GERMAN], attributes), article=([english], {"kind": "translation"}))
    (finding,) = run_letter("translation", "Text.", case)
    assert (finding.severity, "no certificate" in finding.message) == ("warning", True)
    case = with_pages(medal=([GERMAN], attributes), article=([english, CERTIFICATE], {"kind": "translation"}))
    assert run_letter("translation", "Text.", case) == []


def test_english_case_passes(run_letter, wu, minimal):
    assert run_letter("translation", "Text.", minimal) == []
    assert [finding for finding in run_letter("translation", "Text.", wu) if finding.severity == "error"] == []
