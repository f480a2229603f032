"""The hub's names go when their time has come: from its tables, its pages and, at their next sync, from its gates."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from checkin.clock import SettableClock
from checkin.domain.events import AttendanceEvent, Kind, private
from checkin.domain.visit import Group
from checkin.hub import Hub, open_hub, roster, rows
from checkin.hub.database import reading
from checkin.hubchain.runner import Runner
from tests.field import NOW, event, plant, ticket, tour, visitor

NAMES = ("Достоевская-Заречная", "Семья Достоевских", "Гостев-Нежданный", "Ушаков-Дальний")
RECORDS = (
    plant(retention_h=72),
    tour("past", NOW - timedelta(days=5)),
    tour("t1"),
    Group(id="family", plant="hleb", tour="past", name=NAMES[1], leader=NAMES[1], size=3),
    visitor("old", NAMES[0], tour="past", group="family"),
    ticket("OLD", "old", tour="past", group="family"),
    visitor("new", NAMES[3]),
    ticket("NEW", "new"),
)


def filled(hub: Hub) -> None:
    """A season with somebody of long ago, who brought a guest."""
    hub.put_records(RECORDS)
    with hub.engine.begin() as connection:
        for number, (name, at) in enumerate([(NAMES[2], NOW - timedelta(days=5)), ("", NOW)]):
            line = event(Kind.WALK_IN, None, private=private(name or NAMES[3]), tour="past" if name else "t1", at=at)
            connection.execute(rows.attendance.insert().values(**_row(line, number)))


def _row(line: AttendanceEvent, number: int) -> dict[str, object]:
    assert line.private is not None
    return {
        "plant": line.plant,
        "id": line.id,
        "device": "d",
        "seq": number + 1,
        "position": number + 1,
        "at": line.at,
        "received_at": line.at,
        "kind": line.kind.value,
        "tour": line.tour,
        "subject": line.id,
        "gate": "1",
        "party": 1,
        "prev": "",
        "hash": "",
        "signature": "",
        "body": "{}",
        "private": json.dumps({"salt": line.private.salt, "name": line.private.name}, ensure_ascii=False),
    }


def found(folder: Path) -> set[str]:
    """Names in any page of the hub's files."""
    raw = b"".join(path.read_bytes() for path in folder.glob("hub.sqlite*"))
    return {name for name in NAMES if name.encode() in raw}


def test_names_go_and_counts_stay(tmp_path: Path) -> None:
    with open_hub(f"sqlite:///{tmp_path}/hub.sqlite", SettableClock(NOW)) as hub:
        filled(hub)
        before = [line.model_dump() for line in hub.headcount()]
        assert found(tmp_path) == set(NAMES)
        planned = hub.purge(dry_run=True)
        assert found(tmp_path) == set(NAMES)
        assert hub.purge() == planned
        assert [(one.tour, one.names, one.groups, one.notes) for one in planned] == [("past", 1, 1, 1)]
        assert found(tmp_path) == {NAMES[3]}
        assert [line.model_dump() for line in hub.headcount()] == before
        assert hub.purge() == []
        page = roster.page(hub.engine, "hleb", "", 500)
        assert NAMES[0] not in page
        changed = [one for one in json.loads(page)["changes"] if one["id"] in ("old", "family")]
        assert [one["record"]["name"] for one in changed] == ["", ""]  # gates hear of it


def test_a_served_hub_purges_by_itself(tmp_path: Path) -> None:
    with open_hub(f"sqlite:///{tmp_path}/hub.sqlite", SettableClock(NOW)) as hub:
        filled(hub)
        runner = Runner(hub)
        runner._purge()
        assert found(tmp_path) == set(NAMES)  # not at once: whoever starts it again and again is served
        runner.purges_s = 0.0
        runner._purge()
        assert found(tmp_path) == {NAMES[3]}


@pytest.mark.parametrize("hours", [1, 400])
def test_each_plant_has_its_own_time(tmp_path: Path, hours: int) -> None:
    with open_hub(f"sqlite:///{tmp_path}/hub.sqlite", SettableClock(NOW)) as hub:
        hub.put_records((plant(retention_h=hours), *RECORDS[1:]))
        assert len(hub.purge(dry_run=True)) == (1 if hours == 1 else 0)
        with reading(hub.engine) as connection:
            assert roster.records(connection, "hleb", "visitor")["old"].name == NAMES[0]
