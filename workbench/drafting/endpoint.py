"""Address and key of an endpoint, checked before use."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from workbench.errors import ModelRefusedError, Problem


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


def is_this_machine(base_url: str) -> bool:
    """Tells if an address is one of this machine."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        # RFC 6761: names under .localhost resolve to this machine.
        return host == "localhost" or host.endswith(".localhost")


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
