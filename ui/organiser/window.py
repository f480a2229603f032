"""The organiser's window: a rail of four pages, and whose roster is worked on.

It is a program of its own beside the gate's window: a list of 100,000 rows never makes a scan wait.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from checkin import i18n
from checkin.i18n import gettext as _
from checkin.organising.office import Office, Place
from ui import theme
from ui.bridge import Bridge
from ui.controls import Button, ChoiceButton, Stack
from ui.organiser.lists.presenter import ListsPresenter
from ui.organiser.lists.view import ListsView
from ui.organiser.packets.presenter import PacketsPresenter
from ui.organiser.packets.view import PacketsView
from ui.organiser.ports import Page
from ui.organiser.season.presenter import SeasonPresenter
from ui.organiser.season.view import SeasonView
from ui.organiser.seen.presenter import SeenPresenter
from ui.organiser.seen.view import SeenView
from ui.organiser.tickets.presenter import TicketsPresenter
from ui.organiser.tickets.state import Part
from ui.organiser.tickets.view import TicketsView
from ui.shell import RailButton
from ui.text import Lines, PlainLabel, reveal

LIVE_MS = 20_000
"""The report is counted anew so often while it is in view."""
OTHER_LANGUAGE = {"ru": ("en", "English"), "en": ("ru", "Русский")}


class Frame(QMainWindow):
    """Rail and pages, in the language in use; made anew when that is another."""

    page_chosen = Signal(object)
    place_chosen = Signal(object)
    language_pressed = Signal()
    closing = Signal()

    def __init__(self, *, has_hub: bool) -> None:
        super().__init__()
        self.setWindowTitle(_("Prohodnaya: the organiser"))
        self.setWindowIcon(theme.icon("list", "accent", 64))
        self.setMinimumSize(QSize(1024, 640))
        self.setStyleSheet(theme.style_sheet(theme.scale(), "organiser"))
        self.lists, self.season, self.tickets, self.seen = ListsView(), SeasonView(), TicketsView(), SeenView()
        self.packets = PacketsView()
        self.pages: dict[Page, QWidget] = {
            Page.LISTS: self.lists,
            Page.SEASON: self.season,
            Page.TICKETS: self.tickets,
            Page.PACKETS: self.packets,
            Page.SEEN: self.seen,
        }
        names = {
            Page.LISTS: ("import", _("Lists in")),
            Page.SEASON: ("tours", _("Season")),
            Page.TICKETS: ("ticket", _("Tickets")),
            Page.PACKETS: ("stick", _("Stick")),
            Page.SEEN: ("chart", _("Report")),
        }
        self.buttons: dict[Page, RailButton] = {}
        self.stack = Stack()
        rail = QFrame()
        rail.setObjectName("rail")
        rail.setFixedWidth(theme.px(120))
        column = QVBoxLayout(rail)
        column.setContentsMargins(theme.px(8), theme.px(12), theme.px(8), theme.px(8))
        column.setSpacing(theme.px(6))
        for number, (page, (icon, name)) in enumerate(names.items(), 1):
            button = RailButton(icon, name, f"Ctrl+{number}")
            button.clicked.connect(lambda _checked=False, page=page: self.page_chosen.emit(page))
            self.buttons[page] = button
            column.addWidget(button)
            self.stack.addWidget(self.pages[page])
        column.addStretch(1)
        self.places = {Place.GATE: ChoiceButton(_("This PC"), size=48), Place.HUB: ChoiceButton(_("The hub"), size=48)}
        works = PlainLabel(_("Works on"), "label")
        column.addWidget(works)
        reveal(works, has_hub)
        for place, choice in self.places.items():
            choice.clicked.connect(lambda _checked=False, place=place: self.place_chosen.emit(place))
            column.addWidget(choice)
            reveal(choice, has_hub)
        other = OTHER_LANGUAGE[i18n.language()][1]
        self.language = Button(other, size=44)
        self.language.setAccessibleName(_("Language") + f": {other}")
        self.language.clicked.connect(lambda: self.language_pressed.emit())
        column.addWidget(self.language)
        self.note = Lines(role="hint", lines=2)
        ground = QWidget()
        ground.setObjectName("ground")
        body = QVBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(self.note)
        body.addWidget(self.stack, 1)
        line = QHBoxLayout(ground)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(rail)
        line.addLayout(body, 1)
        self.setCentralWidget(ground)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)


class OrganiserProgram:
    """The window put together.  ``frame`` is the present one; another after the language was changed."""

    frame: Frame

    def __init__(self, office: Office, *, size: QSize | None = None) -> None:
        self.office = office
        i18n.use(office.settings.language)
        self.bridge = Bridge()
        self.lists = ListsPresenter(office, self.bridge, self._changed)
        self.season = SeasonPresenter(office, self.bridge, self._changed)
        self.tickets = TicketsPresenter(office, self.bridge, self._changed)
        self.packets = PacketsPresenter(office, self.bridge)
        self.seen = SeenPresenter(office, self.bridge)
        self.page = Page.LISTS
        self._live = QTimer()
        self._live.setInterval(LIVE_MS)
        self._live.timeout.connect(self._look)
        self._build(size or QApplication.primaryScreen().availableSize())
        self._live.start()

    def _build(self, size: QSize) -> None:
        theme.use_scale(theme.fitting_scale(size.width(), size.height()))
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.apply(application)
        self.frame = frame = Frame(has_hub=self.office.has_hub)
        frame.page_chosen.connect(self._page_chosen)
        frame.place_chosen.connect(self._place_chosen)
        frame.language_pressed.connect(lambda: self.bridge.post(self._another_language))
        frame.closing.connect(self.closing)
        self._connect_lists(frame.lists)
        self._connect_season(frame.season)
        self._connect_tickets(frame.tickets)
        self._connect_packets(frame.packets)
        seen = self.seen
        frame.seen.table_chosen.connect(seen.table_chosen)
        frame.seen.compare_chosen.connect(seen.compare_chosen)
        frame.seen.report_chosen.connect(seen.report_chosen)
        frame.seen.dataset_chosen.connect(seen.dataset_chosen)
        self.lists.attach(frame.lists.present)
        self.season.attach(frame.season.present)
        self.tickets.attach(frame.tickets.present)
        self.packets.attach(frame.packets.present)
        seen.attach(frame.seen.present)
        frame.note.setText(self.office.note)
        reveal(frame.note, bool(self.office.note))
        frame.resize(size)
        self.open_page(self.page)

    def _connect_lists(self, view: ListsView) -> None:
        lists = self.lists
        view.file_chosen.connect(lists.file_chosen)
        view.sheet_chosen.connect(lists.sheet_chosen)
        view.column_said.connect(lists.column_said)
        view.mapping_chosen.connect(lists.mapping_chosen)
        view.mapping_named.connect(lists.mapping_named)
        view.plant_chosen.connect(lists.plant_chosen)
        view.tour_chosen.connect(lists.tour_chosen)
        view.check_pressed.connect(lists.check_pressed)
        view.take_pressed.connect(lists.take_pressed)
        view.cancel_pressed.connect(lists.cancel_pressed)
        view.back_pressed.connect(lists.back_pressed)
        view.kind_chosen.connect(lists.kind_chosen)
        view.query_changed.connect(lists.query_changed)
        view.reason_chosen.connect(lists.reason_chosen)
        view.revoke_pressed.connect(lists.revoke_pressed)
        view.correction_chosen.connect(lists.correction_chosen)

    def _connect_season(self, view: SeasonView) -> None:
        season = self.season
        view.sheet_chosen.connect(season.sheet_chosen)
        view.query_changed.connect(season.query_changed)
        view.row_chosen.connect(season.row_chosen)
        view.add_pressed.connect(season.add_pressed)
        view.keep_pressed.connect(season.keep_pressed)
        view.remove_pressed.connect(season.remove_pressed)
        view.remove_answered.connect(season.remove_answered)
        view.template_chosen.connect(season.template_chosen)
        view.export_chosen.connect(season.export_chosen)
        view.workbook_chosen.connect(season.workbook_chosen)
        view.trial_answered.connect(season.trial_answered)

    def _connect_tickets(self, view: TicketsView) -> None:
        tickets = self.tickets
        view.part_chosen.connect(tickets.part_chosen)
        view.cancel_pressed.connect(tickets.cancel_pressed)
        issuing, anew, keys = view.issuing, view.anew, view.keys
        issuing.query_changed.connect(tickets.order.query_changed)
        issuing.tour_pressed.connect(tickets.order.tour_pressed)
        issuing.all_pressed.connect(tickets.order.all_pressed)
        issuing.format_pressed.connect(tickets.order.format_pressed)
        issuing.language_chosen.connect(tickets.order.language_chosen)
        issuing.place_chosen.connect(tickets.order.place_chosen)
        issuing.issue_pressed.connect(tickets.order.issue_pressed)
        issuing.keys_wanted.connect(lambda: tickets.part_chosen(Part.KEYS))
        anew.query_changed.connect(tickets.holders.query_changed)
        anew.ticket_pressed.connect(tickets.holders.ticket_pressed)
        anew.shown_pressed.connect(tickets.holders.shown_pressed)
        anew.asked.connect(tickets.asked)
        anew.answered.connect(tickets.answered)
        view.verify.ticket_came.connect(tickets.ticket_came)
        keys.key_pressed.connect(tickets.key_pressed)
        keys.key_wanted.connect(tickets.key_wanted)
        keys.asked.connect(tickets.asked)
        keys.answered.connect(lambda yes, issuer, passphrase: tickets.answered(yes, "", passphrase, issuer))

    def _connect_packets(self, view: PacketsView) -> None:
        packets = self.packets
        view.tab_chosen.connect(packets.tab_chosen)
        view.plant_chosen.connect(packets.plant_chosen)
        view.issuer_named.connect(packets.issuer_named)
        view.gate_pressed.connect(packets.gate_pressed)
        view.gate_dropped.connect(packets.gate_dropped)
        view.gate_added.connect(packets.gate_added)
        view.key_file_chosen.connect(packets.key_file_chosen)
        view.make_chosen.connect(packets.make_chosen)
        view.files_chosen.connect(packets.files_chosen)
        view.answer_chosen.connect(packets.answer_chosen)
        view.key_copied.connect(packets.key_copied)
        view.key_saved.connect(packets.key_saved)

    def open_page(self, page: Page) -> None:
        """Brings a page into view, fresh."""
        self.page = page
        for each, button in self.frame.buttons.items():
            button.setChecked(each is page)
        for place, choice in self.frame.places.items():
            choice.setChecked(place is self.office.place)
        self.frame.stack.setCurrentWidget(self.frame.pages[page])
        self._refresh(page)

    def _page_chosen(self, page: Page) -> None:
        """A page that a person asked for has the keyboard, too."""
        self.open_page(page)
        match page:
            case Page.LISTS:
                self.frame.lists.choose.setFocus()
            case Page.SEASON:
                self.frame.season.query.setFocus()
            case Page.TICKETS:
                self.frame.tickets.focus_part(self.tickets.state.part)
            case Page.PACKETS:
                self.frame.packets.focus()
            case Page.SEEN:
                self.frame.seen.report.setFocus()

    def _refresh(self, page: Page) -> None:
        match page:
            case Page.LISTS:
                self.lists.opened()
            case Page.SEASON:
                self.season.opened()
            case Page.TICKETS:
                self.tickets.opened()
            case Page.PACKETS:
                self.packets.opened()
            case Page.SEEN:
                self.seen.opened()

    def _changed(self) -> None:
        """The roster is another: pages look anew when they come into view."""

    def _look(self) -> None:
        if self.page is Page.SEEN:
            self.seen.opened()

    def _place_chosen(self, place: Place) -> None:
        self.office.use(place)
        self.open_page(self.page)

    def _another_language(self) -> None:
        language = OTHER_LANGUAGE[i18n.language()][0]
        self.office.choose_language(language)
        i18n.use(language)
        old, size = self.frame, self.frame.size()
        old.blockSignals(True)
        self.lists.retold()
        self.season.retold()
        self.tickets.retold()
        self.packets.retold()
        shown = old.isVisible()
        self._build(size)
        if shown:
            self.frame.setGeometry(old.geometry())
            self.frame.show()
        old.hide()
        old.deleteLater()

    def show(self) -> None:
        """Puts the window on the screen."""
        self.frame.show()
        self.frame.activateWindow()

    def closing(self) -> None:
        """The window closes: what runs stops where it is."""
        self.lists.closing()
        self.tickets.closing()

    def shut(self) -> None:
        """No answer is waited for and no call comes any more."""
        self._live.stop()
        self.closing()
        self.bridge.shut()
