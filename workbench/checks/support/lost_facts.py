"""Facts of earlier drafts of a section that a revision has lost."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from workbench.case.citation import Citation, find_citations
from workbench.checks.draft import DraftSection
from workbench.checks.earlier_text import EarlierText
from workbench.checks.evidence import EvidencePage
from workbench.checks.figures.facts import look_up
from workbench.checks.figures.matching import LEAST_FOUND, match_statement
from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.labels import mask_labels
from workbench.checks.legal_text import find_quotations
from workbench.checks.names.entities import find_names
from workbench.checks.statements.cited_sentence import CitedSentence, find_cited_sentences
from workbench.checks.statements.dates import DateMention
from workbench.checks.statements.statements import Clause, Statement, measure_context, read_clause
from workbench.checks.support.removal_notes import Wish, find_wishes
from workbench.checks.support.support import sentence_verdicts
from workbench.text.markdown import Sentence
from workbench.text.tokens import find_tokens

CHECK = "fact-lost"
_MOST_SENTENCES = 400
"""Sentences of one earlier text that are looked at; no section of a letter has more."""
_MOST_STATEMENTS = 20
_MOST_FINDINGS = 40
_MOST_PLACES = 100
_SPECIFIC = 100
"""Numbers from here on, round ones left aside, are the same fact wherever they stand."""
_LEAST_QUOTED = 4
"""Words from which a quotation is a fact of its own."""
_LEAST_PARAPHRASE = 0.6
"""Share of a quotation's content that a sentence must have to say it in other words."""
_LEAST_LIKE = 0.3
"""Share of a sentence's content that another one must have to stand in its place."""
_LEAST_LETTERS = 3
_LONGEST_QUOTE = 400

_LEAST_SAME = 0.4
"""Share of a sentence's content that another one must have to say the same."""
_LEAST_CONTENT = 4

Kind = Literal["statement", "name", "quotation", "exhibit", "sentence"]


class _Fact(NamedTuple):
    """A fact of an earlier sentence.

    Attributes:
        kind: A figure or date, a name, words quoted, an exhibit that is cited, or what a sentence says without any.
        words: As the sentence writes it.
        key: By it the same fact of two earlier texts is known.
        tokens: Its words, by which a note can name it.
        evidence: Its place on a cited page.
    """

    kind: Kind
    words: str
    key: tuple[object, ...]
    tokens: tuple[str, ...]
    evidence: tuple[EvidencePlace, ...] = ()


def fact_lost(draft: DraftSection) -> Iterator[Finding]:
    """Finds facts that earlier drafts had from the cited pages, and that stand nowhere any more.

    No loss is a fact that the pages contradict, that the attorney's note asks to be struck, or that has moved to
    another sentence or section. A text that a person approved or wrote keeps facts that no page was found for, too.
    """
    draft.coverage.check(CHECK, 0)
    if not draft.earlier:
        return
    present = _Present(draft)
    reported: set[tuple[object, ...]] = set()
    wishes: list[Wish] = []
    count = 0
    # The newest first: what a later note asks for holds for the texts before it.
    for earlier in reversed(draft.earlier):
        wishes += find_wishes(earlier.note)
        for cited, lost in _find_lost(draft, earlier, present, wishes):
            new = [found for found in lost if found.key not in reported]
            reported.update(found.key for found in new)
            if not new:
                continue
            count += 1
            if count > _MOST_FINDINGS:
                draft.coverage.skip(CHECK, "more sentences of earlier drafts are gone than are listed")
                return
            yield _report(draft, cited, new, present)


def _find_lost(
    draft: DraftSection, earlier: EarlierText, present: _Present, wishes: Sequence[Wish]
) -> Iterator[tuple[CitedSentence, list[_Fact]]]:
    before = DraftSection(draft.section_id, earlier.content, draft.case, title=draft.title)
    confirmed, rejected = _join_words(earlier.confirmed), _join_words(earlier.rejected)
    sentences = find_cited_sentences(before)
    if len(sentences) > _MOST_SENTENCES:
        draft.coverage.skip(CHECK, "more sentences than are compared", len(sentences) - _MOST_SENTENCES)
    for cited in sentences[:_MOST_SENTENCES]:
        plain = " ".join(cited.sentence.text.split())
        if plain in rejected or any(wish.means(read_clause(mask_labels(cited.sentence.text))) for wish in wishes):
            continue
        draft.coverage.check(CHECK)
        by_person = earlier.approved_by is not None or plain in confirmed
        gone = [
            found
            for found in _find_facts(before, cited, present, by_person=by_person)
            if not any(wish.names(found.tokens) for wish in wishes)
        ]
        if gone:
            yield cited, gone


def _join_words(sentences: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(sentence.split()) for sentence in sentences)


