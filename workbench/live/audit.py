"""Append-only audit record of a run, chained by hashes.

An entry holds the hash of its predecessor, and the snapshot that of the last one, so :func:`describe_damage` detects
an entry that was changed, taken out of the middle or cut off the end. Each change of a section's text carries the
hashes of the text before and after: the texts form a chain of their own, from the first draft to the one that was
approved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict

from workbench.live.snapshot import AuditHead

Action = Literal[
    "start", "resume", "pause", "cancel", "take_over", "leave", "fork", "accept_changes", "add_exhibit",
    "draft", "approve", "withdraw", "reject", "edit", "regenerate", "lock", "unlock", "add", "export",
    "confirm_sentence", "reject_sentence", "comment", "show_style",
]  # fmt: skip
"""Acts on a run. ``draft`` and ``show_style`` are acts of the machine: their user is the label of the model. The second
says which excerpt of another run (``after`` is its digest) the model is shown as an example of style."""


class AuditEntry(BaseModel):
    """One act on a run.

    Attributes:
        number: From 1, without gaps.
        at: Moment, ISO-8601 UTC.
        user_id: Who; asserted by the caller. For ``draft``, what wrote.
        action: What.
        section_id: The section, or None for the run as a whole.
        before: sha256 of the section's text before the act, hexadecimal; None where the act has no text.
        after: sha256 of the text after it.
        note: What the user said, or what the act was about.
        via: ``kernel``, ``widget``, ``cli``, or ``rest:<id of the token>``.
        event_id: The last event of the run before the act.
        previous: :meth:`digest` of the entry before; empty for the first.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    number: int
    at: str
    user_id: str
    action: Action
    section_id: str | None = None
    before: str | None = None
    after: str | None = None
    note: str | None = None
    via: str = "kernel"
    event_id: str = ""
    previous: str = ""

    def __repr__(self) -> str:
        what = f"{self.action} {self.section_id}" if self.section_id else self.action
        return f"<AuditEntry {self.number}: {what} by {self.user_id[:60]}, {self.at[:19]}>"

    def to_json(self) -> bytes:
        """Serialises the entry as one JSON object."""
        return orjson.dumps(self.model_dump())

    def digest(self) -> str:
        """Computes the sha256 that the next entry holds as ``previous``."""
        # Over all fields: one that is added to the model changes the digest of every entry that was stored without it.
        return hashlib.sha256(self.to_json()).hexdigest()


def read_entries(fields: Mapping[str, bytes]) -> list[AuditEntry]:
    """Parses the fields of the stored record, in order.

    Raises:
        ValueError: One cannot be read.
    """
    # A Redis hash has no order; the fields are named by number, and "10" sorts before "9" as text.
    entries = [AuditEntry.model_validate_json(value) for value in fields.values()]
    return sorted(entries, key=lambda entry: entry.number)


def find_broken_entry(entries: Iterable[AuditEntry]) -> int | None:
    """Finds the first entry that does not follow its predecessor.

    Returns:
        Its number, or None where the chain is intact.
    """
    # Entries cut off at the end leave an intact chain: see describe_damage.
    previous, number = "", 1
    for entry in entries:
        if entry.number != number or entry.previous != previous:
            return number
        previous, number = entry.digest(), number + 1
    return None


def describe_damage(entries: Sequence[AuditEntry], head: AuditHead | None) -> str | None:
    """Describes what is wrong with a record; None where it is whole.

    Args:
        entries: The record, in order.
        head: Its end as the snapshot has it; None: an earlier version wrote the run. The record may be longer, where it
            was read later than the snapshot.
    """
    broken = find_broken_entry(entries)
    if broken is not None:
        return f"entry {broken} does not follow from the one before it"
    if head is None:
        return None
    if len(entries) < head.count:
        return f"it ends with entry {len(entries)}, and {head.count} were made"
    if head.count and entries[head.count - 1].digest() != head.digest:
        return f"entry {head.count} is not the one that was made"
    return None
