"""Access table of routes, tokens and kinds of pages.

It holds what each route answers to each token, from each kind of page.

``python -m tests.server.access_table`` prints it; ``test_access_table.py`` proves it on the real server, and that no
route is missing from it.
"""

from __future__ import annotations

TOKENS = ("none", "garbage", "expired", "revoked", "another run's", "own", "without names", "dashboard", "author")
"""Tokens of the requests: none; one that nobody signed; links that have expired or were revoked; a link for
another run, for this one, for this one without names, for every run; the author token."""

ORIGINS = ("none", "own", "foreign")
"""Not a browser; a page of the server's own or a listed origin; any other page."""

FOREIGN_ORIGIN = 403
"""Status of every route for a page of a foreign origin, whatever the token."""

Statuses = tuple[int, ...]

_REFUSED = (401, 401, 401, 401)
OPEN: Statuses = (200,) * len(TOKENS)
READ: Statuses = (*_REFUSED, 403, 200, 200, 200, 200)
LIST: Statuses = (*_REFUSED, 200, 200, 200, 200, 200)

PICTURE: Statuses = (*_REFUSED, 403, 404, 403, 404, 404)
EXHIBIT: Statuses = (*_REFUSED, 403, 200, 403, 200, 200)


def author_only(answer: int) -> Statuses:
    """Refused to every link; ``answer`` is what the author hears."""
    return (*_REFUSED, 403, 403, 403, 403, answer)


TABLE: dict[tuple[str, str], Statuses] = {
    ("GET", "/health"): OPEN,
    ("GET", "/ready"): OPEN,
    ("GET", "/static/monitor.js"): OPEN,
    ("GET", "/static/monitor.css"): OPEN,
    ("GET", "/static/page.js"): OPEN,
    ("GET", "/static/page.css"): OPEN,
    ("GET", "/view/{thread_id}"): READ,
    ("GET", "/view/"): LIST,
    ("GET", "/start"): author_only(403),  # for the user of a Jupyter server in front alone
    ("WS", "/api/ws/document/{thread_id}"): (4401, 4401, 4401, 4401, 4401, 101, 101, 101, 101),
    ("GET", "/api/documents"): LIST,  # a link for one run hears of that one only
    ("GET", "/api/document/preview/{thread_id}"): READ,
    ("GET", "/api/document/{thread_id}/exhibit/{exhibit_id}/page/{n}"): READ,
    # Nobody can take a name out of a picture; and the exhibits of the run of the test are texts.
    ("GET", "/api/document/{thread_id}/exhibit/{exhibit_id}/page/{n}/image"): PICTURE,
    ("GET", "/api/document/{thread_id}/exhibit/{exhibit_id}/page/{n}/boxes"): EXHIBIT,
    ("GET", "/api/document/{thread_id}/exhibit/{exhibit_id}/file"): EXHIBIT,
    ("GET", "/api/document/{thread_id}/check"): READ,
    ("GET", "/api/download-petition-pdf/{thread_id}"): READ,
    ("GET", "/api/download-manifest/{thread_id}"): author_only(200),
    ("GET", "/api/history/{thread_id}"): author_only(200),
    ("GET", "/api/audit/{thread_id}"): author_only(200),
    ("GET", "/api/links/{thread_id}"): author_only(200),
    ("POST", "/api/share/{thread_id}"): author_only(201),
    ("POST", "/api/revoke/{link_id}"): author_only(404),
    ("POST", "/api/generate-petition"): author_only(422),
    ("POST", "/api/pause/{thread_id}"): author_only(409),
    ("POST", "/api/resume/{thread_id}"): author_only(409),
    ("POST", "/api/cancel/{thread_id}"): author_only(409),
    ("POST", "/api/section/{thread_id}/{section_id}/{action}"): author_only(404),
    ("POST", "/api/fork/{thread_id}"): author_only(422),
    ("POST", "/api/upload-exhibit/{thread_id}"): author_only(422),
    ("GET", "/metrics"): author_only(200),
    ("GET", "/docs"): author_only(200),
    ("GET", "/openapi.json"): author_only(200),
    ("GET", "/nothing-here"): (*_REFUSED, 404, 404, 404, 404, 404),
}
"""By method and path, one status for each of :data:`TOKENS`, without an Origin or from an own one. The requests are
empty and about a run that has ended: where the author is not refused for the token, the answer may be another refusal
(404, 409, 422). ``WS``: 101 for a socket that opens, else the code it is closed with."""


def markdown() -> str:
    """The table, for people."""
    rows = [
        f"| route | {' | '.join(TOKENS)} | any, foreign Origin |",
        f"|---|{'---|' * (len(TOKENS) + 1)}",
        *(
            f"| `{method} {path}` | {' | '.join(map(str, statuses))} | {FOREIGN_ORIGIN} |"
            for (method, path), statuses in TABLE.items()
        ),
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    import sys

    sys.stdout.write(markdown() + "\n")
