"""Spreadsheets that the program writes, opened by LibreOffice: cells keep their types, a name is never a formula."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from integration_lists import NAME, correction_of, season_of

SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed on this PC")


def converted(path: Path, suffix: str) -> Path:
    """What LibreOffice makes of a file."""
    profile = path.parent / "office"
    subprocess.run(
        [
            str(SOFFICE),
            f"-env:UserInstallation=file://{profile}",
            "--headless",
            "--convert-to",
            suffix,
            "--outdir",
            str(path.parent / "out"),
            str(path),
        ],
        capture_output=True,
        check=True,
        timeout=120,
    )
    return path.parent / "out" / f"{path.stem}.{suffix}"


def cells(path: Path) -> str:
    """The cells of a workbook as LibreOffice understands them."""
    with zipfile.ZipFile(converted(path, "ods")) as archive:
        return archive.read("content.xml").decode()


def test_a_correction_files_cells_are_text(tmp_path: Path) -> None:
    content = cells(correction_of(tmp_path))
    assert "table:formula" not in content
    assert "HYPERLINK" in content
    assert set(re.findall(r'office:value-type="(\w+)"', content)) == {"string"}


def test_a_season_workbook_holds_no_formula(tmp_path: Path) -> None:
    content = cells(season_of(tmp_path))
    assert "table:formula" not in content
    assert "HYPERLINK" in content


def test_a_csv_with_a_formula_for_a_name_computes_nothing(tmp_path: Path) -> None:
    from checkin.reports.cells import plain

    path = tmp_path / "merge.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["row", "visitor"], [1, plain(NAME)], [2, plain("\t" + NAME)]])
    content = cells(path)
    assert "table:formula" not in content
    assert content.count("HYPERLINK") == 2
