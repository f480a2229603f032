"""Pictures from files, whatever their format, as 8-bit BGR or grey.  Names in any alphabet work on every system."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from checkin.i18n import gettext as _
from checkin.scanning.frame import Pixels
from checkin.scanning.vision import cv2

SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".jfif", ".jp2", ".webp", ".avif", ".bmp", ".gif", ".tif", ".tiff", ".pgm", ".ppm"}
)
# A picture bomb is refused before it is unpacked: 200 megapixels is more than any camera at a gate gives.
_PIXELS = 200_000_000
_BYTES = 256 * 1024 * 1024


class Unreadable(Exception):
    """The file is not a picture that can be opened; ``str`` is the reason, for a person."""


def load(path: Path) -> Pixels:
    """The picture (the first one of an animation), on white where it is transparent.  Raises Unreadable."""
    try:
        if path.stat().st_size > _BYTES:
            raise Unreadable(_("The picture is too large."))
        data = np.fromfile(path, dtype=np.uint8)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as header:
                if header.width * header.height > _PIXELS:
                    raise Unreadable(_("The picture is too large."))
    except FileNotFoundError as error:
        raise Unreadable(_("There is no such file.")) from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable(_("This is not a picture that can be opened.")) from error
    try:
        pixels = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if data.size else None
    except cv2.error:
        pixels = None
    return _eight_bits(np.asarray(pixels)) if pixels is not None else _by_pillow(path)


def _eight_bits(pixels: np.ndarray) -> Pixels:
    if pixels.dtype != np.uint8:
        top = 65535.0 if pixels.dtype == np.uint16 else float(np.nanmax(pixels, initial=1.0)) or 1.0
        pixels = np.nan_to_num(pixels.astype(np.float32) * (255.0 / top)).clip(0, 255).astype(np.uint8)
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        alpha = pixels[..., 3:].astype(np.uint16)
        if int(alpha.min()) < 255:
            return ((pixels[..., :3] * alpha + 255 * (255 - alpha)) // 255).astype(np.uint8)
        return np.ascontiguousarray(pixels[..., :3])
    if pixels.ndim == 3 and pixels.shape[2] != 3:
        return np.ascontiguousarray(pixels[..., 0])
    return pixels


def _by_pillow(path: Path) -> Pixels:
    """What cv2 does not know (some GIF, TIFF and palette variants)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as picture:
                return _eight_bits(np.array(picture.convert("RGBA")))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise Unreadable(_("This is not a picture that can be opened.")) from error


def fitted(pixels: Pixels, longest: int = 1280) -> Pixels:
    """The picture no larger than a camera's frame: its longer side at most ``longest``."""
    side = max(pixels.shape[:2])
    if side <= longest:
        return pixels
    scale = longest / side
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]
