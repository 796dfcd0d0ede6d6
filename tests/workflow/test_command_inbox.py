"""Commands of other processes: obeyed, refused, and put back."""

import json

import pytest
from recording import initial_snapshot

from workbench.errors import TransitionError
from workbench.live.journal import Journal
from workbench.live.lock_owner import this_holder
from workbench.live.memory_store import MemoryStore
from workbench.workflow.command_inbox import CommandInbox
from workbench.workflow.commands import ExecutorGoneError

THREAD = initial_snapshot().thread_id


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
async def journal(store):
    journal = await Journal.open(store, THREAD, this_holder("ada"), initial_snapshot())
    yield journal
    await journal.close()


@pytest.fixture
def inbox(store, journal):
    """An inbox whose executor raises the errors that are given to it."""

    def make(*errors):
        left = iter(errors)

        async def obey(command, *, request_id):
            if (error := next(left, None)) is not None:
                raise error
            made.answer(request_id, None, starts_execution=command.action == "start")
            await journal.flush()

        made = CommandInbox(store, journal, obey, has_left=lambda: False)
        journal.on_request(made.receive)
        return made

    return make


async def ask(store, action, request_id="r1"):
    await store.request(THREAD, {"do": action, "request_id": request_id})
    return json.loads(await store.answer(THREAD, request_id, 20))


async def test_obeyed_command_is_answered(inbox, store):
    inbox()
    assert await ask(store, "start") == {"ok": True, "leg": True}


async def test_refusal_is_answered_in_words(inbox, store):
    inbox(TransitionError("cannot pause"))
    assert await ask(store, "pause") == {"ok": False, "kind": "transition", "message": "cannot pause"}
    assert (await ask(store, "dance", "r2"))["kind"] == "input"


async def test_command_waits_for_next_writer(inbox, store):
    """It comes back to the store, and is taken again."""
    inbox(ExecutorGoneError("released"))
    assert (await ask(store, "pause"))["ok"]


async def test_old_answers_are_dropped(inbox, store, journal):
    made = inbox()
    for number in range(60):
        made.answer(str(number), None)
    await journal.flush()
    assert await store.answer(THREAD, "9", 0) is None
    assert await store.answer(THREAD, "10", 0) is not None
