"""Lists that a sentence announces with a number: ``relies on five awards:`` and its items."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from workbench.case.criteria import CRITERIA
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.finding import Finding
from workbench.checks.labels import mask_labels, mask_quotations
from workbench.checks.statements.quantities import Quantity
from workbench.checks.statements.statements import Clause, read_clause
from workbench.text.markdown import DraftBlock
from workbench.text.stems import find_stem

_MOST_ITEMS = 30
"""A larger number counts what is listed in part."""
_LONGEST_LEAD = 2_000
# What such a number counts is where or since when, and not what is listed.
_ASIDE = frozenset(
    [
        "in",
        "within",
        "from",
        "at",
        "over",
        "during",
        "after",
        "before",
        "across",
        "among",
        "than",
        "per",
        "for",
        "of",
        "since",
        "through",
    ]
)
_UNDER = re.compile(
    r"\s+under\s+(?:(?:8\s+C\.?\s?F\.?\s?R\.?|the\s+)?\s*(?:§|[Ss]ection|paragraph|criterion)?\s*(?:204\.5)?\s*(?:\(h\))?)"
    r"\s*\(3\)\s*\(([ivx]{1,5})\)"
)
_BY_NUMERAL = {
    numeral[1]: criterion
    for criterion in CRITERIA.values()
    if (numeral := re.search(r"\(3\)\(([ivx]+)\)$", criterion.paragraph)) is not None
}
_NUMBERED = re.compile(r"(?:(?<=\s)|(?<=\())(\d{1,2})\)\s")
_SMALL = frozenset(["the", "these", "those", "all", "his", "her", "its", "their"])
_UNITS = frozenset(
    find_stem(word)
    for word in [
        "years",
        "months",
        "weeks",
        "days",
        "hours",
        "minutes",
        "decades",
        "pages",
        "percent",
        "dollars",
        "points",
    ]
)


def find_miscounted_lists(draft: DraftText, check: str) -> Iterator[Finding]:
    """Finds lists that have another number of items than the sentence before them announces.

    Args:
        draft: A section.
        check: Id of the check that reports them.
    """
    # The last sentence of each block begins where the dictionary says.
    starts = {sentence.block: sentence.start for sentence in draft.sentences}
    for place, block in enumerate(draft.blocks):
        text = draft.text_of(block)
        lead = text.rstrip("* \n")
        following = draft.blocks[place + 1].kind if place + 1 < len(draft.blocks) else ""
        if block.kind == "paragraph" and following == "item" and lead.endswith(":"):
            items, start = _count_items(draft, draft.blocks, place + 1), starts.get(place, block.start)
        elif found := _find_inline_list(text):
            length, items = found
            lead = text[:length]
            start = block.start + max(lead.rfind(". ") + 1, 0)
        else:
            continue
        clause = read_clause(_read_from(draft, block, start, len(lead)))
        announced = [one for one in clause.quantities if _is_announced(clause, one)]
        if not announced or any(one.value == items for one in announced):
            continue
        offset = block.start + len(lead) - len(clause.text)
        start = offset + announced[-1].start
        end = offset + clause.tokens[announced[-1].phrase_end - 1].end
        yield draft.finding(
            check,
            "warning",
            f"“{' '.join(draft.content[start:end].split())}” are announced here, and {items} follow in the list.",
            at=(start, end),
            suggestion="Count the items of the list again.",
        )


def _find_inline_list(text: str) -> tuple[int, int] | None:
    """Finds ``four awards: 1) …; 2) …`` in one block; returns the length up to its colon, and its items."""
    numbers = list(_NUMBERED.finditer(text))
    count = 0
    for match in numbers:
        if int(match[1]) != count + 1:
            break
        count += 1
    lead = text[: numbers[0].start()].rstrip() if count > 1 else ""
    return (len(lead), count) if lead.endswith(":") else None


def find_miscounted_items(draft: DraftText, check: str) -> Iterator[Finding]:
    """Finds counts under a criterion that differ from the case file.

    Such as "five awards under (h)(3)(i)".

    Args:
        draft: A section.
        check: Id of the check that reports them.
    """
    if not isinstance(draft, DraftSection):
        return
    for sentence in draft.sentences:
        if "under" not in sentence.text or "(3)" not in sentence.text:
            continue
        clause = read_clause(sentence.text)
        for one in clause.quantities:
            named = _UNDER.match(sentence.text, clause.tokens[one.phrase_end - 1].end)
            criterion = _BY_NUMERAL.get(named[1]) if named is not None else None
            claim = draft.case.claim(criterion.id) if criterion is not None else None
            # What the criterion is about, and not manuscripts or years.
            if claim is None or not _is_plain(one) or one.noun not in _read_title(claim.criterion):
                continue
            if one.value != len(claim.items):
                start = sentence.start + one.start
                end = sentence.start + clause.tokens[one.phrase_end - 1].end
                yield draft.finding(
                    check,
                    "warning",
                    f"“{' '.join(draft.content[start:end].split())}” are counted here; the case file claims "
                    f"{len(claim.items)} under this criterion.",
                    at=(start, end),
                    suggestion="Count the items of the claim again.",
                )


@cache
def _read_title(criterion: str) -> frozenset[str]:
    return frozenset(map(find_stem, re.findall(r"[a-z]+", CRITERIA[criterion].title.casefold())))


def _read_from(draft: DraftText, block: DraftBlock, start: int, length: int) -> str:
    masked = mask_quotations(mask_labels(draft.text_of(block)))[:length]
    return masked[max(start - block.start, length - _LONGEST_LEAD) :]


def _is_plain(one: Quantity) -> bool:
    return one.kind == "count" and one.comparator == "exactly" and not one.weak and not one.unit


def _is_announced(clause: Clause, one: Quantity) -> bool:
    before = next((word for word in clause.words[max(0, one.first - 3) : one.first][::-1] if word not in _SMALL), "")
    counts = bool(one.noun) and one.noun not in _UNITS and before not in _ASIDE
    return _is_plain(one) and counts and one.value in range(2, _MOST_ITEMS + 1)


def _count_items(draft: DraftText, blocks: tuple[DraftBlock, ...], first: int) -> int:
    """Counts the items of a list, without those of the lists in them."""
    margin = _indent(draft, blocks[first])
    count = 0
    for block in blocks[first:]:
        indent = _indent(draft, block)
        if block.kind == "heading" or (block.kind != "item" and indent <= margin):
            break
        count += block.kind == "item" and indent <= margin
    return count


def _indent(draft: DraftText, block: DraftBlock) -> int:
    line = draft.content.rfind("\n", 0, block.start) + 1
    own = draft.content[line : block.end]
    return len(own) - len(own.lstrip())
