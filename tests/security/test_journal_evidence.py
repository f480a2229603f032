"""Whoever has a database editor and the key changes one row of a thousand: the journal says where it breaks."""

from __future__ import annotations

import json
import os
import random
import shutil
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from checkin.domain.events import private
from checkin.errors import SettingsWrong, StoreCorrupt
from checkin.settings import Profile
from checkin.store import verifying
from checkin.store.journal import Stored
from checkin.store.keys import find_key
from checkin.store.purging import finish, purge
from checkin.store.verifying import FOREIGN, GONE, SHORT, verify_file, verify_store
from tests.field import NOW, event, opened, plant, site, tour
from tests.unit.hub.hub_world import Journal

EVENTS = 1000
COUNT = EVENTS if os.environ.get("PROHODNAYA_LONG") else 6
COLUMNS = (
    *("id", "device", "seq", "plant", "gate", "at_us", "kind", "reason", "tour", "subject", "voids"),
    *("prev", "hash", "signature", "body", "private"),
)
"""All but ``received_us``: when another gate's event came here, which its own events do not have."""


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A profile with a journal of a thousand events, closed, and its key."""
    folder = tmp_path_factory.mktemp("gate")
    store = opened(folder)
    with store.write() as tx:
        device = tx.meta.device()
        for number in range(EVENTS):
            note = private("Гость", "без билета") if number % 2 else None
            tx.journal.append(event(subject=f"v{number % 50}", private=note), device)
    store.close()
    key = find_key(Profile(folder), "file")
    assert key is not None
    return folder, key


def rows(count: int, seed: int) -> list[int]:
    """Which events are touched: the ends, and some between (all in the long form)."""
    if count >= EVENTS:
        return list(range(1, EVENTS + 1))
    return [1, EVENTS, *random.Random(seed).sample(range(2, EVENTS), count - 2)]


class Editor:
    """A copy of the profile under a database editor, with the triggers gone."""

    def __init__(self, folder: Path, key: str, into: Path) -> None:
        self.path = Path(shutil.copy2(folder / "store.sqlite", into / "store.sqlite"))
        shutil.copy2(folder / "journal.log", into / "journal.log")
        self.key = key
        with closing(self._connect()) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f'DROP TRIGGER "{name}"')
        self.clean = self.path.read_bytes()
        assert self.breaks() is None

    def _connect(self) -> Any:
        connection = sqlcipher.connect(str(self.path), isolation_level=None)
        connection.execute(f"PRAGMA key = \"x'{self.key}'\"")
        connection.execute("PRAGMA journal_mode = DELETE")
        return connection

    def breaks(self) -> int | None:
        return verify_file(self.path, self.key).breaks_at

    def after(self, *statements: tuple[str, tuple[Any, ...]]) -> int | None:
        """Where the journal breaks after these statements, on a clean copy each time."""
        self.path.write_bytes(self.clean)
        with closing(self._connect()) as connection:
            for statement, values in statements:
                assert connection.execute(statement, values).rowcount > 0, statement
        return self.breaks()


@pytest.fixture
def editor(journal: tuple[Path, str], tmp_path: Path) -> Editor:
    return Editor(*journal, tmp_path)


def changed(column: str) -> str:
    """An expression that gives a column another value that it may well have had."""
    if column in ("seq", "at_us"):
        return f"{column} + 100000"
    if column == "body":
        return "replace(body, '\"entry\"', '\"exit\"')"
    if column == "voids":
        return "id"
    if column == "private":
        return "CASE WHEN private IS NULL THEN (SELECT private FROM event WHERE seq = 2) ELSE NULL END"
    if column == "signature":
        return "(SELECT other.signature FROM event other WHERE other.seq = event.seq % 1000 + 1)"
    return f"'0' || substr({column}, 2) || 'x'"


def test_every_edit_is_found(editor: Editor) -> None:
    for number, seq in enumerate(rows(COUNT, 1)):
        column = COLUMNS[number % len(COLUMNS)]
        found = editor.after((f"UPDATE event SET {column} = {changed(column)} WHERE seq = ?", (seq,)))
        assert found is not None, (seq, column)


def test_every_column_is_held(editor: Editor) -> None:
    for column in COLUMNS:
        found = editor.after((f"UPDATE event SET {column} = {changed(column)} WHERE seq = 500", ()))
        assert found is not None, column


def test_every_deletion_and_rollback_is_found(editor: Editor) -> None:
    for seq in rows(COUNT, 2):
        assert editor.after(("DELETE FROM event WHERE seq = ?", (seq,))) is not None, seq
    for seq in rows(4, 3):
        assert editor.after(("DELETE FROM event WHERE seq >= ?", (seq,))) == seq


def test_rows_cut_off_at_the_end_are_missed_without_the_copy_too(editor: Editor) -> None:
    editor.path.with_name("journal.log").unlink()
    for seq in rows(4, 5):
        assert editor.after(("DELETE FROM event WHERE seq >= ?", (seq,))) == seq
    assert editor.after(("UPDATE meta SET value = '7 ' || substr(value, 6) WHERE key = 'journal.head'", ())) == 7


@pytest.mark.parametrize("column", ["kind", "subject", "tour", "at_us", "body", "private", "hash", "prev", "gate"])
def test_what_came_from_another_gate_is_held_too(tmp_path: Path, column: str) -> None:
    """Headcounts are made from it.  Who signed it, and whether all of it came, is the hub's to know."""
    store, other = opened(tmp_path / "gate"), Journal("hleb", "Вторая")
    with store.write() as tx:
        tx.journal.append(event(subject="v1"), tx.meta.device())
        lines = [other.write(f"v{n}", private=private("Гость", "без билета")) for n in range(4)]
        tx.journal.take_peers([Stored(line, line.event.at) for line in lines], tx.meta.device().id)
    store.close()
    key = find_key(Profile(tmp_path / "gate"), "file")
    assert key is not None
    (tmp_path / "away").mkdir()
    editor = Editor(tmp_path / "gate", key, tmp_path / "away")
    value = "replace(private, 'Гость', 'Друг')" if column == "private" else changed(column)
    where = "WHERE seq = 3 AND received_us IS NOT NULL"
    assert editor.after((f"UPDATE event SET {column} = {value} {where}", ())) == 3


