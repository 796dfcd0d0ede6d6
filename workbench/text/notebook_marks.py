"""Marks that tell the cells of a petition's notebook apart."""

NOTEBOOK_KEY = "workbench"
"""Key of this package's entry in the metadata of a notebook and its cells."""

FILING_TAG = "filing"
"""Cells without this tag are never exported."""
