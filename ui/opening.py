"""Before and between windows: the passphrase that opens a profile, and a fresh key for its data.

Nothing of a gate runs meanwhile.  Slow work is done in a thread of its own, and the dialog goes on answering.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from checkin import i18n
from checkin.errors import CheckinError
from checkin.facade.keyplace import KeyWish, fulfil
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from checkin.settings import Profile
from checkin.store import passphrase
from checkin.store.keys import place_of
from ui import theme
from ui.bridge import Bridge
from ui.controls import Button, ChoiceButton, row_of
from ui.text import Lines, PlainLabel, reveal

LONGEST_WAIT_S = 60
STEPS = ("next", "written", "moved", "kept")


def wait_s(failures: int) -> int:
    """Seconds until the next passphrase is looked at: 1, 2, 4 … at most a minute."""
    return min(LONGEST_WAIT_S, 2 ** max(0, failures - 1)) if failures else 0


class _Dialog(QDialog):
    """A raised card in the middle of the screen, in the program's colours."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ground")
        self.setWindowTitle(_("Prohodnaya"))
        self.setMinimumWidth(theme.px(640))
        self.bridge = Bridge(self)
        self.pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="opening")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*[theme.px(28)] * 4)
        self.column.setSpacing(theme.px(12))
        self.column.addWidget(PlainLabel(title, "page"))

    def done(self, result: int) -> None:
        self.bridge.shut()
        self.pool.shutdown(wait=True)
        super().done(result)


class PassphraseDialog(_Dialog):
    """Accepted once the passphrase fits: the process has the key from then on."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(_("This gate's data is locked"))
        self._file, self._failures, self._left = profile.passphrase_file, 0, 0
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setMaxLength(1000)
        self.field.setMinimumHeight(theme.px(60))
        self.field.setAccessibleName(_("Passphrase"))
        self.shown = ChoiceButton(_("Show it"), size=60)
        self.error = Lines(role="error", lines=3)
        self.enter = Button(_("Open"), "admit", "main")
        self.leave = Button(_("Quit"), "out")
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._second)
        self.column.addWidget(Lines(_("Type the passphrase that was chosen for this PC."), "empty", lines=2))
        self.column.addLayout(row_of(self.field, self.shown))
        self.column.addWidget(self.error)
        self.column.addLayout(row_of(self.enter, self.leave))
        self.field.returnPressed.connect(self._tried)
        self.enter.clicked.connect(self._tried)
        self.shown.clicked.connect(self._show)
        self.leave.clicked.connect(self.reject)
        self._present("")
        self.field.setFocus()

    def _show(self) -> None:
        hidden = self.field.echoMode() is QLineEdit.EchoMode.Password
        self.field.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self.shown.setChecked(hidden)

    def _tried(self) -> None:
        words = self.field.text()
        if not words or self._left or not self.enter.isEnabled():
            return
        self._present("", busy=True)
        self.bridge.deliver(
            self.pool.submit(lambda: passphrase.fits(self._file, words)),
            self._answered,
            lambda e: self._present(str(e)),
        )

    def _answered(self, fits: bool) -> None:
        if fits:
            self.accept()
            return
        self._failures += 1
        self._left = wait_s(self._failures)
        self.field.selectAll()
        self._clock.start()
        self._wrong()

    def _second(self) -> None:
        self._left = max(0, self._left - 1)
        if not self._left:
            self._clock.stop()
        self._wrong()

    def _wrong(self) -> None:
        again = (
            ngettext("Try again in {count} s.", "Try again in {count} s.", self._left).format(count=self._left)
            if self._left
            else _("Try again: mind the keyboard's language and Caps Lock.")
        )
        self._present(_("The passphrase is wrong.") + " " + again)

    def _present(self, error: str, *, busy: bool = False) -> None:
        self.error.setText(error)
        self.enter.say(_("Opening…") if busy else _("Open"))
        self.enter.setEnabled(not busy and not self._left)
        self.field.setReadOnly(busy)
        if not busy:
            self.field.setFocus()


class RekeyDialog(_Dialog):
    """Encrypts everything anew; closes by itself when that went well, else says why not and waits."""

    def __init__(self, profile: Profile, wish: KeyWish) -> None:
        super().__init__(_("The data gets a new key"))
        self._running, self.failed = True, ""
        self._says = Lines(
            _("Everything is encrypted anew. If the power goes now, the next start finishes it or forgets it."),
            "empty",
            lines=3,
        )
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, len(STEPS) + 1)
        self._error = Lines(role="error", lines=4)
        self.close_button = Button(_("Close"), "admit", "main")
        self.close_button.clicked.connect(self.reject)
        for widget in (self._says, self.progress, self._error, self.close_button):
            self.column.addWidget(widget)
        reveal(self._error, False)
        reveal(self.close_button, False)
        self.bridge.deliver(
            self.pool.submit(lambda: fulfil(profile, wish, lambda step: self.bridge.post(lambda: self._step(step)))),
            self._finished,
            self._refused,
        )

    def _step(self, step: str) -> None:
        self.progress.setValue(STEPS.index(step) + 1)

    def _finished(self, _done: None) -> None:
        self._running = False
        self.accept()

    def _refused(self, error: CheckinError) -> None:
        self._running, self.failed = False, str(error)
        self._error.setText(_("The key was not changed.") + " " + self.failed)
        reveal(self._error, True)
        reveal(self.progress, False)
        reveal(self.close_button, True)
        self.close_button.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._running:
            event.ignore()
        else:
            super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (self._running and event.key() == Qt.Key.Key_Escape):
            super().keyPressEvent(event)


def unlocked(profile: Profile, ask: Callable[[PassphraseDialog], int] = lambda dialog: dialog.exec()) -> bool:
    """Whether the profile's data can be opened; asks where a passphrase does that.  False when the person gave up."""
    settings, _note = profile.load()
    place = settings.key_place or place_of(profile)
    if place != "passphrase" or not passphrase.wanted(profile.passphrase_file):
        return True
    dress(settings.language)
    dialog = PassphraseDialog(profile)
    try:
        return ask(dialog) == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()


def changed_key(profile: Profile, wish: KeyWish) -> bool:
    """Fulfils a wish in sight of the person; whether it went well."""
    dress(profile.load()[0].language)
    dialog = RekeyDialog(profile, wish)
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()


def dress(language: str) -> None:
    """The program's language and looks, before its window has given them."""
    i18n.use(language)
    size = QGuiApplication.primaryScreen().availableSize()
    theme.use_scale(theme.fitting_scale(size.width(), size.height()))
    qt = QApplication.instance()
    if isinstance(qt, QApplication):
        theme.apply(qt)
