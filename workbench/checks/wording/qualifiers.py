"""Words that decide how much a sentence claims: nominated or received, may or does, one of the top or the top.

Two ways of looking. A word of a *scale* is compared with the words of the same scale on the cited pages, as a figure
is. A *hedge* has no counterpart: it is missed where the page has it inside a clause that otherwise stands in the letter
word for word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Levenshtein

from workbench.checks.draft import DraftSection
from workbench.checks.evidence import EvidencePage
from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.statements.cited_sentence import CitedSentence, find_cited_sentences, nearest_pages
from workbench.checks.statements.number_words import CARDINALS, ORDINALS, STOP_WORDS
from workbench.checks.statements.statements import Clause, measure_context, read_page
from workbench.checks.wording.paired_passages import is_negated
from workbench.checks.wording.qualifier_words import BOOSTS, EXCLUSIVE, HEDGES, SCALES
from workbench.checks.wording.superlatives import is_exclusive
from workbench.text.negations import NEGATIONS
from workbench.text.stems import find_stem, stem_word

CHECK = "qualifier"

LEAST_OPPOSITE = 0.45
"""Likeness of contexts from which the opposite word on a page contradicts."""
_LEAST_BESIDE = 0.2
"""The same where both stand right before one word: "national programs", "international programs"."""
_SAME_SIDE = 0.25
_ALIGNED = 0.75
"""Share of the words around a hedge that must stand on the page in the same order."""
_AROUND = 7
_LEAST_AROUND = 5
_WINDOW = 6
_MOST_ADDED = 3
_MOST_ALIGNED = 200
_MOST_PLACES = 40
LEAST_GOVERNED = 0.5
"""Likeness of contexts from which a word on a page is the word of the letter."""
LEAST_NEGATED = 0.2
_GOVERNED_MARGIN = 0.7
_ROOT = 6
"""Letters that forms of one word share."""
_GOVERNED = 4
"""Tokens before a word in which its qualifier stands."""
_MOST_PASSAGES = 3

Side = Literal["less", "more"]


@dataclass(frozen=True, slots=True)
class Grade:
    """A word of a scale in a text.

    Attributes:
        scale: Index of the scale in :data:`SCALES`.
        side: Its side of the scale.
        first: Index of its first token.
        last: Index of its last token.
        start: Offset of its first character.
        end: Offset just behind it.
    """

    scale: int
    side: Side
    first: int
    last: int
    start: int
    end: int


def _index_scales() -> dict[str, list[tuple[int, Side, tuple[str, ...]]]]:
    found: dict[str, list[tuple[int, Side, tuple[str, ...]]]] = {}
    for number, scale in enumerate(SCALES):
        sides: tuple[tuple[Side, str], ...] = (("less", scale.less), ("more", scale.more))
        for side, words in sides:
            for phrase in words.split("|"):
                parts = tuple(phrase.split())
                found.setdefault(parts[0], []).append((number, side, parts))
    return found


_BETWEEN = frozenset(("yet", "been", "be", "being", "ever", "so", "far", "already", "also"))
"""Words that stand between a qualifier and its word: ``not yet been approved``."""
_OBJECTS = frozenset(("him", "her", "it", "me", "us", "them", "this", "that"))
_DETERMINERS = frozenset(("the", "a", "an", "our", "my", "their", "his", "her", "its", "this", "these"))
_POSSIBILITIES = frozenset(("may", "might", "could", "can"))

_BY_WORD = _index_scales()


def find_grades(clause: Clause) -> tuple[Grade, ...]:
    """Finds the words of the scales in a text; of phrases that begin alike, the longest."""
    found: list[Grade] = []
    words = clause.words
    for place, word in enumerate(words):
        longest: dict[int, tuple[Side, tuple[str, ...]]] = {}
        for scale, side, parts in _BY_WORD.get(word, ()):
            if words[place : place + len(parts)] == parts and len(parts) > len(longest.get(scale, ("less", ()))[1]):
                longest[scale] = (side, parts)
        for scale, (side, parts) in longest.items():
            # "Co-founder" is one word of two tokens: its second half is not the other side.
            if place and words[place - 1] in {"co", "not"}:
                continue
            last = place + len(parts) - 1
            found.append(Grade(scale, side, place, last, clause.tokens[place].start, clause.tokens[last].end))
    return tuple(found)


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
        yield from _find_opposites(cited, pages)
        yield from _find_governed(cited, pages)


def _find_opposites(cited: CitedSentence, pages: Sequence[EvidencePage]) -> Iterator[Finding]:
    """Finds words of a scale for which the pages have the other side in the same context."""
    weigh = cited.evidence.weigh
    seen: set[int] = set()
    stems = {find_stem(word) for word in cited.clause.words}
    for grade in find_grades(cited.clause):
        mine = cited.clause.context_of(grade.first, grade.last, weigh)
        best: dict[str, tuple[float, EvidencePage, Grade]] = {}
        for page in pages:
            there = read_page(page)
            for other in grades_of(there).get(grade.scale, ())[:_MOST_PLACES]:
                score = measure_context(mine, there.context_of(other.first, other.last, weigh))
                if other.side not in best or score > best[other.side][0]:
                    best[other.side] = (score, page, other)
        opposite = best.get("more" if grade.side == "less" else "less")
        same = best[grade.side][0] if grade.side in best else 0.0
        if opposite is None or grade.first in seen:
            continue
        score, page, other = opposite
        there = read_page(page)
        beside = _read_next(cited.clause, grade.last) == _read_next(there, other.last) != ""
        if score < (_LEAST_BESIDE if beside else LEAST_OPPOSITE) or same >= min(_SAME_SIDE, score):
            continue
        # The sentence says the page's word as well: "considered 94 applications and approved 26".
        if find_stem(there.words[other.first]) in stems or _has_form(there, other, cited.clause.words[grade.first]):
            continue
        if beside and any(_stands_beside(cited.clause, grade, read_page(page)) for page in pages):
            continue
        if (
            beside
            and _is_full_post(cited.clause, grade)
            and any(_has_bare_post(cited.clause, grade, page) for page in pages)
        ):
            continue
        seen.add(grade.first)
        written = there.text[other.start : other.end]
        scale = SCALES[grade.scale]
        yield cited.draft.finding(
            CHECK,
            "error" if grade.side == "more" and score >= LEAST_OPPOSITE else "warning",
            f"“{cited.sentence.text[grade.start : grade.end]}” here, but “{written}” on"
            f" {cited.draft.name_exhibit(page.exhibit_id, (page.page,))}: {scale.reason}.",
            at=cited.place(grade.start, grade.end),
            suggestion="Say what the page says.",
            evidence=[_place(page, there, other.first, other.last)],
        )


def _has_form(there: Clause, other: Grade, word: str) -> bool:
    """Tells if the sentence of a page's word has a form of the letter's: "presided" beside "president"."""
    begin, end = there.sentence_of(other.first)
    root = word[:_ROOT]
    return len(root) == _ROOT and any(one.startswith(root) for one in there.words[begin:end])


def _stands_beside(clause: Clause, grade: Grade, there: Clause) -> bool:
    """Tells if a page has a word of a scale before the same word, too: "director of the Station"."""
    following, stem = _read_next(clause, grade.last), find_stem(clause.words[grade.first])
    return any(
        find_stem(there.words[one.first]) == stem and _read_next(there, one.last) == following
        for one in grades_of(there).get(grade.scale, ())[:_MOST_PLACES]
    )


def _is_full_post(clause: Clause, grade: Grade) -> bool:
    return clause.words[grade.first] == "full"


def _has_bare_post(clause: Clause, grade: Grade, page: EvidencePage) -> bool:
    """Tells if a page has a post without a grade, which is the full one: "Professor" beside "Assistant Professor"."""
    there, post = read_page(page), _read_next(clause, grade.last)
    graded = {one.last + 1 for one in grades_of(there).get(grade.scale, ())}
    return any(stem == post and place not in graded for place, stem in enumerate(there.stems))


def _read_next(clause: Clause, place: int) -> str:
    """Returns the stem of the word or number behind a place and "of the", or nothing."""
    behind = clause.words[place + 1 : place + 1 + _BEHIND]
    word = next((word for word in behind if word not in _OF_THE), "")
    return "" if word in STOP_WORDS else stem_word(word)


def grades_of(clause: Clause) -> dict[int, list[Grade]]:
    """Returns the words of the scales in a page, which is read once, by scale."""
    cached: dict[int, list[Grade]] | None = clause.__dict__.get("_grades")
    if cached is None:
        cached = {}
        for grade in find_grades(clause):
            cached.setdefault(grade.scale, []).append(grade)
        clause.__dict__["_grades"] = cached
    return cached


@dataclass(frozen=True, slots=True)
class GovernedWord:
    """A word and the hedge or superlative right before it.

    Attributes:
        stem: Its stem.
        place: Index of its token.
        before: Index of the first token of the qualifier, or that of the word.
        qualifier: The qualifier, or empty.
    """

    stem: str
    place: int
    before: int
    qualifier: str


def find_governed_words(clause: Clause) -> dict[str, list[GovernedWord]]:
    """Finds every content word of a text, by stem, with the qualifier that governs it."""
    cached: dict[str, list[GovernedWord]] | None = clause.__dict__.get("_governed")
    if cached is not None:
        return cached
    found: dict[str, list[GovernedWord]] = {}
    for place, stem in enumerate(clause.stems):
        if stem:
            before, word = (place, "") if _is_possessive(clause, place) else _qualifier_before(clause, place)
            found.setdefault(stem, []).append(GovernedWord(stem, place, before, word))
    clause.__dict__["_governed"] = found
    return found


def _is_possessive(clause: Clause, place: int) -> bool:
    """Tells if a word is a possessive: "without the photographers' names" denies the names."""
    end = clause.tokens[place].end
    return clause.words[place].endswith("'s") or clause.text[end : end + 1] in {"'", "’"}


def _qualifier_before(clause: Clause, place: int) -> tuple[int, str]:
    """Returns the qualifier before a word, no content word between them, and the index of its first token."""
    begin = max(clause.sentence_of(place)[0], place - _GOVERNED)
    for index in range(place - 1, begin - 1, -1):
        word = clause.words[index]
        if word in _BETWEEN:
            continue
        # "Without her our tour": a pronoun ends what is negated, where a determiner follows.
        if word in _OBJECTS and clause.words[index + 1] in _DETERMINERS:
            break
        if any(mark in clause.text[clause.tokens[index].end : clause.tokens[index + 1].start] for mark in ",;:.()"):
            break
        pair = f"{clause.words[index - 1]} {word}" if index > begin else ""
        if pair in HEDGES:
            # "Not part of our work" says nothing of a part.
            return (place, "") if clause.words[index - 2] in NEGATIONS else (index - 1, pair)
        if _is_limit(clause, index):
            break
        if word == "most" and clause.words[index - 1] in ORDINALS:
            # "The second most widely grown": the rank is what a copy loses.
            return index - 1, clause.words[index - 1]
        if word in HEDGES or word in EXCLUSIVE:
            return index, word
        if clause.stems[index] or not word.isalpha():
            break
    return place, ""


def _is_limit(clause: Clause, place: int) -> bool:
    """Tells if a word excludes nothing: it says how few they are (only six, at most ten), or what came first."""
    word, following = clause.words[place], clause.words[place + 1 : place + 2]
    if word == "most":
        return place > 0 and clause.words[place - 1] == "at"
    if word == "first":
        return following == ("as",)
    return word == "only" and any(other in CARDINALS or other[0].isdigit() for other in following)


def _is_upper_bound(clause: Clause) -> bool:
    """Tells if a text gives a limit: "at most ten are elected" and "not more than ten may be" say the same."""
    return any(quantity.comparator in {"most", "fewer"} for quantity in clause.quantities)


def _find_governed(cited: CitedSentence, pages: Sequence[EvidencePage]) -> Iterator[Finding]:
    """Finds words whose qualifier differs from the one on the page in the same context."""
    reported: set[tuple[str, str]] = set()
    for stem, governed in find_governed_words(cited.clause).items():
        places = [
            (page, word) for page in pages for word in find_governed_words(read_page(page)).get(stem, ())[:_MOST_PLACES]
        ]
        for said in governed[:_MOST_PLACES]:
            found = _match_governed(cited, said, places)
            if found is None:
                continue
            kind, page, word = found
            if (said.qualifier, word.qualifier) in reported:
                continue
            reported.add((said.qualifier, word.qualifier))
            there = read_page(page)
            on_page = there.text[there.tokens[word.before].start : there.tokens[word.place].end]
            at = cited.clause.tokens[said.before].start, cited.clause.tokens[said.place].end
            here = " ".join(cited.sentence.text[slice(*at)].split())
            yield cited.draft.finding(
                CHECK,
                kind,
                f"“{here}” here, but “{' '.join(on_page.split())}” on"
                f" {cited.draft.name_exhibit(page.exhibit_id, (page.page,))}.",
                at=cited.place(*at),
                suggestion="Say what the page says.",
                evidence=[_place(page, there, word.before, word.place)],
            )


def _match_governed(
    cited: CitedSentence, said: GovernedWord, places: Sequence[tuple[EvidencePage, GovernedWord]]
) -> tuple[Literal["error", "warning"], EvidencePage, GovernedWord] | None:
    """Finds the place at which a word has another qualifier, where it is better placed than those with the same."""
    if all(word.qualifier == said.qualifier for _, word in places):
        return None
    weigh = cited.evidence.weigh
    mine = cited.clause.context_of(said.before, said.place, weigh)
    same, best = 0.0, 0.0
    found: tuple[EvidencePage, GovernedWord] | None = None
    for page, word in places:
        score = measure_context(mine, read_page(page).context_of(word.before, word.place, weigh))
        if _is_said_otherwise(cited.clause, said, word.qualifier):
            continue
        if word.qualifier == said.qualifier:
            same = max(same, score)
        elif score > best and not _is_said_there(said, read_page(page), word):
            best, found = score, (page, word)
    # What is exclusive on the page may be named there a second time without the word.
    margin = 0.0 if said.qualifier in EXCLUSIVE else _GOVERNED_MARGIN
    if found is None or same > best * margin:
        return None
    # Where the pages never say a word without its negation, or its "co-", it need not stand in the same clause.
    hedge = found[1].qualifier
    negated = same == 0 and (hedge == "co" or HEDGES.get(hedge) == "a negation")
    if best < (LEAST_NEGATED if negated else LEAST_GOVERNED):
        return None
    if said.qualifier in _DEFINITE and not is_exclusive(cited.clause, said.before):
        # "In a single year", "only average": without an article they exclude nobody.
        return None
    kind = _judge_governed(said.qualifier, found[1].qualifier)
    if kind is None and negated and hedge != "co" and HEDGES.get(said.qualifier) in _OPEN:
        # "May vote" is no "may not vote".
        kind = None if is_negated(cited.clause, said.place) else "warning"
    return None if kind is None else (kind, *found)


def _is_said_otherwise(clause: Clause, said: GovernedWord, qualifier: str) -> bool:
    """Tells if a sentence says elsewhere what a qualifier of the page says: a limit, an order, or the same rank."""
    if qualifier in _POSSIBILITIES and _is_upper_bound(clause):
        return True
    # "An application for a second patent" is the "second application".
    is_rank = HEDGES.get(qualifier) == "a rank" and qualifier in clause.words
    return is_rank or _is_said_by_order(clause, said, qualifier)


def _is_said_there(said: GovernedWord, there: Clause, word: GovernedWord) -> bool:
    """Tells if the page's sentence has the qualifier before another word: "a single gene, linked to"."""
    begin, end = there.sentence_of(word.place)
    return said.qualifier in EXCLUSIVE and said.qualifier in there.words[begin:end]


