"""Names of others in a letter: persons, institutions, journals, prizes, titles.

The beneficiary's own name is checked by :mod:`workbench.checks.names.names`.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from workbench.case.criteria import CRITERIA
from workbench.case.law import regulation_text
from workbench.checks.draft import DraftSection
from workbench.checks.evidence import EvidencePage
from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.names.names import edit_distance
from workbench.checks.names.other_exhibits import find_elsewhere, has_initials
from workbench.checks.names.page_names import (
    LEAST_LETTERS,
    LINKS,
    MOST_ANCHORS,
    find_run,
    find_swapped,
    is_called_after,
    is_within_name,
)
from workbench.checks.names.persons import find_parties, find_strangers
from workbench.checks.statements.cited_sentence import CitedSentence, find_cited_sentences
from workbench.checks.statements.number_words import STOP_WORDS
from workbench.checks.statements.statements import Clause, read_page
from workbench.text.related_words import find_bases, is_adjective
from workbench.text.sentences import CITATION
from workbench.text.stems import find_stem
from workbench.text.tokens import find_tokens

CHECK = "entity"
_LEAST_LETTERS = 5
_LONG = 8
_MOST_WORDS = 10
_LEAST_WORDS = 2
"""Words of a name that is looked up as a whole."""
_MOST_OF_PERSON = 4
"""Words of a person's name."""
_LEAST_ROOT = 4
"""Letters that a place and what is called after it share."""
_ADJECTIVES = ("ish", "ian", "ean", "ese", "can", "ic")
_MOST_UNKNOWN = 40
"""Unknown words of one sentence that are compared with those of its pages."""
_LINKING = frozenset(("of", "for", "the", "and", "in", "on"))
_DETERMINERS = frozenset(("the", "a", "an", "his", "her", "its", "their", "this", "that"))
# Capitalised words that name nobody: forms of address, months, words of the letter itself.
_COMMON = frozenset(
    word
    for words in (
        "dr mr mrs ms prof professor doctor exhibit exhibits ex see i ii iii iv v vi vii viii ix x",
        "criterion petition petitioner beneficiary section please dear",
        "monday tuesday wednesday thursday friday saturday sunday",
        "january february march april may june july august september october november december",
    )
    for word in words.split()
)


class NameMention(NamedTuple):
    """A run of capitalised words.

    Attributes:
        words: As :func:`workbench.text.tokens.find_tokens` spells them, the small ones between them included.
        first: Index of its first token.
        last: Index of its last token.
    """

    words: tuple[str, ...]
    first: int
    last: int


def find_names(clause: Clause) -> tuple[NameMention, ...]:
    """Finds runs of at least two capitalised words, such as names of persons, bodies and titles.

    A word that begins a sentence counts only where another one follows.
    """
    found: list[NameMention] = []
    place = 0
    while place < len(clause.tokens):
        if not _is_capital(clause, place):
            place += 1
            continue
        last = place
        following = place + 1
        while following < len(clause.tokens) and following - place < _MOST_WORDS:
            if not is_within_name(clause.text, clause.tokens[following - 1], clause.tokens[following]):
                break
            gap = clause.text[clause.tokens[following - 1].end : clause.tokens[following].start]
            # A single mark that opens a quotation, or closes one before a small word; "Presidents' Trophy" is a name.
            if gap.endswith("'") or (gap.startswith("'") and not _is_capital(clause, following)):
                break
            if _is_capital(clause, following):
                last = following
            elif clause.words[following] not in LINKS:
                break
            following += 1
        first = place
        # "The National Science Foundation" at the beginning of a sentence.
        while first < last and clause.words[first] in STOP_WORDS:
            first += 1
        capitals = [index for index in range(first, last + 1) if _is_capital(clause, index)]
        if len(capitals) > 1:
            words = tuple(word.removesuffix("'s") for word in clause.words[first : last + 1])
            found.append(NameMention(words, first, last))
        place = last + 1
    return tuple(found)


