"""Edits of a notebook's filing cells since the run wrote them.

An approval holds for the text that the run recorded: a final has none of these edits, a draft lists them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from nbformat import NotebookNode

from workbench.export.citations import problems
from workbench.export.manifest import Manifest, OpenGroup, OpenItem
from workbench.export.markdown import bind_spaces, visible_line
from workbench.text.digest import text_digest
from workbench.text.notebook_marks import find_role, read_mark

SectionEdit = Literal["changed", "missing"]

_OWN_PARTS = frozenset({"head", "signature", "open", "exhibits"})
"""Cells of a final that the attorney may complete, and those that are made anew."""
_MADE_PARTS = frozenset({"open", "exhibits"})
_MISSING = "its cell is missing or no longer tagged for filing"
_REFUSALS: Mapping[SectionEdit, str] = {
    "changed": "changed in the notebook after it was approved; approve the new text in the run",
    "missing": _MISSING,
}
_LONGEST_START = 60


class FilingCell:
    """A filing cell with its mark.

    Attributes:
        source: Markdown.
        role: Part of the letter that it is.
        section_id: Section of the run, or None.
        prompt: Version of the prompt, or None.
    """

    def __init__(self, cell: NotebookNode) -> None:
        mark = read_mark(cell.metadata)
        self.source: str = cell.source
        # A cell that the attorney added has no mark of ours.
        self.role = find_role(cell.metadata) or "section"
        # The metadata of a cell can be edited, and hold any JSON value.
        section_id, version = mark.get("section_id"), mark.get("prompt_version")
        self.section_id = section_id if isinstance(section_id, str) else None
        self.prompt = visible_line(version) if isinstance(version, str) else None


def find_edits(manifest: Manifest, cells: Iterable[FilingCell]) -> dict[str, SectionEdit]:
    """Finds sections whose cell is not the run's text, by their ids."""
    sources: dict[str, list[str]] = {}
    for cell in cells:
        if cell.section_id is not None:
            sources.setdefault(cell.section_id, []).append(cell.source)
    edits: dict[str, SectionEdit] = {}
    for section in manifest.sections:
        texts = sources.get(section.section_id, [])
        if not texts:
            edits[section.section_id] = "missing"
        # A copied cell keeps its mark: the section would stand twice.
        elif len(texts) > 1 or text_digest(texts[0]) != section.source_sha256:
            edits[section.section_id] = "changed"
    return edits


def describe_refusals(
    manifest: Manifest, cells: Iterable[FilingCell], edits: Mapping[str, SectionEdit]
) -> Iterator[str]:
    """Yields what stands against a final, one line an edit."""
    for section_id, edit in edits.items():
        yield f"section {section_id}: {_REFUSALS[edit]}"
    known = {section.section_id for section in manifest.sections}
    for cell in cells:
        # Neither a section of the run nor a part that the exports make.
        if cell.role not in _OWN_PARTS and cell.section_id not in known:
            start = visible_line(cell.source)[:_LONGEST_START]
            yield f"“{start}”: not a section of the run; add it there, and approve it"


def list_open(
    manifest: Manifest, edits: Mapping[str, SectionEdit], cells: Iterable[FilingCell]
) -> tuple[OpenGroup, ...]:
    """Builds the open list, edits in the notebook included."""
    exhibits = {exhibit.exhibit_id: exhibit for exhibit in manifest.exhibits}
    items = [OpenItem(severity="warning", text=_describe_edit(*edit)) for edit in edits.items()]
    items += [
        OpenItem(severity="error", text=f"{problem[:1].upper()}{problem[1:]}.")
        for cell in cells
        # For sections that nobody changed, the run's own open list has these problems.
        if cell.role not in _MADE_PARTS and (cell.section_id is None or cell.section_id in edits)
        for problem in problems(cell.source, exhibits)
    ]
    groups = (*manifest.open, OpenGroup(title="Edits in the notebook", items=tuple(items)))
    return tuple(
        OpenGroup(
            title=visible_line(group.title),
            items=tuple(
                OpenItem(severity=item.severity, text=bind_spaces(visible_line(item.text))) for item in group.items
            ),
        )
        for group in groups
        if group.items
    )


def _describe_edit(section_id: str, edit: SectionEdit) -> str:
    if edit == "missing":
        return f"Section {section_id} is left out: {_MISSING}."
    return f"Section {section_id} was changed in the notebook: not checked since."
