"""Reading pictures, folders and films from files.  A file that cannot be opened is a result, not an end."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from checkin.errors import CameraLost
from checkin.i18n import gettext as _
from checkin.scanning.decoder import BUDGET_MS, Decoder
from checkin.scanning.frame import Frame
from checkin.scanning.images import SUFFIXES, Unreadable, fitted, load
from checkin.scanning.sources import FilmSource

FILMS = frozenset({".avi", ".mkv", ".mp4", ".mov", ".m4v", ".webm", ".mpg", ".mpeg", ".mjpg", ".wmv"})


@dataclass(frozen=True, slots=True)
class Film:
    """How a film was read, frame by frame."""

    frames: int
    frames_read: int
    ms_median: float
    ms_p95: float
    ms_max: float
    first_read_s: float | None


@dataclass(frozen=True, slots=True)
class Result:
    """One file.  ``ms`` is the time of decoding alone (of a film: the mean of a frame); ``error`` is for a person."""

    file: Path
    codes: tuple[str, ...] = ()
    ms: float = 0.0
    error: str | None = None
    film: Film | None = None


def read_paths(paths: Iterable[Path | str], *, budget_ms: float = BUDGET_MS, longest: int = 1280) -> Iterator[Result]:
    """Results in the order of ``paths``; folders give their files, sorted, with those of their folders."""
    decoder = Decoder(budget_ms)
    for path in map(Path, paths):
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                # A link to nothing is a picture that cannot be opened, and is told as one.
                if (file.is_file() or not file.exists()) and file.suffix.lower() in SUFFIXES | FILMS:
                    yield _read(file, decoder, budget_ms, longest)
        else:
            yield _read(path, decoder, budget_ms, longest)


def _read(file: Path, decoder: Decoder, budget_ms: float, longest: int) -> Result:
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # a pipe would be waited for, a device never ends
            return Result(file, error=_("This is not a picture that can be opened."))
    except (OSError, ValueError):
        return Result(file, error=_("There is no such file."))
    if file.suffix.lower() in FILMS:
        return _film(file, budget_ms, longest)
    try:
        pixels = fitted(load(file), longest)
    except Unreadable as error:
        return Result(file, error=str(error))
    reading = decoder.decode(pixels)
    return Result(file, tuple(reading.texts), reading.ms)


def _film(file: Path, budget_ms: float, longest: int) -> Result:
    source = FilmSource(file, loop=False, pace=False)
    try:
        source.open()
    except CameraLost as error:
        return Result(file, error=str(error))
    decoder = Decoder(budget_ms, follow=True)
    codes: dict[str, None] = {}
    costs: list[float] = []
    hits, first = 0, None
    try:
        while (frame := source.read()) is not None:
            # Films are timed by their own frames, not by how fast this PC reads them.
            at = frame.number / source.fps
            reading = decoder.decode(Frame(fitted(frame.pixels, longest), at, frame.number))
            costs.append(reading.ms)
            if reading.symbols:
                hits += 1
                first = at if first is None else first
                codes.update(dict.fromkeys(reading.texts))
    finally:
        source.close()
    if not costs:
        return Result(file, error=_("There is not one picture in the film."))
    ranked = sorted(costs)
    film = Film(
        frames=len(costs),
        frames_read=hits,
        ms_median=ranked[len(ranked) // 2],
        ms_p95=ranked[min(len(ranked) - 1, int(len(ranked) * 0.95))],
        ms_max=ranked[-1],
        first_read_s=first,
    )
    return Result(file, tuple(codes), sum(costs) / len(costs), film=film)
