"""Errors in numbers, dates and ranks of the letter's own sentences."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterator

from .clean_draft import CleanDraft, Sentence
from .mutant import Proposal, seeds, shuffled
from .number_reading import (
    MONTHS,
    ORDINALS,
    TENS,
    UNITS,
    Number,
    is_derivable,
    numbers_in,
    page_qualifies,
    read_value,
    values_on,
)

GROUP = "number"
APT = "number|figure|fact|date|quantit|support|consisten"


def _format(value: float, like: str) -> str:
    if "." in like:
        return f"{value:.{len(like.split('.')[1])}f}"
    return f"{int(value):,}" if "," in like or value >= 10_000 else str(int(value))


def _change(
    draft: CleanDraft, rng: random.Random, alter: Callable[[Number], float | None], *, years: bool = False
) -> Iterator[Proposal]:
    """Proposes another value for numerals, where no cited exhibit has or implies it."""
    found = [
        number
        for sentence in draft.prose
        for number in numbers_in(draft, sentence)
        if number.year == years and (not number.comparator or years)
    ]
    for number in shuffled(rng, found):
        value = alter(number)
        if value is None or value <= 0 or value == number.value:
            continue
        if not is_derivable(value, values_on(draft, number.sentence.exhibits)):
            yield _swap(number, _format(value, number.text))


def _swap(number: Number, new: str) -> Proposal:
    place = (number.sentence.start, number.sentence.end)
    return Proposal(((number.start, number.end, new),), place, number.text, new, (new,))


def _transpose(text: str, rng: random.Random) -> str | None:
    pairs = [
        n for n in range(len(text) - 1)
        if text[n].isdigit() and text[n + 1].isdigit() and text[n] != text[n + 1] and not (n == 0 and text[1] == "0")
    ]  # fmt: skip
    if not pairs:
        return None
    n = rng.choice(pairs)
    return text[:n] + text[n + 1] + text[n] + text[n + 2 :]


@seeds(GROUP, APT)
def number_transposed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    def alter(number: Number) -> float | None:
        text = _transpose(number.text, rng)
        return read_value(text) if text else None

    yield from _change(draft, rng, alter)


@seeds(GROUP, APT)
def number_off_by_one(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    yield from _change(
        draft, rng, lambda number: number.value + rng.choice((-1, 1)) if "." not in number.text else None
    )


@seeds(GROUP, APT)
def number_magnitude(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Adds or takes away a power of ten."""
    yield from _change(
        draft, rng, lambda number: number.value * 10 if number.value % 10 or rng.random() < 0.5 else number.value / 10
    )


