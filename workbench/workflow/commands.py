"""What somebody asks of a run: an order, the same from a widget, the command line, a server or another process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from pydantic import ConfigDict, Field, ValidationError, field_validator

from workbench.case.citation import ID_PATTERN
from workbench.case.model import Strict
from workbench.errors import InputError, Problem, StoreError, TransitionError, WorkbenchError
from workbench.live.events import RunStatus

RunAction = Literal["start", "resume", "pause", "cancel"]
SectionAction = Literal["approve", "reject", "edit", "regenerate", "lock", "unlock"]
SECTION_ACTIONS: tuple[str, ...] = get_args(SectionAction)

LONGEST_TEXT = 200_000
"""Characters of a section edited by hand; forty pages of a letter."""

LONGEST_NOTE = 10_000

ALLOWED: Mapping[str, frozenset[RunStatus]] = {
    "start": frozenset({"pending", "paused", "needs_review"}),
    "resume": frozenset({"paused", "needs_review"}),
    "pause": frozenset({"generating"}),
    "cancel": frozenset({"pending", "generating", "paused", "needs_review"}),
}
"""In which states a run obeys which order."""


class Command(Strict):
    """One order.

    Attributes:
        action: What is to be done.
        user_id: Who asks; asserted.
        via: How it came: ``kernel``, ``widget``, ``cli``, or ``rest:<id of the token>``.
        section_id: The section, for the orders that concern one.
        note: Why; of a rejection and a regeneration, what the next draft is to heed.
        text: Of an edit: the section's new text, Markdown.
        base: sha256 of the text that the decision is about; None: whatever stands there when it arrives.
    """

    model_config = ConfigDict(str_strip_whitespace=False)

    action: RunAction | SectionAction
    user_id: str = Field(max_length=128)
    via: str = Field(default="kernel", max_length=64)
    section_id: str | None = Field(default=None, pattern=f"^{ID_PATTERN}$")
    note: str | None = Field(default=None, max_length=LONGEST_NOTE)
    text: str | None = Field(default=None, max_length=LONGEST_TEXT)
    base: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")

    @field_validator("user_id")
    @classmethod
    def _named(cls, user_id: str) -> str:
        if not user_id.strip() or not user_id.isprintable():
            raise ValueError("give a name or e-mail address")
        return user_id

    @field_validator("note")
    @classmethod
    def _said(cls, note: str | None) -> str | None:
        return (note.strip() or None) if note is not None else None

    @classmethod
    def of(cls, action: str, **what: Any) -> Command:
        """An order, checked as far as it can be without the run.

        Raises:
            InputError: A value cannot be used, or one is missing that the order needs.
        """
        try:
            order = cls(action=action, **what)
        except ValidationError as error:
            raise InputError(
                *(
                    Problem(
                        what=str(detail["msg"]).removeprefix("Value error, ").lower(),
                        remedy="correct it",
                        field=str(detail["loc"][0]) if detail["loc"] else None,
                    )
                    for detail in error.errors()
                )
            ) from None
        if order.action in SECTION_ACTIONS and order.section_id is None:
            raise InputError(Problem(f"{action} concerns a section", "name one", field="section_id"))
        if order.action == "reject" and order.note is None:
            raise InputError(Problem("a rejection needs a note", "say what the next draft is to heed", field="note"))
        if order.action == "edit" and (order.text is None or not order.text.strip()):
            raise InputError(Problem("an edit needs the section's text", "give it", field="text"))
        return order

    def to_request(self, request_id: str) -> dict[str, Any]:
        """As it goes to the holder of the thread."""
        return {"request_id": request_id, "do": self.action, **self.model_dump(exclude={"action"}, exclude_none=True)}

    @classmethod
    def of_request(cls, request: Mapping[str, Any]) -> Command:
        """Reads a request of another process; InputError where it is none."""
        known = {name: request[name] for name in cls.model_fields if name in request and name != "action"}
        known.setdefault("user_id", "unknown")
        return cls.of(str(request.get("do")), **known)


def check_status(order: Command, thread_id: str, status: RunStatus) -> None:
    """TransitionError where a run in that state does not obey the order."""
    if order.action in ALLOWED:
        if status not in ALLOWED[order.action]:
            raise TransitionError(f"cannot {order.action} thread {thread_id}: it is {status}")
    elif status == "cancelled":
        raise TransitionError(f"cannot {order.action} a section of thread {thread_id}: it is cancelled; fork it")


def answer_of(error: WorkbenchError | None, *, leg: bool = False) -> dict[str, Any]:
    """What the holder answers: that it obeys, or which kind of error it was, and its words.

    Args:
        error: Why it does not; None: it does.
        leg: Whether the run goes on because of it: then there is something to wait for.
    """
    if error is None:
        return {"ok": True, "leg": leg}
    kinds = {TransitionError: "transition", InputError: "input"}
    kind = next((name for cls, name in kinds.items() if isinstance(error, cls)), "store")
    return {"ok": False, "kind": kind, "message": str(error)}


def raise_answer(answer: Mapping[str, Any]) -> None:
    """Raises what the holder answered, where it refused."""
    if answer.get("ok"):
        return
    message = str(answer.get("message", "the process that writes the run refused"))
    if answer.get("kind") == "transition":
        raise TransitionError(message)
    if answer.get("kind") == "input":
        what, _, remedy = message.partition("; ")
        raise InputError(Problem(what, remedy or "correct it"))
    raise StoreError(message)
