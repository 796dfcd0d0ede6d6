"""Commands on sections in every state, and the refusals."""

from __future__ import annotations

import pytest

import workbench
from workbench.errors import InputError, ModelUnavailableError, TransitionError
from workbench.live import keys
from workbench.live.audit import find_broken_entry, read_entries
from workbench.text.digest import text_digest
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

from .conftest import SECTIONS, GatedModel, SampleModel, start, statuses

ATTENDED = RunOptions(max_revisions=0)
GOOD = "Dr. Example received the Invented Medal for Chemistry [@medal, p. 1].\n"
FABRICATED = "See *Varghese v. China Southern Airlines Co.*, 925 F.3d 1339 (11th Cir. 2019) [@medal, p. 1].\n"
BAD = "Dr. Example won [TODO] [@medal, p. 1].\n"


def audit_of(run, settings):
    loop = BackgroundLoop.current()
    store = loop.call(loop.store(settings))
    return read_entries(loop.call(store.read_fields(run.thread_id, keys.AUDIT)))


@pytest.fixture
def waiting(minimal, settings):
    """A run that waits for the attorney.

    The awards section has an error.
    """
    model = SampleModel({"awards": [BAD, GOOD]})
    run = start(minimal, settings, model, options=ATTENDED)
    assert run.wait(60).status == "needs_review"
    return run, model


def test_run_waits_until_errors_are_settled(waiting, settings):
    run, model = waiting
    assert run.snapshot.unresolved
    section = run.edit("awards", GOOD, user_id="b.partner")
    assert (section.status, section.content, section.edited_by) == ("completed", GOOD, "b.partner")
    ended = run.wait(60)
    assert ended.status == "completed"
    assert ended.unresolved == ()
    assert ended.progress.percentage == 100.0
    assert model.calls.count("awards") == 1, "an edit is drafted by nobody"
    entries = audit_of(run, settings)
    assert find_broken_entry(entries) is None
    [edit] = [entry for entry in entries if entry.action == "edit"]
    assert (edit.user_id, edit.section_id) == ("b.partner", "awards")
    assert (edit.before, edit.after) == (text_digest(BAD), text_digest(GOOD))


def test_approval_names_user_and_text(waiting):
    run, _ = waiting
    section = run.approve("membership", user_id="b.partner")
    assert (section.status, section.approved_by) == ("approved", "b.partner")
    assert section.approved_sha256 == text_digest(section.content)
    assert run.snapshot.status == "needs_review", "another section still waits"
    changed = run.edit("membership", section.content + "\nHer peers elected her [@bylaws, p. 1].\n")
    assert changed.status != "approved"
    assert (changed.approved_by, changed.approved_sha256) == (None, None)


def test_approval_over_errors_needs_note(waiting, settings):
    run, _ = waiting
    with pytest.raises(InputError, match="1 open error; approve it with a note"):
        run.approve("awards")
    run.approve("awards", note="the placeholder is filled in by hand on the day of filing")
    ended = run.wait(60)
    assert (ended.status, ended.section("awards").status) == ("completed", "approved")
    assert "day of filing" in audit_of(run, settings)[-1].note


def test_rejection_note_reaches_next_draft(waiting):
    run, model = waiting
    section = run.reject("awards", "Name the medal, and drop the placeholder.")
    assert section.status in {"pending", "in_progress", "validating", "completed"}
    ended = run.wait(60)
    assert (ended.status, ended.section("awards").content) == ("completed", GOOD)
    again = [request.assignment for request in model.requests if request.section_id == "awards"][1]
    assert again.instruction == "Name the medal, and drop the placeholder."
    assert again.previous == BAD
    assert ended.section("awards").instruction is None
    assert {section: model.calls.count(section) for section in SECTIONS} == dict.fromkeys(SECTIONS, 1) | {"awards": 2}


def test_edit_makes_summaries_stale(waiting):
    run, _ = waiting
    run.edit("awards", GOOD)
    snapshot = run.wait(60)
    assert {s.section_id for s in snapshot.sections if s.stale} == {"intro", "final_merits", "conclusion"}
    run.regenerate("conclusion")
    assert not run.wait(60).section("conclusion").stale


def test_a_locked_section_is_not_changed(waiting):
    run, _ = waiting
    assert run.lock("awards").locked
    for forbidden in (
        lambda: run.edit("awards", GOOD),
        lambda: run.reject("awards", "no"),
        lambda: run.regenerate("awards"),
    ):
        with pytest.raises(TransitionError, match="it is locked; unlock it first"):
            forbidden()
    with pytest.raises(TransitionError, match="locked already"):
        run.lock("awards")
    assert not run.unlock("awards").locked
    run.edit("awards", GOOD)
    assert run.wait(60).status == "completed"


