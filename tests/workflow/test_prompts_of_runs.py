"""Runs and the active prompts.

A new run takes them, and keeps them whatever is promoted meanwhile.
"""

from __future__ import annotations

import hashlib
import json

import pytest

import workbench
from workbench.drafting.prompts.prompt_text import SYSTEM
from workbench.drafting.prompts.templates import SHIPPED_FOLDER, PromptLibrary
from workbench.errors import InputError
from workbench.export.manifest import KEY
from workbench.export.notebook import petition_notebook
from workbench.tuning.prompt_store import PromptStore
from workbench.workflow.assignment import digest_passages
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.run_folder import RunFolder

from .conftest import SECTIONS, UNATTENDED, GatedModel, SampleModel, drafted, start

WHO = {"author": "b.partner", "note": "shorter"}


@pytest.fixture
def settings(settings, tmp_path):
    folder = tmp_path / "firm"
    folder.mkdir()
    return settings.model_copy(update={"prompts": folder})


@pytest.fixture
def store(settings):
    return PromptStore(settings)


def saved(store, section_id, words):
    return store.save(section_id, f"{store.get(f'{section_id}@shipped').text}\n{words}\n", **WHO)


def promoted(store, section_id, words):
    version = saved(store, section_id, words)
    store.promote(version.ref, user_id="a.partner")
    return version


def versions(run):
    return {section.section_id: section.prompt_version for section in run.snapshot.sections}


def test_new_run_uses_active_prompts(minimal, settings, store):
    awards, system = promoted(store, "awards", "Use short sentences."), promoted(store, SYSTEM, "Be plain.")
    model = SampleModel()
    run = start(minimal, settings, model)
    snapshot = run.wait(60)
    asked = {request.section_id: request for request in model.requests}
    assert "Use short sentences." in asked["awards"].user
    assert all("Be plain." in request.system for request in model.requests)
    assert versions(run)["awards"] == f"{awards.ref}+{system.digest}"
    for version in versions(run).values():
        section, _, digest = version.partition("+")
        assert store.get(version).ref == section
        assert store.get(f"system@{digest}") == system
    notebook = petition_notebook(snapshot, audit=run.audit())
    manifest = notebook.metadata[KEY]
    assert {row["section_id"]: row["prompt_version"] for row in manifest["sections"]} == versions(run)
    cells = [cell.metadata[KEY] for cell in notebook.cells if cell.metadata[KEY]["role"] == "section"]
    assert {cell["section_id"]: cell["prompt_version"] for cell in cells} == versions(run)
    assert {row["model"] for row in manifest["sections"]} == {snapshot.model}
    given = {request.section_id: digest_passages(request.assignment.passages) for request in model.requests}
    assert {row["section_id"]: row["passages_sha256"] for row in manifest["sections"]} == given
    notes = [entry.note for entry in run.audit() if entry.action == "draft"]
    assert all(any(version in note for note in notes) for version in versions(run).values())


def test_promotion_changes_no_existing_run(minimal, settings, store):
    model = GatedModel("conclusion")
    run = start(minimal, settings, model)
    assert model.asked["conclusion"].wait(30)
    promoted(store, "conclusion", "Use long sentences.")
    promoted(store, SYSTEM, "Be wordy.")
    BackgroundLoop.current().close()  # as the end of the process does
    again = SampleModel()
    resumed = workbench.resume(run.thread_id, model=again, settings=settings)
    assert resumed.wait(60).status == "completed"
    sent = [request.user + request.system for request in (*model.requests, *again.requests)]
    assert again.requests, "something was left to draft"
    assert not any("Use long sentences." in words or "Be wordy." in words for words in sent)
    shipped = PromptLibrary.shipped()
    assert versions(resumed) == {section_id: shipped.version(section_id) for section_id in SECTIONS}
    assert versions(start(minimal, settings))  # and the next one has them


def test_run_keeps_prompts_after_upgrade(minimal, settings, store, monkeypatch, tmp_path):
    run = workbench.prepare(minimal, settings=settings, model=SampleModel(), options=UNATTENDED, new=True)
    before = PromptLibrary.shipped()
    BackgroundLoop.current().close()
    newer = tmp_path / "newer"
    newer.mkdir()
    for file in SHIPPED_FOLDER.glob("*.md"):
        (newer / file.name).write_text(file.read_text() + "\nA later release.\n")
    monkeypatch.setattr("workbench.drafting.prompts.templates.SHIPPED_FOLDER", newer)
    resumed = workbench.resume(run.thread_id, model=SampleModel(), settings=settings)
    assert resumed.wait(60).status == "completed"
    assert versions(resumed) == {section_id: before.version(section_id) for section_id in SECTIONS}


