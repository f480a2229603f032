"""Tickets signed, delivered, read back; tampered ones refused; keys judged by their dates."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from checkin.domain.admission import Admit, Facts, Reason, Recognised, Refuse, judge
from checkin.domain.visit import Flag, Ticket
from checkin.errors import SettingsWrong
from checkin.issuing import delivery, documents, signing
from checkin.issuing.delivery import MERGE, Tools, deliver
from checkin.issuing.keyring import Keyring
from checkin.issuing.pieces import Format
from checkin.issuing.signing import Issue, Roll
from checkin.reports.cells import plain
from checkin.reports.typesetting import PLACE, pages, pdf
from checkin.tickets import codec
from tests.field import KEY, NOW, PRIVATE, person, plant, school, signed, ticket, tour, visitor

TOOLS = Tools(typeset=pdf, plain=plain)


def issues(count: int) -> list[Issue]:
    out = []
    for number in range(count):
        identity = f"{number + 1:016x}"
        out.append(
            Issue(
                ticket=ticket(codec.ticket_short(identity), f"v{number}", id=identity),
                plant=plant(minimum_age=8),
                tour=tour(),
                group=school()[0],
                visitor=visitor(f"v{number}", person(number), language=("ru", "en", "zh", "ar")[number % 4]),
            )
        )
    return signing.signed(out, PRIVATE, {KEY.id: KEY})


def nothing(done: int, of: int) -> None:
    pass


@pytest.mark.parametrize("number", range(20))
def test_no_flipped_bit_is_believed(number: int) -> None:
    text = signed(f"{number * 7919:016x}", party=number + 1)
    body = text[len(codec.PREFIX) :]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    for place, letter in enumerate(body):
        for bit in range(5):
            other = alphabet[alphabet.index(letter) ^ 1 << bit]
            tampered = codec.PREFIX + body[:place] + other + body[place + 1 :]
            assert isinstance(codec.verify(tampered, {KEY.id: KEY}), codec.Problem)


def test_random_tampering_up_to_twenty_thousand() -> None:
    rng = random.Random(6)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    text = signed()
    for _number in range(20_000 - 20 * 146 * 5):
        letters = list(text)
        for _change in range(rng.randint(1, 6)):
            letters[rng.randrange(2, len(letters))] = rng.choice(alphabet)
        tampered = "".join(letters)
        if tampered != text:
            assert isinstance(codec.verify(tampered, {KEY.id: KEY}), codec.Problem)


def test_every_page_is_read_back(tmp_path: Path) -> None:
    for one in issues(12):
        page = pages("ticket.typ", documents.ticket_page(one), ppi=150)
        assert len(page) == 1
        assert [found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(page[0])))] == [one.ticket.code]
        assert len(one.ticket.code) <= 150


def test_sheets_hold_everybody() -> None:
    some = issues(13)
    sheet = pages("ticket-sheet.typ", documents.sheet_pages(some), ppi=150)
    assert len(sheet) == 2
    found = {code.text for page in sheet for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))}
    assert found == {one.ticket.code for one in some}
    group = pages("ticket-group.typ", documents.group_pages(some), ppi=150)
    found = {code.text for page in group for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))}
    assert found == {one.ticket.code for one in some}


@pytest.mark.parametrize("name", ["А" * 120, "王" * 60, "e\u0301\u0302" * 60, "#set page() *x* $y$ @z " * 5])
def test_a_name_without_an_end_stays_on_its_page(name: str) -> None:
    some = [replace(one, visitor=visitor(name=name)) for one in issues(5)]
    some = [replace(one, group=replace(one.group, name=name)) for one in some if one.group is not None]
    for template, data in (
        ("ticket.typ", documents.ticket_page(some[0])),
        ("ticket-group.typ", documents.group_pages(some)),
    ):
        page = Image.open(io.BytesIO(pages(template, data, ppi=100)[0])).convert("L")
        margin = page.crop((page.width - 14 * page.width // 210, 0, page.width, page.height))
        assert margin.getextrema() == (255, 255)
        found = {code.text for code in zxingcpp.read_barcodes(page)}
        assert found <= {one.ticket.code for one in some}
        assert found


RULES = "Закрытая обувь, идти за экскурсоводом, не отставать от группы. " * 40
LONG_PLANT = "Акционерное общество «Хлебозавод № 9 имени Тридцатилетия Октября, филиал Восточный»"


@pytest.mark.parametrize(
    ("rules", "more"),
    [
        (RULES[:400], {}),
        (RULES[:480], {"address": "Московская область, городской округ Восточный, улица Большая Мельничная, 4 " * 2}),
        (RULES[:2000], {}),
        (RULES[:2000], {"address": "улица Большая Мельничная, дом 4, корпус 7 " * 6, "name": LONG_PLANT * 2}),
        ("Закрытая обувь.\n" * 120, {}),
        ("Ж" * 2000, {}),
    ],
)
@pytest.mark.parametrize("name", ["Иванова Мария", "Абдурахманова-Преображенская Александра " * 5])
def test_a_page_is_one_whatever_the_plant_reads_out(rules: str, more: dict[str, Any], name: str) -> None:
    one = issues(1)[0]
    held = replace(one.plant, policy=replace(one.plant.policy, briefing_text=rules), **more)
    one = replace(one, plant=held, visitor=visitor(name=name))
    found = pages("ticket.typ", documents.ticket_page(one), ppi=100)
    assert len(found) == 1
    page = Image.open(io.BytesIO(found[0])).convert("L")
    assert page.crop((0, page.height - 12 * page.height // 297, page.width, page.height)).getextrema() == (255, 255)
    assert [code.text for code in zxingcpp.read_barcodes(page)] == [one.ticket.code]


@pytest.mark.parametrize(
    ("name", "title", "of"),
    [
        ("Абдурахманова-Преображенская Александра-Валентина Константиновна Младшая", "От зерна до каравая", "Колос"),
        (
            "Иванова Мария",
            "Экскурсия «Как делают хлеб: от зерна до каравая, с дегустацией и мастер-классом»",
            LONG_PLANT,
        ),
        ("Шнайдер-Преображенская " * 8, "От зерна до каравая", "Колос"),
        ("А" * 180, "Б" * 180, "В" * 120),
    ],
)
def test_a_cut_ticket_holds_all_its_words(name: str, title: str, of: str) -> None:
    def drawn(**words: str) -> bytes:
        data = documents.sheet_pages(issues(1))
        data["tickets"][0] |= {"name": name, "tour": title, "plant": of} | words
        (page,) = pages("ticket-sheet.typ", data, ppi=100)
        return page

    # What is cut off can be anything: the picture does not change with it.
    whole = drawn()
    for field, words in (("name", name), ("tour", title), ("plant", of)):
        assert drawn(**{field: f"{words} ■"}) != whole


def test_when_and_where_come_before_what_may_be_long() -> None:
    text = (PLACE / "ticket-sheet.typ").read_text("utf-8")
    assert text.index("one.when") < text.index("one.plant") < text.index("one.tour")


def test_a_stopped_run_goes_on(tmp_path: Path) -> None:
    some = issues(6)

    def stop(done: int, of: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    out = tmp_path / "tickets.zip"
    with pytest.raises(KeyboardInterrupt):
        deliver(some, out, [Format.PNG], TOOLS, stop)
    assert not out.exists()
    assert deliver(some, out, [Format.PNG], TOOLS, nothing) == 3
    with zipfile.ZipFile(out) as archive:
        names = archive.namelist()
        assert len(names) == 7
        assert not any("Иванов" in name for name in names)
        table = list(csv.DictReader(io.StringIO(archive.read(MERGE).decode("utf-8-sig"))))
    assert len(table) == 6
    assert {row["file"] for row in table} == set(names) - {MERGE}
    assert [row["code"] for row in table] == [one.ticket.code for one in some]
    assert list(tmp_path.iterdir()) == [out]


def test_what_changed_is_made_anew_and_nothing_else(tmp_path: Path) -> None:
    some = issues(3)
    assert deliver(some, tmp_path, [Format.SVG, Format.GROUP], TOOLS, nothing) == 4
    assert deliver(some, tmp_path, [Format.SVG, Format.GROUP], TOOLS, nothing) == 0
    sheet = next(tmp_path.rglob("group-*.pdf"))
    sheet.unlink()
    assert deliver(some, tmp_path, [Format.SVG, Format.GROUP], TOOLS, nothing) == 1
    person = some[1].visitor
    assert person is not None
    some[1] = replace(some[1], visitor=replace(person, name="Новая Фамилия"))
    before = sheet.read_bytes()
    assert deliver(some, tmp_path, [Format.SVG, Format.GROUP], TOOLS, nothing) == 2
    assert sheet.read_bytes() != before


def test_a_file_that_nobody_remembers_making_is_made_again(tmp_path: Path) -> None:
    some = issues(1)
    deliver(some, tmp_path, [Format.PNG], TOOLS, nothing)
    (made,) = tmp_path.rglob("*.png")
    record = tmp_path / delivery.MADE
    whole = record.read_text("utf-8")
    record.write_text(whole[: len(whole) // 2], "utf-8")
    made.write_bytes(b"half")
    assert deliver(some, tmp_path, [Format.PNG], TOOLS, nothing) == 1
    assert made.read_bytes() != b"half"


def test_a_formula_stays_text_in_the_merge_table(tmp_path: Path) -> None:
    some = [replace(one, visitor=visitor(name='=HYPERLINK("http://x")')) for one in issues(1)]
    deliver(some, tmp_path / "out", [Format.SVG], TOOLS, nothing)
    with (tmp_path / "out" / MERGE).open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["visitor"].startswith("'=")


def test_who_gets_a_ticket() -> None:
    mine = issues(1)[0].ticket
    cancelled = replace(issues(2)[1].ticket, visitor="gone")
    theirs = Ticket(id="x", plant="hleb", tour="t1", code="R-100", visitor="v0")
    roll = Roll(
        plants=[plant()],
        tours=[tour()],
        visitors=[visitor("v0"), visitor("gone", "Б", Flag.CANCELLED)],
        tickets=[mine, cancelled, theirs],
    )
    found, foreign = signing.chosen(roll)
    assert [one.ticket.id for one in found] == [mine.id]
    assert foreign == 1
    assert signing.chosen(replace(roll, revoked=frozenset({mine.id})))[0] == []
    assert signing.chosen(roll, tour="нет такого")[0] == []


def test_signing_again_changes_nothing_and_a_revoked_key_signs_anew() -> None:
    some = issues(2)
    assert signing.signed(some, PRIVATE, {KEY.id: KEY}) == some
    revoked = replace(KEY, revoked_at=NOW)
    assert signing.signed(some, PRIVATE, {KEY.id: revoked})[0].ticket.id == some[0].ticket.id
    fresh, gone = signing.reissued(some, NOW)
    assert {one.id for one in gone} == {one.ticket.id for one in some}
    assert not {one.ticket.id for one in fresh} & {one.ticket.id for one in some}


@pytest.mark.parametrize(
    ("key", "window", "expected"),
    [
        ({}, 0, Admit()),
        ({"valid_until": NOW}, 0, Admit()),
        ({"valid_until": NOW - timedelta(hours=2)}, 0, Refuse(reason=Reason.FORGED, when=NOW - timedelta(hours=2))),
        ({"valid_until": NOW - timedelta(hours=2)}, None, Admit()),
        ({"revoked_at": NOW}, 0, Refuse(reason=Reason.REVOKED, when=NOW)),
        ({"revoked_at": NOW + timedelta(seconds=1)}, 0, Admit()),
    ],
)
def test_a_ticket_is_judged_by_its_keys_dates(key: dict[str, Any], window: int | None, expected: object) -> None:
    opens = None if window is None else NOW - timedelta(hours=1)
    facts = Facts(
        recognised=Recognised.TICKET,
        here="hleb",
        plant=plant(),
        tour=tour(),
        visitor=visitor(),
        key=replace(KEY, **key),
        ticket=ticket(signed(), valid_from=opens, valid_until=None if opens is None else NOW + timedelta(hours=1)),
    )
    assert judge(facts, NOW) == expected


def test_keys_are_made_rotated_and_revoked(tmp_path: Path) -> None:
    ring = Keyring(tmp_path / "keys")
    assert ring.current() is None
    with pytest.raises(SettingsWrong):
        ring.new("1234567", "Программа", NOW)
    assert ring.all() == []
    first = ring.new("secret words", "Программа", NOW)
    assert ring.private(first.id, "secret words")
    with pytest.raises(SettingsWrong):
        ring.private(first.id, "wrong")
    assert b"secret" not in (tmp_path / "keys" / f"{first.id}.pem").read_bytes()
    second = ring.new("other words", "Программа", NOW + timedelta(days=1))
    ring.end(first.id, NOW + timedelta(days=9))
    assert ring.current() == second
    at = NOW + timedelta(days=2)
    assert ring.revoke(second.id, at).revoked_at == at
    assert ring.revoke(second.id, at + timedelta(days=1)).revoked_at == at
    assert ring.current() is None
    assert [key.plant for key in ring.records(["a", "b"])] == ["a", "a", "b", "b"]
