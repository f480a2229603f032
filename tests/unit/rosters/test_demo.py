"""The demo season: the same for a seed, something on at every plant, every case of the rule book at the shown one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from checkin.domain.admission import Ask, Facts, Reason, Recognised, Refuse, Stop, judge
from checkin.domain.names import StopIndex
from checkin.domain.ticket import code_like, presentable
from checkin.domain.visit import Format
from checkin.rosters.demo import Season, season
from checkin.rosters.demo.listfile import write_list
from checkin.rosters.demo.people import DIRTY
from checkin.rosters.planning import Held, plan
from checkin.rosters.reading import read_list
from checkin.tickets import codec
from checkin.tickets.codec import SignedTicket

NOW = datetime(2026, 8, 10, 9, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo() -> Season:
    return season(1, now=NOW)


def test_is_the_same_for_the_same_seed(demo: Season) -> None:
    again = season(1, now=NOW)
    assert list(again.records()) == list(demo.records())
    assert again.codes == demo.codes
    assert list(season(2, now=NOW).visitors) != list(demo.visitors)
    later = season(1, now=NOW + timedelta(hours=5))
    assert [one.name for one in later.visitors] == [one.name for one in demo.visitors]


def test_is_as_large_as_a_real_one(demo: Season) -> None:
    formats = Counter(tour.format for tour in demo.tours)
    assert len(demo.plants) == 20
    assert formats[Format.EXCURSION] == 150
    assert formats[Format.MASTER_CLASS] == 65
    assert len(demo.tours) == 225
    assert 3800 <= len(demo.visitors) <= 4600
    ids = [(type(record), record.plant, record.id) for record in demo.records()]
    assert len(ids) == len(set(ids))
    codes = [ticket.code for ticket in demo.tickets]
    assert len(codes) == len(set(codes)) == len({ticket.short for ticket in demo.tickets})


def test_august_when_asked() -> None:
    asked = season(1, today=date(2027, 8, 10))
    days = {tour.start.astimezone(ZoneInfo("Europe/Moscow")).date() for tour in asked.tours}
    assert min(days) == date(2027, 8, 5)
    assert max(days) == date(2027, 8, 16)


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_something_is_always_on(hour: int) -> None:
    at = season(3, now=datetime(2026, 8, 10, hour, 58, tzinfo=UTC))
    for plant in at.plants:
        zone = ZoneInfo(plant.tz)
        today = at.now.astimezone(zone).date()
        days = {(tour.start.astimezone(zone).date() - today).days for tour in at.tours if tour.plant == plant.id}
        assert {-1, 0, 1} <= days
        assert at.running(plant.id)
        assert all(tour.start < tour.end for tour in at.tours)


def test_every_ticket_is_signed_for_its_tour(demo: Season) -> None:
    keys = {key.id: key for key in demo.keys}
    tours = {tour.id: tour for tour in demo.tours}
    for ticket in demo.tickets[::25]:
        said = codec.verify(ticket.code, keys)
        assert isinstance(said, SignedTicket)
        assert said.for_plant(ticket.plant)
        assert said.for_tour(ticket.tour)
        assert (said.id, said.party, said.short) == (ticket.id, ticket.party, ticket.short)
        assert said.valid_from <= tours[ticket.tour].start < tours[ticket.tour].end <= said.valid_until


def test_dirty_names_are_at_the_shown_plant(demo: Season) -> None:
    names = {one.name for one in demo.visitors if one.plant == demo.shown}
    assert set(DIRTY) <= names
    assert any(len(name) > 60 for name in names)


def test_whoever_leads_a_class_is_grown_up(demo: Season) -> None:
    leaders = {(group.id, group.leader) for group in demo.groups if group.name.startswith("Школа")}
    born = [one.birth_year for one in demo.visitors if (one.group, one.name) in leaders and one.birth_year]
    assert len(born) > 20
    assert max(born) <= demo.now.year - 18


def test_the_shown_plant_has_every_case(demo: Season) -> None:
    plants = {one.id: one for one in demo.plants}
    tours = {one.id: one for one in demo.tours}
    visitors = {one.id: one for one in demo.visitors}
    revoked = {one.id: one for one in demo.revocations}
    groups = {one.id: one.name for one in demo.groups}
    stops = StopIndex(one for one in demo.stops if one.plant == demo.shown)
    reasons: Counter[Reason] = Counter()
    taken: Counter[str] = Counter()
    for ticket in demo.tickets:
        tour = tours[ticket.tour]
        if ticket.plant != demo.shown or abs(tour.start - demo.now) > timedelta(hours=5):
            continue
        visitor = visitors.get(ticket.visitor or "")
        facts = Facts(
            recognised=Recognised.TICKET,
            here=demo.shown,
            ticket=ticket,
            plant=plants[ticket.plant],
            tour=tour,
            visitor=visitor,
            revocation=revoked.get(ticket.id),
            stop=stops.check(visitor.name, visitor.birth_year)[0] if visitor else Stop.CLEAR,
            tour_taken=taken[tour.id],
            group_adults_inside=int(groups.get((visitor and visitor.group) or "", "").startswith("Школа")),
        )
        verdict = judge(facts, demo.now)
        reasons[verdict.reason] += 1
        if not isinstance(verdict, Ask | Refuse):
            taken[tour.id] += ticket.party
    wanted = {
        Reason.ADMITTED,
        Reason.REVOKED,
        Reason.CANCELLED,
        Reason.STOP_LIST,
        Reason.NEAR_STOP_LIST,
        Reason.NEEDS_DOCUMENT,
        Reason.NEEDS_ADULT,
        Reason.TOO_EARLY,
        Reason.TOO_LATE,
        Reason.TOUR_FULL,
        Reason.UNDER_AGE,
    }
    assert wanted <= set(reasons)
    assert reasons[Reason.ADMITTED] >= 120


def test_bad_codes_are_bad_for_the_reason_they_say(demo: Season) -> None:
    keys = {key.id: key for key in demo.keys}
    tickets = {ticket.code: ticket for ticket in demo.tickets}
    tours = {tour.id: tour for tour in demo.tours}
    plants = {plant.id: plant for plant in demo.plants}
    for bad in demo.codes:
        ticket = tickets.get(bad.code)
        match bad.reason:
            case Reason.FORGED:
                assert codec.claims(bad.code)
                assert not isinstance(codec.verify(bad.code, keys), SignedTicket)
            case Reason.UNKNOWN_CODE:
                assert code_like(bad.code)
                assert ticket is None
            case Reason.NOT_OUR_CODE:
                assert not presentable(bad.code) or not code_like(bad.code)
            case _:
                assert ticket is not None
                facts = Facts(
                    recognised=Recognised.TICKET,
                    here=demo.shown,
                    ticket=ticket,
                    plant=plants[ticket.plant],
                    tour=tours[ticket.tour],
                )
                assert judge(facts, demo.now).reason is bad.reason
    assert {"forged", "damaged", "another programme's key", "wi-fi", "yesterday's"} <= {bad.kind for bad in demo.codes}


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
@pytest.mark.parametrize("russian", [True, False])
def test_its_list_imports_as_itself(demo: Season, tmp_path: Path, name: str, russian: bool) -> None:
    path = tmp_path / name
    count = write_list(demo, path, russian=russian, plant=demo.shown)
    result = read_list(path, known=demo.plants)
    assert count == len(result.rows) > 200
    assert not result.faults
    assert not result.notices
    held = Held(plants=demo.plants, tours=demo.tours, groups=demo.groups, visitors=demo.visitors, tickets=demo.tickets)
    difference = plan(result, held)
    assert not difference.added
    # A list cannot cancel a tour: it cancels everybody on it.
    cancelled = {tour.id for tour in demo.tours if tour.cancelled}
    assert {entry.visitor.tour for entry in difference.changed} <= cancelled
    assert len(difference.unchanged) + len(difference.changed) == count
