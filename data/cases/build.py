#!/usr/bin/env python3
"""Build the samples' exhibits: every ``<case>/sources/*.md`` becomes ``<case>/exhibits/*.pdf``.

A source is Markdown below a front matter of four lines: ``title``, ``source`` (the public record, in words), ``date``
(of the newest matter in it) and ``layout`` (``certificate``, ``record``, ``article``, ``rules`` or ``notice``: see
``exhibit.typ``). A line ``***`` begins a new page. The samples other than ``wu`` have some of its exhibits as well:
``SHARED`` lists them. Building twice gives the same bytes: fonts come from the typst wheel alone and the timestamp is
fixed.

Run it from anywhere: ``python data/cases/build.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
import pypandoc
import typst
import yaml

HERE = Path(__file__).resolve().parent
TEMPLATE = HERE / "exhibit.typ"
BUILT_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""Printed into every PDF's metadata, so that the bytes depend on the sources alone."""
MARKDOWN = "markdown-raw_attribute-raw_html-raw_tex-tex_math_dollars-yaml_metadata_block-auto_identifiers-citations"
SHARED = {
    "rfe": ("nas-membership", "nas-election-rules", "columbia-role", "columbia-reputation", "comstock-history"),
    "letter": ("parity-article", "parity-context"),
}
"""Sources of ``wu`` that are exhibits of another sample as well."""
PAGE_BREAK = "\n***\n"
NARROW = "--columns=20"
"""Below the length of every table row: column widths then follow the dashes of the source."""


@dataclass(frozen=True)
class Source:
    """One exhibit's source.

    Attributes:
        title: Title of the exhibit, as in ``case.yaml``.
        source: The public record it was written from, in words.
        date: ISO date, year and month, or year.
        layout: One of the layouts of ``exhibit.typ``.
        body: Markdown.
    """

    title: str
    source: str
    date: str
    layout: str
    body: str

    @property
    def pages(self) -> list[str]:
        """The Markdown of each page."""
        return self.body.split(PAGE_BREAK)


def read_source(path: Path) -> Source:
    """Read a source file; ValueError where its front matter is missing or names another field."""
    _, separator, rest = path.read_text("utf-8").partition("---\n")
    matter, closing, body = rest.partition("\n---\n")
    fields = yaml.load(matter, Loader=yaml.BaseLoader)  # noqa: S506 - the base loader makes strings only, so 1957 stays text
    if not (separator and closing and isinstance(fields, dict)):
        raise ValueError(f"{path}: begin with a front matter between two lines of ---")
    if set(fields) != {"title", "source", "date", "layout"}:
        raise ValueError(f"{path}: the front matter has title, source, date and layout, this one {sorted(fields)}")
    return Source(body=body.strip() + "\n", **fields)


def build_pdf(source: Source) -> bytes:
    """The PDF of one source."""
    body = pypandoc.convert_text(source.body, "typst", format=MARKDOWN, extra_args=["--wrap=none", NARROW])
    settings = "".join(
        f"#let {name} = {_string(value)}\n"
        for name, value in (
            ("title", source.title),
            ("source", source.source),
            ("date", _spoken(source.date)),
            ("layout", source.layout),
        )
    )
    text = settings + TEMPLATE.read_text("utf-8") + body
    return typst.compile(text.encode(), format="pdf", ignore_system_fonts=True, timestamp=int(BUILT_AT.timestamp()))


def build_case(case: Path) -> list[Path]:
    """Build every exhibit of a case folder; returns the files written."""
    built = []
    shared = [case.parent / "wu" / "sources" / f"{name}.md" for name in SHARED.get(case.name, ())]
    for path in [*sorted((case / "sources").glob("*.md")), *shared]:
        target = case / "exhibits" / f"{path.stem}.pdf"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(build_pdf(read_source(path)))
        built.append(target)
    return built


def _string(text: str) -> str:
    """A Typst string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _spoken(partial: str) -> str:
    """``February 15, 1957``, ``February 1957`` or ``1957``."""
    year, *rest = (int(part) for part in partial.split("-"))
    if not rest:
        return str(year)
    month = f"{datetime(year, rest[0], 1, tzinfo=UTC):%B}"
    return f"{month} {year}" if len(rest) == 1 else f"{month} {rest[1]}, {year}"


@click.command(help=__doc__)
def main() -> None:
    """Build the samples and say what was written."""
    for case in ("wu", *SHARED):
        for path in build_case(HERE / case):
            click.echo(f"{path.relative_to(HERE)}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
