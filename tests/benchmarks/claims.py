"""Alarms on claims of public sets that nobody here wrote: on supported ones they are false, on others they are caught.

Claims of WiCE and AttributionBench become letters: each claim is a paragraph that cites its evidence, which is an
exhibit of the letter's case. The sets are read from folders and are no part of this project; docs/evaluation.md tells
how to fetch them. Without a set, the three short letters of ``field_letters.py`` are checked.

    python tests/benchmarks/claims.py --wice PATH --attributionbench PATH [--list]
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE), str(_HERE.parent / "support")]

from field_letters import field_letters, make_case  # noqa: E402
from measure import report  # noqa: E402
from support import BENCH_PARTS, WICE, read_rows  # noqa: E402

from workbench.case.loader import load_case  # noqa: E402
from workbench.case.model import Case  # noqa: E402
from workbench.checks.draft import DraftSection  # noqa: E402
from workbench.checks.finding import Finding  # noqa: E402
from workbench.checks.letter import Letter  # noqa: E402
from workbench.checks.registry import CHECKS  # noqa: E402

FALSE_ERRORS, FALSE_WARNINGS = 2, 20
"""Goals, per 1,000 sentences of supported claims."""
COMPARING = frozenset(("consistency", "entity", "fact", "qualifier", "quotation", "support", "wording"))
SUPPORTED, PARTLY, UNSUPPORTED = "supported", "partly supported", "not supported"
WICE_LABELS = {"supported": SUPPORTED, "partially_supported": PARTLY, "not_supported": UNSUPPORTED}
LETTER = 30
"""Claims of one letter, and thus exhibits of its case: as many as a short petition has."""
PAGE = 3_000
"""Characters of an exhibit's page."""
SHORTEST = 25
"""Characters from which a claim is a sentence; shorter ones are answers of a word."""


class Claim(NamedTuple):
    """A claim with what readers called it, and the pages that it rests on."""

    label: str
    text: str
    pages: tuple[str, ...]


def read_wice(root: Path) -> Iterator[Claim]:
    for split in ("dev", "test"):
        for row in read_rows(root / WICE / f"{split}.jsonl"):
            lines = [re.sub(r"^\(meta data\) [A-Z ]+: ", "", line) for line in row["evidence"]]
            yield Claim(WICE_LABELS[row["label"]], clean(row["claim"]), make_pages(lines))


def read_bench(root: Path) -> Iterator[Claim]:
    for name in BENCH_PARTS.values():
        file = root / "data" / f"{name}.jsonl"
        for row in read_rows(file) if file.is_file() else ():
            label = SUPPORTED if row["attribution_label"] == "attributable" else UNSUPPORTED
            # A reference may open with its number and its address.
            texts = [re.sub(r"^\[\d+\] (?:https?://\S+)?", "", text).strip() for text in row["references"]]
            pages = [page for text in texts for page in make_pages(re.split(r"(?<=[.!?])\s+", text))]
            yield Claim(label, clean(row["claim"]), tuple(pages))


def clean(claim: str) -> str:
    """Returns a claim without marks of citations, of emphasis and of lists, and without its final point."""
    text = re.sub(r"\s*\[@?\^?\d+\^?(?:, ?\d+)*\]|\*\*|[\[\]]", "", claim)
    text = " ".join(text.split()).strip(" .,;:-*#")
    return text[:1].upper() + text[1:]


def make_pages(sentences: Iterable[str]) -> tuple[str, ...]:
    pages: list[str] = []
    for sentence in filter(None, sentences):
        if pages and len(pages[-1]) + len(sentence) <= PAGE:
            pages[-1] += f"\n{sentence}"
        else:
            pages.append(sentence)
    return tuple(pages)


def make_letters(claims: list[Claim], base: Case) -> Iterator[DraftSection]:
    for at in range(0, len(claims), LETTER):
        chosen = claims[at : at + LETTER]
        case = make_case("Ilse Maren", "Maren", {f"e{n}": claim.pages for n, claim in enumerate(chosen)}, base)
        text = "\n\n".join(f"{claim.text} [@e{n}]." for n, claim in enumerate(chosen))
        yield DraftSection("intro", text, case)


def find_alarms(draft: DraftSection) -> Iterator[Finding]:
    """Finds the errors and warnings of the checks that compare, on a letter of one section."""
    letter = Letter("letter", draft.content, (draft,), draft.case)
    for check in CHECKS:
        if check.id in COMPARING:
            found = check.run(letter if check.scope == "letter" else draft)
            yield from (finding for finding in found if finding.severity != "info")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--wice", type=Path, help="folder of the repository ryokamoi/wice")
    parser.add_argument("--attributionbench", type=Path, help="folder of the repository OSU-NLP-Group/AttributionBench")
    parser.add_argument("--list", action="store_true", help="print each alarm on a supported claim")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rounds", type=int, help="letters of each label, at most")
    return parser.parse_args()


def main() -> None:
    options = parse_options()
    base = load_case("wu")
    claims = [*(read_wice(options.wice) if options.wice else ())]
    claims += read_bench(options.attributionbench) if options.attributionbench else ()
    by_label: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if len(claim.text) >= SHORTEST and claim.pages:
            by_label[claim.label].append(claim)
    letters: dict[str, list[DraftSection]] = {}
    for label, chosen in sorted(by_label.items(), reverse=True):
        random.Random(24).shuffle(chosen)  # noqa: S311 - the order of a letter, no secret
        letters[label] = [*make_letters(chosen, base)]
    letters = letters or {SUPPORTED: [*field_letters(base).values()]}
    letters = {label: drafts[: options.rounds] for label, drafts in letters.items()}
    figures: dict[str, float] = {}
    for label, drafts in letters.items():
        sentences = sum(len(draft.sentences) for draft in drafts)
        paragraphs = sum(block.kind == "paragraph" for draft in drafts for block in draft.blocks)
        alarms: Counter[str] = Counter()
        alarmed = 0
        for draft in drafts:
            found = [*find_alarms(draft)]
            alarms.update(f"{one.severity}s of {one.check}" for one in found)
            alarms.update(f"{one.severity}s" for one in found)
            alarmed += len({one.line for one in found})
            if options.list and label == SUPPORTED:
                for one in found:
                    print(f"{one.severity} {one.check}: {one.message}\n    in: {one.quote}")
        figures |= {f"{label}: paragraphs": paragraphs, f"{label}: sentences": sentences}
        figures[f"{label}: paragraphs with an alarm, %"] = 100 * alarmed / paragraphs
        figures |= {
            f"{label}: {what} per 1,000 sentences": 1000 * count / sentences
            for what, count in sorted(alarms.items(), key=lambda item: (item[0].count(" "), -item[1]))
        }
    of_supported = f"{SUPPORTED}: {{}} per 1,000 sentences"
    goals = {
        "false errors per 1,000 sentences": (figures.get(of_supported.format("errors"), 0.0), FALSE_ERRORS),
        "false warnings per 1,000 sentences": (figures.get(of_supported.format("warnings"), 0.0), FALSE_WARNINGS),
    }
    report("claims", figures, goals, as_json=options.json)


if __name__ == "__main__":
    main()
