"""An alarm that was raised elsewhere, told on every page until somebody goes to the list.  No Qt.

Whoever raised the alarm here stands before the list already and is told nothing.  Its end is told as well, wherever it
was given, to everybody who was told of the alarm or worked at the list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checkin.domain.muster import Muster
from checkin.i18n import gettext as _
from checkin.i18n import local_time
from ui.muster.state import Mode
from ui.ports import Facade, Presenter, Tone

AGAIN_S = 3
"""So often the tone sounds again while nobody has answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeState:
    """What stands above every page: ``mode`` real, drill or over; none is nothing."""

    mode: Mode = Mode.NONE
    title: str = ""
    detail: str = ""
    press: str = ""


class NoticePresenter(Presenter[NoticeState]):
    """``sound`` plays a tone; ``open_list`` brings the roll-call to the front; ``came`` is called at each new alarm."""

    def __init__(
        self,
        app: Facade,
        *,
        sound: Callable[[Tone], None] = lambda _tone: None,
        open_list: Callable[[], None] = lambda: None,
        came: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._app, self._sound, self._open_list, self._came = app, sound, open_list, came
        self._held: Muster | None = None
        self._answered = ""
        self._over_told = True
        self._seconds = 0

    def refreshed(self, *, in_view: bool = False) -> None:
        """Something may have changed; who has the list in view needs not be told of the alarm."""
        before, self._held = self._held, self._app.status().muster
        held = self._held
        if in_view and held is not None and held.on:
            self._answered = held.alarm.id
        if held is not None and held.on:
            fresh = before is None or before.alarm.id != held.alarm.id or not before.on
            self._over_told = False
            if fresh:
                self._came()
                if self._told:
                    self._ring()
        elif held is not None and before is not None and before.on:
            self._came()
            if not self._over_told:
                self._sound(Tone.YES)
        self._publish()

    def known(self, alarm_id: str) -> None:
        """This alarm was raised here, or somebody went to its list."""
        self._answered = alarm_id
        self._publish()

    def ended_here(self) -> None:
        """The all-clear was given here."""
        self._over_told = True
        self._publish()

    def pressed(self) -> None:
        """The button: to the list, or the end was read."""
        if self._held is not None and self._held.on:
            self.known(self._held.alarm.id)
            self._open_list()
        else:
            self.ended_here()

    def second_passed(self) -> None:
        """Time for the tone again?"""
        if self._told:
            self._seconds += 1
            if self._seconds >= AGAIN_S:
                self._ring()

    @property
    def _told(self) -> bool:
        held = self._held
        return held is not None and held.on and held.alarm.id != self._answered

    def _ring(self) -> None:
        self._seconds = 0
        self._sound(Tone.ALARM)

    def _tell(self) -> NoticeState:
        held = self._held
        if held is None:
            return NoticeState()
        plant = self._app.status().plant
        zone = plant.tz if plant is not None else "Europe/Moscow"
        if self._told:
            raised = local_time(held.started_at, zone)
            where = _("Raised {time}, {gate}").format(
                time=raised, gate=self._app.status().named(held.alarm.gate) or _("another gate")
            )
            return NoticeState(
                mode=Mode.DRILL if held.drill else Mode.REAL,
                title=_("DRILL: everybody out") if held.drill else _("ALARM: everybody out"),
                detail=_("{where}. Let nobody in; look for everybody on the list").format(where=where),
                press=_("To the list"),
            )
        if held.ended_at is not None and not self._over_told:
            return NoticeState(
                mode=Mode.OVER,
                title=_("All clear"),
                detail=_("The alarm was ended {time}. Visitors may come in again").format(
                    time=local_time(held.ended_at, zone)
                ),
                press=_("Read"),
            )
        return NoticeState()
