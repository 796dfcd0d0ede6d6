"""Things left in a letter: notes, blanks, an assistant's words, another client's name, a paragraph twice."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from .clean_draft import CleanDraft
from .mutant import Proposal, seeds, shuffled

GROUP = "leftover"
APT = "placeholder|leftover|note|blank|draft"


def _hosts(draft: CleanDraft, rng: random.Random) -> list[tuple[int, int]]:
    """Lists paragraphs of running text, in the order of the seed."""
    return shuffled(
        rng,
        [
            (a, b)
            for a, b in draft.paragraphs
            if b - a > 120 and draft.text[a] not in ">-" and draft.text[b - 1] in '.)]”"'
        ],
    )


def _append(
    draft: CleanDraft, rng: random.Random, notes: Sequence[str], *, own_line: bool = False
) -> Iterator[Proposal]:
    for (start, end), note in zip(_hosts(draft, rng), shuffled(rng, notes), strict=False):
        at = start if own_line else end
        new = f"{note}\n\n" if own_line else f" {note}"
        yield Proposal(((at, at, new),), (at, at), "", new, (note.strip("[]() ")[:40],), "construction")


@seeds(GROUP, APT)
def todo_left(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    yield from _append(draft, rng, (
        "[TODO: add the second letter]", "TK: figure for last year.", "[to be confirmed with the client]",
        "(cite needed)",
        "[Insert the exhibit here.]", "[Verify this date against the certificate]", "[?? which year]",
        "FIXME: the number is old.",
        "[add citation]", "[JM to confirm before we file]",
    ))  # fmt: skip


@seeds(GROUP, APT)
def note_to_self(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Leaves a remark of the drafter, in parentheses, brackets or none."""
    yield from _append(draft, rng, (
        "(I could not find the page for this, ask her.)",
        "Note: check whether the second journal should be mentioned at all.",
        "[not sure that this is the right exhibit, please look]", "(Do we have a better letter for this?)",
        "[AB: I would cut this paragraph, it repeats section two]", "Remember to update the numbers before filing.",
        "(see my e-mail of Tuesday)", "[Is this still true? The website says otherwise.]",
        "Ask the client for the contract and put the salary here.", "(same as last petition, adapt)",
    ))  # fmt: skip


