"""An edited Word file of a run, read back: edits, tracked changes and comments.

The file is compared with what the run exported, rendered anew from the state that the file names. A line that shows
the same keeps its Markdown to the byte, so an unedited file changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from workbench.case.citation import find_citations
from workbench.case.docx_revisions import RevisedDocument, WordRemark, parse_revisions, read_docx_revisions
from workbench.case.exhibits import MAX_UNZIPPED_BYTES, read_content
from workbench.case.pages import ReadLimits, UnreadableFileError
from workbench.case.readers import Reader
from workbench.case.reading_pool import ReadingPool
from workbench.checks.parts.draft_file import MAX_DRAFT_CHARACTERS
from workbench.errors import InputError, Problem, TransitionError
from workbench.export.docx import RUN, SECTION, SIGNATURE, STATE, STYLE, make_document, save_document
from workbench.export.letter_style import PLAIN_STYLE, ExhibitLabel, LetterStyle
from workbench.export.notebook import NOT_DRAFTED, petition_notebook
from workbench.export.petition import read_petition
from workbench.export.review_comments import list_comments
from workbench.export.word_changes import ChangeGroup, group_revisions
from workbench.export.word_citations import CitationReader
from workbench.export.word_edits import (
    CommentedSentence,
    ImportedSection,
    ImportResult,
    TrackedChange,
    crop_redline,
    new_sentences,
)
from workbench.export.word_inline import write_inline
from workbench.export.word_letter import (
    Line,
    WordSections,
    citation_ranges,
    resolve_lines,
    split_letter,
)
from workbench.export.word_markdown import RebuiltText, rebuild_text
from workbench.export.word_redline import find_own_marks
from workbench.export.word_tables import write_rows
from workbench.live.snapshot import Snapshot
from workbench.text.digest import text_digest
from workbench.text.markdown import find_blocks, find_draft_sentences
from workbench.text.redline import redline
from workbench.text.sentences import find_sentences
from workbench.text.three_way import merge_texts

if TYPE_CHECKING:
    from workbench.workflow.run import Run

_READER = Reader("workbench.case.docx_revisions:read_docx_revisions")
# JSON takes more room than the text it holds.
_LIMITS = ReadLimits(pages=1, characters=40_000_000, unzipped=MAX_UNZIPPED_BYTES)


def read_edited_docx(run: Run, file: Path | str, *, content: bytes | None = None) -> EditedDocx:
    """Reads a Word file that was exported from a run and edited since.

    Nothing of the run changes until :meth:`EditedDocx.apply`. The file is read in a child process with limits.

    Args:
        run: The run, as :func:`workbench.attach` gives it.
        file: A ``.docx`` of ``workbench export``, saved by Word or LibreOffice.
        content: Of the file, where it was uploaded; ``file`` is then only a name.

    Raises:
        InputError: The file cannot be read, is no DOCX, or comes from another run.

    Examples:
        >>> import workbench
        >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
        >>> snapshot = run.wait(60)
        >>> files = workbench.export_petition(snapshot, to=["docx"], out="out")
        >>> edited = workbench.read_edited_docx(run, files["docx"])
        >>> edited.edits(), edited.changes, edited.comments()
        ({}, (), ())
    """
    name = str(file)
    raw = read_content(Path(file), name) if content is None else content
    try:
        with ReadingPool() as pool:
            read = pool.read(_READER, raw, _LIMITS)
        document = parse_revisions(read.pages[0].text)
    except UnreadableFileError as error:
        raise InputError(Problem(error.what, error.remedy, file=name)) from None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise InputError(
            Problem("a damaged DOCX, or none at all", "open it, and save it again as DOCX", file=name)
        ) from None
    if sum(len(piece.text) for paragraph in document.paragraphs for piece in paragraph.pieces) > MAX_DRAFT_CHARACTERS:
        raise InputError(Problem("more text than any letter has", "give a DOCX that workbench export wrote", file=name))
    origin = document.properties.get(RUN)
    if origin is not None and origin != run.thread_id:
        what = f"comes from the run {origin[:64]}, not from {run.thread_id}"
        raise InputError(Problem(what, f"import it with --run {origin[:64]}", file=name))
    base, notes = _find_base(run, document)
    edited = EditedDocx(run, name, document, base, notes)
    if not edited.section_ids:
        what = f"holds no section of the run {run.thread_id}"
        raise InputError(Problem(what, "give a DOCX that workbench export wrote of it", file=name))
    return edited


def _find_base(run: Run, document: RevisedDocument) -> tuple[Snapshot, list[str]]:
    state = document.properties.get(STATE, "")
    if not state:
        return run.snapshot, ["the file does not say which state it shows: it is compared with the run as it stands"]
    if state == run.snapshot.last_event_id:
        return run.snapshot, []
    try:
        return run.at(state), []
    except InputError:
        return run.snapshot, [
            f"the run has no state {state[:40]} any more: the file is compared with the run as it stands"
        ]


class EditedDocx:
    """A Word file of a run with its edits; made by :func:`read_edited_docx`.

    Untracked edits are taken as made. Tracked changes are proposals, refused until they are accepted.

    Attributes:
        name: The file.
        base: The state of the run that the file shows.
        changes: The tracked changes.
    """

    def __init__(self, run: Run, name: str, document: RevisedDocument, base: Snapshot, notes: Iterable[str]) -> None:
        self.name = name
        self.base = base
        self._run = run
        self._document = document
        self._notes = list(notes)
        style = _read_style(document)
        petition = read_petition(petition_notebook(base, style=style))
        # The page numbers stand in the contents, which are not compared.
        page = read_docx_revisions(save_document(make_document(petition, pages=False)), _LIMITS).pages[0]
        exported = parse_revisions(page.text)
        ids = {part.number: part.section_id for part in petition.sections if part.section_id}
        self._titles = {section.section_id: section.title for section in base.sections}
        self._ids = _read_section_ids(document, self._titles) or ids
        self._expected = _read_expected(exported, ids, self._titles)
        self._citations = self._make_reader(exported, (style or PLAIN_STYLE).label)
        self._read: dict[frozenset[int], _ReadLetter] = {}
        # What the redline itself marked has been made in the run: as it is left, it stands.
        self._made = find_own_marks(document)
        groups = [group for group in group_revisions(document) if not self._made.issuperset(group.marks)]
        everything = frozenset(mark for group in groups for mark in group.marks)
        homes = self._find_homes(frozenset()) | self._find_homes(everything)
        self._groups = [group for group in groups if any(number in homes for number in group.paragraphs)]
        if outside := len(groups) - len(self._groups):
            self._notes.append(f"{outside} tracked changes stand outside of the sections, and are not imported")
        self.changes: tuple[TrackedChange, ...] = tuple(
            self._describe(number, group, next(homes[each] for each in group.paragraphs if each in homes))
            for number, group in enumerate(self._groups, start=1)
        )
        # Of refused changes nothing is told, nor of what the export itself wrote beside them.
        self._citations.unknown.clear()

    def __repr__(self) -> str:
        return (
            f"<EditedDocx {self.name[-80:]}: {len(self.edits())} sections edited, {len(self.changes)} tracked changes>"
        )

    @property
    def section_ids(self) -> tuple[str, ...]:
        """The sections found in the file, in its order."""
        return tuple(part.section_id for part in self._letter(()).parts.parts)

    @property
    def notes(self) -> tuple[str, ...]:
        """Parts of the file that cannot be imported as they stand, a line each."""
        letter = self._letter(())
        found = letter.parts.find
        lines = [*self._notes, *letter.parts.notes]
        order = [section.section_id for section in self.base.sections]
        lines += [f"section {name} is not in the file: it stays as it is" for name in order if found(name) is None]
        here = [name for name in self.section_ids if name in order]
        if here != [name for name in order if name in here]:
            lines.append("the sections stand in another order in the file: the run keeps its own")
        for part in letter.parts.parts:
            title = self._titles[part.section_id]
            if part.heading and _letters(part.heading) != _letters(title):
                lines.append(f"the title of section {part.section_id} was changed: titles are not imported")
            lacks = Counter(lack for line in part.lines for lack in line.lacks)
            lines += [f"section {part.section_id}: {_DESCRIPTIONS.get(lack, lack)}" for lack in sorted(lacks)]
        unknown = dict.fromkeys(self._citations.unknown)
        lines += [f"{typed!r} names no exhibit of this run: it stays as text" for typed in unknown]
        return tuple(dict.fromkeys(lines))

    def edits(self, accept: Collection[int] = ()) -> dict[str, str]:
        """Returns the new Markdown of each section that was edited.

        Args:
            accept: Numbers of the tracked changes to accept; all others are refused.

        Raises:
            InputError: There is no change of such a number.
        """
        letter = self._letter(self._check_numbers(accept))
        return {
            section_id: built.text
            for section_id, built in letter.texts.items()
            if built.text.strip() != self.base.section(section_id).content.strip()
        }

    def comments(self, accept: Collection[int] = ()) -> tuple[CommentedSentence, ...]:
        """Returns the comments on sentences that the run does not have.

        Args:
            accept: As of :meth:`edits`.
        """
        letter = self._letter(self._check_numbers(accept))
        exported = {(comment.author, _fold(comment.text)) for comment in list_comments(self.base)}
        found = []
        for remark in self._document.comments:
            if (remark.author, _fold(remark.text)) in exported or not remark.text:
                continue
            if (place := self._find_sentence(letter, remark)) is not None:
                comment = CommentedSentence(*place, remark.author, remark.date, remark.text)
                known = self._run.snapshot.section(comment.section_id).remarks
                if comment.note not in {each.note for each in known}:
                    found.append(comment)
        return tuple(found)

    def apply(self, *, accept: Collection[int] = (), user_id: str | None = None, via: str = "kernel") -> ImportResult:
        """Makes the edits and records the comments in the run.

        Every edited section loses its approval, and is checked. A section that cannot be edited (it is locked, or the
        same words were changed in the run since the export) is named in the notes, and the others are edited.

        Args:
            accept: Numbers of the tracked changes to accept; all others are refused.
            user_id: Who edits; asserted. Default: who started the run.
            via: How it came, for the audit record.

        Raises:
            InputError: There is no change of such a number.
            StoreError: The store is away, or the run's writer does not answer.

        Examples:
            >>> import workbench
            >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
            >>> snapshot = run.wait(60)
            >>> files = workbench.export_petition(snapshot, to=["docx"], out="out")
            >>> workbench.read_edited_docx(run, files["docx"]).apply(user_id="a.partner").sections
            ()
        """
        edits, comments = self.edits(accept), self.comments(accept)
        notes = list(self.notes)
        sections = []
        for section_id, text in edits.items():
            if not text.strip():
                notes.append(f"section {section_id} is empty in the file: it stays as it is")
                continue
            before = self._run.snapshot.section(section_id)
            merged = merge_texts(self.base.section(section_id).content.strip(), before.content.strip(), text.strip())
            if merged is None:
                notes.append(
                    f"section {section_id} was changed in the run at the same words since the export: it stays as it "
                    "is; export the run again, and edit that"
                )
                continue
            if merged == before.content.strip():
                continue
            try:
                after = self._run.edit(
                    section_id, merged + "\n", base=text_digest(before.content), user_id=user_id, via=via
                )
            except (InputError, TransitionError) as error:
                notes.append(f"section {section_id} stays as it is: {error}")
                continue
            known = {(item.check, item.message) for item in before.findings}
            findings = tuple(item for item in after.findings if (item.check, item.message) not in known)
            sections.append(ImportedSection(section_id, new_sentences(before.content, after.content), findings))
        recorded = []
        for comment in comments:
            try:
                self._run.decide_sentence(
                    comment.section_id, "comment", comment.sentence, note=comment.note, user_id=user_id, via=via
                )
                recorded.append(comment)
            except (InputError, TransitionError) as error:
                notes.append(f"a comment of {comment.author} is not imported: {error}")
        return ImportResult(tuple(sections), tuple(recorded), tuple(dict.fromkeys(notes)))

    # ---- reading

    def _check_numbers(self, accept: Collection[int]) -> frozenset[int]:
        known = {change.number: group for change, group in zip(self.changes, self._groups, strict=True)}
        if wrong := sorted(set(accept) - set(known)):
            what = f"no tracked change {', '.join(map(str, wrong))}"
            remedy = f"choose from 1 to {len(known)}" if known else "the file has none: accept nothing"
            raise InputError(Problem(what, remedy, file=self.name, field="accept"))
        return frozenset(mark for number in accept for mark in known[number].marks)

    def _letter(self, accepted: Collection[int]) -> _ReadLetter:
        key = frozenset(accepted)
        if key not in self._read:
            self._read[key] = self._read_letter(key)
        return self._read[key]

    def _split(self, accepted: frozenset[int]) -> WordSections:
        lines = resolve_lines(self._document, accepted | self._made)
        return split_letter(lines, self._document, self._ids, self._titles, self._expected)

    def _read_letter(self, accepted: frozenset[int]) -> _ReadLetter:
        parts = self._split(accepted)
        texts: dict[str, RebuiltText] = {}
        for part in parts.parts:
            content = self.base.section(part.section_id).content
            lines = part.lines
            if not content.strip() and [line.text for line in lines] == [NOT_DRAFTED.strip("*")]:
                lines = ()
            expected = self._expected.get(part.section_id, ()) if content.strip() else ()
            texts[part.section_id] = rebuild_text(content, expected, lines, self._write)
        return _ReadLetter(parts, texts)

    def _write(self, line: Line, source: str) -> str:
        words = write_inline(line.pieces, self._citations.replace_shown)
        return self._citations.replace_typed(words, source)

    def _find_homes(self, accepted: frozenset[int]) -> dict[int, str]:
        """Returns the section of each paragraph of the file."""
        parts = self._split(accepted).parts
        return {number: part.section_id for part in parts for line in part.lines for number in line.paragraphs}

    def _describe(self, number: int, group: ChangeGroup, section_id: str) -> TrackedChange:
        paragraphs = self._document.paragraphs
        marks = frozenset(group.marks)
        ends = (
            n
            for n in group.paragraphs
            if paragraphs[n].cell is None and {paragraphs[n].inserted, paragraphs[n].deleted} & marks
        )
        rows = {cell[:2] for n in group.paragraphs if (cell := paragraphs[n].cell) is not None}
        # With its end a paragraph comes or goes, or runs on into the next. The whole section is not compared for each
        # change: a file may have hundreds.
        near = {*group.paragraphs, *(number + 1 for number in ends if number + 1 < len(paragraphs))}
        # A cell is read in its row.
        if rows:
            near |= {n for n, each in enumerate(paragraphs) if each.cell is not None and each.cell[:2] in rows}
        before, after = (
            "\n\n".join(
                write_rows(line, self._write) if line.kind == "table" else self._write(line, "")
                for line in resolve_lines(self._document, accepted, near)
            )
            for accepted in (self._made, self._made | marks)
        )
        spans = crop_redline(redline(before, after))
        return TrackedChange(number, section_id, group.author, group.date, group.kind, spans)

    def _find_sentence(self, letter: _ReadLetter, remark: WordRemark) -> tuple[str, str] | None:
        """Finds the section and sentence of a comment."""
        if remark.place is None:
            return None
        first = remark.place.first
        for part in letter.parts.parts:
            for line, span in zip(part.lines, letter.texts[part.section_id].spans, strict=False):
                if first[0] not in line.paragraphs:
                    continue
                text = letter.texts[part.section_id].text
                blocks = tuple(find_blocks(text))
                sentences = [
                    sentence for sentence in find_draft_sentences(text, blocks) if span[0] <= sentence.start < span[1]
                ]
                if not sentences:
                    continue
                index = self._find_index(line, first)
                if line.kind == "table":
                    # Each row is a block, and one sentence, but for the heads of the columns.
                    place = index + sum(block.start < span[0] for block in blocks)
                    index = sum(sentence.block < place for sentence in sentences)
                return part.section_id, sentences[min(index, len(sentences) - 1)].text
        return None

    def _find_index(self, line: Line, place: tuple[int, int]) -> int:
        """Counts the sentences of a line, or the rows of a table, before a piece of the file."""
        if line.kind == "table":
            return next((piece.cell[0] for piece in line.pieces if piece.cell and piece.place[0] == place[0]), 0)
        cite = self._citations.replace_shown
        before = write_inline([piece for piece in line.pieces if piece.place < place], cite)
        return sum(end <= len(before) for _, end in find_sentences(write_inline(line.pieces, cite)))

    def _make_reader(self, exported: RevisedDocument, label: ExhibitLabel) -> CitationReader:
        numbers = {label.number(exhibit.number): exhibit.exhibit_id for exhibit in self.base.exhibits}
        ranges = citation_ranges(exported)
        marked: dict[int, tuple[str, str]] = {}
        for section in self.base.sections:
            lines = self._expected.get(section.section_id, ())
            held = {number for line in lines for number in line.paragraphs}
            inside = sorted(number for number, (first, _) in ranges.items() if first[0] in held)
            spans = dict.fromkeys((found.start, found.end) for found in find_citations(section.content))
            if len(inside) != len(spans):
                continue
            for number, (start, end) in zip(inside, spans, strict=True):
                first, last = ranges[number]
                pieces = exported.paragraphs[first[0]].pieces[first[1] : last[1]]
                marked[number] = ("".join(piece.text for piece in pieces), section.content[start:end])
        return CitationReader(numbers, marked, citation_ranges(self._document))


class _ReadLetter(NamedTuple):
    parts: WordSections
    texts: Mapping[str, RebuiltText]


_DESCRIPTIONS = {
    "picture": "a picture is not imported",
    "text box": "a text box is not imported",
    "hidden text": "hidden text is not imported",
}


def _read_style(document: RevisedDocument) -> LetterStyle | None:
    """Reads the style that the file was written in; None where it is the product's own, or damaged."""
    try:
        return LetterStyle.model_validate_json(document.properties[STYLE])
    except (KeyError, ValidationError):
        return None


def _read_section_ids(document: RevisedDocument, titles: Mapping[str, str]) -> dict[int, str]:
    found = {}
    for name, section_id in document.properties.items():
        number = name.removeprefix(SECTION)
        if name.startswith(SECTION) and number.isascii() and number.isdigit() and section_id in titles:
            found[int(number[:6])] = section_id
    return found


def _read_expected(
    exported: RevisedDocument, ids: Mapping[int, str], titles: Mapping[str, str]
) -> dict[str, tuple[Line, ...]]:
    """Returns the exported lines of each section, and under an empty name those of the signature."""
    parts = split_letter(resolve_lines(exported), exported, ids, titles, {})
    expected = {part.section_id: part.lines for part in parts.parts}
    begin = exported.bookmarks.get(SIGNATURE)
    end = exported.bookmarks.get("exhibit_index")
    if begin is not None and end is not None:
        expected[""] = tuple(line for line in parts.others if begin.first[0] <= line.paragraphs[0] < end.first[0])
    return expected


def _fold(text: str) -> str:
    return " ".join(text.split())


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
