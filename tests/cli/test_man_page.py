"""The man page: as the commands' help says, and as roff likes it."""

from __future__ import annotations

import re
import subprocess

import click
import pytest
from tools import require_tool

from tests.house.man_page import PAGE, write_page
from workbench.cli import cli

FORMATTER = "apt-get install groff-base man-db"


def walk(command, context):
    """Yields every command with its context."""
    yield command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            part = command.get_command(context, name)
            yield from walk(part, click.Context(part, parent=context, info_name=name))


@pytest.fixture(scope="module")
def rendered():
    """The page as a terminal of 200 columns shows it, without overstriking."""
    groff = require_tool("groff", "nroff", install=FORMATTER)
    done = subprocess.run(
        [groff, "-man", "-ww", "-Tascii", "-P-c", "-rLL=200n", PAGE], capture_output=True, text=True, check=True
    )
    assert done.stderr == "", "roff's own warnings"
    return re.sub(".\b", "", done.stdout)


def test_page_is_as_the_help_says():
    assert write_page() == PAGE.read_text(encoding="utf-8"), (
        "write it anew: PYTHONPATH=. python tests/house/man_page.py"
    )


def test_page_names_every_command_and_option(rendered):
    words = " ".join(rendered.split())
    commands = list(walk(cli, click.Context(cli, info_name="workbench")))
    assert len(commands) > 50
    for command, context in commands:
        assert context.command_path in words
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                # One of a page's own, which click neither shortens nor folds.
                assert " ".join((option.help or "").split()).rstrip(".") in words, (context.command_path, option.name)
                assert option.opts[-1] in words


def test_help_lists_keep_their_lines(rendered):
    lines = [line.strip() for line in rendered.splitlines()]
    assert "approve     approve exactly the present text" in lines
    assert "workbench share --revoke ID          revoke a link" in lines


def test_man_renders_without_warnings():
    man = require_tool("man", install=FORMATTER)
    done = subprocess.run([man, "--warnings", "-E", "UTF-8", "-l", PAGE], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "WORKBENCH(1)" in done.stdout
