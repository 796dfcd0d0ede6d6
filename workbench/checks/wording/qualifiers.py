"""Words that decide how much a sentence claims: nominated or received, may or does, one of the top or the top.

A word of a *scale* is compared with the words of the same scale on the cited pages, as a figure is
(:mod:`workbench.checks.wording.graded_words`), a hedge or superlative with the one that stands before the same word
there (:mod:`workbench.checks.wording.governed_words`). Either is missed where the page has it inside a clause that
otherwise stands in the letter word for word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rapidfuzz.distance import Levenshtein

from workbench.checks.draft import DraftSection
from workbench.checks.evidence import EvidencePage
from workbench.checks.finding import Finding
from workbench.checks.statements.cited_sentence import CitedSentence, find_cited_sentences, nearest_pages
from workbench.checks.statements.statements import read_page
from workbench.checks.wording.governed_words import find_governed, is_hedge_said, is_limit
from workbench.checks.wording.graded_words import find_opposites, place_on_page
from workbench.checks.wording.qualifier_words import BOOSTS, CHECK, HEDGES
from workbench.checks.wording.word_classes import SCOPES
from workbench.text.stems import find_stem

_ALIGNED = 0.75
"""Share of the words around a hedge that must stand on the page in the same order."""
_AROUND = 7
_LEAST_AROUND = 5
_WINDOW = 6
_MOST_ADDED = 3
_MOST_ALIGNED = 200
_MOST_PASSAGES = 3
_LISTED = frozenset(("them", "these", "those", "which", "whom", "others"))


def qualifier(draft: DraftSection) -> Iterator[Finding]:
    """Finds words that claim more than the cited page does, in an aligned clause."""
    for cited in find_cited_sentences(draft):
        if cited.gap is not None:
            draft.coverage.skip(CHECK, cited.gap)
            continue
        draft.coverage.check(CHECK)
        yield from compare_qualifiers(cited)


def compare_qualifiers(cited: CitedSentence) -> Iterator[Finding]:
    """Finds the words of one sentence that claim more than its pages do."""
    pages = nearest_pages(cited.evidence, cited.clause, cited.pages)
    aligned = list(_find_changes(cited, pages))
    yield from aligned
    if not aligned:
        yield from find_opposites(cited, pages)
        yield from find_governed(cited, pages)


def _find_changes(cited: CitedSentence, pages: Sequence[EvidencePage]) -> Iterator[Finding]:
    """Finds hedges lost and superlatives added inside clauses that stand on the page word for word."""
    clause = cited.clause
    # Aligning costs the product of both lengths.
    mine = [find_stem(word) for word in clause.words[:_MOST_ALIGNED]]
    sought = [token.word for token, stem in zip(clause.tokens, clause.stems, strict=True) if stem]
    reported: set[int] = set()
    for passage in cited.evidence.find_passages(sought, among=pages, limit=_MOST_PASSAGES):
        there = read_page(passage.page)
        begin, end = max(0, passage.first - _WINDOW), min(len(there.words), passage.last + _WINDOW + 1)
        theirs = [find_stem(word) for word in there.words[begin:end]]
        steps = Levenshtein.opcodes(mine, theirs)
        equal = [False] * len(mine)
        for step in steps:
            if step.tag == "equal":
                equal[step.src_start : step.src_end] = [True] * (step.src_end - step.src_start)
        for step in steps:
            if step.tag == "equal" or step.src_start in reported:
                continue
            if not _is_inside(equal, step.src_start, step.src_end):
                continue
            said = [clause.words[n] for n in range(step.src_start, step.src_end) if not is_limit(clause, n)]
            page_words = there.words[begin + step.dest_start : begin + step.dest_end]
            change = _judge_change(
                said,
                page_words,
                lambda word: any(_is_on_page(word, page) for page in pages),
                lambda hedge: is_hedge_said(clause, hedge),
            )
            if change is None:
                continue
            reported.add(step.src_start)
            what, severe = change
            first, last = max(step.src_start - 1, 0), min(max(step.src_end, step.src_start + 1), len(mine) - 1)
            at = cited.place(clause.tokens[first].start, clause.tokens[last].end)
            place = min(begin + step.dest_start, len(there.words) - 1)
            yield cited.draft.finding(
                CHECK,
                "error" if severe else "warning",
                f"{what} on {cited.draft.name_exhibit(passage.page.exhibit_id, (passage.page.page,))}.",
                at=at,
                suggestion="Say what the page says.",
                evidence=[place_on_page(passage.page, there, place, max(place, begin + step.dest_end - 1))],
            )


def _is_on_page(word: str, page: EvidencePage) -> bool:
    """Tells if a page has a word, or another one of its reach: "worldwide" for "in the world"."""
    reach = SCOPES.get(word)
    return word in page.positions or (reach is not None and any(SCOPES.get(one) == reach for one in page.positions))


def _is_inside(equal: Sequence[bool], first: int, end: int) -> bool:
    """Tells if most words around a change are the same on both sides, and the nearest on each side are."""
    before, behind = equal[max(0, first - _AROUND) : first], equal[end : end + _AROUND]
    around = [*before, *behind]
    if len(around) < _LEAST_AROUND or sum(around) < len(around) * _ALIGNED:
        return False
    return (not before or before[-1]) and (not behind or behind[0])


def _judge_change(
    said: Sequence[str], page: Sequence[str], on_pages: Callable[[str], bool], is_said: Callable[[str], bool]
) -> tuple[str, bool] | None:
    """Judges words that differ inside an aligned clause.

    Returns:
        A message up to the place, and True for an error; None where the difference says little.
    """
    if len(said) > _MOST_ADDED or len(page) > _MOST_ADDED:
        return None
    lost = _find_word(page, HEDGES)
    # "Not only" and "whether or not" deny nothing.
    if lost and (is_said(lost) or (lost == "not" and {"only", "or"}.intersection(page))):
        lost = None
    if lost == "among" and _LISTED.intersection(page):
        # "Among them", "among others" begin a list, and say nothing of a place in it.
        lost = None
    added = _find_word(said, BOOSTS)
    # More than one other word is a clause of its own: "among its customers", "use his software".
    is_reworded = len(set(said) - set(page)) > 1
    if lost and not is_reworded and not _find_word(said, HEDGES):
        instead = f"“{' '.join(said)}”" if said else "nothing"
        return f"The letter has {instead} where “{lost}” ({HEDGES[lost]}) stands", True
    if added and not on_pages(added):
        return f"“{added}” ({BOOSTS[added]}) is added to words that stand without it", not page
    gained = _find_word(said, HEDGES)
    if gained and not page:
        return f"“{gained}” ({HEDGES[gained]}) is added to words that stand without it", HEDGES[gained] == "a negation"
    return None


def _find_word(words: Sequence[str], table: dict[str, str]) -> str | None:
    joined = f" {' '.join(words)} "
    return next((word for word in table if f" {word} " in joined), None)
