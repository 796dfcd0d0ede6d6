"""The petition as data, read from the notebook's filing cells.

Every writer (HTML, PDF, DOCX) lays it out. Sections, head and signature come from the cells as they stand, edits
included. Exhibit numbers, back-references, the exhibit index and the open list are made anew, so that they agree with
the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from nbformat import NotebookNode

from workbench.errors import ExportError
from workbench.export.citations import CitationTable, anchor
from workbench.export.claim_appendix import ClaimAppendix
from workbench.export.filing_cells import filing_cells
from workbench.export.letter_forms import find_form
from workbench.export.letter_style import PLAIN_STYLE, ExhibitLabel, LetterStyle
from workbench.export.manifest import KEY, Manifest, OpenGroup, edits_by_hand
from workbench.export.markdown import (
    Block,
    Heading,
    Items,
    Note,
    Paragraph,
    Runs,
    from_jupyter,
    inert,
    list_notes,
    plain_text,
    read_markdown,
    visible_line,
)
from workbench.export.notebook_edits import FilingCell, describe_refusals, find_edits, list_open
from workbench.export.section_numbers import Numbering, number_section
from workbench.text.long_date import format_long_date

DRAFT = "DRAFT — not for filing"
OPEN_NOTE = "For the attorney’s review; this list is no part of the letter and is left out of the final."


@dataclass(frozen=True)
class Row:
    """One line of the RE block."""

    label: str
    value: Runs


@dataclass(frozen=True)
class Head:
    """The letter's head.

    Attributes:
        lines: Date and addressee, a paragraph each.
        rows: The RE block.
        opening: Salutation and whatever precedes the first section.
    """

    lines: tuple[Runs, ...] = ()
    rows: tuple[Row, ...] = ()
    opening: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Section:
    """A section; its headings below have level 1 and 2.

    Attributes:
        number: From 1.
        numeral: The same as the style writes it; empty where sections have no numbers.
        title: Without the number.
        blocks: The text.
        prompt: The version of the prompt that it was drafted with, or None where none is recorded.
        section_id: In the run, or None where the notebook's cell does not say.
    """

    number: int
    numeral: str
    title: Runs
    blocks: tuple[Block, ...]
    prompt: str | None = None
    section_id: str | None = None

    @property
    def label(self) -> str:
        """Text before the title."""
        return f"{self.numeral}. " if self.numeral else ""

    @property
    def name(self) -> str:
        """Name by which the exhibit index refers to it."""
        return self.numeral or plain_text(self.title)

    @property
    def anchor(self) -> str:
        """Target of the exhibit index's back-references."""
        return f"section-{self.number}"


@dataclass(frozen=True)
class IndexRow:
    """A row of the exhibit index.

    ``cited_in`` holds numbers of sections, ``label`` the number as the letter writes it.
    """

    number: int
    label: str
    anchor: str
    title: str
    kind: str
    date: str
    pages: int
    cited_in: tuple[int, ...]


@dataclass(frozen=True)
class Petition:
    """Everything that a writer lays out.

    Plain data: there is no markup in any string.

    Attributes:
        title: For the file's metadata and the head of a page on screen.
        running_head: On every page.
        draft: The words on every page of a draft; None in a final petition.
        open_note: What stands at the head of the open list.
        sample: The sample's plain statement, or None.
        provenance: Who wrote the text.
        colophon: Whose hand was in the text, and from which run and state the file comes.
        author: Who signs, for the file's metadata.
        at: Moment of the state exported, UTC; the date inside the files.
        head: See :class:`Head`.
        open: The open list; empty in a final petition.
        sections: In order.
        signature: Signature block.
        exhibits: The exhibit index, or None where its cell is not tagged for filing.
        claims: The claim table as an appendix, or None where none was asked for.
        manifest: What the notebook says of its run, as files carry it; None where it says nothing of paragraphs.
        thread_id: The run, or an empty text.
        event_id: The state of the run, or an empty text.
        style: Of the letter.
    """

    title: str
    running_head: str
    draft: str | None
    open_note: str
    sample: str | None
    provenance: str
    colophon: str
    author: str
    at: datetime
    head: Head
    open: tuple[OpenGroup, ...]
    sections: tuple[Section, ...]
    signature: tuple[Block, ...]
    exhibits: tuple[IndexRow, ...] | None
    claims: ClaimAppendix | None = None
    manifest: Manifest | None = None
    thread_id: str = ""
    event_id: str = ""
    style: LetterStyle = PLAIN_STYLE

    def name_section(self, number: int) -> str:
        """Names a section by its number, from 1, as the exhibit index refers to it."""
        return self.sections[number - 1].name

    def list_notes(self) -> list[tuple[Note, str | None]]:
        """Lists the notes by their numbers, each with the run's section whose text has its mark."""
        head = [Paragraph(runs) for runs in (*self.head.lines, *(row.value for row in self.head.rows))]
        parts: list[tuple[Iterable[Block], str | None]] = [((*head, *self.head.opening), None)]
        parts += [(section.blocks, section.section_id) for section in self.sections]
        parts.append((self.signature, None))
        return [(note, section_id) for blocks, section_id in parts for note in list_notes(blocks)]


