"""A cell with somebody's name: what is beside the name and what stands there instead of one.

Numbering, years of birth, phones, documents' numbers and remarks come out of it; a total, a line to be signed, an
address or two people in one cell is no name.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from unicodedata import is_normalized

from checkin.domain.visit import Flag
from checkin.i18n import gettext as _
from checkin.rosters import nobody
from checkin.rosters.cells import error_said, is_error, tidy
from checkin.rosters.private import PHONE, without_private
from checkin.rosters.table import NO_VALUE
from checkin.rosters.vocabulary import flags_of, unsettled

MAX_NAME = 200
DAMAGE = "\N{REPLACEMENT CHARACTER}"

_DIGIT = re.compile(r"\d")
_PLAIN = re.compile(
    r"(?!итого|всего|total|подитог|в том|из них|.* (?:и|and) )[^\W\d_]+(?:[ -][^\W\d_]+)*"
    r"(?: (?!(?:19|20)\d\d\b)\d{1,5}(?:-[^\W\d_]{1,3})?)?",
    re.IGNORECASE,
)
"""Letters, and at most one number at the end that is no year, no phone and no document's: nothing to take out."""
_LOOSE_NUMBER = re.compile(
    r"\d\s?[.:/]\s?\d|\d\s*(?:лет|год|мес)|(?:\d[^\d]{0,2}){5}|[IVXLC]{1,4}-[А-Я]{2}\b|\bд\.\s?р\.?"
)
_LONG_NUMBER = re.compile(r"\d(?:[\s()№N-]*\d){8}")
_NUMBERING = re.compile(r"^(?:№\s*)?\d{1,4}(?:\s*[.)]\s*|\s+(?=[^\W\d_]{2,}\s+[^\W\d_]))(?=[^\W\d_])|^№\s*\d{1,4}\s+")
_BULLET = re.compile(r"^[•·▪–—-]\s+")
_UNDERLINED = re.compile(r"(?<=[^\W\d_])_(?=[^\W\d_])")
_BORN = re.compile(
    r"(?:[,(]|\s)\s*(?:(?:д\.?\s?р\.?|дата\s+рожд\w*\.?|рожд\w*\.?|род\.|born|dob)[\s:]*)?"
    r"(?<![\d.])(?:\d{1,2}[./-]\d{1,2}[./-])?((?:19|20)\d\d)\s*"
    r"(?:г\.?\s*р\.?|г(?:ода?)?\.?(?:\s+рожд\w*)?)?\s*\)?$",
    re.IGNORECASE,
)
_BORN_SAID = re.compile(
    r"((?:19|20)\d\d)\s*г(?:ода)?\.?\s*р(?:ожд)?|(?:\bд\.?\s?р\b|рожд|\bborn|\bdob)\D{0,15}\d{1,2}[./-]\d{1,2}[./-]((?:19|20)\d\d)",
    re.IGNORECASE,
)
"""A year of birth that can be nothing else: behind a document there are days of issue too."""
_MORE = re.compile(
    r"[^\W\d_][\s.]*\+\s?\d{1,2}$|\b\d+\s*(?:чел|гост|взр|дет|реб|people|guests|persons)"
    r"|\s(?:и|\+)\s(?:ещ[её]|дет|жен[аы]|муж|сын|доч|мам|пап|реб|сестр|брат|баб|дед|друг|подруг|супруг|внук|внуч|т[её]т|дяд|племянн|коллег|спутни)|\sс\s(?:мамой|папой|реб|сыном|дочерью|дочкой|мужем|женой|детьми)",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"(?:итого|всего|total|подитог|в том числе|из них)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"[,;/&+\n]|\s+(?:и|или|and|or)\s+|\s[–—-]\s|(?:^|\s)\d{1,2}[.)]\s")
