"""A code as a picture: level M, a quiet zone of four modules, the smallest symbol that holds the text.

A text of the alphanumeric alphabet (a signed ticket, a short code) is written in that mode; nothing is ever changed in
a text to make it fit, since codes of registration sites tell cases apart.
"""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import qrcode
import qrcode.constants
from PIL import Image
from qrcode.image.pil import PilImage
from qrcode.main import QRCode

from checkin.tickets.codec import claims

BORDER = 4
"""Modules of quiet zone, as ISO/IEC 18004 asks."""
ANY_MASK = 0
"""For a signed ticket, which is as good as noise under any mask: to weigh all eight costs 8 of 10 ms."""


def symbol(text: str) -> QRCode[PilImage]:
    """The laid-out symbol of a text.  Raises ``ValueError`` when no QR code can hold it."""
    code: QRCode[PilImage] = QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M,
        border=BORDER,
        image_factory=PilImage,
        mask_pattern=ANY_MASK if claims(text) else None,
    )
    code.add_data(text, optimize=0)  # one segment: alphanumeric when the whole text allows it
    code.make(fit=True)
    return code


def version(text: str) -> int:
    """The size of a text's symbol: 1 to 40."""
    return int(symbol(text).version or 0)


def array(text: str, module_px: int = 8) -> npt.NDArray[np.uint8]:
    """The symbol as grey pixels, 0 and 255, shape (side, side)."""
    modules = np.array(symbol(text).get_matrix(), dtype=bool)  # quiet zone included
    pixels = np.where(modules, 0, 255).astype(np.uint8)
    return np.repeat(np.repeat(pixels, module_px, axis=0), module_px, axis=1)


def png(text: str, module_px: int = 8) -> bytes:
    """The symbol as a PNG file, one bit a pixel."""
    out = io.BytesIO()
    Image.fromarray(array(text, module_px)).convert("1").save(out, "PNG", optimize=True)
    return out.getvalue()


def svg(text: str) -> bytes:
    """The symbol as an SVG file that scales to any size.  Dark modules beside each other are one rectangle."""
    modules = np.array(symbol(text).get_matrix(), dtype=np.int8)
    side = len(modules)
    edges = np.diff(modules, axis=1, prepend=0, append=0)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    path = "".join(
        f"M{x},{y}h{end - x}v1h{x - end}z"
        for y, x, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}mm" height="{side}mm" viewBox="0 0 {side} {side}">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{path}" fill="#000"/></svg>\n'
    ).encode()
