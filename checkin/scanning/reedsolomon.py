"""Reed-Solomon over GF(256) as QR uses it (polynomial 0x11D, first root 1): errors and erasures together.

An erasure (a byte known to be doubtful) costs one check byte and an error costs two, so a glared or scratched symbol
whose doubtful modules are known can be read with twice the damage.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

_EXP = np.zeros(512, np.int64)
_LOG = np.zeros(256, np.int64)


def _fill() -> None:
    value = 1
    for power in range(255):
        _EXP[power] = _EXP[power + 255] = value
        _LOG[value] = power
        value <<= 1
        if value & 0x100:
            value ^= 0x11D


_fill()
# Every product, because a table is the quickest way from Python: one look-up for a whole polynomial.
_PRODUCTS = _EXP[_LOG[:, None] + _LOG[None, :]].astype(np.uint8)
_PRODUCTS[0, :] = _PRODUCTS[:, 0] = 0


def _product(p: Bytes, q: Bytes) -> Bytes:
    """Polynomials, lowest power first."""
    out = np.zeros(len(p) + len(q) - 1, np.uint8)
    for i in np.flatnonzero(p):
        out[i : i + len(q)] ^= _PRODUCTS[p[i], q]
    return out


def _values(p: Bytes, x_logs: npt.NDArray[np.int64]) -> Bytes:
    """The polynomial at many places, given by their logarithms."""
    used = np.flatnonzero(p)
    terms = _EXP[(_LOG[p[used]][:, None] + used[:, None] * x_logs[None, :]) % 255]
    return np.asarray(np.bitwise_xor.reduce(terms, axis=0, initial=0), np.uint8)


def syndromes(word: Bytes, checks: int) -> Bytes:
    """Zeros for a right word; ``word`` has its highest power first."""
    return _values(word[::-1], np.arange(checks))


def corrected(word: Bytes, checks: int, erased: list[int]) -> tuple[Bytes, int] | None:
    """The right word and the number of errors beside the erasures, or None.  ``erased`` are indices into ``word``."""
    found = syndromes(word, checks)
    if not found.any():
        return word, 0
    if len(erased) > checks:
        return None
    size = len(word)
    erasure = np.ones(1, np.uint8)
    for index in erased:
        erasure = _product(np.array([1, _EXP[size - 1 - index]], np.uint8), erasure)
    # Forney's syndromes: what the erasures alone do not explain.
    rest = _product(erasure, found)[len(erased) : checks]
    locator = _massey(rest)
    errors = len(locator) - 1
    if 2 * errors + len(erased) > checks:
        return None
    both = _product(locator, erasure)
    inverses = (255 - (size - 1 - np.arange(size))) % 255
    places = np.flatnonzero(_values(both, inverses) == 0)
    if len(places) != len(both) - 1:
        return None
    evaluator = _product(both, found)[:checks]
    # The derivative keeps the odd powers, each lowered by one.
    slope = np.where(np.arange(1, len(both)) % 2 == 1, both[1:], 0).astype(np.uint8)
    below = _values(slope, inverses[places])
    above = _values(evaluator, inverses[places])
    if not below.all():
        return None
    # First root is 1 (power 0), so Forney's formula keeps one factor of the locator.
    wrong = _EXP[(_LOG[above] - _LOG[below] + (size - 1 - places)) % 255].astype(np.uint8)
    out = word.copy()
    out[places] ^= np.where(above == 0, 0, wrong).astype(np.uint8)
    return (out, errors) if not syndromes(out, checks).any() else None


def _massey(values: Bytes) -> Bytes:
    """Berlekamp-Massey: the shortest error locator, lowest power first."""
    current, previous = np.zeros(len(values) + 1, np.uint8), np.zeros(len(values) + 1, np.uint8)
    current[0] = previous[0] = 1
    length, gap, last = 0, 1, 1
    for n in range(len(values)):
        off = int(np.bitwise_xor.reduce(_PRODUCTS[current[: length + 1], values[n - length : n + 1][::-1]]))
        if off == 0:
            gap += 1
            continue
        factor = _EXP[(_LOG[off] - _LOG[last]) % 255]
        grown = current.copy()
        grown[gap:] ^= _PRODUCTS[factor, previous[: len(previous) - gap]]
        if 2 * length <= n:
            previous, last, gap, length = current, off, 1, n + 1 - length
        else:
            gap += 1
        current = grown
    used = np.flatnonzero(current)
    return current[: int(used[-1]) + 1]
