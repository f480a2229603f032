"""A hub whose database file was deleted or moved away answers 503: what it took would be gone with its last handle."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from checkin.clock import SettableClock
from checkin.errors import ServerBusy
from checkin.hub import Hub, open_hub
from checkin.hub.api.app import application
from tests.property.nearby import Loop
from tests.unit.hub.hub_world import NOW, season

Ask = Callable[[str], tuple[int, dict[str, str], bytes]]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Hub, Ask]]:
    loop = Loop()
    with open_hub(f"sqlite:///{tmp_path}/hub.sqlite", SettableClock(NOW)) as hub:
        app = application(hub.engine)
        yield hub, lambda path: loop.ask(app, requests.Request("GET", f"http://hub{path}").prepare())
    loop.close()


def test_nothing_is_taken_into_a_file_that_is_gone(tmp_path: Path, served: tuple[Hub, Ask]) -> None:
    hub, ask = served
    path, away = tmp_path / "hub.sqlite", tmp_path / "away.sqlite"
    hub.put_records(season(tours=1))
    assert ask("/ready")[0] == 200
    path.rename(away)
    status, headers, _body = ask("/ready")
    assert status == 503
    assert headers["retry-after"]
    assert ask("/health")[0] == 200
    assert b"prohodnaya_database_up 0" in ask("/metrics")[2]
    with pytest.raises(ServerBusy):
        hub.put_records(season(tours=2))
    assert not path.exists()  # no empty one is made in its place
    away.rename(path)
    assert ask("/ready")[0] == 200
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(away)) as copy:
        source.backup(copy)
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    assert ask("/ready")[0] == 503
    away.rename(path)  # another file under the name: it is opened anew
    assert ask("/ready")[0] == 200
    hub.put_records(season(tours=2))