def test_conflicting_edit_changes_nothing(waiting):
    run, _ = waiting
    with pytest.raises(TransitionError, match="its text has changed since you read it"):
        run.edit("awards", GOOD, base=text_digest("what stood there before"))
    assert run.snapshot.section("awards").content == BAD
    with pytest.raises(TransitionError, match="cannot approve section membership: its text has changed"):
        run.decide("membership", "approve", base=text_digest("another text"))
    run.edit("awards", GOOD, base=text_digest(BAD))
    assert run.snapshot.section("awards").content == GOOD


@pytest.mark.parametrize(
    "text",
    ["<b>Bold</b> words [@medal, p. 1].", "![picture](file:///etc/passwd)", "See [this](http://example.com).", "$$x$$"],
)
def test_edit_with_html_is_refused(waiting, text):
    run, _ = waiting
    with pytest.raises(InputError, match="line 2 holds what a section may not"):
        run.edit("awards", f"A first line.\n{text}\n")
    assert run.snapshot.section("awards").content == BAD


def test_edit_may_have_headings_and_blanks(waiting):
    run, _ = waiting
    title = run.snapshot.section("awards").title
    section = run.edit("awards", f"# {title}\n\n## The medal\n\n  {GOOD}\n\n\n\nMore [@medal, p. 1].   ")
    assert section.content == f"### The medal\n\n  {GOOD}\nMore [@medal, p. 1].\n"


def test_decision_reopens_ended_run(minimal, settings):
    model = SampleModel()
    run = start(minimal, settings, model)
    ended = run.wait(60)
    for section in SECTIONS:
        run.approve(section, user_id="b.partner")
    assert run.snapshot.status == "completed"
    assert set(statuses(run.snapshot).values()) == {"approved"}
    assert run.snapshot.last_event_id > ended.last_event_id
    loop = BackgroundLoop.current()
    store = loop.call(loop.store(settings))
    assert loop.call(store.holder(run.thread_id)) is None
    loop.call(store.expire(run.thread_id, 0))  # months later: only the archive is left
    later = workbench.attach(run.thread_id, model=model, settings=settings)
    assert later.snapshot == run.snapshot
    later.regenerate("awards", "Shorter.")
    again = later.wait(60)
    assert (again.status, again.section("awards").status) == ("completed", "completed")
    assert again.section("membership").approved_by == "b.partner"
    assert model.calls.count("awards") == 2
    entries = audit_of(later, settings)
    assert find_broken_entry(entries) is None
    assert [entry.action for entry in entries].count("approve") == len(SECTIONS)


def test_redraft_runs_beside_other_sections(minimal, settings, until):
    model = GatedModel("publications", answers={"awards": ["First [@medal, p. 1].\n", GOOD]})
    run = start(minimal, settings, model)
    until(run, lambda s: s.section("awards").status == "completed")
    run.regenerate("awards", "Say which medal.")
    until(run, lambda s: s.section("awards").content == GOOD and s.section("awards").status == "completed")
    assert run.snapshot.status == "generating", "the others go on meanwhile"
    model.let_go("publications")
    assert run.wait(60).status == "completed"
    assert model.calls.count("awards") == 2
    assert model.calls.count("conclusion") == 1


def test_section_being_drafted_can_be_locked(minimal, settings):
    model = GatedModel("publications")
    run = start(minimal, settings, model)
    assert model.asked["publications"].wait(20)
    for forbidden in (lambda: run.edit("publications", GOOD), lambda: run.approve("publications")):
        with pytest.raises(TransitionError, match="it is being drafted"):
            forbidden()
    model.let_go("publications")
    assert run.wait(60).status == "completed"


def test_regenerate_during_pause_waits_for_resume(minimal, settings, until):
    model = GatedModel("publications", answers={"awards": ["First [@medal, p. 1].\n", GOOD]})
    run = start(minimal, settings, model)
    until(run, lambda s: s.section("awards").status == "completed")
    run.pause()
    model.let_go("publications")
    assert run.wait(30).status == "paused"
    assert run.regenerate("awards", "Say which medal.").status == "pending"
    assert run.snapshot.status == "paused"
    run.resume()
    assert run.wait(60).section("awards").content == GOOD


def test_failed_section_can_be_redrafted(minimal, settings):
    from workbench.errors import ModelError, RunFailedError

    run = start(minimal, settings, SampleModel({"awards": [ModelError("refused"), GOOD]}))
    with pytest.raises(RunFailedError):
        run.wait(60)
    run.regenerate("awards")
    assert run.wait(60).status == "completed"
    assert run.snapshot.error is None


def test_lost_model_keeps_text_and_instruction(minimal, settings):
    lost = ModelUnavailableError("connection lost")
    model = SampleModel({"awards": ["First [@medal, p. 1].\n", lost, GOOD]})
    run = start(minimal, settings, model)
    run.wait(60)
    run.regenerate("awards", "Say which medal.")
    paused = run.wait(60)
    awards = paused.section("awards")
    assert (paused.status, awards.status, awards.content) == ("paused", "pending", "First [@medal, p. 1].\n")
    assert awards.instruction == "Say which medal."
    run.resume()
    assert run.wait(60).section("awards").content == GOOD


