"""What comes from outside in files: no bytes get anything but the documented errors out of their parsers.

Short by default; ``PROHODNAYA_FUZZ=10000`` runs that many of each kind.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from checkin.domain.visit import KINDS
from checkin.errors import CameraLost, CheckinError, PacketUntrusted
from checkin.packets import sealing
from checkin.packets.contents import Header, Kind
from checkin.packets.identity import Identity
from checkin.reports.purge import holds
from checkin.scanning.sources import address
from checkin.settings import Profile, Settings
from checkin.store.roster import Roster
from checkin.wire import PeerPage, RosterPage, line_in, record_of
from tests.field import plant, ticket, tour, visitor
from tests.security.sites import Checkpoint, checkpoint, office
from tests.security.test_stick import sealed, signed

EXAMPLES = int(os.environ.get("PROHODNAYA_FUZZ", "40"))
often = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
values: st.SearchStrategy[Any] = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
STRANGER = Identity("f" * 32, b"z" * 32)


def fields_of(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """A record's own field names with anything in them."""
    names = list(KINDS[kind].__dataclass_fields__)
    return st.dictionaries(st.sampled_from(names), values, max_size=len(names))


records = st.sampled_from(sorted(KINDS)).flatmap(lambda kind: st.tuples(st.just(kind), fields_of(kind)))


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Checkpoint, Header, Identity]]:
    """A gate, and a header and identity of the organiser that it believes."""
    folder = tmp_path_factory.mktemp("fuzz")
    roster = (plant(), tour(), visitor("v1"), ticket("CODE-1"))
    with office(folder / "office", roster) as desk, checkpoint(folder / "gate") as made:
        path = desk.roster(folder / "r.packet", made)
        made.take(path)
        header = sealing.read(path, made.identity, Kind.ROSTER).header
        yield made, header.model_copy(update={"serial": header.serial + 1}), desk.identity


@often
@given(raw=st.binary(max_size=2000))
def test_any_bytes_as_a_packet(gate: tuple[Checkpoint, Header, Identity], tmp_path: Path, raw: bytes) -> None:
    made, _header, organiser = gate
    path = tmp_path / "x.packet"
    for content in (raw, b"age-encryption.org/v1\n" + raw, sealed(made, raw), sealed(made, signed(organiser, raw))):
        path.write_bytes(content)
        with pytest.raises(PacketUntrusted):
            made.look(path)


@often
@given(changes=st.lists(records, max_size=4), rest=values)
def test_any_record_in_a_packet_that_is_believed(
    gate: tuple[Checkpoint, Header, Identity], tmp_path: Path, changes: list[tuple[str, dict[str, Any]]], rest: Any
) -> None:
    made, header, organiser = gate
    page = {
        "changes": [{"kind": kind, "id": "x", "revision": 1, "record": fields} for kind, fields in changes],
        "cursor": "c",
        "more": False,
    }
    path = tmp_path / "x.packet"
    for part in ({"roster": page}, {"roster": rest}, {"answers": rest}, rest):
        content = header.model_dump_json().encode() + b"\n" + json.dumps(part).encode() + b"\n"
        path.write_bytes(sealed(made, signed(organiser, content)))
        before = made.state()
        with suppress(PacketUntrusted):
            made.look(path)
        assert made.state() == before


@often
@given(kind_and_fields=records, rest=values)
def test_any_record_of_a_hub(kind_and_fields: tuple[str, dict[str, Any]], rest: Any) -> None:
    kind, fields = kind_and_fields
    for model in (RosterPage, PeerPage):
        for given_ in (rest, {"changes": rest, "lines": rest, "cursor": "", "more": False}):
            try:
                page = model.model_validate_json(json.dumps(given_))
            except ValueError:
                continue
            for one in getattr(page, "lines", ()):
                with pytest.raises((ValueError, TypeError)):
                    line_in(one.line)
    try:
        Roster.row(record_of(kind, fields))
    except (ValueError, TypeError, KeyError, OverflowError):
        return  # the engine leaves such a record out and goes on


@often
@given(
    raw=st.binary(max_size=400)
    | values.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(st.sampled_from(sorted(Settings.model_fields)), values, max_size=6).map(
        lambda value: json.dumps(value).encode()
    )
)
def test_any_settings_file_gives_settings(tmp_path: Path, raw: bytes) -> None:
    profile = Profile(tmp_path)
    profile.settings_file.write_bytes(raw)
    found, note = profile.load()
    assert isinstance(found, Settings)
    assert not note or not profile.settings_file.exists()


@often
@given(value=st.dictionaries(st.sampled_from(["kind", "signature", "public_key", "tours", "x"]), values))
def test_any_certificate_is_judged(value: dict[str, Any]) -> None:
    try:
        assert not holds(value)
    except CheckinError:
        raise AssertionError("a judgement is no error") from None


@often
@example(scheme="rtsp", rest="[")
@given(scheme=st.sampled_from(["rtsp", "rtsps", "http", "file", "javascript", ""]), rest=st.text(max_size=60))
def test_any_camera_address_is_one_or_is_refused(scheme: str, rest: str) -> None:
    try:
        found = address(f"{scheme}://{rest}")
    except CameraLost:
        return
    assert found.split("://")[0].lower() in ("rtsp", "rtsps", "http", "https")
