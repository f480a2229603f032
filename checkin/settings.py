"""A profile: one gate's folder with its settings, its store and its key.

``settings.json`` holds no personal data and no secret.  A settings file that cannot be read is set aside under another
name, never deleted, and the defaults are used; ``Profile.load`` says so.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.wholefile import opened_file

MAX_SETTINGS_BYTES = 65_536


class Settings(BaseModel):
    """What a person chooses for a gate."""

    model_config = ConfigDict(extra="ignore", validate_assignment=True)

    language: Literal["ru", "en"] = "ru"
    plant: Annotated[str, Field(max_length=120)] = ""
    gate: Annotated[str, Field(max_length=120)] = ""
    camera: Annotated[str, Field(max_length=1000)] = ""
    camera_loop: bool = False
    camera_width: Annotated[int, Field(ge=160, le=4096)] = 1280
    camera_height: Annotated[int, Field(ge=120, le=2160)] = 720
    sound: bool = True
    scanner_port: Annotated[str, Field(max_length=200)] = ""
    scanner_speed: Annotated[int, Field(ge=300, le=921_600)] = 9600
    hub_url: Annotated[str, Field(max_length=500)] = ""
    key_place: Literal["", "keyring", "file", "passphrase"] = ""
    guides_page: bool = False
    guides_port: Annotated[int, Field(ge=0, le=65_535)] = 8790
    sheet_renewed: bool = True
    sheet_printed: bool = False
    sheet_open: bool = False
    board_names: bool = False
    lock_after_min: Annotated[int, Field(ge=0, le=720)] = 10


@dataclass(frozen=True, slots=True)
class Profile:
    """Where everything of one gate lies."""

    folder: Path

    @property
    def settings_file(self) -> Path:
        return self.folder / "settings.json"

    @property
    def store_file(self) -> Path:
        return self.folder / "store.sqlite"

    @property
    def key_file(self) -> Path:
        return self.folder / "store.key"

    @property
    def passphrase_file(self) -> Path:
        return self.folder / "store.pass"

    @property
    def hub_file(self) -> Path:
        return self.folder / "hub.sqlite"

    @property
    def certificates(self) -> Path:
        return self.folder / "certificates"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def there(self) -> bool:
        """Whether the folder holds a profile: its data, a key to them, or settings that this program wrote."""
        if any(path.is_file() for path in (self.store_file, self.key_file, self.passphrase_file)):
            return True
        try:
            return {"plant", "gate"} <= Settings.model_validate_json(self._settings()).model_fields_set
        except (SettingsWrong, ValueError):
            return False

    def ensure(self) -> None:
        """Makes the folder, readable by its owner only; raises ``SettingsWrong`` where that cannot be done."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if os.name == "posix":
                self.folder.chmod(0o700)
        except OSError as error:
            raise SettingsWrong(
                _("The profile folder {folder} cannot be used: {why}").format(
                    folder=self.folder, why=error.strerror or error
                )
            ) from error

    def load(self) -> tuple[Settings, str]:
        """The settings, and a sentence for the person when the file had to be set aside (else empty)."""
        path = self.settings_file
        if not os.path.lexists(path):
            return Settings(), ""
        try:
            return Settings.model_validate_json(self._settings()), ""
        except (SettingsWrong, ValueError):
            aside = path.with_suffix(f".damaged-{os.getpid()}.json")
            path.replace(aside)
            return Settings(), _(
                "The settings could not be read and start afresh; the old file was kept as {file}"
            ).format(file=aside.name)

    def _settings(self) -> bytes:
        """The file's content; raises ``SettingsWrong``, ``ValueError``."""
        with opened_file(self.settings_file) as (descriptor, _size):
            raw = os.read(descriptor, MAX_SETTINGS_BYTES + 1)
        if len(raw) > MAX_SETTINGS_BYTES:
            raise ValueError("too long")
        return raw

    def save(self, settings: Settings) -> None:
        """Writes the settings whole or not at all; raises ``SettingsWrong`` where that cannot be done."""
        self.ensure()
        fresh = self.settings_file.with_suffix(f".{secrets.token_hex(4)}")  # several processes may save at once
        try:
            fresh.touch(mode=0o600)
            fresh.write_text(settings.model_dump_json(indent=1), encoding="utf-8")
            fresh.replace(self.settings_file)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            raise SettingsWrong(
                _("The settings cannot be saved in {folder}: {why}").format(
                    folder=self.folder, why=error.strerror or error
                )
            ) from error


def default_profile() -> Profile:
    """The profile in the user's data directory."""
    import platformdirs

    return Profile(Path(platformdirs.user_data_dir("Prohodnaya", appauthor=False)))