def _is_said_by_order(clause: Clause, said: GovernedWord, qualifier: str) -> bool:
    """Tells if an order says the same: the fourteenth laureate is one of them, and before a first there is none."""
    reason = HEDGES.get(qualifier)
    if reason == "one of several":
        return clause.words[said.before - 1 : said.before] != () and any(
            one.kind == "rank" and one.last == said.before - 1 for one in clause.quantities
        )
    return reason == "a negation" and "first" in clause.words[max(0, said.place - _FIRST_REACH) : said.place]


_LISTED = frozenset(("them", "these", "those", "which", "whom", "others"))
_DEFINITE = frozenset(("first", "only", "single"))
_OPEN = frozenset(("a possibility", "a condition"))
_BEHIND = 4
"""Words behind a qualifier in which that stands which it limits."""
_OF_THE = frozenset(("of", "the", "these", "those", "its", "his", "her", "their"))
_FIRST_REACH = 6
"""Words before a word in which "first" stands."""


def _judge_governed(said: str, page: str) -> Literal["error", "warning"] | None:
    if HEDGES.get(said) == HEDGES.get(page) == "a negation":
        return None
    if page in HEDGES and said not in HEDGES:
        return "error"
    if said in EXCLUSIVE and page not in EXCLUSIVE:
        return "error" if BOOSTS[said] == "a negation" else "warning"
    return None


