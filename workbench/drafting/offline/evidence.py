"""Facts and citations as Markdown of a letter."""

from __future__ import annotations

import re

from workbench.case.citation import format_citation
from workbench.case.criteria import Criterion
from workbench.case.model import Case, ClaimedItem, Fact
from workbench.text.sentences import find_sentences


def cite_fact(fact: Fact) -> str:
    """Writes a fact, each sentence with its exhibits."""
    sentences = [fact.text[start:end] for start, end in find_sentences(fact.text)]
    return " ".join(_with_citation(escape_markdown(sentence), citation_of(fact)) for sentence in sentences)


def cite_first_sentence(fact: Fact) -> str:
    """Writes the first sentence of a fact, with its exhibits."""
    start, end = next(find_sentences(fact.text))
    return cite_fact(fact.model_copy(update={"text": fact.text[start:end]}))


def citation_of(fact: Fact) -> str:
    """Returns the citation of a fact: ``[@wolf-prize, p. 1]``."""
    return "[" + "; ".join(format_citation(cite.exhibit, cite.pages)[1:-1] for cite in fact.cites) + "]"


def escape_markdown(text: str) -> str:
    """Escapes plain text so that Markdown shows it unchanged.

    No character may become emphasis, code, markup, a citation or a block.
    """
    text = " ".join(text.split())
    text = re.sub(r"([\\*`<>])", r"\\\1", text)
    # "[@" would be read as a citation that no exhibit backs.
    text = re.sub(r"\[(?=@)", r"[\\", text)
    text = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)
    return re.sub(r"^(#+|[-+]|\d+(?=[.)]\s))", r"\\\1", text)


def key_fact(item: ClaimedItem) -> Fact | None:
    """Returns the first fact of an item, used in lists."""
    return next((facts[0] for facts in item.elements.values() if facts), None)


def is_whole(criterion: Criterion, item: ClaimedItem) -> bool:
    """True if every required element has a fact."""
    return all(item.elements.get(element.id) for element in criterion.elements if element.required)


def name_petitioner(case: Case) -> str:
    """Names the party that relies on the evidence."""
    return case.beneficiary.reference if case.petitioner.self_petition else "The petitioner"


def _with_citation(sentence: str, mark: str) -> str:
    match = re.match(r"(?P<body>.*?)(?P<stop>[.!?]+)(?P<close>[\"”’')\]]*)$", sentence, re.DOTALL)
    # A heading or a fragment without a full stop gets one after the citation.
    if match is None:
        return f"{sentence} {mark}."
    return f"{match['body']}{match['close']} {mark}{match['stop']}"
