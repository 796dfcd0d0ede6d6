"""Opening a case of 1,000 exhibit pages, cold and warm, beside `pdftotext`; and files made to break their reader.

The case has 25 PDF files of 40 pages, set by Typst with embedded fonts. Cold is `load_case` with an empty cache, warm
the same again; `pdftotext` of Poppler reads the same files one after another, and two at a time. "pdfium alone" is the
floor of our reader: one process a core, which opens the pages with pypdfium2 and takes their text, and nothing else.
Each is the median of some rounds, by turns; processor time is that of all processes. Then every bomb of
``tests/support/bombs.py`` is uploaded to a server that must answer meanwhile: time, peak memory of the child, growth of
the server's own, and its slowest answer.
"""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import psutil
import typst
from measure import CASES, embedded_home, median, report, rounds

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from bombs import BOMBS

import workbench
from workbench.case.loader import load_case
from workbench.case.reading_pool import CORES
from workbench.config import Settings
from workbench.server.app import create_app
from workbench.server.auth import author_token
from workbench.server.uvicorn_server import WorkbenchServer, listening_socket
from workbench.workflow.loop import BackgroundLoop

ROUNDS = 3
FILES, PAGES = 25, 40
QUICK_FILES = 1
"""Of one round."""
QUICK = ("tree.pdf", "laughs.docx")
"""Bombs of one round; all of them take minutes, and tests/case/test_reading_process.py reads each."""
EXHIBIT = (
    "  - {{id: extra-{0}, title: Record {0}, kind: other, date: 2020-01-02, file: exhibits/{0}.pdf, source: made}}\n"
)


def write_exhibits(folder: Path, number_of_files: int) -> list[Path]:
    """Adds files of 40 pages to a copy of a case."""
    words = (CASES / "minimal" / "exhibits" / "article.md").read_text(encoding="utf-8").split()
    words = [word for word in words if word.isalpha()]
    rng = random.Random(7)  # noqa: S311 - words, not secrets
    files = []
    for number in range(number_of_files):
        pages = [" ".join(rng.choice(words) for _ in range(420)) for _ in range(PAGES)]
        source = '#set page(paper: "us-letter")\n#set text(size: 10pt)\n' + "\n#pagebreak()\n".join(pages)
        files.append(folder / "exhibits" / f"{number}.pdf")
        files[-1].write_bytes(typst.compile(source.encode()))
    with (folder / "case.yaml").open("a", encoding="utf-8") as case:
        case.writelines(EXHIBIT.format(number) for number in range(number_of_files))
    return files


PDFIUM_ALONE = """
import sys
import pypdfium2
for file in sys.argv[1:]:
    document = pypdfium2.PdfDocument(file)
    for number in range(len(document)):
        page = document[number]
        textpage = page.get_textpage()
        textpage.get_text_bounded()
        textpage.close()
        page.close()
    document.close()
"""


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def read_with_pdftotext(files: list[Path], at_once: int) -> None:
    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(lambda file: subprocess.run(["pdftotext", file, "/dev/null"], check=True), files))


def read_with_pdfium(files: list[Path]) -> None:
    shares = [files[core::CORES] for core in range(CORES)]
    children = [subprocess.Popen([sys.executable, "-c", PDFIUM_ALONE, *share]) for share in shares if share]
    statuses = [child.wait() for child in children]
    if any(statuses):
        raise RuntimeError("pdfium alone has failed")


def processor_seconds() -> float:
    """Processor time of this process, and of the children that have ended."""
    return sum(os.times()[:4])


