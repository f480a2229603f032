from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checkin.clock import SettableClock
from checkin.hub import Hub, open_hub
from tests.unit.hub.chain_of_hubs import Chain, chained_hubs
from tests.unit.hub.hub_world import NOW, season


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(NOW)


@pytest.fixture
def hub(tmp_path: Path, clock: SettableClock) -> Iterator[Hub]:
    with open_hub(f"sqlite:///{tmp_path}/hub.sqlite", clock) as hub:
        hub.put_records(season())
        yield hub


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    with chained_hubs(tmp_path) as made:
        yield made
