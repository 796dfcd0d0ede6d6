"""Table of commands, quick help, and errors' exit status."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from contextlib import redirect_stderr

import click
import pytest
from command_line import CASES, EVIL, is_harmless

import workbench.cli
from workbench.cli import COMMANDS, run
from workbench.cli import cli as group


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_table_names_commands_with_help(name):
    command = group.get_command(click.Context(group), name)
    assert command.name == name
    assert command.help


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_table_repeats_short_help(name):
    command = group.get_command(click.Context(group), name)
    assert command.get_short_help_str(limit=200).rstrip(".") == COMMANDS[name].short_help


@pytest.mark.parametrize("name", ["demo", "status"])
def test_windows_is_refused(name, monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "win32")
    assert run([name]) == 2
    assert capsys.readouterr().err.startswith("Windows itself is not supported; install WSL2")


def test_table_is_sorted():
    assert list(COMMANDS) == sorted(COMMANDS)


def test_help_imports_no_command():
    code = (
        "import sys; from workbench.cli import run; assert run(['--help']) == 0; "
        "print([name for name in sys.modules if name.startswith('workbench.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == (
        "['workbench.workflow', 'workbench.workflow.sharing_provider', "
        "'workbench.workflow.word_provider', 'workbench.errors', 'workbench.cli']"
    )
    for name, entry in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(entry.short_help)}", done.stdout, re.MULTILINE)


def test_unknown_command_is_none():
    assert group.get_command(click.Context(group), "publish") is None


def test_light_command_imports_no_langgraph():
    code = (
        "import sys; from workbench.cli import run; assert run(['redis', '--help']) == 0; "
        "print([name for name in ('langgraph', 'openai', 'fastapi', 'nbformat') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("module", ["workbench.cli.serve", "workbench.workflow.start"])
@pytest.mark.slow
def test_start_imports_no_slow_package(module):
    code = f"import sys, {module}; print([name for name in ('openai', 'nbformat', 'pandas') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", ["demo", "draft", "resume", "status", "export", "redis", "case", "lab", "serve"])
def test_command_has_help(cli, command):
    status, out, _ = cli(command, "--help")
    assert status == 0
    assert len(out.splitlines()) > 4


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["draft", "nowhere"], ["nowhere"]),
        (["draft", str(CASES / "minimal"), "--sections", "awardz"], ["awardz", "awards"]),
        (["draft", str(CASES / "minimal"), "--thread-id", "a b"], ["thread_id"]),
        (["draft", str(CASES / "minimal"), "--budget-usd", "0"], ["--budget-usd"]),
        (["draft"], ["CASE_DIR"]),
        (["drfat"], ["drfat"]),
        (["status", "nobody"], ["nobody"]),
        (["export", "nobody"], ["nobody"]),
        (["resume", "nobody"], ["nobody"]),
        (["draft", str(CASES / "minimal"), "--out", "/proc/nothing"], ["/proc/nothing", "--out"]),
        (["case", "check", "nowhere"], ["nowhere"]),
    ],
)
def test_bad_input_is_one_line(cli, arguments, says):
    status, out, err = cli(*arguments)
    assert status == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err
    for word in says:
        assert word in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["draft", EVIL],
        ["draft", str(CASES / "minimal"), "--sections", EVIL],
        ["draft", str(CASES / "minimal"), "--out", f"/proc/{EVIL}"],
        ["status", EVIL],
        ["status", "../../etc"],
        ["status", "\udcff"],
        [EVIL],
        ["draft", f"--{EVIL}"],
    ],
)
def test_quoted_input_controls_no_terminal(arguments):
    """Not through capsys.

    click itself strips some sequences where it writes to no terminal.
    """

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    with redirect_stderr(Terminal()) as said:
        assert workbench.cli.run(arguments) == 2
    assert is_harmless(said.getvalue())
    assert len(said.getvalue().splitlines()) == 1


def test_full_disk_prints_one_line():
    """Unwritten output is written again at the exit.

    Output that a thread could not write stays in the buffer.
    """
    code = (
        "import click, sys; from workbench import cli; "
        "sys.stdout = open('/dev/full', 'w'); sys.stdout.write('a line of the log'); "
        "cli.run = lambda _: click.echo('No space left on device', err=True) or 2; cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "No space left on device\n")


@pytest.mark.parametrize("arguments", [[], ["case"], ["redis"]])
def test_help_without_command(cli, arguments):
    status, out, err = cli(*arguments)
    assert (status, err) == (0, "")
    assert out == cli(*arguments, "--help")[1]
    assert len(out.splitlines()) > 5


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completes_commands(monkeypatch, capsys, shell):
    monkeypatch.setenv("_WORKBENCH_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", "workbench ver")
    monkeypatch.setenv("COMP_CWORD", "ver" if shell == "fish" else "1")
    with pytest.raises(SystemExit):
        run([])
    assert "verify" in capsys.readouterr().out
