"""What is withheld from whoever may not see names: patterns for names as people and machines write them.

A name is looked for in any casing, with or without accents, hyphens and soft hyphens, in its order or the other way
round, whole or by its parts; a part alone in any casing that begins with a capital, since many a name is a common word
too. Beside the patterns that find stands one that says where a text might go on into a name: see :class:`HeldText`.

They look at the text with its accents taken off, letter for letter, so that places in both are the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from workbench.live.snapshot import Snapshot

MARK = "REDACTED"
"""Stands for a name. A plain word: brackets or signs could become Markdown with what stands beside them."""

_HONORIFICS = frozenset(
    {"dame", "dr", "esq", "ii", "iii", "iv", "jr", "lady", "lord", "m", "madam", "md", "miss", "mr", "mrs", "ms", "mx",
     "ph", "phd", "prof", "professor", "sir", "sr"}
)  # fmt: skip
_OF_BODIES = frozenset(
    {"and", "company", "corp", "corporation", "firm", "foundation", "inc", "institute", "law", "limited", "llc", "llp",
     "ltd", "of", "office", "offices", "partners", "pllc", "the", "university"}
)  # fmt: skip
"""Words that tell a body from a person: of its name the parts are common words, and only the whole is withheld."""

_SPELT = {"ä": "ae", "å": "aa", "æ": "ae", "đ": "dj", "ö": "oe", "ø": "oe", "œ": "oe", "ß": "ss", "ü": "ue", "þ": "th"}
_BASES = {"æ": "a", "đ": "d", "ð": "d", "ł": "l", "ø": "o", "œ": "o", "ß": "s", "ı": "i", "þ": "p"}
_BASES = {"æ": "a", "đ": "d", "ð": "d", "ł": "l", "ø": "o", "œ": "o", "ß": "s", "ı": "i", "þ": "p"}
_MARK, _UNSEEN = "\x01", "\x02"
"""Stand for any combining mark, and for anything that shows nothing, where a text is looked at."""

_MOST_TOKENS = 90
"""Of a pattern for the beginning of a name: each is one group deeper, and Python's compiler goes no deeper than so."""

_EMAIL = r"(?<![\w.+-])[\w.+-]{1,256}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_EMAIL_BEGUN = r"(?<![\w.+-])[\w.+-]{1,256}(?:@[\w-]{0,63}(?:\.[\w-]{0,63}){0,8})?\Z"


def _bare(letter: str) -> str:
    small = letter.lower()
    base = _BASES.get(small, unicodedata.normalize("NFD", small)[0])
    return base.upper() if letter != small else base


_BARE = (
    {code: _bare(chr(code)) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)) if chr(code).isalpha()}
    | dict.fromkeys(range(0x300, 0x370), _MARK)
    | dict.fromkeys((0xAD, *range(0x200B, 0x200E), 0x2060, 0xFEFF), _UNSEEN)
    | dict.fromkeys(map(ord, "’‘ʼ`"), "'")
)


def bare(text: str) -> str:
    """The text without accents, of the same length."""
    return text.translate(_BARE)


@dataclass(frozen=True)
class Names:
    """What is not to be shown, as it stands in snapshots.

    Attributes:
        people: Full names.
        bodies: Of firms and other petitioners, lines of an address.
        ids: Of users and of the case.
        exhibits: What an exhibit whose id holds a name is called instead, by id.
    """

    people: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    exhibits: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, snapshot: Snapshot) -> Names:
        """Those of a run: beneficiary, petitioner, counsel, users, case."""
        letter = snapshot.letter
        named = [letter.beneficiary, letter.petitioner, *letter.counsel[:1]]
        people = frozenset(name for name in named if name.strip() and not _is_body(name))
        bodies = {name for name in named if name.strip() and _is_body(name)} | set(letter.counsel[1:])
        bodies |= {re.sub(r"\s*\([^()]*\)\s*$", "", name) for name in bodies}
        users = {user for section in snapshot.sections for user in (section.approved_by, section.edited_by) if user}
        ids = frozenset({snapshot.user_id, snapshot.case_id, *users} - {"", MARK})
        parts = {part.lower() for name in people for part in _parts(name) if len(part) > 1}
        parts |= {word.lower() for word in (*ids, snapshot.case_id) if word}
        return cls(
            people=people,
            bodies=frozenset(name for name in bodies if sum(map(str.isalpha, name)) > 3),  # noqa: PLR2004 - "NY"
            ids=ids,
            exhibits=tuple(
                (exhibit.exhibit_id, f"exhibit-{exhibit.number}")
                for exhibit in snapshot.exhibits
                if _holds(exhibit.exhibit_id, parts)
            ),
        )

    def __or__(self, other: Names) -> Names:
        return Names(
            self.people | other.people,
            self.bodies | other.bodies,
            self.ids | other.ids,
            tuple(sorted({*self.exhibits, *other.exhibits})),
        )


