"""The sides and sections of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workbench.checks.finding import Finding
from workbench.live.snapshot import Fork, Usage
from workbench.text.redline import Span

Verdict = Literal["same", "changed", "only in a", "only in b"]
"""Of the text: status and findings may differ where the text is the same."""


@dataclass(frozen=True)
class Side:
    """Facts of one compared state as a whole.

    Attributes:
        thread_id: The run.
        at: Its last event at that moment; empty before the first.
        status: The run's.
        model: Label of what writes.
        case_digest: sha256 of the case.
        usage: Tokens and cost so far.
        forked_from: Where it branched off, or None.
    """

    thread_id: str
    at: str
    status: str
    model: str
    case_digest: str
    usage: Usage
    forked_from: Fork | None


@dataclass(frozen=True)
class SectionSide:
    """Facts of one section on one side.

    Attributes:
        status: The section's status in the snapshot.
        prompt_version: ``<section_id>@<digest>+<digest>``, or None before drafting; see the snapshot.
        attempts: Drafts written.
        tokens_used: Of all attempts.
        edited_by: Who wrote the text by hand, or None.
        approved_by: Whose approval stands, or None.
        sha256: Of the text.
    """

    status: str
    prompt_version: str | None
    attempts: int
    tokens_used: int
    edited_by: str | None
    approved_by: str | None
    sha256: str


@dataclass(frozen=True)
class SectionComparison:
    """Comparison of one section.

    Attributes:
        section_id: From the catalogue.
        title: As ``b`` has it, where it has it.
        verdict: What became of the text.
        a: The first side, or None where it has no such section.
        b: The second.
        spans: The redline from ``a`` to ``b``; nothing is lost in it.
        inserted: Words that only ``b`` has; a citation counts as one.
        deleted: Words that only ``a`` has.
        citations_added: Pages cited in ``b`` oftener than in ``a``, as ``[@exhibit-id, p. 2]``.
        citations_removed: The other way round.
        findings_opened: What the checks say of ``b`` and not of ``a``; the line does not count, for text moves.
        findings_closed: The other way round.
    """

    section_id: str
    title: str
    verdict: Verdict
    a: SectionSide | None
    b: SectionSide | None
    spans: tuple[Span, ...]
    inserted: int
    deleted: int
    citations_added: tuple[str, ...]
    citations_removed: tuple[str, ...]
    findings_opened: tuple[Finding, ...]
    findings_closed: tuple[Finding, ...]

    @property
    def differs(self) -> bool:
        """True where the text or its findings changed."""
        # Tokens and status differ between any two runs, and would mark every section.
        return self.verdict != "same" or bool(self.findings_opened or self.findings_closed)
