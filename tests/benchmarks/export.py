"""Package of 40 exhibits and 500 pages beside plain merging by qpdf; letter of 60 pages beside nbconvert's webpdf.

**Package.** The exhibits are PDF files set by Typst with embedded fonts; in a second set every other exhibit is
scanned, at 200 dots an inch. The package is a letter, an index, covers, the exhibits, stamps, labels, bookmarks and
links, and each exhibit is inspected in a child process; plain merging is qpdf's own `--pages` (by pikepdf, in a process
of its own like the package), which does none of these. Both write to the same disk; times are medians of some rounds,
by turns, of the work alone, without the start of Python. Processor time is that of the process and its children, which
other work on the machine changes less. The letter's own typesetting is part of the package's time; the ratio without it
is shown, too, for plain merging has no letter. Memory is the peak of the process, for ten times as many pages of as
many exhibits, and of ten times as many exhibits.

**Letter.** One notebook: to PDF and to DOCX by the exporters in one process, as `workbench export --to pdf,docx` does;
by two commands `jupyter nbconvert --to petition_pdf` and `petition_docx`; and by `jupyter nbconvert --to webpdf`, which
makes the PDF alone. Times are of whole processes, with the start of Python. Playwright is told where this machine's
Chromium is, which webpdf has no option for, and that no host is known, so that it does not wait for MathJax.

    python tests/benchmarks/export.py [--rounds N] [--json]
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import nbformat
import pikepdf
import typst
from measure import CASES, TEXT, median, options, report, rounds
from tools import CHROMIUM, CHROMIUM_OPTIONS, find_program

from workbench.export.notebook import petition_notebook
from workbench.export.package import export_package
from workbench.export.pdf import render_pdf
from workbench.export.petition import read_petition
from workbench.live.snapshot import ExhibitState, LetterHead, SectionState, Snapshot

ROUNDS = 3
EXHIBITS, PAGES, MANY, PARAGRAPHS = 40, 500, 10, 24
"""``MANY``: times as many pages. ``PARAGRAPHS``: of each section of the letter of 60 pages."""
QUICK_EXHIBITS, QUICK_PAGES, QUICK_MANY, QUICK_PARAGRAPHS = 4, 20, 2, 2
"""With ``--rounds 1``: whether it runs, not the goal's size."""
SECTIONS = 12
SCAN_DPI = 200
SENTENCE = (
    "The beneficiary measured the rates of slow reactions between 4 and 40 kelvin, and the referees of the journal "
    "called the result the first of its kind [@e{}, p. 1]."
)


def write_exhibits(folder: Path, count: int, pages: int) -> None:
    """Writes PDF files, in all of so many pages, into a new folder."""
    folder.mkdir()
    words = (CASES / "minimal" / "exhibits" / "article.md").read_text(encoding="utf-8").split()
    per_file = [pages // count + (number < pages % count) for number in range(count)]
    for number, length in enumerate(per_file, start=1):
        begin = number * 37 % len(words)
        body = " ".join((words[begin:] + words) * 2)[:2_400].translate(dict.fromkeys(map(ord, "#@$*_<>[]`=-+/\\~")))
        source = '#set page(paper: "us-letter")\n' + "\n#pagebreak()\n".join(
            f"Page {page} of exhibit {number}. {body}" for page in range(1, length + 1)
        )
        (folder / f"e{number}.pdf").write_bytes(typst.compile(source.encode()))


def scan_exhibits(typed: Path, folder: Path) -> None:
    """Writes the same exhibits, every other one as pictures of its pages."""
    folder.mkdir()
    for number, path in enumerate(sorted(typed.glob("*.pdf"))):
        (folder / path.name).write_bytes(_scan_pages(path) if number % 2 else path.read_bytes())


def _scan_pages(path: Path) -> bytes:
    import pypdfium2  # here, as in other functions: the package's memory is measured without them
    from PIL import Image

    pages: list[Image.Image] = []
    for page in pypdfium2.PdfDocument(path):
        bitmap = page.render(scale=SCAN_DPI / 72, grayscale=True)
        # With grain, as scanners give it; without, white paper takes nothing.
        picture = bitmap.to_pil().convert("L")
        pages.append(Image.blend(picture, Image.effect_noise(picture.size, 24), 0.12))
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=SCAN_DPI, quality=60)
    return out.getvalue()


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


