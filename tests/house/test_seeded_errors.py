"""The benchmark of seeded errors: clean petitions, errors that are errors, and a score that counts both."""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

from seeded.clean_draft import QUOTED
from seeded.drafts import OWN, load_draft
from seeded.mutant import MUTATORS, Mutant, make_mutants
from seeded.scoring import find_catch

from workbench.checks.finding import Finding
from workbench.text.tokens import find_tokens

NAMES = ("wu", *sorted(path.name for path in OWN.iterdir() if path.is_dir()))


@pytest.fixture(scope="module")
def drafts(tmp_path_factory):
    home = tmp_path_factory.mktemp("seeded")
    return {name: load_draft(name, home) for name in NAMES}


@pytest.fixture(scope="module")
def mutants(drafts):
    return [mutant for draft in drafts.values() for mutant in make_mutants(draft, seed=11, most=1)]


def test_every_mutator_makes_mutants(mutants):
    assert {mutant.kind for mutant in mutants} == set(MUTATORS)
    assert len(MUTATORS) >= 40
    assert {mutant.verified for mutant in mutants} <= {"exhibit", "law", "construction"}


def test_mutants_differ_from_clean_letter(drafts, mutants):
    for mutant in mutants:
        assert mutant.apply(drafts[mutant.petition].text) != drafts[mutant.petition].text or mutant.case, mutant.id
        assert mutant.expect["span"] is None or mutant.expect["sentence"].strip(), mutant.id


def test_mutant_ids_are_stable(drafts, mutants):
    again = [mutant for draft in drafts.values() for mutant in make_mutants(draft, seed=11, most=1)]
    assert [mutant.id for mutant in again] == [mutant.id for mutant in mutants]
    assert max(Counter(mutant.id for mutant in mutants).values()) == 1
    halves = Counter(mutant.is_held_out for mutant in mutants)
    assert abs(halves[True] - halves[False]) < len(mutants) / 4


@pytest.mark.parametrize("name", ["number_transposed", "number_off_by_one", "year_off_by_one", "number_word_changed"])
def test_new_number_is_in_no_exhibit(drafts, name):
    for draft in drafts.values():
        for proposal in MUTATORS[name].propose(draft, random.Random(3)):  # noqa: S311 - no secret
            sentence = next(s for s in draft.sentences if s.start == proposal.place[0])
            new = [token.word for token in find_tokens(proposal.new)]
            assert not any(set(new) <= set(draft.words(exhibit)) for exhibit in sentence.exhibits), proposal


@pytest.mark.parametrize("name", ["quote_verb", "quote_negated", "quote_elided", "quote_spliced", "quote_strengthened"])
def test_changed_quotation_is_in_no_exhibit(drafts, name):
    for draft in drafts.values():
        for proposal in MUTATORS[name].propose(draft, random.Random(3)):  # noqa: S311 - no secret
            [(start, end, new)] = proposal.edits
            quotation = next(q for q in draft.quotations if q.start <= start <= q.end)
            assert draft.is_verbatim(quotation.text, quotation.exhibits)
            changed = quotation.text[: start - quotation.start] + new + quotation.text[end - quotation.start :]
            assert not draft.is_verbatim(changed)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "wu"])
def test_own_petitions_quote_verbatim(drafts, name):
    """Longer quotations stand on a page of the case: the clean letters are clean."""
    draft = drafts[name]
    quoted = [
        match[1] or match[2] for start, end in draft.paragraphs for match in QUOTED.finditer(draft.text[start:end])
    ]
    long = [text for text in quoted if len(text.split()) >= 5]
    assert len(long) >= 10
    for text in long:
        # A word with one letter in brackets has another first letter on the page.
        plain = re.sub(r"\[\w\]\w+", "[]", text.replace("*", ""))
        assert draft.is_verbatim(plain), text


LETTER = "She won the medal in 1975 [@medal, p. 1]. She read all 187 entries [@jury, p. 1]."


def seed(new, place=(0, 41), values=("1957",), checks="", edits=((21, 25, "1957"),)):
    span = list(place) if place else None
    expect = {"values": list(values), "checks": checks, "span": span, "clean": span, "sentence": ""}
    return Mutant("id", "kind", "group", "letter", edits, expect, "exhibit", "1975", new)


def finding(quote, message="Not found.", *, severity="warning", check="figures"):
    return Finding(check=check, severity=severity, message=message, quote=quote, line=1)


def test_planted_finding_catches_error():
    planted = finding("in 1957", severity="error")
    assert find_catch(seed("1957"), LETTER, [], [planted]) is planted


def test_finding_that_names_value_catches():
    planted = finding("187", "The letter says 1957 elsewhere.")
    assert find_catch(seed("1957"), LETTER, [], [planted]) is planted


def test_unrelated_finding_catches_nothing():
    assert find_catch(seed("1957"), LETTER, [], [finding("187 entries")]) is None


def test_info_catches_nothing():
    assert find_catch(seed("1957"), LETTER, [], [finding("in 1957", severity="info")]) is None


def test_alarm_of_clean_letter_catches_nothing():
    """The same alarm about the same sentence has other words only because the sentence has."""
    clean = finding("She won the medal in 1975")
    assert find_catch(seed("1957"), LETTER, [clean], [finding("She won the medal in 1957")]) is None
    assert find_catch(seed("1957"), LETTER, [clean], [clean]) is None


def test_apt_check_catches_whole_letter_error():
    whole = seed("", place=None, values=("jury",), checks="uncited|index", edits=((42, len(LETTER), ""),))
    apt = finding(None, "An exhibit is never cited.", check="exhibit-uncited")
    other = finding("medal", check="style")
    assert find_catch(whole, LETTER, [], [apt]) is apt
    assert find_catch(whole, LETTER, [], [other]) is None
