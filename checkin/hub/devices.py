"""Gates and how they come in: one-use codes, tokens, revocation.

A code and a token are shown once and kept as SHA-256 only.  A token is 256 random bits, so a plain hash protects it; a
code is 50 random bits that live for hours and are guessed against a throttle.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, select, update

from checkin.domain.ticket import ALPHABET
from checkin.domain.visit import Gate, Plant
from checkin.errors import SettingsWrong
from checkin.hub import rows
from checkin.hub.database import reading, writing
from checkin.hub.journeys import later
from checkin.hub.models import DeviceOut
from checkin.hub.roster import put, record, records
from checkin.hub.signatures import verifier
from checkin.hub.statements import upsert
from checkin.i18n import gettext as _
from checkin.wire import EnrolAnswer, EnrolRequest

CODE_LENGTH = 10
SEEN_EVERY = timedelta(minutes=1)
SEEN_AGAIN = timedelta(seconds=5)
OFFSET_AGAIN = timedelta(milliseconds=250)


class CodeRefused(Exception):
    """A code that is wrong, used or expired: which of them is nobody's business."""


class DeviceTaken(Exception):
    """Another key has enrolled under this device's id."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Who asks: a device as its token names it."""

    id: str
    plant: str
    gate: str
    gate_name: str
    public_key: str
    last_seen_at: datetime | None
    revoked: bool
    role: str | None = None
    clock_offset: timedelta | None = None


def tidy_code(text: str) -> str:
    """A typed code in its one spelling: case, spaces, dashes, O/0, I/1 and L/1 do not matter."""
    plain = "".join(character for character in text.upper() if character.isalnum())
    return plain.replace("O", "0").replace("I", "1").replace("L", "1")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def invite(
    engine: Engine, plant: Plant, gate_name: str, valid_for: timedelta, now: datetime, role: str | None = None
) -> str:
    """A fresh one-use code for a gate, which is made when the plant has none of that name; or for a lower hub."""
    name = gate_name.strip()
    if not name or len(name) > 200:
        raise SettingsWrong(_("A gate needs a name"))
    gate = _gate_called(engine, plant.id, name)
    if role is None:
        put(engine, [gate])
    code = "".join(secrets.choice(ALPHABET) for _number in range(CODE_LENGTH))
    value = {
        "plant": plant.id,
        "code_hash": _hash(code),
        "gate": gate.id,
        "gate_name": gate.name,
        "expires_at": now + valid_for,
        "role": role,
    }
    with writing(engine) as connection:
        upsert(connection, rows.invite, [value])
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def _gate_called(engine: Engine, plant: str, name: str) -> Gate:
    with reading(engine) as connection:
        for gate in records(connection, plant, "gate").values():
            if isinstance(gate, Gate) and gate.name.casefold() == name.casefold():
                return gate
    return Gate(id=f"gate-{_hash(name.casefold())[:8]}", plant=plant, name=name)


def enrol(engine: Engine, request: EnrolRequest, now: datetime, role: str | None = None) -> EnrolAnswer:
    """Turns a code for this role into a token; raises ``CodeRefused``, ``DeviceTaken``, or ``ValueError`` (no key)."""
    verifier(request.public_key)
    token = secrets.token_urlsafe(32)
    i, d = rows.invite.c, rows.device.c
    code_hash = _hash(tidy_code(request.code))
    with writing(engine) as connection:
        used = connection.execute(
            update(rows.invite)
            .where(i.code_hash == code_hash, i.used_at.is_(None), i.expires_at > now, i.role.is_not_distinct_from(role))
            .values(used_at=now, used_by=request.device)
            .returning(i.plant, i.gate, i.gate_name)
        ).one_or_none()
        if used is None:
            raise CodeRefused
        key = connection.execute(
            select(d.public_key).where(d.plant == used.plant, d.id == request.device)
        ).scalar_one_or_none()
        if key is not None and key != request.public_key:
            raise DeviceTaken  # and the code is not used up, since the transaction is rolled back
        upsert(
            connection,
            rows.device,
            [
                {
                    "plant": used.plant,
                    "id": request.device,
                    "gate": used.gate,
                    "gate_name": used.gate_name,
                    "token_hash": _hash(token),
                    "public_key": request.public_key,
                    "software": request.software.replace("\0", ""),
                    "enrolled_at": now,
                    "revoked_at": None,
                    "role": role,
                    "via": None,
                }
            ],
        )
        plant = record(connection, used.plant, "plant", used.plant)
    name = plant.name if isinstance(plant, Plant) else used.plant
    return EnrolAnswer(token=token, plant=used.plant, plant_name=name, gate=used.gate, gate_name=used.gate_name)


_d = rows.device.c
_BEARER = select(rows.device).where(_d.token_hash == bindparam("token_hash"))
_SEEN = (
    update(rows.device)
    .where(_d.plant == bindparam("in_plant"), _d.id == bindparam("device"))
    .values(last_seen_at=bindparam("last_seen_at"))
)
_PUSHED = _SEEN.values(clock_offset_ms=bindparam("clock_offset_ms"))


