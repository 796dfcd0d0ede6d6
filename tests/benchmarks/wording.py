"""Errors seeded by hand into letters that tell their pages in other words: caught, and false alarms.

The letters and errors are those of `wording_letters.py` and `figure_letters.py` in `tests/support`. An error is caught
as `mutations.py` counts it: by an error or warning that the clean letter has not, in the changed sentence or with the
wrong words.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE), str(_HERE.parent / "support")]

from figure_letters import figure_letters  # noqa: E402
from measure import report  # noqa: E402
from seeded.mutant import Mutant  # noqa: E402
from seeded.scoring import COUNTED, find_catch  # noqa: E402
from typeset_pages import typeset_exhibits  # noqa: E402
from wording_letters import SeededError, WordingLetter, wording_letters  # noqa: E402

from workbench.case.loader import load_case  # noqa: E402
from workbench.checks.draft import DraftSection  # noqa: E402
from workbench.checks.letter import Letter  # noqa: E402
from workbench.checks.registry import CHECKS  # noqa: E402
from workbench.config import shared_folder  # noqa: E402
from workbench.text.sentences import find_sentences  # noqa: E402

FALSE_ERRORS = 2
"""Per 1,000 clean sentences."""
COMPARING = ("consistency", "entity", "fact", "qualifier", "support", "wording")
"""Checks that compare a sentence with its pages, or a letter with itself; the others ask for parts of a petition."""


def check_letter(draft: DraftSection) -> list[Any]:
    """Lists the errors and warnings of the checks that compare."""
    letter = Letter("letter", draft.content, (draft,), draft.case)
    return [
        finding
        for check in CHECKS
        if check.id in COMPARING
        for finding in check.run(letter if check.scope == "letter" else draft)
        if finding.severity in COUNTED
    ]


def change(draft: DraftSection, text: str) -> DraftSection:
    return DraftSection(draft.section_id, text, draft.case)


def make_mutant(draft: DraftSection, error: SeededError, number: int) -> Mutant:
    """Returns the error with the sentence that it is in."""
    text = draft.content
    start = text.index(error.old)
    end = start + len(error.old)
    sentences = [(a, b) for a, b in find_sentences(text) if a < end and start < b]
    span = sentences[0][0], sentences[-1][1]
    mutant = Mutant(
        id=f"{error.kind}-{number}",
        kind=error.kind,
        group="wording",
        petition="",
        edits=((start, end, error.new),),
        expect={"values": [error.new], "checks": "", "span": None, "clean": span},
        verified="hand",
        old=error.old,
        new=error.new,
    )
    mutant.expect["span"] = mutant.map_span(*span)
    return mutant


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--letter", action="append", help="only this letter; may be repeated")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--pdf", choices=("ruled", "plain"), help="set the exhibits as PDFs first, and read them again")
    parser.add_argument("--rounds", type=int, help="errors of a letter, at most")
    parser.add_argument("--list", action="store_true", help="print each error and each false alarm")
    return parser.parse_args()


def measure_letter(name: str, letter: WordingLetter, options: argparse.Namespace) -> dict[str, float]:
    """Counts a letter's errors that are caught, and its false alarms."""
    draft, errors = letter.draft, letter.errors[: options.rounds]
    if options.pdf:
        draft = replace(draft, case=typeset_exhibits(draft.case, ruled=options.pdf == "ruled"))
    clean = check_letter(draft)
    caught: Counter[str] = Counter()
    for number, error in enumerate(errors):
        mutant = make_mutant(draft, error, number)
        found = check_letter(change(draft, error.seed(draft.content)))
        catch = find_catch(mutant, draft.content, clean, found)
        caught[error.kind] += catch is not None
        if options.list:
            told = f"{catch.check} ({catch.severity}): {catch.message}" if catch else "missed"
            print(f"{error.kind}: {error.old!r} -> {error.new!r}\n    {told}")
    if options.list:
        for alarm in clean:
            print(f"false {alarm.severity} {alarm.check}: {alarm.message}\n    in: {alarm.quote}")
    totals = Counter(error.kind for error in errors)
    figures: dict[str, float] = {
        f"{name}: sentences": sum(1 for _ in find_sentences(draft.content)),
        f"{name}: errors": len(errors),
        f"{name}: caught, %": 100 * caught.total() / len(errors),
    }
    for kind, total in sorted(totals.items()):
        figures[f"{name}: caught of {kind} ({total}), %"] = 100 * caught[kind] / total
    for severity in COUNTED:
        by_check = Counter(alarm.check for alarm in clean if alarm.severity == severity)
        figures[f"{name}: false {severity}s"] = by_check.total()
        for check, count in sorted(by_check.items()):
            figures[f"{name}: false {severity}s of {check}"] = count
    return figures


def main() -> None:
    options = parse_options()
    base = load_case(shared_folder("cases") / "wu")
    letters = {**wording_letters(base), **figure_letters(base)}
    figures: dict[str, float] = {}
    for name in options.letter or letters:
        figures |= measure_letter(name, letters[name], options)
    errors = sum(value for figure, value in figures.items() if figure.endswith("false errors"))
    sentences = sum(value for figure, value in figures.items() if figure.endswith("sentences"))
    report(
        "wording",
        figures,
        {"false errors per 1,000 clean sentences": (1000 * errors / sentences, FALSE_ERRORS)},
        as_json=options.json,
    )


if __name__ == "__main__":
    main()
