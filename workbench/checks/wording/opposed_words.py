"""Search for words of a sentence of which a cited page says the opposite, and for negations that only one of them has.

Opposites are those of WordNet and of the tables. A sentence is compared with the sentence of the page whose words say
the same around the word, in whatever words: see :mod:`workbench.checks.wording.paired_passages`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from workbench.checks.evidence import EvidencePage
from workbench.checks.statements.number_words import NUMBER_WORDS
from workbench.checks.statements.statements import Clause, read_page
from workbench.checks.wording.paired_passages import PairedPassage, is_negated, list_clauses, pair_passages
from workbench.checks.wording.replaced_words import ReplacedWords, are_forms, is_infinitive, say_one_thing
from workbench.checks.wording.word_classes import CONNECTIVES, OPPOSITES
from workbench.text.negations import DENYING, NEGATIONS, is_negation
from workbench.text.related_words import exclude_each_other, gather_senses, may_have_opposite

_LEAST_AROUND = 1
_LEAST_AROUND_FUNCTION = 2
"""Pairs around both words from which they are said of the same; the latter for words without content."""
_BESIDE = 3
"""Words around a word without content in which one of these pairs stands."""
_OF_NOUNS = frozenset(("with", "without"))
_LIST_MARGIN = 2.0
"""Factor by which the opposite may be placed better than the word where the sentence says both in other words."""
_DEGREES = frozenset(("far", "earlier", "much", "little", "even", "quite", "rather", "very", "well", "right", "half"))
"""Words of degree and time, whose opposites say little: "as far as", "short of"."""
_FIXED = frozenset(("at", "non"))
"""Words before one that has no opposite with them: ``at least``, ``non-invasive``."""
_LONGEST = 30
"""Words of a page's sentence that may carry one negation."""
_LEAST_SHARE = 0.6
_LEAST_SHARE_OF_VERB = 0.35
"""Shares of a clause's words that a page's sentence must have; the latter where a verb is denied."""
_LEAST_PAIRS = 2
_NEXT = 3
"""Words from a negation on that may make a limit of it."""
_AROUND = 8
"""Words around a page's word in which its negation stands."""
_GOVERNED = 4
"""Words behind a negation in which the one stands that it denies."""
_AUXILIARIES = {
    form: forms.split()[0]
    for forms in (
        "be is was are were been",
        "have has had",
        "do does did",
        "may might",
        "can could",
        "will would",
        "must",
        "should",
    )
    for form in forms.split()
}
"""Forms of auxiliaries, each with the one that stands for all."""
_VERB_REACH = 3
"""Words before a verb in which its auxiliary stands."""
_DENIED_REACH = 10
_MOST_DENIED = 4
_MOST_VERBS = 200
_PARTS = frozenset(("part", "parts", "one", "matter", "kind", "sort", "result", "subject"))
"""Nouns that stand before what is meant: ``part of``."""
_LIMITS = frozenset(("more", "fewer", "less", "later", "earlier", "longer", "other", "others"))
"""Words that make of a negation a limit or a comparison: "no more than ten", "no other"."""


def find_opposed(clause: Clause, pages: Sequence[EvidencePage], names: Collection[str]) -> Iterator[ReplacedWords]:
    """Finds words of a sentence of which a page has the opposite, and clauses that only one of the two negates.

    Args:
        clause: Sentence of a draft.
        pages: The pages that it cites.
        names: Words of the person's name.
    """
    places = [place for place in range(len(clause.words)) if _may_be_opposed(clause, place, pages, names)]
    # Pairing takes longest: where no word may have an opposite, only a negation can differ.
    denies = any(map(is_negation, clause.words))
    passages = pair_passages(clause, pages, names, only_denied=not places and not denies)
    if not passages:
        return
    known = {stem for page in pages for stem in read_page(page).stems}
    found = [one for place in places if (one := _find_opposite(clause, place, passages, known)) is not None]
    yield from found
    if not found:
        denied = list(_find_denied_verbs(clause, pages))
        yield from denied or _find_lost_negations(clause, passages, names)
        yield from _find_added_negations(clause, passages, names)


def _may_be_opposed(clause: Clause, place: int, pages: Sequence[EvidencePage], names: Collection[str]) -> bool:
    word = clause.words[place]
    if clause.words[max(0, place - 1)] in _FIXED:
        return False
    if word in OPPOSITES and any(not OPPOSITES[word].isdisjoint(page.positions) for page in pages):
        return True
    if not clause.stems[place] or not word.isalpha() or word in names or word in NUMBER_WORDS:
        return False
    if word in CONNECTIVES or word in _DEGREES or clause.text[clause.tokens[place].start].isupper():
        return False
    return any(may_have_opposite(word, page.recall(_gather_senses)) for page in pages)


def _gather_senses(page: EvidencePage) -> frozenset[int]:
    there = read_page(page)
    return gather_senses({word for word, stem in zip(there.words, there.stems, strict=True) if stem})


def _is_opposite(one: str, other: str) -> bool:
    return other in OPPOSITES.get(one, ()) or exclude_each_other(one, other)


