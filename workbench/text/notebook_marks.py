"""Marks that tell the cells of a petition's notebook apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NOTEBOOK_KEY = "workbench"
"""Key of this package's entry in the metadata of a notebook and its cells."""

FILING_TAG = "filing"
"""Cells without a tag of :data:`FILING_ROLES` are never exported."""

FILING_ROLES = {FILING_TAG: "", "filing-head": "head", "filing-signature": "signature"}
"""Tags of the cells that are filed, with the part of the letter that they name; empty: any, mostly a section."""


def read_tags(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """Returns the tags of a cell.

    Whatever is no list of texts has none.

    >>> read_tags({"tags": ["filing", 3]}), read_tags({"tags": "not for filing"})
    (('filing',), ())
    """
    # A text is no list: "filing" is in "not for filing".
    tags = metadata.get("tags")
    return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()


def is_filed(metadata: Mapping[str, Any]) -> bool:
    """Tells if a cell is tagged for filing."""
    return any(tag in FILING_ROLES for tag in read_tags(metadata))


def find_role(metadata: Mapping[str, Any]) -> str:
    """Returns the part of the letter that a cell is.

    By its mark, or else by its tag; empty where neither says it.

    >>> find_role({"tags": ["filing-head"]}), find_role({"tags": ["filing"], "workbench": {"role": "signature"}})
    ('head', 'signature')
    """
    mark = read_mark(metadata)
    roles = (FILING_ROLES.get(tag) for tag in read_tags(metadata))
    return str(mark.get("role") or next(filter(None, roles), ""))


def read_mark(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns this package's entry in a cell's metadata, which anybody can edit."""
    mark = metadata.get(NOTEBOOK_KEY)
    # Of JSON. A test for Mapping would look through all subclasses that the process has, once for each kind of node.
    return mark if isinstance(mark, dict) else {}
