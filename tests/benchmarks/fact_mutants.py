"""Seeds errors into figures, dates and qualifiers of clean letters and counts those that the checks find.

    workbench demo --out demo && python -m tests.benchmarks.fact_mutants demo/petition.ipynb [--list]

Each mutant changes one place of one section. It counts as caught where a check of this family has a finding on the
changed sentence that the clean section does not have. The kinds are mechanical (a digit, a unit, a comparator); none
follows the wording of a letter. What could not be looked up in the clean letter is not seeded.
"""

from __future__ import annotations

import argparse
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from tests.benchmarks.fact_letters import clean_letters
from workbench.checks.coverage import Coverage
from workbench.checks.dates import MONTH_NAMES, DateMention
from workbench.checks.draft import DraftSection
from workbench.checks.entities import entity, find_names
from workbench.checks.facts import CitedSentence, fact, find_cited_sentences, look_up
from workbench.checks.finding import Finding
from workbench.checks.qualifier_words import SCALES
from workbench.checks.qualifiers import find_grades, qualifier
from workbench.checks.quantities import Quantity
from workbench.checks.statements import read_page
from workbench.checks.units import ALIKE_UNITS
from workbench.checks.word_classes import EVENTS, OPPOSITES, ROLES
from workbench.checks.wording import wording

