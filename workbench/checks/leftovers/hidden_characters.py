"""Check for characters that a reader does not see, or takes for others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from workbench.checks.evidence import Evidence, EvidencePage
from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.letter import Letter
from workbench.text.text_cache import cache_by_text

_CHECK = "hidden-characters"
# The joiners U+200C and U+200D belong to the spelling of several scripts, and only beside Latin letters to none.
_HIDDEN = (
    ("text that turns the direction of reading", re.compile("[\u202a-\u202e\u2066-\u2069]")),
    (
        "characters without width",
        re.compile("[\u200b\u2060-\u2064\ufeff\u180e]|(?<=[A-Za-z])[\u200c\u200d]|[\u200c\u200d](?=[A-Za-z])"),
    ),
    ("tag characters, which no program shows", re.compile("[\U000e0000-\U000e007f]")),
    ("characters of private use or control", re.compile("[\ue000-\uf8ff\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")),
)
_LIKE_LATIN = "асеорхуіјѕһԁԛԝАВЕКМНОРСТХУІЈЅοινρυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
# A word of Latin letters with one of another alphabet that looks like a Latin one. "µm" and "Δt" hold none.
_MIXED = re.compile(rf"(?<!\w)(?=\w{{0,40}}[A-Za-z])(?=\w{{0,40}}[{_LIKE_LATIN}])\w{{3,60}}")
_NO_WIDTH, _PRIVATE = _HIDDEN[1][0], _HIDDEN[3][0]
# Web pages allow a line to end by such a character between words, where it hides nothing.
_WITHIN_WORD = re.compile(r"[A-Za-z0-9][\u200b-\u200d\u2060-\u2064\ufeff\u180e]{1,40}[A-Za-z0-9]")
_SHOWN = 60


def hidden_characters(letter: Letter) -> Iterator[Finding]:
    """Finds zero-width, bidirectional and look-alike characters in the letter and on exhibit pages."""
    for section in letter.sections:
        letter.coverage.check(_CHECK)
        for what, found in _find(section.content):
            at = (found[0].start(), min(found[0].end() + 1, len(section.content)))
            message = f"{_describe(what, found)} The other checks may read these words wrongly, and so may a person."
            yield section.finding(_CHECK, "warning", message, at=at, suggestion="Type the words anew.")
    if letter.case is None:
        return
    for page in Evidence.of(letter.case).pages:
        letter.coverage.check(_CHECK)
        for what, found in page.recall(_read_page):
            # A font without a map of its letters gives such characters; the page is a matter of OCR.
            if what == _PRIVATE or (what == _NO_WIDTH and not _WITHIN_WORD.search(page.text)):
                continue
            start = max(0, found[0].start() - _SHOWN // 2)
            message = (
                f"{letter.name_exhibit(page.exhibit_id, (page.page,))}: {_describe(what, found)}"
                " Its text may not be what the page shows."
            )
            place = EvidencePlace(exhibit_id=page.exhibit_id, page=page.page, quote=page.text[start : start + _SHOWN])
            yield Finding(
                check=_CHECK,
                severity="warning",
                message=message,
                suggestion="Look at the page itself.",
                evidence=(place,),
            )


def _read_page(page: EvidencePage) -> tuple[tuple[str, list[re.Match[str]]], ...]:
    return tuple(_find_each(page.text))


@cache_by_text(512, longest=100_000)  # an edit changes one section
def _find(text: str) -> tuple[tuple[str, list[re.Match[str]]], ...]:
    return tuple(_find_each(text))


def _find_each(text: str) -> Iterator[tuple[str, list[re.Match[str]]]]:
    if text.isascii() and text.isprintable():
        return
    for what, pattern in _HIDDEN:
        if found := list(pattern.finditer(text)):
            yield what, found
    if not text.isascii() and (found := list(_MIXED.finditer(text))):
        yield "letters of another alphabet in a Latin word", found


def _describe(what: str, found: list[re.Match[str]]) -> str:
    letter = next((char for char in found[0][0] if not char.isascii()), found[0][0][0])
    name = unicodedata.name(letter, "no name").lower()
    times = f"in {len(found)} places" if len(found) > 1 else "in one place"
    return f"Holds {what} {times}, the first U+{ord(letter):04X} ({name})."
