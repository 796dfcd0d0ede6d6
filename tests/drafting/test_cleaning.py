"""Cleaning of model answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.case.citation import find_citations
from workbench.drafting.cleaning import clean_markdown

TITLE = "Criterion (i): Prizes or Awards — 8 C.F.R. § 204.5(h)(3)(i)"


@pytest.mark.parametrize(
    ("answer", "draft"),
    [
        ("She won [@a, p. 1].", "She won [@a, p. 1].\n"),
        ("```markdown\nShe won.\n```", "She won.\n"),
        ("~~~\nShe won.\n~~~\n", "She won.\n"),
        ("She won.\n\n```python\nimport os\n```\n", "She won.\n\nimport os\n"),
        ("# Awards\n\nShe won.", "She won.\n"),
        ("## Criterion (i): Prizes or Awards\nShe won.", "She won.\n"),
        ("### Prizes or Awards\nShe won.", "She won.\n"),
        ("**Prizes or Awards**\n\nShe won.", "She won.\n"),
        ("### National Medal\nShe won.", "### National Medal\nShe won.\n"),
        ("She won.\n\n# Deep ##\n\n##### Deeper\nx", "She won.\n\n### Deep\n\n### Deeper\nx\n"),
        ("<script>alert(1)</script>She <b>won</b>.", "She won.\n"),
        ("She won <img src=x onerror=alert(1)>.", "She won .\n"),
        ("<scr<b>ipt>alert(1)</script>won", ""),
        ("a <!-- hidden --> b", "a  b\n"),
        ("![x](file:///etc/passwd) She won.", "She won.\n"),
        ("![x][ref] She won.\n\n[ref]: http://x.example/a.png", "She won.\n"),
        ("She [won](http://x.example/(a)) it.", "She won it.\n"),
        ("She [won][1] it.", "She won it.\n"),
        ("See <https://x.example> now", "See  now\n"),
        ("She won [@a, p. 1](javascript:alert(1)).", "She won [@a, p. 1].\n"),
        ("She won![@a, p. 1]", "She won![@a, p. 1]\n"),
        ("“field [sic]”[@a, p. 1].", "“field [sic]”[@a, p. 1].\n"),
        ("`#evil`{=typst} x", "#evil x\n"),
        ('```{=typst}\n#read("/etc/passwd")\n```\nx', '#read("/etc/passwd")\nx\n'),
        ("$$x^2$$ won", "won\n"),
        ("It cost $250 against $100.", "It cost $250 against $100.\n"),
        ("\\input{/etc/passwd} won", "won\n"),
        ("::: {.x}\nwon\n:::", "won\n"),
        ("a\x00b\x07c\u202ed\u2066e\u200bf\ufeffg", "abcdefg\n"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree\n"),
        ("Heading\n=======\n\none\n\n---\n\ntwo", "Heading\n\none\n\ntwo\n"),
        ("        code block", "code block\n"),
        ("one\n\n        code block", "one\n\n  code block\n"),
        ("1. one\n   - inner\n     - innermost\n2. two", "1. one\n   - inner\n     - innermost\n2. two\n"),
        ("p < 0.05 and q > 3", "p < 0.05 and q > 3\n"),
        ("a \\<b\\> c", "a \\<b\\> c\n"),
        ("a \\\\<b> c", "a  c\n"),
        ("She won.[^1] It counts.\n\n[^1]: See [@a, p. 1].\n", "She won.[^1] It counts.\n\n[^1]: See [@a, p. 1].\n"),
        (
            "One![^a][^b]\n\n[^a]: first [page](https://a.example)\n  goes on\n[^b]: second",
            "One![^a][^b]\n\n[^a]: first page\ngoes on\n\n[^b]: second\n",
        ),
        (
            "- One[^a]\n  [^a]: first\n\n> Two[^b]\n> [^b]: second",
            "- One[^a]\n\n[^a]: first\n\n> Two[^b]\n\n[^b]: second\n",
        ),
        ("She won.[^1]\n\n[^2]: Never cited [@a].\n", "She won.[^1]\n\n[^2]: Never cited [@a].\n"),
        (
            "Prizes:\n| Name | Year |\n|:--|--:|\n| Wolf<br>Prize [@a, p. 1] | 1978 |\n|---|---|\n| Medal | |\nAll o.",
            "Prizes:\n\n| Name | Year |\n|:--|--:|\n| Wolf Prize [@a, p. 1] | 1978 |\n| Medal | |\n\nAll o.\n",
        ),
        ("- one\n  | a | b |\n  |---|\n  | 1 | 2 |", "- one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"),
        ("> | a |\n> |:-:|\n> | 1 |\n\n|---|", "| a |\n|:-:|\n| 1 |\n"),
        ("a | b\n--- | ---\n1 | 2 | 3", "a | b\n--- | ---\n1 | 2 | 3\n"),
        ("She has a | b.\n\n| c", "She has a | b.\n\n| c\n"),
        ("", ""),
        ("```\n```", ""),
        ("   \n\n", ""),
    ],
)
def test_cleaning_removes_unsafe_markdown(answer, draft):
    assert clean_markdown(answer, title=TITLE) == draft


@given(st.text(alphabet="ab<>/!-[]()@,p. 1`#$\\{}=\n*~:|_“x^", max_size=60))
def test_cleaning_is_idempotent(answer):
    once = clean_markdown(answer, title=TITLE)
    assert clean_markdown(once, title=TITLE) == once


@given(
    st.lists(
        st.sampled_from(
            [
                "word",
                "[@a, p. 1]",
                "[@b-c, pp. 2-3; @d]",
                "(x)",
                "[sic]",
                "!",
                "\n\n",
                "- ",
                "“q”",
                "### H\n",
                "<b>",
                "`",
                "*",
                ".",
            ]
        ),
        max_size=12,
    )
)
def test_cleaning_keeps_citations(pieces):
    answer = "start " + " ".join(pieces)
    cleaned = clean_markdown(answer, title=TITLE)
    assert [found[:2] for found in find_citations(cleaned)] == [found[:2] for found in find_citations(answer)]


@pytest.mark.parametrize(
    "answer",
    ["```\n" + "\n" * 200_000 + "x", "]{" + "=" * 200_000, "`" * 200_000 + "\nx", "```\n" + "`\n" * 100_000 + "x"],
    ids=["fence", "attributes", "ticks", "fences"],
)
def test_cleaning_time_is_linear(answer):
    """A pattern that backtracks would take minutes.

    The workbench loop, with a lock to renew, would stand still so long.
    """
    assert len(clean_markdown(answer)) <= len(answer) + 1
