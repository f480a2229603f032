"""A ticket explained: who issued it, for what, whether its signature holds, since when it is revoked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from checkin.domain.admission import Window, may_have_signed, window
from checkin.domain.ticket import code_key, short_holds, tidy_short
from checkin.domain.visit import Flag, Plant, Revocation, SigningKey, Ticket, Tour, Visitor
from checkin.i18n import gettext as _
from checkin.issuing.keyring import FOLDER, Keyring
from checkin.issuing.signing import REISSUED, own_id
from checkin.organising.book import Desk
from checkin.rosters.planning import GONE
from checkin.tickets import codec
from checkin.tickets.reading import interpretations


def explain(desk: Desk, text: str, now: datetime) -> dict[str, Any]:
    """Everything that is known of a ticket.  ``good`` says that nothing speaks against it but time and use.

    ``text`` is as a scanner typed it, under whatever layout.  ``time`` is ``early``, ``now`` or ``over``: as the gate
    judges it, by the tour of a ticket that is on the roster, else by the window in the ticket.
    """
    plants = {one.id: one for one in desk.book.plants()}
    held = desk.book.held(plants)
    mine = Keyring(desk.folder / FOLDER).all()
    keys = {one.id: one for one in held["key"] if isinstance(one, SigningKey)} | {one.id: one for one in mine}
    tickets = [one for one in held["ticket"] if isinstance(one, Ticket)]
    text = _meant(text, tickets)
    short = tidy_short(text)
    listed = next((one for one in tickets if code_key(one.code) == code_key(text)), None) or next(
        (one for one in tickets if short and short in (one.short, one.code)), None
    )
    code = listed.code if listed is not None else text
    verdict = codec.verify(code, keys)
    said: dict[str, Any] = {"good": False, "signature": "none", "listed": listed is not None}
    signed = verdict if isinstance(verdict, codec.SignedTicket) else None
    key = keys.get(signed.kid) if signed is not None else None
    if isinstance(verdict, codec.Problem):
        said["signature"] = "none" if verdict is codec.Problem.NOT_OURS else verdict.value
        said["good"] = verdict is codec.Problem.NOT_OURS and listed is not None
    else:
        said |= {"signature": "good", "good": True}
    if signed is not None and key is not None:
        dated = Ticket(id=signed.id, plant="", tour="", code="", valid_from=signed.valid_from)
        if listed is None and not may_have_signed(key, dated):
            said |= {"good": False, "signature": "after_key_ended"}
        said |= {
            "key": key.id,
            "issuer": key.issuer,
            "key_revoked_at": _iso(key.revoked_at),
            "key_valid_until": _iso(key.valid_until),
            "party": signed.party,
            "short": signed.short,
            "flags": ",".join(sorted(signed.flags)),
        }
        said["good"] = said["good"] and key.revoked_at is None
    identity = listed.id if listed is not None else signed.id if signed is not None else ""
    plant = plants.get(listed.plant) if listed is not None else _plant_of(signed, plants)
    tours = [one for one in held["tour"] if isinstance(one, Tour)]
    tour = next((one for one in tours if _same_tour(one, listed, signed, plant)), None)
    if plant is not None:
        said["plant"] = plant.name
        said["time_zone"] = plant.tz
    if tour is not None:
        said |= {"tour": tour.title, "start": _iso(tour.start), "cancelled": tour.cancelled}
        said["good"] = said["good"] and not tour.cancelled
    if listed is not None and listed.visitor:
        people = [one for one in held["visitor"] if isinstance(one, Visitor)]
        person = next((one for one in people if (one.plant, one.id) == (listed.plant, listed.visitor)), None)
        said["visitor"] = person.name if person is not None else ""
        if person is not None and Flag.CANCELLED in person.flags:
            said |= {"good": False, "visitor_cancelled": True}
    if signed is not None:
        times = Window(signed.valid_from, signed.valid_until)
        if listed is not None and tour is not None and plant is not None:
            times = window(tour, listed, tour.policy or plant.policy) or times
        said |= {"valid_from": _iso(times.opens), "valid_until": _iso(times.closes)}
        said["time"] = "early" if now < times.opens else "over" if now > times.closes else "now"
    taken_back = [one for one in held["revocation"] if isinstance(one, Revocation)]
    gone = next((one for one in taken_back if one.id == identity), None)
    if gone is None and listed is None and short is not None:
        # Given anew: the old record is off the roster, and its short code is still printed on somebody's paper.
        gone = next((one for one in taken_back if own_id(one.id) and codec.ticket_short(one.id) == short), None)
        if gone is None and not short_holds(short):
            said["signature"] = "mistyped"
        if gone is not None:
            said["signature"] = "not_read"
            place = plants.get(gone.plant)
            said |= {"plant": place.name, "time_zone": place.tz} if place is not None else {}
    if gone is not None:
        said |= {"revoked_at": _iso(gone.at), "reason": gone.reason, "good": False}
    return said


def _meant(text: str, tickets: Iterable[Ticket]) -> str:
    """What a scanner may have meant by what it typed; the text itself where nothing is known of any reading of it."""
    codes = {code_key(one.code) for one in tickets}
    readings = interpretations(text)
    return next((one for one in readings if codec.claims(one) or tidy_short(one) or code_key(one) in codes), text)


def _plant_of(signed: codec.SignedTicket | None, plants: dict[str, Plant]) -> Plant | None:
    return next((one for one in plants.values() if signed.for_plant(one.id)), None) if signed is not None else None


def _same_tour(tour: Tour, listed: Ticket | None, signed: codec.SignedTicket | None, plant: Plant | None) -> bool:
    if listed is not None:
        return (tour.plant, tour.id) == (listed.plant, listed.tour)
    return signed is not None and plant is not None and tour.plant == plant.id and signed.for_tour(tour.id)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="minutes")


def _why(reason: str) -> str:
    """A reason that the program itself gave, in words; a person's own as it is."""
    return {REISSUED: _("A new ticket was given instead"), GONE: _("Gone from the list")}.get(reason, reason)


