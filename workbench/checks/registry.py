"""Registry of the deterministic checks.

Their order is the order in which findings are listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from workbench.checks.authorities import legal_citation
from workbench.checks.authority_doubles import authority_doubles
from workbench.checks.citations import claim_uncited, exhibit_exists, no_evidence
from workbench.checks.finding import Finding, Severity
from workbench.checks.law import cfr_matches_section
from workbench.checks.names import naming
from workbench.checks.regulation_quotes import regulation_quote
from workbench.checks.structure import criteria_set, element_missing, placeholder, top_of_field


@dataclass(frozen=True)
class Check:
    """One rule.

    Attributes:
        id: As findings carry it.
        title: For lists and reports.
        severity: The worst it can find.
        run: The findings of a section or letter; pure and deterministic. It counts the places that it looked at in
            the ``coverage`` of what it is given.
        needs_case: False where it compares the text with nothing but itself and the law: ``run`` then takes a
            :class:`~workbench.checks.draft.DraftText`, else a :class:`~workbench.checks.draft.DraftSection`.
        scope: ``section``; or ``letter``: ``run`` takes a :class:`~workbench.checks.letter.Letter`.
    """

    id: str
    title: str
    severity: Severity
    run: Callable[[Any], Iterable[Finding]]
    needs_case: bool = True
    scope: Literal["section", "letter"] = "section"


CHECKS: tuple[Check, ...] = (
    Check("exhibit-exists", "Every cited exhibit and page exists", "error", exhibit_exists),
    Check("no-evidence", "A section that argues cites an exhibit", "error", no_evidence),
    Check("claim-uncited", "Every claim has an exhibit", "error", claim_uncited),
    Check("placeholder", "Nothing left to fill in", "error", placeholder, needs_case=False),
    Check("cfr-matches-section", "The paragraph cited is the section's", "error", cfr_matches_section, False),
    Check("regulation-quote", "Words quoted from the regulation stand there", "error", regulation_quote, False),
    Check(
        "legal-citation", "Authorities are on record and say what they are cited for", "error", legal_citation, False
    ),
    Check("authority-doubles", "One decision has one name and one cite", "warning", authority_doubles, False, "letter"),
    Check("naming", "One name, one honorific, the file's pronouns and field", "error", naming),
    Check("element-missing", "Every element of the claim is filled and argued", "error", element_missing),
    Check("criteria-set", "Introduction and conclusion list the claimed criteria", "error", criteria_set),
    Check("top-of-field", "Final merits are not argued at step one", "warning", top_of_field),
)
"""The checks; an explicit tuple, so that importing a module never changes what is checked."""
