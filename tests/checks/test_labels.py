"""Labels, addresses and quotations are blanked, and nothing moves."""

from __future__ import annotations

import pytest

from workbench.checks.labels import mask_labels, mask_quotations


@pytest.mark.parametrize(
    "label",
    [
        "(Exhibits 2–10.)",
        "Exhibit 12 at 3",
        "Sections 1.1-1.5",
        "8 C.F.R. § 204.5(h)(3)(iv)",
        "pp. 4-6",
        "Tel. (123) 456-7890",
        "123 Main St, Apt 2",
        "Anytown, AA 12345",
        "Form I-140",
        "[@medal, p. 12]",
        "http://a.example/2012/7",
    ],
)
def test_label_has_no_number(label):
    masked = mask_labels(f"He wrote {label} and 12 papers.")
    assert len(masked) == len(f"He wrote {label} and 12 papers.")
    assert [char for char in masked if char.isdigit()] == ["1", "2"]


def test_quotation_beyond_paragraph_is_blanked():
    text = "He “won” it. “This goes on for many words"
    assert mask_quotations(text) == "He “won” it. " + " " * 28


def test_group_with_pages_is_blanked():
    masked = mask_labels("He wrote 12 papers (Exhibits 7 at 1; 15 at 2; 22 at 1) and 3 books.")
    assert [char for char in masked if char.isdigit()] == ["1", "2", "3"]
