"""Commands at every moment around a run's end.

Each takes effect, is carried by the next execution, or is refused in one line; the store's errors reach nobody.
"""

from __future__ import annotations

import itertools
import random
import threading
import time
from functools import partial

import pytest

import workbench
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.sections import sections_for
from workbench.errors import InputError, TransitionError
from workbench.live.audit import find_broken_entry
from workbench.workflow.commands import Command, ExecutorGoneError
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

from .conftest import SampleModel

ROUNDS = 3
LAST_EVENTS = 24
"""Events before the run's end among which the moment of a command is drawn."""
SECTIONS = ("awards", "benefit")
"""Few, because what is tested is the end of a run, and hundreds of runs are made."""
ATTENDED = RunOptions(max_revisions=0, sections=SECTIONS)
BAD = "Dr. Example won [TODO] [@medal, p. 1].\n"


def send(run, command, extra):
    """Sends one command about the awards section; extra is an exhibit."""
    match command:
        case "pause" | "resume" | "cancel" | "start":
            getattr(run, command)()
        case "reject":
            run.reject("awards", "Name the medal first.")
        case "edit":
            run.edit("awards", run.snapshot.section("awards").content or "The medal [@medal, p. 1].")
        case "edit with an error":
            run.edit("awards", BAD)
        case "add_exhibit":
            run.add_exhibit(extra)
        case _:
            getattr(run, command)("awards")


COMMANDS = (
    "start", "pause", "resume", "cancel", "approve", "reject", "edit", "edit with an error", "regenerate", "lock",
    "unlock", "add_exhibit",
)  # fmt: skip


def send_at_event(run, number, wait_s, *commands):
    """Sends commands, each from its own thread, when an event has been published; returns what they raised."""
    reached, count, raised = threading.Event(), itertools.count(1), []

    def listen(batch, snapshot):
        if any(next(count) >= number for _ in batch) or snapshot.status in {"completed", "needs_review", "paused"}:
            reached.set()

    def act(command):
        reached.wait(20)
        time.sleep(wait_s)
        try:
            command()
        except Exception as error:  # noqa: BLE001 - judged by the test
            raised.append(error)

    run.subscribe(listen)
    threads = [threading.Thread(target=act, args=(command,)) for command in commands]
    for thread in threads:
        thread.start()
    run.start()
    return threads, raised


def come_to_rest(run):
    """Waits until nothing more happens, whatever the commands began."""
    while True:
        snapshot = run.wait(60)
        if not run.goes_on:
            return snapshot


@pytest.fixture
def dice():
    return random.Random()  # noqa: S311 - draws moments, no secret


@pytest.fixture
def total(minimal, settings):
    """Number of events of a whole run."""
    run = workbench.prepare(
        minimal, settings=settings, model=SampleModel(), options=RunOptions(unattended=True, sections=SECTIONS)
    )
    count = []
    run.subscribe(lambda batch, _: count.extend(batch))
    run.start()
    run.wait(60)
    return len(count)


@pytest.mark.parametrize("attended", [False, True], ids=["unattended", "attended"])
@pytest.mark.parametrize("command", COMMANDS)
def test_command_at_any_moment(minimal, settings, dice, total, tmp_path, command, attended):
    texts = {spec.section_id: assemble(minimal, spec) for spec in sections_for(minimal)}
    for turn in range(ROUNDS):
        extra = tmp_path / f"letter-{turn}.txt"
        extra.write_text("The prize is awarded by the academy.")
        answers = {"awards": [BAD, texts["awards"], texts["awards"]]} if attended else {}
        options = RunOptions(unattended=not attended, max_revisions=0, sections=SECTIONS)
        run = workbench.prepare(minimal, settings=settings, model=SampleModel(answers), options=options)
        moment, wait_s = dice.randint(total - LAST_EVENTS, total + 2), dice.choice((0, 0, 0.001, 0.003, 0.01))
        told = f"at event {moment} of {total}, {wait_s} s after it"
        threads, raised = send_at_event(run, moment, wait_s, partial(send, run, command, extra))
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive(), told
        snapshot = come_to_rest(run)
        assert all(isinstance(error, InputError | TransitionError) for error in raised), (told, raised)
        assert all("\n" not in str(error) for error in raised), (told, raised)
        assert snapshot.status in {"completed", "needs_review", "paused", "cancelled"}, told
        if snapshot.status in {"completed", "needs_review"}:
            resting = {section.status for section in snapshot.sections}
            assert resting <= {"completed", "approved", "needs_review"}, (told, resting)
        assert find_broken_entry(run.audit()) is None
        recorded = [entry.action for entry in run.audit() if entry.action not in {"draft", "take_over"}]
        expected = [] if raised else ["edit" if command == "edit with an error" else command]
        assert recorded[1:] == expected, (told, raised, recorded)
        if not raised and command in {"reject", "regenerate"} and snapshot.status == "completed":
            assert snapshot.section("awards").instruction is None, told


