"""A file is there whole or not at all, and what went wrong is said in words."""

from __future__ import annotations

import errno
import os
import sys
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


@pytest.mark.parametrize("name", ["", ".", "/", ".."])
def test_what_is_no_name_of_a_file_is_said(name: str) -> None:
    with pytest.raises(SettingsWrong), written_whole(Path(name)) as fresh:
        fresh.write_text("new")


@pytest.mark.parametrize("length", [200, 251, 255])
def test_a_name_may_be_as_long_as_the_system_lets_it(tmp_path: Path, length: int) -> None:
    path = tmp_path / ("n" * length)
    with written_whole(path) as fresh:
        fresh.write_text("new")
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_that_is_too_long_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong), written_whole(tmp_path / ("n" * 256)) as fresh:
        fresh.write_text("new")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_lets_nothing_go_is_said_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stick that takes nothing refuses the removal of what is not there as well."""

    def refuses(_path: Path, missing_ok: bool = False) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "unlink", refuses)
    with pytest.raises(SettingsWrong, match=r"a\.packet"), written_whole(tmp_path / "a.packet"):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names there")
def test_a_pipe_is_no_place_for_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SettingsWrong), written_whole(tmp_path / "pipe") as fresh:
        fresh.write_text("new")
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("name", ["store.sqlite", "store.key", "STORE.KEY", "journal.log", "settings.json"])
def test_nothing_is_written_over_a_profile(tmp_path: Path, name: str) -> None:
    field.opened(tmp_path).close()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(SettingsWrong), written_whole(tmp_path / name) as fresh:
        fresh.write_text("new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    with written_whole(tmp_path / "j.packet") as fresh:
        fresh.write_text("beside it there is room")
