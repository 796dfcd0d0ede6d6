"""Commands, run in process where that is the same as in a process of their own."""

from __future__ import annotations

import pytest

import workbench.cli
from workbench.workflow.loop import BackgroundLoop


@pytest.fixture(autouse=True)
def closed_loop():
    """Ends the workbench loop after each test, as the end of a process does."""
    yield
    BackgroundLoop.current().close()


@pytest.fixture
def cli(capsys):
    """Runs a command; gives its status and what it printed."""

    def run(*arguments: str):
        status = workbench.cli.run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.fixture
def terminal(cli):
    """The same, each command with a workbench loop of its own, as a process would have."""

    def run(*arguments: str):
        answer = cli(*arguments)
        BackgroundLoop.current().close()
        return answer

    return run
