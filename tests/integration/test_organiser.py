"""An organiser's whole job on the command line: a season set up, lists in, tickets out, a report; here and at a hub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from checkin.rosters.seasonsheets import write

LIST = (
    "Предприятие;Мероприятие;Дата;Начало;Группа;ФИО;Год рождения\n"
    "Хлеб;Каравай;05.08.2030;10:30;5А;Иванова Мария;2000\n"
    "Хлеб;Каравай;05.08.2030;10:30;5А;Петров Пётр;2001\n"
    "Хлеб;Каравай;когда-нибудь;10:30;5А;Сидоров Олег;2001\n"
)


def checkin(folder: Path, *words: object, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "checkin", "--profile", str(folder / "profile"), *map(str, words)],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PROHODNAYA_LANGUAGE": "en",
            "SECRET": "secret words",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        },
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_season_at_a_gate(tmp_path: Path) -> None:
    checkin(tmp_path, "season", "template", tmp_path / "template.xlsx")
    write(
        tmp_path / "season.xlsx",
        {
            "plants": [{"name": "Хлеб", "address": "ул. Мира, 1", "region": "Москва"}],
            "tours": [{"plant": "Хлеб", "title": "Каравай", "date": "05.08.2030", "start": "10:30", "capacity": 1}],
            "stop": [{"name": "Петров Пётр"}, {"name": "А Б", "birth_year": "x"}],
        },
    )
    (season,) = lines(checkin(tmp_path, "season", "import", tmp_path / "season.xlsx", "--json"))
    assert (season["rows"], season["taken"], len(season["faults"])) == (4, 3, 1)
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    mend = tmp_path / "mend.xlsx"
    (counts,) = lines(checkin(tmp_path, "roster", "import", tmp_path / "list.csv", "--correction", mend, "--json"))
    assert (counts["rows"], counts["taken"], len(counts["faults"])) == (3, 2, 1)
    assert any("2 visitors for 1 places" in notice for notice in counts["notices"])
    assert any("On the stop list" in notice for notice in counts["notices"])
    book = openpyxl.load_workbook(mend)
    book.active["C2"] = "05.08.2030"  # type: ignore[index]
    book.save(mend)
    assert lines(checkin(tmp_path, "roster", "import", mend, "--json"))[0]["taken"] == 1

    checkin(tmp_path, "keys", "new", "--issuer", "Программа", "--passphrase-env", "SECRET")
    out = tmp_path / "tickets"
    (issued,) = lines(checkin(tmp_path, "tickets", "issue", "--out", out, "--passphrase-env", "SECRET", "--json"))
    assert (issued["tickets"], issued["made"]) == (3, 3)
    assert len(list(out.rglob("*.pdf"))) == 3
    code = lines(checkin(tmp_path, "roster", "show", "--json"))[0]["code"]
    (said,) = lines(checkin(tmp_path, "verify", code, "--json"))
    assert (said["signature"], said["issuer"], said["tour"]) == ("good", "Программа", "Каравай")
    checkin(tmp_path, "tickets", "revoke", code)
    assert lines(checkin(tmp_path, "verify", code, "--json", code=1))[0]["revoked_at"]
    checkin(tmp_path, "report", "season", tmp_path / "report.xlsx")
    (figures,) = lines(
        checkin(tmp_path, "report", "season", tmp_path / "r.pdf", "--compare", tmp_path / "report.xlsx", "--json")
    )
    assert figures["registered"] == 3
    assert lines(checkin(tmp_path, "report", "dataset", tmp_path / "d.csv", "--json"))[0] == {"rows": 0, "left_out": 3}


def test_no_paper_with_a_ticket_given_anew_stays_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    checkin(tmp_path, "roster", "import", tmp_path / "list.csv")
    checkin(tmp_path, "keys", "new", "--passphrase-env", "SECRET")
    out = tmp_path / "t1"
    issue = ("tickets", "issue", "--out", out, "--passphrase-env", "SECRET", "--json", "--format", "pdf")
    checkin(tmp_path, *issue, "--format", "group", "--format", "sheet")
    assert len(list(out.rglob("*.pdf"))) == 4
    anew = lines(checkin(tmp_path, "tickets", "reissue", "--group", "5А", "--passphrase-env", "SECRET", "--json"))
    checkin(tmp_path, *issue)
    assert {path.stem for path in out.rglob("*.pdf")} == {one["new"] for one in anew}


def test_who_is_given_a_ticket_back_is_told_as_a_change(tmp_path: Path) -> None:
    both, one = tmp_path / "a.csv", tmp_path / "a2.csv"
    good = LIST.splitlines(keepends=True)[:3]
    both.write_text("".join(good), "utf-8")
    one.write_text("".join(good[:2]), "utf-8")

    def told(*words: object) -> tuple[int, int, int]:
        (counts,) = lines(checkin(tmp_path, "roster", "import", *words, "--json"))
        return counts["changed"], counts["unchanged"], counts["removed"]

    told(both)
    assert told(one, "--revoke-missing") == (0, 1, 1)
    assert told(one, "--revoke-missing") == told(one) == (0, 1, 0)
    assert told(both, "--dry-run") == told(both) == (1, 1, 0)
    assert told(both) == (0, 2, 0)


@pytest.mark.slow
def test_keys_and_a_season_at_a_hub(tmp_path: Path) -> None:
    write(tmp_path / "season.xlsx", {"plants": [{"name": "Хлеб"}]})
    checkin(tmp_path, "season", "import", tmp_path / "season.xlsx", "--hub")
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    mend = tmp_path / "mend.xlsx"
    (counts,) = lines(checkin(tmp_path, "hub", "import", tmp_path / "list.csv", "--correction", mend, "--json"))
    assert (counts["taken"], len(counts["faults"])) == (2, 1)
    (tmp_path / "again.csv").write_text(
        LIST.replace("ФИО", "Гость-кто").replace("Петров Пётр", "Петров Павел"), "utf-8"
    )
    words = ("hub", "import", tmp_path / "again.csv", "--map", "Гость-кто=visitor", "--revoke-missing", "--dry-run")
    (counts,) = lines(checkin(tmp_path, *words, "--json"))
    assert (counts["taken"], counts["unchanged"], counts["removed"]) == (1, 1, 1)
    checkin(tmp_path, "keys", "new", "--passphrase-env", "SECRET", "--hub")
    out = tmp_path / "tickets.zip"
    words = ("tickets", "issue", "--out", out, "--format", "png", "--passphrase-env", "SECRET", "--hub", "--json")
    (issued,) = lines(checkin(tmp_path, *words))
    assert issued["tickets"] == 2
    assert out.exists()
    (key,) = lines(checkin(tmp_path, "keys", "list", "--hub", "--json"))
    assert key["signs"]
    checkin(tmp_path, "report", "season", tmp_path / "r.xlsx", "--hub")
