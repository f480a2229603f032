"""Who is inside, kept beside the attendance: a row for each subject, folded by the domain's ``stay`` and nothing else.

A row is written in the transaction that brought its events, so a headcount is never ahead of the journal or behind it.
A ticket that was scanned before its gate knew whose it is has its own id as the event's subject: such events count as
its visitor's from the moment at which the roster here names one, and the line itself stays as it was signed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    cast,
    delete,
    literal,
    null,
    select,
    update,
)

from checkin.domain.events import INWARD, AttendanceEvent, Kind
from checkin.domain.headcount import Stay, stay, tour_of
from checkin.hub import rows
from checkin.hub.journeys import Question, together
from checkin.hub.statements import among, under, upsert
from checkin.wire import event_from_json

MOVING = tuple(sorted(INWARD | {Kind.EXIT}))
"""Kinds that change a stay; what a void takes back is looked up by the event it names."""
MAX = 2**63
STANDS, PARTY, VOIDED = range(3)


_PLANT: BindParameter[str] = bindparam("plant")
_p, _a, _r = rows.presence.c, rows.attendance.c, rows.roster.c
_EVENT = (_a.id, _a.gate, _a.at, _a.kind, _a.device, _a.seq, _a.tour, _a.subject, _a.party, _a.voids)
_PRESENT = under(select(_p.subject).where(_p.plant == _PLANT), _p.subject, "subjects")
_VOIDED = under(select(_a.subject, _a.kind, _a.voids).where(_a.plant == _PLANT), _a.id, "ids")
_MOVES = under(select(*_EVENT).where(_a.plant == _PLANT, _a.kind.in_(MOVING)), _a.subject, "subjects")
_VOIDS = under(select(*_EVENT).where(_a.plant == _PLANT, _a.kind == Kind.VOID.value), _a.voids, "ids")
_TICKET = (_r.plant == _PLANT, _r.kind == "ticket", _r.body.is_not(None))
_PARTIES = under(select(_r.id, _r.heads).where(*_TICKET, _r.heads > 0), _r.id, "subjects")
_STANDING = (_p.tour, _p.inside, _p.left, _p.party, _p.doubles, _p.last_at)


def _only(what: int, key: ColumnElement[Any], party: ColumnElement[Any] | None = None) -> Select[Any]:
    """A row of ``_KNOWN`` that says no more of its key than this."""
    rest = [
        cast(null() if party is None or one is not _p.party else party, one.type).label(one.name) for one in _STANDING
    ]
    return select(literal(what).label("what"), key.label("subject"), *rest)


_KNOWN = under(
    select(literal(STANDS).label("what"), _p.subject, *_STANDING).where(_p.plant == _PLANT),
    _p.subject,
    "subjects",
).also(
    under(_only(PARTY, _r.id, _r.heads).where(*_TICKET, _r.heads > 0), _r.id, "subjects"),
    under(_only(VOIDED, _a.voids).where(_a.plant == _PLANT, _a.kind == Kind.VOID.value), _a.voids, "ids"),
)
"""How subjects stand, how many heads their tickets are for, and which events are voided already: in one question."""
_TICKETS = under(select(_r.id, _r.body).where(*_TICKET), _r.id, "subjects")
_UNDER = under(select(_a.id, _a.body).where(_a.plant == _PLANT), _a.subject, "subjects")
_HAND_OVER = (
    update(rows.attendance)
    .where(_a.plant == bindparam("in_plant"), _a.id == bindparam("event"))
    .values(subject=bindparam("whose"))
)
_FORGET = delete(rows.presence).where(_p.plant == bindparam("in_plant"), among(_p.subject, "subjects"))


def subject_of(event: AttendanceEvent, whose: Mapping[str, str]) -> str | None:
    """Whose stay an event changes: somebody let in without a subject is one of their own."""
    if event.subject is not None and under_ticket(event):
        return whose.get(event.subject, event.subject)
    return event.subject or (event.id if event.kind in INWARD else None)


def visitors_of(connection: Connection, plant: str, tickets: Iterable[str]) -> dict[str, str]:
    """Whose these tickets are, where the roster names a visitor."""
    wanted = sorted(set(tickets))
    if not wanted:
        return {}
    found = _TICKETS.of(connection, {"plant": plant, "subjects": wanted})
    return {row.id: visitor for row in found if (visitor := json.loads(row.body).get("visitor"))}


def under_ticket(event: AttendanceEvent) -> bool:
    """Whether an event names no visitor, only the ticket."""
    return event.subject is not None and event.subject == event.ticket


def hand_over(connection: Connection, plant: str, before: Mapping[str, str | None], after: Mapping[str, str]) -> None:
    """The roster says another than before of whose these tickets are: what was recorded under them goes along.

    The plant must be locked.  Of an attendance row only ``subject`` changes, which is read out of the roster.
    """
    moved = {ticket for ticket in before if before[ticket] != after.get(ticket)}
    if not moved:
        return
    taken: set[str] = set()
    held = {before[ticket] or ticket for ticket in moved}
    for row in _UNDER.of(connection, {"plant": plant, "subjects": sorted(held)}).all():
        event = event_from_json(row.body)
        if event.subject in moved and under_ticket(event):
            given = {"in_plant": plant, "event": row.id, "whose": after.get(event.subject, event.subject)}
            connection.execute(_HAND_OVER, given)
            taken.add(given["whose"])
    if taken:
        refold(connection, plant, held | taken)


def refold(connection: Connection, plant: str, subjects: set[str]) -> None:
    """Folds these subjects' events anew.  The plant must be locked."""
    if not subjects:
        return
    stories = gather(connection, plant, subjects)
    parties = _parties(connection, plant, subjects)
    upsert(
        connection,
        rows.presence,
        [_presence(plant, subject, story, parties.get(subject)) for subject, story in stories.items() if story],
    )
    gone = [subject for subject, story in stories.items() if not story]
    if gone:
        connection.execute(_FORGET, {"in_plant": plant, "subjects": gone})


