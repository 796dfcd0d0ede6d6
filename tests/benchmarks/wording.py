"""Errors of wording, seeded by hand into letters that tell their pages in other words: caught, and false alarms.

The letters and errors are those of `tests/support/wording_letters.py`. An error is caught as `mutations.py` counts it:
by an error or warning that the clean letter has not, in the changed sentence or with the wrong words.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE), str(_HERE.parent / "support")]

from seeded.mutant import Mutant  # noqa: E402
from seeded.scoring import COUNTED, find_catch  # noqa: E402
from wording_letters import SeededError, wording_letters  # noqa: E402

from workbench.case.loader import load_case  # noqa: E402
from workbench.checks.draft import DraftSection  # noqa: E402
from workbench.checks.letter import Letter  # noqa: E402
from workbench.checks.registry import CHECKS  # noqa: E402
from workbench.config import shared_folder  # noqa: E402
from workbench.text.sentences import find_sentences  # noqa: E402

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
    parser.add_argument("--list", action="store_true", help="print each error and each false alarm")
    return parser.parse_args()


def main() -> None:
    options = parse_options()
    letters = wording_letters(load_case(shared_folder("cases") / "wu"))
    for name in options.letter or letters:
        draft, errors = letters[name]
        clean = check_letter(draft)
        counts: dict[str, Counter[bool]] = {}
        for number, error in enumerate(errors):
            mutant = make_mutant(draft, error, number)
            found = check_letter(change(draft, error.seed(draft.content)))
            catch = find_catch(mutant, draft.content, clean, found)
            counts.setdefault(error.kind, Counter())[catch is not None] += 1
            if options.list:
                told = f"{catch.check} ({catch.severity}): {catch.message}" if catch else "missed"
                print(f"{error.kind}: {error.old!r} -> {error.new!r}\n    {told}")
        sentences = sum(1 for _ in find_sentences(draft.content))
        if options.list:
            for alarm in clean:
                print(f"false {alarm.severity} {alarm.check}: {alarm.message}\n    in: {alarm.quote}")
        caught = sum(each[True] for each in counts.values())
        kinds = ", ".join(f"{kind} {each[True]} of {each.total()}" for kind, each in sorted(counts.items()))
        severities = Counter(alarm.severity for alarm in clean)
        print(
            f"{name}: caught {caught} of {len(errors)} ({100 * caught / len(errors):.1f} %): {kinds};"
            f" {severities['error']} false errors and {severities['warning']} false warnings in {sentences} sentences"
        )


if __name__ == "__main__":
    main()
