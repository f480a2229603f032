"""How many lines each lower hub has brought: a hub that was restored shows by it that it lacks some."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("device", "upstream"):
        op.add_column(table, sa.Column("brought", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE device SET brought = (SELECT count(*) FROM attendance "
        "WHERE attendance.plant = device.plant AND attendance.via = device.id) WHERE role = 'hub'"
    )


def downgrade() -> None:
    for table in ("device", "upstream"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("brought")
