"""Errors in the citation and the listing of exhibits, and in the case file's own list."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from .clean_draft import CleanDraft, Sentence
from .mutant import Proposal, seeds, shuffled
from .number_reading import NUMERAL, read_value, values_on

GROUP = "exhibit"


def _facts(draft: CleanDraft, sentence: Sentence) -> tuple[set[float], set[str]]:
    """Reads the numbers and the proper names of a sentence, without its citations."""
    text = sentence.text
    for mark in reversed(sentence.marks if sentence.cited_here else ()):
        text = text[: mark.start - sentence.start] + text[mark.end - sentence.start :]
    numbers = {value for match in NUMERAL.finditer(text) if (value := read_value(match[0])) is not None}
    own = set(re.findall(r"\w+", draft.case.beneficiary.name))
    names = {name for name in re.findall(r"(?<=[a-z,] )[A-Z][a-z]{3,}", text) if name not in own}
    return numbers, names


def _carries(draft: CleanDraft, sentence: Sentence, exhibit: str, page: int | None = None) -> bool:
    """Returns True where a page could support the sentence: half of its numbers and names are there."""
    numbers, names = _facts(draft, sentence)
    words = set(draft.words(exhibit, page))
    values = values_on(draft, [exhibit]) if page is None else {read_value(word) for word in words}
    found = len(numbers & values) + sum(name.lower() in words for name in names)
    return found * 3 > len(numbers) + len(names)


@seeds(GROUP, "exhibit")
def exhibit_beyond(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Cites an exhibit that is not in the index."""
    for sentence in shuffled(rng, [s for s in draft.sentences if s.cited_here]):
        mark = sentence.marks[0]
        if len(mark.exhibits) == 1:
            count = len(draft.ids)
            if draft.style == "id":
                new = f"[@{rng.choice(['letter-hansen', 'award-record', 'press-2', 'nobel-letter'])}, p. 1]"
            else:
                label = (
                    chr(65 + min(25, count + rng.randrange(1, 6)))
                    if draft.style == "letter"
                    else str(count + rng.randrange(1, 9))
                )
                new = f"{draft.word} {label}" + (f" at {mark.page}" if mark.page else "")
            place = (sentence.start, sentence.end)
            yield Proposal(
                ((mark.start, mark.end, new),), place, draft.text[mark.start : mark.end], new, (new,), "construction"
            )


