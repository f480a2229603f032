"""Who is inside: a fold over attendance events.

The order in which events arrive does not matter.  Nobody is ever inside twice or less
than not at all, nobody leaves because of a clock, and a void restores exactly what was before the event it names.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checkin.domain.events import AttendanceEvent, Kind, effect


class State(StrEnum):
    """Where a person of the roster is."""

    EXPECTED = "expected"
    INSIDE = "inside"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One subject's visit as the events tell it.  ``inside`` and ``left`` are heads: 0 or 1 for a named visitor.

    ``entry`` is the event that let the subject in last, ``doubles`` ids of entries while everybody was already inside:
    two gates that could not see each other have admitted one ticket.
    """

    inside: int = 0
    left: int = 0
    entry: AttendanceEvent | None = None
    first_in: datetime | None = None
    last_out: datetime | None = None
    doubles: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        if self.inside:
            return State.INSIDE
        return State.LEFT if self.left else State.EXPECTED


NOT_YET = Stay()


def in_order(events: Iterable[AttendanceEvent]) -> list[AttendanceEvent]:
    """Each device's events in the order of its own numbers, devices merged by time.

    A device's numbers are believed before its clock, so that a clock set back does not turn an exit before its entry.
    """
    chains: dict[str, list[AttendanceEvent]] = {}
    for event in {event.id: event for event in events}.values():
        chains.setdefault(event.device, []).append(event)
    heads: list[tuple[datetime, str, str, int]] = []
    for device, chain in chains.items():
        chain.sort(key=lambda event: (event.seq, event.at, event.id))
        heads.append((chain[0].at, chain[0].id, device, 0))
    heapq.heapify(heads)
    merged: list[AttendanceEvent] = []
    while heads:
        _, _, device, number = heapq.heappop(heads)
        chain = chains[device]
        merged.append(chain[number])
        if number + 1 < len(chain):
            following = chain[number + 1]
            heapq.heappush(heads, (following.at, following.id, device, number + 1))
    return merged


def effective(events: Iterable[AttendanceEvent]) -> list[AttendanceEvent]:
    """Events that still stand, in order: without voids, and without what a standing void names.

    A void can itself be voided.  Voids that name each other in a circle (no gate writes such) have no effect.
    """
    ordered = in_order(events)
    targets = {event.id: event.voids for event in ordered if event.kind is Kind.VOID and event.voids}
    open_against = Counter(targets.values())
    fallen: set[str] = set()
    settled = [void for void in targets if not open_against[void]]
    while settled:  # from the latest voids back; those in a circle are never reached
        void = settled.pop()
        target = targets[void]
        if void not in fallen:
            fallen.add(target)
        open_against[target] -= 1
        if target in targets and not open_against[target]:
            settled.append(target)
    return [event for event in ordered if event.kind is not Kind.VOID and event.id not in fallen]


def stay(events: Iterable[AttendanceEvent], party: int = 1, since: Stay = NOT_YET) -> Stay:
    """The stay of one subject of ``party`` heads.  ``events`` are that subject's, from every gate, in any order.

    ``since`` is the stay as it was folded before, when all of these events come after all of that.
    """
    inside, left = since.inside, since.left
    entry = since.entry
    first_in, last_out = since.first_in, since.last_out
    doubles = list(since.doubles)
    # Only what moves somebody is put in order: a refusal must not change how two gates' events are merged.
    for event in effective(event for event in events if event.kind is Kind.VOID or effect(event.kind)):
        heads = max(1, event.party)
        match effect(event.kind):
            case 1:
                room = party - inside
                if room < heads:
                    doubles.append(event.id)
                came = min(heads, room)
                left = max(0, left - max(0, came - (party - inside - left)))
                inside += came
                if came:
                    entry = event
                first_in = first_in or event.at
            case -1:
                went = min(heads, inside)
                inside -= went
                left += went
                if went:
                    last_out = event.at
            case _:
                pass
    return Stay(inside=inside, left=left, entry=entry, first_in=first_in, last_out=last_out, doubles=tuple(doubles))


def tour_of(events: Iterable[AttendanceEvent], now: Stay) -> str | None:
    """The tour on which a subject counts: its entry's, or that of the latest of its events that names one."""
    if now.entry is not None and now.entry.tour:
        return now.entry.tour
    named = [event for event in events if event.tour]
    return max(named, key=lambda event: (event.at, event.id)).tour if named else None


def clash(events: Iterable[AttendanceEvent], party: int = 1) -> list[AttendanceEvent]:
    """The entries of a subject that was admitted twice: each that counted, then those on top of it.  Else nothing."""
    ordered = effective(event for event in events if event.kind is Kind.VOID or effect(event.kind))
    doubles = set(stay(ordered, party).doubles)
    entries: dict[str, AttendanceEvent] = {}
    for place, event in enumerate(ordered):
        if event.id in doubles:
            first = stay(ordered[:place], party).entry
            if first is not None:
                entries[first.id] = first
            entries[event.id] = event
    return list(entries.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Heads of a tour, or of a plant.  ``expected`` is everybody on the list, whether they came or not."""

    expected: int = 0
    inside: int = 0
    left: int = 0
    walk_ins: int = 0
    refused: int = 0

    @property
    def missing(self) -> int:
        """Expected, and neither inside nor gone again."""
        return max(0, self.expected + self.walk_ins - self.inside - self.left)

    def __add__(self, other: Count) -> Count:
        return Count(
            expected=self.expected + other.expected,
            inside=self.inside + other.inside,
            left=self.left + other.left,
            walk_ins=self.walk_ins + other.walk_ins,
            refused=self.refused + other.refused,
        )
