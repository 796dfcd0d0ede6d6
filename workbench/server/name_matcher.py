"""Patterns of names as people and machines write them.

A name is found in any casing, with or without accents, hyphens and soft hyphens, in both orders, letter-spaced, whole
or in parts. A part alone must begin with a capital, because many names are common words; in lower case it is found in
addresses and handles. A second pattern finds where the end of a text may be the beginning of a name: see
:class:`StreamingRedactor`.

The patterns are applied to the folded text: compatibility forms, accents and ligatures replaced. Positions are mapped
back where a ligature has made the folded text longer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from workbench.live.snapshot import Snapshot
from workbench.server.name_folding import MARK_SIGN, UNSEEN_SIGN, NameText, ligatures, strip_accents

MARK = "REDACTED"
"""Replacement of a name. A plain word: brackets or signs could become Markdown with their neighbours."""

_HONORIFICS = frozenset(
    {"dame", "dr", "lady", "lord", "madam", "miss", "mr", "mrs", "ms", "mx", "prof", "professor", "sir"}
)
"""Words before a name. Behind a given name the same word is a surname: "Frances Lord"."""

_SUFFIXES = frozenset({"esq", "ii", "iii", "iv", "jr", "md", "phd", "sr"})
_OF_BODIES = frozenset(
    {"company", "corp", "corporation", "firm", "foundation", "inc", "institute", "limited", "llc", "llp", "ltd", "of",
     "office", "offices", "partners", "pllc", "the", "university"}
)  # fmt: skip
"""Words of an organisation, asked of a petitioner other than the beneficiary only: the case has no field for it."""

_LEGAL_FORMS = frozenset({"company", "corp", "corporation", "inc", "limited", "llc", "llp", "ltd", "pllc"})

_SPELT = {"ä": "ae", "å": "aa", "æ": "ae", "đ": "dj", "ö": "oe", "ø": "oe", "œ": "oe", "ß": "ss", "ü": "ue", "þ": "th"}
_BROKEN = rf"(?:{UNSEEN_SIGN}{{1,3}}|-\n)?"
"""Between any two letters: what is not seen, or a hyphen and a line break."""

_MOST_TOKENS = 90
"""Letters in a pattern for the beginning of a name. Each nests one group, and Python's compiler has a limit."""

_EMAIL = r"(?<![\w.+-])[\w.+-]{1,256}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_EMAIL_BEGUN = r"(?<![\w.+-])[\w.+-]{1,256}(?:@[\w-]{0,63}(?:\.[\w-]{0,63}){0,8})?\Z"


_TITLED = "".join(rf"(?<=(?i:{word}){dot}\s)|" for word in sorted(_HONORIFICS) for dot in ("", r"\.")).removesuffix("|")
"""Lookbehind for an honorific and a space."""

