"""Escapes of text in HTML."""

import pytest

from workbench.text.html import escape_html, escape_line, escape_visibly


@pytest.mark.parametrize(
    ("text", "line", "visible"),
    [
        (
            "<b> & \"q\" 'a'",
            "&lt;b&gt; &amp; &quot;q&quot; &#x27;a&#x27;",
            "&lt;b&gt; &amp; &quot;q&quot; &#x27;a&#x27;",
        ),
        ("a\nb\tc", "a\\nb\\tc", "a\nb\tc"),
        ("a\u202eb\u200b", "a\\u202eb\\u200b", "a\\u202eb\\u200b"),
        ("§\u00a0204.5 é吴", "§\u00a0204.5 é吴", "§\u00a0204.5 é吴"),
    ],
)
def test_unseen_characters_are_written_out(text, line, visible):
    assert escape_line(text) == line
    assert escape_visibly(text) == visible


def test_escape_keeps_every_letter():
    assert escape_html("a\u202eb<") == "a\u202eb&lt;"
