import pytest

from workbench.checks.law.foreign_standards import find_foreign_standards, is_set_apart


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("The endeavor has both substantial merit and is of national importance.", "the national interest waiver"),
        (
            "On balance, it would be beneficial to the United States to waive the job offer.",
            "the national interest waiver",
        ),
        ("He has a degree of expertise significantly above that ordinarily encountered.", "the second preference"),
        ("She is internationally recognized as outstanding.", "the outstanding professor or researcher"),
        ("The O-1A criteria are met.", "the O-1 regulation"),
        ("He has an O-1 visa.", None),
        ("Her work has merit. The award is of national importance.", None),
        ("", None),
    ],
)
def test_foreign_wording_is_found(text, of):
    assert {found.of for found in find_foreign_standards(text)} == ({of} if of else set())


def test_class_may_be_set_apart():
    assert is_set_apart("Unlike the waiver, this asks for acclaim.")
    assert not is_set_apart("This asks for acclaim.")
