"""The board on the second screen: live numbers, their age, and no name unless it is switched on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fake_app import NAMES, FakeApp, busy_app
from fake_groups import elsewhere
from hand_turn import HandTurn

from checkin.app import HubState
from checkin.desk.outcome import Direction, Source
from checkin.domain.events import Kind
from checkin.errors import StoreBusy
from ui.board.presenter import TURN_S, BoardPresenter, BoardState
from ui.muster.state import Mode


def opened(app: FakeApp, turn: HandTurn) -> BoardPresenter:
    presenter = BoardPresenter(app, turn)
    presenter.opened()
    return presenter


def names_in(state: BoardState) -> list[str]:
    return [name for name in NAMES if name in repr(state)]


def test_it_counts_live(turn: HandTurn) -> None:
    app = FakeApp()
    presenter = opened(app, turn)
    assert (presenter.state.whole.expected, presenter.state.whole.inside) == (23, 0)
    app.scan("C-V003", Source.CAMERA)
    presenter.refreshed()
    state = presenter.state
    assert (state.whole.inside, state.whole.missing) == (1, 22)
    assert next(row for row in state.rows if row.count.inside).count.missing == 17
    app.scan("C-V003", Source.CAMERA, Direction.OUT)
    presenter.refreshed()
    assert (presenter.state.whole.inside, presenter.state.whole.left) == (0, 1)


def test_nobody_is_named_unless_it_is_switched_on(turn: HandTurn) -> None:
    app = busy_app()
    presenter = opened(app, turn)
    assert names_in(presenter.state) == []
    elsewhere(app, Kind.ALARM, "real")
    presenter.refreshed()
    assert presenter.state.mode is Mode.REAL
    assert names_in(presenter.state) == []
    app.change_settings(app.settings.model_copy(update={"board_names": True}))
    presenter.refreshed()
    assert names_in(presenter.state)


def test_tours_that_are_over_go_unless_somebody_is_inside(turn: HandTurn) -> None:
    app = FakeApp()
    app.scan("C-V003", Source.CAMERA)
    presenter = opened(app, turn)
    before = {row.title for row in presenter.state.rows}
    assert "Квиз «Сухари»" not in before
    app.clock.advance(timedelta(hours=3))
    presenter.refreshed()
    row = next(row for row in presenter.state.rows if row.count.inside)
    assert row.late
    assert "Мастер-класс «Расстегай»" in before - {one.title for one in presenter.state.rows}


def test_the_age_of_the_numbers(turn: HandTurn) -> None:
    app = busy_app()
    presenter = opened(app, turn)
    assert not presenter.state.stale
    app.change_status(hub=HubState.OFFLINE)
    assert presenter.state.stale
    assert "10:11" in presenter.state.age
    app.change_status(hub=HubState.NONE)
    assert not presenter.state.stale
    app.error = StoreBusy("занято")
    presenter.refreshed()
    assert presenter.state.stale
    assert "занято" in presenter.state.age
    assert presenter.state.whole.inside == 14
    app.error = None
    app.tour_list[:] = [replace(one, cancelled=True) for one in app.tour_list[1:]]
    presenter.refreshed()
    assert (presenter.state.rows, presenter.state.stale) == ((), False)
    assert presenter.state.says


def test_its_pages_turn_and_a_closed_board_asks_for_nothing(turn: HandTurn) -> None:
    app = FakeApp()
    presenter = opened(app, turn)
    for _second in range(TURN_S):
        presenter.second_passed()
    assert presenter.state.turn == 1
    presenter.closed()
    before = presenter.state.whole
    app.scan("C-V003", Source.CAMERA)
    presenter.refreshed()
    presenter.second_passed()
    assert presenter.state.whole == before
    presenter.opened()
    assert presenter.state.whole.inside == 1
