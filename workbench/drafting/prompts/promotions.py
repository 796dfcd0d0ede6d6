"""Decisions about prompt versions, one file a section.

``<prompts>/<section>/standing.yaml``::

    filing: awards@0123456789ab
    retired:
    - awards@ba9876543210
    history:
    - {"at": "2026-11-24T13:45:00Z", "did": "promote", "version": "awards@0123456789ab", ...}

The history counts; the lines above it state its result for the reader of the file, and are checked against it: a
merge or an edit by hand that leaves two answers to one question is refused, with the line. A decision is one line,
so that git shows decisions as changes. A version that is neither filing nor retired is a candidate, so saving a
version changes nothing here. In code the filing version is called *active*.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

from workbench.case.source import MAX_SOURCE_BYTES, Source, parse_source
from workbench.errors import InputError, Problem, printable_json

STANDING_FILE = "standing.yaml"
SHIPPED = "shipped"

Did = Literal["promote", "rollback", "retire"]
StandingName = Literal["filing", "candidate", "retired"]

_FIELDS = ("at", "did", "version", "before", "by", "reason", "evidence")
_NEEDED = ("at", "did", "version", "before", "by")
_ESCAPE = re.compile(r"\\(?:u(?P<high>d[89ab][0-9a-f]{2})\\u(?P<low>d[c-f][0-9a-f]{2})|.)")
_MERGE_MARK = re.compile(rb"^(?:<{7}|={7}|>{7}|\|{7})", re.MULTILINE)


@dataclass(frozen=True)
class Decision:
    """Decision about one version.

    Attributes:
        at: Time, ISO 8601, UTC.
        did: ``promote``: the version became active. ``rollback``: it became active again. ``retire``: it is no
            longer to be used.
        version: ``awards@0123456789ab``.
        before: The active version before the decision.
        by: The person; asserted by the caller.
        reason: The reason, or None.
        evidence: The basis, such as the name of the gate's record, or None.
    """

    at: str
    did: Did
    version: str
    before: str
    by: str
    reason: str | None = None
    evidence: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Returns the fields."""
        return asdict(self)


@dataclass(frozen=True)
class PromotionState:
    """Result of the decisions about one section's prompt.

    Attributes:
        history: The decisions, first to last.
        chain: The versions that were active and can be returned to, the present one last; empty if none was ever
            promoted: then the shipped one is active.
        withdrawn: Versions that were retired, or rolled back from.

    Examples:
        >>> first = Decision("2026-01-01T00:00:00Z", "promote", "awards@1", "awards@0", "ana")
        >>> standing = PromotionState().after(first)
        >>> standing.active, standing.back_to, standing.of("awards@2")
        ('awards@1', 'awards@0', 'candidate')
    """

    history: tuple[Decision, ...] = ()
    chain: tuple[str, ...] = ()
    withdrawn: frozenset[str] = frozenset()

    @property
    def active(self) -> str | None:
        """Ref of the active version; None: the shipped one."""
        return self.chain[-1] if self.chain else None

    @property
    def back_to(self) -> str | None:
        """Ref that a rollback would make active, or None."""
        # Nearest first: a rollback undoes the last promotion, not all of them.
        usable = (ref for ref in reversed(self.chain[:-1]) if ref not in self.withdrawn and ref != self.active)
        return next(usable, None)

    @property
    def retired(self) -> tuple[str, ...]:
        """Withdrawn and replaced versions, sorted."""
        # A version that was once active and no longer is counts as retired, whoever decided it.
        replaced = {ref for decision in self.history if decision.did != "retire" for ref in
                    (decision.before, decision.version)}  # fmt: skip
        return tuple(sorted((replaced | self.withdrawn) - {self.active}))

    def of(self, ref: str) -> StandingName:
        """Returns the standing of a version.

        The shipped one is the caller's to find by :attr:`active`.
        """
        if ref == self.active:
            return "filing"
        return "retired" if ref in self.retired else "candidate"

    def after(self, decision: Decision) -> PromotionState:
        """Returns the standing after one more decision.

        Raises:
            ValueError: The decision does not follow from the earlier ones; the message says why.
        """
        version = decision.version
        filing = self.active or decision.before
        if decision.did == "promote":
            if version == filing:
                raise ValueError(f"{version} is filing already")
            # The first promotion replaces the shipped version, which can be returned to.
            chain = (*(self.chain or (decision.before,)), version)
            withdrawn = self.withdrawn - {version}
        elif decision.did == "retire":
            if version == filing:
                raise ValueError(f"{version} is filing: promote another one, or roll back, before it is retired")
            chain, withdrawn = self.chain, self.withdrawn | {version}
        else:
            if version != self.back_to:
                raise ValueError(f"a rollback does not lead to {version}")
            # A version may have been active more than once: the rollback leads to its last time.
            place = max(at for at, ref in enumerate(self.chain) if ref == version)
            gone = {ref for ref in self.chain[place + 1 :] if ref != version}
            chain, withdrawn = self.chain[: place + 1], self.withdrawn | gone
        return PromotionState((*self.history, decision), chain, withdrawn)

    def to_yaml(self) -> bytes:
        """Returns the bytes of the file."""
        lines = [
            "# Written by `workbench prompts`. Two decisions that git cannot merge are yours to settle: see there."
        ]
        lines.append(f"filing: {self.active or SHIPPED}")
        lines += ["retired:", *(f"- {ref}" for ref in self.retired)] if self.retired else ["retired: []"]
        lines.append("history:" if self.history else "history: []")
        for decision in self.history:
            # JSON is YAML, and stays on one line whatever a reason holds.
            row = {name: value for name, value in decision.to_dict().items() if value is not None}
            text = printable_json(json.dumps(row, ensure_ascii=False).encode())
            lines.append(f"- {_ESCAPE.sub(_join_surrogates, text)}")
        return "\n".join([*lines, ""]).encode()


