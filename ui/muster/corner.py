"""The alarm's button, on every page, and the strip that asks once more in its place: nothing modal, nothing hidden."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QSizePolicy, QWidget
from shiboken6 import isValid

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button
from ui.muster.state import Mode, MusterState
from ui.text import Lines, reveal


class AlarmButton(Button):
    """In the corner.  While a muster is on it says how many are missing."""

    def __init__(self) -> None:
        super().__init__(_("ALARM"), "alarm", "alarm", size=58, hint=_("Alarm: who is inside (F12)"))
        self.draw("alarm", "on-refuse")
        self.setMinimumWidth(theme.px(196))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a touch leaves the keyboard where somebody writes

    def present(self, state: MusterState) -> None:
        """Shows this state from now on."""
        self.say(state.corner, _("Alarm: who is inside (F12)"))
        theme.restyle(self, "mode", state.mode.value)


class AlarmStrip(QFrame):
    """Asks in the place of the status line: alarm or drill, or whether the alarm is over."""

    alarm_chosen = Signal()
    drill_chosen = Signal()
    clear_chosen = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("alarm-strip")
        self._asks = Lines(role="asks", lines=2)
        self.alarm = Button(_("ALARM: everybody out"), "alarm", "alarm", size=76)
        self.alarm.draw("alarm", "on-refuse")
        self.drill = Button(_("Drill"), "list", "drill", size=76)
        self.drill.draw("list", "on-ask")
        self.clear = Button(_("All clear: end it"), "admit", "pass", size=76)
        self.cancel = Button(_("Cancel"), "refuse", size=76)
        for button in (self.alarm, self.drill, self.clear, self.cancel):
            button.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        self.cancel.mark("Esc")
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(16), theme.px(6), theme.px(16), theme.px(6))
        line.setSpacing(theme.px(12))
        line.addWidget(self._asks, 2)
        line.addWidget(self.alarm, 3)
        line.addWidget(self.drill, 2)
        line.addWidget(self.clear, 3)
        line.addWidget(self.cancel, 2)
        self.alarm.clicked.connect(lambda: self.alarm_chosen.emit())
        self.drill.clicked.connect(lambda: self.drill_chosen.emit())
        self.clear.clicked.connect(lambda: self.clear_chosen.emit())
        self.cancel.clicked.connect(lambda: self.cancelled.emit())
        self.hide()

    def present(self, state: MusterState) -> None:
        """Shows this state from now on."""
        clearing = state.asking == "clear"
        self._asks.setText(
            _("{count} are still missing. End it?").format(count=state.missing)
            if clearing and state.missing
            else _("Everybody was found. End it?")
            if clearing
            else _("Raise the alarm?")
        )
        reveal(self.alarm, not clearing)
        reveal(self.drill, not clearing and state.mode is not Mode.DRILL)
        reveal(self.clear, clearing)
        opened, closes = bool(state.asking) and self.isHidden(), not state.asking and not self.isHidden()
        focus = QApplication.focusWidget()
        if opened:
            self._before = focus
        if closes and focus is not None and self.isAncestorOf(focus):
            self._give_back()
        reveal(self, bool(state.asking))
        if opened:
            (self.cancel if clearing else self.alarm).setFocus()

    def _give_back(self) -> None:
        """The keyboard goes back to where it was: Qt would give it to whatever is next, the undo of an entry too."""
        before = self._before
        if before is not None and isValid(before) and before.isVisible() and before.isEnabled():
            before.setFocus()
        else:
            self.window().setFocus()

    _before: QWidget | None = None
