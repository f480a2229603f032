"""The organiser's page of packets: four parts, each with its one main button."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from checkin.packets.sticks import ENDING
from ui import theme
from ui.controls import Button, ChoiceButton, EmptyPlace, Panel, Picker, Rows, RowWidget, Stack, row_of
from ui.organiser.packets.state import CameRow, GateRow, PacketsState, Tab
from ui.packets.keycard import KeyCard
from ui.text import Lines, PlainLabel, reveal

TONES = {"ok": "good", "warn": "warn", "bad": "error"}


class GateView(RowWidget[GateRow]):
    """A gate: ticked, it gets the packet."""

    def __init__(self, pressed: Callable[[str], None], dropped: Callable[[str], None]) -> None:
        super().__init__()
        self.setProperty("row", "yes")
        self._key = ""
        self.tick = ChoiceButton("", size=56)
        self.tick.setFixedWidth(theme.px(64))
        self._title, self._words, self._detail = (
            Lines(role="row-title"),
            Lines(role="row-title"),
            Lines(role="row-detail"),
        )
        self.drop = Button("", "refuse", "quiet", size=48, hint=_("Forget this gate"))
        self.drop.setFixedWidth(theme.px(48))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        for label in (self._title, self._words, self._detail):
            texts.addWidget(label)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(8), theme.px(6), theme.px(8), theme.px(6))
        line.addWidget(self.tick)
        line.addLayout(texts, 1)
        line.addWidget(self.drop)
        self.tick.clicked.connect(lambda: pressed(self._key))
        self.drop.clicked.connect(lambda: dropped(self._key))

    def present(self, row: GateRow) -> None:
        self._key = row.recipient
        self.tick.setChecked(row.ticked)
        self.tick.say("✔" if row.ticked else "", row.title)
        self._title.setText(row.title)
        self._words.setText(row.words)
        self._detail.setText(row.detail)


class CameView(RowWidget[CameRow]):
    """What one file brought."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("row", "yes")
        self._title, self._detail = Lines(role="row-title"), Lines(role="row-detail", lines=5)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(14), theme.px(8), theme.px(14), theme.px(8))
        column.addWidget(self._title)
        column.addWidget(self._detail)

    def present(self, row: CameRow) -> None:
        self._title.setText(row.title)
        self._detail.setText(row.detail)
        theme.restyle(self._detail, "role", TONES[row.tone])


