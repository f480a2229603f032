"""Names of lists compared: more than three hundred pairs with precision and recall; nothing near is ever exact."""

from __future__ import annotations

import pytest
from name_pairs import DIFFERENT, GUESTS, LATIN, NEIGHBOURS, SHORT, SLIPS, STRANGERS, pairs
from test_names import PAIRS

from checkin.domain.admission import Stop
from checkin.domain.names import StopIndex, match, name_key
from checkin.domain.visit import StopEntry
from checkin.rosters.likeness import alike

SAME = [(one, two) for text in (SHORT, LATIN, SLIPS, NEIGHBOURS, GUESTS) for one, two in pairs(text)]
APART = pairs(DIFFERENT) + pairs(STRANGERS)
SAME += [(one, two) for one, two, expected in PAIRS if expected is not Stop.CLEAR]
APART += [(one, two) for one, two, expected in PAIRS if expected is Stop.CLEAR]


def test_precision_and_recall(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(SAME) + len(APART) >= 320
    missed = [pair for pair in SAME if match(pair[0], None, pair[1], None) is Stop.CLEAR]
    wrong = [pair for pair in APART if match(pair[0], None, pair[1], None) is not Stop.CLEAR]
    found = len(SAME) - len(missed)
    precision, recall = found / (found + len(wrong)), found / len(SAME)
    with capsys.disabled():
        print(f"\nnames: {len(SAME) + len(APART)} pairs, precision {precision:.3f}, recall {recall:.3f}")
        print(f"  missed: {missed}\n  wrong: {wrong}")
    assert precision >= 0.95
    assert recall >= 0.95


@pytest.mark.parametrize(("one", "two"), [(one, two) for one, two in SAME if name_key(one) != name_key(two)])
def test_near_is_never_exact(one: str, two: str) -> None:
    assert match(one, None, two, None) is not Stop.EXACT
    assert StopIndex([StopEntry(id="s", plant="p", name=two)]).check(one, None)[0] is not Stop.EXACT


def test_a_short_name_asks_and_never_refuses() -> None:
    held = StopIndex([StopEntry(id="s", plant="p", name="Иванов Александр", birth_year=1990)])
    assert held.check("Иванов Саша", 1990)[0] is Stop.NEAR
    assert held.check("Иванов Саша", 1970)[0] is Stop.CLEAR
    assert held.check("Иванов Александр", 1990)[0] is Stop.EXACT
    short = StopIndex([StopEntry(id="s", plant="p", name="Иванов Саша")])
    assert short.check("Иванов Александр", None)[0] is Stop.NEAR


@pytest.mark.parametrize("crowd", [0, 400])
def test_pairs_are_found_in_small_and_large_tours(crowd: int) -> None:
    people: list[tuple[str, int | None]] = [("Иванов Иван Петрович", 1990), ("Ivanov Ivan", 1990), ("Зуев Олег", None)]
    people += [
        (f"Чужой{'абвгдежзик'[n % 10]}{'лмнопрстуф'[n // 10 % 10]} Некто{'абвг'[n // 100]}", None) for n in range(crowd)
    ]
    assert (0, 1, Stop.NEAR) in list(alike(people))
