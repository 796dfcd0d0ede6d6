"""Page ranges of bundles."""

import pytest

from workbench.errors import InputError
from workbench.intake.bundle import find_parts, read_ranges
from workbench.intake.document_details import Bookmark

PLAIN = "Words that fill a page and say nothing of where it ends."


def spans(parts):
    return [(part.first, part.last) for part in parts]


def test_divider_sheets_split():
    assert spans(find_parts(["Exhibit A", PLAIN, PLAIN, "EXHIBIT B", PLAIN])) == [(2, 3), (5, 5)]
    assert spans(find_parts(["Tab 1", PLAIN])) == []


def test_named_bookmarks_split():
    named = [Bookmark("Exhibit 1: Medal", 1), Bookmark("Exhibit 2: Letter", 3)]
    assert spans(find_parts([PLAIN] * 4, named)) == [(1, 2), (3, 4)]
    assert spans(find_parts([PLAIN] * 4, [named[1], named[0]])) == []


def test_sections_of_article_stay():
    sections = [Bookmark("Introduction", 1), Bookmark("Methods", 2), Bookmark("Document analysis", 3)]
    assert find_parts([PLAIN] * 4, sections) == []


def test_page_counts_split():
    pages = [f"{PLAIN}\nPage {number} of {count}" for number, count in ((1, 2), (2, 2), (1, 1))]
    assert spans(find_parts(pages)) == [(1, 2), (3, 3)]
    assert spans(find_parts([*pages[:2], PLAIN, PLAIN, pages[2]])) == [(1, 2), (3, 4), (5, 5)]
    assert find_parts(pages[:2]) == []
    assert find_parts([pages[1], pages[0]]) == []  # no run is complete


@pytest.mark.parametrize("text", ["", "a-b", "3-1", "0-2", "1-9", "1-3,3-4", "4,1", "1;2", "9" * 5000])
def test_wrong_ranges_are_refused(text):
    with pytest.raises(InputError, match=r"letters\.pdf: --split: "):
        read_ranges(text, name="letters.pdf", count=5)


def test_ranges_are_read():
    assert spans(read_ranges("1-3, 5", name="x", count=5)) == [(1, 3), (5, 5)]