def read_petition(notebook: NotebookNode, *, pinned: bool = False, allow_changes: bool = False) -> Petition:
    """Reads the filing cells of a notebook.

    Args:
        notebook: Of :func:`workbench.export.notebook.petition_notebook`, edited or not.
        pinned: Whether citations link to the pages of the exhibits, for a package, and not to the exhibit index.
        allow_changes: Whether a final may have changed since: to compare it, not to file it.

    Raises:
        ExportError: No cell is tagged for filing; or the notebook calls itself final, and a section was changed since.
    """
    manifest = Manifest.of_notebook(notebook.metadata.get(KEY))
    cells = [FilingCell(cell) for cell in filing_cells(notebook)]
    edits = find_edits(manifest, cells)
    # The approval holds for the text that the run recorded; nobody has approved what was typed over it or beside it.
    if manifest.final and not allow_changes:
        against = list(describe_refusals(manifest, cells, edits))
        if against:
            raise ExportError("not exported as final:\n" + "\n".join(against))
    roles = {cell.role for cell in cells}
    # Without the index a link would lead nowhere.
    known = {item.exhibit_id: item for item in manifest.exhibits}
    style = manifest.style or PLAIN_STYLE
    table = CitationTable(known, linked="exhibits" in roles, pinned=pinned, label=style.label, final=manifest.final)
    letter = _Letter(style.numbering)
    # These two are made anew from the manifest; their cells only say that they are wanted.
    # See docs/decisions.md, "An export renders the edited notebook".
    read = [cell for cell in cells if cell.role not in {"open", "exhibits"}]
    # As the letter shows them, for its notes are numbered in this order.
    read.sort(key=lambda cell: {"head": 0, "signature": 2}.get(cell.role, 1))
    lifted = [table.lift(inert(from_jupyter(cell.source))) for cell in read]
    texts = read_markdown([source for source, _ in lifted], table.resolve)
    for cell, blocks, (_, cited) in zip(read, texts, lifted, strict=True):
        letter.add(cell, blocks, cited)
    beneficiary = visible_line(manifest.letter.beneficiary) or _name_in_head(letter.head) or "[beneficiary]"
    form = find_form(manifest.letter.document_type)
    signers = (*manifest.letter.counsel, manifest.letter.petitioner)
    return Petition(
        title=form.title.format(beneficiary=beneficiary),
        running_head=form.running_head.format(beneficiary=beneficiary),
        draft=None if manifest.final else DRAFT,
        open_note=OPEN_NOTE,
        sample=visible_line(manifest.letter.sample) if manifest.letter.sample else None,
        provenance=f"Text drafted by: {visible_line(manifest.model) or 'not recorded'}.",
        colophon=_colophon(manifest),
        author=visible_line(next((signer for signer in signers if signer), "")),
        at=find_moment(manifest.updated_at, manifest.letter.filing_date),
        head=letter.head,
        open=() if manifest.final or "open" not in roles else list_open(manifest, edits, cells),
        sections=tuple(letter.sections),
        signature=letter.signature,
        exhibits=letter.index(manifest, style.label) if "exhibits" in roles else None,
        manifest=manifest.for_files() if manifest.paragraphs else None,
        thread_id=visible_line(manifest.thread_id),
        event_id=visible_line(manifest.last_event_id),
        style=style,
    )


def find_moment(updated_at: str, filing_date: str) -> datetime:
    """Returns the moment that every date inside the files is, UTC.

    Args:
        updated_at: Of the state that is exported, ISO-8601.
        filing_date: The same; for a state without the first.
    """
    for text in (updated_at, filing_date):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            continue
        # A filing date has no zone; with this machine's the file would depend on where it is made.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    return datetime(1980, 1, 1, tzinfo=UTC)  # the first year that a ZIP file, and so a DOCX, can name


