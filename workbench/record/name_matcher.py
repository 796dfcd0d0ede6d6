"""Names of a run, and the places of a text where they stand.

People and organisations come from the case's fields. A name is found in any casing, with or without accents, ligatures
and hyphens, in both orders, with initials, letter-spaced, in addresses and handles, whole or in parts: see
:mod:`workbench.record.name_terms`. A second pattern finds where the end of a text may be the beginning of a name: see
:class:`StreamingRedactor`.

The patterns are applied to the folded text (:mod:`workbench.record.name_folding`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from workbench.live.snapshot import ExhibitState, Snapshot
from workbench.record.name_folding import NameText, fold_text
from workbench.record.name_terms import (
    Term,
    begun_pattern,
    body_terms,
    exact_literal,
    literal,
    name_spellings,
    person_terms,
    split_name,
)

MARK = "REDACTED"
"""Replacement of a name. A plain word: brackets or signs could become Markdown with their neighbours."""

_EMAIL = r"(?<![\w.+-])[\w.+-]{1,256}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_EMAIL_BEGUN = r"(?<![\w.+-])[\w.+-]{1,256}(?:@[\w-]{0,63}(?:\.[\w-]{0,63}){0,8})?\Z"


@dataclass(frozen=True)
class Names:
    """Names to redact, as they stand in snapshots.

    Attributes:
        people: Full names of persons.
        bodies: Names of organisations, and lines of an address.
        ids: Ids of users and of the case.
        exhibits: Pairs of an exhibit id that contains a name, and its replacement.
        parties: Petitioners of which the case does not say if they are a person or an organisation.
    """

    people: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    exhibits: tuple[tuple[str, str], ...] = ()
    parties: frozenset[str] = frozenset()

    @classmethod
    def of(cls, snapshot: Snapshot) -> Names:
        """Collects the names of a run.

        They are those of beneficiary, petitioner, counsel and users, and the case's id.
        """
        letter = snapshot.letter
        # The first line of counsel is the attorney's name; firm and address follow.
        people = {name for name in (letter.beneficiary, *letter.counsel[:1]) if name.strip()}
        bodies, parties = set(letter.counsel[1:]), set[str]()
        kind = letter.petitioner_kind
        if split_name(letter.petitioner) == split_name(letter.beneficiary):
            kind = "person"
        if letter.petitioner.strip():
            {"person": people, "organization": bodies}.get(kind, parties).add(letter.petitioner)
        # "Acme Corp. (Delaware)" is also named without what stands in brackets.
        bodies |= {re.sub(r"\s*\([^()]*\)\s*$", "", name) for name in bodies}
        users = {user for section in snapshot.sections for user in (section.approved_by, section.edited_by) if user}
        names = cls(
            people=frozenset(people),
            bodies=frozenset(name for name in bodies if sum(map(str.isalpha, name)) > 3),  # noqa: PLR2004 - "NY"
            ids=frozenset({snapshot.user_id, snapshot.case_id, *users} - {"", MARK}),
            parties=frozenset(parties),
        )
        return replace(names, exhibits=tuple(names._call_by_number(snapshot.exhibits)))

    def _call_by_number(self, exhibits: Iterable[ExhibitState]) -> Iterator[tuple[str, str]]:
        """Yields each exhibit id with a name in it, and the id to show."""
        spellings = {each for name in (*self.people, *self.parties) for each in name_spellings(name) if len(each) > 1}
        spellings |= {fold_text(id_).lower() for id_ in self.ids}
        found = finder(self)
        named = {
            each.exhibit_id: f"exhibit-{each.number}"
            for each in exhibits
            if found.hide(each.exhibit_id) != each.exhibit_id or _contains_part(each.exhibit_id, spellings)
        }
        others = {each.exhibit_id for each in exhibits} - set(named)
        for exhibit_id, called in named.items():
            # Another exhibit may really be called so.
            yield exhibit_id, f"{called}-redacted" if called in others else called

    def __or__(self, other: Names) -> Names:
        return Names(
            self.people | other.people,
            self.bodies | other.bodies,
            self.ids | other.ids,
            tuple(sorted({*self.exhibits, *other.exhibits})),
            self.parties | other.parties,
        )


@dataclass(frozen=True)
class Finder:
    """Compiled patterns for a set of names.

    Attributes:
        whole: Finds names, the longest at each position.
        begun: Finds where the end of a text may be the beginning of a name, or a name that may go on.
        replacements: Replacements other than :data:`MARK`, by folded match.
    """

    whole: re.Pattern[str]
    begun: re.Pattern[str]
    replacements: dict[str, str] = field(hash=False)

    def hide(self, text: str) -> str:
        """Replaces every name in a text."""
        redactor = StreamingRedactor(self)
        redactor.end(text)
        return redactor.shown

    def replacement(self, match: re.Match[str]) -> str:
        """Returns the replacement of a match."""
        return self.replacements.get(match[0], MARK)


# Compiling takes longer than searching, and every request for a redacted run needs the patterns.
@lru_cache(maxsize=256)
def finder(names: Names) -> Finder:
    """Compiles the patterns for a set of names."""
    # Exhibit ids first: the name within one must not be replaced alone.
    exhibits = [exact_literal(exhibit_id) for exhibit_id, _ in names.exhibits]
    groups = [group for group in (exhibits, *_group_by_lookbehind(dict.fromkeys(_terms(names)))) if group]
    whole = (f"{group[0].before}(?:{'|'.join(dict.fromkeys(each.whole for each in group))})" for group in groups)
    begun = (f"{group[0].before}(?:{begun_pattern(group)})" for group in groups)
    return Finder(
        whole=re.compile("|".join([_EMAIL, *whole])),
        begun=re.compile("|".join([_EMAIL_BEGUN, *begun])),
        replacements={fold_text(exhibit_id): called for exhibit_id, called in names.exhibits},
    )


def _terms(names: Names) -> Iterator[Term]:
    for name in names.people:
        yield from person_terms(name)
    for name in names.parties:
        yield from body_terms(name)
        yield from person_terms(name, certain=False)
    for body in names.bodies:
        yield from body_terms(body)
    for id_ in names.ids:
        yield literal(id_)


def _group_by_lookbehind(terms: Iterable[Term]) -> list[list[Term]]:
    """Groups forms with the same lookbehind, the longest first.

    The lookbehind fails at most positions, and is so tested once instead of once per pattern.
    """
    groups: dict[str, list[Term]] = {}
    for term in sorted(terms, key=lambda each: (-len(each.tokens), each.whole)):
        groups.setdefault(term.before, []).append(term)
    # Sequences of parts look behind for a letter only; the groups after it have parts alone, which are shorter.
    return sorted(groups.values(), key=lambda group: -max(len(each.tokens) for each in group))


class StreamingRedactor:
    """Redactor of a text that arrives in pieces.

    No part of a name ever gets out.

    Text that may be the beginning of a name is held back until more arrives. However the text is cut into pieces, the
    output is a beginning of what :meth:`Finder.hide` makes of the whole, and after :meth:`end` all of it.

    Args:
        finder: Patterns of the names.
        raw: Text at the start.
    """

    def __init__(self, finder: Finder, raw: str = "") -> None:
        self._finder = finder
        self._begin(raw)

    def _begin(self, raw: str) -> None:
        self._text = NameText()
        self._text.add(raw)
        self._settled = self._searched = 0
        self._shown: list[str] = []
        self._ended = False
        self._advance()

    @property
    def raw(self) -> str:
        """Text so far."""
        return self._text.raw

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
        # `end` released what might have begun a name, and only a new start can take that back.
        if self._ended:
            self._begin(self.raw + text)
            return None
        self._text.add(text)
        return self._advance()

    def end(self, text: str = "") -> None:
        """Adds the last text and releases what is held back."""
        self._text.add(text)
        self._text.end()
        self._ended = True
        self._advance()

    def _advance(self) -> str:
        text, at = self._text, self._settled
        # Everything from here on may become part of a name.
        begun = None if self._ended else self._finder.begun.search(text.text, self._searched)
        limit = begun.start() if begun is not None else len(text.text)
        out = []
        for match in self._finder.whole.finditer(text.text, self._searched):
            if match.start() >= limit:
                break
            # A name may begin within a ligature that another one has taken already.
            out += [text.raw[at : text.raw_start(match.start())], self._finder.replacement(match)]
            at, self._searched = max(at, text.raw_end(match.end())), match.end()
        if self._searched < limit or at < text.raw_start(limit):
            start = text.raw_start(limit)
            out.append(text.raw[at:start])
            at, self._searched = max(at, start), limit
        self._settled = at
        piece = "".join(out)
        if piece:
            self._shown.append(piece)
        return piece


def _contains_part(exhibit_id: str, parts: Iterable[str]) -> bool:
    folded = fold_text(exhibit_id).lower()
    words = re.split(r"[^a-z]+|[-_.]", folded)
    return any(part in words or (len(part) > 3 and part in folded) for part in parts)  # noqa: PLR2004
