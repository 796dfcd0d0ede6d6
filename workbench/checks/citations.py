"""Checks of exhibit citations: existing, readable, in each section that argues."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections.abc import Iterator

from workbench.case.citation import Citation, MalformedCitation, format_citation, format_pages
from workbench.case.criteria import NARRATIVE_ELEMENTS
from workbench.case.model import Document
from workbench.case.ocr_engine import suggest_ocr
from workbench.case.pages import PageKind
<<<<<<< HEAD
from workbench.checks.draft import DraftSection
from workbench.checks.finding import Finding

# Every way in which petitions number exhibits by hand; "Exhibit Index" is none of them.
BARE = re.compile(
    r"\b(?:Exhibits?|Exh?s?\.)\s+(?:No\.\s*)?(?:\(?\d+[a-z]?\)?|\([ivx]+\)(?:\.\d+)?|[A-Z]{1,2}(?![A-Za-z’']))(?:\s*[-–]\s*\d+)?"
)
"""A number of an exhibit, written by hand."""
=======
from workbench.case.typed_citation import find_typed_citations
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.finding import Finding, Severity
from workbench.checks.legal_text import mask_law
from workbench.text.folding import fold_text, to_ascii_letters
from workbench.text.markdown import Sentence

_SUPERLATIVE = re.compile(
    r"\b(?:most|best|highest|foremost|greatest|largest|finest|only|first|second|third|top|leading|premier|unprecedented"
    r"|unparalleled|unique|world[- ]?class|world[- ]renowned|renowned|acclaimed|prestigious|preeminent|pre-eminent"
    r"|pioneer(?:ed|ing)?|groundbreaking|seminal|revolutionary|ranked?|rankings?)\b",
    re.IGNORECASE,
)
# Words below ten are left out ("one of two authors" claims little), and May, which is more often a verb.
_NUMBER = re.compile(
    r"\d|\b(?:ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?"
    r"|billions?|dozens?|percent|decades?)\b|\b(?:January|February|March|April|June|July|August|September|October|November"
    r"|December)\b",
    re.IGNORECASE,
)
# The repetitions are bounded: a draft is untrusted, and an open one costs the square of its length.
_BODY = re.compile(
    r"\b(?:[A-Z][\w’'.-]{0,40}\s+(?:(?:of|for|the|and|in|de|la|on)\s+){0,2}){1,6}(?:Academ|Societ|Universit|Institut|Associat"
    r"|Foundation|Laborator|Commission|Committee|Council|Prize|Medal|Award|Press|Journal|Review|Times|College|School|Hospital"
    r"|Museum|Galler|Orchestra|Festival|Federation|League|Agenc|Ministr|Department|Corporation|Compan|Bureau|Project)\w*"
    r"|\b(?:Academ|Societ|Universit|Institut|Associat|Foundation|Laborator|Ministr|Museum|Department)\w*\s+(?:of|for)\s+"
    r"(?:the\s+)?[A-Z]\w+"
)
>>>>>>> lead
_GAPS: dict[PageKind, str] = {
    "scan": "Cannot be checked: {place}, is a picture without a text layer.",
    "unreadable": "Cannot be checked: {place}, holds no text that can be read.",
    "mixed": "Checked in part: {place}, holds pictures or characters that cannot be read.",
}

def no_evidence(draft: DraftSection) -> Iterator[Finding]:
    """Finds a section that argues an element without any exhibit.

    A section of phrases alone proves nothing.
    """
    if draft.numbering is not None:
        return  # the sections of such a letter are not ours: criterion-support looks at all that argue one criterion
    argues = draft.criterion is not None or draft.section_id in NARRATIVE_ELEMENTS
    if argues and not any(isinstance(found, Citation) for found in draft.citations):
        message = "This section cites no exhibit at all."
        suggestion = "Argue it from the facts of the case file, each with its exhibit and page."
        yield draft.finding("no-evidence", "error", message, suggestion=suggestion)


def exhibit_exists(draft: DraftSection) -> Iterator[Finding]:
    """Finds citations of unknown, unreadable or shorter exhibits."""
    check = "exhibit-exists"
    for found in draft.citations:
        at = (found.start, found.end)
        if isinstance(found, MalformedCitation):
            message = f"The citation {found.text} cannot be read."
            yield draft.finding(check, "error", message, at=at, suggestion="Write it as [@exhibit-id, p. 2].")
            continue
        document = draft.case.documents.get(found.exhibit_id)
        if document is None:
            message = f"There is no exhibit {found.exhibit_id!r} in this case."
            yield draft.finding(check, "error", message, at=at, suggestion=_nearest(draft, found.exhibit_id))
            continue
        if document.missing is not None:
            draft.coverage.skip(check, "exhibit not at hand")
            message = f"Not checked: exhibit {found.exhibit_id!r} is not at hand ({document.missing})."
            suggestion = "Add the exhibit's file to the case, or read the page yourself."
            yield draft.finding(check, "warning", message, at=at, suggestion=suggestion)
            continue
        last = len(document.pages)
        beyond = sorted({page for page in found.pages if not 1 <= page <= last})
        # The pages of a scan are known, too: one beyond the last is wrong even where none can be read.
        if beyond and (document.has_text or last):
            message = f"Exhibit {found.exhibit_id!r} has {last} page{'s' * (last != 1)}; page {beyond[0]} is cited."
            yield draft.finding(check, "error", message, at=at, suggestion="Cite the page that carries the fact.")
        # What could not be checked must never pass in silence.
        elif not document.has_text and (not document.page_kinds or document.pages_of_kind("scan")):
            message = f"Cannot be checked: exhibit {found.exhibit_id!r} has no text layer."
            suggestion = f"Read the exhibit, or add its text{suggest_ocr()}."
            yield draft.finding(check, "warning", message, at=at, suggestion=suggestion)
        else:
            suggestion = f"Read the page itself{suggest_ocr()}."
            for message in _describe_gaps(found, document):
                yield draft.finding(check, "warning", message, at=at, suggestion=suggestion)
            if recognized := document.describe_recognized(found.pages):
                message = f"Checked on recognized text: exhibit {found.exhibit_id!r}, {recognized}."
                suggestion = "Compare what is taken from it with the page itself."
                yield draft.finding(check, "warning", message, at=at, suggestion=suggestion)
<<<<<<< HEAD
    # A letter that numbers its exhibits itself is read by its numbers.
    for bare in BARE.finditer(draft.content) if draft.numbering is None else ():
        message = f"{bare[0]!r} is a number written by hand: it will be wrong as soon as an exhibit is added."
=======
    for at in _find_bare(draft):
        words = draft.content[at[0] : at[1]]
        message = f"{words!r} is a number written by hand: it will be wrong as soon as an exhibit is added."
>>>>>>> lead
        suggestion = (
            "Cite the exhibit by its id, [@exhibit-id, p. 2]; numbers are assigned when the petition is rendered."
        )
        yield draft.finding(check, "error", message, at=at, suggestion=suggestion)


def _find_bare(draft: DraftText) -> list[tuple[int, int]]:
    """Finds the exhibits that a draft in our own format cites by number."""
    if draft.numbering is not None:
        return []
    spans = ((found.start, found.end) for found in find_typed_citations(draft.content) if found.word == "exhibit")
    return list(dict.fromkeys(spans))


def _describe_gaps(citation: Citation, document: Document) -> Iterator[str]:
    """Says which of the cited pages could not be read."""
    for kind, words in _GAPS.items():
        gaps = document.pages_of_kind(kind)
        pages = [page for page in gaps if page in citation.pages] if citation.pages else gaps
        if pages:
            yield words.format(place=f"exhibit {citation.exhibit_id!r}, {format_pages(pages)}")


<<<<<<< HEAD
=======
def claim_uncited(draft: DraftSection) -> Iterator[Finding]:
    """Finds sentences that claim something and cite nothing.

    A claim is a number, date, rank, superlative or named body; a citation in the sentence's paragraph is enough.
    """
    # Under a criterion each claim is evidence, which an exhibit must carry; elsewhere it may be argument.
    severity: Severity = "error" if draft.criterion else "warning"
    bare = [start for start, _ in _find_bare(draft)]
    for sentence in draft.sentences:
        block = draft.blocks[sentence.block]
        if block.kind == "heading" or draft.has_citation(block.start, block.end):
            continue
        if any(block.start <= start < block.end for start in bare[bisect_left(bare, block.start) :][:1]):
            continue  # cited by a number written by hand: a finding of its own
        # A quotation is usually cited by the words that introduce it.
        if block.kind == "quote" and _cited_beside(draft, sentence.block):
            continue
        reason = _claim_in(draft, sentence)
        if reason:
            message = f"A claim without an exhibit: the sentence has {reason} and its paragraph cites nothing."
            suggestion = "Cite the exhibit page that carries it, or strike the sentence."
            yield draft.finding(
                "claim-uncited", severity, message, at=(sentence.start, sentence.end), suggestion=suggestion
            )


def _claim_in(draft: DraftSection, sentence: Sentence) -> str | None:
    case = draft.case
    text = fold_text(mask_law(sentence.text))
    names = (case.beneficiary.name, case.petitioner.name, case.beneficiary.surname, case.field_of_endeavor)
    counsel = (case.counsel.name, case.counsel.firm or "") if case.counsel else ()
    # Names of the case are known facts: "Institute" in the petitioner's own name makes no claim.
    for name in (*names, *counsel):
        if name:
            text = re.sub(rf"\b{re.escape(fold_text(name))}(?!\w)", " ", text)
    text = _REGULATION_WORDS.sub(" ", text)
    for pattern, reason in (
        (_NUMBER, "a number or date"),
        (_SUPERLATIVE, "a rank or superlative"),
        (_BODY, "a named body"),
    ):
        # The patterns know the letters A to Z only, but an "École" is a body as well.
        match = pattern.search(to_ascii_letters(text))
        if match:
            return f"{reason} ({text[slice(*match.span())].strip()!r})"
    return None


def _cited_beside(draft: DraftSection, index: int) -> bool:
    near = [draft.blocks[place] for place in (index - 1, index + 1) if 0 <= place < len(draft.blocks)]
    return any(block.kind != "heading" and draft.has_citation(block.start, block.end) for block in near)


>>>>>>> lead
def _nearest(draft: DraftSection, exhibit_id: str) -> str:
    close = difflib.get_close_matches(exhibit_id, [exhibit.id for exhibit in draft.case.exhibits], n=1)
    return (
        f"Did you mean {format_citation(close[0])}?" if close else "Cite an exhibit of the case file, or add this one."
    )