def refold_known(connection: Connection, plant: str, subjects: set[str]) -> None:
    """Folds anew those of the subjects who have a row: their party may have changed on the roster."""
    refold(connection, plant, {row.subject for row in _PRESENT.of(connection, {"plant": plant, "subjects": subjects})})


def _stories(
    events: Iterable[AttendanceEvent], whose: Mapping[str, str]
) -> tuple[dict[str, list[AttendanceEvent]], dict[str, str]]:
    """The moving events of each subject, and the subject of each event."""
    stories: dict[str, list[AttendanceEvent]] = {}
    subject_at: dict[str, str] = {}
    for event in events:
        subject = subject_of(event, whose) if event.kind in MOVING else None
        if subject:
            stories.setdefault(subject, []).append(event)
            subject_at[event.id] = subject
    return stories, subject_at


def _standing(connection: Connection, plant: str, subjects: Collection[str], events: Collection[str]) -> Question:
    return _KNOWN.question(connection, {"plant": plant, "ids": events, "subjects": subjects})


def ahead(connection: Connection, plant: str, events: Collection[AttendanceEvent]) -> Question | None:
    """Asks how the subjects of events stand; None where the roster has to say first whose a ticket is."""
    if any(map(under_ticket, events)):
        return None
    return _standing(connection, plant, *_stories(events, {}))


def take_in(
    connection: Connection,
    plant: str,
    events: Sequence[AttendanceEvent],
    whose: Mapping[str, str],
    tops: Mapping[str, int],
    standing: Iterable[Any] | None = None,
) -> None:
    """Folds events that have just been stored.  The plant must be locked.

    What comes after all that was known of its subject is folded onto the stay as it stands; only the others are folded
    from their first event on.  ``tops`` is the highest number of each device before these events; ``standing`` answers
    ``ahead``, asked for these events or for more of them.
    """
    stories, subject_at = _stories(events, whose)
    anew = touched(connection, plant, events)
    if stories:
        if standing is None:
            (standing,) = together(connection, _standing(connection, plant, stories, subject_at))
        known: dict[int, dict[str, Any]] = {STANDS: {}, PARTY: {}, VOIDED: {}}
        for found in standing:
            known[found.what][found.subject] = found
        # A void may come before its event.
        anew |= {subject_at[event] for event in known[VOIDED] if event in subject_at}
        stands, parties = known[STANDS], {ticket: row.party for ticket, row in known[PARTY].items()}
        fresh = []
        for subject, story in stories.items():
            row = stands.get(subject)
            if row is None:
                fresh.append(_presence(plant, subject, story, parties.get(subject)))
            elif _goes_on(row, story, tops):
                fresh.append(_further(plant, row, story))
            else:
                anew.add(subject)
        upsert(connection, rows.presence, [value for value in fresh if value["subject"] not in anew])
    refold(connection, plant, anew)


