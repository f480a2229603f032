"""A hub above that lost what it had is noticed by the hub below, whether or not somebody said that it was restored."""

from __future__ import annotations

from sqlalchemy import select

from checkin.hub import Hub, rows
from checkin.hub.database import reading
from tests.unit.hub.chain_of_hubs import Chain, send
from tests.unit.hub.hub_world import enrolled


def test_what_it_lost_goes_up_again_although_as_many_new_lines_came_meanwhile(chain: Chain) -> None:
    here, who = enrolled(chain.below, "Восток", "hleb")
    for _ in range(3):
        here.write("v1")
    send(chain.below, who, here)
    chain.round()
    chain.back_up()
    here.write("v1")
    here.write("v1")
    send(chain.below, who, here, begin=3)
    chain.round()
    assert chain.lines(chain.above) == chain.lines(chain.below)
    chain.restore()
    there, whose = enrolled(chain.above, "Запад", "hleb")  # a gate at the hub above fills the places of what is gone
    for _ in range(4):
        there.write("v1")
    send(chain.above, whose, there)
    here.write("v1")
    send(chain.below, who, here, begin=5)
    for _ in range(2):
        chain.round()
    assert chain.lines(chain.above) == chain.lines(chain.below)
    assert len(chain.lines(chain.above)) == 10
    before = chain.air.met.copy()
    chain.round()
    assert (chain.air.met - before).total() == 2  # a page of lines, a page of the roster: nothing goes up for ever


def test_a_restored_hub_writes_its_own_journal_under_another_name(chain: Chain) -> None:
    (one, one_who), (two, two_who) = (enrolled(chain.below, gate, "hleb") for gate in ("Восток", "Запад"))
    first, second = one.write("v1"), two.write("v1")
    send(chain.below, one_who, one)
    send(chain.below, two_who, two)
    chain.below.resolve("hleb", first.event.id, "раз")
    chain.round()
    assert [clash.resolved for clash in chain.above.conflicts()] == [True]
    chain.below.restored()
    three, three_who = enrolled(chain.below, "Юг", "hleb")
    three.write("v1")
    send(chain.below, three_who, three)
    assert [clash.resolved for clash in chain.below.conflicts()] == [False]
    chain.below.resolve("hleb", second.event.id, "два")
    chain.round()
    assert [clash.resolved for clash in chain.above.conflicts()] == [True]
    assert len(set(_devices(chain.above))) == 5  # three gates, the hub below before and after
    assert not chain.above.findings()


def _devices(hub: Hub) -> list[str]:
    c = rows.attendance.c
    with reading(hub.engine) as connection:
        return list(connection.scalars(select(c.device)))