def entity(draft: DraftSection) -> Iterator[Finding]:
    """Finds names of others that stand on the cited pages in another spelling, or nowhere in the case.

    A person with an honorific is looked for in sentences without a citation, too.
    """
    # A word that the letter writes small elsewhere is no name, though a heading or title has it with a capital.
    own = _blank_ids(draft.content)
    small = {token.word for token in find_tokens(own) if own[token.start].islower()}
    known = _find_known_words(draft) | small
    # A party of a decision, and whom the letter's own list of exhibits names, is no stranger.
    spared = known | find_parties("\n".join([draft.content, *draft.others.values()])) | _read_words(draft.listed)
    counts = Counter(token.word for token in find_tokens(own))
    elsewhere = {word for word, count in counts.items() if count > 1}.union(
        *map(_read_words, [draft.listed, *draft.others.values()])
    )
    for cited in find_cited_sentences(draft):
        strangers = tuple(find_strangers(cited, spared))
        # Each name is reported once.
        names = tuple(name for name in find_names(cited.clause) if not _is_within(cited.clause, name, strangers))
        if not cited.pages:
            yield from _report_strangers(cited, strangers)
            if names:
                draft.coverage.skip(CHECK, cited.gap or "the sentence cites no exhibit", len(names))
            continue
        draft.coverage.check(CHECK, max(len(names), 1))
        slips = dict(_find_misspelt(cited, known))
        for place, (page, index) in slips.items():
            yield _report(cited, place, place, page, index, index)
        misspelt = [cited.clause.tokens[place].start for place in slips]
        unreported = [span for span in strangers if not any(span[0] <= place < span[1] for place in misspelt)]
        yield from _report_strangers(cited, unreported)
        if cited.is_read_in_full and cited.gap is None:
            reported = [*names, *(NameMention((), place, place) for place in slips)]
            yield from _look_up_words(cited, reported, strangers, known, elsewhere)
        for name in names:
            if not slips.keys().isdisjoint(range(name.first, name.last + 1)):
                continue
            yield from _look_up_name(cited, name, known)


@lru_cache(maxsize=64)  # the same for each section of a letter
def _read_words(text: str) -> frozenset[str]:
    return frozenset(token.word for token in find_tokens(_blank_ids(text)))


@cache
def _read_law() -> str:
    paragraphs = (regulation_text(f"(h)({number})") for number in range(1, 6))
    return " ".join(("", *(token.word for text in paragraphs for token in find_tokens(text)), ""))


def _blank_ids(text: str) -> str:
    """Blanks citations by id: the words of an id are none of the letter's."""
    return CITATION.sub(lambda found: " " * len(found[0]), text)


def _is_within(clause: Clause, name: NameMention, spans: Iterable[tuple[int, int]]) -> bool:
    place = clause.tokens[name.last].start
    return any(start <= place < end for start, end in spans)


def _report_strangers(cited: CitedSentence, spans: Iterable[tuple[int, int]]) -> Iterator[Finding]:
    # A scan may name anybody.
    if cited.cites.citations and not cited.is_read_in_full:
        return
    for start, end in spans:
        words = " ".join(cited.sentence.text[start:end].split())
        yield cited.draft.finding(
            CHECK,
            "warning",
            f"“{words}” is named in no exhibit, nor in the case file: a person of another case?",
            at=cited.place(start, end),
            suggestion="Name the person that the exhibit names, or add the exhibit.",
        )


def _is_capital(clause: Clause, place: int) -> bool:
    token = clause.tokens[place]
    return clause.text[token.start].isupper() and token.word not in _COMMON