@dataclass(frozen=True)
class Finder:
    """Patterns for names.

    Attributes:
        whole: Finds each, the longest at a place.
        begun: Finds where the end of a text may be the beginning of one, or one whose end is not settled yet.
        called: What stands for a match, where that is not :data:`MARK`.
    """

    whole: re.Pattern[str]
    begun: re.Pattern[str]
    called: dict[str, str] = field(hash=False)

    def hide(self, text: str) -> str:
        """The text with every name replaced."""
        out, at = [], 0
        for match in self.whole.finditer(bare(text)):
            out += [text[at : match.start()], self.stand_in(match)]
            at = match.end()
        return "".join([*out, text[at:]])

    def stand_in(self, match: re.Match[str]) -> str:
        """What stands for a match."""
        return self.called.get(match[0], MARK)


@lru_cache(maxsize=256)
def finder(names: Names) -> Finder:
    """The patterns for those names."""
    terms = [_literal(exhibit_id) for exhibit_id, _ in names.exhibits]
    terms += sorted(_terms(names), key=len, reverse=True)
    return Finder(
        whole=re.compile("|".join([_EMAIL, *_grouped((term.before, term.whole) for term in terms)])),
        begun=re.compile("|".join([_EMAIL_BEGUN, *_grouped((term.before, term.begun) for term in terms)])),
        called=dict(names.exhibits),
    )


def _grouped(terms: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What must stand before is looked for once for all that want it, not once for each: most places fail there."""
    groups: dict[str, dict[str, None]] = {}
    for before, pattern in terms:
        groups.setdefault(before, {})[pattern] = None
    return (f"{before}(?:{'|'.join(patterns)})" for before, patterns in groups.items())


class HeldText:
    """A text that comes in pieces, and goes out with names replaced, no piece of a name ever among it.

    What might be the beginning of a name is held back until more has come. Whatever the pieces, what has gone out is a
    beginning of what :meth:`Finder.hide` makes of the whole, and at :meth:`end` all of it.

    Args:
        finder: Of the names.
        raw: What there is already.
    """

    def __init__(self, finder: Finder, raw: str = "") -> None:
        self._finder = finder
        self.raw = raw
        self._bare = bare(raw)
        self._settled = 0
        self._shown: list[str] = []
        self._ended = False
        self._advance()

    @property
    def shown(self) -> str:
        """What has gone out."""
        if len(self._shown) > 1:
            self._shown = ["".join(self._shown)]
        return self._shown[0] if self._shown else ""

    @property
    def holds(self) -> bool:
        """Whether something is held back."""
        return self._settled < len(self.raw)

    def add(self, text: str) -> str | None:
        """What may go out now; None where what has gone out must be replaced by :attr:`shown` (it had ended)."""
        self.raw += text
        self._bare += bare(text)
        if self._ended:
            self._ended, self._settled, self._shown = False, 0, []
            self._advance()
            return None
        return self._advance()

    def end(self) -> None:
        """No more will come, as far as is known: nothing is held back any longer."""
        self._ended = True
        self._advance()

    def _advance(self) -> str:
        raw, at = self.raw, self._settled
        begun = None if self._ended else self._finder.begun.search(self._bare, at)
        limit = begun.start() if begun is not None else len(raw)
        out = []
        for match in self._finder.whole.finditer(self._bare, at):
            if match.start() >= limit:
                break
            out += [raw[at : match.start()], self._finder.stand_in(match)]
            at = match.end()
        if at < limit:
            out.append(raw[at:limit])
            at = limit
        self._settled = at
        piece = "".join(out)
        if piece:
            self._shown.append(piece)
        return piece


# ---- patterns


@dataclass(frozen=True)
class _Term:
    before: str
    whole: str
    begun: str

    def __len__(self) -> int:
        return len(self.whole)


def _terms(names: Names) -> Iterator[_Term]:
    for name in names.people:
        yield from _person(_parts(name))
    for body in names.bodies:
        yield _term(_words(body))
    for id_ in names.ids:
        yield _literal(id_)


def _person(parts: list[str]) -> Iterator[_Term]:
    """Every run of a name's parts, the last part first as in an index, and each part alone."""
    for size in range(len(parts), 1, -1):
        for first in range(len(parts) - size + 1):
            yield _term(parts[first : first + size])
    if len(parts) > 1:
        yield _term([parts[-1], *parts[:-1]])
    behind = [piece for part in parts for piece in bare(part).split("'")[1:]]  # Brien, of O'Brien
    for part in (*parts, *behind):
        if len(part) > 1 and (part[0].isupper() or not _is_cased(part[0])):
            yield _term([part], capital=True)
            if _is_cased(part[0]):  # as machines write it, in an address or the name of a file
                yield _term([part.lower()], before="(?<=[/@_=])")


def _parts(name: str) -> list[str]:
    words = [word.strip(".,;:()\"'’") for word in re.split(r"[\s\u2010-\u2015-]+", name)]
    return [word for word in words if word and word.lower().replace(".", "") not in _HONORIFICS]


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name)


