"""An index of the walk-ins alone: every headcount asks which of a tour's list came with another tour."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the index."""
    op.execute('CREATE INDEX ix_presence_walk_in ON presence (plant, subject, tour, inside, "left") WHERE walk_in = 1')
