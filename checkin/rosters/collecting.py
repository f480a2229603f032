"""A pause of Python's cyclic garbage collector while hundreds of thousands of records are made.

None of them is ever part of a cycle, and a collector that looks through all of them again and again costs a quarter
of the time.  Memory that is free by its count of references is still freed at once.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """No collections inside; afterwards as before."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
