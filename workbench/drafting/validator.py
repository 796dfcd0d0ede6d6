"""ValidatorAgent: runs every deterministic check over a section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.case.model import Case
from workbench.checks.draft import DraftSection
from workbench.checks.finding import Finding
from workbench.checks.registry import CHECKS, Check

# Errors first: they keep a section from being approved.
_ORDER = {"error": 0, "warning": 1, "info": 2}


class ValidatorAgent:
    """Reviewer of drafts: deterministic, offline, equal for all models.

    Args:
        checks: Default: the registry.
    """

    def __init__(self, checks: Sequence[Check] = CHECKS) -> None:
        self.checks = tuple(checks)

    def review(
        self,
        section_id: str,
        content: str,
        case: Case,
        *,
        earlier: Mapping[str, str] | None = None,
    ) -> tuple[Finding, ...]:
        """Returns the findings about one section, errors first.

        Args:
            section_id: The section.
            content: Its Markdown.
            case: The case, with the exhibits that the run has added.
            earlier: The other finished sections, by id.

        Returns:
            Findings, by severity and line; a check that broke is one of them, as a warning "not checked", and never
            counts as passed.
        """
        draft = DraftSection(section_id=section_id, content=content, case=case, others=earlier or {})
        findings: list[Finding] = []
        for check in self.checks:
            try:
                findings.extend(check.run(draft))
            # A check is pure code over untrusted text; a defect in one must not lose the draft.
            except Exception as error:  # noqa: BLE001 - one broken check must not hide what the others find
                message = f"Not checked: “{check.title}” broke on this draft ({type(error).__name__}: {error})."
                suggestion = "Check this by hand, and report the defect."
                findings.append(draft.finding(check.id, "warning", message, suggestion=suggestion))
        return tuple(sorted(findings, key=lambda finding: (_ORDER[finding.severity], finding.line or 0)))
