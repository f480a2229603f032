"""The scanner's page: a code to scan on the left, what was seen and what to do about it on the right."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from checkin.issuing.qr import symbol
from ui import theme
from ui.controls import Button, Panel, Picker, row_of, scrolling
from ui.scanner.diagnosis import TEST_CODE
from ui.scanner.state import SPEEDS, ScannerState
from ui.text import Lines, PlainLabel, reveal

ROLES = {"good": "good", "warn": "warn", "bad": "error"}
MARKS = {"good": "✔", "warn": "!", "bad": "✖"}
MOST_FINDINGS = 4


class CodePicture(QWidget):
    """A QR code on white with whole pixels a module, so that every scanner reads it from a screen."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._rows = symbol(text).get_matrix()
        self.setFixedSize(QSize(theme.px(232), theme.px(232)))
        self.setAccessibleName(_("Test code: {code}").format(code=text))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(self.rect(), QColor("#ffffff"))
        painter.setBrush(QColor("#000000"))
        side = max(1, self.width() // len(self._rows))
        edge = (self.width() - side * len(self._rows)) // 2
        for down, row in enumerate(self._rows):
            for across, dark in enumerate(row):
                if dark:
                    painter.drawRect(QRectF(edge + across * side, edge + down * side, side, side))
        painter.end()


class ScannerView(QWidget):
    """Shows a ``ScannerState``."""

    back_pressed = Signal()
    port_chosen = Signal(str)
    speed_chosen = Signal(int)
    ports_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.back = Button(_("Settings"), "settings", size=56)
        columns = QHBoxLayout()
        columns.setSpacing(theme.px(16))
        columns.addWidget(self._left(), 2)
        columns.addWidget(self._right(), 3)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(24), theme.px(14), theme.px(24), theme.px(12))
        column.setSpacing(theme.px(12))
        column.addLayout(row_of(PlainLabel(_("Handheld scanner"), "page"), 1, self.back))
        column.addLayout(columns, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(inner))
        self.back.clicked.connect(lambda: self.back_pressed.emit())

    def _left(self) -> Panel:
        panel = Panel(margin=16, spacing=8)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(CodePicture(TEST_CODE))
        line.addStretch(1)
        panel.column.addLayout(line)
        code = PlainLabel(TEST_CODE, "row-detail")
        code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        panel.column.addWidget(code)
        panel.column.addStretch(1)
        panel.column.addWidget(PlainLabel(_("Scanner on a serial port (USB-COM)"), "label"))
        self.port = Picker()
        self.port.setAccessibleName(_("Serial port"))
        self.speed = Picker()
        self.speed.setAccessibleName(_("Speed"))
        self._look = Button(_("Look again"), "sync", size=56)
        panel.column.addWidget(self.port)
        panel.column.addLayout(row_of(self.speed, self._look, spacing=8))
        self._port_says = Lines(role="muted", lines=2)
        panel.column.addWidget(self._port_says)
        self.port.activated.connect(lambda number: self.port_chosen.emit(str(self.port.itemData(number) or "")))
        self.speed.activated.connect(lambda number: self.speed_chosen.emit(int(self.speed.itemData(number))))
        self._look.clicked.connect(lambda: self.ports_wanted.emit())
        return panel

    def _right(self) -> QWidget:
        side = QWidget()
        side.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        seen = Panel(margin=16, spacing=6)
        self.headline = Lines(role="title", lines=1)
        seen.column.addWidget(self.headline)
        self._findings = [Lines(lines=2) for _number in range(MOST_FINDINGS)]
        for line in self._findings:
            seen.column.addWidget(line)
        self._came, self._understood = Lines(role="row-detail", lines=2), Lines(role="row-detail", lines=2)
        self._keys = Lines(role="row-detail", lines=3)
        for line in (self._came, self._understood, self._keys):
            seen.column.addWidget(line)
        seen.column.addStretch(1)
        column.addWidget(seen, 1)
        how = Panel(_("How to set a scanner up"), margin=16, spacing=6)
        for number, text in enumerate(
            (
                _("Its booklet has codes to scan for each setting. Begin with “factory defaults”."),
                _("Suffix: Enter (CR). No prefix. Pause between characters: 0."),
                _("Keyboard layout: USA. On this PC switch to English when the scanner types."),
                _("Surest of all: the mode “USB-COM” (virtual serial port); then choose the port on the left."),
            ),
            1,
        ):
            how.column.addWidget(Lines(f"{number}. {text}", lines=2))
        column.addWidget(how)
        return side

    def present(self, state: ScannerState) -> None:
        """Shows this state from now on."""
        self.headline.setText(state.headline)
        colour = {"good": "admit-bright", "warn": "ask", "bad": "refuse-bright"}.get(state.tone, "text")
        self.headline.setStyleSheet(f"color: {theme.COLOURS[colour]}")
        for number, line in enumerate(self._findings):
            there = number < len(state.findings)
            if there:
                finding = state.findings[number]
                line.setText(f"{MARKS[finding.tone]}  {finding.text}")
                theme.restyle(line, "role", ROLES[finding.tone])
            reveal(line, there)
        for label, text in (
            (self._came, _("Came: {text}").format(text=state.came) if state.came else ""),
            (
                self._understood,
                _("Understood: {text}").format(text=state.understood) if state.understood != state.came else "",
            ),
            (self._keys, _("Keys, with milliseconds: {keys}").format(keys=state.keys) if state.keys else ""),
        ):
            label.setText(text)
            reveal(label, bool(text))
        self.port.present([("", _("None: it types like a keyboard")), *state.ports], state.port, state.port)
        self.speed.present([(str(speed), str(speed)) for speed in SPEEDS], str(state.speed), str(state.speed))
        self.speed.setEnabled(bool(state.port))
        self._port_says.setText(state.port_says)
        theme.restyle(self._port_says, "role", ROLES.get(state.port_tone, "muted"))
