"""The organiser's page of packets with real gates: a list out, journals in, the answer back, by its own buttons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from checkin.desk import Source
from checkin.organising.office import Office
from checkin.packets import sealing
from checkin.packets.contents import FORMAT, Header, Kind
from checkin.packets.identity import identity_of, words
from checkin.settings import Profile
from tests.field import plant, ticket, tour, visitor
from tests.security.sites import Checkpoint, checkpoint, office
from ui.organiser.packets.state import Tab
from ui.organiser.ports import Page
from ui.organiser.window import OrganiserProgram

ROSTER = (plant(), tour(), visitor("v1"), ticket("CODE-1"))


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OrganiserProgram]:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    with office(tmp_path / "office", ROSTER):
        pass
    made = OrganiserProgram(Office(Profile(tmp_path / "office")), size=QSize(1280, 720))
    made.show()
    made.open_page(Page.PACKETS)
    settle(qtbot, made)
    yield made
    made.shut()
    made.office.close()
    made.frame.hide()
    made.frame.deleteLater()


def settle(qtbot: QtBot, program: OrganiserProgram) -> None:
    qtbot.waitUntil(lambda: program.bridge.open == 0, timeout=30_000)


@pytest.fixture
def gates(tmp_path: Path) -> Iterator[tuple[Checkpoint, Checkpoint]]:
    with checkpoint(tmp_path / "1", "Восток") as one, checkpoint(tmp_path / "2", "Запад") as two:
        yield one, two


def test_a_day_by_the_page(
    program: OrganiserProgram, gates: tuple[Checkpoint, Checkpoint], tmp_path: Path, qtbot: QtBot
) -> None:
    view, one, two = program.frame.packets, *gates
    assert program.packets.state.gates == ()
    assert not view.make.isEnabled()
    view.key.setText("  " + one.identity.recipient.upper() + " ")
    view.name.setText("Восток")
    view.add.click()
    settle(qtbot, program)
    (tmp_path / "key.txt").write_text(f"Ключ поста:\n{two.identity.recipient}\n", "utf-8")
    view.key_file_chosen.emit(tmp_path / "key.txt", "Запад")
    settle(qtbot, program)
    assert [(row.title, row.words, row.ticked) for row in program.packets.state.gates] == [
        ("Восток", words(one.identity.recipient), True),
        ("Запад", words(two.identity.recipient), True),
    ]
    assert view.key.text() == ""
    view.issuer_named.emit("Программа")
    view.make_chosen.emit(tmp_path / "monday")
    settle(qtbot, program)
    assert "monday.packet" in program.packets.state.made
    for gate in gates:
        assert gate.look(tmp_path / "monday.packet").maker == "Программа"
        gate.take(tmp_path / "monday.packet")
    one.desk.scan("CODE-1", Source.SCANNER)
    one.journal(tmp_path / "1.packet")
    two.journal(tmp_path / "2.packet")
    (tmp_path / "3.packet").write_bytes(b"nonsense")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / f"{number}.packet")) for number in (1, 2, 3)])
    view.dropEvent(
        QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    settle(qtbot, program)
    state = program.packets.state
    assert state.tab is Tab.ACCEPT
    assert [row.tone for row in state.came] == ["ok", "ok", "bad"]
    assert view.answer.isEnabled()
    view.answer_chosen.emit(tmp_path / "answer")
    settle(qtbot, program)
    assert "answer.packet" in program.packets.state.answered
    one.clock.advance(timedelta(days=1000))
    assert one.take(tmp_path / "answer.packet").waiting == 0
    restored = Header(
        format=FORMAT,
        kind=Kind.JOURNAL,
        id=sealing.fresh_id(),
        serial=int(one.clock.now().timestamp() * 1000) + 60_000,
        made_at=one.clock.now(),
        maker="Восток",
        device=one.identity.device,
        plant="hleb",
        to=[program.packets.state.recipient],
    )
    sealing.write(tmp_path / "5.packet", restored, [], one.identity)
    view.files_chosen.emit([tmp_path / "5.packet"])
    settle(qtbot, program)
    (row,) = program.packets.state.came
    assert (row.tone, "старую копию" in row.detail) == ("bad", True)  # as red as a packet that was not taken
    view.tabs[Tab.LOG].click()
    settle(qtbot, program)
    told = [what for _when, what in program.packets.state.log]
    assert len(told) == 5  # a list, three journals, an answer
    assert any("Восток; Запад" in line for line in told)


def test_a_key_that_is_none_is_said_and_forgotten_ones_are_gone(
    program: OrganiserProgram, gates: tuple[Checkpoint, Checkpoint], tmp_path: Path, qtbot: QtBot
) -> None:
    view = program.frame.packets
    (tmp_path / "no.txt").write_text("age1 and so on", "utf-8")
    for act in (
        lambda: view.gate_added.emit("age1nonsense", ""),
        lambda: view.add.click(),  # an empty field
        lambda: view.key_file_chosen.emit(tmp_path / "no.txt", ""),
        lambda: view.gate_added.emit(own(program), ""),
    ):
        act()
        settle(qtbot, program)
        assert program.packets.state.add_error
        assert "gate-key" not in program.packets.state.add_error  # no commands in a window
        assert program.packets.state.gates == ()
    view.gate_added.emit(gates[0].identity.recipient, "")
    settle(qtbot, program)
    assert program.packets.state.add_error == ""
    view.gates.shown[0].tick.click()
    assert not program.packets.state.can_make
    view.gates.shown[0].drop.click()
    settle(qtbot, program)
    assert program.packets.state.gates == ()


def own(program: OrganiserProgram) -> str:
    return program.packets.state.recipient


def test_the_key_is_the_one_that_gates_will_see(program: OrganiserProgram, tmp_path: Path, qtbot: QtBot) -> None:
    view = program.frame.packets
    view.tabs[Tab.KEY].click()
    settle(qtbot, program)
    store = program.office.pack(lambda store, _house: identity_of(store).recipient).result()
    assert view.card.field.text() == store
    view.key_saved.emit(tmp_path / "key")
    settle(qtbot, program)
    assert (tmp_path / "key.png").exists()
    program.bridge.post(program._another_language)
    qtbot.waitUntil(lambda: program.frame.packets is not view)
    assert program.frame.packets.tabs[Tab.KEY].isChecked()
