"""Patterns for the forms of a name, over folded text.

Each form is a list of tokens. From them come the pattern of the whole form, and that of a text's end which may be the
beginning of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from workbench.case.criteria import CRITERIA
from workbench.case.law import regulation_text
from workbench.record.name_folding import fold_text

_TITLES = frozenset({"dr", "madam", "miss", "mr", "mrs", "ms", "mx", "prof", "professor"})
_RANKS = frozenset({"dame", "lady", "lord", "m", "sir"})
_SUFFIXES = frozenset({"esq", "ii", "iii", "iv", "jr", "md", "phd", "sr"})
LEGAL_FORMS = frozenset(
    {"ag", "co", "corp", "corporation", "gmbh", "inc", "incorporated", "limited", "llc", "llp", "ltd", "pc", "plc",
     "pllc", "sa"}
)  # fmt: skip

_SPELT = {"ä": "ae", "å": "aa", "æ": "ae", "đ": "dj", "ð": "dh", "ö": "oe", "ø": "oe", "œ": "oe", "ß": "ss", "ü": "ue"}
"""Spellings of machines and passports; the second letter is optional."""

_DISTINCT = 5
"""Letters from which a name in lower case is taken for the name, not for a word."""
_LONG = 6
"""Letters from which a surname with an initial glued to it is taken for the name."""
_UNMISTAKABLE = 7
"""Letters from which a name is found within a longer word, such as a user name, and the word hidden with it."""

_MOST_TOKENS = 90
"""Letters in a pattern for the beginning of a name. Each nests one group, and Python's compiler has a limit."""

ID_START = r"(?<![\w-])"
# Scripts that put no spaces between words: a Latin word among them ends where they begin.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
_UNDIVIDED = re.compile("[\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff]{3,4}")
_SPACED_LETTER = rf"[^\W\d_{_UNSPACED}]"
_NO_LETTER_BEFORE = f"(?<!{_SPACED_LETTER})"
_NO_LETTER_AFTER = f"(?!{_SPACED_LETTER})"
_IN_ADDRESS = r"(?<=[/@_=~])"
_HONORIFIC = "(?:" + "|".join(
    rf"(?<=\b{title}{dot}[ \n])|(?<=\b{title}{dot}[ \n] )" + (rf"|(?<=\b{title}\.)" if dot else "")
    for word in sorted({*_TITLES, "dame", "lady", "lord", "sir"})
    for title in [f"(?i:{word})"]
    for dot in ("", r"\.")
) + ")"  # fmt: skip
"""Looks behind for an honorific. Python looks behind by a fixed width only, hence one for each."""

_BREAK = r"(?:-[ \n]{0,4}|[*_\\]{1,3})?"
"""Between two letters of a word: a hyphen, and a line break behind it, or Markdown's signs."""
_BREAK_OR_SPACE = r"(?:-[ \n]{0,4}|[ \n]{1,2}|[*_\\]{1,3})?"
"""The same in a long word, which text recognition may have torn apart."""
_BETWEEN_WORDS = r"[\W_]{0,4}"
_APART = r"[\W_]{1,3}"
_AT_SIGN = [r"[ ]{0,2}", r"[(\[{<]", " ?", "[aA]", "[tT]"]
"""``(at)``, written so that no machine finds the address."""


@dataclass(frozen=True)
class Term:
    """One form of a name.

    Attributes:
        before: Looks behind, at the form's start.
        tokens: Patterns of its letters, and of what may stand between them.
        after: Looks ahead, at the form's end.
    """

    before: str
    tokens: tuple[str, ...]
    after: str

    @property
    def whole(self) -> str:
        """Pattern of the form."""
        return f"{''.join(self.tokens)}{self.after}"


def begun_pattern(terms: Iterable[Term]) -> str:
    """Returns the pattern of a text's end that may become one of the forms, or is it and may go on."""
    tree: dict[str, Any] = {}
    for form in terms:
        node = tree
        for token in form.tokens[:_MOST_TOKENS]:
            node = node.setdefault(token, {})
        if len(form.tokens) > _MOST_TOKENS:
            node.setdefault(rf"[\s\S]{{0,{8 * len(form.tokens)}}}", {})
    return _begun_below(tree)


def _begun_below(tree: dict[str, Any]) -> str:
    # Forms share their beginnings: as one tree they compile several times faster than one by one.
    branches = []
    for token, node in tree.items():
        branches.append(rf"{token}(?:\Z|{_begun_below(node)})" if node else rf"{token}\Z")
    return "|".join(branches)


