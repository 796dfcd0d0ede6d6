"""Support score: the passage of the exhibits that carries a sentence best, and how well.

It is lexical and deterministic: no proof, and no reading. A sentence that states no fact, or whose pages cannot be
read, is "not checked", with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from workbench.case.criteria import CRITERIA
from workbench.checks.attribution import SentenceCites, cites_of, select_pages
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.evidence import EvidencePage
from workbench.checks.figures.facts import derive, look_up
from workbench.checks.finding import Finding
from workbench.checks.labels import mask_labels
from workbench.checks.legal_text import mask_law
from workbench.checks.letter import Letter
from workbench.checks.report import SentenceVerdict
from workbench.checks.result_cache import recall_sentence
from workbench.checks.statements.cited_sentence import find_cited_sentences
from workbench.checks.support.bylines import mask_carried_ranks
from workbench.checks.support.support_features import ComparedText
from workbench.checks.support.support_model import read_model
from workbench.checks.support.support_score import PageSupport, Support, compare_pages
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
_LEAST_CARRIED = 0.25
"""Share of its words' weight that the passages must carry, or a sentence is reported."""
_TITLES = "Dr. Mr. Ms. Mrs. Mx. Prof. Professor Petitioner Beneficiary Exhibit Exhibits Section"
_ELSEWHERE = "in an exhibit that the sentence does not cite"
_LABELLED = re.compile(r"[\d@§/]|\bE?[Xx]h?s?\.|[Ee]xhibit|\bv\.|\bAct\b|\bINA\b|Matter")
_MARKS = re.compile(r"[*_`>#|]+")


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
    on_pages = cited = compare_pages(claim, pages)
    where = ""
    if cites.citations and cited.support.score < model.supported_from:
        wider = _compare_exhibits(draft, claim, cites)
        if wider.support.score > cited.support.score:
            cited, where = wider, "on another page of the exhibit cited"
    best = cited
    if cited.support.score < (model.not_found_below if cites.citations else model.supported_from):
        anywhere = compare_pages(claim, _find_pages(draft, claim))
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
    # A citation that belongs to another sentence as well says less about this one; an argument has words of its own.
    may_warn = cites.source == "own" and _names_fact(draft, claim)
    warning = _warn(cited.support, best.support, where) if may_warn else ""
    return _CheckedSentence(sentence, found, warning)


def _warn(cited: Support, best: Support, where: str) -> str:
    """Returns the message about a sentence that cites an exhibit, or nothing."""
    score = f"(support score {best.score:.2f})"
    # Figures, names and negations have checks of their own, which know more of them than one passage.
    if cited.score >= read_model().warned_below or cited.features.three >= _LEAST_CARRIED:
        return ""
    elsewhere = f"; more of it stands {where}" if where == _ELSEWHERE else ""
    return f"Hardly carried by the exhibit that it cites: {cited.why}{elsewhere} {score}."


def _compare_exhibits(draft: DraftSection, claim: ComparedText, cites: SentenceCites) -> PageSupport:
    names = dict.fromkeys(cite.exhibit_id for cite in cites.citations)
    return compare_pages(claim, [page for name in names for page in draft.evidence.select(name) if page.readable])


def _find_no_fact(draft: DraftSection, sentence: Sentence, claim: ComparedText, cites: SentenceCites) -> str:
    """Returns the reason for which a sentence states no fact that an exhibit could carry, or nothing."""
    if len(claim.content) < _LEAST_WORDS:
        return "states the law" if mask_law(sentence.text) != sentence.text else "too short to be compared"
    if len(claim.stems) > _MOST_WORDS:
        return "too long to be one sentence"
    if cites.source == "own":
        return ""
    # Citations of law are no words of the claim: what is left must name something of the case.
    if _names_fact(draft, claim):
        return ""
    if mask_law(sentence.text) != sentence.text:
        return "states the law"
    return "states no number or name: argument in the letter's own voice"


def _names_fact(draft: DraftSection, claim: ComparedText) -> bool:
    """Tells if a sentence has a number, or a name of something that an exhibit could carry."""
    return claim.figures or not claim.names <= _find_known(draft)


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


def _skip(draft: DraftText, sentence: Sentence, why: str) -> _CheckedSentence:
    verdict = SentenceVerdict(
        section_id=draft.section_id,
        line=draft.first_line,
        text=sentence.text,
        verdict="not checked",
        why=why,
    )
    return _CheckedSentence(sentence, verdict)
