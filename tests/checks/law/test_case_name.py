import pytest

from workbench.checks.law.case_name import compare_names, name_words


@pytest.mark.parametrize(
    ("known", "named", "likeness"),
    [
        ("Kazarian v. USCIS", "Kazarian v. U.S. Citizenship & Immigration Servs.", "same"),
        ("Buletini v. INS", "Buletini v. I.N.S.", "same"),
        ("Matter of Chawathe", "In re Chawathe", "same"),
        ("Kazarian v. USCIS", "Kazarian", "first party"),
        ("Kazarian v. USCIS", "Kazarian v. Garland", "first party"),
        ("Kazarian v. USCIS", "Kazarain v. USCIS", "same"),
        ("Kazarian v. USCIS", "Rijal v. USCIS", "other"),
        ("Matter of Price", "Price Waterhouse v. Hopkins", "first party"),
        ("Kazarian v. USCIS", "", "other"),
    ],
)
def test_names_are_compared_by_party(known, named, likeness):
    assert compare_names(known, named) == likeness


def test_words_of_a_name():
    assert name_words("Estate of Durden v. KLM Royal Dutch Airlines")[:2] == ["durden", "klm"]
