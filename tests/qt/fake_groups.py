"""Groups and the alarm of the gate written by hand: the real rule book over the same roster in memory."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkin.desk.groupcard import GroupCard, GroupResult, Member, members_of
from checkin.desk.guests import Bearer, Guest, TicketUnfit
from checkin.desk.musters import MusterList, Person, Presented, Section
from checkin.desk.outcome import Source
from checkin.domain.admission import Admit, Facts, Reason, Recognised, age_band, judge_elsewhere
from checkin.domain.events import INWARD, AttendanceEvent, Kind, new_id, private
from checkin.domain.group import judge_group
from checkin.domain.headcount import effective
from checkin.domain.muster import DRILL, Mark, muster
from checkin.domain.visit import Flag
from checkin.reports.printing import SavedOnly

if TYPE_CHECKING:
    from fake_app import FakeApp

PAPER = SavedOnly(Path("/tmp/paper.pdf"))


class FakeGroups:
    """See ``checkin.facade.groups.GroupsAtGate``.  A scan opens a group only when ``app.by_group`` is set."""

    def __init__(self, app: FakeApp) -> None:
        self._app = app

    def _facts(self, group: str | None, tour: str) -> list[Facts]:
        app = self._app
        found = []
        for code, ticket in app.tickets.items():
            visitor = app.visitors[ticket.subject]
            if visitor.group == group if group is not None else visitor.tour == tour:
                found.append(replace(app._facts(code), group_adults_inside=0, group_minors_inside=0))
        return sorted(found, key=lambda one: one.visitor.name if one.visitor else "")

    def _card(self, group: str | None, tour: str) -> GroupCard:
        app = self._app
        visit = next(one for one in app.tour_list if one.id == tour)
        guests = [
            Guest(subject=event.subject or "", name=event.private.name if event.private else "", entered_at=event.at)
            for event in effective(app.events)
            if event.kind is Kind.WALK_IN and event.tour == tour and app._stay(event.subject or "").inside
        ]
        members: tuple[Member, ...] = members_of(self._facts(group, tour), app.clock.now())
        return GroupCard(
            plant=app.plant_list[0],
            tour=visit,
            group=app.parties[group] if group is not None else None,
            members=members,
            briefed=app.briefed,
            count=app._count(visit),
            at=app.clock.now(),
            guests=tuple(guests),
        )

    def find(self, text: str) -> Future[GroupCard | None]:
        app = self._app
        ticket = app.tickets.get(text)
        visitor = app.visitors[ticket.subject] if ticket is not None else None
        future: Future[GroupCard | None] = Future()
        known = app.by_group and visitor is not None and visitor.group is not None
        future.set_result(self._card(visitor.group, visitor.tour) if known and visitor is not None else None)
        return future

    def open_group(self, plant: str, group: str) -> Future[GroupCard | None]:
        return self._app._answer(lambda: self._card(group, self._app.parties[group].tour))

    def open_tour(self, plant: str, tour: str) -> Future[GroupCard | None]:
        return self._app._answer(lambda: self._card(None, tour))

    def admit(
        self,
        card: GroupCard,
        ticked: Collection[str],
        confirmed: frozenset[Reason] = frozenset(),
        source: Source = Source.SCANNER,
    ) -> Future[GroupResult]:
        app = self._app
        app.asked.append(("admit", frozenset(ticked), confirmed))

        def job() -> GroupResult:
            facts = [
                one
                for one in self._facts(card.group.id if card.group else None, card.tour.id)
                if one.visitor is not None and one.visitor.id in ticked
            ]
            events, held = [], []
            for one in judge_group(facts, app.clock.now(), confirmed):
                assert one.facts.visitor is not None
                if isinstance(one.verdict, Admit):
                    events.append(app._write(Kind.ENTRY, one.facts, one.verdict.reason, source))
                else:
                    held.append((one.facts.visitor, one.verdict))
            return self._result(card, events, held)

        return app._answer(job, changes=True)

    def let_out(self, card: GroupCard, ticked: Collection[str], source: Source = Source.SCANNER) -> Future[GroupResult]:
        app = self._app
        app.asked.append(("let_out", frozenset(ticked)))

        def job() -> GroupResult:
            events = [
                app._write(Kind.EXIT, one, Reason.LEFT, source)
                for one in self._facts(card.group.id if card.group else None, card.tour.id)
                if one.visitor is not None and one.visitor.id in ticked and one.stay.inside
            ]
            return self._result(card, events, [])

        return app._answer(job, changes=True)

    def _result(self, card: GroupCard, events: list[AttendanceEvent], held: list[Any]) -> GroupResult:
        after = self._card(card.group.id if card.group else None, card.tour.id)
        return GroupResult(events=tuple(events), held=tuple(held), card=after)

    def brief(self, card: GroupCard) -> Future[None]:
        self._app.briefed = True
        return self._app._answer(lambda: None, changes=True)

    def _guest(self, card: GroupCard, kind: Kind, subject: str, name: str, note: str) -> AttendanceEvent:
        app = self._app
        event = AttendanceEvent(
            id=new_id(), plant=card.plant.id, gate="Главная проходная", at=app.clock.now(), kind=kind, device="d",
            seq=len(app.events) + 1, reason=kind.value, tour=card.tour.id, subject=subject,
            private=private(name, note),
        )  # fmt: skip
        app.events.append(event)
        return event

    def bearer(self, card: GroupCard, text: str) -> Future[Bearer]:
        facts = self._app._facts(text)
        verdict = judge_elsewhere(facts, self._app.clock.now())
        if not isinstance(verdict, Admit) or facts.visitor is None or facts.tour is None:
            refused: Future[Bearer] = Future()
            refused.set_exception(TicketUnfit(verdict.reason, ""))
            return refused
        bearer = Bearer(
            text=text, name=facts.visitor.name, tour=facts.tour.title, starts=facts.tour.start, heads=1, facts=facts
        )
        return self._app._answer(lambda: bearer)

    def take_along(
        self, card: GroupCard, text: str, name: str, note: str, supervisor: str = ""
    ) -> Future[AttendanceEvent]:
        self._app.asked.append(("take_along", text, name, note, supervisor))
        subject = self._app.tickets[text].subject
        return self._app._answer(lambda: self._guest(card, Kind.WALK_IN, subject, name, note), changes=True)

    def walk_in(self, card: GroupCard, name: str, note: str, supervisor: str = "") -> Future[AttendanceEvent]:
        self._app.asked.append(("walk_in", name, note, supervisor))
        return self._app._answer(lambda: self._guest(card, Kind.WALK_IN, "w-" + new_id(), name, note), changes=True)

    def substitute(
        self, card: GroupCard, instead_of: str, name: str, note: str, supervisor: str = ""
    ) -> Future[AttendanceEvent]:
        self._app.asked.append(("substitute", instead_of, name, note, supervisor))
        return self._app._answer(lambda: self._guest(card, Kind.OVERRIDE, instead_of, name, note), changes=True)

    def remained(self) -> Future[list[GroupCard]]:
        def job() -> list[GroupCard]:
            cards = [self._card(group, one.tour) for group, one in self._app.parties.items()]
            return [card for card in cards if card.remained]

        future: Future[list[GroupCard]] = Future()
        future.set_result(job() if self._app.by_group else [])
        return future

    def print_signatures(self, card: GroupCard) -> Future[SavedOnly]:
        self._app.asked.append(("print_signatures",))
        return self._app._answer(lambda: PAPER)


class FakeMusters:
    """See ``checkin.facade.musters.MustersAtGate``."""

    def __init__(self, app: FakeApp) -> None:
        self._app = app
        self.crowd = 0
        """So many people more, for measuring."""

    def raise_alarm(self, *, drill: bool) -> Future[AttendanceEvent]:
        self._app.asked.append(("raise_alarm", drill))
        return self._app._answer(lambda: self._write(Kind.ALARM, DRILL if drill else "real"), changes=True)

    def mark(self, subject: str, mark: Mark, note: str = "") -> Future[AttendanceEvent]:
        self._app.asked.append(("mark", subject, mark))
        return self._app._answer(lambda: self._write(Kind.MARK, mark.value, subject=subject), changes=True)

    def ticket_shown(self, text: str) -> Future[Presented]:
        app = self._app
        ticket = app.tickets.get(text)
        if ticket is None:
            return app._answer(lambda: Presented(recognised=Recognised.UNKNOWN))
        heads, name = app._stay(ticket.subject).inside, app.visitors[ticket.subject].name
        if heads == 1:
            self._write(Kind.MARK, Mark.FOUND.value, subject=ticket.subject)
        shown = Presented(recognised=Recognised.TICKET, name=name, heads=heads, marked=heads == 1)
        return app._answer(lambda: shown, changes=True)

    def stranger(self, name: str, note: str = "") -> Future[AttendanceEvent]:
        self._app.asked.append(("stranger", name, note))
        return self._app._answer(
            lambda: self._write(Kind.MARK, Mark.NOT_LISTED.value, name=name, note=note), changes=True
        )

    def all_clear(self, note: str = "") -> Future[AttendanceEvent | None]:
        self._app.asked.append(("all_clear",))
        return self._app._answer(lambda: self._write(Kind.ALL_CLEAR, "real"), changes=True)

    def listed(self) -> Future[MusterList | None]:
        return self._app._answer(self._listed)

    def print_sheet(self, listed: MusterList | None = None) -> Future[SavedOnly]:
        self._app.asked.append(("print_sheet", listed.inside if listed is not None else None))
        return self._app._answer(lambda: PAPER)

    def print_report(self) -> Future[SavedOnly]:
        self._app.asked.append(("print_report",))
        return self._app._answer(lambda: PAPER)

    def _write(self, kind: Kind, reason: str, subject: str = "", name: str = "", note: str = "") -> AttendanceEvent:
        app = self._app
        event = AttendanceEvent(
            id=new_id(), plant="bread-9", gate="Главная проходная", at=app.clock.now(), kind=kind, device="d",
            seq=len(app.events) + 1, reason=reason, subject=subject or None, private=private(name, note),
        )  # fmt: skip
        app.events.append(event)
        return event

    def _listed(self) -> MusterList:
        app = self._app
        now = app.clock.now()
        running = muster(event for event in app.events if event.kind in (Kind.ALARM, Kind.ALL_CLEAR, Kind.MARK))
        sections = []
        for tour in app.tour_list:
            people = []
            for event in effective(app.events):
                if event.kind not in INWARD or event.tour != tour.id or not app._stay(event.subject or "").inside:
                    continue
                subject = event.subject or ""
                visitor = app.visitors.get(subject)
                mark = running.marks.get(subject) if running is not None else None
                people.append(
                    Person(
                        subject=subject,
                        name=visitor.name if visitor else event.private.name if event.private else "",
                        band=age_band(visitor, now) if visitor else None,
                        language=visitor.language if visitor else "",
                        mobility=visitor is not None and Flag.MOBILITY in visitor.flags,
                        entered_at=event.at,
                        gate=event.gate,
                        mark=Mark(mark.reason) if mark is not None else None,
                        marked_at=mark.at if mark is not None else None,
                        overdue=running is not None and running.overdue(subject, now),
                    )
                )
            if tour is app.tour_list[0]:
                people += [
                    Person(subject=f"x{number}", name=f"Человек {number:04}", band=None, language="ru", mobility=False,
                           entered_at=now, gate="1")
                    for number in range(self.crowd)
                ]  # fmt: skip
            if people:
                sections.append(Section(tour=tour, people=tuple(people)))
        return MusterList(
            plant=app.plant_list[0], at=now, data_at=now, muster=running, sections=tuple(sections),
        )  # fmt: skip


def elsewhere(app: FakeApp, kind: Kind, reason: str) -> AttendanceEvent:
    """Something that another gate has written, as the hub passes it on; nobody here has been told yet."""
    event = AttendanceEvent(
        id=new_id(), plant="bread-9", gate="Склад", at=app.clock.now(), kind=kind, device="other",
        seq=len(app.events) + 1, reason=reason,
    )  # fmt: skip
    app.events.append(event)
    return event
