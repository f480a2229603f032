"""The command line's language: chosen before any command's help, which is put into words when its module is loaded."""

from __future__ import annotations

import os

from checkin import i18n


def choose_language() -> None:
    """The terminal's language: PROHODNAYA_LANGUAGE, else the locale's; English where that is neither of ours."""
    wanted = os.environ.get("PROHODNAYA_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    i18n.use("ru" if wanted.lower().startswith("ru") else "en")
