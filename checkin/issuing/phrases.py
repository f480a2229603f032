"""What tickets say, in the three languages that visitors read.  A ticket is for its visitor, not for this PC's user."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

LANGUAGES = ("ru", "en", "zh")

_PHRASES: dict[str, tuple[str, str, str]] = {
    "ticket": ("Билет на экскурсию", "Tour ticket", "参观门票"),
    "group_sheet": ("Лист группы", "Group sheet", "团队名单"),
    "visitor": ("Посетитель", "Visitor", "访客"),
    "group": ("Группа", "Group", "团队"),
    "leader": ("Старший группы", "Group leader", "领队"),
    "when": ("Когда", "When", "时间"),
    "where": ("Где", "Where", "地点"),
    "bring": ("Что взять", "What to bring", "请携带"),
    "briefing": ("Инструктаж", "Safety briefing", "安全须知"),
    "code": ("Код для ввода", "Code to type", "手输代码"),
    "show": (
        "Покажите этот код на проходной: на бумаге или с экрана телефона.",
        "Show this code at the gate, on paper or on your phone.",
        "请在入口处出示此二维码（纸质或手机均可）。",
    ),
    "early": (
        "Приходите за 15 минут до начала.",
        "Please arrive 15 minutes before the start.",
        "请提前15分钟到达。",
    ),
    "personal": (
        "Билет именной и действует один раз.",
        "The ticket is personal and valid once.",
        "本票为实名制，仅限本人使用一次。",
    ),
    "whole": (
        "Достаточно показать один код: вся группа появится на экране проходной.",
        "One code is enough: the whole group appears on the gate's screen.",
        "只需出示一个二维码，入口屏幕即显示全团名单。",
    ),
    "document": ("документ, удостоверяющий личность", "an identity document", "身份证件"),
    "document_leader": (
        "документ сопровождающего взрослого",
        "the accompanying adult's identity document",
        "随行成人的身份证件",
    ),
    "shoes": ("закрытая обувь", "closed shoes", "不露趾的鞋"),
    "age": ("Возраст: от {age} лет", "Age: {age} and older", "年龄：{age}岁及以上"),
    "people": ("Человек: {count}", "People: {count}", "人数：{count}"),
    "name": ("Имя", "Name", "姓名"),
}


def phrase(key: str, language: str) -> str:
    """The words in a language; English for a language that tickets do not speak."""
    return _PHRASES[key][LANGUAGES.index(language) if language in LANGUAGES else 1]


def spoken(language: str) -> str:
    """The language in which a ticket speaks to somebody."""
    return language if language in LANGUAGES else "en"


def day_and_time(start: datetime, end: datetime, tz: str, language: str) -> str:
    """``5 августа 2026 г., 10:30–12:00``."""
    from babel.dates import format_date

    zone = ZoneInfo(tz)
    first, last = start.astimezone(zone), end.astimezone(zone)
    return f"{format_date(first.date(), 'full', locale=spoken(language))}, {first:%H:%M}–{last:%H:%M}"
