"""Former place of the promptfoo grader, named in files that users have exported."""

from __future__ import annotations

from workbench.tuning.promptfoo.grading import grade

__all__ = ["grade"]
