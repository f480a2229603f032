"""Lists as they come, each with what must become of it.  Every row is taken or named; nothing is guessed silently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from roster_files import ods, xls, xlsx

from checkin.rosters.result import ListResult

HEAD = "предприятие;мероприятие;дата;начало;ФИО;код\n"
ROW = "Завод «Заря»;Экскурсия;05.08.2026;10:30;{};{}\n"
HEADINGS = HEAD.strip().split(";")


def cells(name: str, code: str = "") -> list[Any]:
    return ["Завод «Заря»", "Экскурсия", "05.08.2026", "10:30", name, code]


@dataclass(frozen=True)
class Case:
    """``write`` makes the file; ``names`` are those taken, ``faults`` (row, column), ``says`` parts of the notices."""

    id: str
    file: str
    write: Callable[[Path], object]
    names: tuple[str, ...] = ("Иванов Иван",)
    faults: tuple[tuple[int, str], ...] = ()
    says: tuple[str, ...] = ()
    check: Callable[[ListResult], bool] = field(default=lambda result: True)


def text(content: str, encoding: str = "utf-8") -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content.encode(encoding))


def tour_of(result: ListResult) -> Any:
    return next(iter(result.tours.values()))


def _start(hour: int, minute: int) -> Callable[[ListResult], bool]:
    return lambda result: (tour_of(result).start.hour, tour_of(result).start.minute) == (hour, minute)


def _born(*years: int | None) -> Callable[[ListResult], bool]:
    return lambda result: tuple(row.visitor.birth_year for row in result.rows) == years


ONE = ROW.format("Иванов Иван", "c1")
PLAIN = HEAD + ONE
BARE = PLAIN.replace("«", "").replace("»", "")

CASES = [
    Case("plain", "a.csv", text(PLAIN), check=_start(7, 30)),
    Case("bom", "a.csv", text(PLAIN, "utf-8-sig")),
    Case("cp1251", "a.csv", text(PLAIN, "cp1251")),
    Case("cp866", "a.csv", text(BARE, "cp866")),
    Case("koi8-r", "a.txt", text(BARE, "koi8-r")),
    Case("utf-16 with mark", "a.csv", text(PLAIN, "utf-16")),
    Case("utf-16-le without mark", "a.csv", text(PLAIN, "utf-16-le")),
    Case("utf-16-be without mark", "a.csv", text(PLAIN, "utf-16-be")),
    Case("tabs", "a.tsv", text(PLAIN.replace(";", "\t"))),
    Case("pipes", "a.txt", text(PLAIN.replace(";", "|"))),
    Case("commas", "a.csv", text(PLAIN.replace(";", ","))),
    Case("sep line", "a.csv", text("sep=;\n" + HEAD + ROW.format("", "") + ONE), faults=((2, "ФИО"),)),
    Case("mac line ends", "a.csv", text(PLAIN.replace("\n", "\r"))),
    Case(
        "everything quoted",
        "a.csv",
        text("".join(";".join(f'"{cell}"' for cell in line.split(";")) + "\r\n" for line in PLAIN.splitlines())),
    ),
    Case("single quotes", "a.csv", text("\n".join(
        ",".join(f"'{cell}'" for cell in line.split(";")) for line in PLAIN.splitlines()
    ))),
    Case(
        "a line break and a delimiter in quotes",
        "a.csv",
        text(HEAD + ROW.format('"Иванов\nИван"', '"c;1"') + ROW.format("Петров", "c2")),
        names=("Иванов Иван", "Петров"),
        says=("scanner",),
    ),
    Case(
        "a quotation mark that is never closed",
        "a.csv",
        text(HEAD + ROW.format('"Иванов Иван', "c1") + "".join(ROW.format(f"Петров {n}", "") for n in range(50))),
        names=("Иванов Иван", *(f"Петров {n}" for n in range(50))),
        says=("Row 2: a quotation mark",),
    ),
    Case("quotes inside a cell", "a.csv", text(HEAD + ONE.replace("Экскурсия", 'Экскурсия "Хлеб"'))),
    Case("empty rows", "a.csv", text("\n\n" + HEAD + "\n;;;;;\n" + ONE + "\n;;\n" + ROW.format("", "x")),
         faults=((9, "ФИО"),)),
    Case("a title above", "a.csv", text("Список участников\nВыгружено 01.08.2026;;;;;\n\n" + PLAIN)),
    Case("the headings twice", "a.csv", text(PLAIN + HEAD + ROW.format("Петров", "")),
         names=("Иванов Иван", "Петров"), faults=((3, "ФИО"),)),
    Case(
        "headings in English in any order",
        "a.csv",
        text("Visitor,Code,Start,End,Date,Tour,Plant,Birth year,Language,Flags\n"
             "Иванов Иван,c1,10:30,12:00,2026-08-05,Excursion,Завод,1990,Russian,\"adult, wheelchair\"\n"),
        check=lambda r: {str(flag) for flag in r.rows[0].visitor.flags} == {"adult", "mobility"},
    ),
    Case(
        "names in three columns",
        "a.csv",
        text("Фамилия;Имя;Отчество;Предприятие;Мероприятие;Дата\nИванов;Иван;;Завод;Экскурсия;05.08.2026\n"
             ";;;Завод;Экскурсия;05.08.2026\n"),
        faults=((3, "Фамилия"),),
        check=lambda r: (tour_of(r).end - tour_of(r).start).seconds == 86340,
    ),
    Case(
        "school and class",
        "a.csv",
        text("Школа;Класс;Ф.И.О. участника;Завод;Название экскурсии;Дата посещения;Время\n"
             "№ 12;5А;Иванов Иван;Заря;Хлеб;5.8.26;10.30\n"),
        check=lambda r: next(iter(r.groups.values())).name == "№ 12, 5А",
    ),
    Case(
        "passport columns",
        "a.csv",
        text(HEAD.strip() + ";Паспорт серия и номер;Телефон;Кем выдан\n"
             + ONE.strip() + ";4509 123456;+7 900 000-00-00;ОВД\n"),
        says=("passport data and is not stored: Паспорт серия и номер, Кем выдан", "not used: Телефон"),
        check=lambda r: "4509 1" not in repr(r.rows) and "450912" not in repr(r.rows),
    ),
    Case(
        "passport numbers under a heading of ours",
        "a.csv",
        text(HEAD + ROW.format("Иванов Иван", "4509 123456") + ROW.format("Петров", "4510 654321")),
        names=("Иванов Иван", "Петров"),
        says=("passport data and is not stored: код",),
        check=lambda r: "4509 1" not in repr(r.rows) and "450912" not in repr(r.rows),
    ),
    Case("a passport number beside the name", "a.csv", text(HEAD + ROW.format("Иванов Иван, 4509 123456", "")),
         says=("document number",)),
    Case("ten digits may be a code", "a.csv", text(HEAD + ROW.format("Иванов Иван", "4509123456")),
         check=lambda r: r.rows[0].ticket.code == "4509123456"),
    Case(
        "two headings for one column",
        "a.csv",
        text(HEAD.strip() + ";Посетитель\n" + ONE.strip() + ";Кто-то другой\n"),
        says=("Two headings for one column",),
    ),
    Case(
        "bad dates and times",
        "a.csv",
        text(HEAD + ONE + "З;Э;31.02.2026;10:30;А;\nЗ;Э;;10:30;Б;\nЗ;Э;5 августа;10:30;В;\nЗ;Э;05.08.2026;25:00;Г;\n"
             ";Э;05.08.2026;10:00;Д;\nЗ;;05.08.2026;10:00;Е;\n"),
        faults=((3, "дата"), (4, "дата"), (5, "дата"), (6, "начало"), (7, "предприятие"), (8, "мероприятие")),
    ),
    Case(
        "a night shift, and an end before its start",
        "a.csv",
        text("plant;tour;date;start;end;visitor\nЗ;Ночь;2026-08-05;22:00;01:30;Иванов Иван\n"
             "З;День;2026-08-05;15:00;10:00;Петров\nЗ;День;2026-08-05;15:00;15:00;Сидоров\n"),
        faults=((3, "end"), (4, "end")),
        check=lambda r: (tour_of(r).end - tour_of(r).start).seconds == 3.5 * 3600,
    ),
    Case("a range in one cell", "a.csv", text(PLAIN.replace("10:30", "10:00–11:15")),
         check=lambda r: (tour_of(r).end - tour_of(r).start).seconds == 75 * 60),
    Case("date and time in one cell", "a.csv", text(
        "завод;экскурсия;дата и время;участник\nЗаря;Хлеб;05.08.2026 10:30;Иванов Иван\n"), check=_start(7, 30)),
    Case(
        "codes twice",
        "a.csv",
        text(HEAD + ONE + ONE + ROW.format("Петров", "C1") + ROW.format("Сидоров", "c2")),
        names=("Иванов Иван", "Сидоров"),
        faults=((3, "код"), (4, "код")),
    ),
    Case(
        "namesakes without codes are two people",
        "a.csv",
        text(HEAD + ROW.format("Иванов Иван", "") * 2),
        names=("Иванов Иван", "Иванов Иван"),
        check=lambda r: len({row.visitor.id for row in r.rows}) == 2 and len({row.ticket.code for row in r.rows}) == 2,
    ),
    Case(
        "names stay text",
        "a.csv",
        text(HEAD + ROW.format('"=HYPERLINK(""http://x"")"', "") + ROW.format("<img src=x>", "")
             + ROW.format("محمد عبد الرحمن", "") + ROW.format("  Алёна\u00a0 Ли  ", "") + ROW.format("王小明", "")),
        names=('=HYPERLINK("http://x")', "<img src=x>", "محمد عبد الرحمن", "Алёна Ли", "王小明"),
    ),
    Case(
        "what is not a name",
        "a.csv",
        text(HEAD + ONE + ROW.format("+7 900 000-00-00", "") + ROW.format("—", "") + ROW.format("#REF!", "")
             + ROW.format("и" * 201, "") + ROW.format("ж" * 11_000, "")),
        faults=tuple((row, "ФИО") for row in range(3, 8)),
    ),
    Case("control characters", "a.csv", text(HEAD + ROW.format("Ива\u202eнов\u200b \x07Иван", "")),
         says=("control characters",)),
    Case(
        "birth years",
        "a.csv",
        text("plant,tour,date,visitor,birth_year\n" + "".join(
            f"З,Э,2026-08-05,Иванов,{year}\n" for year in ("2012", "05.08.2012", "2012 г.р.", "", "12", "1812", "2027")
        )),
        names=("Иванов",) * 4,
        faults=((6, "birth_year"), (7, "birth_year"), (8, "birth_year")),
        check=_born(2012, 2012, 2012, None),
    ),
    Case("ages", "a.csv", text("plant,tour,date,visitor,Возраст\nЗ,Э,2026-08-05,Иванов,12 лет\n"
                               "З,Э,2026-08-05,Петров,7\n"),
         names=("Иванов", "Петров"), check=_born(2014, 2019)),
    Case(
        "words for flags and languages",
        "a.csv",
        text("plant,tour,date,visitor,flags,language,статус\n"
             "З,Э,2026-08-05,А,несовершеннолетний; МГН,английский,подтверждён\n"
             "З,Э,2026-08-05,Б,клоун,клингонский,отменено\n"),
        names=("А", "Б"),
        says=("mark “клоун”", "language “клингонский”"),
        check=lambda r: sorted(r.rows[0].visitor.flags) == ["minor", "mobility"]
        and r.rows[0].visitor.language == "en" and list(r.rows[1].visitor.flags) == ["cancelled"],
    ),
    Case(
        "a comma in a name shifts the row",
        "a.csv",
        text("plant,tour,date,visitor,code\nЗ,Э,2026-08-05,Иванов Иван,c1\nЗ,Э,2026-08-05,Петров, Пётр,c2\n"),
        faults=((3, "visitor"),),
    ),
    Case("half of it with another delimiter", "a.csv", text(PLAIN + ROW.format("Петров", "").replace(";", ",")),
         faults=((3, "ФИО"),)),
    Case("damaged letters", "a.csv", lambda path: path.write_bytes(
        (HEAD + ONE * 1 + ROW.format("Пет@ров", "c2") + ROW.format("Сидоров Сидор Сидорович", "c3") * 1).encode()
        .replace(b"@", b"\xff")), names=("Иванов Иван", "Сидоров Сидор Сидорович"), faults=((3, "ФИО"),),
         says=("damaged",)),
    Case("xlsx with real dates", "a.xlsx", lambda path: xlsx(path, {"Лист1": [
        HEADINGS, ["З", "Э", date(2026, 8, 5), time(10, 30), "Иванов Иван", 12345],
    ]}), check=lambda r: r.rows[0].ticket.code == "12345" and _start(7, 30)(r)),
    Case("xlsx with serials", "a.xlsx", lambda path: xlsx(path, {"Лист1": [
        HEADINGS, ["З", "Э", 46239, 0.4375, "Иванов Иван", "c1"], ["З", "Э", 46239.4375, "", "Петров", "c2"],
        ["З", "Э", datetime(2026, 8, 5, 10, 30), 10.3, "Сидоров", "c3"],  # noqa: DTZ001
    ]}), names=("Иванов Иван", "Петров", "Сидоров"), check=lambda r: len(r.tours) == 1 and _start(7, 30)(r)),
    Case("a code that the spreadsheet has rounded", "a.xlsx", lambda path: xlsx(path, {"Лист1": [
        HEADINGS, cells("Иванов Иван", "c1"), ["З", "Э", "05.08.2026", "10:30", "Петров", 12345678901234567890],
    ]}), faults=((3, "код"),)),
    Case("xlsx with a title and merged headings", "a.xlsx", lambda path: xlsx(path, {"Лист1": [
        ["Список группы", "", "", "", ""], ["Предприятие", "Экскурсия", "Когда", "Участник", ""],
        ["", "", "Дата", "ФИО", "Год рождения"], ["З", "Э", "05.08.2026", "Иванов Иван", 2012],
    ]}, {"Лист1": ["A1:E1", "A2:A3", "B2:B3", "D2:E2"]}), check=_born(2012)),
    Case("xlsx merged downwards", "a.xlsx", lambda path: xlsx(path, {"Лист1": [
        HEADINGS, cells("Иванов Иван"), ["", "", "", "", "Петров"], ["", "", "", "", "Сидоров"],
    ]}, {"Лист1": ["A2:A4", "B2:B4", "C2:C4", "D2:D4"]}), names=("Иванов Иван", "Петров", "Сидоров")),
    Case("xlsx with several sheets", "a.xlsx", lambda path: xlsx(path, {
        "Справка": [["просто текст"], ["ещё"]], "Утро": [HEADINGS, cells("Иванов Иван")],
        "Вечер": [[], HEADINGS, cells("Петров"), cells("")],
    }), names=("Иванов Иван", "Петров"), faults=((4, "ФИО"),), says=("Sheet “Справка”", "rows: 2")),
    Case("xlsx called csv", "a.csv", lambda path: xlsx(path, {"Лист1": [HEADINGS, cells("Иванов Иван")]})),
    Case("xls", "a.xls", lambda path: xls(path, [HEADINGS, cells("Иванов Иван"), cells("")]), faults=((3, "ФИО"),)),
    Case("ods", "a.ods", lambda path: ods(path, [HEADINGS, cells("Иванов Иван"), cells("")]), faults=((3, "ФИО"),)),
    Case("only headings", "a.csv", text(HEAD), names=(), says=("no rows",)),
]  # fmt: skip

UNREADABLE: list[tuple[str, str, Callable[[Path], object], str]] = [
    ("empty", "a.csv", text(""), "is empty"),
    ("only spaces", "a.csv", text("  \n \n"), "no row with headings"),
    ("a sentence", "a.txt", text("Уважаемые коллеги! Список пришлём завтра."), "no row with headings"),
    ("no names", "a.csv", text("предприятие;мероприятие;дата\nЗ;Э;05.08.2026\n"), "no column with names"),
    ("a web page", "a.xls", text("<html><table><tr><td>ФИО</td></tr></table></html>"), "a web page"),
    ("a document", "a.csv", lambda path: path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"), "PDF"),
    ("a picture", "a.xlsx", lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "a picture"),
    ("random bytes", "a.csv", lambda path: path.write_bytes(bytes(range(256)) * 100), "not a table"),
    ("a cut workbook", "a.xlsx", lambda path: path.write_bytes(b"PK\x03\x04" + b"\0" * 100), "damaged"),
    ("a cut old workbook", "a.xls", lambda path: path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") * 80), "damaged"),
    ("a missing file", "a.csv", lambda path: None, "no file"),
    ("a folder", "a.csv", lambda path: path.mkdir(), "folder"),
    ("one endless line", "a.csv", text(HEAD + "x" * 3_000_000), "too long"),
]
