"""Qt without a screen.  Whatever leaves a slot as an exception fails the test (pytest-qt sees to that)."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from fake_app import FakeApp
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from checkin import i18n
from ui.program import Program

Open = Callable[[FakeApp], Program]


BUSY_MS = 20_000
"""How long a busy machine may take for what a test waits for."""


@pytest.fixture
def qtbot(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QtBot:
    """pytest-qt's, which waits as long as a busy machine needs, where a test does not say how long."""
    for name in ("waitUntil", "waitSignal"):
        monkeypatch.setattr(qtbot, name, functools.partial(getattr(qtbot, name), timeout=BUSY_MS))
    return qtbot


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    before = i18n.language()
    yield
    i18n.use(before)


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Open]:
    """Opens the whole window on a fake app."""
    programs: list[Program] = []

    def build(app: FakeApp) -> Program:
        program = Program(app, size=QSize(1280, 720))
        programs.append(program)
        program.show()
        qtbot.waitUntil(lambda: program.wedge is not None and program.bridge.open == 0)
        return program

    yield build
    for program in programs:
        program.shut()
        program.shell.hide()
        program.shell.deleteLater()
