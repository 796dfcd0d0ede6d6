"""Styles and list numbers of a DOCX, as far as they change its text."""

from __future__ import annotations

import re
from typing import Any

from workbench.case.docx_package import find_child, get_attribute, is_on, tag_of

_LEVELS = 9
_MAX_NUMBER = 100_000
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


class Styles:
    """The styles of a DOCX and what they inherit.

    Args:
        root: Of ``styles.xml``, or None.
    """

    def __init__(self, root: Any) -> None:
        self._styles: dict[str, Any] = {}
        self._found: dict[tuple[str | None, ...], Any] = {}
        self.default_paragraph: str | None = None
        self._hides_all = is_on(find_child(root, "w:docDefaults", "w:rPrDefault", "w:rPr", "w:vanish"))
        for style in root if root is not None else ():
            style_id = get_attribute(style, "styleId") if tag_of(style) == "w:style" else None
            if style_id is None:
                continue
            self._styles[style_id] = style
            if get_attribute(style, "type") == "paragraph" and get_attribute(style, "default") in ("1", "true", "on"):
                self.default_paragraph = style_id

    def property(self, style_id: str | None, *path: str) -> Any:
        """Finds a property in a style or those that it is based on."""
        key = (style_id, *path)
        if key not in self._found:
            self._found[key] = self._find_property(style_id, path)
        return self._found[key]

    def _find_property(self, style_id: str | None, path: tuple[str, ...]) -> Any:
        seen = set()
        while style_id is not None and style_id not in seen:
            seen.add(style_id)
            style = self._styles.get(style_id)
            found = find_child(style, *path)
            if found is not None:
                return found
            style_id = value_of(find_child(style, "w:basedOn"))
        return None

    def is_hidden(self, run: Any, paragraph_style: str | None, table_style: str | None = None) -> bool:
        """Tells if Word hides a run of text."""
        properties = find_child(run, "w:rPr")
        own = find_child(properties, "w:vanish")
        if own is not None:
            return is_on(own)
        if self._hides_all:
            return True
        # Set by two styles it is off again: Word toggles such properties.
        styles = (value_of(find_child(properties, "w:rStyle")), paragraph_style, table_style)
        return sum(is_on(self.property(style, "w:rPr", "w:vanish")) for style in styles) % 2 == 1


