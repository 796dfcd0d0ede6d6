"""Log of a server on stderr, as text or JSON.

JSON is one object a line.
"""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime

import orjson

from workbench.errors import printable

FORMATS = ("text", "json")

LEVELS = ("debug", "info", "warning", "error")

_LOGGER = "workbench"
# Whatever else a record has came in by `extra`. Python 3.12 adds `taskName`; formatters add the other two.
_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def log_to_stderr(form: str, level: str) -> None:
    """Configures logging to stderr for this process.

    The workbench's messages are logged from the given level on, those of libraries from warnings on: below that they
    log whole requests, and a request may contain a token.

    Args:
        form: One of :data:`FORMATS`.
        level: One of :data:`LEVELS`.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    root = logging.getLogger()
    # Replaces a library's handler: its text lines would stand between the JSON lines.
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_LOGGER).setLevel(level.upper())


class JsonFormatter(logging.Formatter):
    """Formatter of JSON lines.

    ``{"at" "level" "logger" "message"}``, the ``extra`` fields, and ``error``.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Formats a record as one line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in _KNOWN},
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        # `extra` may hold any object, and writing a log line must not fail.
        return orjson.dumps(line, default=str).decode()


class TextFormatter(logging.Formatter):
    """Formatter of text lines: message and ``extra`` fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Formats a record as one line, with its traceback below."""
        extra = [f"{name}={value}" for name, value in vars(record).items() if name not in _KNOWN]
        # A client's words may contain control characters, which would act on the terminal.
        line = printable(" ".join([f"{record.levelname.lower()}:", record.getMessage(), *extra]))
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line
