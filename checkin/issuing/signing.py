"""Which tickets to issue, and their records: signed, each for one visitor or one party, the id and short code kept.

A code of a registration site is never touched: that site has sent it out.  A ticket that is signed already keeps its
text, so that what was printed stays good; only another key, or a reissue, makes a new one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from checkin.domain.ticket import code_key
from checkin.domain.visit import Flag, Group, Plant, Policy, Record, Revocation, SigningKey, Ticket, Tour, Visitor
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.tickets import codec
from checkin.tickets.keys import kid, public_bytes

REISSUED = "reissued"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One ticket with everything that its documents say."""

    ticket: Ticket
    plant: Plant
    tour: Tour
    visitor: Visitor | None = None
    group: Group | None = None

    @property
    def policy(self) -> Policy:
        return self.tour.policy or self.plant.policy

    @property
    def short(self) -> str:
        return self.ticket.short or self.ticket.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """The records that tickets are made from."""

    plants: Sequence[Plant] = ()
    tours: Sequence[Tour] = ()
    groups: Sequence[Group] = ()
    visitors: Sequence[Visitor] = ()
    tickets: Sequence[Ticket] = ()
    revoked: frozenset[str] = frozenset()
    keys: Mapping[str, SigningKey] = field(default_factory=dict)

    @staticmethod
    def of(held: Mapping[str, Iterable[Record]], plants: Iterable[Plant]) -> Roll:
        """From records by kind, as a book gives them."""
        return Roll(
            plants=list(plants),
            tours=[one for one in held.get("tour", ()) if isinstance(one, Tour)],
            groups=[one for one in held.get("group", ()) if isinstance(one, Group)],
            visitors=[one for one in held.get("visitor", ()) if isinstance(one, Visitor)],
            tickets=[one for one in held.get("ticket", ()) if isinstance(one, Ticket)],
            revoked=frozenset(one.id for one in held.get("revocation", ()) if isinstance(one, Revocation)),
            keys={one.id: one for one in held.get("key", ()) if isinstance(one, SigningKey)},
        )


def ours(ticket: Ticket) -> bool:
    """Whether this program made the code."""
    return codec.claims(ticket.code) or ticket.code == codec.ticket_short(ticket.id) if own_id(ticket.id) else False


def own_id(identity: str) -> bool:
    """Whether this program gave a ticket its id."""
    return len(identity) == 16 and all(character in "0123456789abcdef" for character in identity)


def chosen(
    roll: Roll,
    *,
    plant: str | None = None,
    tour: str | None = None,
    group: str | None = None,
    taken_back: bool = False,
) -> tuple[list[Issue], int]:
    """Tickets of ours that may go out, in the order of tours and names, and how many codes are a site's own.

    ``tour`` and ``group`` are ids or titles, or a part of titles where none is that in full.  Cancelled ones are left
    out, and revoked ones unless ``taken_back`` asks for those of visitors who have no other ticket.
    """
    plants = {one.id: one for one in roll.plants if plant is None or one.id == plant}
    there = [one for one in roll.tours if one.plant in plants and not one.cancelled]
    meant = _meant(tour, [(one.id, one.title) for one in there])
    tours = {(one.plant, one.id): one for one in there if meant(one.id, one.title)}
    groups = {(one.plant, one.id): one for one in roll.groups}
    of_them = [one for one in roll.groups if (one.plant, one.tour) in tours]
    meant = _meant(group, [(one.id, one.name) for one in of_them])
    visitors = {(one.plant, one.id): one for one in roll.visitors}
    good = {(one.plant, one.visitor) for one in roll.tickets if one.id not in roll.revoked}
    out: list[Issue] = []
    foreign = 0
    for ticket in roll.tickets:
        held = tours.get((ticket.plant, ticket.tour))
        visitor = visitors.get((ticket.plant, ticket.visitor or ""))
        if ticket.id in roll.revoked and not (
            taken_back and ticket.visitor and (ticket.plant, ticket.visitor) not in good
        ):
            continue
        if held is None or (visitor is not None and Flag.CANCELLED in visitor.flags):
            continue
        party = groups.get((ticket.plant, ticket.group or (visitor.group if visitor is not None else "") or ""))
        if group is not None and (party is None or not meant(party.id, party.name)):
            continue
        if not ours(ticket):
            foreign += 1
            continue
        out.append(Issue(ticket=ticket, plant=plants[ticket.plant], tour=held, visitor=visitor, group=party))
    out.sort(key=order)
    return out, foreign


