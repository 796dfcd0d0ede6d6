"""HTML error pages for links that do not work."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import Scope

from workbench.text.catalogue import gettext as _
from workbench.text.catalogue import language_code
from workbench.text.html import escape_html


def make_head() -> str:
    """Returns the beginning of a page of this server."""
    return (
        f'<!doctype html><html lang="{escape_html(language_code())}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex"><link rel="icon" href="data:,">'
    )


_STATUSES = frozenset({401, 403, 404, 429, 503})

# The style sheet loads although the link was refused: static files need no token.
_POLICY = "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'"


def error_page(scope: Scope, status: int, headers: Mapping[str, str] | None = None) -> HTMLResponse | None:
    """Returns an HTML page for a browser, else None.

    Only a view page gets one; programs get JSON.
    """
    accepted = Headers(scope=scope).get("accept", "")
    # Programs and the page's own polling ask the other routes, and read the JSON.
    if status not in _STATUSES or not scope["path"].startswith("/view/") or "text/html" not in accepted:
        return None
    title, words = map(escape_html, _describe_status(status))
    page = (
        f'{make_head()}<title>{title}</title><link rel="stylesheet" href="../static/page.css"></head>'
        f"<body><main><h1>{title}</h1><p>{words}</p></main></body></html>"
    )
    return HTMLResponse(page, status, {**(headers or {}), "content-security-policy": _POLICY})


def _describe_status(status: int) -> tuple[str, str]:
    """Returns the title and the advice of a page."""
    return {
        401: (
            _("This link does not work"),
            _(
                "It has expired, was withdrawn, or is incomplete. Copy the whole link again, or ask its sender for a "
                "new one."
            ),
        ),
        403: (_("This link opens another petition"), _("Ask whoever sent it for a link to this one.")),
        404: (_("There is no such page"), _("Copy the whole link once more, or ask whoever sent it for a new one.")),
        429: (_("Too many at once"), _("Wait a minute, then open the link again.")),
        503: (_("The petition cannot be read just now"), _("Wait a minute, then open the link again.")),
    }[status]
