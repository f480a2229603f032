"""Files and texts that people bring: lists, season tables, keys, journals, badges, codes; only the documented errors.

Short by default; ``PROHODNAYA_FUZZ=10000`` runs that many of each kind.
"""

from __future__ import annotations

import csv
import io
import random
import shutil
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from checkin.errors import CheckinError, PacketUntrusted, SettingsWrong, StoreCorrupt
from checkin.hub.devices import tidy_code
from checkin.issuing.keyring import Keyring
from checkin.packets.identity import tidy_recipient
from checkin.people.badges import badge_in
from checkin.rosters.reading import read_list
from checkin.rosters.seasonreading import read_season
from checkin.settings import Profile
from checkin.store import passphrase
from checkin.store.copy import JournalCopy
from checkin.store.keys import find_key
from checkin.store.vault import Vault
from checkin.store.verifying import verify_file
from tests.field import HEADINGS, event, opened
from tests.security.test_fuzz import often

KEY = "11" * 32
cells = st.text(max_size=30) | st.sampled_from(
    [
        "05.08.2026",
        "10:30",
        "2026-08-05",
        "=1+1",
        "Иванова Мария",
        "1e400",
        "-1",
        "\x00",
        "\u202e",
        "25:99",
        "32.13.2026",
    ]
)
rows = st.lists(st.lists(cells, max_size=14), max_size=8)
tails = st.sampled_from([".csv", ".xlsx", ".xls", ".ods", ".txt", ".zip"])


def read(path: Path) -> None:
    """A list and a season in one file: each is read, or refused in a person's words."""
    for reader in (read_list, read_season):
        with suppress(CheckinError):
            reader(path)


@often
@given(raw=st.binary(max_size=1500), tail=tails)
def test_any_bytes_as_a_list(tmp_path: Path, raw: bytes, tail: str) -> None:
    path = tmp_path / f"list{tail}"
    for content in (raw, b"PK\x03\x04" + raw, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + raw, b"\xff\xfe" + raw):
        path.write_bytes(content)
        read(path)


@often
@given(table=rows, encoding=st.sampled_from(["utf-8", "utf-16", "cp1251"]), delimiter=st.sampled_from(";,\t"))
def test_any_cells_under_our_headings_as_csv(
    tmp_path: Path, table: list[list[str]], encoding: str, delimiter: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(HEADINGS)
    writer.writerows(table)
    path = tmp_path / "list.csv"
    path.write_bytes(text.getvalue().encode(encoding, "replace"))
    read(path)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A table that can be read."""
    path = tmp_path_factory.mktemp("book") / "book.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("Лист")
        sheet.write_row(0, 0, HEADINGS)
        for number in range(1, 5):
            sheet.write_row(
                number, 0, ["Завод", "Хлеб", "excursion", "2026-08-05", "10:30", "12:00", "", "", f"Имя {number}"]
            )
    return path.read_bytes()


@often
@given(seed=st.integers(0, 2**32), inside=st.booleans())
def test_any_damage_of_a_table(tmp_path: Path, book: bytes, seed: int, inside: bool) -> None:
    """A byte here and there, of the archive or of what is packed in it."""
    chance = random.Random(seed)

    def hurt(raw: bytes) -> bytes:
        changed = bytearray(raw or b"x")
        for _time in range(chance.randint(1, 6)):
            place = chance.randrange(len(changed))
            match chance.randrange(3):
                case 0:
                    changed[place] = chance.randrange(256)
                case 1:
                    changed[place:place] = chance.choice([b"<", b"&#0;", b"9" * 400, b'"', b"\x00", b"-1", b"r="])
                case _:
                    del changed[place : place + chance.randint(1, 40)]
                    changed = changed or bytearray(b"x")
        return bytes(changed)

    path = tmp_path / "book.xlsx"
    if not inside:
        path.write_bytes(hurt(book))
    else:
        with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(path, "w") as fresh:
            chosen = chance.choice(old.namelist())
            for name in old.namelist():
                fresh.writestr(name, hurt(old.read(name)) if name == chosen else old.read(name))
    read(path)


@often
@given(raw=st.binary(max_size=600) | st.text(max_size=300).map(str.encode))
def test_any_bytes_as_a_key_file(tmp_path: Path, raw: bytes) -> None:
    profile = Profile(tmp_path)
    profile.key_file.write_bytes(raw)
    profile.passphrase_file.write_bytes(raw)
    for place in ("file", "passphrase"):
        try:
            found = find_key(profile, place)
        except (StoreCorrupt, SettingsWrong):
            continue
        assert found is None or len(found) == 64
    folder = tmp_path / "keys"
    folder.mkdir(exist_ok=True)
    (folder / "0123456789abcdef.json").write_bytes(raw)
    with suppress(SettingsWrong):
        Keyring(folder).all()


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A journal's copy with some events, and its key."""
    folder = tmp_path_factory.mktemp("journal")
    store = opened(folder)
    with store.write() as tx:
        device = tx.meta.device()
        for number in range(6):
            tx.journal.append(event(subject=f"v{number}"), device)
    store.close()
    key = find_key(Profile(folder), "file")
    assert key is not None
    return folder / "journal.log", key


@often
@given(seed=st.integers(0, 2**32), rest=st.binary(max_size=300))
def test_any_damage_of_a_journal_is_found_or_is_none(
    tmp_path: Path, copied: tuple[Path, str], seed: int, rest: bytes
) -> None:
    source, key = copied
    chance, path = random.Random(seed), tmp_path / "some.log"
    raw = bytearray(source.read_bytes())
    place = chance.randrange(len(raw))
    raw[place] ^= 1 << chance.randrange(8)
    for content in (bytes(raw), source.read_bytes() + rest, rest):
        path.write_bytes(content)
        with suppress(SettingsWrong):  # it never was one
            checked = verify_file(path, key)
            assert checked.breaks_at is None or checked.fault
        JournalCopy(path, key).read()
        JournalCopy(path, KEY).read()
    shutil.copy2(source, path)
    assert verify_file(path, key).breaks_at is None


@often
@given(raw=st.binary(max_size=300))
def test_any_bytes_as_a_sealed_document(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "x.sealed"
    for content in (raw, b"prohodnaya-sealed-1\n" + raw):
        path.write_bytes(content)
        with pytest.raises(StoreCorrupt):
            Vault(KEY).read(path)


@often
@given(text=st.text(max_size=200))
def test_any_text_as_a_code_a_badge_or_a_recipient(text: str) -> None:
    assert isinstance(tidy_code(text), str)
    assert badge_in(text) is None or len(badge_in(text) or "") < 100
    with suppress(SettingsWrong, PacketUntrusted):
        tidy_recipient(text)


def test_the_passphrase_of_a_file_that_is_none_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "store.pass").write_bytes(b'{"argon2id": [1000000, 1000000000, 1]}')
    with pytest.raises(StoreCorrupt):
        passphrase.unseal(tmp_path / "store.pass")
