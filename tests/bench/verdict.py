"""From a code to its committed verdict on a roster of 100,000 tickets, beside one bare commit on the same disk."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from random import Random

from checkin.desk import Source
from tests.bench.gatework import BareStore, codes, desk, filled, quantile, said
from tests.bench.report import Report

NAME = "verdict"
SEED = 20_290_000
PEOPLE = 100_000
SCANS = 3000
WARM = 30
LIMIT_P99_MS = 15.0


def run(report: Report) -> None:
    """Scans known, used, unknown and foreign codes; each scan is followed by one bare commit, for a fair comparison."""
    people, scans = (PEOPLE // 10, SCANS // 10) if report.quick else (PEOPLE, SCANS)
    with tempfile.TemporaryDirectory() as folder:
        store, bare = filled(Path(folder) / "gate", people), BareStore(Path(folder) / "bare.sqlite")
        try:
            gate = desk(store)
            ours: list[float] = []
            bares: list[float] = []
            took_cpu = 0.0
            for number, code in enumerate(_programme(people, scans + WARM)):
                began, cpu = time.perf_counter(), time.process_time()
                gate.scan(code, Source.SCANNER)
                took = (time.perf_counter() - began) * 1000
                if number >= WARM:
                    took_cpu += time.process_time() - cpu
                    ours.append(took)
                    bares.append(bare.commit_ms())
        finally:
            bare.close()
            store.close()
    p50, p99 = quantile(ours, 0.5), quantile(ours, 0.99)
    bare50, bare99 = quantile(bares, 0.5), quantile(bares, 0.99)
    cpu_ms = took_cpu / len(ours) * 1000
    report.table(
        f"Code to committed verdict, {people:,} tickets, {scans} scans",
        ("what", "p50 ms", "p99 ms", ""),
        [
            ("one bare SQLCipher commit", f"{bare50:.2f}", f"{bare99:.2f}", ""),
            ("verdict, written", f"{p50:.2f}", f"{p99:.2f}", said(p99, LIMIT_P99_MS, "ms p99")),
            ("ratio", f"{p50 / bare50:.1f}", f"{p99 / bare99:.1f}", f"{cpu_ms:.2f} ms of processor time each"),
        ],
    )
    report.figure("verdict.p50_ms", p50)
    report.figure("verdict.p99_ms", p99)
    report.figure("verdict.cpu_ms", cpu_ms)
    report.figure("verdict.bare.p50_ms", bare50)
    report.figure("verdict.bare.p99_ms", bare99)
    report.figure("verdict.ratio", p50 / bare50)


def _programme(people: int, count: int) -> list[str]:
    """Nine of ten come for the first time; the rest are scanned twice, unknown, or no tickets at all."""
    random = Random(SEED)
    fresh = random.sample(codes(people), count)
    odd = ["NOBODY-KNOWS-THIS", "https://example.org/t/1", fresh[0], "x" * 400]
    return [code if random.random() < 0.9 else random.choice(odd) for code in fresh]
