"""Errors in what a sentence claims: a lesser event told as a greater one, a qualifier dropped, a scope widened."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping

from workbench.text.tokens import find_tokens

from .clean_draft import CleanDraft, Sentence
from .mutant import Proposal, seeds, shuffled
from .number_reading import read_value

GROUP = "qualifier"
APT = "qualif|polarit|modal|support|fact|claim|figure|number"


def _carried(draft: CleanDraft) -> list[Sentence]:
    """Lists sentences of which an exhibit has half of the longer words.

    A sentence that only argues can be turned round without becoming false.
    """
    kept = []
    for sentence in draft.prose:
        words = {token.word for token in find_tokens(sentence.text) if len(token.word) > 4}
        on_pages = frozenset().union(*map(draft.word_set, sentence.exhibits))
        if len(words & on_pages) * 2 >= len(words):
            kept.append(sentence)
    return kept


def _swap(
    draft: CleanDraft, rng: random.Random, table: Mapping[str, str], *, attested: bool = True
) -> Iterator[Proposal]:
    """Replaces words by the table, where the pages have the old ones and not the new."""
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(table, key=len, reverse=True))})\b")
    for sentence in shuffled(rng, _carried(draft)):
        on_pages = frozenset().union(*map(draft.word_set, sentence.exhibits))
        for match in shuffled(rng, list(pattern.finditer(sentence.text))):
            start, end = (sentence.start + place for place in match.span())
            old, new = match[0], table[match[0]]
            said = {token.word for token in find_tokens(old)}
            fresh = {token.word for token in find_tokens(new)} - said
            if draft.is_quoted(start, end) or (attested and not said <= on_pages) or fresh & on_pages:
                continue
            article = re.search(r"\b([Aa])(n?) $", draft.text[start - 4 : start])
            if article and bool(article[2]) != (new[0].lower() in "aeiou"):
                # The article agrees with the new word, as it would in a letter.
                old = draft.text[start - len(article[0]) : end]
                start -= len(article[0])
                new = f"{article[1]}{'' if article[2] else 'n'} {new}"
            yield Proposal(
                ((start, end, new),), (sentence.start, sentence.end), old, new, (new,) if len(new) > 4 else ()
            )
            break


@seeds(GROUP, APT)
def event_raised(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Nominated becomes awarded, submitted published, proposed adopted."""
    table = {
        "nominated": "honored", "finalist": "winner", "invited": "elected", "submitted": "printed",
        "proposed": "decided",
        "proposal": "decision", "applied": "been approved", "entered": "shortlisted", "considered": "commended",
        "has offered": "has paid", "been asked": "agreed", "asked to serve": "elected to serve", "taught": "directed",
        "studied": "founded", "edited": "founded", "reviewed": "rejected", "visited": "rebuilt",
        "reported": "proved", "began": "completed", "joined": "founded", "presented": "invented",
        "confirmed": "disproved",
        "describe": "exclude", "selected": "mandated",
        "counted": "lost", "dates from": "was revived in", "admitted": "appointed", "designated": "nominated",
        "handled": "rejected", "sat on": "presided over", "supervises": "graduated", "accept": "invent",
        "wrote": "plagiarized",
    }  # fmt: skip
    yield from _swap(draft, rng, table)


