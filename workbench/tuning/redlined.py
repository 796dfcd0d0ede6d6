"""A redline for the eye: two drafts, or two versions of a prompt, as HTML in a notebook and as spans for the tuner."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.text.html import escape_visibly
from workbench.text.redline import Span, paragraphs, redline

_STYLE = """
.wb-redlined{line-height:1.55;max-width:52rem;overflow-wrap:break-word}
.wb-redlined ins{background:rgba(46,160,67,.24);text-decoration:underline 2px;text-underline-offset:.18em}
.wb-redlined del{background:rgba(218,54,51,.22);text-decoration:line-through 2px}
.wb-redlined p{white-space:pre-wrap;margin:.6rem 0}
.wb-redlined .wb-sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
"""
_MARKS = {"delete": ("del", "struck out: "), "insert": ("ins", "put in: ")}


@dataclass(frozen=True)
class Redlined:
    """What became of one text in another.

    Attributes:
        old: Name of the first text.
        new: Name of the second.
        spans: In order; see :mod:`workbench.text.redline`.
    """

    old: str
    new: str
    spans: tuple[Span, ...]

    @classmethod
    def of(cls, old: tuple[str, str], new: tuple[str, str]) -> Redlined:
        """Compares two texts, each given with its name before it."""
        return cls(old[0], new[0], redline(old[1], new[1]))

    @property
    def inserted(self) -> int:
        """Words put in."""
        return sum(span.words for span in self.spans if span.op == "insert")

    @property
    def deleted(self) -> int:
        """Words struck out."""
        return sum(span.words for span in self.spans if span.op == "delete")

    def __repr__(self) -> str:
        return f"Redlined({self.old} to {self.new}: {self.inserted} words put in, {self.deleted} struck out)"

    def _repr_html_(self) -> str:
        text = "".join(f"<p>{''.join(map(_span, row))}</p>" for row in paragraphs(self.spans))
        head = f"<strong>{escape_visibly(self.old)}</strong> to <strong>{escape_visibly(self.new)}</strong>"
        told = "no difference" if self.same else f"{self.inserted} words put in, {self.deleted} struck out"
        return f'<div class="wb-redlined"><style>{_STYLE}</style><p>{head}: {told}</p>{text}</div>'

    @property
    def same(self) -> bool:
        """Whether the two texts are the same."""
        return all(span.op == "equal" for span in self.spans)


def _span(span: Span) -> str:
    if span.op == "equal":
        return escape_visibly(span.text)
    tag, words = _MARKS[span.op]
    return f'<{tag}><span class="wb-sr">[{words}</span>{escape_visibly(span.text)}<span class="wb-sr">]</span></{tag}>'
