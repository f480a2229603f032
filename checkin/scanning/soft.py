"""From the brightness of a symbol's modules to its text, using what the symbol itself tells about blur and light.

A third of a small symbol is known beforehand (finders, timing, alignment).  An equaliser is fitted to those
modules and undoes blur and shadow on the others; modules it is unsure of become erasures.  A text is believed
only when check bytes are left over after correction and the symbol written anew agrees with what was seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from qrcode import util

from checkin.scanning import engines, layout, reedsolomon
from checkin.scanning.layout import Floats, Layout
from checkin.scanning.vision import cv2

# Samples for each module and side of the grid of brightness that ``read`` takes.
PER_MODULE = 2
# Fixed modules that must come out right after fitting: chance gives one half.
_KNOWN_RIGHT = 0.86
_AGREEMENT = 0.72
# Check bytes that must be left unused, so that noise is never corrected into a text.
_SPARE = 2
# What could be read was never less sure than 0.28, on the average of its bytes' least sure modules.
_SURE = 0.22
_FORMAT_NEAR = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A symbol read; ``agreement`` is the share of its modules that were seen as they are."""

    text: str
    agreement: float


def views(samples: Floats, version: int) -> Iterator[Floats]:
    """Modules as +dark/-light numbers of about one, from ``PER_MODULE * side`` samples a side, seen in several
    ways.
    """
    plan = layout.layout(version)
    level = _levelled(samples)
    for reach in (1, 2):
        fitted = equalised(level, plan, reach)
        if fitted is not None:
            yield fitted


def read(samples: Floats, version: int) -> Read | None:
    """The text of a grid of samples, or None."""
    for values in views(samples, version):
        result = decoded(values, version)
        if result is not None:
            return result
    return None


def _levelled(samples: Floats) -> Floats:
    """Darkness against the surroundings, in units of their contrast: shadows and glare fade out."""
    window = PER_MODULE * 9
    mean = cv2.blur(samples, (window, window), borderType=cv2.BORDER_REFLECT)
    square = cv2.blur(samples * samples, (window, window), borderType=cv2.BORDER_REFLECT)
    spread = np.sqrt(np.maximum(square - mean * mean, 4.0))
    return ((mean - samples) / spread).astype(np.float32)


def equalised(level: Floats, plan: Layout, reach: int) -> Floats | None:
    """Modules through the linear filter that best explains the fixed ones; None when it does not explain them."""
    side = plan.side
    padded = cv2.copyMakeBorder(level, reach, reach, reach, reach, cv2.BORDER_REFLECT)
    span = PER_MODULE * side
    parts = [
        padded[dy : dy + span : PER_MODULE, dx : dx + span : PER_MODULE]
        for dy in range(2 * reach + PER_MODULE)
        for dx in range(2 * reach + PER_MODULE)
        if dy + span - PER_MODULE < padded.shape[0] and dx + span - PER_MODULE < padded.shape[1]
    ]
    features = np.stack([part[:side, :side].ravel() for part in parts] + [np.ones(side * side, np.float32)], axis=1)
    target = plan.known.ravel()
    train = target != 0
    x, y = features[train], target[train]
    # Finders are solid and timing alternates: both kinds must count, so rarer light modules weigh no less.
    ridge = 0.03 * len(y) * np.eye(x.shape[1], dtype=np.float32)
    weights = np.linalg.solve(x.T @ x + ridge, x.T @ y)
    fitted = features @ weights
    right = float(np.mean(np.sign(fitted[train]) == y))
    if right < _KNOWN_RIGHT:
        return None
    return fitted.reshape(side, side).astype(np.float32)


def decoded(values: Floats, version: int) -> Read | None:
    """Text from modules given as +dark/-light numbers."""
    plan = layout.layout(version)
    flat = values.ravel()
    names, patterns = layout.formats()
    first, second = layout.format_places(plan.side)
    clipped = np.clip(flat, -1, 1)
    scores = patterns @ (clipped[first] + clipped[second])
    best = np.argsort(scores)[::-1]
    # The second likeliest format only when it is nearly as likely: each costs some milliseconds.
    near = scores[best[1]] > scores[best[0]] - _FORMAT_NEAR
    for index in best[: 2 if near else 1]:
        form = names[int(index)]
        result = _with_format(flat, plan, form, patterns[int(index)])
        if result is not None:
            return result
    return None


def _with_format(flat: Floats, plan: Layout, form: layout.Format, pattern: Floats) -> Read | None:
    inverted = layout.mask(plan.version, form.mask).ravel()[plan.order]
    data = flat[plan.order] * np.where(inverted, -1, 1)
    count = len(data) // 8
    bits = data[: count * 8].reshape(count, 8)
    stream = np.packbits(bits > 0, axis=1)[:, 0]
    sure = np.sort(np.abs(bits), axis=1)[:, :2].mean(axis=1)
    if float(sure.mean()) < _SURE:
        return None
    whole = stream.copy()
    for block in layout.blocks(plan.version, form.level):
        fixed = _block(stream[block.places], sure[block.places], block.checks)
        if fixed is None:
            return None
        whole[block.places] = fixed
    return _written(flat, plan, form, pattern, whole)


def _block(word: np.ndarray, sure: np.ndarray, checks: int) -> np.ndarray | None:
    """Correct one block, taking ever more of its least sure bytes as erased."""
    order = np.argsort(sure)
    most = max(0, checks - _SPARE)
    for share in (0.0, 0.35, 0.6, 0.8, 0.9):
        erased = int(most * share)
        result = reedsolomon.corrected(word, checks, [int(i) for i in order[:erased]])
        if result is not None and 2 * result[1] + erased <= most:
            return result[0]
    return None


def _written(flat: Floats, plan: Layout, form: layout.Format, pattern: Floats, whole: np.ndarray) -> Read | None:
    """Write the corrected symbol cleanly, compare it with what was seen, and let zxing make the text of it."""
    side = plan.side
    clean = plan.known.ravel() > 0
    inverted = layout.mask(plan.version, form.mask).ravel()
    bits = np.unpackbits(whole).astype(bool)
    used = plan.order[: len(bits)]
    clean[used] = bits ^ inverted[used]
    rest = plan.order[len(bits) :]
    clean[rest] = inverted[rest]
    agreement = float(np.mean((flat[used] > 0) == clean[used]))
    if agreement < _AGREEMENT:
        return None
    for places in layout.format_places(side):
        clean[places] = pattern > 0
    if plan.version >= 7:
        _version_bits(clean, plan)
    picture = np.pad(np.where(clean.reshape(side, side), 0, 255).astype(np.uint8), 4, constant_values=255)
    found = engines.zxing(np.kron(picture, np.ones((3, 3), np.uint8)), "fixed", errors=False, invert=False)
    return Read(found[0].text, agreement) if found and found[0].text is not None else None


def _version_bits(clean: np.ndarray, plan: Layout) -> None:
    word = util.BCH_type_number(plan.version)
    side = plan.side
    for bit in range(18):
        dark = bool(word >> bit & 1)
        clean[(bit // 3) * side + bit % 3 + side - 11] = dark
        clean[(bit % 3 + side - 11) * side + bit // 3] = dark