@seeds(GROUP, APT)
def number_doubled(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Inflates a number by a third to a half, rounded as a person would."""

    def alter(number: Number) -> float | None:
        raised = number.value * rng.choice((1.35, 1.5))
        return round(raised, 1) if "." in number.text else float(round(raised, -1 if number.value > 60 else 0))

    yield from _change(draft, rng, alter)


@seeds(GROUP, APT)
def magnitude_word(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    swaps = {"million": "billion", "billion": "million", "thousand": "hundred", "hundred": "thousand"}
    for sentence in shuffled(rng, draft.prose):
        for match in re.finditer(r"(?<=[\w] )(?:million|billion|thousand|hundred)\b", sentence.text):
            start = sentence.start + match.start()
            new = swaps[match[0]]
            if not draft.is_quoted(start, start + 1) and all(new not in draft.words(x) for x in sentence.exhibits):
                yield Proposal(
                    ((start, start + len(match[0]), new),), (sentence.start, sentence.end), match[0], new, (new,)
                )


@seeds(GROUP, APT)
def number_word_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Changes a number that is written in words."""
    found = [number for sentence in draft.prose for number in numbers_in(draft, sentence, words=True)]
    pool = [*UNITS[2:], *TENS]
    for number in shuffled(rng, found):
        if number.comparator in {"", "only"}:
            known = values_on(draft, number.sentence.exhibits)
            others = [word for word in pool if not is_derivable(float(read_value(word) or 0), known)]
            if others:
                new = rng.choice(others)
                yield _swap(number, new.capitalize() if number.text[0].isupper() else new)


@seeds(GROUP, APT)
def number_made_word(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Changes a small numeral, and writes it in words."""
    found = [
        number for sentence in draft.prose for number in numbers_in(draft, sentence)
        if 2 <= number.value <= 99 and number.text.isdigit() and not number.comparator
    ]  # fmt: skip
    for number in shuffled(rng, found):
        known = values_on(draft, number.sentence.exhibits)
        others = [
            word
            for word in (*UNITS[2:], *TENS)
            # A number that is rounded down may be meant so.
            if not 0.8 < (read_value(word) or 0) / number.value < 1
            and not is_derivable(float(read_value(word) or 0), known)
        ]
        if re.match(r"\s*(?:percent|%|,)|[.,]\d", draft.text[number.end : number.end + 9]) or re.search(
            r"(?:\b[A-Z][a-z]+|[$#]) ?$", draft.text[number.start - 10 : number.start]
        ):
            continue
        if others:
            yield _swap(number, rng.choice(others))


@seeds(GROUP, APT)
def year_off_by_one(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    yield from _change(draft, rng, lambda number: number.value + rng.choice((-1, 1)), years=True)


@seeds(GROUP, APT)
def year_transposed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    def alter(number: Number) -> float | None:
        text = number.text[:2] + number.text[3] + number.text[2]
        return float(text) if text != number.text and text < "2060" else None

    yield from _change(draft, rng, alter, years=True)


@seeds(GROUP, APT)
def year_decade(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    yield from _change(draft, rng, lambda number: number.value + rng.choice((-10, 10)), years=True)


@seeds(GROUP, APT)
def date_after_filing(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Dates a past event after the filing."""
    filed = draft.case.filing_date.year
    for proposal in _change(draft, rng, lambda _: float(filed + rng.choice((1, 2))), years=True):
        start = proposal.edits[0][0]
        if re.search(r"\b(?:may|will|until|end of)\b", draft.text[max(0, start - 60) : start]) is None:
            yield proposal


@seeds(GROUP, APT)
def month_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    pattern = re.compile(rf"\b({'|'.join(MONTHS)})\b(?= \d|,| of)")
    for sentence in shuffled(rng, draft.prose):
        for match in pattern.finditer(sentence.text):
            start = sentence.start + match.start()
            words = [word for exhibit in sentence.exhibits for word in draft.words(exhibit)]
            others = [month for month in MONTHS if month.lower() not in words and month != "May"]
            if draft.is_quoted(start, start + 1) or match[1].lower() not in words or not others:
                continue
            new = rng.choice(others)
            place = (sentence.start, sentence.end)
            yield Proposal(((start, start + len(match[1]), new),), place, match[1], new, (new,))


@seeds(GROUP, APT)
def day_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    pattern = re.compile(rf"\b(?:{'|'.join(MONTHS)}) (\d{{1,2}})\b(?!,\d)")
    for sentence in shuffled(rng, draft.prose):
        for match in pattern.finditer(sentence.text):
            start, end = (sentence.start + place for place in match.span(1))
            known = values_on(draft, sentence.exhibits)
            others = [day for day in range(1, 29) if float(day) not in known]
            if not draft.is_quoted(start, end) and float(match[1]) in known and others:
                new = str(rng.choice(others))
                yield Proposal(((start, end, new),), (sentence.start, sentence.end), match[1], new, (new,))


@seeds(GROUP, APT)
def rank_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Changes an ordinal or a number of a ranking."""
    pattern = re.compile(
        rf"\b(?:{'|'.join(ORDINALS)})\b(?= (?!line)[a-z])|\b\d{{1,2}}(?:st|nd|rd|th)\b|(?<=#)\d{{1,3}}\b"
    )
    for sentence in shuffled(rng, draft.prose):
        for match in pattern.finditer(sentence.text):
            start, end = (sentence.start + place for place in match.span())
            old = match[0]
            known = values_on(draft, sentence.exhibits)
            if (
                draft.is_quoted(start, end)
                or read_value(old) not in known
                or re.search(r"(?:at|At) (?:the )?$", sentence.text[: match.start()])
            ):
                continue
            if old in ORDINALS:
                options = [word for word, value in ORDINALS.items() if value not in known and word != old]
            else:
                base = int(re.sub(r"\D", "", old))
                options = [
                    str(value) + ("" if old.isdigit() else _suffix(value))
                    for value in range(1, base + 9) if float(value) not in known
                ]  # fmt: skip
            if options:
                new = rng.choice(options[-4:] if old in ORDINALS else options)
                yield Proposal(((start, end, new),), (sentence.start, sentence.end), old, new, (new,))


def _suffix(value: int) -> str:
    return "th" if 10 < value < 14 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


@seeds(GROUP, APT)
def percent_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    for proposal in _change(draft, rng, lambda number: number.value + rng.choice((5, 9, 12, -4))):
        if re.match(r"\s?%|\spercent", draft.text[proposal.edits[0][1] :]):
            yield proposal


@seeds(GROUP, APT)
def percent_for_count(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Turns a count into a percentage, or a percentage into a count."""
    for sentence in shuffled(rng, draft.prose):
        on_pages = frozenset().union(*map(draft.word_set, sentence.exhibits))
        for number in numbers_in(draft, sentence):
            after = draft.text[number.end :]
            place = (sentence.start, sentence.end)
            tail = re.match(r"%| percent(?: of)?", after)
            if tail:
                end = number.end + tail.end()
                new = f"{number.text} members" if tail[0].endswith("of") else number.text
                if not tail[0].endswith("of"):
                    yield Proposal(
                        ((number.start, end, new),), place, draft.text[number.start : end], new, (number.text,)
                    )
            elif (
                re.match(r" [a-z-]+s\b", after) and number.value < 100 and not number.year and "percent" not in on_pages
                and "%" not in on_pages and number.text.isdigit()
                and not re.match(rf" (?:{'|'.join(UNIT_SWAPS)})", after)
            ):  # fmt: skip
                new = f"{number.text} percent of the"
                yield Proposal(((number.start, number.end, new),), place, number.text, new, (f"{number.text} percent",))


UNIT_SWAPS = {"hours": "days", "days": "weeks", "weeks": "days", "months": "years", "years": "months",
"minutes": "seconds",
              "seconds": "minutes", "milliseconds": "microseconds", "bytes": "kilobytes", "kilonewtons": "meganewtons",
              "stories": "meters", "kroner": "euros", "miles": "kilometers", "year": "month"}  # fmt: skip


@seeds(GROUP, APT)
def unit_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Changes the unit of a quantity or the sign of a currency."""
    pattern = re.compile(rf"(?<=\w )(?:{'|'.join(UNIT_SWAPS)})\b|\$(?=\d)")
    for sentence in shuffled(rng, draft.prose):
        on_pages = frozenset().union(*map(draft.word_set, sentence.exhibits))
        for match in pattern.finditer(sentence.text):
            start, end = (sentence.start + place for place in match.span())
            before = sentence.text[: match.start()].split()
            quantity = match[0] == "$" or (before and read_value(before[-1].strip("(")) is not None)
            new = "€" if match[0] == "$" else UNIT_SWAPS[match[0]]
            if (
                quantity
                and not draft.is_quoted(start, end)
                and new not in on_pages
                and (match[0] in on_pages or new == "€")
            ):
                yield Proposal(((start, end, new),), (sentence.start, sentence.end), match[0], new, (new,))


@seeds(GROUP, APT)
def more_than_added(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Says "more than N" where the exhibit says exactly N."""
    found = [
        number for sentence in draft.prose for number in numbers_in(draft, sentence)
        if not number.year and not number.comparator and number.value > 2 and number.text[0].isdigit()
    ]  # fmt: skip
    for number in shuffled(rng, found):
        before = draft.text[max(0, number.start - 14) : number.start]
        if re.search(
            rf"(?:{'|'.join(MONTHS)}|page|volume|#|age of|only|all|of|supplement|No\.|\$|to|and|the|B|N) ?$", before
        ):
            continue
        if not page_qualifies(draft, number.sentence.exhibits, number.value):
            new = rng.choice(["more than", "over", "well over", "in excess of"]) + " "
            place = (number.sentence.start, number.sentence.end)
            yield Proposal(
                ((number.start, number.start, new),), place, number.text, new + number.text, (new + number.text,)
            )


@seeds(GROUP, APT)
def comparator_exceeded(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Raises the figure behind "over" or "more than" above the value of the exhibit."""
    pattern = re.compile(r"\b(?:over|more than|at least|well over|More than|Over) (\d[\d,]*)(?= [a-z])")
    for sentence in shuffled(rng, draft.prose):
        for match in pattern.finditer(sentence.text):
            start, end = (sentence.start + place for place in match.span(1))
            said = read_value(match[1]) or 0
            known = values_on(draft, sentence.exhibits)
            above = sorted(value for value in known if said <= value <= said * 1.12)
            step = 10 ** (len(str(int(said))) - 1)
            raised = said
            while above and raised <= above[-1]:
                raised += step
            if above and raised > said and not is_derivable(raised, known) and not draft.is_quoted(start, end):
                new = _format(raised, match[1])
                yield Proposal(((start, end, new),), (sentence.start, sentence.end), match[1], new, (new,))


@seeds(GROUP, APT)
def values_swapped(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Exchanges two numbers of a sentence."""
    for sentence in shuffled(rng, draft.prose):
        found = [n for n in numbers_in(draft, sentence) if not n.year and not n.comparator]
        pairs = [
            (a, b) for a, b in itertools.pairwise(found)
            if a.value != b.value and not _is_date(draft, a) and not _is_date(draft, b)
            and len(draft.text[a.end : b.start]) > 3
            and not re.fullmatch(r"(?:,| and| to|–|\s)+", draft.text[a.end : b.start])
        ]  # fmt: skip
        for a, b in shuffled(rng, pairs)[:1]:
            edits = ((a.start, a.end, b.text), (b.start, b.end, a.text))
            yield Proposal(
                edits, (sentence.start, sentence.end), f"{a.text} … {b.text}", f"{b.text} … {a.text}", (a.text, b.text)
            )


@seeds(GROUP, APT)
def years_swapped(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Exchanges the years of two events of a sentence."""
    for sentence in shuffled(rng, draft.prose):
        found = [n for n in numbers_in(draft, sentence) if n.year]
        for a, b in itertools.pairwise(found):
            between = draft.text[a.end : b.start]
            if a.value != b.value and len(between) > 25 and re.search(r"\b(?:and|with|which|by|,)\b", between):
                edits = ((a.start, a.end, b.text), (b.start, b.end, a.text))
                yield Proposal(
                    edits,
                    (sentence.start, sentence.end),
                    f"{a.text} … {b.text}",
                    f"{b.text} … {a.text}",
                    (a.text, b.text),
                )
                break


def _is_date(draft: CleanDraft, number: Number) -> bool:
    return re.search(rf"(?:{'|'.join(MONTHS)}) $", draft.text[max(0, number.start - 12) : number.start]) is not None


@seeds(GROUP, APT)
def as_of_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Moves the date for which a count or a state is given."""
    pattern = re.compile(
        r"\b(?:[Aa]s of|[Bb]y(?: the end of)?|[Ss]ince|[Aa]t the end of|stood in|before|until|Until|after)"
        r"(?: the| (?:[A-Z][a-z]+|autumn))?(?: \d{1,2},)? (\d{4})\b"
    )
    for sentence in shuffled(rng, draft.prose):
        for match in pattern.finditer(sentence.text):
            start, end = (sentence.start + place for place in match.span(1))
            known = values_on(draft, sentence.exhibits)
            value = float(match[1])
            new = str(int(value) + rng.choice((-2, 1, 2)))
            if not draft.is_quoted(start, end) and value in known and float(new) not in known:
                yield Proposal(((start, end, new),), (sentence.start, sentence.end), match[1], new, (new,))


FRACTIONS = {"a quarter": "half", "one in four": "one in two", "half": "three quarters", "two thirds": "a third",
             "two in five": "three in five", "tripled": "quintupled", "doubled": "quadrupled", "twice": "five times",
             "a third": "two thirds", "five of every six": "nine of every ten", "two decades": "three decades",
             "three times": "ten times"}  # fmt: skip


@seeds(GROUP, APT)
def fraction_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Changes a fraction or a multiple."""
    pattern = re.compile(rf"\b(?:{'|'.join(FRACTIONS)})\b")
    sentences: list[Sentence] = shuffled(rng, draft.prose)
    for sentence in sentences:
        for match in pattern.finditer(sentence.text):
            start, end = (sentence.start + place for place in match.span())
            if not draft.is_quoted(start, end) and "copied nothing" not in sentence.text:
                new = FRACTIONS[match[0]]
                yield Proposal(((start, end, new),), (sentence.start, sentence.end), match[0], new, (new,))
