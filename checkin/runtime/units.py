"""Where units of store work run: on the store's thread in a window, right here in a command."""

from __future__ import annotations

from collections.abc import Callable


def directly(job: Callable[[], int]) -> int:
    """Runs a unit where it is called."""
    return job()
