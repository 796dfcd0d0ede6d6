"""Quotations and holdings of decisions beside the decision's own text, where the firm has it at hand.

The firm's list of authorities names the file (:mod:`workbench.case.firm_authorities`). Words quoted from a decision
whose text is not at hand are named as not checked: courts have sanctioned words that a real decision never said.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from workbench.case.citation import Citation
from workbench.case.firm_authorities import list_authorities, read_authority_text
from workbench.case.law import Authority
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.evidence import Evidence
from workbench.checks.finding import Finding
from workbench.checks.law.authorities import CitedPlace, case_root, resolve_authorities
from workbench.checks.legal_text import is_regulation, mask_law
from workbench.checks.quotations.quotation_marks import QuotedText, find_quoted
from workbench.checks.quotations.quotation_match import QuotationMatch, locate_quotation
from workbench.checks.quotations.quotation_parts import read_quotation
from workbench.checks.quotations.quotation_source import NEXT_SENTENCE
from workbench.checks.quotations.quotations import describe_changes, find_changed_part, show_changes
from workbench.checks.support.support_model import read_model
from workbench.checks.support.support_score import score_on_pages
from workbench.errors import InputError
from workbench.text.bounded_cache import BoundedCache
from workbench.text.markdown import Sentence, plain_words
from workbench.text.sentences import find_sentences

QUOTE, HOLDING = "authority-quote", "authority-holding"

_TERM = 4
"""Words from which a quotation is a statement; fewer are a term."""
_DECISIONS = frozenset({"reporter", "docket", "agency", "name", "short", "supra", "id"})
# Between a quotation and the cite behind it: "… ." See also Kazarian, 596 F.3d at 1121.
_SIGNAL = re.compile(
    r"[\s.,;:()\[\]*_—–-]*(?:(?:see|cf|accord|but|also|generally|e\.g|and|citing|quoting)\b[.,*_\s]*){0,4}",
    re.IGNORECASE,
)
_LEAD = 300
"""Characters between a cite and the quotation that it introduces."""
_BELOW = 40
"""Characters below a block quote in which its cite may begin."""
_HELD = re.compile(
    r"\b(?:held|holds|holding|ruled|rules|ruling|concluded|found|finds|determined|recogni[sz]ed|explained|established"
    r"|stands\s+for|requires?|teaches|confirm(?:s|ed)|emphasi[sz]ed|observed|noted|stated|rejected|affirmed)\b",
    re.IGNORECASE,
)
# Databases print the page of the reporter into the text: "*1121", "[*1121]".
_PAGE_MARK = re.compile(r"\[?\*{1,2}\d{1,5}\]?")
_NOT_AT_HAND = "the text of the decision is not at hand"
_UNREADABLE = "the text of the decision cannot be read in full"
_BLANK = "\x00"
"""In place of a cite: :func:`find_sentences` gives it to the sentence before it, as it does an exhibit's."""
_CITED_BEHIND = re.compile(rf"[.!?][\"”’'*_\])]*[\s*_]*{_BLANK}")
_LEAST_CLAIM = 6
"""Words below which a sentence states no holding that could be compared."""
_NEAREST = 0.4
"""Share of a quotation's words from which the nearest passage is shown."""
_evidence: BoundedCache[Evidence] = BoundedCache(32)


def authority_quote(draft: DraftText) -> Iterator[Finding]:
    """Finds words that a decision does not have, and names those that were not compared."""
    draft.coverage.check(QUOTE, 0)
    starts = [cite.start for cite in draft.citations if isinstance(cite, Citation)]
    quotations = [quoted for quoted in find_quoted(draft.content, draft.blocks, starts) if quoted.closed]
    if not quotations:
        return
    places = _find_decisions(draft, list_authorities(case_root(draft)))
    told: set[str] = set()
    for quoted in quotations if places else ():
        text = quoted.read(draft.content)
        if read_quotation(text).size < _TERM or is_regulation(text):
            continue
        place = _find_source(draft, quoted, places, starts)
        if place is not None:
            yield from _judge_quotation(draft, quoted, text, place, told)


