"""Cache of the values that were used last."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class BoundedCache(Generic[Value]):
    """The values that were used last, by key; thread-safe.

    Args:
        most: Values that are kept.

    Examples:
        >>> cache = BoundedCache[str](1)
        >>> cache.add("a", "first")
        'first'
        >>> cache.add("b", "second"), cache.get("a")
        ('second', None)
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, Value] = OrderedDict()

    def __repr__(self) -> str:
        return f"<BoundedCache: {len(self._values)} of {self._most}>"

    def get(self, key: Hashable) -> Value | None:
        """Returns the value of a key, or None."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def add(self, key: Hashable, value: Value) -> Value:
        """Keeps a value, or the one that another thread has added meanwhile, and returns it."""
        with self._lock:
            known = self._values.setdefault(key, value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
            return known
