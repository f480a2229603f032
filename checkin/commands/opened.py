"""A profile opened for a command: its store and settings, closed again whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import typer

from checkin.clock import SystemClock
from checkin.commands.console import profile_of, say, settings_of, speakable
from checkin.desk import Desk, Place
from checkin.desk.acts import note_act
from checkin.domain.people import Act
from checkin.domain.visit import Plant
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.rosters.plantnames import the_plant
from checkin.settings import Profile, Settings
from checkin.store import Store, open_store
from checkin.sync.enrol import enrolment

COMMAND_LINE = "command line"
"""Who did it, in the journal, when it was not done at a gate's window."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a command works on."""

    profile: Profile
    settings: Settings
    store: Store

    def plants(self) -> list[Plant]:
        """Every plant of the roster."""
        with self.store.read() as tx:
            return tx.roster.plants()

    def plant(self, called: str) -> Plant:
        """The plant with this id or name; raises ``SettingsWrong``."""
        return the_plant(self.plants(), called)

    def desk(self, plant: str | None = None, gate: str | None = None) -> Desk:
        """A desk where the options, the enrolment or the settings say; else at the only plant, or at all of them."""
        enrolled = enrolment(self.store)
        if enrolled is not None:
            if gate and gate != enrolled.gate:
                raise SettingsWrong(_("This profile is enrolled as gate “{gate}”").format(gate=enrolled.gate))
            if plant and self.plant(plant).id != enrolled.plant:
                raise SettingsWrong(_("This profile is enrolled at another plant"))
            return Desk(self.store, SystemClock(), Place(plant=enrolled.plant, gate=enrolled.gate))
        chosen = self.plant(plant).id if plant else (self.settings.plant or self._plant_of_gate(gate))
        if not chosen:
            plants = self.plants()
            if len(plants) == 1:
                chosen = plants[0].id
            elif plants:
                say(
                    _("No plant is chosen: tickets of all {count} plants are judged. Say --plant to choose one").format(
                        count=len(plants)
                    )
                )
        return Desk(self.store, SystemClock(), Place(plant=chosen or None, gate=gate or self.settings.gate or "1"))

    def note(self, act: Act, details: str, plant: str = "") -> None:
        """Writes down what was done on the command line, in this profile's journal."""
        with self.store.read() as tx:
            known = plant or tx.meta.get("hub.plant") or tx.meta.get("packet.plant") or self.settings.plant
            if not known and len(plants := tx.roster.plants()) == 1:
                known = plants[0].id
        desk = Desk(self.store, SystemClock(), Place(plant=known or None, gate=self.settings.gate or "1"))
        with self.store.write() as tx:
            note_act(desk, tx, act, COMMAND_LINE, speakable(details))

    def _plant_of_gate(self, gate: str | None) -> str:
        if not gate:
            return ""
        with self.store.read() as tx:
            plants = {one.plant for one in tx.roster.gates() if gate in (one.id, one.name)}
        return plants.pop() if len(plants) == 1 else ""


@contextmanager
def opened(context: typer.Context) -> Iterator[Opened]:
    """The profile that the command line names."""
    profile = profile_of(context)
    settings = settings_of(profile)
    fresh = not profile.store_file.exists()
    store, place = open_store(profile, settings)
    if store.note:
        say(store.note)
    try:
        if fresh and place == "file":
            say(
                _(
                    "This system has no keyring: the key to this profile's data lies beside it in {file}, readable by "
                    "you alone. Whoever copies the whole folder can read it"
                ).format(file=profile.key_file.name)
            )
        if place != settings.key_place:
            settings = settings.model_copy(update={"key_place": place})
            profile.save(settings)
        yield Opened(profile, settings, store)
    finally:
        store.close()
