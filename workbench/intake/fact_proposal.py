"""Facts proposed from the pages, each with its exhibit and page.

A proposal is a sentence of a page, in the page's own words: nothing is rephrased, so nothing can be invented. It counts
for nothing until a person has accepted it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from workbench.case.model import Case
from workbench.case.pages import format_confidence
from workbench.intake.element_question import (
    CasePage,
    PageFinder,
    choose_criteria,
    is_typical,
    list_elements,
    own_words,
    read_stems,
    weigh_words,
)
from workbench.text.folding import fold_text
from workbench.text.sentences import find_sentences
from workbench.text.tokens import find_words

MOST_PROPOSALS = 3
"""Of an element."""
_MOST_PAGES = 6
_SHORTEST, _LONGEST = 5, 60
"""Words of a sentence."""
_LEAST_WORDS = 2
_NEAR_BEST = 0.5
"""A proposal has at least this share of the weight of the best in its element, and of the sentence's best criterion."""
_ID_DIGITS = 8
_WHOLE_LINE = 0.6
"""A line that is shorter than this share of the longest ends a block."""
# A sentence that begins with one of these says of whom only together with the one before it.
_POINTING = frozenset(
    ["it", "they", "this", "these", "that", "those", "he", "she", "his", "her", "their", "its", "such", "there"]
)
# Words of a speaker: in a petition "I" would be the petitioner.
_SPEAKING = frozenset(
    ["i", "we", "you", "me", "us", "my", "our", "your", "mine", "ours", "yours", "myself", "ourselves"]
)


class FactProposal(NamedTuple):
    """A sentence of a page that may show an element.

    Attributes:
        id: Eight hexadecimal digits, the same as long as the page says the same.
        criterion: Id of the criterion, or of the narrative section.
        element: Id of the element.
        text: The page's own words.
        exhibit_id: The exhibit.
        number: Its number at present.
        page: Its page, from 1.
        item: Title under which it would stand: the exhibit's.
        recognized: Where the words were recognized in a picture, with what confidence; empty where they were typed.
        chosen_by: Label of the model that chose it; empty where no model was asked.
    """

    id: str
    criterion: str
    element: str
    text: str
    exhibit_id: str
    number: int
    page: int
    item: str
    recognized: str = ""
    chosen_by: str = ""

    def __str__(self) -> str:
        source = f"Exhibit {self.number} ({self.exhibit_id}), page {self.page}"
        recognized = f"; {self.recognized}" if self.recognized else ""
        chosen = f"; chosen by {self.chosen_by}" if self.chosen_by else ""
        return f"{self.id}  {self.criterion}.{self.element}: {self.text} [{source}{recognized}{chosen}]"


def propose_facts(case: Case, criteria: Collection[str] = ()) -> list[FactProposal]:
    """Proposes sentences of the pages as facts, in the order of the letter; those that the case has are left out.

    Args:
        case: The case.
        criteria: Ids of criteria or narrative sections; none: all.
    """
    known = list_known(case)
    reader = _SentenceReader(case)
    proposals = []
    with PageFinder(case) as finder:
        for criterion, _, title, element in list_elements(choose_criteria(case, criteria)):
            # What is asked of the beneficiary is seldom shown by a sentence about something else: those that name the
            # person come first, whatever the others weigh.
            asks_person = "beneficiary" in element.asks
            ranked: dict[bool, list[tuple[float, FactProposal]]] = {True: [], False: []}
            for page, _ in finder.find(criterion, title, element)[:_MOST_PAGES]:
                for sentence in reader.read(page):
                    words, score = weigh_words(sentence.stems, criterion, element)
                    least = 1 if is_typical(page.kind, criterion) and sentence.names_person else _LEAST_WORDS
                    if len(words) < least or (sentence.text, page.exhibit_id) in known:
                        continue
                    if not criteria and reader.weigh_best(sentence) * _NEAR_BEST > _weigh_criterion(
                        sentence, criterion
                    ):
                        continue
                    proposal = make_proposal(case, criterion, element.id, page, sentence.text)
                    ranked[asks_person and sentence.names_person].append((score, proposal))
            proposals += [*_choose_best(ranked[True]), *_choose_best(ranked[False])][:MOST_PROPOSALS]
    return proposals


