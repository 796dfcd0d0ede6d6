"""Commands to a run, and their serialised form.

Widgets, the command line, servers and other processes use the same form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from pydantic import ConfigDict, Field, ValidationError, field_validator

from workbench.case.citation import ID_PATTERN
from workbench.case.model import Strict
from workbench.checks.finding import CheckId
from workbench.errors import InputError, Problem, StoreError, TransitionError, WorkbenchError
from workbench.live.events import RunStatus

RunAction = Literal["start", "resume", "pause", "cancel"]
SectionAction = Literal["approve", "withdraw", "reject", "edit", "regenerate", "lock", "unlock", "add"]
SentenceAction = Literal["confirm_sentence", "reject_sentence", "comment"]
SECTION_ACTIONS: tuple[str, ...] = get_args(SectionAction)
SENTENCE_ACTIONS: tuple[str, ...] = get_args(SentenceAction)

LONGEST_TEXT = 200_000
"""Characters of a section edited by hand; about forty pages of a letter."""

LONGEST_NOTE = 10_000

ALLOWED: Mapping[str, frozenset[RunStatus]] = {
    "start": frozenset({"pending", "paused", "needs_review"}),
    "resume": frozenset({"paused", "needs_review"}),
    "pause": frozenset({"generating"}),
    "cancel": frozenset({"pending", "generating", "paused", "needs_review"}),
}
"""The states in which a run obeys each command."""


class ExecutorGoneError(WorkbenchError):
    """Refusal of a command by an executor that has left.

    The caller takes the run over again.
    """


class Command(Strict):
    """One instruction to a run, with the user behind it.

    Attributes:
        action: The instruction.
        user_id: Who gives it; asserted.
        via: Its origin: ``kernel``, ``widget``, ``cli``, or ``rest:<id of the token>``.
        section_id: The section, for commands that concern one.
        note: The reason; of a rejection and a regeneration, the instruction for the next draft.
        text: Of an edit: the section's new text, Markdown. Of a word on a sentence: that sentence, verbatim.
        base: sha256 of the text that the decision is about; None: the text that stands there when
            the command arrives.
        finding: Of a word on a sentence: id of the check that it answers, or ``support``.
    """

    model_config = ConfigDict(str_strip_whitespace=False)

    action: RunAction | SectionAction | SentenceAction
    user_id: str = Field(max_length=128)
    via: str = Field(default="kernel", max_length=64)
    section_id: str | None = Field(default=None, pattern=f"^{ID_PATTERN}$")
    note: str | None = Field(default=None, max_length=LONGEST_NOTE)
    text: str | None = Field(default=None, max_length=LONGEST_TEXT)
    base: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    finding: CheckId | None = None

    @field_validator("user_id")
    @classmethod
    def _check_user_id(cls, user_id: str) -> str:
        if not user_id.strip() or not user_id.isprintable():
            raise ValueError("give a name or e-mail address")
        return user_id

    @field_validator("note")
    @classmethod
    def _strip_note(cls, note: str | None) -> str | None:
        return (note.strip() or None) if note is not None else None

    @classmethod
    def of(cls, action: str, **fields: Any) -> Command:
        """Builds a command, checked as far as possible.

        The rest is checked against the run.

        Raises:
            InputError: A value cannot be used, or one is missing that the action needs.
        """
        try:
            command = cls(action=action, **fields)
        except ValidationError as error:
            # One Problem a field; pydantic's own message names the class and prints the value, which may be a secret.
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
        if command.action in {*SECTION_ACTIONS, *SENTENCE_ACTIONS} and command.section_id is None:
            raise InputError(Problem(f"{action} concerns a section", "name one", field="section_id"))
        if command.action == "reject" and command.note is None:
            raise InputError(Problem("a rejection needs a note", "say what the next draft is to change", field="note"))
        if command.action in SENTENCE_ACTIONS and not (command.text or "").strip():
            raise InputError(Problem(f"{action} concerns a sentence", "give its words", field="text"))
        if command.action == "comment" and command.note is None:
            raise InputError(Problem("a comment needs words", "write them", field="note"))
        if command.action == "edit" and (command.text is None or not command.text.strip()):
            raise InputError(Problem("an edit needs the section's text", "give it", field="text"))
        return command

    def to_request(self, request_id: str) -> dict[str, Any]:
        """Serialises the command for the thread's writer.

        The writer reads it from ``:commands``.
        """
        return {"request_id": request_id, "do": self.action, **self.model_dump(exclude={"action"}, exclude_none=True)}

    @classmethod
    def from_request(cls, request: Mapping[str, Any]) -> Command:
        """Parses another process's command; InputError where it is none."""
        known = {name: request[name] for name in cls.model_fields if name in request and name != "action"}
        # Fields of later versions are dropped, not refused: versions share one Redis.
        known.setdefault("user_id", "unknown")
        return cls.of(str(request.get("do")), **known)


def check_status(command: Command, thread_id: str, status: RunStatus) -> None:
    """Raises TransitionError where the state forbids the command."""
    if command.action in ALLOWED:
        if status not in ALLOWED[command.action]:
            raise TransitionError(f"cannot {command.action} thread {thread_id}: it is {status}")
    # Every other state allows decisions on sections: an ended run is opened again by one.
    elif status == "cancelled":
        raise TransitionError(f"cannot {command.action} a section of thread {thread_id}: it is cancelled; fork it")


def describe_ended_run(thread_id: str, status: RunStatus) -> str:
    """Says why an ended run takes no exhibit, and what takes one."""
    return (
        f"cannot add an exhibit to thread {thread_id}: it has ended as {status}; fork it, add the exhibit to the "
        "branch and start that"
    )


def build_answer(error: WorkbenchError | None, *, starts_execution: bool = False) -> dict[str, Any]:
    """Serialises a command's result for the process that sent it.

    Args:
        error: The refusal; None: the command was obeyed.
        starts_execution: Whether the run goes on because of it, so that there is something to wait for.
    """
    if error is None:
        return {"ok": True, "leg": starts_execution}  # a name on the wire: versions share one Redis
    # Errors cross processes as a kind and a text; a class of another version might not exist here.
    kinds = {TransitionError: "transition", InputError: "input"}
    kind = next((name for cls, name in kinds.items() if isinstance(error, cls)), "store")
    return {"ok": False, "kind": kind, "message": str(error)}


def raise_refusal(answer: Mapping[str, Any]) -> None:
    """Raises the error that an answer carries.

    Returns where the command was obeyed.
    """
    if answer.get("ok"):
        return
    message = str(answer.get("message", "the process that writes the run refused"))
    if answer.get("kind") == "transition":
        raise TransitionError(message)
    if answer.get("kind") == "input":
        what, _, remedy = message.partition("; ")
        raise InputError(Problem(what, remedy or "correct it"))
    raise StoreError(message)
