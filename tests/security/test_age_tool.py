"""The age tool itself opens a packet with the gate's key, and with nobody else's."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.field import plant, ticket, tour, visitor
from tests.security.sites import checkpoint, office

AGE = shutil.which("age")


@pytest.mark.skipif(AGE is None, reason="age is not installed here")
def test_age_opens_a_packet_with_the_gates_key(tmp_path: Path) -> None:
    records = (plant(), tour(), visitor("v1", "Достоевская-Заречная"), ticket("CODE-1"))
    with (
        office(tmp_path / "office", records) as desk,
        checkpoint(tmp_path / "gate") as gate,
        checkpoint(tmp_path / "other", "2") as other,
    ):
        packet = desk.roster(tmp_path / "roster.packet", gate)
        for name, pc in (("gate.key", gate), ("other.key", other)):
            (tmp_path / name).write_text(f"{pc.identity.opener()}\n")
    opened, refused = (
        subprocess.run(
            [str(AGE), "-d", "-i", str(tmp_path / key), str(packet)], capture_output=True, timeout=30, check=False
        )
        for key in ("gate.key", "other.key")
    )
    assert opened.returncode == 0, opened.stderr
    assert opened.stdout.startswith(b"prohodnaya-packet-1 ")
    assert "Достоевская-Заречная".encode() in opened.stdout
    assert refused.returncode != 0
    assert not refused.stdout
