"""The foreign decoders behind one narrow, typed door.  Nothing here raises on any picture, and nothing reads
Micro QR.

zxing-cpp is the fast eye; zbar (through pyzbar) is better at damaged symbols but garbles character sets, so of its
texts only those are believed that can be proved.
"""

from __future__ import annotations

import ctypes
import logging
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeAlias

import numpy as np
import zxingcpp

from checkin.scanning.frame import Located, Pixels, Quad

log = logging.getLogger(__name__)

Binariser: TypeAlias = Literal["local", "global", "fixed"]

_BINARISERS = {
    "local": zxingcpp.Binarizer.LocalAverage,
    "global": zxingcpp.Binarizer.GlobalHistogram,
    "fixed": zxingcpp.Binarizer.FixedThreshold,
}
# Model 2 alone: "QRCode" would include Micro QR, which gave a false read in a film, at nine times the time for
# all formats.
_FORMAT = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])


@dataclass(frozen=True, slots=True)
class Found:
    """What a decoder saw: ``text`` is None for a symbol that was located but not decoded."""

    corners: Quad
    text: str | None
    side: int | None = None


def zxing(
    grey: Pixels,
    binariser: Binariser = "local",
    *,
    downscale: bool = True,
    invert: bool = True,
    rotate: bool = True,
    pure: bool = False,
    errors: bool = True,
) -> list[Found]:
    """Every QR code zxing-cpp reads, and those that it locates when ``errors``."""
    try:
        barcodes = zxingcpp.read_barcodes(
            np.ascontiguousarray(grey),
            formats=_FORMAT,
            try_rotate=rotate,
            try_downscale=downscale,
            try_invert=invert,
            text_mode=zxingcpp.TextMode.Plain,
            binarizer=_BINARISERS[binariser],
            is_pure=pure,
            return_errors=errors,
        )
    except (ValueError, RuntimeError, TypeError) as error:
        log.warning("zxing refused a picture: %s", type(error).__name__)
        return []
    return [found for barcode in barcodes if (found := _found(barcode)) is not None]


def _found(barcode: Any) -> Found | None:
    position = barcode.position
    corners: Quad = (
        (float(position.top_left.x), float(position.top_left.y)),
        (float(position.top_right.x), float(position.top_right.y)),
        (float(position.bottom_right.x), float(position.bottom_right.y)),
        (float(position.bottom_left.x), float(position.bottom_left.y)),
    )
    version = str((barcode.extra or {}).get("Version", ""))
    side = 17 + 4 * int(version) if version.isdigit() and 1 <= int(version) <= 40 else None
    if not barcode.valid:
        return Found(corners, None, side)
    try:
        text = str(barcode.text)
    except UnicodeDecodeError:
        text = bytes(barcode.bytes).decode("latin-1")
    # An empty text admits nobody, and would only be noise on the screen.
    return Found(corners, text, side) if text else None


def warm() -> None:
    """Loads what is loaded at first use, so that the first hard frame does not wait for it."""
    _pyzbar()


@cache
def _pyzbar() -> Any:
    """The pyzbar module, or None where libzbar is not installed: the other stages go on without it."""
    try:
        from pyzbar import pyzbar, wrapper
    except (ImportError, OSError) as error:
        log.warning("zbar is not available: %s", type(error).__name__)
        return None
    # pyzbar 0.1.9 declares an unsigned result, and raises ValueError on the -1 of every structured-append symbol.
    if wrapper.zbar_symbol_get_orientation is not None:
        wrapper.zbar_symbol_get_orientation.restype = ctypes.c_int
    return pyzbar


def zbar(grey: Pixels) -> list[Found]:
    """Every QR code zbar reads whose text can be believed."""
    module = _pyzbar()
    if module is None:
        return []
    try:
        decoded = module.decode(np.ascontiguousarray(grey), symbols=[module.ZBarSymbol.QRCODE])
    except (ValueError, module.PyZbarError) as error:
        log.warning("zbar refused a picture: %s", type(error).__name__)
        return []
    return [
        Found(_quad(item), text)
        for item in decoded
        if item.type == "QRCODE" and (text := _believed(item.data)) is not None
    ]


def _quad(item: Any) -> Quad:
    points = [(float(point.x), float(point.y)) for point in item.polygon]
    if len(points) == 4:
        return points[0], points[1], points[2], points[3]
    left, top, width, height = (float(value) for value in item.rect)
    return (left, top), (left + width, top), (left + width, top + height), (left, top + height)


def _believed(data: bytes) -> str | None:
    """zbar's text where it is certain: ASCII, or UTF-8 that zbar took for another character set and that maps
    back.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if not text:
        return None
    if text.isascii():
        return text
    for mistaken in ("shift_jis", "big5", "latin-1"):
        try:
            return text.encode(mistaken).decode("utf-8")
        except UnicodeError:
            continue
    return None


def unread(found: list[Found]) -> list[Located]:
    return [Located(item.corners, item.side) for item in found if item.text is None]
