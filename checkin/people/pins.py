"""PINs: 4 to 12 digits, kept as argon2id only.

A PIN is compared as a whole by argon2, so the time that a wrong one takes says nothing about where it went wrong; a
person who does not exist costs the same time as one who does.
"""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _

SHORTEST, LONGEST = 4, 12
# RFC 9106, section 4: the second recommended choice, for machines without 2 GiB to spare.
_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)
_RUN = "01234567890"


def check(pin: str) -> None:
    """Raises ``SettingsWrong``, with what to choose instead, for what cannot be a PIN or is among the first guessed."""
    if not pin.isascii() or not pin.isdigit() or not SHORTEST <= len(pin) <= LONGEST:
        raise SettingsWrong(_("A PIN has {least} to {most} digits").format(least=SHORTEST, most=LONGEST))
    if len(set(pin)) == 1 or pin in _RUN or pin in _RUN[::-1]:
        raise SettingsWrong(_("This PIN is too easy to guess. Choose digits that are neither the same nor in a row"))


def hashed(pin: str) -> str:
    """The PIN's argon2id hash in the standard text form; raises ``SettingsWrong`` for a bad PIN."""
    check(pin)
    return _HASHER.hash(pin)


def fits(pin: str, kept: str) -> bool:
    """Whether a PIN is the one that was kept.  ``kept`` may be empty: nothing fits, at the same cost."""
    try:
        _HASHER.verify(kept or _nobody(), pin)
    except (Argon2Error, InvalidHashError):
        return False
    return bool(kept)


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _HASHER.hash("nobody's")
