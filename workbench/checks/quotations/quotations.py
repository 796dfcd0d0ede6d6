"""Check of quotations: their words stand on the cited page of the cited exhibit."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from workbench.case.citation import Citation
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.finding import EvidencePlace, Finding, Severity
from workbench.checks.legal_text import NAMED_CASE, is_regulation
from workbench.checks.quotations.page_run import join_lines
from workbench.checks.quotations.quotation_marks import QuotedText, find_quoted
from workbench.checks.quotations.quotation_match import QuotationMatch, locate_quotation
from workbench.checks.quotations.quotation_parts import read_quotation
from workbench.checks.quotations.quotation_source import QuotationSource, find_source, names_law
from workbench.checks.quotations.quotation_words import WordChange
from workbench.text.folding import fold_text
from workbench.text.redline import Span, redline

CHECK = "quotation"

_TERM = 4
"""Words from which a quotation is a statement; fewer are a term."""
_LONGEST_TITLE = 24
_UNCITED = 0.75
"""Share from which an uncited quotation is its nearest passage, altered: there, likeness is all there is."""
_LIKE = 0.6
"""Likeness of two words from which recognition may have taken one for the other."""
_NAMED = 3
"""Differences that a message names."""
_CONTEXT = 60
"""Characters around a change that a finding shows."""
_BESIDE = 5
"""Words beside a change that a redline shows."""
_LONG_GAP = 8
"""Words from which what is left out is more than a change of wording."""
_LONGEST_WORDS = 160
_PAGE_NUMBER = re.compile(
    r"[-–—\s]{0,3}(?:page|p\.?)?\s{0,3}(\d{1,6})(?:\s{0,3}(?:of|/)\s{0,3}\d{1,6})?[-–—\s]{0,3}",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(?:is|was|are|were|has|have|had|am|will|would|can|could)\b")
_UNREAD = "the cited page is a scan or cannot be read"
_MISSING = "the cited exhibit is not at hand"


def quotations(draft: DraftSection) -> Iterator[Finding]:
    """Finds quotations whose words do not stand on the page that they are quoted from.

    Quotations of law are left to the checks of law.
    """
    draft.coverage.check(CHECK, 0)
    starts = [cite.start for cite in draft.citations if isinstance(cite, Citation)]
    found = find_quoted(draft.content, draft.blocks, starts)
    for number, quoted in enumerate(found):
        text = quoted.read(draft.content)
        # A decision's name is set in quotation marks by some.
        if is_regulation(text) or NAMED_CASE.match(text):
            continue
        until = found[number + 1].start if number + 1 < len(found) else len(draft.content)
        source = find_source(draft, quoted, until)
        if not source.firm and names_law(draft, quoted):
            continue
        if not quoted.closed:
            draft.coverage.skip(CHECK, "the quotation has no closing mark")
            message = "A quotation opens here and never closes: its words were not compared."
            at = (quoted.start, min(quoted.end, quoted.start + _CONTEXT))
            yield draft.finding(CHECK, "warning", message, at=at, suggestion="Set the closing mark.")
        elif read_quotation(text).size:
            yield from _Judge(draft, quoted, text, source).judge()


class _Judge:
    """Verdict on one quotation."""

    def __init__(self, draft: DraftSection, quoted: QuotedText, text: str, source: QuotationSource) -> None:
        self._draft = draft
        self._quoted = quoted
        self._text = text
        self._source = source
        self._size = read_quotation(text).size
        heading = draft.blocks[quoted.block].kind == "heading"
        self._term = self._size < _TERM or heading or _is_title(text)

    def judge(self) -> Iterator[Finding]:
        match = locate_quotation(self._text, self._source.pages, self._draft.evidence)
        cannot = _MISSING if self._source.missing else _UNREAD if match.verdict == "unreadable" else ""
        # What is not found on the readable pages may stand on one that is not.
        if any(not page.readable for page in self._source.pages) and match.verdict not in {"verbatim", "altered"}:
            cannot = _UNREAD
        if cannot and match.verdict != "verbatim" and not (match.verdict == "altered" and self._in_source(match)):
            self._draft.coverage.skip(CHECK, cannot)
            if not self._term:
                yield self._make_finding(
                    "info", f"Not checked: {cannot}.", "Compare the words with the exhibit itself."
                )
            return
        self._draft.coverage.check(CHECK)
        match match.verdict:
            case "verbatim":
                yield from self._judge_uncited(match)
            case "altered":
                yield from self._judge_altered(match)
            case "other page":
                yield from self._judge_page(match)
            case "other exhibit":
                yield from self._judge_exhibit(match)
            case _:
                yield from self._judge_absent()

    def _judge_uncited(self, match: QuotationMatch) -> Iterator[Finding]:
        if self._source.citations or self._term:
            return
        message = f"The words quoted here stand in {self._name(match)}; no exhibit is cited for them."
        yield self._make_finding("info", message, f"Cite {self._name(match)}.", match)

    def _judge_altered(self, match: QuotationMatch) -> Iterator[Finding]:
        # A term of two or three words is anybody's, unless an exhibit is cited right behind it.
        cited = bool(self._source.citations)
        if self._term and not (cited and self._source.firm and self._size >= _TERM):
            return
        # Without a citation a passage that is less like it is another one, and not this one altered.
        if not cited and match.score < _UNCITED:
            yield from self._judge_absent()
            return
        severity: Severity = "error"
        if self._term or (match.recognized and all(map(_is_misread, match.differences))):
            severity = "warning"
        # The nearest words may stand in an exhibit that is not cited.
        elsewhere = cited and not self._in_source(match)
        if elsewhere and not self._source.firm:
            severity = "warning"
        where = f"The quotation is altered. {self._name(match)}, {describe_changes(match, self._draft.name_exhibit)}."
        if elsewhere:
            where += f" The exhibit cited, {self._name_citation()}, does not have these words."
        if match.recognized:
            where += " The page was read by OCR: compare it."
        suggestion = f"Quote the page: {show_changes(self._text, match)}"
        yield self._draft.finding(
            CHECK,
            severity,
            where,
            at=find_changed_part(self._draft, self._quoted, match),
            suggestion=suggestion,
            evidence=_places(match),
        )

    def _judge_page(self, match: QuotationMatch) -> Iterator[Finding]:
        # The page cited has what is said of a work; the exhibit's first page may be the only one with its title.
        if self._term:
            return
        # An exhibit with page numbers of its own may be cited by them.
        pinned = {page for cite in self._source.citations for page in cite.pages}
        page = match.page
        if page is None or _bears_number(page.text, pinned):
            return
        message = f"The words quoted stand in {self._name(match)}, not where {self._name_citation()} says."
        severity: Severity = "error" if self._source.firm else "warning"
        yield self._at_citation(severity, message, f"Cite {self._name(match)}.", match)

    def _judge_exhibit(self, match: QuotationMatch) -> Iterator[Finding]:
        if self._term:
            return
        cited = self._name_citation()
        message = f"The words quoted stand in {self._name(match)}; the exhibit cited, {cited}, does not have them."
        severity: Severity = "error" if self._source.firm else "info"
        yield self._at_citation(severity, message, f"Cite {self._name(match)}.", match)

    def _judge_absent(self) -> Iterator[Finding]:
        source = self._source
        if self._term and (not source.firm or self._size == 1 or self._draft.is_known(self._text.strip(" .,;:"))):
            return
        if not source.citations:
            message = "The words quoted here stand in no exhibit, and none is cited for them."
            yield self._make_finding("warning", message, "Cite the exhibit that has them, or strike the quotation.")
            return
        # An extract may be filed of the document that is quoted.
        held = sum(len(page.words) for page in source.pages)
        partly = any(
            "mixed" in document.page_kinds
            for exhibit_id in source.exhibits
            if (document := self._draft.case.documents.get(exhibit_id)) is not None
        )
        # A page that was read in part, or an exhibit shorter than the quotation, may have the words all the same.
        certain = source.firm and not self._term and held >= self._size and not partly
        message = f"The words quoted do not stand in {self._name_citation()}, nor in any other exhibit."
        if held < self._size:
            message += f" The exhibit at hand has {held} words, fewer than the quotation: is it complete?"
        yield self._make_finding(
            "error" if certain else "warning", message, "Quote the exhibit's own words, or strike the quotation."
        )

    def _in_source(self, match: QuotationMatch) -> bool:
        return match.page is not None and match.page.exhibit_id in self._source.exhibits

    def _name(self, match: QuotationMatch) -> str:
        """Names the place of a match: its exhibit and pages."""
        pages = [passage.page.page for passage in match.passages]
        return self._draft.name_exhibit(match.passages[0].page.exhibit_id, pages)

    def _name_citation(self) -> str:
        """Names the citation in the letter's own words."""
        # A group of citations is one span of the letter.
        spans = dict.fromkeys((cite.start, cite.end) for cite in self._source.citations)
        return "; ".join(self._draft.content[start:end] for start, end in spans)

    def _at_citation(self, severity: Severity, message: str, suggestion: str, match: QuotationMatch) -> Finding:
        """Makes a finding at the citation, which is what is wrong."""
        cite = self._source.citations[0]
        at = cite.start, self._source.citations[-1].end
        quoted = join_lines(self._text)
        message += f" Quoted: “{quoted[:_CONTEXT]}{'…' if len(quoted) > _CONTEXT else ''}”."
        return self._draft.finding(CHECK, severity, message, at=at, suggestion=suggestion, evidence=_places(match))

    def _make_finding(
        self, severity: Severity, message: str, suggestion: str, match: QuotationMatch | None = None
    ) -> Finding:
        at = self._quoted.start, self._quoted.end
        evidence = _places(match) if match else ()
        return self._draft.finding(CHECK, severity, message, at=at, suggestion=suggestion, evidence=evidence)


