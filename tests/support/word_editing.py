"""Edits of a Word file by script, as a partner makes them: tracked and untracked, with comments."""

from __future__ import annotations

import copy
import io
import itertools
import re
from pathlib import Path
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.run import Run

from workbench.export.word_comments import _cut_runs

_NUMBERS = itertools.count(9000)


class EditedWord:
    """A Word file that is edited.

    Args:
        content: Its bytes.
        author: Of tracked changes and comments.
    """

    def __init__(self, content: bytes, author: str = "Paula Partner") -> None:
        self.document: Any = docx.Document(io.BytesIO(content))
        self.author = author

    def save(self, path: Path) -> Path:
        self.document.save(path)
        return path

    def paragraph(self, words: str) -> Any:
        """The paragraph of the letter that holds words; the open list before it may quote them."""
        found = [paragraph for paragraph in self.document.paragraphs if words in _own_text(paragraph)]
        return found[-1]

    def find_runs(self, words: str) -> list[Run]:
        paragraph = self.paragraph(words)
        start = _own_text(paragraph).index(words)
        return _cut_runs(paragraph, start, start + len(words))

    # ---- untracked

    def replace(self, words: str, new: str) -> None:
        first, *others = self.find_runs(words)
        first.text = new
        for run in others:
            run.text = ""

    def add_paragraph_after(self, words: str, text: str, style: str | None = None) -> Any:
        anchor = self.paragraph(words)
        added = copy.deepcopy(anchor._p)
        for child in list(added):
            if child.tag != qn("w:pPr"):
                added.remove(child)
        anchor._p.addnext(added)
        paragraph = next(each for each in self.document.paragraphs if each._p is added)
        paragraph.add_run(text)
        if style:
            paragraph.style = style
        return paragraph

    def remove_paragraph(self, words: str) -> None:
        element = self.paragraph(words)._p
        element.getparent().remove(element)

    def drop_bookmarks(self, pattern: str) -> None:
        body = self.document.element.body
        gone = [mark for mark in body.iter(qn("w:bookmarkStart")) if re.match(pattern, mark.get(qn("w:name")))]
        numbers = {mark.get(qn("w:id")) for mark in gone}
        ends = [mark for mark in body.iter(qn("w:bookmarkEnd")) if mark.get(qn("w:id")) in numbers]
        for mark in (*gone, *ends):
            mark.getparent().remove(mark)

    # ---- tracked

    def delete_tracked(self, words: str) -> Any:
        runs = self.find_runs(words)
        mark = self.mark("w:del")
        runs[0]._r.addprevious(mark)
        for run in runs:
            mark.append(run._r)
            for text in run._r.findall(qn("w:t")):
                text.tag = qn("w:delText")
        return mark

    def insert_tracked(self, after: str, new: str) -> Any:
        runs = self.find_runs(after)
        mark = self.mark("w:ins")
        run = copy.deepcopy(runs[-1]._r)
        Run(run, None).text = new
        mark.append(run)
        runs[-1]._r.addnext(mark)
        return mark

    def replace_tracked(self, words: str, new: str) -> None:
        run = copy.deepcopy(self.find_runs(words)[0]._r)
        struck = self.delete_tracked(words)
        mark = self.mark("w:ins")
        Run(run, None).text = new
        mark.append(run)
        struck.addnext(mark)

    def insert_paragraph_tracked(self, after: str, text: str) -> None:
        """As Word writes it: the end of the paragraph before is the inserted one."""
        anchor = self.paragraph(after)
        added = self.add_paragraph_after(after, text)
        mark = self.mark("w:ins")
        mark.append(added.runs[0]._r)
        added._p.append(mark)
        self._mark_end(anchor, "w:ins")

    def delete_paragraph_tracked(self, words: str) -> None:
        paragraph = self.paragraph(words)
        mark = self.mark("w:del")
        for child in list(paragraph._p):
            if child.tag in {qn("w:r"), qn("w:hyperlink")}:
                for text in child.iter(qn("w:t")):
                    text.tag = qn("w:delText")
                mark.append(child)
        paragraph._p.append(mark)
        self._mark_end(paragraph, "w:del")

    def move_tracked(self, words: str, target: str, name: str = "move1") -> None:
        """Moves words of a run behind other words."""
        runs = self.find_runs(words)
        there = self.find_runs(target)[-1]
        moved = [copy.deepcopy(run._r) for run in runs]
        for tag, place, held in (("From", runs[0]._r, [run._r for run in runs]), ("To", there._r, moved)):
            mark = self.mark(f"w:move{tag}")
            start, end = OxmlElement(f"w:move{tag}RangeStart"), OxmlElement(f"w:move{tag}RangeEnd")
            number = str(next(_NUMBERS))
            for edge in (start, end):
                edge.set(qn("w:id"), number)
            start.set(qn("w:name"), name)
            if tag == "From":
                place.addprevious(mark)
            else:
                place.addnext(mark)
            for run in held:
                mark.append(run)
            mark.addprevious(start)
            mark.addnext(end)

    def comment(self, words: str, text: str) -> None:
        runs = self.find_runs(words)
        self.document.add_comment(runs=[runs[0], runs[-1]], text=text, author=self.author, initials="PP")

    def _mark_end(self, paragraph: Any, tag: str) -> None:
        properties = paragraph._p.get_or_add_pPr()
        run = properties.find(qn("w:rPr"))
        if run is None:
            run = OxmlElement("w:rPr")
            properties.append(run)
        run.append(self.mark(tag))

    def mark(self, tag: str) -> Any:
        mark = OxmlElement(tag)
        mark.set(qn("w:id"), str(next(_NUMBERS)))
        mark.set(qn("w:author"), self.author)
        mark.set(qn("w:date"), "2026-11-30T09:00:00Z")
        return mark


def _own_text(paragraph: Any) -> str:
    return "".join(run.text for run in paragraph.runs)
