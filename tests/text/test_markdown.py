"""The grammar of drafts: its table of cases, and the places of blocks and sentences."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools import require_tool

from workbench.text.markdown import find_blocks, find_draft_sentences, parse_markdown, plain_words

HERE = Path(__file__).parent
CASES = json.loads((HERE / "markdown_cases.json").read_text(encoding="utf-8"))
LETTER = (HERE.parent / "export" / "wu_petition.md").read_text(encoding="utf-8")
PIECES = (
    *(
        "word",
        "it's",
        "*",
        "**",
        "_",
        "__",
        "***",
        "snake_case",
        "2 * 3",
        "\n",
        "\n\n",
        "- ",
        "* ",
        "1. ",
        "3. ",
        "2) ",
    ),
    *("> ", ">", "### ", " ", "    ", "\\", "&amp;", "&#x202e;", "(c)", "$5", "`", "[@a_b, p. 1]", "[@a", "[x](y)"),
    *("<b>", "  \n", "\\\n", "\n---\n", "---", "\n===\n", "-\n", "1978. ", "“", "é"),
    *("[^1]", "[^b]: note", "\n[^1]: ", "[^1]:"),
    *("|", " | ", "\n| a | b |\n|---|:-:|\n", "\n|-|\n", "\n| c | d |\n", "\\|", "a|b\n-|-\n"),
)


def style_of(text):
    return "citation" if text.citation else "note" if text.note else "bold" * text.bold + "italic" * text.italic


def text_of(node):
    return [[part.text, style_of(part)] if style_of(part) else part.text for part in node.text]


def row_of(node):  # noqa: PLR0911 - one for each kind
    """A block as the table of cases has it."""
    text = text_of(node)
    match node.kind:
        case "rule":
            return ["rule"]
        case "heading":
            return [f"heading {node.level}", text]
        case "paragraph":
            return ["paragraph", text]
        case "note":
            return [f"note {node.name}", text]
        case "list":
            kind = "bullets" if node.start is None else f"numbers from {node.start}"
            return [kind, *([row_of(child) for child in item.children] for item in node.children)]
        case "table":
            return [
                "table",
                list(node.alignments),
                *([text_of(cell) for cell in row.children] for row in node.children),
            ]
        case _:
            return [node.kind, *map(row_of, node.children)]


def read_in_python(source):
    lines = re.split(r"\r\n|\r|\n", source)
    blocks = []
    for node in parse_markdown(source):
        first, end = node.lines
        while end > first + 1 and not lines[end - 1].strip():
            end -= 1
        blocks.append({"lines": [first, end], "block": row_of(node)})
    return blocks


def read_in_monitor(sources):
    node = require_tool("node", install="apt-get install nodejs")
    done = subprocess.run(
        [node, HERE / "markdown_reader.mjs"], input=json.dumps(sources), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_grammar_reads_each_case(case):
    assert read_in_python(case["source"]) == case["blocks"]


def test_monitor_reads_each_case():
    read = read_in_monitor([case["source"] for case in CASES])
    for case, blocks in zip(CASES, read, strict=True):
        assert blocks == case["blocks"], case["name"]


def test_monitor_reads_the_sample_letter():
    assert read_in_monitor([LETTER]) == [read_in_python(LETTER)]


def test_monitor_reads_anything_alike():
    texts: list[str] = []

    @given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join))
    @settings(max_examples=400, database=None, derandomize=True, deadline=None)
    def collect(text):
        texts.append(text)

    collect()
    for text, blocks in zip(texts, read_in_monitor(texts), strict=True):
        assert blocks == read_in_python(text), text


@pytest.mark.parametrize(
    ("typed", "set_as"),
    [
        ('"quoted" text', "“quoted” text"),
        ("'90s and it's", "’90s and it’s"),
        ('*"so"* she said', "“so” she said"),
        ("'a \"b\" c'", "‘a “b” c’"),
        ('"goes on in the next paragraph', "“goes on in the next paragraph"),
        ('ended here." (Exhibit 7)', "ended here.” (Exhibit 7)"),
        ("1-2 -- 3 --- 4 ---- 5...", "1-2 – 3 — 4 –– 5…"),
        ('\\"typed\\" \\-\\- &quot;', '"typed" -- "'),
        ("204.5(c) [@a--b, p. 1...]", "204.5(c) [@a--b, p. 1...]"),
    ],
)
def test_typography_of_the_filing(typed, set_as):
    [node] = parse_markdown(typed, typographic=True)
    assert "".join(part.text for part in node.text) == set_as


@pytest.mark.parametrize("piece", ["> ", "- ", "*a ", "_", "**", "[@", "&", "\\", '"', "1. ", "`\n", "- a\n  "])
def test_long_runs_are_read_at_once(piece):
    """Some twenty thousand characters: with a rule that looks back each time, minutes."""
    assert parse_markdown(piece * (20_000 // len(piece)), typographic=True)


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
def test_blocks_cover_text_at_true_offsets(content):
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
