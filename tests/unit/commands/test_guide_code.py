"""``checkin hub guide-code``: a code that opens a guide's tours, or one tour, on the page that the hub serves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checkin.hub import open_hub
from checkin.hub.guides.stored import StoredPasses
from tests.commands import Run
from tests.integration.guides.guides_world import GUIDE, season


@pytest.fixture
def db(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/hub.sqlite"
    with open_hub(url) as hub:
        hub.put_records(season())
    return url


def test_it_opens_the_guides_tours(run: Run, tmp_path: Path, db: str) -> None:
    text = run(tmp_path / "p", "hub", "guide-code", "--plant", "bread", "--guide", GUIDE, "--db", db).out.strip()
    line = run(tmp_path / "p", "hub", "guide-code", "--plant", "bread", "--tour", "tour-2", "--db", db, "--json").out
    with open_hub(db) as hub:
        passes = StoredPasses(hub.engine, hub.clock)
        opened, other = passes.enter(text), passes.enter(json.loads(line)["code"])
    assert opened is not None
    assert (opened[1].guide, opened[1].tour) == (GUIDE, "")
    assert other is not None
    assert other[1].tour == "tour-2"


@pytest.mark.parametrize("words", [[], ["--guide", GUIDE, "--tour", "tour-1"], ["--guide", " "]])
def test_one_of_guide_and_tour_is_wanted(run: Run, tmp_path: Path, db: str, words: list[str]) -> None:
    assert "--guide" in run(tmp_path / "p", "hub", "guide-code", "--plant", "bread", "--db", db, *words, code=2).err


@pytest.mark.parametrize("words", [["--guide", "Никто Такой"], ["--tour", "нет такой"]])
def test_whom_nobody_knows_is_a_sentence(run: Run, tmp_path: Path, db: str, words: list[str]) -> None:
    done = run(tmp_path / "p", "hub", "guide-code", "--plant", "bread", "--db", db, *words, code=1)
    assert words[1] in done.err
