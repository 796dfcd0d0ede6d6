"""Check that every claim rests on an exhibit."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property

from workbench.checks.attribution import cites_of
from workbench.checks.draft import DraftSection
from workbench.checks.exhibits.citations import find_typed_numbers
from workbench.checks.figures.facts import SMALL
from workbench.checks.finding import Finding, Severity
from workbench.checks.labels import mask_labels
from workbench.checks.leftovers.leftovers import find_leftovers
from workbench.checks.legal_text import find_quotations, mask_law
from workbench.checks.statements.stated_words import strike_stated_words
from workbench.checks.statements.statements import read_clause
from workbench.text.folding import fold_text, to_ascii_letters
from workbench.text.markdown import Sentence

_SUPERLATIVE = re.compile(
    r"\b(?:most|best|highest|foremost|greatest|largest|finest|only|first|second|third|top|leading|premier"
    r"|unprecedented"
    r"|unparalleled|unique|world[- ]?class|world[- ]renowned|renowned|acclaimed|prestigious|preeminent|pre-eminent"
    r"|pioneer(?:ed|ing)?|groundbreaking|seminal|revolutionary|ranked?|rankings?)\b",
    re.IGNORECASE,
)
# Words below ten are left out ("one of two authors" claims little), and May, which is more often a verb.
_NUMBER = re.compile(
    r"\d|\b(?:ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?"
    r"|millions?"
    r"|billions?|dozens?|percent|decades?)\b|\b(?:January|February|March|April|June|July|August|September|October"
    r"|November"
    r"|December)\b",
    re.IGNORECASE,
)
# The repetitions are bounded: a draft is untrusted, and an open one costs the square of its length.
_BODY = re.compile(
    r"\b(?:[A-Z][\w’'.-]{0,40}\s+(?:(?:of|for|the|and|in|de|la|on)\s+){0,2}){1,6}(?:Academ|Societ|Universit"
    r"|Institut|Associat"
    r"|Foundation|Laborator|Commission|Committee|Council|Prize|Medal|Award|Press|Journal|Review|Times|College"
    r"|School|Hospital"
    r"|Museum|Galler|Orchestra|Festival|Federation|League|Agenc|Ministr|Department|Corporation|Compan|Bureau"
    r"|Project)\w*"
    r"|\b(?:Academ|Societ|Universit|Institut|Associat|Foundation|Laborator|Ministr|Museum|Department)\w*\s+(?:of"
    r"|for)\s+"
    r"(?:the\s+)?[A-Z]\w+"
)
# Superlatives and numbers of the legal test itself, which claim nothing about the person.
_REGULATION_WORDS = re.compile(
    r"\b(?:at\s+least\s+three|the\s+first\s+step|the\s+second\s+step|step\s+(?:one|two)|two-(?:step|part)|first,"
    r"|second,|third,"
    r"|very\s+top\s+of\s+(?:the|that|her|his|their)\s+field|leading\s+or\s+critical|(?:in\s+a\s+)?leading\s+role"
    r"|leading\s+one"
    r"|one-time|first\s+preference)\b",
    re.IGNORECASE,
)

# References to the letter itself and to the law, in the forms that mask_law does not know: their numbers claim nothing.
_NUMBERED = r"(?:[IVX]{1,6}|\d{1,4}(?:\.\d{1,4}){0,4}\.?)"
# Every repetition is bounded, and no text can be read by one in two ways: a draft is untrusted.
_REFERENCE = re.compile(
    r"\b(?:Sections?|Parts?|Secs?\.|Chapters?|Appendix|Appendices|Tabs?|Steps?|Items?|Footnotes?"
    rf"|Attachments?)\s{{1,3}}\(?{_NUMBERED}\)?(?:\s{{0,3}}(?:[-–,&]|and|or|through|to|,\s{{1,3}}and|,\s{{1,3}}or)"
    rf"\s{{1,3}}{_NUMBERED}|[-–]{_NUMBERED}){{0,12}}"
    r"|\b8\s{1,3}C\.?\s?F\.?\s?R\.?,?\s{0,3}(?:§{1,2}|[Ss]ec(?:tions?|s?\.))?\s{0,3}\d{1,4}(?:\.\d{1,4}){0,3}"
    r"|\bSec(?:tion|s?\.)\s{0,3}\d{3}"
    r"|\b\d{1,2}\s{1,3}U\.?\s?S\.?\s?C\.?\s{0,3}§{0,2}\s{0,3}\d{1,5}"
    r"|\b(?:[IGO]-\d{1,4}[A-Z]?|EB-?[12]\w?|[FHJLO]-[1-4][AB]?)\b|\b(?:five|six|seven|eight|nine|ten|three|four"
    r"|\d{1,2})\s{1,3}(?:\([ivx, ]{1,60}\)\s{1,3})?(?:of\s{1,3}(?:the\s{1,3})?ten\s{1,3})?"
    r"(?:\w{1,30}\s{1,3}){0,2}criteria\b"
    r"|\bof\s{1,3}(?:the\s{1,3})?ten\b"
    r"|^\s{0,8}\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]\s|\bCHE-\w{1,20}"
)
_DATE_LINE = re.compile(
    r"\W*(?:(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December)\s+\d{1,2},?\s+\d{4}|\d{1,2}\s+\w{3,9}\s+\d{4}|[\d/.-]{6,10})\W*"
)
ADDRESS = re.compile(
    r"\(\d{3}\)\s*\d{3}-\d{4}|\b\d{3}[-.]\d{3}[-.]\d{4}\b|\b[A-Z]{2}\s+\d{5}(?:-\d{4})?\b"
    r"|\b[\w.+-]{1,60}@\w[\w.-]{1,60}|\b(?:Tel|Phone|Fax|E-?mail)\b[.:]",
    re.IGNORECASE,
)
"""Parts of a postal address, a telephone number or an address of mail."""
_FIRST_PERSON = re.compile(r"\b(?:I|my|me|myself)\b(?![.’'])")
# A paragraph that goes on with what the one before it says rests on the same exhibit.
_GOES_ON = re.compile(
    r"[\s>*_]{0,8}(?:For\s+(?:example|instance)|In\s+particular|Specifically|Namely|Notably|Among\s+(?:these|them"
    r"|those)|Of\s+(?:these|those)|(?:This|These|That|Those|Such|The\s+(?:same|latter|former|above))\b)"
)
_SUMMARIES = frozenset({"intro", "conclusion"})
_FIGURE = "0123456789.,$%"
"""Characters of a figure."""
_ABSOLUTE = re.compile(
    r"\b(?:the\s+(?:(?:very|single|world['’]s|country['’]s|nation['’]s)\s+)?(?:most\s+\w+|best|highest|foremost"
    r"|greatest|largest|finest|only|first|leading|premier|top)"
    r"|unprecedented|unparalleled|unmatched|second\s+to\s+none|universally|world[- ]renowned"
    r"|(?:no|without)\s+(?:(?:an?|any|living)\s+)?(?:equals?|peers?|parallel|rivals?))\b",
    re.IGNORECASE,
)

# "No other chemist has published more papers than she": denied of all, or said of any, a comparative is a superlative.
# A bound is none ("no fewer than", "never more than ten"), and neither are words that only end like a comparative.
_COMPARATIVE = (
    r"(?:more|better|worse|further|less|(?!(?:rather|other|either|neither|whether|over|under|after|another"
    r"|order|later|earlier|fewer|longer|never|ever|member|paper|matter|manner|letter|number)\b)[a-z]{3,14}er)"
)
_UNIVERSAL = re.compile(
    rf"\b(?:no|nobody|none|nowhere|never|few|hardly\s+any)\s+(?:[\w’'-]{{1,30}},?\s+){{1,10}}?{_COMPARATIVE}\s+"
    r"(?:[\w’'-]{1,30}\s+){0,8}?(?<!rather )(?<!other )than"
    r"\s+(?!\d|\$|(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|once|twice|half)\b)"
    rf"|\b{_COMPARATIVE}\s+(?:[\w’'-]{{1,30}}\s+){{0,6}}?(?<!rather )(?<!other )than\s+"
    r"(?:any|all|every|everyone|everybody|anyone|anybody)\b",
    re.IGNORECASE,
)


def claim_uncited(draft: DraftSection) -> Iterator[Finding]:
    """Finds sentences that claim something and rest on no exhibit.

    A claim is a number, date, rank, superlative or named body. A sentence rests on its own citation or on one that
    covers it: see :mod:`workbench.checks.attribution`.
    """
    check = "claim-uncited"
    if draft.numbering is not None and draft.section_id in _SUMMARIES:
        draft.coverage.skip(
            check, "the introduction and the conclusion sum up what the sections cite", len(draft.sentences)
        )
        yield from _find_new_figures(draft)
        return
    if draft.numbering is not None and draft.criterion and not draft.citations:
        # One line about the section, and not one about each of its sentences.
        draft.coverage.skip(check, "the section cites no exhibit at all: see criterion-support", len(draft.sentences))
        return
    # Under a criterion, and in answer to an officer's request, each claim is evidence, which an exhibit must carry;
    # elsewhere it may be argument.
    rfe = draft.case.rfe
    is_answer = rfe is not None and rfe.find_request(draft.section_id) is not None
    severity: Severity = "error" if draft.criterion or is_answer else "warning"
    places = _CoveredPlaces(draft)
    for sentence in draft.sentences:
        block = draft.blocks[sentence.block]
        if block.kind == "heading":
            continue
        draft.coverage.check(check)
        source = places.source_of(sentence)
        if (
            source == "before"
            and _is_absolute(_REGULATION_WORDS.sub(" ", mask_law(sentence.text)))
            and places.is_last(sentence)
        ):
            message = "A superlative behind the last exhibit of its paragraph: no citation follows that carries it."
            suggestion = "Cite the exhibit page that carries it, or strike the sentence."
            yield draft.finding(check, "warning", message, at=(sentence.start, sentence.end), suggestion=suggestion)
        if source != "none":
            continue
        reason = _claim_in(draft, sentence)
        if reason:
            message = f"A claim without an exhibit: the sentence has {reason}, and no citation covers it."
            suggestion = "Cite the exhibit page that carries it, or strike the sentence."
            yield draft.finding(check, severity, message, at=(sentence.start, sentence.end), suggestion=suggestion)


def _find_new_figures(draft: DraftSection) -> Iterator[Finding]:
    """Finds figures of a summary that stand in no other section, on no page and nowhere in the case file."""
    for sentence in draft.sentences:
        if draft.blocks[sentence.block].kind == "heading" or draft.has_citation(sentence.start, sentence.end):
            continue
        text = mask_labels(mask_law(sentence.text))
        if ADDRESS.search(text) or _DATE_LINE.fullmatch(sentence.text):
            continue
        for one in read_clause(text).quantities:
            figure = text[one.start : one.end]
            if one.kind == "rank" or one.value <= SMALL or not figure.isdigit() or draft.is_known(figure):
                continue
            if any(re.search(rf"(?<![\d.,]){figure}(?![\d,]*\d)", other) for other in draft.others.values()):
                continue
            yield draft.finding(
                "claim-uncited",
                "warning",
                f"“{figure}” stands in no other section of the letter, and on no page of the exhibits.",
                at=(sentence.start, sentence.end),
                suggestion="Take the figure from the section that proves it, or strike it.",
            )


def _is_absolute(text: str) -> bool:
    return _ABSOLUTE.search(text) is not None or _UNIVERSAL.search(text) is not None


class _CoveredPlaces:
    """The places of a section that a citation covers in ways beyond the sentence."""

    def __init__(self, draft: DraftSection) -> None:
        self._draft = draft
        quotes = sorted((quote.start, quote.end) for quote in find_quotations(draft.content))
        self._addresses: dict[int, bool] = {}
        self._by_hand = [start for start, _ in find_typed_numbers(draft)]
        self._starts, self._ends = [start for start, _ in quotes], [end for _, end in quotes]

    def source_of(self, sentence: Sentence) -> str:  # noqa: PLR0911 - one answer for each kind of place
        """Names what covers a sentence: a place of a citation, or that it needs none; ``none`` where nothing does."""
        draft = self._draft
        source = cites_of(draft, sentence).source
        # Our own drafts cite in each paragraph: what covers a sentence from further away is for letters of other hands.
        near = {"own", "before", "beside"} | (
            {"next"} if draft.has_citation(sentence.end, draft.blocks[sentence.block].end) else set()
        )
        if source != "none" and (draft.numbering is not None or source in near):
            return source
        if self._is_cited_by_hand(sentence.block):
            return "by hand"  # a finding of its own
        block = draft.blocks[sentence.block]
        end = self._quotation_end(sentence.start)
        if end is not None:
            # A quotation of several paragraphs is cited behind its last one.
            last = draft.block_at(end - 1)
            if last is not None and draft.has_citation(end, draft.blocks[last].end + 1):
                return "behind the quotation"
        following = draft.blocks[sentence.block + 1 : sentence.block + 2]
        if (
            draft.content[max(block.start, block.end - 4) : block.end].rstrip("*_ ").endswith(":")
            and following
            and following[0].kind != "heading"
        ):
            # What a colon announces is cited where it stands, or is itself without an exhibit.
            return "announced"
        before = draft.blocks[sentence.block - 1] if sentence.block else None
        if (
            before is not None
            and before.kind != "heading"
            and _GOES_ON.match(draft.content, block.start, block.end)
            and draft.has_citation(before.start, before.end)
        ):
            return "goes on"
        if end is None and draft.numbering is not None and (self._is_statement or self._is_no_prose(sentence)):
            return "no claim"
        return "none"

    def _is_cited_by_hand(self, index: int) -> bool:
        block = self._draft.blocks[index]
        at = bisect_left(self._by_hand, block.start)
        return at < len(self._by_hand) and self._by_hand[at] < block.end

    def _is_no_prose(self, sentence: Sentence) -> bool:
        # Once for each block, and not for each of its sentences.
        if sentence.block not in self._addresses:
            block = self._draft.blocks[sentence.block]
            self._addresses[sentence.block] = ADDRESS.search(self._draft.content, block.start, block.end) is not None
        return self._addresses[sentence.block] or _DATE_LINE.fullmatch(sentence.text) is not None

    def is_last(self, sentence: Sentence) -> bool:
        """Tells if no citation follows in the sentence's paragraph, and the sentence is no part of a quotation."""
        end = self._draft.blocks[sentence.block].end
        return self._quotation_end(sentence.start) is None and not self._draft.has_citation(sentence.start, end)

    def _quotation_end(self, place: int) -> int | None:
        at = bisect_right(self._starts, place) - 1
        return self._ends[at] if at >= 0 and place < self._ends[at] else None

    @cached_property
    def _is_statement(self) -> bool:
        """Tells if the section is a person's own statement, which is evidence itself."""
        prose = [each for each in self._draft.sentences if self._quotation_end(each.start) is None]
        own = sum(_FIRST_PERSON.search(each.text) is not None for each in prose)
        return own * 3 >= len(prose) and own > 1


