"""A sheet of tickets before the camera: real frames, the real reader, the real desk, the real window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from held_camera import HeldCamera, gate, hall, sheet, windows
from pytestqt.qtbot import QtBot

from checkin.app import GateApp
from checkin.domain.events import Kind
from checkin.scanning import Decoder
from ui.gate.state import CardKind
from ui.ports import Tone
from ui.program import Program

CODES = [f"T-{number:05}" for number in range(25)]
Open = Callable[[GateApp], Program]


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Open]:
    """The window on a real gate; it is closed with its threads."""
    yield from windows()


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a second look is affordable must not depend on what else this PC does."""
    monkeypatch.setattr("checkin.scanning.reader.Decoder", partial(Decoder, 250))


def kinds(app: GateApp) -> list[Kind]:
    with app.store.read() as tx:
        return [stored.line.event.kind for stored in tx.journal.lines()]


def outlines(app: GateApp) -> dict[str | None, int]:
    preview = app.preview()
    words = [word for _corners, word in preview.symbols] if preview is not None else []
    return {word: words.count(word) for word in set(words)}


def test_a_sheet_of_25_is_read_written_and_shown_as_a_set(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    app = gate(tmp_path, CODES[:24])  # the last one is on no list
    program = opened(app)
    tones: list[Tone] = []
    program.sounds.play = tones.append  # type: ignore[method-assign]
    program.gate._judging._sound = tones.append
    camera = HeldCamera(hall())
    app.look_at(camera)
    qtbot.waitUntil(lambda: program.gate.state.camera_on)
    camera.picture = sheet(CODES, spoilt=(18,))
    qtbot.waitUntil(lambda: tones != [], timeout=10_000)
    qtbot.waitUntil(lambda: program.gate.state.card.headline == "24 из 25 прочитано", timeout=10_000)
    assert program.gate.state.card.kind is CardKind.REFUSE
    assert tones == [Tone.NO]
    assert [row.kind for row in program.gate.state.ticket_set] == ["refuse", "unread", *["admit"] * 23]
    qtbot.waitUntil(lambda: outlines(app) == {"admit": 23, "refuse": 1, "unread": 1}, timeout=10_000)
    assert program.gate_view.ticket_set.isVisible()
    camera.picture = sheet(CODES)
    qtbot.waitUntil(lambda: program.gate.state.card.headline == "прочитано: 25", timeout=10_000)
    qtbot.waitUntil(lambda: tones == [Tone.NO, Tone.YES])
    assert outlines(app) == {"admit": 24, "refuse": 1}
    qtbot.wait(3000)  # longer than a single ticket is remembered: nothing of the sheet is judged again
    assert sorted(kinds(app)) == [*[Kind.ENTRY] * 24, Kind.REFUSAL]


def test_a_sheet_of_one_group_opens_the_group(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    app = gate(tmp_path, CODES, group=lambda number: "7 «Б»")
    program = opened(app)
    camera = HeldCamera(hall())
    app.look_at(camera)
    qtbot.waitUntil(lambda: program.gate.state.camera_on)
    camera.picture = sheet(CODES, spoilt=(3,))
    qtbot.waitUntil(lambda: program.group.active, timeout=10_000)
    qtbot.waitUntil(lambda: sum(row.scanned for row in program.group.state.members) == 24, timeout=10_000)
    state = program.group.state
    assert len(state.members) == 25
    assert [row.ticked for row in state.members].count(False) == 1
    assert kinds(app) == []
    assert program.group_view.isVisible()
    program.gate.yes_pressed()
    qtbot.waitUntil(lambda: kinds(app) == [Kind.ENTRY] * 24)


def test_five_phones_of_five_families(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    app = gate(tmp_path, CODES, group=lambda number: f"Семья {number % 12}")
    program = opened(app)
    camera = HeldCamera(hall())
    app.look_at(camera)
    qtbot.waitUntil(lambda: program.gate.state.camera_on)
    camera.picture = sheet(CODES[:5])
    qtbot.waitUntil(lambda: program.gate.state.card.headline == "прочитано: 5", timeout=10_000)
    qtbot.waitUntil(lambda: kinds(app) == [Kind.ENTRY] * 5)
    assert program.gate.state.card.kind is CardKind.ADMIT
    assert not program.group.active
