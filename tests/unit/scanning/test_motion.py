"""An idle gate rests; whoever comes is looked at with the first frame."""

import numpy as np

from checkin.scanning import MotionGate
from checkin.scanning.frame import Pixels

RNG = np.random.default_rng(3)


def room(noise: float = 4.0) -> Pixels:
    scene = np.tile(np.linspace(60, 180, 1280), (720, 1))
    return np.clip(scene + RNG.normal(0, noise, scene.shape), 0, 255).astype(np.uint8)


def test_idle_is_rare_and_the_first_change_is_seen() -> None:
    gate = MotionGate()
    empty = [room() for _ in range(5)]
    assert gate.wants(empty[0], 0.0)
    wanted = [gate.wants(empty[number % 5], number / 30) for number in range(1, 600)]
    assert sum(wanted[300:]) <= 22
    somebody = room()
    somebody[300:360, 600:660] = 240
    for number in range(600, 640):
        if not gate.wants(empty[number % 5], number / 30):
            break
    assert gate.wants(somebody, (number + 1) / 30)


def test_a_still_symbol_is_tried_for_a_while_and_now_and_then() -> None:
    gate = MotionGate(hold_s=4.0, idle_s=0.5)
    gate.wants(room(), 0.0)
    still = room()
    still[200:500, 400:700] = 250
    assert gate.wants(still, 10.0)
    assert all(gate.wants(still, 10.0 + number / 30) for number in range(1, 110))
    late = [gate.wants(still, 40.0 + number / 30) for number in range(90)]
    assert sum(late) >= 4


def test_lamps_that_change_everything_are_nobody() -> None:
    gate = MotionGate()
    gate.wants(room(), 0.0)
    for number in range(1, 300):
        gate.wants(room(), number / 30)
    assert not gate.wants(np.clip(room().astype(int) + 12, 0, 255).astype(np.uint8), 299.2 / 30)
