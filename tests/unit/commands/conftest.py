"""Commands called in the test's own process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checkin import i18n
from checkin.cli import main
from tests.commands import Done, Run


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs ``checkin --profile FOLDER WORDS…`` in English."""
    before = i18n.language()
    monkeypatch.setenv("PROHODNAYA_LANGUAGE", "en")

    def call(profile: Path | None, *words: str, code: int | None = 0) -> Done:
        where = ["--profile", str(profile)] if profile is not None else []
        monkeypatch.setattr(sys, "argv", ["checkin", *where, *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        done = Done(int(ended.value.code or 0), said.out, said.err)
        assert code is None or done.code == code, done
        return done

    yield call
    i18n.use(before)
