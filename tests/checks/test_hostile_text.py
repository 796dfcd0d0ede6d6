"""Time of everything that reads a draft, on text made to be slow."""

from __future__ import annotations

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
    "Exhibits 1, ", "(Exhibit 1, a ", "Ex. A at 3, ", "1-", "Id. at 1. ",
]  # fmt: skip


@pytest.fixture(scope="module")
def case():
    return load_case(shared_folder("cases") / "wu")


def seconds(read, text):
    # Another text each time: what was read before is kept in memory, and says nothing about the time it took.
    text = f"{next(_NUMBERS)} {text}"
    # The collector's own work grows with what other tests have left behind.
    gc.disable()
    try:
        began = time.process_time()
        read(text)
        return time.process_time() - began
    finally:
        gc.enable()


def find_slow(read):
    """Lists the units on which eight times the text takes far more than eight times the time."""
    slow = {}
    for unit in UNITS:
        text = (unit * SIZE)[:SIZE]
        # An eighth first: on a pattern of exponential time the whole would never end.
        part = max(seconds(read, text[: SIZE // 8]), 0.001)
        assert part < 10, f"{unit!r} takes {part:.0f} s"
        # Quadratic is 64; what would be quick even then is not measured.
        if part * 64 > QUICK_S:
            ratios = []
            # A busy machine may slow one measurement, not three.
            while len(ratios) < 3 and min(ratios, default=99) > 24:
                ratios.append(seconds(read, text) / max(seconds(read, text[: SIZE // 8]), 0.001))
            if min(ratios) > 24:
                slow[unit] = round(min(ratios), 1)
    return slow


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_checks_take_linear_time(check, case):
    section = "intro" if check.id == "criteria-set" else "awards"

    def read(text):
        if check.scope == "letter":
            return list(check.run(read_letter(f"\n{text}", case)))
        return list(check.run(DraftSection(section_id=section, content=text, case=case)))

    assert not find_slow(read)


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
    assert not find_slow(read)


def test_citation_length_costs_nothing():
    """It doubled the time with each character once."""
    text = f"He won the prize. [@{'a' * 5000}] and later taught."
    assert len(list(find_sentences(text))) == 1
