"""Who works at a gate: added, shown, changed on the command line; what they did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import qrcode
import typer

from checkin.commands.console import JSON, out, put, say, speakable, table
from checkin.commands.keys import PASS_ENV, PASS_FILE
from checkin.commands.opened import COMMAND_LINE, Opened, opened
from checkin.desk.acts import TOLD, ActLine, acts, note_act
from checkin.desk.desk import Desk
from checkin.domain.events import Kind
from checkin.domain.people import Act, Person, Role
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.people import Guard, Staff
from checkin.people.badges import new_badge
from checkin.people.wording import act_word, role_word
from checkin.store import Transaction
from checkin.wholefile import written_whole

ROLE = typer.Option("operator", "--role", help=_("scanner, guide, operator, supervisor or administrator"))
PLANT = typer.Option(None, "--plant", help=_("The plant's name or id"))
BADGE = typer.Option(None, "--badge", help=_("Write a badge's QR code to this PNG file; print it and keep it safe"))
IDENT = typer.Argument(help=_("The person's id, as the list shows it"))


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    people = typer.Typer(help=_("Who works at this gate, and what each may do"), no_args_is_help=True)
    people.command("add", help=_("Somebody new, with a PIN, a badge or both; the first one is an administrator"))(add)
    people.command("list", help=_("Who works here"))(show)
    people.command("change", help=_("Another name, role, PIN or badge"))(change)
    people.command("remove", help=_("Somebody has left: PIN and badge open nothing any more"))(remove)
    people.command("unlock", help=_("Lets somebody try again who typed wrong PINs"))(unlock)
    people.command("log", help=_("What people did: log-ins, searches, exports, overrides"))(log)
    app.add_typer(people, name="people")


def add(
    context: typer.Context,
    name: str = typer.Argument(help=_("Name, as the gate's window shows it")),
    role: str = ROLE,
    plant: str = PLANT,
    pin: bool = typer.Option(True, "--pin/--no-pin", help=_("Ask for a PIN, or do without one")),
    file: Path = PASS_FILE,
    variable: str = PASS_ENV,
    badge: Path = BADGE,
    json: bool = JSON,
) -> None:
    with opened(context) as profile:
        desk = profile.desk(plant)
        digits = _pin(file, variable) if pin else ""
        text = new_badge() if badge else ""
        with profile.store.write() as tx:
            made = Staff(tx, desk.place.plant).add(speakable(name), _role(role), pin=digits, badge=text)
            _noted(desk, tx, made, "add")
            _written(badge, text)
    _said(made, json)


def change(
    context: typer.Context,
    ident: str = IDENT,
    name: str = typer.Option(None, "--name", help=_("Name, as the gate's window shows it")),
    role: str = typer.Option(None, "--role", help=_("scanner, guide, operator, supervisor or administrator")),
    pin: bool = typer.Option(False, "--pin", help=_("Ask for a new PIN")),
    file: Path = PASS_FILE,
    variable: str = PASS_ENV,
    badge: Path = BADGE,
    plant: str = PLANT,
    json: bool = JSON,
) -> None:
    with opened(context) as profile:
        desk = profile.desk(plant)
        digits = _pin(file, variable) if pin or file or variable else None
        text = new_badge() if badge else None
        with profile.store.write() as tx:
            staff = Staff(tx, desk.place.plant)
            called = speakable(name) if name is not None else None
            made = staff.change(ident, name=called, role=_role(role) if role else None, pin=digits, badge=text)
            _noted(desk, tx, made, "change")
            _written(badge, text or "")
    _said(made, json)


def remove(context: typer.Context, ident: str = IDENT, plant: str = PLANT, json: bool = JSON) -> None:
    with opened(context) as profile:
        desk = profile.desk(plant)
        with profile.store.write() as tx:
            gone = Staff(tx, desk.place.plant).change(ident, retired=True)
            _noted(desk, tx, gone, "remove")
    _said(gone, json)


def unlock(context: typer.Context, ident: str = IDENT, plant: str = PLANT) -> None:
    with opened(context) as profile:
        desk = profile.desk(plant)
        with profile.store.write() as tx:
            person = Staff(tx, desk.place.plant).person(ident)
            _noted(desk, tx, person, "unlock")
        _guard(profile, desk).unlock(person.id)
    out(_("{name} can try again at once").format(name=person.name))


def show(context: typer.Context, plant: str = PLANT, json: bool = JSON) -> None:
    with opened(context) as profile:
        desk = profile.desk(plant)
        guard = _guard(profile, desk)
        with profile.store.read() as tx:
            people = Staff(tx, desk.place.plant).everybody()
        waits = {one.id: guard.waits(one.id) for one in people}
    if json:
        for one in people:
            put({**_fields(one), "waits_s": waits[one.id]})
        return
    table(
        [_("Id"), _("Name"), _("Role"), _("PIN"), _("Badge"), _("Waits, s")],
        [
            (one.id, one.name, role_word(one.role), _yes(one.pin), _yes(one.badge), waits[one.id] or "")
            for one in people
        ],
        _("Nobody was added: this gate is open to whoever stands at it. Add an administrator: checkin people add NAME"),
    )


def log(
    context: typer.Context,
    overrides: bool = typer.Option(False, "--overrides", help=_("Only who was let in against the rules or the list")),
    plant: str = PLANT,
    json: bool = JSON,
) -> None:
    with opened(context) as profile:
        desk = profile.desk(plant)
        kinds = (Kind.OVERRIDE, Kind.WALK_IN) if overrides else TOLD
        with profile.store.read() as tx:
            plants = {desk.place.plant} if desk.place.plant else {one.id for one in tx.roster.plants()}
            lines = [line for one in (*sorted(plants), "") for line in acts(tx, one, kinds)]
    if json:
        for line in lines:
            put(_act_fields(line))
        return
    table(
        [_("Time"), _("Gate"), _("Who"), _("What"), _("Note")],
        [(f"{line.at:%Y-%m-%d %H:%M:%S}Z", line.gate, line.operator, act_word(line.what), line.note) for line in lines],
        _("Nothing has been done here yet"),
    )


def _guard(profile: Opened, desk: Desk) -> Guard:
    def note(tx: Transaction, act: Act, who: str, details: str) -> None:
        note_act(desk, tx, act, who, details)

    return Guard(profile.store, desk.clock, lambda: desk.place.plant, note)


def _noted(desk: Desk, tx: Transaction, person: Person, what: str) -> None:
    note_act(desk, tx, Act.PEOPLE, COMMAND_LINE, f"{what} {person.id} {person.role.value}")


def _role(text: str) -> Role:
    try:
        return Role(text.strip().lower())
    except ValueError:
        raise SettingsWrong(
            _("There is no role “{role}”. Roles are: {roles}").format(role=text, roles=", ".join(Role))
        ) from None


def _pin(file: Path | None, variable: str) -> str:
    from checkin.commands.keys import passphrase

    return passphrase(file, variable, twice=True)


def _written(path: Path | None, text: str) -> None:
    if path is None:
        return
    with written_whole(path) as file:
        symbol = qrcode.make(text, error_correction=qrcode.ERROR_CORRECT_M, border=4)
        with file.open("wb") as out_file:
            symbol.save(out_file)
    say(_("The badge is in {file}. Whoever has it can log in: print it, then delete the file").format(file=path.name))


def _yes(kept: str) -> str:
    return _("yes") if kept else ""


def _fields(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "plant": person.plant,
        "name": person.name,
        "role": person.role.value,
        "pin": bool(person.pin),
        "badge": bool(person.badge),
        "retired": person.retired,
    }


def _act_fields(line: ActLine) -> dict[str, Any]:
    event = line.event
    return {
        "at": event.at.isoformat(),
        "gate": line.gate,
        "operator": line.operator,
        "operator_id": event.operator,
        "what": line.what,
        "reason": event.reason,
        "note": line.note,
        "event_id": event.id,
    }


def _said(person: Person, json: bool) -> None:
    if json:
        put(_fields(person))
    else:
        out(f"{person.id}  {person.name}  {role_word(person.role)}")
