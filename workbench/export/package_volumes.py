"""Plan of a package: which exhibit pages go into which volume, and on which of its pages they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from workbench.export.package_exhibits import PreparedExhibit

STAMP_BYTES = 1_000
"""Of a page's stamp in a volume."""
COVER_BYTES = 4_000
FRONT_BYTES = 60_000
"""Of the index, its fonts and those of covers and stamps."""


class Profile(NamedTuple):
    """Bounds of a volume.

    Attributes:
        name: As on the command line.
        pages: At most so many pages, covers and index included; None: no bound.
        size: At most so many bytes; None: no bound.
    """

    name: str
    pages: int | None
    size: int | None


PROFILES = {
    # A volume of 500 sheets is 5 cm thick, as much as a two-hole fastener holds.
    "paper": Profile("paper", 500, None),
    # USCIS takes files of up to 12 MB online; half a megabyte is left for how a megabyte is counted.
    "online": Profile("online", None, 11_500_000),
}
"""Profiles by name."""


@dataclass(frozen=True)
class Part:
    """Pages of an exhibit that stand in one volume, behind a cover.

    Attributes:
        exhibit: The exhibit.
        first: Index of its first page.
        behind: Index behind its last page.
        ordinal: Which part of the exhibit, from 1.
        count: Parts of the exhibit.
    """

    exhibit: PreparedExhibit
    first: int
    behind: int
    ordinal: int = 1
    count: int = 1

    @property
    def length(self) -> int:
        """Number of pages with the cover."""
        return 1 + self.behind - self.first


@dataclass(frozen=True)
class Volume:
    """One file of a package.

    Attributes:
        number: From 1.
        parts: In order.
        letter: Pages of the letter, at its head; 0 in all but the first.
        index: Pages of the index.
    """

    number: int
    parts: tuple[Part, ...]
    letter: int = 0
    index: int = 1

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"volume-{self.number}.pdf"

    @property
    def pages(self) -> int:
        """Number of its pages."""
        return self.letter + self.index + sum(part.length for part in self.parts)

    def starts(self) -> Iterator[tuple[Part, int]]:
        """Yields each part with the index of its cover."""
        place = self.letter + self.index
        for part in self.parts:
            yield part, place
            place += part.length


class Place(NamedTuple):
    """A page of a package: its volume, and its index there."""

    volume: int
    page: int


class PageTable:
    """Places of the exhibits' covers and pages."""

    def __init__(self, volumes: Sequence[Volume]) -> None:
        self._parts: dict[int, list[tuple[Part, Place]]] = {}
        for volume in volumes:
            for part, start in volume.starts():
                self._parts.setdefault(part.exhibit.number, []).append((part, Place(volume.number, start)))

    def find_place(self, number: int, page: int | None) -> Place | None:
        """Finds an exhibit's page, or its cover; None where there is no such exhibit."""
        parts = self._parts.get(number)
        if parts is None:
            return None
        if page is None:
            return parts[0][1]
        index = parts[0][0].exhibit.find_page(page)
        part, cover = next((found for found in parts if found[0].behind > index), parts[-1])
        return Place(cover.volume, cover.page + 1 + index - part.first)


def plan_volumes(
    exhibits: Sequence[PreparedExhibit],
    profile: Profile,
    *,
    letter_pages: int,
    letter_bytes: int,
    weigh_pages: Callable[[PreparedExhibit], Sequence[int]],
    factor: float = 1.0,
) -> list[Volume]:
    """Divides the exhibits among volumes, in order; an exhibit is divided only where it fits no volume.

    Args:
        exhibits: All of them, also those that cannot be bound.
        profile: Bounds.
        letter_pages: Of the letter, which opens the first volume.
        letter_bytes: Of the same.
        weigh_pages: Bytes of each page of an exhibit; called for those that must be divided only.
        factor: By which bytes are taken to be more than they are, where an earlier plan came out too large.
    """
    if profile.size is not None:
        limit, front = float(profile.size), FRONT_BYTES + 300.0 * len(exhibits)
        first = front + letter_bytes

        def measure(exhibit: PreparedExhibit, *, apart: bool) -> list[float]:
            sizes = weigh_pages(exhibit) if apart else _spread_exhibit(exhibit)
            return [size * factor + STAMP_BYTES for size in sizes]

        cover = float(COVER_BYTES)
    else:
        # Eight rows of an index take about a page.
        limit, front = float(profile.pages or 1), 2.0 + len(exhibits) // 8
        first = front + letter_pages
        cover = 1.0

        def measure(exhibit: PreparedExhibit, *, apart: bool) -> list[float]:  # noqa: ARG001 - as above
            return [1.0] * len(exhibit.labels)

    volumes: list[list[Part]] = [[]]
    used = first
    for exhibit in exhibits:
        room = limit - front - cover
        sizes = measure(exhibit, apart=False)
        if sum(sizes) > room:
            sizes = measure(exhibit, apart=True)
        for part in _divide(exhibit, sizes, room):
            size = cover + sum(sizes[part.first : part.behind])
            # Never an empty volume behind the first, in which the letter may be all that there is room for.
            if used + size > limit and (volumes[-1] or len(volumes) == 1):
                volumes.append([])
                used = front
            volumes[-1].append(part)
            used += size
    return [
        Volume(number, tuple(parts), letter_pages if number == 1 else 0)
        for number, parts in enumerate(volumes, start=1)
    ]


def _spread_exhibit(exhibit: PreparedExhibit) -> list[float]:
    return [exhibit.size / len(exhibit.labels)] * len(exhibit.labels)


def _divide(exhibit: PreparedExhibit, sizes: Sequence[float], room: float) -> list[Part]:
    """Divides an exhibit into parts for which there is room; a page that is too large alone is a part of its own."""
    begins, used = [0], 0.0
    for index, size in enumerate(sizes):
        if used and used + size > room:
            begins.append(index)
            used = 0.0
        used += size
    ends = [*begins[1:], len(sizes)]
    parts = [Part(exhibit, first, behind) for first, behind in zip(begins, ends, strict=True)]
    return [replace(part, ordinal=number, count=len(parts)) for number, part in enumerate(parts, start=1)]