def _find_known_words(draft: DraftSection) -> frozenset[str]:
    """Returns the words of the case file, which an exhibit may spell otherwise, and those of the law."""
    cached: frozenset[str] | None = draft.evidence.__dict__.get("_file_words")
    if cached is None:
        case = draft.case
        texts = [fact.text for fact in case.facts()]
        texts += [f"{exhibit.title} {exhibit.source} {exhibit.author or ''}" for exhibit in case.exhibits]
        texts += [criterion.title for criterion in CRITERIA.values()]
        texts += [item.title for claim in case.claims for item in claim.items]
        texts += [case.beneficiary.name, case.beneficiary.surname, case.petitioner.name, case.field_of_endeavor]
        texts += [case.counsel.name, case.counsel.firm or ""] if case.counsel else []
        cached = frozenset(token.word for text in texts for token in find_tokens(text))
        draft.evidence.__dict__["_file_words"] = cached
    return cached


def _find_misspelt(cited: CitedSentence, known: Collection[str]) -> Iterator[tuple[int, tuple[EvidencePage, int]]]:
    """Finds capitalised words that no page has, and that differ by a slip from one of the cited pages."""
    clause, evidence = cited.clause, cited.evidence
    tried = 0
    for place, token in enumerate(clause.tokens):
        word = token.word
        if len(word) < _LEAST_LETTERS or not clause.text[token.start].isupper():
            continue
        word = word.removesuffix("'s")
        if word in known or word in _COMMON or evidence.contains(word):
            continue
        # A word of the dictionary, such as "German", is no misspelling of a name.
        if find_bases(word):
            continue
        tried += 1
        if tried > _MOST_UNKNOWN:
            return
        for page in cited.pages[:MOST_ANCHORS]:
            near = _find_near(page, word)
            if near is not None:
                yield place, (page, near)
                break


def _find_near(page: EvidencePage, word: str) -> int | None:
    """Finds a capitalised word of a page that differs by a slip, and not by an ending."""
    allowed = 2 if len(word) > _LONG else 1
    for other, places in page.positions.items():
        if abs(len(other) - len(word)) > allowed or len(other) < _LEAST_LETTERS or not other.isalpha():
            continue
        # Who mistypes a name begins it well; "Terrier" is none of "Perrier".
        if other[0] != word[0] or edit_distance(word, other) > allowed or find_stem(word) == find_stem(other):
            continue
        # A possessive and a plural are no misspellings, "Tarvian" is of Tarvia, and "Frances" is not "Francesco".
        if word.rstrip("s") == other.rstrip("s") or is_called_after(word, other) or _is_longer_form(word, other):
            continue
        # Two letters make a name of many a word: "Christmas" of "Christian".
        if allowed > 1 and find_bases(other) and edit_distance(word, other) > 1:
            continue
        for place in places[:MOST_ANCHORS]:
            # In a narrow column the word goes on in the next line: "Montros" and "e".
            rest = page.words[place + 1] if place + 1 < len(page.words) else ""
            if page.text[page.tokens[place].start].isupper() and other + rest != word:
                return place
    return None


def _is_longer_form(word: str, other: str) -> bool:
    """Tells if one of two words is the other with two letters more at its end."""
    short, long = sorted((word, other), key=len)
    return len(long) - len(short) > 1 and long.startswith(short)


def _look_up_name(cited: CitedSentence, name: NameMention, known: Collection[str]) -> Iterator[Finding]:
    if _is_own(cited.draft, name) or any(find_run(page, name.words) is not None for page in cited.pages):
        return
    for part in _split_name(cited.clause, name):
        yield from _look_up_part(cited, part, known)


def _split_name(clause: Clause, name: NameMention) -> Iterator[NameMention]:
    """Yields the names that "and" joins, where each has two words; else the name as it is."""
    starts = [name.first]
    starts += [place + 1 for place in range(name.first, name.last) if clause.words[place] == "and"]
    spans = [(first, following - 2) for first, following in itertools.pairwise([*starts, name.last + 2])]
    parts = [
        NameMention(tuple(word.removesuffix("'s") for word in clause.words[first : last + 1]), first, last)
        for first, last in spans
    ]
    are_names = all(len(LINKS.union(part.words)) - len(LINKS) >= _LEAST_WORDS for part in parts)
    yield from parts if are_names else [name]


