"""A mailbox with room for one: the newest item replaces an unread one, so a slow reader is late by one item at most."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class MailboxClosed(Exception):
    """The mailbox was closed: nothing more will come."""


class Mailbox(Generic[T]):
    """Any thread may put, any thread may get; each item is got at most once."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._item: T | None = None
        self._full = False
        self._closed = False
        self._dropped = 0

    def put(self, item: T) -> bool:
        """Leave an item; False when an unread one was replaced.  After ``close`` items are ignored."""
        with self._changed:
            if self._closed:
                return False
            replaced = self._full
            self._dropped += replaced
            self._item, self._full = item, True
            self._changed.notify()
            return not replaced

    def get(self, timeout_s: float | None = None) -> T | None:
        """The newest unread item, waiting for one; None when the time is up.

        Raises MailboxClosed once the mailbox is closed and its last item was taken.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._full or self._closed, timeout_s)
            if not self._full:
                if self._closed:
                    raise MailboxClosed
                return None
            item, self._item, self._full = self._item, None, False
            return item

    def close(self) -> None:
        """Wake every waiting reader; the item that lies there can still be taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def dropped(self) -> int:
        """How many items were replaced before anybody read them."""
        return self._dropped
