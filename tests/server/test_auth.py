"""The author token, and origins.

The token is made once, is private, and is the same for all.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from workbench.config import Settings
from workbench.errors import InputError
from workbench.server.auth import (
    Access,
    author_token,
    is_own_host,
    is_same_token,
    normal_origin,
    own_origins,
    token_id,
    token_path,
)


def names(folder):
    return [path.name for path in folder.iterdir()]


def test_token_file_is_private(tmp_path):
    settings = Settings(home=tmp_path / "new" / "home")
    token = author_token(settings)
    assert len(token) >= 43
    assert author_token(settings) == token
    assert token_path(settings).stat().st_mode & 0o777 == 0o600
    assert settings.home.stat().st_mode & 0o777 == 0o700
    assert names(settings.home) == ["author-token"]  # no draft of it stays


@pytest.mark.slow  # starts four processes
def test_many_processes_make_one_token(tmp_path):
    code = (
        "import sys; from pathlib import Path; from workbench.config import Settings\n"
        "from workbench.server.auth import author_token\n"
        "sys.stdin.readline(); print(author_token(Settings(home=Path(sys.argv[1]))))"
    )
    makers = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    for maker in makers:
        assert maker.stdin is not None
        maker.stdin.write(b"\n")
        maker.stdin.flush()
    said = {maker.communicate(timeout=60)[0] for maker in makers}
    assert said == {author_token(Settings(home=tmp_path)).encode() + b"\n"}
    assert names(tmp_path) == ["author-token"]


def test_token_of_environment_comes_first(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_AUTHOR_TOKEN", "a-token-of-my-own")
    settings = Settings.from_env().model_copy(update={"home": tmp_path})
    assert author_token(settings) == "a-token-of-my-own"
    assert names(tmp_path) == []
    assert "a-token-of-my-own" not in repr(settings)


@pytest.mark.parametrize("token", ["two words", "línea", "x\ny", "x" * 513])
def test_unusable_token_is_not_repeated(token):
    with pytest.raises(InputError, match="WORKBENCH_AUTHOR_TOKEN") as said:
        author_token(Settings(author_token=token))
    assert token not in str(said.value)


def test_readable_token_file_is_refused(tmp_path):
    settings = Settings(home=tmp_path)
    author_token(settings)
    token_path(settings).chmod(0o644)
    with pytest.raises(InputError, match="chmod 600"):
        author_token(settings)


@pytest.mark.parametrize("content", [b"", b"two words\n", b"\xff\xfe"])
def test_damaged_token_file_is_named(tmp_path, content):
    settings = Settings(home=tmp_path)
    author_token(settings)
    token_path(settings).write_bytes(content)
    with pytest.raises(InputError, match="holds no author token"):
        author_token(settings)


def test_unwritable_home_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="WORKBENCH_HOME"):
        author_token(Settings(home=tmp_path / "file" / "home"))


@pytest.mark.parametrize(
    ("shown", "same"),
    [("secret", True), ("secreT", False), ("", False), ("secret ", False), ("sécret", False), ("\ud800", False)],
)
async def test_tokens_are_compared_whatever_is_shown(shown, same):
    assert is_same_token(shown, "secret") is same


async def test_caller_is_recorded_by_id(tmp_path):
    access = Access(Settings(home=tmp_path, author_token="a-token-of-my-own"))
    caller = await access.identify("a-token-of-my-own")
    assert caller is not None
    assert (caller.kind, caller.via) == ("author", f"rest:{token_id('a-token-of-my-own')}")
    assert "token-of" not in caller.via
    assert token_id("a-token-of-my-own") != token_id("a-token-of-my-owm")
    assert await access.identify("another") is None


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("https://Hub.Example.org/", "https://hub.example.org"),
        ("https://hub.example.org:443", "https://hub.example.org"),
        ("http://localhost:8888", "http://localhost:8888"),
        ("http://[::1]:8888", "http://[::1]:8888"),
    ],
)
def test_origins_are_normalised(given, normal):
    assert normal_origin(given) == normal


@pytest.mark.parametrize(
    "given",
    ["", "null", "*", "hub.example.org", "ftp://x", "https://x/lab", "https://u:p@x", "https://x:port", "file:///x",
     "vscode-webview://abc", "https://x?y", "https://[x"],
)  # fmt: skip
def test_invalid_origin_is_refused(given):
    with pytest.raises(InputError, match="is no origin"):
        normal_origin(given)


def test_own_origins():
    own = {"http://127.0.0.1:80", "http://localhost:80", "http://[::1]:80"}
    assert own_origins("0.0.0.0", 8765) == {name.replace(":80", ":8765") for name in own}  # noqa: S104
    assert own_origins("127.0.0.1", 80, ["https://x.org"]) == {
        "http://127.0.0.1", "http://localhost", "http://[::1]", "https://x.org",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("host", "arrived_at", "own"),
    [
        ("127.0.0.1:8765", "127.0.0.1", True),
        ("localhost", "127.0.0.1", True),
        ("LOCALHOST:9000", "127.0.0.1", True),  # a forwarded port
        ("[::1]:8765", "::1", True),
        ("[::ffff:127.0.0.1]:8765", "127.0.0.1", True),
        ("hub.example.org", "127.0.0.1", True),
        ("Hub.Example.org:8443", "10.0.0.2", True),
        ("evil.example.net", "127.0.0.1", False),
        ("evil.example.net", "10.0.0.2", False),
        ("localhost.evil.example.net", "127.0.0.1", False),
        ("localhost.", "127.0.0.1", False),  # browsers send the dot where it was typed; nobody types it
        ("hub.example.org.evil.example.net", "127.0.0.1", False),
        ("localhost@evil.example.net", "127.0.0.1", False),
        ("evil.example.net@localhost", "127.0.0.1", False),
        ("user:password@localhost:8765", "127.0.0.1", False),
        ("localhost, evil.example.net", "127.0.0.1", False),
        ("localhost evil", "127.0.0.1", False),
        ("http://localhost", "127.0.0.1", False),
        ("localhost/evil", "127.0.0.1", False),
        ("localhost:8765:1", "127.0.0.1", False),
        ("", "127.0.0.1", False),
        ("0.0.0.0:8765", "127.0.0.1", False),
        ("0.0.0.0:8765", "10.0.0.2", False),
        ("[::]:8765", "10.0.0.2", False),
        ("0x7f.1", "127.0.0.1", False),
        ("2130706433", "127.0.0.1", False),
        ("192.168.1.5:8765", "127.0.0.1", False),
        ("192.168.1.5:8765", "172.17.0.2", True),  # an address cannot be rebound
        ("[2001:db8::1]", "2001:db8::1", True),
        ("[fe80::1%eth0]", "fe80::1", False),
        ("this-machine:8765", "127.0.0.1", False),
        ("this-machine:8765", "172.17.0.2", True),
        ("localhost", "", True),
        ("192.168.1.5", "", False),
    ],
)
def test_own_hosts(monkeypatch, host, arrived_at, own):
    monkeypatch.setattr("socket.gethostname", lambda: "This-Machine")
    assert is_own_host(host, {"hub.example.org"}, arrived_at) is own
