"""How a table's columns share the room of a window."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.organiser.grid import widths

READABLE = 180


def test_the_wide_column_takes_what_is_left() -> None:
    assert widths([56, 165, 200], 2, 700, READABLE) == [56, 165, 479]


def test_long_columns_give_way_and_short_ones_do_not() -> None:
    assert widths([56, 165, 300, 240], 2, 601, READABLE) == [56, 165, 194, 186]


def test_a_column_that_nobody_could_read_is_scrolled_to_instead() -> None:
    wanted = [200, 160, 160, 170, 170, 120]
    assert widths(wanted, 0, 720, READABLE) == wanted


@given(
    st.lists(st.integers(56, 330), min_size=1, max_size=9).flatmap(
        lambda wanted: st.tuples(st.just(wanted), st.integers(0, len(wanted) - 1))
    ),
    st.integers(100, 2000),
)
def test_the_room_is_filled_or_scrolled_and_all_can_be_read(table: tuple[list[int], int], room: int) -> None:
    wanted, wide = table
    got = widths(wanted, wide, room, READABLE)
    assert sum(got) == room or (got == wanted and sum(got) > room)
    assert all(width >= min(one, READABLE) for width, one in zip(got, wanted, strict=True))
