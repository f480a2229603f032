"""Correction of errors and erasures, against codewords made by another package."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode import base

from checkin.scanning import layout, reedsolomon, soft


def codeword(data: list[int], checks: int) -> np.ndarray:
    generator = base.Polynomial([1], 0)
    for power in range(checks):
        generator = generator * base.Polynomial([1, base.gexp(power)], 0)
    rest = base.Polynomial(data, checks) % generator
    tail = [rest[i] for i in range(len(rest))]
    return np.array(data + [0] * (checks - len(tail)) + tail, np.uint8)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 255), min_size=5, max_size=60).filter(lambda d: d[0] != 0),
    st.sampled_from([10, 16, 18, 26]),
    st.randoms(use_true_random=False),
)
def test_what_can_be_corrected_is(data: list[int], checks: int, random) -> None:
    right = codeword(data, checks)
    erasures = random.randint(0, checks)
    errors = (checks - erasures) // 2
    places = random.sample(range(len(right)), min(len(right), erasures + errors))
    word = right.copy()
    for place in places:
        word[place] ^= random.randint(1, 255)
    result = reedsolomon.corrected(word, checks, places[:erasures])
    assert result is not None
    assert result[0].tolist() == right.tolist()


def test_noise_is_never_a_text() -> None:
    rng = np.random.default_rng(1)
    for number in range(150):
        version = 1 + number % 6
        side = layout.layout(version).side
        assert soft.decoded(rng.normal(0, 1, (side, side)).astype(np.float32), version) is None


@pytest.mark.parametrize("version", [1, 2, 6, 7, 10, 20])
def test_a_layout_has_room_for_its_codewords(version: int) -> None:
    plan = layout.layout(version)
    assert len(plan.order) == len(set(plan.order.tolist()))
    for level in range(4):
        places = np.concatenate([block.places for block in layout.blocks(version, level)])
        assert sorted(places.tolist()) == list(range(len(plan.order) // 8))
