"""``workbench prompts``: the versions of every prompt, and which of them is filing."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import orjson
from rich.table import Table
from rich.text import Text

from workbench.cli.gate import how_to_try, say, trial_of
from workbench.cli.options import as_json, page
from workbench.config import Settings
from workbench.drafting.promotions import Decision
from workbench.drafting.prompts import read_prompt
from workbench.errors import InputError, Problem, printable, printable_json
from workbench.text.redline import Span, paragraphs
from workbench.tuning.library import PromptStore, PromptVersion

as_user = click.option("--user-id", help="Who asks; default: the login name.")
for_reason = click.option("--reason", required=True, help="Why; it is recorded.")


@click.group()
def prompts() -> None:
    """The versions of every prompt: list, compare, save, promote, roll back.

    A version is a file that never changes, PROMPTS/SECTION/DIGEST.md, and is named awards@0123456789ab, or by the
    beginning of that; awards alone is the one that is filing, awards@shipped the one that the package brings. New
    runs are drafted with the versions that are filing; a run under way keeps those that it began with.

    PROMPTS is WORKBENCH_PROMPTS, a folder to keep in git; without it, prompts under WORKBENCH_HOME. To begin:

    \b
    workbench prompts show awards --text > awards.md
    workbench prompts save awards awards.md --parent awards --note "shorter sentences"
    workbench prompts promote awards@0123
    """  # noqa: D301 - click wants the character, not its name


@prompts.command(name="list")
@click.argument("section_id", metavar="[SECTION]", required=False)
@as_json
def list_(section_id: str | None, json_: bool) -> None:
    """List the versions of a SECTION, or of every section and of the system message, with their standing."""
    store = PromptStore()
    rows = [_row(store, version) for version in store.versions(section_id)]
    if json_:
        _print_json(rows)
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
    page().print(_table(("version", "standing", "date", "author", "note"), table))


@prompts.command()
@click.argument("ref", metavar="VERSION")
@click.option("--text", is_flag=True, help="Print the text alone, to be edited and saved.")
@as_json
def show(ref: str, text: bool, json_: bool) -> None:
    """Print the file of a VERSION."""
    store = PromptStore()
    version = store.get(ref)
    if json_:
        _print_json(_row(store, version) | {"text": version.text})
    else:
        click.echo(version.text if text else version.source, nl=False)


@prompts.command()
@click.argument("a")
@click.argument("b")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the redline as HTML, too.")
@as_json
def diff(a: str, b: str, html: Path | None, json_: bool) -> None:
    """Compare the texts of two versions, word by word. Struck out reads [-so-], put in {+so+}."""
    store = PromptStore()
    first, second = store.get(a), store.get(b)
    spans = store.redline(first.ref, second.ref)
    if html is not None:
        html.write_text(store.redline_html(first.ref, second.ref) + "\n", encoding="utf-8")
    if json_:
        _print_json({"a": first.ref, "b": second.ref, "spans": [asdict(span) for span in spans]})
        return
    click.echo(f"A  {printable(_named(first))}\nB  {printable(_named(second))}\n")
    click.echo(_redlined(spans))


@prompts.command()
@click.argument("section_id", metavar="SECTION")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--note", required=True, help="What is new in it, one line.")
@click.option("--parent", metavar="VERSION", help="The version that it was made from.")
@click.option("--author", help="Who wrote it; default: the login name.")
@as_json
def save(section_id: str, file: Path, note: str, parent: str | None, author: str | None, json_: bool) -> None:
    """Save the text of FILE (- for standard input) as a candidate for SECTION, or for system.

    Every placeholder that is unknown, missing or left open is told with its line, and nothing is saved.
    """
    store = PromptStore()
    text, name = _read(file)
    version = store.save(section_id, text, note=note, author=author or _login(), parent=parent, file=name)
    _tell(store, version, json_=json_)


@prompts.command()
@click.argument("ref", metavar="VERSION")
@click.option("--override", metavar="REASON", help="Promote it whatever the gate says; the reason is recorded.")
@how_to_try
@as_user
@as_json
def promote(ref: str, override: str | None, user_id: str | None, json_: bool, **how: Any) -> int:
    """Make a VERSION filing, if the golden cases allow it.

    It is tried as workbench gate tries it. Exit status 1 where it may not file, or where there are too few golden cases
    to tell.
    """
    gate = import_module("workbench.tuning.gate")  # late: it brings pandas, scipy and LangGraph
    store = PromptStore()
    version = store.get(ref)
    verdict = gate.promote(
        Settings.from_env(), version.ref, user_id or _login(), override, trial=trial_of(**how, show=not json_)
    )
    if json_:
        _print_json(_row(store, version) | {"promoted": verdict.promoted, "verdict": verdict.to_dict()})
    else:
        say(verdict)
        click.echo(f"{version.ref} is {'filing' if verdict.promoted else 'not promoted'}")
    return 0 if verdict.promoted else 1


@prompts.command()
@click.argument("section_id", metavar="SECTION")
@for_reason
@as_user
@as_json
def rollback(section_id: str, reason: str, user_id: str | None, json_: bool) -> None:
    """Make the version of SECTION filing again that was filing before; the present one is retired."""
    store = PromptStore()
    _tell(store, store.rollback(section_id, user_id=user_id or _login(), reason=reason), json_=json_)


@prompts.command()
@click.argument("ref", metavar="VERSION")
@for_reason
@as_user
@as_json
def retire(ref: str, reason: str, user_id: str | None, json_: bool) -> None:
    """Record that a VERSION is to be used no more; its file stays."""
    store = PromptStore()
    version = store.get(ref)
    store.retire(version.ref, user_id=user_id or _login(), reason=reason)
    _tell(store, version, json_=json_)


@prompts.command()
@click.argument("section_id", metavar="SECTION")
@as_json
def history(section_id: str, json_: bool) -> None:
    """List what was decided of SECTION's versions: promotions, rollbacks, retirements."""
    decisions = PromptStore().history(section_id)
    if json_:
        _print_json([decision.to_dict() for decision in decisions])
    else:
        page().print(_table(("when", "did", "version", "who", "why"), map(_cells, decisions)))


