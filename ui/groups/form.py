"""The form for somebody who is not on the list: a walk-in, a substitute, a visitor from another tour.  No Qt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from checkin.desk.groups import GroupCard
from checkin.i18n import gettext as _
from ui.groups.state import GuestForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What is filled in so far.  ``instead_of`` is the id of the member whose place is taken, or nothing."""

    supervisor_for: Collection[str] = ()
    name: str = ""
    instead_of: str = ""
    reason: str = ""
    note: str = ""
    supervisor: str = ""
    says: str = ""

    def changed(self, **changes: str) -> Form:
        """With other contents; what was said of the old ones is gone."""
        return replace(self, **{"says": "", **changes})

    @property
    def wants_supervisor(self) -> bool:
        return ("substitution" if self.instead_of else "walk_in") in self.supervisor_for

    @property
    def said(self) -> str:
        """The reason as it is written."""
        return "; ".join(part for part in (self.reason, self.note.strip()) if part)

    @property
    def complete(self) -> bool:
        agreed = bool(self.supervisor.strip()) or not self.wants_supervisor
        return bool(self.name.strip() and self.reason) and agreed

    def shown(self, card: GroupCard, ticked: Collection[str], *, busy: bool) -> GuestForm:
        """For the view; places of those who are not ticked come first."""
        free = [member.visitor for member in card.members if member.may_come]
        ordered = sorted(free, key=lambda one: one.id in ticked)
        return GuestForm(
            places=tuple((one.id, f"{one.name} {one.birth_year or ''}".strip()) for one in ordered),
            instead_of=self.instead_of,
            reasons=(
                _("The list came too late"),
                _("An error in the list"),
                _("From another tour"),
                _("The guide asks for it"),
            ),
            reason=self.reason,
            supervisor=self.wants_supervisor,
            says=self.says,
            can_press=self.complete and not busy,
        )
