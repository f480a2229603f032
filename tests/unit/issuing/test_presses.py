"""Several processes make what one would, in its order, and leave nothing behind."""

from __future__ import annotations

import multiprocessing
import os
from contextlib import closing

import pytest
from presswork import drawn, where

from checkin.errors import SettingsWrong
from checkin.issuing import presses

MANY = [str(number) for number in range(presses.FEW + 20)]


def test_a_press_that_dies_costs_nothing() -> None:
    pieces = [*MANY[:30], "die", *MANY[30:]]
    made = list(presses.made(pieces, drawn, 2))
    assert made == [(piece, piece.encode()) for piece in pieces]


def test_what_a_press_raises_comes_out_and_no_press_stays() -> None:
    with pytest.raises(SettingsWrong):
        list(presses.made([*MANY, "fail"], drawn, 2))
    assert not multiprocessing.active_children()


def test_many_pieces_are_made_elsewhere_and_a_closed_shop_leaves_no_press() -> None:
    with closing(presses.made(MANY, where, 2)) as coming:
        assert str(os.getpid()) not in next(coming)[1].decode().split()
        assert multiprocessing.active_children()
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("workers", [None, 1])
def test_a_few_pieces_are_made_here(workers: int | None) -> None:
    pieces = MANY[: presses.FEW] if workers is None else MANY
    assert {data.decode().split()[1] for _piece, data in presses.made(pieces, where, workers)} == {str(os.getpid())}
