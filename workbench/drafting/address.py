"""Where a model is asked, and with which key: the two variables checked before anything is sent."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from workbench.errors import ModelRefusedError, Problem


def host_of(base_url: str) -> str:
    """Host and port of an address, without the credentials that it may carry.

    Raises:
        ModelRefusedError: It is no address of HTTP.
    """
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    else:
        host = host if parts.scheme in {"http", "https"} else None
    if not host or not base_url.isprintable() or " " in base_url:
        raise ModelRefusedError(
            Problem("not an address", "write it like https://api.openai.com/v1", field="OPENAI_BASE_URL")
        )
    host = f"[{host}]" if ":" in host else host
    return host if port is None else f"{host}:{port}"


def is_this_machine(base_url: str) -> bool:
    """Whether what is sent there stays on this machine."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def usable_key(api_key: str | None, *, needed: bool) -> str:
    """The key as it can stand in a header; a placeholder for servers of one's own, which need none.

    Raises:
        ModelRefusedError: It is missing where it is needed, or has characters that no header takes.
    """
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
