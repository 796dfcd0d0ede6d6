import asyncio

import pytest

from workbench.workflow.scheduler import SectionScheduler


async def test_section_waits_for_those_it_summarises():
    turns = SectionScheduler(places=2)
    waiting = asyncio.create_task(turns.acquire("intro", ["awards"]))
    assert await turns.acquire("awards", [])
    assert not waiting.done()
    await turns.mark_finished("awards")
    assert await waiting


async def test_waiter_holds_no_place():
    turns = SectionScheduler(places=1)
    waiting = asyncio.create_task(turns.acquire("intro", ["awards"]))  # would deadlock if it held the only place
    assert await turns.acquire("awards", [])
    second = asyncio.create_task(turns.acquire("background", []))
    await asyncio.sleep(0)
    assert not second.done()
    await turns.release("awards")
    assert await second
    await turns.mark_finished("awards")
    await turns.release("background")
    assert await waiting


async def test_acquiring_twice_takes_one_place():
    turns = SectionScheduler(places=2)
    assert await turns.acquire("awards", [])
    assert await turns.acquire("awards", [])
    assert await turns.acquire("background", [])


@pytest.mark.parametrize("after", [[], ["awards"]])
async def test_a_pause_wakes_everybody(after):
    turns = SectionScheduler(places=1)
    await turns.acquire("publications", [])
    waiting = asyncio.create_task(turns.acquire("intro", after))
    await asyncio.sleep(0)
    await turns.halt()
    assert await waiting is False
    assert turns.halted


async def test_earlier_finished_sections_count():
    turns = SectionScheduler(places=1, finished=["awards"])
    assert await turns.acquire("intro", ["awards"])
