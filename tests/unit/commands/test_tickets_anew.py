"""``checkin keys`` and ``checkin tickets``: what protects a key, and the way back for a ticket that was taken back."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from tests.commands import Run

LIST = (
    "Предприятие;Экскурсия;Дата;Время;ФИО\nХлеб;Каравай;05.08.2030;10:30;Кот Ия\nХлеб;Каравай;05.08.2030;10:30;Лис Ян\n"
)
KEY = ("--passphrase-env", "SECRET")


@pytest.fixture(autouse=True)
def _words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "many words")
    monkeypatch.setenv("SHORT", "1234567")


def test_a_short_passphrase_makes_no_key_and_ends_none(run: Run, tmp_path: Path) -> None:
    office = tmp_path / "office"
    assert "at least 8" in run(office, "keys", "new", "--passphrase-env", "SHORT", code=1).err
    assert run(office, "keys", "list", "--json").lines == []
    first = run(office, "keys", "new", *KEY, "--json").line
    assert "at least 8" in run(office, "keys", "rotate", "--passphrase-env", "SHORT", code=1).err
    (key,) = run(office, "keys", "list", "--json").lines
    assert (key["id"], key["signs"], key.get("valid_until")) == (first["id"], True, None)


def test_a_key_does_not_end_before_it_begins(run: Run, tmp_path: Path) -> None:
    office = tmp_path / "office"
    first = run(office, "keys", "new", *KEY, "--json").line
    assert "cannot end before" in run(office, "keys", "rotate", *KEY, "--until", "2020-01-01", code=1).err
    (key,) = run(office, "keys", "list", "--json").lines
    assert (key["id"], key["signs"], key.get("valid_until")) == (first["id"], True, None)
    run(office, "keys", "rotate", *KEY, "--until", "2099-01-01")
    assert len(run(office, "keys", "list", "--json").lines) == 2


def test_public_keys_are_written_whole_or_not_at_all(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office, file = tmp_path / "office", tmp_path / "keys.json"
    run(office, "keys", "new", *KEY)
    run(office, "keys", "export", str(file))
    whole = file.read_bytes()
    write = Path.write_text

    def full(path: Path, text: str, *how: str, **more: str) -> int:
        if path.parent != tmp_path:
            return write(path, text, *how, **more)
        write(path, "")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    assert "disk is full" in run(office, "keys", "export", str(file), code=1).err
    assert file.read_bytes() == whole
    assert not list(tmp_path.glob("*.new"))


def test_who_lost_a_ticket_gets_a_new_one_only_when_it_is_named(run: Run, tmp_path: Path) -> None:
    office, file = tmp_path / "office", tmp_path / "list.csv"
    file.write_text(LIST, "utf-8")
    run(office, "roster", "import", str(file))
    run(office, "keys", "new", *KEY)
    codes = {one["visitor"]: one["code"] for one in run(office, "roster", "show", "--json").lines}
    run(office, "tickets", "revoke", codes["Кот Ия"], "--reason", "lost")
    assert "revoked already" in run(office, "tickets", "revoke", codes["Кот Ия"], code=1).err
    said = run(office, "tickets", "reissue", "--tour", "Каравай", *KEY).out
    assert "Tickets reissued: 1" in said
    assert "Revoked tickets left out: 1" in said
    (anew,) = run(office, "tickets", "reissue", codes["Кот Ия"], *KEY, "--json").lines
    assert anew["old"] == codes["Кот Ия"]
    assert run(office, "verify", anew["code"], "--json").line["good"]
    old = run(office, "verify", codes["Кот Ия"], "--json", code=1).line
    assert not old["good"]
    held = {one["visitor"]: one["code"] for one in run(office, "roster", "show", "--json").lines}
    assert held["Кот Ия"] == anew["code"]
    assert "No ticket of ours" in run(office, "tickets", "reissue", codes["Кот Ия"], *KEY, code=1).err
    for code in held.values():
        run(office, "tickets", "revoke", code)
    assert "all revoked" in run(office, "tickets", "reissue", "--tour", "Каравай", *KEY, code=1).err


def test_the_school_that_is_named_is_the_one_that_is_meant(run: Run, tmp_path: Path) -> None:
    office, file = tmp_path / "office", tmp_path / "list.csv"
    row = "Хлеб;Каравай;05.08.2030;10:30;{};Школа № {}\n"
    people = (("Кот Ия", 1), ("Лис Ян", 12), ("Ёж Юлия", 13))
    file.write_text(
        "Предприятие;Экскурсия;Дата;Время;ФИО;Группа\n" + "".join(row.format(*one) for one in people), "utf-8"
    )
    run(office, "roster", "import", str(file))
    said = run(office, "tickets", "revoke", "--group", "школа №", code=1).err
    assert "Школа № 1, Школа № 12, Школа № 13" in said
    assert run(office, "tickets", "revoke", "--group", "школа № 1", "--json").line == {"revoked": 1}
    assert "for that tour or group: Школа № 7" in run(office, "tickets", "revoke", "--group", "Школа № 7", code=1).err


def test_files_of_tickets_go_where_all_were_taken_back(run: Run, tmp_path: Path) -> None:
    office, file, out = tmp_path / "office", tmp_path / "list.csv", tmp_path / "out"
    file.write_text(LIST, "utf-8")
    run(office, "roster", "import", str(file))
    run(office, "keys", "new", *KEY)
    issue = ("tickets", "issue", "--out", str(out), "--format", "svg", *KEY)
    run(office, *issue)
    assert len(list(out.rglob("*.svg"))) == 2
    run(office, "tickets", "revoke", "--tour", "Каравай")
    assert run(office, *issue, "--json").line["removed"] == 2
    assert not list(out.rglob("*.svg"))
    assert "nobody to issue" in run(office, *issue, code=1).err