def test_a_cancelled_run_is_read_only(waiting):
    run, _ = waiting
    run.cancel()
    assert run.wait(30).status == "cancelled"
    with pytest.raises(TransitionError, match="it is cancelled; fork it"):
        run.approve("membership")


def test_commands_from_another_process_are_answered(waiting, settings):
    """A followed run has no executor here.

    Its commands go through the store, as from another process.
    """
    run, _ = waiting
    other = workbench.attach(run.thread_id, settings=settings)
    assert other.approve("membership", user_id="c.paralegal", via="cli").approved_by == "c.paralegal"
    with pytest.raises(InputError, match="1 open error; approve it with a note"):
        other.approve("awards")
    with pytest.raises(TransitionError, match="cannot pause"):
        other.pause()
    with pytest.raises(InputError, match="has no section 'nothing'"):
        other.lock("nothing")
    other.reject("awards", "No placeholder.")
    assert other.wait(60).status == "completed"
    assert [entry.via for entry in audit_of(run, settings) if entry.action == "approve"] == ["cli"]


def test_waiting_run_continues_in_new_process(waiting, settings):
    run, _ = waiting
    BackgroundLoop.current().close()
    later = workbench.attach(run.thread_id, model=SampleModel(), settings=settings)
    assert later.snapshot.status == "needs_review"
    later.edit("awards", GOOD)
    assert later.wait(60).status == "completed"


@pytest.mark.parametrize(
    ("action", "how", "says"),
    [
        ("reject", {}, "a rejection needs a note"),
        ("edit", {"text": "  "}, "needs the section's text"),
        ("edit", {"text": "x" * 200_001}, "at most 200000"),
        ("approve", {"user_id": "a\nb"}, "name or e-mail"),
        ("dance", {}, "input should be"),
    ],
)
def test_bad_commands_change_nothing(waiting, action, how, says):
    run, _ = waiting
    before = run.snapshot
    with pytest.raises(InputError, match=says):
        run.decide("awards", action, **how)
    assert run.snapshot == before


def test_instruction_reaches_waiting_section_once(minimal, settings):
    model = GatedModel("publications")
    run = start(minimal, settings, model)
    assert model.asked["publications"].wait(20)
    assert run.snapshot.section("conclusion").status == "pending"
    run.regenerate("conclusion", "End with the statute.")
    run.lock("intro")  # waits too, and is drafted once all the same
    model.let_go("publications")
    assert run.wait(60).status == "completed"
    assert (model.calls.count("conclusion"), model.calls.count("intro")) == (1, 1)
    [conclusion] = [request.assignment for request in model.requests if request.section_id == "conclusion"]
    assert conclusion.instruction == "End with the statute."


def test_withdrawn_approval_leaves_text(waiting, settings):
    run, _ = waiting
    with pytest.raises(TransitionError, match="section membership is not approved: there is nothing to withdraw"):
        run.withdraw("membership")
    text = run.approve("membership", user_id="b.partner").content
    section = run.withdraw("membership", user_id="c.partner")
    assert (section.status, section.content) == ("completed", text)
    assert (section.approved_by, section.approved_sha256, section.approval_note) == (None, None, None)
    run.edit("awards", GOOD)
    run.wait(60)
    run.approve("awards", user_id="b.partner")
    assert run.withdraw("awards").status == "completed"
    assert run.snapshot.status == "completed"
    assert [row.what for row in run.history() if row.section_id == "membership"][-2:] == [
        "approved", "approval withdrawn",
    ]  # fmt: skip


def test_withdrawn_approval_over_errors_waits_again(waiting):
    run, _ = waiting
    section = run.approve("awards", note="the placeholder is filled in by hand")
    assert section.approval_note == "the placeholder is filled in by hand"
    ended = run.wait(60)
    assert "every check passed" not in " ".join(line.message for line in ended.logs)
    assert any("1 approval with a note" in line.message for line in ended.logs)
    assert run.withdraw("awards").status == "needs_review"
    assert run.wait(60).status == "needs_review"


@pytest.mark.parametrize("text", ["It cites [@no-such-exhibit, p. 1].\n", FABRICATED])
def test_no_reason_lifts_missing_source(waiting, text):
    run, _ = waiting
    run.edit("awards", text)
    for note in (None, "I know better."):
        with pytest.raises(TransitionError, match="cannot approve section awards, with or without a reason: "):
            run.approve("awards", note=note)


def test_offline_redraft_keeps_approval(minimal, settings):
    run = workbench.start(minimal, settings=settings, options=ATTENDED)
    run.wait(60)
    approved = run.approve("awards", note="read")
    for command in (lambda: run.reject("awards", "Shorter."), lambda: run.regenerate("awards")):
        with pytest.raises(TransitionError, match="the offline assembler cannot use a note and would"):
            command()
    assert run.snapshot.section("awards") == approved
    run.edit("awards", GOOD)
    run.reject("awards", "As it was.")
    again = run.wait(60)
    assert again.section("awards").content == approved.content
    assert any(line.message == "the offline assembler cannot use the note" for line in again.logs)
