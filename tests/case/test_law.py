import pytest

from workbench.case.criteria import CRITERIA, NARRATIVE_ELEMENTS, REPLACEABLE, SECTION_IDS, authorities, regulation_text
from workbench.case.law import regulation_variants

ROMAN = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"]


@pytest.mark.parametrize(
    ("paragraph", "words"),
    [
        ("(h)(1)", "may file an I-140 visa petition"),
        ("(h)(2)", "that small percentage who have risen to the very top of the field of endeavor."),
        ("(h)(3)", "(that is, a major, international recognized award)"),
        ("(h)(3)(iv)", "in the same or an allied field of specification"),
        ("(h)(3)(viii)", "leading or critical role for organizations or establishments that have a distinguished"),
        ("(h)(4)", "If the above standards do not readily apply"),
        ("(h)(5)", "clear evidence that the alien is coming to the United States to continue work"),
    ],
)
def test_the_regulation_says(paragraph, words):
    assert words in regulation_text(paragraph)


def test_every_criterion_has_its_paragraph():
    for criterion in CRITERIA.values():
        assert criterion.text == regulation_text(criterion.paragraph)
        assert criterion.cite == f"8 C.F.R. § 204.5{criterion.paragraph}"
    assert [CRITERIA[name].paragraph for name in REPLACEABLE] == [f"(h)(3)({number})" for number in ROMAN]
    with pytest.raises(KeyError):
        regulation_text("(h)(6)")


def test_both_sic_wordings_are_on_record():
    for variant in regulation_variants():
        assert variant.official in regulation_text(variant.paragraph)
        assert variant.corrected not in regulation_text(variant.paragraph)
    assert {variant.paragraph for variant in regulation_variants()} == {"(h)(3)", "(h)(3)(iv)"}


def test_authorities_keep_outcome_and_negative_controls():
    by_cite = {authority.cite: authority for authority in authorities()}
    assert len(by_cite) == len(authorities())
    assert by_cite["580 F.3d 1030"].standing == "withdrawn"
    assert by_cite["925 F.3d 1339"].standing == "fabricated"
    assert not by_cite["925 F.3d 1339"].cite_verified
    lost = {"Kazarian v. USCIS", "Visinscaia v. Beers", "Rijal v. USCIS", "Amin v. Mayorkas"}
    assert {authority.name for authority in authorities() if authority.outcome == "lost"} >= lost
    for authority in authorities():
        assert authority.proposition
        assert authority.seen
        assert authority.outcome_detail.startswith(authority.outcome) or authority.outcome == "none"


def test_section_ids_are_the_catalogue():
    assert len(set(SECTION_IDS)) == len(SECTION_IDS)
    assert set(CRITERIA) | set(NARRATIVE_ELEMENTS) | {"intro", "conclusion"} == set(SECTION_IDS)
