"""Specification of one section of a document."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.case.criteria import Criterion, Element


@dataclass(frozen=True)
class SectionSpec:
    """One section of a document.

    Attributes:
        section_id: The id used everywhere: ``awards``.
        title: Heading of the section.
        cfr: The paragraph it argues, such as ``204.5(h)(3)(i)``, or None.
        seed_number: The number in the original system (``2.1``), kept as an alias, or None.
        criterion: The criterion it argues, or None for introduction, final merits and the like.
        elements: The elements to show, in order of argument.
        words: Shortest and longest length, in words.
        after: Ids of sections that must be finished first if they are part of the same run.
        prompt: Id of the prompt that drafts it, where it shares one with other sections; empty: its own id.

    Examples:
        >>> SectionSpec("request-judging", "Request 1: Judging — (iv)", words=(40, 800), prompt="rfe_request").short
        'Request 1: Judging'
    """

    section_id: str
    title: str
    cfr: str | None = None
    seed_number: str | None = None
    criterion: Criterion | None = None
    elements: tuple[Element, ...] = ()
    words: tuple[int, int] = (60, 1200)
    after: tuple[str, ...] = ()
    prompt: str = ""

    @property
    def short(self) -> str:
        """Title without its citation, for logs and tables."""
        return self.title.partition(" — ")[0]
