"""From the text of a code to the facts that the rule book wants, in one view of the store.

Whatever the text, the answer is ``Facts``: nothing that a visitor can show raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from checkin.domain.admission import Facts, Reason, Recognised, Stop, age_band
from checkin.domain.headcount import NOT_YET, stay
from checkin.domain.names import StopIndex
from checkin.domain.ticket import code_like, presentable, short_holds, tidy_short
from checkin.domain.visit import Flag, SigningKey, StopEntry, Ticket, Tour, Visitor
from checkin.store import Transaction
from checkin.tickets import codec
from checkin.tickets.reading import interpretations


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a gate stands.  ``plant`` None is a gate that serves every plant it knows."""

    plant: str | None = None
    gate: str = ""


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a text stands for: a ticket, or why it is none."""

    recognised: Recognised
    ticket: Ticket | None = None
    key: SigningKey | None = None
    signed: codec.SignedTicket | None = None


def look_up(tx: Transaction, place: Place, text: str, now: datetime) -> Facts:
    """The facts about a text that was shown at ``place``."""
    meant = _meant(tx, place, text)
    if meant.ticket is None:
        return Facts(recognised=meant.recognised, here=place.plant)
    return facts_of(tx, place, meant.ticket, now, key=meant.key, signed=meant.signed)


def _meant(tx: Transaction, place: Place, text: str) -> _Meant:
    if not presentable(text):
        return _Meant(Recognised.FOREIGN)
    readings = [text.strip(), *(reading for reading in interpretations(text.strip()) if reading != text.strip())]
    for reading in readings:
        found = _on_roster(tx, place, reading)
        if found is not None:
            return found
    for reading in readings:
        if codec.claims(reading):
            return _signed(tx, place, reading)
    return _Meant(Recognised.UNKNOWN if any(map(code_like, readings)) else Recognised.FOREIGN)


def _on_roster(tx: Transaction, place: Place, text: str) -> _Meant | None:
    tickets = tx.roster.tickets_by_code(text)
    exact = [ticket for ticket in tickets if ticket.code == text]
    if not exact and len({ticket.code for ticket in tickets}) > 1:
        tickets = []  # codes that differ in case only, and this is none of them: it must not be guessed
    short = tidy_short(text)
    if not tickets and short is not None and short_holds(short):
        tickets = tx.roster.tickets_by_short(short) or tx.roster.tickets_by_code(short)
    if not tickets:
        return None
    ticket = next((ticket for ticket in exact or tickets if ticket.plant == place.plant), (exact or tickets)[0])
    key = None
    if codec.claims(ticket.code):
        parsed = codec.parse(ticket.code)
        if isinstance(parsed, codec.SignedTicket):
            key = next((key for key in tx.roster.signing_keys() if key.id == parsed.kid), None)
    return _Meant(Recognised.TICKET, ticket, key)


def _signed(tx: Transaction, place: Place, text: str) -> _Meant:
    """A signed ticket that is on no list: issued after the last sync, or for another plant, or forged."""
    keys = {key.id: key for key in tx.roster.signing_keys()}
    signed = codec.verify(text, keys)
    if not isinstance(signed, codec.SignedTicket):
        return _Meant(Recognised.FORGED)
    plants = [plant.id for plant in tx.roster.plants()]
    plant = next((plant for plant in plants if signed.for_plant(plant)), None)
    if plant is None:
        # The signature says that the programme issued it; the tag says only that it was not for a plant known here.
        elsewhere = Ticket(id=signed.id, plant=f"?{signed.plant_tag}", tour="", code=text, party=signed.party)
        return _Meant(Recognised.TICKET, elsewhere, keys[signed.kid], signed)
    listed = tx.roster.ticket(plant, signed.id)
    if listed is not None:
        return _Meant(Recognised.TICKET, listed, keys[signed.kid], signed)
    tour = next((tour.id for tour in tx.roster.tours(plant) if signed.for_tour(tour.id)), "")
    ticket = Ticket(
        id=signed.id,
        plant=plant,
        tour=tour,
        code=text,
        party=signed.party,
        short=signed.short,
        valid_from=signed.valid_from,
        valid_until=signed.valid_until,
    )
    return _Meant(Recognised.TICKET, ticket, keys[signed.kid], signed)


@dataclass(frozen=True, slots=True)
class Circle:
    """A group as its members stand to each other: who is inside, and whether a document was seen for them."""

    members: tuple[Visitor, ...] = ()
    inside: frozenset[str] = frozenset()
    document_for: frozenset[str] = frozenset()

    def around(self, visitor: Visitor, now: datetime) -> tuple[int, int, bool]:
        """Adults and minors inside besides the visitor (who is of neither age counts as neither), document seen."""
        others = [one for one in self.members if one.id in self.inside and one.id != visitor.id]
        bands = [age_band(one, now) for one in others]
        seen = any(one.id in self.document_for for one in others)
        return bands.count(Flag.ADULT), bands.count(Flag.MINOR), seen


NOBODY = Circle()


def circle_of(tx: Transaction, plant: str, group: str | None, now: datetime) -> Circle:
    """The circle of a group; an empty one for who came alone."""
    if group is None:
        return NOBODY
    members = tx.roster.group_members(plant, group)
    inside = tx.headcounts.inside_of(plant, [member.id for member in members])
    # A child's document is nobody's but the child's.
    grown = {member.id for member in members if age_band(member, now) is not Flag.MINOR}
    entries = {one: stay(tx.journal.of_subject(plant, one)).entry for one in inside & grown}
    checked = {one for one, entry in entries.items() if entry and Reason.NEEDS_DOCUMENT in entry.confirmed}
    return Circle(tuple(members), frozenset(inside), frozenset(checked))


def facts_of(
    tx: Transaction,
    place: Place,
    ticket: Ticket,
    now: datetime,
    *,
    circle: Circle | None = None,
    key: SigningKey | None = None,
    signed: codec.SignedTicket | None = None,
) -> Facts:
    """The facts about a ticket.  ``circle`` saves looking the group up again for each of its members."""
    roster = tx.roster
    tour = roster.tour(ticket.plant, ticket.tour) if ticket.tour else None
    visitor = roster.visitor(ticket.plant, ticket.visitor) if ticket.visitor else None
    if visitor is None and signed is not None and signed.party == 1:
        visitor = Visitor(id=ticket.id, plant=ticket.plant, tour=ticket.tour, name="", flags=signed.flags)
    group_id = ticket.group or (visitor.group if visitor is not None else None)
    if circle is None:
        circle = circle_of(tx, ticket.plant, visitor.group if visitor is not None else None, now)
    adults, minors, document_seen = circle.around(visitor, now) if visitor is not None else (0, 0, False)
    events = tx.journal.of_subject(ticket.plant, ticket.subject)
    return Facts(
        recognised=Recognised.TICKET,
        here=place.plant,
        ticket=ticket,
        plant=roster.plant(ticket.plant),
        tour=tour,
        group=roster.group(ticket.plant, group_id) if group_id else None,
        visitor=visitor,
        revocation=roster.revocation(ticket.plant, ticket.id),
        key=key,
        stop=_stop(tx, ticket.plant, visitor),
        stay=stay(events, ticket.party) if events else NOT_YET,
        tour_taken=_taken(tx, tour, ticket),
        group_adults_inside=adults,
        group_minors_inside=minors,
        group_document_seen=document_seen,
        briefed=tx.journal.briefed(ticket.plant, ticket.tour, group_id),
    )


def _taken(tx: Transaction, tour: Tour | None, ticket: Ticket) -> int:
    if tour is None or tour.capacity is None:
        return 0
    return tx.headcounts.taken(ticket.plant, ticket.tour, ticket.subject)


def _stop(tx: Transaction, plant: str, visitor: Visitor | None) -> Stop:
    """The strongest match of a visitor on the plant's stop list."""
    if visitor is None or not visitor.name:
        return Stop.CLEAR
    entries = tuple(tx.roster.stop_entries(plant))
    return _index(entries).check(visitor.name, visitor.birth_year)[0] if entries else Stop.CLEAR


@lru_cache(maxsize=4)
def _index(entries: tuple[StopEntry, ...]) -> StopIndex:
    return StopIndex(entries)