def test_where_the_journal_ended_is_missed(editor: Editor) -> None:
    """The note of the last event gone, and with it the last events and the copy: nothing is signed for that."""
    head = ("DELETE FROM meta WHERE key = 'journal.head'", ())
    assert editor.after(head) == EVENTS + 1
    editor.path.with_name("journal.log").unlink()
    assert editor.after(head, ("DELETE FROM event WHERE seq > 4", ())) == 5


def test_names_taken_out_under_the_pretext_of_a_purge_are_missed(editor: Editor) -> None:
    for noted in ('{"tours": []}', '{"tours": [{"id": "another"}]}', "[1]"):
        pretext = ("INSERT INTO meta VALUES ('purge.pending', ?)", (noted,))
        assert editor.after(pretext, ("UPDATE event SET private = NULL", ())) is not None, noted


def test_the_pretext_of_a_purge_is_held_against_the_rule(tmp_path: Path) -> None:
    """Whoever knows how a purge notes what it does: what is gone has to be past its time too."""
    records = (plant(retention_h=72), tour("t1"))
    with site(tmp_path, records) as gate:
        for tour_id in ("t1", None):
            with gate.store.write() as tx:
                written = event(subject="v1", tour=tour_id, at=NOW, private=private("Гость", "заметка"))
                tx.journal.append(written, tx.meta.device())
        counts = dict.fromkeys(("retention_h", "expected", "came", "names", "groups", "notes"), 1)
        one = {"plant": "hleb", "id": "t1", "title": "", "end": NOW.isoformat(), **counts}
        noted = {"other_notes": 1, "tours": [one]}
        with gate.store.write() as tx:
            tx.meta.put("purge.pending", json.dumps(noted))
            connection = tx.session.connection()
            for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
                connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
            connection.exec_driver_sql("UPDATE event SET private = NULL WHERE seq = 2")
        assert verify_store(gate.store, NOW).breaks_at == 2
        assert verify_store(gate.store, NOW + timedelta(days=30)).breaks_at is None
        with pytest.raises(StoreCorrupt):
            finish(gate.store, NOW)
        assert verify_store(gate.store, NOW).breaks_at == 2  # the copy still has it
        with gate.store.write() as tx:
            tx.session.connection().exec_driver_sql("UPDATE event SET private = NULL")
        assert verify_store(gate.store, NOW).breaks_at == 1
        for strange in ("[1]", "{", '{"tours": [{"id": "t1"}]}', '{"other_notes": "x"}'):
            with gate.store.write() as tx:
                tx.meta.put("purge.pending", strange)
            with pytest.raises(StoreCorrupt):
                purge(gate.store, NOW)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET received_us = 'x' WHERE seq = 5",
        "DELETE FROM meta WHERE key = 'device.key'",
        "UPDATE meta SET value = 'zz' WHERE key = 'device.key'",
        "UPDATE meta SET value = 'x y z' WHERE key = 'journal.head'",
    ],
)
def test_what_no_program_wrote_ends_in_words(editor: Editor, statement: str) -> None:
    assert editor.after((statement, ())) is not None


