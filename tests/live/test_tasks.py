"""Tasks that are ended, whatever state they are in."""

import asyncio
import gc

from workbench.live.tasks import end


async def fail():
    raise OSError


async def wait_for_ever():
    await asyncio.Event().wait()


async def test_error_of_ended_task_is_taken():
    reported = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: reported.append(context["message"]))
    failed, waiting = asyncio.create_task(fail()), asyncio.create_task(wait_for_ever())
    await asyncio.wait({failed})
    await end([failed, waiting])
    assert waiting.cancelled()
    del failed
    gc.collect()
    assert reported == []


async def test_no_task_is_no_work():
    await end([])
