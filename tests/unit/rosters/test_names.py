"""Names against a stop list: a table of pairs, and that the quick keys lose none of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.domain.admission import Stop
from checkin.domain.names import StopIndex, match, name_key, stop_key
from checkin.domain.pinyin import PALLADIUS
from checkin.domain.visit import StopEntry

EXACT, NEAR, CLEAR = Stop.EXACT, Stop.NEAR, Stop.CLEAR

PAIRS: list[tuple[str, str, Stop]] = [
    # The same words.
    ("Иванов Иван Петрович", "Иванов Иван Петрович", EXACT),
    ("иванов  иван", "ИВАНОВ ИВАН", EXACT),
    ("Иван Иванов", "Иванов Иван", EXACT),
    ("Соловьёв Семён", "Соловьев Семен", EXACT),
    ("Римский-Корсаков Николай", "Римский Корсаков Николай", EXACT),
    ("Иванова - Петрова Мария", "Петрова-Иванова Мария", EXACT),
    ("О'Нил Шон", "О’Нил Шон", EXACT),
    ("Артeмьев Иван", "Артемьев Иван", EXACT),  # a Latin e
    ("Nguyễn Văn An", "NGUYỄN VĂN AN", EXACT),
    ("王小明", "王小明", EXACT),
    ("محمد عبد الرحمن", "محمد عبد الرحمن", EXACT),
    ("Мадонна", "мадонна", EXACT),
    # Another alphabet.
    ("Ivanov Ivan", "Иванов Иван", NEAR),
    ("Dmitry Chaikovskiy", "Чайковский Дмитрий", NEAR),
    ("Tchaikovsky Dmitri", "Чайковский Дмитрий", NEAR),
    ("Shcherbakov Yuri", "Щербаков Юрий", NEAR),
    ("Scherbakov Iurii", "Щербаков Юрий", NEAR),
    ("Khrushchev Sergey", "Хрущёв Сергей", NEAR),
    ("Fyodorov Pyotr", "Фёдоров Пётр", NEAR),
    ("Fedorov Petr", "Фёдоров Пётр", NEAR),
    ("Soloviev Alexey", "Соловьёв Алексей", NEAR),
    ("Solovyov Aleksei", "Соловьёв Алексей", NEAR),
    ("Tsvetkova Yulia", "Цветкова Юлия", NEAR),
    ("Cvetkova Iuliia", "Цветкова Юлия", NEAR),
    ("Zhukov Evgeny", "Жуков Евгений", NEAR),
    ("Joukov Yevgeniy", "Жуков Евгений", NEAR),
    ("Khachatryan Aram", "Хачатрян Арам", NEAR),
    ("Smirnoff Alexander", "Смирнов Александр", NEAR),
    ("Kseniya Mikhaylova", "Михайлова Ксения", NEAR),
    ("Xenia Mikhailova", "Михайлова Ксения", NEAR),
    ("Natalya Yakovleva", "Яковлева Наталья", NEAR),
    ("Gor'kiy Maksim", "Горький Максим", NEAR),
    ("Li Mei", "Ли Мэй", NEAR),
    ("José Núñez", "Jose Nunez", NEAR),
    ("Müller Jürgen", "Muller Jurgen", NEAR),
    # A patronymic is missing, or there are initials.
    ("Иванов Иван", "Иванов Иван Петрович", NEAR),
    ("Иванов Иван Петрович", "Иван Иванов", NEAR),
    ("Ivanov Ivan", "Иванов Иван Петрович", NEAR),
    ("Иванов И. П.", "Иванов Иван Петрович", NEAR),
    ("И.П. Иванов", "Иванов Иван Петрович", NEAR),
    ("Иванов И.", "Иванов Иван", NEAR),
    ("Иванова Мария", "Иванова-Петрова Мария", NEAR),
    # A slip.
    ("Кисилёв Олег", "Киселёв Олег", NEAR),
    ("Пертов Сергей", "Петров Сергей", NEAR),
    ("Филипов Антон", "Филиппов Антон", NEAR),
    ("Алексанр Белов", "Александр Белов", NEAR),
    ("Журавлёв Ники", "Журавлёв Никита", CLEAR),  # two letters are no slip
    ("Журавлёв Никит", "Журавлёв Никита", NEAR),
    ("Петров Сергей Иванович", "Петрова Сергей Иванович", NEAR),
    ("Данил Коваленко", "Даниил Коваленко", NEAR),
    ("Наталия Орлова", "Наталья Орлова", NEAR),
    ("София Ким", "Софья Ким", NEAR),
    ("Артемий Пак", "Артём Пак", NEAR),
    # Run together or apart.
    ("РимскийКорсаков Николай", "Римский-Корсаков Николай", NEAR),
    ("Li Xiao Ming", "Li Xiaoming", NEAR),
    ("周婷", "周 婷", NEAR),
    # One word of a name.
    ("Иванов", "Иванов Иван", NEAR),
    ("Иванов Иван", "Иванов", NEAR),
    ("Петрович", "Иванов Иван Петрович", CLEAR),
    # Other people.
    ("Иванов Иван", "Иванов Пётр", CLEAR),
    ("Иванов Иван", "Петров Иван", CLEAR),
    ("Иванов Иван Сергеевич", "Иванов Иван Петрович", CLEAR),
    ("Иванов Пётр Иванович", "Иванов Иван Петрович", CLEAR),
    ("Иванова Мария", "Иванова Марина", CLEAR),
    ("Иванова Дарья", "Иванова Марья", CLEAR),
    ("Ким Анна", "Ким Инна", CLEAR),
    ("Орлова Алина", "Орлова Арина", CLEAR),
    ("Ли Мэй", "Ки Мэй", CLEAR),
    ("Ли На", "Ли Мэй", CLEAR),
    ("Цой Виктор", "Чой Виктор", CLEAR),
    ("Смирнова Ольга", "Смирнов Олег", CLEAR),
    ("Кузнецов Андрей", "Кузьмин Андрей", CLEAR),
    ("Белов Антон", "Белый Антон", CLEAR),
    ("Иванов С.", "Иванов Иван", CLEAR),
    ("王小明", "王大明", CLEAR),
    ("<img src=x>", "Иванов Иван", CLEAR),
    ("", "Иванов Иван", CLEAR),
]


@pytest.mark.parametrize(("name", "entry", "stop"), PAIRS)
def test_pair(name: str, entry: str, stop: Stop) -> None:
    assert match(name, None, entry, None) is stop
    assert match(entry, None, name, None) is stop


@pytest.mark.parametrize(("name", "entry", "stop"), [pair for pair in PAIRS if pair[2] is not CLEAR])
def test_the_quick_keys_find_it(name: str, entry: str, stop: Stop) -> None:
    assert stop_key(name) & stop_key(entry)
    others = [StopEntry(id=f"o{number}", plant="p", name=f"Чужой{number} Чужак") for number in range(5)]
    found, by = StopIndex([*others, StopEntry(id="it", plant="p", name=entry)]).check(name, None)
    assert found is stop
    assert by is not None
    assert by.id == "it"


@pytest.mark.parametrize(
    ("mine", "theirs", "same", "alike"),
    [
        (1990, 1990, EXACT, NEAR),
        (1990, None, EXACT, NEAR),
        (None, 1990, EXACT, NEAR),
        (1990, 1991, NEAR, CLEAR),
        (1990, 1993, CLEAR, CLEAR),
    ],
)
def test_birth_years(mine: int | None, theirs: int | None, same: Stop, alike: Stop) -> None:
    assert match("Иванов Иван", mine, "Иванов Иван", theirs) is same
    assert match("Ivanov Ivan", mine, "Иванов Иван", theirs) is alike


def test_an_exact_entry_is_found_behind_near_ones() -> None:
    entries = [
        StopEntry(id=str(number), plant="p", name=name)
        for number, name in enumerate(("Ivanov Ivan", "Иванов Иван Петрович", "Иванов Иван"))
    ]
    assert StopIndex(entries).check("Иван Иванов", None)[0] is EXACT


def test_an_empty_list_is_clear() -> None:
    assert StopIndex([]).check("Иванов Иван", 1990) == (CLEAR, None)


LETTERS = st.text("абвгдеёжзиклмнопрстуфхцчшщьэюяйәөҗһіabceghijknoqstuwxyzəüı -'.", max_size=25)
CHINESE = st.lists(st.sampled_from(sorted(PALLADIUS)), min_size=1, max_size=4)


@given(LETTERS, LETTERS)
def test_keys_never_lose_a_match_and_matching_is_symmetric(one: str, other: str) -> None:
    stop = match(one, None, other, None)
    assert match(other, None, one, None) is stop
    if stop is not CLEAR:
        assert stop_key(one) & stop_key(other)


@given(CHINESE)
def test_a_chinese_name_is_found_in_russian_letters_and_is_never_the_same(syllables: list[str]) -> None:
    name, russian = " ".join(syllables), " ".join(PALLADIUS[syllable] for syllable in syllables)
    assert match(name, None, russian, None) is NEAR
    assert stop_key(name) & stop_key(russian)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Oʻtkir Rahimov", "O'tkir Rahimov"),
        ("Ива\u0301нов Пётр", "Иванов Петр"),
        ("İbrahim Yılmaz", "i\u0307brahim yılmaz"),
    ],
)
def test_marks_that_are_no_letters_make_no_other_name(one: str, other: str) -> None:
    assert match(one, None, other, None) is EXACT


@pytest.mark.parametrize(
    "one", ["Wang Xiaoming", "Хәбибуллин Рөстәм", "Mueller Juergen", "Gtnhjd Lvbnhbq", "Коваль Микола"]
)
@pytest.mark.parametrize(
    "other", ["Ван Сяомин", "Хабибуллин Рустам", "Мюллер Юрген", "Петров Дмитрий", "Коваль Николай"]
)
def test_another_way_to_read_a_name_only_asks(one: str, other: str) -> None:
    assert match(one, None, other, None) is not EXACT


@given(st.lists(st.text("абвгёжzh", min_size=1, max_size=6), min_size=1, max_size=4), st.data())
def test_a_slip_or_a_lost_word_is_still_found(words: list[str], data: st.DataObject) -> None:
    name = " ".join(words)
    place = data.draw(st.integers(0, len(name) - 1))
    other = name[:place] + name[place + 1 :]
    if match(name, None, other, None) is not CLEAR:
        assert stop_key(name) & stop_key(other)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_name_raises(one: str, other: str) -> None:
    match(one, None, other, None)
    assert name_key(one) == name_key(one.upper().lower()) or not one.isascii()
    assert match(one, None, one, None) is EXACT
