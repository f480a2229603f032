"""Names of a list compared with each other and with the stop list: as at the gate, and short names besides.

Саша may be Александр or Александра: such names are near, never the same.  Nothing here blocks anybody; it names rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from functools import lru_cache

from checkin.domain.admission import Stop
from checkin.domain.names import StopIndex, match, name_key, skeleton, words
from checkin.domain.visit import StopEntry

_SHORT = """
саша шура саня сашенька = александр александра; лёша алёша лёха = алексей; толя = анатолий; аня нюра анюта = анна;
настя настенька = анастасия; боря = борис; валя = валентин валентина; вася = василий; вика = виктория;
витя = виктор; вова володя вовочка = владимир; влад = владислав; слава = вячеслав станислав владислав ярослав святослав;
гена = геннадий; гоша жора = георгий егор; гриша = григорий; даня = даниил данила; даша = дарья; дима митя = дмитрий;
женя = евгений евгения; катя катюша = екатерина; лена = елена; лиза = елизавета; захар = захар; зина = зинаида;
ваня = иван; ира = ирина; костя = константин; ксюша = ксения оксана; лёня = леонид; лера = валерия;
люба = любовь; люда мила = людмила; максимка макс = максим; маша маня машенька = мария; рита = маргарита;
миша = михаил; надя = надежда; наташа = наталья; ника = никита вероника; коля = николай; оля = ольга; паша = павел;
петя = пётр; поля = полина; рая = раиса; рома = роман; света = светлана; сева = всеволод; сёма = семён;
серёжа = сергей; соня = софья; стас = станислав; стёпа = степан; таня = татьяна; тёма = артём тимофей; тима = тимофей;
федя = фёдор; филя = филипп; эдик = эдуард; юля = юлия; юра = юрий; яша = яков; ярик = ярослав; алина = алина;
арина ариша = арина; варя = варвара; вера = вера; галя = галина; кира = кира; ксеня = ксения; лара = лариса;
лида = лидия; марина = марина; тося = антонина; тоня = антонина; антоша = антон; игорёк = игорь; олежка = олег;
kate katy = екатерина; alex = александр алексей александра; mike = михаил; nick = николай; max = максим;
tanya = татьяна; sasha = александр александра; misha = михаил; dima = дмитрий; vova volodya = владимир; kolya = николай;
lyosha = алексей; zhenya = евгений евгения; katya = екатерина; masha = мария; natasha = наталья; olya = ольга;
seryozha = сергей; vanya = иван; pasha = павел; nastya = анастасия; dasha = дарья; anya = анна;
lena = елена; sveta = светлана
"""
_FULL: dict[str, tuple[str, ...]] = {}
for _line in _SHORT.split(";"):
    _left, _right = _line.split("=")
    for _word in _left.split():
        _FULL[skeleton(_word.replace("ё", "е"))] = tuple(one.replace("ё", "е") for one in _right.split())
VARIANTS_MAX = 8


@lru_cache(maxsize=8192)
def variants(name: str) -> tuple[str, ...]:
    """The name, and how it reads with a short first name written out."""
    taken = words(name)
    choices = [(word, *_FULL.get(bone, ())) for word, bone in zip(taken.plain, taken.bones, strict=True)]
    if all(len(one) == 1 for one in choices):
        return (name,)
    spelled = [" ".join(one) for one in itertools.islice(itertools.product(*choices), 1, VARIANTS_MAX + 1)]
    return (name, *spelled)


def compare(name: str, birth_year: int | None, other: str, other_year: int | None) -> Stop:
    """As ``domain.names.match``, and near where only a short first name stands between them."""
    found = match(name, birth_year, other, other_year)
    if found is not Stop.CLEAR:
        return found
    mine, theirs = variants(name), variants(other)
    if len(mine) == len(theirs) == 1:
        return Stop.CLEAR
    for one, two in itertools.product(mine, theirs):
        if match(one, birth_year, two, other_year) is not Stop.CLEAR:
            return Stop.NEAR
    return Stop.CLEAR


def is_like(name: str, other: str) -> bool:
    """Whether two names may be one person's."""
    return compare(name, None, other, None) is not Stop.CLEAR


class StopList:
    """A plant's stop list for the rows of a list."""

    def __init__(self, entries: Iterable[StopEntry]) -> None:
        self._index = StopIndex(
            StopEntry(id=f"{entry.id}/{number}", plant=entry.plant, name=name, birth_year=entry.birth_year)
            for entry in entries
            for number, name in enumerate(variants(entry.name))
        )

    def check(self, name: str, birth_year: int | None) -> Stop:
        """How somebody stands to the list; exact only where the list has this very name."""
        best = Stop.CLEAR
        for number, spelled in enumerate(variants(name)):
            found, entry = self._index.check(spelled, birth_year)
            if found is Stop.EXACT and number == 0 and entry is not None and entry.id.endswith("/0"):
                return Stop.EXACT
            if found is not Stop.CLEAR:
                best = Stop.NEAR
        return best


def alike(people: list[tuple[str, int | None]]) -> Iterator[tuple[int, int, Stop]]:
    """Pairs of people, by their places, whose names are the same or near; each pair once, smaller place first.

    People are compared who share a word, whatever its alphabet and form, and the first letter or the last three of
    another: a slip of the pen leaves one of the two.
    """
    spelled = [_bones(name) for name, _year in people]
    single = any(len(bones) == 1 for bones in spelled)
    buckets: dict[object, list[int]] = {}
    for place, bones in enumerate(spelled):
        keys: set[object] = {bone for forms in bones for bone in forms} if single else set()
        for forms, other in itertools.permutations(bones, 2):
            for bone in forms:
                keys |= {(bone, form[:1]) for form in other} | {(bone, "-" + form[-3:]) for form in other}
        for key in keys:
            buckets.setdefault(key, []).append(place)
    seen: set[tuple[int, int]] = set()
    for places in buckets.values():
        for pair in itertools.combinations(places, 2):
            if pair in seen:
                continue
            seen.add(pair)
            (name, year), (second, second_year) = people[pair[0]], people[pair[1]]
            found = compare(name, year, second, second_year)
            if found is Stop.CLEAR and name_key(name) == name_key(second):
                found = Stop.EXACT  # namesakes of different years: two people, and easily taken for one
            if found is not Stop.CLEAR:
                yield *pair, found


def _bones(name: str) -> list[tuple[str, ...]]:
    """For each word of a name the ways in which it may be written, as skeletons.  Cheap: each word is done once."""
    return [_forms(word) for word in name_key(name).split()]


@lru_cache(maxsize=65536)
def _forms(word: str) -> tuple[str, ...]:
    bone = skeleton(word)
    return (bone, *(skeleton(full) for full in _FULL.get(bone, ())))
