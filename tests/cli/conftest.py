"""Commands, run in process where that is equivalent."""

from __future__ import annotations

import pytest

import workbench.cli
from workbench.workflow.loop import BackgroundLoop


@pytest.fixture(autouse=True)
def closed_loop():
    """Ends the workbench loop after each test.

    The end of a process does the same.
    """
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
    """The same, with a loop for each command.

    A process would have its own, too.
    """

    def run(*arguments: str):
        answer = cli(*arguments)
        BackgroundLoop.current().close()
        return answer

    return run
