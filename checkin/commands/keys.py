"""Signing keys: made here, encrypted here, and never sent anywhere; gates get their public halves."""

from __future__ import annotations

import json as jsonlib
import os
from datetime import datetime
from pathlib import Path

import typer

from checkin.clock import SystemClock
from checkin.commands.book import DB, HUB, booked
from checkin.commands.console import JSON, out, put, table
from checkin.domain.visit import SigningKey
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.issuing.keyring import FOLDER, Keyring
from checkin.organising.keys import known_keys, made, revoked, rotated
from checkin.wholefile import written_whole
from checkin.wire import record_fields

PASS_FILE = typer.Option(None, "--passphrase-file", help=_("Read the passphrase from this file's first line"))
PASS_ENV = typer.Option("", "--passphrase-env", help=_("Read the passphrase from this environment variable"))


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    keys = typer.Typer(help=_("Keys that sign tickets"), no_args_is_help=True)
    keys.command("new", help=_("Makes a key, encrypted under a passphrase; gates get its public half"))(new)
    keys.command("list", help=_("The keys there are"))(show)
    keys.command("rotate", help=_("A new key signs from now on; tickets of the old one stay good"))(rotate)
    keys.command("revoke", help=_("From now on every ticket of this key is refused"))(revoke)
    keys.command("export", help=_("Writes the public halves to a file"))(export)
    app.add_typer(keys, name="keys")


def passphrase(file: Path | None, variable: str, *, twice: bool = False) -> str:
    """The passphrase: from a file, from the environment, or asked for.  Raises ``SettingsWrong`` for an empty one."""
    if file is not None:
        try:
            said = file.read_text("utf-8").split("\n", 1)[0].rstrip("\r")
        except (OSError, ValueError) as error:
            raise SettingsWrong(_("The passphrase cannot be read from {file}").format(file=file.name)) from error
    elif variable:
        said = os.environ.get(variable, "")
    else:
        said = str(typer.prompt(_("Passphrase"), hide_input=True, confirmation_prompt=twice, err=True))
    if not said:
        raise SettingsWrong(_("The passphrase is empty"))
    return said


def new(
    context: typer.Context,
    issuer: str = typer.Option("", "--issuer", help=_("Who issues the tickets, as a verdict names it")),
    file: Path = PASS_FILE,
    variable: str = PASS_ENV,
    hub: bool = HUB,
    db: str = DB,
    json: bool = JSON,
) -> None:
    with booked(context, hub, db) as desk:
        key = made(desk, passphrase(file, variable, twice=True), issuer, SystemClock().now())
    _say(key, json, _("Key {key} signs from now on. Write its passphrase down in a safe place").format(key=key.id))


def _say(key: SigningKey, json: bool, text: str) -> None:
    if json:
        put(record_fields(key))
    else:
        out(text)


def show(context: typer.Context, hub: bool = HUB, db: str = DB, json: bool = JSON) -> None:
    with booked(context, hub, db) as desk:
        rows = known_keys(desk)
        current = Keyring(desk.folder / FOLDER).current()
    if json:
        for key in rows:
            put({**record_fields(key), "signs": current is not None and key.id == current.id})
        return
    table(
        [_("Key"), _("Issuer"), _("From"), _("Until"), _("Revoked"), ""],
        [
            (
                key.id,
                key.issuer,
                _day(key.valid_from),
                _day(key.valid_until),
                _day(key.revoked_at),
                _("signs now") if current is not None and key.id == current.id else "",
            )
            for key in rows
        ],
        _("There are no keys. Make one: checkin keys new"),
    )


def _day(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}Z"


def rotate(
    context: typer.Context,
    until: str = typer.Option(
        "", "--until", help=_("When the old key ends (ISO); by default after the last visit it has signed a ticket for")
    ),
    issuer: str = typer.Option("", "--issuer", help=_("Who issues the tickets, as a verdict names it")),
    file: Path = PASS_FILE,
    variable: str = PASS_ENV,
    hub: bool = HUB,
    db: str = DB,
    json: bool = JSON,
) -> None:
    now = SystemClock().now()
    ends = _moment(until) if until else None
    with booked(context, hub, db) as desk:
        key = rotated(desk, passphrase(file, variable, twice=True), issuer, now, until=ends)
    _say(key, json, _("Key {key} signs from now on. Write its passphrase down in a safe place").format(key=key.id))


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise SettingsWrong(_("“{text}” is not a date: write 2026-08-16").format(text=text[:40])) from None


def revoke(
    context: typer.Context,
    key: str = typer.Argument(help=_("The key's id, four digits")),
    hub: bool = HUB,
    db: str = DB,
    json: bool = JSON,
) -> None:
    with booked(context, hub, db) as desk:
        record = revoked(desk, key, SystemClock().now())
    _say(
        record,
        json,
        _("Key {key} is revoked: gates refuse its tickets as soon as they have synced").format(key=record.id),
    )


def export(
    context: typer.Context,
    file: Path = typer.Argument(help=_("The file, .json")),
    hub: bool = HUB,
    db: str = DB,
) -> None:
    with booked(context, hub, db) as desk:
        found = Keyring(desk.folder / FOLDER).all()
    text = jsonlib.dumps([record_fields(key) for key in found], ensure_ascii=False, indent=1)
    with written_whole(file) as fresh:
        fresh.write_text(text, "utf-8")
    out(_("Public keys written: {count}").format(count=len(found)))
