"""Untrusted files in child processes: what they do there is one problem of that file, and nothing is left."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from bombs import BOMBS
from odd_readers import odd_reader

from workbench.case.exhibits import read_document, read_documents
from workbench.case.loader import load_case
from workbench.case.pages import ReadLimits, UnreadableFileError
from workbench.case.readers import READERS
from workbench.case.reading_pool import ReadingPool
from workbench.errors import CaseError, InputError

LIMITS = ReadLimits(pages=50, characters=1_000_000, unzipped=1_000_000)
MEMORY = (
    r"(takes more than 200 MB of memory to read"
    r"|ended the process that reads it \(SIGABRT\); a file that wants more than 200 MB of memory does that)"
    r"; open it .* print it to a new PDF"
)
TIME = r"takes more than 3 seconds to read"
DAMAGED = r"a damaged (PDF|DOCX)"
READABLE = None
ANY = ""
OUTCOMES = {
    "forms.pdf": MEMORY,
    "content.pdf": MEMORY,
    "packed-twice.pdf": MEMORY,
    "tree.pdf": DAMAGED,
    "repeats.pdf": TIME,
    "page.pdf": READABLE,
    "matrix.pdf": ANY,
    "picture.pdf": READABLE,
    "paths.pdf": MEMORY,
    "arrays.pdf": READABLE,
    "font.pdf": READABLE,
    "notes.pdf": rf"{TIME}|{MEMORY}",
    "objects.pdf": ANY,
    "elements.docx": MEMORY,
    "deep.docx": DAMAGED,
    "tables.docx": READABLE,
    "attributes.docx": rf"{DAMAGED}|{MEMORY}",
    "laughs.docx": DAMAGED,
    "zeros.docx": MEMORY,
    "word.docx": MEMORY,
    "members.docx": READABLE,
    "feeds.txt": "more than 5,000 pages",
    "marks.txt": READABLE,
}
"""Message about each bomb under the limits of these tests; ANY where PDFium may give up or read nothing."""


@pytest.fixture(autouse=True)
def nothing_left(tmp_path, monkeypatch):
    """No child, no zombie, no temporary file and no core file."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.chdir(folder)
    # A browser or a Redis server that serves the whole session stays.
    before = set(psutil.Process().children(recursive=True))
    yield
    assert [child.name() for child in set(psutil.Process().children(recursive=True)) - before] == []
    assert list(folder.iterdir()) == []


@pytest.fixture
def odd(tmp_path, monkeypatch):
    """Makes a file for the odd reader, which stands in the place of that for PDF."""
    monkeypatch.setitem(READERS, ".pdf", odd_reader())

    def make(words: str, name: str = "a.pdf") -> Path:
        path = tmp_path / name
        path.write_text(words)
        return path

    return make


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_document(path, name=path.name)
    (problem,) = caught.value.problems
    assert problem.file == path.name
    return problem.what


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_one_problem(name, tmp_path, monkeypatch):
    for suffix in (".pdf", ".docx"):
        monkeypatch.setitem(READERS, suffix, READERS[suffix]._replace(memory=200_000_000, seconds=3.0))
    path = tmp_path / name
    path.write_bytes(BOMBS[name]())
    (read,) = read_documents([(path, name)])
    expected = OUTCOMES[name]
    if isinstance(read, InputError):
        (problem,) = read.problems
        assert expected is not READABLE
        assert re.match(expected, f"{problem.what}; {problem.remedy}"), problem
        assert problem.file == name
    else:
        assert expected in (READABLE, ANY)
        assert sum(map(len, read.pages)) < 1_000


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("allocate 400000000", "takes more than 300 MB of memory to read"),
        ("swallow 4000000000", "takes more than 300 MB of memory to read"),
        ("signal SIGABRT", "ended the process that reads it (SIGABRT); a file that wants more than 300 MB of memory"),
        ("signal SIGSEGV", "ended the process that reads it (SIGSEGV)"),
        ("signal SIGKILL", "ended the process that reads it (SIGKILL)"),
        ("exit 3", "ended the process that reads it (status 3)"),
        ("raise secrets of the client", "a file on which its reader fails (RuntimeError)"),
        ("lie secrets", "a file that misleads its reader"),
    ],
)
def test_failure_of_reader_is_named(odd, words, what):
    told = refusal(odd(words))
    assert told.startswith(what)
    assert "secrets" not in told


@pytest.mark.parametrize(("words", "limit"), [("compute", "0.3"), ("sleep", "3")])
def test_reader_without_end_is_stopped(odd, words, limit, monkeypatch):
    """By the time that it computes, or else, where it only waits, by the clock."""
    monkeypatch.setitem(READERS, ".pdf", odd_reader(seconds=0.3))
    assert refusal(odd(words)) == f"takes more than {limit} seconds to read"


def test_reader_that_prints_is_read(odd):
    assert read_document(odd("print noise")).pages == ("read noise",)


