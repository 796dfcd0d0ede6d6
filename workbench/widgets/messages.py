"""What passes between the monitor and its views in the browser, beside the synced traits.

To a view: :data:`Message`. From a view, as untrusted dicts, to ``Monitor._handle``:

- ``hello {origin?}``; with the page's origin the kernel opens a door for it (:class:`DoorMessage`)
- ``start``, ``pause``, ``resume``, ``cancel``, each ``{request? after?}``: ``after`` is the last event that the view
  had drawn, so that an order which waited behind a busy cell, and was overtaken, does nothing
- ``decide {section_id action request? note? text? base_text?}``: ``base_text`` is the section's text as the attorney
  saw it; its hash is made here, for a page that is not on HTTPS or loopback has no ``crypto.subtle``
- ``page {exhibit_id page}``
- ``add_exhibit {name upload part parts}`` with the bytes as a buffer
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
    """The run has taken a command; what comes of it comes as events. ``request`` is the view's own, given back."""

    type: Literal["accepted"]
    about: str
    request: NotRequired[str]
    section_id: NotRequired[str]


class FailureMessage(TypedDict):
    """What was asked (``about``) could not be done; shown in the widget, never as a traceback in the notebook."""

    type: Literal["failure"]
    about: str
    message: str
    request: NotRequired[str]
    section_id: NotRequired[str]


class DoorMessage(TypedDict):
    """Where the view can ask for a pause, a resumption or the end while a cell keeps the kernel busy.

    A message, never a trait: what is synced may be saved in the notebook, and a token must not be.
    """

    type: Literal["door"]
    url: str
    token: str


Message = StateMessage | EventsMessage | PageMessage | AddedMessage | AcceptedMessage | FailureMessage | DoorMessage
