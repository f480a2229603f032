"""The frame around the pages: rail on the left, banners above, status line below, one corner kept for the alarm.

Pages are told when they come into view; nothing in the frame knows what a page is about.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, Stack
from ui.ports import Page
from ui.status import StatusItem, StatusState
from ui.text import Lines, PlainLabel, reveal, tooltip

RESIZE_RESTS_MS = 300
BANNERS_SHOWN = 2
TONES = {"ok": "admit-bright", "plain": "muted", "warn": "ask", "bad": "refuse-bright"}


class RailButton(QPushButton):
    """A page's entry: an icon over a word."""

    def __init__(self, icon: str, text: str, key: str) -> None:
        super().__init__()
        self._icon_name = icon
        self.setCheckable(True)
        self.setFixedSize(theme.px(104), theme.px(80))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(text)
        self.setToolTip(tooltip(f"{text} ({key})"))
        self.setShortcut(QKeySequence(key))
        self._picture = PlainLabel()
        self._text = PlainLabel(text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.px(7), 0, theme.px(5))
        column.setSpacing(0)
        for label in (self._picture, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(label)
        self.toggled.connect(self._draw)
        self._draw(False)

    def nextCheckState(self) -> None:
        """What is checked is the page in view, not the button last pressed."""

    def _draw(self, checked: bool) -> None:
        self._picture.setPixmap(theme.picture(self._icon_name, "on-accent" if checked else "muted", theme.px(32)))
        theme.restyle(self._text, "checked", "yes" if checked else "no")


class StatusLabel(QWidget):
    """One fact of the status line: an icon and a few words."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = PlainLabel()
        self._text = PlainLabel()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(7))
        line.addWidget(self._picture)
        line.addWidget(self._text)

    def present(self, item: StatusItem) -> None:
        """Shows this fact."""
        self._picture.setPixmap(theme.picture(item.icon, TONES[item.tone], theme.px(22)))
        self._text.setText(item.text)
        theme.restyle(self._text, "tone", item.tone)
        self.setToolTip(tooltip(item.explained))
        self.setAccessibleName(item.text)


class Banner(QFrame):
    """A sentence that says what is wrong and what to do, across the window."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        picture = PlainLabel()
        picture.setPixmap(theme.picture("trouble", "on-ask", theme.px(26)))
        self.text = Lines(lines=3)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(14), theme.px(9), theme.px(14), theme.px(9))
        line.setSpacing(theme.px(12))
        line.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.text, 1)


