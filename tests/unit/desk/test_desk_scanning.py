"""What a gate does with a code: judged and written in one go, taken back, let out; whatever the code is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from checkin.desk import Direction, Place, Source
from checkin.domain.admission import Reason, Recognised
from checkin.domain.events import Kind
from checkin.domain.headcount import State
from checkin.domain.ticket import short_code
from checkin.domain.visit import Flag, Gate, Revocation, StopEntry
from checkin.tickets import codec, keys
from tests.field import KEY, NOW, Site, crowd, plant, school, signed, site, ticket, tour, visitor

IN, OUT = Direction.IN, Direction.OUT
MINUTE = timedelta(minutes=1)


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Site]:
    """A gate of ``hleb`` with a dozen visitors of ``t1``, a school of 25 and the programme's signing key."""
    records = [
        plant(),
        plant("stal", "Сталь"),
        tour(),
        *crowd(14),
        *school(),
        KEY,
    ]
    with site(tmp_path, records) as made:
        yield made


def test_an_admitted_ticket_is_in_the_journal_the_outbox_and_the_count(gate: Site) -> None:
    outcome = gate.desk.scan("CODE-3", Source.SCANNER)

    assert (outcome.word, outcome.reason, outcome.visitor_name) == ("admit", Reason.ADMITTED, "Алёна")
    (written,) = gate.events
    assert written == outcome.event
    assert (written.kind, written.subject, written.ticket, written.tour) == (Kind.ENTRY, "v3", "k3", "t1")
    assert (written.plant, written.gate, written.source, written.at) == ("hleb", "1", "scanner", NOW)
    assert written.code == ""
    assert gate.inside() == 1
    assert outcome.count is not None
    assert (outcome.count.inside, outcome.count.expected) == (1, 39)
    with gate.store.read() as tx:
        assert tx.outbox.waiting() == 1


def test_the_same_ticket_twice_is_refused_with_when_and_where(gate: Site) -> None:
    gate.desk.scan("CODE-3", Source.SCANNER)
    gate.clock.advance(5 * MINUTE)
    again = gate.at(Place(plant="hleb", gate="2")).scan("CODE-3", Source.CAMERA)

    assert (again.word, again.reason, again.first_gate) == ("refuse", Reason.ALREADY_USED, "1")
    assert again.verdict.when == NOW  # type: ignore[union-attr]
    gate.take(Gate(id="1", plant="hleb", name="Восточная"))
    assert gate.desk.judge("CODE-3").first_gate == "Восточная"  # an id says nothing to a person
    assert [one.kind for one in gate.events] == [Kind.ENTRY, Kind.REFUSAL]
    assert gate.inside() == 1


def test_out_and_in_again(gate: Site) -> None:
    gate.desk.scan("CODE-3", Source.SCANNER)
    left = gate.desk.scan("CODE-3", Source.SCANNER, OUT)
    assert (left.word, left.reason, gate.inside()) == ("admit", Reason.LEFT, 0)
    assert gate.desk.scan("CODE-3", Source.SCANNER, OUT).reason is Reason.NOT_INSIDE
    back = gate.desk.scan("CODE-3", Source.SCANNER)
    assert (back.word, back.reason, gate.inside()) == ("admit", Reason.ADMITTED_AGAIN, 1)


def test_a_party_goes_in_and_out_as_one(gate: Site) -> None:
    came = gate.desk.scan("SCHOOL", Source.SCANNER)
    assert (came.word, came.visitor_name, came.event.party) == ("admit", "Школа № 12", 25)  # type: ignore[union-attr]
    assert gate.inside() == 25
    assert gate.desk.scan("SCHOOL", Source.SCANNER).reason is Reason.ALREADY_USED
    gate.desk.scan("SCHOOL", Source.SCANNER, OUT)
    assert gate.inside() == 0


def test_judging_writes_nothing(gate: Site) -> None:
    assert gate.desk.judge("CODE-3").word == "admit"
    assert gate.desk.judge("CODE-3", NOW + timedelta(days=1)).reason is Reason.WRONG_DAY
    assert gate.desk.judge("CODE-3", direction=OUT).reason is Reason.NOT_INSIDE
    assert gate.desk.judge("nobody's").event is None
    assert gate.events == []


# --- questions ---------------------------------------------------------------------------------------


