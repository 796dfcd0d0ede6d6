"""Prompts of known worth: a folder of golden cases, and a model that drafts as well as its prompt says.

The prompt holds a line such as ``Worth 80``; the draft is then the approved text with so much said twice that its
similarity lies near 0.80, give or take the case's own luck and the draft's. Nothing in it is an error, unless the
prompt also says ``Careless``.
"""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator
from pathlib import Path

from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.config import Settings
from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.request import Chunk, ModelRequest, ModelUsage
from workbench.drafting.scripted_model import ScriptedModel
from workbench.drafting.sections import SECTIONS
from workbench.tuning.prompt_store import PromptStore

SECTION = "awards"
CASE = """\
schema: 1
case_id: {case_id}
title: Dr. Ada Example, an invented chemist
sample: Everything in this case is invented for the tests of the workbench.
filing_date: 2026-03-02
petitioner: {{name: Ada Example, self_petition: true}}
beneficiary:
  name: Ada Example
  surname: Example
  honorific: Dr.
  pronouns: {{subject: she, object: her, possessive: her}}
field_of_endeavor: physical chemistry
sections: [awards]
claims:
  - criterion: awards
    items:
      - title: Invented Medal for Chemistry ({year})
        elements:
          received:
            - text: Dr. Example received the Invented Medal for Chemistry in {year}.
              cites: [{{exhibit: medal, pages: [1]}}]
          recognized:
            - {{text: The medal is open to chemists of every country., cites: [{{exhibit: medal, pages: [1]}}]}}
          excellence:
            - {{text: Its statutes reserve it for excellence in research., cites: [{{exhibit: medal, pages: [1]}}]}}
          in_field:
            - {{text: It was given for work in physical chemistry., cites: [{{exhibit: medal, pages: [1]}}]}}
exhibits:
  - {{id: medal, title: Certificate of the Medal, kind: award, date: {year}, file: medal.md, source: Invented}}
"""
AGAIN = "The medal is hers [@medal, p. 1].\n"
"""Four words and a citation, said again and again: no check minds, and each time the draft is less like the text."""
_LUCK_OF_A_CASE, _LUCK_OF_A_DRAFT = 0.03, 0.03


def make_golden(folder: Path, number: int) -> Path:
    """So many golden cases; what the assembler writes counts as approved."""
    for n in range(number):
        case = folder / f"case-{n:02d}"
        (case / "approved").mkdir(parents=True)
        (case / "case.yaml").write_text(CASE.format(case_id=case.name, year=2000 + n))
        (case / "medal.md").write_text(f"The Invented Medal for Chemistry of {2000 + n} goes to Dr. Ada Example.\n")
        (case / "approved" / f"{SECTION}.md").write_text(_assembled(load_case(case, settings=Settings(home=folder))))
    return folder


def _assembled(case: Case) -> str:
    return clean_markdown(assemble(case, SECTIONS[SECTION]), title=SECTIONS[SECTION].title)


def worth(store: PromptStore, points: int, note: str, *, careless: bool = False, section_id: str = SECTION) -> str:
    """Saves a candidate of that worth, 0 to 100; its ref."""
    text = store.active(section_id).text
    text = re.sub(r"Worth \d+[^\n]*\n", "", text) + f"\nWorth {points}.{' Careless.' * careless} {note}\n"
    return store.save(section_id, text, note=note, author="test").ref


class PlantedModel(ScriptedModel):
    """See the module.

    Args:
        seed: Of its luck.
        usual: Worth of a prompt that does not say.
    """

    def __init__(self, seed: int, usual: int = 70, **how) -> None:
        super().__init__(label="planted model", usage=ModelUsage(100, 100, 0.0), **how)
        self._seed, self._usual = seed, usual
        self._texts: dict[str, str] = {}

    async def stream(self, request: ModelRequest) -> AsyncIterator[Chunk]:
        self.calls.append(request.section_id)
        self.requests.append(request)
        case = request.assignment.case
        if case.case_id not in self._texts:
            self._texts[case.case_id] = _assembled(case)
        text = self._texts[case.case_id]
        said = re.search(r"Worth (\d+)", request.user)
        points = int(said[1]) if said else self._usual
        place = f"{self._seed} {case.case_id} {len(self.calls)} {points}"
        luck = _luck(place, _LUCK_OF_A_DRAFT)
        luck += _luck(f"{self._seed} {case.case_id} {request.user}", _LUCK_OF_A_CASE)
        near = min(max(points / 100 + luck, 0.3), 0.99)
        words = len(re.sub(r"\[[^\]]*\]", "x", text).split())
        more = round(2 * words * (1 - near) / near / 5)
        if "Careless" in request.user and case.case_id.endswith("3"):
            text += "\nDr. Example won [TODO] prizes [@medal, p. 1].\n"
        yield Chunk(text=text + "\n" + AGAIN * more)
        yield Chunk(usage=self._usage)


def _luck(place: str, spread: float) -> float:
    return random.Random(place).gauss(0, spread)  # noqa: S311 - of a benchmark
