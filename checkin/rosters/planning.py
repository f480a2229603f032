"""What importing a list would change, worked out before anything is written.

Rows are matched with the people whom the roster holds: by code, else by tour, group, name and birth year, namesakes in
their order.  So the same list once more changes nothing and everybody keeps the code that was issued.  What a list has
no column for stays as it is; who is not on it any more is only named, never removed here; who stands in a row that
cannot be taken is not gone, and nobody is gone from a file of mended rows.  Whose tickets were all taken back has gone
already; who then stands on a list again is a change.  A patronymic that a list says and the roster does not, or the
other way round, is a change too where nobody else of the tour and group could be meant.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from checkin.domain.names import name_key
from checkin.domain.readings import plain_words
from checkin.domain.ticket import code_key
from checkin.domain.visit import Group, Plant, Record, Revocation, StopEntry, Ticket, Tour, Visitor
from checkin.rosters import identity
from checkin.rosters.collecting import paused
from checkin.rosters.likeness import is_like
from checkin.rosters.merging import Merging
from checkin.rosters.missing import missing
from checkin.rosters.patronymics import without_patronymic
from checkin.rosters.result import ListResult, Row
from checkin.tickets.codec import claims, ticket_short

GONE = "gone from the list"
"""The reason of a revocation that ``--revoke-missing`` makes: who is on the list again gets the ticket back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the store holds of the plants in a list.  ``revoked`` are ids of tickets that admit nobody any more."""

    plants: Sequence[Plant] = ()
    tours: Sequence[Tour] = ()
    groups: Sequence[Group] = ()
    visitors: Sequence[Visitor] = ()
    tickets: Sequence[Ticket] = ()
    stops: Sequence[StopEntry] = ()
    revoked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row with its records as they shall be; ``before`` is the visitor whom the roster holds, for a changed row.

    ``restored``: the ticket was taken back because its holder was gone from the list, and is good again.
    """

    row: Row
    visitor: Visitor
    ticket: Ticket
    before: Visitor | None = None
    restored: bool = False


@dataclass(slots=True, kw_only=True)
class Plan:
    """The difference that a list makes.  ``records`` are all that must be written, each after what it refers to.

    ``restored`` are the tickets of those among ``changed`` who were gone from the list and are back on it.
    """

    result: ListResult
    added: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    unchanged: list[Entry] = field(default_factory=list)
    removed: list[Visitor] = field(default_factory=list)
    removed_tickets: list[Ticket] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    restored: list[Ticket] = field(default_factory=list)

    def counts(self) -> dict[str, Any]:
        """As ``checkin roster import --json`` prints it; every row is in exactly one of the counts or in faults."""
        return {
            "rows": self.result.total,
            "taken": len(self.added),
            "changed": len(self.changed),
            "unchanged": len(self.unchanged),
            "removed": len(self.removed),
            "faults": [
                {"sheet": fault.sheet, "row": fault.row, "column": fault.column, "reason": fault.reason}
                for fault in self.result.faults
            ],
            "notices": list(self.result.notices),
        }

    def revocations(self, at: datetime, reason: str = GONE) -> list[Revocation]:
        """What to write when those who are gone from the list shall not come any more."""
        return [Revocation(id=one.id, plant=one.plant, at=at, reason=reason) for one in self.removed_tickets]


def issued(ticket: Ticket) -> bool:
    """Whether a ticket's code was made by this program, and not by a registration site."""
    return claims(ticket.code) or ticket.code == ticket_short(ticket.id)


def plan(result: ListResult, held: Held) -> Plan:
    """The difference between a list and what the store holds of its plants."""
    with paused():
        return _Planner(result, held).plan()


