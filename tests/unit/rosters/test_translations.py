"""Every message of the lists and keys has its Russian, with the same places to fill in."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import checkin
from checkin.i18n import PLACE

ROOT = Path(checkin.__file__).parent


def test_every_message_is_translated() -> None:
    words = {}
    for name in ("rosters.po", "organiser.po"):
        with (PLACE / "ru" / name).open("rb") as file:
            words |= {message.id: message.string for message in read_po(file, locale="ru") if message.id}
    files = [path for path in (ROOT / "rosters").rglob("*.py") if path.name != "taking.py"]
    for path in (*files, ROOT / "tickets" / "keys.py"):
        for line, text, _comments, _context in extract_from_file("python", str(path), keywords={"_": None}):
            assert isinstance(text, str)
            russian = words.get(text)
            assert russian, f"{path.name}:{line}: {text}"
            assert sorted(re.findall(r"{\w*}", text)) == sorted(re.findall(r"{\w*}", russian))
