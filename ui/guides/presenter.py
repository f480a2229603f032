"""The guides' page as the settings show it.  Whatever is asked for is done elsewhere; nothing here waits.

A code that was made stands in the QR as well, so a guide's phone is logged in by one scan; it is forgotten with the
next code, with another choice and when the page is switched off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checkin.domain.names import name_key
from checkin.domain.visit import Tour
from checkin.errors import CheckinError
from checkin.facade.guidespage import GuidesNow
from checkin.i18n import gettext as _
from checkin.i18n import local_time, ngettext
from ui.ports import Facade, Presenter, Turn

if TYPE_CHECKING:
    from checkin.hub.guides.passes import Code

GUIDE, TOUR = "guide:", "tour:"
"""How the keys of choices begin: all tours of a guide, or one tour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidesState:
    """``qr`` is a PNG, or empty; ``choices`` are (key, text); ``code`` is what a guide types."""

    on: bool = False
    busy: bool = False
    url: str = ""
    note: str = ""
    says: str = ""
    qr: bytes = b""
    choices: tuple[tuple[str, str], ...] = ()
    chosen: str = ""
    nothing: str = ""
    code: str = ""
    code_says: str = ""
    sessions: tuple[str, ...] = ()


class GuidesPresenter(Presenter[GuidesState]):
    """Owns the panel's state."""

    def __init__(self, app: Facade, turn: Turn) -> None:
        super().__init__()
        self._app, self._turn = app, turn
        self._now = GuidesNow()
        self._busy = self._asking = False
        self._chosen = self._trouble = ""
        self._code: Code | None = None
        self._qr: tuple[str, bytes] = ("", b"")

    def refreshed(self) -> None:
        """Somebody may have logged in, or the tours are others."""
        if not self._asking:
            self._asking = True
            self._turn.deliver(self._app.guides.now(), self._came, self._failed)

    def switched(self) -> None:
        """On or off."""
        if self._busy:
            return
        self._busy, self._trouble, self._code = True, "", None
        guides = self._app.guides
        self._turn.deliver(
            guides.switch(on=not self._now.wanted, port=self._app.settings.guides_port), self._came, self._failed
        )
        self._publish()

    def choice_made(self, key: str) -> None:
        """Whose code is wanted."""
        self._chosen, self._code, self._trouble = key, None, ""
        self._publish()

    def code_wanted(self) -> None:
        """A code for the chosen guide or tour."""
        key = self._key()
        if not key or self._busy:
            return
        self._busy, self._trouble = True, ""
        guides = self._app.guides
        future = (
            guides.make_code(key.removeprefix(GUIDE))
            if key.startswith(GUIDE)
            else guides.make_code(tour=key.removeprefix(TOUR))
        )
        self._turn.deliver(future, self._code_came, self._failed)
        self._publish()

    def log_out_pressed(self) -> None:
        """Every phone asks for a code again."""
        self._code = None
        self._turn.deliver(self._app.guides.log_out(), self._came, self._failed)

    # What came back

    def _came(self, now: GuidesNow) -> None:
        self._busy = self._asking = False
        self._now = now
        self._publish()

    def _code_came(self, code: Code) -> None:
        self._busy, self._code = False, code
        self._publish()

    def _failed(self, error: CheckinError) -> None:
        self._busy = self._asking = False
        self._trouble = str(error)
        self._publish()

    # The state

    def _key(self) -> str:
        keys = [key for key, _text in self._choices()]
        return self._chosen if self._chosen in keys else keys[0] if keys else ""

    def _choices(self) -> list[tuple[str, str]]:
        return choices(self._now.tours, self._zone())

    def _zone(self) -> str:
        plant = self._app.status().plant
        return plant.tz if plant is not None else "Europe/Moscow"

    def _tell(self) -> GuidesState:
        now, code = self._now, self._code
        if not now.wanted:
            return GuidesState(busy=self._busy, note=self._trouble or now.note)
        zone = self._zone()
        found = self._choices()
        until = local_time(code.expires_at, zone) if code is not None else ""
        return GuidesState(
            on=True,
            busy=self._busy,
            url=now.url,
            note=self._trouble or now.note,
            says=_("Phones in this network open it; scan the picture or type the address") if now.url else "",
            qr=self._picture(f"{now.url}#k={code.text}" if code is not None else now.url),
            choices=tuple(found),
            chosen=self._key(),
            nothing="" if found else _("There are no tours today to make a code for"),
            code=code.text if code is not None else "",
            code_says=_("Good until {time} for three log-ins. Scanned, it logs in by itself").format(time=until)
            if code is not None
            else "",
            sessions=tuple(
                _("{who}, until {time}").format(who=one.guide or one.tour, time=local_time(one.until, zone))
                for one in now.sessions
            ),
        )

    def _picture(self, text: str) -> bytes:
        if not text:
            return b""
        if self._qr[0] != text:
            from checkin.issuing.qr import png

            self._qr = (text, png(text, 6))
        return self._qr[1]


def choices(tours: Sequence[Tour], zone: str) -> list[tuple[str, str]]:
    """Guides with all their tours first, by name; then each tour, by its start."""
    guides: dict[str, tuple[str, int]] = {}
    for tour in tours:
        key = name_key(tour.guide)
        if key:
            name, count = guides.get(key, (" ".join(tour.guide.split()), 0))
            guides[key] = (name, count + 1)
    named = [
        (GUIDE + name, name + ": " + ngettext("{count} tour", "{count} tours", count).format(count=count))
        for name, count in sorted(guides.values())
    ]
    return named + [(TOUR + tour.id, f"{local_time(tour.start, zone)} {tour.title}") for tour in tours]
