"""The panel that opens the organiser's window, and says whose it is."""

from __future__ import annotations

from PySide6.QtCore import Signal

from checkin.i18n import gettext as _
from ui.controls import Button, Panel, row_of
from ui.text import Lines


class OrganiserPanel(Panel):
    """``wanted`` when somebody is the organiser here."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__(_("Organiser"), spacing=8)
        self.open = Button(_("Organiser's window"), "list", size=56)
        self.open.clicked.connect(lambda: self.wanted.emit())
        self.column.addWidget(
            Lines(
                _("For the organiser: lists, season, tickets, report. It opens beside this window."), "muted", lines=2
            )
        )
        self.column.addLayout(row_of(self.open, 1))
        self.column.addStretch(1)
