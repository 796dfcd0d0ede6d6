"""The petition as one self-contained HTML page.

It holds no script that runs, no form and no address outside itself. It is built from data by hand rather than by a
template engine: every string goes through ``html.escape``, so a draft can hold neither markup nor a template
expression.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib import resources

from workbench.case.html_paragraphs import MANIFEST_ID, NOTES_CLASS
from workbench.export.claim_appendix import ClaimAppendix, cells_of
from workbench.export.letter_style import LetterStyle
from workbench.export.letterhead import LetterPicture
from workbench.export.markdown import Block, Heading, Items, LetterTable, Paragraph, Quote, Runs, TextRun
from workbench.export.petition import IndexRow, Petition, Section
from workbench.export.section_numbers import HeadingNumbers, Numbering
from workbench.text.html import escape_html

_PICTURES = "; img-src data:"
"""Added where the page holds the firm's letterhead picture."""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Content Security Policy of the page: its own inline style, nothing else."""

_SEVERITY_WORDS = {"error": "Error", "warning": "Warning", "open": "Open"}


def render_html(petition: Petition) -> str:
    """Writes a petition as a page.

    The same petition gives the same text.
    """
    return "\n".join(line for line in _render_page(petition) if line)


def _render_page(petition: Petition) -> Iterator[str]:
    # The one string that is not escaped: it comes with the package, and nothing of a draft reaches it.
    style = resources.files("workbench.export").joinpath("templates/petition.css").read_text(encoding="utf-8")
    policy = POLICY + _PICTURES * (_find_picture(petition) is not None)
    yield '<!doctype html>\n<html lang="en-US">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape_html(policy)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    # For the case that somebody puts the file on a web server: a client's letter belongs in no index.
    yield '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex, nofollow">'
    yield f'<meta name="author" content="{escape_html(petition.author)}">' if petition.author else ""
    own = f"{_write_fonts(petition.style)}{_write_widths(petition)}"
    yield f"<title>{escape_html(petition.title)}</title>\n<style>\n{style}{own}</style>"
    if petition.manifest is not None:
        # Data, which no browser runs. Without "<" nothing in it can end the element; the rest is ASCII, for what turns
        # the direction of reading belongs in no page.
        data = json.dumps(petition.manifest.to_dict(), separators=(",", ":")).replace("<", "\\u003c")
        yield f'<script type="application/json" id="{MANIFEST_ID}">{data}</script>'
    yield "</head>"
    yield f'<body class="{"draft" if petition.draft else "final"}">'
    if petition.draft:
        yield f'<div class="banner" role="note"><span>{escape_html(petition.draft)}</span></div>'
    yield '<main class="letter">'
    yield from _render_head(petition)
    yield from _render_contents(petition)
    yield from _render_open_list(petition)
    numbers = HeadingNumbers(petition.style.numbering)
    yield _render_blocks(petition.head.opening, numbers)
    for section in petition.sections:
        yield from _render_section(section, petition.style.numbering)
    if petition.signature:
        yield f'<section class="signature">{_render_blocks(petition.signature, numbers.restart())}</section>'
    yield from _render_notes(petition)
    if petition.exhibits is not None:
        yield from _render_exhibits(petition, petition.exhibits)
    if petition.claims is not None:
        yield from _render_claims(petition.claims)
    if not petition.draft:
        yield f'<footer class="colophon">{escape_html(petition.provenance)} {escape_html(petition.colophon)}</footer>'
    yield "</main>\n</body>\n</html>\n"


def _write_fonts(style: LetterStyle) -> str:
    """Writes the rules of a firm's fonts, whose names are letters, digits, blanks and hyphens."""
    text, title, size = style.text_font, style.title_font, style.text_size
    rules = [f'body,main.letter{{font-family:"{text}",serif}}'] * bool(text)
    rules += [f'main.letter :is(h1,h2,h3,h4){{font-family:"{title}",serif}}'] * bool(title)
    rules += [] if size is None else [f"main.letter{{font-size:{size:g}pt}}"]
    return "".join(f"{rule}\n" for rule in rules)


def _find_picture(petition: Petition) -> LetterPicture | None:
    picture = petition.style.letterhead_picture
    return picture if picture is not None and picture.png else None


def _render_head(petition: Petition) -> Iterator[str]:
    yield '<header class="head">'
    yield f'<p class="running">{escape_html(petition.running_head)}</p>'
    if (picture := _find_picture(petition)) is not None:
        text = escape_html(petition.style.alternative_text)
        size = f'width="{picture.width / 0.75:.0f}" height="{picture.height / 0.75:.0f}"'
        # Base64 has no sign that could end the attribute.
        yield f'<p class="letterhead"><img src="data:image/png;base64,{picture.png}" {size} alt="{text}"></p>'
    for number, line in enumerate(petition.style.letterhead):
        yield f'<p class="letterhead{" first" if number == 0 else ""}">{escape_html(line)}</p>'
    for runs in petition.head.lines:
        yield f"<p>{_render_runs(runs)}</p>"
    if petition.head.rows:
        yield '<dl class="re">'
        for row in petition.head.rows:
            yield f"<div><dt>{escape_html(row.label)}</dt><dd>{_render_runs(row.value)}</dd></div>"
        yield "</dl>"
    if petition.sample:
        yield f'<p class="notice sample">{escape_html(petition.sample)}</p>'
    if petition.draft:
        yield f'<p class="notice">{escape_html(petition.provenance)} {escape_html(petition.colophon)}</p>'
    yield "</header>"


