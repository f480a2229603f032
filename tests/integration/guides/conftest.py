"""A hub in this process, a gate that pushes to it, and a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from checkin.hub.serve import RunningHub, start
from tests.integration.guides.guides_world import ARGUMENTS, CHROMIUM, GUIDE, PHONE, Gate, log_in, season


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[RunningHub]:
    with start(f"sqlite:///{tmp_path}/hub.sqlite") as running:
        running.hub.put_records(season())
        yield running


@pytest.fixture
def gate(served: RunningHub) -> Iterator[Gate]:
    gate = Gate(served.hub, served.url)
    yield gate
    gate.backend.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, has_touch=True, locale="ru-RU")
    yield context
    context.close()


@pytest.fixture
def page(served: RunningHub, phone: BrowserContext) -> Page:
    """A phone whose guide has logged in."""
    page = phone.new_page()
    log_in(page, served.url, served.hub.guide_code("bread", GUIDE).text)
    return page
