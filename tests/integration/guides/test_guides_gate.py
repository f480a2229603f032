"""The same page from a gate PC that has no hub."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from checkin.app import GateApp
from checkin.desk import Desk, Place, Source
from checkin.domain.events import AttendanceEvent, Kind
from checkin.domain.headcount import effective
from checkin.errors import SettingsWrong
from checkin.facade.guides import GuideServer, lan_address
from checkin.settings import Profile, Settings
from checkin.store.roster import put
from tests.integration.guides.guides_world import GUIDE, STRANGER, log_in, name_of, numbers, season, until


@pytest.fixture
def app(tmp_path: Path) -> Iterator[GateApp]:
    profile = Profile(tmp_path)
    profile.save(Settings(key_place="file", plant="bread", gate="1"))
    app = GateApp(profile)
    with app.store.write() as tx:
        tx.roster.apply(map(put, season()))
    yield app
    app.close()


@pytest.fixture
def guides(app: GateApp) -> Iterator[GuideServer]:
    guides = GuideServer(lambda: app._desk, app._work, app.listen, app.clock)
    yield guides
    guides.stop()


def test_the_switch(guides: GuideServer, app: GateApp) -> None:
    assert (guides.running, guides.url()) == (False, "")
    address = guides.start(port=0)
    assert address == guides.start() == guides.url()
    assert address.startswith(f"http://{lan_address()}:")
    assert address.endswith("/guides/")
    guides.stop()
    guides.stop()
    assert (guides.running, guides.url()) == (False, "")
    with pytest.raises(SettingsWrong):
        guides.make_code("Никто Такой")
    with pytest.raises(SettingsWrong):
        guides.make_code(tour="tour-9")
    assert {guide for guide, _tour in guides.guides()} >= {GUIDE}
    nowhere = Desk(app.store, app.clock, Place())
    with pytest.raises(SettingsWrong):
        GuideServer(lambda: nowhere, app._work, app.listen, app.clock).start()


def let_in(app: GateApp, code: str) -> None:
    """Scans, and says yes to what the gate asks."""
    outcome = app.scan(code, Source.TYPED).result()
    if outcome.word == "ask":
        outcome = app.scan(code, Source.TYPED, confirmed=frozenset({outcome.reason})).result()
    assert outcome.word == "admit"


def test_scans_reach_the_phone_and_marks_reach_the_journal(
    guides: GuideServer, app: GateApp, phone: BrowserContext
) -> None:
    url = guides.start("127.0.0.1", 0).removesuffix("/guides/")
    page = phone.new_page()
    log_in(page, url, guides.make_code(GUIDE).text)
    page.click(".tour:has-text('Хлеб')")
    page.wait_for_selector(".line")
    assert numbers(page) == [25, 0, 25]
    took = []
    for number in range(1, 6):
        let_in(app, f"CODE-v1-{number}")
        took.append(until(lambda number=number: numbers(page)[1] == number))  # type: ignore[misc]
    assert min(took) < 1.0, took  # the quickest: a busy machine makes one wait, a page that polls all
    assert STRANGER not in page.content()
    page.tap(".bar a")
    page.wait_for_selector(".mark")
    for number in range(5):
        page.tap(f".mark .yes >> nth={number}")
    page.tap(".mark .yes >> nth=0")
    until(lambda: len(_marks(app)) == 4)
    assert {event.operator for event in _marks(app)} == {GUIDE}
    app.musters.raise_alarm(drill=False).result()
    until(lambda: page.is_visible("#alarm a"))
    page.tap("#alarm a")
    page.tap(f".mark:has(b:text-is({name_of(1)!r})) .yes")

    def found() -> int:
        listed = app.musters.listed().result()
        assert listed is not None
        return listed.found

    until(lambda: found() == 1)
    with app.store.read() as tx:
        assert tx.journal.first_break(app._desk.device.id) is None
    began = time.monotonic()
    guides.stop()
    assert time.monotonic() - began < 10
    page.wait_for_selector("[data-link=offline]")
    page.tap(f".mark:has(b:text-is({name_of(2)!r})) .yes")
    assert "ждут отправки: 1" in page.inner_text("#link")
    guides.start("127.0.0.1", int(url.rsplit(":", 1)[1]))
    until(lambda: found() == 2)
    print(f"from the verdict to the phone's screen: at most {max(took) * 1000:.0f} ms")


def _marks(app: GateApp) -> list[AttendanceEvent]:
    with app.store.read() as tx:
        events = tx.journal.of_kinds("bread", (Kind.MARK,))
    return [event for event in effective(events) if event.kind is Kind.MARK]


def test_a_code_for_one_tour(guides: GuideServer, phone: BrowserContext) -> None:
    url = guides.start("127.0.0.1", 0).removesuffix("/guides/")
    page = phone.new_page()
    log_in(page, url, guides.make_code(tour="tour-2").text)
    assert page.locator(".tour .title").all_text_contents() == ["Мастер-класс"]
