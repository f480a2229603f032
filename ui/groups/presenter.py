"""The card of a group that stands at the gate.  Nothing is written before its one button, and then all of it at once.

Members are ticked, or scanned one by one; what must be asked is asked once.  Whoever is held by a question that came up
only with those who were ticked stays on the card, with that question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checkin import words
from checkin.desk.groups import GroupCard, GroupResult, Member
from checkin.desk.outcome import Direction, Source
from checkin.domain.admission import Ask, Reason
from checkin.domain.headcount import State
from checkin.domain.ticket import tidy_short
from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from checkin.reports.printing import Printed, SavedOnly
from checkin.tickets.reading import interpretations
from ui.groups.form import Form
from ui.groups.state import (
    GroupState,
    MemberKind,
    MemberRow,
    QuestionRow,
    chips_of,
    detail_of,
    member_row,
    question_text,
)
from ui.ports import Facade, Presenter, Tone, Turn

SMALLEST = 2
"""A group of fewer people is scanned singly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What became of a group, for the verdict card: who went through, who did not and why, the events to take back."""

    leaving: bool
    went: int
    of: int
    title: str
    detail: str
    held: tuple[str, ...]
    remained: tuple[str, ...]
    events: tuple[str, ...]


def opened_by(card: GroupCard | None, text: str, direction: Direction) -> bool:
    """Whether a scan opens the card instead of letting one person through.

    A group of whom somebody is inside already is joined singly; a ticket that is no member's (a leader's) opens it.
    """
    if card is None or len(card.members) < SMALLEST:
        return False
    shown = member_of(card, text)
    if direction is Direction.OUT:
        return (card.inside >= SMALLEST and (shown is None or shown.inside)) or (shown is None and card.inside > 0)
    if shown is None:
        return card.coming > 0
    return card.inside == 0 and card.coming >= SMALLEST


def member_of(card: GroupCard, text: str) -> Member | None:
    """Whose ticket a text is, among the members."""
    text = text.strip()
    readings = {text, *interpretations(text), tidy_short(text) or text}
    folded = {reading.casefold() for reading in readings}
    for member in card.members:
        if {member.ticket.code.casefold(), member.ticket.short.casefold()} & folded - {""}:
            return member
    return None


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
        self._card: GroupCard | None = None
        self._leaving = False
        self._ticked: set[str] = set()
        self._scanned: set[str] = set()
        self._settled: set[Reason] = set()
        self._came_up: dict[str, Reason] = {}
        self._events: tuple[str, ...] = ()
        self._one_by_one = self._busy = False
        self._says = self._good = ""
        self._waiting = 0
        self._form: Form | None = None

    @property
    def active(self) -> bool:
        """Whether a group stands at the gate."""
        return self._card is not None

    # Intents

    def opened(self, card: GroupCard, direction: Direction, text: str = "") -> None:
        """This group stands at the gate; ``text`` is the code that opened it."""
        self._card, self._leaving = card, direction is Direction.OUT
        self._scanned, self._settled, self._came_up, self._events = set(), set(), {}, ()
        self._one_by_one = self._busy = False
        self._says = self._good = ""
        self._form = None
        self._tick_all()
        shown = member_of(card, text) if text else None
        if shown is not None:
            self._mark(shown)
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
        leaving = direction is Direction.OUT
        shown = member_of(self._card, text) if self._card is not None and leaving == self._leaving else None
        if shown is None:
            return False
        self._mark(shown)
        self._publish()
        return True

    def waiting_changed(self, count: int) -> None:
        """So many scans of others wait."""
        self._waiting = count
        self._publish()

    def member_pressed(self, identity: str) -> None:
        """A name was touched."""
        if identity in self._tickable() and not self._busy:
            self._ticked ^= {identity}
            self._says = ""
            self._publish()

    def question_pressed(self, reason: Reason) -> None:
        """The operator settled this, or did not after all."""
        if not self._busy:
            self._settled ^= {reason}
            self._publish()

    def one_by_one_pressed(self) -> None:
        """Only those who are scanned, or everybody again."""
        if self._busy:
            return
        self._one_by_one = not self._one_by_one
        if self._one_by_one:
            self._ticked = set(self._scanned)
        else:
            self._tick_all()
        self._publish()

    def pass_pressed(self) -> None:
        """The one big button."""
        state = self.state
        if self._form is not None:
            self._send_form()
        elif self._card is not None and state.can_press:
            self._busy, self._says = True, ""
            settled = frozenset(self._settled)
            future = (
                self._app.groups.let_out(self._card, frozenset(self._ticked))
                if self._leaving
                else self._app.groups.admit(self._card, frozenset(self._ticked), settled, Source.SCANNER)
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
        if asked:
            self._card, self._came_up = result.card, asked
            self._ticked = set(asked)
            self._says = _("Still to be settled before they may go in:")
            self._sound(Tone.QUESTION)
            self._publish()
            return
        assert self._card is not None
        held = tuple(f"{visitor.name}: {words.brief(verdict.reason)}" for visitor, verdict in result.held)
        came = sum(member.inside for member in self._card.members) if self._leaving else len(self._card.members)
        passed = Passed(
            leaving=self._leaving,
            went=len(self._events),
            of=max(came + (len(self._card.guests) if self._leaving else 0), len(self._events)),
            title=self._title(self._card),
            detail=detail_of(self._card),
            held=held,
            remained=result.card.remained if self._leaving else (),
            events=self._events,
        )
        self._sound(Tone.YES if passed.went else Tone.NO)
        self._card = None
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
        self._good = paper.message
        self._publish()

    def _send_form(self) -> None:
        form, card = self._form, self._card
        if form is None or card is None or not form.complete or self._busy:
            return
        self._busy = True
        groups = self._app.groups
        future = (
            groups.substitute(card, form.instead_of, form.name, form.said, form.supervisor)
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
        if card is not None:
            self._card = card
            self._ticked &= self._tickable()
        self._publish()

    def _close(self) -> None:
        self._card = None
        self._publish()
        self.closed()

    # The state

    def _tickable(self) -> set[str]:
        card = self._card
        if card is None:
            return set()
        if self._leaving:
            inside = {member.visitor.id for member in card.members if member.inside}
            return inside | {guest.subject for guest in card.guests}
        return {member.visitor.id for member in card.members if member.may_come}

    def _tick_all(self) -> None:
        """Everybody who may; of a group that has been here, those who were here."""
        self._ticked = self._tickable()
        card = self._card
        if card is not None and not self._leaving:
            back = {member.visitor.id for member in card.members if member.stay.state is State.LEFT}
            if back & self._ticked:
                self._ticked &= back | self._scanned
            elif card.inside:
                self._ticked &= self._scanned

    def _mark(self, member: Member) -> None:
        if member.visitor.id in self._tickable():
            self._scanned.add(member.visitor.id)
            self._ticked.add(member.visitor.id)
            self._says = ""
        elif member.inside:
            self._says = _("{name} is inside already").format(name=member.visitor.name)
        else:
            why = words.brief(member.verdict.reason)
            self._says = _("{name} cannot come in: {why}").format(name=member.visitor.name, why=why)

    def _asked(self) -> dict[Reason, list[str]]:
        """What has to be settled for those who are ticked."""
        asked: dict[Reason, list[str]] = {}
        if self._card is None or self._leaving:
            return asked
        for member in self._card.members:
            if member.visitor.id in self._ticked:
                extra = self._came_up.get(member.visitor.id)
                for reason in dict.fromkeys((*member.questions, *((extra,) if extra is not None else ()))):
                    asked.setdefault(reason, []).append(member.visitor.name)
        return asked

    def _title(self, card: GroupCard) -> str:
        return card.group.name if card.group is not None else _("The whole tour")

    def _tell(self) -> GroupState:
        card = self._card
        if card is None:
            return GroupState()
        asked = self._asked()
        count = len(self._ticked)
        policy = card.tour.policy or card.plant.policy
        settled = all(reason in self._settled for reason in asked)
        return GroupState(
            active=True,
            leaving=self._leaving,
            title=self._title(card),
            detail=detail_of(card),
            chips=chips_of(card),
            members=self._rows(card),
            questions=tuple(
                QuestionRow(reason=reason, text=question_text(reason, names), settled=reason in self._settled)
                for reason, names in asked.items()
            ),
            remain=self._remain(card),
            says=self._says,
            good=self._good,
            waiting=ngettext("{count} waits", "{count} wait", self._waiting).format(count=self._waiting)
            if self._waiting
            else "",
            press=self._press_words(card, count, settled),
            can_press=bool(count) and settled and not self._busy,
            one_by_one=self._one_by_one,
            brief=_("Mark as briefed")
            if policy.briefing and not card.briefed and not self._leaving and Reason.NEEDS_BRIEFING not in asked
            else "",
            form=self._form.shown(card, self._ticked, busy=self._busy) if self._form is not None else None,
        )

    def _rows(self, card: GroupCard) -> tuple[MemberRow, ...]:
        tz = card.plant.tz
        rows = [
            member_row(
                member,
                card.at,
                tz,
                member.visitor.id in self._ticked,
                member.visitor.id in self._scanned,
                leaving=self._leaving,
            )
            for member in card.members
        ]
        guests = [
            MemberRow(
                id=guest.subject,
                name=guest.name,
                detail=_("not on the list"),
                marks="",
                kind=MemberKind.TICK if self._leaving else MemberKind.INSIDE,
                ticked=guest.subject in self._ticked,
            )
            for guest in card.guests
        ]
        return (*rows, *guests)

    def _remain(self, card: GroupCard) -> str:
        if not self._leaving:
            return ""
        names = [member.visitor.name for member in card.members if member.inside]
        staying = [row.name for row in self._rows(card) if row.kind is MemberKind.TICK and row.id not in self._ticked]
        if not staying or len(staying) == len(names) + len(card.guests):
            return ""
        return _("Who is missing? They stay inside: {names}").format(names=", ".join(staying))

    def _press_words(self, card: GroupCard, count: int, settled: bool) -> str:
        if not count:
            return _("Nobody is ticked") if self._tickable() else _("Everybody is through")
        if not settled:
            return _("Tick the checks first")
        return (_("Let {count} out") if self._leaving else _("Let {count} in")).format(count=count)
