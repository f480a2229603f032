"""What a phone keeps when its line is cut, and that every mark arrives once."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update

from checkin.domain.events import new_id
from checkin.hub import open_hub
from checkin.hub.database import writing
from checkin.hub.guides import rows
from checkin.hub.serve import RunningHub
from tests.integration.guides.guides_world import GUIDE, Gate, log_in, name_of, now, numbers, season, until
from tests.integration.hub_process import start_hub


def marks_waiting(page: Page) -> int:
    kept = "Object.entries(localStorage).filter(([key]) => key.startsWith('prohodnaya.marks.'))"
    return int(page.evaluate(f"{kept}.flatMap(([, text]) => JSON.parse(text)).length"))


def open_call(page: Page) -> None:
    page.click(".tour:has-text('Хлеб')")
    page.click(".bar a")
    page.wait_for_selector(".mark")


def test_cut_and_back(page: Page, phone: BrowserContext, gate: Gate) -> None:
    gate.let(*(f"v1-{number}" for number in range(1, 11)))
    open_call(page)
    expect(page.locator(".mark")).to_have_count(10)
    phone.set_offline(True)
    page.wait_for_selector("[data-link=offline]")
    for number in range(5):
        page.tap(f".mark .yes >> nth={number}")
    page.tap(".mark .yes >> nth=0")
    assert page.inner_text("#link") == "▲ Нет связи · данные только что · ждут отправки: 6"
    assert page.locator(".mark .yes[aria-pressed=true]").count() == 4
    assert page.inner_text(".sum").split("\n")[0] == "Здесь 4 из 10"
    assert gate.peers() == []
    gate.let("v1-11")
    phone.set_offline(False)
    until(lambda: len(gate.peers()) == 6)
    page.wait_for_selector("[data-link=online]")
    until(lambda: marks_waiting(page) == 0)
    until(lambda: page.locator(".mark").count() == 11)
    assert page.locator(".mark .yes[aria-pressed=true]").count() == 4
    time.sleep(0.5)
    assert len(gate.peers()) == 6


def test_the_age_of_what_is_shown(page: Page, phone: BrowserContext, gate: Gate) -> None:
    gate.let("v1-1", "v1-2")
    until(lambda: numbers(page.locator(".tour:has-text('Хлеб')")) == [25, 2, 23])
    phone.set_offline(True)
    page.wait_for_selector("[data-link=offline]")
    page.evaluate("{ const then = Date.now; Date.now = () => then() + 125000; }")
    page.wait_for_selector("text=данные 2 мин назад", timeout=8000)
    assert numbers(page.locator(".tour:has-text('Хлеб')")) == [25, 2, 23]


def test_a_tab_that_wakes_up_without_a_network(page: Page, phone: BrowserContext, gate: Gate) -> None:
    gate.let("v1-1", "v1-2")
    open_call(page)
    expect(page.locator(".mark")).to_have_count(2)
    phone.set_offline(True)
    page.tap(".mark .yes")
    page.goto("about:blank")
    page.go_back(wait_until="commit")
    page.wait_for_selector("[data-link=offline] .mark .yes[aria-pressed=true]")
    assert "ждут отправки: 1" in page.inner_text("#link")
    phone.set_offline(False)
    until(lambda: len(gate.peers()) == 1)
    page.click(".back")
    page.click(".back")
    page.click("text=Выйти")
    page.wait_for_selector("#code")
    assert page.evaluate("sessionStorage.length") == 0
    assert name_of(1) not in page.content()


def test_marks_outlive_the_page_the_hub_and_the_session(phone: BrowserContext, tmp_path: Path) -> None:
    """SIGKILL in the middle of a roll-call, the page closed, the session over: a new log-in sends the marks once."""
    url = f"sqlite:///{tmp_path}/hub.sqlite"
    with open_hub(url) as hub:
        hub.put_records(season())
        first = start_hub(url, tmp_path / "hub.log")
        gate = Gate(hub, first.url)
        gate.let(*(f"v1-{number}" for number in range(1, 11)))
        page = phone.new_page()
        log_in(page, first.url, hub.guide_code("bread", GUIDE).text)
        open_call(page)
        page.tap(".mark .yes >> nth=0")
        until(lambda: len(gate.peers()) == 1)
        first.kill()
        for number in range(1, 4):
            page.tap(f".mark .yes >> nth={number}")
        page.wait_for_selector("[data-link=offline]")
        assert marks_waiting(page) == 3
        page.close()
        with writing(hub.engine) as connection:
            connection.execute(update(rows.session).values(expires_at=now()))
        second = start_hub(url, tmp_path / "hub.log", first.port)
        page = phone.new_page()
        log_in(page, second.url, hub.guide_code("bread", GUIDE).text)
        until(lambda: len(gate.peers()) == 4)
        open_call(page)
        until(lambda: page.locator(".mark .yes[aria-pressed=true]").count() == 4)
        assert marks_waiting(page) == 0
        gate.backend.close()
        assert second.stop() == 0


def test_a_session_that_ends_keeps_the_marks(served: RunningHub, page: Page, phone: BrowserContext, gate: Gate) -> None:
    gate.let("v1-1", "v1-2")
    open_call(page)
    expect(page.locator(".mark")).to_have_count(2)
    phone.set_offline(True)  # else the page may hear of the end before the tap
    page.wait_for_selector("[data-link=offline]")
    with writing(served.hub.engine) as connection:
        connection.execute(update(rows.session).values(expires_at=now()))
    page.tap(".mark .yes")
    assert marks_waiting(page) == 1
    phone.set_offline(False)
    page.wait_for_selector("#code")
    assert "Отметки на этом телефоне сохранены" in page.inner_text("#error")
    assert name_of(1) not in page.content()
    page.fill("#code", served.hub.guide_code("bread", GUIDE).text)
    page.press("#code", "Enter")
    until(lambda: len(gate.peers()) == 1)


def test_an_answer_that_was_lost_and_a_mark_that_comes_late(served: RunningHub, gate: Gate) -> None:
    gate.let("v1-1")
    with requests.Session() as phone:
        phone.headers.update({"X-Prohodnaya": "1", "Origin": served.url})
        code = served.hub.guide_code("bread", GUIDE).text
        assert phone.post(f"{served.url}/guides/api/enter", json={"code": code}, timeout=10).status_code == 200

        def send(*marks: dict[str, object]) -> list[str]:
            answer = phone.post(f"{served.url}/guides/api/marks", json={"marks": marks}, timeout=10)
            return [one["status"] for one in answer.json()["answers"]]

        def mark(what: str, age_s: float = 0, **fields: object) -> dict[str, object]:
            whole = {"id": new_id(), "do": "mark", "tour": "tour-1", "subject": "v1-1", "mark": what}
            return whole | {"age_ms": int(age_s * 1000)} | fields

        once = mark("present")
        assert [send(once), send(once), send(once)] == [["accepted"], ["duplicate"], ["duplicate"]]
        assert send(mark("not_found", age_s=600)) == ["accepted"]  # older than the one that stands
        board = phone.get(f"{served.url}/guides/api/board", timeout=10).json()
        tour = next(one for one in board["tours"] if one["id"] == "tour-1")
        person = next(one for one in tour["people"] if one["id"] == "v1-1")
        assert (person["call"]["mark"], len(gate.peers())) == ("present", 3)
        strange = (
            mark("present", subject="v3-1"),
            mark("present", subject="v3-1", tour="tour-3"),
            mark("present", subject="nobody"),
            mark("present", id="not-an-id"),
            mark("gone"),
            mark("found", do="undo", voids=new_id()),
            {"what": "is this"},
        )
        assert send(*strange) == ["rejected"] * len(strange)
        assert len(gate.peers()) == 3
        many = phone.post(f"{served.url}/guides/api/marks", json={"marks": [mark("present")] * 201}, timeout=10)
        assert many.status_code == 422


def test_several_phones_mark_at_once(served: RunningHub, gate: Gate) -> None:
    """Their marks are one chain without gaps, whoever was first."""
    phones = 3
    gate.let(*(f"v1-{number}" for number in range(1, 26)))
    code = served.hub.guide_code("bread", GUIDE).text

    def call(_number: int) -> set[str]:
        with requests.Session() as phone:
            phone.headers.update({"X-Prohodnaya": "1", "Origin": served.url})
            phone.post(f"{served.url}/guides/api/enter", json={"code": code}, timeout=10)
            done = set()
            for number in range(1, 26):
                mark = {"do": "mark", "tour": "tour-1", "subject": f"v1-{number}", "mark": "present", "age_ms": 0}
                answer = phone.post(
                    f"{served.url}/guides/api/marks", json={"marks": [mark | {"id": new_id()}]}, timeout=20
                )
                done |= {one["status"] for one in answer.json()["answers"]}
            return done

    with ThreadPoolExecutor(phones) as pool:
        assert set(itertools.chain(*pool.map(call, range(phones)))) == {"accepted"}
    lines = gate.peers()
    assert [line.seq for line in lines] == list(range(1, 25 * phones + 1))
    assert served.hub.findings() == []