def split_name(name: str) -> list[str]:
    """Splits a person's name into its parts, without honorifics.

    A title is one by its place: the surname of ``Dr. Frances Lord`` is no rank.
    """
    words = [word.strip(".,;:()\"'’“”«»") for word in re.split(r"[\s\u2010-\u2015-]+", name)]
    words = [word for word in words if word]
    first = True
    while len(words) > 1 and (_bare(words[0]) in _TITLES or (first and _bare(words[0]) in _RANKS)):
        words, first = words[1:], False
    while len(words) > 2 and _bare(words[-1]) in _SUFFIXES:  # noqa: PLR2004 - "Lin Ii" is a name
        words = words[:-1]
    return words


def person_terms(name: str, *, certain: bool = True) -> Iterator[Term]:
    """Yields the forms of a person's name.

    Args:
        name: As the case file has it.
        certain: Whether it is a person's. Words of an employer's name are common ones, and in lower case no name.
    """
    aside = re.compile(r"[(\[（“\"«]([^)\]）”\"»]+)[)\]）”\"»]")
    plain = aside.sub(" ", name)
    last, comma, first = plain.partition(",")
    if comma and first.strip() and _bare(first) not in _SUFFIXES | LEGAL_FORMS:
        plain = f"{first} {last}"
    whole = split_name(name)
    if len(whole) > 1:
        yield term(whole)
    for part in (plain, *aside.findall(name)):
        yield from _forms(split_name(part), certain=certain)


def name_spellings(name: str) -> Iterator[str]:
    """Yields how an id may spell a person: each part, and surname with initials.

    Folded, in lower case.
    """
    parts = split_name(name)
    for given, surname in _by_surname(parts):
        initials = "".join(part[0] for part in given)
        for written in (initials + surname, surname + initials, initials[:1] + surname):
            yield fold_text(written).lower()
    for part in parts:
        folded = fold_text(part).lower()
        yield from (_spell_out(part), folded, re.sub("(?<=[aou])e", "", folded) if len(folded) >= _DISTINCT else folded)


def term(words: Sequence[str], *, capital: bool = False) -> Term:
    """Makes the form of words in a row."""
    single = any(len(word) == 1 for word in words) and sum(map(len, words)) < _DISTINCT
    capital = capital or single
    tokens: list[str] = []
    for word in words:
        if tokens:
            tokens.append(r"[\W_]{1,4}" if single else _BETWEEN_WORDS)
        tokens += _word_tokens(word, _BREAK_OR_SPACE if len(word) >= _UNMISTAKABLE else _BREAK, capital=capital)
    return _bound_term(tokens, words[0][0], words[-1][-1])


def spaced_term(words: Sequence[str]) -> Term:
    """Makes the form of words whose letters stand apart: ``W u``."""
    tokens: list[str] = []
    capital = sum(map(len, words)) < 3  # noqa: PLR2004 - two small letters that stand apart are a list
    for word in words:
        if tokens:
            tokens.append(r"[\W_]{1,6}")
        tokens += _word_tokens(word, _APART, capital=capital)
    return _bound_term(tokens, words[0][0], words[-1][-1])


def literal(id_: str) -> Term:
    """Makes the form of an id.

    In any case where it is too long for a common word.
    """
    folded = fold_text(id_)
    any_case = len(folded) >= _DISTINCT
    tokens = [_any_case(letter) if any_case else re.escape(letter) for letter in folded]
    return Term(ID_START, tuple(tokens), r"(?![\w-])")


def exact_literal(id_: str) -> Term:
    """Makes the form of an exhibit's id, in its own case."""
    return Term(ID_START, tuple(map(re.escape, fold_text(id_))), r"(?![\w-])")


def body_terms(name: str) -> Iterator[Term]:
    """Yields the forms of an organisation's name, or of a line of an address.

    Its words alone are common ones. Without the legal form it is still the name.
    """
    name = unicodedata.normalize("NFC", name)
    # "Ernst & Young" is "Ernst and Young" too: signs between the words are none of a form.
    written = dict.fromkeys((name, name.replace("&", " and "), re.sub(r"\s[Aa]nd\s", " & ", name)))
    forms = [re.findall(r"[^\W_]+", each) for each in written]
    for form in list(forms):
        while len(form) > 1 and form[-1].lower() in LEGAL_FORMS:
            form = form[:-1]  # noqa: PLW2901 - shorter and shorter
            forms.append(form)
    forms += [form[1:] for form in forms if len(form) > 2 and form[0].lower() == "the"]  # noqa: PLR2004
    for form in forms:
        if sum(map(len, form)) > 3:  # noqa: PLR2004 - "NY"
            yield term(form, capital=len(form) == 1 and not form[0].isdigit())
            if not any(map(str.isdigit, name)):  # an address is never letter-spaced
                yield spaced_term(form)


