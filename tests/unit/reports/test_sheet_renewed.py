"""The evacuation list on the disk: anew whenever a group goes in or out, on paper where that is set, or not at all."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from checkin.app import GateApp
from checkin.clock import SettableClock
from checkin.domain.visit import Group
from checkin.reports.printing import Printed, SavedOnly
from checkin.settings import Profile, Settings
from checkin.store.roster import put
from tests.field import NOW, crowd, plant, tour

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the printer is a script here")


@contextmanager
def gate(folder: Path, **settings: bool) -> Iterator[GateApp]:
    profile = Profile(folder)
    profile.save(Settings(key_place="file", plant="hleb", gate="1").model_copy(update=settings))
    app = GateApp(profile, SettableClock(NOW))
    group = Group(id="g", plant="hleb", tour="t1", name="7 «Б»")
    try:
        with app.store.write() as tx:
            tx.roster.apply(map(put, [plant(), tour(), group, *crowd(3, group="g")]))
        yield app
    finally:
        app.close()


def printer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An ``lp`` that notes what it was given."""
    kept = folder / "printed"
    script = folder / "bin" / "lp"
    script.parent.mkdir()
    script.write_text(
        f'#!/bin/sh\nfor last; do :; done\necho "$last" >> {kept}\necho "request id is Test-1 (1 file(s))"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:{os.environ['PATH']}")
    return kept


def group_goes_in(app: GateApp) -> None:
    card = app.groups.open_group("hleb", "g").result(10)
    assert card is not None
    result = app.groups.admit(card, {one.visitor.id for one in card.members}).result(10)
    assert len(result.events) == 3


def there(path: Path) -> bool:
    until = time.monotonic() + 20
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.05)
    return path.exists()


def test_it_is_renewed_whenever_a_group_moves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = printer(tmp_path, monkeypatch)
    with gate(tmp_path / "gate") as app:
        group_goes_in(app)
        assert there(tmp_path / "gate" / "documents" / "evacuation.pdf.sealed")
        card = app.groups.open_group("hleb", "g").result(10)
        assert card is not None
        app.groups.let_out(card, {"v0"}).result(10)
        before = tmp_path / "gate" / "documents" / "evacuation-before.pdf.sealed"
        assert there(before)
        assert app.store.vault.read(before).startswith(b"%PDF")
    assert not printed.exists()
    assert not list((tmp_path / "gate" / "documents").glob("*.pdf"))


def test_it_lies_open_where_that_is_set(tmp_path: Path) -> None:
    with gate(tmp_path / "gate", sheet_open=True) as app:
        group_goes_in(app)
        assert there(tmp_path / "gate" / "documents" / "evacuation.pdf")
    assert (tmp_path / "gate" / "documents" / "evacuation.pdf").read_bytes().startswith(b"%PDF")


def test_what_no_printer_took_goes_with_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with gate(tmp_path / "gate") as app:
        group_goes_in(app)
        paper = app.musters.print_sheet().result(30)
        assert isinstance(paper, SavedOnly)
        assert paper.passing
        assert "evacuation.pdf" in paper.message
        assert paper.path.read_bytes().startswith(b"%PDF")
    assert not paper.path.exists()
    (tmp_path / "gate" / "documents" / "evacuation.pdf").write_bytes(b"%PDF")  # as a power cut leaves it
    with gate(tmp_path / "gate") as app:
        assert not paper.path.exists()


def test_it_is_printed_where_that_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = printer(tmp_path, monkeypatch)
    with gate(tmp_path / "gate", sheet_printed=True) as app:
        group_goes_in(app)
        assert there(printed)
    assert printed.read_text().strip().endswith("evacuation.pdf")


def test_off_is_off_until_somebody_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = printer(tmp_path, monkeypatch)
    with gate(tmp_path / "gate", sheet_renewed=False) as app:
        group_goes_in(app)
        app.groups.remained().result(10)
        assert not (tmp_path / "gate" / "documents").exists()
        paper = app.musters.print_sheet().result(30)
        assert isinstance(paper, Printed)
        assert not paper.path.exists()  # the printer has it
    assert printed.exists()
