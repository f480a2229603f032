"""The page of packets on a real gate: real keys, real files, nothing taken before it was shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from checkin.app import GateApp
from checkin.clock import SettableClock
from checkin.desk import Source
from checkin.desk.acts import acts
from checkin.domain.events import Kind
from checkin.domain.people import Act, Role
from checkin.packets import organiser
from checkin.packets.identity import identity_of, words
from checkin.settings import Profile, Settings
from tests.field import NOW, plant, ticket, tour, visitor
from tests.security.sites import Office, office
from ui.packets.state import Step, Tab
from ui.ports import Page
from ui.program import Program

ROSTER = (plant(), tour(), visitor("v1"), ticket("CODE-1"))
Gate = Callable[[], Program]


@pytest.fixture
def pc(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path / "office", ROSTER) as made:
        yield made


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stick that the system says is there."""
    place = tmp_path / "STICK"
    place.mkdir()
    monkeypatch.setattr("checkin.facade.packets.sticks", lambda: [place])
    return place


@pytest.fixture
def gate(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    profile = Profile(tmp_path / "gate")
    profile.save(Settings(gate="Восток", sound=False))
    app = GateApp(profile, SettableClock(NOW))
    program = Program(app, size=QSize(1280, 720))
    program.show()
    program.welcome.finished_pressed()
    program.open_page(Page.PACKETS)
    settle(qtbot, program)
    yield program
    program.shut()
    program.shell.hide()
    program.shell.deleteLater()
    app.close()


def settle(qtbot: QtBot, program: Program) -> None:
    qtbot.waitUntil(lambda: program.bridge.open == 0, timeout=30_000)


def roster(pc: Office, program: Program, path: Path) -> Path:
    to = [identity_of(program.app.store).recipient]
    organiser.make_roster(pc.store, pc.house, path, pc.clock, plant="hleb", to=to, name="Программа")
    return path


def done(program: Program) -> list[str]:
    """What the journal says of packets."""
    with program.app.store.read() as tx:
        return [line.note for line in acts(tx, "hleb", (Kind.ACT,)) if line.what == Act.PACKET]


def test_a_packet_on_a_stick_is_offered_shown_and_taken(gate: Program, pc: Office, stick: Path, qtbot: QtBot) -> None:
    roster(pc, gate, stick / "monday.packet")
    view = gate.packets_view
    view.again.click()
    settle(qtbot, gate)
    assert [name for _key, name, _detail in gate.packets.state.offered] == ["monday.packet"]
    view.offered.shown[0].button.click()
    settle(qtbot, gate)
    seen = gate.packets.state.seen
    assert seen is not None
    assert seen.words == words(pc.identity.recipient)
    assert [label.text()[3:] for label in view.seen.words.labels] == seen.words.split()
    assert any("посетителей: 1" in value for _what, value in seen.facts)
    assert gate.app.status().visitors == 0
    assert view.seen.take.hasFocus()
    view.seen.take.click()
    settle(qtbot, gate)
    qtbot.waitUntil(lambda: gate.packets.state.step is Step.TAKEN)
    settle(qtbot, gate)
    assert gate.app.settings.plant == "hleb"
    assert gate.app.scan("CODE-1", Source.SCANNER).result().word == "admit"
    assert words(pc.identity.recipient) in done(gate)[0]
    gate.packets.away_pressed()
    gate.packets.file_chosen(stick / "monday.packet")
    settle(qtbot, gate)
    assert gate.packets.state.seen is not None
    assert not gate.packets.state.seen.can_take  # taken before
    assert view.seen.take.isHidden()


def test_the_journal_goes_out_and_the_answer_comes_back(gate: Program, pc: Office, stick: Path, qtbot: QtBot) -> None:
    gate.packets.file_chosen(roster(pc, gate, stick / "r.packet"))
    settle(qtbot, gate)
    gate.packets.take_pressed()
    qtbot.waitUntil(lambda: gate.packets.state.step is Step.TAKEN)
    settle(qtbot, gate)
    gate.app.scan("CODE-1", Source.SCANNER).result()
    view = gate.packets_view
    view.tabs[Tab.HAND].click()
    settle(qtbot, gate)
    assert gate.packets.state.waiting.startswith("2 ")  # the visitor, and the packet that was taken
    view.places[0].click()
    settle(qtbot, gate)
    assert not gate.packets.state.hand_error
    (file,) = stick.glob("journal-*.packet")
    assert pc.accept(file).accepted == 3  # and that the journal was packed
    pc.clock.advance(timedelta(seconds=5))
    gate.packets.tab_chosen(Tab.TAKE.value)
    gate.packets.file_chosen(pc.ack(stick / "ack.packet"))
    settle(qtbot, gate)
    assert ("Ответов этому посту", "3") in gate.packets.state.seen.facts  # type: ignore[union-attr]
    gate.packets.take_pressed()
    qtbot.waitUntil(lambda: gate.packets.state.step is Step.TAKEN)
    settle(qtbot, gate)
    with gate.app.store.read() as tx:
        assert tx.outbox.waiting() == 1  # that the answer was taken: the next packet has it


def test_a_stranger_is_believed_only_by_a_person(
    gate: Program, pc: Office, stick: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    gate.packets.file_chosen(roster(pc, gate, stick / "r.packet"))
    settle(qtbot, gate)
    gate.packets.take_pressed()
    qtbot.waitUntil(lambda: gate.packets.state.step is Step.TAKEN)
    with office(tmp_path / "other", ROSTER) as other:
        other.clock.advance(timedelta(hours=1))
        gate.packets.file_chosen(roster(other, gate, stick / "o.packet"))
        settle(qtbot, gate)
        seen = gate.packets.state.seen
        assert seen is not None
        assert (seen.tone, seen.words) == ("bad", words(other.identity.recipient))
        assert gate.packets_view.seen.take.isVisible()
        gate.packets_view.seen.take.click()
        qtbot.waitUntil(lambda: gate.packets.state.seen is not None and gate.packets.state.seen.tone != "bad")
    gate.packets.away_pressed()
    gate.packets.tab_chosen(Tab.KEY.value)
    settle(qtbot, gate)
    assert len(gate.packets.state.makers) == 2
    gate.packets_view.makers.shown[0].stop.click()
    settle(qtbot, gate)
    qtbot.waitUntil(lambda: len(gate.packets.state.makers) == 1)


def test_a_damaged_packet_is_said_in_words_and_changes_nothing(gate: Program, stick: Path, qtbot: QtBot) -> None:
    (stick / "bad.packet").write_bytes(b"age-encryption.org/v1\nnonsense")
    gate.packets.file_chosen(stick / "bad.packet")
    settle(qtbot, gate)
    assert gate.packets.state.error
    assert gate.packets.state.step is Step.NONE
    assert done(gate) == []


def test_the_key_is_shown_copied_and_saved(gate: Program, tmp_path: Path, qtbot: QtBot) -> None:
    gate.packets.tab_chosen(Tab.KEY.value)
    settle(qtbot, gate)
    recipient = identity_of(gate.app.store).recipient
    view = gate.packets_view
    assert view.key.field.text() == recipient
    view.key.copy.click()
    assert gate.packets.state.key_says
    for ending in (".png", ".txt"):
        gate.packets.key_saved(tmp_path / f"key{ending}")
        settle(qtbot, gate)
    assert (tmp_path / "key.txt").read_text("utf-8").startswith(recipient)
    assert (tmp_path / "key.png").read_bytes().startswith(b"\x89PNG")


def test_a_journal_that_could_not_be_written_is_said_so_in_the_log(gate: Program, qtbot: QtBot) -> None:
    gate.app.choose_place("hleb", "1").result()
    nowhere = Path("/nowhere/j.packet")
    gate.packets.place_chosen(nowhere)
    settle(qtbot, gate)
    assert gate.packets.state.hand_error
    assert sorted(note.rpartition("j.packet")[2] for note in done(gate)) == ["", " не записан"]


def test_only_who_may_sees_the_page(gate: Program, qtbot: QtBot) -> None:
    app = gate.app
    boss = app.people.add("Главный", Role.ADMINISTRATOR, "4821").result()
    guard = app.people.add("Охранник", Role.OPERATOR, "9375")
    app.people.log_in(boss.id, "4821").result()
    guard = app.people.add("Охранник", Role.OPERATOR, "9375").result()
    app.people.log_in(guard.id, "9375").result()
    gate.packets.refreshed()
    settle(qtbot, gate)
    assert gate.packets.state.recipient == ""
    assert app.packets.now().exception() is not None
    assert app.packets.hand_over(Path("/nowhere")).exception() is not None
