"""Workbooks that the program writes, with a name in them that would like to be a formula."""

from __future__ import annotations

from pathlib import Path

from checkin.rosters.correction import write_correction
from checkin.rosters.reading import read_list
from checkin.rosters.seasonsheets import write

NAME = '=HYPERLINK("http://x")'


def correction_of(folder: Path) -> Path:
    """A correction file of one faulty row."""
    path = folder / "list.csv"
    quoted = NAME.replace('"', '""')
    path.write_text(f'Завод;Экскурсия;Дата;ФИО\nЗ;Э;когда-то;"{quoted}"\n', "utf-8")
    write_correction(read_list(path), folder / "mend.xlsx")
    return folder / "mend.xlsx"


def season_of(folder: Path) -> Path:
    """A season's workbook with such a plant."""
    write(folder / "season.xlsx", {"plants": [{"name": NAME}], "stop": [{"name": NAME, "birth_year": 1980}]})
    return folder / "season.xlsx"
