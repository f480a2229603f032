"""What the last frames of a film showed: where symbols were read, and the modules of those that could not be
read yet.

Frames of one symbol are added module by module, so the symbol may move, turn and come nearer meanwhile.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from checkin.scanning import soft
from checkin.scanning.fitting import Sighting
from checkin.scanning.frame import Box, Located, Quad, Symbol, centre, extent
from checkin.scanning.layout import Floats

_FORGET_FRAMES = 12
# A hand moves a symbol out of reach of its last place in about this many frames.
_NEAR_FRAMES = 5
_MOST_WATCHED = 2
# Newer frames are nearer and sharper: an old one loses its weight over a few frames.
_FADE = 0.8


@dataclass(slots=True, eq=False)
class _Track:
    quad: Quad
    version: int
    values: Floats
    frames: int
    seen: int


class Memory:
    """One for each film or camera."""

    def __init__(self) -> None:
        self._tracks: list[_Track] = []
        self._frame = 0
        self._places: list[Located] = []
        self._placed = 0
        self._watched: list[Quad] = []
        self._watched_at = 0

    def next_frame(self) -> None:
        self._frame += 1
        self._tracks = [track for track in self._tracks if self._frame - track.seen <= _FORGET_FRAMES]

    def remember(self, places: list[Located]) -> None:
        """Where symbols were read in this frame."""
        if places:
            self._places, self._placed = places, self._frame

    def places(self) -> list[Located]:
        """Where symbols may still be that this frame's first look did not read."""
        return self._places if self._frame - self._placed <= _NEAR_FRAMES else []

    def watch(self, quads: list[Quad]) -> None:
        """Where symbols were seen but not read in this frame."""
        if quads:
            self._watched, self._watched_at = quads[:_MOST_WATCHED], self._frame

    def watched(self, shape: tuple[int, ...]) -> list[Box]:
        """Parts of this frame of ``shape`` that deserve a look by themselves."""
        if self._frame - self._watched_at > _NEAR_FRAMES:
            return []
        boxes = []
        for quad in self._watched:
            margin = 0.5 * extent(quad)
            xs, ys = [point[0] for point in quad], [point[1] for point in quad]
            left, top = max(0, int(min(xs) - margin)), max(0, int(min(ys) - margin))
            right, bottom = min(shape[1], int(max(xs) + margin)), min(shape[0], int(max(ys) + margin))
            if right > left and bottom > top:
                boxes.append((left, top, right, bottom))
        return boxes

    def add(self, sighting: Sighting) -> Symbol | None:
        """Add a sighting without text; the symbol when all its frames together can be read."""
        if sighting.values is None:
            return None
        track = self._track(sighting)
        if track is None:
            self._tracks.append(_Track(sighting.quad, sighting.version, sighting.values, 1, self._frame))
            return None
        track.values = _FADE * track.values + sighting.values
        track.quad, track.seen = sighting.quad, self._frame
        track.frames += 1
        read = soft.decoded(track.values, track.version)
        return Symbol(read.text, sighting.quad, "frames") if read is not None else None

    def _track(self, sighting: Sighting) -> _Track | None:
        for track in self._tracks:
            near = 1.5 * max(extent(track.quad), extent(sighting.quad))
            if (
                track.version == sighting.version
                and track.seen < self._frame
                and math.dist(centre(track.quad), centre(sighting.quad)) < near
            ):
                return track
        return None
