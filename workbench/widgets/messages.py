"""What passes between the widgets of a run and their views in the browser, beside the synced traits.

To a view: :data:`Message`. From a view, as untrusted dicts, to ``Monitor._handle``:

- ``hello {origin?}``; with the page's origin the kernel opens a door for it (:class:`DoorMessage`)
- ``start``, ``pause``, ``resume``, ``cancel``, each ``{request? after?}``: ``after`` is the last event that the view
  had drawn, so that an order which waited behind a busy cell, and was overtaken, does nothing
- ``decide {section_id action request? note? text? base_text?}``: ``base_text`` is the section's text as the attorney
  saw it; its hash is made here, for a page that is not on HTTPS or loopback has no ``crypto.subtle``
- ``share {hours redact request?}``: answered by :class:`SharedMessage`
- ``page {exhibit_id page}``
- ``add_exhibit {name upload part parts}`` with the bytes as a buffer

To ``Timeline._handle``: ``at {id}``, ``fork {at request?}``, ``page {exhibit_id page}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NotRequired, Protocol, TypedDict

from workbench.errors import WorkbenchError


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


class SharedMessage(TypedDict):
    """A link by which others watch the run; its address is shown this once."""

    type: Literal["shared"]
    id: str
    url: str
    expires_at: str
    request: NotRequired[str]


class MomentMessage(TypedDict):
    """The run as it stood after the event ``id``."""

    type: Literal["moment"]
    id: str
    state: dict[str, Any]


class ForkedMessage(TypedDict):
    """A new run begins at the event ``at``."""

    type: Literal["forked"]
    at: str
    thread_id: str
    request: str


Message = (
    StateMessage
    | EventsMessage
    | PageMessage
    | AddedMessage
    | AcceptedMessage
    | FailureMessage
    | DoorMessage
    | SharedMessage
    | MomentMessage
    | ForkedMessage
)


def text_of(content: Mapping[str, Any], name: str) -> str | None:
    """A field of a view's message, where it is there and is text."""
    value = content.get(name)
    return value if isinstance(value, str) else None


def accepted(about: str, content: Mapping[str, Any]) -> AcceptedMessage:
    """The answer to a view's message that was obeyed."""
    message: AcceptedMessage = {"type": "accepted", "about": about}
    if (request := text_of(content, "request")) is not None:
        message["request"] = request
    if (section_id := text_of(content, "section_id")) is not None:
        message["section_id"] = section_id
    return message


def failure(error: Exception, about: str, content: Mapping[str, Any]) -> FailureMessage:
    """The answer to a view's message that could not be obeyed."""
    words = str(error) if isinstance(error, WorkbenchError) else f"{type(error).__name__}: {error}"
    message: FailureMessage = {"type": "failure", "about": about, "message": words}
    if (request := text_of(content, "request")) is not None:
        message["request"] = request
    if (section_id := text_of(content, "section_id")) is not None:
        message["section_id"] = section_id
    return message


class Paged(Protocol):
    """A run whose exhibits can be read."""

    def page_text(self, exhibit_id: str, page: int) -> str:
        """Text of one exhibit page, 1-based."""


def page_of(run: Paged, exhibit_id: str, page: int) -> PageMessage:
    """The answer to ``page``: its text, or why there is none."""
    try:
        text = run.page_text(exhibit_id, page)
    except (WorkbenchError, LookupError, ValueError, OSError) as error:
        reason = str(error) if isinstance(error, WorkbenchError) else f"page {page} cannot be read"
        return {"type": "page", "exhibit_id": exhibit_id, "page": page, "error": reason}
    return {"type": "page", "exhibit_id": exhibit_id, "page": page, "text": text}