def test_two_commands_at_same_moment(minimal, settings, dice, total, tmp_path):
    for turn in range(4 * ROUNDS):
        extra = tmp_path / f"letter-{turn}.txt"
        extra.write_text("The prize is awarded by the academy.")
        first, second = dice.choice(COMMANDS), dice.choice(COMMANDS)
        run = workbench.prepare(minimal, settings=settings, model=SampleModel(), options=ATTENDED)
        other = workbench.attach(run.thread_id, settings=settings, model=SampleModel())
        moment = dice.randint(total - LAST_EVENTS, total + 2)
        told = f"{first} and {second} at event {moment} of {total}"
        threads, raised = send_at_event(
            run, moment, 0, partial(send, run, first, extra), partial(send, other, second, extra)
        )
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive(), told
        assert all(isinstance(error, InputError | TransitionError) for error in raised), (told, raised)
        come_to_rest(run)
        come_to_rest(other)  # its command may have begun an execution that the first handle has not heard of
        assert find_broken_entry(other.audit()) is None, told
        other.unfollow()


@pytest.mark.parametrize("command", ["reject", "approve", "edit with an error", "pause", "cancel"])
def test_executor_at_each_event(minimal, settings, total, command):
    """On the loop itself, at exactly the moment at which an event has been published."""
    fields = {
        "reject": {"section_id": "awards", "note": "Name the medal first."},
        "approve": {"section_id": "awards", "note": "read"},
        "edit with an error": {"section_id": "awards", "text": BAD},
    }.get(command, {})
    action = "edit" if command == "edit with an error" else command
    for moment in range(total - LAST_EVENTS, total + 1):
        run = workbench.prepare(minimal, settings=settings, model=SampleModel(), options=ATTENDED)
        executor, loop, count, obeyed = run.executor, BackgroundLoop.current().loop, itertools.count(1), []

        def listen(batch, _, *, executor=executor, loop=loop, count=count, obeyed=obeyed, moment=moment):
            if any(next(count) == moment for _ in batch):
                obeyed.append(loop.create_task(executor.obey(Command.of(action, user_id="ada", **fields))))

        run.subscribe(listen)
        run.start()
        come_to_rest(run)
        errors = [task.exception() for task in obeyed if task.done()]
        refused = [error for error in errors if error is not None]
        assert all(isinstance(error, InputError | TransitionError | ExecutorGoneError) for error in refused), refused
        snapshot = come_to_rest(run)
        assert snapshot.status in {"completed", "needs_review", "paused", "cancelled"}, (moment, total)
        if snapshot.status in {"completed", "needs_review"}:
            resting = {section.status for section in snapshot.sections}
            assert resting <= {"completed", "approved", "needs_review"}, (moment, resting)


def test_rejection_right_after_edit(minimal, settings):
    """As the third notebook does it: the edit opens an ended run again, the rejection meets it at any moment."""
    run = workbench.start(minimal, settings=settings, model=SampleModel(), options=ATTENDED)
    run.wait(60)
    for _ in range(ROUNDS):
        run.approve("benefit", note="read")
        run.edit("benefit", "See also [TODO].")
        run.reject("benefit", "Leave the placeholder out.")
        snapshot = run.wait(60)
        assert (snapshot.status, snapshot.section("benefit").status) == ("completed", "completed")


def test_other_handle_hears_each_end(minimal, settings):
    """Its commands go through the store, and one batch of events may hold a whole execution."""
    run = workbench.start(minimal, settings=settings, model=SampleModel({"awards": [BAD]}), options=ATTENDED)
    assert run.wait(60).status == "needs_review"
    other = workbench.attach(run.thread_id, settings=settings, model=SampleModel())
    for _ in range(2 * ROUNDS):
        other.edit("awards", "The medal [@medal, p. 1].")
        assert other.wait(30).status == "completed"
        other.edit("awards", BAD)
        assert other.wait(30).status == "needs_review"
    other.unfollow()
