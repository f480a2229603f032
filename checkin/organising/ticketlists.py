"""Tickets as lists on a page: by tour, and one by one with how each stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from checkin.domain.visit import Plant, Ticket, Tour
from checkin.issuing import signing
from checkin.organising.book import Desk
from checkin.tickets import codec


class State(StrEnum):
    """How a ticket stands."""

    SIGNED = "signed"
    OPEN = "open"
    SITE = "site"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A ticket in a list.  ``SITE`` are codes of a registration site, ``OPEN`` those that are not signed yet."""

    issue: signing.Issue
    state: State


@dataclass(frozen=True, slots=True)
class TourTickets:
    """A tour, and how many tickets of ours it has: all, and those that are signed; ``site`` are a site's codes."""

    plant: Plant
    tour: Tour
    ours: int
    signed: int
    site: int


def listed(desk: Desk) -> list[TicketLine]:
    """Every ticket of every plant, in the order of tours and names."""
    plants = desk.book.plants()
    roll = signing.Roll.of(desk.book.held(one.id for one in plants), plants)
    places = {one.id: one for one in roll.plants}
    tours = {(one.plant, one.id): one for one in roll.tours}
    groups = {(one.plant, one.id): one for one in roll.groups}
    visitors = {(one.plant, one.id): one for one in roll.visitors}
    out: list[TicketLine] = []
    for one in roll.tickets:
        tour, plant = tours.get((one.plant, one.tour)), places.get(one.plant)
        if tour is None or plant is None:
            continue
        visitor = visitors.get((one.plant, one.visitor or ""))
        group = groups.get((one.plant, one.group or (visitor.group if visitor is not None else "") or ""))
        issue = signing.Issue(ticket=one, plant=plant, tour=tour, visitor=visitor, group=group)
        out.append(TicketLine(issue, _state(one, one.id in roll.revoked)))
    out.sort(key=lambda line: signing.order(line.issue))
    return out


def _state(ticket: Ticket, revoked: bool) -> State:
    if revoked:
        return State.REVOKED
    if not signing.ours(ticket):
        return State.SITE
    return State.SIGNED if codec.claims(ticket.code) else State.OPEN


def by_tour(desk: Desk) -> list[TourTickets]:
    """Every tour that is not cancelled, in the order of time, with its tickets counted."""
    plants = desk.book.plants()
    places = {one.id: one for one in plants}
    held = desk.book.held(places)
    roll = signing.Roll.of(held, plants)
    counts: dict[tuple[str, str], Counter[State]] = defaultdict(Counter)
    for one in roll.tickets:
        counts[one.plant, one.tour][_state(one, one.id in roll.revoked)] += 1
    out: list[TourTickets] = []
    for tour in sorted(roll.tours, key=lambda one: (one.start, one.plant, one.title)):
        if not tour.cancelled and tour.plant in places:
            count = counts[tour.plant, tour.id]
            mine = count[State.SIGNED] + count[State.OPEN]
            out.append(TourTickets(places[tour.plant], tour, mine, count[State.SIGNED], count[State.SITE]))
    return out


def spoken_in(issues: Sequence[signing.Issue], language: str) -> list[signing.Issue]:
    """The same tickets, whose documents speak one language whatever their visitors speak."""
    return [
        replace(
            one,
            tour=replace(one.tour, language=language),
            visitor=replace(one.visitor, language=language) if one.visitor is not None else None,
        )
        for one in issues
    ]
