"""Finding a visitor by name.  An answer to an older question never replaces the answer to a newer one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checkin.desk.outcome import Direction, Found, Source
from checkin.domain.headcount import State
from checkin.domain.visit import Flag
from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from checkin.i18n import local_day, local_time
from ui.ports import Facade, Presenter, Turn

PAUSE_S = 0.2
"""One looks only when the typing rests for so long."""
SHORTEST = 2
LIMIT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """A person.  ``kind`` is expected, inside or left; ``action`` the button's text, empty when there is none."""

    key: str
    name: str
    facts: str
    tour: str
    state: str
    kind: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindState:
    """``says`` and ``advice`` fill the page when there are no rows."""

    query: str
    rows: tuple[FoundRow, ...]
    says: str
    advice: str
    more: str


class FindPresenter(Presenter[FindState]):
    """Owns the find page's state.  ``admit`` takes a chosen person's code to the gate page.

    Who has no code, a walk-in, leaves by the card of those they came with: ``open_group`` gets plant, tour and way.
    """

    def __init__(
        self,
        app: Facade,
        turn: Turn,
        admit: Callable[[str, Source, Direction], None],
        open_group: Callable[[str, str, Direction], None] = lambda _plant, _tour, _direction: None,
    ) -> None:
        super().__init__()
        self._open_group = open_group
        self._app, self._turn, self._admit = app, turn, admit
        self._query = ""
        self._found: list[Found] | None = None
        self._trouble = ""
        self._number = 0
        self._cancel: Callable[[], None] = lambda: None

    def query_changed(self, text: str) -> None:
        """The field holds this text now."""
        self._query = text
        self._cancel()
        if len(text.strip()) < SHORTEST:
            self._number += 1
            self._found, self._trouble = None, ""
        else:
            self._cancel = self._turn.after(PAUSE_S, self._look)
        self._publish()

    def query_submitted(self, text: str) -> None:
        """Enter: looks at once."""
        self.query_changed(text)
        self._cancel()
        if len(text.strip()) >= SHORTEST:
            self._look()

    def action_pressed(self, key: str) -> None:
        """The button of a row: lets the person in, or out if they are inside."""
        for found in self._found or ():
            inside = found.stay.state is State.INSIDE
            if found.visitor.id == key and found.ticket is None and inside:
                self._open_group(found.plant.id, found.tour.id, Direction.OUT)
                return
            if found.visitor.id == key and found.ticket is not None:
                direction = Direction.OUT if inside else Direction.IN
                self._admit(found.ticket.code, Source.SEARCH, direction)
                return

    def refreshed(self) -> None:
        """Somebody may have come or gone."""
        if self._found is not None:
            self._look()
        else:
            self._publish()

    def _look(self) -> None:
        self._number += 1
        number = self._number

        def came(found: list[Found]) -> None:
            if number == self._number:
                self._found, self._trouble = found, ""
                self._publish()

        def failed(error: CheckinError) -> None:
            if number == self._number:
                self._found, self._trouble = None, str(error)
                self._publish()

        self._turn.deliver(self._app.search(self._query.strip(), LIMIT), came, failed)

    def _tell(self) -> FindState:
        rows = tuple(_row(found, self._app) for found in self._found or ())
        says = advice = ""
        if self._trouble:
            says, advice = _("The search did not work"), self._trouble
        elif not self._app.status().visitors:
            says, advice = _("There is no list yet"), _("Load one on the “Exchange” page, then look here for names.")
        elif self._found is None:
            says = _("Type the beginning of a name")
            advice = _("Surname, or surname and first name, in any order. Letters ё and е are the same here.")
        elif not rows:
            says = _("Nobody of this name")
            advice = _("Check the spelling, try the surname alone, or ask in whose name the visit was booked.")
        return FindState(
            query=self._query,
            rows=rows,
            says=says,
            advice=advice,
            more=_("Only the first {count} are shown: type more letters").format(count=LIMIT)
            if len(rows) >= LIMIT
            else "",
        )


def _row(found: Found, app: Facade) -> FoundRow:
    visitor, tour, zone = found.visitor, found.tour, found.plant.tz
    facts: list[str] = []
    if visitor.birth_year is not None:
        facts.append(_("born {year}").format(year=visitor.birth_year))
    if found.group is not None:
        facts.append(found.group.name)
    if found.ticket is None and found.stay.state is State.INSIDE:
        facts.append(_("not on the list"))
    facts += flag_words(visitor.flags)
    start = local_time(tour.start, zone)
    today = local_day(app.clock.now(), zone)
    day = local_day(tour.start, zone)
    state = {State.EXPECTED: _("expected"), State.INSIDE: _("inside"), State.LEFT: _("left")}[found.stay.state]
    inside = found.stay.state is State.INSIDE
    return FoundRow(
        key=visitor.id,
        name=visitor.name,
        facts=" · ".join(facts),
        tour=" · ".join(part for part in (start if day == today else f"{day}, {start}", tour.title) if part),
        state=state,
        kind=found.stay.state.value,
        action=_("Let out") if inside else _("Let in") if found.ticket is not None else "",
    )


def flag_words(flags: frozenset[Flag]) -> list[str]:
    """What the gate has to know about a visitor, in words."""
    said = {
        Flag.MINOR: _("minor"),
        Flag.ADULT: _("adult"),
        Flag.FOREIGN: _("foreign guest"),
        Flag.MOBILITY: _("needs help to walk"),
        Flag.DOCUMENT: _("check document"),
        Flag.CANCELLED: _("registration cancelled"),
    }
    return [said[flag] for flag in Flag if flag in flags]