def authority_holding(draft: DraftText) -> Iterator[Finding]:
    """Finds sentences about a decision that its text hardly carries; where the text is not at hand, none."""
    draft.coverage.check(HOLDING, 0)
    known = list_authorities(case_root(draft))
    # To find and resolve the citations takes longest: without a text nothing can come of it.
    if not any(authority.text for authority in known):
        return
    places = _find_decisions(draft, known)
    sentences = _split_between_cites(draft, places)
    begins = [sentence.start for sentence in sentences]
    cited: dict[int, list[Authority | None]] = {}
    for place in places:
        number = max(bisect_right(begins, place.cited.start) - 1, 0)
        cited.setdefault(number, []).append(place.authority)
    for number, (authority, *others) in cited.items():
        # Of several decisions each carries a part.
        if authority is None or not authority.text or any(other is not authority for other in others):
            continue
        sentence = _find_statement(draft, sentences, number)
        if sentence is None:
            continue
        evidence, reason = _read_evidence(draft, authority)
        if evidence is None:
            draft.coverage.skip(HOLDING, reason)
            continue
        draft.coverage.check(HOLDING)
        found, passage = score_on_pages(_read_statement(sentence), evidence.pages)
        if found.score < read_model().warned_below:
            nearest = f" Nearest is: “{passage.quote}”." if passage is not None else ""
            yield draft.finding(
                HOLDING,
                "warning",
                f"The text of {authority.name} hardly carries this: {found.why} (support score {found.score:.2f}).",
                at=(sentence.start, sentence.end),
                suggestion=f"Read the decision for the point made here.{nearest}",
            )


def _split_between_cites(draft: DraftText, places: Sequence[CitedPlace]) -> list[Sentence]:
    """Splits the draft into sentences whose text has blanks for the cites: "Am. Sec., LLC" ends no sentence."""
    pieces, behind = [], 0
    for place in places:
        start, end = max(place.cited.start, behind), max(place.cited.end, behind)
        pieces += [draft.content[behind:start], _BLANK * (end - start)]
        behind = end
    blanked = "".join([*pieces, draft.content[behind:]])
    return [
        Sentence(blanked[block.start + start : block.start + end], block.start + start, block.start + end, number)
        for number, block in enumerate(draft.blocks)
        for start, end in find_sentences(blanked[block.start : block.end])
    ]


def _find_statement(draft: DraftText, sentences: Sequence[Sentence], number: int) -> Sentence | None:
    """Finds the sentence that says what a decision is cited for: the one that cites it, or the one before its cite."""
    sentence = sentences[number]
    if draft.has_citation(sentence.start, sentence.end):
        return None  # an exhibit is another source
    if _HELD.search(sentence.text) or _CITED_BEHIND.search(sentence.text):
        return sentence if _is_statement(draft, sentence) else None
    before = sentences[number - 1] if number else sentence
    alone = _SIGNAL.fullmatch(_read_statement(sentence))
    is_cited = before is not sentence and before.block == sentence.block and alone is not None
    return before if is_cited and _is_statement(draft, before) else None


def _is_statement(draft: DraftText, sentence: Sentence) -> bool:
    """Tells if a sentence states law: it cites no exhibit and does not speak of the beneficiary."""
    words = _read_statement(sentence)
    if draft.has_citation(sentence.start, sentence.end) or len(words.split()) < _LEAST_CLAIM:
        return False
    return not (isinstance(draft, DraftSection) and draft.case.beneficiary.surname in words)


def _read_statement(sentence: Sentence) -> str:
    return plain_words(mask_law(sentence.text.replace(_BLANK, " ")))


def _find_decisions(draft: DraftText, known: Sequence[Authority]) -> list[CitedPlace]:
    places = resolve_authorities(draft, known)
    return [place for place in places if not place.exhibit and place.cited.kind in _DECISIONS]


