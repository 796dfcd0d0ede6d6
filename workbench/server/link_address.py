"""Address of a view link: who can open it, how long it is served, its QR code."""

from __future__ import annotations

import io
import ipaddress
import os
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from workbench.text.catalogue import gettext as _

ServedBy = Literal["public", "serve", "kernel"]
"""Server of a link: whatever is at ``WORKBENCH_PUBLIC_URL``, a `workbench serve`, or this process."""


class LinkServer(NamedTuple):
    """Server to which a new link leads.

    Attributes:
        url: Its address.
        served_by: Its kind.
        remedy: How a server is started that outlives this process: words and the command; None where none is needed.
    """

    url: str
    served_by: ServedBy
    remedy: tuple[str, str] | None = None


def opens_elsewhere(url: str) -> bool:
    """Tests whether another machine, such as a phone, can open an address."""
    host = urlsplit(url).hostname or ""
    return host != "localhost" and not _is_address(host, "is_loopback")


def describe_reach(url: str) -> str:
    """Says who can open an address."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not opens_elsewhere(url):
        return _(
            "Only this machine can open it. For others: run workbench serve behind TLS, and set WORKBENCH_PUBLIC_URL."
        )
    hub = os.environ.get("JUPYTERHUB_SERVICE_PREFIX")
    if hub and parts.path.startswith(hub):
        return _("Whoever has it and is admitted to your server by the hub can open it.")
    if _is_address(host, "is_private") or "." not in host or host.endswith(".local"):
        return _("Whoever has it and is in the same network as {host} can open it.", host=host)
    return _("Whoever has it and can reach {host} can open it.", host=host)


def describe_duration(served_by: ServedBy) -> str:
    """Says whether an address is served when this process has ended."""
    return {
        "public": _(
            "The server at WORKBENCH_PUBLIC_URL serves it: it opens also when this notebook's kernel has ended."
        ),
        "serve": _("A workbench serve on this machine serves it: it opens also when this notebook's kernel has ended."),
        "kernel": _("This notebook's kernel serves it: it stops opening when the kernel ends."),
    }[served_by]


def draw_qr_picture(url: str) -> str:
    """Draws the QR code of an address.

    Returns:
        Data URI of an SVG picture, dark on white with the quiet zone.
    """
    import segno  # noqa: PLC0415 - a link is made without it

    return segno.make_qr(url, error="l").svg_data_uri(border=4, dark="#000", light="#fff", omitsize=True)


def draw_qr_text(url: str) -> str:
    """Draws the QR code of an address in half blocks.

    Light modules are in the foreground, for white on black.
    """
    import segno  # noqa: PLC0415 - as above

    drawn = io.StringIO()
    segno.make_qr(url, error="l").terminal(drawn, border=2, compact=True)
    return drawn.getvalue()


def _is_address(host: str, what: Literal["is_loopback", "is_private"]) -> bool:
    try:
        return bool(getattr(ipaddress.ip_address(host), what))
    except ValueError:
        return False
