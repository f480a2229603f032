"""A hub process on SQLite, and on PostgreSQL where it is installed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from checkin.hub import Hub, open_hub
from tests.integration.hub.gates import enrol
from tests.integration.hub_process import HubProcess, hub_process
from tests.integration.postgres_server import fresh_database, installed, postgres
from tests.unit.hub.hub_world import season

_names = (f"hub{number}" for number in itertools.count())


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        yield url


_POSTGRES = pytest.param(
    "postgresql",
    marks=[pytest.mark.postgres, pytest.mark.skipif(not installed(), reason="PostgreSQL 15 is not installed here")],
)


@pytest.fixture(params=["sqlite", _POSTGRES])
def db_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/hub.sqlite"
    return fresh_database(request.getfixturevalue("postgres_url"), next(_names))


@pytest.fixture
def hub(db_url: str) -> Iterator[Hub]:
    """The administrator's side, beside the running process."""
    with open_hub(db_url) as hub:
        hub.put_records(season(tours=4, visitors=500))
        yield hub


@pytest.fixture
def running(hub: Hub, db_url: str, tmp_path: Path) -> Iterator[HubProcess]:
    with hub_process(db_url, tmp_path) as process:
        yield process


@pytest.fixture(scope="module")
def sqlite_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HubProcess, str]]:
    folder = tmp_path_factory.mktemp("hub")
    url = f"sqlite:///{folder}/hub.sqlite"
    with open_hub(url) as hub:
        hub.put_records(season())
        with hub_process(url, folder) as process:
            journal, backend = enrol(hub, process.url)
            backend.close()
            yield process, journal.token
