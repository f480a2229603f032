"""What the program does: when something changed, a code comes, or a button takes a decision; from start to shut.

Presenters live as long as the program; the window is built anew when the language or the size of things changes.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QLineEdit

from checkin import i18n
from checkin.desk.outcome import Direction, Source
from checkin.domain.people import Right
from checkin.people.badges import badge_in
from checkin.sync import invitation
from ui.arrivals import Arrivals
from ui.board.board import Board
from ui.bridge import Bridge
from ui.find.presenter import FindPresenter
from ui.gate.presenter import GatePresenter
from ui.groups.presenter import GroupPresenter
from ui.guides.presenter import GuidesPresenter
from ui.muster.alarm import Alarm
from ui.packets.presenter import PacketsPresenter
from ui.people.door import Door
from ui.ports import Facade, Page
from ui.scanner.presenter import ScannerPresenter
from ui.scanner.serial import SerialScanner, ports
from ui.scanner.status import StatusWithScanner
from ui.settings.cameras import look_for_cameras
from ui.settings.keyplace import KeyPresenter
from ui.settings.presenter import SettingsPresenter
from ui.sound import Sounds
from ui.sync.presenter import SyncPresenter
from ui.tours.presenter import ToursPresenter
from ui.watching import Watching
from ui.welcome.presenter import WelcomePresenter
from ui.window import Window

if TYPE_CHECKING:
    from ui.wedge import WedgeListener

REST_MS = 100
"""Changes that the app tells of are looked at together after so long."""
SECOND_MS = 1000
SOUNDS_AFTER_S = 0.2


class Program(Window):
    """Needs a QApplication.  ``shell`` is the present window; it may be another one after ``rebuild``."""

    def __init__(self, app: Facade, *, size: QSize | None = None) -> None:
        super().__init__(app, size)
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
        self.find = FindPresenter(app, self.bridge, self._admit_found, self._tour_leaves)
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
        self._make()
        self._connect()
        self._attach()
        self.shell.show_page(page)

    def _connect(self) -> None:
        """What takes a decision, or opens another page."""
        shell, gate = self.shell, self.gate
        shell.page_chosen.connect(self.open_page)
        shell.rescaled.connect(self._rescaled)
        shell.board_wanted.connect(lambda: self.board.toggled(self.shell))
        shell.closing.connect(self.board.close)
        shell.undo_wanted.connect(lambda: gate.undo_pressed())
        shell.yes_wanted.connect(gate.yes_pressed)
        shell.no_wanted.connect(self._no_pressed)
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

    # What changed elsewhere

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
        self._page_refreshed()
        self.alarm.refreshed(in_view=self.shell.page is Page.MUSTER)
        self.door.refreshed()
        self.board.presenter.refreshed()

    # What comes in

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

    # What is pressed

    def _find_name(self, query: str) -> None:
        self.find_view.field.setText(query)
        self.find.query_submitted(query)
        self.open_page(Page.FIND)

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

    def _tour_leaves(self, plant: str, tour: str, direction: Direction) -> None:
        self.open_page(Page.GATE)
        self.group.tour_opened(plant, tour, direction)

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
            case "packets":
                self.open_page(Page.PACKETS)
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
