"""Words that put somebody or something before all others, and what makes an order, a part or a scale of them."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.checks.evidence import EvidencePage
from workbench.checks.statements.number_words import CARDINALS, ORDINALS
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause, read_page
from workbench.checks.wording.replaced_words import say_one_thing
from workbench.text.negations import NEGATIONS, is_negation
from workbench.text.related_words import find_bases
from workbench.text.stems import find_stem

SUPERLATIVES = frozenset(
    (
        *("best", "biggest", "earliest", "fastest", "finest", "foremost", "greatest", "highest", "largest", "longest"),
        *("oldest", "strongest", "youngest", "supreme", "ultimate", "preeminent", "premier", "unique", "sole", "only"),
        *("unparalleled", "unmatched", "unrivaled", "unsurpassed", "unprecedented", "most", "top", "leading", "first"),
    )
)
"""Words that put somebody or something before all others."""
_ALONE = SUPERLATIVES - {"first", "only", "most", "top", "leading", "unique"}
"""Those that are nothing else: "first" may be an order, "most" a part, "leading" a verb."""
_MEASURED = frozenset(
    ("biggest", "earliest", "fastest", "highest", "largest", "longest", "oldest", "strongest", "youngest", "first")
)
"""Those of one measure each, of which none says what another one does."""
_SINGLE = frozenset(("only", "sole", "unique"))
"""Those that say that there is one."""
_DEFINITE = frozenset(("only", "first", "leading", "single", "unique"))
"""Those that are superlatives behind "the" only."""
_COUNTED = frozenset(
    (
        *("time", "times", "half", "part", "step", "place", "line", "page", "year", "years", "month", "months", "week"),
        *("weeks", "day", "days", "quarter", "decade", "section", "edition", "volume", "paragraph", "sentence", "name"),
        *("author", "inventor", "chapter", "table", "figure"),
    )
)
"""Nouns that are counted off: "the first year" is an order, and "the first author" a place in a list of names."""
_NOUN_REACH = 7
"""Words behind ``first`` in which its noun and ``since`` stand."""
SHARED_REACH = 5
"""Words before a superlative in which "one of" stands."""
RANKING = SUPERLATIVES - {"first", "only", "most", "sole", "unique", "ultimate"}
_DENIED_REACH = 8
"""Words before a superlative in which a negation denies it."""
_LISTED_REACH = 3
"""Words behind "of" in which that stands which is compared: "the largest of the four"."""


def find_superlatives(clause: Clause) -> list[int]:
    """Finds the superlatives of a text: the indexes of their tokens.

    "The highest possible grade" is the end of a scale, which others reach as well; and "the largest of the four" is
    compared with what the letter or a table lists. What a sentence denies it does not claim.
    """
    return [
        place
        for place, word in enumerate(clause.words)
        if (word in _ALONE or _is_most(clause, place) or is_exclusive(clause, place))
        and clause.words[place + 1 : place + 2] not in {("possible",), ("known",)}
        and not _is_placed(clause, place)
        and not _is_of_listed(clause, place)
        and not any(map(is_negation, clause.words[max(clause.sentence_of(place)[0], place - _DENIED_REACH) : place]))
    ]


def has_superlative_of(clause: Clause, place: int, page: EvidencePage) -> bool:
    """Tells if a page has a superlative that may be the one of a sentence, in a sentence about the same thing."""
    there = read_page(page)
    things = [clause.words[at] for at in _list_next(clause, place) if clause.stems[at]]
    for word in SUPERLATIVES.intersection(page.positions):
        if not _may_say_superlative(clause.words[place], word):
            continue
        for at in page.positions[word][:_MOST_PLACES]:
            first, end = there.sentence_of(at)
            near = there.words[max(first, at - _SAME_REACH) : min(end, at + _SAME_REACH)]
            # "The largest, which opened in May" is so of what was named before.
            if not things or any(say_one_thing(thing, other) for thing in things for other in near):
                return True
    return False


def _list_next(clause: Clause, place: int) -> range:
    """Returns the places behind a word, up to the end of its clause."""
    end = min(clause.sentence_of(place)[1], place + 1 + _SAME_THINGS)
    for at in range(place + 1, end):
        if any(mark in clause.text[clause.tokens[at - 1].end : clause.tokens[at].start] for mark in ",;:("):
            return range(place + 1, at)
    return range(place + 1, end)


def _may_say_superlative(word: str, other: str) -> bool:
    """Tells if a superlative of a page may be the one of a sentence: of age, size or time only its own, or "most"."""
    if word in _SINGLE:
        return other in _SINGLE or other in {"first", "unparalleled", "unprecedented"}
    return word not in _MEASURED or other not in _MEASURED or say_one_thing(word, other)


def _is_of_listed(clause: Clause, place: int) -> bool:
    behind = clause.words[place + 1 : place + 2 + _LISTED_REACH]
    # "The highest marks of all six" has the noun between.
    if behind[1:2] == ("of",) and clause.words[place] in _MEASURED:
        return any(word in CARDINALS for word in behind[2:])
    return behind[:1] == ("of",) and any(
        word in CARDINALS or word in {"which", "whom", "these", "those", "them"} for word in behind[1:]
    )


def is_denied_comparative(word: str, page: EvidencePage) -> bool:
    """Tells if a page denies the comparative of a superlative: ``no other member is younger``, of the youngest."""
    bases = set(find_bases(word))
    return not NEGATIONS.isdisjoint(page.positions) and any(
        other.endswith("er") and not bases.isdisjoint(find_bases(other)) for other in page.positions
    )


def is_shared(clause: Clause, place: int) -> bool:
    """Tells if ``one of``, ``among`` or the like stands before a superlative."""
    before = clause.words[max(clause.sentence_of(place)[0], place - SHARED_REACH) : place]
    return "among" in before or "amongst" in before or ("of" in before and ("one" in before or "some" in before))


def _is_placed(clause: Clause, place: int) -> bool:
    """Tells if a superlative is a place in an order or a limit: ``the second highest``, ``at the earliest date``."""
    # A rank before it leaves room for others above.
    before = clause.words[max(0, place - 2) : place]
    return before == ("at", "the") or (bool(before) and before[-1] in ORDINALS)


def _is_most(clause: Clause, place: int) -> bool:
    """Tells if "most" is part of a superlative: behind "the" or a possessive, and not "at most" or "most of"."""
    # "Most of" and "at most" say how many, and put nobody first.
    if clause.words[place] != "most" or not place or place + 1 >= len(clause.words):
        return False
    before, behind = clause.words[place - 1], clause.words[place + 1]
    return (before == "the" or before.endswith("'s")) and bool(clause.stems[place + 1]) and behind != "of"


def is_exclusive(clause: Clause, place: int) -> bool:
    """Tells if the article makes of a word a claim that there is no other: "the only engineer", not "an only child"."""
    if clause.words[place] not in _DEFINITE or not place or place + 1 >= len(clause.words):
        return False
    # "The first full year" is an order, and "the first medal since 1995" has others before it.
    behind = clause.words[place + 1 : place + 1 + _NOUN_REACH]
    bounded = "since" in behind or any(
        one.noun == _YEAR and one.first - place <= _NOUN_REACH + 1 for one in _behind(clause, place)
    )
    if clause.words[place] == "first" and (
        bounded or not _COUNTED.isdisjoint(behind[:2]) or _is_of_order(clause, place)
    ):
        return False
    # "The leading newspapers" are several, and leave room for others.
    if clause.words[place] == "leading" and behind[0].endswith("s"):
        return False
    return clause.words[place - 1] == "the" and bool(clause.stems[place + 1]) and behind[0] not in _COUNTED


def _is_of_order(clause: Clause, place: int) -> bool:
    """Tells if "the first" only counts: an object with nothing behind its noun, as in "contested the first patent,"."""
    # "The first group" and "the second".
    if "second" in clause.words:
        return True
    if place < _BEFORE_NOUN or clause.words[place - _BEFORE_NOUN] in _PREDICATING:
        return False
    # "Silver, the first prize" says what silver is.
    if "," in clause.text[clause.tokens[place - _BEFORE_NOUN].end : clause.tokens[place - 1].start]:
        return False
    end = clause.tokens[place + 1].end
    return clause.text[end : end + 1] in {",", ";", "."}


def _behind(clause: Clause, place: int) -> Iterator[Quantity]:
    """Yields the quantities behind a word that ``in`` leads: ``the first in 18 years``."""
    return (one for one in clause.quantities if one.first > place and clause.words[one.first - 1] == "in")


_BEFORE_NOUN = 2
"""Words from that before the article to a superlative."""
_PREDICATING = frozenset(
    ("is", "are", "was", "were", "be", "been", "being", "as", "became", "become", "has", "have", "had")
)
_MOST_PLACES = 40
_SAME_THINGS = 5
"""Words behind a superlative that tell of what it is said."""
_SAME_REACH = 20
"""Words around a page's superlative in which one of them stands."""
_YEAR = find_stem("year")
