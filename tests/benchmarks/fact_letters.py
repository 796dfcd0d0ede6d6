"""Clean letters for the mutants of figures: the sample's draft, a petition where it is at hand, three short ones."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

import workbench
from tests.checks.field_letters import field_letters
from workbench.checks.draft import DraftSection
from workbench.checks.letter import read_letter


def clean_letters(sample: Path) -> dict[str, Iterable[DraftSection]]:
    """Returns the sections of each clean letter.

    Args:
        sample: The notebook that ``workbench demo`` writes.
    """
    case = workbench.load_case("wu")
    cells = json.loads(sample.read_text(encoding="utf-8"))["cells"]
    filed = [cell["source"] for cell in cells if "filing" in cell["metadata"].get("tags", ())]
    texts = ["".join(source) for source in filed]
    # The index and the head of the letter claim nothing.
    sections = [DraftSection("", text, case) for text in texts if text.startswith("## ") and "Index" not in text[:40]]
    found: dict[str, Iterable[DraftSection]] = {"sample": sections}
    petition = Path(os.environ.get("PETITIONS", "../shared/petitions")) / "checked"
    if petition.exists():
        found["petition"] = _sections(petition / "draft.md", petition / "case")
    return found | {name: [section] for name, section in field_letters(case).items()}


def _sections(draft: Path, case: Path | str) -> list[DraftSection]:
    letter = read_letter(draft, workbench.load_case(case))
    return [section for section in letter.body if isinstance(section, DraftSection)]
