"""Time of everything that reads a draft, on text made to be slow."""

from __future__ import annotations

import functools
import gc
import itertools
import time

import pytest

from workbench.case.citation import find_citations
from workbench.case.loader import load_case
from workbench.case.typed_citation import find_typed_citations
from workbench.checks.draft import DraftSection
from workbench.checks.letter import read_letter
from workbench.checks.registry import CHECKS
from workbench.config import shared_folder
from workbench.drafting.cleaning import clean_markdown
from workbench.text.markdown import parse_markdown
from workbench.text.sentences import find_sentences

SIZE = 64_000
_NUMBERS = itertools.count(10)
QUICK_S = 0.5

# What patterns begin with, end with, or repeat; a phrase of each check is among them.
UNITS = [
    "1. ", "- ", "> ", "#", "[@", "[@a, p. 1] ", "[@national-medal, p. 1]", "a", "A ", "a. ", "A. ", "“", "”", '"', "'",
    "(", "((h)(3)", "8 C.F.R. § 204.5", "§", "*", "**", "_", "`", "```\n", "\n", "\n\n", " ", "\t", "X", "X ", "....",
    "Dr. ", "Wu ", "Wu's ", "é", "\u0301", "0", "1,", "1,000 ", "$", "_ _", "{{", "}}", "[", "]", "[[", "](", "![", "<",
    "<a ", "<!--", "&", "|", "|a|b|\n", "let me ", "the user ", "Matter of ", "F.3d ", "\u200b", "“a” ", "one of the ",
    "In 1975, ", "(Exhibit 1) ", "Exhibit ", "- [ ] ", "\\", "http://a.b/", "- a\n", "1. a\n", "> a\n", "Chien-", "-",
    "criterion (", "(i), ", "and (iv) ", "v. ", "[insert ", "won. [@a] ", "is not ", "more than ",
    "Sincerely,\n\n", "Exhibit 1: a\n", "1.1 A\n\n", "AWARDS AND B\n\n", "Contents\n\n",
    "Exhibits 1, ", "(Exhibit 1, a ", "Ex. A at 3, ", "1-", "Id. at 1. ", '“" ', "Exhibits 1-999, ", "Tab 2, ",
    "twenty-five thousand ", "Smith v. Doe, 1 F.3d 2 (Nowhere 1999). ", "[@a, p. 1-9999] ",
]  # fmt: skip


@pytest.fixture(scope="module")
def case():
    return load_case(shared_folder("cases") / "wu")


def seconds(run, *given):
    # The collector's own work grows with what other tests have left behind.
    gc.disable()
    try:
        began = time.process_time()
        run(*given)
        return time.process_time() - began
    finally:
        gc.enable()


def repeat(unit, size):
    """The unit again and again; another text each time, since what was read before is kept and would take no time."""
    return f"{next(_NUMBERS)} " + (unit * size)[:size]


def growth(read, unit, size):
    """Time of a text by that of its eighth: 8 where the time is linear, 64 where it is quadratic."""
    return seconds(read, repeat(unit, size)) / max(seconds(read, repeat(unit, size // 8)), 0.001)


def may_be_slow(first, measure):
    """Tells a time that may grow faster than the text, by the times of its first part, of an eighth and of a quarter.

    A share of quadratic time that is seen in the quarter is seen in the eighth, which costs half: most need no more.
    """
    return all(measure(SIZE // part) > most * max(first, 0.001) for part, most in ((8, 5), (4, 12)))


def is_slow(read, unit):
    """Tells a time that grows faster than the text; measured three times, since a busy machine may slow one."""
    return all(growth(read, unit, SIZE) > 24 for _ in range(3))


def kind_of(check):
    return "letter" if check.scope == "letter" else "intro" if check.id == "criteria-set" else "awards"


def open_draft(kind, text, case):
    if kind == "letter":
        return read_letter(f"\n{text}", case)
    return DraftSection(section_id=kind, content=text, case=case)


def run(check, draft):
    return list(check.run(draft))


def run_alone(check, case, text):
    return run(check, open_draft(kind_of(check), text, case))


@pytest.mark.parametrize("unit", UNITS)
def test_checks_take_linear_time(unit, case):
    """A part first: on a pattern of exponential time the whole would never end. Then more, then the whole."""

    @functools.cache
    def opened(kind, size):
        return open_draft(kind, repeat(unit, size), case)

    slow = []
    for check in CHECKS:
        kind = kind_of(check)
        first = seconds(run, check, opened(kind, SIZE // 32))
        assert first < 3, f"{check.id} takes {first:.0f} s"
        # Quadratic time is 1024 of the part: what would be quick even then is not measured.
        if first * 1024 > QUICK_S and may_be_slow(
            first, lambda size, check=check, kind=kind: seconds(run, check, opened(kind, size))
        ):
            alone = functools.partial(run_alone, check, case)
            slow += [check.id] if is_slow(alone, unit) else []
    assert slow == []


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda text: list(find_sentences(text)), id="sentences"),
        pytest.param(lambda text: list(find_citations(text)), id="citations"),
        pytest.param(lambda text: list(find_typed_citations(text)), id="typed citations"),
        pytest.param(lambda text: read_letter(f"\n{text}", None), id="letter"),
        pytest.param(parse_markdown, id="markdown"),
        pytest.param(lambda text: clean_markdown(text, title="Awards"), id="cleaner"),
    ],
)
def test_readers_take_linear_time(read):
    """The first part is read alone, as with the checks."""
    slow = []
    for unit in UNITS:
        first = seconds(read, repeat(unit, SIZE // 32))
        assert first < 3, f"{unit!r} takes {first:.0f} s"
        if may_be_slow(first, lambda size, unit=unit: seconds(read, repeat(unit, size))) and is_slow(read, unit):
            slow.append(unit)
    assert slow == []


def test_citation_length_costs_nothing():
    """It doubled the time with each character once."""
    text = f"He won the prize. [@{'a' * 5000}] and later taught."
    assert len(list(find_sentences(text))) == 1
