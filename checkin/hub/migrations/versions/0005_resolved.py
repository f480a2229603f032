"""What was found out about a double entry stands in the journal's act, whose words are purged, and nowhere else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("resolution") as batch:
        batch.drop_column("note")


def downgrade() -> None:
    with op.batch_alter_table("resolution") as batch:
        batch.add_column(sa.Column("note", sa.String(), nullable=False, server_default=""))