def _place(page: EvidencePage, there: Clause, first: int, last: int) -> EvidencePlace:
    return EvidencePlace(exhibit_id=page.exhibit_id, page=page.page, quote=there.quote(first, last))


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
            said = [clause.words[n] for n in range(step.src_start, step.src_end) if not _is_limit(clause, n)]
            page_words = there.words[begin + step.dest_start : begin + step.dest_end]
            change = _judge_change(said, page_words, lambda word: any(word in page.positions for page in pages))
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
                evidence=[_place(passage.page, there, place, max(place, begin + step.dest_end - 1))],
            )


def _is_inside(equal: Sequence[bool], first: int, end: int) -> bool:
    """Tells if most words around a change are the same on both sides, and the nearest on each side are."""
    before, behind = equal[max(0, first - _AROUND) : first], equal[end : end + _AROUND]
    around = [*before, *behind]
    if len(around) < _LEAST_AROUND or sum(around) < len(around) * _ALIGNED:
        return False
    return (not before or before[-1]) and (not behind or behind[0])


def _judge_change(said: Sequence[str], page: Sequence[str], on_pages: Callable[[str], bool]) -> tuple[str, bool] | None:
    """Judges words that differ inside an aligned clause.

    Returns:
        A message up to the place, and True for an error; None where the difference says little.
    """
    if len(said) > _MOST_ADDED or len(page) > _MOST_ADDED:
        return None
    lost = _find_word(page, HEDGES)
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
