"""The store's schema through time.  A migration runs inside the one transaction that ``store.engine`` opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def known_revisions() -> set[str]:
    """Every revision that this program can read."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def upgrade(connection: Any) -> None:
    """Runs every migration that the connection's database does not have yet."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
