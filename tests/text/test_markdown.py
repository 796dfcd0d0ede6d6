"""The grammar of drafts: its table of cases, and the places of blocks and sentences."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.text.markdown import find_blocks, find_draft_sentences, plain_words


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
    for sentence in find_draft_sentences(content, blocks):
        assert content[sentence.start : sentence.end] == sentence.text
        assert blocks[sentence.block].start <= sentence.start < sentence.end <= blocks[sentence.block].end


def test_plain_words_drop_markers():
    assert plain_words("> one\n> *two*  three") == "> one two three"
