"""The file itself: encrypted to its recipients (age), signed by its maker (Ed25519), checked from the outside in.

The size is looked at before anything is read, for how many keys it is before ours is tried, the seal before the
signature, the signature before any JSON, and every part before the first of them is used.  There is no compression, so
nothing grows on the way.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyrage
from pydantic import ValidationError

from checkin.errors import PacketUntrusted, SettingsWrong
from checkin.i18n import gettext as _
from checkin.packets import envelope
from checkin.packets.contents import (
    FORMAT,
    MAX_BYTES,
    MAX_HEADER_BYTES,
    MAX_LINE_BYTES,
    MAX_PARTS,
    Header,
    Kind,
    Part,
)
from checkin.packets.identity import Identity, recipient_of
from checkin.tickets.keys import verify_hex
from checkin.wholefile import opened_file, written_whole

MAGIC = b"prohodnaya-packet-"
_FIRST = len(MAGIC) + 8 + 1 + 64 + 1 + 128 + 1
"""The first line at most: version, key, signature."""


@dataclass(frozen=True)
class Packet:
    """A packet that opens with our key and is what its maker signed.  Whether the maker is believed is not said yet."""

    header: Header
    public_key: str
    digest: str
    plain: bytes
    begin: int

    @property
    def maker(self) -> str:
        """The recipient that names who signed."""
        return recipient_of(self.public_key)

    def parts(self) -> Iterator[Part]:
        """Every part in its order, one at a time; raises ``PacketUntrusted`` at the first that is none."""
        for line in _lines(self.plain, self.begin):
            yield _part(line)


def room(recipients: int) -> int:
    """Bytes that all parts of a packet for so many may take, each with its line's end."""
    return MAX_BYTES - 4096 - 200 * recipients - MAX_HEADER_BYTES


def write(path: Path, header: Header, parts: Iterable[str], identity: Identity) -> int:
    """Writes a packet, whole or not at all; returns its size.  ``parts`` are the JSON texts of ``Part``s."""
    rest = bytearray(header.text().encode() + b"\n")
    for part in parts:
        rest += part.encode() + b"\n"
        if len(rest) > MAX_BYTES - 4096 - 200 * len(header.to):
            raise SettingsWrong(_("This is more than one packet holds. Purge what is past, or make the list shorter"))
    first = MAGIC + b"%d %s %s\n" % (FORMAT, identity.public_hex.encode(), _signed(identity, bytes(rest)).encode())
    try:
        recipients = [pyrage.x25519.Recipient.from_str(one) for one in header.to]
    except (ValueError, pyrage.RecipientError) as error:  # an organiser's record of a gate was tampered with
        raise SettingsWrong(_("A gate's key is damaged here. Make the packet with --to again")) from error
    sealed = pyrage.encrypt(first + bytes(rest), recipients)
    with written_whole(path) as fresh, open(fresh, "wb", opener=_private) as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    return len(sealed)


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)  # whom a packet is for can be read outside, and it may lie on a shared disk


def _signed(identity: Identity, rest: bytes) -> str:
    return identity.sign(_message(hashlib.sha256(rest).digest()))


def _message(digest: bytes) -> bytes:
    return MAGIC + b"1\n" + digest  # longer than a journal's 32 bytes: neither can stand for the other


def read(path: Path, identity: Identity, *kinds: Kind) -> Packet:
    """Opens a packet of one of these kinds for us.

    Raises ``PacketUntrusted`` with what to do, or ``SettingsWrong`` for a file that cannot be read.
    """
    plain = _opened(_bytes(path), identity)
    end = plain.find(b"\n", 0, _FIRST)
    first = plain[:end].split(b" ") if end > 0 else []
    if len(first) != 3 or not first[0].startswith(MAGIC):
        raise PacketUntrusted(_("This is not a packet of this program. Ask for the packet once more"))
    version = first[0][len(MAGIC) :]
    if version != b"%d" % FORMAT:
        raise _too_new() if version.isdigit() else _damaged()
    try:
        public, signature = first[1].decode("ascii"), first[2].decode("ascii")
        recipient_of(public)
    except ValueError:
        raise _damaged() from None
    digest = hashlib.sha256(memoryview(plain)[end + 1 :]).digest()
    if not verify_hex(public, _message(digest), signature):
        raise PacketUntrusted(_("The packet was changed after it was made. Keep the stick and call security"))
    header, begin = _header(plain, end + 1)
    if header.kind not in kinds:
        raise PacketUntrusted(_wrong_kind(header.kind))
    if identity.recipient not in header.to:
        raise PacketUntrusted(
            _("The packet was made for another gate, and passed on. Keep the stick and call security")
        )
    packet = Packet(header, public, digest.hex(), plain, begin)
    for _each in packet.parts():  # every part is one, before the first of them is used
        continue
    return packet


def _bytes(path: Path) -> bytes:
    with opened_file(path) as (descriptor, size):
        if size > MAX_BYTES:
            raise PacketUntrusted(
                _("The file is too big for a packet: {size} MB. It was not opened").format(size=size // 1_000_000)
            )
        with os.fdopen(os.dup(descriptor), "rb") as file:
            raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise _damaged()
    return raw


def _opened(raw: bytes, identity: Identity) -> bytes:
    if not envelope.acceptable(raw):
        raise PacketUntrusted(_("This is not a packet of this program. Ask for the packet once more"))
    try:
        plain: bytes = pyrage.decrypt(raw, [identity.opener()])
    except pyrage.DecryptError as error:
        if "matching" in str(error).lower():
            raise PacketUntrusted(
                _("The packet was not made for this PC. At the gate, checkin gate-key shows the key to give")
            ) from error
        raise _damaged() from error
    return plain


def _header(plain: bytes, begin: int) -> tuple[Header, int]:
    """The header, and where the parts begin."""
    end = plain.find(b"\n", begin, begin + MAX_HEADER_BYTES)
    if end < 0:
        raise _damaged()
    try:
        header = Header.model_validate_json(plain[begin:end])
    except (ValidationError, ValueError, RecursionError) as error:
        raise _too_new() from error
    if header.format != FORMAT:
        raise _too_new()
    return header, end + 1


def _lines(plain: bytes, begin: int) -> Iterator[bytes]:
    count = 0
    while begin < len(plain):
        end = plain.find(b"\n", begin, begin + MAX_LINE_BYTES + 1)
        count += 1
        if end < 0 or count > MAX_PARTS:
            raise _damaged()
        yield plain[begin:end]
        begin = end + 1


def _part(line: bytes) -> Part:
    try:
        return Part.model_validate_json(line)
    except (ValidationError, ValueError, RecursionError) as error:
        raise _too_new() from error


def _wrong_kind(kind: Kind) -> str:
    if kind is Kind.JOURNAL:
        return _("This is a gate's journal. The organiser takes it with: checkin packet accept FILE")
    return _("This packet is for a gate. The gate takes it with: checkin packet take FILE")


def _damaged() -> PacketUntrusted:
    return PacketUntrusted(_("The packet is damaged. Copy it onto the stick once more, or ask for a new one"))


def _too_new() -> PacketUntrusted:
    return PacketUntrusted(
        _("This program does not understand the packet. Update the program, or ask for a new packet")
    )


def fresh_id() -> str:
    """A packet's id: random."""
    return secrets.token_hex(8)