# ---- forms of a person


def _forms(parts: list[str], *, certain: bool) -> Iterator[Term]:
    if len(parts) > 1:
        yield from _sequences(parts)
    for given, surname in _by_surname(parts):
        yield from _with_initials(given, surname)
    behind = [piece for part in parts for piece in fold_text(part).split("'")[1:]]  # "Brien" of "O'Brien"
    is_small = all(part.islower() for part in parts)
    # Chinese and Korean names are written as one word; the given name has two characters or one.
    behind += [part[-2:] for part in parts if len(parts) == 1 and _UNDIVIDED.fullmatch(part)]
    for part in (*parts, *behind):
        if len(part) > 1 and (part[0].isupper() or is_small or not _is_cased(part[0])):
            yield from _part_terms(part, certain=certain)
    for part in dict.fromkeys((*parts[:1], *parts[-1:])):
        if len(part) == 1 and _is_cased(part):
            yield from _letter_terms(part)


def _sequences(parts: list[str]) -> Iterator[Term]:
    """Yields parts in a row, and the whole in other orders and letter-spaced."""
    for size in range(len(parts), 1, -1):
        for first in range(len(parts) - size + 1):
            # "de la" without what follows is no name.
            if not all(part.islower() for part in parts[first : first + size]) or size == len(parts):
                yield term(parts[first : first + size])
    yield term([parts[0], parts[-1]])
    yield term([parts[-1], parts[0]])
    yield spaced_term(parts)
    for order in ([parts[-1], *parts[:-1]], [*parts[1:], parts[0]]):
        yield term(order)
        yield spaced_term(order)


def _by_surname(parts: list[str]) -> list[tuple[list[str], str]]:
    """Pairs the given names with the surname, which stands last or first."""
    return [(parts[:-1], parts[-1]), (parts[1:], parts[0])] if len(parts) > 1 else []


def _with_initials(given: list[str], surname: str) -> Iterator[Term]:
    """Yields ``C.-S. Wu``, ``Wu, C.-S.`` and what machines make of it: ``cwu``, ``wu.c``."""
    short = len(surname) == 1
    between, name = r"[.\s-]{1,3}" if short else r"[\W_]{0,3}", _word_tokens(surname, _BREAK, capital=True)
    for names in dict.fromkeys((tuple(given), tuple(given[:1]))):
        initials = [_letter(part[0], capital=True) for part in names]
        leading = [token for initial in initials for token in (initial, between)]
        yield _bound_term([*leading, *name], names[0][0], surname[-1])
        trailing = [token for initial in initials for token in ("[ -]{0,2}", initial, r"\.")][1:]
        yield _bound_term([*name, "[, ]{1,3}", *trailing], surname[0], ".")
        if len(names) > 1:  # "Chien-S. Wu"
            mixed = [*_word_tokens(names[0], _BREAK, capital=True), between, *leading[2:], *name]
            yield _bound_term(mixed, names[0][0], surname[-1])
        if not short:
            yield from _handles("".join(part[0] for part in names), surname)


def _handles(initials: str, surname: str) -> Iterator[Term]:
    for first, last in ((initials, surname), (surname, initials)):
        tokens = [*_word_tokens(first, "", capital=False), "[._-]", *_word_tokens(last, "", capital=False)]
        yield _bound_term(tokens, first[0], last[-1])
        yield from _machine_terms(first + last)
        # Glued together they may be a word ("across" is no A. Cross), unless they are long.
        if len(surname) >= _LONG:
            yield term([first + last])


def _part_terms(part: str, *, certain: bool) -> Iterator[Term]:
    """Yields the forms of one part of a name."""
    distinct = len(part) >= _DISTINCT
    # "field" is a word of every letter, so its redaction would tell a name rather than hide it.
    any_case = certain and distinct and part.lower() not in words_of_the_law()
    alone = term([part], capital=not any_case)
    yield replace(alone, tokens=(*alone.tokens, "[sS]?")) if distinct and alone.after else alone
    for spelling in dict.fromkeys((part, _spell_out(part))):
        yield spaced_term([spelling])
    if any_case and len(part) >= _UNMISTAKABLE:
        # The rest of the word may be another name: "WUHoffmann".
        tokens = (f"{_SPACED_LETTER}{{0,64}}?", *term([part]).tokens, f"{_SPACED_LETTER}{{0,64}}")
        yield Term(_NO_LETTER_BEFORE, tokens, "")
        yield Term("", tokens[1:], "")
    if _is_cased(part[0]):
        yield replace(alone, before=_HONORIFIC, tokens=term([part]).tokens)
        yield from _machine_terms(part)
        # Within "HoffmannLab" and "adaHoffmann".
        for spelling in dict.fromkeys((fold_text(part), _spell_out(part))):
            yield Term("(?<![A-Z])", tuple(map(_exact, spelling.capitalize())), "(?![a-z])")
        yield replace(term([part], capital=True), before="(?<=[a-z])")


