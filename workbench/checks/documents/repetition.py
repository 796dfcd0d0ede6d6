"""Check for paragraphs and sentences that stand in the letter twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from typing import NamedTuple

from workbench.checks.draft import DraftText
from workbench.checks.exhibits.exhibit_use import find_argued_sections
from workbench.checks.finding import Finding
from workbench.checks.legal_text import find_quotations, mask_law, regulation_texts
from workbench.checks.letter import Letter
from workbench.checks.support.claims import ADDRESS
from workbench.text.bounded_cache import BoundedCache
from workbench.text.stems import FUNCTION_WORDS, stem_word
from workbench.text.text_cache import cache_by_text
from workbench.text.tokens import find_tokens

_CHECK = "duplicated-paragraph"
_SHINGLE = 5
_COMMON = 4
"""A stretch that more paragraphs share is a formula of the letter."""
_LONGEST_FORMULA = 40
_FORMULA = frozenset({"criterion", "criteria", "regulation", "regulations", "subparagraph"})
_SUMMARIES = frozenset({"intro", "final_merits", "conclusion"})
_RECITED = 0.6
"""Share of content words from which a paragraph recites the regulation, as the conclusion of each item does."""


class _Unit(NamedTuple):
    """A paragraph or a sentence, without what it quotes."""

    section: DraftText
    start: int
    end: int
    words: tuple[str, ...]


def duplicated_paragraph(letter: Letter, *, least_words: int = 12, near: float = 0.8) -> Iterator[Finding]:
    """Finds paragraphs that stand twice, alike or nearly, and sentences that stand twice.

    Quotations are left out, for they are repeated on purpose, unless the whole paragraph stands twice; and so are the
    formulas with which criteria open and close. Introduction, final merits and conclusion summarise the other sections:
    they may say the same. What stands twice in one section, or in two that each argue a criterion, is reported.

    Args:
        letter: The letter.
        least_words: Shorter paragraphs and sentences may be repeated.
        near: Share of its five-word stretches by which a paragraph is another one's near copy.
    """
    paragraphs = [
        _Unit(section, start, end, words)
        for section in letter.body
        for start, end, words in _read_units(section).paragraphs
        if len(words) >= least_words
    ]
    letter.coverage.check(_CHECK, len(paragraphs))
    argued = {id(section) for _, section in find_argued_sections(letter)}
    copied: set[tuple[int, int]] = set()
    for first, second in _find_exact(letter, least_words):
        copied.add((id(second.section), second.start))
        yield _report(letter, first, second, "This paragraph stands twice")
    for first, second, share in _find_pairs(paragraphs, near, argued):
        if (id(second.section), second.start) in copied:
            continue
        copied.add((id(second.section), second.start))
        how = "stands twice" if share == 1 else "is nearly the same as another one"
        yield _report(letter, first, second, f"This paragraph {how}")
    seen: dict[tuple[str, ...], list[_Unit]] = defaultdict(list)
    for section in letter.body:
        for start, end, words in _read_units(section).sentences:
            if len(words) < least_words:
                continue
            unit = _Unit(section, start, end, words)
            block = section.block_at(start)
            if block is None or (id(section), section.blocks[block].start) in copied:
                continue
            known = seen[unit.words]
            # One from each kind of section is enough: a summary does not hide the repetition between two arguments.
            earlier = next((first for first in known if _is_repetition(first, unit, argued)), None)
            if earlier is not None:
                yield _report(letter, earlier, unit, "This sentence stands twice")
            elif len(known) < _COMMON:
                known.append(unit)


def _find_exact(letter: Letter, least_words: int) -> Iterator[tuple[_Unit, _Unit]]:
    """Finds paragraphs that stand twice with all that they quote and cite."""
    seen: dict[tuple[str, ...], list[_Unit]] = defaultdict(list)
    for section in letter.body:
        for start, end, words in _read_units(section).whole:
            if len(words) < least_words:
                continue
            unit = _Unit(section, start, end, words)
            earlier = next((first for first in seen[words] if _are_arguments(first, unit)), None)
            if earlier is not None:
                yield earlier, unit
            elif len(seen[words]) < _COMMON:
                seen[words].append(unit)


def _are_arguments(first: _Unit, second: _Unit) -> bool:
    # A summary says the same in fewer words: a long paragraph that stands in it unchanged was pasted.
    if len(first.words) > _LONGEST_FORMULA:
        return True
    ids = {first.section.section_id, second.section.section_id}
    return first.section is second.section or _SUMMARIES.isdisjoint(ids)


def _is_repetition(first: _Unit, second: _Unit, argued: AbstractSet[int]) -> bool:
    return first.section is second.section or {id(first.section), id(second.section)} <= argued


def _report(letter: Letter, first: _Unit, second: _Unit, message: str) -> Finding:
    return second.section.finding(
        _CHECK,
        "warning",
        f"{message}: before, at {letter.name_place(first.section, first.start)}.",
        at=(second.start, second.end),
        suggestion="Say it once, and refer to it the second time.",
    )


def _find_pairs(units: list[_Unit], near: float, argued: AbstractSet[int]) -> Iterator[tuple[_Unit, _Unit, float]]:
    holders: dict[str, list[int]] = defaultdict(list)
    for number, unit in enumerate(units):
        stretches = _find_stretches(unit.words)
        sharing: list[int] = []
        for stretch in stretches:
            known = holders[stretch]
            if len(known) < _COMMON:
                sharing += known
                known.append(number)
        shared = Counter(sharing)
        pairs = (pair for pair in shared.most_common() if _is_repetition(units[pair[0]], unit, argued))
        other, count = next(pairs, (number, 0))
        if units[other].words == unit.words and other != number:
            yield units[other], unit, 1
        elif stretches and count >= near * len(stretches):
            yield units[other], unit, min(count / len(stretches), 0.99)


@lru_cache(maxsize=2048)  # an edit changes one paragraph
def _find_stretches(words: tuple[str, ...]) -> tuple[str, ...]:
    """Finds the different five-word stretches of a paragraph."""
    return tuple(dict.fromkeys(" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)))


class _SectionUnits(NamedTuple):
    """Start, end and words of a section's paragraphs and sentences that may not be repeated.

    Attributes:
        whole: Blocks with all that they quote and cite.
        paragraphs: Without what they quote.
        sentences: Without what they quote.
    """

    whole: tuple[tuple[int, int, tuple[str, ...]], ...]
    paragraphs: tuple[tuple[int, int, tuple[str, ...]], ...]
    sentences: tuple[tuple[int, int, tuple[str, ...]], ...]


def _read_units(section: DraftText) -> _SectionUnits:
    key = (section.content, section.citations)
    found = _sections.get(key)
    if found is None:
        masked = _mask(section)
        units = (_find_blocks(section), _paragraphs(section, masked), _sentences(section, masked))
        found = _sections.add(key, _SectionUnits(*map(tuple, units)))
    return found


_sections: BoundedCache[_SectionUnits] = BoundedCache(512)


def _find_blocks(section: DraftText) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    for block in section.blocks:
        text = section.text_of(block)
        if block.kind != "heading" and not ADDRESS.search(text) and not _is_formula(words := _words(text)):
            yield block.start, block.end, words


def _paragraphs(section: DraftText, masked: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    for block in section.blocks:
        if block.kind in {"paragraph", "item"}:
            text = masked[block.start : block.end]
            words = _words(text)
            # An address stands below each signature, and a formula at the end of each criterion.
            if not ADDRESS.search(text) and not _is_formula(words):
                yield block.start, block.end, words


def _sentences(section: DraftText, masked: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    prose = [
        block.kind in {"paragraph", "item"} and not ADDRESS.search(section.content, block.start, block.end)
        for block in section.blocks
    ]
    for sentence in section.sentences:
        if prose[sentence.block]:
            words = _words(masked[sentence.start : sentence.end])
            if _FORMULA.isdisjoint(words) and not _recites(words):
                yield sentence.start, sentence.end, words


def _is_formula(words: Sequence[str]) -> bool:
    return len(words) <= _LONGEST_FORMULA and (not _FORMULA.isdisjoint(words) or _recites(words))


def _recites(words: Sequence[str]) -> bool:
    """Tells if most of the content words are the regulation's: a conclusion repeats its elements, item by item."""
    content = [stem_word(word) for word in words if word not in FUNCTION_WORDS]
    return sum(map(_regulation_stems().__contains__, content)) >= _RECITED * len(content)


@cache
def _regulation_stems() -> frozenset[str]:
    text = " ".join(regulation_texts().values())
    return frozenset(stem_word(token.word) for token in find_tokens(text) if token.word not in FUNCTION_WORDS)


@cache_by_text(8192)  # an edit changes one paragraph
def _words(text: str) -> tuple[str, ...]:
    return tuple(token.word for token in find_tokens(mask_law(text)))


def _mask(section: DraftText) -> str:
    """Blanks quotations and citations, keeping every offset."""
    text = section.content
    spans = [(quote.start, quote.end) for quote in find_quotations(text)]
    spans += [(cite.start, cite.end) for cite in section.citations]
    parts: list[str] = []
    place = 0
    for start, end in sorted(spans):
        if start >= place:
            parts += [text[place:start], " " * (end - start)]
            place = end
    return "".join([*parts, text[place:]])
