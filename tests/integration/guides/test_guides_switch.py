"""The switch of the guides' page on a real gate: kept over a restart, another port where one is taken, off is off."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser

from checkin.app import GateApp
from checkin.settings import Profile, Settings
from checkin.store.roster import put
from tests.integration.guides.guides_world import DESKTOP, GUIDE, season, until


def gate(folder: Path, **settings: object) -> GateApp:
    profile = Profile(folder)
    if not profile.settings_file.exists():
        profile.save(Settings(key_place="file", plant="bread", gate="1", guides_port=0).model_copy(update=settings))
    app = GateApp(profile)
    with app.store.write() as tx:
        tx.roster.apply(map(put, season()))
    return app


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.ConnectionError:
        return False


def test_on_over_a_restart_and_off(tmp_path: Path) -> None:
    app = gate(tmp_path)
    try:
        assert app.guides.now().result(20).url == ""
        url = app.guides.switch(on=True, port=0).result(20).url
        assert answers(url.replace(url.split("/")[2].split(":")[0], "127.0.0.1"))
        assert app.settings.guides_page
    finally:
        app.close()
    assert not answers(url)
    again = gate(tmp_path)
    try:
        again.start()
        until(lambda: bool(again.guides.now().result(20).url))
        assert not again.guides.switch(on=False, port=0).result(20).url
        assert not again.settings.guides_page
        assert again.status().banners == ()
    finally:
        again.close()
    assert not [one for one in threading.enumerate() if one.name == "guides"]


def test_a_port_that_is_taken_is_said_kindly_and_another_is_served(tmp_path: Path) -> None:
    app = gate(tmp_path)
    try:
        with socket.create_server(("0.0.0.0", 0)) as taken:
            port = taken.getsockname()[1]
            now = app.guides.switch(on=True, port=port).result(20)
        assert now.url
        assert f":{port}/" not in now.url
        assert str(port) in now.note
        assert now.url in app.status().banners[0]
        app.guides.switch(on=False, port=port).result(20)
        assert app.status().banners == ()
    finally:
        app.close()


def test_no_plant_is_said_and_the_gate_goes_on(tmp_path: Path) -> None:
    app = gate(tmp_path, plant="nowhere")
    try:
        now = app.guides.switch(on=True, port=0).result(20)
        assert (now.wanted, now.url) == (True, "")
        assert now.note
    finally:
        app.close()


def test_a_scanned_code_logs_in_and_is_named_until_everybody_is_out(tmp_path: Path, browser: Browser) -> None:
    app = gate(tmp_path)
    context = browser.new_context(viewport=DESKTOP, locale="ru-RU")
    try:
        port = app.guides.switch(on=True, port=0).result(20).url.split(":")[2].split("/")[0]
        code = app.guides.make_code(GUIDE).result(20)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/guides/#k={code.text}")
        page.wait_for_selector(".tours")
        assert "#k=" not in page.url
        assert [one.guide for one in app.guides.now().result(20).sessions] == [GUIDE]
        assert app.guides.log_out().result(20).sessions == ()
        page.wait_for_selector("#code", timeout=10_000)
        with pytest.raises(AssertionError):
            until(lambda: page.is_visible(".tours"), 0.3)
        page.goto(f"http://127.0.0.1:{port}/guides/#k=WRONG-CODE")
        page.wait_for_selector("#error:has-text('код')")
    finally:
        context.close()
        app.close()
