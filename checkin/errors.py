"""The tree of expected errors.  The branch decides what happens; the message is for a person and is already translated.

Whatever is not a ``CheckinError`` is a bug: it is logged, shown as such, and ends the program with a non-zero code.
A message never holds a host name, a stack trace or a visitor's name.
"""

from __future__ import annotations


class CheckinError(Exception):
    """Something that is expected to happen.  ``str(error)`` tells a novice what to do next."""


class Retry(CheckinError):
    """Passes by itself: back off and try again."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Offline(Retry):
    """The other side cannot be reached."""


class ServerBusy(Retry):
    """The other side answered that it cannot serve now (429, 5xx, or something that is not its language)."""


class ServerFailed(ServerBusy):
    """The other side broke down over what it was given (5xx) and asked for no pause: something else may go through."""


class StoreBusy(Retry):
    """Another process holds the profile's store."""


class NeedsHuman(CheckinError):
    """Goes on only when a person does something: shown as a banner with that instruction."""


class DeviceRevoked(NeedsHuman):
    """The hub does not accept this gate's token any more."""


class PacketUntrusted(NeedsHuman):
    """A packet that is not for us, not from whom it says, damaged, or older than what we have."""


class ClockWrong(NeedsHuman):
    """This PC's clock cannot be right."""


class SchemaTooNew(NeedsHuman):
    """The store was written by a newer program."""


class SettingsWrong(NeedsHuman):
    """A setting, a file or a choice is missing or cannot be used as it is."""


class Misunderstood(SettingsWrong):
    """The other side, in its own words, cannot read what it was given: something else may go through."""


class ListUnreadable(NeedsHuman):
    """A list cannot be read as a table at all."""


class Broken(CheckinError):
    """Stop that subsystem; the other ways in keep working."""


class StoreCorrupt(Broken):
    """The store's file is damaged, or its key does not open it."""


class DiskFull(Broken):
    """Nothing more can be written."""


class CameraLost(Broken):
    """The camera is not there, or stopped giving pictures."""
