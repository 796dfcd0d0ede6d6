"""A check report as HTML: the letter, with its findings at their places."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from workbench.checks.coverage import CheckCount
from workbench.checks.finding import EvidencePlace, Finding, show_quote
from workbench.text.count_noun import count_noun
from workbench.text.html import escape_visibly, render_document

_STYLE = """
.wb-check{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:1.5rem;align-items:start}
.wb-text{white-space:pre-wrap;overflow-wrap:anywhere;font-family:Georgia,serif;line-height:1.5}
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
    found = ", ".join(count_noun(counts[kind], kind) for kind in ("error", "warning"))
    summary = f"{found}, {counts['info']} for information"
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
    places, findings, text = report.places, report.findings, report.text
    # Nested and overlapping marks: each stretch between two ends carries the worst finding that covers it.
    edges = sorted({0, len(text), *(edge for place in places if place for edge in place)})
    opened: dict[int, list[int]] = {}
    closed: dict[int, list[int]] = {}
    for number, place in enumerate(places):
        if place:
            opened.setdefault(place[0], []).append(number)
            closed.setdefault(place[1], []).append(number)
    active: set[int] = set()
    parts: list[str] = []
    for start, end in itertools.pairwise(edges):
        for number in closed.get(start, ()):
            active.discard(number)
            parts.append(f'<sup><a href="#f{number + 1}" id="p{number + 1}">{number + 1}</a></sup>')
        active.update(opened.get(start, ()))
        words = escape_visibly(text[start:end])
        # Findings stand in the order of their severity.
        parts.append(f'<mark class="wb-{findings[min(active)].severity}">{words}</mark>' if active else words)
    parts += [f'<sup><a href="#f{n + 1}" id="p{n + 1}">{n + 1}</a></sup>' for n in closed.get(len(text), ())]
    return "".join(parts)


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
