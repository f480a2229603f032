"""The card of a group that stands at the gate.  Nothing is written before its one button, and then all of it at once.

Members are ticked, or scanned one by one; what must be asked is asked once.  Whoever is held by a question that came up
only with those who were ticked stays on the card, with that question.
"""

from __future__ import annotations

from collections.abc import Callable

from checkin import words
from checkin.desk.groups import Bearer, GroupCard, GroupResult, TicketUnfit
from checkin.desk.outcome import Direction, Source
from checkin.domain.admission import Ask, Reason
from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from checkin.reports.printing import Printed, SavedOnly
from ui.groups.form import Form
from ui.groups.opening import Passed, member_of
from ui.groups.state import GroupState, chips_of, detail_of
from ui.groups.ticks import Ticks
from ui.ports import Facade, Presenter, Tone, Turn


class GroupPresenter(Presenter[GroupState]):
    """Owns the group card's state.  ``passed`` gets what became of the group; ``closed`` is called when it is away."""

    def __init__(
        self,
        app: Facade,
        turn: Turn,
        *,
        sound: Callable[[Tone], None] = lambda _tone: None,
        passed: Callable[[Passed], None] = lambda _passed: None,
        closed: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._app, self._turn, self._sound = app, turn, sound
        self.passed, self.closed = passed, closed
        self._ticks: Ticks | None = None
        self._events: tuple[str, ...] = ()
        self._busy = False
        self._says = self._good = ""
        self._waiting = 0
        self._form: Form | None = None

    @property
    def active(self) -> bool:
        """Whether a group stands at the gate."""
        return self._ticks is not None

    @property
    def _card(self) -> GroupCard | None:
        return self._ticks.card if self._ticks is not None else None

    # Intents

    def opened(self, card: GroupCard, direction: Direction, text: str = "") -> None:
        """This group stands at the gate; ``text`` is the code that opened it."""
        self._ticks = ticks = Ticks(card, leaving=direction is Direction.OUT)
        self._events, self._busy, self._form = (), False, None
        self._says = self._good = ""
        if ticks.gone_before:
            self._says = _("This group has left already. Tick or scan those who come back in")
        shown = member_of(card, text) if text else None
        if shown is not None:
            self._says = ticks.shown(shown) or self._says
        self._sound(Tone.QUESTION)
        self._publish()

    def tour_opened(self, plant: str, tour: str, direction: Direction) -> None:
        """Everybody of a tour stands at the gate."""
        if not self._busy:
            self._turn.deliver(
                self._app.groups.open_tour(plant, tour),
                lambda card: self.opened(card, direction) if card is not None else None,
                lambda _error: None,
            )

    def code_shown(self, text: str, direction: Direction) -> bool:
        """A ticket was scanned while the card is open; False when it is not of this group and has to wait."""
        ticks = self._ticks
        if ticks is None or ticks.leaving != (direction is Direction.OUT):
            return False
        if self._form is not None and not self._busy:
            self._bearer_shown(ticks.card, text)
            return True
        shown = member_of(ticks.card, text)
        if shown is None:
            return False
        self._says = ticks.shown(shown)
        self._publish()
        return True

    def waiting_changed(self, count: int) -> None:
        """So many scans of others wait."""
        self._waiting = count
        self._publish()

    def member_pressed(self, identity: str) -> None:
        """A name was touched."""
        if self._ticks is not None and not self._busy and self._ticks.touched(identity):
            self._says = ""
            self._publish()

    def question_pressed(self, reason: Reason) -> None:
        """The operator settled this, or did not after all."""
        if self._ticks is not None and not self._busy:
            self._ticks.settled ^= {reason}
            self._publish()

    def one_by_one_pressed(self) -> None:
        """Only those who are scanned, or everybody again."""
        if self._ticks is not None and not self._busy:
            self._ticks.switched()
            self._publish()

    def read_one_by_one(self) -> None:
        """Only those whose tickets were read stand at the gate."""
        if self._ticks is not None and not self._ticks.one_by_one:
            self.one_by_one_pressed()

    def pass_pressed(self) -> None:
        """The one big button."""
        state, ticks = self.state, self._ticks
        if self._form is not None:
            self._send_form()
        elif ticks is not None and state.can_press:
            self._busy, self._says = True, ""
            ticked, settled = frozenset(ticks.ticked), frozenset(ticks.settled)
            future = (
                self._app.groups.let_out(ticks.card, ticked)
                if ticks.leaving
                else self._app.groups.admit(ticks.card, ticked, settled, Source.SCANNER)
            )
            self._turn.deliver(future, self._done, self._failed)
        self._publish()

    def put_away(self) -> None:
        """Escape: first the form, then the card; nothing was written."""
        if self._busy:
            return
        if self._form is not None:
            self._form = None
            self._publish()
        elif self._card is not None:
            self._close()

    def brief_pressed(self) -> None:
        """The group was briefed."""
        if self._card is not None and not self._busy:
            self._busy = True
            self._turn.deliver(self._app.groups.brief(self._card), lambda _none: self._renew(), self._failed)
            self._publish()

    def sheet_pressed(self) -> None:
        """The signature sheet, please."""
        if self._card is not None:
            self._good = _("The sheet is being made…")
            self._turn.deliver(self._app.groups.print_signatures(self._card), self._printed, self._failed)
            self._publish()

    def guest_pressed(self) -> None:
        """Somebody has come who is not on the list."""
        if self._card is not None and not self._busy:
            policy = self._card.tour.policy or self._card.plant.policy
            self._form = Form(supervisor_for=policy.supervisor_for)
            self._publish()

    def form_changed(self, **changes: str) -> None:
        """Fields of the form: name, instead_of, reason, note, supervisor."""
        if self._form is not None:
            self._form = self._form.changed(**changes)
            self._publish()

    # What came back

    def _done(self, result: GroupResult) -> None:
        self._busy = False
        self._events += tuple(event.id for event in result.events)
        asked = {visitor.id: verdict.reason for visitor, verdict in result.held if isinstance(verdict, Ask)}
        ticks = self._ticks
        assert ticks is not None
        if asked:
            ticks.held(result.card, asked)
            self._says = _("Still to be settled before they may go in:")
            self._sound(Tone.QUESTION)
            self._publish()
            return
        card, leaving = ticks.card, ticks.leaving
        held = tuple(f"{visitor.name}: {words.brief(verdict.reason)}" for visitor, verdict in result.held)
        came = sum(member.inside for member in card.members) if leaving else len(card.members)
        passed = Passed(
            leaving=leaving,
            went=len(self._events),
            of=max(came + (len(card.guests) if leaving else 0), len(self._events)),
            title=self._title(card),
            detail=detail_of(card),
            held=held,
            remained=result.card.remained if leaving else (),
            events=self._events,
        )
        self._sound(Tone.YES if passed.went else Tone.NO)
        self._ticks = None
        self._publish()
        self.passed(passed)

    def _failed(self, error: CheckinError) -> None:
        """The card stands as it was; what went wrong is said on it."""
        self._busy, self._good = False, ""
        if self._form is not None:
            self._form = self._form.changed(says=str(error))
        else:
            self._says = str(error)
        self._sound(Tone.NO)
        self._publish()

    def _printed(self, paper: Printed | SavedOnly) -> None:
        good = isinstance(paper, Printed)
        self._good, self._says = (paper.message, self._says) if good else ("", paper.message)
        self._publish()

    def _bearer_shown(self, card: GroupCard, text: str) -> None:
        """A ticket was scanned while the form is open: it is of whom the form is about."""
        member = member_of(card, text)
        if member is not None:
            self._form_says(_("{name} is of this group: go back and tick the name").format(name=member.visitor.name))
            return

        def found(bearer: Bearer) -> None:
            if self._form is not None and not self._busy:
                self._form = self._form.shown_by(bearer)
                self._publish()

        self._turn.deliver(self._app.groups.bearer(card, text), found, lambda error: self._form_says(_why_not(error)))

    def _form_says(self, words_: str) -> None:
        if self._form is not None:
            self._form = self._form.changed(says=words_)
            self._sound(Tone.NO)
            self._publish()

    def _send_form(self) -> None:
        form, card = self._form, self._card
        if form is None or card is None or not form.complete or self._busy:
            return
        self._busy = True
        groups = self._app.groups
        bearer = form.bearer
        future = (
            groups.take_along(card, bearer.text, form.name, form.said, form.supervisor)
            if bearer is not None
            else groups.substitute(card, form.instead_of, form.name, form.said, form.supervisor)
            if form.instead_of
            else groups.walk_in(card, form.name, form.said, form.supervisor)
        )
        name = form.name
        self._turn.deliver(future, lambda _event: self._guest_in(name), self._failed)

    def _guest_in(self, name: str) -> None:
        self._form = None
        self._good = _("Let in: {name}").format(name=name.strip())
        self._sound(Tone.YES)
        self._renew()

    def _renew(self) -> None:
        """The card as it is now; ticks stay."""
        card = self._card
        if card is None:
            return
        groups = self._app.groups
        again = (
            groups.open_group(card.plant.id, card.group.id)
            if card.group is not None
            else groups.open_tour(card.plant.id, card.tour.id)
        )
        self._turn.deliver(again, self._renewed, self._failed)

    def _renewed(self, card: GroupCard | None) -> None:
        self._busy = False
        if card is not None and self._ticks is not None:
            self._ticks.renewed(card)
        self._publish()

    def _close(self) -> None:
        self._ticks = None
        self._publish()
        self.closed()

    # The state

    def _title(self, card: GroupCard) -> str:
        return card.group.name if card.group is not None else _("The whole tour")

    def _tell(self) -> GroupState:
        ticks = self._ticks
        if ticks is None:
            return GroupState()
        card, leaving, questions = ticks.card, ticks.leaving, ticks.questions()
        count = len(ticks.ticked)
        policy = card.tour.policy or card.plant.policy
        settled = all(row.settled for row in questions)
        unbriefed = policy.briefing and not card.briefed and not leaving
        return GroupState(
            active=True,
            leaving=leaving,
            title=self._title(card),
            detail=detail_of(card),
            chips=chips_of(card),
            members=ticks.rows(),
            questions=questions,
            remain=ticks.remain(),
            says=self._says,
            good=self._good,
            waiting=ngettext("{count} waits", "{count} wait", self._waiting).format(count=self._waiting)
            if self._waiting
            else "",
            press=_press_words(ticks, settled=settled),
            can_press=bool(count) and settled and not self._busy,
            one_by_one=ticks.one_by_one,
            brief=_("Mark as briefed")
            if unbriefed and all(row.reason is not Reason.NEEDS_BRIEFING for row in questions)
            else "",
            form=self._form.shown(card, ticks.ticked, busy=self._busy) if self._form is not None else None,
        )


def _press_words(ticks: Ticks, *, settled: bool) -> str:
    count = len(ticks.ticked)
    if not count:
        return _("Nobody is ticked") if ticks.tickable else _("Everybody is through")
    if not settled:
        return _("Tick the checks first")
    return (_("Let {count} out") if ticks.leaving else _("Let {count} in")).format(count=count)


def _why_not(error: CheckinError) -> str:
    """Why nobody comes along on a ticket."""
    if not isinstance(error, TicketUnfit):
        return str(error)
    return ": ".join(part for part in (error.name, words.brief(error.reason)) if part)
