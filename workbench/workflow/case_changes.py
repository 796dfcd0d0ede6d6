"""Description of a case's changes since a run was drafted."""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterator
from typing import Any

from workbench.case.loader import CASE_FILE
from workbench.case.model import Case
from workbench.case.source import Path, format_path, parse_source
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


def list_changed_fields(snapshot: Snapshot, case: Case, former: str | None, added: Container[str] = ()) -> str:
    """Lists a case's changes by field path and exhibit id.

    It goes into the log, which viewers read, and to other processes that command the run. So it has no text of
    ``case.yaml``, where comments may stand that are for nobody else.
    """
    present = _read_case_file(case)
    # From no data, every field would be a change: such a copy tells only that something is different.
    before, now = (None if text is None else parse_source(text.encode(), CASE_FILE).data for text in (former, present))
    fields = [] if before is None or now is None else [format_path(path) for path in _changed_paths(before, now)]
    named = [f"{CASE_FILE}: {field}" for field in dict.fromkeys(fields[:_LINES_SHOWN])]
    if len(fields) > _LINES_SHOWN:
        named.append(f"{len(fields) - _LINES_SHOWN} more fields")
    if not named and former != present:
        named.append(CASE_FILE)
    return "; ".join((*_describe_exhibits(snapshot, case, added), *named)) or f"{CASE_FILE} or an exhibit file"


def _changed_paths(before: Any, now: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(before, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*before, *now)):
            yield from _changed_paths(before.get(key), now.get(key), (*path, key))
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for index, (old, new) in enumerate(zip(before, now, strict=True)):
            yield from _changed_paths(old, new, (*path, index))
    # A list that grew or shrank is one change: the index says nothing of which item is new.
    elif before != now:
        yield path


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
    diff = difflib.unified_diff(former.splitlines(), _read_case_file(case).splitlines(), n=0, lineterm="")
    # Without the two header lines, which name no files here.
    changed = [line for line in diff if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    yield from (f"{CASE_FILE} {line[:_LONGEST_LINE]}" for line in changed[:_LINES_SHOWN])
    if len(changed) > _LINES_SHOWN:
        yield f"{CASE_FILE}: {len(changed) - _LINES_SHOWN} more lines"


def _read_case_file(case: Case) -> str:
    return (case.root / CASE_FILE).read_text(encoding="utf-8", errors="replace")
