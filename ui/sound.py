"""The tones.  Where there is no sound, ``note`` says why in the operator's words and nothing else changes.

The sound library is loaded only after the window is on the screen, and never where Qt draws to no screen.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QLoggingCategory, QUrl
from PySide6.QtGui import QGuiApplication

from checkin.i18n import gettext as _
from ui.ports import Tone
from ui.theme import RESOURCES

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QSoundEffect

log = logging.getLogger(__name__)


class Sounds:
    """Call ``load`` once the window is shown; ``play`` may be called at any time."""

    def __init__(self) -> None:
        self._effects: dict[Tone, QSoundEffect] = {}
        self._tried = False
        self._why = ""
        self.on = True

    def load(self) -> None:
        """Finds out whether this PC can make a sound."""
        if self._tried or QGuiApplication.platformName() in ("offscreen", "minimal"):
            return
        self._tried = True
        # Tones need no codecs: without a backend Qt plays them all the same, and FFmpeg is not loaded for them.
        os.environ.setdefault("QT_MEDIA_BACKEND", "none")
        QLoggingCategory.setFilterRules("qt.multimedia*=false\ndefault.warning=false")
        try:
            self._load()
        finally:
            QLoggingCategory.setFilterRules("qt.multimedia*=false")

    def _load(self) -> None:
        try:
            from PySide6.QtMultimedia import QMediaDevices, QSoundEffect
        except ImportError as error:
            log.warning("no sound library: %s", error)
            self._why = _("The sound library is missing (on Debian: libpulse0). Verdicts are shown, not heard.")
            return
        if QMediaDevices.defaultAudioOutput().isNull():
            self._why = _("This PC has no loudspeaker. Verdicts are shown, not heard.")
            return
        for tone in Tone:
            effect = QSoundEffect()
            effect.setSource(QUrl.fromLocalFile(str(RESOURCES / "sounds" / f"{tone.value}.wav")))
            effect.setVolume(0.9)
            self._effects[tone] = effect

    def note(self) -> str:
        """Why there is no sound; empty when there is, or nobody wants it."""
        return _(self._why) if self._why and self.on else ""

    def play(self, tone: Tone) -> None:
        """Starts the tone, in place of one that still sounds."""
        if not self.on and tone is not Tone.ALARM:
            return  # whoever wants no tones still has to hear an alarm
        for effect in self._effects.values():
            effect.stop()
        if tone in self._effects:
            self._effects[tone].play()