def bearer(engine: Engine, token: str, now: datetime) -> Enrolled | None:
    """The device that a token belongs to, revoked or not; None when nobody has it."""
    with reading(engine) as connection:
        row = connection.execute(_BEARER, {"token_hash": _hash(token)}).one_or_none()
    if row is None:
        return None
    found = Enrolled(
        row.id,
        row.plant,
        row.gate,
        row.gate_name,
        row.public_key,
        row.last_seen_at,
        row.revoked_at is not None,
        row.role,
        None if row.clock_offset_ms is None else timedelta(milliseconds=row.clock_offset_ms),
    )
    if to_note(found, now):
        with writing(engine) as connection:
            seen(connection, found, now)
    return found


def to_note(who: Enrolled, now: datetime) -> bool:
    """Whether it is time to write down that a device was here."""
    return not who.revoked and (who.last_seen_at is None or now - who.last_seen_at > SEEN_EVERY)


def state(engine: Engine) -> tuple[Any, ...]:
    """What is another as soon as a device has enrolled, got another token, or was revoked."""
    c = rows.device.c
    query = select(func.count(), func.max(c.enrolled_at), func.count(c.revoked_at), func.max(c.revoked_at))
    with reading(engine) as connection:
        return tuple(connection.execute(query).one())


def seen(connection: Connection, who: Enrolled, now: datetime, clock_offset: timedelta | None = None) -> None:
    """Notes when a device was here, and how far its clock is from ours."""
    values: dict[str, object] = {"in_plant": who.plant, "device": who.id, "last_seen_at": now}
    if clock_offset is None:
        later(connection, _SEEN, values)
    else:
        later(connection, _PUSHED, {**values, "clock_offset_ms": int(clock_offset / timedelta(milliseconds=1))})


def lately_seen(who: Enrolled, now: datetime, clock_offset: timedelta) -> bool:
    """Whether what ``seen`` would write is written already, near enough: a busy gate pushes many times a second."""
    if who.last_seen_at is None or who.clock_offset is None:
        return False
    return now - who.last_seen_at < SEEN_AGAIN and abs(clock_offset - who.clock_offset) < OFFSET_AGAIN


def noted(who: Enrolled, now: datetime, clock_offset: timedelta) -> Enrolled:
    """A device as the database has it after a push: ``seen`` is written unless it was ``lately_seen``."""
    if lately_seen(who, now, clock_offset):
        return who
    return replace(who, last_seen_at=now, clock_offset=clock_offset)


def met(engine: Engine, who: Enrolled, now: datetime, clock_offset: timedelta) -> None:
    """``seen`` in a transaction of its own."""
    with writing(engine) as connection:
        seen(connection, who, now, clock_offset)


def other_gates(connection: Connection, who: Enrolled) -> set[str]:
    """Ids and names of the gates of its plant that this device is not and never was."""
    c = rows.invite.c
    former = set(connection.scalars(select(c.gate).where(c.plant == who.plant, c.used_by == who.id)))
    r = rows.roster.c
    query = select(r.id, r.body).where(r.plant == who.plant, r.kind == "gate", r.body.is_not(None))
    names: set[str] = set()
    for row in connection.execute(query):
        if row.id not in former:
            names |= {row.id, str(json.loads(row.body).get("name", ""))}
    return names


def revoke(engine: Engine, identity: str, now: datetime) -> None:
    """Takes a device's token away; raises ``SettingsWrong`` when no device has this id."""
    c = rows.device.c
    with writing(engine) as connection:
        found = connection.execute(
            update(rows.device).where(c.id == identity).values(revoked_at=now).returning(c.id)
        ).all()
    if not found:
        raise SettingsWrong(_("The hub knows no device {device}").format(device=identity))


def counted(engine: Engine, since: datetime) -> tuple[int, int]:
    """How many devices there are that were not revoked, and how many of them were here since a moment."""
    c = rows.device.c
    query = select(func.count(), func.count().filter(c.last_seen_at > since)).where(
        c.revoked_at.is_(None), c.via.is_(None)
    )
    with reading(engine) as connection:
        known, seen_lately = connection.execute(query).one()
    return known, seen_lately


def listed(connection: Connection) -> list[DeviceOut]:
    """Every device, by plant and gate."""
    c = rows.device.c
    query = select(rows.device).order_by(c.plant, c.gate_name, c.enrolled_at)
    return [
        DeviceOut(
            id=row.id,
            plant=row.plant,
            gate=row.gate,
            gate_name=row.gate_name,
            software=row.software,
            enrolled_at=row.enrolled_at,
            revoked_at=row.revoked_at,
            last_seen_at=row.last_seen_at,
            role=row.role or "gate",
            via=row.via,
            clock_offset_s=None if row.clock_offset_ms is None else row.clock_offset_ms / 1000,
        )
        for row in connection.execute(query)
    ]
