"""Citations of law and quotations of the regulation in prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from workbench.case.law import regulation_text, regulation_variants
from workbench.text.folding import fold_text
from workbench.text.sentences import blank_marks
from workbench.text.text_cache import cache_by_text

PARAGRAPHS = (
    *(f"(h)({number})" for number in range(1, 6)),
    *(f"(h)(3)({numeral})" for numeral in ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")),
)
"""Every paragraph of 8 CFR 204.5(h)."""

# "8 U.S.C. 1153" is a statute, not volume 8 of the United States Reports.
REPORTER = (
    r"\d{1,4}\s+(?:F\.\s?(?:2d|3d|4th)|F\.\s?Supp\.(?:\s?[23]d)?|I\.?\s?&\s?N\.?\s+Dec\.|U\.S\.(?!C)|S\.\s?Ct\.)"
    r"\s+\d{1,5}"
)
"""A reporter citation: volume, reporter, page."""

_OTHER_CITE = (
    r"\b\d{1,4}\s+(?:A\.(?:D\.)?\s?[23]d|N\.[EW]\.(?:\s?[23]d)?|S\.[EW]\.\s?[23]d|So\.(?:\s?[23]d)?|P\.\s?[23]d|N\.Y\.S\.(?:\s?[23]d)?"
    r"|Cal\.\s?(?:App\.\s?|Rptr\.\s?)?(?:2d|3d|4th|5th)|F\.\s?App[’']x|Fed\.\s?Appx\.?|F\.R\.D\.|B\.R\.|Fed\.\s?Cl\."
    r"|L\.\s?Ed\.\s?2d|WL|U\.S\.\s?(?:App\.\s?|Dist\.\s?)?LEXIS)\s+\d{1,8}(?:,\s*(?:at\s+)?\*?\d{1,5}){0,2}"
    r"(?:\s*\([^()\d]{0,40}[^()]{0,20}\d{4}\))?"
)
"""A citation of another reporter or of a data base."""
_ID = r"\b[Ii]d\.(?:,?\s+at\s+\*?\d{1,5}(?:\s?[-–]\s?\d{1,5})?(?:,\s\d{1,5}(?:[-–]\d{1,5})?){0,5})?"

_WORD = r"\b[A-Z][\w’'.&-]{0,40}"  # bounded: a draft is untrusted, and an open repetition costs the square
_PARTY = rf"{_WORD}(?:\s+(?:&\s+)?{_WORD}){{0,6}}"
_CASE_NAME = rf"(?:Matter\s+of\s+[A-Z][\w’'-]{{0,40}}|{_PARTY}\s+v\.\s+{_PARTY})"
CASE = re.compile(
    rf"(?:(?P<name>{_CASE_NAME})\*?,?\s*)?(?P<cite>{REPORTER}|No\.\s+\d:\d\d-[a-z]{{2}}-\d+)"
    r"(?:,\s*\d+(?:[-–]\d+)?)?(?:\s*\((?P<court>[^()]*?)\s*(?P<year>\d{4})\))?"
)
"""A case cited by reporter or docket, with its name, pin page, court and year where they stand beside it."""

NAMED_CASE = re.compile(_CASE_NAME)
"""A case named without a reporter."""

_SUBPARAGRAPHS = r"(?:\s*\([A-Za-z0-9]+\))*(?:\s*[-–]\s*(?:\([A-Za-z0-9]+\))+)*"
# The digits and capitalised names of all these are neither claims about the person nor names of institutions.
_LAW = re.compile(
    r"|".join(
        (
            re.sub(r"\?P<\w+>", "?:", CASE.pattern),
            _OTHER_CITE,
            _ID,
            _CASE_NAME,
            # Any other reporter, where a court stands before the year: "12 Phys. Rev. 345 (1957)" is an article.
            (
                r"\b\d{1,4}\s[A-Z][A-Za-z0-9’']{0,9}\.[A-Za-z0-9.’' ]{0,25}\s\d{1,5}(?:,\s\d{1,5}(?:[-–]\d{1,5})?){0,5}"
                r"\s\((?:[A-Z0-9][^\s()]{0,20}\s){1,8}[12]\d{3}\)"
            ),
            rf"\b8\s+(?:C\.?\s?F\.?\s?R\.?|U\.?\s?S\.?\s?C\.?)\s*(?:§§?|[Ss]ections?|[Pp]arts?)?\s*\d[\d.]*{_SUBPARAGRAPHS}",
            rf"(?:\bINA,?\s*|\bAct,?\s*)?(?:§§?|\b[Ss]ections?|\b[Ss]ecs?\.)\s*\d{{3,4}}(?:\.\d+)?{_SUBPARAGRAPHS}",
            rf"\b(?:INA|I\.N\.A\.)\s+\d{{3,4}}\b{_SUBPARAGRAPHS}",
            # Not a year: "Calder University (2003)".
            r"(?:\((?!(?:1[6-9]|20)\d\d\))[A-Za-z0-9]{1,5}\)){1,5}",
            r"\bINA\b|\bImmigration\s+and\s+Nationality\s+Act\b|\bForm\s+I-\d+\w?\b|\bI-140\b|\bEB-1A?\b",
            r"\bUSCIS\s+Policy\s+Manual\b(?:,?\s*(?:[Vv]ol(?:ume|\.)|[Pp]art|[Cc]h(?:apter|\.))\s+\w+)*",
            r"\b\d+\s+USCIS-PM\s+[A-Z](?:\.\d+)?(?:\([A-Z0-9]+\))*",
            r"\b(?:U\.S\.\s+)?Citizenship\s+and\s+Immigration\s+Services\b|\bDepartment\s+of\s+Homeland\s+Security\b",
            r"\b(?:Criteri(?:on|a))\s+\([ivx]+\)",
        )
    )
)
_QUOTES_AND_DASHES = str.maketrans("“”„‟«»–—‒―", '""""""----')
_CHANGED = re.compile(r"…|\.(?:\s?\.){2,}|\[[^\[\]]*\]")
_QUOTED_LINE = re.compile(r"\n[^\S\n]*>[^\S\n]?")
_SPACE = re.compile(r"\s+")
_QUOTED = re.compile(r"“([^“”]+)”|\"([^\"]+)\"")


class Quotation(NamedTuple):
    """Words in quotation marks.

    Attributes:
        text: Without the marks.
        start: Offset of the opening mark.
        end: Offset just behind the closing mark.
    """

    text: str
    start: int
    end: int


def find_quotations(text: str) -> Iterator[Quotation]:
    """Finds quotations in double marks, typographic or straight."""
    for match in _QUOTED.finditer(text):
        yield Quotation(match[1] or match[2], match.start(), match.end())


@cache_by_text(8192)  # several checks ask for the same sentences and blocks
def mask_law(text: str) -> str:
    """Blanks citations of law, the regulation's verbatim words and the marks of notes.

    Everything else keeps its offset.
    """

    def blank_quote(match: re.Match[str]) -> str:
        return " " * len(match[0]) if is_regulation(match[1] or match[2]) else match[0]

    # Quotations first: with a cite in it blanked, one would no longer be verbatim.
    blanked = _QUOTED.sub(blank_quote, blank_marks(text))
    # The rule may be recited without quotation marks.
    if is_regulation(blanked):
        return " " * len(blanked)
    return _LAW.sub(lambda match: " " * len(match[0]), blanked)


def is_regulation(words: str) -> bool:
    """Tells if words stand verbatim in 8 CFR 204.5(h).

    Either wording counts where copies differ.

    Ellipses and bracketed changes divide the quotation: each part must stand there.
    """
    parts = quoted_parts(words)
    return bool(parts) and all(any(part in text for text in regulation_texts().values()) for part in parts)


def quoted_parts(words: str) -> list[str]:
    """Divides a quotation at its ellipses and bracketed changes into parts of one spelling."""
    parts = (normalise(part) for part in _CHANGED.split(words.replace("> ", "")))
    return [part for part in parts if part]


@cache
def regulation_texts() -> dict[str, str]:
    """Maps each paragraph to its normalised text.

    Corrected variants have entries of their own.
    """
    texts = {paragraph: normalise(regulation_text(paragraph)) for paragraph in PARAGRAPHS}
    # Many copies correct the regulation's two [sic] wordings in silence, so that both are quoted in good faith.
    for variant in regulation_variants():
        corrected = texts[variant.paragraph].replace(normalise(variant.official), normalise(variant.corrected))
        texts[f"{variant.paragraph} as corrected"] = corrected
    return texts


def normalise(text: str) -> str:
    """Reduces text to one spelling, without punctuation at its ends.

    Quotes, dashes, white space and case are made equal.
    """
    text = fold_text(text).translate(_QUOTES_AND_DASHES)
    # Emphasis may be added by the one who quotes.
    text = _QUOTED_LINE.sub(" ", text).replace("*", "")
    return _SPACE.sub(" ", text).strip(" .,;:\"'").casefold()
