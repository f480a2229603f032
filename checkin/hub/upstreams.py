"""What a hub knows of the hub above it, and how far things went between the two.  A row for each plant."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, func, or_, select, update

from checkin.hub import rows
from checkin.hub.database import reading, writing
from checkin.hub.guides.house import retire
from checkin.hub.statements import upsert

HOLD = timedelta(seconds=20)
_u, _a = rows.upstream.c, rows.attendance.c


@dataclass(frozen=True, slots=True)
class Upstream:
    """The hub above in one plant.  ``waiting`` lines have not been passed up yet."""

    plant: str
    url: str
    ca: str | None
    token: str
    device: str
    public_key: str
    position: int
    epoch: str
    roster_cursor: str
    cursor: str
    everything: bool
    brought: int
    ok_at: datetime | None
    problem: str
    waiting: int


def joined(engine: Engine) -> list[Upstream]:
    """Every hub above, by plant."""
    waiting = (
        select(func.count())
        .where(_a.plant == _u.plant, _a.position > _u.position, or_(_a.via.is_(None), _a.via != rows.UPSTREAM))
        .scalar_subquery()
    )
    names = [name for name in Upstream.__slots__ if name != "waiting"]
    with reading(engine) as connection:
        found = connection.execute(select(*(_u[name] for name in names), waiting.label("waiting")).order_by(_u.plant))
        return [Upstream(**row._mapping) for row in found]


def identity(engine: Engine, url: str) -> tuple[str, str]:
    """Id and public key with which this hub enrols above: those it has there, else new ones."""
    with reading(engine) as connection:
        row = connection.execute(select(_u.device, _u.public_key).where(_u.url == url).limit(1)).one_or_none()
    if row is not None:
        return str(row.device), str(row.public_key)
    return os.urandom(16).hex(), Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()


def join(engine: Engine, plant: str, url: str, ca: str | None, token: str, device: str, public_key: str) -> None:
    """From now on this hub has one above it in this plant; everything goes up, and comes down, from the beginning."""
    value = {
        "plant": plant,
        "url": url,
        "ca": ca,
        "token": token,
        "device": device,
        "public_key": public_key,
        "position": 0,
        "epoch": "",
        "roster_cursor": "",
        "cursor": "",
        "everything": True,
        "brought": 0,
        "held_by": "",
        "held_until": None,
        "problem": "",
    }
    with writing(engine) as connection:
        upsert(connection, rows.upstream, [value])


def note(engine: Engine, plant: str, **values: object) -> None:
    """Writes down how far things went."""
    with writing(engine) as connection:
        connection.execute(update(rows.upstream).where(_u.plant == plant).values(**values))


def hold(engine: Engine, plant: str, who: str, now: datetime) -> bool:
    """Whether this process does the work between the hubs for the next while; a dead one's turn runs out."""
    free = or_(_u.held_by == who, _u.held_until.is_(None), _u.held_until < now)
    with writing(engine) as connection:
        turn = update(rows.upstream).where(_u.plant == plant, free).values(held_by=who, held_until=now + HOLD)
        return connection.execute(turn).rowcount == 1


def let_go(engine: Engine, who: str) -> None:
    """Another process may go on at once."""
    with writing(engine) as connection:
        connection.execute(update(rows.upstream).where(_u.held_by == who).values(held_by="", held_until=None))


def restored(engine: Engine) -> int:
    """After a restore: every cursor given out before starts again, and what is missing comes from above.

    The hub's own journals begin anew under other devices: gates and the hub above may have lines under the next numbers
    of the old ones.  Returns the number of plants.
    """
    c = rows.counter.c
    with writing(engine) as connection:
        retire(connection)
        plants = list(connection.scalars(select(c.plant)))
        for plant in plants:
            connection.execute(update(rows.counter).where(c.plant == plant).values(epoch=secrets.token_hex(4)))
        connection.execute(
            update(rows.upstream).values(position=0, cursor="", roster_cursor="", everything=True, brought=0)
        )
    return len(plants)
