"""What ISO/IEC 18004 says about a Model 2 symbol of a version: fixed modules, the order of data, blocks, formats.

Tables come from the ``qrcode`` package; nothing here looks at pictures.  Arrays are read-only and shared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

# 25 modules (version 2) to 57 (version 10) are tickets; beyond version 20 a camera does not see the modules.
MOST_VERSION = 20


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """One version.  ``known`` is +1 on fixed dark modules, -1 on fixed light ones, 0 elsewhere."""

    version: int
    side: int
    known: Floats
    order: Integers
    """Flat indices of the data modules in the order of their bits."""


@dataclass(frozen=True, slots=True)
class Format:
    """An error correction level (qrcode's number) and a mask."""

    level: int
    mask: int


@cache
def layout(version: int) -> Layout:
    side = 17 + 4 * version
    known = np.zeros((side, side), np.float32)
    reserved = np.zeros((side, side), bool)
    for top, left in ((0, 0), (0, side - 7), (side - 7, 0)):
        _square(known, top - 1, left - 1, 9, -1)
        _square(known, top, left, 7, 1)
        _square(known, top + 1, left + 1, 5, -1)
        _square(known, top + 2, left + 2, 3, 1)
    from qrcode import util  # draws a picture library in: no window waits for that

    places = util.pattern_position(version)
    for row in places:
        for column in places:
            if known[row, column] == 0:
                _square(known, row - 2, column - 2, 5, 1)
                _square(known, row - 1, column - 1, 3, -1)
                known[row, column] = 1
    for index in range(8, side - 8):
        known[6, index] = known[index, 6] = 1 if index % 2 == 0 else -1
    known[side - 8, 8] = 1
    reserved |= known != 0
    reserved[8, :9] = reserved[:9, 8] = reserved[8, side - 8 :] = reserved[side - 8 :, 8] = True
    if version >= 7:
        reserved[:6, side - 11 : side - 8] = reserved[side - 11 : side - 8, :6] = True
    return Layout(version, side, known, _zigzag(side, reserved))


def _square(known: Floats, top: int, left: int, size: int, value: float) -> None:
    known[max(0, top) : max(0, top + size), max(0, left) : max(0, left + size)] = value


def _zigzag(side: int, reserved: Bits) -> Integers:
    """Two columns at a time from the right, up and down in turn; the column of timing is left out."""
    free = ~reserved.ravel()
    parts: list[Integers] = []
    rights = [column if column > 6 else column - 1 for column in range(side - 1, 0, -2)]
    for number, right in enumerate(rights):
        rows = np.arange(side)[:: -1 if number % 2 == 0 else 1]
        both = (rows[:, None] * side + np.array([right, right - 1])).ravel()
        parts.append(both[free[both]])
    return np.concatenate(parts).astype(np.int64)


@cache
def mask(version: int, number: int) -> Bits:
    """Modules that the mask inverts."""
    side = 17 + 4 * version
    from qrcode import util  # draws a picture library in: no window waits for that

    function = util.mask_func(number)
    return np.array([[bool(function(row, column)) for column in range(side)] for row in range(side)])


@cache
def formats() -> tuple[tuple[Format, ...], Floats]:
    """The 32 formats and their 15 bits as +1/-1, bit 0 (the lowest) first."""
    from qrcode import util

    names, rows = [], []
    for level in range(4):
        for number in range(8):
            word = util.BCH_type_info((level << 3) | number)
            names.append(Format(level, number))
            rows.append([1.0 if word >> bit & 1 else -1.0 for bit in range(15)])
    return tuple(names), np.array(rows, np.float32)


@cache
def format_places(side: int) -> tuple[Integers, Integers]:
    """Flat indices of the two copies of the format, bit 0 first."""
    down = [*range(6), 7, 8, *range(side - 7, side)]
    across = [*(side - 1 - i for i in range(8)), 7, *(5 - i for i in range(6))]
    first = [row * side + 8 for row in down]
    second = [8 * side + column for column in across]
    return np.array(first), np.array(second)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Where one Reed-Solomon block's codewords stand in the symbol's stream."""

    places: Integers
    checks: int


@cache
def blocks(version: int, level: int) -> tuple[Block, ...]:
    from qrcode import base

    parts = base.rs_blocks(version, level)
    data = [part.data_count for part in parts]
    checks = parts[0].total_count - parts[0].data_count
    places: list[list[int]] = [[] for _ in parts]
    at = 0
    for index in range(max(data)):
        for number, count in enumerate(data):
            if index < count:
                places[number].append(at)
                at += 1
    for _index in range(checks):
        for number in range(len(parts)):
            places[number].append(at)
            at += 1
    return tuple(Block(np.array(own), checks) for own in places)