class LogView(RowWidget[tuple[str, str]]):
    """One thing that was handed over or taken."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("row", "yes")
        self._when, self._what = Lines(role="row-detail"), Lines(role="row-title", lines=3)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(14), theme.px(8), theme.px(14), theme.px(8))
        line.addWidget(self._when, 1)
        line.addWidget(self._what, 4)

    def present(self, row: tuple[str, str]) -> None:
        self._when.setText(row[0])
        self._what.setText(row[1])


class PacketsView(QWidget):
    """Shows a ``PacketsState``."""

    tab_chosen = Signal(str)
    plant_chosen = Signal(str)
    issuer_named = Signal(str)
    gate_pressed = Signal(str)
    gate_dropped = Signal(str)
    gate_added = Signal(str, str)
    key_file_chosen = Signal(object, str)
    make_chosen = Signal(object)
    files_chosen = Signal(object)
    answer_chosen = Signal(object)
    key_copied = Signal()
    key_saved = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._file, self._adding = "", 0
        self.tabs = {
            Tab.MAKE: ChoiceButton(_("List for gates"), "export", size=52),
            Tab.ACCEPT: ChoiceButton(_("Journals of gates"), "import", size=52),
            Tab.LOG: ChoiceButton(_("What was handed over"), "list", size=52),
            Tab.KEY: ChoiceButton(_("Key"), "qr", size=52),
        }
        for tab, button in self.tabs.items():
            button.clicked.connect(lambda _checked=False, tab=tab: self.tab_chosen.emit(tab.value))
        self._stack = Stack()
        self._pages = {
            Tab.MAKE: self._make_page(),
            Tab.ACCEPT: self._accept_page(),
            Tab.LOG: self._log_page(),
            Tab.KEY: self._key_page(),
        }
        for page in self._pages.values():
            self._stack.addWidget(page)
        self._busy = Lines(role="row-title")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(14), theme.px(24), theme.px(14))
        column.setSpacing(theme.px(10))
        column.addLayout(row_of(PlainLabel(_("On a stick"), "page"), 1, *self.tabs.values()))
        column.addWidget(self._busy)
        column.addWidget(self._stack, 1)

    # --- a roster out -----------------------------------------------------------------------------

    def _make_page(self) -> QWidget:
        page = QWidget()
        left = Panel(_("What goes out"), margin=16, spacing=8)
        self.plant = Picker()
        self.plant.setAccessibleName(_("Plant"))
        self.issuer = QLineEdit()
        self.issuer.setMaxLength(120)
        self.issuer.setMinimumHeight(theme.px(52))
        self.issuer.setAccessibleName(_("Who makes the packet, as the gate shows it"))
        self.make = Button(_("Make the packet…"), "stick", "main")
        self._made, self._make_error = Lines(role="good", lines=3), Lines(role="error", lines=4)
        left.column.addWidget(PlainLabel(_("Plant"), "label"))
        left.column.addWidget(self.plant)
        left.column.addWidget(PlainLabel(_("Who makes the packet, as the gate shows it"), "label"))
        left.column.addWidget(self.issuer)
        left.column.addWidget(
            Lines(
                _(
                    "The packet has the plant's whole list, the answers to journals that came, what other gates did "
                    "in the last days. Only the ticked gates can open it."
                ),
                "muted",
                lines=4,
            )
        )
        for widget in (self._made, self._make_error):
            left.column.addWidget(widget)
        left.column.addStretch(1)
        left.column.addWidget(self.make)
        right = Panel(_("For which gates"), margin=16, spacing=8)
        self._no_gates = Lines(
            _("No gate yet. At the gate: page “Stick”, “This gate's key”. Type or paste the key here, once."),
            "muted",
            lines=3,
        )
        self.gates: Rows[GateRow] = Rows(lambda: GateView(self.gate_pressed.emit, self.gate_dropped.emit), spacing=8)
        self.key, self.name = QLineEdit(), QLineEdit()
        self.key.setPlaceholderText("age1…")
        self.key.setMaxLength(200)
        self.name.setMaxLength(120)
        self.name.setPlaceholderText(_("Title"))
        for field, text in ((self.key, _("The gate's key")), (self.name, _("The gate's name"))):
            field.setMinimumHeight(theme.px(52))
            field.setAccessibleName(text)
            field.returnPressed.connect(self._add_sent)
        self.add = Button(_("Add"), "admit", size=52)
        self.from_file = Button(_("From a file…"), "list", size=52)
        self._add_error = Lines(role="error", lines=3)
        self.add.clicked.connect(self._add_sent)
        self.from_file.clicked.connect(self._choose_key)
        right.column.addWidget(self._no_gates)
        right.column.addWidget(self.gates, 1)
        right.column.addWidget(PlainLabel(_("One more gate: its key, and its name"), "label"))
        right.column.addLayout(row_of(self.key, self.name))
        right.column.addLayout(row_of(self.add, self.from_file, 1))
        right.column.addWidget(self._add_error)
        line = QHBoxLayout(page)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(14))
        line.addWidget(left, 2)
        line.addWidget(right, 3)
        self.plant.activated.connect(lambda number: self.plant_chosen.emit(str(self.plant.itemData(number) or "")))
        self.issuer.editingFinished.connect(lambda: self.issuer_named.emit(self.issuer.text()))
        self.make.clicked.connect(self._choose_made)
        return page

    def _add_sent(self) -> None:
        self.gate_added.emit(self.key.text(), self.name.text())

    def _choose_key(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(self, _("The gate's key"), str(Path.home()), _("Text") + " (*.txt)")
        if path:
            self.key_file_chosen.emit(Path(path), self.name.text())

    def _choose_made(self) -> None:
        path = self._save_as(_("Roster packet"), self._file)
        if path is not None:
            self.make_chosen.emit(path)

    def _save_as(self, title: str, name: str) -> Path | None:
        path, _kind = QFileDialog.getSaveFileName(
            self, title, str(Path.home() / f"{name}{ENDING}"), _("Packets") + f" (*{ENDING})"
        )
        return Path(path) if path else None

    # --- journals in ------------------------------------------------------------------------------

    def _accept_page(self) -> QWidget:
        page = QWidget()
        self.choose = Button(_("Choose journal packets…"), "import", "main", size=60)
        self.answer = Button(
            _("Make the answer…"), "stick", size=60, hint=_("A packet that tells the gates what arrived")
        )
        self.choose.clicked.connect(self._choose_journals)
        self.answer.clicked.connect(self._choose_answer)
        self._answered, self._accept_error = Lines(role="good", lines=2), Lines(role="error", lines=4)
        self._nothing = EmptyPlace("import", size=64)
        self._nothing.present(
            _("Choose the gates' packets, or drop them here"),
            _("One or many at once, as often as they come: nothing counts twice. Then make the answer for the gates."),
        )
        self.came: Rows[CameRow] = Rows(CameView, spacing=8)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(row_of(self.choose, self.answer, 1))
        for widget in (self._answered, self._accept_error):
            column.addWidget(widget)
        column.addWidget(self._nothing, 1)
        column.addWidget(self.came, 1)
        return page

    def _choose_journals(self) -> None:
        kinds = _("Packets") + f" (*{ENDING} *.age);;" + _("All files") + " (*)"
        paths, _kind = QFileDialog.getOpenFileNames(self, _("Journal packets"), str(Path.home()), kinds)
        if paths:
            self.files_chosen.emit([Path(one) for one in paths])

    def _choose_answer(self) -> None:
        path = self._save_as(_("The answer for the gates"), f"answer-{self._file}")
        if path is not None:
            self.answer_chosen.emit(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.files_chosen.emit(files)

    # --- what was done, and the key ---------------------------------------------------------------

    def _log_page(self) -> QWidget:
        page = QWidget()
        self._no_log = EmptyPlace("list", size=64)
        self._no_log.present(_("Nothing was handed over yet"), _("Every packet made or taken on this PC stands here."))
        self.log: Rows[tuple[str, str]] = Rows(LogView)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._no_log, 1)
        column.addWidget(self.log, 1)
        return page

    def _key_page(self) -> QWidget:
        self.card = KeyCard(
            _("This PC's key"),
            _(
                "Tell the gates these four words once, by telephone or on paper. A gate shows the same words before it "
                "takes your first packet: if one word differs, the packet is not yours."
            ),
            "organiser-key",
        )
        self.card.copied.connect(lambda: self.key_copied.emit())
        self.card.saved.connect(lambda path: self.key_saved.emit(path))
        return self.card

    # --- showing ----------------------------------------------------------------------------------

    def focus(self) -> None:
        """The keyboard goes to the part's main button."""
        chosen = next((tab for tab, button in self.tabs.items() if button.isChecked()), Tab.MAKE)
        {Tab.MAKE: self.plant, Tab.ACCEPT: self.choose, Tab.LOG: self.tabs[Tab.LOG], Tab.KEY: self.card.copy}[
            chosen
        ].setFocus()

    def present(self, state: PacketsState) -> None:
        """Shows this state from now on."""
        self._file = state.file
        for tab, button in self.tabs.items():
            button.setChecked(tab is state.tab)
        self._stack.setCurrentWidget(self._pages[state.tab])
        for label, text in (
            (self._busy, state.busy),
            (self._made, state.made),
            (self._make_error, state.make_error),
            (self._add_error, state.add_error),
            (self._answered, state.answered),
            (self._accept_error, state.accept_error),
        ):
            label.setText(text)
            reveal(label, bool(text))
        self.plant.present(state.plants, state.plant, _("No plant yet: take a list in first"))
        self.plant.setEnabled(bool(state.plants))
        if not self.issuer.hasFocus():
            self.issuer.setText(state.issuer)
        self.gates.present(state.gates)
        reveal(self._no_gates, not state.gates)
        if state.adding != self._adding:
            self._adding = state.adding
            self.key.clear()
            self.name.clear()
        self.make.setEnabled(state.can_make)
        self.choose.setEnabled(not state.busy)
        self.answer.setEnabled(state.can_answer)
        self.came.present(state.came)
        reveal(self.came, bool(state.came))
        reveal(self._nothing, not state.came)
        self.log.present(state.log)
        reveal(self.log, bool(state.log))
        reveal(self._no_log, not state.log)
        self.card.present(state.recipient, state.words, state.qr, state.key_says, state.key_error)
