"""Errors of the letter as a whole: criteria that do not agree, parts that are missing, claims without support."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from .clean_draft import CleanDraft
from .mutant import Proposal, seeds, shuffled
from .number_reading import NUMERAL, UNITS, numbers_in, read_value, values_on

GROUP = "shape"
APT = "criteri|structur|element|shape|consisten"
ROMAN_LIST = re.compile(r"\((?:[ivx]+, ?)+[ivx]+\)|\([ivx]+\)(?:, \([ivx]+\))* and \([ivx]+\)")


def _criterion_sections(draft: CleanDraft) -> list[tuple[int, int, str]]:
    return [
        (start, end, found[1]) for start, end, title in draft.sections
        if (found := re.search(r"204\.5\(h\)\(3\)\(([ivx]+)\)", title))
    ]  # fmt: skip


@seeds(GROUP, APT)
def criteria_miscounted(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Announces another number of criteria than the letter argues."""
    pattern = re.compile(
        r"\b(three|four|five|six|seven)(?= (?:\([ivx, ]+\) )?(?:of (?:the )?)?(?:ten |regulatory )?criteria)"
    )
    for match in shuffled(rng, list(pattern.finditer(draft.text))):
        new = UNITS[int(read_value(match[0]) or 0) + rng.choice((-1, 1))]
        place = next(((s.start, s.end) for s in draft.sentences if s.start <= match.start() < s.end), match.span())
        yield Proposal(((*match.span(), new),), place, match[0], new, (f"{new} criteria", new), "construction")


