"""The catalogue of sections: title, paragraph, elements, length, and what each one waits for."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.case.criteria import Criterion, Element


@dataclass(frozen=True)
class SectionSpec:
    """One section of the petition.

    Attributes:
        section_id: The id used everywhere: ``awards``.
        title: Heading of the section.
        cfr: The paragraph it argues, such as ``204.5(h)(3)(i)``, or None.
        seed_number: The number the original system gave it (``2.1``), kept as an alias, or None.
        criterion: The criterion it argues, or None for introduction, final merits and the like.
        elements: What it must show, in order of argument.
        words: Shortest and longest length, in words.
        after: Ids of sections that must be finished first, where they are part of the same run.
    """

    section_id: str
    title: str
    cfr: str | None
    seed_number: str | None
    criterion: Criterion | None
    elements: tuple[Element, ...]
    words: tuple[int, int]
    after: tuple[str, ...] = ()
