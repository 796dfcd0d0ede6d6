"""Text as HTML that shows it and nothing else."""

from __future__ import annotations

import unicodedata
from html import escape


def escape_html(text: str) -> str:
    """Escapes a text for an element or a quoted attribute.

    >>> escape_html('5 < 6 & "7"')
    '5 &lt; 6 &amp; &quot;7&quot;'
    """
    return escape(text)


def escape_visibly(text: str) -> str:
    r"""Escape a text, invisible characters written out.

    So is what turns the direction of reading.

    >>> escape_visibly("a\u202eb")
    'a\\u202eb'
    """
    return escape("".join(letter if letter in "\n\t" or _is_plain(letter) else _write_out(letter) for letter in text))


def escape_line(text: str) -> str:
    r"""Escape a line, line feeds and tabs written out.

    >>> escape_line("a\nb")
    'a\\nb'
    """
    return escape("".join(letter if _is_plain(letter) else _write_out(letter) for letter in text))


def render_document(title: str, body: str) -> str:
    """Render a page that loads and runs nothing.

    Args:
        title: Escaped text.
        body: HTML of the page's main part.
    """
    # The policy forbids all loading and scripts: drafts are text of models, and the page is sent to others.
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="color-scheme" content="light dark">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<style>body{margin:0}main{padding:1rem 2rem;font-family:system-ui,sans-serif}h1{font-size:1.5rem}</style>"
        f"<title>{title}</title></head><body><main>{body}</main></body></html>\n"
    )


def _is_plain(letter: str) -> bool:
    # isprintable() knows no space but the ASCII one, and no-break spaces belong to the text.
    return letter.isprintable() or unicodedata.category(letter) == "Zs"


def _write_out(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
