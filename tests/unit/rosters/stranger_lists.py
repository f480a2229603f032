"""Lists as schools, agencies and registration sites send them, each with what must become of it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from roster_files import compound, ods, xlsx
from roster_lists import Case, text, tour_of

HEAD = "Предприятие;Мероприятие;Дата;Начало;ФИО;Год рождения\n"
ROW = "Завод;Экскурсия;05.08.2026;10:30;{};2010\n"
HEADINGS = HEAD.strip().split(";")
ONE = HEAD + ROW.format("Иванов Иван")
SHORT = "Завод;Экскурсия;Дата;ФИО;{}\n"


def row(name: Any, year: Any = 2010) -> list[Any]:
    return ["Завод", "Экскурсия", "05.08.2026", "10:30", name, year]


def sheet(*rows: list[Any], merges: tuple[str, ...] = ()) -> Callable[[Path], object]:
    return lambda path: xlsx(path, {"Лист1": rows}, {"Лист1": merges})


def short(heading: str, *values: str) -> Callable[[Path], object]:
    """A list with one column more, whose cells are these; people are called А, Б, В …"""
    names = "АБВГДЕЖЗИКЛМНОПРСТУФ"
    return text(
        SHORT.format(heading) + "".join(f"З;Э;05.08.2026;{n};{v}\n" for n, v in zip(names, values, strict=False))
    )


def when(*pairs: tuple[str, str]) -> Callable[[Path], object]:
    return text("Завод;Экскурсия;Дата;Время;ФИО\n" + "".join(f"З;Э;{day};{clock};А\n" for day, clock in pairs))


def _epoch_1904(path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    assert book.active is not None
    book.active.append(HEADINGS)
    book.active.append(["Завод", "Экскурсия", datetime(2026, 8, 5), time(10, 30), "Иванов Иван", 2010])  # noqa: DTZ001
    book.save(path)


def _formulas(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADINGS)
        page.write_row(1, 0, row("x"))
        page.write_formula(1, 4, '=HYPERLINK("http://x","Иванов Иван")', None, "Иванов Иван")
        page.write_formula(1, 5, "=2000+10", None, 2010)


def _hidden(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Видный")
        page.write_row(0, 0, HEADINGS)
        page.write_row(1, 0, row("Иванов Иван"))
        page.write_row(2, 0, row("Скрытый Ряд"))
        page.set_row(2, None, None, {"hidden": True})
        page = book.add_worksheet("Тайный")
        page.write_row(0, 0, HEADINGS)
        page.write_row(1, 0, row("Тайный Лист"))
        page.hide()


def _patched(path: Path, member: str, change: Callable[[bytes], bytes]) -> None:
    whole = path.with_name("whole.xlsx")
    xlsx(whole, {"Лист1": [HEADINGS, row("Иванов Иван")]})
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            data = old.read(one)
            new.writestr(one.filename, change(data) if one.filename == member else data)


def _styled_to_the_end(path: Path) -> None:
    """Borders down to the last row of the sheet, as somebody makes them who marks whole columns."""
    rows = "".join(
        f'<row r="{number}" s="1" customFormat="1"><c r="A{number}" s="1"/><c r="XFD{number}" s="1" /></row>'
        f'<row r="{number + 1}" s="1"/>'
        for number in (*range(3, 2001, 2), 1_048_575)
    )
    _patched(
        path, "xl/worksheets/sheet1.xml", lambda data: data.replace(b"</sheetData>", rows.encode() + b"</sheetData>")
    )


def _entities(path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><sst'
    _patched(
        path,
        "xl/sharedStrings.xml",
        lambda data: data.replace(b"<sst", bomb, 1).replace("Иванов Иван".encode(), b"&b;&b;"),
    )


def _half(path: Path) -> None:
    xlsx(path, {"Лист1": [HEADINGS, *(row(f"Иванов {number}") for number in range(300))]})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _under_password(path: Path) -> None:
    data = compound(b"\0" * 5000)
    names = "EncryptionInfo".encode("utf-16-le") + bytes(20) + "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(data + names)


def _binary_workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.bin", b"\x83\x01\x00")


def _flags(*expected: str) -> Callable[[Any], bool]:
    return lambda result: tuple(",".join(sorted(one.visitor.flags)) for one in result.rows) == expected


def _years(*expected: int | None) -> Callable[[Any], bool]:
    return lambda result: tuple(one.visitor.birth_year for one in result.rows) == expected


def _one_tour_at(hour: int, minute: int) -> Callable[[Any], bool]:
    return lambda result: (
        len(result.tours) == 1 and (tour_of(result).start.hour, tour_of(result).start.minute) == (hour, minute)
    )


STRANGERS = [
    Case("totals below", "a.csv", text(ONE + "Итого;;;;1;\n"), faults=((3, "ФИО"),)),
    Case("totals in a sentence", "a.csv", text(ONE + "ИТОГО: 1 человек;;;;;\n"), faults=((3, "ФИО"),)),
    Case("a total under the names", "a.csv", text(ONE + ROW.format("Всего: 1")), faults=((3, "ФИО"),)),
    Case(
        "totals of a workbook",
        "a.xlsx",
        sheet(["№ п/п", *HEADINGS], [1, *row("Иванов Иван")], ["Всего", 1, "", "", "", "", ""]),
        faults=((3, "ФИО"),),
        says=("not used: № п/п",),
    ),
    Case(
        "a signature below",
        "a.xlsx",
        sheet(HEADINGS, row("Иванов Иван"), [], ["Директор школы", "", "", "_______", "", ""]),
        faults=((4, "ФИО"),),
    ),
    Case(
        "a numbered form that is not filled",
        "a.xlsx",
        sheet(["№", *HEADINGS], [1, *row("Иванов Иван")], [2], [3]),
        faults=((3, "ФИО"), (4, "ФИО")),
        says=("not used: №",),
    ),
    Case("numbers of columns", "a.xlsx", sheet(HEADINGS, [1, 2, 3, 4, 5, 6], row("Иванов Иван")), faults=((2, "ФИО"),)),
    Case(
        "titles between rows",
        "a.xlsx",
        sheet(HEADINGS, ["Первая группа"], row("Иванов Иван"), ["Вторая группа"], row("Петров Пётр")),
        names=("Иванов Иван", "Петров Пётр"),
        faults=((2, "ФИО"), (4, "ФИО")),
    ),
    Case(
        "a second table with its own headings",
        "a.csv",
        text(ONE + "\nФИО;Дата;Начало;Мероприятие;Предприятие\nПетров Пётр;06.08.2026;11:00;Экскурсия;Завод\n"),
        names=("Иванов Иван", "Петров Пётр"),
        faults=((4, "ФИО"),),
        check=lambda r: len(r.tours) == 2,
    ),
    Case("dates since 1904", "a.xlsx", _epoch_1904, check=_one_tour_at(7, 30)),
    Case(
        "a class merged over its pupils",
        "a.xlsx",
        sheet(["Класс", *HEADINGS], ["5А", *row("Иванов Иван")], ["", *row("Петров Пётр")], merges=("A2:A3",)),
        names=("Иванов Иван", "Петров Пётр"),
        check=lambda r: [group.name for group in r.groups.values()] == ["5А"] and all(o.visitor.group for o in r.rows),
    ),
    Case(
        "the visit above the headings",
        "a.xlsx",
        sheet(
            ["Заявка"],
            ["Предприятие:", "Завод"],
            ["Мероприятие:", "Экскурсия"],
            ["Дата:", "05.08.2026"],
            ["Время: 10:30"],
            ["Дата выгрузки: 01.08.2026"],
            [],
            ["ФИО", "Год рождения"],
            ["Иванов Иван", 2010],
        ),
        says=("Above the headings, for every row: plant: Завод, tour: Экскурсия, date: 05.08.2026, start: 10:30",),
        check=_one_tour_at(7, 30),
    ),
    Case(
        "names in three columns, and what nobody needs",
        "a.csv",
        text(
            "Фамилия;Имя;Отчество;Дата рождения;Паспорт;СНИЛС;Телефон;E-mail;Предприятие;Мероприятие;Дата;Время\n"
            "Иванов;Иван;Иванович;01.02.2010;4509 123456;123-456-789 00;8 (900) 123-45-67;a@b.ru;З;Э;05.08.2026;10:30\n"
        ),
        names=("Иванов Иван Иванович",),
        says=("not stored: Паспорт, СНИЛС", "not used: Телефон, E-mail"),
        # Whole values, with and without their signs: three digits alone stand in a visitor's hashed id by chance.
        check=lambda r: (
            not any(
                part in repr(r)
                for part in ("4509 123456", "4509123456", "123-456-789", "(900)", "123-45-67", "9001234567", "a@b.ru")
            )
        ),
    ),
    Case(
        "spaces that nobody sees",
        "a.csv",
        text(
            " Предприятие ;\u00a0Мероприятие;Дата\u200b;  Начало;Ф.И.О.\u00a0;Год\u00a0рождения\n"
            " Завод\u00a0; Экскурсия ;\u200b05.08.2026;10:30\u00a0;\ufeffИванов\u200b Иван\u00ad; 2010 \n"
        ),
        says=("control characters",),
        check=_one_tour_at(7, 30),
    ),
    Case(
        "names from everywhere",
        "a.csv",
        text(
            HEAD
            + "".join(
                ROW.format(n)
                for n in (
                    "О'Коннор Шон-Патрик",
                    "de la Cruz María",
                    "Nguyễn Văn A",
                    "李",
                    "אברהם כהן",
                    "Иванов Иван 🎉",
                    "🎉",
                )
            )
        ),
        names=("О'Коннор Шон-Патрик", "de la Cruz María", "Nguyễn Văn A", "李", "אברהם כהן", "Иванов Иван 🎉"),
        faults=((8, "ФИО"),),
    ),
    Case(
        "ages in words",
        "a.csv",
        short("Возраст", "ребёнок", "взр.", "12", "7 лет", "18+", "7-11", "", "5,5", "до 18", "?!"),
        names=tuple("АБВГДЕЖЗИ"),
        faults=((11, "Возраст"),),
        check=lambda r: (
            _flags("minor", "adult", "", "", "adult", "minor", "", "", "minor")(r)
            and _years(None, None, 2014, 2019, None, None, None, 2021, None)(r)
        ),
    ),
    Case(
        "kinds of visitors in short",
        "a.csv",
        short("Категория", "реб.", "взр.", "Взрослый билет", "дет.", "сопр."),
        names=tuple("АБВГД"),
        check=_flags("minor", "adult", "adult", "minor", "adult"),
    ),
    Case(
        "days of birth",
        "a.csv",
        short(
            "Дата рождения",
            "01.02.2010",
            "2010-02-01",
            "1 февраля 2010 г.",
            "01.02.10",
            "40210",
            "2010г.р.",
            "01.02.2010 0:00:00",
            "00.00.0000",
            "10",
        ),
        names=tuple("АБВГДЕЖ"),
        faults=((9, "Дата рождения"), (10, "Дата рождения")),
        check=_years(*[2010] * 7),
    ),
    Case(
        "one moment in many spellings",
        "a.csv",
        when(
            ("05.08.2026", "10:30"),
            ("5 августа 2026 г.", "10-30"),
            ("2026/08/05", "10.30"),
            ("05-авг-2026", "10ч30м"),
            ("среда, 5 августа 2026", "10 30"),
            ("05,08,2026", "10,30"),
            ("20260805", "1030"),
            ("46239", "0,4375"),
            ("Aug 5, 2026", "10:30 AM"),
            ("05.08.26", "в 10:30"),
            ("2026-08-05T10:30:00", ""),
            ("10:30 05.08.2026", ""),
        ),
        names=("А",) * 12,
        check=_one_tour_at(7, 30),
    ),
    Case(
        "no moment",
        "a.csv",
        when(("05.08", "10:30"), ("завтра", "утром"), ("32.08.2026", "10:30"), ("05.08.2026", "25")),
        names=(),
        faults=((2, "Дата"), (3, "Дата"), (4, "Дата"), (5, "Время")),
    ),
    Case(
        "more than a name in the cell",
        "a.csv",
        text(
            HEAD
            + "".join(
                ROW.format(n)
                for n in (
                    "Иванов Иван +7 900 123-45-67",
                    "Иванов Иван, тел. 89001234567",
                    "1. Иванов Иван",
                    "Иванов Иван 2010 г.р.",
                    "Иванов Иван, паспорт 45 09 №123456",
                    "Иванов Иван +1",
                )
            )
        ),
        names=("Иванов Иван",) * 5 + ("Иванов Иван +1",),
        says=(
            "phone number beside",
            "document number beside",
            "more people stand behind a name: give each a row. Rows: 7",
        ),
        check=lambda r: not any("900" in row.visitor.name or "123456" in row.visitor.name for row in r.rows),
    ),
    Case(
        "two people in one cell",
        "a.csv",
        text(
            HEAD
            + ROW.format("Сидоров Олег, Сидорова Анна")
            + ROW.format("Иванов, Иван")
            + ROW.format("Ли Мэй и Ким Юна")
        ),
        names=("Иванов, Иван",),
        faults=((2, "ФИО"), (4, "ФИО")),
    ),
    Case("the value of a formula counts", "a.xlsx", _formulas),
    Case(
        "numbers stored as text",
        "a.xlsx",
        sheet(HEADINGS, ["Завод", "Экскурсия", "46239", "0.4375", "Иванов Иван", "2010"]),
        check=_one_tour_at(7, 30),
    ),
    Case(
        "hidden rows are read and a hidden sheet is named",
        "a.xlsx",
        _hidden,
        names=("Иванов Иван", "Скрытый Ряд"),
        says=("Sheet “Тайный” is hidden",),
    ),
    Case("borders to the end of the sheet", "a.xlsx", _styled_to_the_end),
    Case(
        "repeated rows of an ODS",
        "a.ods",
        lambda path: ods(
            path,
            [HEADINGS, ["Завод", "Экскурсия", "05.08.2026", "10:30", "Иванов Иван", "2010"]],
            '<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="string">'
            "<text:p>x</text:p></table:table-cell></table:table-row>"
            '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
            'table:number-columns-repeated="16384"/></table:table-row>',
        ),
        faults=((3, "ФИО"), (4, "ФИО")),
    ),
    Case(
        "sheets of different headings",
        "a.xlsx",
        lambda path: xlsx(
            path,
            {
                "5А": [
                    ["Школа 12"],
                    ["ФИО", "Дата", "Время", "Завод", "Экскурсия"],
                    ["Иванов Иван", "05.08.2026", "10:30", "З", "Э"],
                ],
                "5Б": [
                    ["Завод", "Экскурсия", "Когда", "Участник"],
                    ["З", "Э", datetime(2026, 8, 5, 10, 30), "Петров Пётр"],  # noqa: DTZ001 - a spreadsheet has no zones
                ],
                "Сводка": [["Класс", "Количество"], ["5А", 1]],
            },
        ),
        names=("Иванов Иван", "Петров Пётр"),
        says=("Sheet “Сводка”",),
        check=_one_tour_at(7, 30),
    ),
    Case(
        "UTF-16 with an odd byte",
        "a.csv",
        lambda path: path.write_bytes(ONE.encode("utf-16") + b"\0"),
        faults=((3, "ФИО"),),
        says=("damaged",),
    ),
    *(
        Case(f"delimited by {name}", "a.csv", text(ONE.replace(";", sign)))
        for name, sign in (("circumflexes", "^"), ("tildes", "~"), ("exclamation marks", "!"), ("stars", "*"))
    ),
    Case("delimited by colons", "a.csv", text("ФИО:Дата:Завод:Экскурсия\nИванов Иван:05.08.2026:З:Э\n")),
    Case(
        "quotes and line breaks between pipes",
        "a.csv",
        text((HEAD + ROW.format('"Иванов ""Ваня"" Иван"') + ROW.format('"Петров\nПётр"')).replace(";", "|")),
        names=('Иванов "Ваня" Иван', "Петров Пётр"),
    ),
    Case(
        "headings that nobody knows",
        "a.csv",
        text(
            "колонка1;колонка2;колонка3;колонка4\n"
            + "".join(f"{n};05.08.2026;Хлебозавод;Экскурсия по цеху\n" for n in ("Иванов Иван", "Петров Пётр"))
        ),
        names=("Иванов Иван", "Петров Пётр"),
        says=("“колонка1” is read as “visitor”", "“колонка4” is read as “tour”"),
    ),
    Case(
        "short rows",
        "a.csv",
        text(HEAD + "Завод;Экскурсия;05.08.2026;10:30;Иванов Иван\nЗавод;Экскурсия;05.08.2026\n"),
        faults=((3, "ФИО"),),
        check=_one_tour_at(7, 30),
    ),
    Case(
        "delimiters at the end",
        "a.csv",
        text(HEAD.replace("\n", ";;;\n") + ROW.format("Иванов Иван").replace("\n", ";;;\n") + ";;;;;;;;\n"),
    ),
    Case(
        "errors of a spreadsheet",
        "a.csv",
        text(
            ONE + "#ССЫЛКА!;Э;05.08.2026;10:30;А;\nЗавод;#N/A;05.08.2026;10:30;Б;\nЗавод;Э;05.08.2026;10:30;В;#ЗНАЧ!\n"
        ),
        faults=((3, "Предприятие"), (4, "Мероприятие"), (5, "Год рождения")),
    ),
    Case(
        "true, false and a number for a name",
        "a.xlsx",
        sheet(
            HEADINGS,
            ["Завод", "Э", True, "10:30", "А", 2010],
            ["Завод", "Э", "05.08.2026", False, "Б", 2010],
            row(12345),
            row("Иванов Иван"),
        ),
        faults=((2, "Дата"), (3, "Начало"), (4, "ФИО")),
    ),
    Case(
        "codes with zeros in front, and one that was rounded",
        "a.csv",
        short("Код билета", "00012345", "12345", "1,23457E+12"),
        names=("А", "Б"),
        faults=((4, "Код билета"),),
        check=lambda r: [one.ticket.code for one in r.rows] == ["00012345", "12345"],
    ),
    Case(
        "as a registration site exports it",
        "a.csv",
        text(
            "Tour,Date,Time,Plant,First Name,Last Name,Email,Ticket ID,Order Date\n"
            "Bread,2026-08-05,10:30,Bakery,Ivan,Ivanov,a@b.c,T-100,2026-07-01\n"
            "Bread,2026-08-05,10:30,Bakery,,,a@b.c,T-101,2026-07-01\n"
        ),
        names=("Ivanov Ivan",),
        faults=((3, "Last Name"),),
        says=("not used: Email, Order Date",),
    ),
    Case(
        "a row far below",
        "a.csv",
        text(ONE + "\n" * 500 + ROW.format("Петров Пётр")),
        names=("Иванов Иван", "Петров Пётр"),
        check=lambda r: r.rows[1].row == 503,
    ),
    Case(
        "a tour of a hundred years ago", "a.csv", text(ONE + "Завод;Э;05.08.1926;10:30;А;1890\n"), faults=((3, "Дата"),)
    ),
]

NO_LISTS: list[tuple[str, str, Callable[[Path], object], str]] = [
    ("JSON", "a.json", text('[{"ФИО": "Иванов Иван"}]'), "another program"),
    ("XML of a spreadsheet", "a.xls", text('<?xml version="1.0"?><Workbook/>'), "another program"),
    ("entities that grow", "a.xlsx", _entities, "damaged"),
    ("half a workbook", "a.xlsx", _half, "damaged"),
    ("a workbook under a password", "a.xlsx", _under_password, "password"),
    ("a binary workbook", "a.xlsb", _binary_workbook, "XLSB"),
]
