"""Package of 40 exhibits and 500 pages beside plain merging by qpdf; 5,000 pages with flat memory.

The exhibits are PDF files set by Typst with embedded fonts. The package is a letter, an index, covers, the exhibits,
stamps, labels, bookmarks and links; plain merging is qpdf's own `--pages` (by pikepdf, in a process of its own like
the package), which makes none of these. Both write to the same disk; times are medians of some rounds, by turns, of
the work alone, without the start of Python. The letter's own typesetting is part of the package's time and is also
shown by itself. Memory is the peak of the process.

    python tests/benchmarks/export.py [--rounds N] [--json]
"""

from __future__ import annotations

import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pikepdf
import typst
from measure import CASES, TEXT, median, options, report, rounds

from workbench.export.notebook import petition_notebook
from workbench.export.package import export_package
from workbench.export.pdf import render_pdf
from workbench.export.petition import read_petition
from workbench.live.snapshot import ExhibitState, LetterHead, SectionState, Snapshot

ROUNDS = 3
EXHIBITS, PAGES, MANY = 40, 500, 10
"""The last: times as many exhibits, of as many pages each."""
QUICK_EXHIBITS, QUICK_PAGES, QUICK_MANY = 4, 20, 2
"""With ``--rounds 1``: whether it runs, not the goal's size."""
SECTIONS = 12


def write_exhibits(folder: Path, count: int, pages: int) -> None:
    """Writes PDF files, in all of so many pages."""
    words = (CASES / "minimal" / "exhibits" / "article.md").read_text(encoding="utf-8").split()
    per_file = [pages // count + (number < pages % count) for number in range(count)]
    for number, length in enumerate(per_file, start=1):
        begin = number * 37 % len(words)
        body = " ".join((words[begin:] + words) * 2)[:2_400].translate(dict.fromkeys(map(ord, "#@$*_<>[]`=-+/\\~")))
        source = '#set page(paper: "us-letter")\n' + "\n#pagebreak()\n".join(
            f"Page {page} of exhibit {number}. {body}" for page in range(1, length + 1)
        )
        (folder / f"e{number}.pdf").write_bytes(typst.compile(source.encode()))


def build_snapshot(folder: Path, count: int) -> Snapshot:
    """Builds a run with these exhibits, and a letter that cites the first 40."""
    exhibits = []
    for number in range(1, count + 1):
        raw = (folder / f"e{number}.pdf").read_bytes()
        with pikepdf.open(folder / f"e{number}.pdf") as pdf:
            length = len(pdf.pages)
        exhibits.append(
            ExhibitState(
                exhibit_id=f"e{number}", number=number, title=f"Record {number} of the benchmark", kind="record",
                date="1957-02", pages=length, sha256=hashlib.sha256(raw).hexdigest(),
            )
        )  # fmt: skip
    sections = []
    for section in range(SECTIONS):
        # The letter is the same for any number of exhibits: its typesetting takes memory, too.
        cited = [exhibit for exhibit in exhibits[:EXHIBITS] if exhibit.number % SECTIONS == section]
        content = "\n\n".join(f"{TEXT[:1500].replace('[@medal, p. 1]', '')} [@{e.exhibit_id}, p. 1]." for e in cited)
        sections.append(SectionState(section_id=f"s{section}", title=f"Section {section}", content=content))
    return Snapshot(
        thread_id="benchmark", user_id="ada", case_id="benchmark", status="completed", sections=tuple(sections),
        exhibits=tuple(exhibits), letter=LetterHead(beneficiary="Dr. Chien-Shiung Wu"),
        updated_at="2026-11-23T10:05:00Z", last_event_id="1-1",
    )  # fmt: skip


class FolderRun(NamedTuple):
    """A snapshot whose exhibits are files of a folder."""

    snapshot: Snapshot
    folder: Path

    def exhibit_file(self, exhibit_id: str) -> tuple[str, bytes]:
        name = f"{exhibit_id}.pdf"
        return name, (self.folder / name).read_bytes()


def measure_child(kind: str, folder: Path, count: int) -> dict[str, float]:
    """Runs one measurement in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--child", kind, str(folder), str(count)], capture_output=True, text=True, check=True
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def run_child(kind: str, folder: Path, count: int) -> None:
    """Does the work of one measurement and prints its figures."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as out:
        if kind == "qpdf":
            files = [str(folder / f"e{number}.pdf") for number in range(1, count + 1)]
            begun = time.perf_counter()
            pikepdf.Job(["qpdf", "--empty", "--pages", *files, "--", f"{out}/merged.pdf"]).run()
        else:
            snapshot = build_snapshot(folder, count)
            if kind == "letter":
                begun = time.perf_counter()
                render_pdf(read_petition(petition_notebook(snapshot), pinned=True))
            else:
                begun = time.perf_counter()
                package = export_package(FolderRun(snapshot, folder), out=out)
                assert not package.troubles
        seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak}))


def main() -> None:
    as_json, count = options().json, rounds(ROUNDS)
    exhibits, fewer, times = (EXHIBITS, PAGES, MANY) if count > 1 else (QUICK_EXHIBITS, QUICK_PAGES, QUICK_MANY)
    pages = f"{fewer * times:,} pages"
    with tempfile.TemporaryDirectory() as name:
        few, many = Path(name, "few"), Path(name, "many")
        few.mkdir()
        write_exhibits(few, exhibits, fewer)
        taken: dict[str, list[dict[str, float]]] = {"qpdf": [], "package": [], "letter": []}
        for _ in range(count):
            for kind, figures in taken.items():
                figures.append(measure_child(kind, few, exhibits))
        seconds = {kind: median([each["seconds"] for each in figures]) for kind, figures in taken.items()}
        many.mkdir()
        write_exhibits(many, exhibits * times, fewer * times)
        large = measure_child("package", many, exhibits * times)
        peak = median([each["peak"] for each in taken["package"]])
    report(
        "export",
        {
            f"qpdf merges {exhibits} exhibits, {fewer} pages (s)": seconds["qpdf"],
            "package of them, letter included (s)": seconds["package"],
            "letter alone (s)": seconds["letter"],
            f"package of {fewer} pages, peak (MB)": peak,
            f"package of {pages} (s)": large["seconds"],
            f"package of {pages}, peak (MB)": large["peak"],
        },
        {
            "package beside qpdf (times)": (seconds["package"] / seconds["qpdf"], 3.0),
            f"peak of {pages} beside {fewer} (times)": (large["peak"] / peak, 1.5),
        },
        as_json=as_json,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        run_child(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
