"""Work that forked processes share."""

from __future__ import annotations

import os
import threading

import psutil
import pytest

from workbench.checks import check as check_module
from workbench.checks import result_cache
from workbench.checks.check import check_letter
from workbench.checks.letter import read_letter
from workbench.checks.shared_work import SharedWork
from workbench.text.bounded_cache import BoundedCache


def compute(function, items, processes=3):
    with SharedWork(function, items, processes) as work:
        return work.finish()


@pytest.mark.parametrize("processes", [1, 2, 9])
def test_results_are_in_order(processes):
    assert compute(str, [*range(50)], processes) == [*map(str, range(50))]


def test_nothing_to_do():
    assert compute(str, []) == []


def test_dead_child_is_made_good():
    """A child that ends over an item, as one that gets no memory does, takes nothing with it."""
    parent = os.getpid()
    assert compute(lambda item: item if os.getpid() == parent else os._exit(1), [*range(20)]) == [*range(20)]


def test_unpicklable_result_is_computed_here():
    assert [found() for found in compute(lambda item: lambda: item, [1, 2, 3])] == [1, 2, 3]


def test_second_thread_forbids_forks():
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    other.start()
    try:
        parent = os.getpid()
        assert set(compute(lambda _: os.getpid(), [*range(20)])) == {parent}
    finally:
        stop.set()
        other.join()


def test_children_end_with_an_error():
    def fail(item: int) -> int:
        raise ValueError(item)

    before = psutil.Process().children()  # servers of other tests

    with pytest.raises(ValueError, match="0"), SharedWork(fail, [0], 1) as work:
        work.finish()
    with pytest.raises(ValueError, match=r"\d"):
        compute(fail, [1, 2])
    assert psutil.Process().children() == before


def test_more_items_than_fit():
    assert compute(str, [*range(5000)], 2)[-1] == "4999"


def test_report_is_the_same(minimal, monkeypatch):
    monkeypatch.setattr(check_module, "_LEAST_SHARED", 0)
    paragraph = "She won the Borane Medal in 2019 with 12 others (Exhibit 1, p. 1). No [TODO] is “left”.\n\n"
    text = "".join(f"## {number} Part {number}\n\n" + paragraph * number for number in range(1, 7))
    one = check_letter(read_letter(text, minimal))
    monkeypatch.setattr(result_cache, "_cases", BoundedCache(4))
    two = check_letter(read_letter(text, minimal), processes=2)
    assert one.model_dump(exclude={"at"}) == two.model_dump(exclude={"at"})
