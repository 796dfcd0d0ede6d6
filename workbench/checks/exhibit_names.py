"""Names of exhibits in messages: the letter's number first, then the id of the case file."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import Protocol

from workbench.case.citation import format_pages
from workbench.case.model import Case


class LabelledExhibits(Protocol):
    """A letter's own labels of the exhibits."""

    @property
    def key(self) -> Hashable:
        """Value that is equal where equal labels are given to the same exhibits."""
        ...

    def label_of(self, exhibit_id: str, pages: Collection[int] = ()) -> str | None:
        """Finds the label of an exhibit, or of the part of it that holds some pages; None where it has none."""
        ...


def name_exhibit(
    case: Case | None, exhibit_id: str, pages: Collection[int] = (), numbering: LabelledExhibits | None = None
) -> str:
    """Names an exhibit for a reader of the letter: ``Exhibit 12 (ncga-award), p. 3``.

    Args:
        case: The case; None where there is none: the letter's label is then all that is known.
        exhibit_id: The exhibit.
        pages: Of its file, from 1; none: the exhibit as a whole.
        numbering: The letter's own labels; None: the exhibit has the number that it gets when the petition is rendered.
    """
    number = _find_number(case, exhibit_id)
    label = number if numbering is None else numbering.label_of(exhibit_id, pages)
    is_known = number is not None and label not in {None, exhibit_id}
    # Of a range that stands for no exhibit: "12 to 30".
    word = "Exhibits" if " to " in exhibit_id else "Exhibit"
    name = f"{word} {label} ({exhibit_id})" if is_known else f"{word} {label or exhibit_id}"
    return f"{name}, {format_pages(tuple(pages))}" if pages else name


def _find_number(case: Case | None, exhibit_id: str) -> str | None:
    try:
        return None if case is None else str(case.exhibit_number(exhibit_id))
    except KeyError:
        return None
