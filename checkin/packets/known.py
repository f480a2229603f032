"""What a profile remembers of packets: whom it believes, what it took, what it answered.

Kept among the store's facts: what must outlive a damaged store is in the journal's copy too, the rest begins with
``sync.``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checkin.store.engine import Transaction

_MAKERS = "packet.makers"
_REFUSED = "packet.refused"
_GATES = "packet.gates"
_SERIAL = "packet.serial"
_TAKEN = "packet.taken."
_SENT = "sync.packet.sent."
_SEEN = "packet.seen."
_ANSWERS = "sync.packet.answers."
_PLANT = "packet.plant"
_HANDED = "packet.handed"
_NAME = "packet.issuer"
_TO = "packet.to."


@dataclass(frozen=True, slots=True)
class Taken:
    """The last packet that was taken whole.  Serials are compared with the same maker's only: clocks differ."""

    serial: int
    digest: str
    made_at: str


@dataclass(frozen=True, slots=True)
class GateKnown:
    """A gate that packets are made to.  ``device`` is empty until its first journal came."""

    recipient: str
    device: str = ""
    public_key: str = ""
    name: str = ""


class Known:
    """Reads and writes these facts inside a transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._meta = tx.meta

    def _get(self, key: str, empty: Any) -> Any:
        text = self._meta.get(key)
        return json.loads(text) if text else empty

    def _put(self, key: str, value: Any) -> None:
        self._meta.put(key, json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    # --- at a gate ------------------------------------------------------------------------------

    def makers(self) -> dict[str, str]:
        """Whose roster packets are believed: recipient and name."""
        return {str(key): str(value) for key, value in self._get(_MAKERS, {}).items()}

    def believe(self, recipient: str, name: str) -> None:
        """From now on packets of this maker are believed."""
        makers, refused = self.makers(), self.refused()
        if recipient not in makers:
            self._begin(recipient)
        self._put(_MAKERS, {**makers, recipient: name})
        if recipient in refused:
            self._put(_REFUSED, sorted(refused - {recipient}))

    def _begin(self, recipient: str) -> None:
        """A maker's serials begin where theirs ended: the one number of older versions was some other maker's."""
        for kind in ("roster", "ack"):
            if self._meta.get(_TAKEN + kind) and not self._meta.get(f"{_TAKEN}{kind}.{recipient}"):
                self._put(f"{_TAKEN}{kind}.{recipient}", [0, "", ""])

    def first(self) -> bool:
        """Whether no maker was ever believed here: only then may anybody be the first."""
        return not self._meta.get(_MAKERS)

    def refused(self) -> set[str]:
        """Makers that were believed, and are not until somebody says so again."""
        return {str(one) for one in self._get(_REFUSED, [])}

    def doubt(self, recipient: str) -> bool:
        """No more; False when it never was."""
        makers = self.makers()
        if makers.pop(recipient, None) is None:
            return False
        self._put(_MAKERS, makers)
        self._put(_REFUSED, sorted(self.refused() | {recipient}))
        return True

    def plant(self) -> str:
        """The plant whose packets this gate takes."""
        return self._meta.get(_PLANT)

    def settle_plant(self, plant: str) -> None:
        self._meta.put(_PLANT, plant)

    def taken(self, kind: str, maker: str) -> Taken | None:
        """The last packet of a kind from a maker; older versions kept one number for all who were believed then."""
        found = self._get(f"{_TAKEN}{kind}.{maker}", None) or self._get(_TAKEN + kind, None)
        return None if found is None else Taken(int(found[0]), str(found[1]), str(found[2]))

    def take(self, kind: str, maker: str, serial: int, digest: str, made_at: datetime) -> None:
        self._put(f"{_TAKEN}{kind}.{maker}", [serial, digest, made_at.isoformat()])

    def hand_over(self, serial: int, events: int, at: datetime) -> None:
        """A journal packet was made."""
        self._put(_HANDED, [serial, events, at.isoformat()])

    def handed_over(self) -> tuple[int, datetime] | None:
        """How many events the last journal packet had, and when it was made."""
        found = self._get(_HANDED, None)
        return None if found is None else (int(found[1]), datetime.fromisoformat(found[2]))

    # --- at any maker ---------------------------------------------------------------------------

    def next_serial(self, now: datetime) -> int:
        """The clock's milliseconds, and always more than before: a restored PC goes on, a slow clock too."""
        serial = max(int(self._meta.get(_SERIAL, "0")) + 1, int(now.timestamp() * 1000), 1)
        self._meta.put(_SERIAL, str(serial))
        return serial

    # --- at an organiser ------------------------------------------------------------------------

    def issuer(self) -> str:
        """How the organiser called themselves in the last packet."""
        return self._meta.get(_NAME)

    def keep_issuer(self, name: str) -> None:
        self._meta.put(_NAME, name)

    def gates(self) -> list[GateKnown]:
        """Every gate that a packet was made to."""
        return [GateKnown(recipient, *map(str, rest)) for recipient, rest in self._get(_GATES, {}).items()]

    def keep_gate(self, gate: GateKnown) -> None:
        gates = self._get(_GATES, {})
        gates[gate.recipient] = [gate.device, gate.public_key, gate.name]
        self._put(_GATES, gates)

    def to(self, plant: str) -> list[str]:
        """For which gates the last packet of a plant was."""
        return [str(one) for one in self._get(_TO + plant, [])]

    def keep_to(self, plant: str, recipients: list[str]) -> None:
        self._put(_TO + plant, recipients)

    def drop_gate(self, recipient: str) -> bool:
        """Packets are made to it no more, and its journals are not taken; False when it never was one."""
        gates = self._get(_GATES, {})
        found = gates.pop(recipient, None) is not None
        self._put(_GATES, gates)
        return found

    def sent(self, plant: str) -> set[tuple[str, str]]:
        """Kind and id of every record that packets for a plant ever had."""
        return {(str(kind), str(identity)) for kind, identity in self._get(_SENT + plant, [])}

    def keep_sent(self, plant: str, records: set[tuple[str, str]]) -> None:
        self._put(_SENT + plant, sorted(records))

    def seen(self, device: str) -> Taken | None:
        """The last journal packet of a device."""
        found = self._get(_SEEN + device, None)
        return None if found is None else Taken(int(found[0]), str(found[1]), str(found[2]))

    def see(self, device: str, serial: int, digest: str, made_at: datetime) -> None:
        self._put(_SEEN + device, [serial, digest, made_at.isoformat()])

    def plant_of(self, device: str) -> str:
        """The plant whose journal a device brought last."""
        return self._meta.get(f"{_PLANT}.{device}")

    def settle_plant_of(self, device: str, plant: str) -> None:
        self._meta.put(f"{_PLANT}.{device}", plant)

    def answers(self, device: str) -> dict[str, list[str]]:
        """Event id to status and reason, for what a device may still wait for."""
        found: dict[str, list[str]] = self._get(_ANSWERS + device, {})
        return found

    def keep_answers(self, device: str, answers: dict[str, list[str]]) -> None:
        self._put(_ANSWERS + device, answers)