def test_what_is_wrong_with_the_copy_is_said_of_a_whole_journal(editor: Editor) -> None:
    copy = editor.path.with_name("journal.log")
    whole = copy.read_bytes()
    lines = whole.split(b"\n")
    for spoilt, trouble in (
        (b"", GONE),
        (b"\n".join([*lines[:9], lines[9][:-3] + b"AAA", *lines[10:]]), FOREIGN),
        (b"\n".join([*lines[:9], *lines[10:]]), SHORT),
    ):
        copy.write_bytes(spoilt)
        checked = verify_file(editor.path, editor.key, editor.path)
        assert (checked.breaks_at, checked.copy) == (None, trouble)
    copy.unlink()
    assert verify_file(editor.path, editor.key, editor.path).copy == GONE
    assert (
        verify_file(editor.path, editor.key, editor.path.with_name("home")).copy == ""
    )  # a store that was carried off


def test_a_gate_says_at_its_start_that_rows_are_gone(journal: tuple[Path, str], tmp_path: Path) -> None:
    folder, key = journal
    for name in ("store.sqlite", "settings.json", "store.key"):
        shutil.copy2(folder / name, tmp_path / name)
    with closing(sqlcipher.connect(str(tmp_path / "store.sqlite"), isolation_level=None)) as connection:
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        connection.execute("DROP TRIGGER event_is_not_deleted")
        connection.execute("DELETE FROM event WHERE seq > 990")
    store = opened(tmp_path)
    try:
        assert "изменён" in store.note
    finally:
        store.close()


def test_every_insertion_and_reordering_is_found(editor: Editor) -> None:
    names = "id, device, seq, plant, gate, at_us, kind, reason, tour, subject, voids, prev, hash, signature, body"
    copied = names.replace("id, device, seq", "'new', device, ?", 1)
    for seq in rows(COUNT, 4):
        inserted = f"INSERT INTO event ({names}) SELECT {copied} FROM event WHERE seq = ?"
        assert editor.after((inserted, (EVENTS + 1, seq))) is not None, seq
        other = seq % EVENTS + 1
        moved = [
            ("UPDATE event SET seq = ? WHERE seq = ?", (-1, seq)),
            ("UPDATE event SET seq = ? WHERE seq = ?", (seq, other)),
            ("UPDATE event SET seq = ? WHERE seq = ?", (other, -1)),
        ]
        assert editor.after(*moved) is not None, seq


@pytest.mark.parametrize(
    "statement", ["DROP TABLE event", "DROP TABLE meta", "ALTER TABLE event DROP COLUMN signature", "DROP TABLE tour"]
)
def test_a_store_without_its_tables_breaks_and_nothing_else(editor: Editor, statement: str) -> None:
    editor.path.write_bytes(editor.clean)
    with closing(editor._connect()) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(statement)
    if "tour" in statement:  # the journal does not ask it
        editor.breaks()
    else:
        assert editor.breaks() is not None


def test_a_store_may_begin_with_any_byte() -> None:
    """Its first bytes are a random salt: one in 256 begins with a line's end, and was taken for a damaged copy."""
    noise = random.Random(1).randbytes(4097)
    for first in range(256):
        assert verifying._looks_like_store(bytes([first]) + noise[1:])
    lines = b"12 c2VhbGVk 0123abcd\n" * 200
    assert not verifying._looks_like_store(b"\xff\xfe" + lines[2:4097])
    assert not verifying._looks_like_store(b"")


