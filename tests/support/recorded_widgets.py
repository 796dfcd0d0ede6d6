"""Widgets that record the messages they send."""

from __future__ import annotations

import orjson

from workbench.widgets.monitor import Monitor
from workbench.widgets.timeline import Timeline


class RecordedMonitor(Monitor):
    """A monitor whose sent messages can be read."""

    def __init__(self, run, **more):
        self.custom = []
        self.state_sent = 0
        super().__init__(run, **more)

    def send(self, content, buffers=None):
        orjson.dumps(content)  # must be plain JSON
        self.custom.append(content)

    def send_state(self, key=None):
        self.state_sent += key == "state"
        super().send_state(key)


class RecordedTimeline(Timeline):
    """A timeline whose sent messages can be read."""

    def __init__(self, run, **more):
        self.custom = []
        super().__init__(run, **more)

    def send(self, content, buffers=None):
        orjson.dumps(content)
        self.custom.append(content)
