"""What is on paper, read back from the PDF; the files it is kept in; its words in Russian."""

from __future__ import annotations

import re
import stat
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from checkin import i18n
from checkin.desk.groupcard import GroupCard, Member
from checkin.desk.musters import MusterList, Person, Section
from checkin.domain.admission import Admit, Reason, Refuse
from checkin.domain.events import Kind, private
from checkin.domain.headcount import NOT_YET, Count
from checkin.domain.muster import Mark, Muster
from checkin.domain.visit import Flag, Group, Plant
from checkin.errors import CheckinError, SettingsWrong
from checkin.reports import typesetting
from checkin.reports.muster import BEFORE, NEWEST, muster_pictures, muster_sheet, save_sheet, sheet_data, write_sheet
from checkin.reports.mustering import muster_report
from checkin.reports.signatures import EMPTY_LINES, signature_pictures, signature_sheet
from checkin.reports.wording import Wording
from tests.field import DIRTY, NOW, event, person, plant, ticket, tour, visitor

ROOT = Path(__file__).resolve().parents[3]
MINUTE = timedelta(minutes=1)
HOSTILE = (
    "#panic()",
    '#read("/etc/passwd")',
    "*звезда* _чёрта_ $x$",
    "\\u{41}",
    "</text>",
    "]#[",
    "a\ud800b",
    "нуль\x00",
)


def text_of(pdf: bytes) -> str:
    """The words of a PDF, as another program reads them."""
    qt = pytest.importorskip("PySide6.QtPdf")
    core = pytest.importorskip("PySide6.QtCore")
    buffer = core.QBuffer()
    buffer.setData(core.QByteArray(pdf))
    buffer.open(core.QBuffer.OpenModeFlag.ReadOnly)
    document = qt.QPdfDocument()
    document.load(buffer)
    pages = [document.getAllText(number).text() for number in range(document.pageCount())]
    document.close()
    return re.sub(r"\s+", " ", " ".join(pages).replace("\u200b", ""))


def somebody(number: int, **fields: Any) -> Person:
    given: dict[str, Any] = {
        "subject": f"v{number}",
        "name": person(number),
        "band": Flag.MINOR,
        "language": "ru",
        "mobility": False,
        "entered_at": NOW,
        "gate": "Проходная № 1",
    }
    return Person(**given | fields)


def listed(*people: Person, muster: Muster | None = None, **fields: Any) -> MusterList:
    one = tour(guide="Орлова Наталья", guide_phone="+7 916 123-45-67")
    sections = (Section(tour=one, people=people),) if people else ()
    given: dict[str, Any] = {"at": NOW + 12 * MINUTE, "data_at": NOW + 10 * MINUTE}
    return MusterList(plant=plant(), muster=muster, sections=sections, **given | fields)


def alarm(reason: str = "real", **fields: Any) -> Muster:
    return Muster(alarm=event(Kind.ALARM, None, at=NOW, reason=reason, operator="Гусева А."), **fields)


# --- the sheet ----------------------------------------------------------------------------------------


def test_the_sheet_says_who_and_where_and_how_old_it_is() -> None:
    people = [
        somebody(0, name="Белова Анна", group="7 «Б»"),
        somebody(1, name="Ли", band=Flag.ADULT, language="zh", mobility=True),
        somebody(2, name="Школа № 12", band=None, language="", heads=25, group="Школа № 12"),
    ]
    text = text_of(muster_sheet(listed(*people)))
    for said in (
        "Кто находится на территории",
        "27 внутри",
        "1 детей",
        "1 нужна помощь",
        "Орлова Наталья",
        "+7 916 123-45-67",
        "10:30 Экскурсия «t1»",
        "Белова Анна ребёнок русский 10:30 · Проходная № 1",
        "Ли ПОМОЩЬ взрослый китайский",
        "Школа № 12: 25 человек",
        "напечатано 5 августа 2026",
        "последняя запись 10:40, 2 минуты назад",
        "стр. 1 из 1",
        "Завод «hleb»",
    ):
        assert said in text, said
    assert "ТРЕВОГА" not in text


