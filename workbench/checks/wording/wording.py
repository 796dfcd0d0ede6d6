"""Words of a sentence that make of the cited page's statement another one: exchanged, negated, or a superlative."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.checks.draft import DraftSection
from workbench.checks.evidence import EvidencePage
from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.statements.cited_sentence import CitedSentence, find_cited_sentences
from workbench.checks.statements.statements import Clause, read_page
from workbench.checks.wording.exchanged_words import find_exchanged
from workbench.checks.wording.opposed_words import find_opposed
from workbench.checks.wording.replaced_words import find_replaced
from workbench.checks.wording.superlatives import (
    RANKING,
    SHARED_REACH,
    find_superlatives,
    has_superlative_of,
    is_denied_comparative,
    is_shared,
)
from workbench.checks.wording.word_slots import find_displaced
from workbench.text.tokens import find_tokens

CHECK = "wording"

_NOUNS = 3
"""Words behind a superlative in which its noun stands."""
_SUGGESTION = "Say what the page says, or cite the page that says this."
_MOST_PAGES = 12
_BESIDE = frozenset(("own", "lead-in", "beside"))
"""Sources of a citation that belongs to the sentence for certain."""


def wording(draft: DraftSection) -> Iterator[Finding]:
    """Finds single words that the cited page has not, in a sentence that it otherwise carries."""
    for cited in find_cited_sentences(draft):
        if cited.gap is not None:
            # What little a page has may contradict all the same.
            found = [*_find_replaced(cited)]
            if not found and cited.cites.source in _BESIDE and cited.is_read_in_full:
                found += [*_find_displaced(cited)] or _find_opposed(cited)
            if found:
                draft.coverage.check(CHECK)
            else:
                draft.coverage.skip(CHECK, cited.gap)
            yield from found
            continue
        draft.coverage.check(CHECK)
        if not cited.is_read_in_full:
            continue
        yield from compare_words(cited)


def compare_words(cited: CitedSentence) -> Iterator[Finding]:
    """Finds superlatives, exchanged words and opposites of one sentence, whose pages can all be read."""
    superlatives = list(_find_superlatives(cited))
    yield from superlatives
    replaced = list(_find_replaced(cited))
    yield from replaced
    if cited.cites.source not in _BESIDE:
        return
    displaced = list(_find_displaced(cited)) if not replaced and not superlatives else []
    yield from displaced
    quotes = {one.quote for one in (*superlatives, *replaced, *displaced)}
    for find in (_find_opposed, _find_exchanged):
        found = [one for one in find(cited) if one.quote not in quotes]
        yield from found
        quotes.update(one.quote for one in found)


def _find_superlatives(cited: CitedSentence) -> Iterator[Finding]:
    """Finds superlatives of which the pages have none that is said of the same thing."""
    clause, places = cited.clause, find_superlatives(cited.clause)
    if not places:
        return
    places = [place for place in places if not any(has_superlative_of(clause, place, page) for page in cited.pages)]
    if not places:
        yield from _find_shared_superlatives(cited, find_superlatives(clause))
        return
    if any(is_denied_comparative(clause.words[place], page) for place in places for page in cited.pages):
        return
    first, last = clause.tokens[places[0]], clause.tokens[min(places[0] + 1, len(clause.tokens) - 1)]
    words = cited.sentence.text[first.start : last.end]
    yield cited.draft.finding(
        CHECK,
        "warning",
        f"“{words}” is a superlative, and no page cited says so.",
        at=cited.place(first.start, last.end),
        suggestion="Cite the page that says so, or say what the page says.",
    )


def _find_shared_superlatives(cited: CitedSentence, places: Sequence[int]) -> Iterator[Finding]:
    """Finds superlatives that the page says of several: "the leading expert", who is "one of the foremost experts"."""
    clause = cited.clause
    for place in places:
        nouns = {stem for stem in clause.stems[place + 1 : place + 1 + _NOUNS] if stem}
        if is_shared(clause, place) or clause.words[place] not in RANKING:
            continue
        for page in cited.pages[:_MOST_PAGES]:
            there = read_page(page)
            at = [
                n
                for word in RANKING
                for n in page.positions.get(word, ())
                if not nouns.isdisjoint(there.stems[n + 1 : n + 1 + _NOUNS])
            ]
            if at and all(is_shared(there, n) for n in at):
                begin = max(there.sentence_of(at[0])[0], at[0] - SHARED_REACH)
                yield _report(cited, (max(0, place - 1), place), page, there, (begin, at[0]))
                return


def _find_replaced(cited: CitedSentence) -> Iterator[Finding]:
    """Finds words in whose place a cited page has another word of their class, or stands otherwise word for word."""
    if cited.cites.source not in _BESIDE or not cited.is_read_in_full:
        return
    for found in find_replaced(cited.clause, cited.pages[:_MOST_PAGES], _read_names(cited)):
        there = read_page(found.page)
        yield _report(cited, (found.first, found.last), found.page, there, (found.other_first, found.other_last))


def _find_displaced(cited: CitedSentence) -> Iterator[Finding]:
    """Finds words in whose slot a cited page has others, or none, the words around them being the same."""
    for found in find_displaced(cited.clause, cited.pages[:_MOST_PAGES], _read_names(cited)):
        there = read_page(found.page)
        yield _report(cited, (found.first, found.last), found.page, there, (found.other_first, found.other_last))


def _find_opposed(cited: CitedSentence) -> Iterator[Finding]:
    """Finds words of which a cited page has the opposite, and what it negates."""
    for found in find_opposed(cited.clause, cited.pages[:_MOST_PAGES], _read_names(cited)):
        there = read_page(found.page)
        yield _report(cited, (found.first, found.last), found.page, there, (found.other_first, found.other_last))


def _find_exchanged(cited: CitedSentence) -> Iterator[Finding]:
    """Finds roles, events and the like that no cited page says, where a page has others."""
    for found in find_exchanged(cited.clause, cited.pages[:_MOST_PAGES], _read_names(cited)):
        there = read_page(found.page)
        yield _report(cited, (found.first, found.last), found.page, there, (found.other_first, found.other_last))


def _read_names(cited: CitedSentence) -> set[str]:
    """Returns the words of the person's name: a letter writer says "me", a record "she", and the petition the name."""
    person = cited.draft.case.beneficiary
    return {token.word for token in find_tokens(f"{person.full_reference} {person.surname}")}


def _report(
    cited: CitedSentence, said: Sequence[int], page: EvidencePage, there: Clause, other: Sequence[int]
) -> Finding:
    first, last = cited.clause.tokens[said[0]], cited.clause.tokens[said[-1]]
    on_page = there.text[there.tokens[other[0]].start : there.tokens[other[-1]].end]
    words = " ".join(cited.sentence.text[first.start : last.end].split())
    return cited.draft.finding(
        CHECK,
        "warning",
        f"“{words}” here, where {cited.draft.name_exhibit(page.exhibit_id, (page.page,))}, has"
        f" “{' '.join(on_page.split())}”.",
        at=cited.place(first.start, last.end),
        suggestion=_SUGGESTION,
        evidence=[EvidencePlace(exhibit_id=page.exhibit_id, page=page.page, quote=there.quote(other[0], other[-1]))],
    )