_IN_ADDRESS, _OF_ADDRESS = r"(?<=[/@_=~.:])", r"(?=[@_~]|\.[a-z]|\s?[(\[{<]\s?(?i:at|@)\s?[)\]}>])"
_OF_ADDRESS_BEGUN = r"(?:\.|\s?(?:[(\[{<]\s?(?:(?i:at?)|@)?\s?)?)\Z"


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
        people = {letter.beneficiary, *letter.counsel[:1]}
        bodies = set(letter.counsel[1:])
        same = _parts(letter.petitioner) == _parts(letter.beneficiary)
        (bodies if not same and _is_body(letter.petitioner) else people).add(letter.petitioner)
        people = {name for name in people if name.strip()}
        # "Acme Corp. (Delaware)" is also named without what stands in brackets.
        bodies |= {re.sub(r"\s*\([^()]*\)\s*$", "", name) for name in bodies}
        users = {user for section in snapshot.sections for user in (section.approved_by, section.edited_by) if user}
        ids = frozenset({snapshot.user_id, snapshot.case_id, *users} - {"", MARK})
        parts = {part for name in people for part in _parts(name) if len(part) > 1} | ids
        parts |= {"".join(_words(name)) for name in bodies}
        return cls(
            people=frozenset(people),
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
        folded = NameText(text)
        return self.replace(folded, 0, len(folded.plain))[0]

    def replace(self, folded: NameText, at: int, limit: int) -> tuple[str, int]:
        """Replaces the names that begin between two positions.

        Returns:
            The new text, and the position where it ends: behind ``limit`` where a name goes on.
        """
        out = []
        while (match := self.whole.search(folded.plain, at)) is not None:
            start = folded.floor(match.start())
            if start >= limit:
                break
            out += [folded.cut(at, max(at, start)), self.replacement(match)]
            at = folded.ceil(match.end())
        if at < limit:
            out.append(folded.cut(at, limit))
            at = limit
        return "".join(out), at

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
        self._folded = NameText(raw)
        self._settled = 0
        self._shown: list[str] = []
        self._ended = False
        self._advance()

    @property
    def raw(self) -> str:
        """Text so far."""
        return self._folded.raw

    @property
    def shown(self) -> str:
        """Redacted text that was released so far."""
        if len(self._shown) > 1:
            self._shown = ["".join(self._shown)]
        return self._shown[0] if self._shown else ""

    @property
    def is_holding(self) -> bool:
        """True while text is held back."""
        return self._settled < len(self._folded.plain)

    def add(self, text: str) -> str | None:
        """Adds text and returns the newly released part.

        Returns None where the text had ended before: then :attr:`shown` replaces all that was released.
        """
        self._folded.add(text)
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
        folded = self._folded
        # Everything from here on may become part of a name.
        begun = None if self._ended else self._finder.begun.search(folded.plain, self._settled)
        limit = folded.floor(begun.start()) if begun is not None else len(folded.plain)
        piece, self._settled = self._finder.replace(folded, self._settled, limit)
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
        words = _words(_compose(body))
        yield _term(words)
        while len(words) > 1 and words[-1].lower() in _LEGAL_FORMS:
            words = words[:-1]
            yield _term(words, capital=len(words) == 1)
    for id_ in names.ids:
        yield _literal(id_)


def _person_terms(parts: list[str]) -> Iterator[_Term]:
    """Yields patterns for the ways to write a name.

    They are sequences of its parts, last name first, and each part.
    """
    # The longest first: alternation takes the first pattern that fits.
    for size in range(len(parts), 1, -1):
        for first in range(len(parts) - size + 1):
            yield _sequence(parts[first : first + size])
    if len(parts) > 1:
        yield _sequence([parts[-1], *parts[:-1]])
        yield _sequence([parts[0], parts[-1]])
        # "W. E": of one letter a surname is found with an initial only.
        if len(parts[-1]) == 1:
            yield _sequence([parts[0][0], parts[-1]])
    behind = [piece for part in parts for piece in strip_accents(part).split("'")[1:]]  # "Brien" of "O'Brien"
    # A name that the case writes in small letters has no other form.
    small = not any(part[0].isupper() for part in parts)
    for part in (*parts, *behind):
        if part and (small or part[0].isupper() or not _is_cased(part[0])):
            yield from _part_terms(part, alone=len(parts) == 1, small=small)
    if len(parts) > 1 and len(parts[-1]) > 1 and _is_cased(parts[-1][0]):
        initials = "".join(part[0] for part in parts[:-1])
        for handle in {initials[0] + parts[-1], initials + parts[-1], parts[-1] + initials[0]}:
            yield from _address_terms(handle)


def _part_terms(part: str, *, alone: bool, small: bool) -> Iterator[_Term]:
    """Yields patterns for one part of a name."""
    if not _is_cased(part[0]):
        if len(part) > 1 or alone:
            yield _term([part])
        return
    if len(part) == 1 and not alone:
        # One letter is a name behind an honorific only.
        yield _term([part], capital=True, before=f"(?:{_TITLED})")
        return
    yield _term([part], capital=not small)
    if len(part) > 1:
        yield _term([part], capital=not small or len(part) < 3, between=" " if len(part) < 3 else "[ ._*·-]{1,2}")  # noqa: PLR2004 - a pair may be an article and a letter
        yield from _address_terms(part)
        for title in ("dr", "prof", "professor"):
            yield _term([title + part])


def _address_terms(word: str) -> Iterator[_Term]:
    """Yields patterns for a word in any case, where machines write it: in an address or handle."""
    yield _term([word], before=_IN_ADDRESS)
    yield _term([word], after=_OF_ADDRESS, pending=_OF_ADDRESS_BEGUN)


def _sequence(words: list[str]) -> _Term:
    # A few letters run together are a word: "W. E" is "we".
    short = sum(map(len, words)) < 4 and _is_cased(words[0][0])  # noqa: PLR2004
    return _term(words, capital=short, gap=r"[\W_]{1,4}" if short else r"[\W_]{0,4}")


def _compose(name: str) -> str:
    """Returns a name with its accents on the letters and its ligatures resolved."""
    return unicodedata.normalize("NFC", name).translate(ligatures())


def _parts(name: str) -> list[str]:
    words = [word.strip(".,;:()\"'’") for word in re.split(r"[\s\u2010-\u2015-]+", _compose(name))]
    words = [word for word in words if word]
    while len(words) > 1 and words[0].lower() in _HONORIFICS:
        words = words[1:]
    while len(words) > 1 and words[-1].lower().replace(".", "") in _SUFFIXES:
        words = words[:-1]
    if len(words) > 2 and [word.lower() for word in words[-2:]] == ["ph", "d"]:  # noqa: PLR2004
        words = words[:-2]
    return words


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name)


