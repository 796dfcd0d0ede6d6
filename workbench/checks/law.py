"""Checks of the law in a draft.

The paragraph cited is the section's, quotations are verbatim, authorities are on record.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from workbench.case.criteria import CRITERIA
from workbench.case.law import Authority, authorities
from workbench.checks.draft import DraftSection
from workbench.checks.finding import Finding
from workbench.checks.legal_text import (
    CASE,
    NAMED_CASE,
    PARAGRAPHS,
    Quotation,
    find_quotations,
    is_regulation,
    normalise,
    regulation_texts,
)
from workbench.text.markdown import plain_words

_RANGE = re.compile(r"\(h\)\(3\)\s*\([ivx]+\)\s*(?:[-–]|through|to)\s*(?:\(h\)\(3\))?\s*\([ivx]+\)")
_PARAGRAPH = re.compile(r"\(h\)\s*\((?P<number>\d+)\)(?:\s*\((?P<numeral>[ivx]+)\))?|\(h\)\s*\((?P<bare>[a-z]+)\)")
# Classifications with criteria of their own, from whose letters passages are copied.
_FOREIGN = (
    (re.compile(r"214\.2\s*\(o\)[^\s,;.]*|\bO-1[AB]?\b(?=\s+(?:criteri|standard|regulation))"), "the O-1 regulation"),
    (re.compile(r"(?:Matter\s+of\s+)?\bDhanasar\b"), "the national interest waiver"),
    (re.compile(r"204\.5\s*\(k\)[^\s,;.]*|203\s*\(b\)\s*\(2\)[^\s,;.]*"), "the second preference"),
    (re.compile(r"204\.5\s*\(i\)[^\s,;.]*|203\s*\(b\)\s*\(1\)\s*\([BC]\)[^\s,;.]*"), "another first-preference class"),
)
_ATTRIBUTED = re.compile(r"\bregulations?\b|204\.5|\bC\.?F\.?R\b", re.IGNORECASE)
# Common in letters, and wrong: 8 CFR 204.5(h)(3)(v) asks for "major significance in the field".
_MISQUOTES = {"significance to the field": "significance in the field"}
_FAVOURABLE = re.compile(
    r"\b(?:prevail\w*|sustained\s+the\s+(?:appeal|petition)|(?:ruled|held|found|decided)\s+(?:in\s+favou?r|for\s+the\s+petitioner)"
    r"|granted|approved|revers\w+|vacated|as\s+in\b|likewise|similarly|just\s+as|directly\s+supports?|on\s+all\s+fours)",
    re.IGNORECASE,
)
_NEAR = 0.6
_QUOTE_WORDS = 3


def cfr_matches_section(draft: DraftSection) -> Iterator[Finding]:
    """Finds paragraphs of other criteria and other classifications.

    A section cites its own subparagraph of 8 CFR 204.5(h) only.
    """
    check = "cfr-matches-section"
    # "(h)(3)(i)-(x)" cites the list as a whole, and neither of its ends.
    text = _RANGE.sub(lambda match: " " * len(match[0]), draft.content)
    allowed = _allowed_paragraphs(draft)
    for match in _PARAGRAPH.finditer(text):
        numeral = f"({match['numeral']})" if match["numeral"] else ""
        paragraph = f"(h)({match['number'] or match['bare']}){numeral}"
        if paragraph not in PARAGRAPHS:
            message = f"8 C.F.R. § 204.5 has no paragraph {paragraph}."
            yield draft.finding(
                check, "error", message, at=match.span(), suggestion="Cite the paragraph that is argued."
            )
        elif numeral and paragraph not in allowed:
            expected = (
                f"This section argues {draft.paragraph}" if draft.criterion else "The case claims no such criterion"
            )
            message = f"{paragraph} is cited. {expected}."
            suggestion = f"Cite {draft.paragraph}." if draft.criterion else "Cite the criteria that the case claims."
            yield draft.finding(check, "error", message, at=match.span(), suggestion=suggestion)
    for pattern, what in _FOREIGN:
        for match in pattern.finditer(draft.content):
            message = f"{match[0]} belongs to {what}, not to extraordinary ability under INA § 203(b)(1)(A)."
            yield draft.finding(check, "error", message, at=match.span(), suggestion="Strike it.")


def regulation_quote(draft: DraftSection) -> Iterator[Finding]:
    """Finds words that the regulation does not have.

    Compared are words in quotation marks or a block quote that are attributed to the regulation.
    """
    for sentence in draft.sentences:
        block = draft.blocks[sentence.block]
        # A block quote has no marks: it is compared as a whole below.
        if block.kind == "quote":
            continue
        attributed = bool(_ATTRIBUTED.search(sentence.text))
        for found in find_quotations(sentence.text):
            at = (sentence.start + found.start, sentence.start + found.end)
            cited = draft.has_citation(sentence.start, sentence.end)
            yield from _misquote(draft, found, at, attributed=attributed, cited=cited)
    for index, block in enumerate(draft.blocks):
        if block.kind != "quote" or draft.has_citation(block.start, block.end):
            continue
        before = draft.text_of(draft.blocks[index - 1]) if index else ""
        if _ATTRIBUTED.search(_last_sentence(before)):
            # The cite behind the quoted words is no part of them.
            words = re.sub(r"\s*\(?8\s+C\.?F\.?R\.?[^\n]*$", "", draft.text_of(block).removeprefix(">").strip())
            whole = Quotation(words.strip('“”" '), block.start, block.end)
            yield from _misquote(draft, whole, (block.start, block.end), attributed=True, cited=False)


def legal_citation(draft: DraftSection) -> Iterator[Finding]:
    """Finds authorities that are unknown, withdrawn, misnamed or misused.

    Name, court and year are those on record, and no lost case is presented as a favourable one.
    """
    check = "legal-citation"
    cited: list[tuple[int, int]] = []
    for match in CASE.finditer(draft.content):
        cited.append(match.span())
        authority = next((known for known in authorities() if normalise(known.cite) == normalise(match["cite"])), None)
        if authority is None:
            # A warning, not an error: the record is short, and most decisions that exist are not on it.
            message = f"{plain_words(match[0])} is unverified: it is not among the authorities on record."
            suggestion = "Read the decision and check the cite before filing."
            yield draft.finding(check, "warning", message, at=match.span(), suggestion=suggestion)
        else:
            yield from _record_status(draft, authority, match)
            yield from _wrong_particulars(draft, authority, match)
    for match in NAMED_CASE.finditer(draft.content):
        # This name belongs to a full citation, which was looked up by its reporter.
        if any(start <= match.start() < end for start, end in cited):
            continue
        authority = next((known for known in authorities() if _same_name(known.name, match[0])), None)
        if authority is None:
            message = f"{plain_words(match[0])} is unverified: it is not among the authorities on record."
            yield draft.finding(
                check, "warning", message, at=match.span(), suggestion="Give its reporter, and check it."
            )
        else:
            yield from _record_status(draft, authority, match)


def _record_status(draft: DraftSection, authority: Authority, match: re.Match[str]) -> Iterator[Finding]:
    check, at = "legal-citation", match.span()
    # Withdrawn or fabricated: no wording makes it citable, and courts have sanctioned such cites.
    if authority.standing != "good":
        message = f"{_record(authority)} must not be cited: {authority.standing}."
        yield draft.finding(check, "error", message, at=at, suggestion="Strike it.")
        return
    sentence = next((found for found in draft.sentences if found.start <= at[0] < found.end), None)
    # The leading opinions (Kazarian, Visinscaia) were lost by their petitioners: good for a rule, not as an example.
    if authority.outcome == "lost" and sentence and _FAVOURABLE.search(sentence.text):
        message = f"The petitioner {authority.outcome_detail} in {authority.name}; this reads as if it were favourable."
        yield draft.finding(check, "warning", message, at=at, suggestion="Cite it only for the rule it states.")


def _wrong_particulars(draft: DraftSection, authority: Authority, match: re.Match[str]) -> Iterator[Finding]:
    check, at = "legal-citation", match.span()
    name, court, year = match["name"], match["court"], match["year"]
    suggestion = f"Cite {_record(authority)}."
    # Under another name it may be another decision; court or year alone may be a slip.
    if name and not _same_name(authority.name, name):
        message = f"{authority.cite} is {authority.name}, not {plain_words(name)}."
        yield draft.finding(check, "error", message, at=at, suggestion=suggestion)
    elif (year and int(year) != authority.year) or (court and _letters(court) != _letters(authority.court)):
        message = f"Court or year differ from the record: {_record(authority)}."
        yield draft.finding(check, "warning", message, at=at, suggestion=suggestion)


def _record(authority: Authority) -> str:
    return f"{authority.name}, {authority.cite} ({authority.court} {authority.year})"


def _misquote(
    draft: DraftSection, found: Quotation, at: tuple[int, int], *, attributed: bool, cited: bool
) -> Iterator[Finding]:
    check = "regulation-quote"
    words = normalise(found.text)
    wrong = next((phrase for phrase in _MISQUOTES if phrase in words), None)
    if wrong is not None:
        message = f"“{wrong}” is a misquotation of 8 C.F.R. § 204.5(h)(3)(v)."
        yield draft.finding(check, "error", message, at=at, suggestion=f"Quote “{_MISQUOTES[wrong]}”.")
        return
    # One or two words in quotation marks are a term, and stand in many paragraphs.
    if not attributed or len(words.split()) < _QUOTE_WORDS or is_regulation(found.text):
        return
    closeness, nearest = _nearest(words)
    if closeness < _NEAR and cited:
        return  # an exhibit is quoted in a sentence that also names the regulation
    message = "These words are attributed to the regulation and do not stand there."
    yield draft.finding(
        check, "error", message, at=at, suggestion=f"The regulation says: “{nearest}”." if nearest else None
    )


def _nearest(words: str) -> tuple[float, str]:
    """Finds the paragraph nearest to some words.

    Returns the share of the words that it has, and its own words there.
    """
    best = (0.0, "")
    for text in regulation_texts().values():
        # Autojunk would pass over the common letters of a paragraph that is longer than 200 characters.
        matcher = difflib.SequenceMatcher(None, words, text, autojunk=False)
        # These sizes are characters: shorter matches are chance.
        blocks = [block for block in matcher.get_matching_blocks() if block.size > _QUOTE_WORDS]
        share = sum(block.size for block in blocks) / max(len(words), 1)
        if blocks and share > best[0]:
            best = (share, text[blocks[0].b : blocks[-1].b + blocks[-1].size].strip())
    return best if best[0] >= _NEAR else (best[0], "")


def _allowed_paragraphs(draft: DraftSection) -> set[str]:
    ids: set[str | None]
    if draft.criterion is None:
        claims = draft.case.claims
        ids = {*(claim.criterion for claim in claims), *(claim.in_place_of for claim in claims)}
    else:
        # Comparable evidence names the criterion that it replaces, under 8 CFR 204.5(h)(4).
        ids = {draft.section_id, *(claim.in_place_of for claim in draft.claims)}
    return {CRITERIA[criterion_id].paragraph for criterion_id in ids if criterion_id in CRITERIA}


def _last_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", text.strip())[-1]


def _same_name(known: str, named: str) -> bool:
    """Tells if two case names share their first party.

    Agencies are written in many ways.
    """
    first_known, first_named = (
        plain_words(name).removeprefix("Matter of ").split(" v. ")[0].split()[-1].casefold() for name in (known, named)
    )
    surnames = {word.casefold() for word in plain_words(known).split(" v. ")[0].split()}
    return first_known == first_named or first_named in surnames


def _letters(court: str) -> str:
    return re.sub(
        r"[^a-z0-9]",
        "",
        court.casefold().replace("commissioner", "comm").replace("comm’r", "comm").replace("comm'r", "comm"),
    )
