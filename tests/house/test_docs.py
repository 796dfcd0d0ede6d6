"""Guides compared with the code: commands, options, tests, headings of decisions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

import workbench
from workbench.cli import cli

TOP = Path(__file__).resolve().parents[2]
PAGES = [TOP / "README.md", *sorted((TOP / "docs").rglob("*.md"))]
DECISIONS = (TOP / "docs" / "decisions.md").read_text("utf-8")

page = pytest.mark.parametrize("path", PAGES, ids=[str(path.relative_to(TOP)) for path in PAGES])


def find_commands(text: str) -> Iterator[list[str]]:
    """Every ``workbench …`` of a page's code, as words; ``a|b`` stands for several words."""
    listings = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    for line in [*(each.split(" #")[0] for each in "\n".join(listings).splitlines()), *spans]:
        for found in re.findall(r"(?:^|[\s(/]|exec serve-\d )workbench +([^#`;&)]+)", line.strip()):
            words = found.replace("\\|", "|").replace("[", " ").replace("]", " ").split()
            if words and re.fullmatch(r"[a-z][a-z-]*(\|[a-z-]+)*", words[0]):
                yield words


def walk_help(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and sub-command, with its path."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from walk_help(command, *path, name)


HELP = dict(walk_help(cli))


def find_options(*path: str) -> set[str]:
    context = click.Context(HELP[path], info_name=path[-1])
    return {option for parameter in HELP[path].get_params(context) for option in parameter.opts}


@pytest.mark.parametrize("path", [path for path in PAGES if path.name != "decisions.md"], ids=lambda path: path.name)
def test_page_names_known_commands(path):  # decisions name commands that are gone
    for words in find_commands(path.read_text("utf-8")):
        for name in words[0].split("|"):
            assert (name,) in HELP, words
            paths = [(name,)]
            if isinstance(HELP[name,], click.Group) and len(words) > 1 and not words[1].startswith("-"):
                paths = [(name, sub) for sub in words[1].split("|")]
                assert set(paths) <= HELP.keys(), words
            known = set().union(*(find_options(*each) for each in paths))
            named = {word.partition("=")[0] for word in words if word.startswith("--")}
            assert named <= known, words


@page
def test_page_python_names_what_exists(path):
    for block in re.findall(r"^```python\n(.*?)^```", path.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        compile(block, path.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        for node in ast.walk(ast.parse(block)):
            match node:
                case ast.Attribute(value=ast.Name(id="workbench"), attr=name):
                    assert name in workbench.__all__ or find_spec(f"workbench.{name}"), name
                case ast.ImportFrom(module=str(module), names=names) if module.startswith("workbench"):
                    assert [each.name for each in names if not hasattr(import_module(module), each.name)] == []


def test_help_is_described_in_pages():
    text = "\n".join(path.read_text("utf-8") for path in PAGES)
    described: set[tuple[str, ...]] = set()
    for words in find_commands(text):
        for name in words[0].split("|"):
            described |= {(name,)} | {(name, sub) for sub in words[1].split("|")} if words[1:] else {(name,)}
    assert HELP.keys() - described == set()


def test_readme_rows_name_their_test():
    text = (TOP / "README.md").read_text("utf-8")
    table = text.partition("## What happens if\n")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 15
    for row in rows:
        file, _, name = row.split("|")[-2].strip(" `").partition("::")
        tree = ast.parse((TOP / "tests" / file).read_text("utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, row


def test_decision_has_context_decision_rejected():
    decisions = re.split(r"^## ", DECISIONS, flags=re.MULTILINE)[1:]
    assert len(decisions) > 40
    for decision in decisions:
        labels = re.findall(r"^\*\*(\w+)\.\*\*", decision, re.MULTILINE)
        assert labels == ["Context", "Decision", "Rejected"], decision.splitlines()[0]


def test_code_links_known_decisions():
    headings = set(re.findall(r"^## (.*)", DECISIONS, re.MULTILINE))
    for path in [*TOP.glob("workbench/**/*.py"), *TOP.glob("workbench/**/*.js")]:
        text = re.sub(r"\s*\n\s*(?:#|//|\*)?\s*", " ", path.read_text("utf-8"))
        for named in re.findall(r"docs/decisions\.md, [\"“]([^\"”]+)[\"”]", text):
            assert named in headings, (path.name, named)


@pytest.mark.parametrize("path", PAGES[1:], ids=[str(path.relative_to(TOP)) for path in PAGES[1:]])
def test_page_begins_with_its_reader(path):
    assert re.match(r"# .+\n\nFor (a|an|the|everybody|whoever) ", path.read_text("utf-8"))


@page
def test_links_lead_somewhere(path):
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)]+)\)", text):
        name, _, anchor = target.partition("#")
        if name.startswith("http"):
            continue
        leads = (path.parent / name).resolve() if name else path
        assert leads.exists(), target
        headings = re.findall(r"^#+ (.*)", leads.read_text("utf-8"), re.MULTILINE) if leads.suffix == ".md" else []
        assert not anchor or anchor in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in headings}
