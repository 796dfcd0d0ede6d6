"""Names of all Redis keys and channels (DESIGN: Redis).

The braces are literal: they put every key of a thread into the snapshot's own cluster slot, so that one script may
touch them all. Ids of threads are ``[A-Za-z0-9][A-Za-z0-9_-]{0,63}``, so nothing in a key ever needs escaping.
"""

from __future__ import annotations

# The snapshot's key has no braces because its name is the seed's. Redis hashes a key without braces as a whole, which
# gives the slot that the braces of the other keys name.
PREFIX = "document_workflow:"
"""Before a thread's id: the seed's own key of the snapshot."""

EVENTS = "events"
"""Stream; one field ``e`` an entry: the event as JSON; the entry's id is the event's."""

COMMANDS = "commands"
"""List of requests to the holder, JSON, oldest first."""

LOCK = "lock"
"""String: the live holder's name; lapses by itself."""

FENCE = "fence"
"""Hash: ``number`` (the fencing number), ``holder``, ``token`` (of the last acquisition), ``writes`` (how many the
holder has made), ``changes`` (how many writes of any holder there were), ``created`` and, where the thread expires,
``expires_at`` (both ms since 1970, the server's clock); and :data:`SUMMARY`."""

STAMP = ("number", "writes", "changes")
"""Fields of :data:`FENCE` of which one changes with each write. Earlier versions write no ``changes``, but a new
``number`` whenever a run is taken and released, and ``writes`` between the two."""

SUMMARY = "summary"
"""Field of :data:`FENCE`: what a list of runs shows (:mod:`workbench.live.run_summary`), JSON, encrypted like the
snapshot and written with it. Versions that know no summary write snapshots without it, so it may be missing, or older
than the snapshot."""

PAGES = "pages"
"""Hash ``<exhibit>/<page>`` -> text."""

AUDIT = "audit"
"""Hash ``<number>`` -> who did what (:mod:`workbench.live.audit`); entries are added, never changed."""

ANSWERS = "answers"
"""Hash ``<request id>`` -> what the holder answered to a request; the oldest are dropped."""

FIELDS = (PAGES, AUDIT, ANSWERS)
"""The parts that are hashes of values of the workbench's own: what :meth:`Store.write` may change with the events."""

# Kept in PARTS for stores that earlier versions wrote to: otherwise these hashes would never expire.
FORMER_FIELDS = ("checkpoints", "checkpoint_writes", "checkpoint_blobs")
"""Hashes that earlier versions wrote for LangGraph's checkpoints. Nothing reads or writes them any more; they expire
and are re-keyed with their thread."""

PARTS = (EVENTS, COMMANDS, LOCK, FENCE, *FIELDS, *FORMER_FIELDS)
"""Every part that a thread may have beside its snapshot. A new kind of key must be named here, or it would not expire
with the others."""


def snapshot_key(thread_id: str) -> str:
    """Returns the snapshot's key, such as ``document_workflow:abc-123``."""
    return f"{PREFIX}{thread_id}"


def part_key(thread_id: str, part: str) -> str:
    """Returns a part's key, such as ``{document_workflow:abc-123}:events``."""
    return f"{{{PREFIX}{thread_id}}}:{part}"


def thread_keys(thread_id: str) -> list[str]:
    """Lists every key of a thread."""
    return [snapshot_key(thread_id), *(part_key(thread_id, part) for part in PARTS)]


def page_field(exhibit_id: str, page: int) -> str:
    """Builds a field name of :data:`PAGES`; ids hold no slash."""
    return f"{exhibit_id}/{page}"


def page_place(field: str) -> tuple[str, int]:
    """Splits a field name of :data:`PAGES` into exhibit and page."""
    exhibit_id, _, page = field.rpartition("/")
    return exhibit_id, int(page)


# Not in a thread's slot and in none of its scripts: a change of a link is a single command.
LINKS = "workbench:links"
"""Hash of the whole database, not of a thread, ``<link id>`` -> the record of a view link, JSON. A link outlives its
thread's keys (an archived run can still be looked at), and a link without a record opens nothing. Also the channel on
which each change is announced."""

OPENINGS = "workbench:openings"
"""List of the whole database: who opened which link when, JSON, the newest first, the oldest dropped."""

WRITTEN = "written"
"""Channel of a thread on which each write of events is announced; the message is the last id."""

ASKED = "asked"
"""Channel of a thread on which each request is announced. Apart from :data:`WRITTEN`, so that a holder waiting for
requests is not woken by its own writes."""


def channel(thread_id: str, kind: str) -> str:
    """Returns a thread's channel: :data:`WRITTEN` or :data:`ASKED`."""
    return part_key(thread_id, kind)


def channel_pattern(kind: str) -> str:
    """Returns the pattern of a kind of channel."""
    return f"{{{PREFIX}*}}:{kind}"