def test_a_question_is_written_asked_and_answered(gate: Site) -> None:
    gate.take(visitor("v1", "Ли Мэй", Flag.DOCUMENT), ticket("DOC", "v1"))
    asked = gate.desk.scan("DOC", Source.CAMERA)
    assert (asked.word, asked.reason, gate.inside()) == ("ask", Reason.NEEDS_DOCUMENT, 0)

    yes = gate.desk.scan("DOC", Source.CAMERA, IN, frozenset({asked.reason}))

    assert yes.word == "admit"
    assert [one.kind for one in gate.events] == [Kind.QUESTION, Kind.ENTRY]
    assert gate.events[-1].confirmed == ("needs_document",)


def test_a_no_is_a_refusal_for_the_questions_reason(gate: Site) -> None:
    gate.take(visitor("v1", "Ли Мэй", Flag.DOCUMENT), ticket("DOC", "v1"))
    asked = gate.desk.scan("DOC", Source.CAMERA)
    declined = gate.desk.decline(asked)

    assert (declined.word, declined.reason) == ("refuse", Reason.NEEDS_DOCUMENT)
    assert [(one.kind, one.reason) for one in gate.events] == [
        (Kind.QUESTION, "needs_document"),
        (Kind.REFUSAL, "needs_document"),
    ]
    assert gate.inside() == 0
    assert gate.desk.scan("DOC", Source.CAMERA).word == "ask"


def test_a_group_is_briefed_once_and_that_is_written_once(gate: Site) -> None:
    group, _ = school()
    people = [visitor(f"s{number}", f"Ученик {number}", group="school") for number in range(3)]
    codes = [ticket(f"S-{number}", f"s{number}") for number in range(3)]
    gate.take(plant(briefing=True), group, *people, *codes)

    assert gate.desk.scan("S-0", Source.CAMERA).reason is Reason.NEEDS_BRIEFING
    assert gate.desk.scan("S-0", Source.CAMERA, IN, frozenset({Reason.NEEDS_BRIEFING})).word == "admit"
    assert gate.desk.scan("S-1", Source.CAMERA).word == "admit"
    assert gate.desk.scan("S-2", Source.CAMERA, IN, frozenset({Reason.NEEDS_BRIEFING})).word == "admit"

    briefings = [one for one in gate.events if one.kind is Kind.BRIEFING]
    assert [(one.group, one.tour) for one in briefings] == [("school", "t1")]


def test_a_briefing_that_is_not_the_last_question_is_not_written_yet(gate: Site) -> None:
    gate.take(plant(briefing=True), visitor("v1", "Ли Мэй", Flag.DOCUMENT), ticket("DOC", "v1"))
    gate.desk.scan("DOC", Source.CAMERA, IN, frozenset({Reason.NEEDS_BRIEFING}))
    assert [one.kind for one in gate.events] == [Kind.QUESTION]


def test_minors_wait_for_an_adult_of_their_group(gate: Site) -> None:
    group, _ = school()
    gate.take(
        plant(minors_per_adult=1),
        group,
        visitor("c1", "Ежов Глеб", Flag.MINOR, group="school"),
        visitor("c2", "Ежова Ада", Flag.MINOR, group="school"),
        visitor("a1", "Гусева Анна", Flag.ADULT, group="school"),
        *(ticket(code, who) for code, who in (("C-1", "c1"), ("C-2", "c2"), ("A-1", "a1"))),
    )
    assert gate.desk.scan("C-1", Source.CAMERA).reason is Reason.NEEDS_ADULT
    gate.desk.scan("A-1", Source.CAMERA)
    assert gate.desk.scan("C-1", Source.CAMERA).word == "admit"
    assert gate.desk.scan("C-2", Source.CAMERA).reason is Reason.NEEDS_ADULT


# --- taking back -------------------------------------------------------------------------------------


def test_undo_restores_what_was(gate: Site) -> None:
    came = gate.desk.scan("CODE-3", Source.SCANNER).event
    assert came is not None
    assert gate.desk.undo(came.id)
    assert gate.inside() == 0
    assert gate.desk.scan("CODE-3", Source.SCANNER).reason is Reason.ADMITTED
    with gate.store.read() as tx:
        assert tx.journal.first_break(gate.desk.device.id) is None


def test_an_exit_is_taken_back_too(gate: Site) -> None:
    gate.desk.scan("CODE-3", Source.SCANNER)
    left = gate.desk.scan("CODE-3", Source.SCANNER, OUT).event
    assert left is not None
    assert gate.desk.undo(left.id)
    assert gate.inside() == 1