def _find_source(
    draft: DraftText, quoted: QuotedText, places: Sequence[CitedPlace], exhibits: Sequence[int]
) -> CitedPlace | None:
    """Finds the decision that a quotation is attributed to: cited behind it, or introducing it."""
    content, block = draft.content, draft.blocks[quoted.block]
    end = block.end
    if quoted.kind == "block" and quoted.block + 1 < len(draft.blocks):
        end = min(draft.blocks[quoted.block + 1].start + _BELOW, draft.blocks[quoted.block + 1].end)
    number = bisect_left(places, quoted.end, key=lambda place: place.cited.start)
    # The cite of a block quote may stand in its last line.
    if quoted.kind == "block" and number and places[number - 1].cited.start >= block.start:
        return places[number - 1]
    if number < len(places) and places[number].cited.start < end:
        begin = places[number].cited.start
        between = content[quoted.end : begin]
        exhibit_between = bisect_left(exhibits, begin) > bisect_left(exhibits, quoted.end)
        same_sentence = not NEXT_SENTENCE.search(content, max(quoted.end - 2, 0), begin)
        if not exhibit_between and (same_sentence or _SIGNAL.fullmatch(between)):
            return places[number]
    if number:
        before = places[number - 1]
        between = content[before.cited.end : quoted.start]
        starts_in = draft.blocks[quoted.block - 1].start if quoted.kind == "block" and quoted.block else block.start
        introduced = len(between) <= _LEAD and before.cited.start >= starts_in and not NEXT_SENTENCE.search(between)
        follows = exhibits[bisect_left(exhibits, quoted.end) :][:1]
        # "…” (Ex. 4, p. 2)": the exhibit's words.
        of_exhibit = bool(follows) and follows[0] < end and not NEXT_SENTENCE.search(content, quoted.end, follows[0])
        if introduced and not of_exhibit:
            return before
    return None


def _judge_quotation(
    draft: DraftText, quoted: QuotedText, text: str, place: CitedPlace, told: set[str]
) -> Iterator[Finding]:
    at = (quoted.start, quoted.end)
    authority, name = place.authority, _name_decision(draft, place)
    evidence, reason = None, _NOT_AT_HAND
    if authority is not None and authority.text:
        evidence, reason = _read_evidence(draft, authority)
    if evidence is None:
        draft.coverage.skip(QUOTE, reason)
        if name not in told:
            told.add(name)
            yield draft.finding(
                QUOTE,
                "info",
                f"Not checked: words are quoted from {name}, and {reason}.",
                at=at,
                suggestion="Compare the words with the decision, or give its file: workbench authority confirm --text.",
            )
        return
    match = locate_quotation(text, evidence.pages, evidence)
    is_whole = all(page.readable for page in evidence.pages)
    if match.verdict == "unreadable" or (match.verdict == "absent" and not is_whole):
        draft.coverage.skip(QUOTE, _UNREADABLE)
        yield draft.finding(QUOTE, "info", f"Not checked: {_UNREADABLE}: {name}.", at=at)
        return
    draft.coverage.check(QUOTE)
    if match.verdict == "altered":
        yield draft.finding(
            QUOTE,
            "error",
            f"The quotation is altered. {name} {describe_changes(match, lambda _id, _pages: 'another part of it')}.",
            at=find_changed_part(draft, quoted, match),
            suggestion=f"Quote the decision: {show_changes(text, match)}",
        )
    elif match.verdict == "absent":
        yield draft.finding(
            QUOTE,
            "error",
            f"The words quoted do not stand in {name}.",
            at=at,
            suggestion=_suggest_nearest(match),
        )


def _suggest_nearest(match: QuotationMatch) -> str:
    nearest = f" Nearest is: “{match.passages[0].text}”." if match.passages and match.score >= _NEAREST else ""
    return f"Quote the decision's own words, or strike the quotation.{nearest}"


def _name_decision(draft: DraftText, place: CitedPlace) -> str:
    if place.authority is not None:
        return place.authority.name
    cited = place.full or place.cited
    return cited.name or cited.cite or plain_words(draft.content[cited.start : cited.end])


def _read_evidence(draft: DraftText, authority: Authority) -> tuple[Evidence | None, str]:
    """Reads the text of a decision; without it, returns the reason."""
    try:
        document = read_authority_text(authority, case_root(draft))
    except InputError as error:
        return None, f"the text of the decision cannot be read: {error}"
    evidence = _evidence.get(document.sha256)
    if evidence is None:
        plain = tuple(_PAGE_MARK.sub(" ", text) for text in document.pages)
        evidence = Evidence([(authority.cite, document.model_copy(update={"pages": plain}))])
        _evidence.add(document.sha256, evidence)
    return (evidence, "") if any(page.readable for page in evidence.pages) else (None, _UNREADABLE)