@lru_cache(maxsize=64)
def read_standing(raw: bytes, *, file: str, section_id: str) -> PromotionState:
    """Reads and checks the file of a section.

    Args:
        raw: Its bytes.
        file: Its name, for messages.
        section_id: The section.

    Raises:
        InputError: Every fault of the file, with its line: an unresolved merge, two filing versions, a decision
            that does not follow from those before it.
    """
    # Before parsing: the parser's complaint about "<<<<<<<" would not help anybody.
    mark = _MERGE_MARK.search(raw)
    if mark is not None:
        line = raw.count(b"\n", 0, mark.start()) + 1
        what = "git could not merge two decisions"
        remedy = "keep the decisions of both sides under history:, the filing: line of the last one, and no marks"
        raise InputError(Problem(what, remedy, file=file, line=line))
    source = parse_source(raw, file)
    problems = [_reword(problem) for problem in source.problems]
    if not problems and not isinstance(source.data, dict):
        problems = [source.problem((), "not a list of fields", "begin with filing:, retired: and history:")]
    if problems:
        raise InputError(*problems)
    problems = [
        source.problem((name,), f"unknown field {name!r}", "use filing, retired, history")
        for name in source.data
        if name not in {"filing", "retired", "history"}
    ]
    standing = _fold_history(source, section_id, problems)
    if standing is not None:
        _compare(source, standing, problems)
    if problems:
        raise InputError(*problems)
    assert standing is not None  # noqa: S101 - without one there is a problem
    return standing


def _join_surrogates(match: re.Match[str]) -> str:
    """Rewrites JSON's escape of two surrogates as YAML's."""
    if match["high"] is None:
        return match[0]
    # JSON writes a character beyond U+FFFF as two escapes; YAML reads those as two surrogates, which are no text.
    return f"\\U{0x10000 + ((int(match['high'], 16) - 0xD800) << 10) + int(match['low'], 16) - 0xDC00:08x}"


def _reword(problem: Problem) -> Problem:
    if problem.field == "filing" and problem.what.startswith("the field is given twice"):
        what = problem.what.replace("the field is given twice", "two versions are filing")
        return Problem(what, "keep the line of the last decision in history:", problem.file, problem.line, "filing")
    if problem.what.startswith("larger than"):
        return Problem(f"larger than {MAX_SOURCE_BYTES // 1_000_000} MB", "restore it from git", problem.file)
    return problem


def _fold_history(source: Source, section_id: str, problems: list[Problem]) -> PromotionState | None:
    """Replays the history; None if a decision does not follow."""
    rows = source.data.get("history") or []
    if not isinstance(rows, list):
        problems.append(source.problem(("history",), "is no list", "write one decision a line, after a dash"))
        return None
    standing = PromotionState()
    for index, row in enumerate(rows):
        path = ("history", index)
        found = list(_row_problems(source, path, row, section_id))
        if not found:
            try:
                standing = standing.after(Decision(**row))
            except ValueError as error:
                found = [source.problem(path, str(error), "restore the file from git, or take the line out")]
        # Later decisions build on this one: their faults would be consequences.
        if found:
            problems += found
            return None
    return standing


def _row_problems(source: Source, path: tuple[str | int, ...], row: Any, section_id: str) -> Iterable[Problem]:
    remedy = f"write {', '.join(_FIELDS)}"
    if not isinstance(row, dict):
        yield source.problem(path, "is no decision", remedy)
        return
    for name, value in row.items():
        if name not in _FIELDS:
            yield source.problem((*path, name), f"unknown field {name!r}", remedy)
        elif not isinstance(value, str):
            yield source.problem((*path, name), f"{name} without a value", "write it as text")
        elif name == "did" and value not in get_args(Did):
            yield source.problem((*path, name), f"unknown decision {value!r}", f"use {', '.join(get_args(Did))}")
        elif name in {"version", "before"} and not re.fullmatch(rf"{section_id}@[0-9a-f]{{12}}", value):
            yield source.problem(
                (*path, name), f"{value!r} is no version of {section_id}", f"write {section_id}@ and 12 digits"
            )
    for name in _NEEDED:
        if name not in row:
            yield source.problem(path, f"a decision without {name!r}", remedy)


def _compare(source: Source, standing: PromotionState, problems: list[Problem]) -> None:
    """Compares the summary lines with the history."""
    filing = standing.active or SHIPPED
    written = source.data.get("filing")
    # An edit of the summary alone is the likeliest attempt to promote by hand.
    if written != filing:
        what = f"says {written!r}, and by the history below it is {filing!r}"
        remedy = f"write {filing}; to make another one filing, use workbench prompts promote"
        problems.append(source.problem(("filing",), what, remedy))
    listed = source.data.get("retired") or []
    if not isinstance(listed, list) or sorted(map(str, listed)) != list(standing.retired):
        what = "does not say what the history below says"
        problems.append(source.problem(("retired",), what, f"list {', '.join(standing.retired) or 'nothing: []'}"))
