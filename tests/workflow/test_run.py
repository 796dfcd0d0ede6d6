"""The Run, on the embedded server.

It is about what an attorney can do with it, and what happens when things break.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

import workbench
from workbench.drafting.agents import ValidatorAgent
from workbench.drafting.request import Chunk, ModelUsage
from workbench.errors import (
    AnswerCutOffError,
    InputError,
    ModelError,
    ModelUnavailableError,
    RunFailedError,
    TransitionError,
)
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

from .conftest import SECTIONS, UNATTENDED, GatedModel, SampleModel, start, statuses


def test_offline_assembler_drafts_whole_petition(minimal, settings):
    run = workbench.start(minimal, settings=settings, options=UNATTENDED)
    snapshot = run.wait(60)
    assert snapshot.status == "completed"
    assert statuses(snapshot) == dict.fromkeys(SECTIONS, "completed")
    assert snapshot.progress.percentage == 100.0
    assert "no language model" in snapshot.model
    assert snapshot.unresolved == ()


def test_summaries_come_after_what_they_summarise(minimal, settings):
    model = SampleModel()
    start(minimal, settings, model).wait(60)
    criteria = {"awards", "membership", "publications"}
    assert set(model.calls[: model.calls.index("intro")]) >= criteria
    assert set(model.calls[: model.calls.index("conclusion")]) >= criteria | {"final_merits"}
    by_section = {request.section_id: request.assignment for request in model.requests}
    assert set(by_section["conclusion"].earlier) >= criteria
    assert by_section["awards"].earlier == {}


def test_writer_gets_passages_of_cited_exhibits(minimal, settings):
    model = SampleModel()
    start(minimal, settings, model).wait(60)
    awards = next(request.assignment for request in model.requests if request.section_id == "awards")
    assert awards.passages[0].exhibit_id == "medal"


def test_slow_checks_leave_the_loop_free(minimal, settings, monkeypatch):
    served = []

    def review(_validator, section_id, _content, _case, *, earlier, revised_from):
        assert revised_from == ()
        assert section_id not in earlier
        # Answered only if the loop is free while this check computes.
        answered = BackgroundLoop.current().submit(asyncio.sleep(0, section_id))
        served.append(answered.result(timeout=60))
        return ()

    monkeypatch.setattr(ValidatorAgent, "review", review)
    run = workbench.start(minimal, settings=settings, options=RunOptions(sections=("awards",)))
    run.wait(60)
    run.edit("awards", "The medal [@medal, p. 1].")
    assert served == ["awards", "awards"]


def test_concurrency_limit_and_sequential_order(minimal, settings):
    held = ("awards", "membership", "publications")
    model = GatedModel(*held)
    run = start(minimal, settings, model, options=RunOptions(unattended=True, concurrency=3))
    assert all(model.asked[section].wait(20) for section in held)
    for section in held:
        model.let_go(section)
    run.wait(60)
    assert model.most_at_once == 3

    one = GatedModel()
    start(minimal, settings, one, options=RunOptions(unattended=True, sequential=True)).wait(60)
    assert one.most_at_once == 1


def test_draft_with_errors_is_revised(minimal, settings):
    bad = "Dr. Example won [TODO] [@medal, p. 1].\n"
    good = "Dr. Example received the Invented Medal for Chemistry [@medal, p. 1].\n"
    model = SampleModel({"awards": [bad, good]})
    snapshot = start(minimal, settings, model).wait(60)
    awards = snapshot.section("awards")
    assert (awards.status, awards.attempts, awards.content) == ("completed", 2, good)
    second = [request.assignment for request in model.requests if request.section_id == "awards"][1]
    assert "[TODO]" in second.previous
    assert "placeholder" in {finding.check for finding in second.findings}


def test_draft_that_stays_wrong_needs_review(minimal, settings):
    model = SampleModel({"awards": ["First, [TODO].", "Second, [TODO] [@nowhere, p. 9].", "Third, [TODO]."]})
    snapshot = start(minimal, settings, model).wait(60)
    assert snapshot.status == "completed"  # unattended: nothing waits, everything is said
    assert snapshot.section("awards").status == "needs_review"
    assert snapshot.section("awards").attempts == 3
    assert [line.startswith(snapshot.section("awards").title) for line in snapshot.unresolved] == [True]
    assert snapshot.progress.completed == len(SECTIONS) - 1


def test_findings_of_all_sections_are_listed(minimal, settings):
    run = start(minimal, settings, SampleModel({"awards": ["[TODO]"] * 3}))
    run.wait(60)
    found = run.findings()
    assert ("awards", "placeholder", "error") in {(each.section_id, each.check, each.severity) for each in found}
    assert found.to_frame()["section_id"].notna().any()


def test_attended_run_waits_for_attorney(minimal, settings):
    model = SampleModel({"awards": ["[TODO]"]})
    snapshot = start(minimal, settings, model, options=RunOptions(max_revisions=0)).wait(60)
    assert snapshot.status == "needs_review"


def test_failing_section_fails_alone(minimal, settings):
    run = start(minimal, settings, SampleModel({"awards": [ModelError("the model refused this section")]}))
    with pytest.raises(RunFailedError, match="the model refused this section"):
        run.wait(60)
    snapshot = run.snapshot
    assert snapshot.status == "failed"
    assert snapshot.section("awards").status == "failed"
    assert snapshot.section("membership").status == "completed"
    dependents = {s.section_id for s in snapshot.sections if any(f.check == "dependency-failed" for f in s.findings)}
    assert dependents == {"intro", "final_merits", "conclusion"}
    assert all(snapshot.section(section).content for section in dependents)


def test_unexpected_exception_fails_section(minimal, settings):
    run = start(minimal, settings, SampleModel({"background": [ZeroDivisionError("division by zero")]}))
    with pytest.raises(RunFailedError, match="division by zero"):
        run.wait(60)
    assert run.snapshot.section("conclusion").content


def test_pause_and_resume_draft_nothing_twice(minimal, settings, until):
    model = GatedModel("publications")
    run = start(minimal, settings, model)
    until(run, lambda s: {s.section(x).status for x in ("awards", "membership")} == {"completed"})
    run.pause()
    model.let_go("publications")
    assert run.wait(30).status == "paused"
    assert run.snapshot.section("publications").content, "a step under way ends, and its draft is kept"
    assert "intro" not in model.calls
    run.resume()
    assert run.wait(60).status == "completed"
    assert sorted(model.calls) == sorted(SECTIONS)


def test_frequent_pauses_lose_nothing(minimal, settings):
    model = GatedModel()
    run = start(minimal, settings, model)
    for _ in range(12):
        try:
            run.pause()
            if run.wait(30).status != "paused":
                break
            run.resume()
        except TransitionError:
            continue
    assert run.wait(60).status in {"completed", "paused"}
    if run.snapshot.status == "paused":
        run.resume()
        assert run.wait(60).status == "completed"
    assert sorted(model.calls) == sorted(SECTIONS)


def test_lost_model_pauses_run(minimal, settings):
    model = SampleModel({"awards": [ModelUnavailableError("api.example.com: connection lost"), "Fine [@medal, p. 1]."]})
    run = start(minimal, settings, model)
    snapshot = run.wait(60)
    assert snapshot.status == "paused"
    assert snapshot.error == "api.example.com: connection lost"
    assert snapshot.section("awards").status == "pending"
    run.resume()
    assert run.wait(60).status == "completed"
    assert run.snapshot.error is None
    assert run.snapshot.section("awards").attempts == 1
    assert model.calls.count("awards") == 2
    assert model.calls.count("membership") == 1


def test_the_budget_pauses_the_run(minimal, settings):
    model = SampleModel(usage=ModelUsage(input_tokens=60, output_tokens=40, cost_usd=0.5))
    options = RunOptions(unattended=True, sequential=True, budget_tokens=250)
    snapshot = start(minimal, settings, model, options=options).wait(60)
    assert snapshot.status == "paused"
    assert len(model.calls) == 3
    assert snapshot.usage.input_tokens + snapshot.usage.output_tokens == 300
    assert snapshot.usage.cost_usd == 1.5
    assert "250" in (snapshot.error or "")


def test_unknown_price_makes_cost_unknown(minimal, settings):
    model = SampleModel(usage=ModelUsage(input_tokens=1, output_tokens=1, cost_usd=None))
    assert start(minimal, settings, model).wait(60).usage.cost_usd is None


def test_cancel_keeps_written_text(minimal, settings, until):
    model = GatedModel("publications")
    run = start(minimal, settings, model)
    until(run, lambda s: s.section("awards").status == "completed")
    run.cancel()
    assert run.wait(30).status == "cancelled"
    assert run.snapshot.section("awards").content
    for forbidden in (run.start, run.pause, run.resume, run.cancel):
        with pytest.raises(TransitionError, match="cancelled"):
            forbidden()


def test_exhibit_added_while_run_is_drafted(minimal, settings, until, tmp_path):
    extra = tmp_path / "Late Letter.md"
    extra.write_text("A letter about slow reactions at low temperature, received late.")
    model = GatedModel("publications")
    run = start(minimal, settings, model)
    until(run, lambda s: s.section("awards").status == "completed")
    exhibit_id = run.add_exhibit(extra, title="A late letter")
    model.let_go("publications")
    snapshot = run.wait(60)
    assert exhibit_id == "late-letter"
    assert snapshot.exhibits[-1].model_dump() | {"number": 5, "title": "A late letter", "pages": 1} == (
        snapshot.exhibits[-1].model_dump()
    )
    assert run.page_text(exhibit_id, 1).startswith("A letter about slow reactions")
    assert snapshot.section("awards").stale
    assert not snapshot.section("conclusion").stale
    assert "late-letter" not in (Path(minimal.root) / "case.yaml").read_text()
    with pytest.raises(TransitionError):
        run.add_exhibit(extra)


@pytest.mark.parametrize("name", ["missing.pdf", "program.exe"])
def test_bad_exhibit_changes_nothing(minimal, settings, tmp_path, name):
    if name.endswith(".exe"):
        (tmp_path / name).write_bytes(b"MZ")
    run = workbench.prepare(minimal, settings=settings, model=SampleModel())
    with pytest.raises(InputError, match=name):
        run.add_exhibit(tmp_path / name)
    assert len(run.snapshot.exhibits) == 4


def test_another_view_follows_the_same_run(minimal, settings):
    run = workbench.prepare(minimal, settings=settings, model=SampleModel(), options=UNATTENDED)
    viewer = workbench.attach(run.thread_id, settings=settings)
    assert viewer.snapshot.status == "pending"
    viewer.start()  # a viewer in another process would put the same request on the thread's commands
    assert viewer.wait(60) == run.wait(60)
    assert viewer.page_text("medal", 1) == minimal.documents["medal"].pages[0]


async def test_await_and_run_document_generation(minimal, settings, monkeypatch):
    run = start(minimal, settings)
    assert (await run).status == "completed"
    monkeypatch.setenv("WORKBENCH_CASES", str(settings.cases))
    await workbench.run_document_generation("seed-1", "minimal", "petition", "user-001", [{"id": "awards"}])
    snapshot = workbench.attach("seed-1").snapshot
    assert (snapshot.status, statuses(snapshot)) == ("completed", {"awards": "completed"})
    assert snapshot.user_id == "user-001"


def test_a_listener_that_raises_disturbs_nobody(minimal, settings, caplog):
    run = workbench.prepare(minimal, settings=settings, model=SampleModel(), options=UNATTENDED)
    heard = threading.Event()
    run.subscribe(lambda *_: 1 / 0)
    run.subscribe(lambda *_: heard.set())
    run.start()
    assert run.wait(60).status == "completed"
    assert heard.is_set()
    assert "a listener of thread" in caplog.text


def test_step_without_progress_fails_its_section(minimal, settings):
    model = GatedModel("background")  # never let go
    # The other sections are drafted meanwhile, and may rest as long on a busy machine.
    run = start(minimal, settings, model, options=RunOptions(unattended=True, step_idle_timeout_s=2))
    with pytest.raises(RunFailedError, match="no progress for"):
        run.wait(60)
    assert run.snapshot.section("background").status == "failed"
    assert run.snapshot.section("conclusion").content


async def test_interrupted_wait_pauses_run(minimal, settings, until):
    model = GatedModel("publications")
    run = start(minimal, settings, model)

    async def cell():
        await run

    waiting = asyncio.create_task(cell())
    await asyncio.to_thread(until, run, lambda s: s.section("awards").status == "completed")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    model.let_go("publications")
    await asyncio.to_thread(until, run, lambda s: s.status == "paused")
    run.resume()
    assert (await run).status == "completed"


def test_resume_at_moment_of_pause(minimal, settings, until):
    model = GatedModel("publications")
    run = start(minimal, settings, model)
    ended = []
    waiter = threading.Thread(target=lambda: ended.append(run.wait(60).status))

    def go_on(batch, snapshot):
        if snapshot.status == "paused" and not waiter.is_alive():
            run.resume()
            waiter.start()

    run.subscribe(go_on)
    until(run, lambda s: s.section("awards").status == "completed")
    run.pause()
    model.let_go("publications")
    assert run.wait(60).status == "paused"
    waiter.join(60)
    assert ended == ["completed"]


def test_cut_off_answer_is_never_finished(minimal, settings):
    class Breathless(SampleModel):
        async def stream(self, request):
            yield Chunk(text="Dr. Example received the Invented Medal for Chemistry [@medal, p. 1]. She also")
            raise AnswerCutOffError("the answer was cut off at 1024 tokens")

    model = Breathless()
    run = start(minimal, settings, model, options=RunOptions(unattended=True, sections=("awards",)))
    awards = run.wait(60).section("awards")
    assert (awards.status, awards.attempts) == ("needs_review", 1)
    assert "She also" in awards.content
    assert awards.findings[0].check == "cut-off"


def test_long_prompt_is_cut_for_context(minimal, settings):
    class Small(SampleModel):
        def prompt_characters(self, max_output_tokens):
            return 5_500

    large, small = SampleModel(), Small()
    for model in (large, small):
        start(minimal, settings, model, options=RunOptions(unattended=True, sections=("awards",))).wait(60)
    [long], [short] = large.requests, small.requests
    assert len(short.system) + len(short.user) <= 5_500 < len(long.system) + len(long.user)
    assert "received the Invented Medal for Chemistry on 4 May 2021" in short.user, "the facts stay"


def test_failed_section_leaves_clean_text(settings, minimal):
    """Nothing usable is left of this answer.

    What streamed must not stay as the section's text.
    """
    model = SampleModel(answers={"awards": ["<script>alert(1)</script><img src=x onerror=alert(2)>"]})
    run = workbench.prepare(minimal, model=model, settings=settings, options=UNATTENDED)
    run.start()
    with pytest.raises(RunFailedError):
        run.wait(60)
    failed = run.snapshot.section("awards")
    assert failed.status == "failed"
    assert failed.content == ""


def test_cancelled_draft_leaves_clean_text(settings, minimal, until):
    class Hanging(SampleModel):
        async def stream(self, request):
            yield Chunk(text="She <b onclick=alert(1)>won</b> ![x](file:///etc/passwd).")
            await asyncio.Event().wait()

    run = workbench.prepare(minimal, model=Hanging(), settings=settings, options=RunOptions(sections=("awards",)))
    run.start()
    until(run, lambda snapshot: "won" in snapshot.section("awards").content)
    run.cancel()
    assert run.wait(60).section("awards").content == "She won .\n"


def test_exhibit_on_ended_run_names_remedy(minimal, settings, tmp_path):
    run = start(minimal, settings)
    run.wait(60)
    letter = tmp_path / "letter.txt"
    letter.write_text("The prize is awarded by the academy.")
    with pytest.raises(TransitionError, match="it has ended as completed; fork it, add the exhibit to the branch and"):
        run.add_exhibit(letter)
    branch = workbench.fork(run.thread_id, settings=settings)
    assert branch.add_exhibit(letter) == "letter"


def test_exhibit_takes_over_paused_run(minimal, settings, tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("The prize is awarded by the academy.")
    first = workbench.prepare(minimal, settings=settings)
    BackgroundLoop.current().close()
    run = workbench.attach(first.thread_id, settings=settings)
    assert run.add_exhibit(letter) == "letter"
    assert run.snapshot.exhibits[-1].exhibit_id == "letter"
