"""What a journal packet shows about the journal that it comes from, told against what is here of that gate.

A gate numbers its events without gaps, so whatever is missing of its numbers is missing.  Nothing is remembered of it:
a gap that a later packet fills is no longer found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise

from checkin.domain.events import JournalLine, chain_hash
from checkin.i18n import gettext as _
from checkin.packets.contents import MAX_SPANS, Header, Span

_GAPS = 3
"""So many gaps are named one by one."""


@dataclass(frozen=True)
class Evidence:
    """``findings`` are sentences for a person; ``rolled_back``: the gate's profile is not the one that was here before.

    The latter is nothing that a further packet can put right.
    """

    findings: list[str] = field(default_factory=list)
    rolled_back: bool = False


def gaps(numbers: Iterable[int], length: int, elsewhere: Iterable[Span] = ()) -> list[Span]:
    """First and last of each run of numbers from 1 to ``length`` that is neither here nor another plant's."""
    found: list[Span] = []
    expected = 1
    for first, last in sorted([*((number, number) for number in numbers), *elsewhere]):
        if first > length:
            break
        if last < first:  # whoever made the packet wrote that
            continue
        if first > expected:
            found.append((expected, first - 1))
        expected = max(expected, last + 1)
    if expected <= length:
        found.append((expected, length))
    return found


def weigh(
    header: Header, numbers: set[int], *, before: int, same: str, forks: Collection[int], newest: bool
) -> Evidence:
    """``numbers`` are here now; ``before`` was the last of them and ``same`` the hash of the packet's last one earlier.

    ``forks`` are numbers that came with another event than the one that is here.  An older packet that comes once more
    (not ``newest``) says nothing about how long the journal is today.
    """
    found: list[str] = []
    if newest and header.length < before:
        found.append(
            _(
                "The gate has {length} events, but {before} came from it before: an old copy of its profile was "
                "restored. Call security"
            ).format(length=header.length, before=before)
        )
    if same and header.head and same != header.head:
        forks = [*forks, header.length]
    if forks:
        found.append(
            _(
                "Event {seq} of the gate is not what came before: its profile was copied or changed. Call security"
            ).format(seq=min(forks))
        )
    rolled_back = bool(found)
    here = max(numbers, default=0)
    missing = gaps(numbers, header.length, header.elsewhere)
    within = [one for one in missing if one[0] <= here]
    found += [_missing(header.maker, *one) for one in within[:_GAPS]]
    if len(within) > _GAPS:
        found.append(_("Gaps of that gate besides these: {count}").format(count=len(within) - _GAPS))
    if len(within) < len(missing):
        found.append(
            _("Events up to {length} exist at the gate, but only {last} are here: ask for its whole journal").format(
                length=header.length, last=here
            )
        )
    return Evidence(found, rolled_back)


def _missing(gate: str, first: int, last: int) -> str:
    if first == last:
        return _(
            "Event {first} of gate “{gate}” is missing: ask for its whole journal. If it is not there, call security"
        ).format(first=first, gate=gate)
    return _(
        "Events {first} to {last} of gate “{gate}” are missing: ask for its whole journal. If they are not there, "
        "call security"
    ).format(first=first, last=last, gate=gate)


def elsewhere(lines: Iterable[JournalLine], plant: str) -> list[Span]:
    """The numbers of a gate's own events that belong to another plant or to none, as they do before its first roster.

    Only what stands unbroken in the chain counts: an event whose plant was changed by hand is missing.
    """
    found: list[Span] = []
    for number in _others(lines, plant):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found[:MAX_SPANS]


def _others(lines: Iterable[JournalLine], plant: str) -> Iterator[int]:
    try:
        for line, after in pairwise(chain(lines, (None,))):
            if line is not None and line.event.plant != plant and _stands(line, after):
                yield line.seq
    except (ValueError, TypeError):  # a row that holds no event any more: nothing is claimed of what lies behind it
        return


def _stands(line: JournalLine, after: JournalLine | None) -> bool:
    linked = after is None or after.seq != line.seq + 1 or after.prev == line.hash
    return linked and chain_hash(line.prev, line.event) == line.hash
