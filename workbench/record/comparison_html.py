"""HTML of a comparison: summary and a redline per section.

Every string is text: escaped, and signs that a reader cannot see are written out. What was struck out and put in is
told by line, by colour and in words for screen readers; colours are tints over the page's own, light or dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from workbench.checks.finding import Finding
from workbench.record.section_comparison import SectionComparison, SectionSide, Side, Verdict
from workbench.text.html import escape_visibly, render_document
from workbench.text.redline import Span, paragraphs

# Classes are prefixed and doubled (.wb-compare.wb-compare) to win over JupyterLab's rules for tables; colours are
# translucent, because the page below may be light or dark.
_STYLE = """
.wb-compare{font-family:system-ui,sans-serif;line-height:1.5;max-width:64rem;overflow-wrap:break-word}
.wb-compare table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}
.wb-compare caption{text-align:left;font-weight:600;padding:.25rem 0}
.wb-compare.wb-compare table :is(th,td){text-align:left;vertical-align:top;padding:.25rem 1rem .25rem 0;
border-bottom:1px solid rgba(128,128,128,.35)}
.wb-compare.wb-compare table .wb-n{text-align:right;font-variant-numeric:tabular-nums}
.wb-compare ins{background:rgba(46,160,67,.24);text-decoration:underline 2px;text-underline-offset:.18em}
.wb-compare del{background:rgba(218,54,51,.22);text-decoration:line-through 2px}
.wb-compare .wb-text{font-family:Georgia,"Times New Roman",serif;border-left:3px solid rgba(128,128,128,.35);
padding-left:1rem}
.wb-compare .wb-text p{white-space:pre-wrap;margin:.6rem 0}
.wb-compare .wb-sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.wb-compare th[scope=row]{font-weight:400}
.wb-compare tr.wb-changed th[scope=row]{font-weight:600}
.wb-compare h3{margin:1.4rem 0 .2rem}
.wb-compare ul{margin:.2rem 0}
"""

_TEXT = '<div class="wb-text">{}</div>'
# In words too: a screen reader reads neither colour nor the line of ins and del.
_MARKS = {"delete": ("del", "struck out: "), "insert": ("ins", "put in: ")}


class ComparedStates(Protocol):
    """The fields of :class:`~workbench.record.comparison.Comparison` that are rendered.

    A protocol, because that class renders itself with this module in a notebook.
    """

    @property
    def a(self) -> Side:
        """Returns the first side."""

    @property
    def b(self) -> Side:
        """Returns the second side."""

    @property
    def sections(self) -> tuple[SectionComparison, ...]:
        """Returns the sections, in the order of ``b``."""

    def counts(self) -> dict[Verdict, int]:
        """Counts the sections by verdict."""


def fragment(comparison: ComparedStates) -> str:
    """Renders the comparison as one element, for a notebook."""
    sections = "".join(_section(section) for section in comparison.sections if section.differs)
    return f'<div class="wb-compare"><style>{_STYLE}</style>{_summary(comparison)}{sections}</div>'


def page(comparison: ComparedStates) -> str:
    """Renders the comparison as a page of its own."""
    title = escape_visibly(f"Redline: {comparison.a.thread_id} and {comparison.b.thread_id}")
    return render_document(title, f"<h1>Redline from A to B</h1>{fragment(comparison)}")


def side_line(side: Side) -> str:
    """Describes run, moment, status, model and cost of a side."""
    forked = f", forked from {side.forked_from.thread_id} at {side.forked_from.event_id}" if side.forked_from else ""
    cost = f", {side.usage.cost_usd:.4f} USD" if side.usage.cost_usd else ""
    tokens = side.usage.input_tokens + side.usage.output_tokens
    return (
        f"{side.thread_id} at {side.at or 'its beginning'}{forked}: {side.status}, {side.model}, {tokens} tokens{cost}"
    )


def both(first: object, second: object) -> str:
    """Puts two values into one cell.

    Equal ones are shown once, others as ``first → second``; nothing is ``–``.
    """
    words = ["–" if value in (None, "") else str(value) for value in (first, second)]
    return words[0] if words[0] == words[1] else " → ".join(words)


def finding_line(finding: Finding) -> str:
    """Writes a finding on one line."""
    quote = f" “{finding.quote}”" if finding.quote else ""
    return f"{finding.severity}: {finding.check}: {finding.message}{quote}"


def _summary(comparison: ComparedStates) -> str:
    counts = comparison.counts()
    counted = ", ".join(f"{number} {verdict}" for verdict, number in counts.items() if number) or "no sections"
    # Another case has other facts: without a word on it the redline would be read as the model's doing.
    case = (
        ""
        if comparison.a.case_digest == comparison.b.case_digest
        else "<p>The two were drafted from different cases.</p>"
    )
    heads = "".join(
        f'<th scope="col"{" class=wb-n" if number else ""}>{name}</th>'
        for name, number in (
            ("Section", False), ("Text", False), ("Words in", True), ("Words out", True), ("Findings", True),
            ("Status", False), ("Prompt", False), ("Tokens", True),
        )
    )  # fmt: skip
    rows = "".join(
        f"<tr{' class=wb-changed' if section.differs else ''}>{_row(section)}</tr>" for section in comparison.sections
    )
    return (
        f"<p><strong>A</strong> {escape_visibly(side_line(comparison.a))}<br>"
        f"<strong>B</strong> {escape_visibly(side_line(comparison.b))}</p>{case}"
        f"<table><caption>Sections: {counted}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(section: SectionComparison) -> str:
    a, b = section.a, section.b
    found = [f"+{len(section.findings_opened)}"] * bool(section.findings_opened)
    found += [f"−{len(section.findings_closed)}"] * bool(section.findings_closed)
    cells = (
        (section.verdict, False),
        # Empty rather than 0, so that the cells stand out that have something in them.
        (str(section.inserted or ""), True),
        (str(section.deleted or ""), True),
        (" ".join(found), True),
        (both(a and a.status, b and b.status), False),
        (_versions(a, b), False),
        (both(a and a.tokens_used, b and b.tokens_used), True),
    )
    return f'<th scope="row">{escape_visibly(section.title)}</th>' + "".join(
        f"<td{' class=wb-n' if number else ''}>{escape_visibly(cell)}</td>" for cell, number in cells
    )


def _versions(a: SectionSide | None, b: SectionSide | None) -> str:
    """Shows the prompts' digests on both sides."""
    # The section's name is left out, as the row has it; the system message's digest only shows where it differs.
    named = [((side and side.prompt_version) or "").rpartition("@")[2].partition("+") for side in (a, b)]
    if named[0][2] == named[1][2]:
        return both(named[0][0], named[1][0])
    return both(*("".join(parts) for parts in named))


