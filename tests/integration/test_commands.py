"""The command line of issue 2 through real processes: keys, exit codes, what is written when, two at once."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.field import list_file
from tests.integration.command_line import ROOT, command, environment, ok, run, scanning
from tests.integration.hub_process import hub_process

SCAN_KEYS = {"code", "verdict", "reason", "visitor", "tour", "event_id", "at"}
COUNT_KEYS = {"plant", "tour", "date", "start", "expected", "inside", "left"}
PLANT = "Хлебозавод № 3"


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A profile with twenty visitors of two tours that are on."""
    list_file(tmp_path / "list.csv", 20, tours=2)
    ok(tmp_path / "gate", "roster", "import", str(tmp_path / "list.csv"))
    return tmp_path / "gate"


def inside(profile: Path) -> int:
    lines = ok(profile, "headcount", "--json").lines
    return next(line["inside"] for line in lines if line["tour"] is None)


# --- help, usage, failures: the rest of them in tests/unit/commands ----------------------------------


def test_help_wrong_usage_and_a_job_that_failed(tmp_path: Path) -> None:
    helped = ok(None, "--help")
    assert "Usage: checkin" in helped.out
    wrong = run(tmp_path / "gate", "fly")
    assert (wrong.code, "Usage:" in wrong.err, "Traceback" in wrong.err) == (2, True, False)
    failed = run(tmp_path / "gate", "sync")
    assert (failed.code, failed.err.count("\n"), "Traceback" in failed.err) == (1, failed.err.count("\n"), False)
    assert "checkin enrol" in failed.err


def test_help_is_in_the_terminals_language() -> None:
    assert "Проходная" in ok(None, "--help", PROHODNAYA_LANGUAGE="ru").out


def test_a_profile_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run(tmp_path / "file" / "gate", "scan")
    assert done.code == 1, done
    assert "Traceback" not in done.err
    assert str(tmp_path / "file") in done.err


# --- judge and scan ----------------------------------------------------------------------------------


def test_judge_says_the_verdict_and_writes_nothing(gate: Path) -> None:
    said = ok(gate, "judge", "T-00003", "--json").line
    assert set(said) == SCAN_KEYS
    assert (said["verdict"], said["reason"], said["visitor"], said["event_id"]) == ("admit", "admitted", "Алёна", None)
    assert said["tour"].startswith("Экскурсия «Хлеб»")
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT12:00")
    assert ok(gate, "judge", "T-00003", "--at", tomorrow, "--json").line["reason"] == "wrong_day"
    assert ok(gate, "judge", "nobody", "--json").line["reason"] == "unknown_code"
    assert ok(gate, "judge", "T-00003").out.startswith("COME IN")
    assert inside(gate) == 0
    assert ok(gate, "export", "attendance", str(gate / "a.csv"), "--json").line["rows"] == 0


def test_scan_answers_each_line_before_the_next_is_written(gate: Path) -> None:
    with scanning(gate, "--gate", "Турникет 1") as scanner:
        first = scanner.ask("T-00000")
        assert set(first) == SCAN_KEYS
        assert (first["code"], first["verdict"], first["reason"]) == ("T-00000", "admit", "admitted")
        assert inside(gate) == 1  # another process sees what was green
        second = scanner.ask("T-00000")
        assert (second["verdict"], second["reason"]) == ("refuse", "already_used")
        assert scanner.ask("Щ-00001")["verdict"] == "refuse"
        assert datetime.fromisoformat(first["at"]).tzinfo is not None
        assert scanner.end() == 0
    ids = {row["event_id"]: row for row in _exported(gate)}
    assert ids[first["event_id"]]["gate"] == "Турникет 1"
    assert ids[first["event_id"]]["source"] == "pipe"
    assert {first["event_id"], second["event_id"]} < set(ids)


