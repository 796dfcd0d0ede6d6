"""Letters whose errors are of figures, dates and comparators, each in a module with its exhibits."""

from __future__ import annotations

import chip_letter
import designer_letter
import editor_letter
import orthopedist_letter
import plant_breeder_letter
import surgeon_letter
from field_letters import make_case
from wording_letters import SeededError, WordingLetter

from workbench.case.model import Case
from workbench.checks.draft import DraftSection

MODULES = {
    "surgeon": surgeon_letter,
    "editor": editor_letter,
    "chip": chip_letter,
    "designer": designer_letter,
    "plant-breeder": plant_breeder_letter,
    "orthopedist": orthopedist_letter,
}


def figure_letters(base: Case) -> dict[str, WordingLetter]:
    """Returns the letters, each as one section beside its case."""
    return {
        key: WordingLetter(
            DraftSection("intro", module.LETTER, make_case(module.NAME, module.NAME.split()[1], module.PAGES, base)),
            tuple(SeededError("figure", old, new) for old, new in module.ERRORS),
        )
        for key, module in MODULES.items()
    }
