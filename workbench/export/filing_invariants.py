"""The five conditions that every filing meets, each with what stands against it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.export.citations import problems
from workbench.export.package_exhibits import PreparedExhibit
from workbench.live.snapshot import Snapshot

InvariantStatus = Literal["holds", "does not hold", "not checked"]

_CHECKED = ("approved", "completed", "needs_review")
"""Statuses of a section whose text the checks have seen."""
_CLAIMS = ("claim-uncited", "no-evidence")
_NUMBERS = ("exhibit-exists",)
_LABELS = ("index-mismatch",)


@dataclass(frozen=True)
class FilingInvariant:
    """One condition.

    Attributes:
        name: In words.
        status: Whether it holds; ``not checked`` is no pass.
        reasons: What stands against it, or what was not checked, one line each.
        bars: Whether a final package is refused for it here; the letter's own conditions are those of the export.
    """

    name: str
    status: InvariantStatus
    reasons: tuple[str, ...] = ()
    bars: bool = False

    def __str__(self) -> str:
        return "\n- ".join([f"{self.name}: {self.status}", *self.reasons])


def check_invariants(
    snapshot: Snapshot, exhibits: Sequence[PreparedExhibit], *, bound: Sequence[int], dead_links: int
) -> tuple[FilingInvariant, ...]:
    """Checks the five conditions.

    Args:
        snapshot: The run, with the findings of its checks.
        exhibits: As they are bound.
        bound: Numbers of the exhibits that the volumes hold, in their order.
        dead_links: Links of the letter that lead to no page.
    """
    unchecked = [
        f"section {section.section_id} is {section.status.replace('_', ' ')}"
        for section in snapshot.sections
        if section.status not in _CHECKED or not section.content.strip()
    ]
    numbers = [*_list_findings(snapshot, _NUMBERS, {"error"}), *_list_citation_problems(snapshot)]
    # A warning says that a number could not be compared, or only with recognised text: not that it is wrong.
    uncertain = [*unchecked, *_list_findings(snapshot, _NUMBERS, {"warning"})]
    if dead_links:
        numbers.append(f"{dead_links} links of the letter lead to no page")
    unread = [f"Exhibit {each.number} has no text layer" for each in exhibits if not each.state.has_text]
    missing = [f"Exhibit {each.number} {_as_predicate(each.trouble)}" for each in exhibits if each.trouble is not None]
    listed = [exhibit.number for exhibit in snapshot.exhibits if exhibit.filed]
    unlisted = [f"Exhibit {number} is bound and not in the index" for number in bound if number not in set(listed)]
    gone = [f"Exhibit {number} is in no volume" for number in listed if number not in set(bound)]
    return (
        _conclude("every claim has an exhibit", list(_list_findings(snapshot, _CLAIMS)), unchecked),
        _conclude("every cited number is right", numbers, uncertain, bars=True),
        _conclude("the label matches the content", list(_list_findings(snapshot, _LABELS)), [*unchecked, *unread]),
        _conclude("no listed exhibit is missing", [*missing, *gone], [], bars=True),
        _conclude("no filed document is unlisted", unlisted, [], bars=True),
    )


def _conclude(name: str, against: list[str], unchecked: list[str], *, bars: bool = False) -> FilingInvariant:
    # Sentences of one section may be open for one reason.
    if against:
        return FilingInvariant(name, "does not hold", tuple(dict.fromkeys(against)), bars)
    if unchecked:
        return FilingInvariant(name, "not checked", tuple(dict.fromkeys(unchecked)))
    return FilingInvariant(name, "holds")


def _list_findings(
    snapshot: Snapshot, checks: Sequence[str], severities: Container[str] = ("error", "warning")
) -> Iterator[str]:
    for section in snapshot.sections:
        for finding in section.findings:
            if finding.check in checks and finding.severity in severities:
                yield f"section {section.section_id}: {finding.message}"
    for finding in snapshot.letter_findings:
        if finding.check in checks and finding.severity in severities:
            yield finding.message


def _list_citation_problems(snapshot: Snapshot) -> Iterator[str]:
    exhibits = {exhibit.exhibit_id: exhibit for exhibit in snapshot.exhibits}
    for section in snapshot.sections:
        for line in problems(section.content, exhibits):
            yield f"section {section.section_id}: {line}"


def _as_predicate(trouble: str | None) -> str:
    words = (trouble or "").removeprefix("the file ")
    if words.startswith("no font "):
        words = f"cannot be set: {words}"
    return words if words.startswith(("is ", "has ", "takes ", "cannot ")) else f"is {words}"
