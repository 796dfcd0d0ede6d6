"""``workbench dashboard`` as a process: line, link and end."""

from __future__ import annotations

import os
import signal
import subprocess

import jwt
import psutil
import pytest
from dashboard_process import COMMAND, dashboard_process

import workbench.cli
from tests.server.conftest import ask
from workbench.cli.dashboard import END_LIMIT_S
from workbench.config import Settings
from workbench.workflow import start


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_dashboard_ends_on_signal(number):
    with dashboard_process() as dashboard:
        voila = dashboard.voila()
        assert ask(dashboard.base, "GET", f"/?token={dashboard.token}").status == 200
        left = [voila, *dashboard.kernels()]
        assert len(left) == 2
        dashboard.process.send_signal(number)
        assert dashboard.process.communicate(timeout=60) == ("", "")
        assert dashboard.process.returncode == 0
    _, alive = psutil.wait_procs(left, timeout=60)
    assert not alive


def test_killed_dashboard_leaves_no_voila():
    with dashboard_process() as dashboard:
        voila = dashboard.voila()
        dashboard.process.kill()
        _, alive = psutil.wait_procs([voila], timeout=END_LIMIT_S)
        assert not alive


def test_voila_that_ends_is_reported():
    with dashboard_process() as dashboard:
        dashboard.voila().kill()
        out, errors = dashboard.process.communicate(timeout=60)
    assert (out, errors.count("\n")) == ("", 1)
    assert "Voila ended by itself" in errors
    assert dashboard.process.returncode == 1


def test_link_opens_one_or_all(shared_home):
    options = workbench.RunOptions(sections=("awards",), unattended=True)
    run = start.start("wu", settings=Settings(home=shared_home), options=options)
    run.wait(120)

    def subject(dashboard):
        return jwt.decode(dashboard.token, options={"verify_signature": False})["sub"]

    with dashboard_process() as every:
        assert subject(every) == "*"
    with dashboard_process(run.thread_id, "--hours", "0.5") as one:
        assert subject(one) == run.thread_id
        assert f"thread={run.thread_id}" in one.url
        claims = jwt.decode(one.token, options={"verify_signature": False})
        assert claims["exp"] - claims["iat"] == pytest.approx(1800, abs=2)


def test_link_is_printed_without_json():
    with subprocess.Popen(
        COMMAND, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        line = process.stdout.readline()
        assert line.startswith("dashboard, for everybody who has this link: http://127.0.0.1:")
        process.terminate()
        process.communicate(timeout=60)


@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        (["no-such-run"], {}, "no-such-run"),
        (["--hours", "0"], {}, "hours"),
        (["--hours", "nan"], {}, "hours"),
        (["--port", "70000"], {}, "--port"),
        ([], {"WORKBENCH_PUBLIC_URL": "hub.example.org"}, "WORKBENCH_PUBLIC_URL"),
        ([], {"WORKBENCH_SECRET": "short"}, "WORKBENCH_SECRET"),
        ([], {"REDIS_URL": "redis://127.0.0.1:1/0"}, "127.0.0.1:1"),
    ],
)
def test_bad_input_is_one_line(cli, monkeypatch, arguments, environment, says):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    status, out, errors = cli("dashboard", *arguments)
    assert (status, out) == (2, "")
    assert says in errors
    assert len(errors.splitlines()) == 1


def test_port_in_use_is_reported(cli):
    with dashboard_process() as dashboard:
        port = dashboard.base.rpartition(":")[2]
        status, out, errors = cli("dashboard", "--port", port)
    assert (status, out) == (2, "")
    assert errors == f"--port: port {port} of 127.0.0.1 is taken; choose another, or 0 for a free one\n"
