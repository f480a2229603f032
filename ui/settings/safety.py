"""The panel of what is there when the power goes or everybody looks at one screen: the sheet on the disk, the board."""

from __future__ import annotations

from PySide6.QtCore import Signal

from checkin.i18n import gettext as _
from ui.controls import ChoiceButton, Panel, row_of
from ui.settings.presenter import SWITCHES
from ui.text import Lines, PlainLabel


class SafetyPanel(Panel):
    """``chosen`` carries a setting's name and what it shall be."""

    chosen = Signal(str, object)

    def __init__(self) -> None:
        super().__init__(_("Evacuation list and board"), spacing=8)
        texts = (_("Renew on the disk"), _("And print"), _("Readable"), _("Names on the board"))
        self.switches = {name: ChoiceButton(text, size=56) for name, text in zip(SWITCHES, texts, strict=True)}
        for name, button in self.switches.items():
            button.clicked.connect(
                lambda _checked=False, name=name, button=button: self.chosen.emit(name, not button.isChecked())
            )
        renewed, printed, readable, names = self.switches.values()
        self.column.addWidget(PlainLabel(_("List of those inside, each time a group goes in or out"), "label"))
        self.column.addLayout(row_of(renewed, printed, 1))
        self.column.addLayout(row_of(readable, 1))
        self.column.addWidget(
            Lines(
                _("Encrypted, “checkin profile sheets” opens it. Readable: whoever takes the disk reads the names"),
                "muted",
                lines=2,
            )
        )
        self.column.addWidget(PlainLabel(_("Board on the second screen: names of the missing"), "label"))
        self.column.addLayout(row_of(names, 1))
        self.column.addWidget(
            Lines(_("Visitors can read the board. Without names it shows numbers only"), "muted", lines=2)
        )
        self.column.addStretch(1)

    def present(self, values: dict[str, bool]) -> None:
        """Shows these values."""
        for name, on in values.items():
            self.switches[name].setChecked(on)