class _Planner:
    def __init__(self, result: ListResult, held: Held) -> None:
        self._result = result
        self._held = held
        self._merging = Merging(result, held.plants, held.tours, held.groups)
        self._visitors = {one.id: one for one in held.visitors}
        self._tickets: dict[str, list[Ticket]] = defaultdict(list)
        self._by_code: dict[tuple[str, str], Ticket] = {}
        for ticket in held.tickets:
            if ticket.visitor is not None:
                self._tickets[ticket.visitor].append(ticket)
            for code in filter(None, (ticket.code, ticket.short)):
                self._by_code[ticket.plant, code_key(code)] = ticket
        self._partner: dict[int, Visitor] = {}  # by the row's place in the result
        self._free = dict(self._visitors)

    def plan(self) -> Plan:
        out = Plan(result=self._result)
        self._match()
        fresh_tours = self._merging.tours(out.records)
        fresh_groups = self._merging.groups(out.records)
        visitors: list[Visitor] = []
        tickets: list[Ticket] = []
        for place, row in enumerate(self._result.rows):
            before = self._partner.get(place)
            if before is None:
                ticket = self._unused(row)
                out.added.append(Entry(row, row.visitor, ticket))
                visitors.append(row.visitor)
                tickets.append(ticket)
                continue
            visitor = self._merging.visitor(row.visitor, before)
            ticket, new_ticket = self._ticket(row, visitor)
            if visitor is not before:
                visitors.append(visitor)
            if new_ticket:
                tickets.append(ticket)
            moved = visitor.tour in fresh_tours or (visitor.group is not None and visitor.group in fresh_groups)
            restored = self._held.revoked.get(ticket.id) == GONE
            if visitor is not before or new_ticket or moved or restored:
                out.changed.append(Entry(row, visitor, ticket, before, restored))
            else:
                out.unchanged.append(Entry(row, visitor, ticket, before))
        out.records += visitors
        out.records += tickets
        if not self._result.partial:
            codes = {code_key(row.code) for row in self._result.faulty if row.code}
            holders = (
                {ticket.visitor for ticket in self._held.tickets if code_key(ticket.code) in codes} if codes else ()
            )
            people = (one for one in self._free.values() if one.id not in holders and not self._taken_back(one))
            out.removed = missing(self._result, people, self._merging.called)
        revoked = self._held.revoked
        out.removed_tickets = [
            ticket for one in out.removed for ticket in self._tickets.get(one.id, ()) if ticket.id not in revoked
        ]
        out.restored = [entry.ticket for entry in out.changed if entry.restored]
        return out

    def _taken_back(self, person: Visitor) -> bool:
        """Whether every ticket of somebody was taken back; who has none at all may still be found by name."""
        theirs = self._tickets.get(person.id, ())
        return bool(theirs) and all(ticket.id in self._held.revoked for ticket in theirs)

    def _claimed(self) -> None:
        """In a file of mended rows a code that somebody quite different holds is a fault, as it was in the list."""
        kept: list[Row] = []
        for row in self._result.rows:
            claim = self._result.claims.get(row.visitor.id)
            ticket = self._by_code.get((row.visitor.plant, code_key(row.ticket.code))) if claim is not None else None
            person = self._visitors.get(ticket.visitor or "") if ticket is not None else None
            if claim is None or person is None or is_like(row.visitor.name, person.name):
                kept.append(row)
            else:
                self._result.faults.append(claim.fault)
                self._result.faulty.append(claim)
        self._result.rows[:] = kept

    def _match(self) -> None:
        """Finds for every row the person whom the roster holds, each at most once."""
        if self._result.partial:
            self._claimed()
        open_rows: list[tuple[int, Row]] = []
        for place, row in enumerate(self._result.rows):
            ticket = None if row.issued else self._by_code.get((row.visitor.plant, code_key(row.ticket.code)))
            person = self._visitors.get(ticket.visitor or "") if ticket is not None else None
            if person is not None and self._free.pop(person.id, None) is not None:
                self._partner[place] = person
            else:
                open_rows.append((place, row))
        if not self._free:
            return
        tours = self._result.tours
        people = [one for one in self._free.values() if one.tour in tours]
        # First everything must agree, to the letter where ё and е tell two people apart; then one thing may have
        # changed if that leaves no doubt.
        keys: list[Callable[[Visitor], Hashable]] = [
            lambda one: (one.tour, one.group, one.name, one.birth_year),
            lambda one: (one.tour, one.group, name_key(one.name), one.birth_year),
            lambda one: (one.tour, name_key(one.name), one.birth_year),
            lambda one: (one.tour, one.group, name_key(one.name)),
            lambda one: (one.tour, name_key(one.name)),
        ]
        for number, key in enumerate(keys):
            open_rows, people = self._pair(open_rows, people, key, several=number < 2)
        if people:
            self._pair(open_rows, people, _but_patronymic, several=False, fits=_patronymic_came)

    def _pair(
        self,
        rows: Sequence[tuple[int, Row]],
        people: Sequence[Visitor],
        key: Callable[[Visitor], Hashable],
        *,
        several: bool,
        fits: Callable[[Visitor, Visitor], bool] = lambda one, other: True,
    ) -> tuple[list[tuple[int, Row]], list[Visitor]]:
        """Pairs rows and people of one key who fit, in their order; unless ``several``, only where both are alone."""
        waiting: dict[Hashable, list[Visitor]] = defaultdict(list)
        for one in people:
            waiting[key(one)].append(one)
        keyed = [(place, row, key(row.visitor)) for place, row in rows]
        wanted = Counter(one for _place, _row, one in keyed) if not several else Counter()
        left: list[tuple[int, Row]] = []
        for place, row, one_key in keyed:
            there = waiting.get(one_key)
            alone = several or (there is not None and len(there) == 1 and wanted[one_key] == 1)
            able = (one for one in there or () if self._may_be(row, one) and fits(row.visitor, one))
            person = next(able, None) if alone else None
            if there is None or person is None:
                left.append((place, row))
                continue
            there.remove(person)
            self._partner[place] = person
            del self._free[person.id]
        return left, [one for one in people if one.id in self._free]

    def _may_be(self, row: Row, person: Visitor) -> bool:
        """Two people of one name to whom a site gave different codes are two people."""
        return row.issued or all(issued(ticket) for ticket in self._tickets.get(person.id, ()))

    def _ticket(self, row: Row, visitor: Visitor) -> tuple[Ticket, bool]:
        """The ticket of somebody who is on the roster, and whether it must be written."""
        theirs = self._tickets.get(visitor.id, [])
        if row.issued:
            held = theirs[0] if theirs else None
        else:
            held = self._by_code.get((visitor.plant, code_key(row.ticket.code)))
        if held is None:
            fresh = self._unused(row)
            return replace(fresh, visitor=visitor.id), True
        if held.tour != visitor.tour and not claims(held.code):
            return replace(held, tour=visitor.tour), True
        return held, False

    def _unused(self, row: Row) -> Ticket:
        """A row's own ticket; one that was issued just now must not have a code that is there already."""
        ticket = row.ticket
        while row.issued and (ticket.plant, code_key(ticket.code)) in self._by_code:
            fresh = identity.new_ticket_id()
            ticket = replace(ticket, id=fresh, code=ticket_short(fresh))
        return ticket


def _but_patronymic(one: Visitor) -> Hashable:
    return one.tour, one.group, frozenset(without_patronymic(plain_words(one.name)))


def _patronymic_came(one: Visitor, other: Visitor) -> bool:
    """Whether one of two has a patronymic and the other has none, and years of birth do not tell them apart."""
    said = [plain_words(person.name) for person in (one, other)]
    years = {one.birth_year, other.birth_year} - {None}
    return len(years) < 2 and len({without_patronymic(name) == name for name in said}) == 2