def write_notebook(snapshot: Snapshot, path: Path, paragraphs: int) -> int:
    """Writes the notebook of a long letter; returns the number of its pages."""
    sections = []
    for first, section in enumerate(snapshot.sections):
        parts = []
        for number in range(paragraphs):
            exhibit = 1 + (first * paragraphs + number) % len(snapshot.exhibits)
            text = " ".join([SENTENCE.format(exhibit)] * 4)
            head = f"### Point {number // 8 + 1}\n\n" if number % 8 == 3 else ""
            parts.append(f"{head}> {text}" if number % 9 == 5 else f"{head}{text}")
        sections.append(section.model_copy(update={"content": "\n\n".join(parts)}))
    notebook = petition_notebook(snapshot.model_copy(update={"sections": tuple(sections)}))
    nbformat.write(notebook, path)
    with pikepdf.open(io.BytesIO(render_pdf(read_petition(notebook)))) as pdf:
        return len(pdf.pages)


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
            begun, computed = time.perf_counter(), _read_processor()
            pikepdf.Job(["qpdf", "--empty", "--pages", *files, "--", f"{out}/merged.pdf"]).run()
        else:
            snapshot = build_snapshot(folder, count)
            if kind == "letter":
                begun, computed = time.perf_counter(), _read_processor()
                render_pdf(read_petition(petition_notebook(snapshot), pinned=True))
            else:
                begun, computed = time.perf_counter(), _read_processor()
                package = export_package(FolderRun(snapshot, folder), out=out)
                assert not package.troubles
        seconds, processor = time.perf_counter() - begun, _read_processor() - computed
    print(json.dumps({"seconds": seconds, "processor": processor, "peak": _read_peak()}))


def _read_processor() -> float:
    """Returns the processor time of this process and of its children that have ended, in seconds."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _read_peak() -> float:
    """Returns the peak of this process's memory, in MB."""
    # On Linux, ru_maxrss of a child begins with its parent's.
    with contextlib.suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
        return int(found[1]) / 1024 if found else 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def write_formats(notebook: Path) -> None:
    """Writes PDF and DOCX of a notebook beside it."""
    from workbench.export.exporters import PetitionDOCXExporter, PetitionPDFExporter

    for exporter in (PetitionPDFExporter(), PetitionDOCXExporter()):
        output, resources = exporter.from_filename(str(notebook))
        notebook.with_suffix(resources["output_extension"]).write_bytes(output)


def run_webpdf(notebook: Path) -> None:
    """Is ``jupyter nbconvert --to webpdf`` with the browser of this machine."""
    from nbconvert.nbconvertapp import NbConvertApp
    from playwright.async_api import BrowserType

    launch, program = BrowserType.launch, find_program(*CHROMIUM)
    BrowserType.launch = lambda self, **given: launch(self, executable_path=program, **given)  # type: ignore[method-assign]
    # A second --no-sandbox does no harm; without the first, webpdf refuses to run as root.
    browser = [*CHROMIUM_OPTIONS, "--host-resolver-rules=MAP * ~NOTFOUND"]
    NbConvertApp.launch_instance(
        ["--to", "webpdf", "--log-level", "ERROR", "--output", "web", str(notebook)]
        + [f"--WebPDFExporter.browser_args={argument}" for argument in browser]
    )


def measure_letter(notebook: Path) -> dict[str, float]:
    """Measures the three ways from a notebook to files, each in processes of its own."""
    child = [sys.executable, __file__, "--child"]
    exporters = [f"workbench.export.exporters.Petition{kind}Exporter" for kind in ("PDF", "DOCX")]
    nbconvert = [[sys.executable, "-m", "nbconvert", "--log-level", "ERROR", "--output", "own", "--to", name, notebook]
                 for name in exporters]  # fmt: skip
    ways = {
        "formats": [[*child, "formats", notebook]], "webpdf": [[*child, "webpdf", notebook]], "commands": nbconvert
    }  # fmt: skip
    taken = {}
    for way, commands in ways.items():
        begun = time.perf_counter()
        for command in commands:
            subprocess.run([str(part) for part in command], capture_output=True, check=True)
        taken[way] = time.perf_counter() - begun
    assert (notebook.parent / "web.pdf").stat().st_size > 10_000
    return taken


