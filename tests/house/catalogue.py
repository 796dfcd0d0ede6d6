"""Writes the list of messages to translate, ``workbench/languages/messages.pot``, anew.

Run in the project's folder after a word of a view was changed: PYTHONPATH=. python tests/house/catalogue.py
"""

from __future__ import annotations

import functools
import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from workbench.config import LANGUAGES

ROOT = Path(__file__).parents[2]
TEMPLATE = LANGUAGES / "messages.pot"

_HEADER = "# Messages of the views of the EB-1A Workbench; how to translate stands in docs/CONTRIBUTING.md."
_VARYING = ('"POT-Creation-Date', '"Generated-By')
_METHODS = {".py": "python", ".js": "javascript"}


@functools.cache
def collect_messages() -> Catalog:
    """Returns the messages of the package, in the order of files, with the comments for translators."""
    catalogue = Catalog(project="EB-1A Workbench", header_comment=_HEADER, fuzzy=False)
    for path in sorted((ROOT / "workbench").rglob("*.[pj][ys]")):
        # Most modules have no word of a view, and to read them takes seconds.
        if "catalogue" not in path.read_text("utf-8"):
            continue
        found = extract_from_file(
            _METHODS[path.suffix],
            path,
            comment_tags=("Translators:",),
            options={"parse_template_string": "true"},
            strip_comment_tags=True,
        )
        place = path.relative_to(ROOT).as_posix()
        for _line, message, comments, context in found:
            # Without lines: every edit would change them.
            catalogue.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    return catalogue


def write_template() -> str:
    """Returns the text of the list."""
    written = io.BytesIO()
    write_po(written, collect_messages(), width=120, include_lineno=False, sort_by_file=True)
    # These lines would change with each run, or with Babel's version.
    return "".join(
        line for line in written.getvalue().decode().splitlines(keepends=True) if not line.startswith(_VARYING)
    )


if __name__ == "__main__":
    TEMPLATE.write_text(write_template(), "utf-8")
