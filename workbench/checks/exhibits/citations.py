"""Checks of exhibit citations: existing, readable, in each section that argues."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator

from workbench.case.citation import Citation, MalformedCitation, format_citation
from workbench.case.criteria import NARRATIVE_ELEMENTS
from workbench.case.model import Case, Document
from workbench.case.ocr_engine import suggest_ocr
from workbench.case.pages import PageKind
from workbench.case.typed_citation import find_typed_citations
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.finding import Finding
from workbench.checks.statements.number_words import CARDINALS

_EXISTS = "exhibit-exists"
# Wider than what is read: a label of four figures, a number in words.
_LOOKS_CITED = re.compile(
    r"(?<![\w@.-])(?:E(?:xhibit|XHIBIT)[sS]?|E(?:xh|XH|x|X)[sS]?\.?)(?:[ \t\xa0]{0,4}(?:[Nn]os?\.|[#:]))?"
    r"[ \t\xa0]{0,4}[\[(“\"'–-]?(?<![A-Za-z])(?P<label>\w[\w.()-]{0,40})"
)
_ROMAN = re.compile(r"[IVXLC]{1,8}(?:[.-]?\d{1,3})?")
_MOST_NAMED = 5
"""Exhibits of one citation that a message names."""
_ADD = "Cite an exhibit of the case file, or add this one."
_LABEL = "Cite an exhibit of the case, add this one, or say in case.yaml which one it is (label: of the exhibit)."
_GAPS: dict[PageKind, str] = {
    "scan": "Cannot be checked: {place}, is a picture without a text layer.",
    "unreadable": "Cannot be checked: {place}, holds no text that can be read.",
    "mixed": "Checked in part: {place}, holds pictures or characters that cannot be read.",
}


def no_evidence(draft: DraftSection) -> Iterator[Finding]:
    """Finds a section that argues an element without any exhibit.

    A section of phrases alone proves nothing.
    """
    argues = draft.criterion is not None or draft.section_id in NARRATIVE_ELEMENTS
    if draft.numbering is not None:
        # The sections of such a letter are not ours: criterion-support looks at all that argue one criterion.
        draft.coverage.skip("no-evidence", "the letter's sections are not ours: see criterion-support")
        return
    draft.coverage.check("no-evidence", int(argues))
    if argues and not any(isinstance(found, Citation) for found in draft.citations):
        message = "This section cites no exhibit at all."
        suggestion = "Argue it from the facts of the case file, each with its exhibit and page."
        yield draft.finding("no-evidence", "error", message, suggestion=suggestion)


def exhibit_exists(draft: DraftSection) -> Iterator[Finding]:
    """Finds citations of unknown, unreadable or shorter exhibits."""
    unknown = _list_unknown(draft)
    for found in draft.citations:
        if isinstance(found, MalformedCitation):
            message = f"The citation {found.text} cannot be read."
            suggestion = "Write it as [@exhibit-id, p. 2]."
            yield draft.finding(_EXISTS, "error", message, at=(found.start, found.end), suggestion=suggestion)
        else:
            yield from _check_citation(draft, found, unknown)
    yield from _report_unread(draft)
    yield from _report_unlabelled(draft)
    yield from _find_part_pages(draft)
    for at in find_typed_numbers(draft):
        words = draft.content[at[0] : at[1]]
        message = f"{words!r} is a number written by hand: it will be wrong as soon as an exhibit is added."
        suggestion = (
            "Cite the exhibit by its id, [@exhibit-id, p. 2]; numbers are assigned when the petition is rendered."
        )
        yield draft.finding(_EXISTS, "error", message, at=at, suggestion=suggestion)


def _check_citation(
    draft: DraftSection, citation: Citation, unknown: dict[tuple[int, int], dict[str, None]]
) -> Iterator[Finding]:
    document = draft.case.documents.get(citation.exhibit_id)
    if document is None:
        at = (citation.start, citation.end)
        # One finding for a range, not one for each of its exhibits.
        if ids := unknown.pop(at, None):
            yield _report_unknown(draft, ids, at)
        return
    name = draft.name_exhibit(citation.exhibit_id)
    yield from _find_kept(draft, citation, name)
    if document.missing is not None:
        yield from _find_missing(draft, citation, name, document)
    else:
        yield from _check_pages(draft, citation, name, document)


def _check_pages(draft: DraftSection, citation: Citation, name: str, document: Document) -> Iterator[Finding]:
    """Finds pages that the exhibit does not have, and those that could not be read, or only by recognition."""
    at = (citation.start, citation.end)
    last = len(document.pages)
    beyond = sorted({page for page in citation.pages if not 1 <= page <= last})
    # The pages of a scan are known, too: one beyond the last is wrong even where none can be read.
    if beyond and (document.has_text or last):
        message = f"{name} has {last} page{'s' * (last != 1)}; page {beyond[0]} is cited."
        yield draft.finding(_EXISTS, "error", message, at=at, suggestion="Cite the page that carries the fact.")
        return
    # What could not be checked must never pass in silence.
    if not document.has_text and (not document.page_kinds or document.pages_of_kind("scan")):
        message = f"Cannot be checked: {name} has no text layer."
        suggestion = f"Read the exhibit, or add its text{suggest_ocr()}."
        yield draft.finding(_EXISTS, "warning", message, at=at, suggestion=suggestion)
        return
    suggestion = f"Read the page itself{suggest_ocr()}."
    for message in _describe_gaps(draft, citation, document):
        yield draft.finding(_EXISTS, "warning", message, at=at, suggestion=suggestion)
    if recognized := document.describe_recognized(citation.pages):
        message = f"Checked on recognized text: {name}, {recognized}."
        suggestion = "Compare what is taken from it with the page itself."
        yield draft.finding(_EXISTS, "warning", message, at=at, suggestion=suggestion)


def _list_unknown(draft: DraftSection) -> dict[tuple[int, int], dict[str, None]]:
    """Returns the exhibits that the case does not have, by the place of the citation: a range may have many."""
    unknown: dict[tuple[int, int], dict[str, None]] = defaultdict(dict)
    for found in draft.citations:
        if isinstance(found, Citation) and found.exhibit_id not in draft.case.documents:
            unknown[found.start, found.end][found.exhibit_id] = None
    return unknown


def _report_unknown(draft: DraftSection, ids: Collection[str], at: tuple[int, int]) -> Finding:
    names = [repr(each) if draft.numbering is None else each for each in ids]
    listed = ", ".join(names[:_MOST_NAMED]) + (f" and {len(names) - _MOST_NAMED} more" * (len(names) > _MOST_NAMED))
    are_several = len(names) > 1 or " to " in listed
    words = ("exhibit" if draft.numbering is None else "Exhibit") + "s" * are_several
    message = f"There {'are' if are_several else 'is'} no {words} {listed} in this case."
    suggestion = _nearest(draft, next(iter(ids))) if draft.numbering is None else _LABEL
    return draft.finding(_EXISTS, "error", message, at=at, suggestion=suggestion)


def _report_unread(draft: DraftText) -> Iterator[Finding]:
    for at in _find_unread(draft):
        draft.coverage.skip(_EXISTS, "a citation in a form that is not read")
        message = f"Not checked: “{draft.content[slice(*at)]}” looks like a citation, and has no form that is read."
        suggestion = "Write it like Exhibit 12 at 3, or look the page up yourself."
        yield draft.finding(_EXISTS, "warning", message, at=at, suggestion=suggestion)


def _report_unlabelled(draft: DraftText) -> Iterator[Finding]:
    """Reports a tab, attachment, appendix or annex that may be an exhibit by another name, each once."""
    told: set[str] = set()
    for found in draft.numbering.find_unlabelled(draft.content) if draft.numbering is not None else ():
        draft.coverage.skip(_EXISTS, "an attachment, tab, appendix or annex that no label names")
        words = draft.content[found.start : found.end]
        if words not in told:
            told.add(words)
            message = f"Not checked: “{words}” is the label of no exhibit of this case."
            suggestion = "If it is one, say in case.yaml which (label: of the exhibit), or cite it as the others."
            at = (found.start, found.end)
            yield draft.finding(_EXISTS, "info", message, at=at, suggestion=suggestion)


def _find_unread(draft: DraftText) -> Iterator[tuple[int, int]]:
    """Finds what looks like a citation and was not read as one, in a letter with numbers of its own."""
    if draft.numbering is None:
        return
    read = sorted((found.start, found.end) for found in draft.citations)
    for match in _LOOKS_CITED.finditer(draft.content):
        label = match["label"].rstrip(".)-")
        is_label = any(map(str.isdigit, label)) or _ROMAN.fullmatch(label) or label.casefold() in CARDINALS
        index = bisect_right(read, (match.end("label"), 0)) - 1
        if is_label and not (index >= 0 and match.start() < read[index][1]):
            yield match.start(), match.start("label") + len(label)


def _find_missing(draft: DraftSection, citation: Citation, name: str, document: Document) -> Iterator[Finding]:
    """Finds a citation of an exhibit that is not at hand, and counts one whose file cannot be read."""
    if document.remedy is not None:
        # unreadable_exhibits names the file, once for the letter.
        draft.coverage.skip(_EXISTS, f"exhibit cannot be read: {document.missing}")
        return
    draft.coverage.skip(_EXISTS, "exhibit not at hand")
    message = f"Not checked: {name} is not at hand ({document.missing})."
    suggestion = "Add the exhibit's file to the case, or read the page yourself."
    at = (citation.start, citation.end)
    yield draft.finding(_EXISTS, "warning", message, at=at, suggestion=suggestion)


def unreadable_exhibits(case: Case) -> Iterator[Finding]:
    """Finds exhibits whose file cannot be read; what cites them is not checked."""
    for exhibit in case.exhibits:
        document = case.documents[exhibit.id]
        if document.remedy is not None:
            message = f"Not checked: {exhibit.file} ({exhibit.id}) cannot be read: {document.missing}."
            suggestion = f"{document.remedy[:1].upper()}{document.remedy[1:]}."
            yield Finding(check=_EXISTS, severity="warning", message=message, suggestion=suggestion)


def _find_part_pages(draft: DraftSection) -> Iterator[Finding]:
    """Finds pages that a part of a bundle does not have."""
    if draft.numbering is None:
        return
    for label, page, length, at in draft.numbering.find_pages_beyond(draft.content):
        message = f"Exhibit {label} has {length} page{'s' * (length != 1)}; page {page} is cited."
        suggestion = "Cite the page that carries the fact; pages of a part of a bundle are counted within it."
        yield draft.finding(_EXISTS, "error", message, at=at, suggestion=suggestion)


def _find_kept(draft: DraftSection, citation: Citation, name: str) -> Iterator[Finding]:
    """Finds a citation of a document that is kept on file, where a statement must rest on what is filed."""
    if draft.case.document.rests_on_file or draft.case.exhibit(citation.exhibit_id).filed:
        return
    message = f"{name} is kept on file and not filed: no exhibit that is filed carries the statement."
    suggestion = "Cite an exhibit that is filed, or file this one (filed: true in case.yaml)."
    at = (citation.start, citation.end)
    yield draft.finding(_EXISTS, "error", message, at=at, suggestion=suggestion)


def find_typed_numbers(draft: DraftText) -> list[tuple[int, int]]:
    """Finds the exhibits that a draft in our own format cites by number."""
    if draft.numbering is not None:
        return []
    spans = ((found.start, found.end) for found in find_typed_citations(draft.content) if found.word == "exhibit")
    return list(dict.fromkeys(spans))


def _describe_gaps(draft: DraftSection, citation: Citation, document: Document) -> Iterator[str]:
    """Says which of the cited pages could not be read."""
    for kind, words in _GAPS.items():
        gaps = document.pages_of_kind(kind)
        pages = [page for page in gaps if page in citation.pages] if citation.pages else gaps
        if pages:
            yield words.format(place=draft.name_exhibit(citation.exhibit_id, pages))


def _nearest(draft: DraftSection, exhibit_id: str) -> str:
    close = difflib.get_close_matches(exhibit_id, [exhibit.id for exhibit in draft.case.exhibits], n=1)
    return f"Did you mean {format_citation(close[0])}?" if close else _ADD
