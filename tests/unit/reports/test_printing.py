"""A sheet on its way to the printer: what the printer is told, and what an operator is told when there is none."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from checkin.reports import printing
from checkin.reports.printing import Printed, SavedOnly, print_file


@pytest.fixture
def lp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH: a test puts a program ``lp`` there."""
    if sys.platform == "win32":
        pytest.skip("there is no lp on Windows")
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder / "lp"


def program(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def test_no_printer_program_is_said_and_the_file_is_there(lp: Path, tmp_path: Path) -> None:
    assert print_file(tmp_path / "a.pdf") == SavedOnly(tmp_path / "a.pdf")
    assert str(tmp_path) in SavedOnly(tmp_path / "a.pdf").message


def test_what_the_printer_took(lp: Path, tmp_path: Path) -> None:
    document = tmp_path / "-o rm $(x).pdf"
    document.write_bytes(b"%PDF")
    program(lp, f'printf "%s\\n" "$@" > {tmp_path}/said; echo "request id is HP-LaserJet-12 (1 file(s))"')
    answer = print_file(document, title="Лист; rm -rf")
    assert answer == Printed(document, "HP-LaserJet")
    assert (tmp_path / "said").read_text().splitlines() == ["-o", "media=A4", "-t", "Лист; rm -rf", "--", str(document)]
    assert "HP-LaserJet" in answer.message


@pytest.mark.parametrize("body", ["echo no default destination >&2; exit 1", "exec /bin/sleep 30", "kill -9 $$"])
def test_a_printer_that_takes_nothing_or_hangs(lp: Path, tmp_path: Path, body: str) -> None:
    program(lp, body)
    begun = time.monotonic()
    assert isinstance(print_file(tmp_path / "a.pdf", timeout_s=0.5), SavedOnly)
    assert time.monotonic() - begun < 5


def test_an_answer_without_a_name_is_an_answer(lp: Path, tmp_path: Path) -> None:
    program(lp, "exit 0")
    assert print_file(tmp_path / "a.pdf") == Printed(tmp_path / "a.pdf")
    assert printing.TIMEOUT_S < 10
