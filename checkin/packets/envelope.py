"""The outside of an age file, looked at before any key is tried.

Whoever hands over a stick writes this header as they like, and a key is tried on every stanza of it, in a time that
grows with their square: so they are counted first, and only those that a packet has come to the library.
"""

from __future__ import annotations

import re

from checkin.packets.contents import MAX_RECIPIENTS

VERSION = b"age-encryption.org/v1\n"
MAX_GREASE = 4
"""Stanzas that mean nothing, which age adds (one, up to now) so that readers learn to pass them over."""
MAX_BYTES = 100 * MAX_RECIPIENTS + 4096
"""A recipient takes 99 bytes; the rest is for grease and the seal."""
_STANZA = re.compile(rb"-> (X25519 [\w+/]{43}|[!-~]+-grease(?: [!-~]+)*)")
_BODY = re.compile(rb"[A-Za-z0-9+/]{0,64}")
_SEAL = re.compile(rb"--- [A-Za-z0-9+/]{43}")
_FULL = 64


def acceptable(raw: bytes) -> bool:
    """Whether a file begins as a packet's does: binary, for keys and no passphrase, for no more than may be."""
    if not raw.startswith(VERSION):
        return False
    keys = grease = 0
    inside = False  # a stanza's body goes on up to its first line that is not full
    for line in raw[len(VERSION) : MAX_BYTES].split(b"\n")[:-1]:
        if inside:
            if not _BODY.fullmatch(line):
                return False
            inside = len(line) == _FULL
        elif (stanza := _STANZA.fullmatch(line)) is not None:
            known = stanza[1].startswith(b"X25519 ")
            keys, grease, inside = keys + known, grease + (not known), True
        else:
            return _SEAL.fullmatch(line) is not None and 0 < keys <= MAX_RECIPIENTS and grease <= MAX_GREASE
    return False
