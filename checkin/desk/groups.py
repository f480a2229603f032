"""Groups at the desk: opened by one scan, admitted or let out in one transaction, briefed, joined by late-comers.

What is asked of a group is asked once, and is written only of those whom it was asked about.  Who is not ticked is not
touched; who may not come in stays out and is named, and the others go in all the same.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from checkin.desk.desk import Desk
from checkin.desk.groupcard import GroupCard, GroupResult, Member, members_of
from checkin.desk.guests import (
    GUEST,
    Bearer,
    Guest,
    NotTaken,
    TicketUnfit,
    bearer_of,
    groups_with_guests,
    guests_of,
    may_be_taken,
)
from checkin.desk.lookup import Circle, circle_of, facts_of, look_up
from checkin.desk.outcome import Source
from checkin.domain.admission import Admit, Facts, Reason, Recognised, Verdict, open_questions
from checkin.domain.events import AttendanceEvent, Kind, new_id, private
from checkin.domain.group import judge_group
from checkin.domain.visit import Group, Visitor
from checkin.i18n import gettext as _
from checkin.store import Transaction

__all__ = ["Bearer", "GroupCard", "GroupResult", "Groups", "Guest", "Member", "NotTaken", "TicketUnfit"]


class Groups:
    """What a desk does with groups."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def find(self, text: str) -> GroupCard | None:
        """The group that a code opens: its bearer's, or the one that a leader's ticket stands for.

        None when the code is no ticket of this plant, is bound to no group with names, or its group has only one.
        """
        with self._desk.store.read() as tx:
            now = self._desk.clock.now()
            facts = look_up(tx, self._desk.place, text, now)
            group, plant = facts.group, facts.plant
            strange = facts.recognised is not Recognised.TICKET or group is None or plant is None
            if strange or (facts.here is not None and plant.id != facts.here):  # type: ignore[union-attr]
                return None
            assert group is not None
            card = self._card(tx, group.plant, group.tour, group, now)
            return card if card is not None and len(card.members) > 1 else None

    def open_group(self, plant: str, group: str) -> GroupCard | None:
        """A group by its id."""
        with self._desk.store.read() as tx:
            found = tx.roster.group(plant, group)
            return self._card(tx, plant, found.tour, found, self._desk.clock.now()) if found is not None else None

    def open_tour(self, plant: str, tour: str) -> GroupCard | None:
        """Everybody of a tour."""
        with self._desk.store.read() as tx:
            return self._card(tx, plant, tour, None, self._desk.clock.now())

    def admit(
        self,
        card: GroupCard,
        ticked: Collection[str],
        confirmed: frozenset[Reason] = frozenset(),
        source: Source = Source.SCANNER,
    ) -> GroupResult:
        """Lets in the ticked members (ids) whom the rule book admits once ``confirmed`` is settled: one transaction."""
        events: list[AttendanceEvent] = []
        held: list[tuple[Visitor, Verdict]] = []
        with self._desk.store.write() as tx:
            now = self._desk.clock.now()
            facts = [
                one
                for one in self._facts(tx, card.plant.id, card.tour.id, card.group, now)
                if one.visitor is not None and one.visitor.id in ticked
            ]
            judged = judge_group(facts, now, confirmed)
            if Reason.NEEDS_BRIEFING in confirmed and not all(one.briefed for one in facts):
                self._brief(tx, card, now)
            unbriefed = {one.ticket.id for one in facts if one.ticket is not None and not one.briefed}
            for one in judged:
                assert one.facts.visitor is not None
                if isinstance(one.verdict, Admit):
                    draft = self._desk.draft(
                        one.facts,
                        now,
                        source,
                        Kind.ENTRY,
                        reason=one.verdict.reason,
                        party=one.verdict.heads,
                        confirmed=confirmed & _asked(one.facts, now, unbriefed),
                        text="",
                    )
                    events.append(self._desk.append(tx, draft))
                else:
                    held.append((one.facts.visitor, one.verdict))
            after = self._card(tx, card.plant.id, card.tour.id, card.group, now)
        assert after is not None
        return GroupResult(events=tuple(events), held=tuple(held), card=after)

    def let_out(self, card: GroupCard, ticked: Collection[str], source: Source = Source.SCANNER) -> GroupResult:
        """Lets out the ticked members and guests who are inside: one transaction.  Who is not ticked stays inside."""
        events: list[AttendanceEvent] = []
        with self._desk.store.write() as tx:
            now = self._desk.clock.now()
            for facts in self._facts(tx, card.plant.id, card.tour.id, card.group, now):
                if facts.visitor is not None and facts.visitor.id in ticked and facts.stay.inside:
                    draft = self._desk.draft(facts, now, source, Kind.EXIT, reason=Reason.LEFT, text="")
                    events.append(self._desk.append(tx, draft))
            for guest in guests_of(tx, card.plant.id, card.tour.id, card.group):
                if guest.subject in ticked:
                    events.append(self._desk.append(tx, self._guest_leaves(card, guest, now, source)))
            after = self._card(tx, card.plant.id, card.tour.id, card.group, now)
        assert after is not None
        return GroupResult(events=tuple(events), held=(), card=after)

    def brief(self, card: GroupCard) -> None:
        """Marks the group, or the whole tour, as briefed with the plant's present text."""
        with self._desk.store.write() as tx:
            self._brief(tx, card, self._desk.clock.now())

    def walk_in(self, card: GroupCard, name: str, note: str, supervisor: str = "") -> AttendanceEvent:
        """Lets in somebody who is on no list, with the reason why.  Raises ``NotTaken``."""
        with self._desk.store.write() as tx:
            may_be_taken(tx, card.plant, card.tour, name, "walk_in", supervisor)
            return self._extra(tx, card, name, note, "walk_in", supervisor)

    def bearer(self, card: GroupCard, text: str) -> Bearer:
        """Whose ticket to another tour this is.  Raises ``NotTaken`` when it lets nobody in with this group."""
        with self._desk.store.read() as tx:
            return bearer_of(tx, self._desk.place, card.tour, text, self._desk.clock.now())

    def take_along(self, card: GroupCard, text: str, name: str, note: str, supervisor: str = "") -> AttendanceEvent:
        """Lets in who has a ticket to another tour: a walk-in here, whose own ticket is used by it.

        Raises ``NotTaken``, also when the ticket has been used meanwhile.
        """
        with self._desk.store.write() as tx:
            now = self._desk.clock.now()
            may_be_taken(tx, card.plant, card.tour, name, "walk_in", supervisor)
            bearer = bearer_of(tx, self._desk.place, card.tour, text, now)
            draft = self._desk.draft(
                bearer.facts,
                now,
                Source.SCANNER,
                Kind.WALK_IN,
                reason="walk_in",
                party=bearer.heads,
                text="",
                private=private(name.strip() or bearer.name, _note(note, supervisor)),
            )
            group = card.group.id if card.group is not None else None
            return self._desk.append(tx, replace(draft, plant=card.plant.id, tour=card.tour.id, group=group))

    def substitute(
        self, card: GroupCard, instead_of: str, name: str, note: str, supervisor: str = ""
    ) -> AttendanceEvent:
        """Lets somebody in for a member (id) who does not come: the entry is under the member's place and ticket.

        Raises ``NotTaken``, also when the member has come meanwhile: two people would be one head.
        """
        with self._desk.store.write() as tx:
            now = self._desk.clock.now()
            may_be_taken(tx, card.plant, card.tour, name, "substitution", supervisor)
            facts = next(
                one
                for one in self._facts(tx, card.plant.id, card.tour.id, card.group, now)
                if one.visitor is not None and one.visitor.id == instead_of
            )
            if facts.stay.inside:
                raise NotTaken(
                    _("This place is taken already: the visitor has come. Let the other person in as a walk-in")
                )
            draft = self._desk.draft(
                facts,
                now,
                Source.TYPED,
                Kind.OVERRIDE,
                reason="substitution",
                text="",
                private=private(name.strip(), _note(note, supervisor)),
            )
            return self._desk.append(tx, draft)

    def remained(self, plant: str, now: datetime) -> list[GroupCard]:
        """Groups of which some have left and some are still inside: shown until everybody is accounted for."""
        with self._desk.store.read() as tx:
            found: list[GroupCard] = []
            groups = dict.fromkeys((*tx.headcounts.split_groups(plant), *groups_with_guests(tx, plant)))
            for group in groups:
                record = tx.roster.group(plant, group)
                card = self._card(tx, plant, record.tour, record, now) if record is not None else None
                if card is not None and card.remained:
                    found.append(card)
            return found

    # --- inside -----------------------------------------------------------------------------------

    def _extra(
        self, tx: Transaction, card: GroupCard, name: str, note: str, reason: str, supervisor: str
    ) -> AttendanceEvent:
        now = self._desk.clock.now()
        return self._desk.append(
            tx,
            AttendanceEvent(
                id=new_id(now),
                plant=card.plant.id,
                gate=self._desk.place.gate,
                at=now,
                kind=Kind.WALK_IN,
                reason=reason,
                tour=card.tour.id,
                subject=GUEST + new_id(now),
                group=card.group.id if card.group is not None else None,
                operator=self._desk.operator,
                source=Source.TYPED,
                mono_ns=self._desk.clock.monotonic_ns(),
                private=private(name.strip(), _note(note, supervisor)),
            ),
        )

    def _guest_leaves(self, card: GroupCard, guest: Guest, now: datetime, source: Source) -> AttendanceEvent:
        return AttendanceEvent(
            id=new_id(now),
            plant=card.plant.id,
            gate=self._desk.place.gate,
            at=now,
            kind=Kind.EXIT,
            reason=Reason.LEFT,
            tour=card.tour.id,
            subject=guest.subject,
            group=card.group.id if card.group is not None else None,
            operator=self._desk.operator,
            source=source.value,
            mono_ns=self._desk.clock.monotonic_ns(),
        )

    def _brief(self, tx: Transaction, card: GroupCard, now: datetime) -> None:
        policy = card.tour.policy or card.plant.policy
        self._desk.append(
            tx,
            AttendanceEvent(
                id=new_id(now),
                plant=card.plant.id,
                gate=self._desk.place.gate,
                at=now,
                kind=Kind.BRIEFING,
                reason=policy.briefing_version,
                tour=card.tour.id,
                group=card.group.id if card.group is not None else None,
                operator=self._desk.operator,
                mono_ns=self._desk.clock.monotonic_ns(),
            ),
        )

    def _facts(self, tx: Transaction, plant: str, tour: str, group: Group | None, now: datetime) -> list[Facts]:
        """The facts of every member who has a ticket, in the order of their names."""
        people = tx.roster.group_members(plant, group.id) if group is not None else tx.roster.tour_members(plant, tour)
        tickets = tx.roster.tickets_of(plant, [one.id for one in people])
        circles: dict[str | None, Circle] = {}
        facts: list[Facts] = []
        for one in people:
            if one.id not in tickets:
                continue
            if one.group not in circles:
                circles[one.group] = circle_of(tx, plant, one.group, now)
            facts.append(facts_of(tx, self._desk.place, tickets[one.id], now, circle=circles[one.group]))
        return facts

    def _card(self, tx: Transaction, plant: str, tour: str, group: Group | None, now: datetime) -> GroupCard | None:
        home, visit = tx.roster.plant(plant), tx.roster.tour(plant, tour)
        if home is None or visit is None:
            return None
        facts = self._facts(tx, plant, tour, group, now)
        members = members_of(facts, now)
        return GroupCard(
            plant=home,
            tour=visit,
            group=group,
            members=members,
            briefed=bool(facts) and all(one.briefed for one in facts),
            count=tx.headcounts.of_tour(plant, tour),
            at=now,
            guests=guests_of(tx, plant, tour, group),
        )


def _asked(facts: Facts, now: datetime, unbriefed: Collection[str]) -> frozenset[Reason]:
    """What had to be settled for this member in their turn."""
    waits = facts.ticket is not None and facts.ticket.id in unbriefed
    return frozenset(open_questions(replace(facts, briefed=not waits), now))


def _note(note: str, supervisor: str) -> str:
    return f"{note.strip()} [{supervisor}]" if supervisor else note.strip()