def measure_opening() -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    with tempfile.TemporaryDirectory(prefix="wb-") as place:
        folder = Path(place) / "minimal"
        shutil.copytree(CASES / "minimal", folder)
        files = write_exhibits(folder, FILES if rounds(ROUNDS) > 1 else QUICK_FILES)
        times: dict[str, list[float]] = {}
        processor: dict[str, list[float]] = {}

        def time_act(name: str, act: Callable[[], object]) -> None:
            began = processor_seconds()
            times.setdefault(name, []).append(seconds(act))
            processor.setdefault(name, []).append(processor_seconds() - began)

        for number in range(rounds(ROUNDS)):
            settings = Settings(home=Path(place) / f"home{number}", cases=Path(place))
            time_act("cold", lambda: load_case(folder, settings=settings))  # noqa: B023 - called at once
            time_act("warm", lambda: load_case(folder, settings=settings))  # noqa: B023
            time_act("pdftotext", lambda: read_with_pdftotext(files, 1))
            time_act("pdftotext, two at a time", lambda: read_with_pdftotext(files, 2))
            time_act("pdfium alone", lambda: read_with_pdfium(files))
        pages = sum(len(document.pages) for document in load_case(folder, settings=settings).documents.values())
    found = {name: median(values) for name, values in times.items()}
    figures = {"cores": float(CORES), "exhibit pages": float(pages)}
    figures |= {f"{name}, s": value for name, value in found.items()}
    figures |= {
        f"{name}: processor time a page, ms": 1_000 * median(values) / pages for name, values in processor.items()
    }
    for name in ("pdftotext, two at a time", "pdfium alone"):
        figures[f"cold / {name}"] = found["cold"] / found[name]
    goals = {"cold / pdftotext": (found["cold"] / found["pdftotext"], 1.0), "warm, s": (found["warm"], 0.3)}
    return figures, goals


@contextmanager
def served(settings: Settings) -> Iterator[tuple[str, str]]:
    """A server of this process, and a run that takes exhibits: address and token, run."""
    run = workbench.prepare("minimal", user_id="benchmark", settings=settings)
    loop = BackgroundLoop.current()
    bound = listening_socket("127.0.0.1", 0)
    server = WorkbenchServer(create_app(settings), bound)
    loop.call(server.begin())
    try:
        yield server.url, run.thread_id
    finally:
        loop.call(server.end())
        loop.close()


def upload(url: str, token: str, thread_id: str, name: str, content: bytes) -> int:
    """Uploads a file; returns the status."""
    body = io.BytesIO()
    body.write(f'--xyz\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode())
    body.write(content + b"\r\n--xyz--\r\n")
    headers = {"authorization": f"Bearer {token}", "content-type": "multipart/form-data; boundary=xyz"}
    request = urllib.request.Request(f"{url}/api/upload-exhibit/{thread_id}", body.getvalue(), headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own server
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


class Watch:
    """Peak memory of the children, and the slowest answer of the server, while it lasts."""

    def __init__(self, url: str) -> None:
        self.peak_mb = self.slowest_s = 0.0
        self._url = url
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=act) for act in (self._weigh, self._ask)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _weigh(self) -> None:
        while not self._is_over.wait(0.01):
            for child in psutil.Process().children():
                try:
                    self.peak_mb = max(self.peak_mb, child.memory_info().rss / 1e6)
                except psutil.Error:  # it has ended
                    continue

    def _ask(self) -> None:
        while not self._is_over.wait(0.02):
            self.slowest_s = max(self.slowest_s, seconds(urllib.request.urlopen(f"{self._url}/health").read))  # noqa: S310


def measure_bombs() -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    names = [name for name in BOMBS if rounds(ROUNDS) > 1 or name in QUICK]
    figures: dict[str, float] = {}
    server_errors, peaks, slowest = 0, [], []
    with embedded_home() as settings, served(settings) as (url, thread_id):
        before = psutil.Process().memory_info().rss
        for name in names:
            content = BOMBS[name]()
            with Watch(url) as watch:
                began = time.perf_counter()
                status = upload(url, author_token(settings), thread_id, name, content)
            figures |= {
                f"{name}: status": float(status),
                f"{name}: s": time.perf_counter() - began,
                f"{name}: peak of the child, MB": watch.peak_mb,
            }
            server_errors += status >= 500
            peaks.append(watch.peak_mb)
            slowest.append(watch.slowest_s)
        figures["growth of the server, MB"] = (psutil.Process().memory_info().rss - before) / 1e6
        left = [child for child in psutil.Process().children() if child.name().startswith("python")]
    goals = {
        "bombs: errors of the server": (float(server_errors), 0.0),
        "bombs: children left": (float(len(left)), 0.0),
        "bombs: peak of a child, MB": (max(peaks), 1_300.0),
        "bombs: slowest other answer, s": (max(slowest), 1.0),
    }
    return figures, goals


if __name__ == "__main__":
    opening, bombs = measure_opening(), measure_bombs()
    report("reading", opening[0] | bombs[0], opening[1] | bombs[1])
