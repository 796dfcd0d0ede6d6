"""Redlines of drafts and prompt versions, as HTML and spans."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.record.comparison_html import render_span
from workbench.text.html import escape_visibly
from workbench.text.redline import Span, paragraphs, redline

# Inline: a notebook shows the HTML without any style sheet of ours.
_STYLE = """
.wb-redlined{line-height:1.55;max-width:52rem;overflow-wrap:break-word}
.wb-redlined ins{background:rgba(46,160,67,.24);text-decoration:underline 2px;text-underline-offset:.18em}
.wb-redlined del{background:rgba(218,54,51,.22);text-decoration:line-through 2px}
.wb-redlined p{white-space:pre-wrap;margin:.6rem 0}
.wb-redlined .wb-sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
"""


@dataclass(frozen=True)
class RedlineView:
    """Redline of two named texts, shown in a notebook.

    Attributes:
        old: Name of the first text.
        new: Name of the second.
        spans: In order; see :mod:`workbench.text.redline`.

    Examples:
        >>> view = RedlineView.of(("before", "She won it."), ("after", "She received it."))
        >>> view
        RedlineView(before to after: 1 words put in, 1 struck out)
        >>> view.same
        False
    """

    old: str
    new: str
    spans: tuple[Span, ...]

    @classmethod
    def of(cls, old: tuple[str, str], new: tuple[str, str]) -> RedlineView:
        """Compares two texts, each given as (name, text)."""
        return cls(old[0], new[0], redline(old[1], new[1]))

    @property
    def words_inserted(self) -> int:
        """Number of inserted words."""
        return sum(span.words for span in self.spans if span.op == "insert")

    @property
    def words_deleted(self) -> int:
        """Number of deleted words."""
        return sum(span.words for span in self.spans if span.op == "delete")

    @property
    def _counts(self) -> str:
        return f"{self.words_inserted} words put in, {self.words_deleted} struck out"

    def __repr__(self) -> str:
        return f"RedlineView({self.old} to {self.new}: {self._counts})"

    def _repr_html_(self) -> str:
        text = "".join(f"<p>{''.join(map(render_span, row))}</p>" for row in paragraphs(self.spans))
        head = f"<strong>{escape_visibly(self.old)}</strong> to <strong>{escape_visibly(self.new)}</strong>"
        counts = "no difference" if self.same else self._counts
        return f'<div class="wb-redlined"><style>{_STYLE}</style><p>{head}: {counts}</p>{text}</div>'

    @property
    def same(self) -> bool:
        """True if the two texts are equal."""
        return all(span.op == "equal" for span in self.spans)