def _machine_terms(word: str) -> Iterator[Term]:
    """Yields a word in lower case where machines write it: in an address, a file name or a handle."""
    small = word.lower()
    yield replace(term([small]), before=_IN_ADDRESS)
    yield replace(term([small]), after=r"(?=[\d_])")
    tokens = [*_word_tokens(small, "", capital=False), *_AT_SIGN]
    yield _bound_term(tokens, small[0], "t")


def _letter_terms(letter: str) -> Iterator[Term]:
    """Yields a surname of one letter where it names the person, not an exhibit or a grade."""
    token = _letter(letter, capital=True)
    yield Term(rf"(?={token}){_HONORIFIC}", (token,), r"(?![^\W_])")
    for follows in (["'", "[sS]"], [" ", "e", "t", " ", "a", "l"]):
        # Behind a label it is the label's letter: "Exhibit E's first page".
        before = f"{ID_START}(?<!xhibit )(?<!ppendix )(?<!ection )"
        yield Term(before, (token, *follows), _NO_LETTER_AFTER)


# ---- tokens


def _word_tokens(word: str, between: str, *, capital: bool) -> list[str]:
    """Returns a token for each letter, and between them what may stand there."""
    letters = [letter for letter in unicodedata.normalize("NFC", word) if fold_text(letter)]
    tokens = [_letter(letter, capital=capital and place == 0) for place, letter in enumerate(letters)]
    # "Mueller" in the case file is "Müller" in a paper.
    for place, (former, letter) in enumerate(pairwise(letters), start=1):
        if len(letters) >= _DISTINCT and letter in "eE" and former in "aouAOU" and place + 1 < len(letters):
            tokens[place] = f"{tokens[place]}?"
    if not between:
        return tokens
    return [piece for place, token in enumerate(tokens) for piece in ((between, token) if place else (token,))]


def _letter(letter: str, *, capital: bool) -> str:
    """Returns a pattern for a letter, accented or not.

    An apostrophe is optional.
    """
    plain, small = fold_text(letter), letter.lower()
    if plain == "'":
        return "'?"
    if not _is_cased(plain[0]):
        return re.escape(plain)
    # A letter of another alphabet may look like one Latin letter as a capital, and like another as a small one.
    looks = {fold_text(each)[0] for each in ({letter.upper()} if capital else {letter.upper(), small})}
    first = _any_of(
        {look.upper() for look in looks}
        if capital
        else {case for look in looks for case in (look.lower(), look.upper())}
    )
    if small == "þ":
        return f"(?:{first}{_any_case('h')}?|{'P' if capital else '[pP]'})"
    second = _SPELT[small][1] if small in _SPELT else plain[1:]
    return first + "".join(f"{_any_case(each)}?" for each in second)


def _any_of(letters: Iterable[str]) -> str:
    chosen = sorted(letters)
    return re.escape(chosen[0]) if len(chosen) == 1 else f"[{''.join(map(re.escape, chosen))}]"


def _any_case(letter: str) -> str:
    # Faster to compile than an inline flag, and there are hundreds.
    return f"[{letter.lower()}{letter.upper()}]" if _is_cased(letter) else re.escape(letter)


def _exact(letter: str) -> str:
    return "'?" if letter == "'" else re.escape(letter)


def _bound_term(tokens: list[str], first: str, last: str) -> Term:
    """Joins tokens to a form that is no part of a longer word."""
    before = _NO_LETTER_BEFORE if _is_cased(first) else ""
    return Term(before, tuple(tokens), _NO_LETTER_AFTER if _is_cased(last) else "")


def _spell_out(part: str) -> str:
    """Spells a part as a passport does, in lower case: ``mueller``."""
    composed = unicodedata.normalize("NFC", part.lower())
    return fold_text("".join(_SPELT.get(letter, letter) for letter in composed))


def _is_cased(letter: str) -> bool:
    return letter.lower() != letter.upper()


def _bare(word: str) -> str:
    return word.replace(".", "").strip().lower()


@lru_cache(maxsize=1)
def words_of_the_law() -> frozenset[str]:
    """Words of the regulation, which every letter has in lower case."""
    texts = [regulation_text(f"(h)({number})") for number in range(1, 6)]
    texts += [regulation_text(criterion.paragraph) for criterion in CRITERIA.values()]
    return frozenset(re.findall(r"[a-z]+", " ".join(texts)))
