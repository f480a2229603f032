"""Codes and sessions in the hub's database: any of its processes opens and knows them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, bindparam, delete, select, update

from checkin.clock import Clock
from checkin.domain.names import name_key
from checkin.domain.visit import Plant, Tour
from checkin.errors import SettingsWrong
from checkin.hub.database import reading, writing
from checkin.hub.guides import rows
from checkin.hub.guides.passes import (
    CODE_FOR,
    LOG_INS,
    SESSION_FOR,
    Code,
    Pass,
    digest,
    grouped,
    new_code,
    new_token,
    tidy,
)
from checkin.hub.roster import records
from checkin.hub.statements import add
from checkin.i18n import gettext as _

_s = rows.session.c
_HOLDER = select(rows.session).where(_s.token_hash == bindparam("token_hash"))


class StoredPasses:
    """See ``passes.Passes``."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def make(self, plant: Plant, guide: str = "", tour: str = "", valid_for: timedelta = CODE_FOR) -> Code:
        """A code for the tours of a guide (by name), or for one tour (by id, or by a title that only one has).

        Raises ``SettingsWrong`` when the plant's roster has no such guide or tour.
        """
        guide, tour = self._found(plant, guide.strip(), tour.strip())
        text, expires_at = new_code(), self._clock.now() + valid_for
        value = {
            "plant": plant.id,
            "code_hash": digest(text),
            "guide": guide,
            "tour": tour,
            "uses": LOG_INS,
            "expires_at": expires_at,
        }
        with writing(self._engine) as connection:
            add(connection, rows.code, [value])
        return Code(text=grouped(text), expires_at=expires_at)

    def _found(self, plant: Plant, guide: str, tour: str) -> tuple[str, str]:
        with reading(self._engine) as connection:
            tours: list[Tour] = list(records(connection, plant.id, "tour").values())
        if tour:
            chosen = [one for one in tours if one.id == tour] or [one for one in tours if one.title == tour]
            if len(chosen) != 1:
                raise SettingsWrong(_("No tour of this plant is “{tour}”, or several are").format(tour=tour))
            return chosen[0].guide, chosen[0].id
        key = name_key(guide)
        if not key or all(name_key(one.guide) != key for one in tours):
            raise SettingsWrong(_("No tour of this plant has the guide “{guide}”").format(guide=guide))
        return guide, ""

    def enter(self, code: str) -> tuple[str, Pass] | None:
        now = self._clock.now()
        c = rows.code.c
        token = new_token()
        with writing(self._engine) as connection:
            used = connection.execute(
                update(rows.code)
                .where(c.code_hash == digest(tidy(code)), c.expires_at > now, c.uses > 0)
                .values(uses=c.uses - 1)
                .returning(c.plant, c.guide, c.tour)
            ).one_or_none()
            if used is None:
                return None
            connection.execute(delete(rows.code).where(c.plant == used.plant, c.expires_at <= now))
            connection.execute(delete(rows.session).where(_s.plant == used.plant, _s.expires_at <= now))
            opens = Pass(plant=used.plant, guide=used.guide, tour=used.tour, until=now + SESSION_FOR)
            value = {
                "plant": opens.plant,
                "token_hash": digest(token),
                "guide": opens.guide,
                "tour": opens.tour,
                "expires_at": opens.until,
            }
            add(connection, rows.session, [value])
        return token, opens

    def holder(self, token: str) -> Pass | None:
        with reading(self._engine) as connection:
            row = connection.execute(_HOLDER, {"token_hash": digest(token)}).one_or_none()
        if row is None or row.expires_at <= self._clock.now():
            return None
        return Pass(plant=row.plant, guide=row.guide, tour=row.tour, until=row.expires_at)

    def leave(self, token: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(rows.session).where(_s.token_hash == digest(token)))
