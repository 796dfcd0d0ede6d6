"""Confirmation of an authority by a person who has read it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, cast

from workbench.case.law import Authority, authorities
from workbench.checks.law.cited_authority import find_authorities
from workbench.errors import InputError, Problem


def confirm_authority(
    cite: str, *, person: str, source: str, outcome: str = "none", proposition: str = "not recorded"
) -> Authority:
    """Makes the firm's entry of a decision that a person has read.

    Args:
        cite: The full citation, with name, court and year.
        person: Who read it.
        source: Where.
        outcome: ``won``, ``lost`` or ``none``, for the petitioner.
        proposition: What it stands for.

    Raises:
        InputError: The citation is not one full citation, or nobody is named.
    """
    full = [one for one in find_authorities(cite) if one.kind in {"reporter", "docket", "agency"}]
    if not full or not full[0].name or full[0].year is None or not full[0].cite:
        problem = Problem(
            f"{cite!r} is no full citation",
            'write one with name, cite, court and year: "Doe v. Roe, 12 F.4th 33 (9th Cir. 2021)"',
            field="cite",
        )
        raise InputError(problem)
    if not person.strip():
        raise InputError(Problem("nobody is named", "name the person who read the decision", field="by"))
    first, *parallel = full
    confirmed = Authority(
        name=first.name,
        cite=first.cite if first.kind != "docket" else f"No. {first.docket}",
        court=next((one.court for one in full if one.court), "U.S." if first.reporter == "U.S." else ""),
        year=first.year,
        standing="good",
        outcome=cast('Literal["won", "lost", "none"]', outcome),
        outcome_detail=outcome,
        proposition=proposition,
        seen=source,
        cite_verified=True,
        as_of=datetime.now(UTC).date().isoformat(),
        parallel=tuple(one.cite for one in parallel),
        confirmed_by=person.strip(),
    )
    # The package knows other names of a decision on its list, its last page and what it is cited for.
    known = next((one for one in authorities() if one.cite == confirmed.cite and one.standing == "good"), None)
    return confirmed if known is None else _complete(confirmed, known)


def _complete(confirmed: Authority, known: Authority) -> Authority:
    """Fills what a person left out from the package's entry of the same decision."""
    kept = {name: getattr(known, name) for name in ("names", "last_page", "about", "court", "year", "name")}
    if confirmed.outcome == "none":
        kept |= {"outcome": known.outcome, "outcome_detail": known.outcome_detail}
    if confirmed.proposition == "not recorded":
        kept["proposition"] = known.proposition
    return confirmed.model_copy(update={**kept, "parallel": tuple({*known.parallel, *confirmed.parallel})})
