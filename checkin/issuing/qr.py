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
import qrcode.image.svg
from PIL import Image
from qrcode.main import QRCode

BORDER = 4
"""Modules of quiet zone, as ISO/IEC 18004 asks."""


def symbol(text: str) -> QRCode[qrcode.image.svg.SvgPathImage]:
    """The laid-out symbol of a text.  Raises ``ValueError`` when no QR code can hold it."""
    code: QRCode[qrcode.image.svg.SvgPathImage] = QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M,
        border=BORDER,
        image_factory=qrcode.image.svg.SvgPathImage,
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
    """The symbol as an SVG file that scales to any size."""
    out = io.BytesIO()
    symbol(text).make_image().save(out)
    return out.getvalue()