def test_hostile_exhibit_costs_only_itself(folder, settings, monkeypatch):
    monkeypatch.setitem(READERS, ".md", odd_reader())
    files = sorted((folder / "exhibits").glob("*.md"))
    for number, file in enumerate(files):
        file.write_text("signal SIGABRT" if number == 0 else f"text {number}")
    read = read_documents([(file, file.name) for file in files], settings=settings)
    assert isinstance(read[0], InputError)
    assert [document.pages for document in read[1:]] == [(f"read {n}",) for n in range(1, len(files))]
    with pytest.raises(CaseError, match=rf"exhibits/{files[0].name}': ended the process that reads it \(SIGABRT\)"):
        load_case(folder, settings=settings)


def test_child_killed_while_reading(odd):
    before = set(psutil.Process().children())

    def kill_child() -> None:
        while not (children := [*set(psutil.Process().children()) - before]):
            time.sleep(0.01)
        children[0].kill()

    files = [(odd("sleep", "slow.pdf"), "slow.pdf"), (odd("text"), "a.pdf")]
    with ThreadPoolExecutor(1) as thread:
        killing = thread.submit(kill_child)
        slow, other = read_documents([files[0]])[0], read_documents([files[1]])[0]
        killing.result()
    assert "SIGKILL" in str(slow)
    assert other.pages == ("read ",)


def test_child_ends_with_its_parent(odd):
    code = f"""
from pathlib import Path
from odd_readers import odd_reader
from workbench.case.exhibits import read_document
from workbench.case.readers import READERS
READERS[".pdf"] = odd_reader()
read_document(Path({str(odd("sleep"))!r}))
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    parent = subprocess.Popen([sys.executable, "-c", code], env=environment)
    while not (children := psutil.Process(parent.pid).children()):
        assert parent.poll() is None
        time.sleep(0.05)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    _, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []


def test_interrupted_reading_leaves_no_child(odd):
    def interrupt(_done: int, _count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_documents([(odd("text"), "a.pdf"), (odd("sleep", "b.pdf"), "b.pdf")], on_progress=interrupt)


def test_progress_counts_files(odd):
    counted = []
    read_documents([(odd("text", f"{n}.pdf"), "") for n in range(3)], on_progress=lambda *at: counted.append(at))
    assert counted == [(1, 3), (2, 3), (3, 3)]


def test_child_is_used_again_until_spent():
    reader = odd_reader()
    with ReadingPool() as pool:
        pids = [pool.read(reader, b"pid", LIMITS).pages[0].text for _ in range(3)]
        assert len(set(pids)) == 1
        pool.read(reader, b"allocate 150000000", LIMITS)
        assert pool.read(reader, b"pid", LIMITS).pages[0].text not in pids
        with pytest.raises(UnreadableFileError):
            pool.read(reader, b"exit 1", LIMITS)
        assert pool.read(reader, b"text", LIMITS).pages[0].text == "read "


def test_patient_pool_waits_for_its_child():
    reader = odd_reader()
    with ReadingPool(patience_s=600) as pool, ThreadPoolExecutor(2) as threads:
        pids = [
            each.result().pages[0].text
            for each in [threads.submit(pool.read, reader, b"pid", LIMITS) for _ in range(4)]
        ]
    assert len(set(pids)) == 1


def test_closed_pool_ends_the_wait():
    reader = odd_reader()
    with ReadingPool(patience_s=600) as pool, ThreadPoolExecutor(2) as threads:
        begun = [threads.submit(pool.read, reader, b"sleep", LIMITS) for _ in range(2)]
        pool.close()
        for each in begun:
            with pytest.raises(UnreadableFileError):
                each.result()


def test_secrets_do_not_reach_the_child(odd, monkeypatch):
    for name in ("OPENAI_API_KEY", "WORKBENCH_ENCRYPTION_KEY", "REDIS_PASSWORD", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "secret")
    (page,) = read_document(odd("environment")).pages
    assert "PATH" in page.split()
    assert not {name for name in page.split() if "SECRET" in name or name.startswith(("OPENAI", "WORKBENCH", "REDIS"))}


def test_child_imports_little_beside_pdfium():
    """Each child pays for its imports before it reads its first page."""
    code = (
        "import sys, pypdfium2; before = set(sys.modules); "
        "import workbench.case.reading_child, workbench.case.pdf_text; "
        "print(*sorted(name for name in set(sys.modules) - before if not name.startswith('workbench')))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"orjson", "pydantic", "inspect", "dataclasses", "statistics", "importlib.metadata"} & set(out)


def test_no_process_is_one_problem(odd, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert refusal(odd("text")) == (
        "cannot be read now: no process could be started (Resource temporarily unavailable)"
    )


def test_many_threads_read_at_once(odd):
    files = [odd(f"text {number}", f"{number}.pdf") for number in range(24)]
    with ThreadPoolExecutor(12) as threads:
        documents = list(threads.map(read_document, files))
    assert [document.pages for document in documents] == [(f"read {number}",) for number in range(24)]
