"""The words by which headings are known, in Russian and English, and which of two headings is meant for one column.

Rules are tried in order, the narrow ones first.  What is personal and not needed (documents, phones, addresses) has
rules of its own, so that it can be recognised, left out, and said; so have days on which something else happened than
the visit.
"""

from __future__ import annotations

import re

PASSPORT = "passport"
UNWANTED = "unwanted"

RULES: tuple[tuple[str, str], ...] = (
    (
        PASSPORT,
        r"паспорт|passport|снилс|\bинн\b|\bсерия\b|кем выдан|дата выдачи|код подразделения|удостоверени|свидетельств"
        r"|номер документа|\bполис|загран|(данные|реквизиты) документа|^документ( участника| посетителя| личности)?$"
        r"|document (no|num|number|id)\b|\bid (card|number)|\bssn\b|\bexpir|\bvalid (until|till|to|thru|through|from)\b"
        r"|\bissued?\b|\bissuing|срок\w* действия|действител\w* (до|по|с)\b|действует (до|по)\b|годен до|дата действия"
        r"|\bвиз[аы]\b"
        r"|^visa\b|^выдан[оа]?\b|^док т$|^документ номер$",
    ),
    (
        UNWANTED,
        r"^(?!.*(?:сопровожда|ответствен|старш)).*(?:родител|опекун|\bparents?\b|guardian)|законн\w* представител"
        r"|заказчик|плательщик|покупател|заявител|buyer|payer|контактн\w* (?:данные|телефон|информац)|\bконтакты?\b"
        r"|прописк|регистраци\w* по месту|место (?:рождения|жительства|работы)"
        r"|\bработ[аы]\b|должност|position|\bjob\b|salutation|\bобращени|\bпол\b|gender|\bsex\b|диагноз|аллерг|allerg|здоров|health"
        r"|вконтакте|соцсет|viber|фото|photo|телефон|\bтел\b|phone|mobile|\bпочт|\be ?mail\b|\bmail\b|адрес|address"
        r"|telegram|whatsapp|\bиндекс\b|postal"
        r"|\bzip\b|дата (и время )?(регистрации|заявки|подачи|покупки|оплаты|создания|заказа|брони|бронирования"
        r"|выгрузки|отправки|заполнения|изменения|обновления|подписания|договора|записи|платежа|отмены|согласия)"
        r"|дата окончания"
        r"|\b(registration|registered|order|ordered|booking|booked|payment|purchase|submission|submitted|application|applied|export"
        r"|invoice|updated|modified|created|sign ?up|check ?in|end) (date|day)\b"
        r"|\b(registration|order|booking|payment|purchase|submission|check ?in) (time|at|on)\b"
        r"|\b(date|time|day) (and time )?(of )?(the )?(registration|registered|order|ordered|booking|booked|payment"
        r"|purchase|submission|submitted|application|export|created)\b"
        r"|created|время (и дата )?(регистрации|заявки|покупки|заказа|бронирования|брони|оплаты|создания)|timestamp"
        r"|отметка времени|согласие|consent|цена|price|стоимость|сумма|количество|\bкол во\b|\bмест\b|capacity"
        r"|\bгид\b|\bгида\b|экскурсовод|\bguide\b"
        r"|код (мероприят|предприят|экскурс|группы|города|завода|страны)|(event|tour|plant|country) (code|id)\b"
        r"|^номер( п п)?$|^п п$|^no$|^row$|комментар|comment|примечан|^notes?$|подпись|signature|номер (заказа|группы)",
    ),
    (
        "flags",
        r"возрастн\w* (категор|групп)|age (group|category|band)|(тип|вид|категория) (билета|участника|посетителя)",
    ),
    ("flags", r"(ticket|visitor|participant) (type|category)"),
    ("citizenship", r"гражданств|citizenship|\bnationality\b|страна (?:гражданства|проживания)|подданств"),
    ("birth_year", r"рожд|birth|\bdob\b|\bborn\b|^г р$|^гр$|^др$|^yob$"),
    ("age", r"возраст|\bage\b|полных лет|сколько лет|^лет$"),
    (
        "leader",
        r"старш|сопровожда|руковод|leader|ответствен|учител|педагог|teacher|accompan|chaperone|куратор|воспитател"
        r"|контактное лицо",
    ),
    ("end", r"дата и время (окончани|завершени|конца)|\bend (date ?time|date and time)\b"),
    ("date", r"\bдат[аыу]\b|\bдень\b|\bdates?\b|\bday\b|^число$|^когда$"),
    ("end", r"\bоконч|\bконец\b|заверш|\bends?\b|finish|^to$|time to|^до$|время (до|по)$|until|^по$"),
    ("start", r"начал|\bвремя\b|\bstarts?\b|\btime\b|\bbegin|^с$|^from$|сеанс|\bслот\b|\bslot\b|\bsession\b"),
    ("language", r"язык|\blang"),
    (
        "format",
        r"формат|\bformat\b|\b(тип|вид|категория) (мероприят|экскурс|программ|визит|событ)|(event|tour) (type|format)"
        r"|^тип$|^вид$|^type$|^kind$",
    ),
    (
        "flags",
        r"^оплат[аы]$|^оплачен[оа]?$|^paid$|^payment$|^подтвержден\w*$|^confirmed$|^состояние( \w+)?$|^(order )?state$",
    ),
    ("flags", r"отметк|флаг|\bflags?\b|признак|статус|\bstatus\b|категори|category|особенност|льгот|\bmarks?\b"),
    ("visitor", r"\bфио\b|\bф и\b|фамили.*\bим|\bимя.*фамили|full ?name|name.*surname|surname.*name|^fio$"),
    ("given", r"\bимя\b.*отчеств|\bи о\b"),
    ("patronymic", r"отчеств|patronymic|middle ?name|^о$"),
    ("surname", r"фамили|surname|last ?name|family name|^ф$"),
    ("given", r"\bимя\b|first ?name|given name|forename|^и$"),
    (
        "code",
        r"^код$|код (билет|участ|посетит|заявк|регистр|qr)|билет|штрих|\bqr\b|bar ?code|ticket|^code$|visitor code"
        r"|voucher|ваучер|^id$|номер заявки|registration (id|number|code)",
    ),
    ("tour", r"мастер класс|master ?class"),
    ("class", r"\bкласс\b|\bclass\b|\bgrade\b"),
    ("school", r"\bшкол[аы]\b|учебн\w* заведен|\bschool\b|университет|\bвуз\b|колледж|university|college"),
    (
        "group",
        r"групп|\bсемь[яи]\b|\bgroup\b|\bfamily\b|команд|\bteam\b|организац|компани|company|organi[sz]ation|коллектив"
        r"|\bотряд\b|агентств|\bagency\b",
    ),
    (
        "visitor",
        r"участни|посетител|экскурсант|\bгост[ья]|турист|\bреб[её]н|ученик|учащ|студент|школьник|visitor|\bguest"
        r"|participant|attendee|student|pupil|\bperson\b",
    ),
    (
        "plant",
        r"предприят|завод|фабрик|комбинат|площадк|\bplant\b|factory|enterprise|\bsite\b|\bvenue\b|место проведения"
        r"|\bобъект\b|производств",
    ),
    (
        "tour",
        r"мероприят|экскурс|программ|событи|\bтур\b|выставк|лекци|\bквиз|\btour\b|\bevent\b|\btitle\b|excursion|названи|наименован|маршрут"
        r"|\bactivity\b",
    ),
    ("visitor", r"^names?$|\bname$"),
)
_VISIT = re.compile(
    r"посещени|визит|экскурс|мероприят|проведени|событи|\bтура\b|начал|\bvisit|\btour\b|\bevent\b|excursion|departure|arrival"
    r"|\bstart|session"
)
_PLAIN_DAY = re.compile(r"(?:дат[аыу]|день|число|когда|dates?|day)(?: (?:и|and) (?:время|time))?")
_COMES = re.compile(
    r"участни|экскурсант|\bгост[ья]|турист|\bребен|\bдет|ученик|учащ|студент|школьник|\bguest|participant|attendee|student|pupil"
    r"|\bchild|\bkid"
)


