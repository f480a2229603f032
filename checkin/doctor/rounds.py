"""All checks in the order in which a person reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from checkin.clock import Clock, SystemClock
from checkin.doctor import data, eyes, machine
from checkin.doctor.check import Check
from checkin.settings import Profile


def examine(profile: Profile, clock: Clock | None = None, *, seconds_per_camera: float = 1.5) -> Iterator[Check]:
    """Each check as soon as it is known.  Settings that cannot be read are taken as fresh ones, and said."""
    clock = clock or SystemClock()
    settings, note = profile.load()
    yield data.settings(note)
    facts = data.Facts()
    rounds: list[Callable[[], Iterator[Check]]] = [
        lambda: data.disk(profile),
        lambda: data.store(profile, settings, facts),
        lambda: data.key(profile, settings, facts),
        lambda: data.roster(facts),
        lambda: data.clock(facts, clock),
        lambda: data.hub(facts, clock),
        lambda: eyes.cameras(settings, facts.camera_password, seconds_per_camera),
        eyes.decoding,
        lambda: machine.scanners(settings),
        lambda: machine.sound(settings),
        machine.printer,
    ]
    for one in rounds:
        yield from one()
