"""Opening a gate's store: made, found again, refused with a reason; the schema held to its models and its constant."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DatabaseError

from checkin.errors import SchemaTooNew, SettingsWrong, StoreCorrupt
from checkin.settings import Profile, Settings
from checkin.store import migrations, open_store
from checkin.store.engine import HEAD
from checkin.store.rows import StoreModel
from tests.field import event, opened, profile


def test_a_fresh_store_has_an_identity_and_keeps_it(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with store.read() as tx:
        device = tx.meta.device()
    store.close()
    again = opened(tmp_path)
    with again.read() as tx:
        assert tx.meta.device() == device
    again.close()

    assert re.fullmatch(r"[0-9a-f]{32}", device.id)
    assert len(bytes.fromhex(device.public_hex)) == 32


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_the_key_is_for_its_owner_alone_and_the_file_is_said_to_be_the_place(tmp_path: Path) -> None:
    where = tmp_path / "gate"
    store, place = open_store(Profile(where), Settings(key_place="file"))
    store.close()

    assert place == "file"
    assert stat.S_IMODE((where / "store.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(where.stat().st_mode) == 0o700


def test_nothing_in_the_file_can_be_read_without_the_key(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with store.write() as tx:
        tx.meta.put("secret", "Иванова Мария")
    store.close()

    everything = b"".join(path.read_bytes() for path in tmp_path.glob("store.sqlite*"))
    assert not everything.startswith(b"SQLite format 3")
    assert "Иванова".encode() not in everything
    assert b"CREATE TABLE" not in everything


def test_another_key_does_not_open_it_and_nothing_is_deleted(tmp_path: Path) -> None:
    opened(tmp_path).close()
    before = (tmp_path / "store.sqlite").read_bytes()
    (tmp_path / "store.key").write_text("ab" * 32)

    with pytest.raises(StoreCorrupt):
        opened(tmp_path)
    assert (tmp_path / "store.sqlite").read_bytes() == before


def test_a_missing_key_is_never_replaced_by_a_fresh_one(tmp_path: Path) -> None:
    opened(tmp_path).close()
    (tmp_path / "store.key").unlink()

    with pytest.raises(StoreCorrupt):
        opened(tmp_path)
    assert not (tmp_path / "store.key").exists()


@pytest.mark.parametrize("text", ["", "short", "zz" * 32, "Ключ" * 16])
def test_a_damaged_key_file_is_told(tmp_path: Path, text: str) -> None:
    opened(tmp_path).close()
    (tmp_path / "store.key").write_text(text, encoding="utf-8")

    with pytest.raises(StoreCorrupt):
        opened(tmp_path)


def test_a_file_that_is_no_database_and_has_no_copy_is_told_and_kept(tmp_path: Path) -> None:
    opened(tmp_path).close()
    (tmp_path / "journal.log").unlink()
    (tmp_path / "store.sqlite").write_bytes(b"not a database at all" * 1000)

    with pytest.raises(StoreCorrupt):
        opened(tmp_path)
    assert (tmp_path / "store.sqlite").read_bytes().startswith(b"not a database")


def test_a_newer_schema_is_refused_with_what_to_do(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with store.write() as tx:
        tx.session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()

    with pytest.raises(SchemaTooNew):
        opened(tmp_path)


def test_the_migrated_schema_is_the_models(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with store.read() as tx:
        context = MigrationContext.configure(tx.session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, StoreModel.metadata) == []
    store.close()


def test_the_newest_migration_is_the_one_that_opening_looks_for() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert scripts.get_heads() == [HEAD]
    assert HEAD in migrations.known_revisions()


def test_the_migrations_lie_behind_each_other_in_one_line() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    line = list(scripts.walk_revisions())
    assert [script.down_revision for script in line] == [*(script.revision for script in line[1:]), None]


def test_durability_is_what_the_design_says(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with store.read() as tx:
        run = tx.session.connection().exec_driver_sql
        assert run("PRAGMA journal_mode").scalar() == "wal"
        assert run("PRAGMA synchronous").scalar() == 2
        assert run("PRAGMA secure_delete").scalar() == 1
        assert run("PRAGMA cipher_version").scalar()
    store.close()


def test_the_journal_can_only_grow(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with store.write() as tx:
        line = tx.journal.append(event(), tx.meta.device())
    columns = {column.name for column in StoreModel.metadata.tables["event"].columns} - {"private", "received_us"}
    for statement in ("DELETE FROM event", *(f"UPDATE event SET {name} = {name}" for name in sorted(columns))):
        with pytest.raises(DatabaseError, match="append only"), store.write() as tx:
            tx.session.connection().exec_driver_sql(statement)
    with store.write() as tx:
        tx.session.connection().exec_driver_sql("UPDATE event SET private = NULL")
        assert tx.journal.by_id(line.event.id) == line.event
    store.close()


def test_the_journal_cannot_be_replaced_line_by_line_either(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with store.write() as tx:
        tx.journal.append(event(id="a"), tx.meta.device())
    with pytest.raises(DatabaseError), store.write() as tx:
        tx.session.connection().exec_driver_sql(
            "INSERT OR REPLACE INTO event SELECT id, device, seq, plant, gate, at_us, kind, 'changed', tour, subject, "
            "voids, prev, hash, signature, body, private, received_us FROM event"
        )
    store.close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsWrong):
        open_store(Profile(tmp_path / "file" / "gate"), Settings())


def test_settings_that_cannot_be_read_are_set_aside_and_said(tmp_path: Path) -> None:
    made = profile(tmp_path)
    for text in (b"{", b"\xff\xfe", b'{"language": "de"}', b"[" * 70_000):
        made.settings_file.write_bytes(text)
        settings, note = made.load()
        assert settings == Settings()
        assert "damaged" in note
    assert any(tmp_path.glob("settings.damaged-*.json"))


def _one_event(where: Path) -> str:
    store = opened(where)
    with store.write() as tx:
        identity = tx.journal.append(event(), tx.meta.device()).event.id
    store.close()
    return identity


def test_a_copy_that_is_a_folder_is_set_aside_and_begun_anew(tmp_path: Path) -> None:
    """The store is whole: it opens, and its events stand in a copy again."""
    identity = _one_event(tmp_path)
    (tmp_path / "journal.log").rename(tmp_path / "away")
    (tmp_path / "journal.log").mkdir()
    store = opened(tmp_path)
    assert "journal.damaged" in store.note
    assert store.copy.trouble is None
    assert [line.event.id for line in store.copy.read().lines.values()] == [identity]
    store.close()


def test_a_copy_that_can_be_neither_read_nor_moved_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _one_event(tmp_path)
    (tmp_path / "journal.log").rename(tmp_path / "away")
    (tmp_path / "journal.log").mkdir()
    rename = Path.rename

    def refuses(path: Path, target: Path) -> Path:
        if path.name == "journal.log":
            raise PermissionError(13, "no")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuses)
    store = opened(tmp_path)
    assert store.copy.trouble is not None  # the banner of a copy that cannot be written
    with store.write() as tx:
        tx.journal.append(event(), tx.meta.device())
    with store.read() as tx:
        assert tx.journal.count(tx.meta.get("device.id")) == 2
    store.close()