def _render_contents(petition: Petition) -> Iterator[str]:
    yield '<nav class="contents" aria-labelledby="contents">\n<h2 id="contents">Contents</h2>\n<ol>'
    for section in petition.sections:
        # The entry is a link by itself, and HTML forbids one link inside another.
        title = f"<span>{section.label.strip()}</span> {_render_runs(section.title, links=False)}"
        numbers = HeadingNumbers(petition.style.numbering, section.number)
        subs = [
            f'<li><a href="#{section.anchor}-{number}"><span>{label.strip()}</span> '
            f"{_render_runs(heading.runs, links=False)}</a></li>"
            # Numbered over both levels, then filtered: the ids must be those that _render_blocks gives.
            for number, heading in enumerate(_headings(section.blocks), start=1)
            for label in [numbers.label(heading.level)]
            if heading.level == 1
        ]
        below = f"<ol>{''.join(subs)}</ol>" if subs else ""
        yield f'<li><a href="#{section.anchor}">{title}</a>{below}</li>'
    if petition.exhibits is not None:
        yield '<li><a href="#exhibit-index"><span></span> Exhibit Index</a></li>'
    if petition.claims is not None:
        yield f'<li><a href="#claim-table"><span></span> {escape_html(petition.claims.title)}</a></li>'
    yield "</ol>\n</nav>"


def _render_open_list(petition: Petition) -> Iterator[str]:
    if not petition.open:
        return
    yield '<section class="open" aria-labelledby="open">\n<h2 id="open">Open Before Filing</h2>'
    yield f'<p class="aside">{escape_html(petition.open_note)}</p>'
    for group in petition.open:
        items = "".join(
            f'<li class="is-{severity}"><b>{_SEVERITY_WORDS[severity]}</b> <span>{escape_html(item.text)}</span></li>'
            for item in group.items
            # The severity becomes a class name, and a manifest can be edited: only the known words get there.
            for severity in [item.severity if item.severity in _SEVERITY_WORDS else "open"]
        )
        yield f"<h3>{escape_html(group.title)}</h3>\n<ul>{items}</ul>"
    yield "</section>"


def _render_section(section: Section, numbering: Numbering) -> Iterator[str]:
    prompt = f' data-prompt="{escape_html(section.prompt)}"' if section.prompt else ""
    yield f'<section aria-labelledby="{section.anchor}"{prompt}>'
    title = _render_runs(section.title, links=False)
    yield f'<h2 id="{section.anchor}">{_mark_number(section.label)}{title}</h2>'
    yield _render_blocks(section.blocks, HeadingNumbers(numbering, section.number), anchor=section.anchor)
    yield "</section>"


def _render_notes(petition: Petition) -> Iterator[str]:
    notes = [note for note, _ in petition.list_notes()]
    if not notes:
        return
    yield f'<section class="{NOTES_CLASS}" aria-label="Notes">\n<ol>'
    for note in notes:
        # The sign of the way back is the style's: it is no part of the letter.
        back = (
            f'<a class="back" href="#note-mark-{note.number}" aria-label="Back to note {note.number} in the text"></a>'
        )
        yield f'<li id="note-{note.number}" value="{note.number}"><p>{_render_runs(note.runs)} {back}</p></li>'
    yield "</ol>\n</section>"


def _render_exhibits(petition: Petition, rows: Iterable[IndexRow]) -> Iterator[str]:
    yield '<section class="exhibits" aria-labelledby="exhibit-index">'
    yield '<h2 id="exhibit-index">Exhibit Index</h2>\n<table>'
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("No.", "Exhibit", "Date", "Pages", "Cited in"))
    yield f"<thead><tr>{heads}</tr></thead>\n<tbody>"
    for row in rows:
        cited = ", ".join(
            f'<a href="#section-{number}">{escape_html(petition.name_section(number))}</a>' for number in row.cited_in
        )
        # The filed index does not point the officer to an exhibit that no section cites.
        uncited = '<span class="uncited">not cited</span>' if petition.draft else "–"
        yield (
            f'<tr id="{row.anchor}"><th scope="row">{escape_html(row.label)}</th>'
            f'<td>{escape_html(row.title)}<span class="kind">{escape_html(row.kind)}</span></td>'
            f"<td>{escape_html(row.date)}</td><td>{row.pages}</td><td>{cited or uncited}</td></tr>"
        )
    yield "</tbody>\n</table>\n</section>"


