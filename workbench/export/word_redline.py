"""A petition as a Word document with tracked changes against another moment of a run, or another run.

The two moments are rendered as usual, and the documents compared paragraph by paragraph and word by word. What stayed
the same is the new document's to the byte: bookmarks, links, comments and fields.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as WordParagraph

from workbench.case.docx_revisions import RevisedDocument
from workbench.export import word
from workbench.export.docx import CONTENTS, REDLINE, make_document, save_document
from workbench.export.petition import Petition
from workbench.export.word_comments import WordComment
from workbench.export.word_footnotes import REFERENCE, Footnotes, find_note_text, find_notes
from workbench.export.word_lists import ListNumbering, read_list
from workbench.export.word_pairs import BlockPair, list_bookmarks, list_pairs, pair_parts, read_list_place, split_parts
from workbench.export.word_revisions import RevisionMarker
from workbench.export.word_tokens import NOTE, TextPiece, WordToken, read_tokens, write_tokens
from workbench.text.redline import compare_words

REDLINE_AUTHOR = "eb1a-workbench"
"""Author of the tracked changes: between two moments several hands may have changed a sentence."""

_OLD = "old_"
"""Before the bookmarks of deleted paragraphs."""


def render_redline(old: Petition, new: Petition, comments: Sequence[WordComment] = ()) -> bytes:
    """Writes a petition as a DOCX file with tracked changes against another one.

    With all changes accepted its text is that of :func:`~workbench.export.docx.render_docx` of the new petition, with
    all refused that of the old one. Header and footer are the new one's. The same petitions give the same bytes.

    Args:
        old: At the moment to compare with.
        new: As it stands.
        comments: Placed at their words.
    """
    reference = f"{old.thread_id}@{old.event_id}"
    document = make_document(new, comments, {REDLINE: reference})
    _Redline(make_document(old), document, (_name_sections(old), _name_sections(new)), f"{new.at:%Y-%m-%dT%H:%M:%S}")
    return save_document(document)


def find_own_marks(document: RevisedDocument) -> frozenset[int]:
    """Returns the places of the revisions that a redline was written with; other files have none.

    By their author alone: the state that the file shows may be gone from the run, and with it the moment of the marks.
    """
    if REDLINE not in document.properties:
        return frozenset()
    return frozenset(place for place, mark in enumerate(document.revisions) if mark.author == REDLINE_AUTHOR)


def _name_sections(petition: Petition) -> dict[str, str]:
    return {str(part.number): part.section_id or f"number {part.number}" for part in petition.sections}


class _Redline:
    """One comparison; turns the new document into the redline."""

    def __init__(self, old: Any, new: Any, sections: tuple[Mapping[str, str], Mapping[str, str]], at: str) -> None:
        bodies = old.element.body, new.element.body
        for body in bodies:
            _unwrap_contents(body)
        notes = find_notes(new)
        roots = [bodies[1]] if notes is None else [bodies[1], notes]
        numbers = (int(mark.get(qn("w:id"))) for root in roots for mark in root.iter(qn("w:bookmarkStart")))
        self._marks = RevisionMarker(REDLINE_AUTHOR, at, 1 + max(numbers, default=0))
        parts = [split_parts(body, names) for body, names in zip(bodies, sections, strict=True)]
        pairs = list(pair_parts(*parts))
        self._anchors = _map_anchors(pairs)
        self._documents = old, new
        self._notes = Footnotes(new)
        self._lists = _map_lists(old, new, pairs)
        self._put(new, pairs)
        self._notes.sort_notes()

    def _put(self, document: Any, pairs: Sequence[BlockPair]) -> None:
        """Puts the merged blocks into the place of the new document's."""
        body = document.element.body
        merged: list[tuple[BlockPair, Any]] = []
        # From the last to the first: how a paragraph ends depends on how the next one begins.
        for pair in reversed(pairs):
            follows = bool(merged) and _begins_with_insertion(merged[-1][1])
            merged += [(pair, element) for element in self._merge(pair, before_insertion=follows)]
        merged.reverse()
        for child in [child for child in body if child.tag in (qn("w:p"), qn("w:tbl"))]:
            body.remove(child)
        for place, (_, element) in enumerate(merged):
            body.insert(place, element)
        for one, two in pairwise(element for _, element in merged):
            # Word would take two tables without a paragraph between them for one.
            if one.tag == two.tag == qn("w:tbl"):
                two.addprevious(OxmlElement("w:p"))
        lines = [(pair, element) for pair, element in merged if _is_contents(element)]
        if lines:
            # The field ends in a line that neither accepting nor refusing takes away.
            kept = [element for pair, element in lines if pair.old is not None and pair.new is not None]
            first, last = lines[0][1], (kept or [element for _, element in lines])[-1]
            word.wrap_in_field(WordParagraph(first, None), WordParagraph(last, None), CONTENTS)  # type: ignore[arg-type]

    def _merge(self, pair: BlockPair, *, before_insertion: bool = False) -> Iterator[Any]:
        if pair.old is None or pair.new is None:
            tag, element = ("w:del", pair.old) if pair.new is None else ("w:ins", pair.new)
            yield self._merge_whole(element, tag)
        elif pair.new.tag == qn("w:tbl"):
            yield self._merge_table(pair)
        else:
            yield self._merge_paragraph(pair.old, pair.new, before_insertion=before_insertion)

    # ---- what came or went as a whole

    def _merge_whole(self, element: Any, tag: str) -> Any:
        if element.tag == qn("w:p"):
            made = self._mark_words(element, tag)
            self._marks.mark_end(made, tag)
            return made
        made = copy.deepcopy(element)
        for row in made.tr_lst if made.tag == qn("w:tbl") else (made,):
            self._marks.mark_row(row, tag)
            for paragraph in list(row.iter(qn("w:p"))):
                words = self._mark_words(paragraph, tag)
                # Also the last of a cell, which goes with the row: LibreOffice removes no row without these marks.
                self._marks.mark_end(words, tag)
                paragraph.getparent().replace(paragraph, words)
        return made

    def _mark_words(self, paragraph: Any, tag: str) -> Any:
        deleted = tag == "w:del"
        made = _copy_properties(paragraph)
        if deleted:
            self._number_anew(made)
        tokens = read_tokens(paragraph, self._anchors if deleted else None)
        tokens = self._mark_notes(tokens, tag)
        made.extend(write_tokens(tokens, partial(self._marks.make, tag)))
        if deleted:
            self._keep_bookmarks(paragraph, made)
        return made

    def _keep_bookmarks(self, old: Any, made: Any) -> None:
        """Gives the bookmarks of a deleted paragraph names of their own, for the deleted links to it."""
        for name in list_bookmarks(old):
            word.add_bookmark(WordParagraph(made, None), self._anchors[name], int(self._marks.take_id()))  # type: ignore[arg-type]

    # ---- what changed within

    def _merge_table(self, pair: BlockPair) -> Any:
        made = copy.deepcopy(pair.new)
        for row in list(made.tr_lst):
            made.remove(row)
        for row_pair in pair.rows:
            if row_pair.old is None or row_pair.new is None:
                made.extend(self._merge(row_pair))
                continue
            row = copy.deepcopy(row_pair.new)
            old, new = (list(each.iter(qn("w:p"))) for each in (row_pair.old, row))
            for one, two in reversed(list(zip(old, new, strict=True))):
                behind = two.getnext()
                follows = behind is not None and _begins_with_insertion(behind)
                two.getparent().replace(two, self._merge_paragraph(one, two, before_insertion=follows))
            made.append(row)
        return made

    def _merge_paragraph(self, old: Any, new: Any, *, before_insertion: bool = False) -> Any:
        before, after = read_tokens(old, self._anchors), read_tokens(new)
        keys = [token.key for token in before], [token.key for token in after]
        made = copy.deepcopy(new)
        if keys[0] == keys[1]:
            self._merge_notes(before, after)
        else:
            made = _copy_properties(new)
            edits = _join_changes(compare_words(*keys))
            if before_insertion:
                edits = _end_with_deletion(edits)
            for place, (removed, added, is_same) in enumerate(edits, start=1):
                was, now = before[:removed], after[:added]
                before, after = before[removed:], after[added:]
                if is_same:
                    self._merge_notes(was, now)
                else:
                    was, now = self._mark_notes(was, "w:del"), self._mark_notes(now, "w:ins")
                is_last = before_insertion and place == len(edits)
                made.extend(write_tokens(now) if is_same else self._write_change(was, now, insertion_first=is_last))
            _join_links(made)
        former = _copy_properties(old)
        self._number_anew(former)
        if read_list_place(former) != read_list_place(made):
            self._marks.mark_former_properties(made, former.pPr)
        return made

    def _write_change(self, was: list[WordToken], now: list[WordToken], *, insertion_first: bool) -> list[Any]:
        deleted, inserted = ((was, "w:del"), (now, "w:ins"))
        order = (inserted, deleted) if insertion_first else (deleted, inserted)
        return [part for tokens, tag in order for part in write_tokens(tokens, partial(self._marks.make, tag))]

    # ---- notes

    def _merge_notes(self, before: Sequence[WordToken], after: Sequence[WordToken]) -> None:
        """Compares the words of notes whose marks have stayed."""
        for was, now in zip(_list_references(before), _list_references(after), strict=True):
            old, new = (find_note_text(each, mark) for each, mark in zip(self._documents, (was, now), strict=True))
            if old is not None and new is not None:
                new.getparent().replace(new, self._merge_paragraph(old, new))

    def _mark_notes(self, tokens: Sequence[WordToken], tag: str) -> list[WordToken]:
        """Marks the words of notes that come or go with their marks; the new document takes in those that go."""
        marked = []
        for token in tokens:
            items = list(token.items)
            for place, item in enumerate(items):
                if isinstance(item, TextPiece) and item.text == NOTE:
                    items[place] = self._mark_note(item, tag)
            marked.append(token._replace(items=tuple(items)))
        return marked

    def _mark_note(self, piece: TextPiece, tag: str) -> TextPiece:
        run = piece.field[0]
        source = self._documents[tag == "w:ins"]
        text = find_note_text(source, run.find(REFERENCE).get(qn("w:id")))
        if text is None:
            return piece
        words = read_tokens(text, self._anchors if tag == "w:del" else None)
        made = self._notes.make_note() if tag == "w:del" else text
        for child in [child for child in made if child.tag != qn("w:pPr")]:
            made.remove(child)
        # The note's own mark and the blank behind it are no change: they go with the note.
        made.extend(write_tokens(words[:2]))
        made.extend(write_tokens(words[2:], partial(self._marks.make, tag)))
        run = copy.deepcopy(run)
        run.find(REFERENCE).set(qn("w:id"), made.getparent().get(qn("w:id")))
        return piece._replace(field=(run,))

    def _number_anew(self, paragraph: Any) -> None:
        """Puts an item of the old document into the list that stands for its own."""
        if (number := read_list_place(paragraph)) is not None:
            paragraph.pPr.numPr.numId.val = self._lists[number[0]]


