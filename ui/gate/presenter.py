"""The gate page as a whole: what came, the field for a code or a name, today's lists, and the card."""

from __future__ import annotations

from collections.abc import Callable

from checkin.app import CameraState, Sight, Status
from checkin.desk.outcome import Direction, Outcome, Source
from checkin.domain.people import Right
from checkin.domain.ticket import short_holds, tidy_short
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from ui.gate import cards
from ui.gate.judging import Judging
from ui.gate.rows import recent_rows, tour_rows
from ui.gate.state import GateState
from ui.gate.takingback import TakingBack
from ui.gate.today import Today
from ui.gate.typed import is_code, wears_short
from ui.groups.presenter import GroupPresenter
from ui.ports import Facade, Presenter, Tone, Turn
from ui.status import camera_words


class GatePresenter(Presenter[GateState]):
    """Owns the gate page's state."""

    def __init__(
        self,
        app: Facade,
        turn: Turn,
        *,
        sound: Callable[[Tone], None] = lambda _tone: None,
        find: Callable[[str], None] = lambda _query: None,
        group: GroupPresenter | None = None,
    ) -> None:
        super().__init__()
        self.group = group or GroupPresenter(app, turn, sound=sound)
        self._app, self._find = app, find
        self._direction = Direction.IN
        self._status: Status = app.status()
        self._typed = ""
        self._today = Today(app, turn, self._publish)
        self._judging = Judging(app, turn, self.group, sound, self._publish)
        self._taking_back = TakingBack(app, turn, self._judging.taken_back, self._judging.failed)

    # Intents

    def sight_came(self, sight: Sight) -> None:
        """What is in front of the camera together now; told before the codes themselves."""
        self._judging.sight_came(sight, self._direction)

    def code_scanned(self, text: str, source: Source, direction: Direction | None = None) -> None:
        """A code came in; the direction is the page's unless it is given."""
        self._judging.scanned(text, source, direction or self._direction)

    def entry_changed(self, text: str) -> None:
        """The field for a code or a name holds this text now."""
        self._typed = text
        self._publish()

    def entry_submitted(self, text: str) -> None:
        """Enter in the field: a code is judged, anything else is looked for as a name."""
        text = text.strip()
        self._typed = ""
        if not text:
            self._publish()
        elif is_code(text):
            self.code_scanned((tidy_short(text) or text) if wears_short(text) else text, Source.TYPED)
        else:
            self._publish()
            self._find(text)

    def yes_pressed(self) -> None:
        """The operator has settled what the question asks for, or lets the group through."""
        if self.group.active:
            self.group.pass_pressed()
        else:
            self._judging.answered_with(yes=True)

    def no_pressed(self) -> None:
        """The operator does not let the visitor in, or puts the card of a group or set away."""
        shown = self._judging.shown
        if self.group.active:
            self.group.put_away()
        elif shown.asked is not None:
            self._judging.answered_with(yes=False)
        elif shown.company is not None:
            self._judging.put_away()

    def undo_pressed(self, event_id: str = "") -> None:
        """Take this event back; without an id, the card's, or else the newest one that can be taken back."""
        shown, scans = self._judging.shown, self._today.open_scans
        if event_id in ("", cards.WHOLE_GROUP) and shown.many is not None and shown.asked is None:
            title, events = shown.many
            shown.passed = None
            self._taking_back.many(title, events)
            self._publish()
            return
        identity = event_id or shown.event or (scans[0].event.id if scans else "")
        if identity:
            name = next((scan.name for scan in scans if scan.event.id == identity), "")
            if not name and identity == shown.event and shown.outcome is not None:
                name = shown.outcome.visitor_name
            self._taking_back.one(identity, name)

    def direction_chosen(self, direction: Direction) -> None:
        """From now on scans are entries, or exits."""
        self._direction = direction
        self._publish()

    def remained_pressed(self) -> None:
        """Those who remained inside stand at the gate now, or are looked for."""
        if self._today.remained and not self.group.active:
            self.group.opened(self._today.remained[0], Direction.OUT)
            self._publish()

    def outcome_came(self, outcome: Outcome) -> None:
        """An outcome that was made elsewhere is shown like one of this page's own."""
        self._judging.outcome_came(outcome)

    def card_put_away(self) -> None:
        """The card goes back to waiting for a visitor; a question that stands there goes with it, unanswered."""
        self._judging.put_away()

    def refreshed(self) -> None:
        """Something may have changed: status, counts, last scans."""
        self._status = self._app.status()
        self._publish()
        self._today.refreshed()

    # The state

    def _tell(self) -> GateState:
        status, now, today = self._status, self._app.clock.now(), self._today
        shown, waits, lines = self._judging.shown, len(self._judging.waiting), self._today.tours or []
        says, advice = camera_words(status)
        return GateState(
            card=shown.card(self._direction, busy=self._judging.answering),
            direction=self._direction,
            waiting=ngettext("{count} waits", "{count} wait", waits).format(count=waits) if waits else "",
            totals=today.totals,
            tours=tour_rows(sorted(lines, key=lambda line: line.tour.end < now), now),
            no_tours="" if lines or today.tours is None else _("No tours at this plant today"),
            recent=recent_rows(today.recent),
            hint=self._hint(),
            group=self.group.active,
            remained=cards.remained(today.remained),
            camera_on=status.camera is CameraState.ON,
            camera_says=says,
            camera_advice=advice,
            choose_camera=status.camera in (CameraState.OFF, CameraState.LOST, CameraState.ENDED)
            and self._app.people.may(Right.SETTINGS),
            ticket_set=shown.company.rows() if shown.company is not None else (),
        )

    def _hint(self) -> str:
        """What is wrong with the typed code, told before Enter."""
        if not wears_short(self._typed):
            return ""
        tidy = tidy_short(self._typed)
        return (
            _("A character of this code is wrong: compare it with the ticket") if tidy and not short_holds(tidy) else ""
        )
