"""A season's spreadsheet: its sheets and columns, the empty template with drop-downs, the same filled from a roster.

Headings are ``по-русски · key``: a person reads the left half, the import the right one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from checkin.domain.plants import labels
from checkin.domain.visit import DocumentRule, Format, Gate, Plant, Policy, Record, StopEntry, Tour
from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _
from checkin.wholefile import written_whole
from checkin.workbooks import workbook

Lead = Callable[[str], tuple[int | None, int | None]]
YES, NO = "да", "нет"


@dataclass(frozen=True, slots=True)
class Column:
    """``what`` explains it, ``example`` shows it; ``choices`` become a drop-down."""

    key: str
    russian: str
    what: str
    example: str = ""
    choices: tuple[str, ...] = ()
    needed: bool = False

    @property
    def heading(self) -> str:
        return f"{self.russian} · {self.key}"


_PLANT = Column(
    "plant", "Предприятие", "Название, как на листе plants; у тёзок — код", "Хлебозавод «Колос»", needed=True
)
SHEETS: dict[str, tuple[Column, ...]] = {
    "plants": (
        Column("name", "Название", "Название предприятия", "Хлебозавод «Колос»", needed=True),
        Column("id", "Код", "Короткий код; пусто — программа составит сама", "khlebozavod-kolos"),
        Column("tz", "Часовой пояс", "Имя зоны IANA", "Europe/Moscow"),
        Column("address", "Адрес", "Как найти проходную", "ул. Мельничная, 4"),
        Column("region", "Регион", "Для отчёта", "Москва"),
        Column("district", "Округ", "Для отчёта", "ВАО"),
    ),
    "gates": (_PLANT, Column("name", "Проходная", "Как её называют", "Главная проходная", needed=True)),
    "tours": (
        _PLANT,
        Column("title", "Мероприятие", "Название", "От зерна до каравая", needed=True),
        Column("format", "Формат", "Из списка", "excursion", tuple(Format)),
        Column("date", "Дата", "День по местному времени", "05.08.2026", needed=True),
        Column("start", "Начало", "Местное время", "10:30", needed=True),
        Column("end", "Окончание", "Пусто — через полтора часа", "12:00"),
        Column("capacity", "Мест", "Пусто — места не считают", "25"),
        Column("language", "Язык", "ISO 639-1", "ru"),
        Column("guide", "Экскурсовод", "Имя", "Орлова Н."),
        Column("guide_phone", "Телефон экскурсовода", "Печатается в листе эвакуации", "+7 900 000-00-00"),
        Column("cancelled", "Отменено", "да или нет", NO, (YES, NO)),
    ),
    "policies": (
        _PLANT,
        Column("minimum_age", "Возраст от", "Полных лет; пусто — любой", "8"),
        Column("document", "Документ", "Чей документ смотрят", "leader", tuple(DocumentRule)),
        Column("minors_per_adult", "Детей на взрослого", "Пусто — не ограничено", "10"),
        Column("briefing", "Инструктаж", "Нужен ли инструктаж", YES, (YES, NO)),
        Column("briefing_text", "Текст инструктажа", "Что прочесть группе", "Закрытая обувь, идти за экскурсоводом."),
        Column("briefing_version", "Версия текста", "Для журнала", "2026-1"),
        Column("opens_before_min", "Вход за, мин", "За сколько минут до начала впускать", "60"),
        Column("closes_after_end_min", "Вход после, мин", "Сколько минут впускать после конца", "0"),
        Column("reentry", "Повторный вход", "Можно ли выйти и вернуться", YES, (YES, NO)),
        Column("retention_h", "Хранить, ч", "Через сколько часов данные стираются", "72"),
        Column("shut_out_h", "Отключён, ч", "Сколько часов отключённый сервером пост впускает без старшего", "24"),
        Column("lead_days", "Заявка за, дней", "За сколько дней сообщают о посетителях", "3"),
        Column("foreign_lead_days", "Иностранцы за, дней", "За сколько дней сообщают об иностранцах", "5"),
    ),
    "stop": (
        Column("plant", "Предприятие", "Пусто — для всех предприятий файла", "Хлебозавод «Колос»"),
        Column("name", "ФИО", "Кого не пускать", "Злодеев Олег Иванович", needed=True),
        Column("birth_year", "Год рождения", "Чтобы не путать тёзок", "1970"),
        Column("note", "Примечание", "По чьему решению", "Письмо службы безопасности"),
    ),
}
TITLES = {
    "plants": "Предприятия",
    "gates": "Проходные",
    "tours": "Мероприятия",
    "policies": "Правила",
    "stop": "Стоп-лист",
}
GUIDE = "Как заполнять"
ROWS = 1000
"""Rows that drop-downs reach."""

_FORMATS = {"date": "dd.mm.yyyy", "start": "hh:mm", "end": "hh:mm"}
"""How a spreadsheet shows the cells of these columns, which are days and times to it and no texts."""

Cells = Mapping[str, str | int | None]


def sheet_title(key: str) -> str:
    """What a sheet is called in the file."""
    return f"{TITLES[key]} · {key}"


def rows_of(records: Iterable[Record], lead: Lead) -> dict[str, list[Cells]]:
    """A roster as rows of the sheets."""
    held = list(records)
    plants = {one.id: one for one in held if isinstance(one, Plant)}
    named = labels(plants.values())
    out: dict[str, list[Cells]] = {key: [] for key in SHEETS}
    for one in sorted(held, key=lambda record: (record.plant, str(getattr(record, "start", "")), record.id)):
        for key in SHEETS:
            row = row_of(key, one, plants.get(one.plant), named, lead)
            if row is not None:
                out[key].append(row)
    return out


def row_of(key: str, record: Record, plant: Plant | None, named: Mapping[str, str], lead: Lead) -> Cells | None:
    """A record as a row of a sheet; None when it does not stand there.  ``named`` is what names a plant, by its id."""
    whose = named.get(record.plant, "")
    match key, record:
        case "plants", Plant():
            return {name: getattr(record, name) for name in ("name", "id", "tz", "address", "region", "district")}
        case "policies", Plant():
            return {"plant": whose, **_policy(record.policy), **_lead(lead(record.id))}
        case "gates", Gate() if plant is not None:
            return {"plant": whose, "name": record.name}
        case "tours", Tour() if plant is not None:
            return {"plant": whose, **_tour(record, plant)}
        case "stop", StopEntry():
            return {"plant": whose, "name": record.name, "birth_year": record.birth_year, "note": record.note}
        case _:
            return None


def _lead(days: tuple[int | None, int | None]) -> Cells:
    return {"lead_days": days[0], "foreign_lead_days": days[1]}


def _policy(policy: Policy) -> dict[str, str | int | None]:
    cells: dict[str, str | int | None] = {}
    for column in SHEETS["policies"][1:-2]:
        value = getattr(policy, column.key)
        cells[column.key] = (YES if value else NO) if isinstance(value, bool) else value
    return cells


def _tour(tour: Tour, plant: Plant) -> dict[str, str | int | None]:
    zone = ZoneInfo(plant.tz)
    start, end = tour.start.astimezone(zone), tour.end.astimezone(zone)
    return {
        "title": tour.title,
        "format": tour.format.value,
        "date": f"{start:%d.%m.%Y}",
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
        "capacity": tour.capacity,
        "language": tour.language,
        "guide": tour.guide,
        "guide_phone": tour.guide_phone,
        "cancelled": YES if tour.cancelled else NO,
    }


def write(path: Path, rows: Mapping[str, Sequence[Cells]] | None = None) -> None:
    """Writes the spreadsheet, whole or not at all: empty, or with rows.  Raises ``SettingsWrong`` or ``DiskFull``."""
    from xlsxwriter.exceptions import FileCreateError

    if path.suffix.lower() != ".xlsx":
        raise SettingsWrong(_("Name the file with .xlsx at its end"))
    with written_whole(path, FileCreateError) as fresh, workbook(fresh) as book:
        head = book.add_format({"bold": True, "bg_color": "#E3EEF7", "border": 1, "text_wrap": True, "valign": "top"})
        must = book.add_format({"bold": True, "bg_color": "#F7E7C8", "border": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        formats = {key: book.add_format({"num_format": form, "align": "left"}) for key, form in _FORMATS.items()}
        _guide(book, head, wrap)
        for key, columns in SHEETS.items():
            page = book.add_worksheet(sheet_title(key))
            page.freeze_panes(1, 0)
            page.set_row(0, 32)
            for place, column in enumerate(columns):
                page.set_column(place, place, 20, formats.get(column.key, text))
                page.write_string(0, place, column.heading, must if column.needed else head)
                rule: dict[str, object] = {
                    "validate": "list" if column.choices else "any",
                    "input_title": column.russian[:32],
                    "input_message": f"{column.what}. {column.example}"[:255],
                }
                if column.choices:
                    rule["source"] = list(column.choices)
                elif column.key == "plant":
                    rule |= {"validate": "list", "source": f"='{sheet_title('plants')}'!$A$2:$A$300"}
                    rule["error_type"] = "warning"
                page.data_validation(1, place, ROWS, place, rule)
            for number, cells in enumerate((rows or {}).get(key, ()), 1):
                for place, column in enumerate(columns):
                    value = cells.get(column.key)
                    if isinstance(value, int):
                        page.write_number(number, place, value)
                    elif (moment := _typed(column.key, value)) is not None:
                        page.write_datetime(number, place, moment, formats[column.key])
                    elif value:
                        page.write_string(number, place, str(value))


def _typed(key: str, text: str | None) -> datetime | time | None:
    """A day or a time as ``row_of`` writes it; None for anything else."""
    try:
        match key:
            case "date":
                return datetime.strptime(text or "", "%d.%m.%Y")  # noqa: DTZ007 - a day has no zone
            case "start" | "end":
                return time.fromisoformat(text or "")
    except ValueError:
        return None
    return None


def _guide(book: object, head: object, wrap: object) -> None:
    page = book.add_worksheet(GUIDE)  # type: ignore[attr-defined]
    page.set_column(0, 1, 28)
    page.set_column(2, 3, 46)
    for place, title in enumerate(("Лист", "Столбец", "Что писать", "Пример")):
        page.write_string(0, place, title, head)
    number = 1
    for key, columns in SHEETS.items():
        for column in columns:
            what = column.what + (" (обязательно)" if column.needed else "")
            if column.choices:
                what += ": " + ", ".join(column.choices)
            for place, said in enumerate((sheet_title(key), column.heading, what, column.example)):
                page.write_string(number, place, said, wrap)
            number += 1
    page.freeze_panes(1, 0)
