"""Each trouble of a Redis is one line: what, where, remedy.

The servers are real processes; what stands between is a socket of the test's own.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import http.server
import ipaddress
import shutil
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from one_node_cluster import ask, free_port, until
from pydantic import SecretStr

from workbench.config import Settings
from workbench.errors import InputError, StoreNotWritableError, StoreUnavailableError
from workbench.live.embedded import binary_path
from workbench.live.open_store import open_store

Serve = Callable[..., int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server with the given options; returns its port."""
    with contextlib.ExitStack() as running:

        def start(*words: str) -> int:
            port = free_port()
            folder = running.enter_context(tempfile.TemporaryDirectory(prefix="wb-"))
            command = [str(binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""]
            # A cluster's own is its port and 10,000, which may be more than there are.
            command += ["--cluster-port", str(free_port())]
            process = running.enter_context(subprocess.Popen([*command, *words], stdout=subprocess.DEVNULL))
            running.callback(process.kill)
            until(lambda: ask(port, "PING") != b"", process)
            return port

        yield start


async def trouble(url: str, **settings: object) -> str:
    """The line that opening the store, or taking a lock in it, ends with."""
    chosen = Settings.model_validate({"redis_url": url, "redis_socket_timeout_s": 2, **settings})

    async def use() -> None:
        store = await open_store(chosen)
        try:
            await store.acquire("troubled", "elsewhere:1/a")
        finally:
            await store.aclose()

    with pytest.raises((StoreUnavailableError, InputError)) as raised:
        await use()
    line = str(raised.value)
    assert "\n" not in line
    assert "secret" not in line
    return line


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--maxmemory", "1mb"], "its memory is full (maxmemory); raise its maxmemory"),
        (["--replicaof", "127.0.0.1", "1"], "it is a read-only replica; name its master in REDIS_URL"),
        (["--min-replicas-to-write", "1"], "too few replicas follow it; start them"),
        (["--requirepass", "other"], "invalid username-password pair or user is disabled; correct REDIS_PASSWORD"),
        (["--user", "default", "on", "nopass", "~*", "&*", "+@all", "-evalsha"],
         "has no permissions to run the 'evalsha' command; give its user the rights in docs/redis.md"),
        (["--user", "default", "on", "nopass", "~other:*", "&*", "+@all"], "No permissions to access a key; give its"),
        (["--cluster-enabled", "yes"], "its cluster is failing; start the missing nodes"),
    ],
)  # fmt: skip
async def test_refusing_server_is_one_line(serve: Serve, words: list[str], line: str) -> None:
    port = serve(*words)
    password = "secret" if "--requirepass" in words else ""
    said = await trouble(f"redis://:{password}@127.0.0.1:{port}/0")
    assert said.startswith(f"cannot use Redis at redis://127.0.0.1:{port}/0: ")
    assert line in said


async def test_full_server_disk_is_one_line(serve: Serve) -> None:
    port = serve("--save", "900 1")
    # A folder that is gone stands for a full disk: after a failed dump the server refuses writes.
    shutil.rmtree(ask(port, "CONFIG GET dir").split()[-1].decode())
    ask(port, "SET a b")
    deadline = time.monotonic() + 30
    while not ask(port, "SET a c").startswith(b"-MISCONF"):
        ask(port, "BGSAVE")
        assert time.monotonic() < deadline
    assert "it cannot save to its disk and takes no writes; make room" in await trouble(f"redis://127.0.0.1:{port}/0")


@pytest.mark.parametrize("refused", ["-hello", "-client"])
async def test_server_without_hello_is_used(serve: Serve, refused: str) -> None:
    port = serve("--user", "default", "on", "nopass", "~*", "&*", "+@all", refused)
    store = await open_store(Settings(redis_url=f"redis://127.0.0.1:{port}/0"))
    fence = await store.acquire("plain", "elsewhere:1/a")
    assert (await store.writer("plain")).state == "alive"
    await store.release("plain", fence)
    await store.aclose()


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("redis://:secret@no-such-host.invalid/0", "no machine of that name is known; correct the host in REDIS_URL"),
        ("redis://:secret@127.0.0.1:1/0", "start it, correct REDIS_URL"),
        ("redis+cluster://:secret@127.0.0.1:1", "start it, correct REDIS_URL"),
        ("redis+sentinel://:secret@127.0.0.1:1/petitions/0", "No master found for 'petitions'; start it"),
    ],
)
async def test_absent_server_is_one_line(url: str, line: str) -> None:
    assert line in await trouble(url)


@pytest.mark.parametrize(
    ("scheme", "line"),
    [
        ("redis+cluster", "it is no cluster; write REDIS_URL as redis://"),
        ("redis+sentinel", "it is no sentinel; write REDIS_URL as redis://"),
    ],
)
async def test_wrong_scheme_is_one_line(serve: Serve, scheme: str, line: str) -> None:
    path = "/petitions/0" if scheme == "redis+sentinel" else ""
    assert line in await trouble(f"{scheme}://127.0.0.1:{serve()}{path}")


