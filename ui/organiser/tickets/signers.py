"""The keys that there are: which one signs, and which one a person has chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from checkin.domain.visit import SigningKey
from checkin.i18n import gettext as _
from checkin.i18n import language
from checkin.issuing.keyring import SHORTEST
from ui.organiser.table import NOTHING, Table


class Signers:
    """The keys.  ``signs`` is the id of the one that signs now."""

    def __init__(self) -> None:
        self._keys: Sequence[SigningKey] = ()
        self.signs: str | None = None
        self.chosen: str | None = None
        self.table = NOTHING
        self._made: object = None

    def came(self, keys: Sequence[SigningKey], current: SigningKey | None) -> None:
        """The keys that there are now."""
        self._keys, self.signs = keys, current.id if current is not None else None
        self.retold()

    def retold(self) -> None:
        """The table anew, in another language; the same one while nothing is another."""
        made = tuple(self._keys), self.signs, language()
        if made != self._made:
            headings = (_("Key"), _("Issuer"), _("From"), _("Until"), _("State"))
            rows = [
                (
                    one.id,
                    one.issuer,
                    *(_moment(at) for at in (one.valid_from, one.valid_until)),
                    self._state(one),
                )
                for one in self._keys
            ]
            self._made, self.table = made, Table(headings, rows, 1)

    def _state(self, one: SigningKey) -> str:
        if one.revoked_at is not None:
            return f"{_('Revoked')} {_moment(one.revoked_at)}"
        return _("signs now") if one.id == self.signs else ""

    @property
    def row(self) -> int:
        """The row of the chosen key."""
        return next((n for n, one in enumerate(self._keys) if one.id == self.chosen), -1)

    @property
    def can_revoke(self) -> bool:
        """Whether the chosen key still counts."""
        return self.row >= 0 and self._keys[self.row].revoked_at is None

    def pressed(self, number: int) -> None:
        """Choose a key."""
        self.chosen = self._keys[number].id if 0 <= number < len(self._keys) else None

    @staticmethod
    def wrong(passphrase: str, again: str) -> str:
        """What is wrong with a new passphrase."""
        if passphrase != again:
            return _("The two passphrases differ. Type the same one twice")
        if len(passphrase) < SHORTEST:
            return _("A passphrase needs at least {count} characters").format(count=SHORTEST)
        return ""


def _moment(at: datetime | None) -> str:
    """By the clock of this PC: a key belongs to no plant."""
    if at is None:
        return ""
    local = at.astimezone()
    return f"{local:%d.%m.%Y %H:%M}" if language() == "ru" else f"{local:%Y-%m-%d %H:%M}"
