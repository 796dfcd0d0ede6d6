"""Features by which a sentence is compared with passages.

They are lexical and need no model: words carried (by stem), pairs of neighbours, letters, numbers, names, the longest
stretch of words in the same order, negation and opposites.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from workbench.text.negations import is_negation
from workbench.text.stems import FUNCTION_WORDS, NUMBER_WORDS, stem_word
from workbench.text.tokens import Token, find_tokens

FEATURES = (
    "best",
    "three",
    "all",
    "pairs",
    "letters",
    "run",
    "numbers",
    "numbers_absent",
    "names",
    "names_absent",
    "negation",
    "opposite",
    "words",
    "words_absent",
)
"""Names of the features, in the order of :meth:`SupportFeatures.values`.

``best``, ``three`` and ``all`` are the shares of the sentence's weight that the best passage, the best three and all of
them carry; ``pairs`` and ``letters`` the shares of its pairs of neighbouring words and of its sequences of four
letters in the best three; ``run`` the longest stretch of its content words that the best passage has too, as a share.
``numbers`` and ``names`` are shares found, 1 where there are none, and with ``_absent`` 1 if one is found nowhere.
``negation`` and ``opposite`` are 1 or 0. ``words`` and ``words_absent`` are logarithms of counts.
"""

_FUNCTION_WEIGHT = 0.1
_NAME_WEIGHT = 1.4
_NUMBER_WEIGHT = 1.6
_GRAM = 4
_TEN = 10
_BEST = 3
_PLACES_A_WORD = 12
_FAILING = frozenset(("fail", "failed", "unable"))
"""Words that deny what stands behind them as a negation does."""
_OPPOSITES = """
accepted rejected, accepted declined, increased decreased, rose fell, higher lower, more fewer, above below,
before after, first last, oldest youngest, largest smallest, highest lowest, nominated received, nominated awarded,
invited served, submitted published, proposed resolved, proposed adopted, applied granted, won lost, success failure,
confirmed refuted, supported opposed, approved denied, national local, international local, full associate,
public private, paid unpaid, always sometimes, required optional, shall may, must may, began ended, joined left,
hired dismissed, independent dependent, sole joint
"""
_OPPOSITE_OF: dict[str, set[str]] = {}
for _one, _other in (map(stem_word, pair.split()) for pair in _OPPOSITES.split(",")):
    _OPPOSITE_OF.setdefault(_one, set()).add(_other)
    _OPPOSITE_OF.setdefault(_other, set()).add(_one)
# "One" and "first" order an argument more often than they count anything.
_LARGE_NUMBERS = frozenset(word for word, digits in NUMBER_WORDS.items() if digits.isdigit() and int(digits) > _TEN)
_TENS = frozenset(str(number) for number in range(20, 100, 10))
_UNITS = frozenset("123456789")
_NEGATING_PREFIXES = ("un", "in", "non", "dis", "im", "ir", "anti")
_LEAST_PREFIXED = 4


def _join_numbers(stems: list[str], tokens: Sequence[Token]) -> tuple[str, ...]:
    """Gives both words of a number such as "forty-seven" its digits."""
    for place in range(len(stems) - 1):
        tens, unit = stems[place : place + 2]
        is_in_words = not any(token.word[0].isdigit() for token in tokens[place : place + 2])
        if is_in_words and tens in _TENS and unit in _UNITS:
            stems[place] = stems[place + 1] = tens[0] + unit
    return tuple(stems)


class ComparedText:
    """A sentence or passage, read once for all comparisons.

    Attributes:
        text: As it is written.
        tokens: Its words.
        stems: Their stems.
    """

    def __init__(self, text: str, tokens: Sequence[Token] | None = None) -> None:
        self.text = text
        self.tokens = find_tokens(text) if tokens is None else tokens
        self.stems: tuple[str, ...] = _join_numbers([stem_word(token.word) for token in self.tokens], self.tokens)

    def __repr__(self) -> str:
        return f"<ComparedText: {len(self.stems)} words>"

    @cached_property
    def present(self) -> frozenset[str]:
        """The stems, each once."""
        return frozenset(self.stems)

    @cached_property
    def weights(self) -> dict[str, float]:
        """Weight of each stem: names and numbers weigh most, function words hardly anything."""
        found: dict[str, float] = {}
        for place, (token, stem) in enumerate(zip(self.tokens, self.stems, strict=True)):
            if token.word in FUNCTION_WORDS:
                weight = _FUNCTION_WEIGHT
            elif stem[0].isdigit():
                weight = _NUMBER_WEIGHT
            elif place and self.text[token.start].isupper():
                weight = _NAME_WEIGHT
            else:
                weight = 1.0
            if weight > found.get(stem, 0.0):
                found[stem] = weight
        return found

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Numbers in digits, those written in words included."""
        return frozenset(stem for stem in self.stems if stem[0].isdigit())

    @cached_property
    def names(self) -> frozenset[str]:
        """Stems of capitalised words that open no sentence."""
        return frozenset(stem for stem, weight in self.weights.items() if weight == _NAME_WEIGHT)

    @cached_property
    def content(self) -> tuple[str, ...]:
        """Stems of the words that are no function words, in order."""
        return tuple(
            stem for token, stem in zip(self.tokens, self.stems, strict=True) if token.word not in FUNCTION_WORDS
        )

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Pairs of neighbours among the content words."""
        return frozenset(zip(self.content, self.content[1:], strict=False))

    @cached_property
    def words(self) -> frozenset[str]:
        """The words, each once."""
        return frozenset(token.word for token in self.tokens)

    @cached_property
    def content_text(self) -> str:
        """The words with a blank between each two."""
        return " ".join(token.word for token in self.tokens)

    @cached_property
    def grams(self) -> frozenset[str]:
        """Sequences of four letters of its words, blanks between words included."""
        joined = self.content_text
        return frozenset(joined[at : at + _GRAM] for at in range(max(0, len(joined) - _GRAM + 1)))

    @cached_property
    def is_negated(self) -> bool:
        """True if it has a negation."""
        return any(is_negation(token.word) or token.word in _FAILING for token in self.tokens)

    @cached_property
    def figures(self) -> bool:
        """True if it has a number in digits, or an amount in words beyond ten."""
        return any(token.word[0].isdigit() or token.word in _LARGE_NUMBERS for token in self.tokens)


@dataclass(frozen=True)
class SupportFeatures:
    """Features of one sentence against some passages; see :data:`FEATURES`."""

    best: float = 0.0
    three: float = 0.0
    all: float = 0.0
    pairs: float = 0.0
    letters: float = 0.0
    run: float = 0.0
    numbers: float = 1.0
    numbers_absent: float = 0.0
    names: float = 1.0
    names_absent: float = 0.0
    negation: float = 0.0
    opposite: float = 0.0
    words: float = 0.0
    words_absent: float = 0.0

    def values(self) -> tuple[float, ...]:
        """Returns the features in the order of :data:`FEATURES`."""
        return tuple(getattr(self, name) for name in FEATURES)


def choose_passages(claim: ComparedText, passages: Sequence[ComparedText], limit: int = _BEST) -> list[int]:
    """Chooses the passages that together carry most of a sentence, the best first.

    Each further one is chosen for the words that those before it lack. Fewer are returned where no other adds a word.
    """
    weights = claim.weights
    missing = {stem for stem, weight in weights.items() if weight > _FUNCTION_WEIGHT}
    chosen: list[int] = []
    while missing and len(chosen) < limit:
        best, gain = -1, 0.0
        for number, passage in enumerate(passages):
            shared = missing & passage.present
            if not shared:
                continue
            # Rounded: the order of a set changes from run to run, and with it the last digit of a sum.
            carried = round(sum(map(weights.__getitem__, shared)), 6)
            if carried > gain:
                best, gain = number, carried
        if best < 0:
            break
        chosen.append(best)
        missing -= passages[best].present
    return chosen


def measure_support(
    claim: ComparedText, passages: Sequence[ComparedText], found: Collection[str] | None = None
) -> SupportFeatures:
    """Measures the features of a sentence against the passages that carry it best.

    Args:
        claim: The sentence.
        passages: The passages, the best first; see :func:`choose_passages`.
        found: Stems of the sentence that stand anywhere on the pages looked at; default: in the passages.
    """
    total = sum(claim.weights.values())
    if not passages or not total:
        return SupportFeatures(words=math.log1p(len(claim.content)), words_absent=math.log1p(len(claim.content)))
    three: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    for passage in passages:
        three |= passage.present
        pairs |= passage.pairs
    # Searched in the text: sets of all passages' sequences take three times as long.
    letters = "\n".join(passage.content_text for passage in passages)
    everything = three if found is None else found
    numbers, names = claim.numbers, claim.names
    absent = sum(stem not in everything for stem in set(claim.content))
    return SupportFeatures(
        best=_share(claim, passages[0].present, total),
        three=_share(claim, three, total),
        all=_share(claim, everything, total),
        pairs=len(claim.pairs & pairs) / len(claim.pairs) if claim.pairs else 0.0,
        letters=sum(map(letters.__contains__, claim.grams)) / len(claim.grams) if claim.grams else 0.0,
        run=longest_run(claim.content, passages[0].content) / max(1, len(claim.content)),
        numbers=len(numbers & three) / len(numbers) if numbers else 1.0,
        numbers_absent=float(any(stem not in everything for stem in numbers)),
        names=len(names & three) / len(names) if names else 1.0,
        names_absent=float(any(stem not in everything for stem in names)),
        negation=float(claim.is_negated != passages[0].is_negated),
        opposite=float(find_opposite(claim, passages, three) is not None),
        words=math.log1p(len(claim.content)),
        words_absent=math.log1p(absent),
    )


def find_opposite(
    claim: ComparedText, passages: Collection[ComparedText], carried: Collection[str]
) -> tuple[str, str] | None:
    """Finds a word of the sentence whose opposite the passages have, and which they lack themselves.

    An opposite is a pair of a small table, or the same word with or without a negating prefix.
    """
    for token, stem in zip(claim.tokens, claim.stems, strict=True):
        if stem in carried:
            continue
        word = token.word
        for other in _OPPOSITE_OF.get(stem, ()):
            # A sentence that has both words says both: "as associate and as full professor".
            if other in carried and other not in claim.present:
                return word, other
        if len(word) >= _LEAST_PREFIXED:
            for prefix in _NEGATING_PREFIXES:
                for other in (prefix + word, word.removeprefix(prefix) if word.startswith(prefix) else ""):
                    if len(other) >= _LEAST_PREFIXED and any(other in passage.words for passage in passages):
                        return word, other
    return None


def longest_run(claim: Sequence[str], passage: Sequence[str]) -> int:
    """Returns the length of the longest stretch of words that both have, in words.

    Of a word that the passage repeats only the first places count, so that the time is linear in both.
    """
    places: dict[str, list[int]] = {}
    for place, stem in enumerate(passage):
        known = places.setdefault(stem, [])
        if len(known) < _PLACES_A_WORD:
            known.append(place)
    longest = 0
    before: dict[int, int] = {}
    for stem in claim:
        now = {place: before.get(place - 1, 0) + 1 for place in places.get(stem, ())}
        if now:
            longest = max(longest, *now.values())
        before = now
    return longest


def _share(claim: ComparedText, carried: Collection[str], total: float) -> float:
    return sum(weight for stem, weight in claim.weights.items() if stem in carried) / total
