"""The files of tickets: names that every system takes, what a ZIP takes over, and what goes."""

from __future__ import annotations

import csv
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from checkin.issuing import signing
from checkin.issuing.delivery import MERGE, Tools, deliver
from checkin.issuing.packing import packed
from checkin.issuing.papers import MADE, Withdrawn, mark_of
from checkin.issuing.pieces import Format, file_of, folder_of, group_file, pieces
from checkin.issuing.signing import Issue
from tests.faults.ticketvictim import TOOLS, issues
from tests.field import KEY, PRIVATE

ODD = [
    "CON",
    "nul",
    "..",
    ".",
    "",
    "a/b",
    "a\\b",
    "a:b",
    "экс",
    "ЭКС",
    "A",
    "a",
    "x" * 200,
    "x" * 201,
    "tail.",
    "'=1+1'",
]


def nothing(done: int, of: int) -> None:
    pass


def named(name: str) -> Issue:
    one = issues()[0]
    assert one.group is not None
    return replace(
        one,
        plant=replace(one.plant, id=name),
        tour=replace(one.tour, id=name, plant=name),
        group=replace(one.group, id=name),
    )


@pytest.mark.parametrize("name", ODD)
def test_any_id_makes_a_name_that_every_system_takes(name: str) -> None:
    one = named(name)
    for path in (folder_of(one), file_of(one, Format.PDF), group_file(one)):
        for part in path.split("/"):
            stem = part.partition(".")[0]
            assert stem.replace("-", "").replace("_", "").isalnum()
            assert stem.isascii()
            assert stem.casefold() not in {"con", "nul"}
            assert len(part) <= 80
        assert path.count("/") == (1 if path == folder_of(one) else 2)


def test_no_two_ids_share_a_place() -> None:
    assert len({folder_of(named(name)).casefold() for name in ODD}) == len(ODD)
    assert len({group_file(named(name)).casefold() for name in ODD}) == len(ODD)
    paths = [one.path.casefold() for one in pieces(issues(), list(Format))]
    assert len(set(paths)) == len(paths)


def test_a_zip_takes_over_what_is_still_true(tmp_path: Path) -> None:
    out, some = tmp_path / "tickets.ZIP", issues()
    assert deliver(some, out, [Format.SVG], TOOLS, nothing) == len(some)
    first = out.read_bytes()
    assert deliver(some, out, [Format.SVG], TOOLS, nothing) == 0
    assert out.read_bytes() == first
    (fresh,), _gone = signing.reissued([some[3]], some[3].tour.start)
    (changed,) = signing.signed([fresh], PRIVATE, {KEY.id: KEY})
    some[3] = changed
    assert deliver(some, out, [Format.SVG], TOOLS, nothing) == 1
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == {MERGE, *(file_of(one, Format.SVG) for one in some)}
    assert list(tmp_path.iterdir()) == [out]


def test_a_file_that_is_damaged_in_the_zip_is_made_anew(tmp_path: Path) -> None:
    out, some = tmp_path / "tickets.zip", issues()
    deliver(some, out, [Format.GROUP], TOOLS, nothing)
    (path,) = (name for name in packed(out) if name != MERGE)
    with zipfile.ZipFile(out) as archive:
        good = archive.read(path)
    out.write_bytes(out.read_bytes().replace(good, good.swapcase()))
    deliver(some, out, [Format.GROUP, Format.SVG], TOOLS, nothing)
    with zipfile.ZipFile(out) as archive:
        assert archive.read(path) == good


def test_a_zip_of_somebody_else_is_written_over_whole(tmp_path: Path) -> None:
    out = tmp_path / "tickets.zip"
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.jpg", b"x")
    some = issues()
    assert deliver(some, out, [Format.SVG], TOOLS, nothing) == len(some)
    assert "photo.jpg" not in packed(out)


def test_a_run_stopped_while_its_zip_is_written_goes_on(tmp_path: Path) -> None:
    out, some = tmp_path / "tickets.zip", issues()
    told = []

    def stop(done: int, of: int) -> None:
        told.append(done)
        if told.count(of) > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver(some, out, [Format.SVG], TOOLS, stop)
    assert not out.exists()
    assert deliver(some, out, [Format.SVG], TOOLS, nothing) == 0
    assert len(packed(out)) == len(some) + 1


