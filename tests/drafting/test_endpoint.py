"""Address and key of an endpoint."""

from __future__ import annotations

import ssl
import sys

import pytest
from pydantic import SecretStr

from workbench.config import Settings
from workbench.drafting.endpoint import EndpointAddress, Key, KeyCommand, key_from_settings
from workbench.errors import ModelRefusedError

COUNTS = """
import pathlib, sys
path = pathlib.Path(sys.argv[1]); path.write_text(path.read_text() + "x" if path.exists() else "x")
print("token-" + str(len(path.read_text())))
"""


@pytest.mark.parametrize(
    ("url", "base_url", "query", "is_azure"),
    [
        ("https://llm.example.com/v1", "https://llm.example.com/v1", {}, False),
        ("https://llm.example.com/v1/chat/completions/", "https://llm.example.com/v1", {}, False),
        ("https://f.openai.azure.com/openai/v1/", "https://f.openai.azure.com/openai/v1", {}, True),
        ("https://gw.example.com/openai/deployments/d?api-version=1", "https://gw.example.com/openai/deployments/d",
         {"api-version": "1"}, True),
    ],
)  # fmt: skip
def test_address_is_split(url, base_url, query, is_azure):
    address = EndpointAddress.of(url)
    assert (address.base_url, address.query, address.is_azure) == (base_url, query, is_azure)


def test_address_without_tls_trusts_nobody():
    context = EndpointAddress.of("http://127.0.0.1:8000/v1").make_verification()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.get_ca_certs() == []
    assert EndpointAddress.of("HTTPS://llm.example.com/v1").make_verification() is True


async def test_command_gives_tokens(tmp_path):
    source = KeyCommand(f"{sys.executable} -c '{COUNTS}' {tmp_path / 'runs'}")
    assert [await source(), await source()] == ["token-1", "token-1"]
    source.forget()
    assert await source() == "token-2"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("no-such-program --token", "cannot be started"),
        ("unclosed 'quote", "cannot be started"),
        ("", "cannot be started"),
        (f"{sys.executable} -c 'print(123); raise SystemExit(3)'", "status 3"),
        (f"{sys.executable} -c pass", "no token"),
    ],
)
async def test_failed_command_is_explained(command, words):
    with pytest.raises(ModelRefusedError, match=f"WORKBENCH_KEY_COMMAND.*{words}"):
        await KeyCommand(command)()


async def test_last_token_is_the_secret():
    async def take_token() -> str:
        return "token-12345678"

    key = Key(take_token, needed=True)
    assert await key.for_client()() == key.secret == "token-12345678"
    assert key.renew()
    assert not Key("fixed", needed=True).renew()


def test_command_goes_before_the_key():
    assert isinstance(key_from_settings(Settings(key_command="x", openai_api_key=SecretStr("k"))), KeyCommand)
    assert key_from_settings(Settings(openai_api_key=SecretStr("k"))) == "k"
