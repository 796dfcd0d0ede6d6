"""Sources by what their own pages say of themselves."""

import pytest


@pytest.mark.parametrize(
    ("kind", "page", "reason"),
    [
        ("published_material", "SPONSORED CONTENT\nAda Example is a star.", "paid or sponsored"),
        ("published_material", "This is a paid advertisement.", "paid or sponsored"),
        ("published_material", "FOR IMMEDIATE RELEASE\nA medal for Ada Example", "press release"),
        ("published_material", "Independently published, 2020", "self-published"),
        ("background", "We offer fast-track publication. The publication fee is 99 dollars.", "sells publication"),
        ("award", "Pay the entry fee. Order your trophy today.", "sells the distinction"),
    ],
)
def test_own_words_are_a_warning(run_letter, with_pages, kind, page, reason):
    findings = run_letter("source-quality", "Text.", with_pages(medal=([page], {"kind": kind})))
    assert [finding.severity for finding in findings] == ["warning"]
    assert reason in findings[0].message
    assert findings[0].evidence[0].quote in page


@pytest.mark.parametrize(
    "page",
    [
        "This is not sponsored content. There is no entry fee.",
        "The conference was sponsored by the National Science Foundation.",
        "The article processing charge is waived.",
        "The jury reads every nomination. Candidates cannot apply.",
        "The medal was announced in a press release of the ministry.",
    ],
)
def test_ordinary_pages_pass(run_letter, with_pages, page):
    case = with_pages(medal=([page], {"kind": "award"}), academy=([page], {"kind": "published_material"}))
    assert run_letter("source-quality", "Text.", case) == []


def test_letters_are_not_judged(run_letter, with_pages):
    case = with_pages(statement=(["Sponsored content is what I hate."], {"kind": "letter"}))
    assert run_letter("source-quality", "Text.", case) == []


@pytest.mark.parametrize(
    ("source", "is_own"),
    [
        ("Invented Robotics, Inc., newsroom", True),
        ("www.invented-robotics.com/news", True),
        ("Invented News", False),
        ("Review of Robotics", False),
        ("robotics.com", False),
    ],
)
def test_own_publisher_is_a_warning(run_letter, with_pages, source, is_own):
    """The petitioner's own, or that of the employer who gave the contract."""
    employed = with_pages(
        medal=(["A star."], {"kind": "published_material", "source": source, "author": None}),
        academy=(["Terms."], {"kind": "contract", "source": "Invented Robotics LLC"}),
    )
    assert [finding.check for finding in run_letter("source-quality", "Text.", employed)] == ["source-quality"] * is_own
    petitioner = employed.petitioner.model_copy(update={"name": "Invented Robotics Inc.", "self_petition": False})
    case = with_pages(medal=(["A star."], {"kind": "published_material", "source": source, "author": None}))
    found = run_letter("source-quality", "Text.", case.model_copy(update={"petitioner": petitioner}))
    assert ["petitioner itself" in finding.message for finding in found] == [True] * is_own


def test_own_author_is_a_warning(run_letter, with_pages):
    case = with_pages(medal=(["A star."], {"kind": "published_material", "author": "Ada Example"}))
    (finding,) = run_letter("source-quality", "Text.", case)
    assert "its author" in finding.message


def test_sample_sources_pass(run_letter, minimal, wu):
    assert run_letter("source-quality", "Text.", minimal) == []
    assert len(run_letter("source-quality", "Text.", wu)) <= 1