def test_only_what_has_an_end_is_looked_at(
    journal: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(SettingsWrong):
            verify_file(tmp_path / "pipe", journal[1])
        with pytest.raises(SettingsWrong):
            verify_file(Path("/dev/zero"), journal[1])
    with pytest.raises(SettingsWrong):
        verify_file(tmp_path, journal[1])
    with pytest.raises(SettingsWrong, match="Нет файла"):
        verify_file(tmp_path / "none", journal[1])
    for name, most in (("journal.log", "MOST_COPY"), ("store.sqlite", "MOST_STORE")):
        assert verify_file(journal[0] / name, journal[1]).breaks_at is None
        monkeypatch.setattr(verifying, most, 1000)
        with pytest.raises(SettingsWrong, match="велик"):
            verify_file(journal[0] / name, journal[1])


@pytest.mark.parametrize(
    "change",
    [
        *("signature = upper(signature)", "signature = signature || ' '", "signature = ' ' || signature"),
        *("received_us = 5", "received_us = 0", "received_us = -1", "received_us = 0.5"),
        *("received_us = 9223372036854775807", "received_us = 'x'", "received_us = x'00'"),
        *("prev = CAST(prev AS BLOB)", "signature = CAST(signature AS BLOB)", "hash = CAST(hash AS BLOB)"),
        *("private = private || ' '", "private = CAST(private AS BLOB)"),
        """private = replace(private, '"salt": "', '"salt": " ')""",
        """private = replace(private, '"name": ', '"name": "Evil", "name": ')""",
        *(f"""private = '{{"salt": {salt}, "name": "a", "note": ""}}'""" for salt in ("5", '"zz"', "null", "[]")),
        *("seq = x'00'", "seq = 'x'", "seq = -5"),
    ],
)
def test_an_edit_that_only_spells_a_row_anew_is_found_where_it_is(editor: Editor, change: str) -> None:
    assert editor.after((f"UPDATE event SET {change} WHERE seq = 500", ())) == 500


@pytest.mark.parametrize(("change", "seq"), [("seq = x'00'", 500), ("body = 'no json'", EVENTS), ("body = 5", 1)])
def test_a_gate_starts_whatever_stands_where_a_number_belongs(
    journal: tuple[Path, str], tmp_path: Path, change: str, seq: int
) -> None:
    folder, key = journal
    shutil.copytree(folder, tmp_path / "gate")
    with closing(sqlcipher.connect(str(tmp_path / "gate" / "store.sqlite"), isolation_level=None)) as connection:
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        assert connection.execute(f"UPDATE event SET {change} WHERE seq = {seq}").rowcount == 1
    store = opened(tmp_path / "gate")
    assert store.note
    with store.write() as tx:
        tx.journal.append(event(subject="v1"), tx.meta.device())
    assert verify_store(store).breaks_at == seq
    store.close()


def test_a_gate_that_works_meanwhile_is_no_alarm(
    journal: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events go on being written, and the log is written back, at every step of the check."""
    folder = tmp_path / "gate"
    shutil.copytree(journal[0], folder)
    store = opened(folder)

    def scan() -> None:
        for number in range(3):
            with store.write() as tx:
                tx.journal.append(event(subject=f"v{number}"), tx.meta.device())
        store.rest()

    def before(name: str) -> None:
        real = getattr(verifying, name)

        def worked(*arguments: Any) -> Any:
            scan()
            return real(*arguments)

        monkeypatch.setattr(verifying, name, worked)

    for name in ("_chain", "_opened", "_beside_its_copy", "early", "_trouble_with", "_against_store", "first_break"):
        before(name)
    scan()
    for _ in range(3):
        for path in (store.path, folder / "journal.log"):
            checked = verify_file(path, journal[1], store.path)
            assert (checked.breaks_at, checked.copy, checked.torn) == (None, "", False), path.name
        checked = verify_store(store)
        assert (checked.breaks_at, checked.copy) == (None, "")
    store.close()
