"""The board's window: opened by its key and closed by its key, on the screen that is free, never in a scanner's way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fake_app import FakeApp, busy_app
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from ui.board.view import BoardWindow, free_screen
from ui.ports import Page
from ui.program import Program

Open = Callable[[FakeApp], Program]


def board_of(program: Program) -> BoardWindow:
    assert program.board.window is not None
    return program.board.window


def test_a_key_opens_it_and_closes_it(qtbot: QtBot, opened: Open) -> None:
    program = opened(busy_app())
    qtbot.keyClick(program.shell, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: program.board.is_open)
    board = board_of(program)
    qtbot.waitUntil(lambda: board.state.whole.inside == 14)
    assert "14" in board.accessibleDescription()
    qtbot.keyClick(program.shell, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: not program.board.is_open)
    program.open_page(Page.TOURS)
    qtbot.mouseClick(program.tours_view.board, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: program.board.is_open)
    for key in (Qt.Key.Key_F11, Qt.Key.Key_F11):
        filled = board.isFullScreen()
        qtbot.keyClick(board, key)
        assert board.isFullScreen() is not filled
    qtbot.keyClick(board, Qt.Key.Key_Escape)
    assert not program.board.is_open


def test_it_is_live_and_goes_with_the_window(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    program.board.toggled(program.shell)
    board = board_of(program)
    qtbot.waitUntil(lambda: board.state.whole.expected == 23)
    for listener in app.code_listeners:
        listener(["C-V003"])
    qtbot.waitUntil(lambda: board.state.whole.inside == 1, timeout=1000)
    program.shell.close()
    assert not program.board.is_open


def test_the_start_of_a_tour_is_whole_at_1280(qtbot: QtBot, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    program = opened(busy_app())
    program.board.toggled(program.shell)
    board = board_of(program)
    board.resize(1280, 720)
    qtbot.waitUntil(lambda: bool(board.state.rows))
    drawn: list[str] = []
    cut = QFontMetrics.elidedText

    def noted(metrics: QFontMetrics, text: str, mode: Qt.TextElideMode, width: int) -> str:
        drawn.append(cut(metrics, text, mode, width))
        return drawn[-1]

    monkeypatch.setattr(QFontMetrics, "elidedText", noted)
    board.grab()
    assert {row.starts for row in board.state.rows[:2]} <= set(drawn)


class FakeScreen:
    """A screen at a place of the desktop."""

    def __init__(self, *place: int) -> None:
        self._place = QRect(*place)

    def geometry(self) -> QRect:
        return self._place


def test_a_screen_of_its_own_where_there_is_one() -> None:
    own, beside, mirror = FakeScreen(0, 0, 1280, 720), FakeScreen(1280, 0, 1920, 1080), FakeScreen(0, 0, 1920, 1080)
    assert free_screen([own], own) is None
    assert free_screen([own, mirror], own) is None
    assert free_screen([own, mirror, beside], own) is beside
    assert free_screen([own, beside], None) is None


@pytest.mark.parametrize("size", [(640, 360), (1024, 768), (1920, 1080), (800, 1280)])
def test_it_draws_in_any_size(qtbot: QtBot, opened: Open, size: tuple[int, int]) -> None:
    app = busy_app()
    app.change_settings(app.settings.model_copy(update={"board_names": True}))
    for number in range(12):
        app.tour_list.append(app.tour_list[1].__class__(**{**_fields(app), "id": f"x{number}"}))
    program = opened(app)
    program.board.toggled(program.shell)
    board = board_of(program)
    board.resize(*size)
    qtbot.waitUntil(lambda: len(board.state.rows) == 15)
    picture = board.grab().toImage()
    inks = {
        picture.pixelColor(x, y).name() for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)
    }
    assert {"#35d07f", "#ffb81c"} <= inks


def _fields(app: FakeApp) -> dict[str, object]:
    tour = app.tour_list[1]
    return {name: getattr(tour, name) for name in tour.__slots__}
