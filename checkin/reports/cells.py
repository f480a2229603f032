"""Cells of a CSV: a spreadsheet program must show them as the text that they are, and compute nothing.

A text that a program could take for a formula gets an apostrophe before it, which spreadsheet programs hide (OWASP,
"CSV injection"): behind any white space ``= + - @``, their full-width forms, a tab or a carriage return.
"""

from __future__ import annotations

_RISKY = frozenset("=+-@\t\r\n＝＋－＠|%")


def plain(cell: str | int) -> str | int:
    """The cell as it may stand in a CSV."""
    if not isinstance(cell, str):
        return cell
    visible = cell.lstrip()
    starts_risky = bool(visible) and visible[0] in _RISKY
    return "'" + cell if starts_risky or cell[:1] in _RISKY else cell
