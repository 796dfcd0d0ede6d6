"""The workbench loop at the end of its process."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from workbench.workflow.loop import BackgroundLoop

ENDING = """
import asyncio, sys, threading
from workbench.workflow.loop import BackgroundLoop

loop = BackgroundLoop.current()
begun = threading.Event()

async def step():
    try:
        while True:
            await asyncio.to_thread(begun.set)
    except asyncio.CancelledError:
        print("cancelled", flush=True)
        raise
    except BaseException as error:
        print("failed:", error, flush=True)

async def leave():
    print(await asyncio.to_thread(lambda: "left"), flush=True)

loop.before_close(leave)
under_way = loop.submit(step())
begun.wait(30)
{how}
"""


@pytest.mark.parametrize("how", ["", "sys.exit(0)", "raise RuntimeError('the cell failed')"])
def test_interpreter_exit_cancels_step(how):
    code = ENDING.format(how=how)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.split() == ["left", "cancelled"], done.stderr


def test_call_on_own_thread_is_refused():
    loop = BackgroundLoop.current()

    async def call_itself():
        loop.call(asyncio.sleep(0))

    with pytest.raises(RuntimeError, match="await the coroutine"):
        loop.call(call_itself())
    loop.close()
