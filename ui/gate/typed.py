"""What a person types into the gate page's field: a code, or a name.  No Qt."""

from __future__ import annotations

from checkin.domain.ticket import SHORT_PREFIX, short_holds, tidy_short


def wears_short(text: str) -> bool:
    """Whether a typed text is meant as a short code: it begins with ``A-`` at full length, or its check holds."""
    tidy = tidy_short(text)
    if tidy is None:
        return False
    return text.strip().upper().startswith(SHORT_PREFIX) or (
        short_holds(tidy) and any(character.isdigit() for character in text)
    )


def is_code(text: str) -> bool:
    """Whether a typed text is meant as a code; otherwise it is a name."""
    return wears_short(text) or any(character.isdigit() for character in text) or "://" in text