_MANY = re.compile(
    r"\s[xх×*]\s?\d{1,2}$|\b\d{1,2}\s?[xх×]\s|\b\d+\s*(?:билет|мест|ticket|pax)|[^\W\d_.)]\s*\+\s*[А-ЯЁA-Z][^\W\d_]",
    re.IGNORECASE,
)
_CHILD = (
    r"(?:доч|сын|реб[её]н|жен(?:а|ой|у)\b|муж|брат|сестр|внук|внуч|daughter|son\b|wife|husband|brother|sister|child)"
)
_PARENT = r"(?:мам(?:ой|а)\b|пап(?:ой|а)\b|бабушк|дедушк|mother|father)"
_WITH_KIN = re.compile(
    rf"(?<=[\w.])[\s,;+–—-]*[\s(](?:(?:с\s+|и\s+|\+\s*|with\s+|and\s+)?{_CHILD}|(?:с\s+|и\s+|\+\s*|with\s+|and\s+){_PARENT})"
    r"[а-яё]*\s*[:–—-]?\s+[А-ЯЁA-Z][^\W\d_]"
)
_CANCELLED = (
    r"(?:отмен(?:а|[её]н[оаы]?|или)|аннулир\w+|cancel(?:l?ed)?|не\s+прид[её]т|не\s+приш(?:[её]л|ла)|не\s+едет|не\s+буд[еу]т|не\s+ид[её]т"
    r"|отказал(?:ся|ась)|отказ|болеет|заболела?|снят[аы]?|выбыл[аи]?)"
)
_CANCELLED_WHOLE = re.compile(_CANCELLED, re.IGNORECASE)
_CANCELLED_BEFORE = re.compile(rf"{_CANCELLED}[\s:.,!–—-]+(?=[^\W\d_])", re.IGNORECASE)
_CANCELLED_AFTER = re.compile(rf"(?<=[^\W\d_]|[.)])[\s:.,–—-]+{_CANCELLED}[.!]*$", re.IGNORECASE)
_CHANGED = re.compile(
    r"→|[-=]>|\b(?:замен|вместо\b|перен[оеё]с|перезапис|перевед[её]н|replac(?:e|ing)|instead|moved to|postpon)",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"(?:резерв|бронь|ожидание|лист ожидания|под вопросом|waiting list|reserve)"
    r"[\s:.–—-]+(?=[А-ЯЁA-Z])|[^\W\d_)]\s*\?+$",
    re.IGNORECASE,
)
_WORDS_BEHIND = re.compile(r"((?:[А-ЯЁA-Z]\S*\s+)+[А-ЯЁA-Z][^\s,;]*)[\s,;–—-]+([а-яё][а-яё ,.–—-]*)")
_PARTICLES = frozenset(
    (
        "оглы",
        "оглу",
        "кызы",
        "гызы",
        "кизи",
        "улы",
        "уулу",
        "угли",
        "заде",
        "бек",
        "бей",
        "хан",
        "паша",
        "фон",
        "ван",
        "дер",
        "ден",
        "де",
        "да",
        "ди",
        "дю",
        "ла",
        "ле",
        "дос",
        "бен",
        "бин",
        "ибн",
        "аль",
        "эль",
        "ад",
        "аш",
        "ар",
        "ас",
        "ат",
        "абу",
        "и",
    )
)
_LABELLED = re.compile(r"[^\W\d_][^:]{0,40}:(?:\s*[^\s)(]|$)")
_DATED = re.compile(
    r"(?=.*\d)[\W\d]*(?:(?:январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр)[а-я]*[\W\d]*"
    r"|(?:понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]|воскресенье|пн|вт|ср|чт|пт|сб|вс|г|года|в|с|до|по|час[а-я]*|мин)\b[\W\d]*)+",
    re.IGNORECASE,
)
_TOGETHER = re.compile(r"[А-ЯЁ][а-яё-]+\s+и\s+[А-ЯЁ]")
_EMAIL = re.compile(r"(?:,?\s*e-?mail:?\s*)?<?[^@\s<>(),;]+@[^@\s<>(),;]+\.[^\W\d_]{2,}>?", re.IGNORECASE)
_REMARK = re.compile(r"(?<=[^\W\d_]|[.»*])\s+[(\[{]([^()\[\]{}]*)[)\]}]\s*")
_TAIL = re.compile(r"(.*[^\s,–—-])\s*(?:,|\s[–—-])\s*([а-яёa-z][^,]*)")
_ROLE = re.compile(
    r"(?:(?:сопровождающ(?:ий|ая|ие|его)|сопр\.|учител(?:ь|я|ьница)|педагог|преподаватель(?:ница)?|руководитель|(?:кл\w*\.?\s*)рук\."
    r"|классный руководитель|родител[ьи]|воспитатель(?:ница)?|тьютор|взрослый|leader|teacher|chaperone|parent)"
    r"(?:\s+(?:группы|класса|лицо))?\s*[:.–—-]?|(?:старш(?:ий|ая)|мама|папа|бабушка|дедушка|рук\.?|родитель|учитель)(?:\s+[^\W\d_]+){0,2}\s*[:–—-])\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
_AGED = re.compile(r"[,\s]*\(?\b(\d{1,2})\s*(?:лет|года?|years? old|y\.?\s?o\.?)\)?$", re.IGNORECASE)
_GRADED = re.compile(r"[,\s]+\(?(?:1[01]|[1-9])\s?[-«\"]?[А-Я][»\"]?(?:\s*кл(?:асс)?\.?)?\)?$")
_FULL_NAME = re.compile(
    r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})?(?:\s+[^\W\d_](?:[^\W\d_]+|\.(?:\s?[^\W\d_]\.)?)(?:-[^\W\d_]+)?){1,2}\.?"
)