def test_what_cannot_be_undone(gate: Site) -> None:
    came = gate.desk.scan("CODE-3", Source.SCANNER).event
    refused = gate.desk.scan("CODE-3", Source.SCANNER).event
    assert came is not None
    assert refused is not None
    assert not gate.desk.undo(refused.id)
    assert not gate.desk.undo("unheard of")
    assert gate.desk.undo(came.id)
    assert not gate.desk.undo(came.id)
    void = gate.events[-1]
    assert void.kind is Kind.VOID
    assert not gate.desk.undo(void.id)


def test_undo_ends_half_an_hour_after_the_entry(gate: Site) -> None:
    came = gate.desk.scan("CODE-3", Source.SCANNER).event
    assert came is not None
    gate.clock.advance(30 * MINUTE)
    assert gate.desk.can_undo(came, gate.clock.now())
    gate.clock.advance(timedelta(seconds=1))
    assert not gate.desk.undo(came.id)
    assert gate.inside() == 1


# --- codes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["CODE-3", "code-3", "  CODE-3 ", "СЩВУ-3", "сщву-3"])
def test_one_code_however_it_is_typed(gate: Site, typed: str) -> None:
    assert gate.desk.scan(typed, Source.TYPED).visitor_name == "Алёна"


def test_letters_that_only_look_alike_are_not_the_same_keys(gate: Site) -> None:
    assert gate.desk.scan("\u0421\u041eDE-3", Source.TYPED).word == "refuse"


WIN_LAYOUT = dict(zip("ABCDEFGHJKMNPQRSTVWXYZ", "ФИСВУАПРОЛЬТЗЙКЫЕМЦЧНЯ", strict=True))
"""Keys of a Russian layout by the Latin letters on them."""


def cyrillic(text: str) -> str:
    """What a wedge scanner types under a Russian layout."""
    return "".join(WIN_LAYOUT.get(character, character) for character in text)


@pytest.mark.parametrize(
    "typed",
    [
        str,
        str.lower,
        lambda text: text.replace("-", " "),
        lambda text: text[2:],
        cyrillic,
        lambda text: cyrillic(text).lower(),
        lambda text: cyrillic(text[2:]),
    ],
)
def test_a_short_code_however_it_is_typed(gate: Site, typed: Callable[[str], str]) -> None:
    assert cyrillic("A-7K4M2QXD") == "Ф-7Л4Ь2ЙЧВ"  # FIELD's example
    for number in (0, 1234567890, 34359738367, *range(1000, 1010)):
        gate.take(ticket("LONG-CODE-OF-A-SITE", "v3", short=short_code(number)))
        assert gate.desk.judge(typed(short_code(number))).visitor_name == "Алёна"


def test_a_slip_in_a_short_code_is_told_before_the_roster_is_asked(gate: Site) -> None:
    short = short_code(1234567890)
    slipped = short[:4] + ("2" if short[4] != "2" else "3") + short[5:]
    gate.take(ticket("LONG-CODE-OF-A-SITE", "v3", short=slipped))
    assert gate.desk.scan(slipped, Source.TYPED).reason is Reason.UNKNOWN_CODE


def test_codes_that_differ_in_case_only_are_never_guessed(gate: Site) -> None:
    gate.take(ticket("abcDEF", "v1"), ticket("ABCdef", "v2"))
    assert gate.desk.scan("ABCdef", Source.TYPED).event.subject == "v2"  # type: ignore[union-attr]
    assert gate.desk.scan("abcdef", Source.TYPED).reason is Reason.UNKNOWN_CODE


@pytest.mark.parametrize(
    ("text", "recognised", "kept"),
    [
        ("NOT-ON-ANY-LIST-AT-ALL", Recognised.UNKNOWN, "NOT-ON-ANY-L…"),
        ("SHORT", Recognised.UNKNOWN, "SHORT"),
        ("https://example.org/?card=2200123412341234", Recognised.FOREIGN, "https://exam…"),
        ("<img src=x onerror=alert(1)>", Recognised.FOREIGN, "<img src=x o…"),
        ("Иванов Иван, паспорт 4509 123456", Recognised.FOREIGN, "Иванов Иван,…"),
        ("\0\x01\x02\x1b[2J" * 3, Recognised.FOREIGN, "····[2J····[…"),
        ("x" * 10_240, Recognised.FOREIGN, "xxxxxxxxxxxx…"),
        ("\ud800\udfff", Recognised.FOREIGN, "··"),
        ("\u202eTXET", Recognised.FOREIGN, "·TXET"),
        ("   ", Recognised.FOREIGN, "   "),
        ("", Recognised.FOREIGN, ""),
        ("王小明", Recognised.FOREIGN, "王小明"),
    ],
)
def test_of_what_is_no_ticket_twelve_characters_are_kept(
    gate: Site, text: str, recognised: Recognised, kept: str
) -> None:
    outcome = gate.desk.scan(text, Source.CAMERA)
    reason = Reason.UNKNOWN_CODE if recognised is Recognised.UNKNOWN else Reason.NOT_OUR_CODE

    assert (outcome.word, outcome.reason, outcome.facts.recognised) == ("refuse", reason, recognised)
    (written,) = gate.events
    assert (written.code, written.subject, written.ticket) == (kept, None, None)
    with gate.store.read() as tx:
        assert tx.journal.first_break(gate.desk.device.id) is None


