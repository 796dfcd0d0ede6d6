"""Whole runs under an encryption key.

Nothing of the case can be read on the disk, and everything else goes as without a key.
"""

from __future__ import annotations

import asyncio
import logging
import re
import tempfile
from pathlib import Path

import pytest
from pydantic import SecretStr

import workbench
from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.drafting.prompts.templates import SHIPPED_FOLDER, PromptLibrary
from workbench.errors import StoreError
from workbench.live.embedded import stop_server
from workbench.live.rekey import rekey
from workbench.text.encryption import Cipher, new_key
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.repository import list_runs

from .conftest import CASES, UNATTENDED, GatedModel, SampleModel, start

OLD, NEW = new_key(), new_key()
NOTE = "The heliotrope memorandum of the second consultant arrived on a Tuesday."


def with_key(settings: Settings, *keys: str) -> Settings:
    return settings.model_copy(update={"encryption_key": SecretStr(",".join(keys)) if keys else None})


@pytest.fixture
def place():
    """Settings of a home whose files are searched."""
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        settings = Settings(home=Path(folder, "home"), cases=CASES)
        yield settings
        BackgroundLoop.current().close()
        stop_server(settings)


def a_whole_run(settings: Settings, tmp_path: Path):
    """Runs a case with an added exhibit to its end."""
    added = tmp_path / "memorandum.txt"
    added.write_text(NOTE)
    run = workbench.prepare(
        load_case("minimal", settings=settings), settings=settings, model=SampleModel(), options=UNATTENDED
    )
    run.add_exhibit(added, title="Consultant memorandum, heliotrope")
    run.start()
    return run.wait(60), run


def phrases(snapshot, run) -> set[bytes]:
    """Confidential phrases of a run.

    They are sequences of words of drafts, exhibit pages, letter head and titles.
    """
    texts = [section.content for section in snapshot.sections]
    texts += [exhibit.title for exhibit in snapshot.exhibits]
    texts += [
        run.page_text(exhibit.exhibit_id, page) for exhibit in snapshot.exhibits for page in range(1, exhibit.pages + 1)
    ]
    texts += [
        snapshot.letter.case_title,
        snapshot.letter.petitioner,
        snapshot.letter.beneficiary,
        *snapshot.letter.counsel,
    ]
    words = {match.strip() for text in texts for match in re.findall(r"[\w .,;()'-]{12,}", text)}
    return {phrase.encode() for phrase in words if " " in phrase}


def readable(home: Path, sought: set[bytes]) -> dict[str, bytes]:
    """Lists files under a home that hold a phrase.

    With the phrases in them.
    """
    found = {}
    for path in home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            found |= {path.relative_to(home).as_posix(): phrase for phrase in sought if phrase in data}
    return found


def test_encrypted_run_leaves_no_clear_text(place, tmp_path):
    settings = with_key(place, NEW)
    snapshot, run = a_whole_run(settings, tmp_path)
    assert snapshot.status == "completed"
    sought = phrases(snapshot, run)
    assert len(sought) > 100
    assert NOTE.encode() in sought
    assert readable(place.home, sought) == {}
    kid = Cipher.of(settings).kid.encode()
    sealed = {path.name for path in place.home.rglob("*") if path.is_file() and kid in path.read_bytes()}
    archived = {"snapshot.json", "events.jsonl", "pages.json", "audit.jsonl"}
    assert sealed >= {"run.json", "case.yaml", "memorandum.txt", "appendonly.aof.1.incr.aof", *archived}


def test_rekey_leaves_no_clear_text(place, tmp_path):
    snapshot, run = a_whole_run(place, tmp_path)
    sought = phrases(snapshot, run)
    in_clear = readable(place.home, sought)
    folder = f"archive/{run.thread_id}"
    assert set(in_clear) >= {
        "redis/appendonlydir/appendonly.aof.1.incr.aof", f"{folder}/snapshot.json", f"{folder}/events.jsonl",
        f"{folder}/pages.json", f"runs/{run.thread_id}/run.json", f"runs/{run.thread_id}/case.yaml",
        f"runs/{run.thread_id}/exhibits/memorandum.txt",
    }  # fmt: skip
    loop = BackgroundLoop.current()
    store = loop.call(loop.store(place))
    loop.call(store.command("CONFIG SET", "rdbcompression", "no"))  # or a sentence would be hidden, not gone
    loop.call(store.command("BGREWRITEAOF"))  # now it stands in the other kind of file
    loop.close()
    done = asyncio.run(rekey(with_key(place, NEW)))
    assert done.complete
    assert readable(place.home, sought) == {}
    assert workbench.attach(run.thread_id, settings=with_key(place, NEW)).snapshot.to_json() == snapshot.to_json()