class Named(NamedTuple):
    """A name without what stood beside it.  ``reason`` says why it is none; ``notices`` what was left out.

    ``born``, ``age`` and ``flags`` are what was said beside it.
    """

    name: str
    reason: str = ""
    notices: tuple[str, ...] = ()
    born: int | None = None
    age: int | None = None
    flags: frozenset[Flag] = frozenset()


def name_of(text: str) -> Named:
    """The name in a cell's text."""
    if _PLAIN.fullmatch(text) and len(text) <= MAX_NAME and is_normalized("NFC", text) and not nobody.suspect(text):
        return Named(text)  # nearly every row of a list
    several = bool(_SEVERAL.search(text)) and (_two_people(text) or _TOGETHER.search(text) is not None)
    name, cleaned = tidy(text)
    if several or _MANY.search(name) or _WITH_KIN.search(name):
        return Named(name, _("Two people in one cell: give each a row."))
    if _OPEN.search(name):
        return Named(name, undecided())
    if _CHANGED.search(name):
        return Named(name, _("Somebody is replaced or moved here: leave only the name of who comes."))
    name = _UNDERLINED.sub(" ", _BULLET.sub("", name.strip("* ")))
    notices: list[str] = [_("Invisible control characters were removed from a name.")] if cleaned else []
    said = _Beside(name, notices)
    said.take_out()
    return Named(
        said.name,
        said.reason or _not_a_name(said.name),
        tuple(dict.fromkeys(notices)),
        said.born,
        said.age,
        frozenset(said.flags),
    )


def undecided() -> str:
    """The reason against somebody of whom nobody says for certain that they come."""
    return _("It is open whether this visitor comes: leave only the name of who comes for certain.")


def more_behind() -> str:
    """What is told of a row that may stand for several people."""
    return _("Perhaps more people stand behind a name: give each a row.")


class _Beside:
    """Takes out of a name, one after another, what stands beside it."""

    def __init__(self, name: str, notices: list[str]) -> None:
        self.name = name
        self.reason = ""
        self.born: int | None = None
        self.age: int | None = None
        self.flags: set[Flag] = set()
        self._notices = notices

    def take_out(self) -> None:
        """Everything that is known to stand beside names."""
        if "@" in self.name:
            self._without(_EMAIL, _("An e-mail address beside a name was left out."))
        several = _MORE.search(self.name) is not None
        if _DIGIT.search(self.name):
            self._private()
            self._numbers()
        if several:
            self._notices.append(more_behind())
            if self.born is not None or self.age is not None:
                self.reason = _("Two people in one cell: give each a row.")  # whose age it is, nobody can tell
        self._cancelled()
        self._remarks()
        self._words()
        if _DIGIT.search(self.name):
            self._numbers()  # what a remark hid
        self._role()

    def _without(self, pattern: re.Pattern[str], notice: str) -> None:
        without = pattern.sub(" ", self.name)
        if without != self.name and any(map(str.isalpha, without)):
            self._notices.append(notice)
            self.name = " ".join(without.split()).strip(" ,;")

    def _private(self) -> None:
        cleaned = without_private(self.name)
        self._notices += cleaned.notices
        self.name = cleaned.text
        if cleaned.behind and (found := _BORN_SAID.search(cleaned.behind)):
            self.born = int(found[1] or found[2])

    def _numbers(self) -> None:
        name = _NUMBERING.sub("", self.name)
        found = _BORN.search(name) if "19" in name or "20" in name else None
        if found and _outside(name, found):
            self.born = int(found[1])
            name = name[: found.start()].rstrip(" ,;(")
        elif (aged := _AGED.search(name)) and _outside(name, aged):
            self.age = int(aged[1])
            name = name[: aged.start()].rstrip(" ,;(")
        elif (graded := _GRADED.search(name)) and " " in name[: graded.start()].strip() and _outside(name, graded):
            self.flags.add(Flag.MINOR)
            self._notices.append(_("A class beside a name was left out; its pupil counts as a minor."))
            name = name[: graded.start()].rstrip(" ,;(")
        self.name = name

    def _cancelled(self) -> None:
        """``ОТМЕНА Кот Ия``: who was on the list before must lose the ticket, so that a fault would not do."""
        for pattern in (_CANCELLED_BEFORE, _CANCELLED_AFTER):
            found = pattern.match(self.name) if pattern is _CANCELLED_BEFORE else pattern.search(self.name)
            rest = (self.name[: found.start()] + self.name[found.end() :]).strip() if found else ""
            if rest and " " in rest and not nobody.mentioned(rest):
                self.name = rest
                self.flags.add(Flag.CANCELLED)
                self._notices.append(_("A remark beside a name was read as a mark."))

    def _remarks(self) -> None:
        for found in _REMARK.finditer(self.name):
            remark = found[1].strip()
            flags, unknown = flags_of(remark)
            self._settle(remark)
            if _CANCELLED_WHOLE.fullmatch(remark):
                flags, unknown = frozenset({Flag.CANCELLED}), ()
            rest = " ".join(self.name.replace(found[0], " ", 1).split())
            another_name = remark[:1].isupper() and remark.isalpha() and not flags and remark.casefold() != remark
            if another_name or not any(map(str.isalpha, rest)):
                continue  # a maiden name, or a second spelling
            self.name = rest
            self.flags |= flags
            if unknown or not flags:
                self._notices.append(_("A remark in brackets beside a name was left out."))
            else:
                self._notices.append(_("A remark beside a name was read as a mark."))
        if (found_tail := _TAIL.fullmatch(self.name)) is not None:
            flags, unknown = flags_of(found_tail[2])
            if flags and not unknown:
                self.name = found_tail[1]
                self.flags |= flags
                self._notices.append(_("A remark beside a name was read as a mark."))

    def _settle(self, remark: str) -> None:
        """``Кот Ия (резерв)`` is no visitor yet."""
        if unsettled(remark):
            self.reason = undecided()

    def _words(self) -> None:
        """Words in small letters behind a name: a mark, or something to look at."""
        found = _WORDS_BEHIND.fullmatch(self.name)
        if found is None or _MORE.search(self.name) or not _PARTICLES.isdisjoint(found[2].split()):
            return
        flags, unknown = flags_of(found[2])
        self._settle(found[2])
        if flags and not unknown:
            self.name = found[1]
            self.flags |= flags
            self._notices.append(_("A remark beside a name was read as a mark."))
        else:
            self._notices.append(_("Words stand behind a name: look whether they belong to it."))

    def _role(self) -> None:
        found = _ROLE.match(self.name)
        rest = self.name[found.end() :] if found else ""
        if found and rest[:1].isupper() and not nobody.mentioned(rest):
            self.name = rest
            self.flags.add(Flag.ADULT)
            self._notices.append(_("A remark beside a name was read as a mark."))


