"""Bytes of a text to lines: which encoding it has, told by what the letters of each make of it.

A text has one encoding, or is put together of pieces in UTF-8 and in one other: then every line is read by its own.
Letters are judged by how often Russian has them and by their capitals: what is a small letter in one of the old
encodings is a capital in another, and ``хБЮМНБ`` is nobody's name.
"""

from __future__ import annotations

import codecs
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

OLD = {"cp1251": 1.5, "cp866": 0.1, "koi8-r": 0.0, "mac-cyrillic": -0.5, "cp1252": 0.0}
"""Each with what it is worth before a letter is seen: two letters say little, and most files are Windows'."""
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1 << 16
_LINES, _LONGEST = 5_000, 2_000
"""So many lines, and so much of each, are looked at to tell an encoding."""
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WORD = re.compile(r"[^\W\d_]+")
_SIGNS = frozenset("«»№—–…“”„’‘°\N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}•")
_SHARES = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        (
            *(109, 85, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19),
            *(17, 17, 16, 16, 14, 12, 10, 9, 7, 6, 5, 4, 3, 3, 1, 4),
        ),
        strict=True,
    )
)  # fmt: skip
"""Letters of Russian in a thousand."""
_WORTH = {letter: math.log(share / 30) + 1.5 for letter, share in _SHARES.items()}
_WORTH |= dict.fromkeys("іїєґўјљњћџѓќђѕәғқңөұүһ", -2.5)
_GLUED = re.compile(r"(?<![^\W_])[–—…‘’](?=[^\W\d_])")
_FOREIGN, _MIXED, _SIGN, _NOISE = -2.0, -4.0, 0.3, -3.0


@dataclass(slots=True)
class Text:
    """A text as it is to be read.  ``odd`` is what the lines are in that are not ``encoding``; None when all are.

    ``damaged`` says that some bytes fit no encoding.
    """

    data: bytes
    encoding: str
    damaged: bool = False
    odd: str | None = None
    odd_lines: list[int] = field(default_factory=list)
    """Numbers, from 1, of the lines that were read in ``odd`` so far."""

    def lines(self) -> Iterator[str]:
        """The lines, each with a line break at its end but perhaps the last."""
        if self.odd is None:
            with io.TextIOWrapper(
                io.BytesIO(self.data), encoding=self.encoding, errors="replace", newline=None
            ) as text:
                yield from text
            return
        for number, raw in enumerate(self.data.splitlines(), 1):
            line, odd = _line(raw.removeprefix(codecs.BOM_UTF8), self.odd)
            if odd:
                self.odd_lines.append(number)
            yield line + "\n"

    def sample(self, size: int) -> str:
        """The beginning of the text."""
        head = Text(self.data[: 4 * size], self.encoding, odd=self.odd)
        return "".join(head.lines())[:size]


def text_of(data: bytes) -> Text:
    """A text, and how it is encoded."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Text(data, name, _damaged(data, name))
    wide = _wide(data[:_SAMPLE])
    if wide is not None:
        return Text(data, wide, _damaged(data, wide))
    plain = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    if not _damaged(data, "utf-8"):
        return Text(data, plain)
    good, bad = _sorted(data)
    letters = [line for line in bad if _utf8(line) > 0]
    foreign = [line for line in bad if _utf8(line) <= 0]
    if not good and not letters:
        return Text(data, _old(bad))
    if not foreign:
        return Text(data, plain, damaged=True)
    return Text(data, plain, damaged=bool(letters), odd=_old(foreign))


def _sorted(data: bytes) -> tuple[int, list[bytes]]:
    """How many lines are letters in UTF-8, and some of those that are no UTF-8."""
    good = 0
    bad: list[bytes] = []
    for line in data.splitlines():
        if line.isascii():
            continue
        line = line.removeprefix(codecs.BOM_UTF8)
        try:
            line.decode()
        except UnicodeDecodeError:
            if len(bad) < _LINES:
                bad.append(line[:_LONGEST])
        else:
            good += not line.isascii()
        if good and len(bad) >= _LINES:
            break  # both kinds are there, and enough is seen of the second
    return good, bad


def _line(raw: bytes, odd: str) -> tuple[str, bool]:
    """A line of a text in two encodings, and whether it is in the odd one."""
    try:
        return raw.decode(), False
    except UnicodeDecodeError:
        if _utf8(raw) > 0:
            return raw.decode(errors="replace"), False
        return raw.decode(odd, "replace"), True


def _utf8(line: bytes) -> int:
    """How much more of a line is letters in UTF-8 than bytes that are none."""
    text = line.decode("utf-8", "replace")
    return sum(1 for character in text if character > "\x7f") - 4 * text.count("\N{REPLACEMENT CHARACTER}")


def is_binary(data: bytes) -> bool:
    """Whether these bytes are no text in any encoding: texts hold hardly any control characters."""
    head = data[:_SAMPLE]
    if any(data.startswith(mark) for mark, _name in _MARKS) or _wide(head) is not None:
        return False
    return len(_CONTROLS.findall(head)) > max(500, len(head) // 100)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: Cyrillic has 04 in its high byte, delimiters and digits 00: the zeros say which it is."""
    if b"\0" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 8 * even and odd * 20 > len(head):
        return "utf-16-le"
    if even > 8 * odd and even * 20 > len(head):
        return "utf-16-be"
    return None


def _old(lines: list[bytes]) -> str:
    """The encoding of one byte a letter that makes most of these lines."""
    sample = b"\n".join(lines)[: 4 * _SAMPLE]
    return max(OLD, key=lambda name: _sense(sample.decode(name, "replace")) + OLD[name])


def _sense(text: str) -> float:
    """How much sense a text makes: letters as Russian has them, capitals where they belong, no frames and signs."""
    total = 0.0
    words: dict[str, int] = {}
    for found in _WORD.finditer(text):
        words[found[0]] = words.get(found[0], 0) + 1
    for word, count in words.items():
        if not word.isascii():
            total += count * _word(word)
    for character in text:
        if character > "\x7f" and not character.isalpha():
            total += _SIGN if character in _SIGNS else _NOISE
    return total + (_NOISE - _SIGN) * len(_GLUED.findall(text))


def _word(word: str) -> float:
    cyrillic = sum(1 for character in word if "Ѐ" <= character <= "ӿ")
    strange = sum(1 for character in word if character > "\x7f") - cyrillic
    latin = len(word) - cyrillic - strange
    if not cyrillic:  # José is a name, Èâàíîâ is none
        return strange * (1.0 if latin >= strange and (word[1:].islower() or word.isupper()) else _FOREIGN)
    if latin or strange:
        return _MIXED * (cyrillic + strange)
    worth = sum(_WORTH.get(character, -3.0) for character in word.casefold())
    if not (word.isupper() or word.islower() or word[1:].islower()):
        worth -= 3.0 * len(word)
    elif word.islower():
        worth -= 0.1  # a capital at the head says a little more than none
    return worth


def _damaged(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return True
    return False
