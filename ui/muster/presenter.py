"""The alarm: two touches raise it, one list serves everybody, every mark is written at once.

It needs no camera, no hub and no log-in.  A mark is seen at once and asked for again from the store soon after; one
that could not be written is taken back from the screen and said.
"""

from __future__ import annotations

from collections.abc import Callable

from checkin.desk.musters import MusterList, Presented
from checkin.domain.admission import Recognised
from checkin.domain.events import AttendanceEvent
from checkin.domain.muster import OVERDUE, SAFE, Mark
from checkin.domain.people import Right
from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from checkin.reports.printing import Printed, SavedOnly
from ui.muster.state import Mode, MusterRow, MusterState, rows_of
from ui.ports import Facade, Presenter, Tone, Turn

ARMED_S = 12.0
"""A touched alarm that nobody confirms goes back to sleep."""
REST_S = 0.7
"""The list of a full plant costs something; changes that come together are one look."""


class MusterPresenter(Presenter[MusterState]):
    """Owns the state of the alarm.  ``open_page`` brings the list to the front."""

    def __init__(
        self,
        app: Facade,
        turn: Turn,
        open_page: Callable[[], None] = lambda: None,
        sound: Callable[[Tone], None] = lambda _tone: None,
    ) -> None:
        super().__init__()
        self._sound = sound
        self._app, self._turn, self._open_page = app, turn, open_page
        self._listed: MusterList | None = None
        self._marks: dict[str, Mark] = {}
        self._only_missing = self._stranger = False
        self._asking = self._says = self._trouble = ""
        self._raising = self._looking = self._look_again = self._sheet_due = False
        self._rows: tuple[MusterRow, ...] = ()
        self._disarm: Callable[[], None] = lambda: None
        self.raised_here: Callable[[str], None] = lambda _alarm: None
        self.ended_here: Callable[[], None] = lambda: None

    @property
    def on(self) -> bool:
        """Whether a muster is on."""
        listed = self._listed
        return listed is not None and listed.muster is not None and listed.muster.on

    # Intents

    def alarm_pressed(self) -> None:
        """The button in the corner, or its key: asks in place, unless a real alarm is on already."""
        if self.on and self._mode() is Mode.REAL:
            self._open_page()
            return
        self._ask("alarm")

    def clear_pressed(self) -> None:
        """The muster shall end."""
        if not self.on:
            return
        if self._app.people.may(Right.ALL_CLEAR):
            self._ask("clear")
        elif self._app.people.locked:
            self._wrong(
                _("The all-clear is given by who has logged in: touch the lock beside the alarm, then come back")
            )
        else:
            self._wrong(_("You may not give the all-clear. Ask an operator or a supervisor to log in"))

    def cancelled(self) -> None:
        """It was a slip."""
        self._ask("")

    def raised(self, *, drill: bool) -> None:
        """The second touch."""
        self._ask("")
        if self._raising:
            return
        self._raising = True
        self._says, self._trouble, self._only_missing = _("The list is being printed…"), "", False
        self._turn.deliver(self._app.musters.raise_alarm(drill=drill), self._raised, self._failed)
        self._open_page()
        self._publish()

    def cleared(self) -> None:
        """The second touch of the all-clear: the muster is over, and its report is made."""
        self._ask("")
        self._turn.deliver(self._app.musters.all_clear(), lambda _event: self._over(), self._failed)

    def marked(self, subject: str, mark: Mark) -> None:
        """Somebody was looked for; a second touch of the same mark takes it for a slip: not found."""
        if not self.on or subject.startswith("?"):
            return
        before = self._mark_of(subject)
        if before is mark:
            mark = Mark.NOT_FOUND
        if before is mark:
            return
        self._marks[subject] = mark
        self._trouble = ""
        self._turn.deliver(
            self._app.musters.mark(subject, mark),
            lambda _event: self.refreshed(),
            lambda error: self._mark_failed(subject, error),
        )
        self._make_rows()
        self._publish()

    def code_shown(self, text: str) -> None:
        """A ticket was scanned while people are looked for: its bearer is here."""
        self._turn.deliver(self._app.musters.ticket_shown(text), self._presented, self._failed)

    def filter_pressed(self) -> None:
        """Only those who are missing, or everybody."""
        self._only_missing = not self._only_missing
        self._make_rows()
        self._publish()

    def stranger_pressed(self) -> None:
        """Somebody stands here who is on no list."""
        self._stranger = not self._stranger
        self._publish()

    def stranger_named(self, name: str) -> None:
        """Their name."""
        if name.strip():
            self._stranger = False
            self._turn.deliver(
                self._app.musters.stranger(name), lambda _event: self._written(name.strip()), self._failed
            )
            self._publish()

    def print_pressed(self) -> None:
        """The list as it is now, on paper."""
        self._says = _("The list is being printed…")
        self._turn.deliver(self._app.musters.print_sheet(), self._printed, self._failed)
        self._publish()

    def report_pressed(self) -> None:
        """What came of the last muster, on paper."""
        self._says = _("The report is being made…")
        self._turn.deliver(self._app.musters.print_report(), self._printed, self._failed)
        self._publish()

    def refreshed(self) -> None:
        """Somebody may have come, gone or been marked, here or elsewhere."""
        if self._looking:
            self._look_again = True
            return
        self._looking, self._look_again = True, False
        self._turn.deliver(self._app.musters.listed(), self._came, self._look_failed)

    def second_passed(self) -> None:
        """The clock on the page."""
        listed = self._listed
        if listed is None or listed.muster is None or not self.on:
            return
        overdue_at = listed.muster.started_at + OVERDUE
        if listed.at < overdue_at <= self._app.clock.now():
            self.refreshed()
        self._publish()

    # What came back

    def _raised(self, alarm: AttendanceEvent) -> None:
        self._raising = False
        self.raised_here(alarm.id)
        self._marks.clear()
        self._sheet_due, self._looking = True, False  # now, though a look has just been
        self.refreshed()

    def _over(self) -> None:
        self.ended_here()
        self.refreshed()
        self.report_pressed()

    def _came(self, listed: MusterList | None) -> None:
        self._listed = listed
        if listed is not None:
            now = {person.subject: person.mark for section in listed.sections for person in section.people}
            self._marks = {one: mark for one, mark in self._marks.items() if one in now and now[one] is not mark}
        self._make_rows()
        self._turn.after(REST_S, self._rested)
        self._publish()
        if self._sheet_due and self.on:
            self._sheet_due = False
            self._turn.deliver(self._app.musters.print_sheet(listed), self._printed, self._failed)

    def _presented(self, shown: Presented) -> None:
        if shown.marked:
            self._says, self._trouble = _("Here: {name}").format(name=shown.name or _("No name")), ""
            self._sound(Tone.YES)
            self.refreshed()
        elif shown.recognised is not Recognised.TICKET:
            self._wrong(
                _("This code is on no list: nobody was marked. Find the person in the list, or touch “Not on the list”")
            )
        elif shown.heads:
            self._wrong(
                _("{name}: {count} came in on this ticket. Count them, then touch “Here” in the list").format(
                    name=shown.name or _("No name"), count=shown.heads
                )
            )
        else:
            self._wrong(
                _(
                    "{name} is not on the list of those inside: nobody was marked. Touch “Not on the list” to add them"
                ).format(name=shown.name or _("No name"))
            )

    def _written(self, name: str) -> None:
        self._says, self._trouble = _("Written beside the list: {name}").format(name=name), ""
        self.refreshed()

    def _wrong(self, what: str) -> None:
        self._says, self._trouble = "", what
        self._sound(Tone.NO)
        self._publish()

    def _rested(self) -> None:
        self._looking = False
        if self._look_again:
            self.refreshed()

    def _look_failed(self, error: CheckinError) -> None:
        self._trouble = str(error)
        self._turn.after(REST_S, self._rested)
        self._publish()

    def _mark_failed(self, subject: str, error: CheckinError) -> None:
        self._marks.pop(subject, None)
        self._make_rows()
        self._failed(error)

    def _failed(self, error: CheckinError) -> None:
        self._raising, self._says, self._trouble = False, "", str(error)
        self._publish()

    def _printed(self, paper: Printed | SavedOnly) -> None:
        good = isinstance(paper, Printed)
        self._says, self._trouble = (paper.message, "") if good else ("", paper.message)
        self._publish()

    # The state

    def _ask(self, what: str) -> None:
        self._disarm()
        self._disarm = lambda: None
        self._asking = what
        if what:
            self._disarm = self._turn.after(ARMED_S, self._slept)
        self._publish()

    def _slept(self) -> None:
        self._asking = ""
        self._publish()

    def _mark_of(self, subject: str) -> Mark | None:
        return next((row.mark for row in self._rows if row.subject == subject), None)

    def _make_rows(self) -> None:
        self._rows = rows_of(self._listed, self._marks, only_missing=self._only_missing) if self._listed else ()

    def _mode(self) -> Mode:
        running = self._listed.muster if self._listed is not None else None
        if running is None:
            return Mode.NONE
        if not running.on:
            return Mode.OVER
        return Mode.DRILL if running.drill else Mode.REAL

    def _tell(self) -> MusterState:
        listed, mode = self._listed, self._mode()
        inside = listed.inside if listed is not None else 0
        found = self._found()
        missing = inside - found
        corner = _("ALARM")
        if mode is Mode.REAL:
            corner = _("MISSING {count}").format(count=missing)
        elif mode is Mode.DRILL:
            corner = _("Drill: {count}").format(count=missing)
        return MusterState(
            mode=mode,
            headline={
                Mode.NONE: _("People inside"),
                Mode.OVER: _("People inside"),
                Mode.DRILL: _("DRILL"),
                Mode.REAL: _("ALARM"),
            }[mode],
            since=self._since(),
            facts=self._facts(),
            inside=inside,
            found=found,
            missing=missing,
            rows=self._rows,
            only_missing=self._only_missing,
            asking=self._asking,
            says=self._says,
            trouble=self._trouble,
            empty=self._empty(),
            stranger=self._stranger,
            corner=corner,
        )

    def _found(self) -> int:
        if self._listed is None or not self._listed.sections:
            return 0
        people = (person for section in self._listed.sections for person in section.people)
        return sum(one.heads for one in people if self._marks.get(one.subject, one.mark) in SAFE)

    def _since(self) -> str:
        listed = self._listed
        if listed is None or listed.muster is None:
            return ""
        held = listed.muster
        seconds = max(0, int(((held.ended_at or self._app.clock.now()) - held.started_at).total_seconds()))
        lasted = f"{seconds // 60}:{seconds % 60:02}"
        if held.on:
            return lasted
        return (_("The last drill lasted {time}") if held.drill else _("The last alarm lasted {time}")).format(
            time=lasted
        )

    def _facts(self) -> str:
        listed = self._listed
        if listed is None:
            return ""
        parts = []
        if listed.minors:
            parts.append(_("children: {count}").format(count=listed.minors))
        if listed.mobility:
            parts.append(_("♿ need help: {count}").format(count=listed.mobility))
        return " · ".join((*parts, listed.plant.name))  # the line is cut at its end: never the counts

    def _empty(self) -> str:
        if self._rows:
            return ""
        if self._listed is None:
            return _("Counting…") if not self._trouble else ""
        return _("Everybody was found") if self._listed.inside else _("Nobody is inside")
