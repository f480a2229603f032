"""The hub's log: one JSON object a line on standard error, with nothing in it that names a person."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from checkin.logs import told

_FACTS = ("method", "route", "status", "ms", "plant", "device", "error")


class JsonLines(logging.Formatter):
    """A record as one line of JSON: when, how bad, who says it, what, and the known facts."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "what": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _FACTS if hasattr(record, name)}
        if record.exc_info:
            line["trace"] = told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def to_stderr(level: str) -> None:
    """Sends the hub's and its server's log to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("checkin", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(level.upper())
        logger.propagate = False
