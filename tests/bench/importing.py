"""A list of 100,000 rows into a fresh profile, and the same list once more, beside the bare libraries."""

from __future__ import annotations

import csv
import tempfile
import time
from pathlib import Path

from checkin.rosters.taking import take_list
from tests.bench.gatework import BareStore, said
from tests.bench.report import Report
from tests.field import list_file, opened

NAME = "importing"
ROWS = 100_000
LIMIT_S = 15.0


def run(report: Report) -> None:
    """CSV with 4,000 tours of 25; codes as a registration site gives them."""
    rows = ROWS // 10 if report.quick else ROWS
    limit = LIMIT_S / 10 if report.quick else LIMIT_S
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        list_file(folder / "list.csv", rows, tours=rows // 25)
        bare = _bare(folder)
        store = opened(folder / "gate")
        try:
            told: list[tuple[int, int]] = []
            began, cpu = time.perf_counter(), time.process_time()
            first = take_list(store, folder / "list.csv", progress=lambda done, of: told.append((done, of)))
            first_s, first_cpu = time.perf_counter() - began, time.process_time() - cpu
            began = time.perf_counter()
            again = take_list(store, folder / "list.csv")
            again_s = time.perf_counter() - began
        finally:
            store.close()
    assert len(first.plan.added) == len(again.plan.unchanged) == rows
    report.table(
        f"A list of {rows:,} rows into a fresh profile",
        ("what", "seconds", "ratio", ""),
        [
            ("csv.reader and a bare SQLCipher insert", f"{bare:.2f}", "1.0", ""),
            ("import", f"{first_s:.2f}", f"{first_s / bare:.1f}", said(first_s, limit, "s")),
            ("  of it processor", f"{first_cpu:.2f}", f"{first_cpu / bare:.1f}", f"{len(told)} steps of progress"),
            ("the same list again", f"{again_s:.2f}", f"{again_s / bare:.1f}", f"{rows:,} unchanged"),
        ],
    )
    report.figure("importing.s", first_s)
    report.figure("importing.cpu_s", first_cpu)
    report.figure("importing.again_s", again_s)
    report.figure("importing.bare_s", bare)
    report.figure("importing.ratio", first_s / bare)


def _bare(folder: Path) -> float:
    """Reading the rows and writing each as one row of text, 2,000 a transaction."""
    store = BareStore(folder / "bare.sqlite")
    began = time.perf_counter()
    with (folder / "list.csv").open(encoding="utf-8", newline="") as file:
        rows = [(str(number), "|".join(row)) for number, row in enumerate(csv.reader(file, delimiter=";"))]
    for start in range(0, len(rows), 2000):
        store.connection.execute("BEGIN IMMEDIATE")
        store.connection.executemany("INSERT INTO event VALUES (?, ?)", rows[start : start + 2000])
        store.connection.execute("COMMIT")
    took = time.perf_counter() - began
    store.close()
    return took
