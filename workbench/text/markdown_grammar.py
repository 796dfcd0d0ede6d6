"""Rules of the one grammar of drafts, on markdown-it-py.

CommonMark, of which only what :mod:`workbench.text.markdown` names is alive.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.parser_inline import RuleFuncInlineType
from markdown_it.rules_block import StateBlock, blockquote, list_block
from markdown_it.rules_inline import StateInline

from workbench.text.pipe_tables import read_alignments, split_row
from workbench.text.sentences import CITATION, NOTE_MARK, NOTE_START

DEEPEST = 12
"""Quotes and lists nested deeper than this are text."""


def _limit_depth(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    """Wrap a container's rule so that depth is bounded.

    It opens none deeper than :data:`DEEPEST`.

    markdown-it's own limit, ``maxNesting``, drops the text of what is deeper.
    """

    def open_container(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it
        depth = state.env.get("depth", 0)
        if depth >= DEEPEST:
            return False
        # A silent call opens nothing: it asks whether a container would end the paragraph.
        state.env["depth"] = depth + (not silent)
        try:
            return rule(state, start, end, silent)
        finally:
            state.env["depth"] = depth

    return open_container


def _make_reader(pattern: re.Pattern[str], token: str) -> RuleFuncInlineType:
    """Makes the rule that reads what a pattern matches as one token, in which asterisks are no emphasis."""

    def read(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it
        found = pattern.match(state.src, state.pos, state.posMax)
        if found is None:
            return False
        if not silent:
            state.push(token, "", 0).content = found[0]
        state.pos = found.end()
        return True

    return read


def _read_note(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it
    """Read the text of a note: one paragraph, outside of quotes and lists.

    Its first line ends the block before it, also within those.
    """
    marker = NOTE_START.match(state.src, state.bMarks[start] + state.tShift[start], state.eMarks[start])
    if marker is None or silent:
        return marker is not None
    if state.level:
        return False
    outer, state.parentType = state.parentType, "paragraph"
    rules = state.md.block.ruler.getRules("paragraph")
    following = start + 1
    while following < end and not state.isEmpty(following):
        # As markdown-it's own paragraph: a line that is indented further opens nothing.
        is_deep = state.sCount[following] - state.blkIndent > 3  # noqa: PLR2004 - the spaces of CommonMark
        if not is_deep and any(rule(state, following, end, True) for rule in rules):
            break
        following += 1
    state.parentType, state.line = outer, following
    token = state.push("note_open", "p", 1)
    token.map, token.meta = [start, following], {"name": marker[1]}
    inline = state.push("inline", "", 0)
    inline.content = state.src[marker.end() : state.eMarks[start]]
    if following > start + 1:
        inline.content += "\n" + state.getLines(start + 1, following, state.blkIndent, False)
    inline.content = inline.content.strip()
    inline.map, inline.children = [start, following], []
    state.push("note_close", "p", -1)
    return True


def _read_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it
    """Reads a pipe table, outside of quotes and lists.

    Its first line ends the block before it, as that of a note, unless it stands in a quote or list itself.
    """
    is_within = state.level > 0 and (not silent or state.sCount[start] >= state.blkIndent)
    if is_within or start + 1 >= end:
        return False
    alignments = read_alignments(_line_of(state, start), _line_of(state, start + 1))
    if silent or not alignments:
        return bool(alignments)
    outer, state.parentType = state.parentType, "paragraph"
    # A second line of delimiters is a row.
    rules = [rule for rule in state.md.block.ruler.getRules("paragraph") if rule is not _read_table]
    table = state.push("table_open", "table", 1)
    table.meta = {"alignments": alignments}
    _push_row(state, "columns", (start, start + 2), len(alignments))
    following = start + 2
    while following < end and split_row(_line_of(state, following)):
        if any(rule(state, following, end, True) for rule in rules):
            break
        _push_row(state, "row", (following, following + 1), len(alignments))
        following += 1
    state.push("table_close", "table", -1)
    table.map = [start, following]
    state.parentType, state.line = outer, following
    return True


def _line_of(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _push_row(state: StateBlock, kind: str, lines: tuple[int, int], columns: int) -> None:
    line = _line_of(state, lines[0])
    cells = split_row(line, columns)
    state.push(f"{kind}_open", "tr", 1).map = list(lines)
    for number in range(columns):
        begin, end = cells[number] if number < len(cells) else (0, 0)
        state.push("cell_open", "td", 1).map = list(lines)
        inline = state.push("inline", "", 0)
        inline.content, inline.map, inline.children = line[begin:end], list(lines), []
        state.push("cell_close", "td", -1)
    state.push(f"{kind}_close", "tr", -1)


def build_grammar() -> MarkdownIt:
    """Builds the grammar."""
    # See docs/decisions.md, "One Markdown grammar, on markdown-it-py". _limit_depth keeps maxNesting out of reach.
    reader = MarkdownIt("zero", {"maxNesting": 4 * DEEPEST})
    reader.enable(["blockquote", "list", "heading", "lheading", "hr", "newline", "escape", "entity", "emphasis"])
    # As in markdown-it, a quote may end a paragraph, a quote and a list; a list ends no list.
    reader.block.ruler.at("blockquote", _limit_depth(blockquote), {"alt": ["paragraph", "blockquote", "list"]})
    reader.block.ruler.at("list", _limit_depth(list_block), {"alt": ["paragraph", "blockquote"]})
    reader.block.ruler.before("blockquote", "note", _read_note, {"alt": ["paragraph", "blockquote", "list"]})
    # Behind what opens other blocks, and before what may be a heading or paragraph.
    reader.block.ruler.before("lheading", "pipe_table", _read_table, {"alt": ["paragraph", "blockquote"]})
    reader.inline.ruler.after("escape", "citation", _make_reader(CITATION, "citation"))
    reader.inline.ruler.after("citation", "note_mark", _make_reader(NOTE_MARK, "note_mark"))
    reader.core.ruler.disable("text_join")  # it would hide which letters were escaped
    return reader


def build_block_grammar() -> MarkdownIt:
    """Builds the grammar of blocks alone."""
    reader = build_grammar()
    reader.core.ruler.disable("inline")  # what stands within a block takes longer to read than all blocks
    return reader