class Numbering:
    """Counts the numbered paragraphs of a DOCX as Word does.

    Args:
        root: Of ``numbering.xml``, or None.
        styles: Of the same document.
    """

    def __init__(self, root: Any, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, Any] = {}
        self._numbers: dict[str, Any] = {}
        for entry in root if root is not None else ():
            if tag_of(entry) == "w:abstractNum":
                self._lists[get_attribute(entry, "abstractNumId") or ""] = entry
            elif tag_of(entry) == "w:num":
                self._numbers[get_attribute(entry, "numId") or ""] = entry
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def next_label(self, properties: Any, style: str | None) -> str:
        """Returns the number or bullet in front of a paragraph.

        The paragraph counts as passed.

        Args:
            properties: The paragraph's own, or None.
            style: Its style.
        """
        own, inherited = find_child(properties, "w:numPr"), self._styles.property(style, "w:pPr", "w:numPr")
        number_id = value_of(find_child(own, "w:numId")) or value_of(find_child(inherited, "w:numId"))
        number = self._numbers.get(number_id or "")
        list_id = value_of(find_child(number, "w:abstractNumId"))
        if (
            number is None or number_id is None or list_id is None
        ):  # the number 0 takes a paragraph out of its style's list
            return ""
        levels = self._levels(list_id)
        written = value_of(find_child(own, "w:ilvl")) or value_of(find_child(inherited, "w:ilvl"))
        if written is None and find_child(own, "w:numId") is None:
            # A style's place in its list may be written in the list only.
            written = next(
                (key for key, level in levels.items() if value_of(find_child(level, "w:pStyle")) == style), "0"
            )
        place = _to_int(written, 0)
        if not 0 <= place < _LEVELS:
            return ""
        overrides = {get_attribute(child, "ilvl"): child for child in number if tag_of(child) == "w:lvlOverride"}
        for key, override in overrides.items():
            level = find_child(override, "w:lvl")
            if key is not None and level is not None:
                levels = {**levels, key: level}
        self._count(number_id, list_id, place, levels, overrides)
        return self._label(place, levels, self._counts[list_id])

    def _levels(self, list_id: str) -> dict[str, Any]:
        entry = self._lists.get(list_id)
        # A list may borrow its levels from a numbering style, which names a number, which names a list.
        borrowed = value_of(find_child(entry, "w:numStyleLink"))
        if borrowed is not None:
            number = self._numbers.get(value_of(self._styles.property(borrowed, "w:pPr", "w:numPr", "w:numId")) or "")
            entry = self._lists.get(value_of(find_child(number, "w:abstractNumId")) or "")
        levels = entry if entry is not None else ()
        return {get_attribute(level, "ilvl") or "": level for level in levels if tag_of(level) == "w:lvl"}

    def _count(
        self, number_id: str, list_id: str, place: int, levels: dict[str, Any], overrides: dict[str | None, Any]
    ) -> None:
        counts = self._counts.setdefault(list_id, [None] * _LEVELS)
        restart = value_of(find_child(overrides.get(str(place)), "w:startOverride"))
        if restart is not None and (number_id, place) not in self._begun:
            counts[place] = _to_int(restart, 1)
        else:
            current = counts[place]
            counts[place] = _start_of(levels.get(str(place))) if current is None else current + 1
        self._begun.add((number_id, place))
        for above in range(place):
            if counts[above] is None:
                counts[above] = _start_of(levels.get(str(above)))
        for below in range(place + 1, _LEVELS):
            if value_of(find_child(levels.get(str(below)), "w:lvlRestart")) != "0":
                counts[below] = None

    def _label(self, place: int, levels: dict[str, Any], counts: list[int | None]) -> str:
        level = levels.get(str(place))
        kind = _kind_of(level)
        if level is None or kind == "none":
            return ""
        if kind == "bullet":
            return "• "
        legal = is_on(find_child(level, "w:isLgl"))

        def write(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            number = counts[at]
            return "" if number is None else _format(number, "decimal" if legal else _kind_of(levels.get(str(at))))

        label = re.sub(r"%([1-9])", write, value_of(find_child(level, "w:lvlText")) or "")
        return f"{label} " if label else ""


def value_of(element: Any) -> str | None:
    """Returns a property's value, or None."""
    return None if element is None else get_attribute(element, "val")


def _kind_of(level: Any) -> str:
    return value_of(find_child(level, "w:numFmt")) or "decimal"


def _start_of(level: Any) -> int:
    return _to_int(value_of(find_child(level, "w:start")), 0)  # the standard's default, which programs never rely on


def _to_int(text: str | None, default: int) -> int:
    # Bounded: the file is untrusted, and a Roman number of ten digits is a million letters.
    if text is None or not re.fullmatch(r"[0-9]{1,5}", text):
        return default
    return int(text)


def _format(number: int, kind: str) -> str:
    if kind in ("lowerRoman", "upperRoman") and 0 < number < _MAX_NUMBER:
        text = ""
        for value, letters in _ROMAN:
            text += letters * (number // value)
            number %= value
        return text.upper() if kind == "upperRoman" else text
    if kind in ("lowerLetter", "upperLetter") and 0 < number < _MAX_NUMBER:
        # Word doubles the letter after z: aa, bb, cc.
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if kind == "upperLetter" else letter
    if kind == "decimalZero":
        return f"{number:02}"
    if kind == "ordinal":
        teens = 10 < number % 100 < 14  # noqa: PLR2004 - eleventh, twelfth, thirteenth
        return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
    return str(number)
