"""The certificate of a purge: what went and when, without a name in it; signed by the device that did it.

As JSON for a program and as a sheet for a folder.  The signature is over the JSON without it, in canonical form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checkin.clock import file_stamp
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.reports.typesetting import breakable, pdf
from checkin.reports.wording import Wording
from checkin.store.meta import Device
from checkin.store.purging import Purged
from checkin.tickets.keys import verify_hex
from checkin.wholefile import written_whole

KIND = "prohodnaya-purge-1"


def account(done: Purged) -> dict[str, Any]:
    """What went, as JSON values."""
    return {
        "at": done.at.isoformat(),
        "tours": [
            {
                "plant": tour.plant,
                "tour": tour.id,
                "title": tour.title,
                "end": tour.end.isoformat(),
                "retention_h": tour.retention_h,
                "expected": tour.expected,
                "came": tour.came,
                "names": tour.names,
                "groups": tour.groups,
                "notes": tour.notes,
            }
            for tour in done.tours
        ],
        "other_notes": done.other_notes,
        "files": done.files,
    }


def certificate(done: Purged, device: Device) -> dict[str, Any]:
    """The certificate as JSON values.  Only of what went: a plan is signed by nobody."""
    body = {"kind": KIND, "device": device.id, "public_key": device.public_hex, **account(done)}
    return {**body, "signature": device.sign(_canonical(body))}


def holds(body: Mapping[str, Any]) -> bool:
    """Whether a certificate is as its device signed it."""
    signature, public = body.get("signature"), body.get("public_key")
    unsigned = {key: value for key, value in body.items() if key != "signature"}
    return (
        isinstance(signature, str) and isinstance(public, str) and verify_hex(public, _canonical(unsigned), signature)
    )


def _canonical(body: Mapping[str, Any]) -> bytes:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return KIND.encode() + b"\n" + text.encode()


def keep_certificate(
    done: Purged, device: Device, plants: Mapping[str, str], folder: Path, language: str = "ru"
) -> list[Path]:
    """Writes the signed JSON and the sheet into a folder; returns their paths.

    Raises ``SettingsWrong``, ``DiskFull``, ``TypesettingFailed``.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsWrong(
            _("The file {file} cannot be written: {why}").format(file=folder.name, why=error.strerror or error)
        ) from error
    stem = folder / f"purge-{file_stamp(done.at)}"
    files = []
    for ending, content in (
        (".json", json.dumps(certificate(done, device), ensure_ascii=False, indent=1).encode()),
        (".pdf", certificate_pdf(done, plants, language, device.id)),
    ):
        with written_whole(stem.with_suffix(ending)) as fresh:
            fresh.touch(mode=0o600)
            fresh.write_bytes(content)
        files.append(stem.with_suffix(ending))
    return files


def certificate_pdf(done: Purged, plants: Mapping[str, str], language: str = "ru", device: str = "") -> bytes:
    """The sheet; raises ``TypesettingFailed``.  ``plants`` are names by id."""
    say = Wording(language, "UTC")
    _ = say.gettext
    rows = [
        [
            breakable(plants.get(tour.plant, tour.plant)),
            breakable(tour.title),
            say.moment(tour.end),
            str(tour.retention_h),
            str(tour.expected),
            str(tour.came),
            str(tour.names),
            str(tour.notes + tour.groups),
        ]
        for tour in done.tours
    ]
    return pdf(
        "purge.typ",
        {
            "language": say.language,
            "page": _("page {page} of {pages}"),
            "title": _("Certificate: personal data purged"),
            "facts": [
                (_("When (UTC)"), say.moment(done.at)),
                (_("Device"), device),
                (_("Names of visitors"), str(sum(tour.names for tour in done.tours))),
                (_("Typed names and notes"), str(sum(tour.notes for tour in done.tours) + done.other_notes)),
                (_("Sheets for paper, and damaged files set aside"), str(done.files)),
            ],
            "columns": [
                _("plant"),
                _("tour"),
                _("ended"),
                _("kept, h"),
                _("expected"),
                _("came"),
                _("names"),
                _("notes, groups"),
            ],
            "rows": rows,
            "foot": _("The counts stay. The signed file beside this sheet proves who purged and when."),
        },
    )
