"""Packets of a fake gate: a key, and nothing on any stick."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checkin.facade.packets import PacketsNow

if TYPE_CHECKING:
    from fake_app import FakeApp


class FakePackets:
    """See ``checkin.facade.packets``; tests with real packets use a real gate."""

    def __init__(self, app: FakeApp) -> None:
        self._app = app

    def now(self) -> Future[PacketsNow]:
        return self._app._answer(
            lambda: PacketsNow(
                recipient="age1" + "q" * 58,
                words="дом лес река гора",
                qr=b"",
                makers=(),
                waiting=0,
                rejected=0,
                handed=None,
                sticks=(),
                offered=(),
            )
        )

    def look(self, path: Path) -> Future[Any]:
        raise AssertionError(path)

    def take(self, arrived: Any, progress: Callable[[int, int], None]) -> Future[Any]:
        raise AssertionError(arrived)

    def believe(self, recipient: str, name: str) -> Future[None]:
        raise AssertionError(recipient)

    def doubt(self, recipient: str) -> Future[None]:
        raise AssertionError(recipient)

    def hand_over(self, path: Path, *, everything: bool = False) -> Future[dict[str, object]]:
        raise AssertionError(path)

    def save_key(self, path: Path) -> Future[str]:
        raise AssertionError(path)


class FakeKey:
    """See ``checkin.facade.keyplace``; tests of a real change use a real gate."""

    place = "file"

    def __init__(self, app: FakeApp) -> None:
        self._app = app

    def has_keyring(self) -> bool:
        return True

    def token_says(self) -> str:
        return ""

    def wish(self, place: str, words: str = "", again: str = "") -> None:
        self._app.asked.append(("key", place, words, again))
