"""What a trial scan tells about how the scanner is set up.  Pure: keys and text in, findings in simple words out."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Sequence

from checkin.i18n import gettext as _
from checkin.scanning.wedge import KEY_S
from checkin.tickets.reading import interpretations, ungarbled
from ui.scanner.state import Finding, Key

TEST_CODE = "PROHODNAYA-Test-0123456789"
"""Both cases, digits and the hyphen: what caps lock, a layout or a lost key changes is seen in it."""
ALIKE = 0.6
"""From here on a text is the test code with faults rather than another code."""


def diagnose(text: str, keys: Sequence[Key], *, typed: bool) -> tuple[Finding, ...]:
    """``typed`` when the scanner types like a keyboard; then ``keys`` are the keys of this text and its suffix."""
    found = [_content(text)]
    if ungarbled(text) is not None:
        found.append(
            Finding("warn", _("Letters came in a wrong encoding and were put right. Set the scanner to UTF-8"))
        )
    elif interpretations(text)[0] != text:
        found.append(
            Finding("warn", _("The keyboard layout is Russian. Codes are understood all the same; English is surer"))
        )
    if typed and keys:
        found += [_suffix(keys), _pace(keys)]
    return tuple(found)


def too_slow(keys: Sequence[Key]) -> tuple[Finding, ...]:
    """Keys that came one by one, like a person's: no scan was recognised in them."""
    pause = Finding("bad", _("{ms} ms between keys: that is a person's pace. Set the pause between characters to 0"))
    return (Finding("bad", pause.text.format(ms=slowest_ms(keys))),)


def slowest_ms(keys: Sequence[Key]) -> int:
    """The longest pause between two keys."""
    return round(max((after.at - before.at for before, after in itertools.pairwise(keys)), default=0) * 1000)


def _content(text: str) -> Finding:
    meant = interpretations(text)[0]
    if meant == TEST_CODE:
        return Finding("good", _("The test code was read whole"))
    if meant.swapcase() == TEST_CODE:
        return Finding("warn", _("Caps Lock is on: switch it off. Codes of this program are understood all the same"))
    if meant.casefold() == TEST_CODE.casefold():
        return Finding("warn", _("All letters came in one case: switch the scanner's case conversion off"))
    if TEST_CODE.casefold() in meant.casefold():
        extra = len(meant) - len(TEST_CODE)
        return Finding(
            "bad",
            _("{count} more characters came than are in the code: switch prefix and suffix texts off").format(
                count=extra
            ),
        )
    if difflib.SequenceMatcher(None, meant.casefold(), TEST_CODE.casefold()).ratio() >= ALIKE:
        return Finding("bad", _("Characters were lost. Set a pause of 5 ms between characters, or use USB-COM"))
    return Finding("good", _("Another code was read. For the whole test scan the code on the screen"))


def _suffix(keys: Sequence[Key]) -> Finding:
    match keys[-1].character:
        case "\r":
            return Finding("good", _("Enter comes after the code: right"))
        case "\t":
            return Finding("good", _("Tab comes after the code: that works too"))
        case _:
            return Finding(
                "warn", _("Nothing comes after the code, so the gate has to wait. Set the suffix to Enter (CR)")
            )


def _pace(keys: Sequence[Key]) -> Finding:
    slowest = slowest_ms(keys)
    if slowest > KEY_S * 1000:
        return Finding(
            "warn", _("Up to {ms} ms between keys: set the pause between characters to 0").format(ms=slowest)
        )
    return Finding("good", _("Fast enough: at most {ms} ms between keys").format(ms=slowest))
