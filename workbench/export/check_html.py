"""A letter with its findings, as one HTML page."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from workbench.checks.finding import Finding
from workbench.checks.letter import Letter
from workbench.checks.report import CheckReport
from workbench.text.html import escape_visibly, render_document

_STYLE = """
.wb-check{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:1.5rem;align-items:start}
.wb-text{white-space:pre-wrap;overflow-wrap:anywhere;font-family:Georgia,serif;line-height:1.5}
.wb-text mark{color:inherit;background:none;border-bottom:3px solid}
.wb-error{border-color:#b00020!important}.wb-warning{border-color:#9a6700!important;border-bottom-style:dashed!important}
.wb-info{border-color:#57606a!important;border-bottom-style:dotted!important}
.wb-findings{list-style:none;padding:0;margin:0}.wb-findings li{border-left:4px solid;padding:.2rem .7rem;margin:0 0 .8rem}
.wb-findings p{margin:.2rem 0}.wb-small{font-size:.85em}
sup a{text-decoration:none}table{border-collapse:collapse}td,th{padding:.2rem .6rem;text-align:left;border-bottom:1px solid #8886}
@media(max-width:60rem){.wb-check{grid-template-columns:1fr}}
"""


def render_report(letter: Letter, report: CheckReport) -> str:
    """Renders the letter, its findings marked at their places, and the counts of what was checked."""
    counts = report.counts
    summary = f"{counts['error']} errors, {counts['warning']} warnings, {counts['info']} for information"
    beside = f"against case {report.case_id}" if report.case_id else "without a case"
    body = (
        f"<style>{_STYLE}</style><h1>{escape_visibly(report.draft)}</h1>"
        f"<p><strong>{summary}</strong>, {escape_visibly(beside)}; {report.at:%Y-%m-%d %H:%M} UTC, "
        f"version {escape_visibly(report.version)}. A check that finds nothing is no proof.</p>"
        f'<div class="wb-check"><div class="wb-text">{_mark_text(letter, report.findings)}</div>'
        f'<ol class="wb-findings">{"".join(map(_item, range(1, len(report.findings) + 1), report.findings))}</ol></div>'
        f"{_coverage(report)}"
    )
    return render_document(f"Check of {escape_visibly(report.draft)}", body)


def find_places(letter: Letter, findings: Sequence[Finding]) -> list[tuple[int, int] | None]:
    """Finds the findings' places in the letter's text: start and end, or None for the letter as a whole."""
    starts = [0, *(index + 1 for index, letter_ in enumerate(letter.text) if letter_ == "\n")]
    return [_find_place(letter, starts, finding) for finding in findings]


def _find_place(letter: Letter, starts: list[int], finding: Finding) -> tuple[int, int] | None:
    if finding.line is None or not finding.quote or finding.line > len(starts):
        return None
    start = letter.text.find(finding.quote, starts[finding.line - 1])
    # A quote begins on its line: one further down is another.
    if start < 0 or bisect_right(starts, start) != finding.line:
        return None
    return start, start + len(finding.quote)


def _mark_text(letter: Letter, findings: Sequence[Finding]) -> str:
    places = find_places(letter, findings)
    # Nested and overlapping marks: each stretch between two ends carries the worst finding that covers it.
    edges = sorted({0, len(letter.text), *(edge for place in places if place for edge in place)})
    opened: dict[int, list[int]] = {}
    closed: dict[int, list[int]] = {}
    for number, place in enumerate(places):
        if place:
            opened.setdefault(place[0], []).append(number)
            closed.setdefault(place[1], []).append(number)
    active: set[int] = set()
    parts: list[str] = []
    for start, end in zip(edges, edges[1:], strict=False):
        for number in closed.get(start, ()):
            active.discard(number)
            parts.append(f'<sup><a href="#f{number + 1}" id="p{number + 1}">{number + 1}</a></sup>')
        active.update(opened.get(start, ()))
        text = escape_visibly(letter.text[start:end])
        # Findings stand in the order of their severity.
        parts.append(f'<mark class="wb-{findings[min(active)].severity}">{text}</mark>' if active else text)
    parts += [f'<sup><a href="#f{n + 1}" id="p{n + 1}">{n + 1}</a></sup>' for n in closed.get(len(letter.text), ())]
    return "".join(parts)


def _item(number: int, finding: Finding) -> str:
    place = f" line {finding.line}" if finding.line is not None else ""
    lines = [
        f"<p><strong>{finding.severity}</strong>{place}, {escape_visibly(finding.check)}: {escape_visibly(finding.message)}</p>"
    ]
    if finding.quote:
        lines.append(f"<p>“{escape_visibly(finding.quote)}”</p>")
    lines += [
        f'<p class="wb-small">Exhibit {escape_visibly(each.exhibit_id)}, p. {each.page}: “{escape_visibly(each.quote)}”</p>'
        for each in finding.evidence
    ]
    if finding.suggestion:
        lines.append(f'<p class="wb-small">{escape_visibly(finding.suggestion)}</p>')
    return f'<li class="wb-{finding.severity}" id="f{number}"><a href="#p{number}">{number}</a>{"".join(lines)}</li>'


def _coverage(report: CheckReport) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape_visibly(key)}</th><td>{count.places}</td><td>{count.unchecked or ""}</td>'
        f"<td>{escape_visibly('; '.join(f'{places} x {why}' for why, places in count.why.items()))}</td></tr>"
        for key, count in report.checked.items()
    )
    head = "<tr><th>Check</th><th>Places checked</th><th>Not checked</th><th>Why</th></tr>"
    return f"<h2>What was checked</h2><table><thead>{head}</thead><tbody>{rows}</tbody></table>"
