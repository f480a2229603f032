"""The settings page: place, camera, sound, language, guides' page, papers.  Each choice works at once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, ChoiceButton, Panel, Picker, row_of, scrolling
from ui.guides.view import GuidesPanel
from ui.ports import Tone
from ui.settings.keyplace import KeyPanel
from ui.settings.organiser import OrganiserPanel
from ui.settings.presenter import SettingsState
from ui.settings.safety import SafetyPanel
from ui.text import Lines, PlainLabel, reveal

LANGUAGES = (("ru", "Русский"), ("en", "English"))


class SettingsView(QWidget):
    """Shows a ``SettingsState``."""

    plant_chosen = Signal(str)
    gate_chosen = Signal(str)
    camera_chosen = Signal(str)
    cameras_wanted = Signal()
    sound_chosen = Signal(object)
    tone_tried = Signal(object)
    language_chosen = Signal(str)
    scanner_wanted = Signal()
    people_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.guides, self.safety, self.organiser = GuidesPanel(), SafetyPanel(), OrganiserPanel()
        self.key = KeyPanel()
        grid = QGridLayout()
        grid.setSpacing(theme.px(16))
        grid.addWidget(self._place_panel(), 0, 0)
        grid.addWidget(self._camera_panel(), 0, 1, 2, 1)
        grid.addWidget(self._voice_panel(), 1, 0)
        grid.addWidget(self.guides, 2, 0, 1, 2)
        grid.addWidget(self.safety, 3, 0)
        grid.addWidget(self._people_panel(), 3, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.key, 4, 0, 1, 2)
        grid.addWidget(self.organiser, 5, 0)
        grid.setRowStretch(6, 1)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(24), theme.px(18), theme.px(24), theme.px(14))
        column.setSpacing(theme.px(14))
        column.addWidget(PlainLabel(_("Settings"), "page"))
        column.addLayout(grid, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._area = scrolling(inner)
        whole.addWidget(self._area)

    def show_guides(self) -> None:
        """Brings the guides' panel into view."""
        self._area.ensureWidgetVisible(self.guides)
        self.guides.switch.setFocus()

    def show_place(self) -> None:
        """The keyboard goes to what the place lacks, as soon as the plants are known."""
        self._place_wanted = True
        self._focus_place()

    def _focus_place(self) -> None:
        wanted = self.gate if self.gate.isEnabled() else self.plant
        if self._place_wanted and wanted.isEnabled():
            self._place_wanted = False
            wanted.setFocus()

    def _place_panel(self) -> Panel:
        panel = Panel(_("Place"), spacing=8)
        self.plant = Picker()
        self.plant.setAccessibleName(_("Plant"))
        self.gate = Picker()
        self.gate.setAccessibleName(_("Gate"))
        self._gate_edit = edit = QLineEdit()
        self.gate.setEditable(True)
        self.gate.setLineEdit(edit)
        edit.setMaxLength(120)
        edit.setPlaceholderText(_("Choose or type a name"))
        self._place_says = Lines(role="warn", lines=3)
        for text, picker in ((_("Plant"), self.plant), (_("Gate"), self.gate)):
            panel.column.addWidget(PlainLabel(text, "label"))
            panel.column.addWidget(picker)
        panel.column.addWidget(self._place_says)
        panel.column.addStretch(1)
        self.plant.activated.connect(lambda number: self.plant_chosen.emit(str(self.plant.itemData(number) or "")))
        self.gate.activated.connect(lambda _number: self._gate_named())
        edit.editingFinished.connect(self._gate_named)
        return panel

    def _gate_named(self) -> None:
        text = self.gate.currentText()
        number = self.gate.findText(text)
        key = self.gate.itemData(number) if number >= 0 else None
        if key is None and text.strip():  # half of a known name is that gate, and of several none: no new gate
            wanted = text.strip().casefold()
            names = {str(self.gate.itemData(one)): self.gate.itemText(one) for one in range(self.gate.count())}
            alike = [one for one, name in names.items() if one and name.casefold().startswith(wanted)]
            same = [one for one in alike if names[one].casefold() == wanted] or alike
            if len(same) > 1:
                self.gate.showPopup()
                return
            key = same[0] if same else None
        chosen = str(key) if key is not None else text
        if chosen != self._gate_shown:
            self.gate_chosen.emit(chosen)

    def _camera_panel(self) -> Panel:
        panel = Panel(_("Camera"), spacing=8)
        self.camera = Picker()
        self.camera.setAccessibleName(_("Camera"))
        self._look = Button(_("Look again"), "sync", size=56)
        panel.column.addWidget(PlainLabel(_("Cameras of this PC"), "label"))
        panel.column.addWidget(self.camera)
        self._found = Lines(role="muted", lines=2)
        self._found.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        panel.column.addLayout(row_of(self._look, self._found))
        panel.column.addSpacing(theme.px(6))
        panel.column.addWidget(PlainLabel(_("Or another source: address (rtsp://, http://), file or folder"), "label"))
        self.address = QLineEdit()
        self.address.setMaxLength(1000)
        self.address.setMinimumHeight(theme.px(56))
        self.address.setAccessibleName(_("Address or file of the camera"))
        panel.column.addWidget(self.address)
        self._file = Button(_("File…"), "list", size=56)
        self._use = Button(_("Use it"), "camera", "main", size=56)
        panel.column.addLayout(row_of(self._use, self._file, 1))
        panel.column.addSpacing(theme.px(6))
        self._camera_says = Lines(role="good", lines=4)
        panel.column.addWidget(self._camera_says)
        panel.column.addStretch(1)
        self.scanner = Button(_("Set up and test"), "scanner", size=56)
        panel.column.addWidget(PlainLabel(_("Handheld scanner"), "label"))
        panel.column.addLayout(row_of(self.scanner, 1))
        self.scanner.clicked.connect(lambda: self.scanner_wanted.emit())
        self.camera.activated.connect(lambda number: self.camera_chosen.emit(str(self.camera.itemData(number) or "")))
        self._look.clicked.connect(lambda: self.cameras_wanted.emit())
        self._use.clicked.connect(lambda: self.camera_chosen.emit(self.address.text()))
        self.address.returnPressed.connect(lambda: self.camera_chosen.emit(self.address.text()))
        self._file.clicked.connect(self._choose_file)
        return panel

    def _people_panel(self) -> Panel:
        panel = Panel(_("People at the gate"), spacing=8)
        self.people = Button(_("People, PINs and badges"), "person", size=56)
        panel.column.addWidget(
            Lines(_("Who works here, what each may do, and what was done at this gate"), "muted", lines=3)
        )
        panel.column.addLayout(row_of(self.people, 1))
        panel.column.addStretch(1)
        self.people.clicked.connect(lambda: self.people_wanted.emit())
        return panel

    def _choose_file(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(self, _("Recording or picture"), str(Path.home()))
        if path:
            self.camera_chosen.emit(path)

    def _voice_panel(self) -> Panel:
        panel = Panel(_("Sound and language"), spacing=8)
        self.sound = ChoiceButton(_("Tones"), "sound", size=56)
        self._tones = [Button(text, kind="plain", size=56) for text in (_("Yes"), _("No"), _("Question"))]
        for button, tone in zip(self._tones, (Tone.YES, Tone.NO, Tone.QUESTION), strict=True):
            button.clicked.connect(lambda _checked=False, tone=tone: self.tone_tried.emit(tone))
        panel.column.addWidget(PlainLabel(_("Tones: switch them on, listen to them"), "label"))
        panel.column.addLayout(row_of(self.sound, *self._tones, 1))
        self._sound_note = Lines(role="warn", lines=2)
        panel.column.addWidget(self._sound_note)
        panel.column.addWidget(PlainLabel(_("Language"), "label"))
        self._languages: dict[str, ChoiceButton] = {}
        for code, name in LANGUAGES:
            button = ChoiceButton(name, size=56)
            button.setMinimumWidth(theme.px(150))
            button.clicked.connect(lambda _checked=False, code=code: self.language_chosen.emit(code))
            self._languages[code] = button
        panel.column.addLayout(row_of(*self._languages.values(), 1))
        panel.column.addStretch(1)
        self.sound.clicked.connect(lambda: self.sound_chosen.emit(not self.sound.isChecked()))
        return panel

    def present(self, state: SettingsState) -> None:
        """Shows this state from now on."""
        self.plant.present([(each.key, each.name) for each in state.plants], state.plant, _("Choose the plant"))
        self.plant.setEnabled(bool(state.plants))
        gates = [(each.key, each.name) for each in state.gates]
        if state.gate and all(key != state.gate and name != state.gate for key, name in gates):
            gates.append((state.gate, state.gate))
        key = next((key for key, name in gates if state.gate in (key, name)), "")
        self._gate_shown = key
        if not self._gate_edit.hasFocus() or state.gate:
            self.gate.present(gates, key)
        self.gate.setEnabled(bool(state.plant))
        self._place_says.setText(state.place_says)
        reveal(self._place_says, bool(state.place_says))
        cameras = [("", _("No camera: handheld scanner only")), *((each.key, each.name) for each in state.cameras)]
        self.camera.present(cameras, state.camera, _("Another source, see below"))
        found = _("Looking…") if state.looking else "" if state.cameras else _("No camera found on this PC.")
        self._found.setText(found)
        reveal(self._found, bool(found))
        self._look.setEnabled(not state.looking)
        other = state.camera if all(state.camera != each.key for each in state.cameras) else ""
        if not self.address.hasFocus():
            self.address.setText(other)
        self._camera_says.setText(state.camera_says)
        theme.restyle(self._camera_says, "role", {"ok": "good", "bad": "error"}.get(state.camera_tone, "muted"))
        self.sound.setChecked(state.sound)
        self._sound_note.setText(state.sound_note)
        reveal(self._sound_note, bool(state.sound_note))
        for button in self._tones:
            button.setEnabled(state.sound and not state.sound_note)
        self.safety.present(state.switches)
        for code, choice in self._languages.items():
            choice.setChecked(code == state.language)
        self._focus_place()

    _gate_shown = ""
    _place_wanted = False
