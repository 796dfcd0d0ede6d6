"""Seeded errors that `workbench.check` catches, by kind, and its false alarms on clean petitions.

Errors of more than a hundred kinds are seeded into petitions that are right: the sample, two invented ones, and a
published one where it lies beside the project. Half of the mutants, by a hash of their id, are held out: thresholds are
fitted on the other half, and the held-out half is looked at when a version is measured.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from measure import report
from seeded.clean_draft import CleanDraft
from seeded.drafts import PROJECT, draft_names, load_draft, read_published_mutants
from seeded.mutant import MUTATORS, Mutant, make_mutants
from seeded.scoring import COUNTED, find_catch, touches

import workbench
from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.config import Settings

SEED = 11
MOST = 4
"""Mutants of one kind in one petition."""
PROCESSES = 2
CAUGHT_PERCENT = 95
CAUGHT_EXACT_PERCENT = 98
"""Of quotations and numbers."""
FALSE_ERRORS = 2
FALSE_WARNINGS = 20
"""Per 1,000 clean sentences."""
FABRICATED = ("authority_fabricated", "authority_known_fabricated", "decision_fabricated", "authority_withdrawn",
              "auth_fabricated_reporter", "auth_withdrawn")  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """A mutant, and the check that caught it or None."""

    mutant: Mutant
    check: str | None
    severity: str | None
    message: str


@cache
def clean_findings(name: str, home: Path) -> tuple[Any, ...]:
    """Returns the findings about the clean letter; each process asks once."""
    draft = load_draft(name, home)
    return tuple(workbench.check(draft.text, case=draft.case).findings)


def mutated_case(mutant: Mutant, draft: CleanDraft, home: Path) -> Case:
    """Loads the case with the mutant's replacements in ``case.yaml``."""
    if not mutant.case:
        return draft.case
    with tempfile.TemporaryDirectory(dir=home) as folder:
        copy = Path(folder) / "case"
        shutil.copytree(draft.case.root, copy, ignore=shutil.ignore_patterns("sources"))
        source = (copy / "case.yaml").read_text(encoding="utf-8")
        for old, new in mutant.case["subs"]:
            if old not in source:
                raise ValueError(f"{mutant.id}: {old!r} is not in case.yaml")
            source = source.replace(old, new, 1)
        (copy / "case.yaml").write_text(source, encoding="utf-8")
        for name, content in mutant.case.get("files", {}).items():
            (copy / name).write_text(content, encoding="utf-8")
        return load_case(copy, settings=Settings(home=home, cases=PROJECT / "data" / "cases"))


def check_mutant(mutant: Mutant, home: Path) -> Outcome:
    """Checks one mutated letter, in a worker process."""
    draft = load_draft(mutant.petition, home)
    case = mutated_case(mutant, draft, home)
    found = workbench.check(mutant.apply(draft.text), case=case).findings
    catch = find_catch(mutant, draft.text, clean_findings(mutant.petition, home), found)
    if catch is None:
        return Outcome(mutant, None, None, "")
    return Outcome(mutant, catch.check, catch.severity, catch.message)


def check_all(mutants: Sequence[Mutant], home: Path) -> list[Outcome]:
    """Checks the mutants in two processes, in their order."""
    if not mutants:
        return []
    with ProcessPoolExecutor(PROCESSES) as pool:
        return list(pool.map(check_mutant, mutants, [home] * len(mutants), chunksize=8))


@dataclass(frozen=True)
class Alarm:
    """A finding about a clean petition."""

    petition: str
    check: str
    severity: str
    sentence: str
    message: str


def find_alarms(draft: CleanDraft, findings: Iterable[Any]) -> list[Alarm]:
    """Lists errors and warnings about a clean letter, without those at a known defect."""
    alarms = []
    for finding in findings:
        if finding.severity not in COUNTED:
            continue
        places = [(at, at + len(words)) for words, _ in draft.known_defects if (at := draft.text.find(words)) >= 0]
        if any(touches(finding, draft.text, place) for place in places):
            continue
        sentence = next(
            (s.text for s in draft.sentences if touches(finding, draft.text, (s.start, s.end))), finding.quote or ""
        )
        alarms.append(Alarm(draft.name, finding.check, finding.severity, sentence, finding.message))
    return alarms


def percent(caught: int, total: int) -> float:
    return 100 * caught / total if total else 100.0


