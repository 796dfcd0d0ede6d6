"""The log of a server on stderr: lines for people, or one JSON object a line for what collects them."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime

import orjson

from workbench.errors import printable

FORMATS = ("text", "json")

LEVELS = ("debug", "info", "warning", "error")

_LOGGER = "workbench"
_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def log_to_stderr(form: str, level: str) -> None:
    """Has this process log to stderr.

    The workbench's own messages from the given level on; what others say from warnings on, since libraries log whole
    requests below that, and a request may carry a token.

    Args:
        form: One of :data:`FORMATS`.
        level: One of :data:`LEVELS`.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_LOGGER).setLevel(level.upper())


class JsonFormatter(logging.Formatter):
    """``{"at" "level" "logger" "message"}``, the fields of the call's ``extra``, and ``error`` with its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in _KNOWN},
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


class TextFormatter(logging.Formatter):
    """The message, and the fields of the call's ``extra`` behind it."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a traceback below it where there is one."""
        extra = [f"{name}={value}" for name, value in vars(record).items() if name not in _KNOWN]
        line = printable(" ".join([f"{record.levelname.lower()}:", record.getMessage(), *extra]))
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line
