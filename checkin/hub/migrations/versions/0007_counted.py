"""A roster's length is counted when it is written; who is expected stands in an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_expected = sa.text("heads > 0")


def upgrade() -> None:
    op.add_column("counter", sa.Column("records", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE counter SET records = (SELECT count(*) FROM roster WHERE roster.plant = counter.plant)")
    with op.batch_alter_table("counter") as batch:
        batch.alter_column("records", server_default=None)
    op.create_index(
        "roster_heads",
        "roster",
        ["plant", "parent", "kind", "group_id", "heads"],
        sqlite_where=_expected,
        postgresql_where=_expected,
    )


def downgrade() -> None:
    op.drop_index("roster_heads", "roster")
    with op.batch_alter_table("counter") as batch:
        batch.drop_column("records")
