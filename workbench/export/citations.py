"""Citations as the letter shows them.

``[@wolf-prize, pp. 1-2]`` becomes "(Exhibit 4 at 1–2)". A draft cites by stable id; the number is given here and
nowhere else, so a late exhibit cannot break a citation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby

from workbench.case.citation import Citation, MalformedCitation, find_citations
from workbench.export.letter_style import NBSP, PLAIN_LABEL, ExhibitLabel
from workbench.export.markdown import Runs, TextRun, mark
from workbench.live.snapshot import ExhibitState
from workbench.text.sentences import NOTE_MARK

_EMPTY_NOTE = re.compile(rf"^[ \t]*{NOTE_MARK.pattern}:[ \t.;]*$\n?", re.MULTILINE)


@dataclass
class CitationTable:
    """The citations of one document, in the text's order.

    Attributes:
        exhibits: By id.
        linked: Whether a citation links to the exhibit index; false where the document has none.
        pinned: Whether it links to the pages of the exhibits themselves, which a package binds behind the letter.
        label: Form of an exhibit's name.
        final: Whether citations of what is kept on file are left out.
        groups: The bracketed groups lifted so far; the mark in the text carries the index.
    """

    exhibits: Mapping[str, ExhibitState]
    linked: bool
    groups: list[Runs] = field(default_factory=list)
    pinned: bool = False
    label: ExhibitLabel = PLAIN_LABEL
    final: bool = False

    def lift(self, markdown: str) -> tuple[str, frozenset[str]]:
        """Puts a mark in the place of every citation.

        Returns:
            The Markdown with marks, and the ids of the exhibits of the index that it cites.
        """
        parts: list[str] = []
        cited: set[str] = set()
        behind = 0
        # The members of a bracketed group share its place, and get one pair of parentheses in the letter.
        for (start, end), members in groupby(find_citations(markdown), key=lambda found: (found.start, found.end)):
            group = tuple(members)
            # An id that is not in the index has no row that could lead back to this section.
            cited |= {item.exhibit_id for item in group if isinstance(item, Citation)} & set(self.exhibits)
            if self.final and all(self._is_kept(item) for item in group):
                # What is not filed is no exhibit of the letter: the officer sees the sentence without a citation.
                parts.append(markdown[behind:start].rstrip(" "))
                behind = end
                continue
            parts += markdown[behind:start], mark(len(self.groups))
            number = len(self.groups) + 1
            self.groups.append(tuple(replace(run, citation=number) for run in self._render_group(group)))
            behind = end
        lifted = "".join((*parts, markdown[behind:]))
        return _drop_empty_notes(lifted) if self.final else lifted, frozenset(cited)

    def _is_kept(self, item: Citation | MalformedCitation) -> bool:
        """Tells if a citation is of an exhibit that is kept on file, and not filed."""
        exhibit = self.exhibits.get(item.exhibit_id) if isinstance(item, Citation) else None
        return exhibit is not None and not exhibit.filed

    def resolve(self, index: int) -> Runs:
        """Return the runs that stand in a group's place."""
        return self.groups[index]

    def _render_group(self, group: Iterable[Citation | MalformedCitation]) -> Runs:
        # A page that is cited twice in one group is shown once.
        items = [item for item in dict.fromkeys(group) if not (self.final and self._is_kept(item))]
        members = [self._render_member(item) for item in items]
        known = [
            member
            for item, member in zip(items, members, strict=True)
            if not member[0].unresolved and not self._is_kept(item)
        ]
        runs = [TextRun("(")]
        for position, member in enumerate(members):
            if position:
                runs.append(TextRun("; "))
            # The word stands before the first exhibit that exists: an unresolved member has no number to announce.
            if known and member is known[0]:
                runs.append(TextRun(f"{self.label.words if len(known) > 1 else self.label.word}{NBSP}"))
            runs += member
        return (*runs, TextRun(")"))

    def _render_member(self, item: Citation | MalformedCitation) -> Runs:
        if isinstance(item, MalformedCitation):
            return (TextRun(f"[unresolved: {' '.join(item.text.strip('[]').split())}]", unresolved=True),)
        exhibit = self.exhibits.get(item.exhibit_id)
        if exhibit is None:
            return (TextRun(f"[unresolved: {item.exhibit_id}]", unresolved=True),)
        if not exhibit.filed:
            # Of a draft only: what an edited DOCX does not show would be lost when it comes back.
            pages = f", at{NBSP}{spans(item.pages)}" if item.pages else ""
            return (TextRun(f"on file: {exhibit.exhibit_id}{pages}"),)
        if self.pinned:
            return _render_pinned(exhibit.number, item.pages, self.label)
        # No line may end between an exhibit's number and its page.
        pages = f"{_write_pin(self.label)}{spans(item.pages)}" if item.pages else ""
        number = self.label.number(exhibit.number)
        return (TextRun(f"{number}{pages}", target=anchor(exhibit.number) if self.linked else None),)