class Guide(QFrame):
    """During the first start, on every page but the first: which step this is, and the way back to the steps."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("guide")
        self.text = Lines()
        self.back = Button(_("Back to the steps"), "gate", "main", size=52)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(16), theme.px(6), theme.px(6), theme.px(6))
        line.addWidget(self.text, 1)
        line.addWidget(self.back)


class Shell(QMainWindow):
    """The window.  ``add_page`` in the order of the rail."""

    page_chosen = Signal(object)
    closing = Signal()
    rescaled = Signal()
    undo_wanted = Signal()
    yes_wanted = Signal()
    no_wanted = Signal()
    alarm_wanted = Signal()
    lock_wanted = Signal()
    board_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(_("Prohodnaya"))
        self.setWindowIcon(theme.icon("gate", "accent", 64))
        self.setMinimumSize(QSize(1024, 640) * min(1.0, theme.scale()))  # never larger than a small screen
        self._buttons: dict[Page, RailButton] = {}
        self._pages: dict[Page, QWidget] = {}
        self._stack = Stack()
        self._banners: list[Banner] = []
        self._items: list[StatusLabel] = []
        ground = QWidget()
        ground.setObjectName("ground")
        self.setCentralWidget(ground)
        self._rail, self._rail_column = self._make_rail()
        self._banner_column = QVBoxLayout()
        self._banner_column.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        self._banner_column.setSpacing(theme.px(6))
        self.guide = Guide()
        self.guide.back.clicked.connect(lambda: self.page_chosen.emit(Page.GATE))
        self._banner_column.addWidget(self.guide)
        self._guided = ""
        self._notice: QWidget | None = None
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addLayout(self._banner_column)
        right.addWidget(self._stack, 1)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self._rail)
        middle.addLayout(right, 1)
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._work = QWidget()
        self._work.setLayout(middle)
        column.addWidget(self._work, 1)
        self._cover: QWidget | None = None
        self._status = self._make_status()
        column.addWidget(self._status)
        self._bottom = column
        for keys, signal in (("F1", self.yes_wanted), ("Ctrl+Z", self.undo_wanted)):
            QShortcut(QKeySequence(keys), self).activated.connect(signal)
        QShortcut(QKeySequence("F10"), self).activated.connect(self.lock_wanted)
        for keys, signal in (("F12", self.alarm_wanted), ("F9", self.board_wanted)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
            shortcut.activated.connect(signal)
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(RESIZE_RESTS_MS)
        self._resting.timeout.connect(self._rested)

    def _make_rail(self) -> tuple[QFrame, QVBoxLayout]:
        rail = QFrame()
        rail.setObjectName("rail")
        rail.setFixedWidth(theme.px(120))
        column = QVBoxLayout(rail)
        column.setContentsMargins(theme.px(8), theme.px(12), theme.px(8), theme.px(8))
        column.setSpacing(theme.px(6))
        column.addStretch(1)
        return rail, column

    def _make_status(self) -> QFrame:
        line = QFrame()
        line.setObjectName("status")
        line.setMinimumHeight(theme.px(50))
        line.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)  # no page cuts the alarm's button
        self._status_row = QHBoxLayout()
        self._status_row.setSpacing(theme.px(22))
        self._place, self._gate = Lines(role="place"), Lines()
        where = QVBoxLayout()
        where.setSpacing(0)
        where.addStretch(1)
        for label in (self._place, self._gate):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            where.addWidget(label)
        where.addStretch(1)
        self._clock = PlainLabel(role="clock")
        self._corner = QHBoxLayout()
        row = QHBoxLayout(line)
        row.setContentsMargins(theme.px(18), 0, theme.px(18), 0)
        row.setSpacing(theme.px(18))
        row.addLayout(self._status_row)
        row.addLayout(where, 1)
        row.addWidget(self._clock)
        row.addLayout(self._corner)
        return line

    def add_page(self, page: Page, icon: str, text: str, widget: QWidget) -> None:
        """Adds a page and its entry in the rail; its key is Ctrl and its number."""
        button = RailButton(icon, text, f"Ctrl+{len(self._buttons) + 1}")
        button.clicked.connect(lambda: self.page_chosen.emit(page))
        self._buttons[page] = button
        self._pages[page] = widget
        at_the_end = self._rail_column.count() if page is Page.SETTINGS else len(self._buttons) - 1
        self._rail_column.insertWidget(at_the_end, button)
        self._stack.addWidget(widget)

    def add_notice(self, widget: QWidget) -> None:
        """Something above every page, before the banners, while it is shown."""
        self._notice = widget
        self._banner_column.insertWidget(0, widget)

    def notice_changed(self) -> None:
        """It is shown now, or hidden."""
        self._set_top_margin()

    def set_corner(self, widget: QWidget) -> None:
        """Puts the one thing that is on every page into the corner bottom right."""
        self._corner.addWidget(widget)

    def set_cover(self, widget: QWidget) -> None:
        """Something that takes the place of rail and pages while it is shown; the status line and the alarm stay."""
        self._cover = widget
        self._bottom.insertWidget(1, widget, 1)
        widget.hide()

    def show_cover(self, *, shown: bool) -> None:
        """The cover's turn, or the pages'."""
        if self._cover is not None:
            reveal(self._work, not shown)
            reveal(self._cover, shown)

    def show_rail(self, *, shown: bool) -> None:
        """Without the rail nobody goes to another page."""
        reveal(self._rail, shown)

    def show_entry(self, page: Page, *, shown: bool) -> None:
        """A page's entry in the rail, for those who may see the page."""
        reveal(self._buttons[page], shown)

    def set_strip(self, widget: QWidget) -> None:
        """Something that takes the status line's place while it is shown."""
        self._bottom.addWidget(widget)

    def show_strip(self, *, shown: bool) -> None:
        """The strip's turn, or the status line's."""
        reveal(self._status, not shown)

    def show_page(self, page: Page) -> None:
        """Brings a page into view."""
        for each, button in self._buttons.items():
            button.setChecked(each is page)
        self._stack.setCurrentWidget(self._pages[page])
        self.guide_along(self._guided)

    def guide_along(self, text: str) -> None:
        """What the first start is at; empty once it is over."""
        self._guided = text
        self.guide.text.setText(text)
        reveal(self.guide, bool(text) and self.page is not Page.GATE)
        self._set_top_margin()

    @property
    def page(self) -> Page:
        """The page in view."""
        return next(page for page, widget in self._pages.items() if widget is self._stack.currentWidget())

    def present(self, state: StatusState) -> None:
        """Shows status line and banners."""
        while len(self._items) < len(state.items):
            label = StatusLabel()
            self._items.append(label)
            self._status_row.addWidget(label)
        for number, label in enumerate(self._items):
            reveal(label, number < len(state.items))
            if number < len(state.items):
                label.present(state.items[number])
        shown = state.banners[:BANNERS_SHOWN]
        while len(self._banners) < len(shown):
            banner = Banner()
            self._banners.append(banner)
            self._banner_column.addWidget(banner)
        for number, banner in enumerate(self._banners):
            reveal(banner, number < len(shown))
            if number < len(shown):
                banner.text.setText(shown[number])
        self._set_top_margin()
        self._place.setText(state.place)
        self._gate.setText(state.gate)
        self._clock.setText(state.clock)

    def _set_top_margin(self) -> None:
        told = self._notice is not None and not self._notice.isHidden()
        anything = told or not self.guide.isHidden() or any(not banner.isHidden() for banner in self._banners)
        self._banner_column.setContentsMargins(theme.px(16), theme.px(12) if anything else 0, theme.px(16), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that no field wanted is the no to a question."""
        if event.key() == Qt.Key.Key_Escape:
            self.no_wanted.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resting.start()

    def _rested(self) -> None:
        if theme.fitting_scale(self.width(), self.height()) != theme.scale():
            self.rescaled.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)
