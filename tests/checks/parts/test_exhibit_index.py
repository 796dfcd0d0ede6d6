import pytest

from workbench.checks.parts.exhibit_index import expand_references, is_entry, match_exhibits, read_index


def read(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [entry[:3] for entry in read_index(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        (
            "Exhibit 1: Curriculum Vitae (Section 1.1)\n\nExhibit 2: Letter of Prof. C. (Sections 1.2 and 3)",
            [("1", "Curriculum Vitae", ("1.1",)), ("2", "Letter of Prof. C.", ("1.2", "3"))],
        ),
        ("Ex. A - Certificate\nEx. B – Notice", [("A", "Certificate", ()), ("B", "Notice", ())]),
        ("**Exhibit (iv).1**: Invitation\n", [("(iv).1", "Invitation", ())]),
        ("Tab 4a\tDiploma\tRecord", [("4a", "Diploma", ())]),
        ("| No. | Exhibit |\n|---|---|\n| 1 | A letter | 2020 |", [("1", "A letter", ())]),
        ("1. A letter\n2. A diploma", [("1", "A letter", ()), ("2", "A diploma", ())]),
        ("Exhibit 1: A letter that is\nlong\n\nExhibit 2: B", [("1", "A letter that is long", ()), ("2", "B", ())]),
        ("Exhibits 4-5: Two letters", [("4", "Two letters", ()), ("5", "Two letters", ())]),
        ("The exhibits are listed here.", []),
    ],
)
def test_entries_are_read(text, entries):
    assert read(text) == entries


def test_entry_has_its_place():
    text = "List\n\nExhibit 1: A letter\n"
    (entry,) = read_index(text, 4, len(text))
    assert text[entry.start : entry.end] == "Exhibit 1: A letter"


def test_prose_is_no_entry():
    assert is_entry("Exhibit 4: Letter of Prof. C")
    assert not is_entry("Exhibit 4 shows that she won.")
    assert not is_entry("4. She won.")


def test_references_are_unrolled():
    assert expand_references("1.2, 1.5-1.7, and 3") == ("1.2", "1.5", "1.6", "1.7", "3")


def test_titles_find_exhibits(minimal):
    entries = tuple(read_index("Exhibit (i).1: Statement of Dr. Ada Example\nExhibit (i).2: A photograph", 0, 80))
    assert match_exhibits(entries, minimal) == {"i1": "statement"}


def test_table_of_letters_is_read():
    text = "Exhibit Description Pages\n\nA Diploma of\n\nDr. Doe\n\n1\n\nB Notice 2\n"
    assert [(entry.label, entry.title) for entry in read_index(text, 0, len(text))] == [
        ("A", "Diploma of Dr. Doe"),
        ("B", "Notice 2"),
    ]


def test_part_of_title_finds_exhibit(minimal):
    exhibits = tuple(
        one.model_copy(update={"title": f"{one.title}: Record of the Award in 1975"}) for one in minimal.exhibits
    )
    case = minimal.model_copy(update={"exhibits": exhibits})
    text = f"Exhibit F: {minimal.exhibits[0].title} Award 3\n"
    assert match_exhibits(tuple(read_index(text, 0, len(text))), case) == {"f": minimal.exhibits[0].id}


def test_ranges_of_list_are_bounded():
    text = "Exhibits 1-999: Letters\n" * 50
    assert len(list(read_index(text, 0, len(text)))) < 2_200
