"""Who works at a gate and what each may do.

Raising the alarm and the roll-call are in no table: anybody may, without a log-in.  Ending it is.

A gate of which nobody was told is open to whoever stands at it; as soon as it knows one person, only those who said who
they are may do anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is at a plant's gate."""

    SCANNER = "scanner"  # sees the card of the ticket just read and nothing else
    GUIDE = "guide"
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """One thing that not everybody may do."""

    SCAN = "scan"  # let in and out who has a ticket
    GROUPS = "groups"  # open a group, admit it, brief it, let it out
    ALL_CLEAR = "all_clear"  # end an alarm
    GUIDES = "guides"  # make and take back the codes of guides' phones
    SEARCH = "search"  # find people by name
    OVERRIDE = "override"  # let in against the rules: walk-ins, substitutions, visitors of another tour
    EXPORT = "export"  # lists and documents with names leave the program
    PACKETS = "packets"
    LISTS = "lists"  # bring lists in, change the season
    SETTINGS = "settings"
    PEOPLE = "people"  # add people, change their roles and PINs


_AT_THE_GATE = frozenset({Right.SCAN, Right.GROUPS})
_OPERATING = _AT_THE_GATE | {Right.ALL_CLEAR, Right.GUIDES, Right.SEARCH}

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.SCANNER: frozenset({Right.SCAN}),
    Role.GUIDE: _AT_THE_GATE,
    Role.OPERATOR: _OPERATING,
    Role.SUPERVISOR: _OPERATING | {Right.OVERRIDE, Right.EXPORT, Right.PACKETS},
    Role.ADMINISTRATOR: frozenset(Right),
}
"""docs/people.md shows this table; a test holds the two together."""


class Act(StrEnum):
    """What somebody did that the journal keeps although it moves nobody (``Kind.ACT``; an event's ``reason``)."""

    LOG_IN = "log_in"
    LOG_OUT = "log_out"
    LOG_IN_FAILED = "log_in_failed"
    SEARCH = "search"
    EXPORT = "export"
    PACKET = "packet"
    LIST = "list"
    SETTING = "setting"
    PEOPLE = "people"
    RESOLVE = "resolve"  # dealt with a double admission; its `confirmed` names the entries on top
    KEY = "key"
    PURGE = "purge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works at a plant's gates.

    ``pin`` is an argon2id hash in its standard text form, ``badge`` the SHA-256 of a badge's text in hex; either may be
    empty, and who has neither cannot log in.
    """

    id: str
    plant: str
    name: str
    role: Role
    pin: str = ""
    badge: str = ""
    retired: bool = False

    def may(self, right: Right) -> bool:
        """Whether the person's role has a right."""
        return not self.retired and right in RIGHTS[self.role]
