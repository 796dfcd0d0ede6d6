"""``workbench prompts``: versions of every prompt, and the active one."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from workbench.cli import INTERRUPTED
from workbench.cli.file_path import FilePath
from workbench.cli.gate import add_gate_options, build_gate_options, print_verdict
from workbench.cli.options import json_option, resolve_user, user_option
from workbench.cli.output import make_table_console, print_json, write_page
from workbench.config import Settings
from workbench.drafting.prompts.front_matter import read_prompt
from workbench.drafting.prompts.promotions import Decision
from workbench.errors import InputError, Problem, printable
from workbench.text.redline import Span, paragraphs
from workbench.tuning.prompt_store import PromptStore, PromptVersion

reason_option = click.option("--reason", required=True, help="Reason; it is recorded.")


@click.group()
def prompts() -> None:
    """List, compare, save, promote and roll back prompt versions.

    A version is a file that never changes, PROMPTS/SECTION/DIGEST.md. Its name is awards@0123456789ab, or a unique
    beginning of that; awards alone is the active version (its standing is "filing"), and awards@shipped the one of the
    package. New runs are drafted with the active versions; a run in progress keeps those with which it began.

    PROMPTS is WORKBENCH_PROMPTS, a folder to keep in git; by default, prompts under WORKBENCH_HOME. To begin:

    \b
    workbench prompts show awards --text > awards.md
    workbench prompts save awards awards.md --parent awards --note "shorter sentences"
    workbench prompts promote awards@0123
    """  # noqa: D301 - click wants the character, not its name


@prompts.command(name="list")
@click.argument("section_id", metavar="[SECTION]", required=False)
@json_option
def list_command(section_id: str | None, json_: bool) -> None:
    """List the versions of a SECTION, or all versions."""
    store = PromptStore()
    rows = [_summarize_version(store, version) for version in store.versions(section_id)]
    if json_:
        print_json(rows)
        return
    table = [
        (
            row["version"],
            row["standing"] + " (shipped)" * row["shipped"],
            (row["date"] or "")[:10],
            row["author"],
            row["note"],
        )
        for row in rows
    ]
    make_table_console().print(_build_table(("version", "standing", "date", "author", "note"), table))


@prompts.command()
@click.argument("ref", metavar="VERSION")
@click.option("--text", is_flag=True, help="Print the text alone, for editing.")
@json_option
def show(ref: str, text: bool, json_: bool) -> None:
    """Print the file of a VERSION."""
    store = PromptStore()
    version = store.get(ref)
    if json_:
        print_json(_summarize_version(store, version) | {"text": version.text})
    else:
        click.echo(version.text if text else version.source, nl=False)


@prompts.command()
@click.argument("a")
@click.argument("b")
@click.option("--html", type=FilePath(dir_okay=False), help="Also write the redline as HTML.")
@json_option
def diff(a: str, b: str, html: Path | None, json_: bool) -> None:
    """Compare the texts of two versions, word by word.

    Deleted text is shown as [-text-], inserted text as {+text+}.
    """
    store = PromptStore()
    first, second = store.get(a), store.get(b)
    spans = store.redline(first.ref, second.ref)
    if html is not None:
        write_page(html, store.redline_html(first.ref, second.ref) + "\n")
    if json_:
        print_json({"a": first.ref, "b": second.ref, "spans": [asdict(span) for span in spans]})
        return
    click.echo(f"A  {printable(_describe_version(first))}\nB  {printable(_describe_version(second))}\n")
    click.echo(_render_redline(spans))


@prompts.command()
@click.argument("section_id", metavar="SECTION")
@click.argument("file", type=FilePath(dir_okay=False, allow_dash=True))
@click.option("--note", required=True, help="What has changed, in one line.")
@click.option("--parent", metavar="VERSION", help="Version from which it was made.")
@click.option("--author", help="Author of the text; default: see workbench user.")
@json_option
def save(section_id: str, file: Path, note: str, parent: str | None, author: str | None, json_: bool) -> None:
    """Save the text of FILE as a candidate for SECTION.

    FILE may be - for standard input, and SECTION may be system. Every unknown, missing or unclosed placeholder is
    reported with its line, and then nothing is saved.
    """
    store = PromptStore()
    text, name = _read_prompt(file)
    version = store.save(section_id, text, note=note, author=resolve_user(author), parent=parent, file=name)
    _print_standing(store, version, json_=json_)


@prompts.command()
@click.argument("ref", metavar="VERSION")
@click.option("--override", metavar="REASON", help="Promote it in spite of the promotion gate; the reason is recorded.")
@add_gate_options
@user_option
@json_option
def promote(ref: str, override: str | None, user_id: str | None, json_: bool, **given: Any) -> int:
    """Make a VERSION active if it passes the promotion gate.

    The test is that of workbench gate. Exit status 1: the version may not be promoted, or there are too few golden
    cases to decide.
    """
    gate = import_module("workbench.tuning.promotion.gate")  # imported late, because it brings pandas and LangGraph
    store = PromptStore()
    version = store.get(ref)
    options = build_gate_options(**given, show=not json_)
    verdict = gate.promote(Settings.from_env(), version.ref, resolve_user(user_id), override, options=options)
    if json_:
        print_json(_summarize_version(store, version) | {"promoted": verdict.promoted, "verdict": verdict.to_dict()})
    else:
        print_verdict(verdict)
        click.echo(f"{version.ref} is {'filing' if verdict.promoted else 'not promoted'}")
    return INTERRUPTED if options.stop.is_set() else int(not verdict.promoted)


@prompts.command()
@click.argument("section_id", metavar="SECTION")
@reason_option
@user_option
@json_option
def rollback(section_id: str, reason: str, user_id: str | None, json_: bool) -> None:
    """Return to the version that was active before.

    The present version of SECTION is retired.
    """
    store = PromptStore()
    _print_standing(store, store.rollback(section_id, user_id=resolve_user(user_id), reason=reason), json_=json_)


@prompts.command()
@click.argument("ref", metavar="VERSION")
@reason_option
@user_option
@json_option
def retire(ref: str, reason: str, user_id: str | None, json_: bool) -> None:
    """Record that a VERSION must not be used any more.

    Its file is kept.
    """
    store = PromptStore()
    version = store.get(ref)
    store.retire(version.ref, user_id=resolve_user(user_id), reason=reason)
    _print_standing(store, version, json_=json_)


@prompts.command()
@click.argument("section_id", metavar="SECTION")
@json_option
def history(section_id: str, json_: bool) -> None:
    """List the decisions about SECTION's versions: promotions, rollbacks, retirements."""
    decisions = PromptStore().history(section_id)
    if json_:
        print_json([decision.to_dict() for decision in decisions])
    else:
        make_table_console().print(
            _build_table(("when", "did", "version", "who", "why"), map(_format_decision, decisions))
        )


