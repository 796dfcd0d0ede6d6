"""Examples of style from approved sections of earlier runs, with a model that is an endpoint on the network."""

from __future__ import annotations

import json
import shutil

import pytest
from pydantic import SecretStr
from scripted_endpoint import streams

import workbench
from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.errors import StoreUnavailableError
from workbench.live.archive import archive_folder
from workbench.live.audit import find_broken_entry
from workbench.live.redis_store import RedisStore
from workbench.text.digest import text_digest
from workbench.text.encryption import new_key
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.repository import RunRepository, read_audit
from workbench.workflow.style_memory import StyleMemory

from .conftest import CASES

OWN = "Dr. Example received the Invented Medal for Chemistry on 4 May 2021 [@medal, p. 1].\n"
EARLIER = (
    "Moreover, the record shows how the Invented Medal for Chemistry was given to Dr. Example [@medal, p. 1].\n\n"
    "Dr. Example received it on 4 May 2021 [@medal, p. 1].\n"
)
OTHER = (
    "As the record shows, Dr. Muster received the Lyon Medal for Chemistry on 4 May 2021 [@lyon-medal, p. 1]. Moreover,"
    " the medal of Lyon is open to chemists of every country [@lyon-medal, p. 2].\n"
)
HEAD = "Examples of style"


@pytest.fixture
def other(tmp_path):
    """Another client's case."""
    folder = tmp_path / "other"
    shutil.copytree(CASES / "minimal", folder)
    for path in folder.rglob("*.*"):
        text = path.read_text()
        for name, becomes in {
            "Ada Example": "Berta Muster",
            "Dr. Example": "Dr. Muster",
            "surname: Example": "surname: Muster",
            "Invented Medal": "Lyon Medal",
            "id: medal": "id: lyon-medal",
            "exhibit: medal": "exhibit: lyon-medal",
            "case_id: minimal": "case_id: berta-muster",
        }.items():
            text = text.replace(name, becomes)
        path.write_text(text)
    return folder


def draft(settings, endpoint, text, case="minimal", **options):
    endpoint.acts = [streams(text)]
    options = {"sections": ("awards",), "max_revisions": 0} | options
    run = workbench.start(
        load_case(case, settings=settings), settings=settings, options=RunOptions(**options), user_id="ada"
    )
    run.wait(60)
    return run


def approved(settings, endpoint, text=EARLIER, case="minimal"):
    run = draft(settings, endpoint, text, case)
    run.approve("awards", user_id="b.partner")
    return run


def with_style(settings, scope, **fields):
    return settings.model_copy(update={"style_memory": scope, **fields})


def sent(endpoint):
    return json.dumps(endpoint.posted[-1].body, ensure_ascii=False)


def shown(run, settings):
    return [entry for entry in read_audit(run.thread_id, settings) if entry.action == "show_style"]


def test_client_is_shown_own_sections(online, endpoint):
    first = approved(online, endpoint)
    settings = with_style(online, "client")
    run = draft(settings, endpoint, OWN)
    assert HEAD in sent(endpoint)
    assert (
        "Moreover, the record shows how the Invented Medal for Chemistry was given to Dr. Example [citation]."
        in sent(endpoint)
    )
    assert first.thread_id not in sent(endpoint)
    (entry,) = shown(run, settings)
    text = endpoint.posted[-1].body["messages"][1]["content"].split("```text example of style 1\n")[1].split("\n```")[0]
    assert (entry.section_id, entry.after) == ("awards", text_digest(text))
    assert (
        f"section awards of run {first.thread_id} (the same client's), approved as {text_digest(EARLIER)}" in entry.note
    )
    assert find_broken_entry(read_audit(run.thread_id, settings)) is None
    (line,) = (line.message for line in run.snapshot.logs if line.agent == "memory")
    assert line.endswith("1 excerpt of approved sections as examples of style")


def test_off_reads_no_run(online, endpoint, monkeypatch):
    approved(online, endpoint)
    before = endpoint.posted[-1].body
    monkeypatch.setattr(RunRepository, "newest", None)  # would be called, and fail
    run = draft(online, endpoint, OWN)
    assert endpoint.posted[-1].body == before, "the prompt is as without the setting"
    assert run.snapshot.section("awards").status == "completed"
    assert shown(run, online) == []


def test_other_client_needs_firm(online, endpoint, other):
    approved(online, endpoint, OTHER, other)
    draft(with_style(online, "client"), endpoint, OWN)
    assert HEAD not in sent(endpoint)


def test_firm_sends_no_other_client_name(online, endpoint, other):
    first = approved(online, endpoint, OTHER, other)
    settings = with_style(online, "firm")
    run = draft(settings, endpoint, OWN)
    assert "As the record shows, Dr. [name] received [name] on [number] [name] [number] [citation]." in sent(endpoint)
    for name in ("Berta", "Muster", "Lyon", "lyon", "berta", "b.partner", first.thread_id):
        assert name not in sent(endpoint)
    (entry,) = shown(run, settings)
    assert "another client's, names removed" in entry.note
    (line,) = (line.message for line in run.snapshot.logs if line.agent == "memory")
    assert line.endswith("1 of other clients without names")


