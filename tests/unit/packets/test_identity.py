"""A profile's one key in its two forms, and the words that it is compared by."""

from __future__ import annotations

import os

import pyrage
import pytest

from checkin.errors import SettingsWrong
from checkin.packets.identity import RECIPIENT_LENGTH, Identity, recipient_of, tidy_recipient, words
from checkin.packets.wordlist import PAIRS


def identity(seed: bytes | None = None) -> Identity:
    return Identity("0" * 32, seed or os.urandom(32))


def test_the_age_library_agrees_on_both_halves_of_the_key() -> None:
    for number in range(20):
        mine = identity(bytes([number]) * 32)
        assert str(mine.opener().to_public()) == mine.recipient == recipient_of(mine.public_hex)
        assert len(mine.recipient) == RECIPIENT_LENGTH
    sealed = pyrage.encrypt(b"words", [pyrage.x25519.Recipient.from_str(mine.recipient)])
    assert pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(mine.secret)]) == b"words"


@pytest.mark.parametrize(
    "public", ["", "00" * 31, "00" * 32, "01" + "00" * 31, "ff" * 32, "ec" + "ff" * 30 + "7f", "zz"]
)
def test_what_is_no_key_has_no_recipient(public: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        recipient_of(public)


def test_a_recipient_may_be_typed_or_scanned() -> None:
    mine = identity().recipient
    assert tidy_recipient(f"  {mine.upper()}\n") == mine
    for wrong in ("", "age1", mine[:-1], mine[:-1] + ("q" if mine[-1] != "q" else "p"), "ssh-ed25519 AAAA", "я" * 62):
        with pytest.raises(SettingsWrong, match="gate-key"):
            tidy_recipient(wrong)


def test_the_words_are_the_same_things_in_both_languages_and_never_change() -> None:
    assert len(PAIRS) == len({pair[0] for pair in PAIRS}) == len({pair[1] for pair in PAIRS}) == 512
    assert words(identity(b"7" * 32).recipient, "ru") == "краб рынок бублик самовар"
    assert words(identity(b"7" * 32).recipient, "en") == "crab market bagel samovar"
    assert words(identity(b"8" * 32).recipient) != words(identity(b"7" * 32).recipient)
