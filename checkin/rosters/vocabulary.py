"""Words of lists for formats, languages and flags, in Russian and English.

A word is known or it is not; what is not known is told to the person who imports, and never guessed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from checkin.domain.visit import Flag, Format

_FORMATS: tuple[tuple[Format, str], ...] = (
    (Format.MASTER_CLASS, r"мастер|master|workshop|воркшоп|практикум"),
    (Format.QUIZ, r"квиз|quiz|викторин"),
    (Format.LECTURE, r"лекци|lecture|talk|семинар|встреч"),
    (Format.EXHIBITION, r"выставк|exhibition|экспозици|музе"),
    (Format.GAME, r"\bигр|\bgame|квест|quest"),
    (Format.EXCURSION, r"экскурс|excursion|\btour\b|\bтур\b|visit|визит|посещени"),
    (Format.OTHER, r"^друг|^ино[ей]|^проч|^other"),
)
_LANGUAGES = {
    "ru": "ru рус rus russian по-русски",
    "en": "en анг eng english по-английски",
    "zh": "zh кит chi zho chinese 中文 汉语 cn mandarin",
    "ar": "ar араб ara arabic العربية",
    "es": "es исп spa spanish español",
    "de": "de нем ger deu german deutsch",
    "fr": "fr фр fra fre french français",
    "it": "it ит ita italian italiano",
    "tr": "tr тур tur turkish türkçe",
    "ja": "ja яп jpn japanese 日本語 jp",
    "ko": "ko кор kor korean 한국어 kr",
    "vi": "vi вьет vie vietnamese",
    "hi": "hi хинди hin hindi",
    "fa": "fa перс фарси per fas persian farsi",
    "pt": "pt порт por portuguese",
    "be": "be бел bel belarusian",
    "kk": "kk каз kaz kazakh",
    "uz": "uz узб uzb uzbek",
    "hy": "hy арм arm hye armenian",
    "az": "az азер aze azerbaijani",
    "tt": "tt тат tat tatar",
    "sr": "sr серб srp serbian",
    "mn": "mn монг mon mongolian",
}
_BY_LANGUAGE = {word: code for code, words in _LANGUAGES.items() for word in words.split()}
_STEMS = sorted((word for word in _BY_LANGUAGE if len(word) >= 2 and word >= "а" and word < "ѐ"), key=len, reverse=True)
_FLAGS: tuple[tuple[Flag, str], ...] = (
    (
        Flag.CANCELLED,
        r"отмен|аннулир|возврат|не прид|не при[йе]д|отказ|cancel|refund|withdrawn|annul|не состо|снят с|отклон|просроч"
        r"|истек"
        r"|недейств|не допущ|отозван|не одобр|expire|declin|reject|denied|\bvoid|chargeback|not (?:valid|approved)"
        r"|не участв|не ид[её]т|не пойд|\bвыбыл|\bудален(?:[аоы]|ный|ная)?\b|not (?:attending|going|coming)|\bdeleted"
        r"|\btransferred",
    ),
    (Flag.MOBILITY, r"мобильн|\bмгн\b|\bовз\b|инвалид|коляс|mobility|wheelchair|disab|опорник|костыл"),
    (Flag.FOREIGN, r"иностр|\bforeign|нерезидент|загранич|^ин гражд"),
    (
        Flag.MINOR,
        r"несовершенн|\bреб([её]н|\b)|\bдет([иес]|\b)|детск|школьни"
        r"|\bучени[кцч]|\bучащ|\bобучающ|воспитанни|\bminor|\bchild|\bpupil|\bkid|подрост|under ?1[48]|\bдо 18",
    ),
    (
        Flag.ADULT,
        r"взросл|\bвзр\b|\bсопр\b|\bпенс\b|совершеннолет|\badult|родител|учител|педагог|сопровожда|преподав|воспитат|вожат|тренер|тьютор|куратор|руковод|\bрук\b|\bмам[аы]\b|\bпап[аы]\b|бабушк|дедушк|\bmother\b|\bfather\b|teacher|parent|chaperone|\b18\b|пенсион",
    ),
    (Flag.DOCUMENT, r"документ|паспорт|document|passport|\bid\b|удостовер"),
)
_DENIED = re.compile(r"(?:не|без|not|no)\s")
_NOT_COMING = re.compile(
    r"не (?:прид|при[йе]д|состо|участв|ид[её]т|пойд|допущ|одобр)|not (?:valid|approved|attending|going|coming)"
)
"""Where "not" belongs to what cancels, and denies no other mark."""
_FLAG_RULES = tuple((flag, re.compile(pattern)) for flag, pattern in _FLAGS)
_FORMAT_RULES = tuple((form, re.compile(pattern)) for form, pattern in _FORMATS)
_NOTHING = re.compile(
    r"нет|не|no|none|-+|—|–|0|false|ложь|n/a|н/д|подтвержд\w*|confirmed|оплачен\w*|paid|актив\w*|active|ok|ок|да|yes"
    r"|зарегистрирован\w*|registered|new|нов\w*|действу\w*|valid|принят\w*|одобрен\w*|approved|\+|обычн\w*|standard"
    r"|студент\w*"
    r"|бесплатн\w*|free|completed?|завершен\w*|выдан\w*|issued|sold|продан\w*|attending|going|checked[- ]in|booked"
    r"|забронирован\w*"
    r"|участвует|идет|придет|успешн\w*|success\w*|обработан\w*|processed|активирован\w*|согласован\w*|включен\w*|допущен\w*"
    r"|записан\w*|использован\w*"
    r"|участни(?:к|ца)|гость|гостья|посетитель(?:ница)?|экскурсант(?:ка)?|турист(?:ка)?|водитель|vip|вип|participant|visitor|guest"
    r"|attendee|driver"
)
_UNSETTLED = re.compile(
    r"ожида|\bwait|pending|не ?подтвержд|не ?оплач|нет оплаты|unpaid|unconfirmed|not (?:paid|confirmed)|рассмотр"
    r"|обработк|на проверк"
    r"|черновик|\bdraft|\bhold\b|резерв|\bбронь|под вопрос"
    r"|не решен|reserv|preliminar|предварит|уточня|частично|partial|в очеред|не ?актив|inactive"
    r"|\?$"
)
_PLACEHOLDER = re.compile(
    r"[\s_.,/\\–—―*-]*|\?+|0+|x{3,}|х{3,}|нет"
    r"|н ?[/\\.]? ?д\.?|нд|n ?/ ?a|na|none|null|nil|undefined|unknown|empty|no|tbd|б ?/ ?[онгкф]|б\. ?[огкф]\."
    r"|(?:нет|без|no|отсутству[ею]т) (?:данных|группы|класса|школы|кода|билета|отчества|организации|старшего"
    r"|руководителя|имени|фамилии|сопровождающего|номера|data|group|class|school|code|ticket|leader|patronymic|name|info)"
    r"|(?:группы|класса|школы|кода|билета|отчества|данных) нет|отсутству[ею]т"
    r"|не (?:выдан|указан|заполнен|назначен|определен|известн|имеет|присвоен)\w*|неизвестн\w*|пусто|прочерк|уточняется"
    r"|not (?:set|given|issued|assigned|specified|available|applicable)|unassigned|ungrouped"
)
"""What people and programs write where there is nothing to write."""
_PAST = re.compile(r"явил|приш|посетил|attended|no ?show")
_YES = frozenset(("да", "yes", "y", "true", "истина", "+", "1", "x", "х", "v", "✓", "✔", "есть", "является", "д"))
_NO = frozenset(("нет", "no", "n", "false", "ложь", "0", "-", "–", "—", "н"))


@lru_cache(maxsize=1024)
def format_of(text: str) -> Format | None:
    """The format that a word names; None when it is not known."""
    plain = text.strip().casefold().replace("ё", "е").replace("_", " ")
    return next((form for form, pattern in _FORMAT_RULES if pattern.search(plain)), None)


@lru_cache(maxsize=1024)
def language_of(text: str) -> str | None:
    """The ISO 639-1 code of a language; None when it is not known.  Of several, the first counts."""
    plain = re.split(r"[,;/+(]", text.strip().casefold().replace("ё", "е"))[0].strip()
    if plain in _BY_LANGUAGE:
        return _BY_LANGUAGE[plain]
    stem = next((stem for stem in _STEMS if plain.startswith(stem)), None)
    if stem is not None:
        return _BY_LANGUAGE[stem]
    coded = re.fullmatch(r"([a-z]{2})(?:[-_][a-z]{2,4})?", plain)
    return coded[1] if coded else None


@lru_cache(maxsize=4096)
def flags_of(text: str) -> tuple[frozenset[Flag], tuple[str, ...]]:
    """The flags that a cell names, and the words in it that are not known."""
    flags: set[Flag] = set()
    unknown: list[str] = []
    for part in re.split(r"[,;/|+\n]", text):
        word = " ".join(part.split()).casefold().replace("ё", "е").strip(" .!")
        if not word or _NOTHING.fullmatch(word) or _UNSETTLED.search(word):
            continue
        if _DENIED.match(word) and not _NOT_COMING.match(word):
            if re.search(r"(отмен|cancel)", word):
                continue
            unknown.append(part.strip())
            continue
        flag = next((flag for flag, pattern in _FLAG_RULES if pattern.search(word)), None)
        if flag is None:
            unknown.append(part.strip())
        else:
            flags.add(flag)
    return frozenset(flags), tuple(unknown)


@lru_cache(maxsize=4096)
def unsettled(text: str, *, standing: bool = False, settled: bool = False) -> bool:
    """Whether a cell leaves open if somebody comes: a waiting list, an order that is not paid, ``отмена?``.

    ``standing``: the column says nothing else, so that a word that is not known leaves it open too.  ``settled``: the
    column asks whether it is settled, so that "no" leaves it open.
    """
    plain = " ".join(text.split()).casefold().replace("ё", "е").strip(" .!")
    if _UNSETTLED.search(plain) or (settled and plain in _NO):
        return True
    first = plain.split(" ", 1)[0]
    if not standing or (first not in _NO and first != "не" and _NOTHING.fullmatch(first)):
        return False  # "оплачен онлайн"
    return bool(flags_of(text)[1]) and _PAST.search(plain) is None


@lru_cache(maxsize=4096)
def says_nothing(text: str) -> bool:
    """Whether a cell says that there is no group, no patronymic, no code."""
    return _PLACEHOLDER.fullmatch(" ".join(text.split()).casefold().replace("ё", "е").strip(" .()[]<>")) is not None


@lru_cache(maxsize=512)
def mark_of(plain: str) -> Flag | None:
    """The flag that a heading names all by itself, so that yes and no stand under it."""
    if not plain or len(plain.split()) > 3:
        return None
    flags, unknown = flags_of(plain)
    return next(iter(flags)) if len(flags) == 1 and not unknown and Flag.DOCUMENT not in flags else None


@lru_cache(maxsize=512)
def yes_or_no(text: str) -> bool | None:
    """What a cell answers; None when it is no answer."""
    plain = text.strip(" .!").casefold()
    return True if plain in _YES else False if plain in _NO or not plain else None
