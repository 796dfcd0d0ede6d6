"""Letters of a petition's PDF in reading order, without headers and footers, to compare them with what was written."""

from __future__ import annotations

import json
import re

from workbench.case.pages import ReadFile, ReadLimits, ReadPage, page_limit_error, text_limit_error
from workbench.case.pdf_text import open_pdf

_TOP_PT = 74.0
"""Of the page's head, in points: our letters begin 79 points below the edge."""
_FOOT_PT = 68.0
"""Of the page's foot: our letters end 72 points above the edge."""
_DIGEST = re.compile(r"manifest sha256:([0-9a-f]{64})")


def read_pdf_letter(raw: bytes, limits: ReadLimits) -> ReadFile:
    """Reads the letter of a PDF, page by page.

    Returns:
        One page, whose text is a JSON object: ``pages``, a text each, and ``digest`` of the manifest that the file
        names, or null.

    Raises:
        UnreadableFileError: The file is damaged, encrypted, or beyond the limits.
    """
    with open_pdf(raw) as document:
        if len(document) > limits.pages:
            raise page_limit_error(limits)
        named = _DIGEST.search(document.get_metadata_value("Keywords") or "")
        texts: list[str] = []
        total = 0
        for page in document:
            words = page.get_textpage()
            text = words.get_text_bounded(bottom=_FOOT_PT, top=page.get_height() - _TOP_PT)
            words.close()
            page.close()
            texts.append(text)
            total += len(text)
            if total > limits.characters:
                raise text_limit_error(limits)
    found = {"pages": texts, "digest": None if named is None else named[1]}
    return ReadFile([ReadPage(json.dumps(found), "text")])
