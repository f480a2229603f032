"""The key of a profile: moved, changed, cut short at every step, destroyed first; a disk without it tells nothing."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from checkin.desk import Source
from checkin.errors import DiskFull, SettingsWrong, StoreBusy, StoreCorrupt
from checkin.settings import Profile, Settings
from checkin.store import Store, keys, open_store, passphrase
from checkin.store.keys import find_key
from checkin.store.rekey import destroy, rekey
from checkin.store.verifying import verify_store
from tests.field import crowd, plant, site, ticket, tour, visitor

NAME = "Достоевская-Заречная"
WORDS = "семь слонов и чайник"


@pytest.fixture
def used(tmp_path: Path) -> Profile:
    """A profile with visitors and events, closed."""
    records = (plant(), tour(), visitor("who", NAME), ticket("CODE-X", "who"), *crowd(5, "hleb", "t1"))
    with site(tmp_path, records) as gate:
        gate.desk.scan("CODE-X", Source.SCANNER)
        gate.desk.scan("CODE-X", Source.SCANNER)
    return Profile(tmp_path)


def reopened(profile: Profile) -> Store:
    store, _place = open_store(profile, profile.load()[0])
    return store


def sound(profile: Profile) -> None:
    """Everything is there, in the store and in its copy."""
    store = reopened(profile)
    try:
        checked = verify_store(store)
        assert (checked.length, checked.breaks_at) == (2, None)
        with store.read() as tx:
            assert tx.roster.search("hleb", NAME, 5)
        assert len(store.copy.read().lines) == 2
        assert store.note == ""
    finally:
        store.close()


def names_in(folder: Path, *names: str) -> list[str]:
    """Files in which a name stands as text, however it is written."""
    wanted = [name.encode(code) for name in names for code in ("utf-8", "utf-16-le", "utf-16-be", "cp1251")]
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if any(one in path.read_bytes() for one in wanted)]


def test_a_fresh_key_opens_and_the_old_one_does_not(used: Profile) -> None:
    old = find_key(used, "file")
    assert old is not None
    rekey(used, Settings(key_place="file"), "file", lambda: "")
    assert find_key(used, "file") not in (old, None)
    sound(used)
    used.key_file.write_text(old)
    with pytest.raises(StoreCorrupt):
        reopened(used)


@pytest.mark.parametrize("step", ["next", "written", "moved", "kept"])
@pytest.mark.parametrize("to", ["file", "passphrase"])
def test_a_rekey_that_dies_is_finished_or_forgotten(used: Profile, step: str, to: str) -> None:
    def killed(name: str) -> None:
        if name == step:
            raise KeyboardInterrupt

    passphrase.asks.append(lambda: WORDS)
    try:
        with pytest.raises(KeyboardInterrupt):
            rekey(used, Settings(key_place="file"), to, lambda: WORDS, killed)
        sound(used)
        assert not (used.folder / "store.key.next").exists()
        sound(used)
    finally:
        passphrase.asks.pop()


def test_a_refused_rekey_leaves_nothing(used: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    """The place is tried before anything is written."""
    before = {path.name: path.read_bytes() for path in used.folder.iterdir()}
    monkeypatch.setattr(keys, "_kept", lambda _account, _secret: False)
    with pytest.raises(SettingsWrong):
        rekey(used, Settings(key_place="file"), "keyring", lambda: "")
    assert {path.name: path.read_bytes() for path in used.folder.iterdir()} == before
    sound(used)


@pytest.mark.parametrize("step", ["next", "written"])
@pytest.mark.parametrize(
    "error", [sqlcipher.OperationalError("database or disk is full"), OSError(errno.ENOSPC, "No space left on device")]
)
def test_a_rekey_on_a_full_disk_is_said_and_leaves_nothing(used: Profile, step: str, error: Exception) -> None:
    def full(name: str) -> None:
        if name == step:
            raise error

    with pytest.raises(DiskFull):
        rekey(used, Settings(key_place="file"), "file", lambda: "", full)
    assert not list(used.folder.glob("*.rekey*")) + list(used.folder.glob("*.next"))
    sound(used)


def test_a_passphrase_is_asked_and_a_wrong_one_opens_nothing(used: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    rekey(used, Settings(key_place="file"), "passphrase", lambda: WORDS)
    assert not used.key_file.exists()
    assert used.load()[0].key_place == "passphrase"
    sound(used)
    monkeypatch.setattr(passphrase, "_opened", {})  # a new start
    monkeypatch.setenv(passphrase.VARIABLE, WORDS + "!")
    with pytest.raises(SettingsWrong, match="неверна"):
        reopened(used)
    monkeypatch.setenv(passphrase.VARIABLE, WORDS)
    sound(used)
    with pytest.raises(SettingsWrong, match="не меньше"):
        rekey(used, used.load()[0], "passphrase", lambda: "короче")
    sound(used)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff", b'{"argon2id":[1e9,8],"salt":"","sealed":""}', b'{"argon2id":[3,99999999]}']
)
def test_a_damaged_passphrase_file_is_said(used: Profile, content: bytes) -> None:
    used.passphrase_file.write_bytes(content)
    with pytest.raises(StoreCorrupt):
        open_store(used, Settings(key_place="passphrase"))


def test_destroy_begins_with_the_key(used: Profile) -> None:
    store = reopened(used)
    with pytest.raises(StoreBusy):
        destroy(used)
    assert used.key_file.exists()
    store.close()
    assert destroy(used) == []
    assert sorted(path.name for path in used.folder.iterdir()) == ["settings.json"]


def test_a_disk_without_its_key_tells_no_name(used: Profile) -> None:
    used.key_file.unlink()
    assert names_in(used.folder, NAME, NAME.upper(), "Иванова", "Мария") == []
    with pytest.raises(StoreCorrupt):
        reopened(used)
    (used.folder / "leak.txt").write_text(f"... {NAME} ...", "utf-16-le")
    assert names_in(used.folder, NAME) == ["leak.txt"]  # the search itself finds what is there
