"""The clean petitions that errors are seeded into."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.sections import sections_for

from .clean_draft import CleanDraft
from .mutant import Mutant

PROJECT = Path(__file__).resolve().parents[3]
OWN = Path(__file__).parent / "petitions"
PUBLISHED = PROJECT.parent / "shared" / "petitions" / "checked"
"""A published petition that is not part of the project; used where it lies beside it."""


def draft_names() -> tuple[str, ...]:
    """Lists the petitions at hand."""
    own = sorted(path.name for path in OWN.iterdir() if (path / "case.yaml").is_file())
    return ("wu", *own, *(("published",) if PUBLISHED.is_dir() else ()))


@cache
def load_draft(name: str, home: Path) -> CleanDraft:
    """Loads a petition and its case; ``home`` keeps the text of exhibits between processes."""
    settings = Settings(home=home, cases=PROJECT / "data" / "cases")
    if name == "wu":
        case = load_case("wu", settings=settings)
        sections = [f"## {section.title}\n\n{assemble(case, section).strip()}\n" for section in sections_for(case)]
        return CleanDraft(name, "\n".join(sections), case)
    folder = PUBLISHED if name == "published" else OWN / name
    case = load_case(folder / "case" if name == "published" else folder, settings=settings)
    defects = json.loads((OWN / "published_defects.json").read_text(encoding="utf-8")) if name == "published" else []
    return CleanDraft(
        name, (folder / "draft.md").read_text(encoding="utf-8"), case, [tuple(entry) for entry in defects]
    )


def read_published_mutants(draft: CleanDraft) -> list[Mutant]:
    """Reads the errors that others have seeded into the published petition."""
    file = PUBLISHED / "mutants.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return [_read_mutant(draft, json.loads(line)) for line in lines if line.strip()]


def _read_mutant(draft: CleanDraft, line: dict[str, Any]) -> Mutant:
    edits = tuple((start, end, new) for start, end, new in line["edits"])
    expect = dict(line["expect"])
    mutant = Mutant(
        id=f"file-{line['id']}",
        kind=line["kind"],
        group="file",
        petition=draft.name,
        edits=edits,
        expect=expect,
        verified=line["verified"],
        old=line["old"],
        new="; ".join(new for _, _, new in edits),
        case=line["case"],
        note=line["note"],
    )
    expect.update(span=None, clean=None)
    sentence = expect["sentence"]
    if edits and not sentence.startswith("Exhibit "):
        text = mutant.apply(draft.text)
        places = list(_occurrences(text, sentence))
        if places:
            start = min(places, key=lambda place: abs(place - edits[0][0]))
            delta = sum(len(new) - (b - a) for a, b, new in edits if a <= start + len(sentence))
            expect.update(span=[start, start + len(sentence)], clean=[start, max(start, start + len(sentence) - delta)])
    return mutant


def _occurrences(text: str, words: str) -> Sequence[int]:
    found, at = [], text.find(words) if words else -1
    while at >= 0 and len(found) < 200:
        found.append(at)
        at = text.find(words, at + 1)
    return found
