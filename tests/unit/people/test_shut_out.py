"""A gate that its hub has shut out works on for as long as the policy allows; then a supervisor lets people in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from checkin.app import GateApp
from checkin.clock import SettableClock
from checkin.desk import Direction, Source
from checkin.domain.people import Role
from checkin.people.guard import NotAllowed
from checkin.settings import Profile, Settings
from checkin.sync import shutout
from checkin.sync.runner import HubState, SyncState
from tests.field import NOW, opened, plant, ticket, tour, visitor
from tests.security.sites import Office

WAIT = 30
RECORDS = (
    plant(shut_out_h=2),
    tour(),
    *(visitor(f"v{number}") for number in range(4)),
    *(ticket(f"CODE-{number}", f"v{number}", id=f"k{number}") for number in range(4)),
)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GateApp]:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    store = opened(tmp_path)
    Office(store, SettableClock(NOW)).take(*RECORDS)
    store.close()
    Profile(tmp_path).save(Settings(key_place="file", plant="hleb", gate="1"))
    made = GateApp(Profile(tmp_path), SettableClock(NOW))
    yield made
    made.close()


def told(app: GateApp, *, shut: bool) -> None:
    """What the sync thread does when the hub says so."""
    shutout.note(app.store, app.clock.now() if shut else None)
    app._synced()
    app.plants().result(WAIT)  # the store's thread has looked


def word(app: GateApp, number: int, direction: Direction = Direction.IN) -> str:
    return app.scan(f"CODE-{number}", Source.SCANNER, direction).result(WAIT).word


def clock(app: GateApp) -> SettableClock:
    assert isinstance(app.clock, SettableClock)
    return app.clock


class _Runner:
    """Stands for the sync thread: only its state is looked at."""

    def __init__(self, hub: HubState) -> None:
        self.state = SyncState(hub=hub)

    def stop(self) -> None:
        """Nothing runs."""


def test_what_the_hub_says_is_written_down_and_outlives_a_restart(app: GateApp) -> None:
    exchange = app._exchange
    for hub, shut in (
        (HubState.REVOKED, True),
        (HubState.OFFLINE, True),
        (HubState.REVOKED, True),
        (HubState.OK, False),
    ):
        exchange._runner = _Runner(hub)  # type: ignore[assignment]
        exchange._came()
        with app.store.read() as tx:
            assert (shutout.shut_out(tx, 2) is not None) is shut


def test_within_its_hours_it_lets_people_in_and_says_until_when(app: GateApp) -> None:
    told(app, shut=True)
    assert any("12:30" in banner for banner in app.status().banners)  # 10:30 in Moscow, and two hours
    assert word(app, 0) == "admit"
    clock(app).advance(timedelta(minutes=20))
    told(app, shut=True)
    assert any("12:30" in banner for banner in app.status().banners)  # the first moment counts
    told(app, shut=False)
    assert not app.status().banners


def test_after_them_only_a_supervisor_lets_people_in(app: GateApp) -> None:
    boss = app.people.add("Старшая", Role.ADMINISTRATOR, "4821").result(WAIT)
    app.people.log_in(boss.id, "4821").result(WAIT)
    hand = app.people.add("Смена", Role.OPERATOR, "9375").result(WAIT)
    told(app, shut=True)
    assert word(app, 0) == "admit"
    clock(app).advance(timedelta(minutes=-30))  # putting the clock back buys no time
    app.people.log_in(hand.id, "9375").result(WAIT)
    with pytest.raises(NotAllowed):
        word(app, 1)
    card = app.groups.open_tour("hleb", "t1").result(WAIT)
    assert card is not None
    with pytest.raises(NotAllowed):
        app.groups.admit(card, ["v1"]).result(WAIT)
    assert word(app, 0, Direction.OUT) == "admit"  # whoever is inside goes out
    assert app.musters.raise_alarm(drill=True).result(WAIT) is not None
    app.people.log_in(boss.id, "4821").result(WAIT)
    assert word(app, 1) == "admit"


def test_where_nobody_logs_in_the_banner_stands_and_work_goes_on(app: GateApp) -> None:
    told(app, shut=True)
    clock(app).advance(timedelta(minutes=-30))
    assert len(app.status().banners) >= 1
    assert word(app, 2) == "admit"
