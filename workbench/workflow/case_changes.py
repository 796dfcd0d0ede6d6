"""Description of a case's changes since a run was drafted."""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterator

from workbench.case.loader import CASE_FILE
from workbench.case.model import Case
from workbench.errors import InputError, Problem
from workbench.live.snapshot import Snapshot

_LINES_SHOWN = 6
_LONGEST_LINE = 80


def describe_case_changes(
    snapshot: Snapshot, case: Case, former: str | None, added: Container[str] = ()
) -> tuple[str, ...]:
    """Describes each change of a case in one line.

    Empty where the case is the same.

    Args:
        snapshot: The run, with the digest and the exhibits of the case that it was drafted from.
        case: The case now, without the exhibits that were added to the run.
        former: ``case.yaml`` as it was, or None where there is no copy.
        added: Ids of the exhibits that were added to the run and were never the case's.
    """
    # The digest covers case.yaml and every exhibit file, so the common case needs no reading.
    if case.digest == snapshot.case_digest:
        return ()
    return (*_describe_exhibits(snapshot, case, added), *_diff_case_file(former, case)) or (
        f"{CASE_FILE} or an exhibit file",
    )


def build_case_error(thread_id: str, changes: tuple[str, ...]) -> InputError:
    """Builds the error for going on with a changed case."""
    return InputError(
        Problem(
            what=f"the case of {thread_id} has changed since ({'; '.join(changes)})",
            remedy="restore it, or go on with --accept-changes (accept_changes=True)",
            field="THREAD",
        )
    )


def _describe_exhibits(snapshot: Snapshot, case: Case, added: Container[str]) -> Iterator[str]:
    before = {exhibit.exhibit_id: exhibit.sha256 for exhibit in snapshot.exhibits}
    now = {exhibit_id: document.sha256 for exhibit_id, document in case.documents.items()}
    yield from (f"exhibit {name} is new" for name in now if name not in before)
    yield from (f"exhibit {name} is gone" for name in before if name not in now and name not in added)
    # By content, not by date: a file that was copied back unchanged is no change.
    yield from (f"the file of exhibit {name} has changed" for name in now if before.get(name, now[name]) != now[name])


def _diff_case_file(former: str | None, case: Case) -> Iterator[str]:
    # Runs of versions that kept no copy of case.yaml: the digest says that something changed, not what.
    if former is None:
        return
    present = (case.root / CASE_FILE).read_text(encoding="utf-8", errors="replace")
    diff = difflib.unified_diff(former.splitlines(), present.splitlines(), n=0, lineterm="")
    # Without the two header lines, which name no files here.
    changed = [line for line in diff if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    yield from (f"{CASE_FILE} {line[:_LONGEST_LINE]}" for line in changed[:_LINES_SHOWN])
    if len(changed) > _LINES_SHOWN:
        yield f"{CASE_FILE}: {len(changed) - _LINES_SHOWN} more lines"