def test_files_of_tickets_taken_back_go_and_nothing_else(tmp_path: Path) -> None:
    some = issues()
    deliver(some, tmp_path, [Format.SVG], TOOLS, nothing)
    mine = tmp_path / folder_of(some[0]) / "A-MY-OWN.svg"
    mine.write_text("mine")
    deliver(some[1:5], tmp_path, [Format.SVG], TOOLS, nothing, withdrawn=gone(some[0].short, "A-MY-OWN"))
    left = {path.name for path in tmp_path.rglob("*.svg")}
    assert left == {"A-MY-OWN.svg", *(f"{one.short}.svg" for one in some[1:])}


def gone(*shorts: str) -> Withdrawn:
    return Withdrawn(frozenset(shorts))


def reissued(one: Issue) -> tuple[Issue, Withdrawn]:
    (fresh,), _gone = signing.reissued([one], one.tour.start)
    (signed,) = signing.signed([fresh], PRIVATE, {KEY.id: KEY})
    return signed, gone(one.short)


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / MERGE).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


SHEETS = Tools(typeset=lambda template, data: template.encode(), plain=TOOLS.plain)
"""Pages that need no typesetter, sheets to cut too."""


def two_groups() -> list[Issue]:
    first, second = issues()[:2], issues()[2:4]
    other = [replace(one, group=replace(one.group, id="other")) for one in second if one.group is not None]
    return [*first, *other]


def test_a_sheet_goes_with_the_worst_ticket_on_it_and_that_is_said(tmp_path: Path) -> None:
    """The leaders' sheets and the sheet to cut are not asked for the second time: those with the old ticket go."""
    some = two_groups()
    every = [Format.SVG, Format.GROUP, Format.SHEET]
    deliver(some, tmp_path, every, SHEETS, nothing, workers=1)
    place, old, kept = folder_of(some[0]), some[0], group_file(some[2])
    some[0], withdrawn = reissued(old)
    said: list[str] = []
    deliver(some, tmp_path, [Format.SVG], SHEETS, nothing, 1, withdrawn, said.extend)
    assert set(said) == {file_of(old, Format.SVG), group_file(old), f"{place}/sheet.pdf"}
    assert not any((tmp_path / path).exists() for path in said)
    assert (tmp_path / kept).exists()
    assert [row["group_file"] for row in table(tmp_path)] == ["", "", kept, kept]
    said.clear()
    deliver(some, tmp_path, every, SHEETS, nothing, 1, withdrawn, said.extend)
    assert said == []
    assert all(row["group_file"] for row in table(tmp_path))


def test_nothing_goes_unsaid(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    some = issues()
    deliver(some, tmp_path, [Format.SVG], TOOLS, nothing)
    deliver(some[1:], tmp_path, [Format.SVG], TOOLS, nothing, withdrawn=gone(some[0].short))
    (record,) = caplog.records
    assert f"{some[0].short}.svg" in record.getMessage()


def test_a_paper_with_another_text_of_a_good_ticket_goes(tmp_path: Path) -> None:
    """Its key was revoked and the ticket signed anew, in another form: the picture has the old text."""
    some = issues()
    deliver(some, tmp_path, [Format.SVG], TOOLS, nothing)
    withdrawn = Withdrawn(
        good={some[0].short: frozenset({mark_of("another")}), some[1].short: frozenset({mark_of(some[1].ticket.code)})}
    )
    said: list[str] = []
    deliver(some[2:], tmp_path, [Format.PNG], TOOLS, nothing, 1, withdrawn, said.extend)
    assert said == [file_of(some[0], Format.SVG)]


def test_sheets_of_which_nobody_noted_whose_they_are_go_when_anything_is_withdrawn(tmp_path: Path) -> None:
    """A folder that an earlier version of the program made."""
    some = two_groups()
    deliver(some, tmp_path, [Format.SVG, Format.GROUP], SHEETS, nothing, workers=1)
    record = tmp_path / MADE
    noted = (one.partition(" ") for one in record.read_text("utf-8").splitlines() if one)
    record.write_text("".join(f"{mark.rpartition(':')[0]} {path}\n" for mark, _space, path in noted), "utf-8")
    assert deliver(some, tmp_path, [Format.SVG, Format.GROUP], SHEETS, nothing, workers=1) == 0
    said: list[str] = []
    deliver(some[1:], tmp_path, [Format.SVG], SHEETS, nothing, 1, gone(some[0].short), said.extend)
    assert set(said) == {file_of(some[0], Format.SVG), group_file(some[0]), group_file(some[2])}


def test_the_table_names_the_leaders_sheet(tmp_path: Path) -> None:
    some = issues()
    deliver(some, tmp_path, [Format.GROUP], TOOLS, nothing)
    assert {row["group_file"] for row in table(tmp_path)} == {group_file(some[0])}
    assert (tmp_path / group_file(some[0])).exists()