def _exported(profile: Path) -> list[dict[str, str]]:
    ok(profile, "export", "attendance", str(profile / "attendance.csv"))
    with (profile / "attendance.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_scan_takes_whatever_comes_down_a_pipe(gate: Path) -> None:
    lines = [
        b"\xef\xbb\xbfT-00001",
        b"T-00002\r",
        b"",
        b"   ",
        b"\xff\xfe\x00\x01binary",
        b"x" * 10_240,
        b"y" * 200_000,
        b"<img src=x onerror=alert(1)>",
        b"T-00003\t",
        b"T-00004",
    ]
    done = ok(gate, "scan", "--json", stdin=b"\n".join(lines))
    assert [(line["verdict"], line["reason"]) for line in done.lines] == [
        ("admit", "admitted"),
        ("admit", "admitted"),
        ("refuse", "not_our_code"),
        ("refuse", "not_our_code"),
        ("refuse", "not_our_code"),
        ("refuse", "not_our_code"),
        ("admit", "admitted"),
        ("admit", "admitted"),
    ]
    assert all(len(row["code"]) <= 14 for row in _exported(gate) if row["kind"] == "refusal")


def test_scan_lets_out_and_speaks_to_people(gate: Path) -> None:
    assert "COME IN" in ok(gate, "scan", stdin="T-00000\nT-00001\n").out
    assert ok(gate, "scan", "--exit", "--json", stdin="T-00000\n").line["reason"] == "left"
    assert inside(gate) == 1
    counts = ok(gate, "headcount", "--json").lines
    assert all(set(line) == COUNT_KEYS for line in counts)
    heads = [(line["expected"], line["inside"], line["left"]) for line in counts]
    assert sorted(heads[:2]) == [(10, 0, 1), (10, 1, 0)]
    assert heads[2] == (20, 1, 1)
    assert [line["tour"] is None for line in counts] == [False, False, True]
    assert counts[-1]["plant"] == PLANT
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", f"{counts[0]['date']} {counts[0]['start']}")
    assert "All tours" in ok(gate, "headcount").out


def test_two_scans_on_one_profile_do_each_other_no_harm(gate: Path) -> None:
    with scanning(gate, "--gate", "1") as one, scanning(gate, "--gate", "2") as other:
        said = []
        for number in range(10):
            one.write(f"T-{number:05d}")
            other.write(f"T-{number:05d}")
            said += [one.answer(), other.answer()]
        assert one.end() == other.end() == 0
    assert sorted(answer["reason"] for answer in said) == ["admitted"] * 10 + ["already_used"] * 10
    assert inside(gate) == 10
    rows = _exported(gate)
    assert {row["event_id"] for row in rows} == {answer["event_id"] for answer in said}
    assert sorted(int(row["seq"]) for row in rows) == list(range(1, 21))
    assert ok(gate, "journal", "verify").code == 0


def _hears_ctrl_c() -> None:
    """A shell's background jobs, and all that they start, are deaf to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_ctrl_c_ends_a_scan_without_a_traceback(gate: Path) -> None:
    process = subprocess.Popen(
        command(gate, "scan", "--json"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=environment(),
        preexec_fn=_hears_ctrl_c,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"T-00005\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["verdict"] == "admit"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert b"Traceback" not in errors
    assert process.returncode in (1, 130)
    assert inside(gate) == 1


@pytest.mark.skipif(os.name != "posix", reason="pipes are POSIX's")
@pytest.mark.parametrize("words", [["roster", "show", "--json"], ["headcount"]])
def test_a_reader_who_has_seen_enough_is_no_error_to_shout_about(gate: Path, words: list[str]) -> None:
    reading, writing = os.pipe()
    process = subprocess.Popen(
        command(gate, *words), stdout=writing, stderr=subprocess.PIPE, cwd=ROOT, env=environment()
    )
    os.close(writing)
    os.close(reading)
    _, errors = process.communicate(timeout=60)
    assert b"Traceback" not in errors, errors
    assert b"Exception ignored" not in errors, errors


def test_export_is_text_in_both_forms(gate: Path, tmp_path: Path) -> None:
    ok(gate, "scan", stdin="".join(f"T-{number:05d}\n" for number in range(13)))
    for name in ("a.xlsx", "a.csv"):
        assert ok(gate, "export", "attendance", str(tmp_path / name), "--json").line == {
            "file": str(tmp_path / name),
            "rows": 13,
        }
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None
    heading, *rows = list(sheet.iter_rows())
    columns = [cell.value for cell in heading]
    assert {"event_id", "at", "kind", "plant", "tour", "visitor", "code", "gate", "operator", "reason"} <= set(columns)
    named = {row[columns.index("visitor")].value: row[columns.index("visitor")].data_type for row in rows}
    assert named['=HYPERLINK("http://x")'] == "s"
    assert "'=HYPERLINK" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")


# --- hub, invite, enrol, sync ------------------------------------------------------------------------


def test_two_gates_a_hub_and_one_count(tmp_path: Path) -> None:
    list_file(tmp_path / "list.csv", 20, tours=2)
    home, db = tmp_path / "hub", f"sqlite:///{tmp_path}/hub.sqlite"
    home.mkdir()
    taken = ok(home, "hub", "import", str(tmp_path / "list.csv"), "--db", db, "--json").line
    assert taken["taken"] == 20
    codes = [
        ok(home, "hub", "invite", "--plant", PLANT, "--gate", name, "--db", db, "--json").line["code"]
        for name in ("Северная", "Южная")
    ]
    north, south = tmp_path / "north", tmp_path / "south"
    with hub_process(db, tmp_path) as hub:
        enrolled = ok(north, "enrol", hub.url, codes[0], "--json").line
        assert (enrolled["plant_name"], enrolled["gate"]) == (PLANT, "Северная")
        ok(south, "enrol", hub.url, codes[1])
        used = run(tmp_path / "third", "enrol", hub.url, codes[0])
        assert used.code == 1
        assert "used" in used.err
        assert run(tmp_path / "third", "enrol", hub.url, "NOT-A-CODE").code == 1
        for gate in (north, south):
            assert ok(gate, "sync", "--json").line["roster_changes"] >= 40

        ok(north, "scan", stdin="T-00000\nT-00001\nT-00007\n")
        ok(south, "scan", stdin="T-00002\nT-00007\nT-00003\n")
        assert run(north, "scan", "--gate", "Южная", stdin="").code == 1  # it cannot be another gate
        moved = ok(north, "sync", "--json").line
        assert (moved["pushed"], moved["waiting"], moved["rejected"]) == (3, 0, 0)
        assert ok(south, "sync", "--json").line["peer_events"] == 3
        assert ok(north, "sync", "--json").line["peer_events"] == 3

        assert inside(north) == inside(south) == 5
        at_hub = ok(home, "hub", "headcount", "--db", db, "--json").lines
        assert next(line["inside"] for line in at_hub if line["tour"] is None) == 5
        assert ok(south, "scan", "--json", stdin="T-00000\n").line["reason"] == "already_used"
        for gate in (north, south):
            assert len(ok(gate, "conflicts", "--json").lines) == 1

        hub.kill()
        offline = run(south, "sync")
        assert offline.code == 1
        assert "reached" in offline.err
        assert ok(south, "scan", "--json", stdin="T-00009\n").line["verdict"] == "admit"
        port = hub.port
    with hub_process(db, tmp_path, port):
        assert ok(south, "sync", "--json").line["pushed"] == 2
        ok(north, "sync")
        assert inside(north) == inside(south) == 6


def test_sync_says_in_words_what_moved(tmp_path: Path) -> None:
    list_file(tmp_path / "list.csv", 3)
    db = f"sqlite:///{tmp_path}/hub.sqlite"
    ok(tmp_path / "hub", "hub", "--db", db, "import", str(tmp_path / "list.csv"))
    code = ok(tmp_path / "hub", "hub", "--db", db, "invite", "--plant", PLANT, "--gate", "1").out.strip()
    with hub_process(db, tmp_path) as hub:
        ok(tmp_path / "gate", "enrol", hub.url, code)
        assert "Sent 1" in ok(tmp_path / "gate", "sync").out  # the enrolment itself
    assert run(tmp_path / "hub", "hub", "--db", db, "invite", "--plant", "nobody", "--gate", "1").code == 1


def test_an_invitation_that_is_too_old(tmp_path: Path) -> None:
    from checkin.clock import SettableClock
    from checkin.hub import open_hub
    from tests.field import plant

    db = f"sqlite:///{tmp_path}/hub.sqlite"
    with open_hub(db, SettableClock(datetime.now(UTC) - timedelta(days=2))) as old:
        old.put_records([plant()])
        code = old.invite("hleb", "1")
    with hub_process(db, tmp_path) as hub:
        done = run(tmp_path / "gate", "enrol", hub.url, code)
    assert done.code == 1
    assert "expired" in done.err


# --- read --------------------------------------------------------------------------------------------


def test_read_gives_each_pictures_codes(tmp_path: Path) -> None:
    from checkin.issuing.qr import png

    (tmp_path / "one.png").write_bytes(png("T-00001"))
    (tmp_path / "none.png").write_bytes(b"no picture")
    done = ok(None, "read", str(tmp_path), "--json")
    found = {Path(line["file"]).name: line for line in done.lines}
    assert found["one.png"]["codes"] == ["T-00001"]
    assert found["one.png"]["ms"] > 0
    assert found["none.png"]["codes"] == []
    assert run(None, "read", str(tmp_path / "nowhere.png"), "--json").code == 1
