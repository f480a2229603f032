"""Badges: a QR code that says who somebody is.  Its text is 160 random bits; only their digest is kept.

The text holds nothing but capital letters, digits and ``-``, so that every scanner types it under every layout, and no
ticket begins as it does.
"""

from __future__ import annotations

import hashlib
import re
import secrets

from checkin.domain.ticket import ALPHABET
from checkin.tickets.reading import interpretations

_TEXT = re.compile(rf"PRB-[{ALPHABET}]{{32}}")


def new_badge() -> str:
    """The text of a fresh badge."""
    return "PRB-" + "".join(secrets.choice(ALPHABET) for _number in range(32))


def badge_in(text: str) -> str | None:
    """The badge's text in what a scanner or a camera gave; None when it is no badge."""
    return next((one for meant in interpretations(text) if _TEXT.fullmatch(one := meant.strip().upper())), None)


def digest(badge: str) -> str:
    """What is kept of a badge.  A plain digest is enough: nobody guesses 160 random bits."""
    return hashlib.sha256(badge.encode()).hexdigest()
