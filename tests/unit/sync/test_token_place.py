"""The hub's pass is in the keyring where there is one, in the encrypted store elsewhere, and moves when one comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.null import Keyring as NoKeyring

from checkin.settings import Profile
from checkin.store import Store, keys
from checkin.store.rekey import destroy, rekey
from checkin.sync.enrol import IN_KEYRING, TOKEN, URL, enrolment, settle_token, token_place
from tests.field import opened


class Held(KeyringBackend):
    """A keyring in memory."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.kept.pop((service, username), None)


@pytest.fixture
def ring() -> Iterator[Held]:
    before, held = keyring.get_keyring(), Held()
    keyring.set_keyring(held)
    yield held
    keyring.set_keyring(before)


def enrolled(folder: Path) -> Store:
    """As an earlier program left it."""
    store = opened(folder)
    with store.write() as tx:
        tx.meta.put(URL, "https://hub")
        tx.meta.put(TOKEN, "secret-token")
    return store


def test_an_old_token_moves_into_the_keyring_once(tmp_path: Path, ring: Held) -> None:
    store = enrolled(tmp_path)
    try:
        assert token_place(store) == "store"
        settle_token(store)
        settle_token(store)
        assert token_place(store) == "keyring"
        with store.read() as tx:
            assert tx.meta.get(TOKEN) == IN_KEYRING
        known = enrolment(store)
        assert known is not None
        assert known.token == "secret-token"
        ring.kept.clear()  # a keyring that lost it: still a gate of that hub, which will say so
        known = enrolment(store)
        assert known is not None
        assert known.token == ""
    finally:
        store.close()


def test_without_a_keyring_it_stays_in_the_store(tmp_path: Path) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    store = enrolled(tmp_path)
    try:
        settle_token(store)
        assert token_place(store) == "store"
        known = enrolment(store)
        assert known is not None
        assert known.token == "secret-token"
    finally:
        store.close()
        keyring.set_keyring(before)


def test_a_rekey_keeps_it_and_the_end_of_a_profile_takes_it_away(tmp_path: Path, ring: Held) -> None:
    store = enrolled(tmp_path)
    settle_token(store)
    store.close()
    profile = Profile(tmp_path)
    rekey(profile, profile.load()[0], "file", lambda: "")
    assert keys.find_token(tmp_path) == "secret-token"
    destroy(profile)
    assert ring.kept == {}
