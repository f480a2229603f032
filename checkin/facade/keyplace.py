"""Where the key to a gate's data is, and a person's wish to have another one, or to have it elsewhere.

A store gets another key while nobody has it open: the wish is kept, the window closes, ``checkin.store.rekey`` does it,
and the window opens again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checkin.domain.people import Act, Right
from checkin.errors import SettingsWrong
from checkin.facade.people import PeopleAtGate
from checkin.i18n import gettext as _
from checkin.settings import Profile
from checkin.store import Store
from checkin.store.keys import keyring_there
from checkin.store.passphrase import long_enough
from checkin.store.rekey import rekey
from checkin.sync.enrol import token_place

PLACES = ("keyring", "passphrase", "file")


@dataclass(frozen=True, slots=True)
class KeyWish:
    """A fresh key in ``place``.  ``who`` is the person's id, ``words`` the passphrase, for that place."""

    place: str
    words: str = ""
    who: str = ""

    def __repr__(self) -> str:
        return f"KeyWish({self.place!r})"  # no passphrase in any log


class KeyAtGate:
    """``place`` is one of ``PLACES``."""

    def __init__(self, store: Store, place: str, people: PeopleAtGate) -> None:
        self._store, self.place = store, place
        self.wished: KeyWish | None = None
        self._people = people

    def has_keyring(self) -> bool:
        """Whether this PC's system can keep a key."""
        return keyring_there()

    def token_says(self) -> str:
        """Where the gate's way into its hub is; empty where it has none."""
        return {
            "keyring": _("The hub's pass for this gate is in the system's keyring."),
            "store": _("This system has no keyring: the hub's pass for this gate is inside the encrypted data."),
        }.get(token_place(self._store), "")

    def wish(self, place: str, words: str = "", again: str = "") -> None:
        """A fresh key, there, once the window is closed.  Raises ``NotAllowed`` or ``SettingsWrong``."""
        self._people.guard.require(Right.SETTINGS)
        if place == "passphrase":
            long_enough(words)
            if words != again:
                raise SettingsWrong(_("The two passphrases are not the same. Nothing was changed"))
        elif place == "keyring" and not keyring_there():
            raise SettingsWrong(_("This system has no keyring that keeps a key. Choose a file or a passphrase"))
        person = self._people.guard.person
        self.wished = KeyWish(place, words if place == "passphrase" else "", person.id if person is not None else "")

    def noted(self, wish: KeyWish) -> None:
        """Writes down that a wish was fulfilled, on the gate that was opened after it."""
        self._people.keep_always(Act.KEY, key_word(wish.place), wish.who)


def fulfil(profile: Profile, wish: KeyWish, at: Callable[[str], None] | None = None) -> None:
    """Does it; the profile is closed everywhere.  ``at`` is told each step.  Raises ``CheckinError``."""
    settings, _note = profile.load()
    rekey(profile, settings, wish.place, lambda: wish.words, at)


def key_word(place: str) -> str:
    """Where a key is, in a person's words."""
    return {
        "keyring": _("the system's keyring"),
        "file": _("a file beside the data"),
        "passphrase": _("a passphrase"),
    }.get(place, place)


def key_says(place: str) -> str:
    """What follows from it."""
    return {
        "keyring": _(
            "It opens with this PC's user: nobody has to type anything. A stolen disk says nothing without that user's "
            "password. Lost when the user's account is gone."
        ),
        "passphrase": _(
            "It is asked at each start, also after a power cut and before an alarm. A stolen PC says nothing. If it is "
            "forgotten, all data is lost: nobody can bring it back. Keep it in the safe on paper."
        ),
        "file": _(
            "Nobody has to type anything, but whoever copies the profile's folder can read all names. Only for a disk "
            "that is encrypted as a whole."
        ),
    }.get(place, "")
