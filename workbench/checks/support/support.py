"""Support score: the passage of the exhibits that carries a sentence best, and how well.

It is lexical and deterministic: no proof, and no reading. A sentence that states no fact, or whose pages cannot be
read, is "not checked", with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from workbench.case.criteria import CRITERIA
from workbench.checks.attribution import SentenceCites, cites_of, select_pages
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.evidence import EvidencePage
from workbench.checks.figures.facts import derive, look_up
from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.labels import mask_labels
from workbench.checks.legal_text import mask_law
from workbench.checks.letter import Letter
from workbench.checks.report import SentenceVerdict, Verdict
from workbench.checks.result_cache import recall_sentence
from workbench.checks.statements.cited_sentence import find_cited_sentences
from workbench.checks.support.bylines import mask_carried_ranks
from workbench.checks.support.support_features import (
    ComparedText,
    SupportFeatures,
    choose_passages,
    find_opposite,
    measure_support,
)
from workbench.checks.support.support_model import read_model
from workbench.checks.support.support_pages import PageSentences, read_page
from workbench.text.markdown import Sentence
from workbench.text.tokens import find_tokens

CHECK_ID = "support"
_LEAST_WORDS = 4
"""Words below which a sentence says nothing that could be compared."""
_MOST_WORDS = 400
"""Words beyond which a "sentence" is none: a table, or text made to take long."""
_PAGES = 3
"""Pages whose sentences are compared one by one: those that carry most of the sentence."""
_RAREST = 8
"""Words by which all exhibits are searched: the rarest of the sentence."""
_ALIGNED = 0.6
"""Share of a sentence that a passage must carry before a number in it can contradict the sentence's."""
_STRONGLY_ALIGNED = 0.75
"""The same before a negation or an opposite can: they may belong to another part of the passage."""
_LEAST_CARRIED = 0.25
"""Share of its words' weight that the passages must carry, or a sentence is reported."""
_SPARE_WORDS = 3
_TITLES = "Dr. Mr. Ms. Mrs. Mx. Prof. Professor Petitioner Beneficiary Exhibit Exhibits Section"
_ELSEWHERE = "in an exhibit that the sentence does not cite"
_LABELLED = re.compile(r"[\d@§/]|\bE?[Xx]h?s?\.|[Ee]xhibit|\bv\.|\bAct\b|\bINA\b|Matter")
_MARKS = re.compile(r"[*_`>#|]+")


@dataclass(frozen=True)
class Support:
    """Support of one sentence by some passages.

    Attributes:
        verdict: ``supported``, ``partly``, ``not found`` or ``contradicted``.
        score: From 0 to 1.
        features: The measures behind it.
        best: Indices of the passages that carry it, the best first; at most three.
        why: The reason, in words.
    """

    verdict: Verdict
    score: float
    features: SupportFeatures = field(default_factory=SupportFeatures)
    best: tuple[int, ...] = ()
    why: str = ""


def score_support(claim: str, passages: Sequence[str]) -> Support:
    """Scores how well passages carry a sentence; pure, and no proof of anything.

    Args:
        claim: The sentence, without citations.
        passages: Passages of one to three sentences each.

    Examples:
        >>> found = score_support("She won a Wolf Prize in 1978.", ["In 1978 she won the Wolf Prize in Physics."])
        >>> found.verdict, found.best
        ('supported', (0,))
        >>> score_support("She won the Wolf Prize in 1987.", ["She won the Wolf Prize in 1978."]).verdict
        'contradicted'
    """
    return _score(ComparedText(claim), [ComparedText(passage) for passage in passages])


def score_on_pages(claim: str, pages: Sequence[EvidencePage]) -> tuple[Support, EvidencePlace | None]:
    """Scores how well pages carry a sentence, and names the passage that carries it best.

    Args:
        claim: The sentence, without citations.
        pages: All pages on which it may be carried.
    """
    found = _compare_pages(ComparedText(claim), pages)
    return found.support, found.place