_TOUR = re.compile(
    r"мероприят|экскурс|мастер класс|программ|событи|\bтур\b|выставк|лекци|\bквиз|\btour\b|\bevent\b"
    r"|excursion|маршрут|\bactivity\b"
)
"""What says more of a tour than ``title``, which may be how somebody is addressed."""


def preference(column: str, plain: str) -> int:
    """How plainly a heading says that it stands for the visit's day, for who comes or the tour; of two, more counts."""
    if column == "date":
        return 2 if _VISIT.search(plain) else 1 if _PLAIN_DAY.fullmatch(plain) else 0
    if column == "visitor":
        return 1 if _COMES.search(plain) else 0
    if column == "tour":
        return 1 if _TOUR.search(plain) else 0
    return 0


_STATUS = re.compile(
    r"(?:статус|состояние)(?: (?:заявки|заказа|билета|брони|бронирования|оплаты|регистрации|записи|участия))?"
    r"|(?:(?:order|ticket|booking|registration|payment|application) )?(?:status|state)"
)
_SETTLED = re.compile(r"оплат|оплач|\bpaid\b|\bpayment\b|подтвержд|\bconfirmed\b")


def says_standing(plain: str) -> bool:
    """Whether every word under a heading says if somebody comes: a word that is not known must be asked about."""
    return _STATUS.fullmatch(plain) is not None


def asks_settled(plain: str) -> bool:
    """Whether "no" under a heading says that nothing is settled yet: paid, confirmed."""
    return _SETTLED.search(plain) is not None