def test_prompts_are_in_run_folder(minimal, settings, store):
    awards = promoted(store, "awards", "Use short sentences.")
    run = workbench.prepare(minimal, settings=settings, model=SampleModel(), new=True)
    record = json.loads((RunFolder(settings, run.thread_id).path / "run.json").read_text())
    assert record["prompts"] == store.library().sources
    assert record["prompts"]["awards"] == awards.source


def test_prompt_changed_by_hand_is_refused(minimal, settings, store):
    awards = promoted(store, "awards", "Use short sentences.")
    path = store.root / "awards" / f"{awards.digest}.md"
    path.chmod(0o644)
    path.write_text(path.read_text() + "And long ones.\n")
    with pytest.raises(InputError, match="does not match the name"):
        workbench.prepare(minimal, thread_id="never", settings=settings, model=SampleModel())
    with pytest.raises(InputError):
        workbench.attach("never", settings=settings)


def branched(ended, settings, prompts):
    model = SampleModel()
    branch = workbench.fork(ended.thread_id, prompts=prompts, model=model, settings=settings)
    branch.start()
    branch.wait(60)
    return branch, model


def test_fork_with_versions_redrafts_their_sections(ended, settings, store):
    awards, member = saved(store, "awards", "Use short sentences."), saved(store, "membership", "Be plain.")
    branch, model = branched(ended, settings, awards.ref)
    assert drafted(model) == ["awards"]
    assert versions(branch)["awards"].startswith(awards.ref)
    further, model = branched(branch, settings, [member.ref])
    assert drafted(model) == ["membership"], "it goes on with the prompts of its old branch"
    assert versions(further)["awards"].startswith(awards.ref)
    assert versions(further)["membership"].startswith(member.ref)
    back, model = branched(further, settings, "shipped")
    assert drafted(model) == ["awards", "membership"]
    assert versions(back) == versions(ended)


def test_fork_with_active_prompts(ended, settings, store):
    promoted(store, "awards", "Use short sentences.")
    branch, model = branched(ended, settings, None)
    assert drafted(model) == []
    branch, model = branched(ended, settings, "filing")
    assert drafted(model) == ["awards"]
    assert versions(branch)["awards"].startswith(store.active("awards").ref)


def test_new_system_prompt_redrafts_every_section(ended, settings, store):
    system = saved(store, SYSTEM, "Be plain.")
    _, model = branched(ended, settings, system.ref)
    assert drafted(model) == sorted(SECTIONS)


def test_fork_with_unknown_version_writes_nothing(ended, settings, store):
    with pytest.raises(InputError, match="no version awards@000000000000"):
        workbench.fork(ended.thread_id, prompts="awards@000000000000", new_thread_id="never", settings=settings)
    with pytest.raises(InputError):
        workbench.attach("never", settings=settings)


def one_digest(library, section_id):
    """Former name of a draft's prompts: one digest over both."""
    both = f"{library.template(SYSTEM).text}\x00{library.template(section_id).text}"
    return f"{section_id}@{hashlib.sha256(both.encode()).hexdigest()[:12]}"


def test_former_run_keeps_shipped_prompts(minimal, settings, store, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(PromptLibrary, "version", one_digest)
        run = start(minimal, settings, options=RunOptions(unattended=True, sections=("awards", "background")))
        run.wait(60)
        folder = RunFolder(settings, run.thread_id)
        folder.write(folder.read().model_copy(update={"prompts": {}}))
    assert versions(run)["awards"] == one_digest(PromptLibrary.shipped(), "awards")
    promoted(store, "awards", "Use short sentences.")
    same, model = branched(run, settings, "shipped")
    assert drafted(model) == []
    assert versions(same) == versions(run)
    other, model = branched(run, settings, "filing")
    assert drafted(model) == ["awards"]
    assert versions(other)["awards"] == store.library().version("awards")
    assert not store.library().matches_version("awards", None)
