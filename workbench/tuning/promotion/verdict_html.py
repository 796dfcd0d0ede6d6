"""HTML of a verdict.

The decision, a chart of the golden cells, redlines of those that got worse, and the table.

Every string is escaped. The page loads nothing and runs nothing.
"""

from __future__ import annotations

from typing import Protocol

from workbench.checks.finding import Finding
from workbench.drafting.sections import SECTIONS
from workbench.live.snapshot import SectionState, Snapshot
from workbench.record import comparison_html
from workbench.record.comparison import Comparison, compare
from workbench.text.html import escape_html, render_document
from workbench.tuning.promotion.pairs import Pair

# The class stands twice because JupyterLab's own rules for tables are as specific as one class.
_STYLE = """
.wb-verdict{font-family:system-ui,sans-serif;line-height:1.5;max-width:64rem;overflow-wrap:break-word}
.wb-verdict strong.wb-promote{color:#1b7837}.wb-verdict strong.wb-refuse{color:#b2182b}
.wb-verdict strong.wb-undecided{color:#8a6d00}
.wb-verdict svg{display:block;margin:.5rem 0;max-width:100%;height:auto}
.wb-verdict svg text{fill:currentColor;font:12px system-ui,sans-serif}
.wb-verdict.wb-verdict table{border-collapse:collapse;margin:.5rem 0}
.wb-verdict.wb-verdict table :is(th,td){text-align:left;padding:.15rem 1rem .15rem 0;
border-bottom:1px solid rgba(128,128,128,.35);font-weight:400}
.wb-verdict.wb-verdict thead th{font-weight:600}
.wb-verdict.wb-verdict td:nth-child(-n+3){white-space:nowrap}
.wb-verdict.wb-verdict :is(td.wb-n,thead th.wb-n){text-align:right;font-variant-numeric:tabular-nums}
"""
_SIGNS = {"promote": "✓ promote", "refuse": "✗ refuse", "undecided": "? undecided"}
_REDLINES = 5
"""Number of redlines that are shown, the worst first; the table has all pairs."""

_ROWS = 40
_WIDTH, _LABEL, _ROW = 720, 230, 18


class ShownVerdict(Protocol):
    """Part of a :class:`~workbench.tuning.promotion.verdict.Verdict` that is shown.

    That module imports this one.
    """

    @property
    def decision(self) -> str:
        """``promote``, ``refuse`` or ``undecided``."""

    @property
    def reason(self) -> str:
        """Why, in sentences."""

    @property
    def candidate(self) -> str:
        """Ref of the version that was tested."""

    @property
    def filing(self) -> str:
        """Ref of the version it was compared with."""

    @property
    def at(self) -> str:
        """When, ISO 8601."""

    @property
    def table(self) -> tuple[Pair, ...]:
        """All pairs, the worst first."""

    @property
    def worse(self) -> tuple[Pair, ...]:
        """Pairs that got worse."""


def render_verdict(verdict: ShownVerdict) -> str:
    """Renders a verdict as one element, for a notebook's output."""
    worse = compare_worse(verdict)
    shown = f"<h3>Where it got worse</h3>{comparison_html.fragment(worse)}" if worse is not None else ""
    return (
        f'<div class="wb-verdict"><style>{_STYLE}</style>'
        f'<p><strong class="wb-{verdict.decision}">{_SIGNS[verdict.decision]}</strong> '
        f"{escape_html(verdict.candidate or 'the candidate')} in the place of "
        f"{escape_html(verdict.filing or 'what files today')}"
        f"</p><p>{escape_html(verdict.reason)}</p>{_draw_chart(verdict)}{shown}{_render_table(verdict)}</div>"
    )


def render_page(verdict: ShownVerdict) -> str:
    """Renders a verdict as a page of its own."""
    candidate = escape_html(verdict.candidate)
    return render_document(candidate, f"<h1>The gate on {candidate}</h1>{render_verdict(verdict)}")


def compare_worse(verdict: ShownVerdict) -> Comparison | None:
    """Compares the drafts of the pairs that got worse.

    The worst comes first, five at most; None if there are none.

    The two versions are presented as two runs: attorneys know the redline of runs.
    """
    worse = [pair for pair in verdict.worse if pair.filing_text or pair.candidate_text][:_REDLINES]
    if not worse:
        return None
    return compare(_build_snapshot(verdict, worse, candidate=False), _build_snapshot(verdict, worse, candidate=True))


