"""Check of the sources of evidence, by what their own pages say of themselves.

A warning with its reason: the evidence may be used all the same, but the officer reads the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from workbench.case.model import Case, Exhibit, ExhibitKind
from workbench.checks.evidence import Evidence, EvidencePage
from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.letter import Letter
from workbench.text.folding import holds_any
from workbench.text.tokens import find_tokens

_CHECK = "source-quality"
# What others wrote of their own, and what a person wrote for the petition, is judged by other checks.
_LEFT_OUT = frozenset({ExhibitKind.LETTER, ExhibitKind.STATEMENT, ExhibitKind.TRANSLATION, ExhibitKind.CONTRACT})
_NEGATED = re.compile(r"\b(?:no|not|never|without|nor|neither|isn't|non|free of)\b[^.\n]{0,24}$", re.IGNORECASE)
_NEGATION_BEFORE = 40
_LEGAL_FORMS = frozenset({
    "inc", "incorporated", "corp", "corporation", "co", "company", "llc", "llp", "ltd", "limited", "plc", "gmbh", "ag",
    "sa", "srl", "bv", "the",
})  # fmt: skip
_HOST = re.compile(r"(?<![\w-])(?P<name>[\w-]{2,63})\.[a-z]{2,12}(?![\w-])", re.IGNORECASE)
"""Name of a host, without what stands before it: ``acme`` of ``www.acme.com``."""


class _PageShape(NamedTuple):
    """Words by which a page tells what it is.

    Attributes:
        reason: In the message.
        pattern: Each match is one sign.
        words: Small letters of which some stand in each match: a page without them is not searched.
        signs: So many different signs are needed.
    """

    reason: str
    pattern: re.Pattern[str]
    words: tuple[str, ...]
    signs: int = 1


_SHAPES = (
    _PageShape(
        "it calls itself paid or sponsored",
        re.compile(
            r"\b(?:sponsored|paid|promoted|branded|partner(?:ed)?|advertis(?:er|ing|ement))[\s-]+(?:content|post"
            r"|article|feature|supplement|advertisement|advertorial|announcement|placement|promotion"
            r"|program(?:me)?|story|section|media|partnership)\b|\badvertorials?\b|\bpaid\s+for\s+by\b|\b(?:content"
            r"|article|feature|story|profile)\s+(?:is\s+|was\s+)?(?:sponsored|paid(?:\s+for)?|provided)\s+by\b"
            r"|\b(?:created|produced|written|published)\s+(?:by|for|in\s+collaboration\s+with)\s+(?:an?\s+"
            r"|our\s+)?(?:sponsor|advertiser|brand\s+partner)s?\b|\bwas\s+compensated\s+for\b",
            re.IGNORECASE,
        ),
        ("sponsor", "paid", "promoted", "branded", "partner", "advert", "provided", "compensated"),
    ),
    _PageShape(
        "it is a press release",
        re.compile(
            r"^\W{0,4}(?:press|news|media)\s+release\b|\bfor\s+immediate\s+release\b|/\s?\w{2,20}\s?wire\s?/"
            r"|\b[A-Z]\w{1,20}\s?(?:Newswire|NEWSWIRE|Presswire|Wire)\s?/|\b(?:media|press)\s+contacts?:"
            r"|\bthis\s+(?:press|news)\s+release\b|\bsource:?\s+\w{1,30}\s+(?:press|news)\s+release\b",
            re.IGNORECASE | re.MULTILINE,
        ),
        ("release", "wire", "contact"),
    ),
    _PageShape(
        "it is self-published",
        re.compile(
            r"\bself[\s-]?publish\w*|\bindependently\s+published\b|\b(?:published|printed|produced"
            r"|financed)\s+(?:by\s+the\s+author|at\s+the\s+author['’]s\s+(?:own\s+)?expense)\b"
            r"|\bcontributor\s+(?:network|platform|content)\b|\b(?:user|member|guest|contributor)[\s-](?:generated"
            r"|submitted|contributed)\b"
            r"|\b(?:opinions?|views?)\s+expressed\s+by\s+[^.\n]{0,40}contributors?\b|\banyone\s+can\s+(?:edit"
            r"|publish|post|contribute)\b",
            re.IGNORECASE,
        ),
        ("self", "independently", "author", "contribut", "generated", "submitted", "anyone"),
    ),
    _PageShape(
        "it sells publication",
        re.compile(
            r"\b(?P<fee>(?:article\s+processing|publication|publishing|page|processing|submission"
            r"|author)\s+(?:charge|fee)s?)\b|\b(?P<fast>(?:(?:fast|rapid|quick|speedy"
            r"|express)[\s-]+(?:track\s+)?(?:publication|publishing"
            r"|review|peer[\s-]review|acceptance)|(?:publish|accept|review|notif)\w*\s+(?:\w+\s+){0,4}(?:within"
            r"|in)\s+(?:\d{1,2}|one|two|three|four|five|seven|ten)(?:\s*[-–]\s*\d{1,2})?\s+(?:hours?|days?"
            r"|working\s+days?)))\b"
            r"|\b(?P<sure>guaranteed?\s+(?:publication|acceptance)|100\s?%\s+acceptance|acceptance\s+guaranteed)\b"
            r"|\b(?P<index>(?:global|universal|cosmos|scientific\s+journal|general)\s+impact\s+factor"
            r"|index\s+copernicus|(?:SJIF|ICV|GIF|ISRA)\b)",
            re.IGNORECASE,
        ),
        (
            *("charge", "fee", "fast", "rapid", "quick", "speedy", "express", "hour", "day", "guarantee", "acceptance"),
            *("factor", "copernicus", "sjif", "icv", "gif", "isra"),
        ),
        signs=2,
    ),
    _PageShape(
        "it sells the distinction",
        re.compile(
            r"\b(?:entry|nomination|application|participation|listing|processing|registration|induction"
            r"|administration)\s+fees?\b|\b(?:purchase|buy|order)\s+(?:your|a|an|the|additional|extra"
            r"|more)\s+(?:\w+\s+){0,2}(?:plaque"
            r"|trophy|trophies|medal|certificate|crystal|copy|copies|statuette|package|seal|badge)s?\b"
            r"|\bwinners?['’]?s?\s+packages?\b|\bself[\s-]nominat\w*|\bnominate\s+yourself\b|\benter\s+your(?:self"
            r"|\s+own)\b"
            r"|\bwho['’]?s\s+who\b|\bbiographical\s+(?:directory|registry|inclusion)\b|\ball\s+(?:entrants"
            r"|applicants|nominees)\s+(?:will\s+)?(?:receive|are\s+awarded|win)\b",
            re.IGNORECASE,
        ),
        (
            *("fee", "purchase", "buy", "order", "package", "nominat", "enter", "whos", "who's", "who’s"),
            *("biographical", "entrants", "applicants", "nominees"),
        ),
    ),
)  # fmt: skip
_AWARDING = frozenset(
    {
        ExhibitKind.AWARD,
        ExhibitKind.MEMBERSHIP,
        ExhibitKind.BYLAWS,
        ExhibitKind.BACKGROUND,
        ExhibitKind.RECORD,
        ExhibitKind.OTHER,
    }
)


def source_quality(letter: Letter) -> Iterator[Finding]:
    """Finds sponsored, self-published, paid and own sources."""
    case = letter.case
    if case is None:
        return
    evidence = Evidence.of(case)
    for exhibit in case.exhibits:
        if exhibit.kind in _LEFT_OUT:
            continue
        own = _describe_own(case, exhibit)
        if own:
            yield _make_finding(letter, exhibit, own, ())
        pages = evidence.select(exhibit.id)
        readable = [page for page in pages if page.readable]
        letter.coverage.check(_CHECK, len(readable))
        if len(readable) < len(pages):
            letter.coverage.skip(_CHECK, "the page has no text that can be read", len(pages) - len(readable))
        for number, shape in enumerate(_SHAPES):
            # A fee to enter is a mark of an award that is sold, not of an article that reports one.
            if shape.reason == "it sells the distinction" and exhibit.kind not in _AWARDING:
                continue
            place = _find_signs(readable, number)
            if place is not None:
                yield _make_finding(letter, exhibit, f"{shape.reason} (“{place.quote}”, p. {place.page})", (place,))


def _find_signs(pages: list[EvidencePage], number: int) -> EvidencePlace | None:
    signs: set[str] = set()
    for page in pages:
        for sign, start, end in page.recall(_read_signs)[number]:
            signs.add(sign)
            if len(signs) >= _SHAPES[number].signs:
                quote = page.text[start:end].strip()
                return EvidencePlace(exhibit_id=page.exhibit_id, page=page.page, quote=quote)
    return None


def _read_signs(page: EvidencePage) -> tuple[tuple[tuple[str, int, int], ...], ...]:
    """Reads a page's signs of each shape, with the words' place in the text."""
    return tuple(tuple(_find_shape(page.text, shape)) for shape in _SHAPES)


def _find_shape(text: str, shape: _PageShape) -> Iterator[tuple[str, int, int]]:
    if not holds_any(text, shape.words):
        return
    for match in shape.pattern.finditer(text):
        if not _NEGATED.search(text, max(0, match.start() - _NEGATION_BEFORE), match.start()):
            yield match.lastgroup or match[0].lower(), match.start(), match.end()


def _describe_own(case: Case, exhibit: Exhibit) -> str | None:
    """Tells if published material comes from the beneficiary or from the petitioner itself."""
    if exhibit.kind is not ExhibitKind.PUBLISHED_MATERIAL:
        return None
    origin = f"{exhibit.author or ''} {exhibit.source}"
    if _is_named(case.beneficiary.name, origin):
        return "the beneficiary is its author"
    if not case.petitioner.self_petition and _is_named(case.petitioner.name, origin):
        return "it comes from the petitioner itself"
    # A contract of employment comes from the employer.
    employers = (each.source for each in case.exhibits if each.kind is ExhibitKind.CONTRACT)
    if any(_is_named(employer, origin) for employer in employers):
        return "it comes from the beneficiary's own employer"
    return None


def _is_named(name: str, origin: str) -> bool:
    """Tells if an author or publisher is a person or organization: by its name, or by a web address made of it."""
    words = [token.word for token in find_tokens(name) if token.word not in _LEGAL_FORMS]
    there = [token.word for token in find_tokens(origin)]
    if not words:
        return False
    if any(there[at : at + len(words)] == words for at in range(len(there) - len(words) + 1)):
        return True
    own = "".join(words)
    return any(own == match["name"].replace("-", "").casefold() for match in _HOST.finditer(origin))


def _make_finding(letter: Letter, exhibit: Exhibit, reason: str, evidence: tuple[EvidencePlace, ...]) -> Finding:
    return Finding(
        check=_CHECK,
        severity="warning",
        message=f"{letter.name_exhibit(exhibit.id)} may be given little weight: {reason}.",
        suggestion="Say in the letter why it counts all the same, or cite an independent source.",
        evidence=evidence,
    )