def _render_claims(appendix: ClaimAppendix) -> Iterator[str]:
    yield '<section class="claims" aria-labelledby="claim-table">'
    yield f'<h2 id="claim-table">{escape_html(appendix.title)}</h2>'
    yield f'<p class="aside">{escape_html(appendix.note)}</p>\n<table>'
    heads = "".join(f'<th scope="col">{name}</th>' for name in appendix.columns)
    yield f"<thead><tr>{heads}</tr></thead>"
    for group in appendix.groups:
        title = escape_html(group.title)
        yield f'<tbody>\n<tr><th colspan="{len(appendix.columns)}" scope="rowgroup">{title}</th></tr>'
        for row in group.rows:
            yield f"<tr>{''.join(f'<td>{escape_html(cell)}</td>' for cell in cells_of(row, appendix.columns))}</tr>"
        yield "</tbody>"
    yield "</table>\n</section>"


def _mark_number(label: str) -> str:
    return f'<span class="number">{label.strip()}</span> ' if label else ""


def _headings(blocks: Iterable[Block]) -> list[Heading]:
    return [block for block in blocks if isinstance(block, Heading)]


def _render_blocks(blocks: Iterable[Block], numbers: HeadingNumbers, anchor: str | None = None) -> str:
    """Writes blocks as HTML.

    ``anchor`` numbers the headings and gives them ids.
    """
    parts: list[str] = []
    headings = 0
    for block in blocks:
        match block:
            case Paragraph(runs=runs):
                parts.append(f"<p>{_render_runs(runs)}</p>")
            case Heading(level=level, runs=runs):
                headings += 1
                number = _mark_number(numbers.label(level))
                mark = f' id="{anchor}-{headings}"' if anchor else ""
                title = _render_runs(runs, links=False)
                parts.append(f"<h{level + 2}{mark}>{number}{title}</h{level + 2}>")
            case Quote(blocks=inner):
                parts.append(f"<blockquote>{_render_blocks(inner, numbers.restart())}</blockquote>")
            case Items(start=start, items=items):
                listed = "".join(f"<li>{_render_blocks(item, numbers.restart())}</li>" for item in items)
                parts.append(f"<ul>{listed}</ul>" if start is None else f'<ol start="{start}">{listed}</ol>')
            case LetterTable():
                parts.append(_render_table(block))
    return "\n".join(parts)


def _render_table(table: LetterTable) -> str:
    kinds = [f' class="{alignment}"' if alignment else "" for alignment in table.alignments]

    def render_row(cells: Iterable[Runs], tag: str) -> str:
        row = (f"<{tag}{kind}>{_render_runs(runs)}</{tag[:2]}>" for runs, kind in zip(cells, kinds, strict=True))
        return f"<tr>{''.join(row)}</tr>"

    heads = render_row(table.heads.cells, 'th scope="col"')
    rows = "\n".join(render_row(row.cells, "td") for row in table.rows)
    columns = "".join(f'<col class="w{_percent(share)}">' for share in table.layout.shares)
    parts = f"<colgroup>{columns}</colgroup>", f"<thead>{heads}</thead>", f"<tbody>\n{rows}\n</tbody>"
    # On a narrow screen it is wider than the page, and is scrolled by itself, by keys, too.
    region = '<div class="wide" role="region" aria-label="Table" tabindex="0">'
    return "\n".join((region, '<table class="in-text">', *parts, "</table>", "</div>"))


def _percent(share: float) -> int:
    return max(1, round(100 * share))


def _write_widths(petition: Petition) -> str:
    """Writes the rules of the widths of columns: an element has no style of its own."""
    blocks = (
        block for blocks in (petition.head.opening, *(part.blocks for part in petition.sections)) for block in blocks
    )
    widths = {_percent(share) for block in blocks if isinstance(block, LetterTable) for share in block.layout.shares}
    return "".join(f"col.w{width}{{width:{width}%}}\n" for width in sorted(widths))


def _render_runs(runs: Iterable[TextRun], *, links: bool = True) -> str:
    return "".join(_render_run(run, links=links) for run in runs)


def _render_run(run: TextRun, *, links: bool) -> str:
    # Escaped before anything is put around it; what follows adds markup of ours only.
    html = escape_html(run.text).replace("\n", "<br>")
    if run.note is not None:
        place = f'id="note-mark-{run.note.number}" href="#note-{run.note.number}"'
        return f'<sup><a {place} aria-label="Note {run.note.number}">{html}</a></sup>'
    if run.italic:
        html = f"<em>{html}</em>"
    if run.bold:
        html = f"<strong>{html}</strong>"
    if run.unresolved:
        html = f'<mark class="unresolved">{html}</mark>'
    if links and run.target is not None:
        html = f'<a class="cite" href="#{run.target}">{html}</a>'
    return html