def support(draft: DraftSection) -> Iterator[Finding]:
    """Finds sentences that the exhibit they cite hardly carries."""
    for checked in _check_sentences(draft):
        if checked.verdict.verdict == "not checked":
            draft.coverage.skip(CHECK_ID, checked.verdict.why)
            continue
        draft.coverage.check(CHECK_ID)
        if checked.warning and not _is_derived(draft, checked.sentence):
            yield draft.finding(
                CHECK_ID,
                "warning",
                checked.warning,
                at=(checked.sentence.start, checked.sentence.end),
                suggestion="Compare the sentence with the passage; cite the page that says so, or reword it.",
                evidence=() if checked.verdict.evidence is None else (checked.verdict.evidence,),
            )


def _is_derived(draft: DraftSection, sentence: Sentence) -> bool:
    """Tells if a sentence sums up figures of its pages, all of which follow from them: they need not stand there."""
    cited = next((one for one in find_cited_sentences(draft) if one.sentence.start == sentence.start), None)
    if cited is None or cited.gap is not None or not cited.statements:
        return False
    is_followed = all(look_up(cited, statement) is True for statement in cited.statements)
    return is_followed and any(derive(cited, statement) for statement in cited.statements)


def sentence_verdicts(draft: Letter | DraftText) -> tuple[SentenceVerdict, ...]:
    """Returns a verdict for each sentence of a letter or of one section, in order."""
    sections = draft.body if isinstance(draft, Letter) else (draft,)
    return tuple(checked.verdict for section in sections for checked in _check_sentences(section))


class CitedClaim(NamedTuple):
    """A sentence beside the pages that it cites, for a reader who compares them.

    Attributes:
        verdict: Its support by words.
        text: The sentence, without citations.
        before: What stands before it in its paragraph, which its pronouns may refer to.
        pages: The pages cited that can be read, that of the best passage first.
    """

    verdict: SentenceVerdict
    text: str
    before: str
    pages: tuple[EvidencePage, ...]


def read_claims(draft: Letter | DraftText) -> Iterator[CitedClaim | str]:
    """Yields each sentence of a letter that can be compared with pages it cites; of another one the reason why not."""
    for section in draft.body if isinstance(draft, Letter) else (draft,):
        for checked in _check_sentences(section):
            sentence, verdict = checked.sentence, checked.verdict
            if not isinstance(section, DraftSection) or section.blocks[sentence.block].kind == "heading":
                yield verdict.why
                continue
            cites = cites_of(section, sentence)
            # Too few words to be compared by them are enough for a reader, if the citation is the sentence's own.
            if verdict.verdict == "not checked" and cites.source != "own":
                yield verdict.why
                continue
            pages = [page for page in select_pages(section, cites.citations) if page.readable]
            if not pages:
                yield verdict.why if cites.citations else "the sentence cites no exhibit"
                continue
            # Where not all pages fit into a question, the likeliest is among those that do.
            if best := verdict.evidence:
                pages.sort(key=lambda page: (page.exhibit_id, page.page) != (best.exhibit_id, best.page))
            before = section.content[section.blocks[sentence.block].start : sentence.start]
            yield CitedClaim(verdict, _read_claim(section, sentence).strip(), before.strip(), tuple(pages))


class _CheckedSentence(NamedTuple):
    sentence: Sentence
    verdict: SentenceVerdict
    warning: str = ""


class _Comparison(NamedTuple):
    """A sentence's support by some pages; the place is the passage's, None where nothing carries it."""

    support: Support
    place: EvidencePlace | None


_NOTHING = _Comparison(Support("not found", 0.0, why="no page has its words"), None)


def _check_sentences(draft: DraftText) -> tuple[_CheckedSentence, ...]:
    # The check and the report ask for the same verdicts; the draft is frozen, so they are kept beside its fields.
    known = draft.__dict__.get("_support")
    if known is None:
        known = draft.__dict__["_support"] = tuple(_check_each(draft))
    found: tuple[_CheckedSentence, ...] = known
    return found


