"""Delimited text as rows: any delimiter, quoting and encoding that lists come in.

A quote that is never closed costs its own row, not the rest of the file: a record may go over ``MAX_LINES`` lines, and
when it does not close by then its first line is taken as it stands.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from checkin.errors import ListUnreadable
from checkin.i18n import gettext as _
from checkin.rosters import headings
from checkin.rosters.encodings import Text, is_binary, text_of
from checkin.rosters.table import MAX_ROWS, Cell, Sheet

DELIMITERS = (";", ",", "\t", "|")
"""Tried first; where they find no headings, whatever sign the first lines are full of."""
MAX_LINES = 30
MAX_LINE = 1 << 20
MAX_NOTICES = 20
BROKEN: list[str] = []
"""Stands for a record that breaks the rules of quoting; told apart by identity."""
_SAMPLE = 1 << 16
_WRAPPED = 4 * headings.DEPTH
"""Lines among which the first rows are looked for when some of them may be wrapped."""
_SELDOM_WITHIN = ";\t|"
"""Delimiters that hardly any heading has in it: with them in its cells, a line is divided at the wrong sign."""
_MARKED = ("=", "'")
_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"\s*')
_TEXT_MARK = re.compile(r"'(?=[\dA-ZА-ЯЁ])[^']*$")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

csv.field_size_limit(MAX_LINE)


def sheet(path: Path) -> Sheet:
    """The one sheet of a text file.  Raises ``ListUnreadable`` when it is no text, or no table."""
    data = path.read_bytes()
    refusal = _("{file} is not a table. Save the list as XLSX or CSV.").format(file=path.name)
    if is_binary(data):
        raise ListUnreadable(refusal)
    text = text_of(data)
    sample = text.sample(_SAMPLE)
    if len(_CONTROLS.findall(sample)) > max(500, len(sample) // 100):
        raise ListUnreadable(refusal)
    lines = sample.split("\n")
    if len(sample) == _SAMPLE and len(lines) > 1:
        lines.pop()  # cut off in its middle
    named = re.fullmatch(r"sep=(.) *", lines[0].strip("\r\n"))
    delimiter, quote = (named[1], '"') if named else dialect(lines)
    out = Sheet(name="", rows=iter(()), size=text.data.count(b"\n") + 1, ragged=True)
    if text.damaged:
        out.notices.append(
            _("Some letters of the file are damaged (its encoding is {name}).").format(name=text.encoding)
        )
    out.rows = _rows(path.name, text, delimiter, quote, out.notices, skip=1 if named else 0)
    return out


def dialect(lines: list[str]) -> tuple[str, str]:
    """The delimiter and the quote of a table's first lines: those under which most headings are recognised."""
    wrapped = lines[:_WRAPPED]
    lines = [line for line in lines if line.strip()][: headings.DEPTH]
    text = "\n".join(lines)
    if '"' in text:
        lines = wrapped  # a quoted heading may go over several of them, and some of those may be empty
    quote = "'" if '"' not in text and re.search(r"(?m)(^|[;,\t|])'[^'\n]*'([;,\t|]|$)", text) else '"'
    best, found = max((_rank(lines, delimiter, quote), delimiter) for delimiter in DELIMITERS[::-1])
    if best < (2, 0, 0):
        rare = [sign for sign, _count in Counter(filter(_may_delimit, text)).most_common(8) if sign != quote]
        best, found = max([(best, found), *((_rank(lines, sign, quote), sign) for sign in rare)])
    return found, quote


def _rank(lines: list[str], delimiter: str, quote: str) -> tuple[int, int, int]:
    """How much of a table a delimiter makes of lines: headings known, rows of the same width, that width."""
    made = (row for row in records(iter(lines), delimiter, quote, []) if any(row))
    rows: list[list[Cell]] = [list(row) for row in itertools.islice(made, headings.DEPTH)]
    there = headings.find(rows)
    rivals = _SELDOM_WITHIN.replace(delimiter, "")
    widths = Counter(len(row) for row in rows if len(row) > 1)
    score = 0 if there is None else there.score - sum(text.count(sign) for text in there.texts for sign in rivals)
    return score, max(widths.values(), default=0), max(widths, default=0)


