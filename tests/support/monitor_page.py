"""Actions on the test page of the monitor.

They mount a snapshot, play the source and read the messages sent.
"""

from __future__ import annotations

import orjson
import wu_story
from playwright.sync_api import Page

from workbench.live.events import Event
from workbench.live.snapshot import Snapshot, fold

EVENTS = list(wu_story.story())
DONE = fold(wu_story.beginning(), EVENTS)


def show(page: Page, snapshot: Snapshot, **options):
    page.evaluate("([state, options]) => show(state, options)", [plain(snapshot.to_dict()), options])


def push(page: Page, /, **message):
    page.evaluate("async (message) => { push(message); await settled(); }", plain(message))


def push_events(page: Page, events: list[Event], after: str = ""):
    push(page, type="events", after=after, events=[event.to_dict() for event in events])


def sent(page: Page):
    return [message for message in page.evaluate("window.sent") if message["type"] != "hello"]


def plain(value):
    """As JSON would carry it."""
    return orjson.loads(orjson.dumps(value))


def first_of(section_id: str, kind: str) -> int:
    return next(n for n, e in enumerate(EVENTS) if e.type == kind and e.section_id == section_id)


def content(section_id: str, text: str, **more) -> Snapshot:
    """The finished run with another text in one section."""
    return DONE.model_copy(
        update={
            "sections": tuple(
                s.model_copy(update={"content": text, "findings": (), **more}) if s.section_id == section_id else s
                for s in DONE.sections
            )
        }
    )
