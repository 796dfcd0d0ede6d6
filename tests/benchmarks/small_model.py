"""Invented numbers, names and citations of a real small model that are flagged: 100 sentences labelled by hand.

The sentences are in ``tests/cases/small_model_sentences.json``, each with its labels and their reason. They are checked
as one letter, a paragraph each, against the sample case. A sentence that invents something is flagged by a finding at
its line (``any``), by one that compares it with the exhibits (``compared``: without ``claim-uncited``, which flags
whatever cites nothing), or by its verdict in the support score (``verdict``: not found, contradicted, or partly).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

from measure import options, report

import workbench
from workbench.checks.letter import read_letter
from workbench.checks.support.support import sentence_verdicts

SENTENCES = Path(__file__).resolve().parents[1] / "cases" / "small_model_sentences.json"
INVENTED = ("number", "name", "citation")
LABELS = (*INVENTED, "claim", "none")
UNCITED = "claim-uncited"
DOUBTED = {"not found", "contradicted", "partly"}


def main() -> None:
    data = json.loads(SENTENCES.read_text(encoding="utf-8"))
    rows = data["sentences"]
    case = workbench.load_case(data["case"])
    # Two lines a sentence, so that a line is a sentence.
    text = "\n\n".join(row["text"] for row in rows) + "\n"
    found: dict[int, set[str]] = defaultdict(set)
    for finding in workbench.check(text, case=case).findings:
        if finding.line is not None and finding.severity != "info":
            found[(finding.line - 1) // 2].add(finding.check)
    doubted: set[int] = set()
    for verdict in sentence_verdicts(read_letter(text, case)):
        if verdict.verdict in DOUBTED:
            doubted.add((verdict.line - 1) // 2)
    compared = {place for place, checks in found.items() if checks - {UNCITED}}
    figures: dict[str, float] = {}
    shown: list[str] = []
    for label in ("invented", *LABELS):
        wanted = INVENTED if label == "invented" else (label,)
        places = {place for place, row in enumerate(rows) if set(row["labels"]) & set(wanted)}
        flagged = {
            "any": set(found),
            "compared": compared,
            "verdict": doubted,
            "compared or verdict": compared | doubted,
        }
        shares = {name: len(places & each) / len(places) for name, each in flagged.items()}
        figures |= {f"{label}: share flagged, {name}": round(share, 3) for name, share in shares.items()}
        shown.append(f"  {label:<10} n {len(places):<3}" + "".join(f"  {name} {shares[name]:4.0%}" for name in shares))
    missed = [
        f"  missed ({', '.join(row['labels'])}: {row['why']}): {row['text']}"
        for place, row in enumerate(rows)
        if set(row["labels"]) & set(INVENTED) and place not in found and place not in doubted
    ]
    if not options().json:
        by_check = Counter(check for checks in found.values() for check in checks)
        print(
            "\n".join([f"{len(rows)} sentences", *shown, f"findings by check: {dict(by_check.most_common())}", *missed])
        )
    share = figures["invented: share flagged, compared or verdict"]
    report("small_model", figures, {"invented and not flagged, share": (1 - share, 0.1)})


if __name__ == "__main__":
    main()
