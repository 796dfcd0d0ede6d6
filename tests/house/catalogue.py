"""Writes the list of messages to translate, ``workbench/languages/messages.pot``, anew.

Run in the project's folder after a word of a view was changed: PYTHONPATH=. python tests/house/catalogue.py
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from workbench.config import LANGUAGES

ROOT = Path(__file__).parents[2]
TEMPLATE = LANGUAGES / "messages.pot"

_METHODS = [("**.py", "python"), ("web/static/**.js", "javascript")]
_OPTIONS = {"web/static/**.js": {"parse_template_string": "true"}}


def collect_messages() -> Catalog:
    """Returns the messages of the package, in the order of files, with the comments for translators."""
    catalogue = Catalog(project="EB-1A Workbench", fuzzy=False)
    found = extract_from_dir(
        ROOT / "workbench", _METHODS, _OPTIONS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for file, _line, message, comments, context in found:
        # Without lines: every edit would change them.
        catalogue.add(message, locations=[(f"workbench/{file}", 0)], auto_comments=comments, context=context)
    return catalogue


def write_template() -> str:
    """Returns the text of the list."""
    written = io.BytesIO()
    write_po(written, collect_messages(), width=120, include_lineno=False, sort_by_file=True)
    # The moment of writing would change with each run.
    return "".join(
        line for line in written.getvalue().decode().splitlines(keepends=True) if "POT-Creation-Date" not in line
    )


if __name__ == "__main__":
    TEMPLATE.write_text(write_template(), "utf-8")
