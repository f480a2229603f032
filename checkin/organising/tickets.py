"""Tickets signed, taken back and given anew, and their records on the roster that gates read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from checkin.domain.ticket import code_key, tidy_short
from checkin.domain.visit import Flag, Revocation, SigningKey
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.issuing import signing
from checkin.issuing.keyring import FOLDER, Keyring
from checkin.issuing.papers import Withdrawn, mark_of
from checkin.organising.book import Desk
from checkin.organising.keys import publish
from checkin.tickets import codec
from checkin.tickets.reading import interpretations

MAX_REASON = 200


def chosen(
    desk: Desk,
    plant: str | None = None,
    tour: str | None = None,
    group: str | None = None,
    tours: Collection[tuple[str, str]] | None = None,
    *,
    taken_back: bool = False,
    may_be_none: bool = False,
) -> tuple[list[signing.Issue], int]:
    """Tickets that may go out, and how many codes are a registration site's own.

    ``tours`` are plants and ids of the only ones wanted; ``taken_back``: also who has only a revoked one.  Raises
    ``SettingsWrong`` for none, unless there ``may_be_none``.
    """
    one = desk.plant(plant)
    plants = [one] if one is not None else desk.book.plants()
    roll = signing.Roll.of(desk.book.held(each.id for each in plants), plants)
    if tours is not None:
        roll = replace(roll, tours=[each for each in roll.tours if (each.plant, each.id) in tours])
    issues, foreign = signing.chosen(roll, tour=tour, group=group, taken_back=taken_back)
    if not issues and not may_be_none:
        raise SettingsWrong(nobody(tour, group, foreign))
    return issues, foreign


def nobody(tour: str | None, group: str | None, foreign: int) -> str:
    """Why there is no ticket to issue."""
    if foreign:
        return _("Everybody chosen has a code of a registration site: there is no ticket to issue")
    if tour or group:
        return _("No ticket of ours is for that tour or group: {text}").format(
            text=", ".join(filter(None, (tour, group)))
        )
    return _("There is nobody to issue a ticket for. Import a list: checkin roster import FILE")


def sign(
    desk: Desk, issues: Sequence[signing.Issue], passphrase: Callable[[], str], going: Callable[[], None] = lambda: None
) -> list[signing.Issue]:
    """The issues signed by the key that signs now, and on the roster; gates have the key too.  None need no key.

    ``passphrase`` is asked once there is something to open with it.  ``going`` is called for each ticket before
    anything is written, and may raise to stop.
    """
    if not issues:
        return []
    keyring = Keyring(desk.folder / FOLDER)
    key = keyring.current()
    if key is None:
        raise SettingsWrong(_("There is no key to sign with. Make one: checkin keys new"))
    private = keyring.private(key.id, passphrase())
    held = desk.book.held({one.plant.id for one in issues})
    known = {one.id: one for one in held["key"] if isinstance(one, SigningKey)} | {one.id: one for one in keyring.all()}

    def each() -> Iterator[signing.Issue]:
        for one in issues:
            going()
            yield one

    ready = signing.signed(each(), private, known)
    publish(desk, keyring)
    desk.book.put([one.ticket for one, before in zip(ready, issues, strict=True) if one.ticket != before.ticket])
    return ready


def withdrawn(desk: Desk, issues: Sequence[signing.Issue]) -> Withdrawn:
    """Which tickets of ours on paper are good no more: taken back, cancelled, or signed by a key that is revoked.

    ``issues`` were signed just now; the roster knows about those of all plants that are not among them.
    """
    plants = desk.book.plants()
    roll = signing.Roll.of(desk.book.held(one.id for one in plants), plants)
    keyring = Keyring(desk.folder / FOLDER)
    key, keys = keyring.current(), {**roll.keys, **{one.id: one for one in keyring.all()}}
    tours = {(one.plant, one.id): one for one in roll.tours}
    tours_off = {place for place, one in tours.items() if one.cancelled}
    people_off = {(one.plant, one.id) for one in roll.visitors if Flag.CANCELLED in one.flags}
    fresh = {one.ticket.id: one.ticket for one in issues}
    gone = {codec.ticket_short(one) for one in roll.revoked if signing.own_id(one)}
    good: dict[str, set[str]] = defaultdict(set)
    for held in roll.tickets:
        ticket = fresh.get(held.id, held)
        if not signing.ours(ticket) or ticket.id in roll.revoked or not codec.claims(ticket.code):
            continue  # a site's own, one that is gone already, or one that is on no paper yet
        short = codec.ticket_short(ticket.id)
        if (ticket.plant, ticket.tour) in tours_off or (ticket.plant, ticket.visitor) in people_off:
            gone.add(short)
        elif signing.stands(ticket, tours.get((ticket.plant, ticket.tour)), keys, key.id if key is not None else ""):
            good[short].add(mark_of(ticket.code))
        else:
            gone.add(short)
    return Withdrawn(frozenset(gone), {short: frozenset(marks) for short, marks in good.items()})


def revoke(desk: Desk, issues: Sequence[signing.Issue], reason: str, now: datetime) -> None:
    """Takes tickets back: gates refuse them as soon as they have synced."""
    said = reason.strip()[:MAX_REASON]
    desk.book.put([Revocation(id=one.ticket.id, plant=one.plant.id, at=now, reason=said) for one in issues])


def reissue(
    desk: Desk, issues: Sequence[signing.Issue], passphrase: Callable[[], str], now: datetime
) -> list[signing.Issue]:
    """Takes tickets back, those that were not yet, and gives the same visitors new ones, in the same order."""
    before = _taken_back(desk, issues)
    fresh, revocations = signing.reissued(issues, now)
    gone = [one for one in revocations if (one.plant, one.id) not in before]  # else when and why it was would be lost
    signed = sign(desk, fresh, passphrase)
    # The revocations refuse the old codes; without their records nobody is found twice by name.
    desk.book.put(
        [*gone, *(one.ticket for one in signed)],
        [(one.plant.id, "ticket", one.ticket.id) for one in issues],
    )
    return signed


def selected(
    desk: Desk,
    codes: Sequence[str] | None,
    plant: str | None,
    tour: str | None,
    group: str | None,
    *,
    taken_back: bool = False,
) -> list[signing.Issue]:
    """The tickets that codes name, or else all those of a tour or group; never everything by an oversight.

    ``taken_back``: also tickets that were revoked and have no successor.
    """
    if not codes and not (tour or group):
        raise SettingsWrong(_("Say which: codes, or --tour, or --group"))
    issues, _foreign = chosen(desk, plant, tour, group, taken_back=taken_back or bool(codes))
    if not codes:
        _one_meant(tour, {one.tour.title for one in issues})
        _one_meant(group, {one.group.name for one in issues if one.group is not None})
        return issues
    by_code: dict[str, signing.Issue] = {}
    for one in issues:
        by_code[code_key(one.ticket.code)] = one
        by_code[code_key(one.short)] = one
    found: dict[str, signing.Issue] = {}
    for code in codes:
        meant = [code_key(key) for text in interpretations(code) for key in (text, tidy_short(text) or "")]
        one_ = next((by_code[key] for key in meant if key in by_code), None)
        if one_ is None:
            raise SettingsWrong(_("No ticket of ours has the code {code}").format(code=code[:40]))
        found[one_.ticket.id] = one_
    if not taken_back and (gone := _taken_back(desk, list(found.values()))):
        code = next(one.short for one in found.values() if (one.plant.id, one.ticket.id) in gone)
        raise SettingsWrong(_("The ticket {code} is revoked already").format(code=code[:40]))
    return list(found.values())


def _one_meant(wanted: str | None, names: set[str]) -> None:
    """Raises ``SettingsWrong`` where a part of a name is that of several: a slip must not take tickets of others."""
    if wanted and len(names) > 1:
        raise SettingsWrong(
            _("“{text}” is a part of several names: {names}. Write one of them in full").format(
                text=wanted, names=", ".join(sorted(names)[:8])
            )
        )


def _taken_back(desk: Desk, issues: Sequence[signing.Issue]) -> set[tuple[str, str]]:
    """Plants and ids of those tickets that are revoked."""
    held = desk.book.held({one.plant.id for one in issues})
    gone = {(one.plant, one.id) for one in held["revocation"] if isinstance(one, Revocation)}
    return gone & {(one.plant.id, one.ticket.id) for one in issues}


def to_reissue(
    desk: Desk, codes: Sequence[str] | None, plant: str | None, tour: str | None, group: str | None
) -> tuple[list[signing.Issue], int]:
    """The tickets to be given anew, and how many of a tour or group were left out because they are revoked.

    A revoked one is given anew only where its code is named: whoever was taken off a tour must not come back with it.
    """
    found = selected(desk, codes, plant, tour, group, taken_back=True)
    if codes:
        return found, 0
    gone = _taken_back(desk, found)
    good = [one for one in found if (one.plant.id, one.ticket.id) not in gone]
    if not good:
        raise SettingsWrong(_("These tickets are all revoked. Name a code to give its visitor a new one"))
    return good, len(found) - len(good)
