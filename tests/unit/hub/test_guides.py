"""What a guide may see, what a tap becomes, and who may look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select, text

from checkin.clock import SettableClock
from checkin.domain.events import AttendanceEvent, JournalLine, Kind, first_break, new_id, private
from checkin.domain.headcount import State
from checkin.domain.muster import Mark
from checkin.domain.visit import Flag, Group, Plant, Record, Ticket, Tour, Visitor
from checkin.errors import SettingsWrong
from checkin.hub import Hub, attendance, migrate, open_hub, rows, schema
from checkin.hub.api.watch import Watch
from checkin.hub.database import engine_for, reading, writing
from checkin.hub.guides import rows as guide_rows
from checkin.hub.guides import web
from checkin.hub.guides.athub import AttendanceAtHub
from checkin.hub.guides.board import Board, board
from checkin.hub.guides.calls import fold
from checkin.hub.guides.marks import Asked, MarkStatus
from checkin.hub.guides.passes import LOG_INS, SESSION_FOR, MemoryPasses, Pass, Passes
from checkin.hub.guides.rows import CALLS
from checkin.hub.guides.stored import StoredPasses
from checkin.hub.guides.words import _TEXTS, chosen, words
from checkin.hub.signatures import verifier
from checkin.i18n import catalogue
from checkin.wire import event_from_json
from tests.unit.hub.hub_world import NOW, Journal, enrolled, raw

GUIDE = "Гусёва Анна-Мария"


def tour(identity: str = "t1", guide: str = GUIDE, **fields: object) -> Tour:
    given = {"plant": "bread", "title": f"Экскурсия {identity}", "start": NOW, "end": NOW + timedelta(hours=1)}
    return Tour(id=identity, guide=guide, **given | fields)  # type: ignore[arg-type]


def people(count: int, of: str = "t1") -> Iterator[Record]:
    for number in range(1, count + 1):
        who = f"{of}-v{number}"
        yield Visitor(id=who, plant="bread", tour=of, name=f"Человек {number:02}")
        yield Ticket(id=f"k-{who}", plant="bread", tour=of, code=f"C-{who}", visitor=who)


@pytest.fixture
def house(hub: Hub) -> AttendanceAtHub:
    hub.put_records([tour(), *people(4)])
    return AttendanceAtHub(hub.engine, hub.clock, Watch(hub.engine))


@pytest.fixture
def guide(clock: SettableClock) -> Pass:
    return Pass(plant="bread", guide=GUIDE, until=clock.now() + SESSION_FOR)


def push(hub: Hub, who: tuple[Journal, object], subject: str | None, kind: Kind = Kind.ENTRY, **fields: object) -> str:
    journal, device = who
    line = journal.write(subject, kind, **{"tour": "t1", "at": hub.clock.now()} | fields)
    answers = attendance.receive(hub.engine, device, [raw(line)], NOW, NOW).answers  # type: ignore[arg-type]
    assert [answer.reason for answer in answers] == [None]
    return line.event.id


def mark(subject: str | None = "t1-v1", what: str | None = "present", **fields: object) -> Asked:
    given = {"id": new_id(), "do": "mark", "tour": "t1", "subject": subject, "mark": what, "age_ms": 0}
    return Asked.model_validate(given | fields)


def shown(house: AttendanceAtHub, who: Pass) -> Board:
    return board(house.day(who)[0], who)


def calls(house: AttendanceAtHub, who: Pass) -> dict[str, str]:
    return {one.id: one.call.mark for one in shown(house, who).tours[0].people if one.call is not None}


# --- who may see what ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "opens"),
    [("гусева анна мария", True), ("Анна-Мария Гусёва", True), ("Гусева Анна", False), ("", False), ("!!", False)],
)
def test_a_guides_name_in_other_spellings(guide: Pass, name: str, opens: bool) -> None:
    assert replace(guide, guide=name).opens(tour()) is opens
    assert not replace(guide, guide=name).opens(tour(guide=""))
    assert not replace(guide, guide=name).opens(replace(tour(), plant="steel"))


def test_own_tours_of_today_and_those_with_people_still_inside(
    hub: Hub, house: AttendanceAtHub, guide: Pass, clock: SettableClock
) -> None:
    late, gone = NOW - timedelta(hours=30), NOW + timedelta(days=2)
    hub.put_records(
        [
            tour("t0", start=late, end=late + timedelta(hours=1)),
            tour("t2", start=gone, end=gone),
            tour("t3", guide="Другой"),
            *people(1, "t0"),
        ]
    )
    assert [one.id for one in shown(house, guide).tours] == ["t1"]
    gate = enrolled(hub)
    push(hub, gate, "t0-v1", tour="t0", at=late)
    assert [one.id for one in shown(house, guide).tours] == ["t0", "t1"]
    assert [one.id for one in shown(house, replace(guide, guide="", tour="t3")).tours] == ["t3"]
    clock.advance(timedelta(days=1))
    assert [one.id for one in shown(house, guide).tours] == ["t0"]


def test_everybody_who_is_there_has_a_name_and_a_place(hub: Hub, house: AttendanceAtHub, guide: Pass) -> None:
    hub.put_records(
        [
            Visitor(id="gone", plant="bread", tour="t1", name="Отменил", flags=frozenset({Flag.CANCELLED})),
            Visitor(id="frail", plant="bread", tour="t1", name="Яна", flags=frozenset({Flag.MOBILITY, Flag.DOCUMENT})),
            Group(id="school", plant="bread", tour="t1", name="Школа № 12", size=20),
            Ticket(id="k-school", plant="bread", tour="t1", code="SCHOOL", group="school", party=20),
        ]
    )
    gate = enrolled(hub)
    push(hub, gate, "t1-v1")
    push(hub, gate, "t1-v2", Kind.OVERRIDE, reason="substitution", private=private("Заменин Иван"))
    push(hub, gate, "k-school", party=20)
    push(hub, gate, "k-school", Kind.EXIT, party=2)
    push(hub, gate, "w-1", Kind.WALK_IN, private=private("Внезапный Гость"))
    push(hub, gate, "t1-v3")
    push(hub, gate, "t1-v3", Kind.EXIT)
    (one,) = shown(house, guide).tours
    assert (one.expected, one.inside, one.left, one.missing) == (25, 21, 3, 2)
    told = {person.name: (person.state, person.heads, person.extra) for person in one.people}
    assert told == {
        "Внезапный Гость": (State.INSIDE, 1, True),
        "Заменин Иван": (State.INSIDE, 1, False),
        "Человек 01": (State.INSIDE, 1, False),
        "Человек 03": (State.LEFT, 1, False),
        "Человек 04": (State.EXPECTED, 1, False),
        "Школа № 12": (State.INSIDE, 18, False),
        "Яна": (State.EXPECTED, 1, False),
    }
    assert [person.name for person in one.people if person.mobility] == ["Яна"]
    assert "document" not in one.model_dump_json()


def test_who_comes_with_another_tour_is_there_and_waited_for_nowhere(
    hub: Hub, house: AttendanceAtHub, guide: Pass
) -> None:
    hub.put_records([tour("t2", guide="Другой"), *people(1, "t2")])
    gate = enrolled(hub)
    other = replace(guide, guide="Другой")
    assert [(one.expected, one.missing) for one in shown(house, other).tours] == [(1, 1)]
    before = hub.headcount("bread")[-1].expected
    push(hub, gate, "t2-v1", Kind.WALK_IN, private=private("Попутчик Пётр"))
    (host,), (own,) = shown(house, guide).tours, shown(house, other).tours
    assert [(person.name, person.extra) for person in host.people if person.extra] == [("Попутчик Пётр", True)]
    assert (host.inside, own.expected, own.inside, own.missing, own.people) == (1, 0, 0, 0, [])
    whole = hub.headcount("bread")[-1]
    assert (whole.inside, whole.expected) == (1, before - 1)


# --- what a tap becomes -------------------------------------------------------------------------------------------


def test_taps_undos_and_a_new_roll_call(hub: Hub, house: AttendanceAtHub, guide: Pass, clock: SettableClock) -> None:
    first, second, third = mark(), mark("t1-v2", "not_found"), mark("t1-v3")
    undo = mark(None, None, do="undo", voids=third.id)
    answers = house.take(guide, [first, second, third, undo, first])
    assert [one.status for one in answers] == [MarkStatus.ACCEPTED] * 4 + [MarkStatus.DUPLICATE]
    assert calls(house, guide) == {"t1-v1": "present", "t1-v2": "not_found"}
    clock.advance(timedelta(minutes=20))
    house.take(guide, [mark(None, None, do="begin")])
    assert calls(house, guide) == {}
    assert shown(house, guide).tours[0].began == "12:50"
    house.take(guide, [mark("t1-v2"), mark("t1-v4", age_ms=600_000)])  # of the roll-call before
    assert calls(house, guide) == {"t1-v2": "present"}
    assert hub.findings() == []
    assert [one.inside for one in hub.headcount("bread") if one.tour_id == "t1"] == [0]


def test_an_old_mark_does_not_undo_a_newer_one(house: AttendanceAtHub, guide: Pass, clock: SettableClock) -> None:
    house.take(guide, [mark()])
    clock.advance(timedelta(minutes=5))
    assert house.take(guide, [mark(what="not_found", age_ms=600_000)])[0].status is MarkStatus.ACCEPTED
    assert calls(house, guide) == {"t1-v1": "present"}
    house.take(guide, [mark(what="not_found", age_ms=200_000)])
    assert calls(house, guide) == {"t1-v1": "not_found"}


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "t9-v1"},
        {"tour": "t9"},
        {"mark": None},
        {"subject": None},
        {"do": "undo", "voids": None},
        {"do": "undo", "voids": new_id()},
        {"do": "begin", "tour": "t9"},
    ],
)
def test_what_is_not_theirs_is_rejected(house: AttendanceAtHub, guide: Pass, fields: dict[str, object]) -> None:
    assert [one.status for one in house.take(guide, [mark(**fields)])] == [MarkStatus.REJECTED]  # type: ignore[arg-type]


def test_no_entry_can_be_undone_from_a_phone(hub: Hub, house: AttendanceAtHub, guide: Pass) -> None:
    entry = push(hub, enrolled(hub), "t1-v1")
    (answer,) = house.take(guide, [mark(None, None, do="undo", voids=entry)])
    assert answer.status is MarkStatus.REJECTED
    assert shown(house, guide).tours[0].inside == 1


def test_marks_in_an_alarm_are_the_musters(hub: Hub, house: AttendanceAtHub, guide: Pass, clock: SettableClock) -> None:
    gate = enrolled(hub)
    push(hub, gate, "t1-v1")
    push(hub, gate, "t1-v2")
    house.take(guide, [mark()])
    clock.advance(timedelta(minutes=1))
    push(hub, gate, None, Kind.ALARM, reason="drill", tour=None)
    house.take(guide, [mark(what="found"), mark("t1-v2", "not_found"), mark("t1-v3", age_ms=120_000)])
    now = shown(house, guide)
    assert now.muster is not None
    assert (now.muster.drill, now.muster.began) == (True, "12:31")
    told = {one.id: one.muster.mark for one in now.tours[0].people if one.muster is not None}
    assert told == {"t1-v1": "found", "t1-v2": "not_found"}
    assert calls(house, guide) == {"t1-v1": "present", "t1-v3": "present"}
    clock.advance(timedelta(minutes=10))
    late = [one.id for one in shown(house, guide).tours[0].people if one.overdue and one.state == "inside"]
    assert late == ["t1-v2"]
    push(hub, gate, None, Kind.ALL_CLEAR, reason="drill", tour=None)
    now = shown(house, guide)
    assert now.muster is None
    assert not any(one.overdue or one.muster for one in now.tours[0].people)


def test_the_hubs_own_chain_is_whole_and_signed(hub: Hub, house: AttendanceAtHub, guide: Pass) -> None:
    for number in range(1, 5):
        house.take(guide, [mark(f"t1-v{number}")])
    with reading(hub.engine) as connection:
        (house_,) = connection.execute(select(guide_rows.house)).all()
        c = rows.attendance.c
        stored = connection.execute(select(rows.attendance).where(c.device == house_.device).order_by(c.position)).all()
    lines = [
        JournalLine(prev=row.prev, hash=row.hash, signature=row.signature, event=event_from_json(row.body))
        for row in stored
    ]
    assert [line.seq for line in lines] == [1, 2, 3, 4]
    assert first_break(lines, verifier(house_.public_key)) is None
    assert {line.event.reason for line in lines} == {Mark.PRESENT}


def test_the_order_in_which_events_come_does_not_matter() -> None:
    def event(kind: Kind, device: str, seq: int, minute: int, **fields: object) -> AttendanceEvent:
        at = NOW + timedelta(minutes=minute)
        given = {"id": f"{device}{seq}", "plant": "p", "gate": "g", "device": device, "seq": seq, "tour": "t1"}
        return AttendanceEvent(kind=kind, at=at, **given | fields)  # type: ignore[arg-type]

    events = [
        event(Kind.MARK, "a", 1, 1, subject="x", reason="present"),
        event(Kind.MARK, "b", 1, 2, reason="present"),
        event(Kind.MARK, "b", 2, 3, subject="y", reason="present"),
        event(Kind.MARK, "a", 2, 4, subject="x", reason="not_found"),
        event(Kind.VOID, "b", 3, 5, voids="b2"),
        event(Kind.MARK, "b", 4, 6, subject="z", tour="t2", reason="present"),
    ]
    for some in (events, events[::-1], events[3:] + events[:3]):
        found = fold(some)
        assert {subject: one.reason for subject, one in found.marks.items()} == {"x": "not_found", "z": "present"}
        assert found.began.keys() == {"t1"}


# --- codes, sessions, files, words --------------------------------------------------------------------------------


@pytest.fixture(params=["memory", "stored"])
def passes(request: pytest.FixtureRequest, hub: Hub, clock: SettableClock) -> tuple[Passes, str]:
    hub.put_records([tour()])
    if request.param == "stored":
        return StoredPasses(hub.engine, clock), hub.guide_code("bread", GUIDE).text
    memory = MemoryPasses(clock)
    return memory, memory.make("bread", GUIDE, "").text


def test_a_code_opens_a_few_sessions_for_a_while(passes: tuple[Passes, str], clock: SettableClock) -> None:
    book, code = passes
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code)
    assert book.enter("") is None
    assert book.enter(code[:-1]) is None
    opened = [book.enter(spelling) for spelling in (code, code.lower(), code.replace("-", " ").replace("0", "O"))]
    assert len(opened) == LOG_INS
    tokens = [one[0] for one in opened if one is not None]
    assert len(set(tokens)) == LOG_INS
    assert book.enter(code) is None
    held = book.holder(tokens[0])
    assert held is not None
    assert (held.plant, held.guide, held.tour) == ("bread", GUIDE, "")
    book.leave(tokens[0])
    assert book.holder(tokens[0]) is None
    assert book.holder(tokens[1]) == held
    clock.advance(SESSION_FOR)
    assert book.holder(tokens[1]) is None


def test_a_code_expires(passes: tuple[Passes, str], clock: SettableClock) -> None:
    book, code = passes
    clock.advance(timedelta(hours=4))
    assert book.enter(code) is None


def test_secrets_are_kept_hashed(hub: Hub, clock: SettableClock, tmp_path: Path) -> None:
    hub.put_records([tour()])
    code = hub.guide_code("bread", GUIDE).text.replace("-", "")
    opened = StoredPasses(hub.engine, clock).enter(code)
    assert opened is not None
    with reading(hub.engine) as connection:
        kept = repr(connection.execute(text("SELECT * FROM guide_code, guide_session")).all())
    assert code not in kept
    assert opened[0] not in kept


def test_codes_for_what_is_not_there(hub: Hub) -> None:
    hub.put_records([tour("t1", title="Хлеб"), tour("t2", title="Хлеб"), tour("t3")])
    for given in ({"guide": "Никто"}, {"guide": ""}, {"tour": "Хлеб"}, {"tour": "t9"}):
        with pytest.raises(SettingsWrong):
            hub.guide_code("bread", **given)
    assert hub.guide_code("bread", tour="Экскурсия t3")


def test_words_are_complete_in_both_languages() -> None:
    russian, english = words("ru"), words("en")
    assert russian.keys() == english.keys() == _TEXTS.keys()
    for key, said in _TEXTS.items():
        assert english[key] == said
        assert catalogue("ru").gettext(said) != said, said
        assert sorted(re.findall(r"{\w*}", russian[key])) == sorted(re.findall(r"{\w*}", said))
    scripts = "".join(path.read_text(encoding="utf-8") for path in web.PLACE.glob("*.js"))
    asked = set(re.findall(r'\bt\("(\w+)"', scripts))
    assert asked <= _TEXTS.keys()


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        ("en", "ru", "en"),
        ("", "en-GB,en;q=0.9,ru;q=0.8", "en"),
        ("", "de, ru;q=0.5, en;q=0.7", "en"),
        ("xx", "zh-CN", "ru"),
        ("", ";q=x,,", "ru"),
    ],
)
def test_the_language_of_whoever_looks(wanted: str, accepted: str, language: str) -> None:
    assert chosen(wanted, accepted) == language


def test_the_page_asks_nobody_else_and_holds_no_inline_code() -> None:
    assert {"index.html", "guide.css", "guide.js"} <= web.files().keys()
    for name, (body, _kind, _tag) in web.files().items():
        said = body.decode()
        assert not re.findall(r"(?:https?:)?//(?!www\.w3\.org/2000/svg)[a-z0-9-]+\.[a-z]", said), name
        assert "innerHTML" not in said
        assert "eval(" not in said
    page = web.files()["index.html"][0].decode()
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", page)


def test_calls_are_read_by_their_own_index(hub: Hub) -> None:
    with reading(hub.engine) as connection:
        sql = f"EXPLAIN QUERY PLAN SELECT body FROM attendance WHERE plant = ? AND {CALLS} AND at >= ?"
        plan = connection.exec_driver_sql(sql, ("bread", "2026")).all()
    assert any("guide_calls" in row.detail for row in plan), plan


def test_a_database_from_before_the_guides_is_brought_up(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hub.sqlite"
    engine = engine_for(url)
    with writing(engine) as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    migrate(url)
    with open_hub(url) as hub:
        hub.put_records([Plant(id="bread", name="Хлеб"), tour()])
        assert hub.guide_code("bread", GUIDE)
