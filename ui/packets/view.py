"""The page of packets: three things to do with a stick, one of them in view."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from checkin.packets.sticks import ENDING
from ui import theme
from ui.controls import Button, ChoiceButton, Panel, Rows, RowWidget, Stack, row_of, scrolling
from ui.packets.keycard import KeyCard
from ui.packets.seen import SeenView
from ui.packets.state import PacketsState, Step, Tab
from ui.text import Lines, PlainLabel, reveal, tooltip


class OfferedView(RowWidget[tuple[str, str, str]]):
    """A packet that lies on a stick: one press looks into it."""

    def __init__(self, chosen: Callable[[Path], None]) -> None:
        super().__init__()
        self._key = ""
        self.button = QPushButton()
        self.button.setMinimumHeight(theme.px(72))
        self._name, self._detail = Lines(role="row-title"), Lines(role="row-detail")
        inside = QVBoxLayout(self.button)
        inside.setContentsMargins(theme.px(16), theme.px(6), theme.px(16), theme.px(6))
        inside.setSpacing(0)
        inside.addWidget(self._name)
        inside.addWidget(self._detail)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.button)
        self.button.clicked.connect(lambda: chosen(Path(self._key)))

    def present(self, row: tuple[str, str, str]) -> None:
        self._key, name, detail = row
        self._name.setText(name)
        self._detail.setText(detail)
        self.button.setAccessibleName(f"{name}, {detail}")
        self.button.setToolTip(tooltip(name))


class MakerView(RowWidget[tuple[str, str, str]]):
    """A maker whose packets are taken here, and the way to stop that."""

    def __init__(self, doubted: Callable[[str], None]) -> None:
        super().__init__()
        self.setProperty("row", "yes")
        self._key = ""
        self._name, self._words = Lines(role="row-title"), Lines(role="row-detail", lines=2)
        self.stop = Button(_("Believe no more"), "refuse", size=52)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._words)
        line = QHBoxLayout(self)
        line.addLayout(words, 1)
        line.addWidget(self.stop)
        self.stop.clicked.connect(lambda: doubted(self._key))

    def present(self, row: tuple[str, str, str]) -> None:
        self._key = row[0]
        self._name.setText(row[1])
        self._words.setText(row[2])


class PacketsView(QWidget):
    """Shows a ``PacketsState``."""

    tab_chosen = Signal(str)
    file_chosen = Signal(object)
    take_pressed = Signal()
    away_pressed = Signal()
    again_pressed = Signal()
    everything_pressed = Signal()
    place_chosen = Signal(object)
    key_copied = Signal()
    key_saved = Signal(object)
    doubted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.tabs = {
            Tab.TAKE: ChoiceButton(_("Take a packet"), "import", size=60),
            Tab.HAND: ChoiceButton(_("Hand over the journal"), "export", size=60),
            Tab.KEY: ChoiceButton(_("This gate's key"), "qr", size=60),
        }
        for tab, button in self.tabs.items():
            button.clicked.connect(lambda _checked=False, tab=tab: self.tab_chosen.emit(tab.value))
        self._stack = Stack()
        self._pages = {Tab.TAKE: self._take_page(), Tab.HAND: self._hand_page(), Tab.KEY: self._key_page()}
        for page in self._pages.values():
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(14), theme.px(24), theme.px(12))
        column.setSpacing(theme.px(12))
        column.addLayout(row_of(PlainLabel(_("On a stick"), "page"), 1, *self.tabs.values()))
        column.addWidget(self._stack, 1)

    # --- a packet in ------------------------------------------------------------------------------

    def _take_page(self) -> QWidget:
        page = QWidget()
        self._choosing = Panel(_("A packet for this gate"), margin=16, spacing=10)
        self._offered_says = Lines(role="muted", lines=2)
        self.offered: Rows[tuple[str, str, str]] = Rows(lambda: OfferedView(self.file_chosen.emit), spacing=8)
        self.choose = Button(_("Choose a file…"), "list", "main", size=60)
        self.again = Button(_("Look again"), "sync", size=60)
        self._error, self._says = Lines(role="error", lines=5), Lines(role="good", lines=4)
        for widget in (self._says, self._error):
            self._choosing.column.addWidget(widget)
        self._choosing.column.addWidget(
            Lines(
                _(
                    "The organiser brings a packet with the list of visitors, or an answer to your journal. "
                    "It is shown first; nothing is taken before you say so."
                ),
                "muted",
                lines=3,
            )
        )
        self._choosing.column.addWidget(self._offered_says)
        self._choosing.column.addWidget(self.offered, 1)
        self._choosing.column.addLayout(row_of(self.choose, self.again, 1))
        self.seen = SeenView()
        self.seen.take_pressed.connect(lambda: self.take_pressed.emit())
        self.seen.away_pressed.connect(lambda: self.away_pressed.emit())
        self.choose.clicked.connect(self._choose_packet)
        self.again.clicked.connect(lambda: self.again_pressed.emit())
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._choosing, 1)
        column.addWidget(self.seen, 1)
        return page

    def _choose_packet(self) -> None:
        kinds = _("Packets") + f" (*{ENDING} *.age);;" + _("All files") + " (*)"
        path, _kind = QFileDialog.getOpenFileName(self, _("A packet"), str(Path.home()), kinds)
        if path:
            self.file_chosen.emit(Path(path))

    # --- the journal out --------------------------------------------------------------------------

    def _hand_page(self) -> QWidget:
        panel = Panel(_("The journal for the organiser"), margin=16, spacing=10)
        self._waiting = PlainLabel(role="figure")
        self._handed, self._rejected = Lines(role="muted", lines=2), Lines(role="error", lines=2)
        self._to = Lines(role="muted", lines=3)
        self._hand_says, self._hand_error = Lines(role="good", lines=3), Lines(role="error", lines=3)
        self._places = QVBoxLayout()
        self._places.setSpacing(theme.px(8))
        self.places: list[Button] = []
        self.folder = Button(_("Choose a folder…"), "place", size=60)
        self.everything = ChoiceButton(_("The whole journal"), "list", size=60)
        self.folder.clicked.connect(self._choose_folder)
        self.everything.clicked.connect(lambda: self.everything_pressed.emit())
        for widget in (self._waiting, self._handed, self._rejected, self._to):
            panel.column.addWidget(widget)
        panel.column.addWidget(
            Lines(
                _(
                    "The packet holds every event that the organiser has not answered for: who went in and out, when, "
                    "by whose hand. Only the organiser can open it. It may be handed over several times: nothing "
                    "counts twice."
                ),
                "muted",
                lines=4,
            )
        )
        panel.column.addLayout(self._places)
        panel.column.addLayout(row_of(self.folder, self.everything, 1))
        panel.column.addWidget(
            Lines(_("The whole journal is wanted only when the organiser asks for it."), "muted", lines=2)
        )
        panel.column.addWidget(self._hand_says)
        panel.column.addWidget(self._hand_error)
        panel.column.addStretch(1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panel)
        return scrolling(page)

    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, _("Where to write the packet"), str(Path.home()))
        if path:
            self.place_chosen.emit(Path(path))

    def _place_button(self) -> Button:
        button = Button("", "stick", "main")
        button.clicked.connect(lambda: self.place_chosen.emit(Path(str(button.property("place")))))
        self.places.append(button)
        self._places.addWidget(button)
        return button

    # --- keys -------------------------------------------------------------------------------------

    def _key_page(self) -> QWidget:
        page = QWidget()
        self.key = KeyCard(
            _("This gate's key"),
            _(
                "Give it to the organiser, who makes packets for it. It is no secret: show the QR, read the words, "
                "save it on a stick. The organiser's screen must show the same four words."
            ),
            "gate-key",
        )
        self.key.copied.connect(lambda: self.key_copied.emit())
        self.key.saved.connect(lambda path: self.key_saved.emit(path))
        right = Panel(_("Whose packets this gate takes"), margin=16, spacing=8)
        self._nobody = Lines(
            _("Nobody's yet. The first packet that you take after comparing the words decides it."), "muted", lines=3
        )
        self.makers: Rows[tuple[str, str, str]] = Rows(lambda: MakerView(self.doubted.emit), spacing=8)
        right.column.addWidget(self._nobody)
        right.column.addWidget(self.makers, 1)
        line = QHBoxLayout(page)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(16))
        line.addWidget(self.key, 3)
        line.addWidget(right, 2)
        return scrolling(page)

    # --- showing ----------------------------------------------------------------------------------

    def focus(self) -> None:
        """The keyboard goes where the next press is."""
        if not self.seen.isHidden():
            self.seen.take.setFocus()
        else:
            {Tab.TAKE: self.choose, Tab.HAND: self.folder, Tab.KEY: self.key.copy}[
                next((tab for tab, button in self.tabs.items() if button.isChecked()), Tab.TAKE)
            ].setFocus()

    def present(self, state: PacketsState) -> None:
        """Shows this state from now on."""
        for tab, choice in self.tabs.items():
            choice.setChecked(tab is state.tab)
        self._stack.setCurrentWidget(self._pages[state.tab])
        shown = state.step in (Step.SEEN, Step.TAKING)
        turned = self.seen.isHidden() == shown
        reveal(self._choosing, not shown)
        reveal(self.seen, shown)
        if state.seen is not None:
            self.seen.present(state.seen, state.step, state.done, state.total)
        self.offered.present(state.offered)
        looking = _("Looking into the packet…") if state.step is Step.LOOKING else state.offered_says
        for label, text in (
            (self._offered_says, looking),
            (self._error, state.error),
            (self._says, state.says),
            (self._handed, state.handed),
            (self._rejected, state.rejected),
            (self._to, _("For: {who}").format(who=state.to) if state.to else ""),
            (self._hand_says, _("Writing…") if state.handing else state.hand_says),
            (self._hand_error, state.hand_error),
        ):
            label.setText(text)
            reveal(label, bool(text))
        for button in (self.choose, self.again):
            button.setEnabled(state.step is not Step.LOOKING)
        self._waiting.setText(state.waiting)
        while len(self.places) < len(state.sticks):
            self._place_button()
        for number, place in enumerate(self.places):
            reveal(place, number < len(state.sticks))
            if number < len(state.sticks):
                key, name = state.sticks[number]
                place.setProperty("place", key)
                place.say(_("Write to the stick “{name}”").format(name=name))
            place.setEnabled(not state.handing)
        self.folder.setEnabled(not state.handing)
        self.everything.setChecked(state.everything)
        self.key.present(state.recipient, state.words, state.qr, state.key_says, state.key_error)
        self.makers.present(state.makers)
        reveal(self._nobody, not state.makers)
        reveal(self.makers, bool(state.makers))
        if turned and self.isVisible():
            self.focus()  # what had the keyboard is gone, and Qt would give it to the rail
