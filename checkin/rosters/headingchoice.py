"""Which of two headings for one column is meant, and which headings only look as if they named people or a time.

What says plainly and only what the column is comes first; what a column's word merely stands beside comes last: a
meeting time is no start, a tour's number is no title, a participant's town is nobody.
"""

from __future__ import annotations

import re

_VISIT = re.compile(
    r"посещени|визит|экскурс|мероприят|проведени|событи|\bтура\b|начал|\bvisit|\btour\b|\bevent\b|excursion"
    r"|departure|arrival"
    r"|\bstart|session"
)
_PLAIN_DAY = re.compile(r"(?:дат[аыу]|день|число|когда|dates?|day)(?: (?:и|and) (?:время|time))?")
_COMES = re.compile(
    r"участни|экскурсант|\bгост[ья]|турист|\bребен|\bдет|ученик|учащ|студент|школьник|\bguest|participant"
    r"|attendee|student|pupil"
    r"|\bchild|\bkid"
)
_FULL_NAME = re.compile(r"\bфио\b|full ?name|\bfio\b|фамили.*\bим|\bимя.*фамили")
_NAME = re.compile(r"\bnames?$|\bимя\b|фамили|name.*surname|surname.*name")
_ANOTHER = re.compile(r"контакт|contact|emergency|экстрен")
_TOUR = re.compile(
    r"мероприят|экскурс|мастер класс|программ|событи|\bтур\b|выставк|лекци|\bквиз|\btour\b|\bevent\b"
    r"|excursion|маршрут|\bactivity\b"
)
"""What says more of a tour than ``title``, which may be how somebody is addressed."""
_EXACT = {
    "plant": r"предприятие|завод|plant|factory",
    "tour": r"(?:название |наименование )?(?:мероприятия|мероприятие|экскурсия|экскурсии|программа|программы"
    r"|тур|тура)"
    r"|(?:tour|event|excursion)(?: name| title)?",
    "start": r"(?:время |дата и время )?начал[оа](?: \w+)?|start(?: time)?|(?:tour|event|visit) (?:start"
    r"|time)(?: time)?",
    "end": r"(?:время )?(?:окончание|окончания|конец)(?: \w+)?|end(?: time)?|(?:tour|event|visit) end(?: time)?",
    "group": r"(?:название )?групп[аы]|group(?: name)?",
    "leader": r"(?:старший|сопровождающий|руководитель|leader)(?: группы)?|group leader",
    "birth_year": r"год рожд\w*|birth year|year of birth|г р|yob",
    "code": r"код(?: билета)?|(?:ticket )?code|(?:ticket )?(?:bar|qr) ?code|штрих ?код|qr(?: код)?",
    "language": r"язык(?: \w+)?|language",
    "format": r"формат(?: \w+)?|format|(?:тип|вид) мероприятия|event type",
}
_EXACTLY = {column: re.compile(pattern) for column, pattern in _EXACT.items()}
_ASIDE = {
    "start": r"сбор|прибыти|прибыва|отправлени|выезд|отъезд|встреч|pick ?up|travel|arriv|depart|meeting|gather"
    r"|check ?in|boarding",
    "end": r"прибыти|возвращ|выезд|отъезд|drop ?off|travel|return|depart",
    "tour": r"\bномер\b|\bкод\b|\bid\b|\bnumber\b|\bno\b|location|point|address|\bместо\b|стоимост|организатор"
    r"|organi[sz]er",
    "group": r"\bномер\b|размер|численност|\bsize\b|\bnumber\b|\bno\b",
    "birth_year": r"день|\bday\b",
    "code": r"тип|вид|катег|type|categ|имя|name",
}
_BESIDE = {column: re.compile(pattern) for column, pattern in _ASIDE.items()}
_WORDS = {"start": re.compile(r"\bвремя\b|\btime\b"), "birth_year": re.compile(r"дата|date|\bdob\b|^д ?р|^d o b")}