def _section(section: SectionComparison) -> str:
    notes = "".join(f"<li>{escape_visibly(note)}</li>" for note in section_notes(section))
    # An unchanged text is left out: the section is shown only for its notes.
    spans = section.spans if section.verdict != "same" else ()
    text = "".join(f"<p>{''.join(map(render_span, row))}</p>" for row in paragraphs(spans))
    return (
        f"<section><h3>{escape_visibly(section.title)}</h3>"
        f"<p>{section.verdict}: {section.inserted} words put in, {section.deleted} struck out</p>"
        f"{f'<ul>{notes}</ul>' if notes else ''}"
        f"{_TEXT.format(text) if text else ''}</section>"
    )


def section_notes(section: SectionComparison) -> Iterator[str]:
    """Yields notes on a section: citations, findings, edits by hand."""
    if section.citations_added:
        yield f"cited anew: {', '.join(section.citations_added)}"
    if section.citations_removed:
        yield f"no longer cited: {', '.join(section.citations_removed)}"
    yield from (f"finding opened: {finding_line(finding)}" for finding in section.findings_opened)
    yield from (f"finding closed: {finding_line(finding)}" for finding in section.findings_closed)
    for name, side in (("A", section.a), ("B", section.b)):
        if side is not None and side.edited_by:
            yield f"{name} was edited by hand by {side.edited_by}"


def render_span(span: Span) -> str:
    """Renders a span of a redline.

    Words say what its tag means, for screen readers do not announce that.
    """
    text = escape_visibly(span.text)
    if span.op == "equal":
        return text
    tag, words = _MARKS[span.op]
    return f'<{tag}><span class="wb-sr">[{words}</span>{text}<span class="wb-sr">]</span></{tag}>'
