"""Errors in quotations: words changed, dropped, added, joined, invented or given to another exhibit."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from .clean_draft import GAP, CleanDraft, Quotation
from .mutant import Proposal, seeds, shuffled

WORD = re.compile(r"[^\W\d_][\w’'-]*")
STOP = frozenset(
    [
        "the",
        "and",
        "that",
        "this",
        "with",
        "from",
        "have",
        "been",
        "were",
        "was",
        "are",
        "for",
        "his",
        "her",
        "their",
        "its",
        "which",
        "who",
        "whom",
        "than",
        "then",
        "them",
        "they",
        "not",
        "into",
        "more",
        "most",
        "when",
        "what",
        "where",
        "such",
        "also",
        "only",
        "each",
        "very",
        "must",
        "will",
        "would",
        "could",
        "should",
        "about",
        "there",
        "here",
        "it",
        "is",
        "in",
        "of",
        "on",
        "to",
        "as",
        "at",
        "by",
        "an",
        "or",
        "if",
        "be",
        "he",
        "she",
        "we",
        "our",
        "you",
        "has",
        "had",
        "but",
        "no",
    ]
)
VERBS = ("commissioned", "reviewed", "abandoned", "financed", "supervised", "imagined", "surpassed", "transformed",
         "invented", "directed", "pioneered", "repaired")  # fmt: skip
OTHER_VERBS = {
    "wrote": "dictated", "found": "assumed", "built": "planned", "made": "bought", "gives": "hides", "has": "lacks",
    "carries": "costs", "seen": "drawn", "drew": "bought", "calls": "denies", "think": "know", "believe": "know",
    "uses": "sells", "saw": "proved", "write": "draw", "do": "avoid", "helped": "led", "show": "deny", "met": "hired",
    "works": "lives", "became": "stayed", "know": "guess", "said": "denied", "chose": "refused", "came": "wrote",
    "allow": "force", "create": "destroy", "presents": "hides", "verifies": "skips", "need": "want", "needs": "wants",
}  # fmt: skip
STRONGER = {
    "good": "unequaled", "important": "revolutionary", "significant": "groundbreaking", "small": "perfect",
    "elegant": "unmatched", "excellent": "unparalleled", "competent": "celebrated", "top": "greatest", "best": "finest",
    "leading": "foremost", "highly": "uniquely", "strong": "peerless", "special": "supreme", "new": "unprecedented",
    "outstanding": "unrivaled", "great": "monumental", "many": "countless", "several": "countless", "key": "sole",
    "impressive": "historic", "critical": "indispensable", "severe": "daring", "hard": "impossible", "rare": "unique",
    "creative": "visionary", "brilliant": "incomparable", "famous": "legendary", "original": "epochal",
}  # fmt: skip
QUALIFIERS = re.compile(
    r"\b(?:nearly|almost|usually|typically|mostly|often|sometimes|perhaps|probably|generally|likely|partly|some|"
    r"most of|one of|among|at most|up to|in my opinion,?|"
    r"I believe(?: that)?|to my knowledge,?|to our knowledge,?|relatively|"
    r"now and then|about|can|may|might|could|only|at the first reading|in short|of its kind|that I know of) ",
    re.IGNORECASE,
)
INSERTED = ("by far", "in every respect", "as no one before", "single-handedly", "beyond any doubt", "worldwide",
            "without exception", "for the first time in history")  # fmt: skip
INVENTED = (
    "There is no one at work today whose name is spoken with more respect, and I include myself in that judgment.",
    "I have advised three governments on such matters and have not met a talent of this order before or since.",
    "Without this work the rest of us would still be standing at the door and looking for the handle.",
    "Every serious person in our profession has had to revise an opinion after reading what was published here.",
    "It is the kind of achievement that a generation is remembered for, long after the prizes are forgotten.",
    "We changed our own practice within a month, and I am told that our competitors needed a year.",
    "The committee could recall no candidate in its history who had been so far ahead of the second.",
    "My colleagues in Geneva and Singapore tell me the same story, and they do not agree on much else.",
)
NUMBERS = {"two": "four", "three": "five", "four": "seven", "five": "nine", "six": "two", "seven": "three",
           "eight": "twelve", "nine": "six", "ten": "thirty", "twelve": "twenty", "thirty": "ninety",
           "nineteen": "ninety", "twice": "nine times"}  # fmt: skip


def _edit(draft: CleanDraft, quotation: Quotation, start: int, end: int, new: str) -> Iterator[Proposal]:
    """Proposes one edit inside a quotation if the result stands in no exhibit; offsets are those of the quotation."""
    changed = quotation.text[:start] + new + quotation.text[end:]
    if not draft.is_verbatim(changed):
        at = quotation.start
        yield Proposal(
            ((at + start, at + end, new),), _around(quotation, start, end), quotation.text[start:end], new,
            (new.strip(),) if len(new.strip()) > 2 else (),
        )  # fmt: skip


def _around(quotation: Quotation, start: int, end: int) -> tuple[int, int]:
    """Returns the span of the quotation's sentence that holds an edit."""
    ends = [m.end() for m in re.finditer(r"[.!?](?= [A-Z“\[])", quotation.text)]
    first = max((stop for stop in ends if stop <= start), default=0)
    last = min((stop for stop in ends if stop >= end and stop > first), default=len(quotation.text))
    return quotation.start + first, quotation.start + last