def _outside(name: str, found: re.Match[str]) -> bool:
    """Whether something stands behind a name, and not inside of a remark in brackets on somebody else."""
    before = name[: found.start()]
    return any(map(str.isalpha, before)) and before.count("(") <= before.count(")")


def another_name(name: str, text: str) -> bool:
    """Whether a text names another person than ``name``: not the same with more or fewer words."""
    words = text.split()
    if not 0 < len(words) <= 5 or not all(
        word[0].isupper() and word.replace(".", "").replace("-", "").isalpha() for word in words
    ):
        return False
    one, two = (set(part.casefold().replace("ё", "е").split()) for part in (name, text))
    return not one <= two and not two <= one and not nobody.mentioned(text)


def is_total(text: str) -> bool:
    """Whether a cell begins the line with a list's totals."""
    return _TOTAL.match(text.lstrip()) is not None


def _two_people(text: str) -> bool:
    """Whether a cell holds two full names, each with capitals: ``Иванов, Иван`` is one."""
    parts = [" ".join(part.split()) for part in _SEVERAL.split(text)]
    full = [part for part in parts if _FULL_NAME.fullmatch(part) and all(word[0].isupper() for word in part.split())]
    return len(full) > 1


def _not_a_name(name: str) -> str:
    """Why a text is not a person's name; empty when it may be one."""
    if not name:
        return _("The name is missing.")
    if len(name) > MAX_NAME:
        return _("The name has {length} characters, {limit} are possible.").format(length=len(name), limit=MAX_NAME)
    if DAMAGE in name:
        return _("Letters of the name are damaged.")
    if name == NO_VALUE:
        return error_said(name)
    if is_error(name):
        return _("The cell shows a spreadsheet's error instead of a name.")
    if is_total(name):
        return _("This is a total and not a visitor.")
    if _EMAIL.fullmatch(name):
        return _("This is an e-mail address and not a name.")
    if _LONG_NUMBER.search(name) and not any(map(str.isalpha, PHONE.sub("", name))):
        return _("This is a phone number and not a name.")
    if nobody.signature(name):
        return _("This is a line to be signed and not a visitor.")
    if nobody.mentioned(name):
        return _("This is not a visitor's name: {text}").format(text=name[:40])
    if not name[0].isalpha() and not any(map(str.isalpha, name)):
        return _("This is not a name: {text}").format(text=name[:40])
    if _DATED.fullmatch(name):
        return _("This is a date or a time and not a name.")
    if _LABELLED.match(name) or "№" in name:
        return _("This is not a visitor's name: {text}").format(text=name[:40])
    if _BORN_SAID.search(name) or _LOOSE_NUMBER.search(name):
        return _("A number stands beside the name: leave only the name, its year of birth belongs to its own column.")
    return ""
