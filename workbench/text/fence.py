"""Fences around untrusted text in prompts."""

from __future__ import annotations

import re


def fence_text(text: str, label: str) -> str:
    """Fences untrusted text safely against its own fences.

    The fence is longer than any inside the text.

    Examples:
        >>> print(fence_text("three ``` marks", "page 1"))
        ````text page 1
        three ``` marks
        ````
    """
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    # CommonMark: a fence is closed only by one at least as long.
    fence = "`" * max(3, longest + 1)
    return f"{fence}text {label}\n{text.strip()}\n{fence}"
