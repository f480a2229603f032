"""The profile itself: another key, another place for it, and the end of everything in it."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path

import typer

from checkin.commands.console import JSON, out, profile_of, put, say, settings_of
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _


class KeyPlace(StrEnum):
    """Where the key to a profile's data is."""

    KEYRING = "keyring"
    FILE = "file"
    PASSPHRASE = "passphrase"


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    profile = typer.Typer(help=_("This profile's key, and its end"), no_args_is_help=True)
    profile.command("rekey", help=_("Encrypts all data anew under a fresh key; the old key is destroyed"))(rekey)
    profile.command("purge", help=_("Takes away the names that the retention policy no longer covers; counts stay"))(
        purge
    )
    profile.command("sheets", help=_("Opens the evacuation lists that are kept encrypted, as PDF files"))(sheets)
    profile.command("destroy", help=_("Destroys the key, then all data of this profile. There is no way back"))(destroy)
    app.add_typer(profile, name="profile")


def rekey(
    context: typer.Context,
    to: KeyPlace = typer.Option(
        None,
        "--to",
        help=_(
            "Where the key lies from now on: keyring (opens with the system's user), file (whoever copies the folder "
            "can read it), passphrase (asked at each start; forgotten, the data is lost)"
        ),
    ),
    json: bool = JSON,
) -> None:
    from checkin.commands.opened import opened
    from checkin.domain.people import Act
    from checkin.store import open_store
    from checkin.store.passphrase import ask
    from checkin.store.rekey import rekey as run

    profile = profile_of(context)
    if not profile.store_file.exists():
        raise SettingsWrong(_("This profile has no data to give a new key"))
    settings = settings_of(profile)
    store, place = open_store(profile, settings)  # mends what has to be mended first
    store.close()
    wanted = to.value if to is not None else place
    run(profile, settings.model_copy(update={"key_place": place}), wanted, lambda: ask(twice=True))
    with opened(context) as fresh:
        fresh.note(Act.KEY, _place(wanted))
    if json:
        put({"key_place": wanted})
        return
    out(_("All data is encrypted under a fresh key now. Where it lies: {place}").format(place=_place(wanted)))


def _place(place: str) -> str:
    return {
        "keyring": _("the system's keyring"),
        "file": _("a file in the profile: whoever copies the folder can read it"),
        "passphrase": _("under your passphrase, asked at each start; forgotten, the data is lost"),
    }[place]


def purge(
    context: typer.Context,
    folder: Path | None = typer.Option(
        None, "--out", help=_("Where the certificate goes: PDF and signed JSON; else into the profile")
    ),
    dry_run: bool = typer.Option(False, "--dry-run", help=_("Only say what it would change")),
    json: bool = JSON,
) -> None:
    from checkin.clock import SystemClock
    from checkin.commands.opened import opened
    from checkin.domain.people import Act
    from checkin.i18n import language
    from checkin.reports.purge import account, certificate, keep_certificate
    from checkin.store.purging import forget
    from checkin.store.purging import purge as run

    with opened(context) as profile:
        done = run(profile.store, SystemClock().now(), dry_run=dry_run)
        with profile.store.read() as tx:
            device = tx.meta.device()
            plants = {plant.id: plant.name for plant in tx.roster.plants()}
        files: list[str] = []
        signed: dict[str, object] = {}
        if not dry_run and not done.nothing:
            place = folder or profile.profile.certificates
            files = [str(path) for path in keep_certificate(done, device, plants, place, language())]
            signed = {"signed": certificate(done, device)}
            forget(profile.store)
            profile.note(
                Act.PURGE,
                _("tours: {tours}, names: {names}").format(
                    tours=len(done.tours), names=sum(tour.names for tour in done.tours)
                ),
            )
    if json:
        put({**account(done), "dry_run": dry_run, "certificate": files, **signed})
        return
    if done.nothing:
        out(_("Nothing is past its time: everything stays"))
        return
    out(
        _("Tours: {tours}; names: {names}; typed names and notes: {notes}").format(
            tours=len(done.tours),
            names=sum(tour.names for tour in done.tours),
            notes=sum(tour.notes for tour in done.tours) + done.other_notes,
        )
    )
    out(
        _("Nothing was written: this was a dry run")
        if dry_run
        else _("Certificate: {files}").format(files=", ".join(files))
    )


def sheets(
    context: typer.Context,
    folder: Path = typer.Argument(help=_("Where the PDF files go: they show names, delete them afterwards")),
    json: bool = JSON,
) -> None:
    from checkin.commands.opened import opened
    from checkin.domain.people import Act
    from checkin.store.vault import ENDING
    from checkin.wholefile import written_whole

    files = []
    with opened(context) as profile:
        for sealed in sorted((profile.profile.folder / "documents").glob(f"*{ENDING}")):
            path = folder / sealed.stem
            with written_whole(path) as fresh:
                folder.mkdir(parents=True, exist_ok=True)
                fresh.write_bytes(profile.store.vault.read(sealed))
            files.append(str(path))
        if files:
            profile.note(Act.EXPORT, _("evacuation lists: {count}").format(count=len(files)))
    if json:
        put({"files": files})
    else:
        out("\n".join(files) or _("No list was kept: no group has gone in or out, or the lists are kept readable"))


def destroy(
    context: typer.Context,
    yes: bool = typer.Option(False, "--yes", help=_("Without asking")),
    json: bool = JSON,
) -> None:
    from checkin.store.rekey import destroy as run

    profile = profile_of(context)
    if not profile.there:  # a slip in the folder's name must cost nobody his documents
        raise SettingsWrong(_("There is no profile in {folder}").format(folder=profile.folder))
    if not yes:
        if json or not sys.stdin.isatty():
            raise SettingsWrong(_("Nothing was destroyed. Say --yes if you mean it"))
        out(
            _("Attendance that the hub or the organiser does not have yet will be lost: {folder}").format(
                folder=profile.folder
            )
        )
        if not typer.confirm(_("Destroy everything?")):
            raise typer.Exit(1)
    left = run(profile)
    if json:
        put({"destroyed": True, "left": left})
    else:
        out(_("The key is destroyed, and all data with it"))
    if left:
        say(
            _("These files could not be removed; without the key nobody can read them: {files}").format(
                files=", ".join(left)
            )
        )
