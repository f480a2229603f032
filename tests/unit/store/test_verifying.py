"""``checkin journal verify`` of the profile, of a copied store and of the journal's copy; ``checkin outbox retry``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from checkin.cli import build
from checkin.desk import Source
from checkin.errors import SettingsWrong
from checkin.store.verifying import verify_file
from checkin.sync.rejections import rejection_words
from checkin.wire import Rejection
from tests.field import crowd, opened, plant, site, tour


def run(folder: Path, *arguments: str) -> tuple[int, dict[str, object]]:
    done = CliRunner().invoke(build(), ["--profile", str(folder), *arguments, "--json"])
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return done.exit_code, lines[-1] if lines else {}


def day(folder: Path) -> list[str]:
    with site(folder, [plant(), tour(), *crowd(20)]) as gate:
        outcomes = [gate.desk.scan(f"CODE-{number}", Source.PIPE) for number in range(10)]
        return [outcome.event.id for outcome in outcomes if outcome.event is not None]


def forge(folder: Path) -> None:
    store = opened(folder)
    with store.write() as tx:
        execute = tx.session.connection().exec_driver_sql
        execute("DROP TRIGGER event_is_not_changed")
        execute("UPDATE event SET body = replace(body, 'entry', 'exit') WHERE seq = 4")
    store.close()


def test_a_whole_journal_in_every_form(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    day(gate)
    away = tmp_path / "away"
    away.mkdir()
    whole = {"intact": True, "length": 10}
    assert run(gate, "journal", "verify") == (0, whole)
    for name in ("store.sqlite", "journal.log"):
        copied = Path(shutil.copy2(gate / name, away / f"copied-{name}"))
        before = copied.read_bytes()
        assert run(gate, "journal", "verify", str(copied)) == (0, whole)
        assert copied.read_bytes() == before
        assert [path.name for path in away.iterdir()].count(copied.name) == 1


def test_a_changed_journal_says_where(tmp_path: Path) -> None:
    day(tmp_path)
    away = Path(shutil.copy2(tmp_path / "store.sqlite", tmp_path / "copied.sqlite"))
    forge(tmp_path)
    code, answer = run(tmp_path, "journal", "verify")
    assert (code, answer["intact"], answer["breaks_at"], answer["fault"]) == (1, False, 4, "changed")
    forged = Path(shutil.copy2(tmp_path / "store.sqlite", tmp_path / "forged.sqlite"))
    assert run(tmp_path, "journal", "verify", str(forged))[1]["breaks_at"] == 4
    assert run(tmp_path, "journal", "verify", str(away))[0] == 0


def test_a_damaged_copy_and_a_strangers_file_are_told(tmp_path: Path) -> None:
    day(tmp_path)
    lines = (tmp_path / "journal.log").read_bytes().split(b"\n")
    kept = [line for line in lines if not line.startswith(b"5 ")]
    cut = tmp_path / "cut.log"
    cut.write_bytes(b"\n".join(kept))
    assert run(tmp_path, "journal", "verify", str(cut)) == (
        1,
        {"intact": False, "length": 9, "breaks_at": 6, "fault": "gap"},
    )
    noise = tmp_path / "noise.sqlite"
    noise.write_bytes(bytes(range(256)) * 64)
    assert run(tmp_path, "journal", "verify", str(noise))[1]["fault"] == "unreadable"
    assert run(tmp_path, "journal", "verify", str(tmp_path / "nothing"))[0] == 1


@pytest.mark.parametrize(
    "content",
    [
        b"root:x:0:0:root:/root:/bin/sh\n" * 40,
        "Имя;Тур\nИванова;1\n".encode() * 40,
        b"PK\x03\x04" + bytes(range(256)) * 64,
    ],
)
def test_a_file_that_never_was_a_journal_is_refused_and_not_called_broken(tmp_path: Path, content: bytes) -> None:
    day(tmp_path)
    file = tmp_path / "other"
    file.write_bytes(content)
    code, answer = run(tmp_path, "journal", "verify", str(file))
    assert (code, list(answer)) == (1, ["refused"])
    with pytest.raises(SettingsWrong):
        verify_file(file, (tmp_path / "store.key").read_text())


def test_a_rejected_event_is_sent_again_when_a_person_says_so(tmp_path: Path) -> None:
    ids = day(tmp_path)
    store = opened(tmp_path)
    with store.write() as tx:
        tx.outbox.rejected([(ids[2], Rejection.GAP.value)])
    store.close()
    shown = CliRunner().invoke(build(), ["--profile", str(tmp_path), "outbox", "--json"]).stdout.splitlines()
    states = {line["event_id"]: (line["state"], line["reason"]) for line in map(json.loads, shown)}
    assert states[ids[2]] == ("rejected", "gap")
    assert states[ids[0]] == ("waiting", None)
    assert rejection_words("gap")
    assert run(tmp_path, "outbox", "retry", ids[2]) == (0, {"event_id": ids[2], "state": "waiting"})
    assert run(tmp_path, "outbox", "retry", ids[2])[0] == 1
    store = opened(tmp_path)
    with store.read() as tx:
        assert (tx.outbox.waiting(), tx.outbox.rejected_count()) == (10, 0)
    store.close()


def test_a_store_whose_first_page_is_zeroed_is_broken(tmp_path: Path) -> None:
    day(tmp_path)
    content = (tmp_path / "store.sqlite").read_bytes()
    (tmp_path / "store.sqlite").write_bytes(bytes(8192) + content[8192:])
    checked = verify_file(tmp_path / "store.sqlite", (tmp_path / "store.key").read_text())
    assert checked.breaks_at is not None
