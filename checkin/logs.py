"""What a program of ours leaves when it goes wrong: where and of what kind the fault was, and no value of anybody.

The text of an error may hold a name (a key that was not found, a row that did not fit), so tracebacks are written
without it; ``PROHODNAYA_DEBUG=1`` writes all of it, for whoever mends the program.  The system is asked for no dump of
the memory, which holds every name and the key.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
import threading
import traceback
from contextlib import suppress
from types import TracebackType

DEBUG = "PROHODNAYA_DEBUG"
_PR_SET_DUMPABLE = 4
_SEM = 0x0001 | 0x0002  # SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX


def told(error: BaseException | None) -> str:
    """The traceback with the kinds of errors and without their texts, causes first."""
    if error is None:
        return ""
    if os.environ.get(DEBUG):
        return "".join(traceback.format_exception(error)).rstrip()
    parts: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        frames = "".join(traceback.format_tb(one.__traceback__))
        parts.append(f"Traceback (most recent call last):\n{frames}{type(one).__module__}.{type(one).__qualname__}")
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n\n".join(reversed(parts))


class Lines(logging.Formatter):
    """Plain lines for a terminal or a system's journal."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def formatException(self, ei: object) -> str:
        return told(ei[1] if isinstance(ei, tuple) else None)


def _unforeseen(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error or kind(), trace)
        return
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(told(error or kind()) + "\n")


def set_up() -> None:
    """Logs to standard error; no name in a log, in a traceback or in a dump of memory."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    sys.excepthook = _unforeseen
    threading.excepthook = lambda hook: _unforeseen(hook.exc_type, hook.exc_value, hook.exc_traceback)
    with suppress(RuntimeError, ValueError, OSError):  # no standard error: a window without a terminal on Windows
        faulthandler.enable()
    _no_dumps()


def _no_dumps() -> None:
    if os.environ.get(DEBUG):
        return
    import ctypes

    if sys.platform == "win32":
        ctypes.windll.kernel32.SetErrorMode(_SEM)
        return
    import resource

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)  # a dump handler is not bound by the limit
