"""Plan of the volumes."""

import pytest

from workbench.export.package_exhibits import PreparedExhibit
from workbench.export.package_volumes import PageTable, Place, Profile, plan_volumes
from workbench.live.snapshot import ExhibitState


def exhibit(number, pages, size=0):
    state = ExhibitState(
        exhibit_id=f"e{number}", number=number, title="T", kind="other", date="1957", pages=pages, sha256="0"
    )
    return PreparedExhibit(state, labels=tuple(str(page) for page in range(1, pages + 1)), size=size)


def plan(exhibits, profile, letter=10, **options):
    return plan_volumes(
        exhibits,
        profile,
        letter_pages=letter,
        letter_bytes=100_000,
        weigh_pages=lambda each: [each.size // len(each.labels)] * len(each.labels),
        **options,
    )


def test_exhibits_fill_volumes_in_order():
    volumes = plan([exhibit(number, 9) for number in range(1, 11)], Profile("paper", 50, None))
    assert [[part.exhibit.number for part in volume.parts] for volume in volumes] == [
        [1, 2, 3],
        [4, 5, 6, 7],
        [8, 9, 10],
    ]
    assert [volume.letter for volume in volumes] == [10, 0, 0]
    assert all(volume.pages <= 50 for volume in volumes)


def test_long_exhibit_is_divided():
    volumes = plan([exhibit(1, 120)], Profile("paper", 50, None))
    parts = [part for volume in volumes for part in volume.parts]
    assert [(part.first, part.behind) for part in parts] == [(0, 47), (47, 94), (94, 120)]
    assert {part.count for part in parts} == {3}
    assert all(volume.pages <= 50 for volume in volumes)


def test_bytes_bound_online_volumes():
    exhibits = [exhibit(number, 10, size=4_000_000) for number in range(1, 6)]
    volumes = plan(exhibits, Profile("online", None, 11_500_000))
    assert [len(volume.parts) for volume in volumes] == [2, 2, 1]
    assert len(plan(exhibits, Profile("online", None, 11_500_000), factor=2.0)) == 5


def test_letter_that_fills_its_volume():
    volumes = plan([exhibit(1, 5)], Profile("paper", 12, None), letter=30)
    assert [len(volume.parts) for volume in volumes] == [0, 1]


@pytest.mark.parametrize(("page", "expected"), [(None, Place(1, 11)), (1, Place(1, 12)), (3, Place(1, 14))])
def test_places_of_pages(page, expected):
    table = PageTable(plan([exhibit(1, 3), exhibit(2, 1)], Profile("paper", 50, None)))
    assert table.find_place(1, page) == expected
    assert table.find_place(7, page) is None


def test_page_in_later_part_is_found():
    table = PageTable(plan([exhibit(1, 120)], Profile("paper", 50, None)))
    place = table.find_place(1, 50)
    assert place is not None
    # Its volume has an index, a cover and the pages from 48.
    assert place == Place(place.volume, 4)
    assert place.volume > 1
