"""The lines of the gate page's lists: a tour with its bar, a scan with its undo."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Bar, Button, RowWidget
from ui.gate.rows import RecentRow, SetRow, TourRow
from ui.text import Lines, PlainLabel, reveal

INKS = {
    "unread": ("qr", "muted"),
    "waits": ("waiting", "muted"),
    "admit": ("admit", "admit-bright"),
    "out": ("out", "out-bright"),
    "ask": ("ask", "ask-bright"),
    "refuse": ("refuse", "refuse-bright"),
    "undone": ("undo", "muted"),
}


SURE_MS = 5000
"""The second touch that takes an entry back comes within this time."""


class TourLineView(RowWidget[TourRow]):
    """A tour: start, title, bar, figures."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("row", "yes")
        self._starts = PlainLabel(role="time")
        self._title = Lines(role="row-title", lines=2)
        self._figures = PlainLabel(role="figures")
        self._bar = Bar()
        top = QHBoxLayout()
        top.setSpacing(theme.px(10))
        top.addWidget(self._starts, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._title, 1)
        below = QHBoxLayout()
        below.setSpacing(theme.px(12))
        below.addWidget(self._bar, 1)
        below.addWidget(self._figures)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(12), theme.px(7), theme.px(12), theme.px(7))
        column.setSpacing(theme.px(4))
        column.addLayout(top)
        column.addLayout(below)

    def present(self, row: TourRow) -> None:
        self._starts.setText(row.starts)
        self._title.setText(row.title)
        self._figures.setText(_("cancelled") if row.cancelled else row.figures)
        self._bar.present(row.share_inside, row.share_left, "accent")
        reveal(self._bar, not row.cancelled)
        theme.restyle(self, "now", "yes" if row.on_now else "no")
        theme.restyle(self, "faded", "yes" if row.over or row.cancelled else "no")


class SetLineView(RowWidget[SetRow]):
    """A ticket of a set: verdict, name, and the reason where there is something to say; 25 of them are one look."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("row", "yes")
        self._icon = PlainLabel()
        self._icon.setFixedSize(theme.px(22), theme.px(22))
        self._name = Lines(role="set-name")
        self._detail = Lines(role="set-detail")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._detail)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(8), theme.px(1), theme.px(6), theme.px(1))
        line.setSpacing(theme.px(8))
        line.addWidget(self._icon)
        line.addLayout(words, 1)

    def present(self, row: SetRow) -> None:
        icon, ink = INKS[row.kind]
        self._icon.setPixmap(theme.picture(icon, ink, theme.px(22)))
        self._name.setText(row.name)
        self._detail.setText(row.detail)
        reveal(self._detail, bool(row.detail))
        theme.restyle(self, "verdict", row.kind)
        theme.restyle(self, "faded", "yes" if row.kind in ("waits", "unread") else "no")


class RecentLineView(RowWidget[RecentRow]):
    """A scan: what became of it, when, who, why; and the way to take it back, which asks once before it does."""

    undo_pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("row", "yes")
        self.setMinimumHeight(theme.px(64))
        self._event = ""
        self._icon = PlainLabel()
        self._icon.setFixedSize(theme.px(28), theme.px(28))
        self._name = Lines(role="row-title")
        self._time = PlainLabel(role="time-small")
        self._detail = Lines(role="row-detail")
        self._undo = Button("", "undo", "quiet", size=56, hint=_("Take back"))
        self._undo.setFixedWidth(theme.px(64))
        below = QHBoxLayout()
        below.setSpacing(theme.px(8))
        below.addWidget(self._time)
        below.addWidget(self._detail, 1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._name)
        words.addLayout(below)
        words.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(10), theme.px(3), theme.px(4), theme.px(3))
        line.setSpacing(theme.px(10))
        line.addWidget(self._icon)
        line.addLayout(words, 1)
        line.addWidget(self._undo)
        self._undo.clicked.connect(self._pressed)
        self._sure = QTimer(self)
        self._sure.setSingleShot(True)
        self._sure.setInterval(SURE_MS)
        self._sure.timeout.connect(self._calm)
        self._kept_detail = ""

    @property
    def asking(self) -> bool:
        """Whether the next touch takes it back."""
        return self._sure.isActive()

    def _pressed(self) -> None:
        if self.asking:
            self._calm()
            self.undo_pressed.emit(self._event)
        else:
            self._sure.start()
            self._undo.draw("ask", "ask-bright")
            self._undo.say("", _("Press once more to take back: {name}").format(name=self._name.text()))
            self._detail.setText(_("Undo? Press again"))
            reveal(self._time, False)  # the question needs its room

    def _calm(self) -> None:
        self._sure.stop()
        self._undo.draw("undo")
        self._undo.say("", _("Take back"))
        self._detail.setText(self._kept_detail)
        reveal(self._time, True)

    def present(self, row: RecentRow) -> None:
        self._event, self._kept_detail = row.event_id, row.detail
        icon, ink = INKS[row.kind]
        self._icon.setPixmap(theme.picture(icon, ink, theme.px(28)))
        self._name.setText(row.name)
        self._time.setText(row.time)
        self._calm()  # what was asked was asked about another line
        reveal(self._undo, row.can_undo)
        theme.restyle(self, "faded", "yes" if row.kind == "undone" else "no")
