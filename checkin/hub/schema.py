"""The hub's schema and its migrations.

A database is brought up to date in one transaction under a lock, so several processes may start at once; one that was
written by a newer program is refused and left as it is.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from checkin.errors import SchemaTooNew, SettingsWrong
from checkin.hub.database import engine_for, reading, writing
from checkin.i18n import gettext as _

PLACE = Path(__file__).resolve().parent / "migrations"
_LOCK = 0x50524F48  # "PROH": an advisory lock that no other program is likely to use


def migrate(db_url: str) -> str:
    """Brings the database up to date and returns its schema's revision; raises ``SchemaTooNew``."""
    engine = engine_for(db_url)
    try:
        return bring_up(engine)
    finally:
        engine.dispose()


def prepare(engine: Engine) -> None:
    """What every start does: SQLite and an empty PostgreSQL are brought up to date, an older PostgreSQL is refused.

    Migrating a big database takes its time and belongs to its administrator, not to whichever process starts first.
    """
    with reading(engine) as connection:
        current = _current(connection)
    _refuse_newer(current)
    if current == newest():
        return
    if engine.dialect.name == "postgresql" and current is not None:
        raise SettingsWrong(_("The hub's database is from an older version: run “checkin hub migrate” first"))
    bring_up(engine)


def newest() -> str:
    """The revision that this program knows."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("the hub's migrations are missing")
    return head


def up_to_date(engine: Engine) -> bool:
    """Whether the database has this program's schema."""
    with reading(engine) as connection:
        return _current(connection) == newest()


def bring_up(engine: Engine) -> str:
    """Brings the database up to date; returns its revision."""
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        _refuse_newer(_current(connection))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return newest()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(PLACE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(current: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if current is not None and current not in known:
        raise SchemaTooNew(_("The hub's database was written by a newer version of the program: update this one"))