def _check_each(draft: DraftText) -> Iterator[_CheckedSentence]:
    line, at = draft.first_line, 0
    for sentence in draft.sentences:
        line += draft.content.count("\n", at, sentence.start)
        at = sentence.start
        checked = _check_sentence(draft, sentence)
        yield checked._replace(verdict=checked.verdict.model_copy(update={"line": line}))


def _check_sentence(draft: DraftText, sentence: Sentence) -> _CheckedSentence:
    if not isinstance(draft, DraftSection):
        return _skip(draft, sentence, "no case was given")
    kind = draft.blocks[sentence.block].kind
    if kind == "heading":
        return _skip(draft, sentence, "a heading")
    claim = ComparedText(_read_claim(draft, sentence))
    cites = cites_of(draft, sentence)
    if reason := _find_no_fact(draft, sentence, claim, cites):
        return _skip(draft, sentence, reason)
    # The rest depends on nothing but these, and the case.
    named = tuple((cite.exhibit_id, cite.pages) for cite in cites.citations)
    key = (CHECK_ID, draft.section_id, kind, sentence.text, claim.text, cites.source, named)
    found = recall_sentence(draft.case, key, lambda: _look_up(draft, sentence, claim, cites))
    return found._replace(sentence=sentence)


def _look_up(draft: DraftSection, sentence: Sentence, claim: ComparedText, cites: SentenceCites) -> _CheckedSentence:
    """Looks for a claim on the pages that its sentence cites, and elsewhere."""
    pages = select_pages(draft, cites.citations)
    if cites.citations and not pages:
        return _skip(draft, sentence, "the page cited is not at hand")
    readable = tuple(page for page in pages if page.readable)
    if pages and not readable:
        return _skip(draft, sentence, "the pages cited have no text that can be read")
    surname = {token.word for token in find_tokens(draft.case.beneficiary.surname)}
    words = mask_carried_ranks(claim.text, (page.text for page in readable), surname)
    if words != claim.text:
        claim = ComparedText(words)
    return _compare(draft, sentence, claim, cites, readable, unread=len(readable) < len(pages))


def _compare(
    draft: DraftSection,
    sentence: Sentence,
    claim: ComparedText,
    cites: SentenceCites,
    pages: tuple[EvidencePage, ...],
    *,
    unread: bool,
) -> _CheckedSentence:
    """Compares a sentence with the pages cited, then with their exhibits, then with all."""
    model = read_model()
    on_pages = cited = _compare_pages(claim, pages)
    where = ""
    if cites.citations and cited.support.score < model.supported_from:
        wider = _compare_exhibits(draft, claim, cites)
        if wider.support.score > cited.support.score:
            cited, where = wider, "on another page of the exhibit cited"
    best = cited
    if cited.support.score < (model.not_found_below if cites.citations else model.supported_from):
        anywhere = _compare_pages(claim, _find_pages(draft, claim))
        if anywhere.support.score > cited.support.score:
            best, where = anywhere, _ELSEWHERE if cites.citations else ""
    if on_pages.support.verdict == "contradicted":
        # What the page cited says otherwise is not mended by another page.
        best, cited, where = on_pages, on_pages, ""
    verdict = best.support.verdict
    # A page that the sentence does not cite may speak of something else: it neither carries nor contradicts it alone.
    if (where == _ELSEWHERE and verdict == "supported") or (best is not cited and verdict == "contradicted"):
        verdict = "partly"
    if unread and verdict in {"not found", "partly"}:
        return _skip(draft, sentence, "some of the pages cited have no text that can be read")
    found = SentenceVerdict(
        section_id=draft.section_id,
        line=draft.first_line,
        text=sentence.text,
        verdict=verdict,
        score=round(best.support.score, 3),
        evidence=best.place,
        why=f"{best.support.why}; {where}" if where else best.support.why,
    )
    # A citation that belongs to another sentence as well says less about this one.
    warning = _warn(cited.support, best.support, where) if cites.source == "own" else ""
    return _CheckedSentence(sentence, found, warning)


