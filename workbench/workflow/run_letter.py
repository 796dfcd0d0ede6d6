"""The letter of a run, as the checks read it."""

from __future__ import annotations

from workbench.case.model import Case
from workbench.checks.draft import DraftSection
from workbench.checks.letter import Letter
from workbench.live.snapshot import Snapshot


def make_letter(snapshot: Snapshot, case: Case) -> Letter:
    """Makes the letter of a run, of the sections that have a text."""
    written = {section.section_id: section for section in snapshot.sections if section.content.strip()}
    sections = tuple(
        DraftSection(
            section_id,
            section.content,
            case,
            others={name: other.content for name, other in written.items() if name != section_id},
            earlier=section.earlier,
            title=section.title,
        )
        for section_id, section in written.items()
    )
    return Letter(snapshot.thread_id, "\n\n".join(section.content for section in written.values()), sections, case)
