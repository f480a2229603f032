"""Reed-Solomon over GF(256) as QR uses it (polynomial 0x11D, first root 1): errors and erasures together.

An erasure (a byte known to be doubtful) costs one check byte and an error costs two, so a glared or scratched symbol
whose doubtful modules are known can be read with twice the damage.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_EXP = [0] * 512
_LOG = [0] * 256


def _fill() -> None:
    value = 1
    for power in range(255):
        _EXP[power] = _EXP[power + 255] = value
        _LOG[value] = power
        value <<= 1
        if value & 0x100:
            value ^= 0x11D


_fill()
_EXP_NP = np.array(_EXP, dtype=np.int64)
_LOG_NP = np.array(_LOG, dtype=np.int64)


def _mul(a: int, b: int) -> int:
    return _EXP[_LOG[a] + _LOG[b]] if a and b else 0


def _product(p: list[int], q: list[int]) -> list[int]:
    """Polynomials, lowest power first."""
    out = [0] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        if a:
            for j, b in enumerate(q):
                out[i + j] ^= _mul(a, b)
    return out


def _value(p: list[int], x_log: int) -> int:
    total = 0
    for power, coefficient in enumerate(p):
        if coefficient:
            total ^= _EXP[(_LOG[coefficient] + x_log * power) % 255]
    return total


def syndromes(word: npt.NDArray[np.uint8], checks: int) -> list[int]:
    """Zeros for a right word; ``word`` has its highest power first."""
    powers = np.arange(len(word) - 1, -1, -1, dtype=np.int64)
    logs = _LOG_NP[word]
    present = word != 0
    out = []
    for root in range(checks):
        terms = _EXP_NP[(logs + root * powers) % 255]
        out.append(int(np.bitwise_xor.reduce(np.where(present, terms, 0), initial=0)))
    return out


def corrected(word: npt.NDArray[np.uint8], checks: int, erased: list[int]) -> tuple[npt.NDArray[np.uint8], int] | None:
    """The right word and the number of errors beside the erasures, or None.  ``erased`` are indices into ``word``."""
    found = syndromes(word, checks)
    if not any(found):
        return word, 0
    if len(erased) > checks:
        return None
    size = len(word)
    erasure = [1]
    for index in erased:
        erasure = _product(erasure, [1, _EXP[size - 1 - index]])
    # Forney's syndromes: what the erasures alone do not explain.
    rest = _product(found, erasure)[len(erased) : checks]
    locator = _massey(rest)
    errors = len(locator) - 1
    if 2 * errors + len(erased) > checks:
        return None
    both = _product(locator, erasure)
    places = [index for index in range(size) if _value(both, (255 - (size - 1 - index)) % 255) == 0]
    if len(places) != len(both) - 1:
        return None
    evaluator = _product(found, both)[:checks]
    slope = [both[i] if i % 2 else 0 for i in range(len(both))]
    out = word.copy()
    for index in places:
        inverse = (255 - (size - 1 - index)) % 255
        below = 0
        for power in range(1, len(slope), 2):
            if slope[power]:
                below ^= _EXP[(_LOG[slope[power]] + inverse * (power - 1)) % 255]
        if not below:
            return None
        above = _value(evaluator, inverse)
        if above:
            # First root is 1 (power 0), so Forney's formula keeps one factor of the locator.
            magnitude = _EXP[(_LOG[above] - _LOG[below] + (size - 1 - index)) % 255]
            out[index] ^= magnitude
    return (out, errors) if not any(syndromes(out, checks)) else None


def _massey(values: list[int]) -> list[int]:
    """Berlekamp-Massey: the shortest error locator, lowest power first."""
    current, previous = [1], [1]
    length, gap, last = 0, 1, 1
    for n, value in enumerate(values):
        off = value
        for i in range(1, min(length, len(current) - 1) + 1):
            off ^= _mul(current[i], values[n - i])
        if off == 0:
            gap += 1
            continue
        factor = _EXP[(_LOG[off] - _LOG[last]) % 255]
        shift = [0] * gap + [_mul(factor, c) for c in previous]
        grown = [
            (current[i] if i < len(current) else 0) ^ (shift[i] if i < len(shift) else 0)
            for i in range(max(len(current), len(shift)))
        ]
        if 2 * length <= n:
            previous, last, gap, length = current, off, 1, n + 1 - length
        else:
            gap += 1
        current = grown
    while len(current) > 1 and current[-1] == 0:
        current.pop()
    return current
