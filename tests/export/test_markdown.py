"""Inert Markdown, and the blocks that the filing makes of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.export.markdown import (
    Heading,
    Items,
    LetterTable,
    Paragraph,
    Quote,
    TextRun,
    escape_markdown,
    for_jupyter,
    from_jupyter,
    inert,
    list_notes,
    mark,
    plain_text,
    read_markdown,
)
from workbench.text.markdown import visible_text


def blocks_of(markdown):
    return read_markdown([inert(markdown)], lambda index: (TextRun(f"<{index}>"),))[0]


def text_of(blocks):
    words = []
    for block in blocks:
        match block:
            case Paragraph(runs=runs) | Heading(runs=runs):
                words.append(plain_text(runs))
            case Quote(blocks=inner):
                words.append(text_of(inner))
            case Items(items=items):
                words += [text_of(item) for item in items]
            case LetterTable():
                words += [plain_text(cell) for row in block.all_rows for cell in row.cells]
    return "\n".join(words)


def test_the_blocks_of_a_draft():
    blocks = blocks_of("A *first* and **strong** line.\n\n### Medal\n\n> Quoted.\n\n- one\n- two\n\n3. three\n")
    assert [block.kind for block in blocks] == ["paragraph", "heading", "quote", "items", "items"]
    assert blocks[0].runs == (
        TextRun("A "), TextRun("first", italic=True), TextRun(" and "), TextRun("strong", bold=True), TextRun(" line."),
    )  # fmt: skip
    assert blocks[3].start is None
    assert blocks[4].start == 3


@pytest.mark.parametrize(
    ("markdown", "seen"),
    [
        ("$250,000 against a $ median", "$250,000 against a $ median"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("![](file:///etc/passwd)", "![](file:///etc/passwd)"),
        ("[text](http://attacker.example/)", "[text](http://attacker.example/)"),
        ("[Note]: this must stay", "[Note]: this must stay"),
        ("<http://attacker.example/>", "<http://attacker.example/>"),
        ("\\begin{equation}x\\end{equation}", "\\begin{equation}x\\end{equation}"),
        ("\\\\(a\\\\)", "\\(a\\)"),
        ("\\input{/etc/passwd}", "\\input{/etc/passwd}"),
        ("{{ 7*7 }} {% include %}", "{{ 7*7 }} {% include %}"),
        ("`code` and ``more``", "`code` and ``more``"),
        ("    indented `code` $x", "indented `code` $x"),
        ("@label <label> #read", "@label <label> #read"),
        ("= heading", "= heading"),
        ("a\u202eb\u2066c\u200bd\x00e\ue000f\ud800", "abcdef"),
        ("8 C.F.R. § 204.5", "8\u00a0C.F.R.\u00a0§\u00a0204.5"),
    ],
)
def test_nothing_but_text(markdown, seen):
    assert text_of(blocks_of(markdown)) == seen


def test_fences_and_headers_stay_text():
    seen = text_of(blocks_of("```{=typst}\n#panic()\n```\n\n~~~{=html}\n<b>\n~~~\n\n---\ntitle: x\n---\n"))
    assert "```{=typst} #panic() ```" in seen
    assert "~~~{=html} <b> ~~~" in seen
    assert "title: x" in seen


def test_each_text_ends_where_it_ends():
    texts = read_markdown([inert("```\nopen"), inert("[a]: x\n> quote"), inert("- item"), inert("last")], lambda _: ())
    assert [text_of(text) for text in texts] == ["``` open", "[a]: x\nquote", "item", "last"]


def test_marks_are_resolved_wherever_they_stand():
    source = f"word {mark(0)}. *{mark(1)}*\n\n    {mark(2)}"
    blocks = read_markdown([source], lambda index: (TextRun(f"<{index}>"),))[0]
    assert text_of(blocks) == "word <0>. <1>\n<2>"


def test_a_draft_cannot_forge_a_mark():
    assert text_of(blocks_of(f"a {mark(0)} b")) == "a 0 b"


@pytest.mark.parametrize("marker", ["> ", "- ", "1. ", ">"])
def test_runaway_nesting_becomes_text(marker):
    assert "deep" in text_of(blocks_of(marker * 5000 + "deep"))


# Derandomized: the same cases each time; the properties were also run with ten times as many random ones.
LATEX = [r"\begin{a}", "$", "\\", "(", ")", "[", "a", " ", "\n\n", "<span></span>"]


@given(st.lists(st.sampled_from(LATEX), max_size=30))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_what_jupyter_needs_is_taken_back(parts):
    text = inert("".join(parts))
    assert from_jupyter(for_jupyter(text)) == text


def test_notes_are_numbered_through_all_texts():
    sources = ["One[^b], two[^a].\n\n[^a]: A.\n\n[^b]: *B* and [^a].", "> Three[^a]\n\n[^a]: C."]
    read = read_markdown([inert(source) for source in sources], lambda _: ())
    notes = [note for blocks in read for note in list_notes(blocks)]
    assert [(note.number, plain_text(note.runs)) for note in notes] == [(1, "B and [^a]."), (2, "A."), (3, "C.")]
    assert [text_of(blocks) for blocks in read[:1]] == ["One1, two2."]


def test_jupyter_shows_note_text():
    source = "One[^1].\n\n[^1]: The note.\n"
    shown = for_jupyter(inert(source))
    assert shown == "One[^1].\n\n[^1]\\: The note.\n"
    assert from_jupyter(shown) == inert(source) == source


def test_dollars_never_pair_in_jupyter():
    assert for_jupyter(inert("$5 and $6\n\nonly $7")) == r"<span>\$</span>5 and <span>\$</span>6" + "\n\n" + r"only \$7"
    assert for_jupyter(inert(r"\\(a\\)")) == "&#92;<span></span>(a&#92;<span></span>)"
    assert for_jupyter(escape_markdown(r"\(a\) \[b\]")).count("<span></span>") == 4


@given(st.text(alphabet=st.sampled_from(list("ab1 \n\\`$<>![]()*_{}#-~:&;.|=\"'@^")), max_size=60))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_inert_twice_is_inert_once(text):
    assert inert(inert(text)) == inert(text)


@given(
    st.lists(st.text(alphabet=st.sampled_from(list("ab1 \n\\`$<>![]()*_{}#-~:&;.|=\"'@^")), max_size=80), max_size=30)
)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_no_text_reaches_into_the_next(texts):
    read = read_markdown([inert(text) for text in [*texts, "end"]], lambda _: ())
    assert len(read) == len(texts) + 1
    assert text_of(read[-1]) == "end"


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_an_escaped_name_reads_as_itself(name):
    line = " ".join(visible_text(name).split())
    [blocks] = read_markdown([f"x {escape_markdown(name)} x"], lambda _: ())
    straight = str.maketrans("‘’“”", "''\"\"")
    seen = text_of(blocks).translate(straight).replace("\u00a0", " ")
    expected = f"x {line} x".translate(straight).replace("\u00a0", " ")
    for typed, set_as in (("---", "—"), ("--", "–"), ("...", "…")):
        expected, seen = expected.replace(set_as, typed), seen.replace(set_as, typed)
    assert " ".join(seen.split()) == " ".join(expected.split())


@pytest.mark.parametrize("name", ["- dash", "1. one", "+ plus", "= equals", "# hash", "> quote", "12) twelve"])
def test_a_name_cannot_begin_a_block(name):
    [blocks] = read_markdown([escape_markdown(name)], lambda _: ())
    assert [block.kind for block in blocks] == ["paragraph"]
    assert text_of(blocks) == name


def test_table_has_rows_of_runs():
    [table, note] = blocks_of("| *a* | b[^1] |\n|:-:|---|\n| - | x \\| y[^1] |\n| one |\n\n[^1]: Words.\n\nThen.")
    assert (table.kind, table.alignments) == ("table", ("center", ""))
    assert text_of([table, note]).split("\n") == ["a", "b[^1]", "–", "x | y1", "one", "", "Then."]
    assert table.heads.cells[0] == (TextRun("a", italic=True),)
    # The heads of columns are repeated, and take no notes.
    assert [plain_text(found.runs) for found in list_notes([table])] == ["Words."]