def test_unapproved_section_is_never_sent(online, endpoint):
    draft(online, endpoint, EARLIER)
    withdrawn = approved(online, endpoint)
    withdrawn.withdraw("awards", user_id="b.partner")
    draft(with_style(online, "firm"), endpoint, OWN)
    assert HEAD not in sent(endpoint)


def test_only_sections_of_same_kind(online, endpoint):
    approved(online, endpoint)
    text = "Dr. Example was elected a Fellow of the Invented Academy of Chemistry [@academy, p. 1].\n"
    draft(with_style(online, "client"), endpoint, text, sections=("membership",))
    assert HEAD not in sent(endpoint)


def test_newest_two_are_sent(online, endpoint):
    for word in ("first", "second", "third"):
        approved(online, endpoint, f"The {word} draft shows that Dr. Example received it [@medal, p. 1].\n")
    draft(with_style(online, "client"), endpoint, OWN)
    assert [word for word in ("first", "second", "third") if f"The {word} draft" in sent(endpoint)] == [
        "second",
        "third",
    ]
    assert sent(endpoint).index("The third draft") < sent(endpoint).index("The second draft")


def test_archived_and_encrypted_runs_are_read(online, endpoint, caplog):
    online = online.model_copy(update={"encryption_key": SecretStr(new_key())})
    first = approved(online, endpoint)
    damaged = approved(online, endpoint)
    (archive_folder(online.home, damaged.thread_id) / "snapshot.json").write_bytes(b"{")
    delete_keys(online, first.thread_id, damaged.thread_id)
    draft(with_style(online, "client"), endpoint, OWN)
    assert "Moreover, the record shows how the Invented Medal" in sent(endpoint)
    assert f"the archive of run {damaged.thread_id}" in caplog.text


def test_offline_assembler_reads_no_run(online, monkeypatch):
    monkeypatch.setattr(RunRepository, "newest", None)
    settings = with_style(online, "firm", model=None)
    run = workbench.start("minimal", settings=settings, options=RunOptions(sections=("awards",)))
    assert run.wait(60).section("awards").status in {"completed", "needs_review"}


def test_facts_of_example_are_flagged(online, endpoint, other):
    """Facts and names that are copied from an example stand on no page of this case: the checks report them."""
    approved(online, endpoint, OTHER, other)
    settings = with_style(online, "firm")
    copied = (
        "As the record shows, [name] received the [name] on [number] [citation].\n\n"
        "Dr. Example received the Lyon Medal for Chemistry on 9 June 1987 [@medal, p. 1].\n\n"
        "Dr. Muster received it [@medal, p. 1].\n"
    )
    findings = draft(settings, endpoint, copied).snapshot.section("awards").findings
    assert HEAD in sent(endpoint)
    assert sum(finding.check == "placeholder" and finding.severity == "error" for finding in findings) == 4
    words = {finding.quote for finding in findings if finding.check in {"entity", "fact"}}
    assert {"Lyon Medal for Chemistry", "9 June 1987", "Dr. Muster"} <= words
    # An exhibit of the other case is none of this one.
    findings = draft(settings, endpoint, OTHER).snapshot.section("awards").findings
    assert ("exhibit-exists", "error") in {(finding.check, finding.severity) for finding in findings}


def test_newest_runs_are_bounded(online, endpoint):
    runs = [draft(online, endpoint, OWN).thread_id for _ in range(3)]
    delete_keys(online, runs[0])

    async def ids(limit):
        return [snapshot.thread_id async for snapshot in RunRepository(online).newest(limit)]

    loop = BackgroundLoop.current()
    assert loop.call(ids(9)) == [runs[2], runs[1], runs[0]]
    assert loop.call(ids(2)) == [runs[2], runs[1]]
    assert loop.call(ids(0)) == []


async def test_lost_store_gives_no_examples(minimal, caplog):
    class LostRepository(RunRepository):
        async def newest(self, limit):
            raise StoreUnavailableError("the store is gone")
            yield

    memory = StyleMemory(LostRepository(Settings()), "firm", minimal, "t", ["awards"])
    assert await memory.find("awards") == ()
    assert "no examples of style: the store is gone" in caplog.text


def delete_keys(settings, *thread_ids):
    """Lets the keys of runs go, as their time to live does."""
    loop = BackgroundLoop.current()
    store = loop.call(loop.store(settings))
    assert isinstance(store, RedisStore)
    for thread_id in thread_ids:
        loop.call(store.expire(thread_id, 0.001))
    while set(loop.call(store.threads())) & set(thread_ids):
        pass
