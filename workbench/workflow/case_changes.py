"""How a case differs from the one that a run was drafted from, in words for the attorney."""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterator

from workbench.case.loader import CASE_FILE
from workbench.case.model import Case
from workbench.errors import InputError, Problem
from workbench.live.snapshot import Snapshot

_LINES_TOLD = 6
_LONGEST_LINE = 80


def case_changes(snapshot: Snapshot, case: Case, former: str | None, added: Container[str] = ()) -> tuple[str, ...]:
    """One line for each change; empty where the case is the same.

    Args:
        snapshot: The run, with the digest and the exhibits of the case that it was drafted from.
        case: The case now, without the exhibits that were added to the run.
        former: ``case.yaml`` as it was, or None where no copy was kept.
        added: Ids of the exhibits that were added to the run and were never the case's.
    """
    if case.digest == snapshot.case_digest:
        return ()
    return (*_exhibits(snapshot, case, added), *_lines(former, case)) or (f"{CASE_FILE} or an exhibit file",)


def changed_case(thread_id: str, changes: tuple[str, ...]) -> InputError:
    """What is said where a run is to go on with a case that is not what it was."""
    told = "; ".join(changes)
    return InputError(
        Problem(
            what=f"the case of {thread_id} has changed since ({told})",
            remedy="restore it, or go on with --accept-changes (accept_changes=True)",
            field="THREAD",
        )
    )


def _exhibits(snapshot: Snapshot, case: Case, added: Container[str]) -> Iterator[str]:
    before = {exhibit.exhibit_id: exhibit.sha256 for exhibit in snapshot.exhibits}
    now = {exhibit_id: document.sha256 for exhibit_id, document in case.documents.items()}
    yield from (f"exhibit {name} is new" for name in now if name not in before)
    yield from (f"exhibit {name} is gone" for name in before if name not in now and name not in added)
    yield from (f"the file of exhibit {name} has changed" for name in now if before.get(name, now[name]) != now[name])


def _lines(former: str | None, case: Case) -> Iterator[str]:
    if former is None:
        return
    present = (case.root / CASE_FILE).read_text(encoding="utf-8", errors="replace")
    diff = difflib.unified_diff(former.splitlines(), present.splitlines(), n=0, lineterm="")
    changed = [line for line in diff if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    yield from (f"{CASE_FILE} {line[:_LONGEST_LINE]}" for line in changed[:_LINES_TOLD])
    if len(changed) > _LINES_TOLD:
        yield f"{CASE_FILE}: {len(changed) - _LINES_TOLD} more lines"
