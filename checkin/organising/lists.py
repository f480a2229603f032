"""A list taken into a roster, whichever it is: this profile's own, or a hub's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from checkin.clock import SystemClock
from checkin.domain.visit import Group, Plant, Revocation, StopEntry, Ticket, Tour, Visitor
from checkin.i18n import gettext as _
from checkin.organising.book import Desk, HubBook, StoreBook
from checkin.rosters.headings import NOTHING_SAID
from checkin.rosters.mapping import Mapping as Said
from checkin.rosters.mapping import Remembered
from checkin.rosters.planning import Entry, Held, Plan, plan
from checkin.rosters.reading import read_list
from checkin.rosters.taking import Cancelled, Progress, checked, take_list
from checkin.sync.engine import ROSTER_AT


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How a list shall be taken.  ``plant`` and ``defaults`` count for rows that do not name theirs."""

    path: Path
    plant: str | None = None
    defaults: Mapping[str, str] = field(default_factory=dict)
    said: Said = NOTHING_SAID
    revoke_missing: bool = False


def take(
    desk: Desk,
    order: Order,
    memory: Remembered | None,
    *,
    apply: bool,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    now: datetime | None = None,
) -> Plan:
    """Reads a list and, with ``apply``, writes what it changes.  Raises ``ListUnreadable`` or ``Cancelled``."""
    if isinstance(desk.book, HubBook):
        return _into_hub(desk.book, order, memory, apply, progress, cancelled, now)
    return _into_store(desk.book, order, memory, apply, progress, cancelled, now)


def _into_store(
    book: StoreBook,
    order: Order,
    memory: Remembered | None,
    apply: bool,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
    now: datetime | None,
) -> Plan:
    taken = take_list(
        book.store,
        order.path,
        plant=order.plant,
        apply=apply,
        revoke_missing=order.revoke_missing,
        said=order.said,
        memory=memory,
        now=now,
        progress=progress,
        cancelled=cancelled,
        unit=lambda job: job(),  # small units: a gate's window on the same profile may want to write meanwhile
        defaults=order.defaults,
    )
    if apply:
        with book.store.write() as tx:
            tx.meta.put(ROSTER_AT, (now or SystemClock().now()).isoformat())
    return taken.plan


def _into_hub(
    book: HubBook,
    order: Order,
    memory: Remembered | None,
    apply: bool,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
    now: datetime | None,
) -> Plan:
    def tell(done: int, of: int) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled(_("Stopped. Nothing was changed"))
        if progress is not None:
            progress(done, of)

    moment = now or SystemClock().now()
    known = book.plants()
    tours = book.held([one.id for one in known])["tour"]
    before = memory.for_line if memory is not None else None
    result = read_list(
        order.path,
        order.plant,
        tell,
        known,
        order.said,
        before,
        [one for one in tours if isinstance(one, Tour)],
        order.defaults,
    )
    held = held_at_hub(book, result.plants, known)
    difference = checked(plan(result, held), held, moment, memory)
    tell(result.total, result.total)
    if apply:
        gone = difference.revocations(moment) if order.revoke_missing else []
        back = [(one.plant, "revocation", one.id) for one in difference.restored]
        book.put([*difference.records, *gone], back)
    return difference


def held_at_hub(book: HubBook, plants: Iterable[str], known: Iterable[Plant]) -> Held:
    """What the hub holds of these plants."""
    records = book.held(plants)
    return Held(
        plants=list(known),
        tours=[one for one in records["tour"] if isinstance(one, Tour)],
        groups=[one for one in records["group"] if isinstance(one, Group)],
        visitors=[one for one in records["visitor"] if isinstance(one, Visitor)],
        tickets=[one for one in records["ticket"] if isinstance(one, Ticket)],
        stops=[one for one in records["stop"] if isinstance(one, StopEntry)],
        revoked={one.id: one.reason for one in records["revocation"] if isinstance(one, Revocation)},
    )


def changes(entry: Entry) -> str:
    """How the list changes somebody who is on the roster, in words."""
    before, after = entry.before, entry.visitor
    if before is None:
        return ""
    parts = [
        f"{said}: {getattr(before, name) or '—'} → {getattr(after, name) or '—'}"
        for name, said in (("name", _("name")), ("birth_year", _("year of birth")), ("language", _("language")))
        if getattr(before, name) != getattr(after, name)
    ]
    if before.flags != after.flags:
        parts.append(
            f"{_('marks')}: {', '.join(sorted(before.flags)) or '—'} → {', '.join(sorted(after.flags)) or '—'}"
        )
    if before.group != after.group:
        parts.append(_("another group"))
    if before.tour != after.tour:
        parts.append(_("another tour"))
    if entry.restored:
        parts.append(_("on the list again: the ticket that was taken back is good again"))
    return "; ".join(parts) or _("tour, group or code")
