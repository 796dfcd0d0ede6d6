"""Numbered and bulleted lists of a Word document, numbered by Word.

Each list counts on its own: it has a numbering instance (``w:num``) that restarts its level.

Source: ECMA-376, part 1, section 17.9. All ``w:abstractNum`` stand before all ``w:num``.
"""
# ruff: noqa: SLF001 - python-docx hands out its XML elements only as _p, and names this the way to extend it

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from workbench.export.word import make_element

LEVELS = 9
"""Levels of a list that Word has."""
_INDENT = 432
"""Of a level, in twentieths of a point: 0.3 inch."""
_BULLETS = ("•", "–")


class ListNumbering:
    """The lists of one document.

    Args:
        document: Of python-docx.
    """

    def __init__(self, document: Any) -> None:
        self._root = document.part.numbering_part.element
        self._formats: dict[str, int] = {}

    def add_list(self, start: int | None, level: int) -> int:
        """Adds a list, and returns the number of its numbering instance.

        Args:
            start: Its first number, or None for bullets.
            level: How deep it is nested, from 0.
        """
        kind = "bullet" if start is None else "decimal"
        if kind not in self._formats:
            self._formats[kind] = self._add_format(kind)
        number = 1 + max((int(each.get(qn("w:numId"))) for each in self._root.findall(qn("w:num"))), default=0)
        instance = make_element("w:num", numId=str(number))
        instance.append(make_element("w:abstractNumId", val=str(self._formats[kind])))
        if start is not None:
            override = make_element("w:lvlOverride", ilvl=str(min(level, LEVELS - 1)))
            override.append(make_element("w:startOverride", val=str(start)))
            instance.append(override)
        # Behind the last instance: an element for clean-up may follow them.
        self._root.findall(qn("w:num"))[-1].addnext(instance) if number > 1 else self._root.append(instance)
        return number

    def copy_list(self, numbering: Any, number: int) -> int:
        """Adds a list of another document that this class numbered, and returns its number here.

        Args:
            numbering: Root of that document's numbering part.
            number: The list's there.
        """
        return self.add_list(*read_list(numbering, number))

    def _add_format(self, kind: str) -> int:
        known = self._root.findall(qn("w:abstractNum"))
        number = 1 + max((int(each.get(qn("w:abstractNumId"))) for each in known), default=-1)
        definition = make_element("w:abstractNum", abstractNumId=str(number))
        definition.append(make_element("w:multiLevelType", val="hybridMultilevel"))
        for level in range(LEVELS):
            definition.append(_make_level(kind, level))
        if known:
            known[-1].addnext(definition)
        else:
            self._root.insert(0, definition)
        return number


def read_list(numbering: Any, number: int) -> tuple[int | None, int]:
    """Returns the first number of a list, None for bullets, and its level.

    Args:
        numbering: Root of the document's numbering part.
        number: Of :meth:`ListNumbering.add_list`.
    """
    for instance in numbering.findall(qn("w:num")):
        override = instance.find(qn("w:lvlOverride"))
        if instance.get(qn("w:numId")) == str(number) and override is not None:
            return int(override[0].get(qn("w:val"))), int(override.get(qn("w:ilvl")))
    return None, 0


def put_in_list(paragraph: Any, number: int, level: int) -> None:
    """Makes a paragraph an item of a list.

    Args:
        paragraph: Of python-docx.
        number: Of :meth:`ListNumbering.add_list`.
        level: How deep the list is nested, from 0.
    """
    numbering = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    numbering.get_or_add_ilvl().val = min(level, LEVELS - 1)
    numbering.get_or_add_numId().val = number


def _make_level(kind: str, level: int) -> Any:
    made = make_element("w:lvl", ilvl=str(level))
    sign = _BULLETS[level % 2] if kind == "bullet" else f"%{level + 1}."
    made.append(make_element("w:start", val="1"))
    made.append(make_element("w:numFmt", val=kind))
    made.append(make_element("w:lvlText", val=sign))
    made.append(make_element("w:lvlJc", val="left"))
    properties = OxmlElement("w:pPr")
    properties.append(make_element("w:ind", left=str(_INDENT * (level + 1)), hanging=str(_INDENT)))
    made.append(properties)
    return made