_WHO_WIDTH = 14
_WORD = re.compile(r"[^\n ]+")


def _row(store: PromptStore, version: PromptVersion) -> dict[str, Any]:
    kept = store.root / version.section_id / f"{version.digest}.md"
    return {
        "version": version.ref,
        "section": version.section_id,
        "standing": store.standing(version.ref),
        "shipped": version.shipped,
        "date": version.date,
        "author": version.author,
        "note": version.note,
        "parent": version.parent,
        "file": str(kept) if kept.exists() else None,
    }


def _named(version: PromptVersion) -> str:
    return f"{version.ref}  {version.note} ({version.author}{', ' if version.date else ''}{(version.date or '')[:10]})"


def _tell(store: PromptStore, version: PromptVersion, *, json_: bool) -> None:
    row = _row(store, version)
    if json_:
        _print_json(row)
    else:
        click.echo(f"{version.ref} is {row['standing']}: {printable(row['file'] or 'shipped with the package')}")


def _cells(decision: Decision) -> tuple[str, ...]:
    why = "; ".join(filter(None, (decision.reason, decision.evidence)))
    at = decision.at[:16].replace("T", " ")
    return at, decision.did, decision.version, decision.by, why


def _table(names: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in names:
        if name in {"who", "author"}:
            table.add_column(name, no_wrap=True, overflow="ellipsis", max_width=_WHO_WIDTH)
        else:
            table.add_column(name, no_wrap=name != names[-1], overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table


def _redlined(spans: tuple[Span, ...]) -> str:
    """Paragraphs with what changed in them, and how many stayed between them."""
    lines: list[str] = []
    same = 0
    for row in [*paragraphs(spans), None]:
        if row is not None and all(span.op == "equal" for span in row):
            same += 1
            continue
        if same:
            lines.append(f"… {same} unchanged paragraph{'s' * (same > 1)}")
            same = 0
        lines += ["".join(map(_marked, row))] if row is not None else []
    return "\n\n".join(lines)


def _marked(span: Span) -> str:
    text = _WORD.sub(lambda word: printable(word[0]), span.text)
    before, after = span.text[: len(span.text) - len(span.text.lstrip())], span.text[len(span.text.rstrip()) :]
    inner = text.strip()
    if span.op == "equal" or not inner:
        return before + inner + (after if inner else "")
    return before + {"delete": f"[-{inner}-]", "insert": f"{{+{inner}+}}"}[span.op] + after


def _read(file: Path) -> tuple[str, str]:
    if str(file) != "-":
        return read_prompt(file), str(file)
    try:
        return sys.stdin.buffer.read().decode("utf-8"), "standard input"
    except UnicodeDecodeError:
        raise InputError(Problem("not UTF-8 text", "give the text as UTF-8", file="standard input")) from None


def _print_json(value: object) -> None:
    click.echo(printable_json(orjson.dumps(value)))


def _login() -> str:
    return str(import_module("workbench.workflow.opening").login())  # late: it brings LangGraph
