"""The desk itself.  Verdict, event, presence and outbox row are one transaction; green is returned after the commit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from checkin.clock import Clock
from checkin.desk.gatenames import gate_names
from checkin.desk.lookup import Place, look_up
from checkin.desk.outcome import Direction, Outcome, Source
from checkin.domain.admission import Admit, Ask, Facts, Reason, Recognised, Refuse, Verdict, judge, judge_exit
from checkin.domain.events import INWARD, AttendanceEvent, Kind, Private, new_id
from checkin.domain.headcount import Count
from checkin.domain.visit import Ticket
from checkin.store import Store, Transaction
from checkin.store.meta import Device

UNDO_WITHIN = timedelta(minutes=30)
"""An entry can be taken back this long: a slip is noticed at once, and later corrections are exits."""

CODE_KEPT = 12
"""Characters kept of a code that is on no list: enough to find a typing slip, too little to keep a stranger's data."""


class Desk:
    """A gate's desk at one place."""

    def __init__(self, store: Store, clock: Clock, place: Place, operator: str = "") -> None:
        self.store = store
        self.clock = clock
        self.place = place
        self.operator = operator
        with store.read() as tx:
            self._device: Device = tx.meta.device()

    @property
    def device(self) -> Device:
        return self._device

    def scan(
        self,
        text: str,
        source: Source,
        direction: Direction = Direction.IN,
        confirmed: frozenset[Reason] = frozenset(),
    ) -> Outcome:
        """Judges a code and writes what came of it.  ``confirmed`` are questions the operator has settled."""
        with self.store.write() as tx:
            now = self.clock.now()
            facts = look_up(tx, self.place, text, now)
            verdict = _verdict(facts, now, direction, confirmed)
            first_gate = _first_gate(tx, facts)
            # Who came alone was briefed alone: without a group this would be said of the whole tour.
            briefed_now = Reason.NEEDS_BRIEFING in confirmed and not facts.briefed and facts.group is not None
            if isinstance(verdict, Admit) and briefed_now:
                self.append(tx, self.draft(facts, now, source, Kind.BRIEFING, text=text))
            event = self.draft(
                facts,
                now,
                source,
                _kind(verdict, direction),
                reason=verdict.reason,
                party=verdict.heads if isinstance(verdict, Admit) else 1,
                confirmed=confirmed,
                text=text,
            )
            event = self.append(tx, event)
            count = _count(tx, facts)
        return Outcome(
            text=text,
            source=source,
            direction=direction,
            at=now,
            verdict=verdict,
            facts=facts,
            event=event,
            confirmed=confirmed,
            first_gate=first_gate,
            count=count,
        )

    def judge(self, text: str, at: datetime | None = None, direction: Direction = Direction.IN) -> Outcome:
        """The verdict that ``scan`` would give, writing nothing."""
        with self.store.read() as tx:
            now = at or self.clock.now()
            facts = look_up(tx, self.place, text, now)
            first_gate, count = _first_gate(tx, facts), _count(tx, facts)
        return Outcome(
            text=text,
            source=Source.TYPED,
            direction=direction,
            at=now,
            verdict=_verdict(facts, now, direction, frozenset()),
            facts=facts,
            first_gate=first_gate,
            count=count,
        )

    def decline(self, outcome: Outcome) -> Outcome:
        """The operator's no to a question: a refusal for the question's reason."""
        with self.store.write() as tx:
            now = self.clock.now()
            verdict = Refuse(reason=outcome.reason)
            event = self.draft(
                outcome.facts, now, outcome.source, Kind.REFUSAL, reason=verdict.reason, text=outcome.text
            )
            event = self.append(tx, event)
            count = _count(tx, outcome.facts)
        return Outcome(
            text=outcome.text,
            source=outcome.source,
            direction=outcome.direction,
            at=now,
            verdict=verdict,
            facts=outcome.facts,
            event=event,
            count=count,
        )

    def undo(self, event_id: str) -> bool:
        """Takes this gate's own entry or exit back with a new event; False when that cannot be done any more."""
        with self.store.write() as tx:
            target = tx.journal.by_id(event_id)
            now = self.clock.now()
            if target is None or not self.can_undo(target, now) or tx.journal.is_void(event_id):
                return False
            self.append(
                tx,
                AttendanceEvent(
                    id=new_id(now),
                    plant=target.plant,
                    gate=self.place.gate,
                    at=now,
                    kind=Kind.VOID,
                    tour=target.tour,
                    subject=target.subject,
                    ticket=target.ticket,
                    group=target.group,
                    party=target.party,
                    operator=self.operator,
                    voids=target.id,
                    mono_ns=self.clock.monotonic_ns(),
                ),
            )
        return True

    def can_undo(self, event: AttendanceEvent, now: datetime) -> bool:
        """Whether an event is of a kind, a device and an age that can be taken back."""
        moved = event.kind in INWARD or event.kind is Kind.EXIT
        return moved and event.device == self._device.id and now - event.at <= UNDO_WITHIN

    def append(self, tx: Transaction, event: AttendanceEvent) -> AttendanceEvent:
        """Writes this gate's next event in a transaction that is under way."""
        return tx.journal.append(event, self._device).event

    def draft(
        self,
        facts: Facts,
        now: datetime,
        source: Source,
        kind: Kind,
        *,
        reason: str = "",
        party: int = 1,
        confirmed: frozenset[Reason] = frozenset(),
        text: str,
        private: Private | None = None,
    ) -> AttendanceEvent:
        """An event about a ticket, not written yet."""
        ticket = facts.ticket
        return AttendanceEvent(
            id=new_id(now),
            plant=self.place.plant or (ticket.plant if ticket is not None else ""),
            gate=self.place.gate,
            at=now,
            kind=kind,
            reason=reason,
            tour=(ticket.tour or None) if ticket is not None else None,
            subject=_subject(facts, ticket) if ticket is not None else None,
            ticket=ticket.id if ticket is not None else None,
            group=facts.group.id if facts.group is not None else None,
            party=party,
            operator=self.operator,
            source=source.value,
            code="" if facts.recognised is Recognised.TICKET else _kept(text),
            confirmed=tuple(sorted(confirmed)),
            mono_ns=self.clock.monotonic_ns(),
            private=private,
        )


