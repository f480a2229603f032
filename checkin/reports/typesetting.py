"""Documents on paper: a template of ``resources/templates`` and data make a PDF, or pictures of its pages.

The data reach the template as JSON, so whatever somebody is called is text and never markup.  A template holds no
words: they come with the data, in the document's language.  Fonts are this PC's own, and those that travel inside typst
come last: they have Cyrillic, so a sheet can be read on a PC without any fonts.
"""

from __future__ import annotations

import json
import re
import threading
from functools import cache
from pathlib import Path
from typing import Any

from checkin.errors import Broken
from checkin.i18n import gettext as _

PLACE = Path(__file__).resolve().parent.parent.parent / "resources" / "templates"

FONTS = (
    "DejaVu Sans",
    "PT Astra Sans",
    "PT Sans",
    "Noto Sans",
    "Segoe UI",
    "Liberation Sans",
    "Arial",
    "Noto Sans CJK SC",
    "Microsoft YaHei",
    "SimSun",
    "Droid Sans Fallback",
    "Noto Sans Arabic",
    "Noto Naskh Arabic",
    "DejaVu Sans Mono",
    "Libertinus Serif",
)
"""In the order in which a letter is looked for; only those that are there are asked, and then all the others."""

LONGEST = 22
"""A word longer than this many letters may be broken anywhere: it would run out of its column."""

_ENDLESS = re.compile(rf"[^\s\-]{{{LONGEST + 1},}}")
_PIECE = re.compile(rf".{{1,{LONGEST}}}", re.DOTALL)
_lock = threading.Lock()


class TypesettingFailed(Broken):
    """A document could not be made."""


def pdf(template: str, data: dict[str, Any]) -> bytes:
    """The document; raises ``TypesettingFailed``."""
    made = _compile(template, data, {"format": "pdf", "pdf_tags": False})  # tags: 2.5 MB instead of 0.15
    return made[0]


def pages(template: str, data: dict[str, Any], *, ppi: float = 96) -> list[bytes]:
    """The document's pages as PNG; raises ``TypesettingFailed``."""
    return _compile(template, data, {"format": "png", "ppi": ppi})


def warm() -> None:
    """Looks the fonts up and sets a page, so that the first sheet of an alarm need not (0.3 to 0.6 s)."""
    pdf("blank.typ", {"language": "ru"})


def breakable(text: str) -> str:
    """The text with places to break in words that are longer than any column."""
    return _ENDLESS.sub(lambda run: "\u200b".join(_PIECE.findall(run.group())), text)


def _compile(template: str, data: dict[str, Any], how: dict[str, Any]) -> list[bytes]:
    import typst

    text = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace").decode()
    try:
        with _lock:  # typst lets other threads run meanwhile
            compiler, fonts = _compiler()
            made = compiler.compile(str(PLACE / template), sys_inputs={"data": text, "fonts": json.dumps(fonts)}, **how)
    except (typst.TypstError, OSError, RuntimeError, ValueError) as error:
        raise TypesettingFailed(
            _("The document could not be made for printing. Use the list on the screen and call your administrator")
        ) from error
    return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made or b"")]


@cache
def _compiler() -> tuple[Any, list[str]]:
    """The one compiler, which keeps fonts and templates, and the fonts of ``FONTS`` that are here."""
    import typst

    fonts = typst.Fonts()
    here = set(fonts.families())
    return typst.Compiler(root=str(PLACE), font_paths=fonts), [name for name in FONTS if name in here]
