"""Sentences of a draft with the pages that they rest on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from workbench.checks.attribution import SentenceCites, cites_of, select_pages
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.evidence import Evidence, EvidencePage
from workbench.checks.labels import mask_labels, mask_quotations
from workbench.checks.statements.dates import DateMention
from workbench.checks.statements.quantities import Quantity, find_phrase
from workbench.checks.statements.statements import Clause, Statement, read_clause, read_page, read_prose
from workbench.text.markdown import Sentence

MOST_PAGES = 12
"""Pages on which a statement of a sentence is looked for."""
_LEAST_WORDS = 6
"""Content words and figures beyond its title that an exhibit must have to be searched."""
_MANY_PAGES = 6
_COMMON = math.log1p(2)
"""Weight of a word that stands on every second page."""
_MOST_LIKELY = 6
_LONG_PARAGRAPH = 20_000
_STRETCH = 6_000
"""Characters of a paragraph beyond that length of which one is read with its two neighbours."""


@dataclass(frozen=True)
class CitedSentence:
    """A sentence of a draft, the words that are its own, and the pages that it rests on.

    Attributes:
        draft: Its section.
        sentence: The sentence.
        clause: Its text, with quotations, citations and labels blanked.
        cites: Its citations.
        evidence: The pages of the case.
    """

    draft: DraftSection
    sentence: Sentence
    clause: Clause
    cites: SentenceCites
    evidence: Evidence

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Its quantities and dates, in order; words such as ``one`` that count little are left out."""
        found: tuple[Statement, ...] = (*self.clause.quantities, *self.clause.dates)
        stated: list[Statement] = [one for one in found if isinstance(one, DateMention) or not one.weak]
        return tuple(sorted(stated, key=_start))

    @cached_property
    def clause_with_quotations(self) -> Clause:
        """Its text with its quotations, which may be titles that name a row of a table; offsets are the clause's."""
        begin = self.draft.blocks[self.sentence.block].start
        text = _mask_block(self.draft, self.sentence.block)
        return read_prose(text[self.sentence.start - begin : self.sentence.end - begin])

    @cached_property
    def paragraph(self) -> Clause:
        """The words of its paragraph that are the letter's own; of an endless one those around it."""
        block = self.draft.blocks[self.sentence.block]
        if block.end - block.start <= _LONG_PARAGRAPH:
            return read_prose(_mask_own(self.draft, self.sentence.block))
        # A stretch is the same for all of its sentences, so that it is read once.
        begin = (self.sentence.start - block.start) // _STRETCH * _STRETCH
        return read_prose(_mask_own(self.draft, self.sentence.block)[max(begin - _STRETCH, 0) : begin + 2 * _STRETCH])

    @cached_property
    def pages(self) -> tuple[EvidencePage, ...]:
        """The cited pages that can be read."""
        return tuple(page for page in select_pages(self.draft, self.cites.citations) if page.readable)

    @cached_property
    def gap(self) -> str | None:
        """The reason for which its pages cannot be searched, or None; the first that holds."""
        if not self.cites.citations:
            return "the sentence cites no exhibit"
        selected = select_pages(self.draft, self.cites.citations)
        if not selected:
            return "the page cited is not at hand"
        if not self.pages:
            return "the page is a scan or cannot be read"
        if not any(_has_content(self, page) for page in self.pages):
            return "the exhibit holds little more than its title"
        return None

    @cached_property
    def is_read_in_full(self) -> bool:
        """True where every page cited can be read."""
        cited = select_pages(self.draft, self.cites.citations)
        known = all(self.evidence.select(cite.exhibit_id, cite.pages) for cite in self.cites.citations)
        return known and bool(cited) and len(cited) == len(self.pages)

    @cached_property
    def likely_pages(self) -> tuple[EvidencePage, ...]:
        """The pages of the case that share most words with it, cited or not."""
        words = [token.word for token, stem in zip(self.clause.tokens, self.clause.stems, strict=True) if stem]
        found = self.evidence.find_passages(words, limit=_MOST_LIKELY)
        return tuple(passage.page for passage in found if passage.page.readable)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Returns the place in the draft of a place in the clause."""
        return self.sentence.start + start, self.sentence.start + end

    def words(self, statement: Statement) -> str:
        """Returns a statement as the draft writes it, with its comparator and noun."""
        begin, end = statement.first, statement.last
        if isinstance(statement, Quantity):
            begin, end = find_phrase(self.clause.words, statement)
        tokens = self.clause.tokens
        start, stop = tokens[begin].start, tokens[end].end
        if text := self.sentence.text[start:stop]:
            return " ".join(text.replace("*", "").split())
        return ""


def _start(statement: Statement) -> int:
    return statement.start


def _mask_block(draft: DraftText, index: int) -> str:
    """Returns a block without labels and citations of law."""
    return _recall(draft, "_masked_blocks", index, lambda: mask_labels(draft.text_of(draft.blocks[index])))


def _mask_own(draft: DraftText, index: int) -> str:
    """Returns a block without its quotations, too: one may be of several sentences, and a counter begins a line."""
    return _recall(draft, "_own_blocks", index, lambda: mask_quotations(_mask_block(draft, index)))


def _recall(draft: DraftText, name: str, index: int, compute: Callable[[], str]) -> str:
    """Returns what is kept of a block beside the draft's fields: each of its sentences asks for it."""
    kept: dict[int, str] = draft.__dict__.setdefault(name, {})
    if index not in kept:
        kept[index] = compute()
    return kept[index]


