"""Checks of the support letters: wording that two of them share, and criteria that rest on letters alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from workbench.case.citation import find_citations
from workbench.case.criteria import CRITERIA
from workbench.case.law import regulation_text
from workbench.case.model import Case, Exhibit, ExhibitKind
from workbench.checks.evidence import Evidence, EvidencePage
from workbench.checks.exhibits.exhibit_use import find_support
from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.legal_text import PARAGRAPHS, find_quotations
from workbench.checks.letter import Letter
from workbench.checks.statements.number_words import STOP_WORDS
from workbench.text.tokens import find_tokens

SHINGLE = 8
"""Words of the shortest stretch that two letters share by more than chance."""
_JUDGING = "judging"
_OWN = ""
"""Stands for the letter that is being drafted, in place of an exhibit's id."""
_CONTENT = 4
"""Words of a stretch that are no formula of letters of support."""


def _read_words(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words of which the opening and the closing of any such letter are made.
_FORMULA = _read_words(
    "attn january february march april june july august september october november december edu com org www "
    "worker aliens homeland security processing center box street avenue subject email phone tel fax form dated a "
    "about additional affairs alien all also am an and any application applicant approval approve are as at be "
    "behalf been being beneficiary by can case citizenship classification concern consideration contact could "
    "dear department do doctor dr eb1 employment endorse extraordinary ability favorable favorably feel field "
    "first for free from further give given had has have he her him his hesitate i if immigrant immigration in "
    "information is it its know known letter may me mr ms my name need no not of officer on one or our pleasure "
    "please position preference privileged prof professor provide question questions recommend recommendation "
    "regarding request require residence respectfully s service services she should sincerely sir so states "
    "strong strongly support supporting that the their them there they this to u united university uscis us very "
    "visa was we were which who whom will with without work would write writing you your petition permanent "
    "opinion certainly fully most highly"
)


class _SharedRun(NamedTuple):
    """Words shared by two pages: indexes of the first word on each, and their number."""

    left: int
    right: int
    length: int


def overlap_of_letters(letter: Letter, *, least_words: int = 14, least_total: int = 24) -> Iterator[Finding]:
    """Finds two letters that share whole stretches of wording.

    Words of the regulation, quotations, and words that another exhibit has as well are no sign of a common author.

    Args:
        letter: The letter.
        least_words: Words of one stretch that is enough by itself.
        least_total: Words of all stretches together, where none is that long.
    """
    check = "overlap-of-letters"
    if letter.case is None:
        return
    pages = [*_own_pages(letter), *_letter_pages(letter, check)]
    names = _names(letter.case)
    told: dict[EvidencePage, list[list[tuple[EvidencePage, _SharedRun, int]]]] = defaultdict(list)
    for (left, right), places in _shared_shingles(letter.case, pages).items():
        telling = [run for run in _merge(sorted(places)) if _content(left, run, names) >= _CONTENT]
        total = sum(run.length for run in telling)
        longest = max(telling, key=lambda run: run.length, default=None)
        if longest is not None and (longest.length >= least_words or total >= least_total):
            # Several letters with the same passage are one finding.
            group = next((found for found in told[left] if _is_same_passage(found[0][1], longest)), None)
            if group is None:
                group = []
                told[left].append(group)
            group.append((right, longest, total))
    for left, others in ((left, others) for left, groups in told.items() for others in groups):
        run = max((run for _, run, _ in others), key=lambda run: run.length)
        passage = EvidencePlace(
            exhibit_id=left.exhibit_id, page=left.page, quote=left.quote(run.left, run.left + run.length - 1)
        )
        passages = [
            EvidencePlace(
                exhibit_id=page.exhibit_id, page=page.page, quote=page.quote(run.right, run.right + run.length - 1)
            )
            for page, run, _ in others
        ]
        exhibits = dict.fromkeys(page.exhibit_id for page in (left, *(page for page, _, _ in others)))
        named = ("This letter" if name == _OWN else letter.name_exhibit(name) for name in exhibits)
        *first_ones, last = named
        authors = f"{', '.join(first_ones)} and {last}"
        most = max(total for _, _, total in others)
        message = (
            f"{authors} read as written by one person: they share up to {most} words, among"
            f" them “{' '.join(passage.quote.split())}”."
        )
        yield Finding(
            check=check,
            severity="warning",
            message=message,
            suggestion="Ask the authors for words of their own.",
            evidence=tuple(place for place in (passage, *passages) if place.exhibit_id != _OWN),
        )


def _is_same_passage(one: _SharedRun, other: _SharedRun) -> bool:
    """Tells if two runs share words of the first page."""
    return one.left < other.left + other.length and other.left < one.left + one.length


def letter_only_support(letter: Letter) -> Iterator[Finding]:
    """Finds criteria that nothing but letters supports, or letters none of which is independent.

    That somebody judged is confirmed by whoever was served: such a letter is a record, and no testimonial.
    """
    check = "letter-only-support"
    case = letter.case
    if case is None:
        return
    kinds = {exhibit.id: exhibit for exhibit in case.exhibits}
    for criterion, cited in find_support(letter, check).items():
        exhibits = [kinds[exhibit_id] for exhibit_id in cited if exhibit_id in kinds]
        if not exhibits or any(exhibit.kind is not ExhibitKind.LETTER for exhibit in exhibits):
            continue
        if criterion == _JUDGING and any(_is_of_body(case, exhibit) for exhibit in exhibits):
            continue
        names = ", ".join(letter.name_exhibit(exhibit.id) for exhibit in exhibits)
        independent = any(exhibit.independent for exhibit in exhibits)
        message = f"{CRITERIA[criterion].title} ({CRITERIA[criterion].cite}) rests on letters alone: {names}"
        message += "." if independent else "; the case file calls none of their authors independent."
        suggestion = (
            "Add evidence that was not written for the petition; letters explain such evidence and do not replace it."
        )
        yield Finding(check=check, severity="warning", message=message, suggestion=suggestion)


def _is_of_body(case: Case, exhibit: Exhibit) -> bool:
    """Tells if a letter speaks for a body: its title names the letterhead, and not the person who signed."""
    title = {token.word for token in find_tokens(exhibit.title)}
    pages = Evidence.of(case).select(exhibit.id)
    letterhead = next((line for line in pages[0].text.splitlines() if line.strip()), "") if pages else ""
    head = {token.word for token in find_tokens(letterhead)} - STOP_WORDS
    signed = {token.word for token in find_tokens(exhibit.author or "")}
    return bool(head) and head <= title and title.isdisjoint(signed)


def _own_pages(letter: Letter) -> list[EvidencePage]:
    """Returns an expert letter that is being drafted as a page, to be compared with the letters that are exhibits.

    First in the list, so that each finding names it before the others. Without its citations, which no letter shares.
    """
    if letter.case is None or letter.case.signer is None:
        return []
    text = "\n\n".join(section.content for section in letter.body)
    parts, behind = [], 0
    for found in find_citations(text):
        parts.append(text[behind : max(behind, found.start)])
        behind = max(behind, found.end)
    return [EvidencePage(_OWN, 1, "".join((*parts, text[behind:])))]


def _letter_pages(letter: Letter, check: str) -> list[EvidencePage]:
    case = letter.case
    assert case is not None  # noqa: S101 - for mypy: the caller has looked
    pages: list[EvidencePage] = []
    evidence = Evidence.of(case)
    for exhibit in case.exhibits:
        if exhibit.kind is ExhibitKind.LETTER:
            found = [page for page in evidence.select(exhibit.id) if page.readable]
            if found:
                letter.coverage.check(check)
            else:
                letter.coverage.skip(check, "the letter has no text that can be read")
            pages += found
    return pages


def _shared_shingles(
    case: Case, pages: list[EvidencePage]
) -> dict[tuple[EvidencePage, EvidencePage], list[tuple[int, int]]]:
    """Maps pairs of pages of different letters to the places of the shingles that they share."""
    places: dict[tuple[str, ...], dict[str, tuple[EvidencePage, int]]] = defaultdict(dict)
    for page in pages:
        quoted = _quoted_words(page)
        for first in range(len(page.words) - SHINGLE + 1):
            if not any(quoted[first : first + SHINGLE]):
                places[page.words[first : first + SHINGLE]].setdefault(page.exhibit_id, (page, first))
    common = {shingle: found for shingle, found in places.items() if len(found) > 1}
    for shingle in _shingles_elsewhere(case, common.keys() | set()):
        del common[shingle]
    shared: dict[tuple[EvidencePage, EvidencePage], list[tuple[int, int]]] = defaultdict(list)
    for found in common.values():
        holders = list(found.values())
        # Each letter beside the first that has the words: all pairs would be the square of their number.
        (first_page, first_place), *rest = holders
        for page, place in rest:
            shared[first_page, page].append((first_place, place))
    return shared


def _shingles_elsewhere(case: Case, wanted: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Returns the shingles that stand in the regulation or in an exhibit that is no letter."""
    found = wanted & _regulation_shingles()
    letters = {exhibit.id for exhibit in case.exhibits if exhibit.kind is ExhibitKind.LETTER}
    for page in Evidence.of(case).pages if wanted else ():
        if page.exhibit_id not in letters:
            words = page.words
            found |= {
                shingle for at in range(len(words) - SHINGLE + 1) if (shingle := words[at : at + SHINGLE]) in wanted
            }
    return found


@cache
def _regulation_shingles() -> frozenset[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for paragraph in PARAGRAPHS:
        words = tuple(token.word for token in find_tokens(regulation_text(paragraph)))
        found |= {words[at : at + SHINGLE] for at in range(len(words) - SHINGLE + 1)}
    return frozenset(found)


def _quoted_words(page: EvidencePage) -> bytearray:
    marks = bytearray(len(page.text) + 1)
    for quote in find_quotations(page.text):
        # A letter that is quoted as a whole is not a quotation in a letter.
        if len(quote.text) < len(page.text) // 4:
            marks[quote.start : quote.end] = b"\1" * (quote.end - quote.start)
    return bytearray(marks[token.start] for token in page.tokens)


def _merge(places: list[tuple[int, int]]) -> list[_SharedRun]:
    """Joins shingles that follow each other on both pages."""
    runs: dict[int, _SharedRun] = {}
    done: list[_SharedRun] = []
    for left, right in places:
        run = runs.get(right - left)
        if run is not None and left <= run.left + run.length - SHINGLE + 1:
            runs[right - left] = run._replace(length=left - run.left + SHINGLE)
            continue
        if run is not None:
            done.append(run)
        runs[right - left] = _SharedRun(left, right, SHINGLE)
    return [*done, *runs.values()]


def _names(case: Case) -> frozenset[str]:
    """Returns the words that any letter for the case holds: names, and the field."""
    parts = (case.beneficiary.name, case.petitioner.name, case.field_of_endeavor, *case.petitioner.address)
    return frozenset(token.word for part in parts for token in find_tokens(part))


def _content(page: EvidencePage, run: _SharedRun, names: frozenset[str]) -> int:
    words = {word for word in page.words[run.left : run.left + run.length] if len(word) > 2 and word.isalpha()}  # noqa: PLR2004
    return len(words - _FORMULA - names)