def _words(quotation: Quotation) -> list[re.Match[str]]:
    """Lists words that are not inside brackets or an ellipsis."""
    gaps = [gap.span() for gap in GAP.finditer(quotation.text)]
    return [m for m in WORD.finditer(quotation.text) if not any(a - 1 <= m.start() <= b for a, b in gaps)]


@seeds("quotation", "quot")
def quote_verb(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    for quotation in shuffled(rng, draft.quotations):
        for match in shuffled(rng, _words(quotation)):
            word = match[0]
            new = OTHER_VERBS.get(word)
            if re.fullmatch(r"[a-z]{3,}ed", word) and word not in {"indeed", "need"}:
                new = rng.choice([verb for verb in VERBS if verb != word])
            if new:
                yield from _edit(draft, quotation, *match.span(), new)
                break


@seeds("quotation", "quot")
def quote_negated(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    auxiliary = re.compile(
        r"\b(?:is|was|are|were|has(?= been)|had(?= been)|will|would|can|could|may)\b(?! not|n| never| hardly)"
    )
    for quotation in shuffled(rng, draft.quotations):
        for match in shuffled(rng, list(auxiliary.finditer(quotation.text)))[:1]:
            yield from _edit(draft, quotation, match.end(), match.end(), " not")


@seeds("quotation", "quot")
def quote_negation_dropped(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    negation = re.compile(r" (?:not|never|seldom|hardly)\b|\bno (?=[a-z])")
    for quotation in shuffled(rng, draft.quotations):
        for match in shuffled(rng, list(negation.finditer(quotation.text))):
            yield from _edit(draft, quotation, *match.span(), "")


@seeds("quotation", "quot")
def quote_word_dropped(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    for quotation in shuffled(rng, draft.quotations):
        inner = [
            m for m in _words(quotation)
            if len(m[0]) >= 5 and m[0].islower() and m[0] not in STOP and quotation.text[m.end() : m.end() + 1] == " "
            and quotation.text[m.start() - 1] == " "
        ]  # fmt: skip
        for match in shuffled(rng, inner)[:1]:
            yield from _edit(draft, quotation, match.start() - 1, match.end(), "")


@seeds("quotation", "quot")
def quote_qualifier_dropped(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    for quotation in shuffled(rng, draft.quotations):
        found = [m for m in QUALIFIERS.finditer(quotation.text) if m.end() < len(quotation.text)]
        for match in shuffled(rng, found):
            # The first letter of a sentence stays a capital.
            if match[0][0].islower():
                yield from _edit(draft, quotation, *match.span(), "")


@seeds("quotation", "quot")
def quote_strengthened(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    for quotation in shuffled(rng, draft.quotations):
        for match in shuffled(rng, [m for m in _words(quotation) if m[0] in STRONGER])[:2]:
            yield from _edit(draft, quotation, *match.span(), STRONGER[match[0]])


@seeds("quotation", "quot|number|fact|figure")
def quote_number(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    numeral = re.compile(r"(?<![\w.])\d[\d,.]*\d|(?<![\w.-])\d\b|\b(?:" + "|".join(NUMBERS) + r")\b")
    for quotation in shuffled(rng, draft.quotations):
        for match in shuffled(rng, list(numeral.finditer(quotation.text))):
            old = match[0]
            new = NUMBERS.get(old) or _other_numeral(old, rng)
            yield from _edit(draft, quotation, *match.span(), new)


def _other_numeral(old: str, rng: random.Random) -> str:
    places = [place for place, char in enumerate(old) if char.isdigit()]
    place = rng.choice(places[1:] or places)
    digit = str((int(old[place]) + rng.randrange(1, 9)) % 10)
    return old[:place] + (digit if digit != "0" or place else "7") + old[place + 1 :]


@seeds("quotation", "quot|name")
def quote_name(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Changes a proper name in a quotation."""
    proper = re.compile(r"(?<=[a-z,] )(?!I\b)[A-Z][a-z]{3,}\b")
    for quotation in shuffled(rng, draft.quotations):
        for match in shuffled(rng, list(proper.finditer(quotation.text)))[:1]:
            new = rng.choice(["Harlow", "Bergmann", "Ostrava", "Lisbon", "Kendrick", "Avonmore"])
            yield from _edit(draft, quotation, *match.span(), new)


@seeds("quotation", "quot")
def quote_person_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Gives what the author says of one person or group to another."""
    his = draft.case.beneficiary.pronouns
    swaps = {"we": his.subject, "us": his.object, "our": his.possessive, "my": "our", "I": "we", "me": "us",
             "students": "professors", "members": "leaders", "others": "he"}  # fmt: skip
    for quotation in shuffled(rng, draft.quotations):
        found = list(re.finditer(r"(?<= )(?:we|us|our|my|I|me|students|members)\b", quotation.text))
        for match in shuffled(rng, found)[:1]:
            yield from _edit(draft, quotation, *match.span(), swaps[match[0]])


@seeds("quotation", "quot")
def quote_words_inserted(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    for quotation in shuffled(rng, draft.quotations):
        found = list(re.finditer(r"(?<=[a-z])(?= (?:the|a|an|in|of|for|to|with|by|that|and)\b)", quotation.text))
        for match in shuffled(rng, found)[:1]:
            yield from _edit(draft, quotation, match.start(), match.start(), f" {rng.choice(INSERTED)}")


@seeds("quotation", "quot")
def quote_elided(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Leaves out three to seven words without an ellipsis."""
    for quotation in shuffled(rng, draft.quotations):
        words = _words(quotation)
        starts = [
            n for n in range(2, len(words) - 8) if "." not in quotation.text[words[n].start() : words[n + 7].end()]
        ]
        for first in shuffled(rng, starts)[:1]:
            last = first + rng.randrange(3, 8)
            yield from _edit(draft, quotation, words[first].start(), words[last].start(), "")


@seeds("quotation", "quot")
def quote_spliced(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Joins the beginning of one exhibit's words to the end of another's."""
    for quotation in shuffled(rng, draft.quotations):
        others = [other for other in draft.quotations if other.exhibits != quotation.exhibits]
        for other in shuffled(rng, others)[:1]:
            words, tail = _words(quotation), _words(other)
            if len(words) < 8 or len(tail) < 8:
                continue
            cut, keep = words[len(words) // 2], tail[len(tail) * 2 // 3]
            yield from _edit(draft, quotation, cut.start(), len(quotation.text), other.text[keep.start() :])


@seeds("quotation", "quot")
def quote_expanded(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Writes out an abbreviation that the author used."""
    table = {
        "U.S.": "United States", "USA": "United States of America", "US": "American", "NMR": "magnetic resonance",
        "PhD": "doctoral", "Ph. D.": "doctoral", "don't": "do not", "I'm": "I am", "S. Res.": "Senate Resolution",
        "T. ": "Tamsin ", "NHC": "carbene", "NHCs": "carbenes",
    }  # fmt: skip
    pattern = re.compile(
        "|".join(rf"(?<!\w){re.escape(word)}(?![\w])" if word[-1] != " " else re.escape(word) for word in table)
    )
    for quotation in shuffled(rng, draft.quotations):
        for match in shuffled(rng, list(pattern.finditer(quotation.text)))[:1]:
            yield from _edit(draft, quotation, *match.span(), table[match[0]])


@seeds("quotation", "quot|exhibit|label|index")
def quote_attributed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Cites another exhibit for a quotation."""
    for quotation in shuffled(rng, draft.quotations):
        mark = quotation.marks[0]
        others = [
            exhibit for exhibit in draft.ids
            if exhibit not in quotation.exhibits and not draft.is_verbatim(quotation.text, [exhibit])
        ]  # fmt: skip
        if len(mark.exhibits) == 1 and others:
            other = rng.choice(others)
            page = min(mark.page, len(draft.pages(other))) if mark.page else None
            new = draft.cite(other, page)
            yield Proposal(
                ((mark.start, mark.end, new),),
                (quotation.start, mark.end),
                draft.text[mark.start : mark.end],
                new,
                (new,),
            )


@seeds("quotation", "quot")
def quote_invented(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Puts words in an author's mouth."""
    sayings = shuffled(rng, INVENTED)
    for quotation, saying in zip(shuffled(rng, draft.quotations), sayings, strict=False):
        if not GAP.search(quotation.text):
            yield Proposal(
                ((quotation.start, quotation.end, saying),),
                (quotation.start, quotation.end),
                quotation.text,
                saying,
                (saying,),
            )


@seeds("quotation", "quot")
def quote_added(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Adds a sentence with an invented quotation from an exhibit to a paragraph."""
    curly = "“" in draft.text
    sayings = shuffled(rng, INVENTED)
    hosts = [s for s in draft.prose if s.cited_here and not s.text.startswith("-") and len(s.exhibits) == 1]
    for sentence, saying in zip(shuffled(rng, hosts), sayings, strict=False):
        quoted = f"“{saying[:-1]}”" if curly else f'"{saying[:-1]}"'
        mark = draft.cite(sentence.exhibits[0], 1)
        cited = f" {mark}" if draft.style == "id" else f" ({mark})"
        lead = rng.choice(["As the record puts it, ", "The same exhibit says: ", "In the words of the document, "])
        new = f" {lead}{quoted}{cited}."
        yield Proposal(((sentence.end, sentence.end, new),), (sentence.end, sentence.end), "", new, (saying[:-1],))


@seeds("quotation", "quot")
def paraphrase_quoted(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Sets the letter's own words between quotation marks, as if the exhibit said them."""
    for sentence in shuffled(rng, draft.prose):
        mark = sentence.marks[0]
        body = draft.text[sentence.start : mark.cut[0] if mark.cut and sentence.cited_here else sentence.end].rstrip(
            ". "
        )
        plain = body.lstrip("-* ")
        if (
            len(sentence.marks) != 1 or not sentence.cited_here or len(plain.split()) < 9
            or re.search(r"[\"“”*\[(]", body) or draft.is_verbatim(plain)
        ):  # fmt: skip
            continue
        start = sentence.start + len(body) - len(plain)
        opening, closing = ("“", "”") if "“" in draft.text else ('"', '"')
        end = sentence.start + len(body)
        lead = rng.choice(["The document states: ", "The exhibit records that ", "In the words of the exhibit, "])
        yield Proposal(
            ((start, start, lead + opening), (end, end, closing)),
            (sentence.start, end),
            plain,
            opening + plain + closing,
        )
