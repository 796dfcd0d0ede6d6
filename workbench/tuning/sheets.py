"""A prompt that is being written on: its text, the version it started from, what is wrong at which line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from workbench.drafting.versions import PromptVersion
from workbench.tuning.library import PromptStore

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
"""What the store lets pass, for some scripts need a part of it, and nobody sees."""


@dataclass(frozen=True)
class Remark:
    """What is to be said of one line of a prompt.

    Attributes:
        line: From 1.
        severity: ``error`` keeps it from being run and saved; ``warning`` does not.
        message: What, and what would mend it.
    """

    line: int
    severity: Literal["error", "warning"]
    message: str


@dataclass(frozen=True)
class Sheet:
    """A prompt in the editor.

    Attributes:
        part: The section's id, or ``system``.
        base: Ref of the version it started from.
        original: That version's text.
        text: As it stands now.
    """

    part: str
    base: str
    original: str
    text: str

    @classmethod
    def of(cls, version: PromptVersion) -> Sheet:
        """A sheet on which nothing has been changed yet."""
        text = version.text
        return cls(version.section_id, version.ref, text, text)

    @property
    def edited(self) -> bool:
        """Whether it differs from the version it started from; white space at the ends does not count."""
        return self.text.strip() != self.original.strip()

    @property
    def source(self) -> str:
        """As a file with front matter, for a library of prompts."""
        return f"---\nsection: {self.part}\nnote: unsaved edit of {self.base}\nauthor: tuner\n---\n{self.text}"


def remarks(store: PromptStore, sheet: Sheet) -> tuple[Remark, ...]:
    """What is wrong with a prompt, by line: placeholders, and signs that nobody sees but a model reads."""
    found = [
        Remark(problem.line or 1, "error", f"{problem.what}; {problem.remedy}")
        for problem in store.check(sheet.part, sheet.text)
    ]
    if not sheet.text.strip():
        found.append(Remark(1, "error", "the prompt is empty; write one, or open a version"))
    for number, line in enumerate(sheet.text.split("\n"), start=1):
        signs = sorted(set(_UNSEEN.findall(line)))
        if signs:
            names = ", ".join(f"U+{ord(sign):04X}" for sign in signs)
            found.append(Remark(number, "warning", f"a sign that cannot be seen ({names}); delete it"))
    return tuple(sorted(found, key=lambda remark: remark.line))