def main() -> None:
    if find_program(*CHROMIUM) is None:
        sys.exit(f"{CHROMIUM[0]} is missing, which webpdf needs")
    as_json, count = options().json, rounds(ROUNDS)
    exhibits, fewer, times, paragraphs = (
        (EXHIBITS, PAGES, MANY, PARAGRAPHS)
        if count > 1
        else (QUICK_EXHIBITS, QUICK_PAGES, QUICK_MANY, QUICK_PARAGRAPHS)
    )
    with tempfile.TemporaryDirectory() as name:
        typed, scanned, longer, more = (Path(name, part) for part in ("typed", "scanned", "longer", "more"))
        notebook = Path(name, "petition.ipynb")
        write_exhibits(typed, exhibits, fewer)
        scan_exhibits(typed, scanned)
        write_exhibits(longer, exhibits, fewer * times)
        write_exhibits(more, exhibits * times, fewer * times)
        length = write_notebook(build_snapshot(typed, exhibits), notebook, paragraphs)
        jobs = [("letter", typed), *((kind, folder) for folder in (typed, scanned) for kind in ("qpdf", "package"))]
        taken: dict[tuple[str, Path], list[dict[str, float]]] = {job: [] for job in jobs}
        ways: list[dict[str, float]] = []
        for _ in range(count):
            for kind, folder in jobs:
                taken[kind, folder].append(measure_child(kind, folder, exhibits))
            ways.append(measure_letter(notebook))
        of_longer = measure_child("package", longer, exhibits)
        of_more = measure_child("package", more, exhibits * times)
        size = sum(path.stat().st_size for path in scanned.iterdir()) / 1e6
    seconds = {job: median([each["seconds"] for each in figures]) for job, figures in taken.items()}
    processor = {job: median([each["processor"] for each in figures]) for job, figures in taken.items()}
    peak = median([each["peak"] for each in taken["package", typed]])
    letter = seconds["letter", typed]
    way = {name: median([each[name] for each in ways]) for name in ways[0]}
    files, pages = f"{exhibits} exhibits, {fewer} pages", f"{fewer * times:,} pages"
    report(
        "export",
        {
            f"qpdf merges {files} (s)": seconds["qpdf", typed],
            "package of them, letter included (s)": seconds["package", typed],
            "letter alone (s)": letter,
            f"qpdf merges {files}, half scanned, {size:.0f} MB (s)": seconds["qpdf", scanned],
            "package of them, letter included, half scanned (s)": seconds["package", scanned],
            "package without letter beside qpdf (times)": (seconds["package", typed] - letter) / seconds["qpdf", typed],
            "the same, half scanned (times)": (seconds["package", scanned] - letter) / seconds["qpdf", scanned],
            "processor time: qpdf (s)": processor["qpdf", typed],
            "processor time: package, letter included (s)": processor["package", typed],
            "processor time: letter alone (s)": processor["letter", typed],
            "processor time: qpdf, half scanned (s)": processor["qpdf", scanned],
            "processor time: package, half scanned (s)": processor["package", scanned],
            f"package of {fewer} pages, peak (MB)": peak,
            f"package of {pages}, {exhibits} exhibits (s)": of_longer["seconds"],
            f"package of {pages}, {exhibits} exhibits, peak (MB)": of_longer["peak"],
            f"package of {pages}, {exhibits * times} exhibits (s)": of_more["seconds"],
            f"package of {pages}, {exhibits * times} exhibits, peak (MB)": of_more["peak"],
            f"letter of {length} pages to PDF and DOCX (s)": way["formats"],
            "the same by two commands of nbconvert (s)": way["commands"],
            "the same by nbconvert's webpdf, PDF only (s)": way["webpdf"],
        },
        {
            "package beside qpdf (times)": (seconds["package", typed] / seconds["qpdf", typed], 3.0),
            "package beside qpdf, half scanned (times)": (seconds["package", scanned] / seconds["qpdf", scanned], 3.0),
            f"peak of {pages} beside {fewer} (times)": (of_longer["peak"] / peak, 1.5),
            f"the same, of {exhibits * times} exhibits (times)": (of_more["peak"] / peak, 1.5),
            "letter to PDF and DOCX beside webpdf (times)": (way["formats"] / way["webpdf"], 1.0),
        },
        as_json=as_json,
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--child", "formats", notebook]:
            write_formats(Path(notebook))
        case ["--child", "webpdf", notebook]:
            run_webpdf(Path(notebook))
        case ["--child", kind, folder, count]:
            run_child(kind, Path(folder), int(count))
        case _:
            main()
