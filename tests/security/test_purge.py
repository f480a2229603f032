"""After a purge no name is in any page of the file, of its log or of the copy; the counts and the chain stay."""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from typer.testing import CliRunner

from checkin.app import GateApp
from checkin.cli import build
from checkin.clock import SettableClock
from checkin.desk import Place, Source
from checkin.desk.acts import note_act
from checkin.desk.groups import Groups
from checkin.domain.people import Act
from checkin.domain.visit import Group
from checkin.reports.purge import certificate, certificate_pdf, holds
from checkin.settings import Profile
from checkin.store.keys import find_key
from checkin.store.purging import finish, forget, purge, purge_slice, waits
from checkin.store.verifying import verify_store
from tests.field import NOW, plant, site, ticket, tour, visitor

NAMES = ("Достоевская-Заречная", "Семья Достоевских", "Гостев-Нежданный", "Ушаков-Дальний")
_PAGE, _RESERVE = 4096, 80


def decrypted(path: Path, key: str) -> bytes:
    """Every page of a SQLCipher 4 file or of its log with a raw key, free pages too."""
    raw, pages = path.read_bytes(), []
    wal = path.name.endswith("-wal")
    starts = range(32 + 24, len(raw), _PAGE + 24) if wal else range(0, len(raw), _PAGE)
    for start in starts:
        page = raw[start : start + _PAGE]
        if len(page) < _PAGE:
            continue
        begin = 16 if not wal and start == 0 else 0
        iv = page[-_RESERVE : -_RESERVE + 16]
        opener = Cipher(algorithms.AES(bytes.fromhex(key)), modes.CBC(iv)).decryptor()
        pages.append(opener.update(page[begin:-_RESERVE]))
    return b"".join(pages)


def found(folder: Path, key: str) -> set[str]:
    """Names that can be found by whoever has the disk and the key."""
    plain = b"".join(decrypted(path, key) for path in folder.glob("store.sqlite*") if path.suffix != ".sqlite-shm")
    return {name for name in NAMES if name.encode() in plain or json.dumps(name)[1:-1].encode() in plain}


RECORDS = (
    plant(retention_h=72),
    tour("past", NOW - timedelta(days=5)),
    tour("t1"),
    Group(id="family", plant="hleb", tour="past", name=NAMES[1], leader=NAMES[1], size=3),
    visitor("old", NAMES[0], tour="past", group="family"),
    visitor("old2", NAMES[0] + " Анна", tour="past", group="family"),
    ticket("OLD", "old", tour="past", group="family"),
    ticket("OLD2", "old2", tour="past", group="family"),
    visitor("new", NAMES[3]),
    ticket("NEW", "new"),
)


def test_a_purge_leaves_counts_and_no_names(tmp_path: Path) -> None:
    with site(tmp_path, RECORDS) as gate:
        key = find_key(Profile(tmp_path), "file")
        assert key is not None
        gate.clock.jump(NOW - timedelta(days=5))
        gate.desk.scan("OLD", Source.SCANNER)
        card = Groups(gate.desk).open_group("hleb", "family")
        assert card is not None
        Groups(gate.desk).walk_in(card, NAMES[2], "пришёл с семьёй")
        gate.clock.jump(NOW)
        gate.desk.scan("NEW", Source.SCANNER)
        assert found(tmp_path, key) == set(NAMES)
        before = (gate.inside("past"), gate.inside("t1"))
        sheets = [tmp_path / "documents" / name for name in ("old.pdf", "new.pdf")]
        sheets[0].parent.mkdir()
        for sheet, age in zip(sheets, (timedelta(days=5), timedelta()), strict=True):
            sheet.write_bytes(b"%PDF")
            os.utime(sheet, ((NOW - age).timestamp(),) * 2)
        planned = purge(gate.store, NOW, dry_run=True)
        assert found(tmp_path, key) == set(NAMES)
        done = purge(gate.store, NOW)
        assert done == planned
        assert [sheet.exists() for sheet in sheets] == [False, True]
        (past,) = done.tours
        assert (past.id, past.names, past.groups, past.notes, past.expected) == ("past", 2, 1, 1, 2)
        assert found(tmp_path, key) == {NAMES[3]}  # whose time has not come
        assert NAMES[2] not in str(gate.store.copy.read())
        assert (gate.inside("past"), gate.inside("t1")) == before == (2, 1)
        assert verify_store(gate.store).breaks_at is None
        assert purge(gate.store, NOW) == done  # no certificate yet: it is said again
        forget(gate.store)
        assert purge(gate.store, NOW).nothing
        with gate.store.read() as tx:
            body = certificate(done, tx.meta.device())
        assert holds(body)
        assert not any(name in json.dumps(body, ensure_ascii=False) for name in NAMES)
        body["tours"][0]["names"] = 1  # type: ignore[index]
        assert not holds(body)
        assert certificate_pdf(done, {"hleb": "Завод"}, "ru").startswith(b"%PDF")


