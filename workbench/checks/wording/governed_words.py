"""Hedges before a word of a sentence that the cited pages have, or lack, before the same word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.checks.evidence import EvidencePage
from workbench.checks.finding import Finding
from workbench.checks.statements.cited_sentence import CitedSentence
from workbench.checks.statements.number_words import CARDINALS, ORDINALS
from workbench.checks.statements.statements import Clause, measure_context, read_page
from workbench.checks.wording.graded_words import place_on_page
from workbench.checks.wording.paired_passages import is_negated
from workbench.checks.wording.qualifier_words import CHECK, HEDGES, SAID_OTHERWISE
from workbench.text.negations import NEGATIONS, is_negation

LEAST_GOVERNED = 0.5
"""Likeness of contexts from which a word on a page is the word of the letter."""
LEAST_NEGATED = 0.2
_GOVERNED_MARGIN = 0.7
_GOVERNED = 4
"""Tokens before a word in which its qualifier stands."""
_MOST_PLACES = 40
_FIRST_REACH = 6
"""Words before a word in which "first" stands."""
_BETWEEN = frozenset(("yet", "been", "be", "being", "ever", "so", "far", "already", "also"))
"""Words that stand between a qualifier and its word: ``not yet been approved``."""
_OBJECTS = frozenset(("him", "her", "it", "me", "us", "them", "this", "that"))
_DETERMINERS = frozenset(("the", "a", "an", "our", "my", "their", "his", "her", "its", "this", "these"))
_POSSIBILITIES = frozenset(("may", "might", "could", "can"))
_DENIALS = frozenset(("not", "never"))
_OPEN = frozenset(("a possibility", "a condition"))


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
    return clause.recall(_group_governed_words)


def _group_governed_words(clause: Clause) -> dict[str, list[GovernedWord]]:
    found: dict[str, list[GovernedWord]] = {}
    for place, stem in enumerate(clause.stems):
        # Who is named is neither denied nor one of several.
        if stem and not (clause.text[clause.tokens[place].start].isupper() and place not in clause.sentence_starts):
            before, word = (place, "") if _is_possessive(clause, place) else _qualifier_before(clause, place)
            found.setdefault(stem, []).append(GovernedWord(stem, place, before, word))
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
        if is_limit(clause, index):
            break
        if word == "most" and clause.words[index - 1] in ORDINALS:
            # "The second most widely grown": the rank is what a copy loses.
            return index - 1, clause.words[index - 1]
        if word in HEDGES and _is_qualifier(clause, index, place):
            return index, word
        if clause.stems[index] or not word.isalpha():
            break
    return place, ""


def _is_qualifier(clause: Clause, place: int, governed: int) -> bool:
    """Tells if a hedge says something of the word behind it: "about" only of a figure, a condition nothing."""
    word = clause.words[place]
    before = clause.words[place - 1] if place else ""
    if HEDGES.get(word) in {"an estimate", "less than the figure"}:
        return any(place < one.first <= governed + 1 for one in clause.quantities)
    if word == "without":
        return place not in clause.sentence_starts
    # "Whether or not", "not only", "thirty-second".
    if word == "not" and (before == "or" or clause.words[place + 1] == "only"):
        return False
    return not (before in CARDINALS and word in ORDINALS)


def is_limit(clause: Clause, place: int) -> bool:
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


def find_governed(cited: CitedSentence, pages: Sequence[EvidencePage]) -> Iterator[Finding]:
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
            page, word = found
            if (said.qualifier, word.qualifier) in reported:
                continue
            reported.add((said.qualifier, word.qualifier))
            there = read_page(page)
            on_page = there.text[there.tokens[word.before].start : there.tokens[word.place].end]
            at = cited.clause.tokens[said.before].start, cited.clause.tokens[said.place].end
            here = " ".join(cited.sentence.text[slice(*at)].split())
            yield cited.draft.finding(
                CHECK,
                "warning",
                f"“{here}” here, but “{' '.join(on_page.split())}” on"
                f" {cited.draft.name_exhibit(page.exhibit_id, (page.page,))}.",
                at=cited.place(*at),
                suggestion="Say what the page says.",
                evidence=[place_on_page(page, there, word.before, word.place)],
            )


def _match_governed(
    cited: CitedSentence, said: GovernedWord, places: Sequence[tuple[EvidencePage, GovernedWord]]
) -> tuple[EvidencePage, GovernedWord] | None:
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
        elif score > best:
            best, found = score, (page, word)
    if found is None or same > best * _GOVERNED_MARGIN:
        return None
    # Where the pages never say a word without its negation, or its "co-", it need not stand in the same clause.
    hedge = found[1].qualifier
    negated = same == 0 and (hedge == "co" or HEDGES.get(hedge) == "a negation")
    if best < (LEAST_NEGATED if negated else LEAST_GOVERNED):
        return None
    if said.qualifier in HEDGES:
        # "May vote" is no "may not vote".
        is_open = HEDGES[said.qualifier] in _OPEN and negated and hedge != "co"
        is_denied = said.qualifier in _DENIALS and HEDGES.get(hedge) != "a negation"
        return found if is_denied or (is_open and not is_negated(cited.clause, said.place)) else None
    return found if hedge in HEDGES else None


def _is_said_otherwise(clause: Clause, said: GovernedWord, qualifier: str) -> bool:
    """Tells if a sentence says elsewhere what a qualifier of the page says: a limit, an order, or the same hedge."""
    if qualifier in _POSSIBILITIES and _is_upper_bound(clause):
        return True
    # "An application for a second patent" is the "second application".
    is_rank = HEDGES.get(qualifier) == "a rank" and qualifier in clause.words
    return is_rank or is_hedge_said(clause, qualifier) or _is_said_by_order(clause, said, qualifier)


def is_hedge_said(clause: Clause, qualifier: str) -> bool:
    """Tells if a sentence has a word that says what a hedge says: "lack" what "not" says."""
    reason = HEDGES.get(qualifier, "")
    if reason == "a negation" and any(map(is_negation, clause.words)):
        return True
    return not SAID_OTHERWISE.get(reason, frozenset()).isdisjoint(clause.words)


def _is_said_by_order(clause: Clause, said: GovernedWord, qualifier: str) -> bool:
    """Tells if an order says the same: the fourteenth laureate is one of them, and before a first there is none."""
    reason = HEDGES.get(qualifier)
    # "More than any other unit": "no other unit" says the same.
    if reason == "a negation" and "any" in clause.words[max(0, said.place - _GOVERNED) : said.place]:
        return True
    if reason == "one of several":
        if clause.words[said.before - 1 : said.before] in {("a",), ("an",)}:
            return True
        return clause.words[said.before - 1 : said.before] != () and any(
            one.kind == "rank" and one.last == said.before - 1 for one in clause.quantities
        )
    return reason == "a negation" and "first" in clause.words[max(0, said.place - _FIRST_REACH) : said.place]
