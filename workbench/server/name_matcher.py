"""Patterns of names as people and machines write them.

A name is found in any casing, with or without accents, hyphens and soft hyphens, in both orders, whole or in parts. A
part alone must begin with a capital, because many names are common words. A second pattern finds where the end of a
text may be the beginning of a name: see :class:`StreamingRedactor`.

The patterns are applied to the text without accents, of the same length, so that positions in both are the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from workbench.live.snapshot import Snapshot

MARK = "REDACTED"
"""Replacement of a name. A plain word: brackets or signs could become Markdown with their neighbours."""

_HONORIFICS = frozenset(
    {"dame", "dr", "esq", "ii", "iii", "iv", "jr", "lady", "lord", "m", "madam", "md", "miss", "mr", "mrs", "ms", "mx",
     "ph", "phd", "prof", "professor", "sir", "sr"}
)  # fmt: skip
_OF_BODIES = frozenset(
    {"and", "company", "corp", "corporation", "firm", "foundation", "inc", "institute", "law", "limited", "llc", "llp",
     "ltd", "of", "office", "offices", "partners", "pllc", "the", "university"}
)  # fmt: skip
"""Words that mark an organisation. The parts of its name are common words, so only the whole is redacted."""

_SPELT = {"ä": "ae", "å": "aa", "æ": "ae", "đ": "dj", "ö": "oe", "ø": "oe", "œ": "oe", "ß": "ss", "ü": "ue", "þ": "th"}
_BASES = {"æ": "a", "đ": "d", "ð": "d", "ł": "l", "ø": "o", "œ": "o", "ß": "s", "ı": "i", "þ": "p"}
_MARK, _UNSEEN = "\x01", "\x02"
"""Placeholders for any combining mark and any invisible character in a text without accents."""

_MOST_TOKENS = 90
"""Letters in a pattern for the beginning of a name. Each nests one group, and Python's compiler has a limit."""

_EMAIL = r"(?<![\w.+-])[\w.+-]{1,256}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_EMAIL_BEGUN = r"(?<![\w.+-])[\w.+-]{1,256}(?:@[\w-]{0,63}(?:\.[\w-]{0,63}){0,8})?\Z"


def _strip_letter(letter: str) -> str:
    small = letter.lower()
    base = _BASES.get(small, unicodedata.normalize("NFD", small)[0])
    return base.upper() if letter != small else base


_BARE = (
    {code: _strip_letter(chr(code)) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)) if chr(code).isalpha()}
    | dict.fromkeys(range(0x300, 0x370), _MARK)
    | dict.fromkeys((0xAD, *range(0x200B, 0x200E), 0x2060, 0xFEFF), _UNSEEN)
    | dict.fromkeys(map(ord, "’‘ʼ`"), "'")
)


def strip_accents(text: str) -> str:
    """Returns a text without accents, of the same length."""
    return text.translate(_BARE)


@dataclass(frozen=True)
class Names:
    """Names to redact, as they stand in snapshots.

    Attributes:
        people: Full names of persons.
        bodies: Names of organisations, and lines of an address.
        ids: Ids of users and of the case.
        exhibits: Pairs of an exhibit id that contains a name, and its replacement.
    """

    people: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    exhibits: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, snapshot: Snapshot) -> Names:
        """Collects the names of a run.

        They are those of beneficiary, petitioner, counsel and users, and the case's id.
        """
        letter = snapshot.letter
        # The first line of counsel is the attorney's name; firm and address follow.
        named = [letter.beneficiary, letter.petitioner, *letter.counsel[:1]]
        people = frozenset(name for name in named if name.strip() and not _is_body(name))
        bodies = {name for name in named if name.strip() and _is_body(name)} | set(letter.counsel[1:])
        # "Acme Corp. (Delaware)" is also named without what stands in brackets.
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
                if _contains_part(exhibit.exhibit_id, parts)
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
    """Compiled patterns for a set of names.

    Attributes:
        whole: Finds names, the longest at each position.
        begun: Finds where the end of a text may be the beginning of a name, or a name that may go on.
        replacements: Replacements other than :data:`MARK`, by match.
    """

    whole: re.Pattern[str]
    begun: re.Pattern[str]
    replacements: dict[str, str] = field(hash=False)

    def hide(self, text: str) -> str:
        """Replaces every name in a text."""
        out, at = [], 0
        for match in self.whole.finditer(strip_accents(text)):
            out += [text[at : match.start()], self.replacement(match)]
            at = match.end()
        return "".join([*out, text[at:]])

    def replacement(self, match: re.Match[str]) -> str:
        """Returns the replacement of a match."""
        return self.replacements.get(match[0], MARK)