def lines(said: dict[str, Any]) -> list[str]:
    """What was found, a line each; the first says whether the ticket is in order."""
    zone = ZoneInfo(said.get("time_zone", "UTC"))

    def at(text: str | None) -> str:
        return f"{datetime.fromisoformat(text).astimezone(zone):%d.%m.%Y %H:%M}" if text else ""

    signature = {
        "good": _("The signature holds"),
        "none": _("Not a signed ticket: a code of a registration site, or none at all"),
        "damaged": _("Damaged: a letter is missing or wrong"),
        "unknown_key": _("Signed by a key that is not known here"),
        "forged": _("The signature does not hold: the ticket is forged or damaged"),
        "after_key_ended": _("Signed by a key that had ended before this visit: not to be believed"),
        "mistyped": _("A short code with a mistake in it: compare it with the paper, letter by letter"),
        "not_read": _("A short code of a ticket of ours; its signature is in the QR"),
    }[said["signature"]]
    whether = _("In order") if said["good"] else _("NOT in order")
    if said["good"] and said.get("time") == "over":
        whether = _("In order, but its time is over")
    elif said["good"] and said.get("time") == "early":
        whether = _("In order, its time is still to come")
    out = [whether, signature]
    for label, key in ((_("Issued by"), "issuer"), (_("Key"), "key"), (_("Plant"), "plant"), (_("Tour"), "tour")):
        if said.get(key):
            out.append(f"{label}: {said[key]}")
    if said.get("start"):
        out.append(f"{_('Start')}: {at(said['start'])}")
    if said.get("valid_from"):
        out.append(_("Valid {start} to {end}").format(start=at(said["valid_from"]), end=at(said["valid_until"])))
    if said.get("visitor"):
        out.append(f"{_('Visitor')}: {said['visitor']}")
    if said.get("party", 1) > 1:
        out.append(_("For {count} people").format(count=said["party"]))
    if said.get("cancelled"):
        out.append(_("The visit is cancelled"))
    if said.get("visitor_cancelled"):
        out.append(_("The visitor's registration is cancelled"))
    if said.get("revoked_at"):
        out.append(
            _("Revoked since {time}. {reason}")
            .format(time=at(said["revoked_at"]), reason=_why(said["reason"]))
            .rstrip()
        )
    if said.get("key_revoked_at"):
        out.append(_("Its key is revoked since {time}").format(time=at(said["key_revoked_at"])))
    if not said["listed"]:
        out.append(_("Not on the roster here"))
    return out
