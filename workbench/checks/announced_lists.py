"""Lists that a sentence announces with a number: ``relies on five awards:`` and its items."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.checks.draft import DraftText
from workbench.checks.finding import Finding
from workbench.checks.labels import mask_labels, mask_quotations
from workbench.checks.quantities import Quantity
from workbench.checks.statements import Clause, read_clause
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
    for place, block in enumerate(draft.blocks[:-1]):
        lead = draft.text_of(block).rstrip("* \n")
        if block.kind != "paragraph" or not lead.endswith(":") or draft.blocks[place + 1].kind != "item":
            continue
        items = _count_items(draft, draft.blocks, place + 1)
        clause = read_clause(_read_from(draft, block, starts.get(place, block.start), len(lead)))
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


def _read_from(draft: DraftText, block: DraftBlock, start: int, length: int) -> str:
    masked = mask_quotations(mask_labels(draft.text_of(block)))[:length]
    return masked[max(start - block.start, length - _LONGEST_LEAD) :]


def _is_announced(clause: Clause, one: Quantity) -> bool:
    is_plain = one.kind == "count" and one.comparator == "exactly" and not one.weak and not one.unit
    before = next((word for word in clause.words[max(0, one.first - 3) : one.first][::-1] if word not in _SMALL), "")
    counts = bool(one.noun) and one.noun not in _UNITS and before not in _ASIDE
    return is_plain and counts and one.value in range(2, _MOST_ITEMS + 1)


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