CHECKS = [fact, qualifier, wording, entity]
_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
]
_ORDINALS = ["zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
Edit = tuple[str, int, int, str]


def find_edits(cited: CitedSentence) -> Iterator[Edit]:
    """Yields kind, start, end and new words of each edit of a sentence's statements."""
    text = cited.sentence.text
    quantities = [one for one in cited.statements if isinstance(one, Quantity) and look_up(cited, one) is True]
    for statement in cited.statements:
        if look_up(cited, statement) is True:
            edits = _date_edits if isinstance(statement, DateMention) else _quantity_edits
            yield from edits(text, statement)  # type: ignore[operator, arg-type]
    for one, other in itertools.pairwise(quantities):
        words = text[one.start : one.end], text[other.start : other.end]
        if one.value != other.value and one.kind == other.kind:
            middle = text[one.end : other.start]
            yield "two numbers swapped", one.start, other.end, f"{words[1]}{middle}{words[0]}"


# Scales whose words do not stand for one another in a sentence as it is.
_VAGUE = re.compile("may|some|before|university|national|many|plans|often|vice|lower|member")
_DROPPED = re.compile(
    r"(?i)\b(?:one of|among|some of|not|nearly|almost|may|co-|honorary|associate|vice|about)(?:\s+|(?<=-))"
)


def find_qualifier_edits(cited: CitedSentence) -> Iterator[Edit]:
    """Yields qualifiers dropped, words of a scale raised, and superlatives added."""
    text = cited.clause.text
    if cited.gap is not None:
        return
    for match in _DROPPED.finditer(text):
        yield f"dropped: {match[0].strip().lower()}", match.start(), match.end(), ""
    for grade in find_grades(cited.clause):
        scale = SCALES[grade.scale]
        less, more = scale.less.split("|")[0], scale.more.split("|")[0]
        if grade.side == "less" and not _VAGUE.search(f"{scale.less}|{scale.more}"):
            yield "scale raised", grade.start, grade.end, more
        elif not _VAGUE.search(f"{scale.less}|{scale.more}"):
            yield "scale lowered", grade.start, grade.end, less
    for match in re.finditer(r"\bthe (?=[a-z]+ (?:of|in|for|to)\b)", text):
        yield "only added", match.end(), match.end(), "only "


_UNIT_NAMES = ("hours", "days", "weeks", "months", "years", "decades", "meters", "miles", "grams", "tonnes")
_PLAIN_WORDS = ("predicts", "violet", "orchard", "silently", "borrowed", "harvest")
"""Words of no class, which none of the letters has."""


def find_word_edits(cited: CitedSentence) -> Iterator[Edit]:
    """Yields words of the cited pages exchanged for words that stand on none of them."""
    clause = cited.clause
    if cited.gap is not None:
        return
    known = {word for page in cited.pages for word in read_page(page).words}
    for place, (token, stem) in enumerate(zip(clause.tokens, clause.stems, strict=True)):
        word = token.word
        if word not in known or clause.text[token.start : token.end] != word:
            continue
        for kind, others in (
            ("opposite", sorted(OPPOSITES.get(word, ()))),
            ("role exchanged", sorted(ROLES) if word in ROLES else []),
            ("event exchanged", [other for other in EVENTS if word in EVENTS and EVENTS[other] != EVENTS[word]]),
            # Every fifth of the other words.
            ("another word", _PLAIN_WORDS if stem and len(word) > 4 and place % 5 == 0 else ()),
        ):
            fresh = [other for other in others if other not in known and other.endswith("s") == word.endswith("s")]
            if fresh:
                yield kind, token.start, token.end, fresh[place % len(fresh)]


def find_unit_edits(cited: CitedSentence) -> Iterator[Edit]:
    """Yields units exchanged for others of the same dimension or of another."""
    for one in cited.clause.quantities:
        if one.noun not in ALIKE_UNITS or one.phrase_end <= one.last + 1 or look_up(cited, one) is not True:
            continue
        token = cited.clause.tokens[one.phrase_end - 1]
        other = _UNIT_NAMES[int(one.value) % len(_UNIT_NAMES)]
        if not other.startswith(token.word[:3]):
            yield "unit exchanged", token.start, token.end, other if token.word.endswith("s") else other[:-1]


_OTHERS = ("Engineering", "Berlin", "Review", "Oxford", "Letters", "Medicine")


def find_name_edits(cited: CitedSentence) -> Iterator[Edit]:
    """Yields misspellings and exchanged words of names that the cited pages carry."""
    clause = cited.clause
    pages = " ".join(page.text for page in cited.pages)
    for number, name in enumerate(find_names(clause)):
        tokens = clause.tokens[name.first : name.last + 1]
        if clause.text[tokens[0].start : tokens[-1].end] not in pages:
            continue
        long = max(tokens, key=lambda token: len(token.word))
        word = clause.text[long.start : long.end]
        if len(word) >= 6 and word.isalpha() and "Wu" not in clause.text[tokens[0].start : tokens[-1].end]:
            middle = len(word) // 2
            yield (
                "name, letters exchanged",
                long.start,
                long.end,
                word[:middle] + word[middle + 1] + word[middle] + word[middle + 2 :],
            )
            yield "name, letter dropped", long.start, long.end, word[:middle] + word[middle + 1 :]
            if len(name.words) > 2:
                yield "name, another word", long.start, long.end, _OTHERS[number % len(_OTHERS)]


def _quantity_edits(text: str, quantity: Quantity) -> Iterator[Edit]:
    start, end = quantity.start, quantity.end
    words = text[start:end]
    digits = re.search(r"\d[\d,.]*\d|\d", words)
    if digits is None:
        value = int(quantity.value)
        if words.lower() in _WORDS[:-1]:
            yield "number word, one more", start, end, _WORDS[value + 1]
        elif words.lower() in _ORDINALS[1:-1]:
            yield "rank, one more", start, end, _ORDINALS[value + 1]
        yield from _comparator_edits(text, quantity)
        return
    first, last = start + digits.start(), start + digits.end()
    figure = digits[0]
    plain = figure.replace(",", "")
    kind = "rank" if quantity.kind == "rank" else quantity.kind
    if "." not in plain:
        yield f"{kind}, one more", first, last, f"{int(plain) + 1:,}" if "," in figure else str(int(plain) + 1)
        if int(plain) > 1:
            yield f"{kind}, one less", first, last, str(int(plain) - 1)
        if quantity.kind in {"count", "money"}:
            yield f"{kind}, ten times", first, last, str(int(plain) * 10)
        if len(plain) > 1 and plain[0] != plain[1] and plain[1] != "0":
            yield "digits transposed", first, last, plain[1] + plain[0] + plain[2:]
    else:
        yield "decimal changed", first, last, figure[:-1] + str((int(figure[-1]) + 3) % 10)
    if quantity.kind == "percent":
        yield "percent, ten less", first, last, str(max(1, float(plain) - 10)).removesuffix(".0")
    yield from _comparator_edits(text, quantity)


def _comparator_edits(text: str, quantity: Quantity) -> Iterator[Edit]:
    # A number that is part of a name has no comparator.
    if quantity.kind == "rank" or text[quantity.start - 1 : quantity.start] in {"-", "\\"} or not quantity.noun:
        return
    if quantity.comparator == "exactly":
        yield "comparator added", quantity.start, quantity.start, "more than "
        yield "comparator 'at least' added", quantity.start, quantity.start, "at least "
        return
    before = text[: quantity.start]
    found = re.search(
        r"(?i)(more than|over|nearly|almost|about|at least|up to|not more than|no more than|only)\s+$", before
    )
    if found:
        yield "comparator dropped", found.start(), quantity.start, ""
        new = "nearly" if quantity.comparator in {"more", "least"} else "more than"
        yield "comparator turned", found.start(), quantity.start, new + " "


def _date_edits(text: str, date: DateMention) -> Iterator[Edit]:
    words = text[date.start : date.end]
    if date.decade:
        return
    if date.year and (year := re.search(r"\d{4}", words)):
        start, end = date.start + year.start(), date.start + year.end()
        yield "year, one more", start, end, str(date.year + 1)
        yield "year, one less", start, end, str(date.year - 1)
        yield "year, ten more", start, end, str(date.year + 10)
        yield "year, digits transposed", start, end, f"{str(date.year)[:2]}{str(date.year)[3]}{str(date.year)[2]}"
    if date.month and (month := re.search(r"[A-Z][a-z]+", words)):
        start, end = date.start + month.start(), date.start + month.end()
        yield "month changed", start, end, MONTH_NAMES[date.month % 12]
    if date.day and (day := re.search(r"(?<!\d)\d{1,2}(?!\d)", words)):
        start, end = date.start + day.start(), date.start + day.end()
        yield "day changed", start, end, str(date.day % 28 + 1)


def run_checks(section: DraftSection) -> list[Finding]:
    """Runs the checks of this family over one section."""
    return [finding for check in CHECKS for finding in check(section)]


def _keys(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    return Counter((finding.check, finding.message) for finding in findings)


class Tally:
    """Counts of mutants seeded, caught and caught as an error, by kind."""

    def __init__(self, *, listed: bool) -> None:
        self.kinds: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        self.false: Counter[tuple[str, str]] = Counter()
        self.sentences = 0
        self.listed = listed

    def add_section(self, name: str, section: DraftSection) -> None:
        """Counts the false findings of a clean section, and its mutants."""
        self.sentences += len(section.sentences)
        clean = run_checks(section)
        for finding in clean:
            self.false[finding.check, finding.severity] += 1
            if self.listed:
                print(f"FALSE {finding.severity} {name}: {finding.message}")
        for cited in list(find_cited_sentences(section)):
            edits = find_edits, find_unit_edits, find_qualifier_edits, find_word_edits, find_name_edits
            for edit in itertools.chain.from_iterable(find(cited) for find in edits):
                self.add_mutant(section, cited.sentence.start, edit, _keys(clean))

    def add_mutant(self, section: DraftSection, at: int, edit: Edit, before: Counter[tuple[str, str]]) -> None:
        """Counts one mutant."""
        kind, start, end, new = edit
        content = section.content[: at + start] + new + section.content[at + end :]
        if content == section.content:
            return
        after = run_checks(replace(section, content=content, coverage=Coverage()))
        fresh = _keys(after) - before
        severities = {finding.severity for finding in after if (finding.check, finding.message) in fresh}
        row = self.kinds[kind]
        row[0] += 1
        row[1] += bool(severities)
        row[2] += "error" in severities
        if self.listed and not severities:
            print(f"MISSED {kind}: {content[max(at, at + start - 70) : at + start + 60]!r}")

    def show(self) -> None:
        """Prints the table."""
        print(f"{self.sentences} clean sentences; false: {dict(self.false)}")
        print("| kind | seeded | caught | as an error |")
        print("|---|--:|--:|--:|")
        for kind, (seeded, found, errors) in sorted(self.kinds.items()):
            print(f"| {kind} | {seeded} | {found} | {errors} |")
        total = [sum(row[place] for row in self.kinds.values()) for place in range(3)]
        print(f"| all | {total[0]} | {total[1]} ({total[1] / total[0]:.1%}) | {total[2]} ({total[2] / total[0]:.1%}) |")


def main() -> None:
    """Prints the table of kinds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sample", type=Path, help="the notebook of workbench demo")
    parser.add_argument("--list", action="store_true", help="name what is missed")
    options = parser.parse_args()
    tally = Tally(listed=options.list)
    for name, sections in clean_letters(options.sample).items():
        for section in sections:
            if section.part == "body":
                tally.add_section(name, section)
    tally.show()


if __name__ == "__main__":
    main()
