"""Compiles each language's ``.po`` files into one ``checkin.mo``: ``python -m resources.compile_translations``."""

from __future__ import annotations

import sys

from checkin.i18n import LANGUAGES, PLACE, compile_catalogue


def main() -> int:
    """Writes the catalogues; returns the exit code."""
    for language in LANGUAGES:
        sources = sorted((PLACE / language).glob("*.po"))
        if sources:
            (PLACE / language / "checkin.mo").write_bytes(compile_catalogue(sources))
    return 0


if __name__ == "__main__":
    sys.exit(main())
