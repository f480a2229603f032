"""Disk, store, key, roster, clock and hub of a profile."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from checkin.clock import Clock
from checkin.doctor.check import Check, State
from checkin.errors import CheckinError, DeviceRevoked
from checkin.facade import camerapassword
from checkin.facade.standing import unread_words
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from checkin.settings import Profile, Settings
from checkin.store import Transaction, open_store
from checkin.sync.enrol import Enrolment, enrolment, token_place
from checkin.sync.http import HttpBackend

LITTLE_MB = 500
NONE_MB = 20
"""A shift of 5,000 scans is about 10 MB of journal with everything around it."""
FIRST_YEAR, LAST_YEAR = 2025, 2060
AHEAD = timedelta(minutes=5)
CLOCK_WRONG_S = 120.0
HUB_TIMEOUT_S = 4.0


@dataclass(slots=True)
class Facts:
    """What the store told, for the checks after it."""

    readable: bool = False
    key_place: str = ""
    token_place: str = ""
    visitors: int = 0
    plants: int = 0
    newest: datetime | None = None
    unread: int = 0
    hub: Enrolment | None = None
    camera_password: str = ""
    """As ``camerapassword.whole`` wants it."""


def settings(note: str) -> Check:
    """Whether the settings could be read."""
    if note:
        return Check("settings", _("Settings"), State.WARN, note)
    return Check("settings", _("Settings"), State.OK, _("The settings can be read"))


def disk(profile: Profile) -> Iterator[Check]:
    """Room, and whether the profile's folder takes a file."""
    title = _("Disk")
    try:
        profile.ensure()
        with tempfile.TemporaryFile(dir=profile.folder) as file:
            file.write(b"doctor" * 1000)
            file.flush()
        free_mb = shutil.disk_usage(profile.folder).free // 1_000_000
    except (OSError, CheckinError) as error:
        why = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        says = _("The profile's folder takes no data ({why}): nothing can be recorded").format(why=why)
        yield Check("disk", title, State.FAIL, says)
        return
    figures: dict[str, object] = {"free_mb": int(free_mb)}
    if free_mb < NONE_MB:
        says = _("The disk is full: {count} MB are left. Free some space: nothing can be recorded").format(
            count=free_mb
        )
        yield Check("disk", title, State.FAIL, says, figures)
    elif free_mb < LITTLE_MB:
        says = _("Only {count} MB are left. Free some space before the shift").format(count=free_mb)
        yield Check("disk", title, State.WARN, says, figures)
    else:
        yield Check("disk", title, State.OK, _("{count} GB are free").format(count=round(free_mb / 1000, 1)), figures)


def store(profile: Profile, chosen: Settings, facts: Facts) -> Iterator[Check]:
    """Opens it, has SQLite look at every page, and walks this gate's own chain of the journal."""
    title = _("Data of this gate")
    if not profile.store_file.exists():
        facts.readable = True
        yield Check("store", title, State.OK, _("There is none yet: it is made with the first list"), {"exists": False})
        return
    try:
        opened, facts.key_place = open_store(profile, chosen)
    except CheckinError as error:
        yield Check("store", title, State.FAIL, str(error), {"exists": True})
        return
    try:
        with opened.read() as tx:
            whole = _whole(tx)
            device = tx.meta.device()
            count = tx.journal.count(device.id)
            broken = tx.journal.first_break(device.id, device.public_hex)
            facts.visitors, plants = tx.roster.visitor_count(), tx.roster.plants()
            facts.plants = len(plants)
            newest = [at for plant in plants if (at := tx.journal.newest(plant.id)) is not None]
            facts.newest = max(newest, default=None)
            facts.unread = tx.unread.count()
        facts.hub, facts.token_place = enrolment(opened), token_place(opened)
        facts.camera_password = camerapassword.stored(opened)
        mended = str(getattr(opened, "note", ""))
        facts.readable = True
    except CheckinError as error:
        yield Check("store", title, State.FAIL, str(error), {"exists": True})
        return
    finally:
        opened.close()
    figures: dict[str, object] = {"exists": True, "events": count, "whole": whole, "chain": broken is None}
    if not whole:
        says = _("The file is damaged. Stop, copy the profile's folder and call your administrator; delete nothing")
        yield Check("store", title, State.FAIL, says, figures)
    elif mended:
        yield Check("store", title, State.WARN, mended, figures)
    elif broken is not None:
        says = _("The journal was changed by hand at record {number}. The gate works; tell the security officer")
        yield Check("store", title, State.WARN, says.format(number=broken.seq), figures)
    else:
        says = ngettext(
            "The file is whole, the chain of {count} record holds",
            "The file is whole, the chain of {count} records holds",
            count,
        )
        yield Check("store", title, State.OK, says.format(count=count), figures)


