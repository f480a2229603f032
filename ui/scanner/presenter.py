"""The scanner's page: the port of a serial scanner, and a trial of any scanner.  A trial scan is never judged."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError

from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from checkin.tickets.reading import interpretations
from ui.ports import Facade, Presenter, Turn
from ui.scanner.diagnosis import diagnose, too_slow
from ui.scanner.state import Finding, Key, PortState, ScannerState

APART_S = 0.5
"""A key after so long a silence begins another trial."""
MOST_KEYS = 600
FEWEST_KEYS = 6
SHOWN_KEYS = 80


class ScannerPresenter(Presenter[ScannerState]):
    """Owns the page's state.  ``find_ports`` gives ports with their names, ``port_state`` how the chosen one does."""

    def __init__(
        self,
        app: Facade,
        turn: Turn,
        *,
        find_ports: Callable[[], list[tuple[str, str]]],
        port_state: Callable[[], PortState],
    ) -> None:
        super().__init__()
        self._app, self._turn, self._find_ports, self._port_state = app, turn, find_ports, port_state
        self.active = False
        """Whether the page is in view: scans are its trials then."""
        self._ports: list[tuple[str, str]] = []
        self._keys: list[Key] = []
        self._text = ""
        self._findings: tuple[Finding, ...] = ()
        self._error = ""
        self._serial = 0

    def opened(self) -> None:
        """The page comes into view, with nothing tried yet."""
        self.active = True
        self._keys, self._text, self._findings = [], "", ()
        self.ports_wanted()

    def left(self) -> None:
        """The page goes out of view."""
        self.active = False

    def refreshed(self) -> None:
        """The port's state may be another."""
        self._publish()

    def ports_wanted(self) -> None:
        """Look for ports again."""
        self._ports = self._find_ports()
        self._publish()

    def port_chosen(self, port: str) -> None:
        """Listen to this serial port; empty for none."""
        self._change(scanner_port=port)

    def speed_chosen(self, speed: int) -> None:
        """The port's speed in bits a second."""
        self._change(scanner_speed=speed)

    def key_came(self, character: str, at: float) -> None:
        """One key of a keyboard, or of a scanner that types."""
        if not self.active:
            return
        if self._keys and (at - self._keys[-1].at > APART_S or len(self._keys) >= MOST_KEYS):
            self._keys.clear()
        if not self._keys:
            self._text, self._findings = "", ()
        self._keys.append(Key(character, at))
        self._serial += 1
        serial = self._serial
        self._turn.after(2 * APART_S, lambda: self._silence(serial))

    def scan_came(self, text: str, *, typed: bool) -> None:
        """A whole scan, by keys or through the port."""
        if not typed:
            self._keys.clear()
        self._text = text
        self._findings = diagnose(text, self._keys, typed=typed)
        self._publish()

    def _silence(self, serial: int) -> None:
        """No key came since: were there keys that made no scan?"""
        if serial == self._serial and not self._text and len(self._keys) >= FEWEST_KEYS:
            self._findings = too_slow(self._keys)
            self._publish()

    def _change(self, **changes: object) -> None:
        self._error = ""
        try:
            changed = type(self._app.settings).model_validate(self._app.settings.model_dump() | changes)
            self._app.change_settings(changed)
        except ValidationError:
            self._error = _("This cannot be kept: it is too long.")
        except CheckinError as error:
            self._error = str(error)
        self._publish()

    def _tell(self) -> ScannerState:
        settings = self._app.settings
        tone, headline = self._verdict()
        says, port_tone = port_words(self._port_state())
        meant = interpretations(self._text)[0] if self._text else ""
        return ScannerState(
            tone=tone,
            headline=headline,
            keys=shown_keys(self._keys) if self._findings else "",
            came=self._text,
            understood=meant,
            findings=self._findings,
            ports=tuple(self._ports),
            port=settings.scanner_port,
            speed=settings.scanner_speed,
            port_says=self._error or says,
            port_tone="bad" if self._error else port_tone,
        )

    def _verdict(self) -> tuple[str, str]:
        tones = {finding.tone for finding in self._findings}
        if not tones:
            return "plain", _("Scan the code on the screen")
        if "bad" in tones:
            return "bad", _("The scanner has to be set up")
        if "warn" in tones:
            return "warn", _("It works, and can be set up better")
        return "good", _("The scanner works")


def port_words(state: PortState) -> tuple[str, str]:
    """What is said of a port, and in which tone."""
    match state:
        case PortState.OFF:
            return _("Not used. A scanner that types like a keyboard needs no port."), "plain"
        case PortState.OPEN:
            return _("The port is open: scan something."), "good"
        case PortState.LOST:
            return _("The scanner is not there. Plug it in: it is found by itself."), "bad"
        case PortState.BUSY:
            return _("Another program holds this port, or you may not use it. Close that program."), "bad"


def shown_keys(keys: list[Key]) -> str:
    """``P·0 R·5 O·5 ⏎·6``: each key with the milliseconds since the one before it."""
    names = {"\r": "⏎", "\t": "⇥", " ": "␣"}
    parts = []
    before = keys[0].at if keys else 0.0
    for key in keys[:SHOWN_KEYS]:
        parts.append(f"{names.get(key.character, key.character)}·{round((key.at - before) * 1000)}")
        before = key.at
    return " ".join(parts) + (" …" if len(keys) > SHOWN_KEYS else "")