def test_a_drill_says_so_on_every_page_and_an_alarm_never_does() -> None:
    crowd = [somebody(number) for number in range(60)]
    drill = text_of(muster_sheet(listed(*crowd, muster=alarm("drill"))))
    pages = int(re.findall(r"из (\d+)", drill)[-1])
    assert pages > 1
    assert drill.count("УЧЕБНАЯ ТРЕВОГА") == pages
    assert "УЧЕБНАЯ" not in text_of(muster_sheet(listed(*crowd, muster=alarm())))


def test_marks_are_on_the_sheet_only_while_the_muster_is_on() -> None:
    people = [
        somebody(0, mark=Mark.FOUND, marked_at=NOW),
        somebody(1, mark=Mark.NOT_FOUND, marked_at=NOW + MINUTE, note="видели у склада"),
        somebody(2, overdue=True),
        somebody(3, mark=Mark.ELSEWHERE, marked_at=NOW + 3 * MINUTE),
    ]
    stranger = event(Kind.MARK, None, reason="not_listed", private=private("Водитель автобуса", "у ворот"))
    on = text_of(muster_sheet(listed(*people, muster=alarm(not_listed=(stranger,)))))
    for said in ("4 надо найти", "2 найдено", "2 ЕЩЁ НЕ НАЙДЕНО", "не найден 10:31", "видели у склада", "НЕТ ОТМЕТКИ"):
        assert said in on, said
    assert "в другом месте 10:33" in on
    assert "Водитель автобуса" in on
    over = sheet_data(listed(*people, muster=alarm(ended_at=NOW + 5 * MINUTE)), "ru")
    rows = [row for section in over["sections"] for group in section["groups"] for row in group["rows"]]
    assert not any(row["found"] or row["mark"] or row["note"] for row in rows)
    assert "Водитель" not in str(over), "old ticks on paper would say that people are safe"


def test_names_stay_text_whatever_they_look_like() -> None:
    people = [somebody(number, name=name, note=name) for number, name in enumerate((*DIRTY, *HOSTILE))]
    held = listed(*people, muster=alarm())
    text = text_of(muster_sheet(held))
    for name in (
        '=HYPERLINK("http://x")',
        "<img src=x onerror=alert(1)>",
        "@SUM(1+1)",
        "#panic()",
        "*звезда* _чёрта_ $x$",
    ):
        assert name in text, name
    assert '#read("/etc/passwd")' in text
    assert "root:" not in text


def test_an_endless_name_stays_in_its_column() -> None:
    assert typesetting.breakable("Иванова-Петрова Мария") == "Иванова-Петрова Мария"
    assert typesetting.breakable("А" * 50) == "\u200b".join(["А" * 22, "А" * 22, "А" * 6])
    people = [somebody(0, name="Щ" * 80), somebody(1, name="Ж" * 500), somebody(2, name="W" * 80, gate="Q" * 80)]
    assert muster_sheet(listed(*people))


def test_a_pc_without_any_fonts_still_prints_russian(monkeypatch: pytest.MonkeyPatch) -> None:
    import typst

    fonts = typst.Fonts(include_system_fonts=False)
    bare = typst.Compiler(root=str(typesetting.PLACE), font_paths=fonts, ignore_system_fonts=True)
    monkeypatch.setattr(typesetting, "_compiler", lambda: (bare, ["DejaVu Sans Mono", "Libertinus Serif"]))
    people = [somebody(number, name=name) for number, name in enumerate(("Ёжиков Щедр", "王小明", "محمد"))]
    assert "Ёжиков Щедр ребёнок русский" in text_of(muster_sheet(listed(*people)))


def test_nobody_inside_is_a_sheet_too() -> None:
    text = text_of(muster_sheet(listed(data_at=None)))
    assert "На территории никого нет" in text
    assert "записей ещё нет" in text


def test_english_and_a_language_that_is_not_known() -> None:
    english = text_of(muster_sheet(listed(somebody(0), muster=alarm()), "en"))
    assert "ALARM: evacuation list" in english
    assert "child Russian" in english
    assert not re.search(r"\b(человек|ребёнок|напечатано)\b", english)
    assert "ТРЕВОГА" in text_of(muster_sheet(listed(somebody(0), muster=alarm()), "xx"))


