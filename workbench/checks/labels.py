"""Parts of a letter that state nothing of the person: labels, addresses, counters, quotations."""

from __future__ import annotations

import re

from workbench.case.typed_citation import find_typed_citations
from workbench.checks.legal_text import find_quotations, mask_law
from workbench.text.text_cache import cache_by_text

_QUOTED_WORDS = 4
"""Words from which a quotation is compared as such, by the check of quotations."""
_NUMBER = r"\d{1,4}(?:\.\d{1,3}){0,3}"
# Every repetition is bounded: a draft is untrusted.
_LABELS = re.compile(
    "|".join(
        (
            r"\[\s{0,3}@[^\[\]]{0,400}\]",
            r"https?://\S{1,300}|www\.\S{1,300}|\b[\w.+-]{1,64}@[\w.-]{1,100}",
            # Exhibits, with ranges, sub-items and pin pages.
            (
                r"\b(?:Exhibits?|Exhs?\.|Exs?\.)\s{0,3}(?:No\.\s{0,3})?[\[(]?(?:\d{1,4}[a-zA-Z]?|[ivx]{1,5}|[A-Z]{1,2})\b[\])]?"
                r"(?:\.\d{1,3})?(?:\s{0,3}(?:[-–—,;&/]|and|to|through)\s{0,3}(?:and\s{1,3})?(?:Exs?\.\s{0,3})?\d{1,4}[a-z]?\b"
                r"(?!\s{1,3}(?!and\b|to\b)[a-z]{3})){0,40}(?:,?\s{0,3}(?:at|pp?\.|pages?|¶¶?)\s{0,3}\d{1,4}(?:\s{0,3}[-–]\s{0,3}\d{1,4})?)?"
            ),
            # Parts of this letter and of documents.
            (
                r"(?:\b(?:[Ss]ections?|[Ss]ecs?\.|[Pp]arts?|[Cc]hapters?|[Pp]aragraphs?|[Tt]abs?|[Aa]ppendix|[Ff]igs?\.|[Ff]igures?"
                rf"|[Tt]ables?|[Ff]ootnotes?)|§§?|¶¶?)\s{{0,3}}{_NUMBER}"
                rf"(?:\s{{0,3}}(?:[-–—,]|and|to)\s{{0,3}}(?:and\s{{1,3}})?{_NUMBER}\b(?!\s{{1,3}}(?!and\b|to\b)[a-z]{{3}})){{0,40}}"
            ),
            r"\b(?:pages?|pp?\.)\s{0,3}\d{1,4}(?:\s{0,3}(?:[-–]|of|to)\s{0,3}\d{1,4})?",
            r"\b(?:Criteri(?:on|a)|Prongs?|Steps?)\s{1,3}(?:\d|[ivx]{1,5})\b",
            # Where to write to, and to call.
            r"(?:Tel|Phone|Fax|Telephone)\.?:?\s{0,3}\+?[\d() .-]{7,20}",
            r"\(\d{3}\)\s{0,3}\d{3}-\d{4}|\b\d{3}-\d{3}-\d{4}\b",
            (
                r"\b\d{1,5}\s{1,3}(?:[A-Z][a-z]{1,20}\s{1,3}){1,3}"
                r"(?:St(?:reet)?|Ave(?:nue)?|R(?:oa)?d|Blvd|Boulevard|Drive|Lane|Way|Court)\b\.?"
            ),
            r"\b(?:Apt|Suite|Ste|Room|Floor|P\.?O\.?\s{0,3}Box)\.?\s{0,3}\d{1,6}|\b[A-Z]{2}\s{1,3}\d{5}(?:-\d{4})?\b",
            r"\b(?:Form\s{1,3})?[A-Z]{1,3}-\d{1,4}[A-Z]?\b",
            # Counters of lists, and those of headings, at the beginning of a line or within it.
            (
                r"^[ \t>#*_-]{0,12}(?:\(?(?:\d{1,3}(?:\.\d{1,3}){0,3}|[ivx]{1,5}|[a-z])[.)](?=\s)"
                r"|#{1,6}\s{1,3}\d{1,3}(?:\.\d{1,3}){0,3}(?=\s)"
                # A heading that the paragraph runs on from: "5.1 *What was original.*"
                r"|\d{1,2}(?:\.\d{1,2}){1,3}(?=\s{1,3}[*_A-Z]))"
            ),
            r"(?<![\w(.,$])\(?\d{1,2}\)(?=\s)",
        )
    ),
    re.MULTILINE,
)
_VOLUME = re.compile(r"(?i)\b(?:vol(?:ume|\.)|no\.|number|issue)\s{1,3}\d{1,5},\s{0,3}\Z")
_VOLUME_REACH = 24
"""Characters before a page in which its volume stands."""


@cache_by_text(8192)  # several checks ask for the same sentences and blocks
def mask_labels(text: str) -> str:
    """Blanks numbers that are no statements, and citations of law; the rest keeps its offset.

    The page at which a publication begins, ``volume 22, page 386``, is a statement.
    """
    masked = mask_law(text)

    def blank(match: re.Match[str]) -> str:
        if match[0][0] in "pP" and _VOLUME.search(masked, max(0, match.start() - _VOLUME_REACH), match.start()):
            return match[0]
        return " " * len(match[0])

    # A group may go on behind the page of its first exhibit: "Exhibits 7 at 1; 5 at 1".
    pieces: list[str] = []
    end = 0
    for found in find_typed_citations(masked):
        # Those of one group have one place.
        if found.start >= end:
            pieces += [masked[end : found.start], " " * (found.end - found.start)]
            end = found.end
    masked = "".join([*pieces, masked[end:]])
    return _LABELS.sub(blank, masked)


def mask_quotations(text: str) -> str:
    """Blanks quotations of several words, also one that the next paragraph goes on with; offsets stay."""
    pieces: list[str] = []
    end = 0
    for quotation in find_quotations(text):
        if len(quotation.text.split()) >= _QUOTED_WORDS:
            pieces += [text[end : quotation.start], " " * (quotation.end - quotation.start)]
            end = quotation.end
    rest = text[end:]
    opened, closed = rest.rfind("“"), rest.rfind("”")
    if opened > closed:
        rest = rest[:opened] + " " * (len(rest) - opened)
    return "".join([*pieces, rest])