def _whole(tx: Transaction) -> bool:
    """SQLCipher checks the seal of every page, SQLite what is in it."""
    connection = tx.session.connection()
    seals = connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall()
    found = connection.exec_driver_sql("PRAGMA quick_check(1)").fetchall()
    return not seals and [str(row[0]) for row in found] == ["ok"]


def key(profile: Profile, chosen: Settings, facts: Facts) -> Iterator[Check]:
    """Where the key to the store is; that it opens the store was seen before."""
    title = _("Key to the data")
    if not profile.store_file.exists():
        yield Check("key", title, State.OK, _("It is made together with the data"), {"place": ""})
        return
    place = facts.key_place or chosen.key_place
    figures: dict[str, object] = {"place": place}
    if not facts.readable:
        says = _("Whether the key is right cannot be seen while the data cannot be read")
        yield Check("key", title, State.WARN, says, figures)
    elif place == "keyring":
        yield Check("key", title, State.OK, _("It is in the system's keyring"), figures)
    elif place == "passphrase":
        yield Check("key", title, State.OK, _("It is under a passphrase, asked at each start"), figures)
    else:
        says = _("It lies beside the data in {file}: whoever copies the whole folder can read it")
        yield Check("key", title, State.WARN, says.format(file=profile.key_file.name), figures)


def roster(facts: Facts) -> Iterator[Check]:
    """Without a roster only tickets with a signature can be judged, and those need a key from the roster."""
    title = _("List of visitors")
    figures: dict[str, object] = {"visitors": facts.visitors, "plants": facts.plants}
    if not facts.visitors:
        says = _("No list is loaded, so nobody can be recognised. Load one: Exchange, or checkin roster import FILE")
        yield Check("roster", title, State.WARN, says, figures)
        return
    if facts.unread:
        yield Check("roster", title, State.WARN, unread_words(facts.unread), figures | {"unread": facts.unread})
        return
    says = ngettext("{count} visitor is on the list", "{count} visitors are on the list", facts.visitors)
    yield Check("roster", title, State.OK, says.format(count=facts.visitors), figures)


def clock(facts: Facts, now_from: Clock) -> Iterator[Check]:
    """A year that can be, and no event of this plant from the future."""
    title = _("Clock")
    now = now_from.now()
    figures: dict[str, object] = {"now": now.isoformat(timespec="seconds")}
    if not FIRST_YEAR <= now.year <= LAST_YEAR:
        says = _("The clock says the year {year}: every ticket would be for another day. Set the clock")
        yield Check("clock", title, State.FAIL, says.format(year=now.year), figures)
    elif facts.newest is not None and facts.newest - now > AHEAD:
        figures["behind_s"] = round((facts.newest - now).total_seconds())
        says = _("The journal has a record from {minutes} min. in the future: the clock was turned back. Set it")
        minutes = round((facts.newest - now).total_seconds() / 60)
        yield Check("clock", title, State.WARN, says.format(minutes=minutes), figures)
    else:
        yield Check("clock", title, State.OK, f"{now.astimezone():%Y-%m-%d %H:%M %Z}", figures)


def hub(facts: Facts, now_from: Clock) -> Iterator[Check]:
    """Whether the hub answers and lets this gate in, and how far its clock is from ours.  A gate works without it."""
    title = _("Hub")
    if facts.hub is None:
        says = _("This gate belongs to no hub: lists and attendance travel as files")
        yield Check("hub", title, State.OK, says, {"enrolled": False})
        return
    figures: dict[str, object] = {
        "enrolled": True,
        "answers": False,
        "token": facts.token_place,
        "pinned": bool(facts.hub.ca),
    }
    try:
        with HttpBackend(
            facts.hub.url, facts.hub.token, timeout_s=HUB_TIMEOUT_S, ca=facts.hub.ca, clock=now_from
        ) as backend:
            offset = backend.clock_offset()
            backend.fetch("", limit=1)  # the time is told to anybody, also to a gate that was shut out
    except DeviceRevoked as error:
        yield Check("hub", title, State.WARN, str(error), figures | {"answers": True, "let_in": False})
        return
    except CheckinError as error:
        yield Check("hub", title, State.WARN, str(error), figures)
        return
    figures |= {"answers": True, "let_in": True, "offset_s": round(offset.offset_s, 2)}
    if abs(offset.offset_s) > CLOCK_WRONG_S:
        says = _("This PC's clock differs from the hub's by {minutes} min. Set the clock")
        minutes = round(abs(offset.offset_s) / 60)
        yield Check("hub", title, State.WARN, says.format(minutes=minutes), figures)
        return
    yield Check("hub", title, State.OK, _("It answers, and the clocks agree"), figures)