def find_changed_part(draft: DraftText, quoted: QuotedText, match: QuotationMatch) -> tuple[int, int]:
    """Returns the part of the letter from the first change to the last, whole sentences where they are short."""
    start = quoted.find_place(match.differences[0].start)
    end = quoted.find_place(match.differences[-1].end)
    sentences = draft.sentences
    at = max(bisect_right(sentences, start, key=lambda sentence: sentence.start) - 1, 0)
    first = max(sentences[at].start, quoted.start)
    if start - first > _CONTEXT:
        first = max(first, draft.content.find(" ", start - _CONTEXT, start) + 1)
    return first, min(max(end, sentences[at].end), quoted.end, first + 4 * _CONTEXT)


def describe_changes(match: QuotationMatch, name_place: Callable[[str, Sequence[int]], str]) -> str:
    """Describes the first changes of an altered quotation.

    Args:
        match: The nearest passage.
        name_place: Names pages of an exhibit.
    """
    named = "; ".join(_describe_change(change, name_place) for change in match.differences[:_NAMED])
    more = len(match.differences) - _NAMED
    return f"{named}; and {more} more" if more > 0 else named


def _describe_change(change: WordChange, name_place: Callable[[str, Sequence[int]], str]) -> str:
    page, letter = _shorten(change.page), _shorten(change.letter)
    if change.kind == "moved":
        return f"has “{letter}” in another place"
    if change.kind == "joined" and change.place is not None:
        place = change.place.page
        return f"does not have “{letter}” here; it stands in {name_place(place.exhibit_id, (place.page,))}"
    if not page:
        return f"does not have “{letter}”"
    if not letter and (size := len(change.page.split())) > _LONG_GAP:
        return f"goes on where the letter leaves out {size} words without an ellipsis: “{page}”"
    if not letter:
        return f"has “{page}”, which the letter drops"
    return f"says “{page}”, the letter says “{letter}”"


