"""What the name of a sheet says of everybody on it."""

from __future__ import annotations

import re
from enum import StrEnum

_CANCELLED = re.compile(
    r"отмен|отказ|аннулир|не ?прид|не ?приш|не ?едут|не ?идут|снят|выбыл|возврат|болеют"
    r"|cancel|refund|no.?shows?\b|declin|отклон|withdrawn"
)
_OPEN = re.compile(
    r"ожида|резерв(?:ы|ный)?\b|запас|под вопрос|не ?подтвержд|не ?оплач|на рассмотрен|черновик"
    r"|waiting|wait ?list|\breserves?\b|standby|pending|unpaid|unconfirmed|not (?:paid|confirmed)|\bdrafts?\b"
)
_OLD = re.compile(r"архив|archive|образец|пример|шаблон|template|sample|example|инструкц|удален|deleted|прошл")


class Standing(StrEnum):
    """Whether those on a sheet come."""

    COMES = "comes"
    CANCELLED = "cancelled"
    OPEN = "open"
    OLD = "old"


def standing(name: str) -> Standing:
    """What a sheet's name says: the same words in a cell say it of one visitor."""
    plain = " ".join(re.sub(r"[\W_]+", " ", name.casefold().replace("ё", "е")).split())
    for pattern, said in ((_CANCELLED, Standing.CANCELLED), (_OPEN, Standing.OPEN), (_OLD, Standing.OLD)):
        if pattern.search(plain):
            return said
    return Standing.COMES