def find_cited_sentences(draft: DraftSection) -> tuple[CitedSentence, ...]:
    """Finds the sentences of a section that are its own words: no headings, no quoted blocks, no lists of exhibits."""
    # Several checks ask for them; the draft is frozen, so they are kept beside its fields.
    known = draft.__dict__.get("_cited_sentences")
    if known is None:
        known = draft.__dict__["_cited_sentences"] = tuple(_find_each(draft))
    found: tuple[CitedSentence, ...] = known
    return found


def find_own_words(draft: DraftText) -> Iterator[tuple[Sentence, str]]:
    """Yields the sentences outside of headings and quoted blocks, with their text that is no quotation or label."""
    for sentence in draft.sentences:
        block = draft.blocks[sentence.block]
        if block.kind in {"heading", "quote"}:
            continue
        own = _mask_own(draft, sentence.block)[sentence.start - block.start : sentence.end - block.start]
        # The cells of a row are as parts of a sentence.
        yield sentence, own.replace("|", ";") if block.kind == "row" else own


def _find_each(draft: DraftSection) -> Iterator[CitedSentence]:
    if draft.part != "body":
        return
    evidence = draft.evidence
    for sentence, own in find_own_words(draft):
        if own.strip():
            yield CitedSentence(draft, sentence, read_prose(own), cites_of(draft, sentence), evidence)


def nearest_pages(evidence: Evidence, clause: Clause, pages: Sequence[EvidencePage]) -> Sequence[EvidencePage]:
    """Limits many cited pages to those that share most words with the sentence."""
    if len(pages) <= MOST_PAGES:
        return pages
    words = [token.word for token in clause.tokens if token.word.isalnum()]
    return [passage.page for passage in evidence.find_passages(words, among=pages, limit=MOST_PAGES)]


def _has_content(cited: CitedSentence, page: EvidencePage) -> bool:
    """Tells if a page has words or figures beyond its exhibit's title and those of every page."""
    exhibit = cited.draft.case.exhibit(page.exhibit_id)
    title = f"{exhibit.title} {exhibit.source} {exhibit.author or ''} exhibit page"
    return page.recall(_has_words_beyond, title, cited.evidence)


def _has_words_beyond(page: EvidencePage, title: str, evidence: Evidence) -> bool:
    named = read_clause(title)
    known = {*named.stems, *named.words}
    many = len(evidence.pages) >= _MANY_PAGES
    rest: set[str] = set()
    clause = read_page(page)
    for token, stem in zip(clause.tokens, clause.stems, strict=True):
        # A table says in figures what another page says in words.
        key = stem or (token.word if token.word[0].isdigit() else "")
        # A running head stands on most pages.
        if key and key not in known and not (many and evidence.weigh(token.word) <= _COMMON):
            rest.add(key)
            if len(rest) >= _LEAST_WORDS:
                return True
    return False