_WHO_WIDTH = 14
_WORD = re.compile(r"[^\n ]+")


def _summarize_version(store: PromptStore, version: PromptVersion) -> dict[str, Any]:
    # A shipped version has a file here only once it was replaced: then rollback needs its exact text.
    stored = store.root / version.section_id / f"{version.digest}.md"
    return {
        "version": version.ref,
        "section": version.section_id,
        "standing": store.standing(version.ref),
        "shipped": version.shipped,
        "date": version.date,
        "author": version.author,
        "note": version.note,
        "parent": version.parent,
        "file": str(stored) if stored.exists() else None,
    }


def _describe_version(version: PromptVersion) -> str:
    return f"{version.ref}  {version.note} ({version.author}{', ' if version.date else ''}{(version.date or '')[:10]})"


def _print_standing(store: PromptStore, version: PromptVersion, *, json_: bool) -> None:
    row = _summarize_version(store, version)
    if json_:
        print_json(row)
    else:
        click.echo(f"{version.ref} is {row['standing']}: {printable(row['file'] or 'shipped with the package')}")


def _format_decision(decision: Decision) -> tuple[str, ...]:
    why = "; ".join(filter(None, (decision.reason, decision.evidence)))
    at = decision.at[:16].replace("T", " ")
    return at, decision.did, decision.version, decision.by, why


def _build_table(names: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in names:
        if name in {"who", "author"}:
            table.add_column(name, no_wrap=True, overflow="ellipsis", max_width=_WHO_WIDTH)
        else:
            table.add_column(name, no_wrap=name != names[-1], overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table


def _render_redline(spans: tuple[Span, ...]) -> str:
    """Render changed paragraphs, and count those between them."""
    lines: list[str] = []
    same = 0
    for row in [*paragraphs(spans), None]:  # None at the end writes the last count
        if row is not None and all(span.op == "equal" for span in row):
            same += 1
            continue
        if same:
            lines.append(f"… {same} unchanged paragraph{'s' * (same > 1)}")
            same = 0
        lines += ["".join(map(_mark_span, row))] if row is not None else []
    return "\n\n".join(lines)


def _mark_span(span: Span) -> str:
    # Word by word, because printable() would join the lines of the whole text.
    text = _WORD.sub(lambda word: printable(word[0]), span.text)
    before, after = span.text[: len(span.text) - len(span.text.lstrip())], span.text[len(span.text.rstrip()) :]
    inner = text.strip()
    if span.op == "equal" or not inner:
        return before + inner + (after if inner else "")
    return before + {"delete": f"[-{inner}-]", "insert": f"{{+{inner}+}}"}[span.op] + after


def _read_prompt(file: Path) -> tuple[str, str]:
    # Bytes, not sys.stdin's text: its encoding is the terminal's, and a prompt is UTF-8.
    if str(file) != "-":
        return read_prompt(file), str(file)
    try:
        return sys.stdin.buffer.read().decode("utf-8"), "standard input"
    except UnicodeDecodeError:
        raise InputError(Problem("not UTF-8 text", "give the text as UTF-8", file="standard input")) from None