def _verdict(facts: Facts, now: datetime, direction: Direction, confirmed: frozenset[Reason]) -> Verdict:
    match direction:
        case Direction.IN:
            return judge(facts, now, confirmed)
        case Direction.OUT:
            return judge_exit(facts)


def _kind(verdict: Verdict, direction: Direction) -> Kind:
    match verdict:
        case Admit():
            return Kind.ENTRY if direction is Direction.IN else Kind.EXIT
        case Ask():
            return Kind.QUESTION
        case Refuse():
            return Kind.REFUSAL


def _first_gate(tx: Transaction, facts: Facts) -> str:
    entry = facts.stay.entry
    return gate_names(tx, entry.plant).get(entry.gate, entry.gate) if entry is not None else ""


def _count(tx: Transaction, facts: Facts) -> Count | None:
    return tx.headcounts.of_tour(facts.tour.plant, facts.tour.id) if facts.tour is not None else None


def _subject(facts: Facts, ticket: Ticket) -> str:
    """Whose stay it is: the one that has begun goes on, though the roster may call its subject otherwise by now."""
    entry = facts.stay.entry
    return entry.subject if entry is not None and entry.subject is not None else ticket.subject


def _kept(text: str) -> str:
    """The beginning of a code, as printable characters."""
    plain: Callable[[str], str] = lambda character: character if character.isprintable() else "·"  # noqa: E731
    beginning = "".join(map(plain, text[:CODE_KEPT]))
    return beginning + ("…" if len(text) > CODE_KEPT else "")
