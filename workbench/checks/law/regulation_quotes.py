"""Quotations of the law: the words stand in the regulation, statute or Policy Manual that is named."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from workbench.case.law import policy_manual_chapter, provisions
from workbench.checks.draft import DraftText
from workbench.checks.finding import Finding, Severity
from workbench.checks.law.provisions import find_provisions
from workbench.checks.legal_text import Quotation, find_quotations, normalise, quoted_parts, regulation_texts

CHECK = "regulation-quote"

_REGULATION = re.compile(r"\bregulations?\b|204\.5|\bC\.?F\.?R\b", re.IGNORECASE)
_STATUTE = re.compile(r"\bstatutes?\b|\bthe\s+Act\b|\bINA\b|203\s*\(b\)|\b8\s+U\.?S\.?C", re.IGNORECASE)
_MANUAL = re.compile(r"\bPolicy\s+Manual\b|\bUSCIS[-\s]PM\b|\bPolicy\s+Guidance\b", re.IGNORECASE)
# Common in letters, and wrong: 8 CFR 204.5(h)(3)(v) asks for "major significance in the field".
_MISQUOTES = {"significance to the field": "significance in the field"}
_NEAR = 0.6
_QUOTE_WORDS = 3
_LONGEST_COMPARED = 1_500
_CANDIDATES = 4
_SHARED = 0.4


class _Sources(NamedTuple):
    """Laws that the words around a quotation name."""

    regulation: bool
    statute: bool
    manual: bool

    @property
    def any(self) -> bool:
        return self.regulation or self.statute or self.manual

    @property
    def names(self) -> str:
        names = [
            name
            for name, is_named in (
                ("the regulation", self.regulation), ("the statute", self.statute), ("the Policy Manual", self.manual)
            )
            if is_named
        ]  # fmt: skip
        return " or ".join(names)


def regulation_quote(draft: DraftText) -> Iterator[Finding]:
    """Finds words that the law does not have.

    Compared are words in quotation marks or a block quote that are attributed to the regulation, the statute or the
    chapter of the Policy Manual on this class.
    """
    for sentence in draft.sentences:
        block = draft.blocks[sentence.block]
        # A block quote has no marks: it is compared as a whole below.
        if block.kind == "quote":
            continue
        quotations = list(find_quotations(sentence.text))
        if not quotations:
            continue
        sources = _read_sources(_without(sentence.text, quotations))
        elsewhere = sources.manual and _names_other_chapter(sentence.text)
        cited = draft.has_citation(sentence.start, sentence.end)
        for found in quotations:
            at = (sentence.start + found.start, sentence.start + found.end)
            yield from _misquote(draft, found.text, at, sources, cited=cited, elsewhere=elsewhere)
    for index, block in enumerate(draft.blocks):
        if block.kind != "quote" or draft.has_citation(block.start, block.end):
            continue
        before = _last_sentence(draft.text_of(draft.blocks[index - 1]) if index else "")
        sources = _read_sources(before)
        if sources.any:
            # The cite behind the quoted words is no part of them.
            words = re.sub(r"\s*\(?8\s+C\.?F\.?R\.?[^\n]*$", "", draft.text_of(block).removeprefix(">").strip())
            at = (block.start, block.end)
            yield from _misquote(
                draft, words.strip('“”" '), at, sources, cited=False, elsewhere=_names_other_chapter(before)
            )


def _misquote(
    draft: DraftText, text: str, at: tuple[int, int], sources: _Sources, *, cited: bool, elsewhere: bool
) -> Iterator[Finding]:
    words = normalise(text)
    wrong = next((phrase for phrase in _MISQUOTES if phrase in words), None)
    if wrong is not None:
        draft.coverage.check(CHECK)
        message = f"“{wrong}” is a misquotation of 8 C.F.R. § 204.5(h)(3)(v)."
        yield draft.finding(CHECK, "error", message, at=at, suggestion=f"Quote “{_MISQUOTES[wrong]}”.")
        return
    # One or two words in quotation marks are a term, and stand in many paragraphs.
    if not sources.any or len(words.split()) < _QUOTE_WORDS:
        return
    if sources.manual and elsewhere:
        draft.coverage.skip(CHECK, "only the Policy Manual’s chapter on this class is at hand")
        return
    draft.coverage.check(CHECK)
    parts = quoted_parts(text)
    if not parts or _stand_in(parts, _texts(sources)):
        return
    everywhere = _Sources(regulation=True, statute=True, manual=True)
    if _stand_in(parts, _texts(everywhere)):
        place = "the Policy Manual" if _stand_in(parts, _manual_texts()) else "the regulation or the statute"
        message = f"These words are attributed to {sources.names}; they stand in {place}."
        yield draft.finding(CHECK, "warning", message, at=at, suggestion=f"Attribute them to {place}.")
        return
    closeness, nearest = _nearest(words, _texts(sources))
    if closeness < _NEAR and cited:
        return  # an exhibit is quoted in a sentence that also names the law
    message = f"These words are attributed to {sources.names} and do not stand there."
    suggestion = f"{sources.names.capitalize()} says: “{nearest}”." if nearest else None
    # The regulation is at hand in full; the manual has other chapters, and is revised.
    severity: Severity = "warning" if sources.manual and not sources.regulation and not nearest else "error"
    yield draft.finding(CHECK, severity, message, at=at, suggestion=suggestion)


def _read_sources(text: str) -> _Sources:
    return _Sources(bool(_REGULATION.search(text)), bool(_STATUTE.search(text)), bool(_MANUAL.search(text)))


def _names_other_chapter(text: str) -> bool:
    own = provisions()["policy_manual"]["chapter"]
    cited = [one for one in find_provisions(text) if one.kind == "manual"]
    return bool(cited) and not any(f"{own} ".startswith(f"{one.title} {one.section} ") for one in cited)


def _without(text: str, quotations: list[Quotation]) -> str:
    """Blanks quotations: what they hold does not say whom they are attributed to."""
    pieces, behind = [], 0
    for one in quotations:
        pieces += [text[behind : one.start], " " * (one.end - one.start)]
        behind = one.end
    return "".join([*pieces, text[behind:]])


@cache
def _texts(sources: _Sources) -> tuple[str, ...]:
    # Statute and regulation share words, and letters say "the law" of both: either counts for either.
    law = (*regulation_texts().values(), *map(normalise, provisions()["statute"].values()))
    return (*(law if sources.regulation or sources.statute else ()), *(_manual_texts() if sources.manual else ()))


@cache
def _manual_texts() -> tuple[str, ...]:
    lines = re.split(r"\n\s*\n|\n", policy_manual_chapter())
    # A quotation leaves out the marks of footnotes.
    return tuple(text for line in lines if (text := normalise(re.sub(r"\[\^? ?\d+\]", "", line))))


def _stand_in(parts: list[str], texts: tuple[str, ...]) -> bool:
    return all(any(part in text for text in texts) for part in parts)


@lru_cache(maxsize=1_024)
def _nearest(words: str, texts: tuple[str, ...]) -> tuple[float, str]:
    """Finds the text nearest to some words.

    Returns the share of the words that it has, and its own words there.
    """
    words = words[:_LONGEST_COMPARED]
    named = set(words.split())
    # Letters are compared only where many words agree: the manual has hundreds of paragraphs.
    shares = [(len(named & _word_set(text)) / len(named), text) for text in texts]
    ranked = sorted((one for one in shares if one[0] >= _SHARED), key=lambda one: -one[0])[:_CANDIDATES]
    best = (0.0, "")
    for _, text in ranked:
        # Autojunk would pass over the common letters of a paragraph that is longer than 200 characters.
        matcher = difflib.SequenceMatcher(None, words, text, autojunk=False)
        # These sizes are characters: shorter matches are chance.
        blocks = [block for block in matcher.get_matching_blocks() if block.size > _QUOTE_WORDS]
        share = sum(block.size for block in blocks) / max(len(words), 1)
        if blocks and share > best[0]:
            best = (share, text[blocks[0].b : blocks[-1].b + blocks[-1].size].strip())
    return best if best[0] >= _NEAR else (best[0], "")


@cache
def _word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _last_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", text.strip())[-1]