@seeds(GROUP, APT)
def criterion_added(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Claims a criterion that the letter does not argue."""
    argued = {roman for _, _, roman in _criterion_sections(draft)} or {"i", "iv", "v", "vi", "viii"}
    spare = [roman for roman in ("vii", "ix", "x", "iii", "ii") if roman not in argued]
    for match in shuffled(rng, list(ROMAN_LIST.finditer(draft.text))):
        new_roman = rng.choice(spare)
        old = match[0]
        new = (
            old.replace("(", f"({new_roman}, ", 1)
            if old.startswith("(") and old.count("(") == 1
            else f"({new_roman}), {old}"
        )
        place = next(((s.start, s.end) for s in draft.sentences if s.start <= match.start() < s.end), match.span())
        yield Proposal(((*match.span(), new),), place, old, new, (f"({new_roman})",), "construction")
    items = list(re.finditer(r"(?m)^- .*204\.5\(h\)\(3\)\([ivx]+\).*$", draft.text))
    for match in items[:1]:
        roman = rng.choice(spare)
        names = {"vii": "Display at Artistic Exhibitions", "ix": "High Salary",
        "x": "Commercial Success in the Performing Arts",
                 "iii": "Published Material", "ii": "Membership in Associations"}  # fmt: skip
        new = f"- {names[roman]}, 8 C.F.R. § 204.5(h)(3)({roman});\n"
        yield Proposal(
            ((match.start(), match.start(), new),),
            (match.start(), match.start()),
            "",
            new,
            (f"({roman})",),
            "construction",
        )


@seeds(GROUP, APT)
def criterion_unannounced(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Leaves an argued criterion out of the introduction's or the conclusion's list."""
    for match in shuffled(rng, list(ROMAN_LIST.finditer(draft.text))):
        romans = re.findall(r"[ivx]+", match[0])
        gone = rng.choice(romans[:-1])
        inner = (
            re.sub(rf"\({gone}\)(?:, | and )", "", match[0], count=1)
            if match[0].count("(") > 1
            else re.sub(rf"(?<![ivx]){gone}, ?", "", match[0], count=1)
        )
        place = next(((s.start, s.end) for s in draft.sentences if s.start <= match.start() < s.end), match.span())
        if inner != match[0]:
            yield Proposal(((*match.span(), inner),), place, match[0], inner, (f"({gone})",), "construction")
    items = list(re.finditer(r"(?m)^- .*204\.5\(h\)\(3\)\(([ivx]+)\).*\n", draft.text))
    for match in shuffled(rng, items)[:2]:
        lead = draft.text.rfind("\n\n", 0, draft.text.rfind("\n\n", 0, match.start())) + 2
        roman = match[1]
        yield Proposal(((*match.span(), ""),), (lead, match.start()), match[0], "", (f"({roman})",), "construction")


@seeds(GROUP, APT)
def criterion_unargued(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Removes the argument of an announced criterion."""
    for start, end, roman in shuffled(rng, _criterion_sections(draft)):
        names = (f"({roman})", f"(h)(3)({roman})")
        yield Proposal(((start, end, ""),), None, draft.text[start : start + 60], "", names, "construction")


def _part_removed(draft: CleanDraft, pattern: str, names: tuple[str, ...]) -> Iterator[Proposal]:
    for start, end, title in draft.sections:
        if re.search(pattern, title, re.IGNORECASE) and "(h)(3)(" not in title:
            yield Proposal(((start, end, ""),), None, title, "", names, "construction")
            break


@seeds(GROUP, "merit|final|structur|element|shape|section|part")
def final_merits_removed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    yield from _part_removed(draft, r"final merits", ("final merits", "(h)(2)"))


@seeds(GROUP, "continu|benefit|structur|element|shape|section|part")
def continuing_work_removed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    yield from _part_removed(draft, r"continuing work|to continue work", ("continue", "(h)(5)"))


@seeds(GROUP, "claim|superlativ|uncited|support|style|fact")
def superlative_unsupported(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Adds a superlative that no exhibit carries, without a citation."""
    person = draft.case.beneficiary
    name, subject = f"{person.honorific} {person.surname}", person.pronouns.subject.capitalize()
    field = draft.case.field_of_endeavor
    sayings = (
        f"{name} is the foremost specialist in {field} in the world.",
        f"No living person has done more for {field} than {name}.",
        f"{subject} is universally regarded as the greatest of {person.pronouns.possessive} generation.",
        f"{name} is the most influential figure that {field} has known.", f"{subject} has no equal anywhere.",
        f"{name}'s work is the most widely used of its kind on earth.",
    )  # fmt: skip
    hosts = [b for a, b in draft.paragraphs if draft.text[a] not in ">-" and b - a > 200 and draft.next_mark(a, b)]
    for end, saying in zip(shuffled(rng, hosts), shuffled(rng, sayings), strict=False):
        yield Proposal(((end, end, f" {saying}"),), (end, end), "", saying, (saying,), "construction")


@seeds(GROUP, "merit|step|top|structur|element")
def top_of_field_at_step_one(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Argues standing at the top of the field in the section of a criterion."""
    person = draft.case.beneficiary
    sayings = (
        f"This alone places {person.pronouns.object} among the small percentage at the very top of the field.",
        f"It follows that {person.honorific} {person.surname} has risen to the very top of the field of endeavor.",
        "Sustained national and international acclaim is thereby established.",
    )
    for start, end, _ in shuffled(rng, _criterion_sections(draft)):
        hosts = [b for a, b in draft.paragraphs if start < a and b <= end and draft.text[a] not in "->" and b - a > 100]
        if hosts:
            saying = rng.choice(sayings)
            at = rng.choice(hosts)
            yield Proposal(((at, at, f" {saying}"),), (at, at), "", saying, (saying,), "construction")


@seeds(GROUP, "claim|uncited|support|fact|number|figure")
def figure_uncited(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Adds a paragraph with an invented figure and no citation."""
    person = draft.case.beneficiary
    name, own = f"{person.honorific} {person.surname}", person.pronouns.possessive.capitalize()
    every = values_on(draft, draft.ids)
    hosts = shuffled(
        rng,
        [b for start, end, _ in draft.sections for a, b in draft.paragraphs if start < a and b <= end and b - a > 150],
    )
    forms = (
        "{name} has given {n} invited lectures in eleven countries.", "{own} methods are taught at {n} universities.",
        "In 2022 alone, {n} organizations adopted {own2} work.",
        "{name} has trained {n} specialists who now lead groups of their own.",
        "{own} results have been reported by {n} newspapers and 17 broadcasters.", "{name} holds {n} patents.",
    )  # fmt: skip
    for end, form in zip(dict.fromkeys(hosts), shuffled(rng, forms), strict=False):
        number = next(n for n in iter(lambda: rng.randrange(33, 940), None) if n not in every)
        saying = form.format(name=name, own=own, own2=own.lower(), n=number)
        yield Proposal(((end, end, f"\n\n{saying}"),), (end, end), "", saying, (saying, str(number)))


@seeds("consistency", "consisten|figure|number|fact|count")
def count_contradicted(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Changes one of two statements of the same count."""
    pattern = re.compile(rf"\b({'|'.join(UNITS[2:13])}) ((?:[a-z-]+ )?[a-z]+s)\b")
    found = list(pattern.finditer(draft.text, 0, draft.index_start))
    for match in shuffled(rng, found):
        twin = [m for m in found if m.start() != match.start() and m[0].lower() == match[0].lower()]
        if twin and "criteria" not in match[0] and not draft.is_quoted(*match.span()):
            new = UNITS[int(read_value(match[1]) or 0) + rng.choice((1, 2))]
            place = next(((s.start, s.end) for s in draft.sentences if s.start <= match.start() < s.end), match.span())
            yield Proposal(((*match.span(1), new),), place, match[1], new, (f"{new} {match[2]}",), "construction")


@seeds("consistency", "consisten|figure|number|fact|count|date")
def value_contradicted(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Repeats a cited sentence elsewhere, without its citation and with another value."""
    hosts = [
        b for start, end, title in draft.sections if re.search(r"[Cc]onclu|[Mm]erits|[Ss]ummary|Introduction", title)
        for a, b in draft.paragraphs if start < a and b <= end and draft.text[a] not in "->" and b - a > 100
    ]  # fmt: skip
    for sentence in shuffled(rng, draft.prose):
        mark = sentence.marks[0]
        numbers = [n for n in numbers_in(draft, sentence) if not n.comparator]
        if (
            not (sentence.cited_here and len(sentence.marks) == 1 and mark.cut and numbers and hosts)
            or len(sentence.text) > 300
        ):
            continue
        if (
            not NUMERAL.search(sentence.text)
            or sentence.text[0] in "->*"
            or not re.search(draft.case.beneficiary.surname, sentence.text)
        ):
            continue
        number = rng.choice(numbers)
        value = number.value + rng.choice((1, 2, 3))
        if value in values_on(draft, draft.ids):
            continue
        plain = draft.text[sentence.start : number.start] + f"{int(value):,}".replace(",", "" if number.year else ",")
        plain += draft.text[number.end : mark.cut[0]].rstrip(". ") + "."
        at = rng.choice(hosts)
        yield Proposal(((at, at, f" {plain}"),), (at, at), number.text, plain, (f"{int(value)}",))


@seeds("consistency", "consisten|date|figure|number|fact")
def as_of_contradicted(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Gives the same count once more, as of another date."""
    pattern = re.compile(
        r"\b(?:[Aa]s of|[Bb]y the end of|[Aa]t the end of)(?: [A-Z][a-z]+)?(?: \d{1,2},)? ((?:19|20)\d\d)"
    )
    for sentence in shuffled(rng, draft.prose):
        match = pattern.search(sentence.text)
        mark = sentence.marks[0]
        if match and sentence.cited_here and mark.cut:
            year = str(int(match[1]) - rng.choice((1, 2)))
            end = mark.cut[0] - sentence.start
            plain = sentence.text[: match.start(1)] + year + sentence.text[match.end(1) : end].rstrip(". ") + "."
            hosts = [b for a, b in draft.paragraphs if a > sentence.end and draft.text[a] not in "->" and b - a > 100]
            if hosts and float(year) not in values_on(draft, sentence.exhibits):
                at = rng.choice(hosts)
                yield Proposal(((at, at, f" {plain}"),), (at, at), match[0], plain, (year,))
