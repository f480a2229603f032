"""Signing keys: nothing leaves the disk without its passphrase, and no key is ever overwritten."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from checkin.errors import SettingsWrong
from checkin.tickets import keys


def test_a_saved_key_comes_back_under_its_passphrase_only(tmp_path: Path) -> None:
    private, path = keys.new_private(), tmp_path / "key.pem"
    keys.save(private, path, "сверхсекретно")
    assert keys.public_hex(keys.load(path, "сверхсекретно")) == keys.public_hex(private)
    assert b"ENCRYPTED" in path.read_bytes()
    for wrong in ("", "Сверхсекретно"):
        with pytest.raises(SettingsWrong, match=r"key\.pem"):
            keys.load(path, wrong)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no modes")
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    keys.save(keys.new_private(), path, "p")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_is_never_overwritten_nor_kept_without_a_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    keys.save(keys.new_private(), path, "p")
    before = path.read_bytes()
    with pytest.raises(SettingsWrong):
        keys.save(keys.new_private(), path, "p")
    with pytest.raises(SettingsWrong):
        keys.save(keys.new_private(), tmp_path / "bare.pem", "")
    with pytest.raises(SettingsWrong):
        keys.save(keys.new_private(), tmp_path / "no" / "folder.pem", "p")
    assert path.read_bytes() == before
    assert not (tmp_path / "bare.pem").exists()


def test_other_files_are_no_keys(tmp_path: Path) -> None:
    path = tmp_path / "x.pem"
    path.write_bytes(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    with pytest.raises(SettingsWrong):
        keys.load(path, "p")
    with pytest.raises(SettingsWrong):
        keys.load(tmp_path / "missing.pem", "p")


def test_signatures() -> None:
    private = keys.new_private()
    public, signature = keys.public_hex(private), keys.sign_hex(private, b"message")
    assert keys.verify_hex(public, b"message", signature)
    assert not keys.verify_hex(public, b"massage", signature)
    assert not keys.verify_hex(keys.public_hex(keys.new_private()), b"message", signature)
    assert not keys.verify_hex("zz", b"message", signature)
    assert not keys.verify_hex(public, b"message", "12")
    assert keys.kid(public) == keys.kid(bytes.fromhex(public))
    assert len(keys.kid(public)) == 4
