"""Names of cases as a text writes them, most often in front of a cite."""

from __future__ import annotations

import re
from functools import cache

_NAME_WINDOW = 160
_WORD = r"[A-Z][\w'.&-]{0,40}"  # bounded: a draft is untrusted, and an open repetition costs the square
_LINK = r"(?:of|the|and|for|on|&|ex|rel\.|de|la|van|von|in|et|al\.)"
_PARTY = rf"{_WORD}(?:,?\s+(?:{_LINK}\s+){{0,2}}{_WORD}){{0,7}}"
CASE_NAME = re.compile(
    rf"\b(?:(?P<versus>(?:(?:Estate|Matter|Guardianship|Succession)\s+of\s+)?{_PARTY},?\s+(?:v\.|vs?\.?)\s+{_PARTY})"
    rf"|(?P<matter>(?:In\s+re:?|Ex\s+parte|Matter\s+of|In\s+the\s+Matter\s+of)\s+(?:the\s+)?(?:{_PARTY}|\d{{6,10}})))"
)
_SIGNAL = re.compile(
    r"^(?:(?:See|Cf|Accord|Compare|Contra|But|Also|Under|In|And|The|As|E\.g|Citing|Quoting|Following|Unlike|Like|With|By|"
    r"Both|From|Since|Court|Here|Thus|Moreover|Indeed|Where|When|While|Although|Because|Pursuant|to|also|generally|e\.g)"
    r"[.,:]*\s+)+(?=[A-Z])"
)
_LEAD = 20
"""Characters of "In the Matter of" in front of a name."""
_MATTER = re.compile(r"\b(?:In\s(?:re:?|the\sMatter\sof)|Ex\sparte|Matter\sof)\s[^,;]{1,100},?\s$")
_VERSUS = re.compile(r",?\s(?:v\.|vs?\.?)\s")
_PARTY_LINK = frozenset(["of", "the", "and", "&", "for", "de", "la", "van", "von", "ex", "rel.", "et", "al."])
# "Silvercreek Mgmt., Inc.": a comma in a party's name stands before one of these.
_SUFFIX = re.compile(r"(?:Inc|LLC|LLP|Ltd|L\.?L\.?C|L\.?P|P\.?C|N\.?A|S\.?A|Co|Corp|Jr|Sr|et)\b")
_INITIALS = re.compile(r"(?:[A-Z]\.)+")


def read_name(text: str, first: int, start: int, plaintiff: str, defendant: str) -> tuple[int, str]:
    """Reads the name in front of a cite, of which eyecite has found a part.

    Args:
        text: The text.
        first: Offset at which eyecite has the citation begin.
        start: Offset of the cite, behind the name.
        plaintiff: As eyecite has it, or empty.
        defendant: Likewise.

    Returns:
        The offset of its first character, and the name.
    """
    name = f"{plaintiff} v. {defendant}" if plaintiff else defendant
    # eyecite drops "In re" and "of", and begins a name behind a full stop: "Light Co." of "La. Power & Light Co.".
    if first < start and not plaintiff and (matter := _MATTER.search(text[:start], max(0, first - _LEAD))):
        first, name = min(first, matter.start()), matter[0]
    elif first < start and (party := _read_plaintiff(text, start)) is not None:
        begin, found = party
        more = text[first:begin].split()
        if not more or (more[-1].endswith(".") and _ends_sentence(more[-1])):
            first, name = begin, f"{found} v. {defendant}"
    return first, name


def _read_plaintiff(text: str, start: int) -> tuple[int, str] | None:
    """Reads the party in front of the last "v." before a cite, as far back as its words go.

    Returns:
        Its offset, and its name; None where there is no "v.", or no name in front of it.
    """
    window = max(0, start - _NAME_WINDOW)
    versus = next(reversed(list(_VERSUS.finditer(text, window, start))), None)
    if versus is None:
        return None
    begin = behind = versus.start()
    for token in reversed(list(re.finditer(r"\S+", text[window:behind]))):
        word = token[0]
        if word in _PARTY_LINK:
            continue
        opened = word.lstrip("([\"“‘'")
        last = begin == behind
        if not re.match(r"[^\W\d_]|\d+[A-Z]", opened) or opened[:1].islower():
            break
        if not last and (_ends_sentence(word) or (word[-1] == "," and not _SUFFIX.match(text, begin))):
            break
        begin = window + token.end() - len(opened)
        if opened != word:
            break
    begin += measure_signal(text[begin:behind])
    name = text[begin:behind].strip(" ,*_")
    return (begin, name) if name else None


def _ends_sentence(word: str) -> bool:
    """Tells if a word in front of a case's name ends the sentence before it, and is no abbreviation within a name."""
    plain = word.rstrip(",")
    if plain[-1:] != ".":
        return plain[-1:] in ';:!?)”"'
    return _INITIALS.fullmatch(plain) is None and re.sub(r"s\.$", ".", plain) not in _abbreviations()


@cache
def _abbreviations() -> frozenset[str]:
    from reporters_db import (  # type: ignore[import-untyped] # noqa: PLC0415 - a megabyte of JSON
        CASE_NAME_ABBREVIATIONS,
        STATE_ABBREVIATIONS,
    )

    return frozenset(re.sub(r"s\.$", ".", one) for one in [*CASE_NAME_ABBREVIATIONS, *STATE_ABBREVIATIONS])


def find_last_name(text: str, end: int) -> re.Match[str] | None:
    """Finds the last case name in the characters before a place."""
    found = list(CASE_NAME.finditer(text, max(0, end - _NAME_WINDOW), end))
    return found[-1] if found else None


def clean_name(name: str) -> str:
    """Returns a name on one line, without the marks around it and the signal in front of it."""
    name = re.sub(r"\s+", " ", name).strip(" ,.;:()*_")
    return name[measure_signal(name) :]


def measure_signal(name: str) -> int:
    """Counts the characters of a signal in front of a name, such as "See also"."""
    if re.match(r"In\s+(?:re|the\s+Matter)\b", name):
        return 0
    match = _SIGNAL.match(name)
    return match.end() if match else 0
