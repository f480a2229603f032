"""Bytes of a serial scanner become codes.  No Qt.

A code ends with CR, LF, TAB, or a pause; control characters around it are nobody's.  What is longer than a QR of ours
can be is dropped up to its end, never cut into a code that could be taken for another ticket.
"""

from __future__ import annotations

LONGEST = 512
"""Bytes of one code (DESIGN 4.6)."""
_ENDS = frozenset(b"\r\n\t")


class Lines:
    """Feed it what comes; it gives whole codes.  ``dropped`` counts what was too long or no text at all."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._skipping = False
        self.dropped = 0

    @property
    def holding(self) -> bool:
        """Whether something waits for its end: call ``pause`` when nothing more comes."""
        return bool(self._held) or self._skipping

    def feed(self, data: bytes) -> list[str]:
        """Codes that end within these bytes."""
        codes: list[str] = []
        for byte in data:
            if byte in _ENDS:
                codes += self.pause()
            elif not self._skipping:
                self._held.append(byte)
                if len(self._held) > LONGEST:
                    self._held.clear()
                    self._skipping = True
        return codes

    def pause(self) -> list[str]:
        """Nothing more came: what is held is a code."""
        taken, self._held = bytes(self._held), bytearray()
        skipped, self._skipping = self._skipping, False
        text = _text(taken)
        self.dropped += skipped or (bool(taken) and not text)
        return [text] if text else []


def _text(data: bytes) -> str:
    """UTF-8, else CP1251 as old scanners send; empty for what is no text."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1251", errors="replace")
    text = "".join(character for character in text if character >= " " and character != "\x7f")
    return "" if "\ufffd" in text else text.strip()
