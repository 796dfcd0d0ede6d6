"""The exhibits that a letter's own labels stand for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from workbench.case.citation import ID_PATTERN, Citation, format_group
from workbench.case.model import Case, read_span
from workbench.case.typed_citation import (
    TYPED_WORDS,
    LabelRange,
    TypedCitation,
    find_typed_citations,
    label_key,
    read_page_numbers,
    strip_exhibit_word,
)
from workbench.text.roman import roman
from workbench.text.text_cache import cache_by_text

_ROMAN = re.compile(r"(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})")
_ON_FILE = re.compile(rf"\bon file: (?P<id>{ID_PATTERN})(?:, at\s(?P<pages>\d[\d\s,–-]{{0,100}}))?")
"""A document that is not filed, as our exports of a draft write it."""
_VALUES = {"i": 1, "v": 5, "x": 10}
_LETTERS_IN_ALPHABET = 26
_DESCRIBED = re.compile(
    r"[^\d\s]{1,12}\s{1,3}\S{1,12}?(?:,\s{1,3}|\s{1,3}\()(?P<words>[^()]{3,300}?)\)?"
    r",?\s{1,3}(?:at\s{1,3})?(?:(?:pp?\.|pages?)\s{0,3})?\d[\d\s,–—-]{0,100}"
)
"""Words between a label and its page: ``Ex. 4 (Smith Letter) at 3``."""


_LEAST_IN_RUN = 3
"""Labels of no exhibit that follow each other in a range and are named as one."""

_Target = tuple[str, tuple[int, int] | None]
"""Id of an exhibit, with first and last page where its part is meant."""
_Member = tuple[str, _Target | None]
"""Label, with what it stands for."""


class WrittenCitations(NamedTuple):
    """A text whose typed citations were written as a draft cites.

    Attributes:
        text: The text.
        written: Number of groups that were written.
        unknown: Typed citations of no exhibit, which stay as they are.
    """

    text: str
    written: int
    unknown: tuple[str, ...]


class ExhibitNumbering:
    """Numbering of the exhibits in one letter that does not cite them by id.

    Labels and parts that the case file gives come first. Otherwise numbers follow the order of the exhibits, and so do
    letters (A is the first) or Roman numerals, where the letter uses nothing else.

    Args:
        case: The case; None where there is none: each label then stands for itself.
        labels: Every label that the letter uses for exhibits, which tell its scheme.
        index: What the letter's own list of exhibits says: label to id of an exhibit.
        word: Word by which it cites exhibits in its order: ``exhibit``, else ``tab`` or ``attachment``.
    """

    def __init__(
        self,
        case: Case | None,
        labels: Iterable[str] = (),
        index: Mapping[str, str] | None = None,
        *,
        word: str = "exhibit",
    ) -> None:
        self._case = case
        self._word = word
        # What is kept on file has no number in a letter, and stands behind the others.
        self._order = [] if case is None else sorted((each.id for each in case.exhibits), key=case.exhibit_number)
        self._written = {label_key(label): label for label in labels}
        """Each label as the letter writes it, else as the case file does."""
        self._keys = set(self._written)
        self._targets: dict[str, _Target] = {}
        for exhibit in case.exhibits if case is not None else ():
            for part, span in exhibit.parts.items():
                self._written.setdefault(label_key(part), strip_exhibit_word(part))
                self._targets.setdefault(label_key(part), (exhibit.id, read_span(span)))
        for exhibit in case.exhibits if case is not None else ():
            if exhibit.label:
                self._written.setdefault(label_key(exhibit.label), strip_exhibit_word(exhibit.label))
                self._targets.setdefault(label_key(exhibit.label), (exhibit.id, None))
        for label, exhibit_id in (index or {}).items():
            self._written.setdefault(label_key(label), strip_exhibit_word(label))
            self._targets.setdefault(label_key(label), (exhibit_id, None))
        # An exhibit with a label of its own has no number beside it.
        self._named = {exhibit_id for exhibit_id, span in self._targets.values() if span is None}
        self._is_labelled = case is not None and any(exhibit.label for exhibit in case.exhibits)
        self._members: dict[tuple[str | LabelRange, bool], tuple[_Member, ...]] = {}

    @classmethod
    def of(cls, case: Case | None, text: str, index: Mapping[str, str] | None = None) -> ExhibitNumbering:
        """Returns the numbering that a whole letter uses."""
        return cls.of_sections(case, [text], index)

    @classmethod
    def of_sections(
        cls, case: Case | None, texts: Iterable[str], index: Mapping[str, str] | None = None
    ) -> ExhibitNumbering:
        """Returns the numbering of a letter by its sections.

        Those that were read before are not read again.
        """
        typed = [found for text in texts for found in _find_typed(text)]
        words = {found.word for found in typed}
        # A letter that has no exhibits but tabs cites them by that word; an appendix is that of some document.
        word = next((each for each in ("tab", "attachment") if words == {each}), "exhibit")
        members = dict.fromkeys(member for found in typed if found.word == word for member in found.members)
        labels = (label for each in members for label in ((each,) if isinstance(each, str) else each.unroll()))
        return cls(case, labels, index, word=word)

    def __repr__(self) -> str:
        return f"<ExhibitNumbering: {self.scheme}, {len(self._targets)} labels>"

    @cached_property
    def scheme(self) -> str:
        """The order that unlisted labels follow: ``numbers``, ``letters``, ``doubled letters``, ``Roman numerals``."""
        letters = {key for key in self._keys if key.isalpha()}
        if not letters or letters != self._keys:
            return "numbers"
        # "I", "V" and "X" alone may be letters, and "II" may be the thirty-fifth of them.
        if all(_ROMAN.fullmatch(key) for key in letters) and letters & {"ii", "iii", "iv", "vi", "vii"}:
            return "Roman numerals"
        return "letters" if any(key != key[0] * len(key) for key in letters) else "doubled letters"

    @cached_property
    def key(self) -> Hashable:
        """Value that is equal where equal labels are given to the same exhibits."""
        return self.scheme, tuple(self._targets.items()), self._case is None

    def find_citations(self, text: str) -> Iterator[Citation]:
        """Finds the exhibits that a text cites by label, in order, then what a draft of ours cites as kept on file."""
        for found in _find_typed(text):
            yield from self.resolve(found)
        for kept in _ON_FILE.finditer(text):
            if self._case is not None and kept["id"] in self._case.documents:
                yield Citation(kept["id"], read_page_numbers(kept["pages"] or ""), kept.start(), kept.end())

    def resolve(self, found: TypedCitation) -> Iterator[Citation]:
        """Finds the exhibits of a typed citation, each once.

        A label that stands for none is the citation's ``exhibit_id``, so that the check of it says the letter's own
        words; of a range, those that follow each other are one: ``12 to 30``. A tab, attachment, appendix or annex is
        found by its label alone where the letter cites its exhibits by another word. One that stands for none may
        belong to another document, and is passed over: :meth:`find_unlabelled` lists them.
        """
        cited: dict[tuple[str, tuple[int, ...]], None] = {}
        for label, target in self._find_all(found):
            if target is not None:
                cited[target[0], _pages_of(found.pages, target[1])] = None
            elif found.word == self._word:
                cited[label, found.pages] = None
        for exhibit_id, pages in cited:
            yield Citation(exhibit_id, pages, found.start, found.end)

    def find_unlabelled(self, text: str) -> Iterator[TypedCitation]:
        """Finds tabs, attachments, appendices and annexes of which a label names no exhibit."""
        for found in _find_typed(text):
            if found.word != self._word and any(target is None for _, target in self._find_all(found)):
                yield found

    def _find_all(self, found: TypedCitation) -> Iterator[_Member]:
        # The order is that of exhibits; a case that labels its exhibits says itself which one a tab is.
        by_order = found.word == "exhibit" or (found.word == self._word and not self._is_labelled)
        for member in dict.fromkeys(found.members):
            key = (member, by_order)
            if key not in self._members:
                self._members[key] = tuple(self._find_members(member, by_order=by_order))
            yield from self._members[key]

    def _find_members(self, member: str | LabelRange, *, by_order: bool) -> Iterator[_Member]:
        """Finds the exhibits of a label or a range; labels of a range that stand for none are one where they can be."""
        labels = (member,) if isinstance(member, str) else member.unroll()
        targets = [self.find_exhibit(label) if by_order else self._targets.get(label_key(label)) for label in labels]
        for target, group in groupby(zip(labels, targets, strict=True), key=itemgetter(1)):
            run = list(group)
            if target is None and len(run) >= _LEAST_IN_RUN:
                yield f"{run[0][0]} to {run[-1][0]}", None
            else:
                yield from run

    def write_citations(
        self, text: str, kept: Iterable[str] = (), *, words: Collection[str] = TYPED_WORDS
    ) -> WrittenCitations:
        """Writes a text with the draft's form in the place of typed citations.

        Args:
            text: Markdown.
            kept: Typed citations that stay, one for each place.
            words: Of the citations that are written.
        """
        stays = Counter(kept)
        parts: list[str] = []
        unknown: list[str] = []
        behind = count = 0
        for (start, end), group in _group_typed(text, words).items():
            typed = text[start:end]
            if stays[typed]:
                stays[typed] -= 1
                continue
            cited = [citation for found in group for citation in self.resolve(found)]
            if cited and all(target is not None for found in group for _, target in self._find_all(found)):
                first, last = _widen_to_marks(text, start, end, behind)
                parts += text[behind:first], format_group(cited), _rest_of(typed, group)
                behind, count = last, count + 1
            # A tab of another document is passed over; a label of no exhibit is named, and its whole group stays.
            elif cited or group[0].word == "exhibit":
                unknown.append(typed)
        return WrittenCitations("".join([*parts, text[behind:]]), count, tuple(unknown))

    def find_pages_beyond(self, text: str) -> Iterator[tuple[str, int, int, tuple[int, int]]]:
        """Finds pages that a part of a bundle has neither by its own count nor by the bundle's.

        Yields the part's label, the page cited, the number of its pages, and the citation's place in the text.
        """
        for found in _find_typed(text):
            # Pages are those of one exhibit.
            for label, target in self._find_all(found) if found.pages else ():
                span = None if target is None else target[1]
                if span is not None:
                    length = span[1] - span[0] + 1
                    beyond = [page for page in found.pages if not 1 <= page <= length]
                    # A letter may count the pages of the whole bundle, as the stamps on them do.
                    if beyond and not all(span[0] <= page <= span[1] for page in found.pages):
                        yield label, beyond[0], length, (found.start, found.end)

    def find_exhibit(self, label: str) -> _Target | None:
        """Finds the exhibit of a label, and the pages of it that the label means.

        Returns:
            The exhibit's id, with first and last page where the label names a part; None where no exhibit has it.
        """
        key = label_key(label)
        if key in self._targets:
            return self._targets[key]
        if self._case is None:
            return None
        place = self._place_of(key)
        if place is None or not 1 <= place <= len(self._order):
            return None
        exhibit_id = self._order[place - 1]
        return None if exhibit_id in self._named else (exhibit_id, None)

    def label_of(self, exhibit_id: str, pages: Collection[int] = ()) -> str | None:
        """Finds the label of an exhibit, as the letter writes it.

        None where it has none.

        Args:
            exhibit_id: The exhibit.
            pages: Pages of its file: a part that holds all of them is named by its own label.
        """
        own = [(key, span) for key, (found, span) in self._targets.items() if found == exhibit_id]
        parts = [key for key, span in own if span is not None and pages and all(span[0] <= n <= span[1] for n in pages)]
        whole = [key for key, span in own if span is None]
        if parts or whole:
            # Of two labels the one that the letter uses.
            key = next((key for key in (*parts, *whole) if key in self._keys), (*parts, *whole)[0])
            return self._written[key]
        if exhibit_id not in self._order:
            return None if self._case is not None else exhibit_id
        label = self._label_at(self._order.index(exhibit_id) + 1)
        return self._written.get(label_key(label), label)

    def _label_at(self, place: int) -> str:
        """Returns the label of a place in the order of the exhibits, from 1."""
        match self.scheme:
            case "Roman numerals":
                return roman(place)
            case "letters":
                letters = ""
                while place:
                    place, rest = divmod(place - 1, _LETTERS_IN_ALPHABET)
                    letters = chr(65 + rest) + letters
                return letters
            case "doubled letters":
                times, rest = divmod(place - 1, _LETTERS_IN_ALPHABET)
                return chr(65 + rest) * (times + 1)
        return str(place)

    def _place_of(self, key: str) -> int | None:
        if key.isascii() and key.isdigit():
            return int(key[:9])
        if not (key.isascii() and key.isalpha()):
            return None
        match self.scheme:
            case "Roman numerals" if _ROMAN.fullmatch(key):
                return _roman_value(key)
            case "letters" if len(key) <= 2:  # noqa: PLR2004 - A to Z, AA, AB and so on as columns of a table
                place = 0
                for letter in key:
                    place = place * _LETTERS_IN_ALPHABET + ord(letter) - 96
                return place
            case "doubled letters" if key == key[0] * len(key):
                return ord(key[0]) - 96 + _LETTERS_IN_ALPHABET * (len(key) - 1)
        return None


@cache_by_text(512, longest=100_000)  # an edit changes one section
def _find_typed(text: str) -> tuple[TypedCitation, ...]:
    return tuple(find_typed_citations(text))


def _group_typed(text: str, words: Collection[str]) -> dict[tuple[int, int], list[TypedCitation]]:
    """Groups the typed citations of one place, such as "Exhibits 2 and 4", by start and end."""
    groups: dict[tuple[int, int], list[TypedCitation]] = {}
    for found in find_typed_citations(text):
        if found.word in words:
            groups.setdefault((found.start, found.end), []).append(found)
    return groups


def _widen_to_marks(text: str, start: int, end: int, behind: int) -> tuple[int, int]:
    """Widens a typed citation to the marks around it that go with it.

    Args:
        text: That it stands in.
        start: Offset of its first character.
        end: Offset behind its last.
        behind: Offset behind what was written before.
    """
    before = text[start - 1] if start > behind else ""
    # Parentheses are the export's own; a quotation mark that ends the label is one of a pair.
    if before == "(" and text.startswith(")", end):
        return start - 1, end + 1
    return (start - 1 if text[end - 1] in '”"' and before in ("“", '"') else start), end


def _rest_of(typed: str, group: Collection[TypedCitation]) -> str:
    """Returns what a draft's citation has no place for: a description, a paragraph, an apostrophe."""
    rest = ""
    is_single = len(group) == 1 and all(found.is_single for found in group)
    if is_single and (described := _DESCRIBED.fullmatch(typed)) and re.search(r"[^\W\d_]{3}", described["words"]):
        rest += f" ({described['words'].strip(' ,')})"
    if paragraphs := [found.paragraph for found in group if found.paragraph]:
        rest += f", ¶ {', '.join(paragraphs)}"
    return rest + ("'s" if typed.endswith(("'s", "’s")) else "")


def _roman_value(key: str) -> int:
    values = [_VALUES[letter] for letter in key]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def _pages_of(pages: tuple[int, ...], span: tuple[int, int] | None) -> tuple[int, ...]:
    """Returns a part's pages as pages of its exhibit."""
    if span is None:
        return pages
    first, last = span
    # A page that the part does not have is told by a check; the others look at the pages that it has.
    pages = tuple(first + page - 1 for page in pages if 1 <= page <= last - first + 1)
    return pages or tuple(range(first, last + 1))
