"""Support score on two public sets: WiCE and AttributionBench, beside the published figures. No model is needed.

The sets are read from folders and are no part of this project; docs/evaluation.md tells how to fetch them. With
``--fit`` the coefficients are fitted again, on the parts for training and development only, and written to
``workbench/checks/support/support_model.json``; without it those of the package are evaluated. Thresholds are chosen on
the development parts, as the authors of WiCE do.

    python tests/benchmarks/support.py [--wice PATH] [--attributionbench PATH] [--fit]

Without a set, only the time is measured: 2,000 sentences of the sample case's words against 1,000 exhibit pages.
"""

from __future__ import annotations

import json
import random
import sys
import time
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from measure import median, report
from scipy.optimize import minimize
from scipy.stats import rankdata

from workbench.case.loader import load_case
from workbench.case.model import Document
from workbench.checks.draft import DraftSection
from workbench.checks.evidence import Evidence
from workbench.checks.support.support import sentence_verdicts
from workbench.checks.support.support_features import FEATURES, ComparedText, choose_passages, measure_support
from workbench.checks.support.support_model import MODEL_FILE, read_model
from workbench.text.clock import now
from workbench.text.sentences import find_sentences

WICE = "data/entailment_retrieval/claim"
WICE_ORACLE = "code_and_resources/entailment_inputs/oracle_chunks/claim"
WICE_OUTPUTS = "code_and_resources/model_outputs/entailment_classification/oracle_chunks/claim"
WICE_LABELS = {"not_supported": 0, "partially_supported": 1, "supported": 2}
WICE_PUBLISHED = (
    ("T5-3B (ANLI)", 61.8, 74.0),
    ("T5-3B (ANLI+WiCE)", 77.8, 88.0),
    ("GPT-3.5", 39.3, 32.0),
    ("GPT-4", 61.0, 77.0),
)
"""F1 and accuracy on 100 test claims with oracle retrieval; ``result_table.tex`` of the authors' repository."""
BENCH_PARTS = {
    "dev": "dev_all_subset_balanced",
    "test": "test_all_subset_balanced",
    "test, 500 sampled": "test_all_subset_balanced_sampled500",
    "test, out of domain": "test_ood_all_subset_balanced",
}
BENCH_PUBLISHED = "a fine-tuned GPT-3.5 reaches around 80 % macro-F1 (abstract of the paper)"
STRENGTH = 30.0
"""L2 penalty; chosen by cross-validation on the development parts."""
# More of the sentence carried never lowers the score, and more of it absent never raises it, whatever a set holds.
SIGNS = {
    **dict.fromkeys(("best", "three", "all", "pairs", "letters", "run", "numbers", "names"), (0.0, None)),
    **dict.fromkeys(("numbers_absent", "names_absent", "negation", "opposite", "words_absent"), (None, 0.0)),
}
BINS = 10
PAGES, FILE, WORDS, SENTENCES, SENTENCE = 1000, 40, 420, 2000, 20
QUICK_PAGES, QUICK_SENTENCES = 40, 60
"""With ``--rounds 1``: whether it runs, not the goal's size."""
NO_STOPS = dict.fromkeys(map(ord, ".!?[]@#*_>|`"))
GRID = (np.arange(100) / 100).tolist()
"""Thresholds tried, as the authors of WiCE try them."""


