"""What the commands say to wrong usage, to lists that are none and to jobs that fail; ``main`` is called right here."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

from tests.commands import Run
from tests.field import DIRTY, HEADINGS, list_file

PLANT = "Хлебозавод № 3"


@pytest.mark.parametrize(
    "words",
    ["", "demo", "judge", "scan", "headcount", "enrol", "sync", "read", "export", "export attendance", "roster",
     "roster import", "roster show", "hub", "hub import", "hub invite", "people", "people add", "people log"],
)  # fmt: skip
def test_every_command_explains_itself(run: Run, words: str) -> None:
    assert "Usage: checkin" in run(None, *words.split(), "--help").out


def test_the_version(run: Run) -> None:
    assert run(None, "--version").out.startswith("prohodnaya ")


@pytest.mark.parametrize(
    "words",
    [["fly"], ["judge"], ["judge", "X", "--at", "yesterday"], ["scan", "--no-such"], ["roster"], ["roster", "fly"],
     ["roster", "import"], ["export", "attendance"], ["enrol", "http://x"], ["hub", "invite", "--plant", "x"],
     ["hub", "--port", "70000"], ["headcount", "extra"]],
)  # fmt: skip
def test_wrong_usage_is_2_and_says_how(run: Run, tmp_path: Path, words: list[str]) -> None:
    done = run(tmp_path / "gate", *words, code=2)
    assert "Usage:" in done.err + done.out


@pytest.mark.parametrize(
    "words",
    [["sync"], ["headcount", "--plant", "nobody"], ["judge", "X", "--plant", "nobody"], ["enrol", "nonsense", "CODE"],
     ["enrol", "http://127.0.0.1:9", "CODE"], ["export", "attendance", "x.pdf"], ["roster", "import", "nowhere.csv"],
     ["roster", "show", "--plant", "nobody"]],
)  # fmt: skip
def test_a_job_that_failed_is_1_and_says_why_in_a_sentence(run: Run, tmp_path: Path, words: list[str]) -> None:
    assert run(tmp_path / "gate", *words, code=1).err.strip()


@pytest.mark.parametrize("words", [["headcount"], ["scan"], ["roster", "show"], ["hub", "--port", "0"]])
def test_a_profile_that_cannot_be_made(run: Run, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "file").write_text("")
    assert str(tmp_path / "file") in run(tmp_path / "file" / "gate", *words, code=1).err


def test_an_empty_profile_has_an_answer_to_everything(run: Run, tmp_path: Path) -> None:
    where = tmp_path / "gate"
    assert run(where, "headcount", "--json").out == ""
    assert "roster import" in run(where, "headcount").out
    assert run(where, "roster", "show", "--json").out == ""
    assert run(where, "judge", "X", "--json").line["reason"] == "unknown_code"
    assert run(where, "export", "attendance", str(tmp_path / "a.csv"), "--json").line["rows"] == 0


def test_it_is_said_openly_that_the_key_lies_in_a_file(run: Run, tmp_path: Path) -> None:
    first = run(tmp_path / "gate", "headcount")
    assert "store.key" in first.err or not (tmp_path / "gate" / "store.key").exists()
    assert "store.key" not in run(tmp_path / "gate", "headcount").err


# --- lists -------------------------------------------------------------------------------------------


def test_a_list_comes_in_and_a_second_time_changes_nothing(run: Run, tmp_path: Path) -> None:
    list_file(tmp_path / "list.csv", 15)
    where = tmp_path / "gate"
    first = run(where, "roster", "import", str(tmp_path / "list.csv"), "--json").line
    again = run(where, "roster", "import", str(tmp_path / "list.csv"), "--json").line

    assert {key: first[key] for key in ("rows", "taken", "unchanged", "faults")} == {
        "rows": 15, "taken": 15, "unchanged": 0, "faults": [],
    }  # fmt: skip
    assert (again["taken"], again["unchanged"]) == (0, 15)
    shown = run(where, "roster", "show", "--json").lines
    assert len(shown) == 15
    assert set(DIRTY) <= {line["visitor"] for line in shown}
    assert {"plant", "tour", "format", "date", "start", "end", "group", "leader", "visitor", "birth_year", "language",
            "flags", "code"} == set(shown[0])  # fmt: skip


def test_a_dry_run_writes_nothing(run: Run, tmp_path: Path) -> None:
    list_file(tmp_path / "list.csv", 5)
    done = run(tmp_path / "gate", "roster", "import", str(tmp_path / "list.csv"), "--dry-run", "--json")
    assert done.line["taken"] == 5
    assert run(tmp_path / "gate", "roster", "show", "--json").out == ""


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("blank.csv", b"\n\n\n"),
        ("noise.csv", os.urandom(4096)),
        ("broken.xlsx", b"PK\x03\x04 this is no workbook"),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + b"x" * 200),
        ("words.txt", "просто текст без столбцов".encode()),
    ],
)
def test_what_is_no_list_is_refused_with_its_name(run: Run, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    done = run(tmp_path / "gate", "roster", "import", str(tmp_path / name), code=1)
    assert name in done.err + done.out


def test_a_list_without_rows_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "headings.csv").write_text(";".join(HEADINGS))
    done = run(tmp_path / "gate", "roster", "import", str(tmp_path / "headings.csv"), "--json").line
    assert (done["rows"], done["faults"], len(done["notices"])) == (0, [], 1)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_list_that_may_not_be_read(run: Run, tmp_path: Path) -> None:
    list_file(tmp_path / "list.csv", 1)
    (tmp_path / "list.csv").chmod(0)
    run(tmp_path / "gate", "roster", "import", str(tmp_path / "list.csv"), code=1)


def test_a_folder_is_no_list(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "gate", "roster", "import", str(tmp_path), code=1)


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("cp1251", ";"), ("utf-8-sig", ","), ("utf-16", "\t"), ("utf-8", "|")]
)
def test_lists_as_spreadsheet_programs_save_them(run: Run, tmp_path: Path, encoding: str, delimiter: str) -> None:
    list_file(tmp_path / "list.csv", 20)
    rows = [row for row in rows_of(tmp_path / "list.csv") if not {"王", "م"} & set("".join(row))]
    text = "\r\n".join(delimiter.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows)
    (tmp_path / "saved.csv").write_bytes(text.encode(encoding))
    done = run(tmp_path / "gate", "roster", "import", str(tmp_path / "saved.csv"), "--json").line
    assert (done["taken"], done["faults"]) == (len(rows) - 1, [])
    names = {line["visitor"] for line in run(tmp_path / "gate", "roster", "show", "--json").lines}
    assert {"Алёна", "Щербаков Артём Ильич", "Кузнецов Пётр"} <= names


def test_a_half_broken_list_takes_what_it_can_and_names_the_rest(run: Run, tmp_path: Path) -> None:
    list_file(tmp_path / "list.csv", 6)
    rows = rows_of(tmp_path / "list.csv")
    date, who = HEADINGS.index("date"), HEADINGS.index("visitor")
    rows[2][date] = "32.13.2026"
    rows[4][who] = ""
    with (tmp_path / "half.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    done = run(tmp_path / "gate", "roster", "import", str(tmp_path / "half.csv"), "--json").line
    assert done["taken"] == 4
    assert [(fault["row"], fault["column"]) for fault in done["faults"]] == [(3, "date"), (5, "visitor")]
    assert all(fault["reason"] for fault in done["faults"])
    said = run(tmp_path / "other", "roster", "import", str(tmp_path / "half.csv")).out
    assert "half.csv" in said
    assert "row 3" in said
    assert "date" in said


def test_a_list_of_nothing_but_faults_fails(run: Run, tmp_path: Path) -> None:
    list_file(tmp_path / "list.csv", 3)
    rows = rows_of(tmp_path / "list.csv")
    for row in rows[1:]:
        row[HEADINGS.index("date")] = "never"
    with (tmp_path / "bad.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    done = run(tmp_path / "gate", "roster", "import", str(tmp_path / "bad.csv"), "--json", code=1)
    assert len(done.line["faults"]) == 3


def test_a_workbook_with_a_second_sheet_says_what_it_did_with_it(run: Run, tmp_path: Path) -> None:
    list_file(tmp_path / "list.csv", 4)
    rows = rows_of(tmp_path / "list.csv")
    with xlsxwriter.Workbook(str(tmp_path / "two.xlsx"), {"strings_to_formulas": False}) as book:
        for title, some in (("Список", rows), ("Черновик", [rows[0], ["?"] * len(HEADINGS)])):
            sheet = book.add_worksheet(title)
            for number, row in enumerate(some):
                sheet.write_row(number, 0, row)
    done = run(tmp_path / "gate", "roster", "import", str(tmp_path / "two.xlsx"), "--json", code=None)
    assert done.line["taken"] == 4
    assert "Черновик" in json.dumps([done.line["notices"], done.line["faults"]], ensure_ascii=False)


def test_help_is_in_one_language_in_a_process_of_its_own() -> None:
    """Help is put into words when modules are loaded: in this process they long are."""
    words = [sys.executable, "-m", "checkin", "report", "season", "--help"]
    said = subprocess.run(
        words, env={**os.environ, "PROHODNAYA_LANGUAGE": "en"}, capture_output=True, check=True, timeout=60
    )
    assert not re.search("[А-я]", said.stdout.decode())
