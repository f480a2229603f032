"""Texts in a column of names that name nobody: placeholders, remarks, headings of a part, lines to be signed.

Only words that are nobody's name are here: ``Ип``, ``Ли`` and ``Page`` are people.
"""

from __future__ import annotations

import re

_SAID = """
не пришел, не пришла, не пришли, не придет, не придут, не явился, не явилась, не явились, не был, не была, неявка,
отказ, отказался, отказалась, отменен, отменена, отменено, отмена, отменили, аннулировано, аннулирован, болеет,
болен, больна, заболел, заболела, нет, не указан, не указано, не указана, не заполнено, не известно, неизвестно,
неизвестен, н д, нд, б н, без фамилии, уточняется, уточнить, будет уточнено, вакантно, вакансия, свободно, свободное
место, место свободно, резерв, бронь, пусто, имя, фамилия, отчество, фио, фамилия имя, фамилия имя отчество, без
имени, аноним, тест, тестовый, проверка, то же, там же, продолжение, замена, удалить, удален, удалена, дубль,
прочее, прочие, да, далее, гость, гости, посетитель, участник, ребенок, дети, ученик, ученики, взрослый, взрослые,
учитель, учителя, сопровождающий, сопровождающие, руководитель, родитель, родители, мама, папа, педагог, педагоги,
мальчик, девочка, мальчики, девочки, персона, человек, места, не занято, n a, none, null, undefined, unknown, tbd,
tba, todo, test, no name, noname, name, full name, first name, last name, visitor, anonymous, empty, deleted,
cancelled, canceled, no show, noshow, guest, child, adult, reserved, vacant, signature,
кл руководитель, кл рук, классный руководитель, классная руководительница, vip, vip гость, vip гости, вип, вип гость,
водитель автобуса, медсестра, медработник, мед работник, медицинский работник, экскурсовод, гид, вожатый, вожатая,
тренер, переводчик, охранник, организатор, сопр, сопровождающий группы, сопровождающее лицо, второй сопровождающий,
старший группы, место, лист, стр, водитель, фотограф, ожидание, лист ожидания, на обороте
"""
_USED = """
список списка верен верно директор директора директору завуч подпись подписи школа школы гимназия гимназии лицей
класс класса классы группа группы группе мбоу гбоу маоу моу сош экскурсия экскурсии экскурсию телефон телефоны почта
примечание примечания внимание количество заявка заявке заявки организация организации ооо страница итог итога
утверждаю согласовано исполнитель исполнил составил составила семья семьи участников посетителей просьба
подгруппа подгруппы автобус адрес маршрут перерыв приказ протокол распоряжение ответственный предварительный предприятие
мероприятие смена отряд команда subtotal
"""
_PHRASES = frozenset(" ".join(phrase.split()) for phrase in _SAID.split(","))
_WORDS = frozenset(_USED.split())
_AROUND = """
неизвестный новый еще один одна два две три первый второй др и без имени фамилии кл классный new another
"""
_ROLES = frozenset(phrase for phrase in _PHRASES if " " not in phrase).union(_AROUND.split())
"""Words of which a line that names nobody may be made: ``Неизвестный гость``, ``1 сопровождающий``."""
_CORE = _PHRASES | {"др"}
_BESIDE = """
сопровождающий сопровождающая сопровождающие учитель учительница педагог преподаватель преподавательница руководитель
классный родитель родители воспитатель воспитательница тьютор взрослый старший старшая мама папа бабушка дедушка leader
вместо перенос перенесен перенесена заменен заменена отказ болеет едет идет придет x х билет билета билетов мест
места сын дочь дочка жена муж ребенок ребенка ребенком сыном дочерью дочкой женой мужем мамой папой брат сестра
teacher chaperone parent instead replaced replaces cancel tickets pax
ожидание снят снята выбыл выбыла или or and page list
class group school note notes director phone table
стр лист страница место кл л с vip вип обороте sheet seat place reserve student студент школьник вакансия см смотри
неизвестный др окончание начало see over continued pupil person people visitor посетителей
"""
_SUSPECT = _WORDS.union(_BESIDE.split(), *(phrase.split() for phrase in _PHRASES))
_CLEAR: set[str] = set()
"""Words of names that were looked at: none of them is suspect."""
_REMEMBERED = 20_000
_SPLIT = re.compile(r"[^\W_]+")
_SIGNED = re.compile(r"_{3,}|(?:^|\s)/\s*[^/]{3,60}/\s*$|\.{6,}|^\s*м\.?\s?п\.?\s*$", re.IGNORECASE)
_ENGLISH = re.compile(r"(?:page|list|class|group|school|note|notes|director|phone|table)\s*(?:[:#№]|\d)", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_PART = re.compile(
    r"(?:\d{1,2}\s?[-«\"]?[а-яёa-z][»\"]?|\d+\s*/\s*\d+|\d+\s*(?:чел|дет|взросл|участн|people|pers|child|adult|реб[её]н|гост|школьн|учен|учащ|студент|посетител|экскурсант|взр|guest|visitor|kid|student)\w*\.?)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:гост|посетител|участник|ребенок|ученик|взросл|guest|visitor|child|adult|person"
    r"|учител|педагог|сопровожд|руковод|родител|воспитат|teacher|leader|резерв|мест|бронь|вакан|дет|школьник|студент|мальчик|девочк|reserve|seat|place|student|pupil|name|фио)\w*\s*(?:номер|no)?\s*\d+"
)
_TURNED = re.compile(
    r"(?:стр|страница|лист|л|с|page|sheet)\W*\d+(?:\s*(?:из|of|/)\s*\d+)?|(?:см|смотри|смотрите|продолжение|окончание|далее|начало)\b.*"
    r"\b(?:на|в|ниже|выше|обороте|странице|стр|листе|след\w*|прилож\w*)\b.*|(?:continued|see|over)\b.*\b(?:page|overleaf|below|reverse|back|next)\b.*",
    re.IGNORECASE,
)
"""Lines that say where a list goes on."""


def suspect(text: str) -> bool:
    """Whether letters and spaces may be something else than a name, or have a word beside it.  Quick: for each row."""
    words = text.split()
    if words[-1].isdigit():
        words.pop()
    if _CLEAR.issuperset(words):  # the same names come again and again in a list
        return False
    if not text[0].islower() and any(word[0].islower() for word in words[1:]):
        return True  # words behind a name are in small letters
    if not _SUSPECT.isdisjoint(text.lower().replace("ё", "е").replace("-", " ").split()):
        return True
    if len(_CLEAR) < _REMEMBERED:
        _CLEAR.update(word for word in words if not word[0].islower())
    return False


def mentioned(text: str) -> bool:
    """Whether a text says something else than a person's name."""
    words = _SPLIT.findall(text.casefold().replace("ё", "е"))
    if not _WORDS.isdisjoint(words) or " ".join(words) in _PHRASES:
        return True
    bare = [word for word in words if not any(map(str.isdigit, word))]
    if " ".join(bare) in _PHRASES or (_ROLES.issuperset(bare) and not _CORE.isdisjoint(bare)):
        return True
    if _TURNED.fullmatch(text.strip(" .…")):
        return True
    if text[:1].isalpha() and not (text.isascii() or any(map(str.isdigit, text))):
        return False
    return bool(
        _ENGLISH.match(text) or _LINK.fullmatch(text) or _PART.fullmatch(text) or _NUMBERED.fullmatch(" ".join(words))
    )


def signature(text: str) -> bool:
    """Whether a text is a line under a list where somebody signs."""
    return _SIGNED.search(text) is not None
