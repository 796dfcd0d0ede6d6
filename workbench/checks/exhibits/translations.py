"""Check that a document in another language has a certified translation (8 CFR 103.2(b)(3))."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from workbench.case.model import Exhibit
from workbench.checks.evidence import Evidence, EvidencePage
from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.letter import Letter
from workbench.text.language import Language, detect_language

_CHECK = "translation"
# 8 CFR 103.2(b)(3): the translator certifies that it is complete and accurate, and that he or she is competent.
_CERTIFIED = re.compile(r"\b(?:certif|attest|declar|affirm|swear|swor|hereby\s+state)\w*", re.IGNORECASE)
_TRANSLATED = re.compile(r"\btranslat", re.IGNORECASE)
_ACCURATE = re.compile(r"\b(?:accura|true\b|correct|complete|faithful|exact)\w*", re.IGNORECASE)
_COMPETENT = re.compile(
    r"\b(?:competen|fluen|proficien|qualified|conversant|knowledge\s+of\s+(?:both|the)|sworn\s+translator"
    r"|(?:certified|accredited|licensed)\s+translator"
    r"|familiar\s+with)\w*",
    re.IGNORECASE,
)
_MENTIONED = re.compile(r"\btranslat(?:ion|ed)\b", re.IGNORECASE)
_SUGGESTION = (
    "Add the full English translation with the translator's certificate, and name it as `translation` of the exhibit."
)


def translation(letter: Letter) -> Iterator[Finding]:
    """Finds foreign documents without a translation, and translations without a certificate."""
    case = letter.case
    if case is None:
        return
    evidence = Evidence.of(case)
    for exhibit in case.exhibits:
        pages = evidence.select(exhibit.id)
        readable = [page for page in pages if page.readable]
        if not readable and exhibit.language == "en":
            letter.coverage.skip(_CHECK, "the exhibit has no text that can be read")
            continue
        letter.coverage.check(_CHECK)
        found = _foreign_page(readable)
        if exhibit.language != "en" or found is not None:
            yield from _judge(letter, exhibit, readable, found)


def has_certificate(pages: Iterable[EvidencePage]) -> bool:
    """Tells if pages certify that a translation is complete and accurate and its translator competent."""
    text = "\n".join(page.text for page in pages)
    return all(pattern.search(text) for pattern in (_CERTIFIED, _TRANSLATED, _ACCURATE, _COMPETENT))


def _judge(
    letter: Letter, exhibit: Exhibit, pages: list[EvidencePage], found: tuple[EvidencePage, Language] | None
) -> Iterator[Finding]:
    case, name = letter.case, letter.name_exhibit(exhibit.id)
    assert case is not None  # noqa: S101 - for mypy: the caller has looked
    place = (EvidencePlace(exhibit_id=exhibit.id, page=found[0].page, quote=_read_opening(found[0])),) if found else ()
    why = (
        f"is in {exhibit.language!r} by the case file"
        if exhibit.language != "en"
        else f"seems to be in {found[1].code!r} ({found[1].reason})"
        if found
        else ""
    )
    english = [
        page for page in pages if (language := page.recall(_detect_language)) is not None and language.code == "en"
    ]
    if exhibit.translation is not None:
        other = [page for page in Evidence.of(case).select(exhibit.translation) if page.readable]
        if other and not has_certificate([*other, *pages]):
            message = (
                f"The translation of {name}, {letter.name_exhibit(exhibit.translation)}, holds no certificate of"
                " completeness, accuracy and competence."
            )
            yield _make_finding("warning", message, place)
    elif has_certificate(english):
        return
    # A title may promise what its pages, of which only an extract may be at hand, do not show.
    elif _MENTIONED.search(exhibit.title) or (english and _mentions(english)):
        message = f"{name} {why}; it speaks of a translation, but no translator's certificate stands on its pages."
        yield _make_finding("warning", message, place)
    else:
        yield _make_finding("error", f"{name} {why}, and has no certified translation.", place)


def _make_finding(severity: str, message: str, evidence: tuple[EvidencePlace, ...]) -> Finding:
    return Finding(
        check=_CHECK,
        severity="error" if severity == "error" else "warning",
        message=message,
        suggestion=_SUGGESTION,
        evidence=evidence,
    )


def _foreign_page(pages: list[EvidencePage]) -> tuple[EvidencePage, Language] | None:
    for page in pages:
        # Recognised text may be wrong in each letter; a script is not.
        language = page.recall(_detect_language)
        if language is not None and language.code != "en":
            return page, language
    return None


def _detect_language(page: EvidencePage) -> Language | None:
    return detect_language(page.text)


def _mentions(pages: list[EvidencePage]) -> bool:
    return any(_MENTIONED.search(page.text) for page in pages)


def _read_opening(page: EvidencePage) -> str:
    return page.quote(0, min(len(page.tokens), 12) - 1)
