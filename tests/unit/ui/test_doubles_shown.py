"""Tickets that two gates let in stand on the exchange page: who, where, when, and whether it was dealt with."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from fake_app import NOON, FakeApp
from hand_turn import HandTurn

from checkin.desk import Place, Source
from checkin.desk.conflicts import Conflict, Doubles, conflicts, resolve
from checkin.domain.events import AttendanceEvent, Kind
from checkin.facade.standing import unread_words
from checkin.store.journal import Stored
from checkin.store.unread import Kept
from tests.field import NOW, plant, site, ticket, tour, visitor
from ui.sync.presenter import SyncPresenter


def entry(identity: str, minutes: int) -> AttendanceEvent:
    at = NOON - timedelta(minutes=minutes)
    return AttendanceEvent(id=identity, plant="bread-9", gate=identity, at=at, kind=Kind.ENTRY)


def conflict(*, resolved: bool = False, visitor: str = "Ли Мэй", days: int = 0) -> Conflict:
    entries = (entry("1", 20 + days * 1440), entry("2", 9 + days * 1440))
    gates = ("Южная", "Северная")
    return Conflict(
        plant="bread-9", ticket=None, visitor=visitor, tour=None, entries=entries, gates=gates, resolved=resolved
    )


def test_who_where_and_when(turn: HandTurn) -> None:
    app = FakeApp()
    presenter = SyncPresenter(app, turn)
    assert presenter.state.doubles == ()
    app.change_status(doubles=(conflict(), conflict(resolved=True, visitor="", days=1)))
    presenter.refreshed()
    first, second = presenter.state.doubles
    assert (first.who, first.where, first.done) == ("Ли Мэй", "09:52 Южная · 10:03 Северная", False)
    assert (second.who, second.state) == ("имя неизвестно", "Разобрано")
    assert second.where.startswith("6 августа, 09:52 Южная")
    assert presenter.state.doubles_title == "2 билета пропущены на двух проходных"


def test_what_cannot_be_read_is_said(turn: HandTurn) -> None:
    app = FakeApp()
    app.change_status(unread=2)
    state = SyncPresenter(app, turn).state
    assert state.unread == unread_words(2)
    assert "обновите программу" in state.unread


def test_the_list_is_read_anew_when_it_has_changed(tmp_path: Path) -> None:
    roster = [plant(), tour("t1", NOW, 600), visitor("v1", "Ли Мэй"), ticket("CODE-1", "v1", id="k1")]
    with (
        site(tmp_path / "a", roster, Place(plant="hleb", gate="a")) as a,
        site(tmp_path / "b", roster, Place(plant="hleb", gate="b")) as b,
    ):
        a.desk.scan("CODE-1", Source.PIPE)
        b.clock.advance(timedelta(minutes=1))
        b.desk.scan("CODE-1", Source.PIPE)
        doubles = Doubles()
        with a.store.read() as tx:
            assert doubles.look(tx, "hleb") == ()
            told = [Stored(one.line, NOW) for one in tx.journal.lines()]
        with b.store.write() as tx:
            tx.journal.take_peers(told, b.desk.device.id)
            (found,) = doubles.look(tx, "hleb")
            assert (found.visitor, found.gates, found.resolved) == ("Ли Мэй", ("a", "b"), False)
            assert doubles.look(tx, "hleb")[0] is found
            resolve(b.desk, tx, conflicts(tx, "hleb")[0], "гусева")
            assert [one.resolved for one in doubles.look(tx, "hleb")] == [True]


def test_a_record_that_cannot_be_read_is_counted(tmp_path: Path) -> None:
    with site(tmp_path) as a, a.store.write() as tx:
        tx.unread.keep([Kept("bread", "1", "{}"), Kept("bread", "1", "{}"), Kept("line", "2", "{}")])
        assert tx.unread.count() == 2
