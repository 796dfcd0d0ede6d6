"""The digest of a text: the name under which drafts, approvals and prompts are known again."""

from __future__ import annotations

import hashlib


def text_digest(text: str) -> str:
    """Compute the sha256 of a text's UTF-8, hexadecimal.

    A lone surrogate, which UTF-8 cannot hold, counts as a question mark.

    >>> text_digest("abc")[:12]
    'ba7816bf8f01'
    """
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
