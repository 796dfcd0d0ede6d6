"""Runner of promptfoo, limited to its configuration's models."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import contextmanager

import pytest
import yaml
from real_promptfoo import evaluate
from scripted_endpoint import Endpoint, completes

from workbench.config import Settings
from workbench.errors import InputError, WorkbenchError
from workbench.tuning.promptfoo.run import run_promptfoo, variables


@contextmanager
def listening_proxy():
    """A proxy that only notes requested addresses.

    It connects nowhere.
    """
    asked = set()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(5)
                    first = connection.recv(4096).decode(errors="replace").partition("\r\n")[0]
                    asked.add(first)
                    connection.sendall(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.fixture
def configured(tmp_path):
    def write(url, **more):
        config = {
            "prompts": ["Say {{word}}"],
            "providers": [
                {"id": "openai:chat:small-model", "config": {"apiBaseUrl": url, "apiKeyRequired": False}, **more}
            ],
            "tests": [{"vars": {"word": "yes"}, "assert": [{"type": "contains", "value": "yes"}]}],
        }
        file = tmp_path / "promptfooconfig.yaml"
        file.write_text(yaml.safe_dump(config), encoding="utf-8")
        return file

    return write


def test_promptfoo_reaches_only_the_model(configured, shared_home):
    settings = Settings(home=shared_home)
    with Endpoint() as endpoint:
        endpoint.acts = [completes(), completes()]
        file = configured(endpoint.url)
        assert evaluate(file, settings)["results"]["stats"]["successes"] == 1
        with listening_proxy() as (proxy, asked):
            assert evaluate(file, settings, proxy=proxy)["results"]["stats"]["successes"] == 1
        assert len(endpoint.posted) == 2
    # Why the proxy is needed: with telemetry off it tells that it is off. Nothing else is tried.
    assert {re.sub(r" HTTP/1\.[01]$", "", line) for line in asked} == {"CONNECT r.promptfoo.app:443"}
    assert (shared_home / "promptfoo").stat().st_mode & 0o077 == 0
    assert file.with_name("results.json").stat().st_mode & 0o077 == 0


def test_remote_model_needs_consent(configured, shared_home, tmp_path):
    with pytest.raises(InputError, match=r"would go to api\.example\.com.*WORKBENCH_MODEL"):
        run_promptfoo(
            configured("https://api.example.com/v1"),
            tmp_path / "r.json",
            Settings(home=shared_home),
            command="promptfoo",
        )
    environment = variables(["https://api.example.com/v1"], tmp_path)
    assert environment["no_proxy"] == environment["NO_PROXY"] == "127.0.0.1,api.example.com,localhost"
    assert environment["https_proxy"] == environment["HTTPS_PROXY"] == "http://127.0.0.1:9"


def test_missing_promptfoo_names_the_command(configured, shared_home, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=r"npm install --global promptfoo@0\.121"):
        run_promptfoo(configured("http://127.0.0.1:1/v1"), tmp_path / "r.json", Settings(home=shared_home))


def test_failing_promptfoo_is_reported(configured, shared_home, tmp_path):
    broken = tmp_path / "promptfoo"
    broken.write_text("#!/bin/sh\necho warning >&2\necho it fell over >&2\nexit 3\n")
    broken.chmod(0o755)
    with pytest.raises(WorkbenchError, match="ended with status 3: it fell over"):
        run_promptfoo(
            configured("http://127.0.0.1:1/v1"), tmp_path / "r.json", Settings(home=shared_home), command=broken
        )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n- b\n", "fields are wanted here"),
        ("a: [\n", "is no YAML"),
        ("", "fields are wanted here"),
        ("a: !!python/object:os.system x\n", "is no YAML"),
    ],
)
def test_run_refuses_other_files(shared_home, tmp_path, text, said):
    file = tmp_path / "promptfooconfig.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        run_promptfoo(file, tmp_path / "r.json", Settings(home=shared_home), command=tmp_path)


def test_run_refuses_missing_file(shared_home, tmp_path):
    with pytest.raises(InputError, match="no such file"):
        run_promptfoo(tmp_path / "nowhere.yaml", tmp_path / "r.json", Settings(home=shared_home), command=tmp_path)