_NOBODY = re.compile(
    r"\bномер\b(?! \d)|\bid\b|\b(?:no|number)\b(?! \d)|\bтип\b|\bвид\b|\btype\b|категори|category|\bгород"
    r"|\bcity\b|\btown\b"
    r"|\bрегион|\bregion\b|\bcountry\b|\bстрана\b|размер|\bsize\b|\bрост\b|\bвес\b|\bheight\b|\bweight\b|питани"
    r"|\bmeal|\bdiet"
    r"|одежд|обув|shoe|\bда нет\b|\byes no\b|числ[оа]|\bcount\b|\broles?\b|\bроль\b"
    r"|\bhotel|отел[ья]|гостиниц|\bcruise|\bship\b|\bvessel\b|\broom\b|\bbus\b|\bdriver|\buser ?name"
    r"|\bnick ?name|\bник\b|\bfile ?name"
    r"|\bproduct\b|\bpackage\b|\boperator\b|\bplace\b|\bstreet\b|\bpet\b|\bcar\b"
)
_NO_CLOCK = re.compile(r"\bpoint\b|\blocation\b|\bplace\b|\bмест[оа]\b|\bточк|\bcity\b|\bгород")
_ASKS = re.compile(r"(?:\bда|\byes|\by|\+)\s{0,3}[/,|\\]\s{0,3}(?:нет|no|n|-)(?!\w)", re.IGNORECASE)
_ASKS_WITHIN = 100
_OF_WHOM = r"(?: (?:участ|учен|учащ|обуч|студ|посет|гост|экскурс|дет|реб|школьн|турист|сотруд|воспит|полност)\w*){0,2}"
_PEOPLE = re.compile(
    rf"фио{_OF_WHOM}|(?:\w+ )?full ?name|names?|(?:guest|student|participant|visitor|attendee|pupil|child) names?|fio"
    rf"|фамили[яи](?: и)?(?: о| им[яи])?(?:(?: и)? отчеств[оа])?{_OF_WHOM}|имя(?: и)?(?: фамилия)?{_OF_WHOM}"
    r"|участники?|посетител[ьи]|экскурсанты?|гост[ьи]|ученики?|туристы?|participants?|attendees?|visitors?|guests?"
)


def is_aside(column: str, plain: str) -> bool:
    """Whether a heading has a column's word in it and cannot be that column: ``город участника``, ``start point``."""
    if column == "visitor":
        return _NOBODY.search(plain) is not None and not _FULL_NAME.search(plain)
    return column in ("start", "end") and _NO_CLOCK.search(plain) is not None


def preference(column: str, plain: str) -> int:
    """How plainly a heading says that it stands for a column; of two, the one that says it more plainly counts."""
    if column == "date":
        if _VISIT.search(plain):
            return 3
        return 0 if not _PLAIN_DAY.fullmatch(plain) else 2 if plain.startswith(("дат", "date")) else 1
    if column == "visitor":
        named = 3 if _FULL_NAME.search(plain) else 2 if _NAME.search(plain) else 0
        return named + bool(_COMES.search(plain)) - 2 * bool(_ANOTHER.search(plain))
    if column in _BESIDE and _BESIDE[column].search(plain):
        return -1
    if column in _EXACTLY and _EXACTLY[column].fullmatch(plain):
        return 3
    if column == "tour":
        return 1 if _TOUR.search(plain) else 0
    return 1 if column in _WORDS and _WORDS[column].search(plain) else 0


def is_plainly_people(plain: str) -> bool:
    """Whether a heading can only be that of a column of names, even with no other known heading beside it."""
    return _PEOPLE.fullmatch(plain) is not None


def asks_yes_or_no(text: str) -> bool:
    """Whether a heading says itself that its cells say yes and no: ``Сопровождающий (да/нет)``."""
    return _ASKS.search(text[:_ASKS_WITHIN]) is not None
