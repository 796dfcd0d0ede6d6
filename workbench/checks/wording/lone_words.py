"""Search for the one word of a sentence that its cited pages do not have, where one passage has all the others.

Nothing tells what the word says instead, nor is there a table of words: it is the passage around it that makes a word
stand out. A sentence in words of its own has several that the page has not, and is left alone. An adverb or adjective
adds to a claim more often than it rewords one, and stands out in a sentence that has another new word as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from workbench.case.criteria import CRITERIA
from workbench.checks.evidence import EvidencePage, EvidencePassage
from workbench.checks.statements.cited_sentence import CitedSentence
from workbench.checks.statements.statements import Clause, read_page
from workbench.checks.wording.replaced_words import is_alike, may_be_replaced, say_one_thing
from workbench.checks.wording.word_classes import CONNECTIVES, LIGHT_VERBS
from workbench.text.stems import find_stem
from workbench.text.tokens import find_tokens

_LEAST_OTHERS = 5
"""Other words with content that the sentence must have."""
_LEAST_CARRIED = 0.8
"""Share of the other words that one passage must have."""
_MODIFIERS = ("ly", "al", "ic", "ive", "ous", "able", "ible", "ful", "less", "est")
"""Endings of adverbs and adjectives."""
_SHORTEST_MODIFIER = 6
_LEAST_MODIFIED = 3
_LEAST_CARRIED_MODIFIED = 0.6
_MOST_ABSENT = 2
"""The same three limits for them, and the words that the pages may lack."""
_AROUND = 6
"""Words around a passage that belong to it."""
_BESIDE = 1
"""Content words on each side of a word that place it in a passage, and words around them that are looked at there."""
_NEAR = 2
_MOST_PASSAGES = 3
_MOST_WORDS = 200
_COMMON = 0.1
"""Share of the case's pages that have a word from which it is one of its subject, and says little."""


class LoneWord(NamedTuple):
    """A word of a sentence that its pages do not have.

    Attributes:
        place: Index of its token.
        page: The page that has the others.
        first: Index of the passage's first token there.
        last: Index of its last.
    """

    place: int
    page: EvidencePage
    first: int
    last: int


def find_lone_word(cited: CitedSentence, names: Collection[str]) -> LoneWord | None:
    """Finds the one word of a sentence that its cited pages do not have; None where none or several are such.

    Args:
        cited: The sentence.
        names: Words of the person's name.
    """
    clause = cited.clause
    if len(clause.words) > _MOST_WORDS:
        return None
    content = [place for place, stem in enumerate(clause.stems) if stem and clause.words[place] not in names]
    known = {stem for page in cited.pages for stem in read_page(page).stems}.union(_read_titles(cited))
    absent = [place for place in content if clause.stems[place] not in known]
    others = [place for place in content if place not in absent]
    standing = [place for place in absent if _may_stand_out(cited, place, names)]
    modifiers = [place for place in standing if _is_modifier(clause, place)]
    # A word of the rule says what a fact means in law, and stands on few pages: "must have" is what they require.
    if len(absent) == 1 and standing and len(others) >= _LEAST_OTHERS and clause.stems[absent[0]] not in _rule_stems():
        found = _find_passage(cited, standing[0], others, _LEAST_CARRIED)
        if found is not None:
            return found
    if len(absent) <= _MOST_ABSENT and len(modifiers) == 1 and len(others) >= _LEAST_MODIFIED:
        return _find_passage(cited, modifiers[0], others, _LEAST_CARRIED_MODIFIED)
    return None


def _is_modifier(clause: Clause, place: int) -> bool:
    """Tells if a word is an adverb or adjective, by its ending, and stands before what it says something of."""
    word = clause.words[place]
    is_before = place + 1 < len(clause.stems) and bool(clause.stems[place + 1])
    return is_before and len(word) >= _SHORTEST_MODIFIER and word.endswith(_MODIFIERS)


def _find_passage(cited: CitedSentence, place: int, others: Sequence[int], least: float) -> LoneWord | None:
    """Finds a passage that has so large a share of the other words, and none that says what the word says."""
    clause = cited.clause
    stems = {clause.stems[other] for other in others}
    sought = [clause.words[other] for other in others]
    for passage in cited.evidence.find_passages(sought, among=cited.pages, limit=_MOST_PASSAGES):
        there = read_page(passage.page)
        first, last = max(0, passage.first - _AROUND), min(len(there.words) - 1, passage.last + _AROUND)
        if len(stems.intersection(there.stems[first : last + 1])) < least * len(stems):
            continue
        if any(is_alike(clause, place, there, at) for at in _list_content(there, first, last)):
            return None
        if not _is_modifier(clause, place) and _has_other_words(clause, place, passage):
            return None
        return LoneWord(place, passage.page, passage.first, passage.last)
    return None


def _has_other_words(clause: Clause, place: int, passage: EvidencePassage) -> bool:
    """Tells if the passage has a word of its own beside the neighbours of a word, which may say the same."""
    there = read_page(passage.page)
    begin, end = there.sentence_of(passage.first)[0], there.sentence_of(passage.last)[1]
    content = [at for at, stem in enumerate(clause.stems) if stem]
    number = content.index(place)
    beside = {clause.stems[at] for at in content[max(0, number - _BESIDE) : number + 1 + _BESIDE] if at != place}
    words = {clause.words[at] for at in content}
    is_participle = clause.words[place].endswith("ed")
    for at in range(begin, end):
        word = there.words[at]
        near = there.stems[max(begin, at - _NEAR) : min(end, at + 1 + _NEAR)]
        claims = may_be_replaced(there, at, ()) or (is_participle and word in LIGHT_VERBS)
        is_near = bool(there.stems[at]) and word.isalpha() and claims and not beside.isdisjoint(near)
        if is_near and not any(say_one_thing(word, other) for other in words):
            return True
    return False


def _may_stand_out(cited: CitedSentence, place: int, names: Collection[str]) -> bool:
    """Tells if a word claims something that no other check compares."""
    clause, word = cited.clause, cited.clause.words[place]
    if word in CONNECTIVES or not may_be_replaced(clause, place, names):
        return False
    if any(one.first <= place < one.phrase_end for one in clause.quantities):
        return False
    pages = cited.evidence.pages
    return sum(word in page.positions for page in pages) <= _COMMON * len(pages)


def _list_content(there: Clause, first: int, last: int) -> Iterator[int]:
    return (place for place in range(first, last + 1) if there.stems[place])


@cache
def _rule_stems() -> frozenset[str]:
    """Returns the stems of the words in which 8 CFR 204.5(h)(3) states the criteria."""
    return frozenset(find_stem(token.word) for one in CRITERIA.values() for token in find_tokens(one.text))


def _read_titles(cited: CitedSentence) -> set[str]:
    """Returns the stems of the titles of the exhibits that are cited: "the article" may be what an exhibit is."""
    ids = {cite.exhibit_id for cite in cited.cites.citations}
    titles = [f"{one.title} {one.kind} {one.source}" for one in cited.draft.case.exhibits if one.id in ids]
    return {find_stem(token.word) for token in find_tokens(" ".join(titles))}