def _is_body(name: str) -> bool:
    return "&" in name or any(word.lower() in _OF_BODIES for word in _words(name))


def _contains_part(exhibit_id: str, parts: Iterable[str]) -> bool:
    shown = NameText(exhibit_id).plain.lower()
    words, joined = re.split(r"[\W_\d]+", shown), re.sub(r"[\W_]", "", shown)
    for part in parts:
        spelt = "".join(_SPELT.get(letter, letter) for letter in part.lower())
        for form in {re.sub(r"[\W_]|[\x01\x02]", "", NameText(each).plain.lower()) for each in (part, spelt)}:
            if form and (form in words or (len(form) > 3 and form in joined)):  # noqa: PLR2004
                return True
    return False


def _is_cased(letter: str) -> bool:
    return letter.lower() != letter.upper()


def _literal(id_: str) -> _Term:
    """Returns a pattern for an id, exactly as it is."""
    tokens = [re.escape(letter) for letter in NameText(id_).plain]
    return _join_tokens(tokens, r"(?<![\w-])", r"(?![\w-])")


def _term(
    words: list[str],
    *,
    capital: bool = False,
    before: str | None = None,
    after: str | None = None,
    pending: str = r"\Z",
    gap: str = r"[\W_]{0,4}",
    between: str = _BROKEN,
) -> _Term:
    """Returns the pattern for words in this order.

    Args:
        words: Parts of a name.
        capital: The first letter must be one.
        before: Lookbehind; None: no letter stands before.
        after: Lookahead; None: no letter follows.
        pending: Pattern of what may follow at the text's end while ``after`` is not decided.
        gap: Pattern of what stands between words.
        between: Pattern of what stands between letters.
    """
    tokens: list[str] = []
    for word in words:
        if tokens:
            tokens.append(gap)
        letters = [letter for letter in word if strip_accents(letter) not in (MARK_SIGN, UNSEEN_SIGN)]
        for place, letter in enumerate(letters):
            if place:
                tokens.append(between)
            tokens.append(_letter(letter, capital=capital and place == 0))
    if before is None:
        before = r"(?<![^\W\d_])" if _is_cased(words[0][0]) else ""
    if after is None:
        after = r"(?![^\W\d_])" if _is_cased(words[-1][-1]) else ""
    return _join_tokens(tokens, before, after, pending)


def _join_tokens(tokens: list[str], before: str, after: str, pending: str = r"\Z") -> _Term:
    begun = pending if len(tokens) <= _MOST_TOKENS else rf"[\s\S]{{0,{8 * len(tokens)}}}\Z"
    for token in reversed(tokens[:_MOST_TOKENS]):
        # a hyphen at the end may be the first half of a hyphen and a line break
        begun = rf"(?:-\Z|{token}(?:\Z|{begun}))" if token.endswith(r"-\n)?") else rf"{token}(?:\Z|{begun})"
    return _Term(before, f"{''.join(tokens)}{after}", begun)


def _letter(letter: str, *, capital: bool) -> str:
    """Returns a pattern for a letter, accented or not.

    An apostrophe is optional.
    """
    plain, small = strip_accents(letter), letter.lower()
    if plain == "'":
        return "'?"
    if not _is_cased(plain):
        return f"{re.escape(plain)}{MARK_SIGN}{{0,8}}"
    upper = plain.upper()
    single = f"{upper if capital else f'(?i:{plain})'}{MARK_SIGN}{{0,8}}"
    # Passports and machines write "ue" for "ü".
    spelt = _SPELT.get(small)
    if spelt is None:
        return single
    return f"(?:{upper[:1] if capital else f'(?i:{spelt[0]})'}(?i:{spelt[1:]})|{single})"
