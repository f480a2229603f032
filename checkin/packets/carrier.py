"""A packet as what a gate syncs with: the engine asks for pages and cannot tell it from a hub.

Pages are read from the packet as they are asked for.  A cursor of the packet's own goes on where a take that died
stopped; a hub's cursor that is further than the packet takes nothing; any other begins at the beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from checkin.domain.events import JournalLine
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.packets.contents import Answers
from checkin.packets.sealing import Packet
from checkin.sync.backend import ClockOffset
from checkin.wire import PAGE, BatchAnswer, EnrolAnswer, EnrolRequest, PeerPage, RosterPage

_CURSOR = re.compile(r"([0-9a-f]{8})\.([0-9]{1,18})")


class PacketBackend:
    """One packet."""

    def __init__(self, packet: Packet) -> None:
        self._packet = packet
        self._roster: Iterator[RosterPage] | None = None
        self._peers: Iterator[PeerPage] | None = None

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        """A packet lets nobody in."""
        raise SettingsWrong(_("A packet cannot enrol a gate: that takes the hub itself"))

    def fetch(self, cursor: str, limit: int = PAGE) -> RosterPage:
        """The first page that goes beyond a cursor."""
        self._roster = self._roster or (part.roster for part in self._packet.parts() if part.roster is not None)
        for page in self._roster:
            if _beyond(page.cursor, cursor):
                return page
        return RosterPage(changes=[], cursor=cursor, more=False, total=0)

    def push(self, lines: Sequence[JournalLine], sent_at: datetime) -> BatchAnswer:
        """The answers that the packet has for these lines; what it has none for goes on waiting."""
        sent = {line.event.id for line in lines}
        found = [one for answers in self.answers() for one in answers.answers if one.id in sent]
        return BatchAnswer(answers=found, server_time=self._packet.header.made_at)

    def answers(self) -> Iterator[Answers]:
        """Every answer of the packet, whoever's."""
        return (part.answers for part in self._packet.parts() if part.answers is not None)

    def interrupt(self) -> None:
        """A packet never lets anybody wait."""

    def peers(self, cursor: str, wait_s: float = 0, roster: str = "") -> PeerPage:
        """The first page of other gates' lines that goes beyond a cursor."""
        self._peers = self._peers or (part.peers for part in self._packet.parts() if part.peers is not None)
        for page in self._peers:
            if _beyond(page.cursor, cursor):
                return page
        return PeerPage(lines=[], cursor=cursor, more=False, server_time=self._packet.header.made_at)

    def clock_offset(self) -> ClockOffset:
        """Nothing travels fast enough on a stick to measure a clock with."""
        raise SettingsWrong(_("A packet has no clock"))

    def glimpse(self) -> ClockOffset | None:
        """Nothing travels fast enough on a stick to measure a clock with."""
        return None


def _beyond(page: str, cursor: str) -> bool:
    """Whether a page ends beyond a cursor, as far as the two can be compared."""
    ours, given = _CURSOR.fullmatch(page), _CURSOR.fullmatch(cursor)
    if ours is None or given is None or ours[1] != given[1]:
        return True
    return int(ours[2]) > int(given[2])
