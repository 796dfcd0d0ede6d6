"""Citations of exhibits as letters type them: ``Ex. 12 at 3, ¶2``, ``Exhibits 2, 5 and 7-9``, ``Id. at 5``.

Our own drafts cite by id (:mod:`workbench.case.citation`). Any other letter has a numbering of its own, which is read
here; :mod:`workbench.case.exhibit_numbering` finds the exhibit that a label stands for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from workbench.text.folding import FoldedText, fold_text
from workbench.text.text_cache import cache_by_text

_MOST_PAGES = 10_000
_MOST_LABELS = 1_000
"""Of one range, more than any letter has: "Exhibits 1-999999" must not fill the memory."""
_LEAST_IN_RANGE = 3
"""Labels: two are ends without anything between them."""

# Every repetition has an upper bound, since a draft is untrusted and an open one costs the square of its length.
# Two capitals are a label where they are a doubled letter or Roman: "EXHIBIT IN SUPPORT" names none.
_LABEL = re.compile(
    r"""["“]?(?P<label>
        \(\d{1,3}\)
        |\([ivxl]{1,7}\)(?:[.-]\d{1,3}[a-z]?)?                                     # (iv).1
        |0{0,4}\d{1,3}(?:\.\d{1,3}){0,2}(?:\([a-z]\)|-?[A-Za-z](?![A-Za-z]))?       # 12, 2.1, 4a, 4-A, 4(a)
        |(?:(?P<letter>[A-Z])(?P=letter)|(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})|[A-Z])(?:[-.]?\d{1,3}[a-z]?)?   # F, A-1
    )["”]?(?:'s)?(?![\w%])(?!\.\d)(?!'[a-z])""",
    re.VERBOSE,
)
_HEAD = re.compile(
    r"(?<![\w@.])(?P<word>exhibits?|exhs?\.?|exs?(?:\.|(?=\s\d))|tabs?|attachments?"
    r"|append(?:ix|ices)|annex(?:es)?)(?:\s{1,3}(?:nos?\.|numbers?|#))?"
    r"(?:[ \t\xa0]{1,4}|[ \t\xa0]{0,4}\r?\n(?:>[ \t]?)?[ \t]{0,8}|-|(?<=[.#]))",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\b(?:list|index|table|schedule)\s{1,3}of\s{1,3}(?:the\s{1,3})?$", re.IGNORECASE)
_CITING = re.compile(r"(?:[(\[;]|\b(?:see|cf\.|in|as|also|under|attached))\s{0,3}$", re.IGNORECASE)
_RANGE = re.compile(
    r"\s{0,3}(?:-|–|—|\bthrough\b|\bthru\b|\bto\b)\s{0,3}(?:(?:exhibit|exh?\.|tab|attachment|appendix|annex)\s{1,3})?",
    re.IGNORECASE,
)
_COMMA = re.compile(r"\s{0,3}[,;]\s{1,3}(?!and\b|or\b|&)")
_AND = re.compile(r"\s{0,3},?\s{1,3}(?:and|or|&)\s{1,3}")
_SLASH = re.compile(r"\s?/\s?")
# What shows that a number behind a comma counts something: "Exhibits 2 and 3, 15 articles".
_COUNTS = re.compile(r"\s{1,3}(?!and\b|or\b|to\b|through\b|at\b|&|para\b|page\b|pages\b|pp?\.)[^\W\d_]")
_ENDS = re.compile(r"\s{0,3}(?:[.,;:)\]\"”]|$|at\b|¶)")
_NUMBERS = (
    r"\d{1,6}(?:\s?[-–—]\s?\d{1,6})?(?:(?:,\s{1,3}|,?\s{1,3}(?:and|&)\s{1,3})(?!(?:19|20)\d\d\b)\d{1,6}(?:\s?[-–—]\s?\d{1,6})?"
    r"(?![\w.]?\w)(?=\s{0,3}(?:[.,;:)\]]|$|and\b|&))){0,40}"
)
_PIN = re.compile(
    rf"""(?:,?\s{{1,3}}supra)?,?\s{{0,3}}[(\[]?(?:
        (?:at|@)\s{{1,3}}(?:(?:pp?\.?|pgs?\.?|pages?)\s{{0,3}})?(?P<at>{_NUMBERS})
        |(?:at\s{{1,3}})?(?:pp?\.|pgs?\.|pages?\b)\s{{0,3}}(?P<page>{_NUMBERS})
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_PARAGRAPH = re.compile(
    r",?\s{0,3}(?:at\s{1,3})?(?:¶{1,2}|paras?\.|paragraphs?\b)\s{0,3}(?P<number>\d{1,4}(?:\s?[-–,]\s?\d{1,4}){0,9})",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\s{1,3}\([^()]{1,200}\)(?=,?\s{1,3}(?:at|pp?\.|pages?)\s{0,3}\d)")
_DESCRIPTION = re.compile(r"[^()\[\];]{0,240}")
_LAST_PIN = re.compile(rf",?\s(?:at\s{{1,3}})?(?:pp?\.|pages?)\s{{0,3}}(?P<page>{_NUMBERS})\s{{0,3}}\.?\s{{0,3}}$")
_ID = re.compile(r"(?<![\w.])(?:[Ii]d\.|[Ii]bid\.)(?P<pin>,?\s{1,3}(?:at\b|pp?\.|¶))?")
# Behind one of these "Id." refers to an authority, not to an exhibit.
_AUTHORITY = re.compile(
    r"\bv\.\s|\bMatter of\b|\bIn re\b|\bF\.\s?(?:[234]d|4th|Supp)|\bU\.S\.C?\b|C\.?F\.?R\b|\bPolicy Manual\b"
    r"|\bI\.?N\.?A\b|§|\bWL\b|\[\s*@"
)


_OTHER_WORDS = ("tab", "attachment", "appendix", "annex")
"""Words beside ``exhibit``, each with its own first three letters."""
TYPED_WORDS = ("exhibit", *_OTHER_WORDS)
"""Words of typed citations."""
_QUOTES = " \"“”':."
_WORD_BEFORE = re.compile(
    r"^(?:exhibit|exh?|tab|attachment|appendix|annex)\b\.?\s{0,9}(?:no\.|#)?\s{0,9}", re.IGNORECASE
)
_OWN = re.compile(r"\[\s{0,9}@[^\[\]]{0,2000}\]")


class LabelRange(NamedTuple):
    """First and last label of a range of three or more that has steps: ``4`` and ``6``."""

    first: str
    last: str

    def unroll(self) -> tuple[str, ...]:
        """Returns its labels: ``("4", "5", "6")``."""
        return expand_labels(self.first, self.last)


class TypedCitation(NamedTuple):
    """One citation of exhibits by their labels.

    ``Exs. A at 3 and B`` holds two: the labels of one have the same pages.

    Attributes:
        members: Labels as written, and ranges of them. A range stays one: a letter may write one of a thousand labels
            a thousand times.
        pages: As the letter counts them, in the order given; empty where whole exhibits are cited.
        paragraph: ``2`` or ``3-5`` where one is named, else None.
        start: Offset of the whole group in the text: that of ``Exhibits``.
        end: Offset just behind the group.
        word: ``exhibit``, ``tab``, ``attachment``, ``appendix`` or ``annex``; of ``Id.`` that of the citation before
            it.
    """

    members: tuple[str | LabelRange, ...]
    pages: tuple[int, ...]
    paragraph: str | None
    start: int
    end: int
    word: str = "exhibit"

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label, ranges unrolled: ``("4", "5", "6")``, ``("(iv).1",)``."""
        return tuple(label for each in self.members for label in _unroll(each))

    @property
    def is_single(self) -> bool:
        """True if it cites one exhibit."""
        return _is_single(self.members)


class _Member(NamedTuple):
    labels: tuple[str | LabelRange, ...]
    pages: tuple[int, ...] = ()
    paragraph: str | None = None


def find_typed_citations(text: str) -> Iterator[TypedCitation]:
    """Finds the citations of exhibits that are typed by hand, in order.

    >>> [found.labels for found in find_typed_citations("See Exs. A-C; Exhibit 4 at 2. The museum exhibits art.")]
    [('A', 'B', 'C'), ('4',)]
    """
    folded = FoldedText(text)
    source = folded.text
    last: TypedCitation | None = None
    # Inside a bracketed group, "exhibit-4" is an id.
    own = [match.span() for match in _OWN.finditer(source)]
    heads = sorted([*_HEAD.finditer(source), *_ID.finditer(source)], key=lambda match: match.start())
    heads = [head for head in heads if not _is_inside(own, head.start())]
    behind = 0
    for index, head in enumerate(heads):
        if head.start() < behind:
            continue
        limit = heads[index + 1].start() if index + 1 < len(heads) else len(source)
        if head.re is _ID:
            # From the citation before it only: what stands between is searched once.
            if last is None or _AUTHORITY.search(source, behind, head.start()):
                last = None
                continue
            member, end = _read_id(source, head, last)
            members, word = [member], last.word
        else:
            members, end = _read_group(source, head, limit)
            word = _word_of(head["word"])
        if not members:
            continue
        behind = end
        start, end = folded.find_span(head.start(), end)
        for member in members:
            last = TypedCitation(*member, start, end, word)
            yield last


@cache_by_text(4096, longest=100)  # a letter has few labels, many times over
def label_key(label: str) -> str:
    """Returns a label's one form for comparison: ``Exhibit 4(a)``, ``Ex. 4-A`` and ``4a`` are the same.

    >>> label_key("Exhibit (IV).1"), label_key("Ex. 04-A"), label_key("Tab 2.1")
    ('iv1', '4a', '2.1')
    """
    words = _WORD_BEFORE.sub("", fold_text(label).casefold().strip(_QUOTES))
    key = ""
    for part in re.findall(r"0*\d+|[^\W\d_]+", words):
        # Between a letter and a number no sign is needed; 2.1 and 21 differ.
        key += ("." if key and key[-1].isdigit() == part[0].isdigit() else "") + (part.lstrip("0") or part[:1])
    return key


def strip_exhibit_word(label: str) -> str:
    """Returns a label as it is written, without the word before it: ``F`` of ``Exhibit F``."""
    return _WORD_BEFORE.sub("", label.strip(_QUOTES))


@lru_cache(maxsize=64)  # a letter has few ranges, many times over
def expand_labels(first: str, last: str) -> tuple[str, ...]:
    """Unrolls a range of labels: ``4`` to ``6``, ``A`` to ``C``, ``(iv).1`` to ``(iv).3``, ``4a`` to ``4c``.

    A range that has no steps, or too many, yields its ends.
    """
    one, two = re.fullmatch(r"(.*?)(\d+|[A-Za-z])", first), re.fullmatch(r"(.*?)(\d+|[A-Za-z])", last)
    if one is None or two is None:
        return (first, last)
    prefix, begin, end = one[1], one[2], two[2]
    # "(iv).1-3" leaves the prefix of its end out.
    if two[1] not in ("", prefix) or (two[1] == "" and prefix and not begin.isdigit() and len(last) != 1):
        return (first, last)
    if begin.isdigit() and end.isdigit():
        low, high = int(begin), int(end)
        if high < low and len(end) < len(begin):  # 123-25
            high = int(begin[: -len(end)] + end)
        steps = [str(number) for number in range(low, min(high, low + _MOST_LABELS) + 1)]
    elif begin.isalpha() and end.isalpha() and begin.isupper() == end.isupper():
        steps = [chr(code) for code in range(ord(begin), ord(end) + 1)]
    else:
        return (first, last)
    if not steps or len(steps) > _MOST_LABELS:
        return (first, last)
    return tuple(prefix + step for step in steps)


def _unroll(member: str | LabelRange) -> tuple[str, ...]:
    return (member,) if isinstance(member, str) else member.unroll()


def _is_single(members: tuple[str | LabelRange, ...]) -> bool:
    return len(members) == 1 and isinstance(members[0], str)


def _is_inside(spans: list[tuple[int, int]], place: int) -> bool:
    index = bisect_right(spans, (place, place)) - 1
    return index >= 0 and place < spans[index][1]


def _word_of(word: str) -> str:
    word = word.lower()
    return next((each for each in _OTHER_WORDS if word[:3] == each[:3]), "exhibit")


def _read_group(text: str, head: re.Match[str], limit: int) -> tuple[list[_Member], int]:
    """Reads the labels behind a word such as ``Exhibits``, with the pages of each."""
    plural = head["word"].rstrip(".").lower().endswith("s")
    if _LISTED.search(text, max(0, head.start() - 40), head.start()):
        return [], head.end()
    members: list[_Member] = []
    waiting: list[str | LabelRange] = []
    place = head.end()
    label = _LABEL.match(text, place)
    if label is None or not _is_cited(text, head, label):
        return [], place
    while label is not None:
        place = label.end()
        first = _clean_label(label["label"])
        if (dash := _RANGE.match(text, place)) and (until := _LABEL.match(text, dash.end())) and _is_end(text, until):
            waiting += _fold_labels(expand_labels(first, _clean_label(until["label"])))
            place = until.end()
        else:
            waiting.append(first)
        pages, paragraph, after = _read_pin(text, place)
        if pages or paragraph:
            # Pages belong to the exhibit named last: "Exhibits 2 and 3 at 4".
            *others, last = _unroll(waiting.pop())
            waiting += _fold_labels(tuple(others))
            if waiting:
                members.append(_Member(tuple(waiting)))
            members.append(_Member((last,), pages, paragraph))
            waiting, place = [], after
        label = _next_label(text, place, plural=plural)
    if waiting:
        members.append(_Member(tuple(waiting)))
        members[-1], place = _read_last_pin(text, head, place, limit, members[-1])
    return members, place


def _fold_labels(labels: tuple[str, ...]) -> tuple[str | LabelRange, ...]:
    """Returns the labels of a range as one member, or as they are where there are too few."""
    return (LabelRange(labels[0], labels[-1]),) if len(labels) >= _LEAST_IN_RANGE else labels


def _clean_label(label: str) -> str:
    label = label.strip('"“”')
    if re.fullmatch(r"\(\d+\)", label):
        label = label[1:-1]
    return re.sub(r"^0+(?=\d)", "", label)


def _is_cited(text: str, head: re.Match[str], label: re.Match[str]) -> bool:
    """Tells "exhibit 4" from the verb: "the museum exhibits 4 paintings"."""
    if head["word"][0].isupper():
        return True
    before = _CITING.search(text, max(0, head.start() - 12), head.start())
    return before is not None or _ENDS.match(text, label.end()) is not None


def _is_end(text: str, label: re.Match[str]) -> bool:
    # "Exhibit 4 – 12 articles" has no range.
    return _COUNTS.match(text, label.end()) is None or not label["label"].isdigit() or _is_tight(text, label.start())


def _is_tight(text: str, start: int) -> bool:
    return not text[start - 1].isspace()


def _next_label(text: str, place: int, *, plural: bool) -> re.Match[str] | None:
    """Finds the next label of a list, or None where the list ends."""
    if slash := _SLASH.match(text, place):
        return _LABEL.match(text, slash.end())
    if (joined := _AND.match(text, place)) and (label := _LABEL.match(text, joined.end())):
        # "Exhibit 4 and 12 articles", but "Exhibit 4 and 5."
        return label if plural or _ENDS.match(text, label.end()) else None
    if plural and (comma := _COMMA.match(text, place)) and (label := _LABEL.match(text, comma.end())):
        return None if _COUNTS.match(text, label.end()) else label
    return None


def _read_pin(text: str, place: int) -> tuple[tuple[int, ...], str | None, int]:
    """Reads pages and paragraph behind a label."""
    note = _NOTE.match(text, place)
    begin = note.end() if note else place
    pages: tuple[int, ...] = ()
    if pin := _PIN.match(text, begin):
        pages, begin = read_page_numbers(pin["at"] or pin["page"]), pin.end()
    paragraph = None
    if named := _PARAGRAPH.match(text, begin):
        paragraph, begin = re.sub(r"\s", "", named["number"]).replace("–", "-"), named.end()
    return (pages, paragraph, begin) if pages or paragraph else ((), None, place)


def _read_last_pin(text: str, head: re.Match[str], place: int, limit: int, member: _Member) -> tuple[_Member, int]:
    """Reads a page behind a description in the same parentheses: ``(Exhibit 4, a letter from Prof. C, p. 2)``."""
    before = max(0, head.start() - 400)
    opened = text.rfind("(", before, head.start())
    description = _DESCRIPTION.match(text, place, min(limit, place + 240))
    if (
        opened < 0
        or opened < text.rfind(")", before, head.start())
        or description is None
        or not text.startswith((")", ";"), description.end())
    ):
        return member, place
    pin = _LAST_PIN.search(text, max(place, description.end() - 80), description.end())
    if pin is None or not _is_single(member.labels):
        return member, place
    return member._replace(pages=read_page_numbers(pin["page"])), pin.end()


def _read_id(text: str, head: re.Match[str], last: TypedCitation) -> tuple[_Member, int]:
    if head["pin"] is None:
        return _Member(last.members, last.pages, last.paragraph), head.end()
    pages, paragraph, end = _read_pin(text, head.start("pin"))
    # Of several exhibits, nobody knows which one's page it is.
    return (_Member(last.members, pages if last.is_single else (), paragraph), max(end, head.start("pin")))


@cache_by_text(64, longest=200)  # ten thousand pages, a thousand times over, are kept once
def read_page_numbers(numbers: str) -> tuple[int, ...]:
    """Reads ``2-4, 6 and 123-25`` as pages, in the order given."""
    pages: list[int] = []
    for span in re.findall(r"\d+(?:\s?[-–—]\s?\d+)?", numbers):
        first, *rest = re.findall(r"\d+", span)
        begin, end = int(first), int(rest[0] if rest else first)
        if end < begin and rest and len(rest[0]) < len(first):
            end = int(first[: -len(rest[0])] + rest[0])
        pages.extend(range(begin, min(max(begin, end), begin + _MOST_PAGES - 1 - len(pages)) + 1))
    return tuple(pages)