@seeds(GROUP, "exhibit|page")
def page_beyond(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Cites a page that the exhibit does not have."""
    for sentence in shuffled(rng, [s for s in draft.sentences if s.cited_here]):
        mark = sentence.marks[0]
        if len(mark.exhibits) == 1:
            page = len(draft.pages(mark.exhibits[0])) + rng.choice((1, 2, 7, 40))
            new = draft.cite(mark.exhibits[0], page)
            place = (sentence.start, sentence.end)
            yield Proposal(
                ((mark.start, mark.end, new),), place, draft.text[mark.start : mark.end], new,
                (f"page {page}", f"p. {page}", new),
                "construction",
            )  # fmt: skip


@seeds(GROUP, "exhibit|page|support|fact|figure")
def page_wrong(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Cites another page of the right exhibit, which has none of the facts."""
    for sentence in shuffled(rng, [s for s in draft.prose if s.cited_here]):
        mark = sentence.marks[0]
        numbers, names = _facts(draft, sentence)
        if len(sentence.marks) != 1 or len(mark.exhibits) != 1 or not mark.page or len(numbers) + len(names) < 2:
            continue
        exhibit = mark.exhibits[0]
        others = [
            page for page in range(1, len(draft.pages(exhibit)) + 1)
            if page != mark.page and not _carries(draft, sentence, exhibit, page)
        ]  # fmt: skip
        if others and _carries(draft, sentence, exhibit, mark.page):
            new = draft.cite(exhibit, rng.choice(others))
            place = (sentence.start, sentence.end)
            yield Proposal(((mark.start, mark.end, new),), place, draft.text[mark.start : mark.end], new, (new,))


@seeds(GROUP, "exhibit|support|fact|figure|label|index|trace|claim")
def exhibit_swapped(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Cites an exhibit that has none of the sentence's facts."""
    for sentence in shuffled(rng, [s for s in draft.prose if s.cited_here]):
        mark = sentence.marks[0]
        numbers, names = _facts(draft, sentence)
        if len(sentence.marks) != 1 or len(mark.exhibits) != 1 or len(numbers) + len(names) < 2:
            continue
        others = [x for x in draft.ids if x != mark.exhibits[0] and not _carries(draft, sentence, x)]
        if others and _carries(draft, sentence, mark.exhibits[0]):
            other = rng.choice(others)
            page = min(mark.page, len(draft.pages(other))) if mark.page else None
            new = draft.cite(other, page)
            place = (sentence.start, sentence.end)
            yield Proposal(((mark.start, mark.end, new),), place, draft.text[mark.start : mark.end], new, (new,))


@seeds(GROUP, "claim|evidence|cit|exhibit")
def citation_removed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Removes the only citation of a paragraph that states facts."""
    for start, end in shuffled(rng, draft.paragraphs):
        marks = [mark for mark in draft.marks if start <= mark.start < end]
        inside = [s for s in draft.prose if start <= s.start < end]
        # An item of a list may rest on the citation of its lead-in.
        if len(marks) != 1 or not inside or marks[0].cut is None or draft.text[start : start + 1] in '->“"':
            continue
        numbers, _ = _facts(draft, inside[-1])
        first, last = marks[0].cut
        stop = "." if draft.text[first - 1 : first].isalnum() and draft.text[last : last + 1] != "." else ""
        if numbers and draft.text[start : start + 1] != "#":
            yield Proposal(((first, last, stop),), (start, end), draft.text[first:last], stop, (), "construction")


@seeds(GROUP, "uncited|exhibit|index")
def exhibit_orphaned(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Removes every citation of a listed exhibit."""
    for exhibit in shuffled(rng, draft.ids):
        marks = [mark for mark in draft.marks if exhibit in mark.exhibits]
        cuts = [mark.cut for mark in marks if mark.cut and len(mark.exhibits) == 1]
        if marks and len(cuts) == len(marks) <= 6:
            edits = tuple((first, last, "") for first, last in cuts)
            names = (exhibit, f"{draft.word} {draft.label(exhibit)}", draft.case.exhibit(exhibit).title)
            if draft.style == "id":
                names = (exhibit, draft.case.exhibit(exhibit).title)
            yield Proposal(edits, None, f"citations of {exhibit}", "", names, "construction")


@seeds(GROUP, "exhibit|index|list")
def index_entry_dropped(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Takes an exhibit that the letter cites out of its index."""
    cited = {exhibit for mark in draft.marks for exhibit in mark.exhibits}
    entries = list(zip(draft.ids, draft.index_entries, strict=False))
    for exhibit, (start, end, _, _) in shuffled(rng, entries):
        if exhibit in cited:
            names = (exhibit, f"{draft.word} {draft.label(exhibit)}", f"Exhibit {draft.label(exhibit)}")
            gap = 2 if draft.text.startswith("\n\n", end) else 1
            old = draft.text[start:end]
            yield Proposal(((start, min(len(draft.text), end + gap), ""),), None, old, "", names, "construction")


@seeds(GROUP, "exhibit|index|list|duplicate")
def index_entry_repeated(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Lists one number twice, with two titles."""
    entries = list(zip(draft.ids, draft.index_entries, strict=False))
    for place in shuffled(rng, range(1, len(entries))):
        exhibit, (start, _, title, _) = entries[place]
        before = entries[place - 1][0]
        old = draft.text[start:title]
        new = old.replace(f" {draft.label(exhibit)}:", f" {draft.label(before)}:")
        names = (exhibit, before, f"{draft.word} {draft.label(before)}", f"Exhibit {draft.label(before)}")
        yield Proposal(((start, title, new),), (start, title), old, new, names, "construction")


@seeds(GROUP, "exhibit|index|label|title")
def index_titles_swapped(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Exchanges the titles of two entries of the index."""
    entries = list(zip(draft.ids, draft.index_entries, strict=False))
    for place in shuffled(rng, range(len(entries) - 1)):
        (one, (_, _, a, b)), (other, (_, _, c, d)) = entries[place], entries[place + 1]
        if draft.case.exhibit(one).kind != draft.case.exhibit(other).kind:
            edits = ((a, b, draft.text[c:d]), (c, d, draft.text[a:b]))
            names = (one, other, f"{draft.word} {draft.label(one)}", f"{draft.word} {draft.label(other)}")
            yield Proposal(edits, (a, d), draft.text[a:b], draft.text[c:d], names, "construction")


@seeds(GROUP, "exhibit|index|label|title")
def label_mismatched(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Describes an exhibit as another one where it is cited."""
    if draft.style == "id":
        return
    for mark in shuffled(rng, draft.marks):
        described = re.match(r", (?:an? |the |first )([^()\n]{8,120}?)\.?\)", draft.text[mark.end : mark.end + 140])
        others = [
            x for x in draft.ids
            if len(mark.exhibits) == 1 and x != mark.exhibits[0]
            and draft.case.exhibit(x).kind != draft.case.exhibit(mark.exhibits[0]).kind
        ]  # fmt: skip
        if not others or (draft.text[mark.start - 1] != "(" and described is None):
            continue
        title = draft.case.exhibit(rng.choice(others)).title.rstrip(".")
        at = mark.end + (described.end(0) - 1 if described else 0)
        new = f", {title}"
        place = next(((s.start, s.end) for s in draft.sentences if s.start <= mark.start < s.end), (mark.start, at))
        yield Proposal(((mark.end, at, new),), place, draft.text[mark.end : at], new, (title,), "construction")


@seeds("case", "date|exhibit|filing")
def evidence_after_filing(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Dates an exhibit after the filing, in the case file."""
    year = draft.case.filing_date.year
    for exhibit in shuffled(rng, draft.case.exhibits):
        source = (draft.case.root / "case.yaml").read_text(encoding="utf-8")
        entry = re.search(rf"  - id: {exhibit.id}\n(?:    .*\n)*?    date: (\S.*)\n", source)
        if entry:
            new_date = f"{year + rng.choice((1, 2))}-0{rng.randrange(2, 9)}"
            new = entry[0].replace(f"date: {entry[1]}", f'date: "{new_date}"')
            names = (exhibit.id, new_date, exhibit.title, f"Exhibit {draft.label(exhibit.id)}")
            yield Proposal((), None, entry[1], new_date, names, "construction", ((entry[0], new),))


@seeds("case", "transl|exhibit|language")
def foreign_untranslated(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Makes an exhibit a foreign document without a translation, in the case file."""
    cited = {exhibit for mark in draft.marks for exhibit in mark.exhibits}
    for exhibit in shuffled(rng, draft.case.exhibits):
        source = (draft.case.root / "case.yaml").read_text(encoding="utf-8")
        entry = re.search(rf"  - id: {exhibit.id}\n    title: .*\n    kind: .*\n", source)
        if entry and exhibit.id in cited and "ranslation" not in exhibit.title:
            language = rng.choice(["de", "zh", "pt", "ja"])
            names = (exhibit.id, exhibit.title, f"Exhibit {draft.label(exhibit.id)}")
            new = f"{entry[0]}    language: {language}\n"
            yield Proposal((), None, "en", language, names, "construction", ((entry[0], new),))
