"""Check for paragraphs and sentences that stand in the letter twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from workbench.checks.claims import ADDRESS
from workbench.checks.draft import DraftText
from workbench.checks.finding import Finding
from workbench.checks.legal_text import find_quotations, mask_law
from workbench.checks.letter import Letter
from workbench.text.text_cache import cache_by_text
from workbench.text.tokens import find_tokens

_CHECK = "duplicated-paragraph"
_SHINGLE = 5
_COMMON = 4
"""A stretch that more paragraphs share is a formula of the letter."""
_LONGEST_FORMULA = 40
_FORMULA = frozenset({"criterion", "criteria", "regulation", "regulations", "subparagraph"})


class _Unit(NamedTuple):
    """A paragraph or a sentence, without what it quotes."""

    section: DraftText
    start: int
    end: int
    words: tuple[str, ...]


def duplicated_paragraph(letter: Letter, *, least_words: int = 12, near: float = 0.8) -> Iterator[Finding]:
    """Finds paragraphs that stand twice, alike or nearly, and sentences that stand twice.

    Quotations are left out, for they are repeated on purpose, and so are the formulas with which criteria open and
    close.

    Args:
        letter: The letter.
        least_words: Shorter paragraphs and sentences may be repeated.
        near: Share of its five-word stretches by which a paragraph is another one's near copy.
    """
    paragraphs = [unit for section in letter.body for unit in _paragraphs(section) if len(unit.words) >= least_words]
    letter.coverage.check(_CHECK, len(paragraphs))
    copied: set[tuple[int, int]] = set()
    for first, second, share in _find_pairs(paragraphs, near):
        copied.add((id(second.section), second.start))
        how = "stands twice" if share == 1 else "is nearly the same as another one"
        yield _report(first, second, f"This paragraph {how}")
    seen: dict[tuple[str, ...], _Unit] = {}
    for section in letter.body:
        for unit in _sentences(section):
            block = section.block_at(unit.start)
            if len(unit.words) < least_words or block is None or (id(section), section.blocks[block].start) in copied:
                continue
            first = seen.setdefault(unit.words, unit)
            if first is not unit:
                yield _report(first, unit, "This sentence stands twice")


def _report(first: _Unit, second: _Unit, message: str) -> Finding:
    line = first.section.finding(_CHECK, "info", "", at=(first.start, first.end)).line
    where = f"line {line}" + (f" of {first.section.section_id!r}" if first.section.section_id else "")
    return second.section.finding(
        _CHECK,
        "warning",
        f"{message}: before, at {where}.",
        at=(second.start, second.end),
        suggestion="Say it once, and refer to it the second time.",
    )


def _find_pairs(units: list[_Unit], near: float) -> Iterator[tuple[_Unit, _Unit, float]]:
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, unit in enumerate(units):
        stretches = {unit.words[at : at + _SHINGLE] for at in range(len(unit.words) - _SHINGLE + 1)}
        shared: Counter[int] = Counter()
        for stretch in stretches:
            known = holders[stretch]
            if len(known) < _COMMON:
                shared.update(known)
                known.append(number)
        other, count = shared.most_common(1)[0] if shared else (0, 0)
        if units[other].words == unit.words and other != number:
            yield units[other], unit, 1
        elif stretches and count >= near * len(stretches):
            yield units[other], unit, min(count / len(stretches), 0.99)


def _paragraphs(section: DraftText) -> Iterator[_Unit]:
    masked = _mask(section)
    for block in section.blocks:
        if block.kind in {"paragraph", "item"}:
            text = masked[block.start : block.end]
            words = _words(text)
            # An address stands below each signature, and a formula at the end of each criterion.
            if not ADDRESS.search(text) and (len(words) > _LONGEST_FORMULA or _FORMULA.isdisjoint(words)):
                yield _Unit(section, block.start, block.end, words)


def _sentences(section: DraftText) -> Iterator[_Unit]:
    masked = _mask(section)
    prose = [
        block.kind in {"paragraph", "item"} and not ADDRESS.search(section.content, block.start, block.end)
        for block in section.blocks
    ]
    for sentence in section.sentences:
        if prose[sentence.block]:
            words = _words(masked[sentence.start : sentence.end])
            if _FORMULA.isdisjoint(words):
                yield _Unit(section, sentence.start, sentence.end, words)


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
