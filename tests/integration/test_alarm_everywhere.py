"""An alarm at one gate of a plant is known at the other within a second or so, through the hub; so is its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from checkin.app import GateApp
from checkin.desk import Source
from checkin.domain.muster import Mark
from checkin.hub.serve import start
from checkin.settings import Profile, Settings
from tests.integration.guides.guides_world import season
from ui.muster.notice import NoticePresenter
from ui.muster.state import Mode
from ui.ports import Tone

WITHIN_S = 20.0
"""Much longer than it takes, for a machine that does other things; the time that it took is printed."""


@pytest.fixture
def gates(tmp_path: Path) -> Iterator[tuple[GateApp, GateApp]]:
    """Two gates of one plant on one hub, both with its roster."""
    with ExitStack() as stack:
        running = stack.enter_context(start(f"sqlite:///{tmp_path}/hub.sqlite"))
        running.hub.put_records(season())
        apps = []
        for name in ("Главная", "Склад"):
            profile = Profile(tmp_path / name)
            profile.save(Settings(key_place="file"))
            app = GateApp(profile)
            stack.callback(app.close)
            app.enrol(running.url, running.hub.invite("bread", name)).result(20)
            apps.append(app)
        until(lambda: all(app.status().visitors == 31 for app in apps))
        yield apps[0], apps[1]


def until(true: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < WITHIN_S, "it did not happen"
        time.sleep(0.01)
    return time.monotonic() - began


def test_raised_and_ended_everywhere(gates: tuple[GateApp, GateApp]) -> None:
    here, there = gates
    tones: list[Tone] = []
    notice = NoticePresenter(there, sound=tones.append)
    there.listen(notice.refreshed)
    outcome = there.scan("CODE-v1-12", Source.TYPED).result(20)
    assert outcome.word == "admit"

    def listed_here() -> int:
        listed = here.musters.listed().result(20)
        return listed.inside if listed is not None else 0

    until(lambda: listed_here() == 1)
    alarm = here.musters.raise_alarm(drill=False).result(20)
    took = until(lambda: notice.state.mode is Mode.REAL)
    assert tones == [Tone.ALARM]
    assert "Главная" in notice.state.detail
    there.musters.mark("v1-12", Mark.FOUND).result(20)

    def found_here() -> int:
        listed = here.musters.listed().result(20)
        return listed.found if listed is not None else 0

    until(lambda: found_here() == 1)
    again = there.musters.raise_alarm(drill=False).result(20)
    assert again.id == alarm.id
    there.musters.all_clear().result(20)
    until(lambda: (held := here.status().muster) is not None and not held.on)
    assert notice.state.mode is Mode.OVER
    print(f"from the alarm on the disk to the other gate's bar: {took * 1000:.0f} ms")