class _Letter:
    """The letter as it grows cell by cell."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self.head = Head()
        self.sections: list[Section] = []
        self.signature: tuple[Block, ...] = ()
        self.cited: list[frozenset[str]] = []

    def add(self, cell: FilingCell, blocks: tuple[Block, ...], cited: frozenset[str]) -> None:
        """Adds a cell.

        What opens with a heading is a section, other text belongs to what stands before it.
        """
        if cell.role == "head":
            self.head = _read_head(blocks)
        elif cell.role == "signature":
            self.signature = (*self.signature, *_lower_headings(blocks))
        elif blocks and isinstance(blocks[0], Heading):
            number = len(self.sections) + 1
            section = Section(
                number,
                number_section(self._numbering, number),
                blocks[0].runs,
                _lower_headings(blocks[1:]),
                cell.prompt,
                cell.section_id,
            )
            self.sections.append(section)
            self.cited.append(cited)
        elif self.sections:
            last = self.sections[-1]
            self.sections[-1] = replace(last, blocks=(*last.blocks, *_lower_headings(blocks)))
            self.cited[-1] |= cited
        else:
            self.head = replace(self.head, opening=(*self.head.opening, *_lower_headings(blocks)))

    def index(self, manifest: Manifest, label: ExhibitLabel) -> tuple[IndexRow, ...]:
        """Builds the exhibit index, with the sections citing each."""
        return tuple(
            IndexRow(
                number=exhibit.number,
                label=label.number(exhibit.number),
                anchor=anchor(exhibit.number),
                title=visible_line(exhibit.title),
                kind=visible_line(exhibit.kind.replace("_", " ").capitalize()),
                date=visible_line(format_long_date(exhibit.date)),
                pages=exhibit.pages,
                cited_in=tuple(
                    section.number
                    for section, cited in zip(self.sections, self.cited, strict=True)
                    if exhibit.exhibit_id in cited
                ),
            )
            for exhibit in manifest.exhibits
            if exhibit.filed
        )


def _read_head(blocks: tuple[Block, ...]) -> Head:
    place = next((index for index, block in enumerate(blocks) if isinstance(block, Items)), len(blocks))
    lines = tuple(block.runs for block in blocks[:place] if isinstance(block, Paragraph | Heading))
    # The first list is the RE block; whatever the attorney writes behind it opens the letter.
    rows: list[Row] = []
    if place < len(blocks) and isinstance(found := blocks[place], Items):
        for item in found.items:
            runs = tuple(run for block in item if isinstance(block, Paragraph) for run in block.runs)
            # The label is the bold run that the notebook's writer put first.
            name, value = (runs[0].text, runs[1:]) if runs and runs[0].bold else ("", runs)
            label = name.strip().rstrip(":")
            # Here and not in each format, so that the line that says what is filed stands out in all of them.
            value = tuple(replace(run, bold=True) for run in value) if label == "RE" else value
            rows.append(Row(label, _strip_first(value)))
    return Head(lines, tuple(rows), _lower_headings(blocks[place + 1 :]))


def _name_in_head(head: Head) -> str:
    """Returns the beneficiary that the RE block names: a notebook that no run wrote has no other record of it."""
    named = {row.label.casefold(): visible_line(plain_text(row.value)) for row in head.rows}
    return next((named[label] for label in ("beneficiary", "self-petitioner", "petitioner") if named.get(label)), "")


def _strip_first(runs: Runs) -> Runs:
    if not runs:
        return runs
    return (replace(runs[0], text=runs[0].text.lstrip()), *runs[1:])


def _lower_headings(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Lowers headings to level 1 or 2, none skipped.

    No text can open a section of its own.
    """
    lowered: list[Block] = []
    above = 0
    for block in blocks:
        if isinstance(block, Heading):
            # PDF/UA forbids a level that is skipped, so none goes deeper than one below the heading before it.
            above = min(max(block.level - 2, 1), 2, above + 1)
            lowered.append(Heading(above, block.runs))
        else:
            lowered.append(block)
    return tuple(lowered)


def _colophon(manifest: Manifest) -> str:
    parts = [
        f"Prepared with {visible_line(manifest.made_by) or 'eb1a-workbench'}",
        f"run {visible_line(manifest.thread_id) or 'not recorded'}",
        f"state {visible_line(manifest.last_event_id) or 'not recorded'}",
    ]
    if manifest.case_digest:
        parts.append(f"case {visible_line(manifest.case_digest)[:12]}")
    hands = visible_line(edits_by_hand(manifest))
    return f"{hands} {', '.join(parts)}.".lstrip()
