"""The table of commands: complete, and imported late."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from workbench.cli import COMMANDS, cli


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_name_in_the_table_is_a_command_that_says_what_it_does(name):
    command = cli.get_command(click.Context(cli), name)
    assert command.name == name
    assert command.help


def test_an_unknown_command_is_said_in_one_line():
    assert cli.get_command(click.Context(cli), "publish") is None


def test_a_light_command_does_not_wait_for_the_heavy_packages():
    code = (
        "import sys; from workbench.cli import run; assert run(['redis', '--help']) == 0; "
        "print([name for name in ('langgraph', 'openai', 'fastapi', 'nbformat') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
