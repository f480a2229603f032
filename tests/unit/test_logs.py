"""No value of anybody's in a log or a traceback; the whole text only when somebody asks for it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from checkin.logs import DEBUG, Lines, told

NAME = "Достоевская-Заречная"


def failing() -> None:
    try:
        {}[NAME]
    except KeyError as error:
        raise ValueError(f"no {NAME}") from error


def test_a_traceback_says_where_and_what_kind_and_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="no ") as raised:
        failing()
    text = told(raised.value)
    assert NAME not in text
    assert text.index("builtins.KeyError") < text.index("builtins.ValueError")
    assert "test_logs.py" in text
    monkeypatch.setenv(DEBUG, "1")
    assert NAME in told(raised.value)
    assert told(None) == ""


def test_a_log_record_of_an_error_holds_no_name() -> None:
    try:
        failing()
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "a bug", None, (type(error), error, None))
    assert NAME not in Lines().format(record)
    assert "builtins.ValueError" in Lines().format(record)


@pytest.mark.parametrize("where", ["raise ValueError(name)", "threading.Thread(target=lambda: {}[name]).start()"])
def test_a_program_that_dies_of_a_bug_says_no_name(where: str) -> None:
    script = f"import threading\nfrom checkin.logs import set_up\nset_up()\nname = 'Dosto' + 'evskaya'\n{where}\n"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert "Error" in done.stderr
    assert "Dostoevskaya" not in done.stderr


def test_a_command_that_dies_of_a_bug_says_no_name(tmp_path: Path) -> None:
    """As people start it: whoever parses the command line has hooks of its own."""
    (tmp_path / "sitecustomize.py").write_text(
        "import checkin.settings as settings\n"
        "def load(profile):\n    raise ValueError('Dosto' + 'evskaya')\n"
        "settings.Profile.load = load\n"
    )
    places = os.pathsep.join((str(tmp_path), str(Path(__file__).parents[2])))
    done = subprocess.run(
        [sys.executable, "-m", "checkin", "--profile", str(tmp_path / "gate"), "headcount"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": places},
    )
    assert done.returncode == 1
    assert "builtins.ValueError" in done.stderr
    assert "Dostoevskaya" not in done.stderr + done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="dumps as Linux makes them")
def test_no_dump_of_the_memory_is_made() -> None:
    script = (
        "import ctypes, resource\nfrom checkin.logs import set_up\nset_up()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split("\n")[0] == "(0, 0) 0"
