"""What a list would change, or has changed: its tables, looked at by kind, by words and by fault."""

from __future__ import annotations

from collections.abc import Mapping

from checkin.domain.visit import Plant
from checkin.i18n import gettext as _
from checkin.rosters.planning import Plan
from ui.organiser.lists import tables
from ui.organiser.lists.state import Kind
from ui.organiser.table import NOTHING, Table

Tables = Mapping[Kind, Table]


def made(plan: Plan, plants: Mapping[str, Plant]) -> Tables:
    """The tables of a plan, in the language in use."""
    return tables.tables(plan, {**plants, **plan.result.plants})


class Difference:
    """A checked list, and what of it is in view.  ``revoke``: the tickets of those who are gone shall go too."""

    def __init__(self) -> None:
        self.plan: Plan | None = None
        self.revoke = False
        self._tables: Tables = {}
        self._filtered: tuple[object, Table] = (None, NOTHING)
        self.kind, self.query, self.reason = Kind.ADDED, "", ""

    def checked(self, plan: Plan, tables_: Tables) -> None:
        """A list was compared with the roster."""
        self.plan, self._tables = plan, tables_
        self.show(next((kind for kind in Kind if self._tables[kind].rows), Kind.ADDED))

    def retold(self, plants: Mapping[str, Plant]) -> None:
        """The tables in the language in use."""
        if self.plan is not None:
            self._tables = made(self.plan, plants)

    def show(self, kind: Kind) -> None:
        """All of one kind."""
        self.kind, self.query, self.reason = kind, "", ""

    def state(self, plan: Plan, *, done: bool, busy: bool) -> dict[str, object]:
        """The part of a ``ListsState`` that is about what changes."""
        whole = self._tables[self.kind]
        asked = (self.kind, self.query, self.reason, id(whole))
        if self._filtered[0] != asked:
            table = whole.holding(self.query)
            if self.kind is Kind.FAULTS and self.reason:
                table = Table(table.headings, [row for row in table.rows if row[-1] == self.reason], table.wide)
            self._filtered = (asked, table)
        revoked = len(plan.removed_tickets) if self.revoke else 0
        return {
            "says": tables.summary(plan.counts(), done=done, revoked=revoked),
            "counts": tuple((kind, tables.kind_name(kind), len(self._tables[kind].rows)) for kind in Kind),
            "kind": self.kind,
            "table": self._filtered[1],
            "empty": tables.empty(self.kind) if not whole.rows else _("Nothing has these words"),
            "reasons": tables.reasons(self._tables[Kind.FAULTS]) if self.kind is Kind.FAULTS else (),
            "reason": self.reason,
            "query": self.query,
            "gone": len(plan.removed),
            "revoke": self.revoke,
            "can_take": not done and not busy and bool(plan.result.rows or (plan.removed and self.revoke)),
            "faults": len(plan.result.faults),
        }