def test_encrypted_run_is_followed_and_archived(place, minimal, until):
    settings = with_key(place, NEW)
    model = GatedModel("publications")
    run = start(minimal, settings, model)
    assert model.asked["publications"].wait(20)
    follower = workbench.attach(run.thread_id, settings=settings)
    model.let_go("publications")
    ended = run.wait(60)
    assert until(follower, lambda s: s.status == "completed").to_json() == ended.to_json()
    text = follower.page_text("medal", 1)
    loop = BackgroundLoop.current()
    loop.call(loop.call(loop.store(settings)).expire(run.thread_id, 0))
    again = workbench.attach(run.thread_id, settings=settings)
    assert again.snapshot.to_json() == ended.to_json()
    assert again.page_text("medal", 1) == text


def test_run_continues_under_new_key(place, minimal, until, tmp_path):
    model = GatedModel("publications")
    run = start(minimal, with_key(place, OLD), model)
    assert model.asked["publications"].wait(20)
    (tmp_path / "memorandum.txt").write_text(NOTE)
    run.add_exhibit(tmp_path / "memorandum.txt")
    BackgroundLoop.current().close()
    with pytest.raises(StoreError, match=f"encrypted with the key {Cipher.of(with_key(place, OLD)).kid}"):
        workbench.resume(run.thread_id, model=SampleModel(), settings=with_key(place, NEW))
    again = workbench.resume(run.thread_id, model=SampleModel(), settings=with_key(place, NEW, OLD))
    assert again.wait(60).status == "completed"
    assert again.page_text("memorandum", 1) == NOTE
    BackgroundLoop.current().close()
    assert asyncio.run(rekey(with_key(place, NEW, OLD))).complete
    assert workbench.attach(run.thread_id, settings=with_key(place, NEW)).snapshot.status == "completed"


def test_fork_keeps_exhibits_and_prompts_encrypted(place, tmp_path):
    settings = with_key(place, NEW)
    _, run = a_whole_run(settings, tmp_path)
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    shipped = (SHIPPED_FOLDER / "awards.md").read_text()
    (prompts / "awards.md").write_text(f"{shipped}\n{NOTE}\n")
    branch = workbench.fork(run.thread_id, prompts=prompts, model=SampleModel(), settings=settings)
    BackgroundLoop.current().close()
    again = workbench.resume(branch.thread_id, model=SampleModel(), settings=settings)
    assert again.wait(60).status == "completed"
    version = PromptLibrary.shipped(prompts).version("awards")
    assert again.snapshot.section("awards").prompt_version == version
    assert again.page_text("memorandum", 1) == NOTE
    assert readable(place.home, {NOTE.encode()}) == {}
    kept = {path.name for path in (place.home / "runs" / branch.thread_id).rglob("*") if path.is_file()}
    assert kept == {"run.json", "case.yaml", "memorandum.txt"}, "the prompts stand in run.json"


def test_undecryptable_run_hides_no_other_run(place, minimal, caplog):
    sealed = start(minimal, with_key(place, OLD))
    sealed.wait(60)
    clear = start(minimal, place)
    clear.wait(60)
    with caplog.at_level(logging.WARNING, logger="workbench"):
        listed = list_runs(settings=with_key(place, NEW)).runs
    assert [snapshot.thread_id for snapshot in listed] == [clear.thread_id]
    said = [record.getMessage() for record in caplog.records if sealed.thread_id in record.getMessage()]
    assert said
    assert all("WORKBENCH_ENCRYPTION_KEY" in line and len(line.splitlines()) == 1 for line in said)
    with pytest.raises(StoreError, match="WORKBENCH_ENCRYPTION_KEY"):
        workbench.attach(sealed.thread_id, settings=place)


def test_two_keys_are_two_stores(place):
    loop = BackgroundLoop.current()
    stores = [loop.call(loop.store(with_key(place, key))) for key in (OLD, NEW, OLD)]
    assert stores[0] is stores[2]
    assert stores[0] is not stores[1]
