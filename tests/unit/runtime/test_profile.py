"""A profile's settings, and the clock that tests move."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from checkin.clock import SettableClock, SystemClock
from checkin.settings import Profile, Settings, default_profile


def test_settings_come_back_and_leave_nothing_else(tmp_path: Path) -> None:
    made = Profile(tmp_path / "gate")
    settings = Settings(language="en", plant="hleb", gate="Главная", camera="0", sound=False)
    made.save(settings)
    assert made.load() == (settings, "")
    assert [path.name for path in made.folder.iterdir()] == ["settings.json"]
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700


def test_settings_of_a_later_program_keep_what_this_one_knows(tmp_path: Path) -> None:
    made = Profile(tmp_path)
    made.settings_file.write_text('{"plant": "hleb", "hologram": true}', encoding="utf-8")
    assert made.load() == (Settings(plant="hleb"), "")


def test_a_setting_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValidationError):
        Settings(camera_width=99_999)
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.language = "de"  # type: ignore[assignment]


def test_the_users_own_profile_has_the_programs_name() -> None:
    assert default_profile().folder.name == "Prohodnaya"


def test_a_settable_clock_passes_and_jumps() -> None:
    start = datetime(2026, 8, 5, tzinfo=UTC)
    clock = SettableClock(start)
    clock.advance(timedelta(seconds=90))
    assert (clock.now(), clock.monotonic_ns()) == (start + timedelta(seconds=90), 90_000_000_000)
    clock.jump(start - timedelta(days=1))
    assert clock.monotonic_ns() == 90_000_000_000
    with pytest.raises(ValueError, match="aware"):
        SettableClock(datetime(2026, 8, 5))  # noqa: DTZ001


def test_the_systems_clock_is_aware_and_does_not_run_back() -> None:
    clock = SystemClock()
    assert clock.now().utcoffset() == timedelta()
    assert clock.monotonic_ns() <= clock.monotonic_ns()
