"""The form for somebody who is not on the list: a walk-in, a substitute, a visitor from another tour.  No Qt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from checkin.desk.groups import Bearer, GroupCard
from checkin.i18n import gettext as _
from checkin.i18n import local_time
from ui.groups.state import GuestForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What is filled in so far.

    ``instead_of`` is the id of the member whose place is taken, or nothing; ``bearer`` whose ticket to another tour was
    shown: they take nobody's place, and their own ticket is used.
    """

    supervisor_for: Collection[str] = ()
    name: str = ""
    instead_of: str = ""
    reason: str = ""
    note: str = ""
    supervisor: str = ""
    says: str = ""
    bearer: Bearer | None = None

    def changed(self, **changes: str) -> Form:
        """With other contents; what was said of the old ones is gone."""
        return replace(self, **{"says": "", **changes})  # type: ignore[arg-type]

    def shown_by(self, bearer: Bearer) -> Form:
        """With the ticket that was shown."""
        named = {"name": bearer.name} if bearer.name else {}
        return replace(self.changed(instead_of="", reason=_("From another tour"), **named), bearer=bearer)

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
        ordered = sorted(free, key=lambda one: one.id in ticked) if self.bearer is None else []
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
            name=self.name,
            ticket=self._ticket(card),
            can_press=self.complete and not busy,
        )

    def _ticket(self, card: GroupCard) -> str:
        """What is known of a ticket to another tour, or how it gets here."""
        bearer = self.bearer
        if bearer is not None:
            start = local_time(bearer.starts, card.plant.tz) if bearer.starts is not None else ""
            tour = " ".join(part for part in (start, bearer.tour) if part)
            return _("Ticket of another tour: {tour}. It will be used by this").format(tour=tour or "?")
        if self.reason == _("From another tour"):
            return _("Scan their ticket now: then it cannot be used once more")
        return _("Has a ticket of another tour? Scan it now")