async def test_server_without_tls_is_one_line(serve: Serve) -> None:
    said = await trouble(f"rediss://127.0.0.1:{serve()}", redis_socket_timeout_s=0.5)
    assert "no answer within 0.5 s; start it, or name its TLS port in REDIS_URL" in said


class _Silent(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Says nothing."""


async def test_web_server_is_no_redis() -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Silent) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        said = await trouble(f"redis://127.0.0.1:{server.server_port}/0")
        server.shutdown()
        thread.join()
    assert "a web server answers there; correct the host and port in REDIS_URL" in said


# TLS: the embedded server has none, so a socket of the test's own ends it before a real server.


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


class Certificates:
    """A private authority, and certificates of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.authority = self._write("authority", self._sign("A private authority", self._key, is_authority=True))

    def make(self, *, host: str = "127.0.0.1", days: int = 10, self_signed: bool = False) -> ssl.SSLContext:
        """Makes a server's context with a certificate for a host."""
        key = ec.generate_private_key(ec.SECP256R1())
        chain = self._write("server", self._sign(host, key, days=days, self_signed=self_signed))
        secret = self.folder / "server.key"
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, secret)
        return context

    def _write(self, name: str, certificate: x509.Certificate) -> Path:
        path = self.folder / f"{name}.pem"
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def _sign(
        self,
        host: str,
        key: ec.EllipticCurvePrivateKey,
        *,
        days: int = 10,
        is_authority: bool = False,
        self_signed: bool = False,
    ) -> x509.Certificate:
        moment = dt.datetime.now(dt.UTC)
        by_itself = is_authority or self_signed
        signer = key if by_itself else self._key
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(host))
            .issuer_name(_name(host) if by_itself else _name("A private authority"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(moment - dt.timedelta(days=20))
            .not_valid_after(moment + dt.timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            # Python 3.13 asks for both of these.
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .add_extension(_usage_of(is_authority=is_authority), critical=True)
        )
        if not is_authority:
            alternative = x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
            builder = builder.add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        return builder.sign(signer, hashes.SHA256())


def _usage_of(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


@contextlib.asynccontextmanager
async def tls_before(port: int, context: ssl.SSLContext) -> AsyncIterator[int]:
    """Ends TLS before a server; yields the port."""
    tasks: set[asyncio.Task[None]] = set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        for pair in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(pump(*pair))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(join, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_private_authority_is_trusted(serve: Serve, tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    async with tls_before(serve("--requirepass", "secret"), certificates.make()) as port:
        store = await open_store(
            Settings(
                redis_url=f"rediss://127.0.0.1:{port}/0",
                redis_password=SecretStr("secret"),
                redis_ca_file=certificates.authority,
            )
        )
        fence = await store.acquire("sealed", "elsewhere:1/a")
        await store.release("sealed", fence)
        await store.aclose()


@pytest.mark.parametrize(
    ("how", "trusted", "line"),
    [
        ({}, False, "signed by an authority that is not trusted here; set REDIS_CA_FILE to the certificate of"),
        ({"self_signed": True}, False, "its certificate is signed by itself; set REDIS_CA_FILE to that certificate"),
        ({"host": "elsewhere.example"}, True, "its certificate is for another"),
        ({"days": -1}, True, "its certificate has expired; renew it"),
    ],
)
async def test_refused_certificate_is_one_line(
    serve: Serve, tmp_path: Path, how: dict[str, object], trusted: bool, line: str
) -> None:
    certificates = Certificates(tmp_path)
    async with tls_before(serve(), certificates.make(**how)) as port:  # type: ignore[arg-type]
        said = await trouble(
            f"rediss://:secret@127.0.0.1:{port}/0", redis_ca_file=certificates.authority if trusted else None
        )
    assert line in said


async def test_tls_port_wants_rediss(serve: Serve, tmp_path: Path) -> None:
    async with tls_before(serve(), Certificates(tmp_path).make()) as port:
        said = await trouble(f"redis://127.0.0.1:{port}/0")
    assert "it speaks TLS; write REDIS_URL with rediss://" in said or "closed" in said


@pytest.mark.parametrize("text", [None, "no certificate"])
async def test_useless_ca_file_is_one_line(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "authority.pem"
    if text is not None:
        path.write_text(text)
    said = await trouble("rediss://127.0.0.1:1/0", redis_ca_file=path)
    assert said.startswith("REDIS_CA_FILE: ")
    assert said.endswith("; name a file with the authority's certificate (PEM)")


async def test_full_server_is_not_writable(serve: Serve) -> None:
    """A lock that is held is renewed and released all the same: its holder lives."""
    port = serve()
    store = await open_store(Settings(redis_url=f"redis://127.0.0.1:{port}/0"))
    fence = await store.acquire("full", "elsewhere:1/a")
    ask(port, "CONFIG SET maxmemory 1mb")
    with pytest.raises(StoreNotWritableError, match="its memory is full"):
        await store.write("full", fence, (), count=1)
    await store.renew("full", fence)
    assert (await store.writer("full")).state == "alive"
    await store.release("full", fence)
    assert await store.holder("full") is None
    await store.aclose()
