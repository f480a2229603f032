"""What a gate remembers: the roster it synced, its journal, its outbox.  Rows never leave this package."""

from checkin.store.engine import Store, Transaction
from checkin.store.opening import open_store

__all__ = ["Store", "Transaction", "open_store"]