def _look_up_part(cited: CitedSentence, name: NameMention, known: Collection[str]) -> Iterator[Finding]:
    draft = cited.draft
    content = [word for word in name.words if word not in LINKS]
    if _is_own(draft, name) or any(find_run(page, name.words) is not None for page in cited.pages):
        return
    # "The United States".
    if f" {' '.join(content)} " in _read_law():
        return
    if any(find_run(page, content) is not None for page in cited.evidence.find_pages(content)):
        if (page := find_elsewhere(cited, content)) is not None:
            yield _report_elsewhere(cited, name.first, name.last, page)
        return
    if (swapped := find_swapped(cited, name.first, name.last)) is not None:
        yield _report(cited, name.first, name.last, *swapped)
        return
    # Each of its words is in the case: the name is put together otherwise, which is no contradiction.
    missing = [
        word
        for word in content
        if len(word) >= LEAST_LETTERS
        and not any(form in known or cited.evidence.contains(form) for form in _forms(word))
    ]
    # "European, American and Japanese patents" names no place.
    if not missing or all(map(_is_of_place, content)) or not cited.is_read_in_full or cited.gap is not None:
        return
    if has_initials(cited.pages, content) or _is_named_short(cited, name, missing):
        return
    start, end = cited.clause.tokens[name.first].start, cited.clause.tokens[name.last].end
    words = " ".join(cited.sentence.text[start:end].split())
    yield draft.finding(
        CHECK,
        "warning",
        f"The name “{words}” stands on no page of the case.",
        at=cited.place(start, end),
        suggestion="Compare it with the exhibit, or cite the page that carries it.",
    )


def _is_named_short(cited: CitedSentence, name: NameMention, missing: Collection[str]) -> bool:
    """Tells if a page cited has a person's surname alone, and no page of the case another given name before it."""
    *given, surname = name.words
    # A name with small words is of a body or a work; the last word of one is of the dictionary: "Orchestra".
    if surname in missing or len(name.words) > _MOST_OF_PERSON or not _LINKING.isdisjoint(given) or find_bases(surname):
        return False
    is_cited = False
    for page in cited.evidence.find_pages([surname]):
        for place in page.positions[surname][:MOST_ANCHORS]:
            if not page.text[page.tokens[place].start].isupper():
                continue
            is_cited = is_cited or page in cited.pages
            if not place or not is_within_name(page.text, *page.tokens[place - 1 : place + 1]):
                continue
            before = page.words[place - 1]
            is_name = page.text[page.tokens[place - 1].start].isupper() and before not in given
            if is_name and before not in _COMMON | STOP_WORDS:
                return False
    return is_cited


def _look_up_words(
    cited: CitedSentence,
    names: Iterable[NameMention],
    strangers: Iterable[tuple[int, int]],
    known: Collection[str],
    elsewhere: Collection[str],
) -> Iterator[Finding]:
    """Finds single names, such as a place: of another exhibit, or that neither case nor letter have elsewhere."""
    clause = cited.clause
    taken = {place for name in names for place in range(name.first, name.last + 1)}
    own = _read_words(cited.draft.case.beneficiary.name)
    tried = 0
    for place, token in enumerate(clause.tokens):
        word = token.word.removesuffix("'s")
        if place in taken or not _is_plain_name(clause, place, word):
            continue
        if any(start <= token.start < end for start, end in strangers):
            continue
        is_somewhere = any(cited.evidence.contains(form) for form in _forms(word))
        if word in own or (not is_somewhere and (word in elsewhere or any(form in known for form in _forms(word)))):
            continue
        tried += 1
        if tried > _MOST_UNKNOWN:
            return
        # "Tromenian" beside "Tromen", and the plural or the genitive of a name.
        beginning = word[:_LEAST_ROOT]
        if any(other.startswith(beginning) for page in cited.pages[:MOST_ANCHORS] for other in page.positions):
            continue
        if is_somewhere:
            if _stands_alone(clause, place) and (page := find_elsewhere(cited, [word])) is not None:
                yield _report_elsewhere(cited, place, place, page)
            continue
        yield cited.draft.finding(
            CHECK,
            "warning",
            f"“{clause.text[token.start : token.end]}” stands on no page of the case, and nowhere else in the letter.",
            at=cited.place(token.start, token.end),
            suggestion="Compare it with the exhibit, or cite the page that carries it.",
        )


