"""A clock that is a day wrong, before a real hub: forwards, backwards, over a restart, while visitors come in.

Shown each time: every green is in the journal and at the hub exactly once and in its place, nobody is refused for it,
the person is told, and the hub knows how far the gate's clock is off.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from checkin.app import GateApp
from checkin.clock import SettableClock
from checkin.desk import Source
from checkin.hub import open_hub
from checkin.hub.database import reading
from checkin.hub.rows import attendance
from checkin.i18n import gettext
from tests.field import crowd, plant, profile, tour
from tests.integration.hub_process import hub_process

DAY = timedelta(days=1)
EACH = 8
WITHIN_S = 60.0


def wait_for(seen: Callable[[], object]) -> None:
    until = time.monotonic() + WITHIN_S
    while not seen():
        assert time.monotonic() < until
        time.sleep(0.05)


@contextmanager
def gate(folder: Path, clock: SettableClock, enrol: tuple[str, str] | None = None) -> Iterator[GateApp]:
    """A gate at work, with its sync threads."""
    app = GateApp(profile(folder), clock)
    try:
        if enrol is not None:
            app.enrol(*enrol).result(WITHIN_S)
        else:
            app.start()
        yield app
    finally:
        app.close()


class Visitors:
    """They come one after another, and each is let in."""

    def __init__(self) -> None:
        self.greens: list[str] = []

    def come(self, app: GateApp) -> None:
        for _visitor in range(EACH):
            outcome = app.scan(f"CODE-{len(self.greens)}", Source.SCANNER).result(WITHIN_S)
            assert outcome.word == "admit", outcome.reason
            assert outcome.event is not None
            self.greens.append(outcome.event.id)


def off_by_a_day(app: GateApp) -> bool:
    """Whether a banner says that this PC and the hub are a day apart."""
    words = gettext("This PC's clock differs from the hub's by {minutes} min. Set the clock")
    return any(words.format(minutes=minutes) in app.status().banners for minutes in (1439, 1440, 1441))


@pytest.mark.parametrize("by", [DAY, -DAY], ids=["forwards", "backwards"])
def test_a_day_wrong(tmp_path: Path, by: timedelta) -> None:
    now = datetime.now(UTC)
    db_url = f"sqlite:///{tmp_path}/hub.sqlite"
    on = tour(start=now - 3 * DAY, minutes=6 * 24 * 60)
    with open_hub(db_url) as hub:
        hub.put_records([plant(), on, *crowd(EACH * 5)])
        code = hub.invite("hleb", "Главная")
    clock, visitors = SettableClock(now), Visitors()
    with hub_process(db_url, tmp_path) as process:
        with gate(tmp_path / "gate", clock, (process.url, code)) as app:
            wait_for(lambda: app.status().visitors == EACH * 5)
            visitors.come(app)
            assert not app.status().banners
            clock.jump(now + by)
            visitors.come(app)
            wait_for(lambda: off_by_a_day(app))
            clock.jump(now - by)
            visitors.come(app)
            assert len(app.status().banners) >= 1
        with gate(tmp_path / "gate", clock) as app:  # started again, and still a day wrong the other way
            visitors.come(app)
            wait_for(lambda: off_by_a_day(app))
            wait_for(lambda: app.status().waiting == 0)
            device = app._desk.device.id
            with open_hub(db_url) as hub:
                (known,) = [one for one in hub.devices() if one.id == device]
            assert known.clock_offset_s is not None
            assert abs(timedelta(seconds=known.clock_offset_s) + by) < timedelta(minutes=5)
            clock.jump(now)
            visitors.come(app)
            wait_for(lambda: not off_by_a_day(app))
            wait_for(lambda: app.status().waiting == 0)
    with open_hub(db_url) as hub, reading(hub.engine) as connection:
        rows = connection.execute(
            select(attendance.c.id).where(attendance.c.device == device, attendance.c.kind == "entry").order_by("seq")
        )
        assert [row.id for row in rows] == visitors.greens
