"""The hash chain: whatever is changed, left out, doubled or forged is found, and a purge breaks nothing."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from checkin.domain.events import (
    GENESIS,
    INWARD,
    AttendanceEvent,
    Break,
    Fault,
    JournalLine,
    Kind,
    Private,
    chain_hash,
    chained,
    content,
    effect,
    first_break,
    follows,
    line_fault,
    new_id,
    private,
)
from tests.field import NOW, event

OTHERS: dict[str, Any] = {
    "id": "another",
    "plant": "stal",
    "gate": "2",
    "at": NOW + timedelta(microseconds=1),
    "kind": Kind.EXIT,
    "device": "other",
    "seq": 7,
    "reason": "admitted",
    "tour": None,
    "subject": "v2",
    "ticket": "k2",
    "group": "school",
    "party": 2,
    "operator": "Гусева",
    "source": "camera",
    "code": "XYZ",
    "voids": "another",
    "confirmed": ("needs_document",),
    "mono_ns": 1,
    "private_digest": "00",
}
"""For every field of an event another value than ``event()`` has."""


def sign(digest: bytes) -> str:
    return digest[::-1].hex()


def verify(digest: bytes, signature: str) -> bool:
    return signature == sign(digest)


def journal(count: int, **given: Any) -> list[JournalLine]:
    """An intact chain of device ``d``."""
    lines: list[JournalLine] = []
    for number in range(1, count + 1):
        one = event(device="d", seq=number, private=private(name=f"Гость {number}"), **given)
        lines.append(chained(one, lines[-1].hash if lines else GENESIS, sign))
    return lines


def test_an_intact_chain_has_no_break() -> None:
    assert first_break(journal(20), verify) is None
    assert first_break([]) is None


def test_every_field_but_the_private_part_has_another_value_here() -> None:
    assert {field.name for field in fields(AttendanceEvent)} - {"private"} == set(OTHERS)


@pytest.mark.parametrize("field", OTHERS)
def test_a_change_of_any_single_field_is_found(field: str) -> None:
    lines = journal(3)
    changed = replace(lines[1].event, **{field: OTHERS[field]})
    assert content(changed) != content(lines[1].event)

    lines[1] = replace(lines[1], event=changed)

    found = first_break(lines, verify)
    assert found is not None
    assert found.fault is Fault.CHANGED


@pytest.mark.parametrize("part", ["name", "note", "salt"])
def test_a_changed_private_part_is_found(part: str) -> None:
    lines = journal(3)
    kept = lines[1].event.private
    assert kept is not None
    other = replace(kept, **{part: "00" * 16 if part == "salt" else "Другой"})

    lines[1] = replace(lines[1], event=replace(lines[1].event, private=other))

    assert first_break(lines) == Break(2, Fault.PRIVATE)


def test_a_purged_private_part_breaks_nothing() -> None:
    lines = [replace(line, event=replace(line.event, private=None)) for line in journal(5)]
    assert first_break(lines, verify) is None


def test_two_people_of_one_name_have_different_digests() -> None:
    one, other = private("Ким"), private("Ким")
    assert one is not None
    assert other is not None
    assert one.digest() != other.digest()
    assert private() is None


def test_a_name_and_a_note_cannot_be_shifted_into_each_other() -> None:
    salt = "11" * 16
    assert Private(salt=salt, name="ab", note="c").digest() != Private(salt=salt, name="a", note="bc").digest()


def test_a_missing_line_is_a_gap() -> None:
    lines = journal(5)
    assert first_break(lines[:2] + lines[3:]) == Break(4, Fault.GAP)
    assert first_break(lines[1:]) == Break(2, Fault.GAP)


def test_missing_lines_at_the_end_cannot_be_seen_in_the_chain_itself() -> None:
    assert first_break(journal(5)[:3]) is None


def test_two_lines_with_one_number_are_a_fork() -> None:
    lines = journal(3)
    other = chained(event(device="d", seq=3), lines[1].hash, sign)
    assert first_break([*lines, other]) == Break(3, Fault.FORK)


def test_a_line_that_follows_another_past_is_a_fork() -> None:
    lines = journal(3)
    strange = chained(event(device="d", seq=3), "1" * 64, sign)
    assert first_break([*lines[:2], strange]) == Break(3, Fault.FORK)
    assert first_break([chained(event(device="d", seq=1), "1" * 64, sign)]) == Break(1, Fault.FORK)


def test_a_rehashed_change_breaks_at_the_line_behind_it_or_by_its_signature() -> None:
    lines = journal(3)
    forged = chained(replace(lines[1].event, party=30), lines[0].hash, lambda digest: "")
    assert first_break([lines[0], forged, lines[2]]) == Break(3, Fault.FORK)
    assert first_break([lines[0], forged, lines[2]], verify) == Break(2, Fault.SIGNATURE)


def test_a_line_by_itself_and_its_place() -> None:
    first, second, third = journal(3)
    assert line_fault(first, verify) is None
    assert follows(0, GENESIS, first) is None
    assert follows(1, first.hash, second) is None
    assert follows(1, first.hash, third) is Fault.GAP
    assert follows(2, second.hash, second) is Fault.FORK


def test_the_zone_of_a_time_is_no_part_of_it() -> None:
    there = event(id="x", at=NOW.astimezone(timezone(timedelta(hours=10))))
    assert content(there) == content(event(id="x"))
    assert chain_hash(GENESIS, there) == chain_hash(GENESIS, event(id="x"))


def test_what_the_chain_protects_is_the_same_text_in_every_version() -> None:
    """A change here makes every journal that is out there look broken."""
    fixed = AttendanceEvent(
        id="i", plant="p", gate="g", at=datetime(2026, 8, 5, tzinfo=UTC), kind=Kind.ENTRY, device="d", seq=1, code="Ё"
    )
    assert content(fixed).decode() == (
        '{"at":"2026-08-05T00:00:00.000000+00:00","code":"Ё","confirmed":[],"device":"d","gate":"g","group":null,'
        '"id":"i","kind":"entry","mono_ns":0,"operator":"","party":1,"plant":"p","private_digest":"","reason":"",'
        '"seq":1,"source":"","subject":null,"ticket":null,"tour":null,"voids":null}'
    )
    assert chain_hash(GENESIS, fixed) == "620668ba5596798c15b88f38db95dae4c0f3f7ee50acb85248f1906df2f47856"


def test_ids_are_uuid7_and_sort_by_time() -> None:
    ids = [new_id(NOW + timedelta(milliseconds=step)) for step in range(100)]
    assert ids == sorted(ids)
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one) for one in ids)
    assert len({new_id(NOW) for _ in range(10_000)}) == 10_000


def test_what_each_kind_does_to_a_count() -> None:
    assert {kind for kind in Kind if effect(kind) == 1} == INWARD
    assert {kind for kind in Kind if effect(kind) == -1} == {Kind.EXIT}
