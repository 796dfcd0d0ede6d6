"""An endpoint's script that never ends: it streams the text of whatever section is asked for, and counts the calls."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripted_endpoint import Reply, counts, piece

from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.sections import sections_for

PIECES = 12
PAUSE_S = 0.02
MARK = "[TODO]"
"""Which the checks find, and call an error."""


@dataclass
class Call:
    section_id: str
    key: str
    began: float
    answered: float | None = None
    on_its_way: bool = False


class Words(list[Any]):
    """The endpoint's script: it never ends. Streams the section's text, and remembers each call."""

    def __init__(self, cases: Path) -> None:
        super().__init__()
        case = load_case(cases / "minimal", settings=Settings(cases=cases))
        self.texts = {spec.section_id: assemble(case, spec) for spec in sections_for(case)}
        self.url = ""
        self.calls: list[Call] = []
        self.never_right: set[str] = set()
        self.right_at_second: set[str] = set()

    def __bool__(self) -> bool:
        return True

    def pop(self, _: Any = -1) -> Any:
        return self.act

    def act(self, reply: Reply) -> None:
        section_id = reply.headers["X-Workbench-Section"]
        call = Call(section_id, reply.headers["Authorization"].removeprefix("Bearer "), time.time())
        self.calls.append(call)
        again = MARK in json.dumps(reply.server.asked[-1].body)
        wrong = section_id in self.never_right or (section_id in self.right_at_second and not again)
        words = (f"{MARK} " if wrong else "") + self.texts[section_id]
        size = len(words) // PIECES + 1
        reply.begin()
        for start in range(0, len(words), size):
            reply.event(piece(words[start : start + size]))
            time.sleep(PAUSE_S)
        reply.event(piece(finish="stop"))
        reply.event(counts(100, 20))
        reply.event("[DONE]")
        reply.end()
        call.answered = time.time()
