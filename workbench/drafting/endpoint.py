"""Address and key of an endpoint, checked before use."""

from __future__ import annotations

import asyncio
import shlex
import ssl
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from workbench.config import Settings
from workbench.errors import ModelRefusedError, Problem

KeySource = Callable[[], Awaitable[str]]
"""Callable that returns a key or token that is valid now."""

_COMMAND_S = 30.0
_FRESH_S = 300.0
"""Time for which a token of a command is used again; those of Entra ID live for an hour or more."""

_OPERATION = "/chat/completions"


@dataclass(frozen=True)
class EndpointAddress:
    """Address of an endpoint, in the parts that the client takes.

    Attributes:
        base_url: Without query and operation.
        host: Host and port, without credentials.
        query: Parameters of each request, such as Azure's ``api-version``.
        is_azure: Whether keys go in Azure's header, too.
    """

    base_url: str
    host: str
    query: Mapping[str, str] = field(default_factory=dict)
    is_azure: bool = False

    @classmethod
    def of(cls, url: str) -> Self:
        """Splits an address as users copy it, perhaps with its operation and query.

        Raises:
            ModelRefusedError: It is no HTTP address.

        Examples:
            >>> address = EndpointAddress.of("https://firm.openai.azure.com/openai/deployments/d/chat/completions?api-version=v")
            >>> address.base_url, address.query["api-version"]
            ('https://firm.openai.azure.com/openai/deployments/d', 'v')
        """
        host = host_of(url)
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        path = parts.path.rstrip("/").removesuffix(_OPERATION)
        is_azure = "api-version" in query or (parts.hostname or "").endswith(".azure.com")
        return cls(urlunsplit((parts.scheme, parts.netloc, path, "", "")), host, query, is_azure)

    def make_verification(self) -> ssl.SSLContext | bool:
        """Makes what an HTTP client verifies the server's certificate by.

        An address without TLS has no certificate, and reading the machine's authorities would take each client some
        20 ms: its context is empty, and trusts nobody.
        """
        return True if self.base_url.lower().startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Key:
    """Key of an endpoint: a text, or a source of tokens that expire.

    Args:
        source: ``OPENAI_API_KEY``, a callable, or None.
        needed: Whether the endpoint needs one.

    Attributes:
        text: The key; empty where a source gives tokens.
        secret: What must not reach a log: the key, or the last token.

    Raises:
        ModelRefusedError: See :func:`usable_key`.
    """

    def __init__(self, source: str | KeySource | None, *, needed: bool) -> None:
        self._source = source if callable(source) else None
        self.text = "" if callable(source) else usable_key(source, needed=needed)
        self.secret = self.text

    def for_client(self) -> str | KeySource:
        """Returns the key in the form that the SDK takes."""
        return self.text if self._source is None else self._take_token

    def renew(self) -> bool:
        """Forgets a token that was refused; False where there is a fixed key."""
        if isinstance(self._source, KeyCommand):
            self._source.forget()
        return self._source is not None

    async def _take_token(self) -> str:
        assert self._source is not None  # noqa: S101 - for_client() gives this method only where there is one
        self.secret = usable_key(await self._source(), needed=False)
        return self.secret


class KeyCommand:
    """Source of tokens that runs a command, such as ``az account get-access-token``.

    Args:
        command: ``WORKBENCH_KEY_COMMAND``: program and arguments; no shell reads it. It prints the token.
    """

    def __init__(self, command: str) -> None:
        self._command = command
        self._token, self._until = "", 0.0

    def forget(self) -> None:
        """Has the command run again for the next request."""
        self._until = 0.0

    async def __call__(self) -> str:
        """Returns the command's output, at most five minutes old.

        Raises:
            ModelRefusedError: It cannot be started, fails, or prints nothing.
        """
        if time.monotonic() >= self._until:
            self._token = await self._run()
            self._until = time.monotonic() + _FRESH_S
        return self._token

    async def _run(self) -> str:
        try:
            process = await asyncio.create_subprocess_exec(
                *shlex.split(self._command), stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL
            )
        except (OSError, ValueError, TypeError) as error:
            raise _command_error(f"cannot be started ({error})") from None
        try:
            output, _ = await asyncio.wait_for(process.communicate(), _COMMAND_S)
        except TimeoutError:
            raise _command_error(f"printed no token within {_COMMAND_S:g} s") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        token = output.decode(errors="replace").strip()
        # Its output is not shown: a part of a token may stand there.
        if process.returncode or not token:
            raise _command_error(f"ended with status {process.returncode} and gave no token")
        return token


def key_from_settings(settings: Settings) -> str | KeySource | None:
    """Returns the key of the settings, or the source of tokens that they name."""
    if settings.key_command is not None:
        return KeyCommand(settings.key_command)
    return settings.openai_api_key.get_secret_value() if settings.openai_api_key else None


def host_of(base_url: str) -> str:
    """Returns host and port of an address, without credentials.

    Raises:
        ModelRefusedError: It is no HTTP address.

    Examples:
        >>> host_of("https://user:secret@api.example.com:8443/v1")
        'api.example.com:8443'
    """
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    else:
        host = host if parts.scheme in {"http", "https"} else None
    # urlsplit() accepts and drops line breaks: what would be sent is not what was shown.
    if not host or not base_url.isprintable() or " " in base_url:
        raise ModelRefusedError(
            Problem("not an address", "write it like https://api.openai.com/v1", field="OPENAI_BASE_URL")
        )
    host = f"[{host}]" if ":" in host else host
    return host if port is None else f"{host}:{port}"


def usable_key(api_key: str | None, *, needed: bool) -> str:
    """Returns the key in the form that a header takes.

    The user's own servers need no key: a placeholder stands for it, because the SDK insists on one.

    Args:
        api_key: ``OPENAI_API_KEY``, or None.
        needed: Whether the endpoint needs a key.

    Raises:
        ModelRefusedError: The key is missing but needed, or has characters that no header takes.
    """
    # Copied keys often carry a line break.
    key = (api_key or "").strip()
    if not key and needed:
        raise ModelRefusedError(
            Problem("not set, and api.openai.com needs one", "set your key, or OPENAI_BASE_URL", field="OPENAI_API_KEY")
        )
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise ModelRefusedError(
            Problem("not a key: it has characters that no key has", "copy it again", field="OPENAI_API_KEY")
        )
    return key or "none"


def _command_error(what: str) -> ModelRefusedError:
    return ModelRefusedError(
        Problem(what, "run it in a terminal; it must print a token and nothing else", field="WORKBENCH_KEY_COMMAND")
    )
