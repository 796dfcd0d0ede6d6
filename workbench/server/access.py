"""Who may come in: the author token, its id, and the origins of pages that may ask."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from workbench.config import Settings
from workbench.errors import InputError, Problem

TOKEN_FILE = "author-token"  # noqa: S105 - the file's name
SHORT_TOKEN_LETTERS = 16
"""A chosen token below this length can be guessed; what is made here has 43 letters."""

_TOKEN = re.compile(r"[\x21-\x7e]{1,512}")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Caller:
    """Whoever shows a token.

    Attributes:
        kind: ``author`` opens everything; ``view`` reads one run; ``door`` pauses, resumes and cancels one run.
        kid: The token's id, which may be written down; the token may not.
        thread_id: The one run it is for; None: every run.
        redact: Whether names are kept from this caller.
        expires_at: When the token ends, seconds since 1970; None: never by itself.
    """

    kind: Literal["author", "view", "door"]
    kid: str
    thread_id: str | None = None
    redact: bool = False
    expires_at: float | None = None

    @property
    def via(self) -> str:
        """How the audit calls an act of this caller."""
        return f"rest:{self.kid}"


def token_id(token: str) -> str:
    """The id under which a token's acts are recorded: eight hexadecimal digits of its hash, nothing of the token."""
    return hashlib.sha256(b"workbench token id\0" + token.encode()).hexdigest()[:8]


def same_token(shown: str, known: str) -> bool:
    """Compares in constant time, whatever was shown: also of another length, also not ASCII."""
    digests = (hashlib.sha256(token.encode(errors="replace")).digest() for token in (shown, known))
    return hmac.compare_digest(*digests)


def author_token(settings: Settings) -> str:
    """``WORKBENCH_AUTHOR_TOKEN``, else the token in a file under ``WORKBENCH_HOME``, made at the first call.

    Any number of processes may call this at once; all get the same token.

    Raises:
        InputError: The variable or the file holds no token, others may read the file, or it cannot be made.
    """
    if settings.author_token is not None:
        token = settings.author_token.get_secret_value()
        if not _TOKEN.fullmatch(token):
            raise InputError(
                Problem(
                    what="the token has characters that no HTTP header can carry, or too many",
                    remedy="use letters, digits and signs without spaces, at most 512",
                    field="WORKBENCH_AUTHOR_TOKEN",
                )
            )
        return token
    path = token_path(settings)
    try:
        if not path.exists():
            _make(path)
        return _read(path)
    except OSError as error:
        raise InputError(
            Problem(
                what=f"the author token in {path} cannot be kept ({error.strerror or error})",
                remedy="name a folder of yours",
                field="WORKBENCH_HOME",
            )
        ) from None


def token_path(settings: Settings) -> Path:
    """Where the author token lies, unless the environment names one."""
    return settings.home / TOKEN_FILE


def _make(path: Path) -> None:
    """The file appears with its mode and content, or not at all; where another process was first, its token stands."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _read(path: Path) -> str:
    status = path.stat()
    if os.name == "posix" and status.st_mode & 0o077:
        raise InputError(
            Problem(what="others may read the author token", remedy=f"chmod 600 {path}, or remove it", file=str(path))
        )
    token = path.read_bytes()[:1024].decode("ascii", errors="replace").strip()
    if not _TOKEN.fullmatch(token):
        raise InputError(Problem(what="holds no author token", remedy="remove it: a new one is made", file=str(path)))
    return token


class AuthorAccess:
    """Knows the author by the token. View links come in here, by the same call.

    Args:
        token: The author token.
    """

    def __init__(self, token: str) -> None:
        self._token = token
        self._author = Caller("author", token_id(token))

    async def identify(self, token: str) -> Caller | None:
        """Whose token that is, or None."""
        return self._author if same_token(token, self._token) else None


def normal_origin(origin: str) -> str:
    """An origin as browsers write it: lower case, without the scheme's own port.

    Raises:
        InputError: It is no origin of a web page.
    """
    try:
        parts = urlsplit(origin.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password
    if parts.scheme not in _DEFAULT_PORTS or not host or extra or not host.isascii():
        raise InputError(
            Problem(
                what=f"{origin!r} is no origin",
                remedy="give scheme and host, with a port where there is one, as in https://hub.example.org",
                field="--origin",
            )
        )
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + ("" if port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{port}")


def own_origins(host: str, port: int, further: Iterable[str] = ()) -> frozenset[str]:
    """The origins of the server's own pages, and those it was told of.

    Args:
        host: It listens on.
        port: It listens on.
        further: As ``--origin`` gives them.

    Raises:
        InputError: One of ``further`` is no origin.
    """
    hosts = {"127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host} - {"0.0.0.0", "[::]"}  # noqa: S104
    own = {normal_origin(f"http://{name}:{port}") for name in hosts if name.isascii()}
    return frozenset(own | {normal_origin(origin) for origin in further})