def _find_facts(before: DraftSection, cited: CitedSentence, present: _Present, *, by_person: bool) -> Iterator[_Fact]:
    """Finds the facts of a sentence that stood on its pages and are gone.

    Whether they are gone is asked first: it is the quicker question, and most are not.
    """
    for statement in cited.statements[:_MOST_STATEMENTS]:
        if present.has_statement(statement, cited.clause, cited):
            continue
        result = look_up(cited, statement)
        if isinstance(result, Finding) or not (by_person or (result is True and cited.pages)):
            continue
        match = match_statement(statement, cited.clause, cited.pages[:_MOST_PLACES], cited.evidence.weigh)
        places = match.evidence if match.verdict == "found" else ()
        tokens = tuple(token.word for token in cited.clause.tokens[statement.first : statement.last + 1])
        yield _Fact("statement", f"“{cited.words(statement)}”", ("statement", _value(statement)), tokens, places)
    own = {token.word for token in find_tokens(f"{before.case.beneficiary.name} {before.case.beneficiary.honorific}")}
    for name in find_names(cited.clause):
        words = [word for word in name.words if len(word) >= _LEAST_LETTERS]
        if not words or own.issuperset(words) or present.has_name(name.words):
            continue
        place = _find_run(cited.pages, name.words)
        start, end = cited.clause.tokens[name.first].start, cited.clause.tokens[name.last].end
        written = " ".join(cited.sentence.text[start:end].split())
        if place or (by_person and before.is_known(written)):
            yield _Fact("name", f"“{written}”", ("name", name.words), tuple(words), place)
    yield from _find_quoted(cited, present)
    if cited.cites.source == "own" and (by_person or cited.pages):
        yield from _find_carried(before, cited, present, by_person=by_person)


def _find_quoted(cited: CitedSentence, present: _Present) -> Iterator[_Fact]:
    """Finds quotations of a sentence that are verbatim on its pages, and that the letter has no more."""
    for quotation in find_quotations(cited.sentence.text):
        words = tuple(token.word for token in find_tokens(quotation.text))
        if len(words) < _LEAST_QUOTED or present.has_quotation(words):
            continue
        place = _find_run(cited.pages, words)
        if place:
            yield _Fact("quotation", f"“{' '.join(quotation.text.split())}”", ("quotation", words), words, place)


def _find_carried(before: DraftSection, cited: CitedSentence, present: _Present, *, by_person: bool) -> Iterator[_Fact]:
    """Finds exhibits that carried a sentence and are cited no more, and a sentence that nothing stands in place of."""
    gone = [
        exhibit_id
        for exhibit_id in dict.fromkeys(cite.exhibit_id for cite in cited.cites.citations)
        if exhibit_id not in present.exhibits and before.evidence.select(exhibit_id)
    ]
    stems = _read_stems(cited.sentence.text)
    is_said = len(stems) < _LEAST_CONTENT or present.says(stems, _LEAST_SAME)
    if is_said and not gone:
        return
    verdict = next((each for each in sentence_verdicts(before) if each.text == cited.sentence.text), None)
    carried = verdict is not None and verdict.verdict == "supported"
    if not carried and not (by_person and (verdict is None or verdict.verdict != "contradicted")):
        return
    places = (verdict.evidence,) if verdict is not None and verdict.evidence is not None else ()
    for exhibit_id in gone:
        words = tuple(token.word for token in find_tokens(before.case.exhibit(exhibit_id).title))
        yield _Fact("exhibit", f"exhibit {exhibit_id!r}", ("exhibit", exhibit_id), words, places)
    if not is_said:
        yield _Fact("sentence", "what one sentence says", ("sentence", stems), (), places)


def _find_run(pages: Iterable[EvidencePage], words: Sequence[str]) -> tuple[EvidencePlace, ...]:
    """Finds words one behind the other on some pages."""
    length = len(words)
    for page in pages:
        for place in page.positions.get(words[0], ())[:_MOST_PLACES]:
            if tuple(word.removesuffix("'s") for word in page.words[place : place + length]) == tuple(
                word.removesuffix("'s") for word in words
            ):
                quote = page.quote(place, place + length - 1)
                return (EvidencePlace(exhibit_id=page.exhibit_id, page=page.page, quote=quote),)
    return ()


def _read_stems(text: str) -> frozenset[str]:
    return frozenset(read_clause(mask_labels(text)).stems) - {""}


def _value(statement: Statement) -> tuple[object, ...]:
    if isinstance(statement, DateMention):
        return statement.year, statement.month, statement.day
    return statement.value, statement.unit, statement.noun