def _strike_leftovers(draft: DraftSection, sentence: Sentence) -> str:
    """Returns a sentence without the notes that are left in it, which have a finding of their own."""
    text = sentence.text
    for left in find_leftovers(draft):
        if left.check != "placeholder" and sentence.start <= left.start < left.end <= sentence.end:
            first, last = left.start - sentence.start, left.end - sentence.start
            text = text[:first] + " " * (last - first) + text[last:]
    return text


def _claim_in(draft: DraftSection, sentence: Sentence) -> str | None:
    case = draft.case
    text = fold_text(_REFERENCE.sub(" ", mask_law(_strike_leftovers(draft, sentence))))
    names = (case.beneficiary.name, case.petitioner.name, case.beneficiary.surname, case.field_of_endeavor)
    counsel = (case.counsel.name, case.counsel.firm or "") if case.counsel else ()
    # Names of the case are known facts: "Institute" in the petitioner's own name makes no claim.
    for name in (*names, *counsel):
        if name:
            text = re.sub(rf"\b{re.escape(fold_text(name))}(?!\w)", " ", text)
    text = strike_stated_words(text, case)
    text = _REGULATION_WORDS.sub(" ", text)
    for pattern, reason in (
        (_NUMBER, "a number or date"),
        (_SUPERLATIVE, "a rank or superlative"),
        (_UNIVERSAL, "a comparison with all others"),
        (_BODY, "a named body"),
    ):
        # The patterns know the letters A to Z only, but an "École" is a body as well.
        match = pattern.search(to_ascii_letters(text))
        if match:
            # The figure as it is written, of which a digit is found.
            start = len(text[: match.start()].rstrip(_FIGURE)) if match[0].isdigit() else match.start()
            end = len(text) - len(text[match.end() :].lstrip(_FIGURE)) if match[0].isdigit() else match.end()
            return f"{reason} (“{text[start:end].strip(' .,')}”)"
    return None
