"""Excerpt of an approved section of an earlier run, shown to the writer as an example of style.

It is no passage of an exhibit: nothing that checks a draft ever sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from workbench.text.digest import text_digest

EXAMPLES_PER_SECTION = 2
"""Most that a prompt holds."""

WITHHELD = {"citation": "[citation]", "quotation": "[quotation]", "name": "[name]", "number": "[number]"}
"""Marks in place of words left out. In a draft each of them is an error of the check ``placeholder``."""


@dataclass(frozen=True)
class StyleExample:
    """Excerpt of one approved section.

    Attributes:
        thread_id: The run that it comes from. It may contain a name, and so is in no prompt and no log.
        section_id: The section, in that run and in the one that is drafted.
        approved_sha256: Of the whole section as a person approved it.
        text: The excerpt, without citations; of another client, without names, numbers and quotations.
        is_of_other_client: Whether it was written for another client.
    """

    thread_id: str
    section_id: str
    approved_sha256: str
    text: str
    is_of_other_client: bool = False

    @cached_property
    def sha256(self) -> str:
        """Digest of the excerpt."""
        return text_digest(self.text)

    def describe(self) -> str:
        """Describes the source, for the audit record."""
        whose = "another client's, names removed" if self.is_of_other_client else "the same client's"
        return (
            f"example of style: section {self.section_id} of run {self.thread_id} ({whose}), approved as "
            f"{self.approved_sha256}"
        )
