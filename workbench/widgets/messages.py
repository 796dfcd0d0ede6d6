"""Messages between the widgets of a run and their views.

The synced traits are not among them.

To a view: :data:`Message`. From a view, as untrusted dicts, to ``Monitor._handle``:

- ``hello {origin?}``; with the page's origin the kernel makes a key to its server (:class:`KernelControlMessage`)
- ``start``, ``pause``, ``resume``, ``cancel``, each ``{request? after?}``: ``after`` is the last event that the view
  had drawn, so that a command that waited behind a busy cell and was overtaken does nothing
- ``decide {section_id action request? note? text? user_id? base_text?}``: ``user_id`` is kept as the user's name;
  ``base_text`` is the section's text as the attorney
  saw it; its hash is computed here, since a page outside HTTPS and loopback has no ``crypto.subtle``
- ``remark {section_id action sentence finding? note? user_id? request?}``, answered like ``decide``
- ``check {}``: answered by :class:`CheckMessage`
- ``picture {exhibit_id page}``: answered by :class:`PictureMessage` with the PNG as a buffer
- ``marks {exhibit_id page words? sentence?}``: answered by :class:`MarksMessage`
- ``document {exhibit_id}``: answered by :class:`DocumentMessage` with the file as a buffer
- ``share {hours redact request?}``: answered by :class:`SharedMessage`
- ``links {}``, and ``unshare {id}``, which revokes a link: both answered by :class:`LinksMessage`
- ``page {exhibit_id page}``
- ``add_exhibit {name upload part parts}`` with the bytes as a buffer

To ``Timeline._handle``: ``at {id}``, ``fork {at request?}``, ``page {exhibit_id page}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NotRequired, Protocol, TypedDict

from workbench.checks.report import CheckReport
from workbench.errors import InputError, WorkbenchError
from workbench.text.catalogue import gettext as _
from workbench.workflow.page_pictures import MarkedPlaces
from workbench.workflow.run_check import describe_report


class StateMessage(TypedDict):
    """Whole snapshot, in answer to ``hello``.

    A view sends ``hello`` when it is new, and when it has missed events.
    """

    type: Literal["state"]
    state: dict[str, Any]


class EventsMessage(TypedDict):
    """Events in order, after the event with id ``after``.

    A view whose last event is an older one has missed some.
    """

    type: Literal["events"]
    after: str
    events: list[dict[str, Any]]


class WriterMessage(TypedDict):
    """Sign of life of the run's writer, once a second while it drafts.

    ``state`` is ``alive``, ``silent`` or ``lost``; ``silent_s`` is None where nobody knows.
    """

    type: Literal["writer"]
    state: str
    silent_s: int | None


class PageMessage(TypedDict):
    """Text of one exhibit page, or an error."""

    type: Literal["page"]
    exhibit_id: str
    page: int
    text: NotRequired[str]
    error: NotRequired[str]


class PictureMessage(TypedDict):
    """Picture of one exhibit page, as a buffer; or an error."""

    type: Literal["picture"]
    exhibit_id: str
    page: int
    error: NotRequired[str]


class MarksMessage(TypedDict):
    """Passage of an exhibit page and its places on the picture; see :class:`MarkedPlaces`."""

    type: Literal["marks"]
    exhibit_id: str
    page: int
    passage: str
    boxes: list[tuple[float, float, float, float]]
    note: str | None


class DocumentMessage(TypedDict):
    """File of an exhibit, as a buffer; or an error."""

    type: Literal["document"]
    exhibit_id: str
    name: NotRequired[str]
    error: NotRequired[str]


class CheckMessage(TypedDict):
    """Check report of the letter, or an error."""

    type: Literal["check"]
    report: NotRequired[dict[str, Any]]
    error: NotRequired[str]


class AddedMessage(TypedDict):
    """Notice that an uploaded file has become an exhibit."""

    type: Literal["added"]
    name: str
    exhibit_id: str


class AcceptedMessage(TypedDict):
    """Notice that the run has taken a command.

    Its effects come as events; ``request`` is the view's own id.
    """

    type: Literal["accepted"]
    about: str
    request: NotRequired[str]
    section_id: NotRequired[str]


class FailureMessage(TypedDict):
    """Notice that the request ``about`` has failed.

    It is shown in the widget, never as a traceback in the notebook. ``needs`` is ``user_id`` where the attorney's name
    is to be asked for.
    """

    type: Literal["failure"]
    about: str
    message: str
    needs: NotRequired[str]
    request: NotRequired[str]
    section_id: NotRequired[str]


class KernelControlMessage(TypedDict):
    """Address and token of the kernel's own server.

    By it a view can pause, resume or cancel while a cell keeps the kernel busy.

    A message, never a trait: traits may be saved in the notebook, and a token must not be.
    """

    type: Literal["kernel_control"]
    url: str
    token: str


FormName = Literal["word", "files", "add_section"]
"""Forms below the monitor; also the type of the message that asks for one."""


class FormMessage(TypedDict):
    """A form below the monitor, a widget of the same kernel."""

    type: FormName
    model_id: str


class SharedMessage(TypedDict):
    """Read-only link to the run, shown only once.

    ``reach`` and ``duration`` say who can open it and for how long it is served; ``remedy`` holds words and a command;
    ``qr`` is the data URI of a picture, for an address that a phone can open.
    """

    type: Literal["shared"]
    id: str
    url: str
    expires_at: str
    reach: str
    duration: str
    remedy: NotRequired[tuple[str, str]]
    qr: NotRequired[str]
    request: NotRequired[str]


class LinkRow(TypedDict):
    """A link of the run, without its token, and its uses.

    ``opened`` counts the times a page or a dashboard was opened with it, ``last_at`` and ``last_from`` are moment and
    address of the last one.
    """

    id: str
    created_at: str
    expires_at: str
    redact: bool
    revoked: bool
    opened: int
    last_at: str | None
    last_from: str | None


class LinksMessage(TypedDict):
    """Unexpired links of the run, the newest first."""

    type: Literal["links"]
    links: list[LinkRow]


class MomentMessage(TypedDict):
    """Snapshot of the run after the event ``id``."""

    type: Literal["moment"]
    id: str
    state: dict[str, Any]


class ForkedMessage(TypedDict):
    """Notice that a run was forked at ``at``."""

    type: Literal["forked"]
    at: str
    thread_id: str
    request: str


Message = (
    StateMessage
    | EventsMessage
    | WriterMessage
    | PageMessage
    | PictureMessage
    | MarksMessage
    | DocumentMessage
    | CheckMessage
    | AddedMessage
    | AcceptedMessage
    | LinksMessage
    | FailureMessage
    | KernelControlMessage
    | SharedMessage
    | FormMessage
    | MomentMessage
    | ForkedMessage
)


def read_text_field(content: Mapping[str, Any], name: str) -> str | None:
    """Returns a message's field if it is text."""
    value = content.get(name)
    return value if isinstance(value, str) else None


