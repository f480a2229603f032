"""Heads of every tour kept beside what they are counted from, and indexes for the few rows that each scan looks for.

Triggers keep them, so whoever writes the store keeps them right, in the same transaction.  ``_named``, ``_nameless``
and ``_present`` say what one row of each table adds; a changed row takes away what it was and adds what it is.
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables, fills them from what is there, and sets the triggers."""
    op.create_table(
        "tour_heads",
        sa.Column("plant", sa.String(), nullable=False),
        sa.Column("tour", sa.String(), nullable=False),
        sa.Column("named", sa.Integer(), nullable=False),
        sa.Column("nameless", sa.Integer(), nullable=False),
        sa.Column("inside", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("walk_ins", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("plant", "tour"),
    )
    op.create_table(
        "group_heads",
        sa.Column("plant", sa.String(), nullable=False),
        sa.Column("tour", sa.String(), nullable=False),
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("nameless", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("plant", "tour", "group_id"),
    )
    op.execute(
        "INSERT INTO group_heads SELECT plant, tour, group_id, sum(listed), sum(nameless) FROM ("
        "SELECT plant, tour, group_id, 1 AS listed, 0 AS nameless FROM visitor WHERE group_id IS NOT NULL "
        "UNION ALL SELECT plant, tour, coalesce(group_id, ''), 0, party FROM ticket WHERE visitor IS NULL"
        ") GROUP BY plant, tour, group_id"
    )
    op.execute(
        "INSERT INTO tour_heads "
        'SELECT plant, tour, sum(named), sum(nameless), sum(inside), sum("left"), sum(walk_ins) FROM ('
        'SELECT plant, tour, 1 - cancelled AS named, 0 AS nameless, 0 AS inside, 0 AS "left", 0 AS walk_ins '
        "FROM visitor "
        f"UNION ALL SELECT plant, tour, 0, {_counted('group_heads')}, 0, 0, 0 FROM group_heads "
        'UNION ALL SELECT plant, tour, 0, 0, inside, "left", (inside + "left") * walk_in '
        "FROM presence WHERE tour IS NOT NULL"
        ") GROUP BY plant, tour"
    )
    _kept("visitor", ("plant", "tour", "group_id", "cancelled"), _named)
    _kept("ticket", ("plant", "tour", "group_id", "visitor", "party"), _nameless, "{row}.visitor IS NULL")
    _kept("presence", ("plant", "tour", "inside", "left", "walk_in"), _present)
    op.execute(
        "CREATE TRIGGER group_heads_count AFTER UPDATE ON group_heads "
        f"WHEN {_counted('NEW')} IS NOT {_counted('OLD')} BEGIN "
        f"UPDATE tour_heads SET nameless = nameless + {_counted('NEW')} - {_counted('OLD')} "
        "WHERE plant = NEW.plant AND tour = NEW.tour; END"
    )
    op.drop_index("ix_event_tour", "event")
    op.create_index("ix_event_tour_kind", "event", ["tour", "kind", "plant"], unique=False)
    op.execute("CREATE INDEX ix_presence_doubles ON presence (plant) WHERE doubles != ''")


def _kept(table: str, columns: tuple[str, ...], change: Callable[[str, str], str], only: str = "true") -> None:
    """Triggers for one table: ``change(row, sign)`` are the statements that add a row's heads or take them away.

    A ``{row}`` that ``only`` does not hold for has none.
    """
    quoted = [f'"{name}"' for name in columns]
    were, are = (", ".join(f"{row}.{name}" for name in quoted) for row in ("OLD", "NEW"))
    for name, when, statements in (
        ("added", f"INSERT ON {table} WHEN {only.format(row='NEW')}", change("NEW", "+")),
        ("gone", f"DELETE ON {table} WHEN {only.format(row='OLD')}", change("OLD", "-")),
        (
            "changed",
            f"UPDATE OF {', '.join(quoted)} ON {table} WHEN ({were}) IS NOT ({are})",
            change("OLD", "-") + change("NEW", "+"),
        ),
    ):
        op.execute(f"CREATE TRIGGER {table}_{name} AFTER {when} BEGIN {statements} END")


def _named(row: str, sign: str) -> str:
    if sign == "+":  # a long list is mostly this: one statement a table
        return (
            f"INSERT INTO tour_heads VALUES ({row}.plant, {row}.tour, 1 - {row}.cancelled, 0, 0, 0, 0) "
            "ON CONFLICT DO UPDATE SET named = named + excluded.named; "
            f"INSERT INTO group_heads SELECT {row}.plant, {row}.tour, {row}.group_id, 1, 0 "
            f"WHERE {row}.group_id IS NOT NULL ON CONFLICT DO UPDATE SET listed = listed + 1; "
        )
    return (
        f"UPDATE tour_heads SET named = named - (1 - {row}.cancelled) "
        f"WHERE plant = {row}.plant AND tour = {row}.tour; "
        f"UPDATE group_heads SET listed = listed - 1 "
        f"WHERE plant = {row}.plant AND tour = {row}.tour AND group_id = {row}.group_id; "
    )


def _nameless(row: str, sign: str) -> str:
    here, group = f"{row}.visitor IS NULL", f"coalesce({row}.group_id, '')"
    made = _tour(row, here) + _group(row, group, here) if sign == "+" else ""
    return (
        f"{made}UPDATE group_heads SET nameless = nameless {sign} {row}.party "
        f"WHERE {here} AND plant = {row}.plant AND tour = {row}.tour AND group_id = {group}; "
    )


def _present(row: str, sign: str) -> str:
    made = _tour(row, f"{row}.tour IS NOT NULL") if sign == "+" else ""
    return (
        f'{made}UPDATE tour_heads SET inside = inside {sign} {row}.inside, "left" = "left" {sign} {row}."left", '
        f'walk_ins = walk_ins {sign} ({row}.inside + {row}."left") * {row}.walk_in '
        f"WHERE plant = {row}.plant AND tour = {row}.tour; "
    )


def _tour(row: str, condition: str = "true") -> str:
    return (
        f"INSERT INTO tour_heads SELECT {row}.plant, {row}.tour, 0, 0, 0, 0, 0 WHERE {condition} "
        "ON CONFLICT DO NOTHING; "
    )


def _group(row: str, group: str, condition: str) -> str:
    return (
        f"INSERT INTO group_heads SELECT {row}.plant, {row}.tour, {group}, 0, 0 WHERE {condition} "
        "ON CONFLICT DO NOTHING; "
    )


def _counted(row: str) -> str:
    """Heads that come without names: the party of a group that is on the list by name is those names."""
    return f"CASE {row}.listed WHEN 0 THEN {row}.nameless ELSE 0 END"
