"""What passes between the monitor and its views in the browser, beside the synced traits.

To a view: :data:`Message`. From a view, as untrusted dicts, to ``Monitor._handle``: ``hello``, ``start``, ``pause``,
``resume``, ``cancel``, ``page {exhibit_id page}``, ``add_exhibit {name upload part parts}`` with the bytes as a buffer.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class StateMessage(TypedDict):
    """The whole snapshot: the answer to ``hello``, which a new view asks, or one that has missed events."""

    type: Literal["state"]
    state: dict[str, Any]


class EventsMessage(TypedDict):
    """Events in order; ``after`` is the id they follow, so that a view notices a gap."""

    type: Literal["events"]
    after: str
    events: list[dict[str, Any]]


class PageMessage(TypedDict):
    """Text of one exhibit page, or why there is none."""

    type: Literal["page"]
    exhibit_id: str
    page: int
    text: NotRequired[str]
    error: NotRequired[str]


class AddedMessage(TypedDict):
    """An uploaded file has become an exhibit."""

    type: Literal["added"]
    name: str
    exhibit_id: str


class AcceptedMessage(TypedDict):
    """The run has taken a command; what comes of it comes as events."""

    type: Literal["accepted"]
    about: str


class FailureMessage(TypedDict):
    """What was asked (``about``) could not be done; shown in the widget, never as a traceback in the notebook."""

    type: Literal["failure"]
    about: str
    message: str


Message = StateMessage | EventsMessage | PageMessage | AddedMessage | AcceptedMessage | FailureMessage
