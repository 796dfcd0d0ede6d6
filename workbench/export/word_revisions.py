"""Marks of tracked changes in WordprocessingML.

Source: ECMA-376, part 1, section 17.13.5.
"""

from __future__ import annotations

import copy
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn


class RevisionMarker:
    """Maker of marks that share author and moment, with ids in the order in which they are made.

    Args:
        author: As Word shows it.
        at: Moment, ISO-8601 UTC; Word reads whole seconds.
        first: The first id; bookmarks count in the same row.
    """

    def __init__(self, author: str, at: str, first: int) -> None:
        self.author = author
        self.date = f"{at[:19]}Z" if at else ""
        self._next = first

    def take_id(self) -> str:
        """Returns an id that nothing else has."""
        self._next += 1
        return str(self._next - 1)

    def make(self, tag: str) -> Any:
        """Makes a mark: ``w:ins``, ``w:del`` or ``w:pPrChange``."""
        mark: Any = OxmlElement(tag)
        mark.set(qn("w:id"), self.take_id())
        mark.set(qn("w:author"), self.author)
        if self.date:
            mark.set(qn("w:date"), self.date)
        return mark

    def mark_end(self, paragraph: Any, tag: str) -> None:
        """Marks the end of a paragraph, so that the whole paragraph comes or goes."""
        properties = paragraph.get_or_add_pPr()
        run = properties.find(qn("w:rPr"))
        if run is None:
            run = OxmlElement("w:rPr")
            # What the schema has behind it, sectPr and pPrChange, no paragraph of ours has yet.
            properties.append(run)
        run.insert(0, self.make(tag))

    def mark_row(self, row: Any, tag: str) -> None:
        """Marks a row of a table as inserted or deleted."""
        row.get_or_add_trPr().append(self.make(tag))

    def mark_former_properties(self, paragraph: Any, former: Any) -> None:
        """Records the properties that a paragraph had, which come back where the change is refused.

        Args:
            paragraph: With its new properties.
            former: The old ``w:pPr``, or None.
        """
        change = self.make("w:pPrChange")
        held: Any = OxmlElement("w:pPr")
        if former is not None:
            held.extend(copy.deepcopy(child) for child in former if child.tag != qn("w:rPr"))
        change.append(held)
        paragraph.get_or_add_pPr().append(change)