# --- signed tickets ----------------------------------------------------------------------------------


def test_a_signed_ticket_is_judged_without_being_on_the_list(gate: Site) -> None:
    outcome = gate.desk.scan(signed(), Source.CAMERA)

    assert (outcome.word, outcome.reason) == ("admit", Reason.ADMITTED)
    assert outcome.facts.tour is not None
    assert gate.inside() == 1
    assert gate.desk.scan(signed().lower(), Source.CAMERA).reason is Reason.ALREADY_USED
    assert gate.desk.scan(signed(), Source.CAMERA, OUT).reason is Reason.LEFT


def test_a_signed_ticket_that_comes_onto_the_list_is_still_used(gate: Site) -> None:
    """Somebody who came in before the sync that brought their name is not let in a second time after it."""
    text = signed()
    gate.desk.scan(text, Source.CAMERA)
    gate.take(visitor("late", "Цой Вика"), ticket(text, "late", id="00000000000000a1"))

    again = gate.desk.scan(text, Source.CAMERA)

    assert (again.word, again.reason) == ("refuse", Reason.ALREADY_USED)
    assert gate.desk.scan(text, Source.CAMERA, OUT).reason is Reason.LEFT
    assert gate.inside() == 0
    assert gate.desk.scan(text, Source.CAMERA).reason is Reason.ADMITTED_AGAIN
    assert gate.inside() == 1


@pytest.mark.parametrize("flags", [frozenset(), frozenset({Flag.DOCUMENT})])
def test_the_flags_of_a_signed_ticket_count(gate: Site, flags: frozenset[Flag]) -> None:
    assert gate.desk.scan(signed(flags=flags), Source.CAMERA).word == ("ask" if flags else "admit")


@pytest.mark.parametrize(
    ("minutes", "reason"),
    [(0, Reason.ADMITTED), (70, Reason.TOO_LATE), (-70, Reason.TOO_EARLY), (2880, Reason.WRONG_DAY)],
)
def test_a_signed_ticket_brings_its_own_window(gate: Site, minutes: int, reason: Reason) -> None:
    assert gate.desk.judge(signed(), NOW + minutes * MINUTE).reason is reason


def test_a_forgery_is_told_from_what_is_only_unknown(gate: Site) -> None:
    other = keys.private_from_seed(b"x" * 32)
    fine = signed()
    swapped = fine[:60] + ("A" if fine[60] != "A" else "B") + fine[61:]
    for text in (signed(private=other), swapped, fine[:-2], swapped.lower()):
        assert gate.desk.scan(text, Source.CAMERA).reason is Reason.FORGED
    assert all(len(one.code) == 13 and one.code.upper().startswith("PR") for one in gate.events)
    assert gate.desk.scan("PR-123", Source.CAMERA).reason is Reason.UNKNOWN_CODE


def test_a_ticket_of_another_plant(gate: Site) -> None:
    assert gate.desk.scan(signed(plant="stal"), Source.CAMERA).reason is Reason.WRONG_PLANT
    assert gate.desk.scan(signed(plant="nobody-knows"), Source.CAMERA).reason is Reason.WRONG_PLANT
    gate.take(tour("t9", plant="stal"), visitor("x", "Ким", plant="stal", tour="t9"))
    gate.take(ticket("STAL-1", "x", plant="stal", tour="t9"))
    outcome = gate.desk.scan("STAL-1", Source.CAMERA)
    assert (outcome.reason, outcome.facts.plant.name) == (Reason.WRONG_PLANT, "Сталь")  # type: ignore[union-attr]
    assert gate.events[-1].plant == "hleb"


