"""The key to the data by the window: asked for at the start, moved in the settings, and the journal says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from checkin.app import GateApp
from checkin.desk.acts import acts
from checkin.domain.events import Kind
from checkin.domain.people import Act, Role
from checkin.facade.keyplace import KeyWish
from checkin.settings import Profile, Settings
from checkin.store import open_store, passphrase
from checkin.store.rekey import rekey
from tests.field import opened, plant
from tests.security.sites import Office
from ui.opening import PassphraseDialog, RekeyDialog, unlocked, wait_s
from ui.ports import Page
from ui.program import Program

WORDS = "семь слонов и чайник"


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Profile:
    """A profile with a plant, its key in a file, closed."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.delenv(passphrase.VARIABLE, raising=False)
    store = opened(tmp_path / "p")
    Office(store, None).take(plant())  # type: ignore[arg-type]
    store.close()
    made = Profile(tmp_path / "p")
    made.save(Settings(key_place="file", plant="hleb", gate="1", sound=False))
    return made


@pytest.fixture
def locked(profile: Profile) -> Profile:
    """The same under a passphrase, as another process left it."""
    rekey(profile, profile.load()[0], "passphrase", lambda: WORDS)
    passphrase._opened.clear()
    return profile


def test_the_passphrase_is_asked_and_wrong_ones_wait(locked: Profile, qtbot: QtBot) -> None:
    dialog = PassphraseDialog(locked)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.field.setText("не та фраза")
    dialog.enter.click()
    qtbot.waitUntil(lambda: bool(dialog.error.text()), timeout=20_000)
    assert not dialog.enter.isEnabled()
    dialog.field.setText(WORDS)
    dialog.field.returnPressed.emit()  # not while it waits
    assert dialog.bridge.open == 0
    qtbot.waitUntil(dialog.enter.isEnabled, timeout=5_000)
    with qtbot.waitSignal(dialog.accepted, timeout=20_000):
        dialog.field.returnPressed.emit()
    assert not passphrase.wanted(locked.passphrase_file)
    open_store(locked, locked.load()[0])[0].close()


def test_waiting_grows_and_has_an_end() -> None:
    assert [wait_s(number) for number in (0, 1, 2, 3, 6, 7, 50)] == [0, 1, 2, 4, 32, 60, 60]


def test_who_gives_up_opens_nothing(locked: Profile, qtbot: QtBot) -> None:
    def leave(dialog: PassphraseDialog) -> int:
        QTimer.singleShot(0, dialog.leave.click)
        return dialog.exec()

    assert not unlocked(locked, leave)
    assert passphrase.wanted(locked.passphrase_file)


def test_nobody_is_asked_where_a_file_or_the_environment_opens(
    profile: Profile, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_dialog: PassphraseDialog) -> int:
        raise AssertionError("asked")

    assert unlocked(profile, never)
    rekey(profile, profile.load()[0], "passphrase", lambda: WORDS)
    passphrase._opened.clear()
    monkeypatch.setenv(passphrase.VARIABLE, WORDS)
    assert unlocked(profile, never)


@pytest.fixture
def program(profile: Profile, qtbot: QtBot) -> Iterator[Program]:
    app = GateApp(profile)
    made = Program(app, size=QSize(1280, 720))
    made.show()
    made.open_page(Page.SETTINGS)
    qtbot.waitUntil(lambda: made.bridge.open == 0)
    yield made
    made.shut()
    made.shell.hide()
    made.shell.deleteLater()
    app.close()


def test_consequences_are_said_before_anything_is_done(program: Program, qtbot: QtBot) -> None:
    view = program.settings_view.key
    assert "keyring" not in program.key.state.places  # this system has none
    view.places["passphrase"].click()
    assert view.words.isVisibleTo(view)
    told = program.key.state.says
    view.places["file"].click()
    assert program.key.state.says != told
    view.places["passphrase"].click()
    for words, again in (("коротко", "коротко"), (WORDS, WORDS + "!")):
        view.words.setText(words)
        view.again.setText(again)
        view.do.click()
        assert program.key.state.error
        assert program.shell.isVisible()
    view.again.setText(WORDS)
    view.words.setText(WORDS)
    view.do.click()
    assert not program.shell.isVisible()
    assert program.app.key.wished == KeyWish("passphrase", WORDS)  # type: ignore[attr-defined]
    assert WORDS not in repr(program.app.key.wished)  # type: ignore[attr-defined]


def test_only_an_administrator_moves_the_key(program: Program, qtbot: QtBot) -> None:
    app = program.app
    boss = app.people.add("Главный", Role.ADMINISTRATOR, "4821").result()
    app.people.log_in(boss.id, "4821").result()
    other = app.people.add("Смена", Role.SUPERVISOR, "9375").result()
    app.people.log_in(other.id, "9375").result()
    program.key.chosen("file")
    program.key.wished("", "")
    assert program.key.state.error
    assert app.key.wished is None  # type: ignore[attr-defined]


def test_the_key_is_moved_between_two_windows_and_noted(profile: Profile, qtbot: QtBot) -> None:
    wish = KeyWish("passphrase", WORDS, "somebody")
    dialog = RekeyDialog(profile, wish)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.accepted, timeout=30_000):
        dialog.show()
    assert profile.passphrase_file.exists()
    assert not profile.key_file.exists()
    app = GateApp(profile)  # this process has the key already
    try:
        app.key.noted(wish)
        assert app.key.place == "passphrase"
        with app.store.read() as tx:
            (line,) = [line for line in acts(tx, "hleb", (Kind.ACT,)) if line.what == Act.KEY]
        assert line.operator == "somebody"
    finally:
        app.close()


def test_a_profile_that_is_open_elsewhere_keeps_its_key(profile: Profile, qtbot: QtBot) -> None:
    store, _place = open_store(profile, profile.load()[0])
    try:
        dialog = RekeyDialog(profile, KeyWish("file"))
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitUntil(dialog.close_button.isVisible, timeout=20_000)
        assert dialog.failed
        with qtbot.waitSignal(dialog.rejected):
            dialog.close_button.click()
    finally:
        store.close()
    assert QApplication.activeModalWidget() is None
    assert dialog.result() == QDialog.DialogCode.Rejected
    open_store(profile, profile.load()[0])[0].close()
