"""The commands' exit codes: a script at the organiser's learns that something is wrong without reading sentences."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from checkin import cli
from checkin.clock import SystemClock
from checkin.desk import Desk, Place, Source
from checkin.hub import open_hub
from checkin.settings import Profile, Settings
from checkin.store import open_store
from tests.field import NOW, list_file

NAME = "Хлебозавод № 3"


def checkin(profile: Path, *words: object) -> tuple[int, dict[str, Any], str]:
    """A command: its exit code, its last line of JSON, and all that it said."""
    if not (profile / "settings.json").exists():
        Profile(profile).save(Settings(key_place="file", language="en"))
    done = CliRunner().invoke(cli.build(), ["--profile", str(profile), *map(str, words)])
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return done.exit_code, json.loads(lines[-1]) if lines else {}, f"{done.output}\n{done.exception or ''}"


def scanned(folder: Path, *codes: str) -> None:
    store, _place = open_store(Profile(folder), Settings(key_place="file"))
    try:
        with store.read() as tx:
            (plant,) = tx.roster.plants()
        for code in codes:
            Desk(store, SystemClock(), Place(plant=plant.id, gate="Восток")).scan(code, Source.SCANNER)
    finally:
        store.close()


@pytest.fixture
def sites(tmp_path: Path) -> tuple[Path, Path]:
    """An organiser's profile and a gate's that has taken the roster."""
    office, gate = tmp_path / "office", tmp_path / "gate"
    list_file(tmp_path / "list.csv", 4, start=NOW, plant=NAME, tours=1, codes=False)
    assert checkin(office, "roster", "import", tmp_path / "list.csv")[0] == 0
    key = checkin(gate, "gate-key", "--json")[1]["recipient"]
    assert checkin(office, "packet", "make-roster", "--plant", NAME, "--to", key, tmp_path / "r.packet")[0] == 0
    assert checkin(gate, "packet", "take", tmp_path / "r.packet", "--yes")[0] == 0
    return office, gate


def test_a_gate_that_was_put_back_ends_with_1(sites: tuple[Path, Path], tmp_path: Path) -> None:
    office, gate = sites
    scanned(gate, "A")
    assert checkin(gate, "packet", "make-journal", tmp_path / "1.packet")[0] == 0
    shutil.copytree(gate, tmp_path / "copy")
    scanned(gate, "B", "C")
    assert checkin(gate, "packet", "make-journal", tmp_path / "2.packet")[0] == 0
    for name in ("1.packet", "2.packet", "1.packet"):
        code, told, _said = checkin(office, "packet", "accept", tmp_path / name, "--json")
        assert (code, told["rolled_back"], told["rejected"], told["findings"]) == (0, False, 0, [])
    shutil.rmtree(gate)
    shutil.copytree(tmp_path / "copy", gate)
    assert checkin(gate, "packet", "make-journal", tmp_path / "3.packet")[0] == 0
    code, told, _said = checkin(office, "packet", "accept", tmp_path / "3.packet", "--json")
    assert (code, told["rolled_back"]) == (1, True)
    scanned(gate, "D", "E", "F", "G")
    assert checkin(gate, "packet", "make-journal", tmp_path / "4.packet")[0] == 0
    code, told, _said = checkin(office, "packet", "accept", tmp_path / "4.packet", "--json")
    assert code == 1
    assert told["rejected"] > 0 < told["accepted"]  # what could be taken is taken
    code, _told, said = checkin(office, "packet", "accept", tmp_path / "4.packet")
    assert code == 1
    assert "3 refused" in said
    assert "profile was copied or changed" in said  # once more, also when the gate has outgrown what came before


def test_a_gate_that_was_shut_out_is_named_and_gets_nothing(sites: tuple[Path, Path], tmp_path: Path) -> None:
    office, gate = sites
    list_file(tmp_path / "hub.csv", 4, start=NOW, plant=NAME, tours=1, codes=False)
    assert checkin(office, "hub", "import", tmp_path / "hub.csv")[0] == 0
    key = checkin(gate, "gate-key", "--json")[1]
    roster = ("packet", "make-roster", "--hub", "--plant", NAME, "--to", key["recipient"])
    assert checkin(office, *roster, tmp_path / "1.packet")[0] == 0
    assert checkin(gate, "packet", "take", tmp_path / "1.packet", "--yes")[0] == 0
    assert checkin(gate, "packet", "make-journal", tmp_path / "j.packet")[0] == 0
    code, told, said = checkin(office, "packet", "accept", "--hub", tmp_path / "j.packet", "--json")
    assert (code, told.get("findings")) == (0, []), said
    with open_hub(f"sqlite:///{Profile(office).hub_file.resolve()}") as hub:
        hub.revoke(key["device"])
    code, _told, said = checkin(office, *roster, tmp_path / "2.packet")
    assert (code, (tmp_path / "2.packet").exists()) == (1, False)
    assert re.search("[«“]1[»”]", said)


def notes(profile: Path) -> list[str]:
    """What the journal says was done with packets."""
    done = CliRunner().invoke(cli.build(), ["--profile", str(profile), "people", "log", "--json"])
    return [json.loads(line)["note"] for line in done.stdout.splitlines()]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is text")
def test_a_name_in_an_old_code_page_is_noted(sites: tuple[Path, Path], tmp_path: Path) -> None:
    office, gate = sites
    stick = Path(os.fsdecode(bytes(tmp_path) + b"/\xc6.packet"))
    key = checkin(gate, "gate-key", "--json")[1]["recipient"]
    for profile, *words in (
        (office, "packet", "make-roster", "--plant", NAME, "--to", key),
        (gate, "packet", "make-journal"),
        (office, "packet", "accept"),
        (gate, "gate-key", "--identity"),
    ):
        if words[0] == "gate-key":
            stick.unlink()
        before = sum("\ufffd" in note for note in notes(profile))
        code, _told, said = checkin(profile, *words, stick)
        assert code == 0, said
        assert sum("\ufffd" in note for note in notes(profile)) > before, words
    badge = ("--role", "administrator", "--no-pin", "--badge", tmp_path / "b.png")
    code, told, said = checkin(gate, "people", "add", "a\udcff", *badge, "--json")
    assert (code, told.get("name")) == (0, "a\ufffd"), said


def test_a_forgotten_file_is_not_written_under_a_key(sites: tuple[Path, Path]) -> None:
    office, gate = sites
    key = checkin(gate, "gate-key", "--json")[1]["recipient"]
    for profile, *words in ((office, "make-roster", "--plant", NAME, key), (gate, "make-journal", key)):
        code, told, said = checkin(profile, "packet", *words, "--json")
        assert (code, Path(key).exists()) == (1, False), said
    assert told == {}


def test_a_journal_packet_that_was_not_written_is_noted_as_such(sites: tuple[Path, Path], tmp_path: Path) -> None:
    _office, gate = sites
    code, told, said = checkin(gate, "packet", "make-journal", tmp_path / "nowhere" / "j.packet", "--json")
    assert (code, list(told)) == (1, ["refused"]), said
    assert any("j.packet" in note and "not written" in note for note in notes(gate)), notes(gate)


def test_a_look_without_yes_ends_with_1_for_people_and_programs(sites: tuple[Path, Path], tmp_path: Path) -> None:
    office, gate = sites
    key = checkin(gate, "gate-key", "--json")[1]["recipient"]
    assert checkin(office, "packet", "make-roster", "--plant", NAME, "--to", key, tmp_path / "2.packet")[0] == 0
    assert checkin(gate, "packet", "take", tmp_path / "2.packet")[0] == 1
    code, told, _said = checkin(gate, "packet", "take", tmp_path / "2.packet", "--json")
    assert (code, "refused" in told) == (1, True)
    assert checkin(gate, "packet", "take", tmp_path / "2.packet", "--yes", "--json")[1]["taken"] is True
    code, told, _said = checkin(gate, "packet", "take", tmp_path / "2.packet", "--json")
    assert (code, told["repeated"], told["taken"]) == (0, True, False)
    code, told, _said = checkin(gate, "packet", "take", tmp_path / "none.packet", "--json")
    assert (code, list(told)) == (1, ["refused"])


def test_a_gate_says_its_name_and_is_left_out(sites: tuple[Path, Path], tmp_path: Path) -> None:
    office, gate = sites
    key = checkin(gate, "gate-key", "--json")[1]["recipient"]
    assert checkin(gate, "packet", "make-journal", tmp_path / "j.packet", "--gate", "Север")[0] == 0
    assert checkin(office, "packet", "accept", tmp_path / "j.packet", "--json")[1]["gate"] == "Север"
    assert checkin(office, "packet", "make-ack", tmp_path / "a.packet")[0] == 0
    assert checkin(office, "packet", "drop-gate", key, "--json")[1]["dropped"] is True
    assert checkin(office, "packet", "make-ack", tmp_path / "b.packet")[0] == 1
    assert checkin(office, "packet", "accept", tmp_path / "j.packet")[0] == 1
    assert checkin(office, "packet", "drop-gate", key)[0] == 1