def _meant(wanted: str | None, names: Iterable[tuple[str, str]]) -> Callable[[str, str], bool]:
    """Which ids and titles are meant: the one that is named in full, so that № 1 is not № 12, else those with it."""
    if wanted is None:
        return lambda _identity, _title: True
    text = wanted.strip().casefold()

    def in_full(identity: str, title: str) -> bool:
        return wanted.strip() == identity or text == title.casefold()

    return in_full if any(in_full(*one) for one in names) else lambda _identity, title: text in title.casefold()


def order(one: Issue) -> tuple[str, datetime, str, str, str, str]:
    """By plant, time of the tour, group and name."""
    group = one.group.name if one.group is not None else ""
    name = one.visitor.name if one.visitor is not None else ""
    return one.plant.name, one.tour.start, one.tour.id, group, name.casefold(), one.ticket.id


def signed(issues: Iterable[Issue], private: Ed25519PrivateKey, keys: Mapping[str, SigningKey]) -> list[Issue]:
    """The issues with signed tickets; who has one already that still counts keeps it.

    Raises ``SettingsWrong`` for a tour too far away or too long for a ticket.
    """
    mine = kid(public_bytes(private))
    return [one if stands(one.ticket, one.tour, keys, mine) else _signed(one, private) for one in issues]


def stands(ticket: Ticket, tour: Tour | None, keys: Mapping[str, SigningKey], mine: str) -> bool:
    """Whether a ticket's text is signed and good: for its plant, its tour and when that is, by a key that counts.

    ``mine`` signs now.  A gate without the list has nothing but the text to tell when the visit is.
    """
    parsed = codec.parse(ticket.code)
    if not isinstance(parsed, codec.SignedTicket) or not parsed.for_plant(ticket.plant):
        return False
    if not parsed.for_tour(ticket.tour):
        return False
    if tour is not None and not parsed.valid_from <= tour.start <= tour.end <= parsed.valid_until:
        return False
    key = keys.get(parsed.kid)
    if key is None:
        return parsed.kid == mine
    return key.revoked_at is None and (key.valid_until is None or parsed.valid_from <= key.valid_until)


def _signed(one: Issue, private: Ed25519PrivateKey) -> Issue:
    opens = one.tour.start - timedelta(minutes=one.policy.opens_before_min)
    closes = max(one.tour.end + timedelta(minutes=one.policy.closes_after_end_min), opens + timedelta(minutes=5))
    try:
        code = codec.sign(
            private,
            ticket_id=one.ticket.id,
            plant=one.plant.id,
            tour=one.tour.id,
            valid_from=opens.astimezone(UTC),
            valid_until=closes.astimezone(UTC),
            party=one.ticket.party,
            flags=one.visitor.flags - {Flag.CANCELLED} if one.visitor is not None else frozenset(),
        )
    except ValueError as error:
        raise SettingsWrong(
            _("No ticket can be signed for the tour “{tour}”: {why}").format(tour=one.tour.title[:60], why=error)
        ) from error
    ticket = replace(one.ticket, code=code, short=codec.ticket_short(one.ticket.id))
    return replace(one, ticket=ticket)


def reissued(issues: Iterable[Issue], at: datetime) -> tuple[list[Issue], list[Revocation]]:
    """Fresh tickets for the same visitors, and the revocations of those that they had."""
    fresh: list[Issue] = []
    gone: list[Revocation] = []
    taken: set[str] = set()
    for one in issues:
        identity = secrets.token_hex(8)
        while code_key(codec.ticket_short(identity)) in taken:
            identity = secrets.token_hex(8)
        short = codec.ticket_short(identity)
        taken.add(code_key(short))
        fresh.append(replace(one, ticket=replace(one.ticket, id=identity, code=short, short="")))
        gone.append(Revocation(id=one.ticket.id, plant=one.plant.id, at=at, reason=REISSUED))
    return fresh, gone
