import pytest

from workbench.checks.legal_text import is_regulation, mask_law, normalise


def test_masking_keeps_every_offset():
    text = "See 8 C.F.R. § 204.5(h)(3)(i); she won in 1975."
    masked = mask_law(text)
    assert len(masked) == len(text)
    assert "204" not in masked
    assert "1975" in masked


@pytest.mark.parametrize("cite", ["INA 203(b)(1)(A)", "I.N.A. 203(b)", "INA Sec. 203(b)(1)", "INA § 203(b)", "INA 203"])
def test_masking_reads_statute(cite):
    assert not any(char.isdigit() for char in mask_law(f"Classification is sought under {cite}."))


def test_nothing_is_no_regulation():
    assert not is_regulation("")
    assert not is_regulation("…")


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u2011", "\u2013", "\u00ad-"])
def test_spelling_of_a_quotation_is_one(hyphen):
    words = "a “one-time achievement” of the ofﬁcer".replace("-", hyphen)
    assert normalise(words) == 'a "one-time achievement" of the officer'
