"""Runs the hub's migrations on the connection that ``checkin.hub.schema`` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from checkin.hub.rows import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,
)
context.run_migrations()
