"""Values that a document's structure suggests, each with its reason.

Nothing is guessed from a list of phrases of known documents: a title is what is set largest, a date is the one date of
a page, a kind is the genre that the title names or the shape of a letter. Where two readings compete there is a gap,
for a gap is asked about, and a wrong guess may be overlooked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from workbench.case.model import ExhibitKind
from workbench.checks.statements.dates import DateMention, find_dates
from workbench.intake.document_details import DocumentDetails
from workbench.text.language import detect_language
from workbench.text.tokens import find_tokens, find_words


class Guess(NamedTuple):
    """A value with the reason for it.

    Attributes:
        value: As ``case.yaml`` would have it; empty: a gap.
        reason: For a guess, what suggests it; for a gap, what a person has to do.
        asks: Whether a person has to decide although there is a value.
    """

    value: str
    reason: str
    asks: bool = False

    @property
    def mark(self) -> str:
        """Comment that marks it in ``case.yaml``."""
        return f"{'GUESS' if self.value and not self.asks else 'OPEN'}: {self.reason}"


LONGEST_TITLE = 160
_LONGEST_LINE = 300
_FIRST_LINES = 40
_LAST_LINES = 25
_MANY = 3
"""Of competing readings, so many are named."""

_HEADING = re.compile(r"#{1,6}[ \t]+(?P<words>[^\n]{1,300})")
_SALUTATION = re.compile(r"(?:dear\b[^\n]{1,80}|to whom it may concern)\s{0,2}[:,]?", re.IGNORECASE)
_CLOSING = re.compile(
    r"(?:(?:very |most )?(?:sincerely|truly|respectfully|faithfully|cordially)(?: yours)?"
    r"|yours (?:truly|sincerely|faithfully)|(?:with )?(?:kind|best|warm) regards|respectfully submitted)\s{0,2}[,.]?",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:[Bb]y|BY)\s+(?P<name>[^\W\d_][\w.'’-]{0,30}(?:\s+[\w.'’-]{1,30}){1,4})")
_NUMERIC_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}")
_DATE_LABEL = re.compile(r"[^\W\d_][\w ]{0,30}:\s{0,4}$")
_DATE_END = re.compile(r"[\s.,;)]{0,4}")
# Nouns that name a genre of document in ordinary English; the kinds themselves follow 8 CFR 204.5(h)(3).
_GENRES: dict[ExhibitKind, frozenset[str]] = {
    ExhibitKind.AWARD: frozenset(["award", "prize", "medal", "honor", "honour", "laureate"]),
    ExhibitKind.MEMBERSHIP: frozenset(["membership", "member", "fellow"]),
    ExhibitKind.BYLAWS: frozenset(["bylaws", "constitution", "statutes", "charter"]),
    ExhibitKind.CONTRACT: frozenset(["contract", "agreement"]),
    ExhibitKind.STATEMENT: frozenset(["statement", "declaration", "affidavit"]),
    ExhibitKind.RECORD: frozenset(["diploma", "degree", "transcript", "register", "payslip"]),
    ExhibitKind.BACKGROUND: frozenset(["resume", "vitae"]),
    ExhibitKind.TRANSLATION: frozenset(["translation"]),
}
_CARRIERS = frozenset(["certificate", "record", "notice", "proof", "confirmation", "copy"])
_PREPOSITION = re.compile(r"[,;(]|\b(?:of|in|for|from|by|on|at|to|with|about|between)\b", re.IGNORECASE)
_REFERENCES = frozenset(["references", "bibliography"])
_SUMMARIES = frozenset(["abstract", "summary"])


def read_lines(text: str) -> list[str]:
    """Returns the lines of a page that have letters, trimmed."""
    return [line.strip() for line in text.split("\n") if any(char.isalnum() for char in line)]


def guess_title(details: DocumentDetails, text: str, stem: str, *, page: int = 1) -> Guess:
    """Guesses a document's title.

    In this order: the title of the metadata, if the first page has its words; the largest letters of the first page;
    a Markdown heading; the first line; the name of the file, which is no guess but asked about.

    Args:
        details: Of the file.
        text: Of the document's first page.
        stem: The file's name without its suffix.
        page: That page's number in the file.
    """
    named = " ".join(details.title.split())
    words = find_words(named)
    if page == 1 and words and set(words) <= set(find_words(text[:20_000])):
        return Guess(_shorten(named), "the title in the file's metadata, whose words are on the first page")
    headline = details.headlines.get(page, "")
    if headline:
        return Guess(_shorten(headline), f"the largest letters of page {page}")
    lines = read_lines(text)[:_FIRST_LINES]
    heading = next((match for line in lines if (match := _HEADING.fullmatch(line))), None)
    if heading is not None:
        return Guess(_shorten(heading["words"].strip("# *_")), "the first heading")
    if lines and len(lines[0]) <= _LONGEST_LINE:
        return Guess(_shorten(lines[0].strip("*_# ")), f"the first line of page {page}")
    return make_file_title(stem, "no title was found on its pages")


def make_file_title(stem: str, why: str) -> Guess:
    """Makes a title of a file's name, which a person has to look at: it says what its sender called it.

    Args:
        stem: The file's name without its suffix.
        why: Reason that there is no better title.
    """
    title = _shorten(re.sub(r"[_\W]+", " ", stem).strip()) or "Document"
    return Guess(title, f"this is the file's name, for {why}; write the document's title", asks=True)


def guess_date(text: str) -> Guess:
    """Guesses a document's date from its first page.

    A line that is nothing but a date, with a label at most, comes first. Else the page must have one date only, or
    dates of one year. The date of a file is when it was scanned or copied, and is never taken.
    """
    text = text[:20_000]
    dates = [mention for mention in find_dates(text, find_tokens(text)) if mention.year and not mention.decade]
    alone = [mention for mention in dates if mention.month and _is_alone(text, mention)]
    # By its value, for one date is often printed twice.
    for found, reason in (
        (alone, "alone on its line"),
        ([one for one in dates if one.month], "the only date of the page"),
    ):
        if len({_write_date(text, one) for one in found}) == 1:
            value = _write_date(text, found[0])
            words = " ".join(text[found[0].start : found[0].end].split())
            unclear = (
                ""
                if len(value) > len("2021")
                else "; it may be read month first or day first, so only the year is taken"
            )
            return Guess(value, f'"{words}", {reason}{unclear}')
    years = {mention.year for mention in dates}
    if len(years) == 1:
        return Guess(f"{years.pop():04}", "the only year of the first page")
    named = list(dict.fromkeys(" ".join(text[one.start : one.end].split()) for one in dates))
    if not named:
        return Guess("", "the first page has no date; write YYYY, YYYY-MM or YYYY-MM-DD, or leave it empty")
    several = ", ".join(f'"{one}"' for one in named[:_MANY]) + (", ..." if len(named) > _MANY else "")
    return Guess("", f"the first page has several dates ({several}); write the one of the document")


def _is_alone(text: str, mention: DateMention) -> bool:
    start = text.rfind("\n", 0, mention.start) + 1
    end = text.find("\n", mention.end)
    before, after = text[start : mention.start].strip(), text[mention.end : end if end >= 0 else len(text)]
    return (not before or _DATE_LABEL.fullmatch(before) is not None) and _DATE_END.fullmatch(after) is not None


def _write_date(text: str, mention: DateMention) -> str:
    figures = _NUMERIC_DATE.fullmatch(text[mention.start : mention.end])
    if figures is not None and figures[1] != figures[2] and max(int(figures[1]), int(figures[2])) <= 12:  # noqa: PLR2004
        return f"{mention.year:04}"
    month = f"-{mention.month:02}" if mention.month else ""
    return f"{mention.year:04}{month}{f'-{mention.day:02}' if mention.month and mention.day else ''}"


def guess_kind(title: str, pages: Sequence[str]) -> Guess:
    """Guesses the kind of a document.

    A letter has a salutation and a closing, a scholarly article an abstract and references, published material a
    byline. Other kinds are taken from the title, if what it names is a genre and no other genre is in it.

    Args:
        title: As guessed.
        pages: Text by page.
    """
    whole = "\n".join(pages)
    lines = [line for page in pages[:3] for line in read_lines(page)]
    salutation = next((line for line in lines[:_FIRST_LINES] if _SALUTATION.fullmatch(line)), None)
    if salutation is not None and find_signer(pages) is not None:
        return Guess(ExhibitKind.LETTER, f'the salutation "{salutation[:60]}" and the closing of a letter')
    names = {" ".join(find_words(line)) for line in read_lines(whole) if len(line) <= LONGEST_TITLE}
    if names & _REFERENCES and any(name.split(" ")[0] in _SUMMARIES for name in names if name):
        return Guess(ExhibitKind.SCHOLARLY_ARTICLE, "an abstract and a list of references")
    genres = {word: kind for word in find_words(title) if (kind := _find_genre(word)) is not None}
    kinds = list(dict.fromkeys(genres.values()))
    head = _find_head(title)
    if len(kinds) == 1 and head in genres:
        return Guess(kinds[0], f'the word "{head}" in the title')
    if kinds:
        fits = " or ".join(kinds[:_MANY])
        return Guess("", f"the title may mean {fits}, or something else; choose one of {', '.join(ExhibitKind)}")
    if find_byline(pages[0] if pages else "") is not None:
        return Guess(ExhibitKind.PUBLISHED_MATERIAL, "a line with its author's name below the title")
    return Guess("", f"nothing tells what it is; choose one of {', '.join(ExhibitKind)}")


def _find_genre(word: str) -> ExhibitKind | None:
    return next((kind for kind, nouns in _GENRES.items() if word in nouns or word.removesuffix("s") in nouns), None)


def _find_head(title: str) -> str:
    """Returns the noun that says what a title names: the last one before its first preposition, behind a colon.

    "Certificate of Membership" is about a membership: a certificate has no kind of its own.
    """
    phrases = [find_words(part) for part in _PREPOSITION.split(title.rpartition(": ")[2])]
    heads = [words[-1] for words in phrases if words]
    while len(heads) > 1 and heads[0] in _CARRIERS:
        del heads[0]
    return heads[0] if heads else ""


def find_byline(text: str) -> str | None:
    """Returns the author whom one of the first lines of a page names after "By"."""
    for line in read_lines(text)[:6]:
        if (found := _BYLINE.fullmatch(line.strip("*_ "))) is not None and found["name"][0].isupper():
            return " ".join(found["name"].split())
    return None


def find_signer(pages: Sequence[str]) -> str | None:
    """Returns the line below the closing of a letter; empty where nothing stands there, None without a closing."""
    for page in reversed(pages):
        lines = read_lines(page)[-_LAST_LINES:]
        for place, line in enumerate(lines):
            if _CLOSING.fullmatch(line):
                below = lines[place + 1] if place + 1 < len(lines) else ""
                # A name has two words or more, and no verb's length.
                return below.strip("*_") if 2 <= len(below.split()) <= 8 and len(below) <= 80 else ""  # noqa: PLR2004
    return None


def guess_language(text: str) -> Guess:
    """Guesses the language of a document, as its code in ISO 639."""
    found = detect_language(text)
    if found is None:
        return Guess("", "too few words to tell the language; write its letters of ISO 639, such as en")
    return Guess(found.code, found.reason)


def _shorten(title: str) -> str:
    title = " ".join(title.split())
    if len(title) <= LONGEST_TITLE:
        return title
    return title[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
