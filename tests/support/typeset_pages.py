"""Pages of text set as a PDF, with their tables as tables, and read from it again."""

from __future__ import annotations

import re
from itertools import groupby

import orjson
import typst

from workbench.case.model import Case
from workbench.case.pages import ReadLimits
from workbench.case.pdf_text import read_pdf

_TEMPLATE = b"""
#set page(paper: "us-letter", margin: 1in)
#set text(size: 11pt, hyphenate: false)
#let stroke = if sys.inputs.ruled == "yes" { 0.5pt } else { none }
#for (number, page) in json(bytes(sys.inputs.pages)).enumerate() {
  if number > 0 { pagebreak() }
  for block in page {
    if block.rows == none { par(text(block.line)) } else {
      let width = calc.max(..block.rows.map(row => row.len()))
      table(
        columns: (1fr,) * width, stroke: stroke, inset: (x: 4pt, y: 5pt),
        ..block.rows.map(row => (row + ("",) * (width - row.len())).map(cell => [#cell])).flatten(),
      )
    }
  }
}
"""


def typeset_exhibits(case: Case, *, ruled: bool) -> Case:
    """Returns a case whose exhibits were set as PDFs and read from them."""
    documents = {
        key: document.model_copy(update={"pages": _typeset(document.pages, ruled=ruled)})
        for key, document in case.documents.items()
    }
    return case.model_copy(update={"documents": documents})


def _typeset(pages: tuple[str, ...], *, ruled: bool) -> tuple[str, ...]:
    """Sets pages whose cells are parted by tabs or two blanks, each of narrow columns of one width."""
    blocks = [
        [
            {"rows": [re.split(r"\t| {2,}", line) for line in lines], "line": ""}
            if is_table
            else {"rows": None, "line": line}
            for is_table, run in groupby(
                page.split("\n"), key=lambda line: re.search(r"\S(?:\t| {2,})\S", line) is not None
            )
            for lines in [list(run)]
            for line in ([""] if is_table else lines)
        ]
        for page in pages
    ]
    inputs = {"pages": orjson.dumps(blocks).decode(), "ruled": "yes" if ruled else "no"}
    read = read_pdf(
        typst.compile(_TEMPLATE, sys_inputs=inputs), ReadLimits(pages=99, characters=10**6, unzipped=0)
    ).pages
    return tuple(page.text.replace("\r\n", "\n") for page in read)