@seeds(GROUP, APT)
def modality_raised(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Turns a possibility into a fact."""
    table = {"may": "will", "might": "does", "could": "did", "can": "must", "expects to": "has arranged to",
    "plan to": "have begun to",
             "intends to": "has begun to", "may begin": "has begun", "may fly": "flew", "may be": "has been",
             "consider": "announce",
             "if": "because", "would": "did"}  # fmt: skip
    yield from _swap(draft, rng, table)


@seeds(GROUP, APT)
def limit_dropped(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Drops "nearly", "about" or "not more than" before a number whose page has it."""
    pattern = re.compile(r"\b(?:nearly|almost|about|not more than|at most|up to|only) (?=[\w$]+)")
    for sentence in shuffled(rng, _carried(draft)):
        on_pages = frozenset().union(*map(draft.word_set, sentence.exhibits))
        for match in pattern.finditer(sentence.text):
            start, end = (sentence.start + place for place in match.span())
            word = match[0].split()[-1]
            after = sentence.text[match.end() :].split()[0].strip("$,.")
            number = read_value(after) is not None or after in {"every", "one", "ten"}
            if number and word != "only" and word in on_pages and not draft.is_quoted(start, end):
                yield Proposal(((start, end, ""),), (sentence.start, sentence.end), match[0], "", (after,))


@seeds(GROUP, APT)
def one_of_dropped(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """One of several becomes the only one."""
    pattern = re.compile(r"\b(?:one of (?:the |its |his |her )?|a (?=member|recipient|finalist|fellow))")
    for sentence in shuffled(rng, _carried(draft)):
        for match in pattern.finditer(sentence.text):
            start, end = (sentence.start + place for place in match.span())
            if not draft.is_quoted(start, end) and "that small percentage" not in sentence.text:
                yield Proposal(
                    ((start, end, "the sole "),), (sentence.start, sentence.end), match[0], "the sole ", ("sole",)
                )


@seeds(GROUP, APT)
def exclusive_added(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Adds "only" or "first" where no page says so."""
    pattern = re.compile(
        r"(?<=\b(?:is|as) )an? (?=[a-z]{4,})|(?<=\bwas )an? (?=[a-z]{4,})|(?<=\bhas )an? (?=[a-z]{4,})"
    )
    for sentence in shuffled(rng, _carried(draft)):
        on_pages = frozenset().union(*map(draft.word_set, sentence.exhibits))
        for match in pattern.finditer(sentence.text):
            start, end = (sentence.start + place for place in match.span())
            word = rng.choice(["only", "first", "leading", "foremost"])
            if word not in on_pages and not draft.is_quoted(start, end):
                new = f"the {word} "
                yield Proposal(((start, end, new),), (sentence.start, sentence.end), match[0], new, (new.strip(),))
                break


@seeds(GROUP, APT)
def scope_widened(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """A national matter becomes an international one, and a region the world."""
    table = {
        "national": "international", "North America": "the world", "Canadian": "European", "European": "global",
        "the United States": "the whole world", "American": "worldwide", "local": "national",
        "department": "university",
        "Department": "whole University", "five countries": "five continents", "nine countries": "nine continents",
        "state": "nation", "section": "whole", "the same area": "the whole country", "three buildings": "three cities",
        "students": "professors", "in some implementations": "in all implementations", "in the field": "in all fields",
        "some": "all", "most": "all", "Some": "All", "several": "all", "many": "all",
    }  # fmt: skip
    yield from _swap(draft, rng, table, attested=True)


@seeds(GROUP, APT)
def role_raised(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """An assistant becomes a director, a member the chair."""
    table = {
        "first author": "sole author", "associate professor": "distinguished professor", "member": "founder",
        "an associate": "a partner", "an assistant": "a principal", "co-chaired": "founded", "referee": "publisher",
        "managing partner": "chairman", "principal submitter": "sole inventor", "co-author": "principal author",
        "postdoctoral researcher": "tenured professor", "reviewer": "chief editor", "subreviewer": "chair",
        "a professor": "the dean", "full professor": "vice president", "jury": "presidency",
        "editorial board": "board of owners",
        "design director": "chief executive", "engineer in charge": "inventor", "silver": "gold",
        "finalist": "laureate",
        "second author": "corresponding author", "editor": "proprietor", "Honorary Fellow": "Honorary Patron",
        "recipient": "founder", "research scientist": "research president", "candidates": "founders",
    }  # fmt: skip
    yield from _swap(draft, rng, table)


@seeds(GROUP, APT)
def negation_dropped(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Denies what the page denies no more."""
    pattern = re.compile(
        r"(?<=\b(?:is|as) )not |(?<=\bhas )(?:not|never) (?:yet )?|\bnever (?=[a-z])|\bno longer |"
        r"\b[Nn]o (?=[a-z]{4,})|\bwithout "
    )
    for sentence in shuffled(rng, _carried(draft)):
        for match in pattern.finditer(sentence.text):
            start, end = (sentence.start + place for place in match.span())
            denied = re.match(r" (?:been )?([a-z]+)", sentence.text[match.end() :])
            stem = denied[1][:5] if denied else ""
            if (
                sentence.cited_here
                and any(word.startswith(stem) for exhibit in sentence.exhibits for word in draft.words(exhibit))
                and not draft.is_quoted(start, end)
                and any(
                    {"not", "no", "never", "nobody", "neither", "without", "cannot", "nor"} & set(draft.words(x))
                    for x in sentence.exhibits
                )
            ):
                new = {"without ": "with ", "No ": "A ", "no ": "an " if draft.text[end] in "aeiou" else "a "}.get(
                    match[0], ""
                )
                yield Proposal(((start, end, new),), (sentence.start, sentence.end), match[0], new)
                break


@seeds(GROUP, APT)
def negation_inserted(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    pattern = re.compile(
        r"\b(?:was|were|is|are|has(?= been)|have(?= been)|may|can|will)\b(?= [a-z]+(?:ed|en|ly|ry|al|t|e)\b)(?! not)"
    )
    for sentence in shuffled(rng, _carried(draft)):
        for match in shuffled(rng, list(pattern.finditer(sentence.text)))[:1]:
            start, end = (sentence.start + place for place in match.span())
            denied = re.match(r" (?:been )?([a-z]+)", sentence.text[match.end() :])
            stem = denied[1][:5] if denied else ""
            if (
                sentence.cited_here
                and any(word.startswith(stem) for exhibit in sentence.exhibits for word in draft.words(exhibit))
                and not draft.is_quoted(start, end)
                and " not " not in sentence.text
                and " no " not in sentence.text
            ):
                yield Proposal(((end, end, " not"),), (sentence.start, sentence.end), match[0], match[0] + " not")


@seeds(GROUP, APT)
def direction_reversed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Reverses a comparison or a movement."""
    table = {
        "higher": "lower", "more than": "fewer than", "less than": "more than", "fewer": "more", "before": "after",
        "early": "late", "exceeded": "fell short of", "above": "below", "below": "above", "top": "bottom",
        "up from": "down from",
        "first": "last", "largest": "smallest", "small": "large", "independent": "employed", "highest": "lowest",
        "outstanding": "ordinary", "annual": "monthly", "weekly": "daily", "daily": "weekly", "Sunday": "weekday",
        "primarily": "only",
        "paid": "free", "unanimous": "divided", "without": "with", "free": "paid", "neither": "either",
        "current": "former", "open": "closed", "full": "partial", "public": "secret", "original": "derivative",
        "low": "high",
        "beta": "alpha", "slow": "fast", "experimental": "theoretical", "professional": "popular", "timber": "steel",
    }  # fmt: skip
    yield from _swap(draft, rng, table)