# Compiling takes longer than searching, and every request for a redacted run needs the patterns.
@lru_cache(maxsize=256)
def finder(names: Names) -> Finder:
    """Compiles the patterns for a set of names."""
    # Exhibit ids first: the name within one must not be replaced alone.
    terms = [_literal(exhibit_id) for exhibit_id, _ in names.exhibits]
    terms += sorted(_terms(names), key=len, reverse=True)
    return Finder(
        whole=re.compile("|".join([_EMAIL, *_group_by_lookbehind((term.before, term.whole) for term in terms)])),
        begun=re.compile("|".join([_EMAIL_BEGUN, *_group_by_lookbehind((term.before, term.begun) for term in terms)])),
        replacements=dict(names.exhibits),
    )


def _group_by_lookbehind(terms: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Joins patterns with the same lookbehind into one group.

    The lookbehind fails at most positions, and is so tested once instead of once per pattern.
    """
    groups: dict[str, dict[str, None]] = {}
    for before, pattern in terms:
        groups.setdefault(before, {})[pattern] = None
    return (f"{before}(?:{'|'.join(patterns)})" for before, patterns in groups.items())


class StreamingRedactor:
    """Redactor of a text that arrives in pieces.

    No part of a name ever gets out.

    Text that may be the beginning of a name is held back until more arrives. However the text is cut into pieces, the
    output is a beginning of what :meth:`Finder.hide` makes of the whole, and after :meth:`end` all of it.

    Args:
        finder: Patterns of the names.
        raw: Text so far.
    """

    def __init__(self, finder: Finder, raw: str = "") -> None:
        self._finder = finder
        self.raw = raw
        self._plain = strip_accents(raw)
        self._settled = 0
        self._shown: list[str] = []
        self._ended = False
        self._advance()

    @property
    def shown(self) -> str:
        """Redacted text that was released so far."""
        if len(self._shown) > 1:
            self._shown = ["".join(self._shown)]
        return self._shown[0] if self._shown else ""

    @property
    def is_holding(self) -> bool:
        """True while text is held back."""
        return self._settled < len(self.raw)

    def add(self, text: str) -> str | None:
        """Adds text and returns the newly released part.

        Returns None where the text had ended before: then :attr:`shown` replaces all that was released.
        """
        self.raw += text
        self._plain += strip_accents(text)
        # `end` released what might have begun a name, and only a new start can take that back.
        if self._ended:
            self._ended, self._settled, self._shown = False, 0, []
            self._advance()
            return None
        return self._advance()

    def end(self) -> None:
        """Releases the text held back: no more is expected."""
        self._ended = True
        self._advance()

    def _advance(self) -> str:
        raw, at = self.raw, self._settled
        # Everything from here on may become part of a name.
        begun = None if self._ended else self._finder.begun.search(self._plain, at)
        limit = begun.start() if begun is not None else len(raw)
        out = []
        for match in self._finder.whole.finditer(self._plain, at):
            if match.start() >= limit:
                break
            out += [raw[at : match.start()], self._finder.replacement(match)]
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
        yield from _person_terms(_parts(name))
    for body in names.bodies:
        yield _term(_words(body))
    for id_ in names.ids:
        yield _literal(id_)


def _person_terms(parts: list[str]) -> Iterator[_Term]:
    """Yields patterns for the ways to write a name.

    They are sequences of its parts, last name first, and each part.
    """
    # The longest first: alternation takes the first pattern that fits.
    for size in range(len(parts), 1, -1):
        for first in range(len(parts) - size + 1):
            yield _term(parts[first : first + size])
    if len(parts) > 1:
        yield _term([parts[-1], *parts[:-1]])
    behind = [piece for part in parts for piece in strip_accents(part).split("'")[1:]]  # "Brien" of "O'Brien"
    for part in (*parts, *behind):
        if len(part) > 1 and (part[0].isupper() or not _is_cased(part[0])):
            yield _term([part], capital=True)
            if _is_cased(part[0]):  # in lower case where machines write it: in an address or file name
                yield _term([part.lower()], before="(?<=[/@_=])")


def _parts(name: str) -> list[str]:
    words = [word.strip(".,;:()\"'’") for word in re.split(r"[\s\u2010-\u2015-]+", name)]
    return [word for word in words if word and word.lower().replace(".", "") not in _HONORIFICS]


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name)


def _is_body(name: str) -> bool:
    return "&" in name or any(word.lower() in _OF_BODIES for word in _words(name))


def _contains_part(exhibit_id: str, parts: Iterable[str]) -> bool:
    words = re.split(r"[-_]", exhibit_id.lower())
    return any(part in words or (len(part) > 3 and part in exhibit_id.lower()) for part in parts)  # noqa: PLR2004


def _is_cased(letter: str) -> bool:
    return letter.lower() != letter.upper()


def _literal(id_: str) -> _Term:
    """Returns a pattern for an id, exactly as it is."""
    tokens = [re.escape(letter) for letter in strip_accents(id_)]
    return _join_tokens(tokens, r"(?<![\w-])", r"(?![\w-])")


def _term(words: list[str], *, capital: bool = False, before: str | None = None) -> _Term:
    tokens: list[str] = []
    for word in words:
        if tokens:
            tokens.append(r"[\W_]{0,4}")
        for place, letter in enumerate(word):
            # A soft hyphen, or a hyphen and a line break, may stand between any two letters.
            if place:
                tokens.append(rf"(?:{_UNSEEN}|-\n)?")
            tokens.append(_letter(letter, capital=capital and place == 0))
    if before is None:
        before = r"(?<![^\W\d_])" if _is_cased(words[0][0]) else ""
    after = r"(?![^\W\d_])" if _is_cased(words[-1][-1]) else ""
    return _join_tokens(tokens, before, after)


def _join_tokens(tokens: list[str], before: str, after: str) -> _Term:
    begun = r"\Z" if len(tokens) <= _MOST_TOKENS else rf"[\s\S]{{0,{8 * len(tokens)}}}\Z"
    for token in reversed(tokens[:_MOST_TOKENS]):
        # a hyphen at the end may be the first half of a hyphen and a line break
        begun = rf"(?:-\Z|{token}{begun})" if token.endswith(r"-\n)?") else rf"{token}(?:\Z|{begun})"
    return _Term(before, f"{''.join(tokens)}{after}", begun)


def _letter(letter: str, *, capital: bool) -> str:
    """Returns a pattern for a letter, accented or not.

    An apostrophe is optional.
    """
    plain, small = strip_accents(letter), letter.lower()
    if plain == "'":
        return "'?"
    if not _is_cased(plain):
        return re.escape(plain)
    upper = plain.upper()
    single = f"{upper if capital else f'(?i:{plain})'}{_MARK}{{0,3}}"
    # Passports and machines write "ue" for "ü".
    spelt = _SPELT.get(small)
    if spelt is None:
        return single
    return f"(?:{upper[:1] if capital else f'(?i:{spelt[0]})'}(?i:{spelt[1:]})|{single})"
