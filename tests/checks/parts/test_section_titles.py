import pytest

from workbench.case.criteria import CRITERIA
from workbench.checks.parts.section_titles import criterion_of, find_criteria, guess_section


@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=list(CRITERIA))
def test_own_titles_are_known(criterion):
    assert guess_section(criterion.title).section_id == criterion.id
    assert guess_section(f"{criterion.title} — {criterion.cite}").strength == "strong"


@pytest.mark.parametrize(
    ("title", "section_id", "strength"),
    [
        ("INTRODUCTION", "intro", "strong"),
        ("Criterion 5: Original Scientific Contributions", "contributions", "strong"),
        ("Criterion (vi)", "publications", "strong"),
        # The second of the criteria claimed, not the regulation's.
        ("Criterion 2: Leading or Critical Role", "critical_role", "strong"),
        ("Evidence under 8 CFR 204.5(h)(3)(iv)", "judging", "strong"),
        # A numeral that is mistyped: the words are what is argued, unless they may mean the criterion cited.
        (
            "Material about Ms. Li has been published in trade and major media. 204.5(h)(3)(v)",
            "published_material",
            "strong",
        ),
        ("Published Material in Professional Publications, 204.5(h)(3)(vi)", "published_material", "strong"),
        ("Leading or Critical Role, 204.5(h)(3)(ix)", "critical_role", "strong"),
        ("Judge of Scholarly Articles, 204.5(h)(3)(vi)", "publications", "strong"),
        ("Judging the award of prizes, 204.5(h)(3)(iv)", "judging", "strong"),
        ("The beneficiary's work, 204.5(h)(3)(v)", "contributions", "strong"),
        ("Ms. Smith has judged the work of others and was a judge of prizes", "judging", "weak"),
        ("Ms. Smith's work is of national importance", "benefit", "weak"),
        ("Intent to Continue Work in the Field", "continuing_work", "strong"),
        ("Final Merits Determination", "final_merits", "strong"),
        ("CONCLUDING REMARKS", "conclusion", "strong"),
        ("High Salary", "high_salary", "strong"),
    ],
)
def test_headings_of_others_are_guessed(title, section_id, strength):
    guess = guess_section(title)
    assert (guess.section_id, guess.strength) == (section_id, strength)


@pytest.mark.parametrize("title", ["", "The Wolf Prizewinner's House", "Slow Reactions at Low Temperature"])
def test_other_titles_name_nothing(title):
    assert guess_section(title) is None


def test_criteria_are_found_in_words():
    assert find_criteria("her prizes, and judging the work of others") == {"awards", "judging"}
    assert criterion_of("VIII") == "critical_role"
    assert criterion_of("xi") is None