def make_accepted(about: str, content: Mapping[str, Any]) -> AcceptedMessage:
    """Makes the answer to a message that was carried out."""
    message: AcceptedMessage = {"type": "accepted", "about": about}
    if (request := read_text_field(content, "request")) is not None:
        message["request"] = request
    if (section_id := read_text_field(content, "section_id")) is not None:
        message["section_id"] = section_id
    return message


def make_failure(error: Exception, about: str, content: Mapping[str, Any]) -> FailureMessage:
    """Makes the answer to a message that failed."""
    # Messages of ours are sentences; those of others say little without the type.
    words = str(error) if isinstance(error, WorkbenchError) else f"{type(error).__name__}: {error}"
    message: FailureMessage = {"type": "failure", "about": about, "message": words}
    if isinstance(error, InputError) and any(problem.field == "user_id" for problem in error.problems):
        message["needs"] = "user_id"
    if (request := read_text_field(content, "request")) is not None:
        message["request"] = request
    if (section_id := read_text_field(content, "section_id")) is not None:
        message["section_id"] = section_id
    return message


class ExhibitPages(Protocol):
    """Interface of a run whose exhibits can be read."""

    def page_text(self, exhibit_id: str, page: int) -> str:
        """Returns the text of one exhibit page, 1-based."""

    def page_picture(self, exhibit_id: str, page: int) -> bytes:
        """Draws one exhibit page as PNG."""

    def passage_places(self, exhibit_id: str, page: int, passage: str = "", *, sentence: str = "") -> MarkedPlaces:
        """Finds the places of a passage on one exhibit page."""

    def exhibit_file(self, exhibit_id: str) -> tuple[str, bytes]:
        """Reads name and bytes of an exhibit's file."""

    def check(self) -> CheckReport:
        """Checks the letter as it stands."""


MAX_BUFFER_BYTES = 8_000_000
"""Of a file that goes to a view: Jupyter closes a socket on a message of ten million bytes."""

_UNREADABLE = (WorkbenchError, LookupError, ValueError, OSError)


