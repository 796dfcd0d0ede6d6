"""Kinds of document that a case can call for, as data.

A kind names its sections and the field of ``case.yaml`` that it cannot do without. A section id that ends in ``-*``
stands for one section for each entry of a list of the case file, such as the requests of an officer's letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from workbench.case.criteria import SECTION_IDS

DocumentKind = Literal["petition", "rfe_response", "expert_letter"]
"""``document_type`` of ``case.yaml``."""

FAMILY = "-*"
"""End of a section id that stands for a section of each entry of a list."""


@dataclass(frozen=True)
class DocumentType:
    """One kind of document.

    Attributes:
        id: As ``document_type`` in ``case.yaml``.
        name: For messages and headings, without an article.
        needs: Field of ``case.yaml`` that it cannot do without.
        sections: Section ids in the document's order; ``request-*`` stands for all sections of that family.
        entries: Name of the list, in the field that it needs, that has the entries of its family.
        rests_on_file: Whether it may rest on documents that are not filed with it: its signer vouches for the facts.

    Examples:
        >>> DOCUMENT_TYPES["rfe_response"].sections
        ('rfe_intro', 'request-*', 'rfe_statement', 'rfe_conclusion')
    """

    id: DocumentKind
    name: str
    needs: str
    sections: tuple[str, ...]
    entries: str = ""
    rests_on_file: bool = False

    @property
    def article(self) -> str:
        """Indefinite article of the name."""
        return "an" if self.name[0] in "aeio" else "a"

    @property
    def family(self) -> str:
        """Prefix of the sections that stand for entries of a list, such as ``request-``.

        Empty without any.
        """
        return next((name.removesuffix("*") for name in self.sections if name.endswith(FAMILY)), "")

    def list_section_ids(self, data: Mapping[str, Any]) -> list[str]:
        """Lists the section ids that a case file can have.

        Args:
            data: Plain values of the file; what has the wrong shape is passed over.
        """
        # Of a file that is being checked: nothing of it can be relied on.
        part = data.get(self.needs)
        entries = part.get(self.entries) if isinstance(part, dict) else None
        ids = [
            f"{self.family}{entry['id']}"
            for entry in (entries if isinstance(entries, list) else [])
            if isinstance(entry, dict) and isinstance(entry.get("id"), str)
        ]
        return [each for name in self.sections for each in (ids if name.endswith(FAMILY) else [name])]


DOCUMENT_TYPES: dict[str, DocumentType] = {
    kind.id: kind
    for kind in (
        DocumentType("petition", "petition", "claims", SECTION_IDS),
        DocumentType(
            "rfe_response",
            "response to a Request for Evidence",
            "rfe",
            ("rfe_intro", "request-*", "rfe_statement", "rfe_conclusion"),
            "requests",
        ),
        DocumentType(
            "expert_letter",
            "expert letter",
            "signer",
            ("letter_signer", "letter_relation", "opinion-*", "letter_closing"),
            "opinions",
            rests_on_file=True,
        ),
    )
}
"""Every kind of document by id."""
