"""Words of a line of a Word file as Markdown, and their merger into the words that they were exported from."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from workbench.export.word_letter import LinePiece
from workbench.text.redline import make_matcher

# A source and a line are compared by it: blanks, quotation marks and dashes may be spelt differently in the two.
_TOKEN = re.compile(
    r"""(?P<cite>\[\s*@[^\[\]]*\])
      | (?P<note>\[\^[A-Za-z0-9_.-]{1,40}\])
      | (?P<hard>(?:[ ]{2,}|\\)\r?\n[ \t]*(?:>[ \t]?)*[ \t]*)
      | (?P<blank>(?:[^\S\n]|\n[ \t]*(?:>[ \t]?)*)+)
      | (?P<escape>\\[!-/:-@\[-`{-~])
      | (?P<entity>&\#?\w{1,32};)
      | (?P<mark>[*_]+)
      | (?P<dash>-{2,})
      | (?P<dots>\.{3})
      | (?P<word>[^\W_]+(?:_+[^\W_]+)*)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_QUOTES = str.maketrans("‘’“”", "''\"\"")
_LINE_START = re.compile(r"(#{1,6})(?=\s|$)|(>)|([-+])(?=\s|$)|(\d{1,9})([.)])(?=\s|$)|(={1,}|-{2,})(?=\s*$)")
_ALIVE = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])|[*`]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|\[(?=\s*@|\^)|!(?=\[)|(?<=\])\(|\$(?=\$)|&(?=#?\w{1,32};)"
)


def write_inline(pieces: Sequence[LinePiece], cite: Callable[[Sequence[LinePiece]], Iterator[LinePiece | str]]) -> str:
    """Writes the words of a line as Markdown.

    Args:
        pieces: The words.
        cite: Yields the pieces again, with a text ``[@id, p. 2]`` in the place of each citation.
    """
    parts = list(cite(pieces))
    styles = _list_styles(parts)
    written = ""
    opened: list[str] = []  # outermost first
    for number, part in enumerate(parts):
        text = part if isinstance(part, str) else part.text if part.note >= 0 else escape_words(part.text)
        if set(opened) != styles[number]:
            # Blanks stand outside of the markers: "*word *" is no emphasis.
            bare = written.rstrip()
            blank = written[len(bare) :]
            lead = text[: len(text) - len(text.lstrip())]
            text = text[len(lead) :]
            while set(opened) - styles[number]:
                bare += opened.pop()
            # What lasts longest is outermost.
            new = sorted(styles[number] - set(opened), key=lambda mark: -_count_pieces(styles, number, mark))
            opened += new
            written = f"{bare}{blank}{lead}{''.join(new)}"
        written += text
    return (written.rstrip() + "".join(reversed(opened))).strip().replace("\n", "\\\n")


def _list_styles(parts: Sequence[LinePiece | str]) -> list[set[str]]:
    """Returns the markers in force at each part: ``**`` and ``*``."""
    found: list[set[str] | None] = [
        # A blank, a citation or the mark of a note shows no style, so it changes none.
        None
        if isinstance(part, str) or part.note >= 0 or not part.text.strip()
        else {mark for mark, is_on in (("**", part.bold), ("*", part.italic)) if is_on}
        for part in parts
    ]
    styles: list[set[str]] = []
    for number, style in enumerate(found):
        following = next((after for after in found[number + 1 :] if after is not None), set())
        styles.append(style if style is not None else (styles[-1] & following if styles else set()))
    return styles


def _count_pieces(styles: Sequence[set[str]], number: int, mark: str) -> int:
    end = next((place for place in range(number, len(styles)) if mark not in styles[place]), len(styles))
    return end - number


def escape_words(text: str) -> str:
    r"""Escapes what Markdown would take for markup; leaves ordinary prose as it is.

    >>> escape_words("5 * 6 costs $30 [sic]")
    '5 \\* 6 costs $30 [sic]'
    """
    return _ALIVE.sub(lambda match: f"\\{match[0]}", text)


def escape_start(text: str) -> str:
    """Escapes what would open a heading, quotation or list at the start of a block."""
    found = _LINE_START.match(text)
    if found is None:
        return text
    return f"{found[4]}\\{text[len(found[4]) :]}" if found[4] else f"\\{text}"


class _Token(NamedTuple):
    text: str
    key: str


def _tokens(text: str) -> list[_Token]:
    return [_Token(match[0], _key_of(match)) for match in _TOKEN.finditer(text)]


def _key_of(match: re.Match[str]) -> str:
    text = match[0]
    match match.lastgroup:
        case "hard" | "blank" | "dots":
            key = {"hard": "\n", "blank": " ", "dots": "…"}[match.lastgroup]
        case "escape":
            key = text[1].translate(_QUOTES)
        case "entity":
            key = html.unescape(text)
        case "mark":
            # Alone between blanks it is a letter, as an escaped one is.
            around = match.string[match.start() - 1 : match.start()] + match.string[match.end() : match.end() + 1]
            key = text if not around.strip() else "mark " + text.replace("_", "*")
        case "dash":
            # As the export sets them; a run that is neither is rare, and written anew.
            key = {2: "–", 3: "—"}.get(len(text), text)
        case "cite":
            key = " ".join(text.split())
        case _:
            key = text.translate(_QUOTES)
    return key


def merge_words(source: str, words: str, line_break: str = "\\\n") -> str:
    r"""Changes a source so that it says what the words say, and keeps its spelling of all else.

    >>> merge_words('She *won* the "prize"\nin 1978.', "She *won* the “prize” in 1979.")
    'She *won* the "prize"\nin 1979.'

    Args:
        source: Markdown of one block, without markers.
        words: Markdown of the same block after an edit, as :func:`write_inline` writes it.
        line_break: How a new line break is written.
    """
    old, new = _tokens(source), _tokens(words)
    parts: list[str] = []
    matcher = make_matcher([token.key for token in old], [token.key for token in new])
    for tag, a, b, c, d in matcher.get_opcodes():
        parts += [token.text for token in (old[a:b] if tag == "equal" else new[c:d])]
    merged = "".join(parts)
    return merged.replace("\\\n", line_break) if line_break != "\\\n" else merged
