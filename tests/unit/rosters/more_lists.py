"""Lists of a second stranger: private numbers, several dates or people in one cell, several tours on one sheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from roster_files import xlsx
from roster_lists import Case, text

HEAD = "Завод;Экскурсия;Дата;Время;ФИО\n"


def named(*names: str) -> Callable[[Path], object]:
    return text(HEAD + "".join(f"З;Э;05.08.2026;10:30;{name}\n" for name in names))


def dated(*pairs: tuple[str, str]) -> Callable[[Path], object]:
    return text(HEAD + "".join(f"З;Э;{day};{clock};Кот Ия\n" for day, clock in pairs))


def marked(heading: str, *cells: str) -> Callable[[Path], object]:
    return text(
        HEAD.replace("\n", f";{heading}\n")
        + "".join(
            f"З;Э;05.08.2026;10:30;Кот Ия{letter};{cell}\n" for letter, cell in zip("абвгдежзик", cells, strict=False)
        )
    )


def kept(*absent: str) -> Callable[[Any], bool]:
    """Nothing of this is anywhere in what would be stored, nor in a correction file."""
    return lambda r: not any(part in repr((r.rows, r.groups, r.tours, r.faulty)) for part in absent)


def starts(*moments: str) -> Callable[[Any], bool]:
    """Each visitor's start, in Moscow."""
    return lambda r: (
        tuple(f"{r.tours[one.visitor.tour].start + timedelta(hours=3):%d.%m.%Y %H:%M}" for one in r.rows) == moments
    )


def lengths(*minutes: int) -> Callable[[Any], bool]:
    return lambda r: (
        tuple((tour := r.tours[one.visitor.tour]).end - tour.start for one in r.rows)
        == tuple(timedelta(minutes=one) for one in minutes)
    )


def flags(*said: str) -> Callable[[Any], bool]:
    return lambda r: tuple(",".join(sorted(one.visitor.flags)) for one in r.rows) == said


def codes(*said: str) -> Callable[[Any], bool]:
    return lambda r: tuple("" if one.issued else one.ticket.code for one in r.rows) == said


def born(*years: int | None) -> Callable[[Any], bool]:
    return lambda r: tuple(one.visitor.birth_year for one in r.rows) == years


