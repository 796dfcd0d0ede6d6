"""Exhibits that are added to a run: from a file or from memory, without holding the run up."""

from __future__ import annotations

import threading

import psutil
import pytest
from odd_readers import odd_reader

import workbench
from workbench.case.readers import READERS
from workbench.errors import InputError

from .conftest import GatedModel, SampleModel, start


def test_uploaded_exhibit_is_written_once(minimal, settings, tmp_path):
    """Its bytes lie in the run's folder only, readable by their user."""
    run = workbench.prepare(minimal, settings=settings, model=SampleModel())
    name = run.add_exhibit("Letter of the academy.txt", content=b"The medal is given by the academy.")
    (written,) = (settings.home / "runs" / run.thread_id).rglob(f"{name}.txt")
    assert written.read_bytes() == b"The medal is given by the academy."
    assert written.stat().st_mode & 0o777 == 0o600
    assert run.page_text(name, 1) == "The medal is given by the academy."
    assert run.snapshot.exhibits[-1].title == "Letter of the academy"


def test_empty_upload_is_refused(minimal, settings):
    run = workbench.prepare(minimal, settings=settings, model=SampleModel())
    with pytest.raises(InputError, match=r"a\.txt: the file is empty"):
        run.add_exhibit("a.txt", content=b"")


def test_commands_do_not_wait_for_reading(minimal, settings, until, tmp_path, monkeypatch):
    monkeypatch.setitem(READERS, ".pdf", odd_reader())
    run = start(minimal, settings, model := GatedModel("publications"))
    until(run, lambda snapshot: snapshot.section("awards").status == "completed")
    refusals = []

    def add() -> None:
        try:
            run.add_exhibit("slow.pdf", content=b"sleep")
        except InputError as error:
            refusals.append(str(error))

    adding = threading.Thread(target=add)
    adding.start()
    while not (children := [child for child in psutil.Process().children() if "serve(" in " ".join(child.cmdline())]):
        assert adding.is_alive()
    run.lock("awards")
    run.pause()
    model.let_go("publications")
    until(run, lambda snapshot: snapshot.status == "paused")
    assert adding.is_alive()
    for child in children:
        child.kill()
    adding.join()
    assert refusals[0].startswith("slow.pdf: ended the process that reads it (SIGKILL)")
    assert len(run.snapshot.exhibits) == 4