def _is_body(name: str) -> bool:
    return "&" in name or any(word.lower() in _OF_BODIES for word in _words(name))


def _holds(exhibit_id: str, parts: Iterable[str]) -> bool:
    words = re.split(r"[-_]", exhibit_id.lower())
    return any(part in words or (len(part) > 3 and part in exhibit_id.lower()) for part in parts)  # noqa: PLR2004


def _is_cased(letter: str) -> bool:
    return letter.lower() != letter.upper()


def _literal(id_: str) -> _Term:
    """An id, as it is and in no other way."""
    tokens = [re.escape(letter) for letter in bare(id_)]
    return _joined(tokens, r"(?<![\w-])", r"(?![\w-])")


def _term(words: list[str], *, capital: bool = False, before: str | None = None) -> _Term:
    tokens: list[str] = []
    for word in words:
        if tokens:
            tokens.append(r"[\W_]{0,4}")
        for place, letter in enumerate(word):
            if place:
                tokens.append(rf"(?:{_UNSEEN}|-\n)?")
            tokens.append(_letter(letter, capital=capital and place == 0))
    if before is None:
        before = r"(?<![^\W\d_])" if _is_cased(words[0][0]) else ""
    after = r"(?![^\W\d_])" if _is_cased(words[-1][-1]) else ""
    return _joined(tokens, before, after)


def _joined(tokens: list[str], before: str, after: str) -> _Term:
    begun = r"\Z" if len(tokens) <= _MOST_TOKENS else rf"[\s\S]{{0,{8 * len(tokens)}}}\Z"
    for token in reversed(tokens[:_MOST_TOKENS]):
        # a hyphen at the end may be the half of a hyphen and a line's end
        begun = rf"(?:-\Z|{token}{begun})" if token.endswith(r"-\n)?") else rf"{token}(?:\Z|{begun})"
    return _Term(before, f"{''.join(tokens)}{after}", begun)


def _letter(letter: str, *, capital: bool) -> str:
    """A letter in either case, or as a capital only, with or without accents; an apostrophe or none."""
    plain, small = bare(letter), letter.lower()
    if plain == "'":
        return "'?"
    if not _is_cased(plain):
        return re.escape(plain)
    upper = plain.upper()
    single = f"{upper if capital else f'(?i:{plain})'}{_MARK}{{0,3}}"
    spelt = _SPELT.get(small)
    if spelt is None:
        return single
    return f"(?:{upper[:1] if capital else f'(?i:{spelt[0]})'}(?i:{spelt[1:]})|{single})"
