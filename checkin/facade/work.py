"""How a part of the facade gets its work done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from checkin.runtime.worker import Urgency

T = TypeVar("T")


class Work(Protocol):
    """Runs a job on the store's thread; ``changes`` says that it writes, so that listeners are told and sync wakes."""

    def __call__(self, urgency: Urgency, job: Callable[[], T], changes: bool) -> Future[T]: ...