@seeds(GROUP, APT + "|assist|model")
def assistant_phrase(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Leaves an assistant's words around its text."""
    notes = (
        "Certainly! Here is the revised section:", "Sure, I have rewritten the paragraph in a more persuasive tone:",
        "Below is a draft that follows your instructions.", "I hope this draft meets your needs.",
        "Here's a polished version of the argument:",
        "Let me know if you would like me to expand on any of these points.",
        "As requested, I have kept the section under 300 words.",
        "Please note that I do not have access to the exhibits themselves.",
        "Would you like me to strengthen the conclusion?", "I have not been able to verify these citations.",
    )  # fmt: skip
    half = rng.random() < 0.5
    yield from _append(draft, rng, notes, own_line=half)


@seeds(GROUP, APT)
def blank_unfilled(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Leaves a blank where a number, a date or a name should be."""
    blanks = (
        "____",
        "XX",
        "[number]",
        "[●]",
        "##",
        "[date]",
        "$___",
        "[NAME]",
        "XXXX",
        "{{count}}",
        "[year]",
        "<amount>",
    )
    pattern = re.compile(r"(?<=[a-z] )(?:(?:1[89]|20)\d\d|\d[\d,]*)(?=[ ,.;])(?!\.\d)")
    for sentence, blank in zip(shuffled(rng, draft.prose), shuffled(rng, blanks * 9), strict=False):
        for match in pattern.finditer(sentence.text):
            start, end = (sentence.start + place for place in match.span())
            if not draft.is_quoted(start, end):
                values = (blank,) if len(blank) > 2 else ()
                yield Proposal(
                    ((start, end, blank),), (sentence.start, sentence.end), match[0], blank, values, "construction"
                )
                break


@seeds(GROUP, APT)
def template_name_left(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Leaves a field of a template where the name should be."""
    person = draft.case.beneficiary
    pattern = re.compile(rf"{re.escape(person.honorific or 'Dr.')} {re.escape(person.surname)}")
    fields = (
        "[Beneficiary]",
        "[BENEFICIARY NAME]",
        "{{ beneficiary.surname }}",
        "Dr. [Last Name]",
        "<<Name>>",
        "Dr. ______",
        "{client}",
    )
    for sentence, name in zip(shuffled(rng, draft.sentences), shuffled(rng, fields * 9), strict=False):
        match = pattern.search(sentence.text)
        if match and not draft.is_quoted(sentence.start + match.start(), sentence.start + match.end()):
            start, end = (sentence.start + place for place in match.span())
            yield Proposal(
                ((start, end, name),), (sentence.start, sentence.end), match[0], name, (name,), "construction"
            )


@seeds(GROUP, APT + "|nam")
def other_client_named(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Leaves the name of the client whose petition was the model."""
    person = draft.case.beneficiary
    pattern = re.compile(rf"{re.escape(person.honorific or 'Dr.')} {re.escape(person.surname)}")
    clients = [
        name
        for name in ("Petrosyan", "Kowalczyk", "Ramanathan", "Yilmaz", "Baptiste")
        if name.lower() not in draft.all_words
    ]
    for sentence in shuffled(rng, draft.sentences):
        match = pattern.search(sentence.text)
        if match and not draft.is_quoted(sentence.start + match.start(), sentence.start + match.end()):
            start, end = (sentence.start + place for place in match.span())
            new = f"{person.honorific} {rng.choice(clients)}"
            yield Proposal(((start, end, new),), (sentence.start, sentence.end), match[0], new, (new,), "construction")


@seeds(GROUP, APT + "|duplic|repeat|structure|consisten")
def paragraph_repeated(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Repeats a paragraph further down."""
    paragraphs = _hosts(draft, rng)
    for start, end in paragraphs:
        if end - start > 250:
            later = [b for a, b in draft.paragraphs if a > end and draft.text[a] not in "->"]
            if later:
                at = rng.choice(later[:6])
                new = f"\n\n{draft.text[start:end]}"
                yield Proposal(((at, at, new),), (at, at), "", new, (), "construction")


@seeds(GROUP, APT + "|refer|section|structure")
def section_dangling(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Refers to a section of the letter that does not exist."""
    yield from _append(draft, rng, (
        "(Please refer to Section 14.3.)", "This is discussed further in Section XVII below.", "See Part 12.4, infra.",
        "(See Section 19.)", "As shown in Section 13.2 above, the point is not in doubt.", "See Section XXI.",
    ))  # fmt: skip


@seeds(GROUP, APT + "|cit|exhibit")
def citation_blank(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Leaves an empty citation."""
    blanks = ("[Ex. __]", "(Exhibit __)", "( )", "[cite]", "(Ex. ?)", "[EXHIBIT #]", "(Exhibit XX)", "[@TODO]")
    for mark, blank in zip(shuffled(rng, [m for m in draft.marks if m.cut]), shuffled(rng, blanks), strict=False):
        place = next(((s.start, s.end) for s in draft.sentences if s.start <= mark.start < s.end), None)
        if place and mark.cut:
            start, end = mark.cut
            new = f" {blank}" if draft.text[start] == " " else blank
            new += "." if draft.text[end - 1] == "." else ""
            yield Proposal(((start, end, new),), place, draft.text[start:end], new, (blank,), "construction")


@seeds(GROUP, APT + "|placeholder|structure")
def markup_left(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Leaves the marks of a template or of a revision."""
    yield from _append(draft, rng, (
        "{% if awards %}", "<!-- shorten this -->", "{{exhibit_ref}}", "<b>NEW:</b> moved from the draft of May.",
        "%%EVIDENCE%%",
        "[[insert: quote from letter]]", "~~old text~~ new text to come", "&lt;citation&gt;",
    ))  # fmt: skip
