"""A clean petition, and the places of it that an error can be seeded into."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from workbench.case.model import Case
from workbench.text.sentences import find_sentences
from workbench.text.tokens import find_tokens

OWN_MARK = re.compile(r"\[@[^\[\]\n]{1,300}\]")
LABEL_MARK = re.compile(
    r"\b(?P<word>Exhibits?|Exs?\.)\s(?P<first>\d{1,2}|[A-Z])\b(?![’'])"
    r"(?P<rest>(?:(?:, | and |, and |–|-)(?:\d{1,2}|[A-Z])\b){0,12})(?:\sat\s(?P<page>\d{1,3}))?"
)
INDEX_HEADING = re.compile(r"^#+ (?:List|Index) of Exhibits\s*$", re.MULTILINE)
QUOTED = re.compile(r"“([^“”]{2,2000})”|\"([^\"“”\n]{2,2000})\"")
GAP = re.compile(r"\[[^\[\]]{0,60}\]|…|\.\s?\.\s?\.(?:\s?\.)?")
"""Places where a quotation says that it leaves something out or puts something in."""
LEGAL = re.compile(
    r"C\.?F\.?R\b|U\.S\.C|\bINA\b|"
    r"F\.\s?(?:2d|3d|4th|Supp)|I&N|USCIS|Public Law|S\. Res|regulation|statute|criteri(?:on|a)\b|§"
)
"""Sentences about the law: their numbers are not facts of an exhibit."""


@dataclass(frozen=True)
class Mark:
    """A citation of exhibits in the letter.

    ``start`` and ``end`` are those of the label; ``cut`` is what must go for the citation to be gone, or None where
    something else would go with it.
    """

    start: int
    end: int
    exhibits: tuple[str, ...]
    page: int | None
    cut: tuple[int, int] | None = None


@dataclass(frozen=True)
class Sentence:
    """A sentence of prose with the marks that it rests on."""

    start: int
    end: int
    text: str
    marks: tuple[Mark, ...]
    cited_here: bool

    @property
    def exhibits(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(exhibit for mark in self.marks for exhibit in mark.exhibits))


@dataclass(frozen=True)
class Quotation:
    """Words between quotation marks that stand on a page of the exhibits cited."""

    start: int
    end: int
    text: str
    marks: tuple[Mark, ...]
    exhibits: tuple[str, ...]


@dataclass
class CleanDraft:
    """A petition that is taken to be right, its case, and how it cites."""

    name: str
    text: str
    case: Case
    known_defects: Sequence[tuple[str, str]] = ()
    """Words of a sentence that is wrong as published, and why."""
    _words: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    _sets: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    # -- exhibits -----------------------------------------------------------------------------------------------

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(exhibit.id for exhibit in self.case.exhibits)

    @cached_property
    def style(self) -> str:
        """``id``, ``number`` or ``letter``."""
        if OWN_MARK.search(self.text):
            return "id"
        found = LABEL_MARK.search(self.text)
        return "number" if found is None or found["first"].isdigit() else "letter"

    @property
    def word(self) -> str:
        return "Ex." if re.search(r"\bEx\. \w", self.text) else "Exhibit"

    def label(self, exhibit_id: str) -> str:
        number = self.ids.index(exhibit_id)
        return chr(65 + number) if self.style == "letter" else str(number + 1)

    def cite(self, exhibit_id: str, page: int | None = None) -> str:
        """Returns a citation in the letter's own form, without parentheses."""
        if self.style == "id":
            return f"[@{exhibit_id}, p. {page or 1}]"
        return f"{self.word} {self.label(exhibit_id)}" + (f" at {page}" if page else "")

    def pages(self, exhibit_id: str) -> tuple[str, ...]:
        return self.case.documents[exhibit_id].pages

    def words(self, exhibit_id: str, page: int | None = None) -> tuple[str, ...]:
        """Lists the folded words of an exhibit, or of one of its pages."""
        key = f"{exhibit_id}/{page or ''}"
        if key not in self._words:
            pages = self.pages(exhibit_id)
            text = "\n".join(pages) if page is None else pages[page - 1] if page <= len(pages) else ""
            self._words[key] = tuple(token.word for token in find_tokens(text))
        return self._words[key]

    def word_set(self, exhibit_id: str) -> frozenset[str]:
        """Returns the words of an exhibit as a set."""
        if exhibit_id not in self._sets:
            self._sets[exhibit_id] = frozenset(self.words(exhibit_id))
        return self._sets[exhibit_id]

    @cached_property
    def all_words(self) -> frozenset[str]:
        """Words of the letter, the case file's titles and every exhibit."""
        titles = " ".join(exhibit.title for exhibit in self.case.exhibits)
        own = {token.word for token in find_tokens(f"{self.text} {titles} {self.case.beneficiary.name}")}
        return frozenset(own.union(*(self.words(exhibit) for exhibit in self.ids)))

    def is_verbatim(self, text: str, exhibits: Sequence[str] | None = None) -> bool:
        """Returns True where every piece of a quotation stands, word for word, in one of the exhibits."""
        pieces = [[token.word for token in find_tokens(piece)] for piece in GAP.split(text)]
        wanted = [piece for piece in pieces if piece]
        return any(all(has_run(self.words(exhibit), piece) for piece in wanted) for exhibit in (exhibits or self.ids))

    # -- the letter ---------------------------------------------------------------------------------------------

    @cached_property
    def index_start(self) -> int:
        found = INDEX_HEADING.search(self.text)
        return found.start() if found else len(self.text)

    @cached_property
    def index_entries(self) -> tuple[tuple[int, int, int, int], ...]:
        """Spans (line, title) of the entries of the exhibit index, in order."""
        entry = re.compile(r"^(?:- )?(?:Exhibit|Ex\.) (?:\d{1,2}|[A-Z]): (.+)$", re.MULTILINE)
        return tuple((*found.span(), *found.span(1)) for found in entry.finditer(self.text, self.index_start))

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(self._find_marks())

    def _find_marks(self) -> Iterator[Mark]:
        body = self.text[: self.index_start]
        if self.style == "id":
            for found in OWN_MARK.finditer(body):
                parts = re.findall(r"@([\w-]+)(?:, pp?\. (\d+))?", found[0])
                page = int(parts[0][1]) if len(parts) == 1 and parts[0][1] else None
                cut = (found.start() - (body[found.start() - 1] == " "), found.end())
                yield Mark(*found.span(), tuple(name for name, _ in parts), page, cut)
            return
        for found in LABEL_MARK.finditer(body):
            labels = [found["first"], *re.findall(r"\d{1,2}|[A-Z]", found["rest"])]
            numbers = [int(label) if label.isdigit() else ord(label) - 64 for label in labels]
            if re.search(r"[–-]", found["rest"]) and len(numbers) == 2:
                numbers = list(range(numbers[0], numbers[1] + 1))
            if all(1 <= number <= len(self.ids) for number in numbers):
                exhibits = tuple(self.ids[number - 1] for number in numbers)
                page = int(found["page"]) if found["page"] else None
                yield Mark(*found.span(), exhibits, page, self._find_cut(found) if len(exhibits) == 1 else None)

    def _find_cut(self, found: re.Match[str]) -> tuple[int, int] | None:
        before, after = self.text[: found.start()], self.text[found.end() :]
        if before.endswith("("):
            close = after.find(")")
            inside = after[:close]
            if 0 <= close < 200 and "xhibit" not in inside and "(" not in inside:
                end = found.end() + close + 1
                # The full stop of a parenthesis that is a sentence of its own goes with it.
                return (found.start() - 1 - (before[-2:-1] == " "), end)
        full_stop = re.match(r"(?:, ¶ \d+)?\.(?=\s|$)", after)
        if re.search(r"[.”\"’)] $", before) and full_stop:
            return found.start() - 1, found.end() + full_stop.end()
        return None

    @cached_property
    def paragraphs(self) -> tuple[tuple[int, int], ...]:
        """Spans of paragraphs and list items before the index, without headings."""
        found: list[tuple[int, int]] = []
        for block in re.finditer(r"(?:(?!\n\n).)+", self.text[: self.index_start], re.DOTALL):
            start = block.start() + len(block[0]) - len(block[0].lstrip("\n"))
            if self.text.startswith("#", start):
                continue
            items = [
                start,
                *(start + item.start() + 1 for item in re.finditer(r"\n- ", self.text[start : block.end()])),
            ]
            found.extend(
                (first, last) for first, last in zip(items, [*items[1:], block.end()], strict=True) if last > first
            )
        return tuple(found)

    def next_mark(self, start: int, end: int) -> tuple[Mark, ...]:
        """Returns the first mark in a span, as a tuple of at most one."""
        return next(((mark,) for mark in self.marks if start <= mark.start < end), ())

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        found: list[Sentence] = []
        for start, end in self.paragraphs:
            spans: list[tuple[int, int]] = []
            for first, last in find_sentences(self.text[start:end]):
                alone = re.match(r"\(?(?:Exhibits?|Exs?\.|Supporting Letters;) ", self.text[start + first : end])
                if alone and spans:
                    spans[-1] = (spans[-1][0], start + last)
                else:
                    spans.append((start + first, start + last))
            for first, last in spans:
                own = tuple(mark for mark in self.marks if first <= mark.start < last)
                found.append(Sentence(first, last, self.text[first:last], own or self.next_mark(last, end), bool(own)))
        return tuple(found)

    @cached_property
    def quotations(self) -> tuple[Quotation, ...]:
        """Quotations of at least six words that are verbatim in the clean letter."""
        found = []
        for place, (start, end) in enumerate(self.paragraphs):
            block = self.text[start:end]
            spans = [match.span(1 if match[1] else 2) for match in QUOTED.finditer(block)]
            after = end
            if block.startswith("> "):
                spans = [(2, len(block))]
                after = self.paragraphs[place + 1][1] if place + 1 < len(self.paragraphs) else end
            for first, last in spans:
                text = block[first:last]
                marks = self.next_mark(start + last, after)
                exhibits = marks[0].exhibits if marks else ()
                long = [word for word in text.split() if len(word) > 3]
                is_title = sum(word[0].isupper() for word in long) * 2 > len(long)
                if len(text.split()) >= 6 and not is_title and exhibits and self.is_verbatim(text, exhibits):
                    found.append(Quotation(start + first, start + last, text, marks, exhibits))
        return tuple(found)

    @cached_property
    def prose(self) -> tuple[Sentence, ...]:
        """Sentences in the letter's own words that state facts and rest on an exhibit."""
        return tuple(
            sentence
            for sentence in self.sentences
            if sentence.marks
            and not LEGAL.search(sentence.text)
            and not sentence.text.startswith((">", "- *"))
            # A label that opens a paragraph states nothing.
            and not re.fullmatch(r"\*[^*]+\*", sentence.text)
        )

    def is_quoted(self, start: int, end: int) -> bool:
        """Returns True where a span is inside quotation marks or a citation."""
        return any(first < end and start < last for first, last in self._closed)

    @cached_property
    def _closed(self) -> tuple[tuple[int, int], ...]:
        spans = list(self.marks)
        closed = [(mark.start, mark.end) for mark in spans]
        closed += [mark.cut for mark in spans if mark.cut]
        for start, end in self.paragraphs:
            if self.text.startswith(">", start):
                closed.append((start, end))
            closed += [(start + m.start(), start + m.end()) for m in QUOTED.finditer(self.text[start:end])]
        return tuple(closed)

    @cached_property
    def sections(self) -> tuple[tuple[int, int, str], ...]:
        """Spans and titles of the sections: from a heading to the next of the same or a higher level."""
        heads = [(m.start(), len(m[1]), m[2]) for m in re.finditer(r"^(#+) (.+)$", self.text, re.MULTILINE)]
        ends = [
            next((later for later, deep, _ in heads[place + 1 :] if deep <= level), len(self.text))
            for place, (_, level, _) in enumerate(heads)
        ]
        return tuple((start, end, title) for (start, _, title), end in zip(heads, ends, strict=True))

    def section_title(self, place: int) -> str:
        """Returns the titles of the sections around a place, outermost first, joined."""
        return " / ".join(title for start, end, title in self.sections if start <= place < end)


def has_run(words: Sequence[str], run: Sequence[str]) -> bool:
    """Returns True where ``run`` stands in ``words`` without a gap."""
    if not run:
        return True
    wanted, at = tuple(run), -1
    try:
        while True:
            at = words.index(wanted[0], at + 1)
            if tuple(words[at : at + len(wanted)]) == wanted:
                return True
    except ValueError:
        return False