def test_a_gate_for_every_plant_serves_those_it_knows_and_no_other(gate: Site) -> None:
    anywhere = gate.at(Place())
    gate.take(tour("t9", plant="stal"), visitor("x", "Ким", plant="stal", tour="t9"))
    gate.take(ticket("STAL-1", "x", plant="stal", tour="t9"))

    assert anywhere.scan("STAL-1", Source.CAMERA).word == "admit"
    assert anywhere.scan("CODE-3", Source.CAMERA).word == "admit"
    assert anywhere.scan(signed(plant="nobody-knows"), Source.CAMERA).reason is Reason.WRONG_PLANT
    assert (gate.inside("t9", "stal"), gate.inside()) == (1, 1)


def test_one_code_at_two_plants_is_the_one_of_this_plant(gate: Site) -> None:
    gate.take(tour("t9", plant="stal"), visitor("x", "Ким", plant="stal", tour="t9"))
    gate.take(ticket("CODE-3", "x", id="a", plant="stal", tour="t9"))
    assert gate.desk.scan("CODE-3", Source.CAMERA).visitor_name == "Алёна"
    assert gate.at(Place(plant="stal")).scan("CODE-3", Source.CAMERA).visitor_name == "Ким"


def test_revoked_tickets_and_keys(gate: Site) -> None:
    gate.take(Revocation(id="k3", plant="hleb", at=NOW))
    assert gate.desk.scan("CODE-3", Source.CAMERA).reason is Reason.REVOKED
    gate.take(Revocation(id="00000000000000a1", plant="hleb", at=NOW))
    assert gate.desk.scan(signed(), Source.CAMERA).reason is Reason.REVOKED
    gate.take(replace(KEY, revoked_at=NOW))
    assert gate.desk.scan(signed("00000000000000a2"), Source.CAMERA).reason is Reason.REVOKED
    assert codec.claims(signed())


# --- the stop list -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("Кузнецов Петр", Reason.STOP_LIST),
        ("пётр КУЗНЕЦОВ", Reason.STOP_LIST),
        ("Kuznetsov Petr", Reason.NEAR_STOP_LIST),
        ("Кузнецов Пётр Ильич", Reason.NEAR_STOP_LIST),
        ("Кузнецов П.", Reason.NEAR_STOP_LIST),
        ("Сидоров Пётр", Reason.ADMITTED),
    ],
)
def test_the_stop_list_blocks_the_same_name_and_asks_about_a_near_one(gate: Site, entry: str, reason: Reason) -> None:
    gate.take(StopEntry(id="s1", plant="hleb", name=entry))
    assert gate.desk.scan("CODE-1", Source.CAMERA).reason is reason


def test_a_stop_list_of_the_programme_and_a_birth_year(gate: Site) -> None:
    gate.take(StopEntry(id="s1", plant="", name="Кузнецов Пётр", birth_year=1980))
    gate.take(visitor("v1", "Кузнецов Пётр", birth_year=2001), visitor("v2", "Кузнецов Петр", birth_year=1980))
    assert gate.desk.scan("CODE-1", Source.CAMERA).reason is Reason.ADMITTED
    assert gate.desk.scan("CODE-2", Source.CAMERA).reason is Reason.STOP_LIST


# --- the whole day -----------------------------------------------------------------------------------


def test_a_full_tour_counts_heads_that_have_come(gate: Site) -> None:
    gate.take(tour(capacity=2))
    words = [gate.desk.scan(f"CODE-{number}", Source.CAMERA).reason for number in range(3)]
    assert words == [Reason.ADMITTED, Reason.ADMITTED, Reason.TOUR_FULL]
    gate.desk.scan("CODE-0", Source.CAMERA, OUT)
    assert gate.desk.scan("CODE-2", Source.CAMERA).reason is Reason.TOUR_FULL
    assert gate.desk.scan("CODE-0", Source.CAMERA).reason is Reason.ADMITTED_AGAIN


def test_a_clock_set_back_does_not_throw_anybody_out(gate: Site) -> None:
    gate.desk.scan("CODE-3", Source.CAMERA)
    gate.clock.jump(NOW - timedelta(minutes=40))
    left = gate.desk.scan("CODE-3", Source.CAMERA, OUT)
    assert left.reason is Reason.LEFT
    gate.clock.jump(NOW - timedelta(minutes=50))
    assert gate.desk.scan("CODE-3", Source.CAMERA).reason is Reason.ADMITTED_AGAIN
    with gate.store.read() as tx:
        events = tx.journal.of_subject("hleb", "v3")
        assert len(events) == 3
    assert gate.inside() == 1
    assert gate.desk.judge("CODE-3").facts.stay.state is State.INSIDE