def _find_opposite(
    clause: Clause, place: int, passages: Sequence[PairedPassage], known: Collection[str]
) -> ReplacedWords | None:
    """Finds the opposite of a word in the sentence of a page that fits best, if none fits as well that has the word."""
    word = clause.words[place]
    best: tuple[float, PairedPassage, int] | None = None
    same = 0.0
    for passage in passages:
        there, score = passage.there, passage.score(place)
        stemmed = {other for mine, other in passage.pairs.items() if clause.stems[mine] == there.stems[other]}
        opposite = [
            other
            for other in range(passage.first, passage.end)
            if other not in stemmed and _may_oppose(there, other) and _is_opposite(word, there.words[other])
            if _is_placed_alike(clause, place, passage, other)
            # What opened was to close one day.
            if is_infinitive(clause, place) or not is_infinitive(there, other)
            if clause.stems[place] or word not in _OF_NOUNS or _governs_same(clause, place, passage, other)
        ]
        if opposite and there.words[opposite[0]] not in clause.words and (best is None or score > best[0]):
            best = score, passage, opposite[0]
        has_word = passage.pairs.get(place) in stemmed or word in there.words[passage.first : passage.end]
        if has_word or (place in passage.pairs and not opposite):
            same = max(same, score)
    stem = clause.stems[place]
    # What opens a list of dates and what closes it: "the first in 2006, and the latest in 2020".
    if (
        best is not None
        and best[0] <= same * _LIST_MARGIN
        and any(say_one_thing(best[1].there.words[best[2]], one) for one in clause.words)
    ):
        return None
    # A sentence of the page that has the word itself, and fits as well, bears the claim out.
    if best is None or (best[0] <= same and (same or not stem or stem in known)):
        return None
    score, passage, other = best
    # "Not temporary" says what "permanent" says.
    if is_negated(clause, place) != is_negated(passage.there, other):
        return None
    return ReplacedWords(place, place, passage.page, other, other, score)


def _is_placed_alike(clause: Clause, place: int, passage: PairedPassage, other: int) -> bool:
    """Tells if words around an opposite say what stands around the word."""
    around = passage.count_around(place, other)
    if clause.stems[place]:
        in_table = passage.there.words[other] in OPPOSITES.get(clause.words[place], ())
        return around >= _LEAST_AROUND and (in_table or _qualifies_same(clause, place, passage, other))
    return around >= _LEAST_AROUND_FUNCTION and passage.count_around(place, other, _BESIDE) > 0


def _qualifies_same(clause: Clause, place: int, passage: PairedPassage, other: int) -> bool:
    """Tells if what stands right behind a word stands behind its opposite: "mental health", "physical illness"."""
    if not any(clause.stems[place + 1 : place + 2]):
        return True
    return 0 < passage.pairs.get(place + 1, 0) - other <= _BESIDE


def _governs_same(clause: Clause, place: int, passage: PairedPassage, other: int) -> bool:
    """Tells if the next word with content behind two prepositions is the same: "with names", "without the names"."""
    mine = next((at for at in range(place + 1, len(clause.words)) if clause.stems[at]), None)
    theirs = next((at for at in range(other + 1, passage.end) if passage.there.stems[at]), None)
    return mine is not None and passage.pairs.get(mine) == theirs


def _may_oppose(there: Clause, place: int) -> bool:
    word = there.words[place]
    return word in OPPOSITES or (bool(there.stems[place]) and word not in CONNECTIVES and word not in _DEGREES)


def _find_denied_verbs(clause: Clause, pages: Sequence[EvidencePage]) -> Iterator[ReplacedWords]:
    """Finds verbs behind an auxiliary that the pages have behind the same one, and with a negation wherever they do."""
    for place, word in enumerate(clause.words[:_MOST_VERBS]):
        auxiliary = _find_auxiliary(clause, place) if clause.stems[place] else None
        begin = max(clause.sentence_of(place)[0], place - _DENIED_REACH)
        if auxiliary is None or any(map(is_negation, clause.words[begin : place + _NEXT])):
            continue
        there = [(page, at) for page in pages for at in page.positions.get(word, ())[: _MOST_DENIED + 1]]
        if there and len(there) <= _MOST_DENIED and all(_is_denied_verb(*one, auxiliary) for one in there):
            page, at = there[0]
            yield ReplacedWords(place, place, page, at - 1, at, 1.0)


def _is_denied_verb(page: EvidencePage, place: int, auxiliary: str) -> bool:
    there = read_page(page)
    found = _find_auxiliary(there, place)
    near = there.words[max(there.sentence_of(place)[0], place - _VERB_REACH) : place]
    return found == auxiliary and any(map(is_negation, near))


def _find_auxiliary(clause: Clause, place: int) -> str | None:
    """Returns the first form of the first auxiliary right before a word: that of "may be awarded" is "may"."""
    begin = max(clause.sentence_of(place)[0], place - _VERB_REACH)
    return next((_AUXILIARIES[word] for word in clause.words[begin:place] if word in _AUXILIARIES), None)


