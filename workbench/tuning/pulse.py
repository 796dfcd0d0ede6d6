"""When the requests are at work: scoring, which is all computing, makes way for them.

Python runs one thread at a time. Without this a check that is under way holds up every piece of text that comes in
meanwhile, by up to five milliseconds each: ten streams at once then take twice as long.
"""

from __future__ import annotations

import time

_QUIET_S = 0.015
"""After so long without a piece of text, the requests are taken to be waiting for their endpoint."""

_PATIENCE_S = 2.0
"""For no draft longer than this in all, and the less the more drafts wait: endpoints that never rest must not stop the
scoring, nor the drafts that it has not come to stop the requests."""

_LOOK_S = 0.004


class IOActivity:
    """Beats on one thread, felt on others.

    Attributes:
        crowding: How full the queue of drafts is, 0 to 1.
    """

    def __init__(self) -> None:
        self.crowding = 0.0
        self._at = 0.0
        self._waited_s = 0.0

    def beat(self, *_: object) -> None:
        """A request is at work."""
        self._at = time.monotonic()

    def next_draft(self) -> None:
        """The patience begins anew."""
        self._waited_s = 0.0

    def make_way(self) -> None:
        """Returns when the requests rest, or have been waited for long enough."""
        while self._waited_s < _PATIENCE_S * (1 - self.crowding) and time.monotonic() - self._at < _QUIET_S:
            time.sleep(_LOOK_S)
            self._waited_s += _LOOK_S
