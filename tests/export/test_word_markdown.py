"""Blocks of a section as the lines of its Word file."""

from workbench.export.word_markdown import find_leaves


def test_leaves_are_exported_paragraphs():
    content = "One.\n\n> two\n> lines\n>\n> three\n\n1. four\n   - five\n\n### six\n\n| - a |\n|---|\n"
    assert [(leaf.kind, content[leaf.body : leaf.end]) for leaf in find_leaves(content)] == [
        ("paragraph", "One."), ("quote", "two\n> lines"), ("quote", "three"), ("item", "four"), ("item", "five"),
        ("heading", "six"), ("table", "| - a |\n|---|"),
    ]  # fmt: skip
