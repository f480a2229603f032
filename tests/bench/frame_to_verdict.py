"""From a camera frame to its committed verdict: 1280x720 at 30 a second, the real window with its preview beside it."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from random import Random

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import zxingcpp

from checkin.app import GateApp
from checkin.issuing.qr import array
from checkin.rehearsal.shift import MODULE_PX, Played, play, programme
from checkin.scanning.decoder import Decoder
from checkin.scanning.stage import StageSource, scene, shown
from checkin.settings import Profile
from tests.bench.gatework import demo_gate, quantile, said
from tests.bench.report import Report

NAME = "frame_to_verdict"
SEED = 20_300_000
TICKETS = 300
ALONE = 60
LIMIT_P95_MS = 100.0


def run(report: Report) -> None:
    """A shift of the demo season: each ticket on paper or a phone, a little turned and not quite sharp."""
    count = TICKETS // 10 if report.quick else TICKETS
    with tempfile.TemporaryDirectory() as name:
        texts = programme(demo_gate(Path(name) / "gate"), count)[:count]
        played, latencies, fps = _shift(Path(name), texts)
    alone = _alone(texts[: max(10, min(ALONE, count))])
    p50, p95 = quantile(latencies, 0.5), quantile(latencies, 0.95)
    zxing, decoder = quantile(alone["zxing"], 0.5), quantile(alone["decoder"], 0.5)
    report.table(
        f"Frame to committed verdict, {len(latencies)} of {played.shown} tickets, camera at {fps:.0f} fps, preview on",
        ("what", "p50 ms", "p95 ms", ""),
        [
            ("zxing-cpp on the frame alone", f"{zxing:.1f}", f"{quantile(alone['zxing'], 0.95):.1f}", ""),
            ("our decoder on the frame alone", f"{decoder:.1f}", f"{quantile(alone['decoder'], 0.95):.1f}", ""),
            ("frame to verdict", f"{p50:.1f}", f"{p95:.1f}", said(p95, LIMIT_P95_MS, "ms p95")),
            ("ratio to zxing-cpp", f"{p50 / zxing:.1f}", "", f"{len(played.unread)} not read in time"),
        ],
    )
    report.figure("frame_to_verdict.p50_ms", p50)
    report.figure("frame_to_verdict.p95_ms", p95)
    report.figure("frame_to_verdict.zxing_ms", zxing)
    report.figure("frame_to_verdict.decoder_ms", decoder)
    report.figure("frame_to_verdict.ratio", p50 / zxing)
    report.figure("frame_to_verdict.unread", len(played.unread))


def _shift(folder: Path, texts: list[str]) -> tuple[Played, list[float], float]:
    """The tickets before the camera of the real app while the real window shows what comes."""
    from ui.rehearsed import Rehearsed

    app = GateApp(Profile(folder / "gate"))
    try:
        stage = StageSource("bench", SEED)
        app.look_at(stage)
        with Rehearsed(app, folder / "shots") as window:
            played = window.play(lambda step: play(app, stage, texts, on_step=step), lambda number: None)
            fps = app.status().camera_fps
        return played, list(app.frame_to_verdict_ms), fps
    finally:
        app.close()


def _alone(texts: list[str]) -> dict[str, list[float]]:
    """Each frame decoded by itself, nothing else running."""
    random, background, decoder = Random(SEED), scene(SEED), Decoder()
    took: dict[str, list[float]] = {"zxing": [], "decoder": []}
    for text in texts:
        pixels = shown(background, array(text, MODULE_PX), random)
        began = time.perf_counter()
        zxingcpp.read_barcodes(pixels, formats=zxingcpp.BarcodeFormat.QRCode)
        between = time.perf_counter()
        decoder.decode(pixels)
        took["zxing"].append((between - began) * 1000)
        took["decoder"].append((time.perf_counter() - between) * 1000)
    return took
