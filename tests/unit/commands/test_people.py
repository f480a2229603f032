"""``checkin people`` on a fresh profile."""

from __future__ import annotations

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from checkin.people.badges import badge_in
from tests.commands import Run

BOSS = ("people", "add", "Орлова Анна", "--role", "administrator", "--passphrase-env", "PIN", "--json")


@pytest.fixture(autouse=True)
def _pins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIN", "4821")
    monkeypatch.setenv("EASY", "1234")


def test_the_first_person_is_an_administrator_and_the_list_shows_no_secret(run: Run, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    assert "administrator" in run(gate, "people", "add", "Белов Пётр", "--passphrase-env", "PIN", code=1).err
    boss = run(gate, *BOSS).line
    assert (boss["name"], boss["role"], boss["pin"]) == ("Орлова Анна", "administrator", True)
    (shown,) = run(gate, "people", "list", "--json").lines
    assert shown == {**boss, "waits_s": 0}
    assert "argon2" not in run(gate, "people", "list").out


def test_a_badge_is_a_code_that_any_reader_reads(run: Run, tmp_path: Path) -> None:
    gate, file = tmp_path / "gate", tmp_path / "badge.png"
    run(gate, *BOSS, "--badge", str(file))
    (found,) = zxingcpp.read_barcodes(Image.open(file))
    assert badge_in(found.text) == found.text
    assert found.text not in "".join(str(line) for line in run(gate, "people", "list", "--json").lines)


def test_an_easy_pin_and_an_unknown_role_are_refused_with_what_to_do(run: Run, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    run(gate, *BOSS)
    easy = run(gate, "people", "add", "Белов Пётр", "--passphrase-env", "EASY", code=1)
    assert "easy to guess" in easy.err
    role = run(gate, "people", "add", "Белов Пётр", "--role", "boss", "--passphrase-env", "PIN", code=1)
    assert "supervisor" in role.err
    assert len(run(gate, "people", "list", "--json").lines) == 1


def test_changes_are_in_the_log_and_in_the_chain(run: Run, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    boss = run(gate, *BOSS).line
    other = run(gate, "people", "add", "Белов Пётр", "--passphrase-env", "PIN", "--json").line
    run(gate, "people", "change", other["id"], "--role", "supervisor")
    run(gate, "people", "unlock", other["id"])
    run(gate, "people", "remove", other["id"])
    assert "administrator" in run(gate, "people", "change", boss["id"], "--role", "guide", code=1).err
    assert [line["id"] for line in run(gate, "people", "list", "--json").lines] == [boss["id"]]
    log = run(gate, "people", "log", "--json").lines
    assert [line["note"].split()[0] for line in log] == ["add", "add", "change", "unlock", "remove"]
    assert run(gate, "people", "log", "--overrides", "--json").lines == []
    run(gate, "journal", "verify", code=0)
