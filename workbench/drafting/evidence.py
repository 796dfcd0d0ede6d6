"""Facts as a letter says them: each sentence with its exhibits, as Markdown that reads like the plain text."""

from __future__ import annotations

import re

from workbench.case.citation import format_citation
from workbench.case.criteria import Criterion
from workbench.case.model import Case, ClaimedItem, Fact
from workbench.text.sentences import find_sentences


def cited(fact: Fact) -> str:
    """A fact as a letter says it, each sentence with its exhibits before the full stop."""
    sentences = [fact.text[start:end] for start, end in find_sentences(fact.text)]
    return " ".join(_with_citation(escape(sentence), citation_of(fact)) for sentence in sentences)


def first_cited(fact: Fact) -> str:
    """The first sentence of a fact, with its exhibits."""
    start, end = next(find_sentences(fact.text))
    return cited(fact.model_copy(update={"text": fact.text[start:end]}))


def citation_of(fact: Fact) -> str:
    """The exhibits of a fact: ``[@wolf-prize, p. 1]``."""
    return "[" + "; ".join(format_citation(cite.exhibit, cite.pages)[1:-1] for cite in fact.cites) + "]"


def escape(text: str) -> str:
    """Plain text as Markdown that reads the same: no emphasis, code, markup, citation or block of its own."""
    text = " ".join(text.split())
    text = re.sub(r"([\\*`<>])", r"\\\1", text)
    text = re.sub(r"\[(?=@)", r"[\\", text)
    text = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)
    return re.sub(r"^(#+|[-+]|\d+(?=[.)]\s))", r"\\\1", text)


def key_fact(item: ClaimedItem) -> Fact | None:
    """The first fact of an item, which stands for it in lists and summaries."""
    return next((facts[0] for facts in item.elements.values() if facts), None)


def is_whole(criterion: Criterion, item: ClaimedItem) -> bool:
    """Whether every element that the criterion requires has a fact."""
    return all(item.elements.get(element.id) for element in criterion.elements if element.required)


def putting_forward(case: Case) -> str:
    """Who relies on the evidence: the beneficiary who petitions for herself, or the petitioner."""
    return case.beneficiary.reference if case.petitioner.self_petition else "The petitioner"


def _with_citation(sentence: str, mark: str) -> str:
    match = re.match(r"(?P<body>.*?)(?P<stop>[.!?]+)(?P<close>[\"”’')\]]*)$", sentence, re.DOTALL)
    if match is None:
        return f"{sentence} {mark}."
    return f"{match['body']}{match['close']} {mark}{match['stop']}"
