"""Errors seeded into clean petitions, and a score of the checks that should find them."""

from . import (
    exhibit_errors,
    law_errors,
    leftover_errors,
    name_errors,
    number_errors,
    qualifier_errors,
    quotation_errors,
    shape_errors,
)

FAMILIES = (
    quotation_errors, number_errors, name_errors, qualifier_errors, exhibit_errors, law_errors, leftover_errors,
    shape_errors,
)  # fmt: skip
"""Modules of mutators; importing them registers what they make."""
