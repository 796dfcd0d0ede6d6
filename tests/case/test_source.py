from pathlib import Path
from unittest import mock

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.case import source
from workbench.case.source import MAX_SOURCE_BYTES, format_path, parse_source, quote_value

CASES = Path(__file__).parents[1] / "cases"
SAMPLES = Path(__file__).parents[2] / "data" / "cases"
FILES = [*CASES.glob("*/case.yaml"), *SAMPLES.glob("*/case.yaml")]

SYNTAX = {
    "open bracket": (b"schema: 1\ntitle: [a\n", 3, "not valid YAML", "check indentation"),
    "tab": (b"schema: 1\npetitioner:\n\tname: x\n", 3, "not valid YAML", "check indentation"),
    "anchor": (b"schema: 1\na: &x [1]\n", 2, "YAML anchors and aliases", "write the value out"),
    "alias": (b"schema: 1\nb:\n  - *x\n", 3, "YAML anchors and aliases", "write the value out"),
    "tag": (b"schema: 1\nb: !!python/object/apply:os.getcwd []\n", 2, "YAML tags are not read", "remove the tag"),
    "two documents": (b"schema: 1\n---\nschema: 1\n", 2, "not valid YAML", "check indentation"),
    "not UTF-8": (b"schema: 1\ntitle: Universit\xe9\n", 2, "not UTF-8 text", "save the file with the encoding UTF-8"),
    "bare control character": (b"schema: 1\ntitle: a\x01b\n", 2, "a character that YAML does not allow", "retype"),
    "empty": (b"", 1, "the file is empty", "start from the example"),
    "only a comment": (b"# nothing\n", 1, "the file is empty", "start from the example"),
    "deep": (b"schema: " + b"[" * 5_000, 1, "nested more than 40 deep", "remove the inner brackets"),
    "huge": (b"#" * (MAX_SOURCE_BYTES + 1), None, "larger than 2 MB", "move long texts into exhibits"),
    "key is a list": (b"schema: 1\n? [a]\n: b\n", 2, "a name that is itself a list", "put the text in quotation marks"),
    "code point beyond Unicode": (b'schema: "\\UFFFFFFFF"\n', None, "not valid YAML", "see docs/case-format.md"),
}


@pytest.mark.parametrize(("raw", "line", "what", "remedy"), SYNTAX.values(), ids=SYNTAX.keys())
def test_unread_yaml_has_its_line(raw, line, what, remedy):
    source = parse_source(raw, "case.yaml")
    (problem,) = source.problems
    assert (problem.file, problem.line) == ("case.yaml", line)
    assert problem.what.startswith(what)
    assert problem.remedy.startswith(remedy)


def test_billion_laughs_refused_at_first_anchor():
    rows = ["a0: &a0 lol", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]
    (problem,) = parse_source("\n".join(rows).encode(), "case.yaml").problems
    assert problem.line == 1
    assert problem.what.startswith("YAML anchors and aliases")


def test_every_value_has_its_line():
    source = parse_source(b"a:\n  b: >-\n    long\n    text\n  c:\n  - d\n  - e: {f: g}\n", "case.yaml")
    assert source.data == {"a": {"b": "long text", "c": ["d", {"e": {"f": "g"}}]}}
    lines = {format_path(path): line for path, line in source.lines.items()}
    assert lines == {"": 1, "a": 1, "a.b": 2, "a.c": 5, "a.c[0]": 6, "a.c[1]": 7, "a.c[1].e": 7, "a.c[1].e.f": 7}
    assert source.line(("a", "missing")) == 1
    assert source.line(("a", "c", 1, "missing")) == 7


def test_scalars_stay_text():
    source = parse_source(b"a: no\nb: 1_000\nc: ~\nd: 2024-02-30\ne: '~'\nf:\ng: 0o17\n", "case.yaml")
    expected = {"a": "no", "b": "1_000", "c": None, "d": "2024-02-30", "e": "~", "f": None, "g": "0o17"}
    assert source.data == expected
    assert source.problems == []


def test_quoted_value_is_one_short_line():
    assert quote_value("a\nb") == r"'a\nb'"
    assert quote_value("\u202e") == r"'\u202e'"
    assert len(quote_value("x" * 1_000)) == 60
    assert format_path(("a", 0, "b c", "d")) == "a[0]['b c'].d"


@given(st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_any_bytes_are_read_or_told(raw):
    source = parse_source(raw, "case.yaml")
    assert (
        source.problems or source.data is not None or raw.strip() in (b"~", b"null", b"Null", b"NULL", b"---", b"...")
    )


def refuse(_text):
    raise yaml.YAMLError


def parse_by_both(raw):
    # Past the cache, which would give the second what the first has read.
    with mock.patch.object(source, "_compose", source._compose.__wrapped__):
        fast = parse_source(raw, "case.yaml")
        with mock.patch.object(source, "_FastLoader", refuse):
            return fast, parse_source(raw, "case.yaml")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_both_loaders_read_alike(path):
    fast, plain = parse_by_both(path.read_bytes())
    assert (fast.data, fast.lines, fast.problems) == (plain.data, plain.lines, plain.problems)


@settings(derandomize=True)
@given(st.data())
def test_both_loaders_read_slips_alike(data):
    """A letter put in, changed or left out; but libyaml reads some question marks that PyYAML refuses."""
    text = (CASES / "minimal" / "case.yaml").read_text(encoding="utf-8")[:2000]
    at = data.draw(st.integers(0, len(text) - 1))
    put = data.draw(st.sampled_from([*" -:,[]{}#&*!|>'\"%@`\n\t~0é", ""]))
    changed = text[:at] + put + text[at + data.draw(st.integers(0, 1)) :]
    fast, plain = parse_by_both(changed.encode())
    assert (fast.data, fast.lines, fast.problems) == (plain.data, plain.lines, plain.problems)
