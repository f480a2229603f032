"""Every text of the program has one Russian translation with the same places to fill in; ``checkin`` knows no Qt."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from checkin.i18n import PLACE, compile_catalogue

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
CATALOGUES = sorted((PLACE / "ru").glob("*.po"))
PLACES = re.compile(r"{\w*(?:[.\[!:][^{}]*)?}")


def texts() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Where each text stands, and the text; singular and plural together."""
    for part in ("checkin", "ui"):
        for path in sorted((ROOT / part).rglob("*.py")):
            for line, text, _comments, _context in extract_from_file("python", str(path), keywords=KEYWORDS):
                given = text if isinstance(text, str) else tuple(str(one) for one in text)
                yield f"{path.relative_to(ROOT)}:{line}", given
            yield from ((f"{path.relative_to(ROOT)}:{line}", text) for line, text in inside_f_strings(path))


def inside_f_strings(path: Path) -> Iterator[tuple[int, str]]:
    """Babel reads no calls there."""
    for whole in ast.walk(ast.parse(path.read_text("utf-8"))):
        for call in ast.walk(whole) if isinstance(whole, ast.JoinedStr) else ():
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS:
                text = call.args[0]
                assert isinstance(text, ast.Constant), (path, call.lineno)
                assert call.func.id != "ngettext", (path, call.lineno)
                yield call.lineno, str(text.value)


def messages(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file, locale="ru") if message.id]


def forms(given: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """A text's forms: one, or as many as there are numbers."""
    return (given,) if isinstance(given, str) else tuple(given)


RUSSIAN = {
    forms(message.id): forms(message.string) for path in CATALOGUES for message in messages(path) if message.string
}


def test_every_text_is_translated() -> None:
    missing = [f"{where}: {text}" for where, text in texts() if not all(RUSSIAN.get(forms(text), ("",)))]
    assert not missing, "\n".join(missing)


def test_a_text_for_a_count_has_its_three_russian_forms() -> None:
    wrong = [forms(text) for _, text in texts() if not isinstance(text, str) and len(RUSSIAN.get(forms(text), ())) != 3]
    assert not wrong, wrong


def test_no_translation_outlives_its_text() -> None:
    said = {forms(text)[0] for _, text in texts()}
    assert not [text[0] for text in RUSSIAN if text[0] not in said]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_a_translation_fills_in_what_the_text_fills_in(path: Path) -> None:
    wrong = []
    for message in messages(path):
        wanted = set(PLACES.findall(forms(message.id)[-1]))
        for form in forms(message.string):
            if (form and set(PLACES.findall(form)) - wanted) or (
                form and isinstance(message.id, str) and set(PLACES.findall(form)) != wanted
            ):
                wrong.append((form, wanted))
    assert not wrong, wrong


def test_one_text_is_translated_alike_everywhere() -> None:
    said: dict[tuple[str, ...], dict[tuple[str, ...], set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in CATALOGUES:
        for message in messages(path):
            if message.string:
                said[(message.context or "", *forms(message.id))][forms(message.string)].add(path.name)
    different = {text: dict(forms) for text, forms in said.items() if len(forms) > 1}
    assert not different, different


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_a_catalogue_has_a_proper_head(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale="ru")
    assert catalogue.num_plurals == 3
    assert path.read_bytes().decode("utf-8").count("fuzzy") == 0


def test_the_catalogues_compile_together() -> None:
    assert compile_catalogue(CATALOGUES)[:4] == b"\xde\x12\x04\x95"


def imported(path: Path) -> set[str]:
    """Top names of everything that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                names |= {alias.name.split(".")[0] for alias in node.names}
            case ast.ImportFrom(module=str(module), level=0):
                names.add(module.split(".")[0])
    return names


def test_no_module_of_checkin_imports_qt() -> None:
    guilty = [path for path in (ROOT / "checkin").rglob("*.py") if imported(path) & {"PySide6", "shiboken6", "PyQt6"}]
    assert not guilty


def test_the_domain_imports_the_standard_library_alone() -> None:
    import sys

    for path in (ROOT / "checkin" / "domain").glob("*.py"):
        assert imported(path) <= {*sys.stdlib_module_names, "checkin"}, path.name
