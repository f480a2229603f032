"""A window: a shell and its views, made anew as often as wanted on presenters that outlive them; what is in view.

What comes from outside the window, and what takes a decision, is not known here.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize
from PySide6.QtWidgets import QApplication, QWidget

from checkin.desk.outcome import Direction
from checkin.i18n import gettext as _
from ui import theme
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
from ui.scanner.status import StatusWithScanner
from ui.scanner.view import ScannerView
from ui.settings.keyplace import KeyPresenter
from ui.settings.presenter import SettingsPresenter
from ui.settings.view import SettingsView
from ui.shell import Shell
from ui.sync.presenter import SyncPresenter
from ui.sync.view import SyncView
from ui.tours.presenter import ToursPresenter
from ui.tours.view import ToursView
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


class Window(QObject):
    """``shell`` is the present window.  Whoever derives from this makes the presenters, before ``_make``."""

    gate: GatePresenter
    group: GroupPresenter
    find: FindPresenter
    tours: ToursPresenter
    sync: SyncPresenter
    packets: PacketsPresenter
    settings: SettingsPresenter
    key: KeyPresenter
    guides: GuidesPresenter
    scanner: ScannerPresenter
    welcome: WelcomePresenter
    status: StatusWithScanner
    alarm: Alarm
    door: Door

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

    def __init__(self, app: Facade, size: QSize | None) -> None:
        super().__init__()
        self.app = app
        self._size = size
        """What the window is to measure; None: as much as the screen has."""

    # How it is made

    def _make(self) -> None:
        """A new shell with new views, wired to the presenters that there are."""
        wanted = self._wanted()
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
        self._wire()

    def _wanted(self) -> QSize:
        return self._size or QApplication.primaryScreen().availableSize()

    def _wire(self) -> None:
        wire_gate(self.gate_view, self.gate)
        wire_group(self.group_view, self.group)
        wire_find(self.find_view, self.find)
        wire_sync(self.sync_view, self.sync)
        wire_packets(self.packets_view, self.packets)
        wire_settings(self.settings_view, self.settings)
        wire_key(self.settings_view.key, self.key)
        wire_guides(self.settings_view.guides, self.guides)
        wire_scanner(self.scanner_view, self.scanner)

    def _attach(self) -> None:
        """Shows on the new views what the presenters know."""
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
        self.shell.resize(self._wanted())

    # Which view stands in front

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

    def _show_scanner(self, wanted: bool) -> None:
        """The scanner's page stands where the settings are."""
        if wanted:
            self.scanner.opened()
            self.scanner_view.back.setFocus()
        elif self.scanner.active:
            self.scanner.left()
        self._settings_front.setCurrentWidget(self.scanner_view if wanted else self.settings_view)

    # What the pages show, and what was typed on them

    def _page_refreshed(self) -> None:
        """The page in view shows what changed; the gate and the roll-call are told whatever is in view."""
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

    def _guides_looked_at(self) -> None:
        """Nobody tells that a phone has logged in."""
        if self.shell.page is Page.SETTINGS:
            self.guides.refreshed()

    def _typed_forgotten(self) -> None:
        """What somebody typed is not for whoever comes next."""
        self.gate_view.field.clear()
        self.gate.entry_changed("")
        self.find_view.field.clear()
        self.find.query_changed("")