def test_who_is_inside_since_yesterday_has_the_day_beside_the_time() -> None:
    held = listed(somebody(0, entered_at=NOW - timedelta(days=1)), data_at=NOW - timedelta(hours=20))
    text = text_of(muster_sheet(held))
    assert "04.08, 10:30" in text
    assert "последняя запись 4 августа 2026" in text


def test_every_kind_of_person_and_tour_is_set() -> None:
    nameless = somebody(0, name="", band=None, language="tlh", gate="", entered_at=None)
    held = replace(listed(), sections=(Section(tour=None, people=(nameless,)),))
    text = text_of(muster_sheet(held))
    assert "Мероприятие неизвестно" in text
    assert "1 человек" in text
    assert muster_pictures(held, ppi=40)[0].startswith(b"\x89PNG")


@pytest.mark.slow
def test_two_thousand_people_on_paper_in_three_seconds() -> None:
    tours = [
        Section(tour=tour(f"t{number}"), people=tuple(somebody(number * 25 + one) for one in range(25)))
        for number in range(80)
    ]
    held = replace(listed(), sections=tuple(tours))
    typesetting.warm()
    begun = time.process_time()
    muster_sheet(held)
    assert time.process_time() - begun < 3.0, "of one processor's time; the bench measures the wall's"


# --- the report, the briefing -------------------------------------------------------------------------


def test_the_report_tells_who_was_found_when_and_by_whom() -> None:
    people = [
        somebody(0, name="Белова Анна", mark=Mark.FOUND, marked_at=NOW + 2 * MINUTE),
        somebody(1, name="Ли", mark=Mark.NOT_FOUND),
        somebody(2, name="Ёжиков Пётр"),
    ]
    raised = event(Kind.ALARM, None, at=NOW, reason="drill", operator="Гусева А.", device="a", seq=1)
    events = [
        raised,
        event(Kind.MARK, "v0", at=NOW + 2 * MINUTE, reason="found", gate="Южная", device="b", seq=1),
        event(Kind.MARK, "v1", at=NOW + 3 * MINUTE, reason="not_found", device="a", seq=2),
        event(
            Kind.MARK, None, at=NOW + 4 * MINUTE, reason="not_listed", private=private("Водитель"), device="a", seq=3
        ),
        event(Kind.EXIT, "gone", at=NOW + 5 * MINUTE, device="a", seq=4),
        event(Kind.ALL_CLEAR, None, at=NOW + 11 * MINUTE, device="a", seq=5),
        event(Kind.EXIT, "later", at=NOW + 20 * MINUTE, device="a", seq=6),
    ]
    over = Muster(alarm=raised, ended_at=NOW + 11 * MINUTE)
    text = text_of(muster_report(listed(*people, muster=over), reversed(events), names={"gone": "Королёв Илья"}))
    for said in (
        "Отчёт об учебной эвакуации",
        "Объявлена 5 августа 2026",
        "10:30:00 · 1, Гусева А.",
        "Длительность 11:00",
        "Надо было найти 3 человека",
        "Найдено 1 человек",
        "Последний найден через 2:00",
        "10:32:00 2:00 Белова Анна найдено Южная",
        "10:33:00 3:00 Ли не найден",
        "Королёв Илья 10:35:00",
        "Водитель 10:34:00",
    ):
        assert said in text, said
    missing = text[text.index("Не найдены возраст") if "Не найдены возраст" in text else 0 :]
    assert "Ёжиков Пётр" in missing
    assert "10:50" not in text, "after the all-clear"


def test_no_alarm_no_report() -> None:
    with pytest.raises(SettingsWrong):
        muster_report(listed(somebody(0)), [])


