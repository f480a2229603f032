"""What a log says of a failure that nobody expected: what and where, never its text, which may hold somebody's name."""

from __future__ import annotations

from pathlib import PurePath
from traceback import extract_tb


def without_text(error: BaseException) -> str:
    """The failure's type, and the file and line where it began."""
    frames = extract_tb(error.__traceback__)
    where = f" {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
