"""Cache of the values that were used last."""

from __future__ import annotations

from workbench.text.bounded_cache import BoundedCache


def test_least_used_value_goes():
    cache: BoundedCache[int] = BoundedCache(2)
    cache.add("a", 1)
    cache.add("b", 2)
    assert cache.get("a") == 1
    cache.add("c", 3)
    assert [cache.get(key) for key in "abc"] == [1, None, 3]


def test_first_value_of_key_stays():
    cache: BoundedCache[list[int]] = BoundedCache(2)
    first = cache.add("a", [1])
    assert cache.add("a", [1]) is first
    assert repr(cache) == "<BoundedCache: 1 of 2>"
