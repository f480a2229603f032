"""The guides' page: codes, sessions, the hub's own journal keys, and an index of the events of roll-calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_moment = sa.DateTime(timezone=True)
_text = sa.String()
_calls = sa.text("kind IN ('mark', 'alarm', 'all_clear', 'void')")


def upgrade() -> None:
    op.create_table(
        "guide_code",
        sa.Column("plant", _text, primary_key=True),
        sa.Column("code_hash", _text, primary_key=True),
        sa.Column("guide", _text, nullable=False),
        sa.Column("tour", _text, nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("expires_at", _moment, nullable=False),
    )
    op.create_index("guide_code_code", "guide_code", ["code_hash"], unique=True)
    op.create_table(
        "guide_session",
        sa.Column("plant", _text, primary_key=True),
        sa.Column("token_hash", _text, primary_key=True),
        sa.Column("guide", _text, nullable=False),
        sa.Column("tour", _text, nullable=False),
        sa.Column("expires_at", _moment, nullable=False),
    )
    op.create_index("guide_session_token", "guide_session", ["token_hash"], unique=True)
    op.create_table(
        "house",
        sa.Column("plant", _text, primary_key=True),
        sa.Column("device", _text, nullable=False),
        sa.Column("private_key", _text, nullable=False),
        sa.Column("public_key", _text, nullable=False),
        sa.Column("made_at", _moment, nullable=False),
    )
    op.create_index("guide_calls", "attendance", ["plant", "at"], sqlite_where=_calls, postgresql_where=_calls)


def downgrade() -> None:
    op.drop_index("guide_calls", "attendance")
    for name in ("house", "guide_session", "guide_code"):
        op.drop_table(name)
