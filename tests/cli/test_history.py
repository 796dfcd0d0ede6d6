"""``workbench history``, ``compare`` and ``audit``."""

from __future__ import annotations

import csv
import io
import json
import secrets

import pytest
from command_line import EVIL
from recording import initial_snapshot
from rich.console import Console

from workbench.cli.history import _build_audit_table, _build_moments_table, format_audit_csv, render_comparison
from workbench.config import Settings
from workbench.live import keys
from workbench.live.audit import AuditEntry
from workbench.live.events import SectionUpdate, StatusChange, WorkflowUpdate
from workbench.live.journal import Journal
from workbench.live.snapshot import SectionState
from workbench.record.comparison import compare
from workbench.record.history import HistoryRow, make_empty_snapshot
from workbench.workflow.loop import BackgroundLoop


@pytest.fixture
def thread_id():
    """A run with two drafts of a section.

    The second is by hand and approved.
    """
    name = f"travel-{secrets.token_hex(6)}"
    head = initial_snapshot().to_dict()
    for stamp in ("schema", "thread_id", "_updated_at", "last_event_id", "started_at"):
        del head[stamp]

    async def write() -> None:
        journal = await Journal.open(await store(), name, "elsewhere:1/a", make_empty_snapshot(name))
        journal.emit(
            WorkflowUpdate(update=head),
            StatusChange(status="generating"),
            SectionUpdate(
                section_id="awards", status="completed", findings=[],
                content="One.\n\nShe won a medal.\n\nTwo.\n\nThree.",
            ),
            SectionUpdate(
                section_id="awards", status="needs_review", edited_by="b.partner",
                content="One.\n\nShe won a prize [@medal, p. 2].\n\nTwo.\n\nThree.",
                findings=[{"check": "style", "severity": "warning", "message": "Short."}],
            ),
        )  # fmt: skip
        journal.record("edit", user_id="b.partner", section_id="awards", note='=HYPERLINK("http://x")')
        journal.emit(SectionUpdate(section_id="awards", status="approved", approved_by="b.partner"))
        journal.record("approve", user_id="b.partner", section_id="awards", note="Read.", via="cli")
        journal.emit(StatusChange(status="completed"))
        await journal.close()

    BackgroundLoop.current().call(write())
    return name


async def store():
    return await BackgroundLoop.current().store(Settings.from_env())


def test_history_lists_moments(cli, thread_id):
    status, out, err = cli("history", thread_id, "--json")
    assert (status, err) == (0, "")
    rows = json.loads(out)
    assert [(row["what"], row["who"]) for row in rows] == [
        ("prepared", "a.attorney"), ("started", "a.attorney"), ("completed", "workbench"), ("edited", "b.partner"),
        ("approved", "b.partner"), ("ended", "workbench"),
    ]  # fmt: skip
    status, out, _ = cli("history", thread_id)
    assert status == 0
    assert all(row["id"] in out for row in rows)
    assert "approved" in out


def test_compare_shows_redline(cli, thread_id):
    rows = json.loads(cli("history", thread_id, "--json")[1])
    status, out, _ = cli("compare", f"{thread_id}@{rows[2]['id']}", thread_id)
    assert status == 0
    told = [line.strip() for line in out.splitlines()]
    assert "… 1 unchanged paragraph" in told
    assert "She won a [-medal-]{+prize [@medal, p. 2]+}." in told
    assert "… 2 unchanged paragraphs" in told
    assert "finding opened: warning: style: Short." in told
    assert "cited anew: [@medal, p. 2]" in told


def test_compare_writes_json_and_page(cli, thread_id, tmp_path):
    at = json.loads(cli("history", thread_id, "--json")[1])[2]["id"]
    status, out, _ = cli("compare", f"{thread_id}@{at}", thread_id, "--json", "--html", tmp_path / "redline.html")
    assert status == 0
    compared = json.loads(out)
    assert compared["a"]["at"] == at
    assert compared["counts"] == {"same": 2, "changed": 1, "only in a": 0, "only in b": 0}
    assert "<ins>" in (tmp_path / "redline.html").read_text(encoding="utf-8")
    assert cli("compare", thread_id, thread_id, "--html", tmp_path / "b.html")[1].strip() == str(tmp_path / "b.html")


def test_audit_lists_decisions(cli, thread_id):
    status, out, err = cli("audit", thread_id, "--json")
    assert (status, err) == (0, "")
    assert [(entry["action"], entry["note"], entry["via"]) for entry in json.loads(out)] == [
        ("edit", '=HYPERLINK("http://x")', "kernel"), ("approve", "Read.", "cli"),
    ]  # fmt: skip
    assert "b.partner" in cli("audit", thread_id)[1]


