"""First names that are one and the same: in two spellings, or as the languages of neighbours and guests have them.

Микола is Николай in Russian documents, Alexandre Александр, Мухаммад Магомед.  ``FIRST`` are names that merely
resemble others (Мария, Марина): a known name is never a slip of another.  Words are compared as skeletons.
"""

from __future__ import annotations

from collections.abc import Iterable

from checkin.domain.spelling import skeleton, ways

_SAME = """
наталья наталия наталля наталка, софья софия, данил даниил данила daniel, артем артемий, дмитрий димитрий дмитро
дзмитрий dmytro, иван иоанн, джон john jon, алена елена олена helen helena elena, кирилл кирил кирило cyril, геннадий
генадий, савелий савва, яков иаков яків jacob jakob, татьяна татиана тетяна таццяна tetiana, марья мария марія марыя
maria mary marie, авдотья евдокия, гавриил гаврил гаврила gabriel, михаил михайло міхаіл michael mikheil michail
михейл, майкл michael, семен симеон simon, матвей матфей matthew, иосиф осип йосип joseph josef йозеф джозеф,
александр олександр аляксандр alexander alexandre aleksander alejandro, александра олександра alexandra, алексей
олексій аляксей alexey oleksii alexis, петр петро пётра peter pierre, павел павло paul pablo пауль, николай микола
мікалай mykola nicholas nicolas nikolas, сергей сергій сяргей serge serhii, екатерина катерина кацярына catherine
katherine katerina, юлия юлиана julia julie, виктор victor віктар, владимир володимир уладзімір volodymyr, владислав
уладзіслаў, василий василь basil, григорий рыгор hryhorii gregory, андрей андрій andrew andreas andre, евгений євген
яўген eugene eugen yevhen, евгения eugenia євгенія, анна ганна anne hanna, ирина ірина ірына irene, светлана світлана
святлана svitlana, ольга вольга, ксения оксана xenia oksana, лев leo leon лео леон, исаак isaac исак, георгий george
georges георг, степан stephen stephan стефан stefan, филипп philip philippe, федор theodore федір, марк mark marc
маркус, тимофей timothy, максим maxime maximilian, илья ілля elias, никита микита mikita, оксана аксана, елизавета
elizabeth elisabeth єлизавета, мартин martin, генрих heinrich генри henry, герман hermann, вильгельм wilhelm william
уильям, фридрих friedrich frederick, карл karl carl charles чарльз, джеймс james, давид дэвид david, шон sean, хосе
jose, хуан juan, хорхе jorge, хавьер javier, магомед мухаммад мухаммед мухамед мохаммед мохамед магомет muhammad
mohammed mohamed muhammed, ахмед ахмад ахмет ahmed ahmad, гусейн хусейн хусаин hussein, гасан хасан hassan, юсуф юсуп
yusuf, ибрагим ибрахим ibrahim, ринат ренат, рашид рашит, фарид фарит, ильдар илдар, ильхам ильгам ильгам илхам,
гульнара гюльнара гулнара, рустам рустем, умар umar, рафаил рафаэль рафаиль raphael, геворг геворк кеворк, дарья дария
daria, роберт robert, эдуард edward eduard edouard, федор фэдар, игорь ігар
"""
FIRST = """
александр алексей анатолий андрей антон аркадий арсений артем артур борис вадим валентин валерий василий виктор
виталий владимир владислав вячеслав геннадий георгий глеб григорий даниил денис дмитрий евгений егор иван игорь илья
кирилл константин лев леонид макар максим марат марк матвей михаил никита николай олег павел петр ринат роберт
родион роман руслан савелий святослав семен сергей станислав степан тимофей тимур федор филипп эдуард юрий яков
ярослав александра алина алиса алла анастасия анжела анна арина валентина валерия варвара василиса вера вероника
виктория галина дарья диана ева евгения екатерина елена елизавета жанна зинаида злата зоя инна ирина карина кира
кристина ксения лариса лидия лилия любовь людмила маргарита марина мария марья милана мила надежда наталья нина
оксана олеся ольга полина раиса регина римма роза светлана снежана софья стелла таисия тамара татьяна ульяна фаина
эвелина элина эльвира эмма юлия яна ярослава алена алексия виолета данила
федот савел дионис никон рамиль камиль шамиль джамиль наиль раиль равиль гагик гарик дамир тагир самир эмиль азат айрат
нияз ильнур ильнар ильфат ильшат рифат ришат ильяс динар динара гульназ эльмира лейла лейсан зарина зарема эльчин эльдар
рамазан рамзан азиз азамат алим халид халил марсель марта martha jane joan jean
"""


def groups() -> dict[str, frozenset[str]]:
    """For each known first name, as a skeleton, the names that it is, each by the skeleton of the first of its line."""
    found: dict[str, set[str]] = {bone: {bone} for bone in map(skeleton, FIRST.split())}
    for line in _SAME.split(","):
        words = line.split()
        for word in words:
            for bone in ways(word):
                found.setdefault(bone, set()).add(skeleton(words[0]))
    return {bone: frozenset(named) for bone, named in found.items()}


def called(bones: Iterable[str], known: dict[str, frozenset[str]], short: dict[str, frozenset[str]]) -> frozenset[str]:
    """The full first names for which a word may stand, and the word itself if it is no known name."""
    out: set[str] = set()
    for bone in bones:
        out |= known.get(bone, frozenset((bone,)))
        for full in short.get(bone, ()):
            out |= known.get(full, frozenset((full,)))
    return frozenset(out)
