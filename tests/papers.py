"""PDF files as pictures, drawn by another program than the one that set them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPdf import QPdfDocument

from checkin.scanning.frame import Pixels


def rendered(path: Path, dpi: int = 110) -> list[Pixels]:
    """The pages of a PDF file as grey pixels, on white paper."""
    document = QPdfDocument()
    assert document.load(str(path)) == QPdfDocument.Error.None_
    out = []
    for number in range(document.pageCount()):
        points = document.pagePointSize(number)
        size = QSize(round(points.width() * dpi / 72), round(points.height() * dpi / 72))
        page = document.render(number, size)
        paper = QImage(size, QImage.Format.Format_RGB32)
        paper.fill(0xFFFFFFFF)
        painter = QPainter(paper)
        painter.drawImage(0, 0, page)
        painter.end()
        grey = paper.convertToFormat(QImage.Format.Format_Grayscale8)
        rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
        out.append(rows[:, : grey.width()].copy())
    document.close()
    return out