def _draw_chart(verdict: ShownVerdict) -> str:
    """Draws a row for each pair, the worst on top.

    It leads from the active version's score (ring) to the candidate's (disc).
    """
    pairs = [pair for pair in verdict.table if pair.filing is not None and pair.candidate is not None][:_ROWS]
    if not pairs:
        return ""
    scores = [score for pair in pairs for score in (pair.filing, pair.candidate) if score is not None]
    low, high = min(scores), max(scores)
    # Equal scores: any width will do but 0, by which `at` would divide.
    spread = (high - low) or 0.1
    low, high = low - 0.05 * spread, high + 0.05 * spread

    def at(score: float) -> float:
        return _LABEL + (score - low) / (high - low) * (_WIDTH - _LABEL - 60)

    rows = []
    for number, pair in enumerate(pairs):
        assert pair.filing is not None  # noqa: S101 - chosen so above
        assert pair.candidate is not None  # noqa: S101 - chosen so above
        y = 24 + _ROW * number
        colour = "#b2182b" if pair.is_worse else "#2166ac"
        a, b = at(pair.filing), at(pair.candidate)
        sign = " !" if pair.new_errors else ""
        rows.append(
            f'<text x="0" y="{y + 4}">{escape_html(pair.place[:34])}{sign}</text>'
            f'<line x1="{a:.1f}" y1="{y}" x2="{b:.1f}" y2="{y}" stroke="{colour}" stroke-width="2"/>'
            f'<circle cx="{a:.1f}" cy="{y}" r="4" fill="none" stroke="{colour}" stroke-width="2"/>'
            f'<circle cx="{b:.1f}" cy="{y}" r="5" fill="{colour}"/>'
            f'<text x="{_WIDTH - 52}" y="{y + 4}">{pair.candidate - pair.filing:+.3f}</text>'
        )
    height = 30 + _ROW * len(pairs)
    told = f"Scores of {len(pairs)} golden cells, filing version (ring) to candidate (disc), the worst on top"
    return (
        f'<svg role="img" aria-label="{escape_html(told)}" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}">'
        f'<text x="{_LABEL}" y="12">○ filing   ● candidate   red: worse   !: new error</text>{"".join(rows)}</svg>'
    )


def _render_table(verdict: ShownVerdict) -> str:
    names = ("Case", "Section", "Model", "Filing", "Candidate", "Difference", "New errors", "Not compared")
    figures = {"Filing", "Candidate", "Difference"}
    heads = "".join(f'<th scope="col"{" class=wb-n" if name in figures else ""}>{name}</th>' for name in names)
    rows = "".join(f"<tr>{_render_row(pair)}</tr>" for pair in verdict.table)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _render_row(pair: Pair) -> str:
    figures = [pair.filing, pair.candidate, pair.difference]
    cells = [f"<td>{escape_html(text)}</td>" for text in (pair.case_id, pair.section_id, pair.model)]
    cells += [f'<td class="wb-n">{"–" if figure is None else f"{figure:.3f}"}</td>' for figure in figures]
    errors = "<br>".join(escape_html(f"{error.check}: {error.message}") for error in pair.new_errors)
    return "".join([*cells, f"<td>{errors}</td>", f"<td>{escape_html(pair.failure or '')}</td>"])


def _build_snapshot(verdict: ShownVerdict, pairs: list[Pair], *, candidate: bool) -> Snapshot:
    ref = (verdict.candidate or "candidate") if candidate else (verdict.filing or "filing version")
    sections = tuple(
        SectionState(
            section_id=f"{pair.case_id} {pair.section_id} {pair.model}",
            title=f"{pair.place}: {SECTIONS[pair.section_id].short if pair.section_id in SECTIONS else ''}",
            status="completed",
            content=pair.candidate_text if candidate else pair.filing_text,
            findings=tuple(
                Finding(check=error.check, severity="error", message=error.message, quote=error.quote)
                for error in (pair.new_errors if candidate else ())
            ),
        )
        for pair in pairs
    )
    return Snapshot(
        thread_id=ref,
        user_id="",
        case_id="",
        status="completed",
        sections=sections,
        model=", ".join(sorted({pair.model for pair in pairs})),
        last_event_id=verdict.at or "the gate",
    )