def _goes_on(row: Any, story: list[AttendanceEvent], tops: Mapping[str, int]) -> bool:
    """Whether these events come after all that the row was folded from, and leave its party and tour as they are.

    A device's numbers order its events, times those of several devices: both must be higher than all before.
    """
    return row.last_at is not None and all(
        event.at > row.last_at
        and event.seq > tops.get(event.device, MAX)
        and event.party <= row.party
        and (event.tour == row.tour or (event.kind is Kind.EXIT and event.tour is None))
        for event in story
    )


def _further(plant: str, row: Any, story: list[AttendanceEvent]) -> dict[str, Any]:
    since = Stay(inside=row.inside, left=row.left, doubles=tuple(json.loads(row.doubles)) if row.doubles else ())
    last_at = max(event.at for event in story)
    return _value(plant, row.subject, row.tour, row.party, stay(story, row.party, since), last_at)


def touched(connection: Connection, plant: str, events: Iterable[AttendanceEvent]) -> set[str]:
    """The subjects of the events that these events' voids take back, or let stand again."""
    subjects: set[str] = set()
    voided = {event.voids for event in events if event.kind is Kind.VOID and event.voids}
    seen: set[str] = set()
    while voided:
        seen |= voided
        found = _VOIDED.of(connection, {"plant": plant, "ids": voided}).all()
        voided = set()
        for row in found:
            if row.kind == Kind.VOID and row.voids and row.voids not in seen:
                voided.add(row.voids)  # a void of a void: it is the first one's event that stands again
            elif row.kind in MOVING:
                subjects.add(row.subject or "")
    return subjects - {""}


def gather(connection: Connection, plant: str, subjects: set[str]) -> dict[str, list[AttendanceEvent]]:
    """Each subject's moving events, and the voids that bear on them."""
    stories: dict[str, list[AttendanceEvent]] = {subject: [] for subject in subjects}
    whose: dict[str, str] = {}
    for row in _MOVES.of(connection, {"plant": plant, "subjects": subjects}):
        stories[row.subject].append(_light(plant, row))
        whose[row.id] = row.subject
    pending = set(whose)
    while pending:
        voids = _VOIDS.of(connection, {"plant": plant, "ids": pending}).all()
        pending = set()
        for row in voids:
            if row.id not in whose:
                whose[row.id] = whose[row.voids]
                stories[whose[row.id]].append(_light(plant, row))
                pending.add(row.id)
    return stories


def _light(plant: str, row: Any) -> AttendanceEvent:
    """As much of an event as a fold looks at."""
    return AttendanceEvent(
        id=row.id,
        plant=plant,
        gate=row.gate,
        at=row.at,
        kind=Kind(row.kind),
        device=row.device,
        seq=row.seq,
        tour=row.tour,
        subject=row.subject,
        party=row.party,
        voids=row.voids,
    )


def _parties(connection: Connection, plant: str, subjects: set[str]) -> dict[str, int]:
    """How many heads each ticket without a visitor stands for, where the roster has it."""
    if not subjects:
        return {}
    found = _PARTIES.of(connection, {"plant": plant, "subjects": subjects})
    return {row.id: row.heads for row in found}


def _presence(plant: str, subject: str, story: list[AttendanceEvent], listed: int | None) -> dict[str, Any]:
    party = listed or max(event.party for event in story)  # on no roster: as many as ever went through at once
    now = stay(story, party)
    return _value(plant, subject, tour_of(story, now), party, now, max(event.at for event in story))


def _value(plant: str, subject: str, tour: str | None, party: int, now: Stay, last_at: datetime) -> dict[str, Any]:
    return {
        "plant": plant,
        "subject": subject,
        "tour": tour,
        "inside": now.inside,
        "left": now.left,
        "party": party,
        "doubles": json.dumps(now.doubles) if now.doubles else None,
        "last_at": last_at,
    }