def _drop_empty_notes(markdown: str) -> str:
    """Removes notes of which nothing is filed, with their marks."""
    names = {found[1] for found in _EMPTY_NOTE.finditer(markdown)}
    if not names:
        return markdown
    return NOTE_MARK.sub(lambda found: "" if found[1] in names else found[0], _EMPTY_NOTE.sub("", markdown))


def anchor(number: int) -> str:
    """Names an exhibit's row in the index.

    It is made of the exhibit's number, so that nothing of a draft gets into it.
    """
    return f"exhibit-{number}"


def pin_address(number: int, page: int | None = None) -> str:
    """Names an exhibit's cover, or one of its pages, as the target of a link of a package.

    Like :func:`anchor` it is made of numbers. A package turns it into a link to the page itself.
    """
    return f"exhibit:{number}" if page is None else f"exhibit:{number}/{page}"


def spans(pages: Iterable[int]) -> str:
    """Writes pages as a letter does: ``1–3, 7``."""
    return ", ".join(_write_span(span) for span in _join_pages(pages))


def _join_pages(pages: Iterable[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for page in pages:
        if runs and page == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], page)
        else:
            runs.append((page, page))
    return runs


def _write_span(span: tuple[int, int]) -> str:
    first, last = span
    return str(first) if first == last else f"{first}–{last}"


def _write_pin(label: ExhibitLabel) -> str:
    return f"{label.pin} ".replace(" ", NBSP)


def _render_pinned(number: int, pages: Iterable[int], label: ExhibitLabel) -> Runs:
    """Renders a member whose stretches of pages are a link each, to their first page."""
    stretches = _join_pages(pages)
    if not stretches:
        return (TextRun(label.number(number), target=pin_address(number)),)
    runs: list[TextRun] = []
    for span in stretches:
        if runs:
            runs.append(TextRun(", "))
        # No line may end between an exhibit's number and its page.
        name = "" if runs else f"{label.number(number)}{_write_pin(label)}"
        runs.append(TextRun(f"{name}{_write_span(span)}", target=pin_address(number, span[0])))
    return tuple(runs)


def problems(markdown: str, exhibits: Mapping[str, ExhibitState]) -> list[str]:
    """List unknown exhibits and impossible pages that a text cites."""
    lines: list[str] = []
    for item in find_citations(markdown):
        if isinstance(item, MalformedCitation):
            lines.append(f"unresolved citation: {item.text} cannot be read")
        elif (exhibit := exhibits.get(item.exhibit_id)) is None:
            lines.append(f"unresolved citation: there is no exhibit {item.exhibit_id}")
        elif beyond := [page for page in item.pages if not 1 <= page <= exhibit.pages]:
            lines.append(
                f"unresolved citation: {item.exhibit_id} (Exhibit {exhibit.number}) has {exhibit.pages} pages, "
                f"not page {spans(beyond)}"
            )
    # The same fault at ten places of a section is one thing to settle.
    return list(dict.fromkeys(lines))
