"""A file is there whole or not at all, and what went wrong is said in words."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from xlsxwriter.exceptions import FileCreateError

from checkin.errors import DiskFull, SettingsWrong
from checkin.reports.attendance import export_attendance
from checkin.wholefile import written_whole
from tests import field


def test_what_was_written_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    path.write_text("old")
    with written_whole(path) as fresh:
        fresh.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def half_written(path: Path, error: BaseException) -> None:
    with written_whole(path, FileCreateError) as fresh:
        fresh.write_text("half")
        raise error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), DiskFull),
        (FileCreateError(OSError(errno.ENOSPC, "No space left on device")), DiskFull),
        (FileCreateError(OSError(errno.EACCES, "Permission denied")), SettingsWrong),
        (OSError(errno.EACCES, "Permission denied"), SettingsWrong),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (ValueError("a bug"), ValueError),
    ],
)
def test_what_failed_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, error: BaseException, said: type[BaseException]
) -> None:
    path = tmp_path / "day.csv"
    path.write_text("old")
    with pytest.raises(said):
        half_written(path, error)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_an_export_to_a_folder_that_is_not_there_is_said(tmp_path: Path, ending: str) -> None:
    store = field.opened(tmp_path)
    try:
        with pytest.raises(SettingsWrong):
            export_attendance(store, tmp_path / "nowhere" / f"day{ending}")
    finally:
        store.close()
