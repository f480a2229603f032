"""Who may look: a short-lived code opens a session, and a session opens one guide's tours of one plant.

Codes and tokens are kept as SHA-256 only.  A token is 256 random bits; a code is 40 that live for hours, open a few
sessions at most, and are guessed against a throttle (``checkin.hub.guides.service``).
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from checkin.clock import Clock
from checkin.domain.names import name_key
from checkin.domain.ticket import ALPHABET
from checkin.domain.visit import Tour

CODE_LENGTH = 8
CODE_FOR = timedelta(hours=4)
LOG_INS = 3
"""A guide's phone and tablet, and once more when the browser has forgotten."""
SESSION_FOR = timedelta(hours=10)
"""A guide's working day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What a session opens: the tours of the guide with this name, or one tour (``tour`` is its id)."""

    plant: str
    guide: str = ""
    tour: str = ""
    until: datetime

    def opens(self, tour: Tour) -> bool:
        """Whether a tour is one of those that may be seen."""
        if tour.plant != self.plant:
            return False
        if self.tour:
            return tour.id == self.tour
        key = name_key(self.guide)
        return bool(key) and name_key(tour.guide) == key

    @property
    def scope(self) -> str:
        """Tells the marks that wait on a phone apart when several guides use it; names nobody."""
        return digest("\0".join((self.plant, name_key(self.guide), self.tour)))[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code as it is told to the guide, grouped for reading aloud: ``K7QF-4M2X``."""

    text: str
    expires_at: datetime


class Passes(Protocol):
    """Codes and sessions, wherever they are kept."""

    def enter(self, code: str) -> tuple[str, Pass] | None:
        """A fresh session's token and what it opens; None for a code that is wrong, used up or expired."""
        ...

    def holder(self, token: str) -> Pass | None:
        """What a token opens, while it does."""
        ...

    def leave(self, token: str) -> None:
        """Ends a session."""
        ...


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def tidy(code: str) -> str:
    """A typed code in its one spelling: case, spaces, dashes, O/0, I/1 and L/1 do not matter."""
    plain = "".join(character for character in code.upper() if character.isalnum())
    return plain.replace("O", "0").replace("I", "1").replace("L", "1")


def new_code() -> str:
    """Eight random characters, ungrouped."""
    return "".join(secrets.choice(ALPHABET) for _number in range(CODE_LENGTH))


def grouped(code: str) -> str:
    """A code for reading aloud."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def new_token() -> str:
    """A session's token."""
    return secrets.token_urlsafe(32)


@dataclass(slots=True)
class _Kept:
    opens: Pass
    left: int


class MemoryPasses:
    """Passes that end with the program: a gate without a hub has nowhere to keep a session, and need not."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._codes: dict[str, _Kept] = {}
        self._sessions: dict[str, Pass] = {}

    def make(self, plant: str, guide: str, tour: str, valid_for: timedelta = CODE_FOR) -> Code:
        """A code for a guide's tours, or for one tour."""
        text, until = new_code(), self._clock.now() + valid_for
        with self._lock:
            self._tidy()
            self._codes[digest(text)] = _Kept(Pass(plant=plant, guide=guide, tour=tour, until=until), LOG_INS)
        return Code(text=grouped(text), expires_at=until)

    def enter(self, code: str) -> tuple[str, Pass] | None:
        with self._lock:
            self._tidy()
            kept = self._codes.get(digest(tidy(code)))
            if kept is None or not kept.left:
                return None
            kept.left -= 1
            token, until = new_token(), self._clock.now() + SESSION_FOR
            opens = Pass(plant=kept.opens.plant, guide=kept.opens.guide, tour=kept.opens.tour, until=until)
            self._sessions[digest(token)] = opens
            return token, opens

    def holder(self, token: str) -> Pass | None:
        with self._lock:
            found = self._sessions.get(digest(token))
        return found if found is not None and found.until > self._clock.now() else None

    def leave(self, token: str) -> None:
        with self._lock:
            self._sessions.pop(digest(token), None)

    def sessions(self) -> list[Pass]:
        """What the open sessions open, the newest first."""
        with self._lock:
            self._tidy()
            return sorted(self._sessions.values(), key=lambda one: one.until, reverse=True)

    def forget(self) -> None:
        """Ends every session and every code."""
        with self._lock:
            self._codes, self._sessions = {}, {}

    def _tidy(self) -> None:
        now = self._clock.now()
        self._codes = {key: kept for key, kept in self._codes.items() if kept.opens.until > now}
        self._sessions = {key: opens for key, opens in self._sessions.items() if opens.until > now}