def test_audit_csv_has_no_formula(cli, thread_id):
    status, out, _ = cli("audit", thread_id, "--csv")
    assert status == 0
    assert out.startswith("\ufeff"), "Excel reads UTF-8 by this mark only"
    rows = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    assert list(rows[0]) == list(AuditEntry.model_fields)
    assert [row["note"] for row in rows] == ['\'=HYPERLINK("http://x")', "Read."]
    assert [row["number"] for row in rows] == ["1", "2"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r=", " =", "＝"])
def test_csv_escapes_formula_signs(sign):
    entry = AuditEntry(number=1, at="", user_id=f"{sign}1+1", action="export", note=f"{sign}cmd|'/c calc'!A0")
    [row] = csv.DictReader(io.StringIO(format_audit_csv([entry])))
    for name in ("user_id", "note"):
        assert row[name].startswith("'")


def test_cut_off_audit_exits_1(cli, thread_id):
    kept = {}

    async def change(entry: bytes | None) -> None:
        opened = await store()
        kept.update(await opened.read_fields(thread_id, keys.AUDIT))
        fence = await opened.acquire(thread_id, "elsewhere:7/c.intern")
        await opened.write(thread_id, fence, (), None, {keys.AUDIT: {"2": entry}})
        await opened.release(thread_id, fence)

    BackgroundLoop.current().call(change(None))
    for command in ("audit", "history"):
        status, _, err = cli(command, thread_id)
        assert status == 1
        assert "is incomplete: it ends with entry 1, and 2 were made; restore" in err
    BackgroundLoop.current().call(change(kept["2"]))
    assert cli("audit", thread_id)[0] == cli("history", thread_id)[0] == 0


def test_incomplete_audit_exits_1(cli, thread_id):
    async def forge() -> None:
        opened = await store()
        kept = await opened.read_fields(thread_id, keys.AUDIT)
        forged = kept["1"].replace(b"b.partner", b"c.intern")
        fence = await opened.acquire(thread_id, "elsewhere:7/c.intern")
        await opened.write(thread_id, fence, (), None, {keys.AUDIT: {"1": forged}})
        await opened.release(thread_id, fence)

    BackgroundLoop.current().call(forge())
    for form in ([], ["--csv"], ["--json"]):
        status, out, err = cli("audit", thread_id, *form)
        assert status == 1
        assert "c.intern" in out
        assert err.strip().endswith(
            f"the audit record of {thread_id} is incomplete: entry 2 does not follow from the one before it; "
            "restore the record from a backup"
        )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["history", "nobody"], "nobody"),
        (["audit", "nobody"], "nobody"),
        (["compare", "nobody", "nobody"], "nobody"),
        (["compare", "nobody"], "'B'"),
        (["history", "../etc"], "../etc"),
        (["audit", EVIL], "forged"),
    ],
)
def test_bad_input_is_one_line(cli, arguments, says):
    status, out, err = cli(*arguments)
    assert (status, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert says in err


def test_unknown_moment_and_unwritable_page(cli, thread_id):
    status, out, err = cli("compare", f"{thread_id}@1-1", thread_id)
    assert (status, out) == (2, "")
    assert f"workbench history {thread_id} lists the moments by id" in err
    status, out, err = cli("compare", thread_id, thread_id, "--html", "/proc/nothing/x.html")
    assert (status, out) == (2, "")
    assert "/proc/nothing/x.html" in err


def test_run_texts_control_no_terminal():
    row = HistoryRow(id="7-1", at="2026-01-02T03:04:05.000000Z", what="edited", section_id="awards", title=EVIL,
                     who=EVIL, status="completed", progress=10.0, note=EVIL)  # fmt: skip
    entry = AuditEntry(number=1, at="", user_id=EVIL, action="edit", note=EVIL, via=EVIL)
    states = [
        initial_snapshot().model_copy(
            update={"model": EVIL, "sections": (SectionState(section_id="awards", title=EVIL, content=text),)}
        )
        for text in ("Old.", f"New {EVIL}\n\n{EVIL}")
    ]
    shown = io.StringIO()
    console = Console(file=shown, width=200)
    for drawn in (_build_moments_table([row]), _build_audit_table([entry]), render_comparison(compare(*states))):
        console.print(drawn)
    assert "forged: line" in shown.getvalue()
    assert all(letter.isprintable() or letter == "\n" for letter in shown.getvalue())
    assert "\nforged" not in shown.getvalue()
    assert all(letter.isprintable() or letter in "\r\n" for letter in format_audit_csv([entry]))


@pytest.mark.parametrize("command", ["history", "compare", "audit"])
def test_command_has_help(cli, command):
    status, out, _ = cli(command, "--help")
    assert status == 0
    assert len(out.splitlines()) > 4
