"""The hub as its administrator's commands see it: one object over one database, without any HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from types import TracebackType

from sqlalchemy import Engine

from checkin.clock import Clock, SystemClock
from checkin.domain.visit import Plant, Record
from checkin.errors import SettingsWrong
from checkin.hub import conflicts, counts, devices, findings, purging, roster, rows, schema, upstreams
from checkin.hub.database import engine_for, reading
from checkin.hub.guides.passes import CODE_FOR, Code
from checkin.hub.guides.stored import StoredPasses
from checkin.hub.models import ConflictOut, DeviceOut, FindingOut
from checkin.hub.purging import PurgedAtHub
from checkin.hub.upstreams import Upstream
from checkin.i18n import gettext as _
from checkin.wire import CountOut

INVITE_FOR = timedelta(hours=24)


def open_hub(db_url: str, clock: Clock | None = None) -> Hub:
    """The hub on a database, which is brought up to date first.

    Raises ``SettingsWrong``, ``SchemaTooNew``, or ``ServerBusy`` when the database does not answer.
    """
    engine = engine_for(db_url)
    try:
        schema.prepare(engine)
    except BaseException:
        engine.dispose()
        raise
    return Hub(engine, clock or SystemClock())


class Hub:
    """Everything an administrator does at the hub.  Close it, or use it in a ``with`` statement."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock

    def __enter__(self) -> Hub:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the database."""
        self.engine.dispose()

    def put_records(self, records: Iterable[Record], removed: Iterable[roster.Key] = ()) -> roster.PutCounts:
        """Writes records, and removes those named by (plant, kind, id); unchanged ones are left as they are."""
        return roster.put(self.engine, records, removed)

    def held(self, plants: Iterable[str]) -> dict[str, list[Record]]:
        """Every record of these plants, by its kind."""
        with reading(self.engine) as connection:
            return roster.held(connection, plants)

    def plants(self) -> list[Plant]:
        """Every plant, by name."""
        with reading(self.engine) as connection:
            return roster.plants(connection)

    def plant(self, called: str) -> Plant:
        """The plant with this id or name; raises ``SettingsWrong`` when there is none, or more than one."""
        plants = self.plants()
        found = [plant for plant in plants if plant.id == called]
        found = found or [plant for plant in plants if plant.name.casefold() == called.strip().casefold()]
        if len(found) != 1:
            raise SettingsWrong(_("The hub knows no plant “{plant}”").format(plant=called))
        return found[0]

    def invite(self, plant: str, gate_name: str, valid_for: timedelta = INVITE_FOR) -> str:
        """A one-use code for a gate of a plant (its id or name), grouped for reading aloud: ``K7QF4-M2XD9``."""
        return devices.invite(self.engine, self.plant(plant), gate_name, valid_for, self.clock.now())

    def invite_hub(self, plant: str, name: str, valid_for: timedelta = INVITE_FOR) -> str:
        """A one-use code for a lower hub of a plant."""
        return devices.invite(self.engine, self.plant(plant), name, valid_for, self.clock.now(), rows.HUB)

    def upstreams(self) -> list[Upstream]:
        """The hubs above this one."""
        return upstreams.joined(self.engine)

    def restored(self) -> int:
        """What must be done after the database was restored from a backup; returns the number of plants."""
        return upstreams.restored(self.engine)

    def guide_code(self, plant: str, guide: str = "", *, tour: str = "", valid_for: timedelta = CODE_FOR) -> Code:
        """A code for the guides' page: opens the tours of a guide (by name), or one tour (by id or title)."""
        return StoredPasses(self.engine, self.clock).make(self.plant(plant), guide, tour, valid_for)

    def headcount(self, plant: str | None = None) -> list[CountOut]:
        """A line for each tour, and one for each plant after its tours."""
        chosen = self.plants() if plant is None else [self.plant(plant)]
        with reading(self.engine) as connection:
            return [line for one in chosen for line in counts.headcount(connection, one.id)]

    def conflicts(self, plant: str | None = None) -> list[ConflictOut]:
        """Tickets that were admitted twice."""
        chosen = self.plants() if plant is None else [self.plant(plant)]
        with reading(self.engine) as connection:
            return [clash for one in chosen for clash in conflicts.listed(connection, one.id)]

    def resolve(self, plant: str | None, event_id: str, note: str = "") -> ConflictOut:
        """Marks the double admission to which an entry belongs as dealt with; ``SettingsWrong`` when there is none."""
        for one in self.plants() if plant is None else [self.plant(plant)]:
            found = conflicts.resolve(self.engine, one.id, event_id, note, self.clock.now())
            if found is not None:
                return found
        raise SettingsWrong(_("No double entry has this id"))

    def findings(self, plant: str | None = None) -> list[FindingOut]:
        """What was found wrong with the journals of the gates."""
        chosen = self.plants() if plant is None else [self.plant(plant)]
        with reading(self.engine) as connection:
            return [one for place in chosen for one in findings.listed(connection, place.id)]

    def purge(self, *, dry_run: bool = False, full: bool = False) -> list[PurgedAtHub]:
        """Takes away the names that the retention policy no longer covers."""
        return purging.purge(self.engine, self.clock.now(), dry_run=dry_run, full=full)

    def devices(self) -> list[DeviceOut]:
        """Every device that has enrolled."""
        with reading(self.engine) as connection:
            return devices.listed(connection)

    def revoke(self, device: str) -> None:
        """Takes a device's token away; raises ``SettingsWrong`` when nobody has this id."""
        devices.revoke(self.engine, device, self.clock.now())
