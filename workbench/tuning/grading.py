"""Former place of the promptfoo grader.

Files that users have exported name it.
"""

from __future__ import annotations

from workbench.tuning.promptfoo.grading import grade

__all__ = ["grade"]
