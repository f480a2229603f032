"""The first schema: roster, journal, presence, outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes every table."""
    op.create_table(
        "event",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("plant", sa.String(), nullable=False),
        sa.Column("gate", sa.String(), nullable=False),
        sa.Column("at_us", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("tour", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("voids", sa.String(), nullable=True),
        sa.Column("prev", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("private", sa.String(), nullable=True),
        sa.Column("received_us", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_event_at_us"), "event", ["at_us"], unique=False)
    op.create_index("ix_event_device_seq", "event", ["device", "seq"], unique=True)
    op.create_index(op.f("ix_event_kind"), "event", ["kind"], unique=False)
    op.create_index(op.f("ix_event_subject"), "event", ["subject"], unique=False)
    op.create_index(op.f("ix_event_tour"), "event", ["tour"], unique=False)
    op.create_index(op.f("ix_event_voids"), "event", ["voids"], unique=False)
    op.create_table(
        "meta",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "outbox",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_us", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_index(op.f("ix_outbox_rejected"), "outbox", ["rejected"], unique=False)
    op.create_index(op.f("ix_outbox_seq"), "outbox", ["seq"], unique=False)
    op.create_table(
        "presence",
        sa.Column("plant", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("tour", sa.String(), nullable=True),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column("inside", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("walk_in", sa.Boolean(), nullable=False),
        sa.Column("doubles", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("plant", "subject"),
    )
    op.create_index(op.f("ix_presence_tour"), "presence", ["tour"], unique=False)
    op.create_table(
        "record",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("plant", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "plant", "id"),
    )
    op.create_table(
        "revocation",
        sa.Column("plant", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at_us", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("plant", "id"),
    )
    op.create_table(
        "ticket",
        sa.Column("plant", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tour", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("short", sa.String(), nullable=False),
        sa.Column("visitor", sa.String(), nullable=True),
        sa.Column("group_id", sa.String(), nullable=True),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column("from_us", sa.Integer(), nullable=True),
        sa.Column("until_us", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("plant", "id"),
    )
    op.create_index(op.f("ix_ticket_code_key"), "ticket", ["code_key"], unique=False)
    op.create_index(op.f("ix_ticket_short"), "ticket", ["short"], unique=False)
    op.create_index(op.f("ix_ticket_tour"), "ticket", ["tour"], unique=False)
    op.create_index(op.f("ix_ticket_visitor"), "ticket", ["visitor"], unique=False)
    op.create_table(
        "tour",
        sa.Column("plant", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("start_us", sa.Integer(), nullable=False),
        sa.Column("end_us", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("plant", "id"),
    )
    op.create_index(op.f("ix_tour_start_us"), "tour", ["start_us"], unique=False)
    op.create_table(
        "visit_group",
        sa.Column("plant", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tour", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("leader", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("plant", "id"),
    )
    op.create_index(op.f("ix_visit_group_tour"), "visit_group", ["tour"], unique=False)
    op.create_table(
        "visitor",
        sa.Column("plant", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tour", sa.String(), nullable=False),
        sa.Column("group_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("search", sa.String(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("flags", sa.String(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("plant", "id"),
    )
    op.create_index(op.f("ix_visitor_group_id"), "visitor", ["group_id"], unique=False)
    op.create_index(op.f("ix_visitor_tour"), "visitor", ["tour"], unique=False)
    # Attendance is append only.  A purge may empty `private`, which the chain holds by digest, and nothing else.
    op.execute(
        "CREATE TRIGGER event_is_not_changed BEFORE UPDATE OF id, device, seq, plant, gate, at_us, kind, reason, tour, "
        "subject, voids, prev, hash, signature, body ON event "
        "BEGIN SELECT RAISE(ABORT, 'the journal is append only'); END"
    )
    op.execute(
        "CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event "
        "BEGIN SELECT RAISE(ABORT, 'the journal is append only'); END"
    )
