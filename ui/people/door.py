"""People put together for a window: the lock, the button that locks, which pages the person at the gate may see."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget

from checkin.domain.people import Right
from checkin.i18n import gettext as _
from ui.controls import Button
from ui.people.lock import LockPresenter, LockState
from ui.people.lockview import LockView
from ui.people.staff import StaffPresenter
from ui.people.staffview import StaffView
from ui.ports import Facade, Page, Tone, Turn
from ui.settings.view import SettingsView
from ui.shell import Shell
from ui.text import reveal

WANTED: dict[Page, tuple[Right, ...]] = {
    Page.GATE: (Right.SCAN,),
    Page.FIND: (Right.SEARCH,),
    Page.TOURS: (Right.GROUPS,),
    Page.SYNC: (Right.LISTS, Right.EXPORT),
    Page.PACKETS: (Right.PACKETS,),
    Page.SETTINGS: (Right.SETTINGS, Right.PEOPLE),
}
"""One of these opens a page; the roll-call is everybody's."""


class Door:
    """Lives as long as the program; ``build`` gives each new window its own lock.

    ``open_page`` brings a page into view, ``lists_shown`` shows or hides the gate page's lists of names, ``shut`` is
    told when the gate is locked: what somebody typed is not for whoever comes next.
    """

    view: LockView
    staff_view: StaffView
    button: Button

    def __init__(
        self,
        app: Facade,
        turn: Turn,
        *,
        open_page: Callable[[Page], None],
        lists_shown: Callable[[bool], None],
        shut: Callable[[], None],
        sound: Callable[[Tone], None],
    ) -> None:
        self._app, self._open_page, self._lists_shown, self._told_shut = app, open_page, lists_shown, shut
        self.staff = StaffPresenter(app, turn)
        self.lock = LockPresenter(app, turn, opened=self._opened, shut=self._shut, sound=sound)
        self._shell: Shell | None = None
        self._staffed = False
        """Whether the page of people is open."""

    def build(self, shell: Shell, settings: QStackedWidget, home: SettingsView) -> None:
        """On this window from now on; the page of people stands where the settings are."""
        self._shell, self._settings, self._home = shell, settings, home
        self.staff_view = StaffView()
        settings.addWidget(self.staff_view)
        self._connect_staff(self.staff_view)
        self.view = LockView()
        self.button = Button("", "lock", size=58, hint=_("Lock, or let somebody else log in (F10)"))
        shell.set_corner(self.button)
        shell.set_cover(self.view)
        shell.lock_wanted.connect(self._lock_pressed)
        self.button.clicked.connect(self._lock_pressed)
        self.view.chosen.connect(self.lock.chosen)
        self.view.typed.connect(self.lock.typed)
        self.view.erased.connect(self.lock.erased)
        self.view.submitted.connect(self.lock.submitted)

    def _connect_staff(self, view: StaffView) -> None:
        staff = self.staff
        self._home.people_wanted.connect(lambda: self._show_staff(wanted=True))
        view.back_pressed.connect(lambda: self._show_staff(wanted=False))
        view.person_pressed.connect(staff.person_pressed)
        view.role_chosen.connect(staff.role_chosen)
        view.saved.connect(staff.saved)
        view.badge_pressed.connect(staff.badge_pressed)
        view.badge_saved.connect(staff.badge_saved)
        view.removed.connect(staff.removed)
        view.unlocked.connect(staff.unlocked)
        view.log_wanted.connect(lambda tab: staff.log_wanted(wanted=tab != "people", overrides=tab == "overrides"))

    def _show_staff(self, *, wanted: bool) -> None:
        if wanted:
            self.staff.opened()
            self.staff_view.name.setFocus()
        else:
            self.staff.left()
        self._staffed = wanted
        self._settings.setCurrentWidget(self.staff_view if wanted else self._home)

    def attach(self) -> None:
        """Shows the state on the present window."""
        self.staff.attach(self.staff_view.present)
        self.lock.attach(self._present)
        self.refreshed()

    def refreshed(self) -> None:
        """Somebody may have come, gone or be somebody else."""
        self.lock.refreshed()
        self.page_changed()

    def second_passed(self) -> None:
        """Locks itself when nobody touches it, and counts the waiting down."""
        self.lock.second_passed()
        if self._app.people.lock_if_idle(self._app.settings.lock_after_min * 60):
            self.refreshed()

    def page_changed(self) -> None:
        """What is in view follows from who is there; while the gate is locked, only the roll-call is."""
        shell, people = self._shell, self._app.people
        if shell is None:
            return
        locked = people.locked
        for page, rights in WANTED.items():
            shell.show_entry(page, shown=any(people.may(right) for right in rights))
        shell.show_rail(shown=not locked)
        if shell.page is not Page.SETTINGS and self._staffed:
            self._show_staff(wanted=False)
        shell.show_cover(shown=locked and shell.page is not Page.MUSTER)
        reveal(self.button, people.known)
        self._lists_shown(people.may(Right.GROUPS))
        if locked and shell.page is not Page.MUSTER:
            self.view.setFocus()

    def took(self, text: str) -> bool:
        """Whether a scanned text was a badge, or came while the gate is locked."""
        taken = self.lock.took(text)
        if not taken:
            self._app.people.moved()
        return taken

    def _lock_pressed(self) -> None:
        if self._app.people.locked:
            self._open_page(Page.GATE)
        else:
            self.lock.lock_pressed()

    def _opened(self) -> None:
        self._open_page(Page.GATE)

    def _shut(self) -> None:
        self._told_shut()
        if self._shell is not None and self._shell.page is not Page.MUSTER:
            self._open_page(Page.GATE)

    def _present(self, state: LockState) -> None:
        self.view.present(state)
