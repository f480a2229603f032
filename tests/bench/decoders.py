"""Our reader beside what a user could pick instead: pyzbar, zxing-cpp and cv2's detectors, on the same pictures.

Each picture goes to every decoder before the next one, so a busy PC is unfair to none.  One core, OpenCV threads 1.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np

from checkin.scanning import Decoder, Frame, engines
from checkin.scanning.images import fitted, load
from checkin.scanning.stages import grey_of
from checkin.scanning.vision import cv2
from tests.bench import frames
from tests.bench.report import Report

NAME = "decoders"
PUBLIC = Path(os.environ.get("PROHODNAYA_QR", Path(__file__).resolve().parents[3] / "shared" / "qr"))
FRAMES, EMPTY, APPROACHES, SECONDS = 200, 30, 30, 1.5

Read = Callable[[np.ndarray], list[str]]


def _zxing(grey: np.ndarray) -> list[str]:
    return [found.text for found in engines.zxing(grey, errors=False) if found.text is not None]


def _pyzbar(grey: np.ndarray) -> list[str]:
    return [found.text for found in engines.zbar(grey) if found.text is not None]


def _cv2(detector: cv2.QRCodeDetector | cv2.QRCodeDetectorAruco) -> Read:
    def read(grey: np.ndarray) -> list[str]:
        try:
            _ok, texts, _points, _straight = detector.detectAndDecodeMulti(grey)
        except (UnicodeDecodeError, SystemError, cv2.error):
            return []
        return [text for text in texts if text]

    return read


def _ours(*, follow: bool) -> Read:
    decoder = Decoder(follow=follow)
    return lambda grey: decoder.decode(Frame(grey)).texts


def contenders(*, follow: bool = False) -> dict[str, Read]:
    return {
        "ours": _ours(follow=follow),
        "zxing-cpp": _zxing,
        "pyzbar": _pyzbar,
        "cv2 QRCodeDetector": _cv2(cv2.QRCodeDetector()),
        "cv2 …Aruco": _cv2(cv2.QRCodeDetectorAruco()),
    }


@dataclass
class Score:
    """Of one decoder on one set."""

    right: int = 0
    of: int = 0
    false: int = 0
    ms: list[float] = field(default_factory=list)

    def p95(self) -> float:
        return sorted(self.ms)[min(len(self.ms) - 1, int(len(self.ms) * 0.95))]

    def row(self, name: str) -> list[str]:
        rate = f"{self.right / self.of:.3f}" if self.of else "-"
        return [
            name,
            rate,
            str(self.right),
            str(self.of),
            str(self.false),
            f"{median(self.ms):.1f}",
            f"{self.p95():.1f}",
        ]


def measured(pictures: Iterable[tuple[np.ndarray, frozenset[str]]]) -> dict[str, Score]:
    """Scores on pictures with the texts on them (none: nothing may be read)."""
    decoders = contenders()
    scores = {name: Score() for name in decoders}
    for grey, texts in pictures:
        for name, read in decoders.items():
            begun = time.perf_counter()
            got = read(grey)
            score = scores[name]
            score.ms.append((time.perf_counter() - begun) * 1000)
            score.of += bool(texts)
            score.right += bool(texts.intersection(got))
            score.false += bool(set(got) - texts)
    return scores


def _public(quick: bool) -> Iterable[tuple[np.ndarray, frozenset[str]]]:
    lines = [json.loads(line) for line in (PUBLIC / "expected.jsonl").read_text(encoding="utf-8").splitlines()]
    for line in lines[:: 10 if quick else 1]:
        yield grey_of(fitted(load(PUBLIC / line["file"]))), frozenset(line["codes"])


def _drawn(quick: bool) -> Iterable[tuple[np.ndarray, frozenset[str]]]:
    share = 10 if quick else 1
    for number in range(FRAMES // share):
        shot = frames.frame(number)
        yield grey_of(shot.pixels), frozenset(shot.texts)
    for number in range(EMPTY // share):
        yield grey_of(frames.empty(number).pixels), frozenset()


def _approaches(report: Report) -> list[list[str]]:
    """Time from the first frame of an approach to the first right text, for each decoder."""
    count = APPROACHES // (10 if report.quick else 1)
    times: dict[str, list[float]] = {}
    for number in range(count):
        shots = [(grey_of(shot.pixels), shot.texts[0]) for shot in frames.approach(number, SECONDS)]
        for name, read in contenders(follow=True).items():
            times.setdefault(name, []).append(
                next((1000 * index / 30 for index, (grey, text) in enumerate(shots) if text in read(grey)), np.inf)
            )
    rows = []
    for name, own in times.items():
        read_ones = sorted(value for value in own if value < np.inf)
        middle = median(read_ones) if read_ones else np.inf
        late = read_ones[min(len(read_ones) - 1, int(len(read_ones) * 0.9))] if read_ones else np.inf
        rows.append([name, f"{len(read_ones)} of {count}", f"{middle:.0f}", f"{late:.0f}"])
        report.figure(f"decoders.approaches.{name}.read", len(read_ones) / count)
        report.figure(f"decoders.approaches.{name}.ms_median", middle)
    return rows


def run(report: Report) -> None:
    sets = [("generator", "generated webcam frames", _drawn)]
    if (PUBLIC / "expected.jsonl").is_file():
        sets.insert(0, ("public", "public pictures (../shared/qr)", _public))
    rates: dict[str, list[float]] = {}
    for key, title, pictures in sets:
        scores = measured(pictures(report.quick))
        headings = ["", "rate", "read", "of", "false", "ms median", "ms p95"]
        report.table(title, headings, [score.row(name) for name, score in scores.items()])
        for name, score in scores.items():
            rates.setdefault(name, []).append(round(score.right / max(1, score.of), 3))
            report.figure(f"decoders.{key}.{name}.rate", score.right / max(1, score.of))
            report.figure(f"decoders.{key}.{name}.false", score.false)
            report.figure(f"decoders.{key}.{name}.ms_median", median(score.ms))
            report.figure(f"decoders.{key}.{name}.ms_p95", score.p95())
    rows = _approaches(report)
    report.table("approaches at 30 frames a second", ["", "read", "ms to read, median", "p90"], rows)
    report.bars("decoders.png", "Share of pictures read", [key for key, _t, _p in sets], list(rates.items()))
    arrived = [row for row in rows if row[2] != "inf"]
    report.bars(
        "approaches.png",
        "Approaches: ms from the first frame to the text (median of those read)",
        ["approaches"],
        [(f"{row[0]} ({row[1]})", [float(row[2])]) for row in arrived],
    )
