"""The window put together: presenters that live as long as the program, and views that are built anew when the
language or the size of things changes.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, QTimer
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from checkin import i18n
from checkin.desk.outcome import Direction, Source
from checkin.domain.people import Right
from checkin.i18n import gettext as _
from checkin.people.badges import badge_in
from checkin.sync import invitation
from ui import theme
from ui.arrivals import Arrivals
from ui.board.board import Board
from ui.bridge import Bridge
from ui.controls import Stack
from ui.find.presenter import FindPresenter
from ui.find.view import FindView
from ui.gate.presenter import GatePresenter
from ui.gate.state import GateState
from ui.gate.view import GateView
from ui.groups.presenter import GroupPresenter
from ui.groups.state import GroupState
from ui.groups.view import GroupView
from ui.guides.presenter import GuidesPresenter
from ui.muster.alarm import Alarm
from ui.packets.presenter import PacketsPresenter
from ui.packets.view import PacketsView
from ui.people.door import Door
from ui.ports import Facade, Page
from ui.scanner.presenter import ScannerPresenter
from ui.scanner.serial import SerialScanner, ports
from ui.scanner.status import StatusWithScanner
from ui.scanner.view import ScannerView
from ui.settings.cameras import look_for_cameras
from ui.settings.keyplace import KeyPresenter
from ui.settings.presenter import SettingsPresenter
from ui.settings.view import SettingsView
from ui.shell import Shell
from ui.sound import Sounds
from ui.sync.presenter import SyncPresenter
from ui.sync.view import SyncView
from ui.tours.presenter import ToursPresenter
from ui.tours.view import ToursView
from ui.watching import Watching
from ui.welcome.presenter import WelcomePresenter, WelcomeState
from ui.welcome.view import WelcomeView
from ui.wiring import (
    wire_find,
    wire_gate,
    wire_group,
    wire_guides,
    wire_key,
    wire_packets,
    wire_scanner,
    wire_settings,
    wire_sync,
)

if TYPE_CHECKING:
    from ui.wedge import WedgeListener

log = logging.getLogger(__name__)

REST_MS = 100
"""Changes that the app tells of are looked at together after so long."""
SECOND_MS = 1000
SOUNDS_AFTER_S = 0.2


class Program(QObject):
    """Needs a QApplication.  ``shell`` is the present window; it may be another one after ``rebuild``."""

    shell: Shell
    gate_view: GateView
    group_view: GroupView
    find_view: FindView
    tours_view: ToursView
    sync_view: SyncView
    packets_view: PacketsView
    settings_view: SettingsView
    scanner_view: ScannerView
    welcome_view: WelcomeView

    def __init__(self, app: Facade, *, size: QSize | None = None) -> None:
        super().__init__()
        self.app = app
        self.bridge = Bridge(self)
        self.sounds = Sounds()
        self.sounds.on = app.settings.sound
        i18n.use(app.settings.language)
        self.group = GroupPresenter(app, self.bridge, sound=self.sounds.play)
        self.gate = GatePresenter(app, self.bridge, sound=self.sounds.play, find=self._find_name, group=self.group)
        self.alarm = Alarm(app, self.bridge, lambda: self.open_page(Page.MUSTER), self.sounds.play)
        self._watching = Watching(app.people.moved, self.alarm.presenter.alarm_pressed)
        self.board = Board(app, self.bridge)
        self.door = Door(
            app,
            self.bridge,
            open_page=self.open_page,
            lists_shown=lambda shown: self.gate_view.show_lists(shown=shown),
            shut=self._typed_forgotten,
            sound=self.sounds.play,
        )
        self.find = FindPresenter(app, self.bridge, self._admit_found)
        self.tours = ToursPresenter(app, self.bridge)
        self.sync = SyncPresenter(app, self.bridge)
        self.packets = PacketsPresenter(app, self.bridge)
        self.settings = SettingsPresenter(
            app,
            self.bridge,
            find_cameras=look_for_cameras,
            sound=self.sounds.play,
            sound_note=self.sounds.note,
            retold=lambda _language: self.bridge.post(self.rebuild),
        )
        self.key = KeyPresenter(app, self._leave)
        self.guides = GuidesPresenter(app, self.bridge)
        self.scanner = ScannerPresenter(app, self.bridge, find_ports=ports, port_state=lambda: self.serial.state)
        self.arrivals = Arrivals(self.bridge, self.gate, self.scanner, self._comes_in)
        self.serial = SerialScanner(self.arrivals.port_read, self._told)
        self.status = StatusWithScanner(app, self.sounds.note, lambda: self.serial.state)
        self.welcome = WelcomePresenter(app)
        self._size = size
        self.wedge: WedgeListener | None = None
        self._telling = threading.Event()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._refresh)
        self._second = QTimer(self)
        self._second.setInterval(SECOND_MS)
        self._second.timeout.connect(self.status.refreshed)
        self._second.timeout.connect(self.alarm.second_passed)
        self._second.timeout.connect(self._guides_looked_at)
        self._second.timeout.connect(self.board.presenter.second_passed)
        self._second.timeout.connect(self.door.second_passed)
        self._build(Page.GATE)
        app.listen(self._told)
        app.listen_codes(self.arrivals.camera_read)
        app.listen_sights(self.arrivals.camera_saw)
        self._second.start()
        self._refresh()

    # The window

    def _build(self, page: Page) -> None:
        """A new shell with new views on the presenters that there are."""
        screen = QApplication.primaryScreen().availableSize()
        wanted = self._size or screen
        theme.use_scale(theme.fitting_scale(wanted.width(), wanted.height()))
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.apply(application)
        self.shell = shell = Shell()
        self.gate_view, self.welcome_view = GateView(self.app.preview), WelcomeView()
        self.find_view, self.tours_view = FindView(), ToursView()
        self.sync_view, self.settings_view, self.scanner_view = SyncView(), SettingsView(), ScannerView()
        self.packets_view = PacketsView()
        self._settings_front = Stack()
        self._settings_front.addWidget(self.settings_view)
        self._settings_front.addWidget(self.scanner_view)
        self._front = Stack()
        self._front.addWidget(self.gate_view)
        self._front.addWidget(self.welcome_view)
        self.group_view = GroupView(self.app.preview)
        self._front.addWidget(self.group_view)
        shell.add_page(Page.GATE, "gate", _("Gate"), self._front)
        shell.add_page(Page.FIND, "find", _("Find"), self.find_view)
        shell.add_page(Page.TOURS, "tours", _("Tours"), self.tours_view)
        shell.add_page(Page.SYNC, "sync", _("Exchange"), self.sync_view)
        shell.add_page(Page.PACKETS, "stick", _("Stick"), self.packets_view)
        shell.add_page(Page.SETTINGS, "settings", _("Settings"), self._settings_front)
        self.door.build(shell, self._settings_front, self.settings_view)
        self.alarm.build(shell)
        self._connect()
        self._attach()
        shell.resize(wanted)
        shell.show_page(page)

    def _connect(self) -> None:
        shell, gate = self.shell, self.gate
        shell.page_chosen.connect(self.open_page)
        shell.rescaled.connect(self._rescaled)
        shell.board_wanted.connect(lambda: self.board.toggled(self.shell))
        shell.closing.connect(self.board.close)
        shell.undo_wanted.connect(lambda: gate.undo_pressed())
        shell.yes_wanted.connect(gate.yes_pressed)
        shell.no_wanted.connect(self._no_pressed)
        wire_gate(self.gate_view, gate)
        wire_group(self.group_view, self.group)
        wire_find(self.find_view, self.find)
        wire_sync(self.sync_view, self.sync)
        wire_packets(self.packets_view, self.packets)
        wire_settings(self.settings_view, self.settings)
        wire_key(self.settings_view.key, self.key)
        wire_guides(self.settings_view.guides, self.guides)
        wire_scanner(self.scanner_view, self.scanner)
        self.gate_view.camera_wanted.connect(lambda: self.open_page(Page.SETTINGS))
        self.welcome_view.action_pressed.connect(self._welcomed)
        self.tours_view.tour_chosen.connect(self._tour_chosen)
        self.tours_view.load_pressed.connect(lambda: self.open_page(Page.SYNC))
        self.tours_view.board_pressed.connect(lambda: self.board.toggled(self.shell))
        self.tours_view.guides_pressed.connect(self._guides_wanted)
        self.settings_view.sound_chosen.connect(self._sound_chosen)
        self.settings_view.scanner_wanted.connect(lambda: self._show_scanner(True))
        self.settings_view.organiser.wanted.connect(self.app.open_organiser)
        self.scanner_view.back_pressed.connect(lambda: self._show_scanner(False))

    def _no_pressed(self) -> None:
        if self.alarm.asking:
            self.alarm.presenter.cancelled()
        else:
            self.gate.no_pressed()

    def _tour_chosen(self, identity: str) -> None:
        plant = self.app.status().plant
        if plant is not None:
            self.open_page(Page.GATE)
            self.group.tour_opened(plant.id, identity, self.gate.state.direction)

    def _attach(self) -> None:
        self.gate.attach(self._present_gate)
        self.find.attach(self.find_view.present)
        self.tours.attach(self.tours_view.present)
        self.sync.attach(self.sync_view.present)
        self.packets.retold()
        self.packets.attach(self.packets_view.present)
        self.settings.attach(self.settings_view.present)
        self.key.attach(self.settings_view.key.present)
        self.guides.attach(self.settings_view.guides.present)
        self.scanner.attach(self.scanner_view.present)
        self._settings_front.setCurrentWidget(self.scanner_view if self.scanner.active else self.settings_view)
        self.status.attach(self.shell.present)
        self.welcome.attach(self._present_welcome)
        self.group.attach(self._present_group)
        self.alarm.attach()
        self.door.attach()

    def _present_welcome(self, state: WelcomeState) -> None:
        self.welcome_view.present(state)
        self._bring_forward()
        self.shell.guide_along(state.guide)

    def _present_gate(self, state: GateState) -> None:
        self.gate_view.present(state)
        self.group_view.show_camera(on=state.camera_on, leaving=state.direction is Direction.OUT)

    def _present_group(self, state: GroupState) -> None:
        self.group_view.present(state)
        before = self._front.currentWidget()
        self._bring_forward()
        if self._front.currentWidget() is before:
            return
        if state.active:
            self.group_view.focus_first()
        elif self.shell.page is Page.GATE:
            self.gate_view.field.setFocus()

    def _bring_forward(self) -> None:
        front: QWidget = self.gate_view
        if self.group.active:
            front = self.group_view
        elif self.welcome.state.active:
            front = self.welcome_view
        self._front.setCurrentWidget(front)

    def rebuild(self) -> None:
        """The window anew, in the language and size that are now in force; what was going on goes on."""
        i18n.use(self.app.settings.language)
        old = self.shell
        page, shown, state = old.page, old.isVisible(), old.windowState()
        self._size = old.size()
        old.blockSignals(True)
        self._build(page)
        if shown:
            self.shell.setGeometry(old.geometry())
            self.shell.setWindowState(state)
            self.shell.show()
            self.shell.activateWindow()
        old.hide()
        old.deleteLater()
        self._refresh()
        self.open_page(page)

    def _rescaled(self) -> None:
        self._size = self.shell.size()
        self.rebuild()

    def show(self) -> None:
        """Puts the window on the screen; what is slow to load comes after."""
        self.shell.show()
        self.shell.activateWindow()  # where no window manager gives the keyboard to a new window
        self.open_page(Page.GATE)
        self.bridge.after(0, self._after_show)

    def _after_show(self) -> None:
        from ui.wedge import WedgeListener

        self.wedge = WedgeListener(self._key_window, self.arrivals.wedge_read, self.scanner.key_came)
        self.wedge.install()
        self._watching.install()
        self.bridge.after(SOUNDS_AFTER_S, self._load_sounds)

    def _load_sounds(self) -> None:
        self.sounds.load()
        self.status.refreshed()

    def _key_window(self) -> QWindow | None:
        return self.board.key_window() or self.shell.windowHandle()

    def open_page(self, page: Page) -> None:
        """Brings a page into view, fresh, with the keyboard where it is wanted."""
        if page is not Page.SETTINGS:
            self._show_scanner(False)
        self.shell.show_page(page)
        self.door.page_changed()
        match page:
            case _ if self.app.people.locked and page is not Page.MUSTER:
                self.door.view.setFocus()
            case Page.GATE if self.group.active:
                self.group_view.focus_first()
            case Page.GATE if self.welcome.state.active:
                self.welcome_view.focus_step()
            case Page.GATE:
                self.gate_view.field.setFocus()
            case Page.FIND:
                self.find.refreshed()
                self.find_view.field.setFocus()
                self.find_view.field.selectAll()
            case Page.TOURS:
                self.tours.refreshed()
            case Page.MUSTER:
                self.alarm.refreshed(in_view=True)
                self.alarm.view.list.setFocus()
            case Page.SYNC:
                self.sync.refreshed()
            case Page.PACKETS:
                self.packets.opened()
                self.packets_view.focus()
            case Page.SETTINGS:
                self.settings.opened()
                self.key.refreshed()
                self.guides.refreshed()

    def _guides_wanted(self) -> None:
        self.open_page(Page.SETTINGS)
        self.settings_view.show_guides()

    def _guides_looked_at(self) -> None:
        """Nobody tells that a phone has logged in."""
        if self.shell.page is Page.SETTINGS:
            self.guides.refreshed()

    # What comes from elsewhere

    def _told(self) -> None:
        """The app says, from any thread, that something changed; many such words are one look."""
        if not self._telling.is_set():
            self._telling.set()
            self.bridge.post(self._rest.start)

    def _refresh(self) -> None:
        self._telling.clear()
        self.serial.use(self.app.settings.scanner_port, self.app.settings.scanner_speed)
        self.status.refreshed()
        self.welcome.refreshed()
        self.gate.refreshed()
        match self.shell.page:
            case Page.FIND:
                self.find.refreshed()
            case Page.TOURS:
                self.tours.refreshed()
            case Page.SYNC:
                self.sync.refreshed()
            case Page.PACKETS:
                self.packets.refreshed()
            case Page.SETTINGS:
                self.settings.refreshed()
                self.guides.refreshed()
                self.scanner.refreshed()
            case Page.GATE | Page.MUSTER:
                pass
        self.alarm.refreshed(in_view=self.shell.page is Page.MUSTER)
        self.door.refreshed()
        self.board.presenter.refreshed()

    def _show_scanner(self, wanted: bool) -> None:
        """The scanner's page stands where the settings are."""
        if wanted:
            self.scanner.opened()
            self.scanner_view.back.setFocus()
        elif self.scanner.active:
            self.scanner.left()
        self._settings_front.setCurrentWidget(self.scanner_view if wanted else self.settings_view)

    def _comes_in(self, text: str, source: Source) -> bool:
        """A verdict is always seen: the gate page comes to the front, unless somebody writes on another page."""
        if self.shell.page is Page.MUSTER and self.alarm.presenter.on and badge_in(text) is None:
            self.alarm.presenter.code_shown(text)  # nobody comes in while people are looked for: who shows it is here
            return False
        if self.door.took(text):
            return False
        if invitation.claims(text):
            if self.app.people.may(Right.SETTINGS):
                self.sync.invited(text)
                self.open_page(Page.SYNC)
            return False
        if not self.welcome.ticket_came():
            self.open_page(Page.GATE)
            return False
        focus = QApplication.focusWidget()
        writing = isinstance(focus, QLineEdit) and bool(focus.text()) and source is Source.CAMERA
        if self.shell.page is not Page.GATE and not writing:
            self.open_page(Page.GATE)
        return True

    def _admit_found(self, code: str, source: Source, direction: Direction) -> None:
        self.open_page(Page.GATE)
        if self.welcome.ticket_came():
            self.gate.code_scanned(code, source, direction)

    def _find_name(self, query: str) -> None:
        self.find_view.field.setText(query)
        self.find.query_submitted(query)
        self.open_page(Page.FIND)

    def _typed_forgotten(self) -> None:
        self.gate_view.field.clear()
        self.gate.entry_changed("")
        self.find_view.field.clear()
        self.find.query_changed("")

    def _sound_chosen(self, on: bool) -> None:
        self.sounds.on = on
        self.settings.sound_chosen(on)
        self.status.refreshed()

    def _welcomed(self, action: str) -> None:
        match action:
            case "import" | "enrol":
                self.open_page(Page.SYNC)
                field = self.sync_view.address if action == "enrol" else self.sync_view.importing.choose
                field.setFocus()
            case "organiser":
                self.app.open_organiser()
            case "place" | "camera":
                self.open_page(Page.SETTINGS)
                if action == "place":
                    self.settings_view.show_place()
                else:
                    self.settings_view.camera.setFocus()
            case _:
                self.welcome.finished_pressed()
                self.open_page(Page.GATE)

    def _leave(self) -> None:
        """The window closes, as by its own button."""
        self.shell.close()

    def shut(self) -> None:
        """No answer is waited for and no call comes any more."""
        self.board.close()
        self._watching.remove()
        self._second.stop()
        self._rest.stop()
        self.sync.closing()
        self.serial.stop()
        if self.wedge is not None:
            self.wedge.remove()
        self.bridge.shut()
