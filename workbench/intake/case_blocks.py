"""``case.yaml`` as blocks, one a field at the top, so that an edit touches one of them.

ruamel.yaml keeps a comment with what stands before it, so a list that grows would push the heading of the next field
into itself. Here each block keeps the comments and blank lines above its field, and only the block that is edited is
read and written by ruamel.yaml; the others stay as they are.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from workbench.case.source import Source
from workbench.errors import CaseError, Problem
from workbench.intake.case_text import make_yaml

_BETWEEN = re.compile(r"(?:#.*)?\s*")
"""A blank line, or a comment at the left edge, which no value holds."""
_LIST = re.compile(r"^(?P<field>(?: |- ){0,40})[\w-]{1,64}:[ \t]*(?:#.*)?\n(?P<dash> {0,40})- ", re.MULTILINE)
"""A field whose value is a list, and the list's first dash."""


def edit_block(text: str, source: Source, name: str, change: Callable[[CommentedMap], None]) -> str:
    """Returns the text with one field at its top changed.

    Args:
        text: Of ``case.yaml``, with plain line ends.
        source: The same, parsed without a problem.
        name: The field; where there is none, it is added before ``exhibits``.
        change: Changes a mapping that has this field alone.

    Raises:
        CaseError: The block cannot be read by itself, as where the file has all fields in one pair of braces.
    """
    lines = text.splitlines(keepends=True)
    starts = _find_starts(lines, source)
    block_start, start, end = _bounds(lines, starts, name)
    block = "".join(lines[start:end])
    yaml = make_yaml()
    root: object = CommentedMap()
    if block:
        offset = _find_list_indent(block)
        yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
        try:
            root = yaml.load(block)
        except (YAMLError, ValueError):
            root = None
    if not isinstance(root, CommentedMap) or (block and list(root) != [name]):
        what, remedy = "its layout is not one that a program can edit", "edit it by hand"
        raise CaseError(Problem(what, remedy, file=source.name, line=start + 1, field=name))
    change(root)
    out = io.StringIO()
    yaml.dump(root, out)
    before = "".join(lines[:block_start]) + "".join(lines[block_start:start])
    if before and not before.endswith("\n"):
        before += "\n"
    return before + out.getvalue() + "".join(lines[end:])


def _find_list_indent(block: str) -> int:
    """Returns by how much the dashes of lists stand right of their field: that of the first list, else 2."""
    found = _LIST.search(block)
    # A field that is itself behind a dash stands two columns right of it.
    return max(len(found["dash"]) - len(found["field"].replace("-", " ")), 0) if found is not None else 2


def _find_starts(lines: list[str], source: Source) -> dict[str, int]:
    """Returns the line index of each field at the top, in order."""
    starts = {str(path[0]): line - 1 for path, line in source.lines.items() if len(path) == 1}
    return {name: index for name, index in starts.items() if index < len(lines)}


def _bounds(lines: list[str], starts: dict[str, int], name: str) -> tuple[int, int, int]:
    """Returns where the comments above a field begin, where it begins itself, and where the next one's begin."""

    def above(index: int) -> int:
        while index > 0 and _BETWEEN.fullmatch(lines[index - 1]):
            index -= 1
        return index

    if name not in starts:
        place = above(starts.get("exhibits", len(lines)))
        return place, place, place
    start = starts[name]
    later = [index for index in starts.values() if index > start]
    return above(start), start, above(min(later, default=len(lines)))
