"""The first schema: roster, attendance, presence, findings, devices, invites, resolutions, counters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_moment = sa.DateTime(timezone=True)
_text = sa.String()


def upgrade() -> None:
    op.create_table(
        "counter",
        sa.Column("plant", _text, primary_key=True),
        sa.Column("epoch", _text, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "roster",
        sa.Column("plant", _text, primary_key=True),
        sa.Column("kind", _text, primary_key=True),
        sa.Column("id", _text, primary_key=True),
        sa.Column("parent", _text, nullable=False),
        sa.Column("group_id", _text, nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text()),
    )
    op.create_index("roster_revision", "roster", ["plant", "revision"], unique=True)
    op.create_index("roster_parent", "roster", ["plant", "parent"])
    op.create_table(
        "attendance",
        sa.Column("plant", _text, primary_key=True),
        sa.Column("id", _text, primary_key=True),
        sa.Column("device", _text, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at", _moment, nullable=False),
        sa.Column("received_at", _moment, nullable=False),
        sa.Column("kind", _text, nullable=False),
        sa.Column("tour", _text),
        sa.Column("subject", _text),
        sa.Column("gate", _text, nullable=False),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column("voids", _text),
        sa.Column("prev", _text, nullable=False),
        sa.Column("hash", _text, nullable=False),
        sa.Column("signature", _text, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("private", sa.Text()),
        sa.UniqueConstraint("plant", "device", "seq", name="attendance_chain"),
    )
    op.create_index("attendance_position", "attendance", ["plant", "position"], unique=True)
    op.create_index("attendance_subject", "attendance", ["plant", "subject"])
    op.create_index("attendance_voids", "attendance", ["plant", "voids"])
    op.create_table(
        "presence",
        sa.Column("plant", _text, primary_key=True),
        sa.Column("subject", _text, primary_key=True),
        sa.Column("tour", _text),
        sa.Column("inside", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column("doubles", sa.Text()),
    )
    op.create_index("presence_tour", "presence", ["plant", "tour"])
    op.create_table(
        "finding",
        sa.Column("plant", _text, primary_key=True),
        sa.Column("device", _text, primary_key=True),
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("fault", _text, primary_key=True),
        sa.Column("event", _text, primary_key=True),
        sa.Column("at", _moment, nullable=False),
        sa.Column("healed_at", _moment),
    )
    op.create_table(
        "device",
        sa.Column("plant", _text, primary_key=True),
        sa.Column("id", _text, primary_key=True),
        sa.Column("gate", _text, nullable=False),
        sa.Column("gate_name", _text, nullable=False),
        sa.Column("token_hash", _text, nullable=False),
        sa.Column("public_key", _text, nullable=False),
        sa.Column("software", _text, nullable=False),
        sa.Column("enrolled_at", _moment, nullable=False),
        sa.Column("revoked_at", _moment),
        sa.Column("last_seen_at", _moment),
        sa.Column("clock_offset_ms", sa.BigInteger()),
    )
    op.create_index("device_token", "device", ["token_hash"], unique=True)
    op.create_table(
        "invite",
        sa.Column("plant", _text, primary_key=True),
        sa.Column("code_hash", _text, primary_key=True),
        sa.Column("gate", _text, nullable=False),
        sa.Column("gate_name", _text, nullable=False),
        sa.Column("expires_at", _moment, nullable=False),
        sa.Column("used_at", _moment),
        sa.Column("used_by", _text),
    )
    op.create_index("invite_code", "invite", ["code_hash"], unique=True)
    op.create_table(
        "resolution",
        sa.Column("plant", _text, primary_key=True),
        sa.Column("event", _text, primary_key=True),
        sa.Column("at", _moment, nullable=False),
        sa.Column("note", _text, nullable=False),
    )


def downgrade() -> None:
    for name in ("resolution", "invite", "device", "finding", "presence", "attendance", "roster", "counter"):
        op.drop_table(name)
