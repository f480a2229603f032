"""Packets as a gate's window asks for them: what lies on a stick, what is in it, taken, and the journal handed over.

The engine is ``checkin.packets``; here it gets a right, a thread of its own, its writing on the store's thread, and a
line in the journal for what was done.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from checkin.clock import Clock, file_stamp
from checkin.domain.people import Act, Right
from checkin.errors import CheckinError, PacketUntrusted
from checkin.facade.people import PeopleAtGate
from checkin.i18n import gettext as _
from checkin.i18n import ngettext
from checkin.packets.sticks import ENDING, Offered, packets_on, sticks
from checkin.settings import Settings
from checkin.store import Store

if TYPE_CHECKING:
    from checkin.packets.gate import Arrived, Took  # loads what a gate with a network can do without

T = TypeVar("T")
_JOURNAL = "journal-"
"""How our own packets' names begin: they are not for a gate."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Somebody whose packets are believed here.  ``qr`` is a PNG."""

    recipient: str
    name: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketsNow:
    """What is to be said before anything was chosen.  ``waiting`` events have no answer of the organiser's yet."""

    recipient: str
    words: str
    qr: bytes
    makers: tuple[Maker, ...]
    waiting: int
    rejected: int
    handed: tuple[int, datetime] | None
    sticks: tuple[Path, ...]
    offered: tuple[Offered, ...]


class PacketsAtGate:
    """``came`` is called after a packet was taken, with the plant that it is for; on no particular thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        people: PeopleAtGate,
        slow: Executor,
        unit: Callable[[Callable[[], int]], int],
        settings: Callable[[], Settings],
        came: Callable[[str], None],
    ) -> None:
        self._store, self._clock, self._people, self._slow, self._unit = store, clock, people, slow, unit
        self._settings, self._came = settings, came

    def now(self) -> Future[PacketsNow]:
        """This gate's key, whom it believes, what waits, and what lies on sticks."""
        return self._allowed(self._now)

    def look(self, path: Path) -> Future[Arrived]:
        """What a packet would bring; changes nothing."""

        def job() -> Arrived:
            from checkin.packets import gate

            return gate.look(self._store, path, self._clock, self._settings().plant)

        return self._allowed(job)

    def take(self, arrived: Arrived, progress: Progress) -> Future[Took]:
        """Takes what a person has looked at."""

        def job() -> Took:
            from checkin.packets import gate

            preview = arrived.preview
            total = sum(1 for _part in arrived.packet.parts()) + 2
            done = 0

            def unit(work: Callable[[], int]) -> int:
                nonlocal done
                moved = self._unit(work)
                done = min(done + 1, total)
                progress(done, total)
                return moved

            took = gate.take(self._store, arrived, self._clock, unit)
            self._came(preview.plant)
            self._keep(
                _("took a packet of {maker} ({words}), made {made_at}").format(
                    maker=preview.maker or "—", words=preview.words, made_at=preview.made_at
                )
            )
            return took

        return self._allowed(job)

    def believe(self, recipient: str, name: str) -> Future[None]:
        """From now on this gate takes packets of that maker: somebody has compared the words."""

        def job() -> None:
            from checkin.packets.identity import words
            from checkin.packets.known import Known

            def write() -> int:
                with self._store.write() as tx:
                    Known(tx).believe(recipient, name)
                return 0

            self._unit(write)
            self._keep(_("believes the maker {words}").format(words=words(recipient)))

        return self._allowed(job)

    def doubt(self, recipient: str) -> Future[None]:
        """This gate takes nothing of that maker any more."""

        def job() -> None:
            from checkin.packets.identity import words
            from checkin.packets.known import Known

            def write() -> int:
                with self._store.write() as tx:
                    return int(Known(tx).doubt(recipient))

            self._unit(write)
            self._keep(_("believes no more the maker {words}").format(words=words(recipient)))

        return self._allowed(job)

    def hand_over(self, path: Path, *, everything: bool = False) -> Future[dict[str, object]]:
        """Writes the journal packet: into this file, or under a name of its own into this folder."""

        def job() -> dict[str, object]:
            from checkin.packets import gate

            settings = self._settings()
            target = path / self.journal_name() if path.is_dir() else path
            # before it is made, so that the packet has this line too
            self._keep(_("journal packet {file}").format(file=target.name))
            try:
                return gate.make_journal(
                    self._store,
                    target,
                    self._clock,
                    gate=settings.gate,
                    plant=settings.plant,
                    everything=everything,
                )
            except CheckinError:
                self._keep(_("journal packet {file} was not written").format(file=target.name))
                raise

        return self._allowed(job)

    def save_key(self, path: Path) -> Future[str]:
        """This gate's key as a picture (PNG) or a text; returns the file's name."""

        def job() -> str:
            from checkin.packets.identity import write_key

            return write_key(self._store, path)

        return self._allowed(job)

    def journal_name(self) -> str:
        """A name that tells the gates' packets apart on one stick."""
        plain = re.sub(r"[^\w-]+", "-", self._settings().gate).strip("-")[:40] or "1"
        return f"{_JOURNAL}{plain}-{file_stamp(self._clock.now())}{ENDING}"

    # --- inside -----------------------------------------------------------------------------------

    def _now(self) -> PacketsNow:
        from checkin.issuing.qr import png
        from checkin.packets.identity import identity_of, words
        from checkin.packets.known import Known

        recipient = identity_of(self._store).recipient
        with self._store.read() as tx:
            known = Known(tx)
            makers, handed = known.makers(), known.handed_over()
            waiting, rejected = tx.outbox.waiting(), tx.outbox.rejected_count()
        roots = sticks()
        return PacketsNow(
            recipient=recipient,
            words=words(recipient),
            qr=png(recipient.upper(), 6),
            makers=tuple(Maker(recipient=key, name=name, words=words(key)) for key, name in makers.items()),
            waiting=waiting,
            rejected=rejected,
            handed=handed,
            sticks=tuple(roots),
            offered=tuple(one for one in packets_on(roots) if not one.path.name.startswith(_JOURNAL)),
        )

    def _keep(self, details: str) -> None:
        self._people.keep_always(Act.PACKET, details)

    def _allowed(self, job: Callable[[], T]) -> Future[T]:
        def allowed() -> T:
            self._people.guard.require(Right.PACKETS)
            return job()

        return self._slow.submit(allowed)


def refused(error: PacketUntrusted) -> str:
    """Why a packet was not taken, as a window says it."""
    from checkin.packets.gate import MakerUnknown

    if isinstance(error, MakerUnknown):
        return _("Somebody made this packet whom this gate does not know. Nothing was taken.")
    return str(error)


def events_word(count: int) -> str:
    """So many events."""
    return ngettext("{count} event", "{count} events", count).format(count=count)
