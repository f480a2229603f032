"""The alarm put together: its presenters, the button in the corner, the strip, the bar and the page, on any window."""

from __future__ import annotations

from collections.abc import Callable

from checkin.i18n import gettext as _
from ui.muster.corner import AlarmButton, AlarmStrip
from ui.muster.notice import NoticePresenter, NoticeState
from ui.muster.noticebar import NoticeBar
from ui.muster.presenter import MusterPresenter
from ui.muster.state import MusterState
from ui.muster.view import MusterView
from ui.ports import Facade, Page, Tone, Turn
from ui.shell import Shell


class Alarm:
    """Lives as long as the program; ``build`` gives each new window its own button, strip and page."""

    view: MusterView
    button: AlarmButton
    strip: AlarmStrip
    bar: NoticeBar

    def __init__(
        self,
        app: Facade,
        turn: Turn,
        open_page: Callable[[], None],
        sound: Callable[[Tone], None] = lambda _tone: None,
    ) -> None:
        self.presenter = MusterPresenter(app, turn, open_page, sound)
        self.notice = NoticePresenter(app, sound=sound, open_list=open_page, came=self.presenter.refreshed)
        self.presenter.raised_here, self.presenter.ended_here = self.notice.known, self.notice.ended_here
        self._shell: Shell | None = None

    @property
    def asking(self) -> bool:
        """Whether the strip stands."""
        return bool(self.presenter.state.asking)

    def build(self, shell: Shell) -> None:
        """On this window from now on."""
        presenter = self.presenter
        self._shell = shell
        self.view, self.button, self.strip, self.bar = MusterView(), AlarmButton(), AlarmStrip(), NoticeBar()
        shell.add_page(Page.MUSTER, "alarm", _("Roll-call"), self.view)
        shell.set_corner(self.button)
        shell.set_strip(self.strip)
        shell.add_notice(self.bar)
        self.bar.pressed.connect(self.notice.pressed)
        self.button.clicked.connect(presenter.alarm_pressed)
        shell.alarm_wanted.connect(presenter.alarm_pressed)
        self.strip.alarm_chosen.connect(lambda: presenter.raised(drill=False))
        self.strip.drill_chosen.connect(lambda: presenter.raised(drill=True))
        self.strip.clear_chosen.connect(presenter.cleared)
        self.strip.cancelled.connect(presenter.cancelled)
        view = self.view
        view.marked.connect(presenter.marked)
        view.filter_pressed.connect(presenter.filter_pressed)
        view.print_pressed.connect(presenter.print_pressed)
        view.report_pressed.connect(presenter.report_pressed)
        view.clear_pressed.connect(presenter.clear_pressed)
        view.alarm_pressed.connect(presenter.alarm_pressed)
        view.stranger_pressed.connect(presenter.stranger_pressed)
        view.stranger_named.connect(presenter.stranger_named)

    def attach(self) -> None:
        """Shows the state on the present window."""
        self.presenter.attach(self._present)
        self.notice.attach(self._present_notice)

    def refreshed(self, *, in_view: bool) -> None:
        """Something may have changed; ``in_view`` says whether the page is."""
        self.notice.refreshed(in_view=in_view)
        if in_view or self.presenter.on:
            self.presenter.refreshed()

    def second_passed(self) -> None:
        """The clock on the page, and the tone of an alarm that nobody has answered."""
        self.presenter.second_passed()
        self.notice.second_passed()

    def _present_notice(self, state: NoticeState) -> None:
        self.bar.present(state)
        if self._shell is not None:
            self._shell.notice_changed()

    def _present(self, state: MusterState) -> None:
        self.view.present(state)
        self.button.present(state)
        self.strip.present(state)
        if self._shell is not None:
            self._shell.show_strip(shown=bool(state.asking))