def _may_delimit(sign: str) -> bool:
    return not sign.isalnum() and not sign.isspace() and sign.isprintable() and sign not in "\"'.-_()/«»№"


def _rows(name: str, text: Text, delimiter: str, quote: str, notices: list[str], skip: int) -> Iterator[list[Cell]]:
    lines = itertools.islice(text.lines(), skip, None)
    odd: list[int] = []
    for number, row in enumerate(records(lines, delimiter, quote, notices), 1):
        if number > MAX_ROWS:
            raise ListUnreadable(
                _("{file} has more than {limit} rows. Split it into several lists.").format(file=name, limit=MAX_ROWS)
            )
        if len(row) == 1 and len(row[0]) > MAX_LINE:
            raise ListUnreadable(
                _("{file}, row {row}: the line is too long for a table.").format(file=name, row=number)
            )
        if text.odd_lines:
            odd.append(number)
            text.odd_lines.clear()
        yield [_plain(cell) if cell[:1] in _MARKED else cell for cell in row]
    if odd:
        notices.append(
            _(
                "The file is in two encodings, {first} and {second}; these rows were read as {second}: {rows}. "
                "Look at their names."
            ).format(first="UTF-8", second=text.odd, rows=spans(odd))
        )


def _plain(cell: str) -> str:
    """A cell without what keeps a spreadsheet from taking text for a number: ``="00123"``, ``'00124``."""
    if (formula := _TEXT_FORMULA.fullmatch(cell)) is not None:
        return formula[1].replace('""', '"')
    return cell[1:] if _TEXT_MARK.match(cell) else cell


def spans(numbers: Sequence[int], shown: int = 12) -> str:
    """Numbers in their order as people write them: ``3, 7–9``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    said = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:shown]]
    return ", ".join(said) + (" …" if len(runs) > shown else "")


def records(lines: Iterator[str], delimiter: str, quote: str, notices: list[str]) -> Iterator[list[str]]:
    """Rows of cells; a quoted cell may hold line breaks."""
    pending: list[str] = []
    number = 0
    while True:
        line = pending.pop(0) if pending else next(lines, None)
        if line is None:
            return
        number += 1
        line = line.rstrip("\n")
        if len(line) > MAX_LINE:
            yield [line]
            continue
        if quote not in line:
            yield line.split(delimiter) if line else []
            continue
        fields = _strict(line, delimiter, quote)
        if fields is BROKEN:
            fields = _fields(line, delimiter, quote)
        joined = line
        ahead: list[str] = []
        while fields is None and len(ahead) < MAX_LINES:
            following = pending.pop(0) if pending else next(lines, None)
            if following is None:
                break
            ahead.append(following)
            joined += "\n" + following.rstrip("\n")
            if quote in following:
                fields = _strict(joined, delimiter, quote)
        if fields is None or fields is BROKEN:
            pending = ahead + pending
            fields = [cell.strip().removeprefix(quote) for cell in line.split(delimiter)]
            if len(notices) < MAX_NOTICES:
                notices.append(_("Row {row}: a quotation mark is not closed.").format(row=number))
        yield fields


def _strict(text: str, delimiter: str, quote: str) -> list[str] | None:
    """The cells of a record; None when one of its quotes is still open; ``BROKEN`` when no more text can mend it."""
    try:
        return next(csv.reader([text], delimiter=delimiter, quotechar=quote, skipinitialspace=True, strict=True), [])
    except csv.Error as error:
        return None if "unexpected end" in str(error) else BROKEN


def _fields(text: str, delimiter: str, quote: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, quotechar=quote, skipinitialspace=True), [])
    except csv.Error:
        return text.split(delimiter)
