"""Error rates of the gate: planted prompts of known worth, through store, engine, scorers and gate, over seeds.

Each round is a firm of its own with twelve golden cases, the shipped prompt filing, and four candidates, measured in
standard deviations of the differences: better by one and a third, worse by two, of the same worth, and one that scores
better by two but makes an error in one case.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from measure import options, report, rounds
from planted import SECTION, PlantedModel, make_golden, worth

from workbench.case import loader
from workbench.config import Settings
from workbench.tuning.experiment import matrix as matrix_module
from workbench.tuning.experiment.cells import ModelEntry
from workbench.tuning.promotion import golden as golden_module
from workbench.tuning.promotion.gate import ALPHA, GateOptions, promote
from workbench.tuning.prompt_store import PromptStore
from workbench.tuning.statistics import wilson
from workbench.workflow.loop import BackgroundLoop

CASES, QUICK_CASES = 12, 6
"""The second with ``--rounds 1``."""
POWER = 0.9
USUAL = 70
PLANTED = {"better": 78, "worse": 58, "equal": USUAL, "careless": 82}
"""Worth of each candidate, points of similarity; that of the filing version is USUAL."""


def without_reading_twice() -> None:
    """Lets the golden cases, which do not change here, be read once: YAML would be two thirds of the time."""
    read = cache(loader.load_case)
    for module in (golden_module, matrix_module):
        vars(module)["load_case"] = lambda path, *, settings: read(str(path))


def one_round(seed: int, golden: Path) -> dict[str, str]:
    """Runs the gate on one candidate of each kind; returns the decisions by kind."""
    became = {}
    for kind, points in PLANTED.items():
        with tempfile.TemporaryDirectory() as home:
            settings = Settings(home=Path(home), golden=golden)
            store = PromptStore(settings)
            ref = worth(store, points, kind, careless=kind == "careless")
            model = ModelEntry("planted", PlantedModel(seed, USUAL))
            verdict = promote(settings, ref, "benchmark", options=GateOptions(open_models=(model,), repeats=1))
            files = store.active(SECTION).ref == ref
            assert files == verdict.promoted == (verdict.decision == "promote"), kind
            became[kind] = verdict.decision
    return became


def main() -> None:
    number = rounds(200)
    cases = CASES if number > 1 else QUICK_CASES
    without_reading_twice()
    began = time.perf_counter()
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in PLANTED}
    with tempfile.TemporaryDirectory() as folder:
        golden = make_golden(Path(folder), cases)
        for seed in range(number):
            for kind, decision in one_round(seed, golden).items():
                counts[kind][decision] += 1
            if sys.stderr.isatty():
                print(f"\r{seed + 1} of {number} rounds", end="", file=sys.stderr)
    BackgroundLoop.current().close()
    figures: dict[str, float] = {"rounds": number, "golden cases": cases, "alpha": ALPHA, "power": POWER}
    for kind, count in counts.items():
        for decision in ("promote", "refuse", "undecided"):
            share = wilson(count[decision], number)
            figures[f"{kind}: {decision}"] = share.value
            figures[f"{kind}: {decision}, 95% interval from"] = share.low
            figures[f"{kind}: {decision}, 95% interval to"] = share.high
    figures["seconds"] = time.perf_counter() - began
    goals = {
        "better and not promoted (1 - power)": (1 - counts["better"]["promote"] / number, 1 - POWER),
        "worse and not refused": (1 - counts["worse"]["refuse"] / number, 0.0),
        "with a new error and not refused": (1 - counts["careless"]["refuse"] / number, 0.0),
        "equal and promoted (alpha)": (counts["equal"]["promote"] / number, ALPHA),
    }
    if not options().json:
        print(json.dumps({kind: dict(count) for kind, count in counts.items()}))
    report("gate", figures, goals)


if __name__ == "__main__":
    main()