def find_proposal(case: Case, proposal_id: str) -> FactProposal | None:
    """Finds the sentence with an id, whoever has proposed it: each sentence of a page that may carry an element."""
    known = list_known(case)
    with PageFinder(case) as finder:
        for criterion, _, title, element in list_elements():
            for page, _ in finder.find(criterion, title, element)[:_MOST_PAGES]:
                for text in find_whole_sentences(case.documents[page.exhibit_id].pages[page.page - 1]):
                    proposal = make_proposal(case, criterion, element.id, page, text)
                    if proposal.id == proposal_id and (text, page.exhibit_id) not in known:
                        return proposal
    return None


def list_known(case: Case) -> set[tuple[str, str]]:
    """Lists the facts of a case: the words, and the id of an exhibit that they cite."""
    return {(" ".join(fact.text.split()), cite.exhibit) for fact in case.facts() for cite in fact.cites}


def _choose_best(ranked: list[tuple[float, FactProposal]]) -> list[FactProposal]:
    """Returns the proposals whose weight is near the best one's, the best first."""
    best = max((score for score, _ in ranked), default=0.0)
    ranked.sort(key=lambda pair: -pair[0])
    return [proposal for score, proposal in ranked if score >= best * _NEAR_BEST]


class _Sentence(NamedTuple):
    """A sentence of a page.

    Attributes:
        text: Its words.
        stems: Of its words.
        names_person: Whether it names the beneficiary.
    """

    text: str
    stems: dict[str, str]
    names_person: bool


class _SentenceReader:
    """Sentences of a case's pages, each page read once."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._surname = fold_text(case.beneficiary.surname)
        self._pages: dict[tuple[str, int], list[_Sentence]] = {}
        self._best: dict[str, float] = {}

    def read(self, page: CasePage) -> list[_Sentence]:
        key = (page.exhibit_id, page.page)
        if key not in self._pages:
            text = self._case.documents[page.exhibit_id].pages[page.page - 1]
            self._pages[key] = [
                _Sentence(one, read_stems(one), self._surname in fold_text(one)) for one in find_whole_sentences(text)
            ]
        return self._pages[key]

    def weigh_best(self, sentence: _Sentence) -> float:
        """Returns the weight of a sentence for the criterion that it fits best."""
        if sentence.text not in self._best:
            names = dict.fromkeys(name for name, _, _, _ in list_elements(choose_criteria(self._case, ())))
            self._best[sentence.text] = max(_weigh_criterion(sentence, name) for name in names)
        return self._best[sentence.text]


def _weigh_criterion(sentence: _Sentence, criterion: str) -> float:
    return sum(weight for stem, weight in own_words(criterion).items() if stem in sentence.stems)


def make_proposal(case: Case, criterion: str, element: str, page: CasePage, text: str) -> FactProposal:
    """Makes a proposal of a sentence of a page."""
    parts = (criterion, element, page.exhibit_id, str(page.page), text)
    confidences = case.documents[page.exhibit_id].confidences
    confidence = confidences[page.page - 1] if page.page <= len(confidences) else None
    return FactProposal(
        id=hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_ID_DIGITS],
        criterion=criterion,
        element=element,
        text=text,
        exhibit_id=page.exhibit_id,
        number=case.exhibit_number(page.exhibit_id),
        page=page.page,
        item=case.exhibit(page.exhibit_id).title,
        recognized="" if confidence is None else format_confidence(confidence),
    )


def find_whole_sentences(text: str) -> Iterator[str]:
    """Yields the sentences of a page that say something by themselves.

    Left out are headings and rows, sentences that point to the one before them, and those of a speaker.
    """
    for block in _find_blocks(text):
        for start, end in find_sentences(block):
            sentence = block[start:end]
            words = find_words(sentence)
            if (
                _SHORTEST <= len(words) <= _LONGEST
                and re.search(r"[.!?][\"”’')\]]*$", sentence)
                and (sentence[0].isupper() or sentence[0].isdigit())
                and words[0] not in _POINTING
                and _SPEAKING.isdisjoint(words)
                and "[@" not in sentence
            ):
                yield sentence


def _find_blocks(text: str) -> Iterator[str]:
    """Yields the paragraphs of a page, each on one line."""
    lines = [line.strip() for line in text.split("\n")]
    longest = max(map(len, lines), default=0)
    block: list[str] = []
    for line in lines:
        is_heading = line.startswith("#")
        if (not line or is_heading) and block:
            yield " ".join(block)
            block = []
        if line and not is_heading:
            block.append(line)
            if len(line) < longest * _WHOLE_LINE:
                yield " ".join(block)
                block = []
    if block:
        yield " ".join(block)
