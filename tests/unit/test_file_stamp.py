"""The name of a file tells when it was made, as the clock on the wall said it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from checkin.clock import file_stamp


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system's zone cannot be set for a test")
def test_a_file_is_called_after_the_time_of_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2026, 8, 9, 21, 30, 5, tzinfo=UTC)
    try:
        monkeypatch.setenv("TZ", "Europe/Moscow")
        time.tzset()
        assert file_stamp(at) == "20260810-003005"
        assert file_stamp(at, seconds=False) == "20260810-0030"
    finally:
        monkeypatch.undo()
        time.tzset()
