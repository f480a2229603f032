"""Listening to a handheld scanner that types, whatever widget has the focus and without leaving rubbish in it.

Keys are held back until ``checkin.scanning.Wedge`` says what they are, a fraction of a second; what a person typed is
then delivered in its order to where it was going.  An Enter that ends a scan never reaches a button.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication

from checkin.scanning.wedge import Outcome, Wedge
from checkin.tickets.reading import unfinished

_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_SUFFIXES = ("\r", "\t")
LATE_S, GRACE_S, MOST_TURNS = 0.008, 0.004, 25
"""How late a timer may come in a window that is not busy; how long a turn is then waited, and how often at most."""
_ENDS = {Qt.Key.Key_Return: "\r", Qt.Key.Key_Enter: "\r", Qt.Key.Key_Tab: "\t"}


class WedgeListener(QObject):
    """An event filter on the application.  ``taker`` is given each scan; only keys of ``window()`` are looked at.

    ``watcher`` is told of every key and its time in seconds, whatever becomes of the key.
    """

    def __init__(
        self,
        window: Callable[[], QWindow | None],
        taker: Callable[[str], None],
        watcher: Callable[[str, float], None] = lambda _character, _at: None,
    ) -> None:
        super().__init__()
        self._window, self._taker, self._watcher = window, taker, watcher
        self._wedge = Wedge(unfinished=unfinished)
        self._held: deque[tuple[str, QKeyEvent]] = deque()
        self._delivering = False
        self._now = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._let_keys_come)

    def install(self) -> None:
        """Begins to listen."""
        app = QCoreApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def remove(self) -> None:
        """Listens no more."""
        app = QCoreApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride):
            return False
        if self._delivering or not isinstance(event, QKeyEvent):
            return False
        if kind == QEvent.Type.ShortcutOverride:
            # A key that may belong to a scan must not set off a shortcut on the way.
            if self._wedge.holding and self._character(event):
                event.accept()
                return True
            return False
        if watched is not self._window() or QApplication.activeModalWidget() is not None:
            return False
        if kind == QEvent.Type.KeyRelease:
            if self._held:
                self._held.append(("", event.clone()))
                return True
            return False
        return self._pressed(event)

    def _pressed(self, event: QKeyEvent) -> bool:
        """Whether the key was kept back."""
        character = self._character(event)
        self._now = (event.timestamp() or time.monotonic_ns() // 1_000_000) / 1000
        if not character:
            if self._is_modifier(event):
                return False  # a scanner presses Shift within a code
            self._obey(self._wedge.tick(self._now + 10))
            return False
        self._watcher(character, self._now)
        if character in _SUFFIXES and not self._wedge.holding:
            return self._wedge.key(character, self._now).swallowed
        self._held.append((character, event.clone()))
        self._obey(self._wedge.key(character, self._now))
        return True

    @staticmethod
    def _character(event: QKeyEvent) -> str:
        """What the key may add to a scan: one printable character, Enter or Tab."""
        if event.isAutoRepeat() or event.modifiers() & _COMMANDS:
            return ""
        key = event.key()
        if key in _ENDS:
            return _ENDS[Qt.Key(key)]
        text = event.text()
        return text if len(text) == 1 and text.isprintable() else ""

    @staticmethod
    def _is_modifier(event: QKeyEvent) -> bool:
        return event.key() in (Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_AltGr, Qt.Key.Key_NumLock)

    def _let_keys_come(self) -> None:
        """The pause is over by our clock; keys that wait in the queue since then count first.

        A timer that comes late says that the window was busy, and then nobody has looked at the keyboard either: only a
        turn of the event loop that is on time shows that there are no keys.
        """
        now = time.monotonic()
        late, self._due = now > self._due + LATE_S, now + GRACE_S
        self._turns += 1
        if late and self._turns <= MOST_TURNS:
            self._timer.start(round(GRACE_S * 1000))
        else:
            QTimer.singleShot(round(GRACE_S * 1000), self, self._pause_over)

    def _pause_over(self) -> None:
        if not self._timer.isActive():
            self._waited += self._wedge.wait_s
            self._obey(self._wedge.tick(self._now + self._waited), ticking=True)

    _waited = 0.0
    _due = 0.0
    _turns = 0

    def _obey(self, outcome: Outcome, *, ticking: bool = False) -> None:
        """A scan in an outcome came before what was typed in it."""
        if not ticking:
            self._waited = 0.0
        if outcome.scan is not None:
            self._drop(len(outcome.scan), with_suffix=not outcome.typed)
        if outcome.typed:
            self._deliver(len(outcome.typed))
        if self._wedge.holding:
            self._turns, self._due = 0, time.monotonic() + self._wedge.wait_s
            self._timer.start(round(self._wedge.wait_s * 1000) + 1)
        else:
            self._timer.stop()
            self._deliver(len(self._held))
        if outcome.scan is not None:
            self._taker(outcome.scan)

    def _drop(self, presses: int, *, with_suffix: bool) -> None:
        """The keys of a scan, their releases and its suffix are nobody's."""
        while self._held:
            character = self._held[0][0]
            ends = character in _SUFFIXES and with_suffix
            if not presses and character and not ends:
                return
            self._held.popleft()
            presses -= bool(character) and not ends

    def _deliver(self, presses: int) -> None:
        """The first so many presses, and the releases among and after them, go where they were going."""
        window = self._window()
        while self._held and (presses > 0 or not self._held[0][0]):
            character, event = self._held.popleft()
            presses -= bool(character)
            if window is not None:
                self._delivering = True
                try:
                    QCoreApplication.sendEvent(window, event)
                finally:
                    self._delivering = False
