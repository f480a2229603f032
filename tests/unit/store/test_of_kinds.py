"""Events of some kinds come with what takes them back, and with nothing else, whatever names whatever."""

from __future__ import annotations

from pathlib import Path

from checkin.domain.events import Kind, new_id
from checkin.domain.headcount import effective
from tests.field import event, plant, site, tour


def test_voids_of_other_events_stay_away_and_voids_of_voids_come(tmp_path: Path) -> None:
    with site(tmp_path, [plant(), tour()]) as gate:

        def write(kind: Kind, **fields: object) -> str:
            with gate.store.write() as tx:
                return tx.journal.append(event(kind, **fields), gate.desk.device).event.id

        entry = write(Kind.ENTRY, subject="v1")
        other = write(Kind.VOID, subject="v1", voids=entry)
        alarm = write(Kind.ALARM, subject=None, reason="drill")
        taken = write(Kind.VOID, subject=None, voids=alarm)
        with gate.store.read() as tx:
            assert effective(tx.journal.of_kinds("hleb", (Kind.ALARM,))) == []
        again = write(Kind.VOID, subject=None, voids=taken)
        with gate.store.read() as tx:
            found = tx.journal.of_kinds("hleb", (Kind.ALARM,))
        assert {one.id for one in found} == {alarm, taken, again}
        assert other not in {one.id for one in found}
        assert [one.id for one in effective(found)] == [alarm]


def test_voids_in_a_circle_come_to_an_end(tmp_path: Path) -> None:
    one, other = new_id(), new_id()
    with site(tmp_path, [plant(), tour()]) as gate:
        with gate.store.write() as tx:
            alarm = tx.journal.append(event(Kind.ALARM, None, reason="real"), gate.desk.device).event
            for fields in ({"id": one, "voids": other}, {"id": other, "voids": one}):
                tx.journal.append(event(Kind.VOID, None, **fields), gate.desk.device)
            tx.journal.append(event(Kind.VOID, None, voids=alarm.id), gate.desk.device)
            tx.journal.append(event(Kind.VOID, None, voids=alarm.id), gate.desk.device)
        with gate.store.read() as tx:
            assert len(tx.journal.of_kinds("hleb", (Kind.ALARM,))) == 3
            assert len(tx.journal.of_kinds("hleb", (Kind.ALARM, Kind.VOID))) == 5
