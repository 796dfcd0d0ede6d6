"""Buffer of the prompt editor, and problems in its text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from workbench.drafting.prompts.versions import PromptVersion
from workbench.tuning.prompt_store import PromptStore

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
"""Invisible characters that the store accepts, because some scripts need a few of them."""


@dataclass(frozen=True)
class PromptProblem:
    """Problem in one line of a prompt.

    Attributes:
        line: Number of the line, from 1.
        severity: ``error`` prevents drafting and saving; ``warning`` does not.
        message: The problem, and its remedy.
    """

    line: int
    severity: Literal["error", "warning"]
    message: str


@dataclass(frozen=True)
class EditorBuffer:
    """Prompt in the editor.

    Attributes:
        part: The section's id, or ``system``.
        base: Ref of the version that it started from.
        original: That version's text.
        text: The present text.
    """

    part: str
    base: str
    original: str
    text: str

    @classmethod
    def of(cls, version: PromptVersion) -> EditorBuffer:
        """Creates an unchanged buffer of a version."""
        text = version.text
        return cls(version.section_id, version.ref, text, text)

    @property
    def is_edited(self) -> bool:
        """True if the text differs from its version, trimmed."""
        # The store strips the ends, so a trailing line break is no change.
        return self.text.strip() != self.original.strip()

    @property
    def source(self) -> str:
        """Text as a prompt file with front matter."""
        return f"---\nsection: {self.part}\nnote: unsaved edit of {self.base}\nauthor: tuner\n---\n{self.text}"


def find_problems(store: PromptStore, buffer: EditorBuffer) -> tuple[PromptProblem, ...]:
    """Finds placeholder faults and invisible characters, by line.

    A model reads invisible characters although no person sees them.
    """
    found = [
        PromptProblem(problem.line or 1, "error", f"{problem.what}; {problem.remedy}")
        # The store's own check, so that whatever the editor accepts can be saved.
        for problem in store.check(buffer.part, buffer.text)
    ]
    if not buffer.text.strip():
        found.append(PromptProblem(1, "error", "the prompt is empty; write one, or open a version"))
    # Not splitlines(): the editor counts "\n" only, and U+2028 would shift every number after it.
    for number, line in enumerate(buffer.text.split("\n"), start=1):
        signs = sorted(set(_UNSEEN.findall(line)))
        if signs:
            names = ", ".join(f"U+{ord(sign):04X}" for sign in signs)
            found.append(PromptProblem(number, "warning", f"a sign that cannot be seen ({names}); delete it"))
    return tuple(sorted(found, key=lambda problem: problem.line))
