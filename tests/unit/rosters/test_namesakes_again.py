"""People whom only ё and е tell apart stay who they are when their list comes again."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkin.rosters.taking import take_list
from tests.field import opened

LIST = """предприятие;мероприятие;дата;начало;ФИО;год рождения
Завод;Экскурсия;2027-08-05;10:30;Семёнов Ян;2010
Завод;Экскурсия;2027-08-05;10:30;Семенов Ян;2010
Завод;Экскурсия;2027-08-05;10:30;Семёнов Ян;2010
"""


@pytest.mark.parametrize("time", range(8))  # ids are random: once in a few times they come in another order
def test_nothing_changes(tmp_path: Path, time: int) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    store = opened(tmp_path / "gate")
    try:
        assert len(take_list(store, path).plan.added) == 3
        again = take_list(store, path).plan
        assert (len(again.unchanged), len(again.changed), len(again.added)) == (3, 0, 0), time
    finally:
        store.close()
