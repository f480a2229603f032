"""A visitor with a ticket to another tour who comes in with this group: one person, one ticket, one head."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from checkin.desk import Direction, Source
from checkin.desk.groups import GroupCard, Groups, NotTaken, TicketUnfit
from checkin.desk.heads import heads_of_day
from checkin.desk.musters import Musters
from checkin.domain.admission import Admit, Reason, Refuse
from checkin.domain.events import AttendanceEvent, Kind
from checkin.domain.headcount import Count
from checkin.domain.visit import Flag, Group, Record, Revocation, StopEntry, Ticket
from checkin.reports.season import season
from tests.field import NOW, Site, event, plant, site, tour, visitor


def world() -> list[Record]:
    """t1 with a class of two who are let in; t2, three hours later, with the child who comes along, and 3."""
    return [
        plant(),
        tour(),
        tour("t2", NOW + timedelta(hours=3)),
        Group(id="7b", plant="hleb", tour="t1", name="7 «Б»"),
        visitor("v1", "Учитель Пётр", Flag.ADULT, group="7b"),
        Ticket(id="k1", plant="hleb", tour="t1", code="C-1", visitor="v1"),
        visitor("v2", "Ученик Ян", group="7b"),
        Ticket(id="k2", plant="hleb", tour="t1", code="C-2", visitor="v2"),
        visitor("late", "Поздняя Ева", Flag.MINOR, tour="t2"),
        Ticket(id="k9", plant="hleb", tour="t2", code="C-9", visitor="late"),
        Ticket(id="k3", plant="hleb", tour="t2", code="C-PARTY", party=3),
    ]


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path, world()) as made:
        yield made


def card(gate: Site) -> GroupCard:
    found = Groups(gate.desk).open_group("hleb", "7b")
    assert found is not None
    return found


def take(gate: Site, text: str = "C-9") -> AttendanceEvent:
    return Groups(gate.desk).take_along(card(gate), text, "", "перепутали время")


def counts(gate: Site) -> tuple[Count, Count, Count]:
    with gate.store.read() as tx:
        day = heads_of_day(tx, "hleb", gate.clock.now())
    first, second = (one.line.count for one in day.tours)
    return first, second, day.whole


def test_their_own_ticket_is_used_by_it(gate: Site) -> None:
    assert isinstance(gate.desk.judge("C-9").verdict, Refuse)  # too early for it
    written = take(gate)
    assert (written.kind, written.subject, written.ticket, written.tour, written.group) == (
        Kind.WALK_IN,
        "late",
        "k9",
        "t1",
        "7b",
    )
    gate.clock.advance(timedelta(hours=3))
    again = gate.desk.scan("C-9", Source.CAMERA)
    assert again.verdict == Refuse(reason=Reason.ALREADY_USED, when=written.at)
    with pytest.raises(TicketUnfit) as used:
        take(gate)
    assert used.value.reason is Reason.ALREADY_USED


def test_one_person_is_one_head_of_the_tour_they_came_with(gate: Site) -> None:
    before = counts(gate)[2]
    take(gate)
    first, second, whole = counts(gate)
    assert (first.inside, first.walk_ins, second.inside, second.expected) == (1, 1, 0, 3)
    assert (whole.expected + whole.walk_ins, whole.inside, whole.missing) == (before.expected, 1, before.missing - 1)
    with gate.store.read() as tx:
        assert [one.missing for one in heads_of_day(tx, "hleb", gate.clock.now()).tours][1] == ()


def test_they_leave_with_the_group_or_by_their_own_ticket(gate: Site) -> None:
    groups = Groups(gate.desk)
    groups.admit(card(gate), {"v1", "v2"}, frozenset(Reason))
    take(gate)
    assert [guest.name for guest in card(gate).guests] == ["Поздняя Ева"]
    out = groups.let_out(card(gate), {"v1", "v2", "late"})
    assert (len(out.events), out.card.inside) == (3, 0)
    assert counts(gate)[2].inside == 0

    take(gate)
    assert gate.desk.scan("C-9", Source.CAMERA, Direction.OUT).verdict == Admit(reason=Reason.LEFT, heads=1)
    assert (counts(gate)[2].inside, card(gate).guests) == (0, ())


def test_taking_it_back_makes_the_ticket_good_again(gate: Site) -> None:
    before = counts(gate)
    assert gate.desk.undo(take(gate).id)
    assert counts(gate) == before
    gate.clock.advance(timedelta(hours=3))
    assert isinstance(gate.desk.scan("C-9", Source.CAMERA, confirmed=frozenset(Reason)).verdict, Admit)


def test_an_alarm_looks_for_them_as_who_they_are(gate: Site) -> None:
    take(gate)
    listed = Musters(gate.desk).listed("hleb")
    assert listed is not None
    (section,) = listed.sections
    (person,) = section.people
    assert section.tour is not None
    assert (section.tour.id, person.subject, person.name, person.band) == ("t1", "late", "Поздняя Ева", Flag.MINOR)


def test_a_party_without_names_comes_along_as_a_whole(gate: Site) -> None:
    with pytest.raises(NotTaken):
        Groups(gate.desk).bearer(card(gate), "no such code")
    written = Groups(gate.desk).take_along(card(gate), "C-PARTY", "Семья Ли", "")
    assert (written.subject, written.party) == ("k3", 3)
    first, second, whole = counts(gate)
    assert (first.inside, first.walk_ins, second.expected, whole.expected + whole.walk_ins) == (3, 3, 1, 6)


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        (Revocation(id="k9", plant="hleb", at=NOW - timedelta(days=1)), Reason.REVOKED),
        (StopEntry(id="s", plant="hleb", name="Поздняя Ева"), Reason.STOP_LIST),
    ],
)
def test_what_is_withdrawn_or_stopped_takes_nobody_along(tmp_path: Path, extra: Record, why: Reason) -> None:
    with site(tmp_path, [*world(), extra]) as gate:
        with pytest.raises(TicketUnfit) as unfit:
            Groups(gate.desk).bearer(card(gate), "C-9")
        assert (unfit.value.reason, unfit.value.name) == (why, "Поздняя Ева")
        with pytest.raises(NotTaken):
            take(gate)
        assert counts(gate)[2].inside == 0


def test_a_ticket_of_this_very_tour_is_no_other_tours(gate: Site) -> None:
    with pytest.raises(NotTaken):
        take(gate, "C-1")


def test_a_cancelled_tours_visitor_may_come_along(tmp_path: Path) -> None:
    off = tour("t2", NOW + timedelta(hours=3), cancelled=True)
    with site(tmp_path, [off if getattr(one, "id", "") == "t2" else one for one in world()]) as gate:
        assert take(gate).subject == "late"


def test_the_season_counts_them_once() -> None:
    along = event(Kind.WALK_IN, "late", ticket="k9", tour="t1", device="d", seq=1)
    party = event(Kind.WALK_IN, "k3", ticket="k3", tour="t1", party=3, device="d", seq=2)
    nobody = event(Kind.WALK_IN, "w-1", device="d", seq=3)
    total = season(world(), [along, party, nobody]).total
    assert (total.registered, total.came, total.walk_ins, total.no_show) == (6, 4, 1, 2)
