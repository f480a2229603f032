"""Cursors: opaque outside, an epoch and a number inside.

A cursor of another database (restored, or set up afresh), or one that is ahead of this one, starts again from the
beginning: what a gate gets twice changes nothing there, what it never gets would be lost.
"""

from __future__ import annotations

import re

_FORM = re.compile(r"([0-9a-f]{8})\.([0-9]{1,18})")


class CursorUnknown(ValueError):
    """A text that no hub ever gave out."""


def cursor(epoch: str, number: int) -> str:
    """The cursor after row ``number``."""
    return f"{epoch}.{number}"


def beside(text: str, number: int) -> str:
    """Another cursor of the same epoch; empty for none."""
    form = _FORM.fullmatch(text)
    return "" if form is None else cursor(form[1], number)


def behind(text: str, before: str) -> bool:
    """Whether a cursor lies before another one of the same epoch: a hub's counters only ever grow."""
    form, old = _FORM.fullmatch(text), _FORM.fullmatch(before)
    return form is not None and old is not None and form[1] == old[1] and int(form[2]) < int(old[2])


def number(text: str, epoch: str, top: int) -> int:
    """Where to go on, 0 for the beginning.  ``top`` is the highest number there is.  Raises ``CursorUnknown``."""
    if not text:
        return 0
    form = _FORM.fullmatch(text)
    if form is None:
        raise CursorUnknown("not a cursor")
    given = int(form[2])
    return given if form[1] == epoch and given <= top else 0
