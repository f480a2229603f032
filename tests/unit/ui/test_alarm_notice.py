"""An alarm from another gate is told at once and until somebody answers; its end is told to whoever heard of it."""

from __future__ import annotations

from datetime import timedelta

from fake_app import FakeApp
from fake_groups import elsewhere

from checkin.domain.events import Kind
from ui.muster.notice import AGAIN_S, NoticePresenter
from ui.muster.state import Mode
from ui.ports import Tone


class House:
    """A gate's notice, what was heard, and how often somebody went to the list."""

    def __init__(self) -> None:
        self.app = FakeApp()
        self.tones: list[Tone] = []
        self.opened = 0
        self.came = 0
        self.notice = NoticePresenter(self.app, sound=self.tones.append, open_list=self._open, came=self._came)
        self.notice.refreshed()

    def _open(self) -> None:
        self.opened += 1

    def _came(self) -> None:
        self.came += 1

    def happens(self, kind: Kind, reason: str = "real") -> str:
        event = elsewhere(self.app, kind, reason)
        self.notice.refreshed()
        return event.id


def test_nothing_is_told_while_nothing_happens() -> None:
    house = House()
    house.notice.second_passed()
    assert house.notice.state.mode is Mode.NONE
    assert (house.tones, house.came) == ([], 0)


def test_an_alarm_is_told_until_somebody_goes_to_the_list() -> None:
    house = House()
    house.happens(Kind.ALARM)
    state = house.notice.state
    assert state.mode is Mode.REAL
    assert "Склад" in state.detail
    assert (house.tones, house.came) == ([Tone.ALARM], 1)
    for _second in range(AGAIN_S):
        house.notice.second_passed()
    assert house.tones == [Tone.ALARM] * 2
    house.notice.refreshed()
    assert house.tones == [Tone.ALARM] * 2
    house.notice.pressed()
    assert house.opened == 1
    assert house.notice.state.mode is Mode.NONE
    for _second in range(2 * AGAIN_S):
        house.notice.second_passed()
    assert len(house.tones) == 2


def test_the_end_is_told_and_put_away() -> None:
    house = House()
    house.happens(Kind.ALARM, "drill")
    assert house.notice.state.mode is Mode.DRILL
    house.app.clock.advance(timedelta(minutes=7))
    house.happens(Kind.ALL_CLEAR, "drill")
    assert house.notice.state.mode is Mode.OVER
    assert house.tones[-1] is Tone.YES
    house.notice.pressed()
    assert house.notice.state.mode is Mode.NONE
    assert house.opened == 0


def test_an_end_of_long_ago_is_not_told() -> None:
    house = House()
    elsewhere(house.app, Kind.ALARM, "real")
    house.happens(Kind.ALL_CLEAR)
    assert house.notice.state.mode is Mode.NONE
    assert house.tones == []


def test_who_raised_it_or_looks_at_the_list_is_not_told() -> None:
    house = House()
    alarm = elsewhere(house.app, Kind.ALARM, "real")
    house.notice.known(alarm.id)
    house.notice.refreshed()
    assert house.notice.state.mode is Mode.NONE
    assert house.tones == []
    house.notice.ended_here()
    other = House()
    elsewhere(other.app, Kind.ALARM, "real")
    other.notice.refreshed(in_view=True)
    assert other.notice.state.mode is Mode.NONE
    assert other.tones == []


def test_a_real_alarm_in_a_drill_is_told_anew() -> None:
    house = House()
    house.happens(Kind.ALARM, "drill")
    house.notice.pressed()
    house.app.clock.advance(timedelta(seconds=5))
    house.happens(Kind.ALARM, "real")
    assert house.notice.state.mode is Mode.REAL
    assert house.tones == [Tone.ALARM] * 2
