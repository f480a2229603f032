"""What a folder, a settings file or a name that is none makes of the commands about a profile."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checkin.commands.opened import COMMAND_LINE
from checkin.domain.people import Act
from checkin.errors import SettingsWrong
from checkin.settings import Profile, Settings
from checkin.store import passphrase
from checkin.store.vault import ENDING
from tests.commands import Run
from tests.field import opened, plant, site, tour, visitor

LONG = "x" * 300


def test_what_is_no_profile_is_not_destroyed(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "home"
    (folder / "documents").mkdir(parents=True)
    (folder / "logs").mkdir()
    mine = [folder / "documents" / "will.pdf", folder / "logs" / "a.log", folder / "lists.json"]
    for settings in ("", "{}", "[1]", '{"language": "ru"}'):
        (folder / "settings.json").write_text(settings)
        for path in mine:
            path.write_text("mine")
        assert "no profile" in run(folder, "profile", "destroy", "--yes", code=1).err
        assert all(path.exists() for path in mine)
    Profile(folder).save(Settings())
    run(folder, "profile", "destroy", "--yes")
    assert not any(path.exists() for path in mine)


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices")
@pytest.mark.parametrize("what", ["pipe", "device"])
def test_settings_that_have_no_end_are_set_aside(run: Run, tmp_path: Path, what: str) -> None:
    settings = tmp_path / "settings.json"
    if what == "pipe":
        os.mkfifo(settings)
    else:
        settings.symlink_to("/dev/zero")
    assert "start afresh" in run(tmp_path, "headcount").err
    assert len(list(tmp_path.glob("settings.damaged-*"))) == 1


@pytest.mark.parametrize(
    "words", [["headcount"], ["profile", "destroy", "--yes"], ["profile", "rekey"], ["journal", "verify"]]
)
def test_a_profiles_name_that_is_too_long_is_refused_in_words(run: Run, tmp_path: Path, words: list[str]) -> None:
    assert "cannot be used" in run(tmp_path / LONG, *words, code=1).err


def test_a_files_name_that_is_too_long_is_refused_in_words(run: Run, tmp_path: Path) -> None:
    opened(tmp_path).close()
    assert "cannot be read" in run(tmp_path, "journal", "verify", str(tmp_path / LONG), code=1).err


def test_sheets_that_were_opened_are_in_the_journal(run: Run, tmp_path: Path) -> None:
    store = opened(tmp_path)
    (tmp_path / "documents").mkdir()
    store.vault.keep(tmp_path / "documents" / f"evacuation.pdf{ENDING}", b"%PDF")
    store.close()
    run(tmp_path, "profile", "sheets", str(tmp_path / "out"))
    store = opened(tmp_path)
    with store.read() as tx:
        noted = [line.line.event for line in tx.journal.lines()]
    store.close()
    assert [(one.reason, one.operator) for one in noted] == [(Act.EXPORT.value, COMMAND_LINE)]


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_nobody_else_may_read_the_data_and_the_certificates(run: Run, tmp_path: Path) -> None:
    old = datetime.now(UTC) - timedelta(days=30)
    with site(tmp_path, (plant(retention_h=1), tour("t1", old), visitor("v1"))):
        pass
    (tmp_path / "store.sqlite").chmod(0o644)  # as older versions made it
    run(tmp_path, "profile", "purge", "--out", str(tmp_path / "stick"))
    files = [*(tmp_path / "stick").iterdir(), *tmp_path.glob("store.sqlite*")]
    assert len(files) >= 3
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_blanks_are_no_passphrase(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong):
        passphrase.seal(tmp_path / "store.pass", "ab" * 32, " " * 8)