def _warn(cited: Support, best: Support, where: str) -> str:
    """Returns the message about a sentence that cites an exhibit, or nothing."""
    score = f"(support score {best.score:.2f})"
    # Figures, names and negations have checks of their own, which know more of them than one passage.
    if cited.score >= read_model().warned_below or cited.features.three >= _LEAST_CARRIED:
        return ""
    elsewhere = f"; more of it stands {where}" if where == _ELSEWHERE else ""
    return f"Hardly carried by the exhibit that it cites: {cited.why}{elsewhere} {score}."


def _compare_exhibits(draft: DraftSection, claim: ComparedText, cites: SentenceCites) -> _Comparison:
    names = dict.fromkeys(cite.exhibit_id for cite in cites.citations)
    return _compare_pages(claim, [page for name in names for page in draft.evidence.select(name) if page.readable])


def _find_no_fact(draft: DraftSection, sentence: Sentence, claim: ComparedText, cites: SentenceCites) -> str:
    """Returns the reason for which a sentence states no fact that an exhibit could carry, or nothing."""
    if len(claim.content) < _LEAST_WORDS:
        return "states the law" if mask_law(sentence.text) != sentence.text else "too short to be compared"
    if len(claim.stems) > _MOST_WORDS:
        return "too long to be one sentence"
    if cites.source == "own":
        return ""
    # Citations of law are no words of the claim: what is left must name something of the case.
    if claim.figures or claim.names - _find_known(draft):
        return ""
    if mask_law(sentence.text) != sentence.text:
        return "states the law"
    return "states no number or name: argument in the letter's own voice"


def _find_known(draft: DraftSection) -> frozenset[str]:
    """Returns the words that name nothing an exhibit must carry: the person, the field, the criteria."""
    known = draft.__dict__.get("_known_names")
    if known is None:
        case = draft.case
        titles = " ".join(criterion.title for criterion in CRITERIA.values())
        text = f"{case.petitioner.name} {case.beneficiary.name} {case.field_of_endeavor} {_TITLES} {titles}"
        known = draft.__dict__["_known_names"] = ComparedText(text).present
    found: frozenset[str] = known
    return found


def _read_claim(draft: DraftText, sentence: Sentence) -> str:
    """Returns a sentence without its citations, the letter's own labels and the marks of Markdown."""
    text, at = [], sentence.start
    for cite in draft.cited_between(sentence.start, sentence.end):
        # Citations of one group share their place.
        if cite.start >= at:
            text.append(draft.content[at : cite.start])
            at = min(cite.end, sentence.end)
    text.append(draft.content[at : sentence.end])
    joined = " ".join(text)
    # Most labels have a figure, and looking for them takes longer than the comparison.
    return _MARKS.sub(" ", mask_labels(joined) if _LABELLED.search(joined) else joined)


def _find_pages(draft: DraftSection, claim: ComparedText) -> list[EvidencePage]:
    """Returns the pages of all exhibits that carry most of the rarest words of a sentence."""
    words = {token.word for token in claim.tokens}
    rarest = sorted(words, key=lambda word: (-draft.evidence.weigh(word), word))[:_RAREST]
    found = draft.evidence.find_passages(rarest, limit=_PAGES)
    return [passage.page for passage in found if passage.page.readable]


def _compare_pages(claim: ComparedText, pages: Sequence[EvidencePage]) -> _Comparison:
    if not pages:
        return _NOTHING
    read = [read_page(page) for page in pages]
    found = frozenset(stem for stem in claim.present if any(stem in page.present for page in read))
    if len(read) > _PAGES:
        weights = claim.weights
        read.sort(key=lambda page: -sum(weight for stem, weight in weights.items() if stem in page.present))
        read = read[:_PAGES]
    passages = [(page, number) for page in read for number in range(len(page.sentences))]
    result = _score(claim, [page.sentences[number] for page, number in passages], found)
    if not result.best:
        return _NOTHING
    chosen = [passages[number] for number in result.best]
    return _Comparison(result, _place_of(chosen))


def _place_of(chosen: Sequence[tuple[PageSentences, int]]) -> EvidencePlace:
    """Returns the best passage, with its neighbours where they carry the sentence too: at most three sentences."""
    page, first = chosen[0]
    last = first
    for other, number in chosen[1:]:
        if other is page and max(last, number) - min(first, number) < _PAGES:
            first, last = min(first, number), max(last, number)
    return page.place(first, last)