def _find_lost_negations(
    clause: Clause, passages: Sequence[PairedPassage], names: Collection[str]
) -> Iterator[ReplacedWords]:
    """Finds clauses whose words a sentence of a page has with a negation, where the page negates one of these words."""
    ignored = NEGATIONS.union(names)
    for first, end in list_clauses(clause):
        content = [place for place in range(first, end) if clause.stems[place] and clause.words[place] not in ignored]
        best = max(passages, key=lambda passage: sum(place in passage.pairs for place in content), default=None)
        if best is None or best.end - best.first > _LONGEST or _has_limit(clause, first, end):
            continue
        paired = [place for place in content if place in best.pairs and clause.words[place] not in CONNECTIVES]
        if len(paired) < max(_LEAST_PAIRS, _LEAST_SHARE * len(content)):
            continue
        there = best.there
        negations = [place for place in range(best.first, best.end) if there.words[place] in NEGATIONS]
        # Two negations may cancel each other.
        if len(negations) != 1 or _has_limit(there, best.first, best.end):
            continue
        if not any(clause.words[place] in NEGATIONS for place in range(first, end)):
            found = _find_governed(best, negations[0])
            if found is None or not first <= found[0] < end or clause.stems[found[0]] != there.stems[found[1]]:
                continue
            if not any(found[0] in other.pairs for other in passages if other is not best):
                yield ReplacedWords(found[0], found[0], best.page, negations[0], found[1], len(paired))


def _find_added_negations(
    clause: Clause, passages: Sequence[PairedPassage], names: Collection[str]
) -> Iterator[ReplacedWords]:
    """Finds clauses with a negation whose words a sentence of a page has, and no such sentence denies anything."""
    ignored = NEGATIONS.union(names)
    none_denies = not any(is_negation(word) for passage in passages for word in passage.page.positions)
    for first, end in list_clauses(clause):
        negations = [place for place in range(first, end) if _denies(clause, place)]
        content = [place for place in range(first, end) if clause.stems[place] and clause.words[place] not in ignored]
        if not negations or not content:
            continue
        denies_verb = _denies_verb(clause, negations[-1])
        if len(negations) > 1 or (
            _has_limit(clause, negations[0], min(end, negations[0] + _NEXT)) and not (none_denies and denies_verb)
        ):
            continue
        governed = [place for place in content if negations[0] < place <= negations[0] + _GOVERNED]
        # "Is not part of her work" denies the work.
        if governed and clause.words[governed[0]] in _PARTS:
            governed = governed[1:]
        at = next(iter(governed), None)
        fitting = [passage for passage in passages if at in passage.pairs and _has_stem(clause, at, passage)]
        if at is None or not fitting or any(_is_denied(passage, at) for passage in fitting):
            continue
        counts = [sum(place in passage.pairs for place in content) for passage in fitting]
        paired = max(counts)
        best = fitting[counts.index(paired)]
        least = max(_LEAST_PAIRS, (_LEAST_SHARE_OF_VERB if denies_verb else _LEAST_SHARE) * len(content))
        # Where no page denies anything, its words need not stand together.
        if paired >= least or (none_denies and denies_verb):
            other = best.pairs[at]
            yield ReplacedWords(negations[0], at, best.page, other, other, paired)


def _denies_verb(clause: Clause, negation: int) -> bool:
    """Tells if a negation stands behind an auxiliary whose subject is named: "this is not" argues."""
    before = clause.words[max(0, negation - 2) : negation]
    return bool(before) and before[-1] in _AUXILIARIES and before[0] not in {"this", "that"}


def _denies(clause: Clause, place: int) -> bool:
    """Tells if a word denies; "No. 7" is a number, and whoever is asked "not to" do a thing has not denied it."""
    behind = clause.words[place + 1 : place + 2]
    return is_negation(clause.words[place]) and not (behind and (behind[0][0].isdigit() or behind[0] == "to"))


def _is_denied(passage: PairedPassage, place: int) -> bool:
    """Tells if the page denies something near the counterpart of a word."""
    other = passage.pairs[place]
    near = passage.there.words[max(passage.first, other - _AROUND) : min(passage.end, other + _AROUND)]
    return any(is_negation(word) or word in DENYING for word in near)


def _has_stem(clause: Clause, place: int, passage: PairedPassage) -> bool:
    one, other = clause.stems[place], passage.there.stems[passage.pairs[place]]
    return one == other or are_forms(one, other)


def _find_governed(passage: PairedPassage, negation: int) -> tuple[int, int] | None:
    """Returns the word that a page's negation governs and its counterpart; None where it has none, or the next has."""
    there = passage.there
    counterparts = {other: mine for mine, other in passage.pairs.items()}
    behind = [place for place in range(negation + 1, passage.end) if there.stems[place]]
    # What a negation denies stands right behind it; further on it may be another clause.
    if not behind or any(place not in counterparts for place in behind[:2]):
        return None
    return counterparts[behind[0]], behind[0]


def _has_limit(clause: Clause, first: int, end: int) -> bool:
    """Tells if words limit or compare, so that a negation does not deny: ``no more than``, ``the first``."""
    words = clause.words[first:end]
    return any(word in _LIMITS or word in {"first", "only", "than"} or word.endswith("est") for word in words)
