"""Who asks is remembered as the database has them, whatever happens while they are looked up."""

from __future__ import annotations

import asyncio

import pytest

from checkin.hub import Hub, devices
from checkin.hub.api import callers
from checkin.hub.api.callers import Callers
from tests.unit.hub.hub_world import NOW, enrolled


def test_what_was_read_before_a_revocation_is_not_remembered_after_it(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow look-up ends when another one has already noticed that something changed."""
    journal, who = enrolled(hub)
    monkeypatch.setattr(callers, "LOOK_S", 0.0)
    known = Callers(hub.engine)
    read = devices.bearer

    async def story() -> bool:
        assert await known.of("other", "no such token", NOW) is None  # the first look
        loop = asyncio.get_running_loop()

        def slow(*given: object) -> object:
            found = read(*given)  # type: ignore[arg-type]
            hub.revoke(journal.device)
            asyncio.run_coroutine_threadsafe(known._look(), loop).result(10)
            return found

        monkeypatch.setattr(devices, "bearer", slow)
        first = await known.of("gate", journal.token, NOW)
        assert first is not None
        assert first.id == who.id
        monkeypatch.setattr(devices, "bearer", read)
        again = await known.of("gate", journal.token, NOW)
        assert again is not None
        return again.revoked

    assert asyncio.run(story())
