"""Every sentence of the doctor and of the scanner's pages has its Russian, with the same places to fill in."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from checkin.i18n import PLACE

ROOT = Path(__file__).resolve().parents[3]
PLACES = ("checkin/doctor", "checkin/commands/doctor.py", "ui/scanner")


def russian() -> dict[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    for path in (PLACE / "ru").glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="ru"):
                key, said = message.id, message.string
                words[key if isinstance(key, str) else key[0]] = (said,) if isinstance(said, str) else tuple(said)
    return words


def test_every_sentence_is_translated() -> None:
    words = russian()
    for place in PLACES:
        files = [ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py"))
        for path in files:
            found = extract_from_file("python", str(path), keywords={"_": None, "N_": None, "ngettext": (1, 2)})
            for line, text, _comments, _context in found:
                message = text if isinstance(text, str) else text[0]
                said = words.get(message, ())
                assert said, f"{path.name}:{line}: {message}"
                assert all(said), f"{path.name}:{line}: {message}"
                for each in said:
                    assert sorted(re.findall(r"{\w*}", message)) == sorted(re.findall(r"{\w*}", each)), message