def answer_about_exhibits(run: ExhibitPages, content: Mapping[str, Any]) -> tuple[Message, list[bytes]] | None:
    """Makes the answer to ``page``, ``picture``, ``marks`` or ``document``, and its buffers.

    None for another message.

    Blocks, for the seconds that a file takes to be read.
    """
    match content:
        case {"type": "page", "exhibit_id": str(exhibit_id), "page": int(page)}:
            return make_page_message(run, exhibit_id, page), []
        case {"type": "picture", "exhibit_id": str(exhibit_id), "page": int(page)}:
            picture: PictureMessage = {"type": "picture", "exhibit_id": exhibit_id, "page": page}
            try:
                return picture, [run.page_picture(exhibit_id, page)]
            except _UNREADABLE as error:
                return {**picture, "error": _describe(error, _("this page cannot be drawn"))}, []
        case {"type": "marks", "exhibit_id": str(exhibit_id), "page": int(page)}:
            words, sentence = (read_text_field(content, name) or "" for name in ("words", "sentence"))
            try:
                found = run.passage_places(exhibit_id, page, words, sentence=sentence)
            except _UNREADABLE as error:
                found = MarkedPlaces(words, [], _describe(error, _("the passage cannot be placed")))
            marks: MarksMessage = {"type": "marks", "exhibit_id": exhibit_id, "page": page, **found._asdict()}  # type: ignore[typeddict-item]
            return marks, []
        case {"type": "document", "exhibit_id": str(exhibit_id)}:
            return _make_document_message(run, exhibit_id)
    return None


def _make_document_message(run: ExhibitPages, exhibit_id: str) -> tuple[DocumentMessage, list[bytes]]:
    message: DocumentMessage = {"type": "document", "exhibit_id": exhibit_id}
    try:
        name, data = run.exhibit_file(exhibit_id)
    except _UNREADABLE as error:
        return {**message, "error": _describe(error, _("its file cannot be read"))}, []
    if len(data) > MAX_BUFFER_BYTES:
        return {**message, "error": _("{name} is too large to be sent here: open it in the case folder", name=name)}, []
    return {**message, "name": name}, [data]


def make_check_message(run: ExhibitPages) -> CheckMessage:
    """Makes the answer to ``check``."""
    try:
        return {"type": "check", "report": describe_report(run.check())}
    except _UNREADABLE as error:
        return {"type": "check", "error": _describe(error, _("the letter cannot be checked"))}


def _describe(error: Exception, otherwise: str) -> str:
    return str(error) if isinstance(error, WorkbenchError) else otherwise


def make_page_message(run: ExhibitPages, exhibit_id: str, page: int) -> PageMessage:
    """Makes the answer to ``page``."""
    try:
        text = run.page_text(exhibit_id, page)
    # Answered as a page: the pane that asked waits for this page and for no failure.
    except (WorkbenchError, LookupError, ValueError, OSError) as error:
        reason = str(error) if isinstance(error, WorkbenchError) else _("page {page} cannot be read", page=page)
        return {"type": "page", "exhibit_id": exhibit_id, "page": page, "error": reason}
    return {"type": "page", "exhibit_id": exhibit_id, "page": page, "text": text}


def make_shared_message(link: Any, content: Mapping[str, Any]) -> SharedMessage:
    """Makes the answer to ``share`` of a new link, as ``Run.share`` returns it."""
    message: SharedMessage = {
        "type": "shared",
        "id": link.id,
        "url": link.url,
        "expires_at": link.expires_at,
        "reach": link.reach,
        "duration": link.duration,
    }
    if link.remedy is not None:
        message["remedy"] = link.remedy
    if (picture := link.qr_picture) is not None:
        message["qr"] = picture
    if (request := read_text_field(content, "request")) is not None:
        message["request"] = request
    return message


def make_links_message(listed: Iterable[Any]) -> LinksMessage:
    """Makes the list of a run's links, as ``Run.links`` returns them, for a view."""
    rows: list[LinkRow] = []
    for each in listed:
        # A page opens a socket and reads: one use has several records.
        pages = [opening for opening in each.openings if opening.what == "page"]
        last = pages[0] if pages else None
        rows.append(
            {
                "id": each.link.id,
                "created_at": each.link.created_at,
                "expires_at": each.link.expires_at,
                "redact": each.link.redact,
                "revoked": each.link.revoked_at is not None,
                "opened": len(pages),
                "last_at": last.at if last else None,
                "last_from": last.address if last else None,
            }
        )
    return {"type": "links", "links": rows}
