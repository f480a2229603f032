"""XLSX files written: made whole in memory, then written at once.

The library leaves its archive open when the disk is full, and Python complains of it when the message is long said.
Cells are text or numbers as they are given: nothing turns into a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xlsxwriter

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@contextmanager
def workbook(path: Path) -> Iterator[xlsxwriter.Workbook]:
    """A workbook to fill; it is at ``path`` afterwards.  Raises ``OSError``."""
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as book:
        yield book
    path.write_bytes(content.getbuffer())
