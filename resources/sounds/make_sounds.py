"""Makes the tones of the gate: ``python resources/sounds/make_sounds.py``.  The WAVs beside it are checked in.

One long tone for yes, three short for no, two medium for a question, up and down again for an alarm; each within 1 to
2 kHz, where a factory is quietest and older ears still hear.
"""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

RATE = 44_100
TONES = {
    "yes": [(1318.5, 0.45)],
    "no": [(1046.5, 0.11), (0.0, 0.07), (1046.5, 0.11), (0.0, 0.07), (1046.5, 0.11)],
    "question": [(1174.7, 0.2), (0.0, 0.08), (1568.0, 0.2)],
    "alarm": [(1046.5, 0.22), (1568.0, 0.22)] * 4,
}
EDGE_S = 0.008
"""Each tone swells and fades for so long: a square edge would click."""


def samples(parts: list[tuple[float, float]]) -> bytes:
    """16-bit mono samples of (hertz, seconds) parts; 0 hertz is silence."""
    out = bytearray()
    for hertz, seconds in parts:
        count = round(seconds * RATE)
        for number in range(count):
            edge = min(1.0, number / (EDGE_S * RATE), (count - number) / (EDGE_S * RATE))
            turn = 2 * math.pi * hertz * number / RATE
            level = 0.8 * math.sin(turn) + 0.15 * math.sin(3 * turn)
            out += struct.pack("<h", round(28_000 * edge * level))
    return bytes(out)


def main() -> None:
    """Writes the files beside this one."""
    for name, parts in TONES.items():
        with wave.open(str(Path(__file__).with_name(f"{name}.wav")), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(samples(parts))


if __name__ == "__main__":
    main()
