"""Text as HTML that shows it and nothing else."""

from __future__ import annotations

import unicodedata
from html import escape


def escape_html(text: str) -> str:
    """Escape a text for an element or a quoted attribute.

    >>> escape_html('5 < 6 & "7"')
    '5 &lt; 6 &amp; &quot;7&quot;'
    """
    return escape(text)


def escape_visibly(text: str) -> str:
    r"""Escape a text and write out what cannot be seen or turns the direction of reading.

    >>> escape_visibly("a\u202eb")
    'a\\u202eb'
    """
    return escape("".join(letter if letter in "\n\t" or _is_plain(letter) else _write_out(letter) for letter in text))


def escape_line(text: str) -> str:
    r"""Escape a text of one line: line feeds and tabs are written out, too.

    >>> escape_line("a\nb")
    'a\\nb'
    """
    return escape("".join(letter if _is_plain(letter) else _write_out(letter) for letter in text))


def _is_plain(letter: str) -> bool:
    return letter.isprintable() or unicodedata.category(letter) == "Zs"


def _write_out(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
