"""A check report as HTML: the letter, with its findings at their places."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from workbench.checks.coverage import CheckCount
from workbench.checks.finding import EvidencePlace, Finding, show_quote
from workbench.text.count_noun import count_noun
from workbench.text.html import escape_visibly, render_document
from workbench.text.shown_text import ShownBlock, ShownText, show_blocks

_STYLE = """
.wb-check{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:1.5rem;align-items:start}
.wb-text{overflow-wrap:anywhere;font-family:Georgia,serif;line-height:1.5}
.wb-text>*{white-space:pre-wrap;margin:0 0 1rem}
.wb-text>blockquote{margin-left:2rem}.wb-text>.wb-item{margin:0 0 .5rem 1.2rem;text-indent:-1.2rem}
.wb-text mark{color:inherit;background:none;border-bottom:3px solid}
.wb-text .wb-warning{border-bottom-style:dashed}.wb-text .wb-info{border-bottom-style:dotted}
.wb-error{border-color:#b00020!important}
.wb-warning{border-color:#9a6700!important}
.wb-info{border-color:#57606a!important}
.wb-findings{list-style:none;padding:0;margin:0}
.wb-findings li{border-left:4px solid;padding:.2rem .7rem;margin:0 0 .8rem}
.wb-findings p{margin:.2rem 0}.wb-small{font-size:.85em}
sup a{text-decoration:none}
table{border-collapse:collapse}
td,th{padding:.2rem .6rem;text-align:left;border-bottom:1px solid #8886}
@media(max-width:60rem){.wb-check{grid-template-columns:1fr}}
"""


class DrawnReport(Protocol):
    """The parts of a check report that are drawn; the report itself imports this module."""

    @property
    def draft(self) -> str:
        """Name of the draft."""

    @property
    def case_id(self) -> str | None:
        """The case, or None."""

    @property
    def version(self) -> str:
        """Version of the package."""

    @property
    def at(self) -> datetime:
        """Time of the check."""

    @property
    def findings(self) -> Sequence[Finding]:
        """The findings, errors first."""

    @property
    def checked(self) -> Mapping[str, CheckCount]:
        """Places by check."""

    @property
    def text(self) -> str:
        """The whole text."""

    @property
    def places(self) -> Sequence[tuple[int, int] | None]:
        """Start and end of each finding in it."""

    @property
    def titles(self) -> Mapping[str, str]:
        """The rule of each check in words."""

    @property
    def where(self) -> Sequence[str | None]:
        """Places of the findings for a reader of the file."""

    def name_place(self, place: EvidencePlace) -> str:
        """Names the exhibit and page of some evidence."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Number of findings by severity."""


def render_page(report: DrawnReport) -> str:
    """Renders a report as a page of its own."""
    title = escape_visibly(report.draft)
    return render_document(f"Check of {title}", f"<h1>{title}</h1>{render_fragment(report)}")


def render_fragment(report: DrawnReport) -> str:
    """Renders the letter, its findings marked at their places, and the counts, for a notebook or a page."""
    counts = report.counts
    errors, warnings = (count_noun(counts[severity], severity) for severity in ("error", "warning"))
    summary = f"{errors}, {warnings}, {counts['info']} for information"
    items = "".join(_item(report, number) for number in range(1, len(report.findings) + 1))
    beside = f"against case {report.case_id}" if report.case_id else "without a case"
    return (
        f'<div class="wb-report"><style>{_STYLE}</style>'
        f"<p><strong>{summary}</strong>, {escape_visibly(beside)}; {report.at:%Y-%m-%d %H:%M} UTC, "
        f"version {escape_visibly(report.version)}. A check that finds nothing is no proof.</p>"
        f'<div class="wb-check"><div class="wb-text">{_mark_text(report)}</div>'
        f'<ol class="wb-findings">{items}</ol></div>'
        f"{_coverage(report)}</div>"
    )


def _mark_text(report: DrawnReport) -> str:
    """Draws the letter, each stretch of it with the worst of the findings that cover it."""
    edges = sorted({edge for place in report.places if place for edge in place})
    sweep = _FindingSweep(report.places)
    parts: list[str] = []
    for block in show_blocks(report.text):
        tag, mark = _choose_tag(block)
        parts.append(f"<{tag}>{escape_visibly(mark)}")
        for shown in block.texts:
            # Nested and overlapping marks: between two edges the same findings cover the text.
            is_verbatim = len(shown.text) == shown.end - shown.start
            inner = edges[bisect_right(edges, shown.start) : bisect_left(edges, shown.end)] if is_verbatim else []
            for start, end in itertools.pairwise([shown.start, *inner, shown.end]):
                parts += map(_refer_to, sweep.end_before(start))
                words = shown.text[start - shown.start : end - shown.start] if inner else shown.text
                worst = sweep.find_worst(start, end)
                parts.append(_draw_words(words, shown, None if worst is None else report.findings[worst].severity))
        parts += map(_refer_to, sweep.end_before(block.end))
        parts.append("" if tag == "hr" else f"</{tag.partition(' ')[0]}>")
    return "".join([*parts, *map(_refer_to, sweep.end_before(len(report.text)))])


class _FindingSweep:
    """Findings at a place that moves through the letter from its beginning.

    A letter with thousands of findings is drawn in a time that grows with their number, not with its square.

    Args:
        places: Start and end of each finding, by number; None where it has no place.
    """

    def __init__(self, places: Sequence[tuple[int, int] | None]) -> None:
        spans = [(*place, number) for number, place in enumerate(places) if place]
        self._ahead = deque(sorted(spans))
        self._ends = deque(sorted((end, number) for _, end, number in spans))
        self._open: set[int] = set()

    def end_before(self, place: int) -> Iterator[int]:
        """Yields the findings that have ended at a place, each once."""
        while self._ends and self._ends[0][0] <= place:
            _, number = self._ends.popleft()
            self._open.discard(number)
            yield number

    def find_worst(self, start: int, end: int) -> int | None:
        """Finds the worst of the findings that cover a part of a stretch; None where there is none."""
        while self._ahead and self._ahead[0][0] < end:
            _, last, number = self._ahead.popleft()
            if last > start:
                self._open.add(number)
        # Findings stand in the order of their severity.
        return min(self._open, default=None)


def _choose_tag(block: ShownBlock) -> tuple[str, str]:
    """Returns the element of a block, and the mark that it begins with."""
    match block.kind:
        case "heading":  # below that of the page
            return f"h{min(block.level + 2, 6)}", ""
        case "item":
            return 'p class="wb-item"', f"{block.mark or '•'} "
        case "rule":
            return "hr", ""
        case kind:
            return ("blockquote" if kind == "quote" else "p"), ""


def _draw_words(words: str, shown: ShownText, severity: str | None) -> str:
    drawn = escape_visibly(words)
    if severity is not None:
        drawn = f'<mark class="wb-{severity}">{drawn}</mark>'
    if shown.italic:
        drawn = f"<em>{drawn}</em>"
    return f"<strong>{drawn}</strong>" if shown.bold else drawn


def _refer_to(number: int) -> str:
    """Draws the reference to a finding, by its number from 0."""
    return f'<sup><a href="#f{number + 1}" id="p{number + 1}">{number + 1}</a></sup>'


def _item(report: DrawnReport, number: int) -> str:
    finding = report.findings[number - 1]
    where = report.where[number - 1] if report.where else None
    place = f" {where}" if where else ""
    lines = [
        (
            f"<p><strong>{finding.severity}</strong>{place}, {escape_visibly(finding.check)}: "
            f"{escape_visibly(finding.message)}</p>"
        )
    ]
    # Words that are marked in the letter beside need no repeating.
    if finding.quote and not (report.places and report.places[number - 1]):
        lines.append(f"<p>The letter: {escape_visibly(show_quote(finding.quote))}</p>")
    lines += [
        f'<p class="wb-small">{escape_visibly(report.name_place(each))}: {escape_visibly(show_quote(each.quote))}</p>'
        for each in finding.evidence
    ]
    if finding.suggestion:
        lines.append(f'<p class="wb-small">{escape_visibly(finding.suggestion)}</p>')
    return f'<li class="wb-{finding.severity}" id="f{number}"><a href="#p{number}">{number}</a>{"".join(lines)}</li>'


def _coverage(report: DrawnReport) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape_visibly(report.titles.get(key, key))}</th><td>{escape_visibly(key)}</td>'
        f"<td>{count.places}</td><td>{count.unchecked or ''}</td>"
        f"<td>{escape_visibly('; '.join(f'{places} x {why}' for why, places in count.why.items()))}</td></tr>"
        for key, count in report.checked.items()
    )
    head = "<tr><th>Rule</th><th>Check</th><th>Places checked</th><th>Not checked</th><th>Why</th></tr>"
    return f"<h2>What was checked</h2><table><thead>{head}</thead><tbody>{rows}</tbody></table>"
