"""Sentences of English legal prose, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator

CITATION = re.compile(r"\[\s*@[^\[\]]*\]")
"""A citation by exhibit id, readable or not."""
NOTE_MARK = re.compile(r"(?<!\\)\[\^([A-Za-z0-9_.-]{1,40})\]")
"""The mark of a note in the text, ``[^1]``, or that before the note's own text."""
NOTE_START = re.compile(rf"{NOTE_MARK.pattern}:[ \t]*(?=[^ \t\r\n])")
"""Beginning of the text of a note."""
_MASK = "\x00"
_BOUNDARY = re.compile(rf"[.!?][\"”’')\]*_]*(?:[\s{_MASK}]*{_MASK})?+(?=\s+[\"“‘(\[*_]*[A-Z0-9])")
# A single capital is an initial. Where one of these ends a sentence after all, two count as one.
_ABBREVIATION = re.compile(
    r"(?:\b(?:Drs?|Mr|Mrs|Ms|Mx|Prof|Profs|Hon|St|Sr|Jr|Rev|Gen|Gov|Sen|Rep|No|Nos|Vol|Vols|vol|ed|eds|al|etc|cf|Cf|vs|v|pp?"
    r"|Fig|Figs|Inc|Ltd|Co|Corp|Bros|Dept|Univ|Assn|Assoc|Comm[’']r|Dec|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov"
    r"|Phys|Lett|Proc|Natl|Acad|Sci|Supp|Cir|Ct|Ph\.D|e\.g|i\.e|Ex|Exs|approx|Secs?|Art|Reg|Stat|Ave|Blvd)"
    r"|(?<![a-z])[A-Z])\.$"
)
# Words of a case's name and of a court as The Bluebook cuts them (T6, T7, T10). Some are words as well, and end a
# sentence: that shows in the word behind them.
_OF_CASE = re.compile(
    r"\b(?:Acc|Am|App|Auto|Bankr|Bhd|Bldg|Cas|Cent|Chem|Civ|Cl|Cnty|Comp|Const|Constr|Coop|Crim|Ctr|Def|Dev|Dist|Div|Elec|Emp|Enters"
    r"|Envtl|Equip|Exch|Fed|Fid|Fin|Fla|Cal|Ariz|Mich|Mass|Minn|Wash|Tex|Tenn|Ill|Ind|Indus|Ins|Inst|Inv|Lab|Liab|Mach|Mfg|Mgmt|Mkt"
    r"|Mun|Mut|Pac|Pharm|Prods|Props|Pub|Rels|Res|Ry|Sav|Serv|Servs|Sys|Tech|Tel|Tr|Transp)\.$"
)
_OPENER = re.compile(
    r"\s+[\"“‘(\[*_]*(?:A|An|The|This|That|These|Those|It|Its|He|She|They|We|I|His|Her|Their|Our|My|You|There|In|On|At|As|If|By"
    r"|For|From|After|Before|When|While|Since|Under|With|Both|Each|All|No|Not|One|Two|Three|And|But|Or|So|Thus|Dr|Mr|Mrs|Ms|Prof"
    r"|Professor|Exhibits?|Ex|See|Id)\b"
)
_INITIAL = re.compile(r"[\s(][A-Z]\.")
# Court and date of a decision, "(N.Y. App. Div. 2007)", and its reporter, "12 Cal. App. 4th 345", end no sentence.
_CITED_DECISION = re.compile(
    r"\((?:[A-Z0-9][^\s()]{0,20}\s{1,3}){1,8}[12]\d{3}\)"
    r"|(?<![\w.])\d{1,4}\s(?:[A-Z][A-Za-z'’&]{0,9}\.\s?|\d{1,2}(?:d|th)\s){1,5}\d{1,5}(?=\s?[(,;])"
)
# The window before a full stop in which one is sought, so that no stop costs a search of the whole text.
_LONGEST_ABBREVIATION = 12


def find_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every sentence.

    The text has no blocks.

    A citation or the mark of a note behind the full stop belongs to the sentence before it.

    >>> text = "Dr. Wu won. [@medal, p. 1] She left."
    >>> [text[start:end] for start, end in find_sentences(text)]
    ['Dr. Wu won. [@medal, p. 1]', 'She left.']
    """
    # Masked, not removed: a full stop inside a citation ends nothing, and the offsets stay those of the text.
    masked = blank_marks(CITATION.sub(lambda match: _MASK * len(match[0]), text), _MASK)
    masked = _CITED_DECISION.sub(lambda match: match[0].replace(".", ","), masked)
    start = 0
    for boundary in _BOUNDARY.finditer(masked):
        stop = boundary.start() + 1
        if masked[boundary.start()] == "." and _goes_on(masked, stop):
            continue
        yield from _trim(text, start, boundary.end())
        start = boundary.end()
    yield from _trim(text, start, len(text))


def blank_marks(text: str, sign: str = " ") -> str:
    """Returns a text of the same length, with a sign in the place of each letter of the marks of notes.

    >>> blank_marks("Won.[^1] Left.")
    'Won.     Left.'
    """
    return NOTE_MARK.sub(lambda match: sign * len(match[0]), text) if "[^" in text else text


def _goes_on(text: str, stop: int) -> bool:
    """Tells if the full stop before an offset belongs to an abbreviation.

    Not where it closes a parenthesis behind an initial: "(a letter from Prof. C.) She".
    """
    if text.startswith(")", stop) and _INITIAL.match(text, max(0, stop - 3)):
        return False
    begin = max(0, stop - _LONGEST_ABBREVIATION)
    if _ABBREVIATION.search(text, begin, stop) is not None:
        return True
    # A closed list: what it lacks ends a sentence too early, which a check of law would name at worst.
    return _OF_CASE.search(text, begin, stop) is not None and not _OPENER.match(text, stop)


def ends_in_abbreviation(text: str) -> bool:
    """Tells if the full stop at a text's end belongs to its last word: ``Prof.``, ``Nos.``, an initial."""
    return _ABBREVIATION.search(text, max(0, len(text) - _LONGEST_ABBREVIATION)) is not None


def _trim(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
