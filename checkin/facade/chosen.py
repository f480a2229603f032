"""What a person chose for this gate: kept in its file, and followed by the camera at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor

from checkin.eyes import Eyes
from checkin.facade.camerapassword import CameraPassword
from checkin.settings import Profile, Settings


class Chosen:
    """The settings of a running gate.  ``changed`` is called after they were kept; opening a camera is slow work."""

    def __init__(
        self,
        profile: Profile,
        settings: Settings,
        password: CameraPassword,
        eyes: Eyes,
        slow: Executor,
        changed: Callable[[], None],
    ) -> None:
        self.settings = settings
        self._profile, self._password, self._eyes = profile, password, eyes
        self._slow, self._changed = slow, changed

    def start(self) -> None:
        """Opens the camera that was chosen before."""
        self._slow.submit(self._look)
        self._slow.submit(self._hide_password)

    def keep(self, settings: Settings) -> None:
        """From now on these; another camera is opened.  Raises ``SettingsWrong``."""
        typed = settings.camera
        settings = settings.model_copy(update={"camera": self._password.hide(typed)})
        before, self.settings = self.settings, settings
        self._profile.save(settings)
        if typed != settings.camera or _camera(before) != _camera(settings):
            self._slow.submit(self._look)
        self._changed()

    def set(self, **changes: object) -> None:
        """The same but for these."""
        self.keep(self.settings.model_copy(update=changes))

    def _look(self) -> None:
        settings = self.settings
        size = (settings.camera_width, settings.camera_height)
        self._eyes.look(self._password.whole(settings.camera), size=size, loop=settings.camera_loop)

    def _hide_password(self) -> None:
        """Out of a settings file that an older program or a person wrote."""
        hidden = self._password.hide(self.settings.camera)
        if hidden != self.settings.camera:
            self.settings = self.settings.model_copy(update={"camera": hidden})
            self._profile.save(self.settings)


def _camera(settings: Settings) -> tuple[str, bool, int, int]:
    return settings.camera, settings.camera_loop, settings.camera_width, settings.camera_height
