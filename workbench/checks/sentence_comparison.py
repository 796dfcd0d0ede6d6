"""Sentences of a letter beside the passages of the pages that they cite: words and numbers only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbench.checks.attribution import cites_of, select_pages
from workbench.checks.draft import DraftSection
from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.letter import Letter
from workbench.checks.report import SentenceVerdict
from workbench.text.markdown import Sentence
from workbench.text.tokens import find_tokens

_SUPPORTED = 0.6
_PARTLY = 0.3
"""Share of the weight of a sentence's words that one passage carries."""

_LEAST_WORDS = 6


def compare_sentences(letter: Letter, findings: Iterable[Finding] = ()) -> tuple[SentenceVerdict, ...]:
    """Compares each sentence of prose with the pages that it cites.

    A sentence with an error of the checks is contradicted; one of which a number stands on no cited page is not found.

    Args:
        letter: The letter.
        findings: Of the checks.
    """
    errors = [finding for finding in findings if finding.severity == "error" and finding.quote]
    return tuple(
        _compare(section, sentence, [error for error in errors if error.section_id == section.section_id])
        for section in letter.body
        if isinstance(section, DraftSection)
        for sentence in section.sentences
        if section.blocks[sentence.block].kind != "heading"
    )


def _compare(section: DraftSection, sentence: Sentence, errors: list[Finding]) -> SentenceVerdict:
    text = section.content[sentence.start : sentence.end]
    line = section.first_line + section.content.count("\n", 0, sentence.start)
    made = SentenceVerdict(section_id=section.section_id, line=line, text=text, verdict="not checked")
    pages = [page for page in select_pages(section, cites_of(section, sentence).citations) if page.readable]
    words = list(_own_words(section, sentence))
    if len(words) < _LEAST_WORDS:
        return made.model_copy(update={"why": "it is a label, and no statement"})
    passages = section.evidence.find_passages(words, among=pages, limit=1) if pages and words else []
    if not passages:
        return made.model_copy(update={"why": "it cites no page that can be read"})
    best = passages[0]
    place = EvidencePlace(exhibit_id=best.page.exhibit_id, page=best.page.page, quote=best.text)
    made = made.model_copy(update={"score": round(best.score, 2), "evidence": place})
    wrong = next((each for each in errors if each.quote and each.quote in text), None)
    if wrong is not None:
        return made.model_copy(update={"verdict": "contradicted", "why": wrong.message})
    known = {word for page in pages for word in page.positions}
    missing = [word for word in dict.fromkeys(words) if word[0].isdigit() and word not in known]
    if missing:
        return made.model_copy(
            update={"verdict": "not found", "why": f"{', '.join(missing)}: on no page that it cites"}
        )
    if best.score >= _SUPPORTED:
        return made.model_copy(update={"verdict": "supported", "why": "its words stand in the passage"})
    verdict, why = ("partly", "some") if best.score >= _PARTLY else ("not found", "few")
    return made.model_copy(update={"verdict": verdict, "why": f"{why} of its words stand on the pages that it cites"})


def _own_words(section: DraftSection, sentence: Sentence) -> Iterator[str]:
    """Yields the words of a sentence without those of its citations."""
    at = sentence.start
    for start, end in sorted({(each.start, each.end) for each in section.citations}):
        if start >= sentence.end or end <= sentence.start:
            continue
        yield from (token.word for token in find_tokens(section.content[at:start]))
        at = end
    yield from (token.word for token in find_tokens(section.content[at : sentence.end]))