@dataclass
class Part:
    """Part of a set: features, labels (0, 1, 2) and the group of each row."""

    features: list[tuple[float, ...]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    @property
    def supported(self) -> np.ndarray:
        return (np.array(self.labels) == 2).astype(int)


def read_rows(file: Path) -> list[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def measure(claim: str, passages: Iterable[str]) -> tuple[float, ...]:
    sentence, texts = ComparedText(claim), [ComparedText(text) for text in passages if text.strip()]
    found = frozenset(stem for stem in sentence.present if any(stem in text.present for text in texts))
    return measure_support(sentence, [texts[each] for each in choose_passages(sentence, texts)], found).values()


def read_wice(root: Path, split: str, folder: str = WICE) -> Part | None:
    file = root / folder / f"{split}.jsonl"
    if not file.is_file():
        return None
    part = Part()
    for row in read_rows(file):
        part.features.append(measure(row["claim"], row["evidence"]))
        part.labels.append(WICE_LABELS[row["label"]])
        part.groups.append(row["meta"]["id"])
    return part


def read_bench(root: Path, name: str) -> Part | None:
    file = root / "data" / f"{BENCH_PARTS[name]}.jsonl"
    if not file.is_file():
        return None
    part = Part()
    for row in read_rows(file):
        passages = [text[start:end] for text in row["references"] for start, end in find_sentences(text)]
        part.features.append(measure(row["claim"], passages))
        part.labels.append(2 if row["attribution_label"] == "attributable" else 0)
        part.groups.append(row["src_dataset"])
    return part


def fit(parts: Sequence[Part]) -> tuple[np.ndarray, float]:
    """Fits the logistic model with the signs of :data:`SIGNS`; returns coefficients and intercept."""
    features = np.array([row for part in parts for row in part.features])
    labels = np.concatenate([part.supported for part in parts])
    mean, spread = features.mean(0), features.std(0) + 1e-9
    inputs = np.c_[(features - mean) / spread, np.ones(len(features))]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margin = inputs @ weights
        gradient = inputs.T @ (1 / (1 + np.exp(-margin)) - labels)
        gradient[:-1] += STRENGTH * weights[:-1]
        penalty = STRENGTH * float(weights[:-1] @ weights[:-1]) / 2
        return float((np.logaddexp(0, margin) - labels * margin).sum()) + penalty, gradient

    bounds = [SIGNS.get(name, (None, None)) for name in FEATURES] + [(None, None)]
    found = minimize(loss, np.zeros(inputs.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x
    coefficients = found[:-1] / spread
    return coefficients, float(found[-1] - coefficients @ mean)


def predict(part: Part, model: tuple[np.ndarray, float]) -> np.ndarray:
    return 1 / (1 + np.exp(-(np.array(part.features) @ model[0] + model[1])))


def f1(labels: np.ndarray, found: np.ndarray) -> float:
    return 2 * float((labels & found).sum()) / max(1, int(labels.sum() + found.sum()))


def macro_f1(labels: np.ndarray, found: np.ndarray) -> float:
    classes = sorted(set(labels.tolist()))
    return float(np.mean([f1((labels == each).astype(int), (found == each).astype(int)) for each in classes]))


def auroc(labels: np.ndarray, scores: np.ndarray) -> float:
    ranks = rankdata(scores)
    ones = int(labels.sum())
    return float((ranks[labels == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(labels) - ones)))


def best_threshold(labels: np.ndarray, scores: np.ndarray) -> float:
    return max(GRID, key=lambda limit: f1(labels, (scores > limit).astype(int)))


def best_lower(labels: np.ndarray, scores: np.ndarray, upper: float) -> float:
    """Chooses the limit below which nothing is found, by the macro-F1 of the three labels."""
    limits = [limit for limit in GRID if limit < upper]
    return max(limits, key=lambda limit: macro_f1(labels, three_way(scores, limit, upper)))


def three_way(scores: np.ndarray, lower: float, upper: float) -> np.ndarray:
    return (scores > lower).astype(int) + (scores > upper).astype(int)


def by_claim(part: Part, scores: np.ndarray) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Takes the highest score of each claim's chunks, as the authors do."""
    best: dict[str, float] = {}
    labels: dict[str, int] = {}
    for name, label, score in zip(part.groups, part.labels, scores.tolist(), strict=True):
        best[name] = max(score, best.get(name, 0.0))
        labels[name] = label
    return list(best), np.array([labels[name] for name in best]), np.array(list(best.values()))


def curve(labels: np.ndarray, scores: np.ndarray) -> list[tuple[float, float, int]]:
    """Returns mean score, share supported and count of each bin that is not empty."""
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    return [
        (float(scores[bins == each].mean()), float(labels[bins == each].mean()), int((bins == each).sum()))
        for each in range(BINS)
        if (bins == each).any()
    ]


def print_line(name: str, labels: np.ndarray, scores: np.ndarray, limit: float) -> None:
    found = (scores > limit).astype(int)
    print(
        f"  {name:<44} F1 {100 * f1(labels, found):5.1f}   accuracy {100 * float((labels == found).mean()):5.1f}"
        f"   AUROC {100 * auroc(labels, scores):5.1f}   macro-F1 {100 * macro_f1(labels, found):5.1f}   n {len(labels)}"
    )


def report_wice(root: Path, model: tuple[np.ndarray, float], lower: float | None, upper: float | None) -> None:
    dev, test = read_wice(root, "dev"), read_wice(root, "test")
    if dev is None or test is None:
        sys.exit(f"{root}: {WICE}/dev.jsonl and test.jsonl are needed")
    print("WiCE, claims; supported against the rest; thresholds chosen on dev")
    on_dev, on_test = predict(dev, model), predict(test, model)
    upper_of_set = best_threshold(dev.supported, on_dev)
    lower_of_set = best_lower(np.array(dev.labels), on_dev, upper_of_set)
    print_line("support score, whole article, test", test.supported, on_test, upper_of_set)
    three = macro_f1(np.array(test.labels), three_way(on_test, lower_of_set, upper_of_set))
    print(f"  {'the same, three labels':<44} macro-F1 {100 * three:.1f}")
    if lower is not None and upper is not None:
        print(
            f"  limits of the package: {lower:.3f} and {upper:.3f}; of this set {lower_of_set:.3f} {upper_of_set:.3f}"
        )
    print_line("everything called supported", test.supported, np.ones(len(test.labels)), 0.5)
    oracle_dev, oracle_test = read_wice(root, "dev", WICE_ORACLE), read_wice(root, "test", WICE_ORACLE)
    if oracle_dev is None or oracle_test is None:
        print("  oracle chunks: not there")
        return
    _, labels, scores = by_claim(oracle_dev, predict(oracle_dev, model))
    limit = best_threshold((labels == 2).astype(int), scores)
    names, labels, scores = by_claim(oracle_test, predict(oracle_test, model))
    print_line("support score, oracle chunks, test", (labels == 2).astype(int), scores, limit)
    outputs = root / WICE_OUTPUTS / "retrieval=oracle,entailment=gpt-4-0613" / "test.entailment_score.json"
    if outputs.is_file():
        chosen = np.isin(names, list(json.loads(outputs.read_text(encoding="utf-8"))))
        if chosen.any():
            line = "the same, the 100 claims given to GPT"
            print_line(line, (labels[chosen] == 2).astype(int), scores[chosen], limit)
    for name, score, accuracy in WICE_PUBLISHED:
        print(f"  published: {name:<33} F1 {score:5.1f}   accuracy {accuracy:5.1f}   (100 claims, oracle chunks)")


def report_bench(root: Path, model: tuple[np.ndarray, float]) -> None:
    print("\nAttributionBench; attributable against not; threshold chosen on dev")
    dev = read_bench(root, "dev")
    if dev is None:
        sys.exit(f"{root}: data/{BENCH_PARTS['dev']}.jsonl is needed")
    on_dev = predict(dev, model)
    limit = max(GRID, key=lambda each: macro_f1(dev.supported, (on_dev > each).astype(int)))
    for name in BENCH_PARTS:
        part = read_bench(root, name)
        if part is None:
            print(f"  {name}: not there")
            continue
        scores = predict(part, model)
        print_line(name, part.supported, scores, limit)
        groups: dict[str, list[int]] = defaultdict(list)
        for place, group in enumerate(part.groups):
            groups[group].append(place)
        if name != "dev":
            for group, places in groups.items():
                print_line(f"  {group}", part.supported[places], scores[places], limit)
            mean = np.mean(
                [macro_f1(part.supported[places], (scores[places] > limit).astype(int)) for places in groups.values()]
            )
            print(f"  {'  mean macro-F1 of the subsets':<44} {100 * float(mean):.1f}")
    print(f"  published: {BENCH_PUBLISHED}")


def refit(arguments: Namespace) -> None:
    """Fits the model on the parts for training and development, and writes the package's table."""
    parts: dict[str, Part] = {}
    for split in ("train", "dev"):
        if (part := read_wice(arguments.wice, split)) is not None:
            parts[f"WiCE claims {split}"] = part
    if arguments.attributionbench is not None and (part := read_bench(arguments.attributionbench, "dev")) is not None:
        parts["AttributionBench dev"] = part
    model = fit(list(parts.values()))
    labels = np.concatenate([part.supported for part in parts.values()])
    scores = np.concatenate([predict(part, model) for part in parts.values()])
    table = {
        "features": {name: round(value, 4) for name, value in zip(FEATURES, model[0].tolist(), strict=True)},
        "intercept": round(model[1], 4),
        "trained_on": {name: len(part.labels) for name, part in parts.items()},
        "fitted": now()[:10],
        "penalty": STRENGTH,
        "calibration": [[round(mean, 3), round(share, 3), count] for mean, share, count in curve(labels, scores)],
    }
    MODEL_FILE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    print(f"written: {MODEL_FILE.name}, fitted on {table['trained_on']}\n")


def measure_time(count: int) -> dict[str, float]:
    """Measures the median processor time of some thousands of sentences that cite pages, their words known."""
    most_pages, most = (PAGES, SENTENCES) if count > 1 else (QUICK_PAGES, QUICK_SENTENCES)
    case = load_case("wu")
    rng = random.Random(3)  # noqa: S311 - words, not secrets
    words = [word for document in case.documents.values() for page in document.pages for word in page.split()]
    pages = [" ".join(words[at : at + WORDS]) for at in (rng.randrange(len(words) - WORDS) for _ in range(most_pages))]
    documents = {
        f"extra-{at}": Document(sha256=f"{at:064d}", pages=tuple(pages[at : at + FILE]))
        for at in range(0, most_pages, FILE)
    }
    case = case.model_copy(update={"documents": documents})
    evidence = Evidence.of(case)
    for page in evidence.pages:
        assert page.positions
    evidence.weigh("word")
    seconds = []
    for _ in range(count):
        sentences = []
        for _ in range(most):
            page = rng.choice(evidence.pages)
            at = rng.randrange(len(page.tokens) - SENTENCE)
            text = " ".join(page.quote(at, at + SENTENCE - 1).split()).translate(NO_STOPS)
            sentences.append(f"In 1957 the record {text} [@{page.exhibit_id}, p. {page.page}].")
        draft = DraftSection("awards", "\n\n".join(sentences), case)
        assert draft.citations
        assert draft.sentences
        began = time.process_time()
        verdicts = sentence_verdicts(draft)
        seconds.append(time.process_time() - began)
        checked = sum(verdict.verdict != "not checked" for verdict in verdicts)
    return {"sentences": len(verdicts), "of them compared": checked, "seconds": round(median(seconds), 3)}


def main() -> None:
    parser = ArgumentParser(description="Evaluate the support score on public sets.")
    parser.add_argument("--wice", type=Path, help="folder of the repository ryokamoi/wice")
    parser.add_argument("--attributionbench", type=Path, help="folder of the repository OSU-NLP-Group/AttributionBench")
    parser.add_argument("--fit", action="store_true", help="fit the coefficients again, on training parts")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.wice is not None:
        evaluate(arguments)
        return
    timed = measure_time(arguments.rounds)
    goal = f"seconds for {timed['sentences']:,} sentences"
    report("support", timed, {goal: (timed["seconds"], 2.5)}, as_json=arguments.json)


def evaluate(arguments: Namespace) -> None:
    """Prints the figures on the public sets."""
    if arguments.fit:
        refit(arguments)
        read_model.cache_clear()
    table = read_model()
    model = (np.array(table.coefficients), table.intercept)
    print(f"coefficients of {table.fitted}, fitted on {table.trained_on}; scores printed as per cent\n")
    report_wice(arguments.wice, model, table.not_found_below, table.supported_from)
    if arguments.attributionbench is not None:
        report_bench(arguments.attributionbench, model)
    test = read_wice(arguments.wice, "test")
    parts = [test] if test is not None else []
    if arguments.attributionbench is not None:
        found = [read_bench(arguments.attributionbench, name) for name in BENCH_PARTS if name.startswith("test,")]
        parts += [part for part in found if part is not None]
    print("\nCalibration on the test parts: mean score, share supported, count")
    labels = np.concatenate([part.supported for part in parts])
    for mean, share, count in curve(labels, np.concatenate([predict(part, model) for part in parts])):
        print(f"  {mean:.2f}  {share:.2f}  {count}")


if __name__ == "__main__":
    main()