def _join_changes(edits: Iterable[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """Joins changes that follow each other."""
    joined: list[tuple[int, int, bool]] = []
    for was, now, is_same in edits:
        if joined and not is_same and not joined[-1][2]:
            joined[-1] = (joined[-1][0] + was, joined[-1][1] + now, False)
        else:
            joined.append((was, now, is_same))
    return joined


def _end_with_deletion(edits: list[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """Extends an insertion at a paragraph's end by the word before it, so that it replaces something.

    LibreOffice joins words inserted at the end of a paragraph with those inserted at the start of the next, and would
    refuse the paragraph's end with them. Written before a deletion, the words are apart.
    """
    if len(edits) > 1 and edits[-1][0] == 0:
        *others, (was, now, _), (_, added, _) = edits
        return [*others, (was - 1, now - 1, True), (1, added + 1, False)]
    return edits


# ---- bookmarks and lists


def _map_anchors(pairs: Sequence[BlockPair]) -> dict[str, str]:
    """Maps the old document's bookmarks to those of the redline: a renumbered exhibit is still the same one."""
    anchors: dict[str, str] = {}
    for pair in list_pairs(pairs):
        if pair.old is None:
            continue
        names = list_bookmarks(pair.old)
        found = [] if pair.new is None else list_bookmarks(pair.new)
        anchors |= {name: f"{_OLD}{name}"[:40] for name in names} | dict(zip(names, found, strict=False))
    return anchors


def _map_lists(old: Any, new: Any, pairs: Sequence[BlockPair]) -> dict[int, int]:
    """Maps the old document's lists to those of the redline.

    A list whose items are all in one list of the new document is that list. Others are added, so that refused changes
    give the old numbers.
    """
    roots = [document.part.numbering_part.element for document in (old, new)]
    links: dict[int, set[int | None]] = {}
    back: dict[int, set[int | None]] = {}
    for pair in pairs:
        numbers = [None if each is None or each.tag != qn("w:p") else read_list_place(each) for each in pair[:2]]
        one, two = (None if number is None else number[0] for number in numbers)
        if one is not None:
            links.setdefault(one, set()).update(() if pair.new is None else (two,))
        if two is not None:
            back.setdefault(two, set()).update(() if pair.old is None else (one,))
    lists = ListNumbering(new)
    found: dict[int, int] = {}
    for number, partners in links.items():
        partner = next(iter(partners)) if len(partners) == 1 else None
        is_same = (
            partner is not None
            and len(back[partner]) == 1
            and read_list(roots[0], number) == read_list(roots[1], partner)
        )
        found[number] = partner if partner is not None and is_same else lists.copy_list(roots[0], number)
    return found


# ---- paragraphs


def _list_references(tokens: Iterable[WordToken]) -> list[str]:
    """Lists the ids of the notes whose marks stand among tokens."""
    pieces = (item for token in tokens for item in token.items if isinstance(item, TextPiece) and item.text == NOTE)
    return [piece.field[0].find(REFERENCE).get(qn("w:id")) for piece in pieces]


def _copy_properties(paragraph: Any) -> Any:
    made: Any = OxmlElement("w:p")
    if paragraph.pPr is not None:
        made.append(copy.deepcopy(paragraph.pPr))
    return made


def _join_links(paragraph: Any) -> None:
    """Joins links to one bookmark that follow each other: a change within a link does not divide it."""
    for one, two in pairwise(list(paragraph)):
        if one.tag == two.tag == qn("w:hyperlink") and one.get(qn("w:anchor")) == two.get(qn("w:anchor")):
            for child in reversed(one):
                two.insert(0, child)
            paragraph.remove(one)


def _begins_with_insertion(element: Any) -> bool:
    for child in element if element.tag == qn("w:p") else ():
        if child.tag in (qn("w:ins"), qn("w:del"), qn("w:r"), qn("w:hyperlink")):
            return any(part.tag == qn("w:ins") for part in (child, *child[:1]))
    return False


def _is_contents(element: Any) -> bool:
    return element.tag == qn("w:p") and str(element.style or "").startswith("toc")


def _unwrap_contents(body: Any) -> None:
    """Takes the marks of the field of all contents out of its first and last line."""
    lines = [element for element in body if _is_contents(element)]
    if not lines:
        return
    marks = [run for run in lines[0] if run.tag == qn("w:r")][:3]
    for run in (*marks, [run for run in lines[-1] if run.tag == qn("w:r")][-1]):
        run.getparent().remove(run)
