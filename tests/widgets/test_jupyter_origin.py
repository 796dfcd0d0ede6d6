from __future__ import annotations

import json

import pytest

from workbench.widgets.jupyter_origin import find_page_origins


@pytest.fixture
def told(tmp_path, monkeypatch):
    """The Jupyter server's own file about itself."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("JPY_PARENT_PID", "4711")
    return (tmp_path / "jpserver-4711.json").write_text


@pytest.mark.parametrize(
    ("url", "origins"),
    [
        ("http://127.0.0.1:8889/", ("http://127.0.0.1:8889", "http://localhost:8889")),
        ("http://localhost:8889/base/", ("http://localhost:8889", "http://127.0.0.1:8889")),
        ("https://lab.example.com/user/a/", ("https://lab.example.com",)),
    ],
)
def test_server_file_names_page_origins(told, url, origins):
    told(json.dumps({"url": url}))
    assert find_page_origins() == origins


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"url": "http://127.0.0.1:none/"}', '{"url": "nothing"}'])
def test_unreadable_server_file_has_no_origin(told, text):
    told(text)
    assert find_page_origins() == ()


def test_process_without_server_has_no_origin(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)
    assert find_page_origins() == ()
    monkeypatch.setenv("JPY_PARENT_PID", "4711")
    assert find_page_origins() == ()
