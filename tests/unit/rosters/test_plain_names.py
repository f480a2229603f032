"""The short way for plain names says what the long way says."""

from __future__ import annotations

import random
import re

import pytest

from checkin.rosters import naming

WORDS = (
    "Иванов", "Пётр", "Ёлкин", "ван", "Smith", "O’Neil", "и", "Анна-Мария", "5", "12", "123", "1990", "2012", "8",
    "916", "1234567", "12345678", "123456789",
    "чел", "взр", "г.р.", "+2", "-й", "7-й", "3 чел", "45 12 345678", "тел", "Ли",
)  # fmt: skip


def test_the_short_way_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(20_281)
    texts = [" ".join(chance.choices(WORDS, k=chance.randint(1, 4))) for _ in range(6_000)]
    short = [naming.name_of(text) for text in texts]
    assert sum(1 for text in texts if naming._PLAIN.fullmatch(text)) > 500
    monkeypatch.setattr(naming, "_PLAIN", re.compile("(?!)"))
    assert [naming.name_of(text) for text in texts] == short
