"""Ids of what a list names: the same wherever the same thing is imported.

A plant's id can be read; a tour's follows from plant, day, start and title; whatever a list gives a code to gets its
ids from that code.  Only people without a code get random ids, which importing the list again finds (``planning``).
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from datetime import date, timedelta
from functools import lru_cache

from checkin.domain.ticket import code_key

_LATIN = dict(zip("абвгдезийклмнопрстуфыэёіґў", "abvgdeziyklmnoprstufyeeigu", strict=True))
_LATIN.update(ж="zh", х="kh", ц="ts", ч="ch", ш="sh", щ="shch", ъ="", ь="", ю="yu", я="ya", ї="yi", є="ye")
_SLUG_MAX = 60


@lru_cache(maxsize=4096)
def slug(name: str) -> str:
    """A plant's id: ``Хлебозавод «Заря» № 6`` is ``khlebozavod-zarya-6``.  Never empty."""
    plain = unicodedata.normalize("NFC", name).casefold()
    latin = "".join(_LATIN.get(character, character) for character in plain.replace("№", " "))
    latin = unicodedata.normalize("NFKD", latin)
    words = re.findall(r"[a-z0-9]+", "".join(c for c in latin if not unicodedata.combining(c)))
    text = "-".join(words)
    # Letters of other scripts are lost above: what tells such names apart is their digest.
    lost = sum(1 for character in latin if character.isalpha() and not character.isascii())
    if not text or lost:
        text = f"{text or 'plant'}-{_digest(8, plain)}"
    if len(text) > _SLUG_MAX:
        text = f"{text[: _SLUG_MAX - 9].rstrip('-')}-{_digest(8, plain)}"
    return text


def plain_title(title: str) -> str:
    """A title as it is compared: without case, ё, quotation marks and doubled spaces."""
    text = unicodedata.normalize("NFC", title).casefold().replace("ё", "е")
    return " ".join(re.sub(r"[«»\"'“”„`]", "", text).split())


def tour_id(plant: str, day: date, start: timedelta | None, title: str) -> str:
    """The id of a tour.  ``start`` is local time since midnight, None for a whole day."""
    minutes = "" if start is None else str(int(start.total_seconds()) // 60)
    return "t-" + _digest(12, plant, day.isoformat(), minutes, plain_title(title))


def other_tour_id(identity: str, number: int) -> str:
    """The id of a tour that names itself as another did before that was given another time."""
    return "t-" + _digest(12, identity, str(number))


def group_id(tour: str, name: str) -> str:
    """The id of a group of a tour."""
    return "g-" + _digest(12, tour, plain_title(name))


def visitor_id(plant: str, code: str) -> str:
    """The id of the visitor to whom a registration site gave a code."""
    return "v-" + _digest(16, plant, code_key(code))


def ticket_id(plant: str, code: str) -> str:
    """The id of the ticket with a registration site's code: 16 hexadecimal digits."""
    return _digest(16, "ticket", plant, code_key(code))


def new_visitor_id() -> str:
    """A fresh id for somebody without a code."""
    return "v-" + secrets.token_hex(8)


def new_ticket_id() -> str:
    """A fresh id for a ticket that the program issues."""
    return secrets.token_hex(8)


def _digest(length: int, *parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:length]
