import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.checks.prose import find_blocks, find_sentences, plain_words, sentences_of


def split(text):
    return [text[start:end] for start, end in find_sentences(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("She won. She lost.", ["She won.", "She lost."]),
        ("Dr. Wu won in the U.S. in 1975. It counts.", ["Dr. Wu won in the U.S. in 1975.", "It counts."]),
        ("See 25 I&N Dec. 369 (AAO 2010). Next.", ["See 25 I&N Dec. 369 (AAO 2010).", "Next."]),
        ("Phys. Rev. Lett. printed it. Then C. S. Wu left.", ["Phys. Rev. Lett. printed it.", "Then C. S. Wu left."]),
        ("She won [@medal, p. 1]. In 1976 she lost.", ["She won [@medal, p. 1].", "In 1976 she lost."]),
        ("She won. [@medal, p. 1] In 1976 she lost.", ["She won. [@medal, p. 1]", "In 1976 she lost."]),
        ("He said “it is over.” She left.", ["He said “it is over.”", "She left."]),
        ("8 C.F.R. § 204.5(h)(5). Then more.", ["8 C.F.R. § 204.5(h)(5).", "Then more."]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, sentences):
    assert split(text) == sentences


def test_blocks_know_their_kind_and_place():
    content = "### Head\nA line\nand more.\n\n> quoted\n> words\n- one\n- two\n  goes on\n\nLast."
    kinds = [(block.kind, content[block.start : block.end]) for block in find_blocks(content)]
    assert kinds == [
        ("heading", "### Head"),
        ("paragraph", "A line\nand more."),
        ("quote", "> quoted\n> words"),
        ("item", "- one"),
        ("item", "- two\n  goes on"),
        ("paragraph", "Last."),
    ]


@given(st.text(alphabet="Ab. >#-[@a, p1]\n“”", max_size=80))
def test_nothing_is_lost_and_places_are_true(content):
    blocks = tuple(find_blocks(content))
    covered = set()
    for block in blocks:
        assert not covered & set(range(block.start, block.end))
        covered |= set(range(block.start, block.end))
    assert all(place in covered for place, letter in enumerate(content) if letter.strip())
    for sentence in sentences_of(content, blocks):
        assert content[sentence.start : sentence.end] == sentence.text
        assert blocks[sentence.block].start <= sentence.start < sentence.end <= blocks[sentence.block].end


def test_plain_words_drop_markers():
    assert plain_words("> one\n> *two*  three") == "> one two three"