def _score(claim: ComparedText, passages: Sequence[ComparedText], found: frozenset[str] | None = None) -> Support:
    best = choose_passages(claim, passages)
    if not best:
        return _NOTHING.support
    texts = [passages[number] for number in best]
    features = measure_support(claim, texts, found)
    model = read_model()
    score = model.estimate(features)
    present = frozenset().union(*(text.present for text in texts)) if found is None else found
    if other := _find_contradiction(claim, texts, present, features):
        return Support("contradicted", score, features, tuple(best), other)
    if score >= model.supported_from:
        verdict: Verdict = "supported"
    else:
        verdict = "not found" if score < model.not_found_below else "partly"
    return Support(verdict, score, features, tuple(best), _explain(claim, present, features))


def _explain(claim: ComparedText, present: frozenset[str], features: SupportFeatures) -> str:
    absent = [
        claim.text[token.start : token.end]
        for token, stem in zip(claim.tokens, claim.stems, strict=True)
        if stem not in present and (stem in claim.numbers or stem in claim.names)
    ]
    why = f"{features.three:.0%} of its weight stands in the passage"
    if absent:
        why += f"; not there: {', '.join(dict.fromkeys(absent[:6]))}"
    return why


def _find_contradiction(
    claim: ComparedText, texts: Sequence[ComparedText], present: frozenset[str], features: SupportFeatures
) -> str:
    """Returns the words in which the best passage says otherwise, or nothing.

    Only an aligned passage can contradict: most of the sentence stands in it.
    """
    best = texts[0]
    if features.best < _ALIGNED:
        return ""
    if found := _find_other_number(claim, best, present):
        return f"the sentence has {found[0]}, the passage {found[1]}"
    if features.best >= _STRONGLY_ALIGNED:
        if opposite := find_opposite(claim, [best], best.present):
            return f"the sentence has “{opposite[0]}”, the passage the opposite"
        if claim.is_negated != best.is_negated and _is_one_statement(claim, best):
            return "one of the two is negated"
    return ""


def _is_one_statement(claim: ComparedText, passage: ComparedText) -> bool:
    """Tells if two sentences differ in hardly more than a negation."""
    longer, shorter = max(len(claim.content), len(passage.content)), min(len(claim.content), len(passage.content))
    return longer <= shorter + _SPARE_WORDS and len(claim.present & passage.present) >= _ALIGNED * longer


def _find_other_number(claim: ComparedText, passage: ComparedText, present: frozenset[str]) -> tuple[str, str] | None:
    """Finds a number that stands nowhere, where the passage has another one between the same neighbours."""
    around: dict[tuple[str, str], str] = {}
    for number, before, behind in _numbers_in(passage):
        if number not in claim.present:
            around.setdefault((before, behind), number)
            around.setdefault((before, ""), number)
            around.setdefault(("", behind), number)
    for number, before, behind in _numbers_in(claim):
        if number in present:
            continue
        for neighbours in ((before, behind), ("", behind), (before, "")):
            # Another number beside it says nothing of what it counts: "1.2, 1.7, 2.2".
            if neighbours in around and not all(not stem or stem[0].isdigit() for stem in neighbours):
                return number, around[neighbours]
    return None


def _numbers_in(text: ComparedText) -> Iterator[tuple[str, str, str]]:
    """Yields each number with the content words before and behind it; a number beside a number is part of a date."""
    content = text.content
    for place, stem in enumerate(content):
        if stem[0].isdigit():
            before = content[place - 1] if place else ""
            behind = content[place + 1] if place + 1 < len(content) else ""
            yield stem, before, behind


def _skip(draft: DraftText, sentence: Sentence, why: str) -> _CheckedSentence:
    verdict = SentenceVerdict(
        section_id=draft.section_id,
        line=draft.first_line,
        text=sentence.text,
        verdict="not checked",
        why=why,
    )
    return _CheckedSentence(sentence, verdict)