@dataclass(frozen=True)
class _Present:
    """Words of the letter as it stands: of the section and of the others that are finished."""

    draft: DraftSection

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The texts, with labels and citations blanked."""
        return tuple(read_clause(mask_labels(text)) for text in (self.draft.content, *self.draft.others.values()))

    @cached_property
    def exhibits(self) -> frozenset[str]:
        """The exhibits that are cited."""
        cited = [cite.exhibit_id for cite in self.draft.cited_between(0, len(self.draft.content))]
        for text in self.draft.others.values():
            cited += [cite.exhibit_id for cite in find_citations(text) if isinstance(cite, Citation)]
        return frozenset(cited)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word."""
        return frozenset(word.removesuffix("'s") for clause in self.clauses for word in clause.words)

    @cached_property
    def stems(self) -> tuple[tuple[Sentence, frozenset[str]], ...]:
        """The section's sentences with their content; headings are left out."""
        return tuple(
            (sentence, _read_stems(sentence.text))
            for sentence in self.draft.sentences
            if self.draft.blocks[sentence.block].kind != "heading"
        )

    def has_statement(self, statement: Statement, clause: Clause, cited: CitedSentence) -> bool:
        """Tells if a figure or date stands in the letter; one that may stand there by chance, in a like context."""
        weigh = cited.evidence.weigh
        for there in self.clauses:
            found: list[Statement]
            if isinstance(statement, DateMention):
                found = [date for date in there.dates if statement.is_in(date)]
                specific = statement.month is not None
            else:
                same = there.by_value.get(statement.value, ())
                found = [one for one in same if one.unit == statement.unit and _is_alike(statement.kind, one.kind)]
                specific = (statement.value >= _SPECIFIC and statement.value % 10 != 0) or statement.value % 1 != 0
            if found and specific:
                return True
            mine = clause.context(statement, weigh)
            for one in found[:_MOST_PLACES]:
                if measure_context(mine, there.context(one, weigh)) >= LEAST_FOUND:
                    return True
        return False

    def has_name(self, words: Sequence[str]) -> bool:
        """Tells if a name stands in the letter: its words, its initials, or a person's surname."""
        content = [word for word in words if len(word) >= _LEAST_LETTERS]
        if self.words.issuperset(content):
            return True
        initials = "".join(word[0] for word in content)
        if len(initials) >= _LEAST_LETTERS and initials in self.words:
            return True
        # "Dr. Alvarez" for "Maria Alvarez"; the last word of a prize or a body is a common noun.
        return content[-1] in self.surnames

    @cached_property
    def surnames(self) -> frozenset[str]:
        """The words that stand behind an honorific."""
        return frozenset(
            after.removesuffix("'s")
            for clause in self.clauses
            for before, after in itertools.pairwise(clause.words)
            if before in _HONORIFICS
        )

    def has_quotation(self, words: Sequence[str]) -> bool:
        """Tells if words quoted stand in the letter, verbatim or as most of the content of one sentence."""
        content = frozenset(read_clause(" ".join(words)).stems) - {""}
        return not content or self.says(content, _LEAST_PARAPHRASE)

    def says(self, content: frozenset[str], least: float) -> bool:
        """Tells if one sentence of the letter has so large a share of some stems."""
        return any(len(content & stems) >= least * len(content) for stems in self.sentence_stems)

    @cached_property
    def sentence_stems(self) -> tuple[frozenset[str], ...]:
        """The content of each sentence of the letter."""
        stems = [stems for _, stems in self.stems]
        for clause in self.clauses[1:]:
            starts = [*clause.sentence_starts, len(clause.stems)]
            stems += [frozenset(clause.stems[start:end]) - {""} for start, end in itertools.pairwise(starts)]
        return tuple(stems)

    def find_place(self, text: str) -> tuple[int, int] | None:
        """Finds the sentence of the section that stands in the place of an earlier one, or None."""
        mine = _read_stems(text)
        if not mine:
            return None
        share, best = max(
            ((len(mine & stems) / len(mine), -sentence.start) for sentence, stems in self.stems), default=(0.0, 0)
        )
        if share < _LEAST_LIKE:
            return None
        return next((one.start, one.end) for one, _ in self.stems if one.start == -best)


_HONORIFICS = frozenset(["dr", "prof", "professor", "mr", "mrs", "ms", "mx"])


def _is_alike(kind: str, other: str) -> bool:
    return kind == other or "percent" not in {kind, other}


def _report(draft: DraftSection, cited: CitedSentence, lost: Collection[_Fact], present: _Present) -> Finding:
    sentence = " ".join(cited.sentence.text.split())
    shown = sentence if len(sentence) <= _LONGEST_QUOTE else sentence[:_LONGEST_QUOTE] + " …"
    behind = [] if cited.cites.source == "own" and "[@" in sentence else list(_write_citations(cited))
    cites = f" ({', '.join(behind)})" if behind else ""
    # Where a figure or name is told, the sentence that is gone needs no mention.
    named = [found for found in lost if found.kind != "sentence"] or lost
    what = ", ".join(found.words for found in named)
    return draft.finding(
        CHECK,
        "warning",
        f"Lost in the revision: {what}. An earlier draft said: {shown}{cites}",
        at=present.find_place(cited.sentence.text),
        suggestion="Say it again with its citation, in this sentence or in another.",
        evidence=[place for found in lost for place in found.evidence[:1]],
    )


def _write_citations(cited: CitedSentence) -> Iterator[str]:
    content = cited.draft.content
    for start, end in dict.fromkeys((cite.start, cite.end) for cite in cited.cites.citations[:3]):
        yield content[start:end]