@pytest.mark.parametrize("hours", [1, 400])
def test_each_plant_has_its_own_time(tmp_path: Path, hours: int) -> None:
    records = (plant(retention_h=hours), *RECORDS[1:])
    with site(tmp_path, records) as gate:
        assert len(purge(gate.store, NOW, dry_run=True).tours) == (1 if hours == 1 else 0)


def settled(app: GateApp) -> None:
    until = time.monotonic() + 30
    while app.purges.last is None and time.monotonic() < until:
        time.sleep(0.02)


def test_a_gate_purges_by_itself_and_says_so(tmp_path: Path) -> None:
    with site(tmp_path, RECORDS) as gate:
        gate.clock.jump(NOW - timedelta(days=5))
        gate.desk.scan("OLD", Source.SCANNER)
    key = find_key(Profile(tmp_path), "file")
    assert key is not None
    clock = SettableClock(NOW - timedelta(days=3))
    app = GateApp(Profile(tmp_path), clock)
    try:
        app.purges.start(first_s=0.01, every_s=0.05, quiet_s=0.0)
        time.sleep(0.3)
        assert app.purges.last is None  # nothing is due yet
        assert {NAMES[0], NAMES[1]} <= found(tmp_path, key)
        clock.jump(NOW)
        settled(app)
        assert app.purges.last is not None
        assert found(tmp_path, key) == {NAMES[3]}
        sheet, proof = sorted((tmp_path / "certificates").iterdir(), key=lambda path: path.suffix, reverse=True)
        assert sheet.read_bytes().startswith(b"%PDF")
        body = json.loads(proof.read_text())
        assert holds(body)
        assert [(tour["tour"], tour["names"], tour["came"]) for tour in body["tours"]] == [("past", 2, 1)]
        assert not waits(app.store, NOW)
        assert verify_store(app.store).breaks_at is None
    finally:
        app.close()


def test_a_purge_that_dies_is_finished_with_the_same_certificate(tmp_path: Path) -> None:
    with site(tmp_path, RECORDS) as gate:
        planned = purge(gate.store, NOW, dry_run=True)
        assert purge_slice(gate.store, NOW)
        assert not purge_slice(gate.store, NOW)
    with site(tmp_path) as again:
        assert waits(again.store, NOW)
        assert finish(again.store, NOW) == planned
        forget(again.store)
        assert not waits(again.store, NOW)


def test_what_belongs_to_no_tour_and_no_plant_goes_after_the_longest_time(tmp_path: Path) -> None:
    with site(tmp_path, RECORDS, Place(plant=None, gate="1")) as gate:
        for days in (100, 1):
            gate.clock.jump(NOW - timedelta(days=days))
            with gate.store.write() as tx:
                note_act(gate.desk, tx, Act.SEARCH, "p", NAMES[0] if days == 100 else NAMES[3])
        done = purge(gate.store, NOW)
        assert done.other_notes == 1
        notes = [event.private.note for event in gate.events if event.private is not None]
        assert notes == [NAMES[3]]


def test_only_a_purge_that_was_done_is_signed(tmp_path: Path) -> None:
    """The clock of a command is the system's: every tour of these records is long past."""
    with site(tmp_path, RECORDS):
        pass

    def run(*more: str) -> dict[str, object]:
        done = CliRunner().invoke(build(), ["--profile", str(tmp_path), "profile", "purge", "--json", *more])
        assert done.exit_code == 0, done.output
        told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
        return told

    plan = run("--dry-run")
    assert plan["dry_run"] is True
    assert "signature" not in json.dumps(plan)
    assert plan["tours"]
    done = run()
    signed = done["signed"]
    assert isinstance(signed, dict)
    assert holds(signed)
    assert signed["tours"] == plan["tours"] == done["tours"]
    files = done["certificate"]
    assert isinstance(files, list)
    assert json.loads(Path(files[0]).read_text()) == signed
    assert "signed" not in run()  # nothing was left to take
