"""A made-up language: each message of the catalogue stands between marks, and a page is searched for what does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po, write_po

from workbench.config import LANGUAGES

BEGIN, END = "⁅", "⁆"

_MARKED = re.compile(f"{BEGIN}[^{BEGIN}{END}]*{END}")
_SEPARATOR = re.compile(r" · |: |\s{2,}|[(),—]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_REF = re.compile(r"\b[a-z]+@[0-9a-f]{6,}")
"""Name of a prompt version."""
_CODES = {"kind", "status", "severity", "verdict", "standing", "what", "level", "type", "part"}
"""Fields whose values a view shows by a word of the catalogue."""
_DATE = re.compile(r"\d{1,2}\. [A-Z][a-zä]+\.?|\b[A-Z][a-zä]+ \d{4}")
"""A day or a month, as dates are written in the language whose code the catalogue has."""

# Text nodes and attributes of everything mounted; the letter is an English document, and code is no prose.
COLLECT = """(root) => {
  const found = [];
  const place = (node) => node.tagName.toLowerCase() + (node.className ? `.${node.className}` : "");
  const spared =
    ".wbm-sheet .wbm-text, .wbm-sheet > :first-child, .wbm-cite, .wbp-desk, .wbu-paper, .wbu-sent, .wbu-line, " +
    "code, kbd, textarea, script, style, svg";
  const kinds = NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT;
  const walker = document.createTreeWalker(document.querySelector(root), kinds);
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (!node.parentElement.closest(spared)) found.push([place(node.parentElement), "text", node.data]);
    } else
      for (const name of ["aria-label", "title", "placeholder", "alt", "aria-valuetext", "label"])
        if (node.hasAttribute(name)) found.push([place(node), name, node.getAttribute(name)]);
  }
  return found;
}"""


def write_pseudo_catalogue(folder: Path) -> Path:
    """Writes the catalogue, with three plural forms: one, two, and more."""
    with (LANGUAGES / "messages.pot").open("rb") as file:
        catalogue = read_po(file)
    catalogue.mime_headers = [
        ("Language", "de"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Plural-Forms", "nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);"),
    ]
    for message in catalogue:
        if isinstance(message.id, tuple):
            one, many = message.id
            message.string = tuple(f"{BEGIN}{form}{END}" for form in (one, f"2:{many}", many))
        elif message.id:
            message.string = f"{BEGIN}{message.id}{END}"
    path = folder / "pseudo.po"
    with path.open("wb") as file:
        write_po(file, catalogue)
    return path


def untranslated(shown: list[list[str]], data: object) -> list[str]:
    """Returns what is shown outside the marks and is not of the data: names, titles, findings' texts."""
    known = {piece for value in _strings(data) for piece in [_flatten(value), *map(_flatten, _SEPARATOR.split(value))]}
    found = set()
    for place, kind, text in shown:
        rest = _REF.sub(" ", _DATE.sub(" ", text))
        while (shorter := _MARKED.sub(" ", rest)) != rest:
            rest = shorter
        pieces = [_flatten(piece) for piece in _SEPARATOR.split(rest) if _WORD.search(piece)]
        if not all(piece in known or _is_part(piece, known) for piece in pieces):
            found.add(f"{place} [{kind}] {text}")
    return sorted(found)


def _is_part(piece: str, known: set[str]) -> bool:
    # A few words alone may be in a letter by chance.
    return len(piece.split()) > 3 and any(piece in value for value in known)


def _strings(data: object) -> Iterator[str]:
    match data:
        case str():
            yield data
        case dict():
            yield from (text for name, each in data.items() if name not in _CODES for text in _strings(each))
        case list() | tuple():
            yield from (text for each in data for text in _strings(each))


def _flatten(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).casefold().strip()
