"""The exchange page: the hub on the left, lists in and attendance out on the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, Panel, row_of, scrolling
from ui.sync.doubles import DoublesView
from ui.sync.importing import ImportView
from ui.sync.presenter import SyncState
from ui.text import Lines, PlainLabel, reveal

ICONS = {"ok": ("hub", "admit-bright"), "plain": ("hub_off", "muted"), "warn": ("hub_off", "ask")}


class SyncView(QWidget):
    """Shows a ``SyncState``."""

    sync_pressed = Signal()
    enrol_opened = Signal()
    enrol_pressed = Signal(str, str)
    authority_chosen = Signal(object)
    file_chosen = Signal(object)
    take_pressed = Signal()
    cancel_pressed = Signal()
    export_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        right = QVBoxLayout()
        right.setSpacing(theme.px(14))
        right.addWidget(self._import_panel(), 1)
        right.addWidget(self._export_panel())
        line = QHBoxLayout()
        line.setSpacing(theme.px(16))
        line.addWidget(self._hub_panel(), 1)
        line.addLayout(right, 1)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(24), theme.px(18), theme.px(24), theme.px(14))
        column.setSpacing(theme.px(14))
        column.addWidget(PlainLabel(_("Exchange"), "page"))
        column.addLayout(line, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(inner))

    _invited = ("", "")

    def _hub_panel(self) -> Panel:
        panel = Panel()
        self._hub_icon = PlainLabel()
        self._hub_icon.setFixedSize(theme.px(48), theme.px(48))
        self._hub_title = Lines(role="title", lines=2)
        panel.column.addLayout(row_of(self._hub_icon, self._hub_title, spacing=14))
        self._hub_says = Lines(role="muted", lines=4)
        self._waiting = Lines(role="row-title", lines=2)
        self._rejected = Lines(role="error", lines=2)
        self._unread = Lines(role="error", lines=4)
        for label in (self._hub_says, self._waiting, self._rejected, self._unread):
            panel.column.addWidget(label)
        self._sync = Button(_("Exchange now"), "sync", "main")
        self._sync.clicked.connect(lambda: self.sync_pressed.emit())
        panel.column.addWidget(self._sync)
        self._open = Button(_("Connect to another hub…"), "hub", size=56)
        self._open.clicked.connect(lambda: self.enrol_opened.emit())
        panel.column.addWidget(self._open)
        panel.column.addWidget(self._enrol_form())
        self.doubles = DoublesView()
        panel.column.addWidget(self.doubles, 1)
        panel.column.addStretch()
        return panel

    def _enrol_form(self) -> QWidget:
        self._form = QWidget()
        column = QVBoxLayout(self._form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self.address, self.code = QLineEdit(), QLineEdit()
        self.address.setMaxLength(500)
        self.code.setMaxLength(100)
        self.address.setPlaceholderText("https://…")
        self.code.setPlaceholderText(_("One-use code"))
        for field, text in ((self.address, _("Address of the hub")), (self.code, _("One-use code of this gate"))):
            field.setMinimumHeight(theme.px(56))
            field.setAccessibleName(text)
            column.addWidget(PlainLabel(text, "label"))
            column.addWidget(field)
            field.returnPressed.connect(self._enrol_sent)
        self._enrol_error = Lines(role="error", lines=3)
        self._pinned = Lines(role="good", lines=3)
        column.addWidget(Lines(_("Or show the invitation's QR to the camera or the scanner."), "muted", lines=2))
        column.addWidget(self._pinned)
        column.addWidget(self._enrol_error)
        self._enrol = Button(_("Connect"), "hub", "main")
        self._enrol.clicked.connect(self._enrol_sent)
        self.authority = Button(
            _("Own certificate…"), "lock", size=64, hint=_("A private authority's certificate (PEM)")
        )
        self.authority.clicked.connect(self._choose_authority)
        column.addSpacing(theme.px(4))
        column.addLayout(row_of(self._enrol, self.authority))
        return self._form

    def _import_panel(self) -> Panel:
        panel = Panel(_("List of visitors"))
        self._roster = Lines(role="muted", lines=2)
        panel.column.addWidget(self._roster)
        self.importing = ImportView()
        self.importing.choose_pressed.connect(self._choose_list)
        self.importing.take_pressed.connect(lambda: self.take_pressed.emit())
        self.importing.cancel_pressed.connect(lambda: self.cancel_pressed.emit())
        panel.column.addWidget(self.importing, 1)
        return panel

    def _export_panel(self) -> Panel:
        panel = Panel(_("Attendance"))
        self._export = Button(_("Save as a file…"), "export")
        self._export.clicked.connect(self._choose_export)
        self._export_says = Lines(role="good", lines=2)
        panel.column.addWidget(Lines(_("Who came and when: a table for Excel, or CSV."), "muted", lines=2))
        panel.column.addWidget(self._export)
        panel.column.addWidget(self._export_says)
        return panel

    def _enrol_sent(self) -> None:
        self.enrol_pressed.emit(self.address.text(), self.code.text())

    def _choose_authority(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(
            self, _("A private authority's certificate (PEM)"), str(Path.home()), "PEM (*.pem *.crt *.cer)"
        )
        if path:
            self.authority_chosen.emit(Path(path))

    def _choose_list(self) -> None:
        kinds = _("Lists") + " (*.csv *.tsv *.txt *.xlsx *.xls *.xlsb *.ods)"
        path, _kind = QFileDialog.getOpenFileName(self, _("List of visitors"), str(Path.home()), kinds)
        if path:
            self.file_chosen.emit(Path(path))

    def _choose_export(self) -> None:
        path, _kind = QFileDialog.getSaveFileName(
            self, _("Save the attendance"), str(Path.home() / "attendance.xlsx"), "Excel (*.xlsx);;CSV (*.csv)"
        )
        if path:
            self.export_chosen.emit(Path(path))

    def present(self, state: SyncState) -> None:
        """Shows this state from now on."""
        icon, ink = ICONS.get(state.hub_tone, ("hub_off", "refuse-bright"))
        self._hub_icon.setPixmap(theme.picture(icon, ink, theme.px(48)))
        self._hub_title.setText(state.hub_title)
        for label, text in (
            (self._hub_says, state.hub_says),
            (self._waiting, state.waiting),
            (self._rejected, state.rejected),
            (self._unread, state.unread),
            (self._enrol_error, state.enrol_error),
            (self._pinned, state.pinned),
            (self._export_says, state.export_says),
        ):
            label.setText(text)
            reveal(label, bool(text))
        reveal(self._sync, state.enrolled)
        self._sync.setEnabled(state.can_sync)
        self.doubles.present(state.doubles_title, state.doubles)
        reveal(self._open, not state.enrol_open)
        reveal(self._form, state.enrol_open)
        if state.invited != self._invited:
            self._invited = state.invited
            self.address.setText(state.invited[0])
            self.code.setText(state.invited[1])
        self._enrol.setEnabled(not state.enrolling)
        self._enrol.say(_("Connecting…") if state.enrolling else _("Connect"))
        self.address.setEnabled(not state.enrolling)
        self.code.setEnabled(not state.enrolling)
        self._roster.setText(state.roster)
        self.importing.present(state.imported)
        self._export.setEnabled(not state.exporting)
        theme.restyle(self._export_says, "role", "error" if state.export_tone == "bad" else "good")
