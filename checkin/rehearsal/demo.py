"""The demo: a season at a hub of its own and a gate enrolled there, in a folder that is made anew each time."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checkin.app import GateApp
from checkin.errors import Offline, SettingsWrong
from checkin.hub import open_hub
from checkin.i18n import gettext as _
from checkin.rehearsal.hubprocess import HubProcess
from checkin.rehearsal.shift import Played, play, programme
from checkin.rosters.demo import Season, season
from checkin.scanning.stage import StageSource
from checkin.settings import Profile, Settings

MARK = "demo-profile"
PATIENCE_S = 60.0


@dataclass(slots=True)
class Demo:
    """A running demo."""

    season: Season
    app: GateApp
    hub: HubProcess
    hub_db: str

    @property
    def plant(self) -> str:
        return self.season.shown

    def wait_synced(self) -> None:
        """Until everything is sent and the hub has answered; raises ``Offline`` when that takes too long."""
        until = time.monotonic() + PATIENCE_S
        self.hub.start()
        while time.monotonic() < until:
            self.app.sync_now()
            with self.app.store.read() as tx:
                waiting = tx.outbox.waiting()
            if not waiting and self.app.status().hub.value == "ok":
                return
            time.sleep(0.1)
        raise Offline(_("The hub did not answer in time"))

    def inside_at_gate(self) -> int:
        """Heads inside, as the gate counts them."""
        with self.app.store.read() as tx:
            tours = tx.roster.tours(self.plant)
            return tx.headcounts.strays(self.plant).inside + sum(
                tx.headcounts.of_tour(self.plant, tour.id).inside for tour in tours
            )

    def inside_at_hub(self) -> int:
        """Heads inside, as the hub counts them."""
        with open_hub(self.hub_db) as hub:
            return next(line.inside for line in hub.headcount(self.plant) if line.tour is None)

    def events(self) -> tuple[int, int]:
        """Events in the gate's journal, and how many of them the hub has answered for."""
        with self.app.store.read() as tx:
            count = tx.journal.count(tx.meta.device().id)
            return count, count - tx.outbox.waiting() - tx.outbox.rejected_count()


@contextmanager
def demo(folder: Path, seed: int, *, language: str = "ru") -> Iterator[Demo]:
    """Sets the demo up in ``folder`` and takes it down again."""
    _clean(folder)
    everything = season(seed)
    hub_db = f"sqlite:///{(folder / 'hub' / 'hub.sqlite').resolve()}"
    with open_hub(hub_db) as at_hub:
        at_hub.put_records(everything.records())
        gate = next(gate for gate in everything.gates if gate.plant == everything.shown)
        code = at_hub.invite(everything.shown, gate.name)
    hub = HubProcess(folder / "hub")
    hub.start()
    try:
        profile = Profile(folder / "gate")
        profile.save(Settings(language="en" if language == "en" else "ru", key_place="file"))
        app = GateApp(profile)
        try:
            app.enrol(hub.url, code).result()
            running = Demo(everything, app, hub, hub_db)
            running.wait_synced()
            yield running
        finally:
            app.close()
    finally:
        hub.stop()


def _clean(folder: Path) -> None:
    """Makes the folder, or empties it if an earlier demo made it: nobody's own folder is ever emptied."""
    mark = folder / MARK
    if folder.exists() and any(folder.iterdir()):
        if not mark.exists():
            raise SettingsWrong(_("The folder {folder} holds other things. Choose another one").format(folder=folder))
        for name in ("hub", "gate"):
            shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("hub", "gate"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    mark.touch()


def rehearse(running: Demo, tickets: int, *, outage: bool, on_step: Any = None) -> Played:
    """A whole shift before a played camera; with ``outage`` the hub is killed for the middle third of it."""
    stage = StageSource(_("Rehearsal"), running.season.seed)
    running.app.look_at(stage)
    codes = programme(running.season, tickets)
    cuts = {len(codes) // 3: running.hub.kill, 2 * len(codes) // 3: running.hub.start} if outage else {}
    played = play(running.app, stage, codes, at=cuts, on_step=on_step)
    running.wait_synced()
    return played