def both(*checks: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda r: all(check(r) for check in checks)


BLOCKS = (
    "Предприятие;Хлебозавод\nМероприятие: Хлеб\nДата: 05.08.2026\nВремя: 10:30-12:00\nФИО;Возраст\nИванов Пётр;12\n\n"
    "Мероприятие: Соль\nДата: 06.08.2026\n{}ФИО;Возраст\nЖук Анна;11\n"
)

MORE = [
    Case(
        "documents beside names",
        "a.csv",
        named(
            "Кот Ия E12345678",
            "Кот Ия паспорт E12345678",
            "Кот Ия паспорт серия 4509 номер 123456",
            "Кот Ия св-во о рожд. II-ИГ 123456",
            "Кот Ия загран 75 1234567",
            "Кот Ия EH1234567",
            "Кот Ия серия 4509 № 123456",
            "Кот Ия C01X00T47",
            "Кот Ия 123456",
            "4509 123456 Кот Ия",
            "Кот Ия (паспорт 4509 123456)",
        ),
        names=("Кот Ия",) * 11,
        says=("document number",),
        check=kept("123456", "C01X", "4509", "II-ИГ"),
    ),
    Case(
        "the day on which a passport was issued is nobody's birth",
        "a.csv",
        named(
            "Ёж Ян, 4509 123456 выд. ОВД г. Перми 12.03.2005",
            "Уж Ян 45 09 123456 12.05.2010",
            "Як Ян 4509 123456, 2010 г.р.",
        ),
        names=("Ёж Ян", "Уж Ян", "Як Ян"),
        says=("with what stood behind it",),
        check=both(born(None, None, 2010), kept("123456", "Перм")),
    ),
    Case(
        "documents and phones of leaders and groups",
        "a.csv",
        text(
            "Завод;Экскурсия;Дата;Время;ФИО;Группа;Старший\n"
            "З;Э;05.08.2026;10:30;Кот Ия;5А;Орлова Нина, паспорт 4509 123456, 89001112233\n"
            "З;Э;05.08.2026;10:30;Лис Ян;паспорт 4509 123456;\nЗ;Э;05.08.2026;10:30;Рак Ян;;Орлова Нина\n"
        ),
        names=("Кот Ия", "Лис Ян", "Рак Ян"),
        says=("phone number", "document number", "group's name looks like", "leader stands in a row without a group"),
        check=both(
            kept("4509", "8900"), lambda r: [(g.name, g.leader) for g in r.groups.values()] == [("5А", "Орлова Нина")]
        ),
    ),
    Case(
        "a document in the place of a code",
        "a.csv",
        marked("Код билета", "A-1", "4509 123456", "-", "нет", "нет"),
        names=("Кот Ияа", "Кот Ияв", "Кот Ияг", "Кот Ияд"),
        faults=((3, "Код билета"),),
        check=codes("A-1", "", "", ""),
    ),
    *(
        Case(
            f"days that are no visit: {heads}",
            "a.csv",
            text(f"{heads};Завод;Экскурсия;ФИО\n01.01.2030;05.08.2026;З;Э;Кот Ия\n"),
            names=("Кот Ия",),
            says=(says,),
            check=starts("05.08.2026 00:00"),
        )
        for heads, says in (
            ("Date of expiry;Date of visit", "passport data"),
            ("Expiry date;Visit date", "passport data"),
            ("Issue date;Visit date", "passport data"),
            ("Valid until;Visit date", "passport data"),
            ("Срок действия;Дата", "passport data"),
            ("Дата выдачи;Дата", "passport data"),
            ("Booking date;Departure date", "not used: Booking date"),
            ("Дата бронирования;Дата визита", "not used: Дата бронирования"),
            ("Дата и время регистрации;Дата", "not used: Дата и время регистрации"),
            ("Дата вылета;Дата экскурсии", "Two headings for one column"),
        )
    ),
    Case(
        "several days in one cell",
        "a.csv",
        dated(
            *(
                (day, "")
                for day in (
                    "05-07.08.2026",
                    "05/06.08.2026",
                    "05.08.2026, 06.08.2026",
                    "05.08.2026 и 06.08.2026",
                    "5–16 августа 2026",
                    "5 или 6 августа 2026",
                    "Aug 5-7, 2026",
                    "до 05.08.2026",
                    "05.08.2026 (перенос на 07.08.2026)",
                    "05.08.2026 22:00 - 06.08.2026 02:00",
                    "05.08.2026?",
                    "не раньше 05.08.2026",
                )
            )
        ),
        names=(),
        faults=tuple((row, "Дата") for row in range(2, 14)),
    ),
    Case(
        "a day and its hours in one cell",
        "a.csv",
        dated(
            ("05.08.2026 10:30-11:30", ""),
            ("5 августа 2026 г., начало в 10:30", ""),
            ("5 августа 2026 10.30-11.30", ""),
            ("05.08.2026 10:30", "10:30"),
            ("05.08.2026 10:30", "14:00"),
            ("05.08.2026", "10:30, 14:00"),
            ("05.08.2026", "10:30 14:00"),
        ),
        names=("Кот Ия",) * 4,
        faults=((6, "Время"), (7, "Время"), (8, "Время")),
        says=("two endings",),
        check=both(starts(*["05.08.2026 10:30"] * 4), lambda r: len(r.tours) == 1, lengths(60, 60, 60, 60)),
    ),
    Case(
        "one date shows that the month comes first",
        "a.csv",
        dated(("08/05/2026", "10:30"), ("08/06/2026", "10:30"), ("08/13/2026", "10:30")),
        names=("Кот Ия",) * 3,
        says=("month first",),
        check=starts("05.08.2026 10:30", "06.08.2026 10:30", "13.08.2026 10:30"),
    ),
    Case(
        "no date tells which comes first",
        "a.csv",
        dated(("08/05/2026", "10:30"), ("07/05/2026", "10:30")),
        names=("Кот Ия",) * 2,
        says=("08/05/2026 was read as 08.05.2026",),
        check=starts("08.05.2026 10:30", "07.05.2026 10:30"),
    ),
    Case(
        "one date shows that the day comes first",
        "a.csv",
        dated(("08/05/2026", "10:30"), ("13/05/2026", "10:30")),
        names=("Кот Ия",) * 2,
        check=both(starts("08.05.2026 10:30", "13.05.2026 10:30"), lambda r: r.notices == []),
    ),
    Case(
        "dates both ways in one column",
        "a.csv",
        dated(("08/05/2026", "10:30"), ("13/08/2026", "10:30"), ("08/13/2026", "10:30")),
        names=("Кот Ия",) * 2,
        faults=((2, "Дата"),),
    ),
    Case(
        "two tours on one sheet",
        "a.csv",
        text(BLOCKS.format("Время: 14:00-15:00\n")),
        names=("Иванов Пётр", "Жук Анна"),
        faults=((8, "ФИО"), (9, "ФИО"), (10, "ФИО"), (11, "ФИО")),
        says=("From row 12 on, for the rows below: plant: Хлебозавод, tour: Соль, date: 06.08.2026",),
        check=both(starts("05.08.2026 10:30", "06.08.2026 14:00"), lengths(90, 60)),
    ),
    Case(
        "a second tour without its time",
        "a.csv",
        text(BLOCKS.format("")),
        names=("Иванов Пётр",),
        faults=((8, "ФИО"), (9, "ФИО"), (10, "ФИО"), (11, "start")),
        says=("Above the headings",),
    ),
    Case(
        "two tours, their labels in cells of their own",
        "a.xlsx",
        lambda path: xlsx(
            path,
            {
                "Л": [
                    *(["Предприятие", "Заря"], ["Мероприятие", "Хлеб"], ["Дата", "05.08.2026"], ["Начало", "10:30"]),
                    *([], ["№", "ФИО", "Год рождения"], [1, "Иванов Ян", 2010], []),
                    *(["Мероприятие", "Соль"], ["Дата", "06.08.2026"], ["Начало", "14:00"], []),
                    *(["№", "ФИО", "Год рождения"], [1, "Кот Ия", 2011]),
                ]
            },
        ),
        names=("Иванов Ян", "Кот Ия"),
        faults=((9, "ФИО"), (10, "ФИО"), (11, "ФИО"), (13, "ФИО")),
        says=("From row 14 on",),
        check=starts("05.08.2026 10:30", "06.08.2026 14:00"),
    ),
    Case(
        "a title between rows that names another visit",
        "a.csv",
        text(
            "Завод: З\nЭкскурсия: Хлеб\nДата: 05.08.2026\nВремя: 10:30\nФИО;Класс\nКот Ия;5А\n"
            "Соль, 6 августа 2026, 14:00;\nЛис Ян;5А\n"
        ),
        names=("Кот Ия",),
        faults=((7, "ФИО"), (8, "tour")),
        says=("Above the headings",),
        check=flags("minor"),
    ),
    Case(
        "labels in the column of names",
        "a.csv",
        named(
            "Дата: 06.08.2026",
            "Начало: 14:00",
            "Время посещения: 14:00",
            "5 августа 2026 г.",
            "Адрес: ул. Мира, 1",
            "Автобус № 3",
            "Водитель: Петров П.П.",
        ),
        names=(),
        faults=tuple((row, "ФИО") for row in range(2, 9)),
    ),
    Case(
        "the time beside the day above the headings",
        "a.csv",
        text("Место: З\nМероприятие: Хлеб\nДата: 5 августа 2026 г., начало в 10:30\nФИО;Год рождения\nКот Ия;2010\n"),
        names=("Кот Ия",),
        says=("Above the headings",),
        check=starts("05.08.2026 10:30"),
    ),
    Case(
        "somebody else in the cell",
        "a.csv",
        named(
            "Сидоров Олег (дочь Анна 5 лет)",
            "Иванова Мария с дочкой Леной 7 лет",
            "Иванова Мария и сын 5 лет",
            "Иванов Ян + Иванова Ия",
            "Иванов Ян - Иванова Ия",
            "1) Кот Ян 2) Кот Ия",
            "Кот Ия x2",
            "Кот Ия х 2",
            "Кот Ия 2 билета",
            "Рак Ян - замена на Рак Ия",
            "Рак Ян вместо Рак Ия",
        ),
        names=(),
        faults=tuple((row, "ФИО") for row in range(2, 13)),
        says=("Perhaps more people",),
    ),
    Case(
        "a day of birth beside the name",
        "a.csv",
        named("Уж Ян д.р. 05.08.2012", "Уж Ян, 05.08.2012 г.р.", "Уж Ян (2012 г.р.)", "Уж Ян д.р. 05.08.12"),
        names=("Уж Ян",) * 3,
        faults=((5, "ФИО"),),
        check=born(2012, 2012, 2012),
    ),
    Case(
        "cancelled beside the name",
        "a.csv",
        named("ОТМЕНА Кот Ия", "ОТМЕНЕНО: Кот Ия", "Кот Ия ОТМЕНА", "Кот Ия - не придёт", "cancelled Kot Iya"),
        names=("Кот Ия",) * 4 + ("Kot Iya",),
        says=("read as a mark",),
        check=flags(*["cancelled"] * 5),
    ),
    Case(
        "a child's column beside a name's",
        "a.csv",
        text(
            "Завод;Экскурсия;Дата;Время;ФИО;ФИО ребенка;Возраст ребенка\n"
            "З;Э;05.08.2026;10:30;Петрова Анна;Петров Ян;7\nЗ;Э;05.08.2026;10:30;;Кот Ия;8\n"
        ),
        names=("Кот Ия",),
        faults=((2, "ФИО ребенка"),),
        says=("Two headings for one column",),
        check=born(2018),
    ),
    Case(
        "numbered columns of people",
        "a.csv",
        text(
            "Завод;Экскурсия;Дата;Время;ФИО ребёнка 1;Возраст ребёнка 1;ФИО ребёнка 2;Возраст ребёнка 2\n"
            "З;Э;05.08.2026;10:30;Иванов Ян;8;Иванова Ия;10\nЗ;Э;05.08.2026;10:30;Кот Ян;9;;\n"
        ),
        names=("Иванов Ян", "Иванова Ия", "Кот Ян"),
        says=("Lists stand beside each other",),
        check=born(2018, 2016, 2017),
    ),
    Case(
        "participants 1 to 3",
        "a.csv",
        text(
            "Завод;Экскурсия;Дата;Время;Участник 1;Участник 2;Участник 3\n"
            "З;Э;05.08.2026;10:30;Кот Ян;Кот Ия;Кот Ла\nЗ;Э;05.08.2026;10:30;Лис Ян;;\n"
        ),
        names=("Кот Ян", "Кот Ия", "Кот Ла", "Лис Ян"),
        says=("read as 3 rows",),
    ),
    Case(
        "what leaves open whether somebody comes",
        "a.csv",
        marked(
            "Статус заявки",
            "подтверждена",
            "Отклонена",
            "В листе ожидания",
            "не подтверждена",
            "expired",
            "pending",
            "ъъъ",
        ),
        names=("Кот Ияа", "Кот Ияб", "Кот Ияд"),
        faults=((4, "Статус заявки"), (5, "Статус заявки"), (7, "Статус заявки"), (8, "Статус заявки")),
        check=flags("", "cancelled", "cancelled"),
    ),
    Case(
        "not paid",
        "a.csv",
        marked("Оплата", "оплачено", "не оплачено", "нет", "1500"),
        names=("Кот Ияа", "Кот Ияг"),
        faults=((3, "Оплата"), (4, "Оплата")),
        says=("1500",),
    ),
    Case(
        "yes and no under a flag's name",
        "a.csv",
        text(
            "Завод;Экскурсия;Дата;ФИО;Инвалидность (да/нет);Иностранец;Несовершеннолетний\n"
            "З;Э;05.08.2026;Кот Ия;да;нет;+\nЗ;Э;05.08.2026;Лис Ян;-;да;\n"
        ),
        names=("Кот Ия", "Лис Ян"),
        check=flags("minor,mobility", "foreign"),
    ),
    *(
        Case(
            f"an end: {heads}",
            "a.csv",
            text(f"{heads},Plant,Tour,Name\n{cells},W,S,Ann Lee\n"),
            names=("Ann Lee",),
            says=says,
            check=lengths(150),
        )
        for heads, cells, says in (
            ("Date,Start time,End time", "2026-08-05,10:30,13:00", ()),
            ("Start date,Start time,End date,End time", "2026-08-05,10:30,2026-08-05,13:00", ("not used: End date",)),
            ("Дата,Время с,Время по", "05.08.2026,10:30,13:00", ()),
            ("Дата и время начала,Дата и время окончания", "05.08.2026 10:30,05.08.2026 13:00", ()),
        )
    ),
    Case(
        "text that is kept from being a number",
        "a.csv",
        text(
            HEAD.replace("\n", ";Код билета\n") + 'З;Э;05.08.2026;10:30;"=""Кот Ия""";"=""00123"""\n'
            "З;Э;05.08.2026;10:30;'Лис Ян;'00124\nЗ;Э;05.08.2026;10:30;О'Нил Ян;\n"
        ),
        names=("Кот Ия", "Лис Ян", "О'Нил Ян"),
        check=codes("00123", "00124", ""),
    ),
    Case(
        "a digit too many in a year",
        "a.csv",
        marked("Год рождения", "2012", "20120", "21012", "02012"),
        names=("Кот Ияа",),
        faults=((3, "Год рождения"), (4, "Год рождения"), (5, "Год рождения")),
        check=born(2012),
    ),
    Case(
        "as forms ask",
        "a.csv",
        text(
            'Отметка времени,"Фамилия, имя и отчество ребёнка",Завод,Экскурсия,Выберите дату и время\n'
            "21.07.2026 21:15:33,Петрова Мария,З,Э,05.08.2026 10:30-12:00\n"
        ),
        names=("Петрова Мария",),
        says=("not used: Отметка времени",),
        check=starts("05.08.2026 10:30"),
    ),
    Case(
        "a surname's heading of one letter",
        "a.csv",
        text("Завод;Экскурсия;Даты;Имя;Отчество;Ф.\nЗ;Э;05.08.2026;Ян;Олегович;Петров\n"),
        names=("Петров Ян Олегович",),
    ),
    Case(
        "words in small letters behind a name",
        "a.csv",
        named(
            "Кот Ия не будет",
            "Кот Ия (резерв)",
            "Кот Ия?",
            "Кот Ия аллергия",
            "Кот Ия с мамой",
            "Мамедов Али оглы",
            "кот ия",
        ),
        names=("Кот Ия", "Кот Ия аллергия", "Кот Ия с мамой", "Мамедов Али оглы", "кот ия"),
        faults=((3, "ФИО"), (4, "ФИО")),
        says=("read as a mark", "Words stand behind a name: look whether they belong to it. Rows: 5.", "more people"),
        check=flags("cancelled", "", "", "", ""),
    ),
    Case(
        "two days above the headings",
        "a.csv",
        text("Завод: З\nТур: Хлеб\nДата: 05.08.2026\nДата: 06.08.2026\nФИО;Класс\nКот Ия;5А\n"),
        names=(),
        faults=((6, "date"),),
        says=("Above the headings",),
    ),
    Case(
        "the day in the columns of start and end",
        "a.csv",
        text(
            "Plant,Tour,Name,Event start,Event end\nW,S,Ann Lee,2026-08-05 10:30,2026-08-05 13:00\n"
            "W,S,Bob Lee,2026-08-05 22:00,2026-08-06 01:00\nW,S,Cid Lee,2026-08-05 10:30,2026-08-16 13:00\n"
        ),
        names=("Ann Lee", "Bob Lee"),
        faults=((4, "Event end"),),
        check=both(starts("05.08.2026 10:30", "05.08.2026 22:00"), lengths(150, 180)),
    ),
]
