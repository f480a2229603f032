"""The words by which headings are known, in Russian and English.

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
        r"|document (no|num|number|id)\b|\bid (card|number)|\bssn\b|\bexpir|\bvalid (until|till|to|thru|through"
        r"|from)\b"
        r"|\bissued?\b|\bissuing|срок\w* действия|действител\w* (до|по|с)\b|действует (до|по)\b|годен до"
        r"|дата действия"
        r"|\bвиз[аы]\b"
        r"|^visa\b|^выдан[оа]?\b|\bдок т\b|^документ\b|\bдокумент(?:а|ов)\b|^(?:номер )?док(?:ум)?$"
        r"|\bсв в[оа]\b|\bсвид во\b|birth certificate"
        r"|вид на жительство|\bвнж\b|\bрвп\b|миграцион|(?:студен\w*|военн\w*|ученическ\w*|читательск\w*) билет"
        r"|^номер студенческого$"
        r"|зачетн\w* книж|водительск\w* прав|\bdoc (?:no|nr|num|number|id|type)\b|^doc$|^(?:travel "
        r"|personal )?documents?$"
        r"|\btravel doc|\b(?:pass|pp|card|licen[cs]e) (?:no|nr|num|number|номер)\b|\bidentity\b"
        r"|\bdocument номер\b|\bdoc номер\b"
        r"|(?:residence|work) permit|driving licen|護照|护照|身份证|身分證|证件|reisepass|ausweis|passeport"
        r"|pasaport",
    ),
    (
        UNWANTED,
        r"^(?!.*(?:сопровожда|ответствен|старш)).*(?:родител|опекун|\bparents?\b|guardian)|законн\w* представител"
        r"|заказчик|плательщик|покупател|заявител|buyer|payer|контактн\w* (?:данные|телефон|информац)|\bконтакты?\b"
        r"|прописк|регистраци\w* по месту|место (?:рождения|жительства|работы)"
        r"|\bработ[аы]\b|должност|position|\bjob\b|salutation|\bобращени|\bпол\b|gender|\bsex\b|диагноз|аллерг"
        r"|allerg|здоров|health"
        r"|размер группы|численност|\bgroup size\b|\bsize of (?:the )?(?:group|party)\b|\bparty size\b"
        r"|групп\w* (?:крови|инвалидности)|степен\w* инвалидности|\bкров[ьи]\b|\bрезус|\bblood|медицин"
        r"|\bmedical|заболеван"
        r"|лекарств|прививк|вакцин|vaccin|месяц рожд|month of birth|birth month|birth ?(?:place|country)"
        r"|(?:place|country) of birth"
        r"|(?:страна|город) рожд"
        r"|вконтакте|соцсет|viber|фото|photo|телефон|\bтел\b|phone|mobile|\bпочт|\be ?mail\b|\bmail\b|адрес|address"
        r"|telegram|whatsapp|\bиндекс\b|postal"
        r"|\bzip\b|дата (и время )?(регистрации|заявки|подачи|покупки|оплаты|создания|заказа|брони|бронирования"
        r"|выгрузки|отправки|заполнения|изменения|обновления|подписания|договора|записи|платежа|отмены|согласия)"
        r"|дата окончания"
        r"|\b(registration|registered|order|ordered|booking|booked|payment|purchase|submission|submitted"
        r"|application|applied|export"
        r"|invoice|updated|modified|created|sign ?up|check ?in|end) (date|day)\b"
        r"|\b(registration|order|booking|payment|purchase|submission|check ?in) (time|at|on)\b"
        r"|\b(date|time|day) (and time )?(of )?(the )?(registration|registered|order|ordered|booking|booked|payment"
        r"|purchase|submission|submitted|application|export|created)\b"
        r"|created|время (и дата )?(регистрации|заявки|покупки|заказа|бронирования|брони|оплаты|создания)|timestamp"
        r"|отметка времени|согласие|consent|цена|price|стоимость|сумма|количество|\bкол во\b|\bмест\b|capacity"
        r"|\bгид\b|\bгида\b|экскурсовод|\bguide\b"
        r"|код (мероприят|предприят|экскурс|группы|города|завода|страны)|(event|tour|plant|country) (code|id)\b"
        r"|^номер( п п)?$|^п п$|^no$|^row$|комментар|comment|примечан|^notes?$|подпись|signature|номер заказа",
    ),
    (
        "flags",
        r"возрастн\w* (категор|групп)|age (group|category|band)|(тип|вид|категория) (билета|участника"
        r"|посетителя|гостя)",
    ),
    (
        "flags",
        r"(ticket|visitor|participant|guest|attendee|person) (type|category)|взросл\w*(?: или)? реб"
        r"|adult(?: or)? child",
    ),
    ("citizenship", r"гражданств|citizenship|\bnationality\b|страна (?:гражданства|проживания)|подданств"),
    ("birth_year", r"рожд|birth|\bdob\b|\bborn\b|^г р$|^гр$|^д ?р\b|^d ?o ?b\b|\bдата р\b|\bродил|^yob$"),
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
        r"^оплат[аы]$|^оплачен[оа]?$|^paid$|^payment$|^подтвержден\w*$|^confirmed$|^состояние( \w+)?$"
        r"|^(order )?state$",
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
        r"мероприят|экскурс|программ|событи|\bтур\b|выставк|лекци|\bквиз|\btour\b|\bevent\b|\btitle\b|excursion"
        r"|названи|наименован|маршрут"
        r"|\bactivity\b",
    ),
    ("visitor", r"^names?$|\bname$"),
)

_STATUS = re.compile(
    r"(?:статус|состояние)(?: (?:заявки|заказа|билета|брони|бронирования|оплаты|регистрации|записи|участия"
    r"|участника|гостя"
    r"|посетителя))?"
    r"|(?:(?:order|ticket|booking|registration|payment|application|attendee|participant|guest"
    r"|visitor) )?(?:status|state)"
)
_SETTLED = re.compile(r"оплат|оплач|\bpaid\b|\bpayment\b|подтвержд|\bconfirmed\b")


def says_standing(plain: str) -> bool:
    """Whether every word under a heading says if somebody comes: a word that is not known must be asked about."""
    return _STATUS.fullmatch(plain) is not None


def asks_settled(plain: str) -> bool:
    """Whether "no" under a heading says that nothing is settled yet: paid, confirmed."""
    return _SETTLED.search(plain) is not None
