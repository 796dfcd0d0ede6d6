"""A draft of 60 pages checked against 1,000 exhibit pages, beside `pdftotext` of the same pages.

The exhibits are 25 PDF files of 40 pages of invented sentences with names, numbers and dates; the draft takes 1,100
sentences from them, a fifth as quotations, in a Markdown letter that numbers its exhibits itself. Cold is the command
`workbench check` with an empty home: reading, indexing and checking, of which forked processes take a part. Then the
same command runs again, and once more after one sentence of the draft has changed: both are new processes, which
import, load the texts and check everything. The goals of the warm check and of the changed sentence are those of a
process that is up, as a kernel in which somebody edits the letter: `workbench.check` once more, and after the change.
A new process cannot reach the second, for its imports alone take longer than 0.2 s. At last the pages of
two letters are drawn, of which one has four times the findings of the other.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import typst
from measure import CASES, median, report, rounds

import workbench
from workbench.case.loader import load_case
from workbench.case.reading_pool import CORES
from workbench.checks.report_html import render_page
from workbench.config import Settings

FILES, PAGES, SENTENCES_A_PAGE, CITED = 25, 40, 22, 1100
FINDINGS = 1_000
QUICK_FILES, QUICK_CITED, QUICK_FINDINGS = 1, 20, 50
"""With ``--rounds 1``: whether it runs, not the goal's size."""
SUBJECTS = [
    "The committee",
    "The laboratory",
    "Her group",
    "The journal",
    "The ministry",
    "The hospital",
    "The institute",
    "His team",
]
VERBS = ["reported", "reviewed", "measured", "published", "funded", "tested", "described", "selected"]
OBJECTS = [
    "samples",
    "articles",
    "patients",
    "proposals",
    "detectors",
    "alloys",
    "citations",
    "reactors",
    "manuscripts",
    "genomes",
]
PLACES = ["Oslo", "Lagos", "Quito", "Hanoi", "Tbilisi", "Austin", "Porto", "Sapporo", "Nairobi", "Tallinn"]
MONTHS = ["January", "March", "April", "June", "July", "September", "October", "December"]
KINDS = [
    "annealed",
    "rare",
    "clinical",
    "frozen",
    "synthetic",
    "early",
    "peer-reviewed",
    "annual",
    "regional",
    "magnetic",
]
EXHIBIT = (
    "  - {{id: extra-{0}, title: Record {0}, kind: other, date: 2020-01-02, file: exhibits/{0}.pdf, source: made}}\n"
)


def make_sentence(rng: random.Random) -> str:
    return (
        f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.randint(2, 9999):,} {rng.choice(KINDS)} "
        f"{rng.choice(OBJECTS)} "
        f"in {rng.choice(PLACES)} on {rng.choice(MONTHS)} {rng.randint(1, 28)}, {rng.randint(1990, 2024)}, "
        f"with {rng.randint(3, 98)} percent of the {rng.choice(KINDS)} {rng.choice(OBJECTS)} kept."
    )


