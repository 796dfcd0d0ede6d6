"""A check's result about one place of a draft."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.text.count_noun import count_noun

QUOTE_LIMIT = 240
"""Characters of a quote of the letter; longer ones are cut without an ellipsis, for a quote is verbatim."""

Severity = Literal["error", "warning", "info"]

# A length beside the pattern: "{1,80}" of a class of Unicode takes pydantic a tenth of a second for every model.
CheckId = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[\w.:-]+$")]


class EvidencePlace(BaseModel):
    """Words on an exhibit page.

    Attributes:
        exhibit_id: The exhibit.
        page: From 1.
        quote: Its words, verbatim.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    exhibit_id: str
    page: int
    quote: str


class Finding(BaseModel):
    """Result of a check at one place of a draft.

    Attributes:
        check: Id of the check in the registry, such as ``exhibit-exists``.
        severity: ``error`` stops a section at review; ``warning`` and ``info`` do not.
        message: One sentence for the attorney.
        section_id: The section, or None for the document as a whole.
        line: 1-based line in the section's Markdown, or None.
        quote: The words at issue, verbatim from the draft, or None.
        suggestion: What would mend it, or None.
        evidence: Words of the exhibits that the finding rests on.
    """

    # Findings are stored in events, where a later version may have added fields.
    model_config = ConfigDict(frozen=True, extra="ignore")

    check: str
    severity: Severity
    message: str
    section_id: str | None = None
    line: int | None = None
    quote: str | None = None
    suggestion: str | None = None
    evidence: tuple[EvidencePlace, ...] = ()


def show_quote(quote: str) -> str:
    """Writes words of the letter or of an exhibit on one line for a reader.

    Markers of headings and of emphasis are left out, and a quote that was cut ends in an ellipsis behind a whole word.
    """
    line = " ".join(quote.replace("*", "").split()).lstrip("#> ")
    return f"{line.rsplit(' ', 1)[0]} …" if len(quote) >= QUOTE_LIMIT and " " in line else line


def count_findings(findings: Iterable[Finding]) -> str:
    """Returns the numbers of errors and warnings, as a log line ends with them."""
    counts = Counter(finding.severity for finding in findings)
    counted = [count_noun(counts[severity], severity) for severity in ("error", "warning") if counts[severity]]
    return " and ".join(counted) or "nothing found"