def _shorten(words: str) -> str:
    return words if len(words) <= _LONGEST_WORDS else f"{words[:_LONGEST_WORDS]}…"


def show_changes(text: str, match: QuotationMatch) -> str:
    """Returns the first changes as a redline from the letter's words to the page's: [-struck-] {+put in+}."""
    shown = []
    for change in match.differences[:_NAMED]:
        before = " ".join(text[max(0, change.start - _CONTEXT) : change.start].split()[-_BESIDE:])
        behind = " ".join(text[change.end : change.end + _CONTEXT].split()[:_BESIDE])
        spans = redline(fold_text(change.letter), fold_text(change.page))
        middle = " ".join(_mark_span(span) for span in spans if span.text.strip())
        shown.append(" ".join(filter(None, (before, middle, behind))))
    return " … ".join(shown)


def _mark_span(span: Span) -> str:
    text = span.text.strip()
    return text if span.op == "equal" else f"[-{text}-]" if span.op == "delete" else f"{{+{text}+}}"


def _places(match: QuotationMatch) -> tuple[EvidencePlace, ...]:
    return tuple(
        EvidencePlace(exhibit_id=passage.page.exhibit_id, page=passage.page.page, quote=passage.text)
        for passage in match.passages
    )


def _is_misread(change: WordChange) -> bool:
    """Tells if recognition of the page may have made a change."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - only recognised pages need it

    page, letter = change.page.casefold(), change.letter.casefold()
    return change.kind == "changed" and Indel.normalized_similarity(page, letter) >= _LIKE


def _is_title(text: str) -> bool:
    """Tells if words are the title of a work: nearly all of the longer ones begin with a capital, none a verb."""
    words = re.findall(r"[^\W\d_][\w’'-]{3,}", text)
    return (
        len(words) <= _LONGEST_TITLE
        and not text.rstrip().endswith("!")
        and not _VERB.search(text)
        # Behind one letter a point ends no sentence: "The A.V. Club".
        and not re.search(r"\w\w[.!?][\"’”]?\s+\S", text)
        and sum(word[0].isupper() for word in words) >= 0.75 * len(words)
    )


def _bears_number(text: str, pinned: set[int]) -> bool:
    """Tells if a page's first or last line is a page number that the letter cites: the exhibit has its own."""
    lines = text.strip().splitlines() or [""]
    found = (_PAGE_NUMBER.fullmatch(line.strip()) for line in (lines[0], lines[-1]))
    return any(match is not None and int(match[1]) in pinned for match in found)
