"""Codes on their way to the gate page: from the camera, from a scanner that types, from one on a serial port.

While the scanner's own page is tried, what a scanner sends is shown there and judged nowhere.
"""

from __future__ import annotations

from collections.abc import Callable

from checkin.app import Sight
from checkin.desk.outcome import Source
from ui.gate.presenter import GatePresenter
from ui.ports import Turn
from ui.scanner.presenter import ScannerPresenter


class Arrivals:
    """``comes_in(text, source)`` makes way on the screen for a verdict; False when there is to be none now."""

    def __init__(
        self, turn: Turn, gate: GatePresenter, scanner: ScannerPresenter, comes_in: Callable[[str, Source], bool]
    ) -> None:
        self._turn, self._gate, self._scanner, self._comes_in = turn, gate, scanner, comes_in

    def camera_read(self, texts: list[str]) -> None:
        """In the decode thread: several codes of one picture are judged in the order in which they were read."""

        def take() -> None:
            for text in texts:
                self._scanned(text, Source.CAMERA)

        self._turn.post(take)

    def camera_saw(self, sight: Sight) -> None:
        """In the decode thread, before the codes: what is in front of the camera together."""
        self._turn.post(lambda: self._gate.sight_came(sight))

    def wedge_read(self, text: str) -> None:
        """A scanner typed."""
        if self._scanner.active:
            self._scanner.scan_came(text, typed=True)
        else:
            self._scanned(text, Source.SCANNER)

    def port_read(self, text: str) -> None:
        """A scanner sent."""
        if self._scanner.active:
            self._scanner.scan_came(text, typed=False)
        else:
            self._scanned(text, Source.SCANNER)

    def _scanned(self, text: str, source: Source) -> None:
        if self._comes_in(text, source):
            self._gate.code_scanned(text, source)
