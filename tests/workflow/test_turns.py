import asyncio

import pytest

from workbench.workflow.scheduler import SectionScheduler


async def test_a_section_waits_for_those_it_summarises():
    turns = SectionScheduler(places=2)
    waiting = asyncio.create_task(turns.take("intro", ["awards"]))
    assert await turns.take("awards", [])
    assert not waiting.done()
    await turns.finish("awards")
    assert await waiting


async def test_places_are_limited_and_a_waiter_holds_none():
    turns = SectionScheduler(places=1)
    waiting = asyncio.create_task(turns.take("intro", ["awards"]))  # would deadlock if it held the only place
    assert await turns.take("awards", [])
    second = asyncio.create_task(turns.take("background", []))
    await asyncio.sleep(0)
    assert not second.done()
    await turns.give_back("awards")
    assert await second
    await turns.finish("awards")
    await turns.give_back("background")
    assert await waiting


async def test_taking_a_turn_twice_takes_one_place():
    turns = SectionScheduler(places=2)
    assert await turns.take("awards", [])
    assert await turns.take("awards", [])
    assert await turns.take("background", [])


@pytest.mark.parametrize("after", [[], ["awards"]])
async def test_a_pause_wakes_everybody(after):
    turns = SectionScheduler(places=1)
    await turns.take("publications", [])
    waiting = asyncio.create_task(turns.take("intro", after))
    await asyncio.sleep(0)
    await turns.halt()
    assert await waiting is False
    assert turns.halted


async def test_finished_sections_of_an_earlier_start_count():
    turns = SectionScheduler(places=1, finished=["awards"])
    assert await turns.take("intro", ["awards"])