def tally(outcomes: Iterable[Outcome], key: Any) -> dict[str, tuple[int, int]]:
    """Counts caught and all by a key of the mutant."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for outcome in outcomes:
        entry = counts[key(outcome.mutant)]
        entry[0] += outcome.check is not None
        entry[1] += 1
    return {name: (caught, total) for name, (caught, total) in counts.items()}


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--held-out", action="store_true", help="measure the half that nothing is fitted to")
    parser.add_argument("--kind", action="append", metavar="KIND", help="only this kind or group; may be repeated")
    parser.add_argument(
        "--petition", action="append", choices=draft_names(), help="only this petition; may be repeated"
    )
    parser.add_argument("--limit", type=int, help="at most so many mutants, spread over the kinds")
    parser.add_argument("--rounds", type=int, default=MOST, help=f"mutants of a kind in one petition ({MOST})")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--list", action="store_true", help="print each missed mutant and each false alarm")
    parser.add_argument("--caught", action="store_true", help="print the finding that caught each mutant, too")
    parser.add_argument("--kinds", action="store_true", help="print the kinds of error, and check nothing")
    return parser.parse_args()


def select_mutants(options: argparse.Namespace, drafts: Sequence[CleanDraft]) -> list[Mutant]:
    """Makes the mutants of the half, kinds and number asked for."""
    wanted = set(options.kind or ())
    kinds = [kind for kind, mutator in MUTATORS.items() if not wanted or {kind, mutator.group} & wanted]
    mutants = [
        mutant
        for draft in drafts
        for mutant in make_mutants(draft, seed=options.seed, most=options.rounds, kinds=kinds or ["-"])
    ]
    for draft in drafts:
        if draft.name == "published":
            mutants += [m for m in read_published_mutants(draft) if not wanted or {m.kind, m.group} & wanted]
    mutants = [mutant for mutant in mutants if mutant.is_held_out == options.held_out]
    if options.limit and len(mutants) > options.limit:
        step = len(mutants) / options.limit
        mutants = [mutants[int(n * step)] for n in range(options.limit)]
    return mutants


def print_table(outcomes: Sequence[Outcome]) -> None:
    group_of = {outcome.mutant.kind: outcome.mutant.group for outcome in outcomes if outcome.mutant.group != "file"}
    for kind, (caught, total) in sorted(
        tally([o for o in outcomes if o.mutant.group != "file"], lambda mutant: mutant.kind).items(),
        key=lambda entry: (group_of[entry[0]], entry[0]),
    ):
        print(f"{group_of[kind]:<12} {kind:<30} {caught:>4} of {total:<4} {percent(caught, total):>6.1f} %")
    for kind, (caught, total) in sorted(
        tally([o for o in outcomes if o.mutant.group == "file"], lambda m: m.kind).items()
    ):
        print(f"{'file':<12} {kind:<30} {caught:>4} of {total:<4} {percent(caught, total):>6.1f} %")
    print()


def print_missed(outcomes: Sequence[Outcome], *, caught: bool) -> None:
    for outcome in outcomes:
        mutant = outcome.mutant
        if outcome.check is None:
            print(
                f"missed {mutant.id}\n  old: {short(mutant.old)}\n  new: {short(mutant.new)}\n"
                f"  in:  {short(mutant.expect['sentence'], 300)}"
            )
        elif caught:
            print(f"caught {mutant.id} by {outcome.check} ({outcome.severity}): {short(outcome.message, 160)}")


def short(text: str, most: int = 120) -> str:
    return re.sub(r"\s+", " ", text)[:most]


def measure(options: argparse.Namespace, home: Path) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    """Runs the checks over clean and mutated letters; returns figures and goals (value, at most)."""
    drafts = [load_draft(name, home) for name in options.petition or draft_names()]
    mutants = select_mutants(options, drafts)
    outcomes = check_all(mutants, home)
    alarms = [alarm for draft in drafts for alarm in find_alarms(draft, clean_findings(draft.name, home))]
    sentences = sum(len(draft.sentences) for draft in drafts)
    if not options.json:
        print_table(outcomes)
        if options.list or options.caught:
            print_missed(outcomes, caught=options.caught)
        by_check = Counter((alarm.severity, alarm.check, alarm.petition) for alarm in alarms)
        for (severity, check, petition), count in sorted(by_check.items()):
            print(
                f"clean: {severity:<8} {check:<28} {petition:<16} {count:>4} "
                f"{1000 * count / sentences:>9.1f} per 1,000 sentences"
            )
        if options.list:
            for alarm in alarms:
                print(
                    f"false {alarm.severity} {alarm.check} ({alarm.petition}): {short(alarm.message, 200)}\n"
                    f"  in:  {short(alarm.sentence, 300)}"
                )
        print()
    return summarize(outcomes, alarms, sentences)


def summarize(
    outcomes: Sequence[Outcome], alarms: Sequence[Alarm], sentences: int
) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    """Reduces outcomes and alarms to figures and goals."""
    all_caught = sum(outcome.check is not None for outcome in outcomes)
    figures: dict[str, float] = {"mutants": len(outcomes), "kinds": len({outcome.mutant.kind for outcome in outcomes})}
    figures["caught, %"] = percent(all_caught, len(outcomes))
    for group, (caught, total) in sorted(tally(outcomes, lambda mutant: mutant.group).items()):
        figures[f"caught of {group} ({total}), %"] = percent(caught, total)
    errors = sum(alarm.severity == "error" for alarm in alarms)
    rate = 1000 / sentences if sentences else 0
    figures |= {"clean sentences": sentences, "false errors": errors, "false warnings": len(alarms) - errors}
    exact = [o for o in outcomes if o.mutant.group in {"quotation", "number"}]
    invented = [o for o in outcomes if o.mutant.kind in FABRICATED]
    goals = {"seeded errors missed, %": (100 - figures["caught, %"], 100.0 - CAUGHT_PERCENT)}
    for name, some, least in (
        ("quotations and numbers missed, %", exact, CAUGHT_EXACT_PERCENT),
        ("fabricated or withdrawn authorities missed, %", invented, 100),
    ):
        if some:
            goals[name] = (100 - percent(sum(o.check is not None for o in some), len(some)), 100.0 - least)
    goals["false errors per 1,000 clean sentences"] = (errors * rate, FALSE_ERRORS)
    goals["false warnings per 1,000 clean sentences"] = ((len(alarms) - errors) * rate, FALSE_WARNINGS)
    return figures, goals


def main() -> None:
    options = parse_options()
    if options.kinds:
        for kind, mutator in MUTATORS.items():
            print(f"{mutator.group:<12} {kind:<30} {short((mutator.propose.__doc__ or '').strip())}")
        return
    with tempfile.TemporaryDirectory(prefix="wb-mutations-") as folder:
        # The worker processes read the same setting; the user's own runs and files are not touched.
        os.environ["WORKBENCH_HOME"] = folder
        figures, goals = measure(options, Path(folder))
    report("mutations", figures, goals, as_json=options.json)


if __name__ == "__main__":
    main()
