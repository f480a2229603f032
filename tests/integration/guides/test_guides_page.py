"""The guides' page in a real browser, on a phone's screen and a desktop's, in Russian and English."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, expect
from sqlalchemy import select

from checkin.domain.events import Kind, first_break
from checkin.domain.muster import Mark, muster
from checkin.hub import Hub
from checkin.hub.database import reading
from checkin.hub.guides.rows import house
from checkin.hub.guides.words import words
from checkin.hub.serve import RunningHub
from checkin.hub.signatures import verifier
from tests.integration.guides.guides_world import DESKTOP, GUIDE, PHONE, STRANGER, Gate, log_in, name_of, numbers, until

BREAD = "Экскурсия «Хлеб»"
EVERYBODY = [f"v1-{number}" for number in range(1, 26)]
TARGETS = """() => [...document.querySelectorAll('a, button, input')]
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < 48 || box.width < 48)).map(([html]) => html)"""
WIDER = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


def row(name: str) -> str:
    return f".mark:has(b:text-is({name!r}))"


def open_tour(page: Page, title: str = BREAD) -> None:
    page.click(f".tour:has-text({title!r})")
    page.wait_for_selector(".line")


def open_call(page: Page) -> None:
    open_tour(page)
    page.click(".bar a")
    page.wait_for_selector(".mark")


def whole_look(page: Page) -> Iterator[str]:
    """Every view of the page, one after another, while an alarm is off and then on."""
    page.wait_for_selector(".tours")
    yield "tours"
    open_call(page)
    page.click(".mark .yes >> nth=0")
    page.click(".mark .no >> nth=1")
    yield "roll-call"
    page.click(".bar a")
    page.wait_for_selector(".result")
    yield "result"
    page.click(".back")
    page.click(".back")
    page.wait_for_selector(".line")
    yield "tour"


@pytest.mark.parametrize("view", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_view_can_be_read_touched_and_heard(
    browser: Browser, served: RunningHub, gate: Gate, view: dict[str, int], language: str
) -> None:
    gate.let(*EVERYBODY[:20], "v2-1")
    light: Literal["light", "dark"] = "light" if language == "ru" else "dark"
    context = browser.new_context(viewport=view, locale={"ru": "ru-RU", "en": "en-GB"}[language], color_scheme=light)
    page = context.new_page()
    asked: list[Request] = []
    page.on("request", lambda one: asked.append(one))
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.goto(served.url)
    page.wait_for_selector("#code")
    _judge(page, "log-in", language)
    log_in(page, served.url, served.hub.guide_code("bread", GUIDE).text)
    for where in whole_look(page):
        _judge(page, where, language)
    gate.alarm(minutes_ago=11)
    page.wait_for_selector("#alarm a")
    _judge(page, "alarm", language)
    page.click("#alarm a")
    page.wait_for_selector(".mark.late")
    _judge(page, "muster", language)
    context.close()
    assert faults == []
    assert {urlsplit(one.url).netloc for one in asked} == {urlsplit(served.url).netloc}


def _judge(page: Page, where: str, language: str) -> None:
    assert page.evaluate("document.documentElement.lang") == language
    bad = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    assert bad == [], f"{where}: {[(one['id'], one['nodes'][0]['html']) for one in bad]}"
    assert page.evaluate(TARGETS) == [], where
    assert not page.evaluate(WIDER), where


def test_a_guide_sees_their_own_tours_with_names_as_plain_text(page: Page) -> None:
    assert page.locator(".tour .title").all_text_contents() == ["Мастер-класс", BREAD]
    open_tour(page)
    assert sorted(page.locator(".line b").all_text_contents()) == sorted(name_of(number) for number in range(1, 26))
    assert STRANGER not in page.content()


def test_codes_that_open_nothing(served: RunningHub, browser: Browser) -> None:
    page = browser.new_page(viewport=PHONE, locale="ru-RU")
    page.goto(f"{served.url}/guides/")
    page.fill("#code", "AAAA-AAAA")
    page.press("#code", "Enter")
    page.wait_for_selector("#error:not(:empty)")
    assert page.inner_text("#error") == words("ru")["code_refused"]
    assert page.locator(".tours").count() == 0
    code = served.hub.guide_code("bread", GUIDE).text
    page.fill("#code", f" {code.lower().replace('-', ' ')} ")
    page.press("#code", "Enter")
    page.wait_for_selector(".tours")
    page.context.close()


def test_guessing_is_throttled(served: RunningHub) -> None:
    seen = []
    for number in range(14):
        answer = _post(served.url, "enter", {"code": f"{number:08d}"})
        seen.append(answer.status_code)
    assert seen == [403] * 10 + [429] * 4
    good = _post(served.url, "enter", {"code": served.hub.guide_code("bread", GUIDE).text})
    assert (good.status_code, int(good.headers["Retry-After"]) > 0) == (429, True)


def _post(url: str, path: str, body: object, **headers: str) -> requests.Response:
    headers = {"X-Prohodnaya": "1", "Origin": url} | {name.replace("_", "-"): text for name, text in headers.items()}
    return requests.post(f"{url}/guides/api/{path}", json=body, headers=headers, timeout=10)


def test_nothing_names_anybody_without_a_session(served: RunningHub, gate: Gate) -> None:
    gate.let(*EVERYBODY)
    names = {name_of(number) for number in range(1, 26)} | {STRANGER, GUIDE, BREAD}
    paths = ["", "index.html", "guide.js", "link.js", "nothing", "api/words", "api/words?lang=en", "api/nothing"]
    closed = ["api/board", "api/live"]
    for path in (*paths, *closed):
        for cookie in ("", "prohodnaya_guide=x", f"prohodnaya_guide={'x' * 5000}"):
            answer = requests.get(f"{served.url}/guides/{path}", headers={"Cookie": cookie}, timeout=10)
            assert not [name for name in names if name in answer.text], path
            assert (answer.status_code == 401) == (path in closed), path
    for path in ("marks", "leave"):
        answer = _post(served.url, path, {"marks": []})
        assert answer.status_code == (401 if path == "marks" else 204)
        assert not [name for name in names if name in answer.text]


def test_cookie_and_origin(served: RunningHub) -> None:
    code = served.hub.guide_code("bread", GUIDE).text
    for strange in ({"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"}, {"Origin": "null"}):
        assert _post(served.url, "enter", {"code": code}, **strange).status_code == 403
    bare = requests.post(f"{served.url}/guides/api/enter", json={"code": code}, timeout=10)
    assert bare.status_code == 403
    answer = _post(served.url, "enter", {"code": code}, X_Forwarded_Proto="https")
    cookie = answer.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Secure", "Path=/guides", "Max-Age=36000"))
    page = requests.get(f"{served.url}/guides/", timeout=10)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]


def test_counts_change_within_a_second_of_a_scan(page: Page, gate: Gate) -> None:
    open_tour(page)
    assert numbers(page) == [25, 0, 25]
    took = []
    for number in range(1, 6):
        gate.let(f"v1-{number}")
        took.append(until(lambda number=number: numbers(page) == [25, number, 25 - number]))  # type: ignore[misc]
        time.sleep(0.1 * number)
    gate.let("v1-1", kind=Kind.EXIT)
    took.append(until(lambda: numbers(page)[1] == 4))
    assert sorted(took)[2] < 1.0, took  # most of them: a busy machine makes one wait, a page that polls all
    assert page.inner_text(f".line:has(b:text-is({name_of(1)!r})) .state") == "вышел(ла)"
    print(f"from the answer to the gate to the phone's screen: at most {max(took) * 1000:.0f} ms")


def test_a_roll_call_of_25(served: RunningHub, page: Page, gate: Gate) -> None:
    gate.let(*EVERYBODY)
    open_call(page)
    expect(page.locator(".mark")).to_have_count(25)
    absent = page.locator(".mark b").nth(6).inner_text()
    began = time.monotonic()
    for number in range(25):
        if number != 6:
            page.tap(f".mark .yes >> nth={number}")
    took = time.monotonic() - began
    assert page.inner_text(".sum").split("\n") == ["Здесь 24 из 25", "осталось 1"]
    page.tap(f"{row(absent)} .yes")  # a slip, and its undo
    page.tap(f"{row(absent)} .yes")
    page.tap(".bar a")
    assert page.inner_text(".result") == "24 из 25"
    assert page.locator(".names b").all_text_contents() == [absent]
    page.tap(".bar button")
    page.wait_for_selector("text=Записано")
    until(lambda: len(gate.peers()) == 27)
    lines = gate.peers()
    events = [line.event for line in lines]
    undone = {event.voids for event in events if event.kind is Kind.VOID}
    stand = {event.subject: event.reason for event in events if event.kind is Kind.MARK and event.id not in undone}
    assert sorted(stand.values()) == ["not_found"] + ["present"] * 24
    assert {(event.operator, event.source, event.gate) for event in events} == {(GUIDE, "guide", "hub")}
    assert first_break(lines, verifier(_key_of_the_house(served.hub))) is None
    print(f"24 taps by a machine: {took:.1f} s")


def _key_of_the_house(hub: Hub) -> str:
    with reading(hub.engine) as connection:
        return str(connection.scalars(select(house.c.public_key)).one())


def test_the_alarm_reaches_the_phone_and_marks_reach_the_gate(page: Page, gate: Gate) -> None:
    gate.let("v1-1", "v1-2", "v1-3", "v2-1")
    until(lambda: numbers(page)[1] == 1)
    gate.alarm(drill=True)
    took = until(lambda: page.is_visible("#alarm a"))
    assert "УЧЕБНАЯ ТРЕВОГА" in page.inner_text("#alarm")
    page.tap("#alarm a")
    page.wait_for_selector(".mark")
    assert page.inner_text(".sum") == "Найдено 0 из 4"
    page.tap(f"{row(name_of(1))} .yes >> nth=0")
    page.tap(f"{row(name_of(2))} .no")
    page.tap(f"{row(name_of(3))} .yes")
    page.tap(f"{row(name_of(3))} .yes")
    until(lambda: len(gate.peers()) == 4)
    told = muster([line.event for line in (*gate.journal.lines, *gate.peers())])
    assert told is not None
    assert {told.mark(subject) for subject in ("v1-1", "v2-1")} == {Mark.FOUND, None}
    assert (told.mark("v1-2"), told.mark("v1-3")) == (Mark.NOT_FOUND, None)
    gate.all_clear()
    until(lambda: not page.is_visible("#alarm"))
    print(f"alarm on the phone after {took * 1000:.0f} ms")


def test_the_keyboard_is_enough(page: Page, gate: Gate) -> None:
    gate.let(*EVERYBODY[:3])
    open_call(page)
    page.focus(".mark .yes")
    page.keyboard.press("Space")
    page.wait_for_selector(".mark .yes[aria-pressed=true]")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".mark .no[aria-pressed=true]")
    assert page.evaluate("document.activeElement.className") == "no"
    label = page.get_attribute(".mark .yes", "aria-label")
    assert label is not None
    assert ": здесь" in label
    assert "ребёнок" in label


def test_the_language_is_the_browsers_until_another_is_chosen(page: Page) -> None:
    page.click("#language")
    page.wait_for_selector("text=Tours today")
    page.reload()
    page.wait_for_selector("text=Tours today")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_leaving_ends_the_session_everywhere(page: Page, served: RunningHub) -> None:
    other = page.context.new_page()
    other.goto(f"{served.url}/guides/")
    other.wait_for_selector(".tours")
    page.click("text=Выйти")
    page.wait_for_selector("#code")
    other.wait_for_selector("#code", timeout=10_000)
    assert requests.get(f"{served.url}/guides/api/board", timeout=10).status_code == 401
