"""Alembic's entry: uses the connection that it is given, and never opens one of its own."""

from alembic import context

from checkin.store.rows import StoreModel

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=StoreModel.metadata, transactional_ddl=False, render_as_batch=True
)
context.run_migrations()