def _is_plain_name(clause: Clause, place: int, word: str) -> bool:
    """Tells if a word has a capital because it is a name, and not by its place, as an adjective or an abbreviation."""
    token = clause.tokens[place]
    written = clause.text[token.start : token.end]
    before = clause.text[: token.start].rstrip(" \n")
    if place == 0 or not _is_capital(clause, place) or len(word) < _LEAST_ROOT or not written[1:2].islower():
        return False
    # Behind a point, a colon, a bracket, a quotation mark or a hyphen any word may begin with a capital.
    if not before or not (before[-1].isalnum() or before[-1] == ",") or before == clause.text[: token.start]:
        return False
    is_joined = clause.text[token.end : token.end + 1] in {"-", "”", '"', "*", "/"}
    return not is_joined and not _is_of_place(word) and word not in STOP_WORDS


def _is_of_place(word: str) -> bool:
    """Tells if a word says where something is from: "Swiss", "Bavarian"."""
    return word.endswith(_ADJECTIVES) or is_adjective(word)


def _stands_alone(clause: Clause, place: int) -> bool:
    """Tells if a name of one word is no part of a longer one ("the Federation"), nor beside one ("Lund, Sweden")."""
    token = clause.tokens[place]
    if clause.words[place - 1] in _DETERMINERS or find_bases(token.word):
        return False
    gap = clause.text[clause.tokens[place - 1].end : token.start]
    return "," not in gap or not _is_capital(clause, place - 1)


def _forms(word: str) -> tuple[str, ...]:
    one = word.removesuffix("s")
    return word, one, f"{word}s", f"{word}'s", f"{one}'s"


def _is_own(draft: DraftSection, name: NameMention) -> bool:
    own = {token.word for token in find_tokens(f"{draft.case.beneficiary.name} {draft.case.beneficiary.honorific}")}
    return all(word in own or word in LINKS for word in name.words)


def _report_elsewhere(cited: CitedSentence, first: int, last: int, page: EvidencePage) -> Finding:
    start, end = cited.clause.tokens[first].start, cited.clause.tokens[last].end
    words = " ".join(cited.sentence.text[start:end].split())
    place = cited.draft.name_exhibit(page.exhibit_id, (page.page,))
    return cited.draft.finding(
        CHECK,
        "warning",
        f"The name “{words}” stands on no page cited, but on {place}.",
        at=cited.place(start, end),
        suggestion="Cite the page that carries the name, or write that of the page cited.",
    )


def _report(cited: CitedSentence, first: int, last: int, page: EvidencePage, begin: int, end: int) -> Finding:
    start, stop = cited.clause.tokens[first].start, cited.clause.tokens[last].end
    words = " ".join(cited.sentence.text[start:stop].split())
    on_page = " ".join(page.quote(begin, end).split())
    quote = read_page(page).quote(begin, end)
    return cited.draft.finding(
        CHECK,
        "error",
        f"“{words}” here, but “{on_page}” on {cited.draft.name_exhibit(page.exhibit_id, (page.page,))}.",
        at=cited.place(start, stop),
        suggestion=f"Write {on_page}, or cite the page that carries the name.",
        evidence=[EvidencePlace(exhibit_id=page.exhibit_id, page=page.page, quote=quote)],
    )
