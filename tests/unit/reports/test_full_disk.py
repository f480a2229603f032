"""A workbook on a disk without room: one message, no traceback after it, nothing left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

WRITING = """
import resource, signal, sys
from pathlib import Path
from checkin.errors import CheckinError
from checkin.reports.season import season
from checkin.reports.seasonpages import write_report
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000))
try:
    write_report(season([], []), Path(sys.argv[1]))
except CheckinError as error:
    print(type(error).__name__)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a file's size has no limit there")
def test_nothing_is_said_after_the_message(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITING, str(tmp_path / "a.xlsx")], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "SettingsWrong"
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []
