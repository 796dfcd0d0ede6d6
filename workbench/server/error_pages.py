"""HTML error pages for links that do not work."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import Scope

from workbench.text.html import escape_html

# Relative addresses: behind a proxy the page may have a prefix that this server does not know.
HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="robots" content="noindex"><link rel="icon" href="data:,">'
)

_WORDS = {
    401: (
        "This link does not work",
        "It has expired, was withdrawn, or is incomplete. Copy the whole link again, or ask its sender for a new one.",
    ),
    403: ("This link opens another petition", "Ask whoever sent it for a link to this one."),
    404: ("There is no such page", "Copy the whole link once more, or ask whoever sent it for a new one."),
    429: ("Too many at once", "Wait a minute, then open the link again."),
    503: ("The petition cannot be read just now", "Wait a minute, then open the link again."),
}

# The style sheet loads although the link was refused: static files need no token.
_POLICY = "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'"


def error_page(scope: Scope, status: int, headers: Mapping[str, str] | None = None) -> HTMLResponse | None:
    """Returns an HTML page for a browser, else None.

    Only a view page gets one; programs get JSON.
    """
    accepted = Headers(scope=scope).get("accept", "")
    # Programs and the page's own polling ask the other routes, and read the JSON.
    if status not in _WORDS or not scope["path"].startswith("/view/") or "text/html" not in accepted:
        return None
    title, words = map(escape_html, _WORDS[status])
    page = (
        f'{HEAD}<title>{title}</title><link rel="stylesheet" href="../static/page.css"></head>'
        f"<body><main><h1>{title}</h1><p>{words}</p></main></body></html>"
    )
    return HTMLResponse(page, status, {**(headers or {}), "content-security-policy": _POLICY})
