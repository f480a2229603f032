"""A chain of hubs: who came through which hub, and what a hub knows of the one above it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_moment = sa.DateTime(timezone=True)
_text = sa.String()


def upgrade() -> None:
    op.add_column("device", sa.Column("role", _text, nullable=True))
    op.add_column("device", sa.Column("via", _text, nullable=True))
    op.add_column("invite", sa.Column("role", _text, nullable=True))
    op.add_column("attendance", sa.Column("via", _text, nullable=True))
    op.create_table(
        "upstream",
        sa.Column("plant", _text, primary_key=True),
        sa.Column("url", _text, nullable=False),
        sa.Column("ca", _text, nullable=True),
        sa.Column("token", _text, nullable=False),
        sa.Column("device", _text, nullable=False),
        sa.Column("public_key", _text, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("epoch", _text, nullable=False),
        sa.Column("roster_cursor", _text, nullable=False),
        sa.Column("cursor", _text, nullable=False),
        sa.Column("everything", sa.Boolean(), nullable=False),
        sa.Column("held_by", _text, nullable=False),
        sa.Column("held_until", _moment, nullable=True),
        sa.Column("ok_at", _moment, nullable=True),
        sa.Column("problem", _text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("upstream")
    for table, name in (("attendance", "via"), ("invite", "role"), ("device", "via"), ("device", "role")):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(name)
