"""Lines that the newcomers' paths type are read from the guides, which then must have them."""

from __future__ import annotations

import pytest
from guide_lines import GuideLine, Guides
from transcript import read_screen

README = """# Project

See [the guide](docs/guide.md).

```sh
tool draft CASE --out DIR     # the files
```

| `tool share RUN [--hours 24] [--list]` | shares |
| `tool prompts list\\|show` | lists |
"""


@pytest.fixture
def guides(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text(README)
    for name in ("guide", "other"):
        (tmp_path / "docs" / f"{name}.md").write_text("```python\nanswer = ask()\n```\n")
    return Guides(tmp_path)


def test_guide_line_names_its_place(guides):
    line = guides.line("draft", "--out")
    assert line == GuideLine("tool draft CASE --out DIR", "README.md:6")
    assert line.fill(CASE="wu", DIR="out").text == "tool draft wu --out out"
    assert guides.line("ask", guide="docs/guide.md").source == "docs/guide.md:2"


def test_guide_command_takes_offered_options(guides):
    assert guides.command("tool share RUN", "--list").text == "tool share RUN --list"
    assert guides.command("tool prompts", choose="show").text == "tool prompts show"


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda guides: guides.line("tool delete"), "does not say tool delete"),
        (lambda guides: guides.command("tool share RUN", "--for"), "has no --for"),
        (lambda guides: guides.command("tool prompts", choose="drop"), "does not offer drop"),
        (lambda guides: guides.line("draft").fill(RUN="x"), "has no RUN"),
        (lambda guides: guides.line("ask", guide="docs/other.md"), "does not link to docs/other.md"),
    ],
)
def test_guide_refuses_what_it_lacks(guides, ask, said):
    with pytest.raises(LookupError, match=said):
        ask(guides)


def test_screen_shows_last_state():
    assert read_screen("a\r\n10 %\r20 %\r\n\x1b[1A\x1b[2K30 %\r\n\x1b[32mdone\x1b[0m") == "a\n30 %\ndone"