def write_case(folder: Path, count: int, cited: int) -> tuple[list[Path], str]:
    """Adds so many files of 40 pages to a copy of a case; returns them, and a letter of so many cited sentences."""
    rng = random.Random(11)  # noqa: S311 - words, not secrets
    before = load_case(folder, settings=Settings(home=folder.parent / "none", cases=folder.parent))
    first = len(before.exhibits) + 1
    files, sentences = [], []
    for number in range(count):
        pages = [[make_sentence(rng) for _ in range(SENTENCES_A_PAGE)] for _ in range(PAGES)]
        sentences += [(text, first + number, page) for page, texts in enumerate(pages, start=1) for text in texts]
        source = '#set page(paper: "us-letter")\n#set text(size: 10pt)\n' + "\n#pagebreak()\n".join(
            map(" ".join, pages)
        )
        files.append(folder / "exhibits" / f"{number}.pdf")
        files[-1].write_bytes(typst.compile(source.encode()))
    with (folder / "case.yaml").open("a", encoding="utf-8") as case:
        case.writelines(EXHIBIT.format(number) for number in range(count))
    letter = []
    for place, (text, number, page) in enumerate(rng.sample(sentences, cited)):
        if place % 30 == 0:
            letter.append(f"\n\n## {place // 30 + 1} Findings of record {place // 30 + 1}\n\n")
        elif place % 4 == 0:
            letter.append("\n\n")
        cite = f"(Exhibit {number}, p. {page}.)"
        letter.append(f"The record says: “{text}” {cite} " if place % 5 == 0 else f"{text[:-1]} {cite} ")
    return files, "".join(letter)


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def measure_page(findings: int) -> float:
    """Draws the page of a letter with so many findings; seconds, the shortest of three times."""
    letter = "\n\n".join(f"She won [TODO] number {number}." for number in range(findings))
    checked = workbench.check(letter)
    return min(seconds(lambda: render_page(checked)) for _ in range(3))


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="wb-") as place:
        folder, draft = Path(place) / "minimal", Path(place) / "draft.md"
        shutil.copytree(CASES / "minimal", folder)
        size = (FILES, CITED) if rounds(3) > 1 else (QUICK_FILES, QUICK_CITED)
        files, letter = write_case(folder, *size)
        draft.write_text(letter, encoding="utf-8")
        times: dict[str, list[float]] = {name: [] for name in ("cold", "again", "anew", "warm", "changed", "pdftotext")}
        for number in range(rounds(3)):
            home = Path(place) / f"home{number}"
            home.mkdir(mode=0o700)
            command = [
                str(Path(sys.executable).with_name("workbench")),
                "check",
                str(draft),
                "--case",
                str(folder),
                "--json",
            ]

            def run_command(command: list[str] = command, home: Path = home) -> None:
                done = subprocess.run(
                    command, env=os.environ | {"WORKBENCH_HOME": str(home)}, capture_output=True, check=False
                )
                assert done.stdout.startswith(b'{"findings":'), done.stderr

            times["cold"].append(seconds(run_command))
            times["again"].append(seconds(run_command))
            place_of_change = len(letter) // 2 + number * 1000
            changed = letter[:place_of_change] + letter[place_of_change:].replace(" percent ", " per cent ", 1)
            draft.write_text(changed, encoding="utf-8")
            times["anew"].append(seconds(run_command))
            draft.write_text(letter, encoding="utf-8")
            times["pdftotext"].append(
                seconds(lambda: [subprocess.run(["pdftotext", file, "/dev/null"], check=True) for file in files])
            )
            case = load_case(folder, settings=Settings(home=home, cases=Path(place)))
            first = workbench.check(letter, case)
            times["warm"].append(seconds(lambda: workbench.check(letter, case)))  # noqa: B023 - called at once
            times["changed"].append(seconds(lambda: workbench.check(changed, case)))  # noqa: B023
    found = {name: median(values) for name, values in times.items()}
    count = FINDINGS if rounds(3) > 1 else QUICK_FINDINGS
    page, page_of_four = measure_page(count), measure_page(4 * count)
    figures = {
        "cores": float(CORES),
        "pages of the exhibits": float(len(files) * PAGES),
        "words of the draft": float(len(letter.split())),
    } | {
        "sentences with a verdict": float(len(first.sentences)),
        "findings": float(len(first.findings)),
        "command, cold, s": found["cold"],
        "command again, s": found["again"],
        "command after a changed sentence, s": found["anew"],
        "pdftotext, s": found["pdftotext"],
        "cold / pdftotext": found["cold"] / found["pdftotext"],
        "page of 4 times the findings / page": page_of_four / page,
    }
    goals = {
        "cold, s": (found["cold"], 10.0),
        "warm, in one process, s": (found["warm"], 1.0),
        "after a changed sentence, in one process, s": (found["changed"], 0.2),
    }
    report("check", figures, goals)


if __name__ == "__main__":
    main()
