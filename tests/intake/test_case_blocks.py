"""Edits that touch one field at the top of a case file."""

import pytest

from workbench.case.source import parse_source
from workbench.errors import CaseError
from workbench.intake.case_blocks import edit_block

TEXT = """# head
a: 1   # one
claims: []   # none yet

# About the exhibits,
# in two lines
exhibits:
- id: "x"      # quoted
  title: >-
    long
    words
# the end
"""


def edit(text, name, change):
    return edit_block(text, parse_source(text.encode(), "case.yaml"), name, change)


def test_heading_of_next_field_stays():
    changed = edit(TEXT, "claims", lambda root: root["claims"].append("new"))
    assert changed.startswith("# head\na: 1   # one\nclaims:")
    assert "  - new\n" in changed
    assert changed.endswith(TEXT[TEXT.index("\n# About") :])


def test_layout_of_list_stays():
    changed = edit(TEXT, "exhibits", lambda root: root["exhibits"][0].update(kind="other"))
    assert '- id: "x"      # quoted\n  title: >-\n    long\n    words\n' in changed
    assert changed.endswith("  kind: other\n# the end\n")


def test_new_field_comes_before_exhibits():
    changed = edit(TEXT, "narrative", lambda root: root.update(narrative={"background": {}}))
    assert changed.index("narrative:") < changed.index("# About")
    assert TEXT.replace("\n# About", "narrative:\n  background: {}\n\n# About") == changed


def test_braces_are_refused():
    with pytest.raises(CaseError, match="edit it by hand"):
        edit("{a: 1, claims: [], exhibits: []}\n", "claims", lambda root: None)
