"""Invented numbers, names and citations of a real small model that are flagged: 100 sentences labelled by hand.

The sentences are in ``tests/cases/small_model_sentences.json``, each with its labels and their reason. They are checked
as one letter, a paragraph each, against the sample case. A sentence that invents something is flagged by a finding at
its line (``any``), by a finding that compares it with the exhibits (``compared``: without ``claim-uncited``, which flags
whatever cites nothing), or by its verdict in the support score (``verdict``: not found, contradicted, or partly).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import workbench
from workbench.checks.letter import read_letter
from workbench.checks.support import sentence_verdicts

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
    print(f"{len(rows)} sentences; flagged by any finding, by one that compares with the exhibits, by the verdict")
    for label in ("number, name or citation", *LABELS):
        wanted = INVENTED if label.startswith("number,") else (label,)
        places = {place for place, row in enumerate(rows) if set(row["labels"]) & set(wanted)}
        shares = [len(places & flagged) / len(places) for flagged in (set(found), compared, doubted)]
        either = len(places & (compared | doubted)) / len(places)
        print(
            f"  {label:<26} n {len(places):<3}  any {shares[0]:4.0%}   compared {shares[1]:4.0%}   verdict {shares[2]:4.0%}"
            f"   compared or verdict {either:4.0%}"
        )
    print("findings by check:", dict(Counter(check for checks in found.values() for check in checks).most_common()))
    missed = [
        row
        for place, row in enumerate(rows)
        if set(row["labels"]) & set(INVENTED) and place not in found and place not in doubted
    ]
    for row in missed:
        print(f"  missed ({', '.join(row['labels'])}: {row['why']}): {row['text']}")


if __name__ == "__main__":
    main()
