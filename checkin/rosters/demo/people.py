"""Invented people: Russian names that agree in gender and number, guests from abroad, and names as lists have them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


def _all(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ROOTS = _all(
    """
    Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков Алексеев
    Лебедев Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин Захаров Зайцев
    Соловьёв Борисов Яковлев Григорьев Романов Воробьёв Сергеев Кузьмин Фролов Александров Дмитриев Королёв
    Гусев Киселёв Ильин Максимов Поляков Сорокин Виноградов Ковалёв Белов Медведев Антонов Тарасов Жуков
    Баранов Филиппов Комаров Давыдов Беляев Герасимов Богданов Осипов Сидоров Матвеев Титов Марков Миронов
    Крылов Куликов Карпов Власов Мельников Денисов Гаврилов Тихонов Казаков Афанасьев Данилов Савельев
    Тимофеев Фомин Чернов Абрамов Мартынов Ефимов Федотов Щербаков Назаров Калинин Исаев Чернышёв Быков Маслов
    Родионов Коновалов Лазарев Воронин Климов Филатов Пономарёв Голубев Кудрявцев Прохоров Наумов Потапов
    Журавлёв Чайковский Островский Заболоцкий Вишневский Жуковский Раевский Полянский Белинский
    """
)
_FIXED = _all(
    """
    Коваленко Шевченко Ли Ким Бондарь Черных Седых Гончар Цой Дурново Мазур Пак
    """
)
_MEN = _all(
    """
    Александр Алексей Андрей Антон Арсений Артём Богдан Вадим Василий Виктор Владимир Глеб Григорий Даниил
    Денис Дмитрий Евгений Егор Иван Игорь Илья Кирилл Константин Лев Леонид Максим Марк Матвей Михаил Никита
    Николай Олег Павел Пётр Роман Семён Сергей Степан Тимофей Фёдор Юрий Ярослав
    """
)
_WOMEN = _all(
    """
    Александра Алёна Алина Алиса Анастасия Анна Арина Валентина Варвара Василиса Вера Виктория Галина Дарья
    Ева Евгения Екатерина Елена Елизавета Зоя Ирина Ксения Лариса Любовь Людмила Маргарита Марина Мария
    Надежда Наталья Нина Оксана Ольга Полина Светлана София Таисия Татьяна Ульяна Юлия Яна
    """
)
_FATHERS = _all(
    """
    Александр Алексей Андрей Антон Борис Вадим Виктор Владимир Денис Иван Максим Михаил Олег Пётр Роман Семён
    Степан Фёдор Константин Сергей Николай Игорь Дмитрий Евгений Юрий
    """
)
_ABROAD = {
    "zh": ("李梅", "王小明", "Zhang Wei", "Li Na", "陈静怡", "Liu Yang", "Chen Jie", "赵磊", "Huang Lei", "周 婷"),
    "en": ("John Smith", "Emily Carter", "Seán O’Brien", "Mary-Jane Watson", "David Lee", "Zoë Miller", "Björn Ågren"),
    "ar": ("محمد عبد الله", "فاطمة الزهراء", "Ahmed Hassan", "ليلى منصور", "Omar Khalil"),
    "es": ("José María Núñez", "Carmen López", "Íñigo Peña", "Lucía Fernández"),
}
GUESTS = {"zh": "中国代表团 Делегация КНР", "en": "English-speaking guests", "ar": "ضيوف Гости", "es": "Grupo de Chile"}

DIRTY = (
    "Иванова-Петрова Мария Сергеевна",
    "Алёна",
    "=HYPERLINK(\"http://x\")",
    "<img src=x>",
    "محمد عبد الرحمن",
    "王小明",
    "Константинопольская-Преображенская Александра-Виктория Всеволодовна",
    "O’Нил Шон",
    "Ли",
    "@SUM(1+1)",
    "Артемьев Артемий Артемьевич",
    "Артeмьев Артём",  # its first е is a Latin letter
    "Кузнецов Пётр",
    "Кузнецов Петр",
)  # fmt: skip
"""Names as they really come; the last two and the two before are probably one person each."""


@dataclass(frozen=True, slots=True)
class Family:
    """A surname in its forms."""

    man: str
    woman: str
    all: str


def family(random: Random) -> Family:
    """A surname."""
    if random.random() < 0.08:
        name = random.choice(_FIXED)
        return Family(name, name, name)
    name = random.choice(_ROOTS)
    if name.endswith("ий"):
        return Family(name, name[:-2] + "ая", name[:-2] + "их")
    return Family(name, name + "а", name + "ых")


def person(random: Random, of: Family | None = None, *, patronymic: float = 0.5) -> str:
    """A full name: surname, first name, and in ``patronymic`` of the cases the father's."""
    of = of or family(random)
    woman = random.random() < 0.53
    name = f"{of.woman if woman else of.man} {random.choice(_WOMEN if woman else _MEN)}"
    if random.random() < patronymic:
        name += " " + _son_of(random.choice(_FATHERS), woman=woman)
    return name if random.random() > 0.05 else name.replace("ё", "е")


def foreigner(random: Random, language: str) -> str:
    """A guest's name."""
    return random.choice(_ABROAD[language])


def _son_of(father: str, *, woman: bool) -> str:
    if father.endswith("ий"):
        return father[:-2] + ("ьевна" if woman else "ьевич")
    if father.endswith("й"):
        return father[:-1] + ("евна" if woman else "евич")
    if father.endswith("ь"):
        return father[:-1] + ("евна" if woman else "евич")
    return {"Пётр": "Петр", "Павел": "Павл"}.get(father, father) + ("овна" if woman else "ович")