def card(members: int = 25, size: int | None = None, **rules: Any) -> GroupCard:
    home: Plant = plant(briefing=True, briefing_version="3", **rules)
    people = tuple(
        Member(
            visitor=visitor(f"v{n}", person(n), birth_year=2012), ticket=ticket(f"C{n}"), stay=NOT_YET, verdict=Admit()
        )
        for n in range(members)
    )
    return GroupCard(
        plant=home,
        tour=tour(),
        group=Group(id="g", plant="hleb", tour="t1", name="7 «Б»", leader="Гусева Анна", size=size),
        members=people,
        briefed=False,
        count=Count(),
        at=NOW,
    )


def test_the_signature_sheet_has_the_text_and_a_line_for_everybody() -> None:
    made = card(briefing_text="Не отходите от группы.\n\n#panic() *Снимать* нельзя.")
    cancelled = replace(made.members[3], verdict=Refuse(reason=Reason.CANCELLED))
    made = replace(made, members=(*made.members[:3], cancelled, *made.members[4:]))
    text = text_of(signature_sheet(made))
    for said in (
        "Завод «hleb», ул. Мира, 1",
        "редакция 3",
        "Не отходите от группы.",
        "#panic() *Снимать* нельзя.",
        "7 «Б»",
    ):
        assert said in text, said
    assert "Гусева Анна" in text
    assert made.members[3].visitor.name not in text.replace(made.members[0].visitor.name, "")
    assert f" {24 + EMPTY_LINES} " in f"{text} "
    assert "Safety briefing" in text_of(signature_sheet(made, "en"))


def test_a_group_without_names_gets_a_line_for_each_head() -> None:
    made = card(0, 40)
    assert f" {40 + EMPTY_LINES} " in f"{text_of(signature_sheet(made))} "
    assert len(signature_pictures(made, ppi=40)) >= 2
    assert "прочитан вслух" in text_of(signature_sheet(made))


# --- what goes wrong ----------------------------------------------------------------------------------


def test_a_template_that_cannot_be_set_is_an_expected_error() -> None:
    for data in ({"language": "ru"}, {}):
        with pytest.raises(typesetting.TypesettingFailed) as caught:
            typesetting.pdf("muster.typ", data)
        assert isinstance(caught.value, CheckinError)
        assert "typ" not in str(caught.value)
    with pytest.raises(typesetting.TypesettingFailed):
        typesetting.pdf("no-such.typ", {})
    assert muster_sheet(listed(somebody(0))), "and the next document is set all the same"


def test_a_folder_keeps_the_newest_sheet_and_the_one_before(tmp_path: Path) -> None:
    folder = tmp_path / "листы"
    for number in range(4):
        save_sheet(f"%PDF {number}".encode(), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {NEWEST: b"%PDF 3", BEFORE: b"%PDF 2"}
    if sys.platform != "win32":
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert write_sheet(listed(somebody(0)), folder).read_bytes().startswith(b"%PDF-")


def test_a_place_that_takes_no_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsWrong):
        save_sheet(b"%PDF", tmp_path / "file" / "folder")


# --- words --------------------------------------------------------------------------------------------


def test_every_word_on_paper_is_translated() -> None:
    with (i18n.PLACE / "ru" / "reports.po").open("rb") as file:
        known = {(message.context, message.id): message.string for message in read_po(file, locale="ru") if message.id}
    paper = {"muster.py", "mustering.py", "signatures.py", "wording.py"}
    keywords: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2)}
    for path in sorted((ROOT / "checkin" / "reports").glob("*.py")):
        if path.name not in paper | {"printing.py", "typesetting.py"}:
            continue  # their words stand in other catalogues: tests/unit/test_catalogue.py looks at them all
        for line, text, _comments, _context in extract_from_file("python", str(path), keywords=keywords):
            context = "paper" if path.name in paper else None
            string = known.get((context, text)) or known.get((None, text))
            assert string, f"{path.name}:{line}: {text}"
            one = string if isinstance(string, str) else string[0]
            source = text if isinstance(text, str) else text[0]
            assert sorted(re.findall(r"{\w*}", source)) == sorted(re.findall(r"{\w*}", one)), source


def test_people_are_counted_as_russian_counts() -> None:
    say = Wording("ru", "Europe/Moscow")
    assert [say.people(n) for n in (1, 2, 5, 21)] == ["1 человек", "2 человека", "5 человек", "21 человек"]
