"""Frames as a webcam at a gate gives them, made by us: the same seed always gives the same frame.

Public seeds: frames ``SEED_FRAMES + i``, approaches ``SEED_APPROACHES + i``.  Nothing here knows any decoder.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt
import qrcode
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

Image = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

SEED_FRAMES = 20_260_000
SEED_APPROACHES = 20_270_000
WIDTH, HEIGHT = 1280, 720
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Shot:
    """One frame and what is on it."""

    pixels: Image
    texts: tuple[str, ...]
    faults: frozenset[str] = field(default_factory=frozenset)


def payload(rng: np.random.Generator) -> str:
    """A ticket's text: our signed tickets are 100-150 characters, a registration site's own codes are short."""
    kind = rng.random()
    if kind < 0.5:
        return "PRH1" + "".join(rng.choice(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), int(rng.integers(90, 147))))
    if kind < 0.85:
        return "".join(rng.choice(list(_ALPHABET), int(rng.integers(8, 33))))
    return "https://example.org/t/" + "".join(rng.choice(list(_ALPHABET.lower()), int(rng.integers(6, 40))))


def modules(text: str, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """The symbol's dark modules, without a border."""
    level = (ERROR_CORRECT_M, ERROR_CORRECT_M, ERROR_CORRECT_M, ERROR_CORRECT_L, ERROR_CORRECT_Q)[int(rng.integers(5))]
    code = qrcode.QRCode(error_correction=level, border=0, box_size=1)
    code.add_data(text)
    code.make(fit=True)
    return np.array(code.get_matrix(), dtype=bool)


def card(text: str, faults: set[str], rng: np.random.Generator) -> tuple[Floats, int]:
    """A flat ticket or phone screen, 0..1, with the symbol in the middle; and the symbol's side in its pixels."""
    grid = modules(text, rng)
    unit = max(4, 600 // len(grid))
    symbol = np.kron(grid, np.ones((unit, unit))).astype(np.float32)
    side = symbol.shape[0]
    border = int(unit * rng.choice([2, 4, 4, 4, 6]))
    dark, light = float(rng.uniform(0.03, 0.22)), float(rng.uniform(0.8, 1.0))
    if "toner" in faults:
        dark = float(rng.uniform(0.35, 0.55))
    inner = np.where(symbol > 0.5, dark, light).astype(np.float32)
    if "dark mode" in faults:
        inner = 1.0 - inner
    ground = float(inner.max() if "dark mode" not in faults else inner.min())
    extra = int(unit * rng.integers(2, 8))
    pad = border + extra
    flat = np.full((side + 2 * pad, side + 2 * pad), ground, np.float32)
    flat[pad : pad + side, pad : pad + side] = inner
    if "damage" in faults:
        _damage(flat, pad, side, rng)
    if "fold" in faults:
        _fold(flat, rng)
    if extra > unit:
        for y in (extra // 2, flat.shape[0] - extra // 2):
            _print(flat, text[:18], (pad, y), cv2.FONT_HERSHEY_SIMPLEX, unit / 14, 0.3, max(1, unit // 6))
    return flat, side


def _print(where: Floats, words: str, at: tuple[int, int], font: int, scale: float, shade: float, width: int) -> None:
    """Letters on a picture of floats: cv2 writes on 8 bits only."""
    ink = np.zeros(where.shape, np.uint8)
    cv2.putText(ink, words, at, font, scale, 255, width)
    where[ink > 127] = shade


def _damage(flat: Floats, pad: int, side: int, rng: np.random.Generator) -> None:
    """Scratches, a cracked screen and blots: up to about 6 % of the area."""
    for _ in range(int(rng.integers(1, 5))):
        a = pad + rng.integers(0, side, 2)
        b = pad + rng.integers(0, side, 2)
        shade = float(rng.choice([0.05, 0.5, 0.98]))
        cv2.line(flat, tuple(map(int, a)), tuple(map(int, b)), shade, int(rng.integers(2, max(3, side // 50))))
    for _ in range(int(rng.integers(0, 3))):
        at = pad + rng.integers(0, side, 2)
        cv2.circle(flat, tuple(map(int, at)), int(side * rng.uniform(0.02, 0.09)), float(rng.choice([0.05, 0.95])), -1)


def _fold(flat: Floats, rng: np.random.Generator) -> None:
    """A crease: one side is darker, the crease itself is light."""
    at = int(flat.shape[1] * rng.uniform(0.25, 0.75))
    flat[:, at:] *= float(rng.uniform(0.55, 0.85))
    flat[:, at : at + 4] = 0.9


def background(rng: np.random.Generator) -> Floats:
    """A room: light from one side, things with edges, some print."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    slope = rng.uniform(-0.25, 0.25, 2)
    scene = (rng.uniform(0.2, 0.6) + slope[0] * x / WIDTH + slope[1] * y / HEIGHT).astype(np.float32)
    for _ in range(int(rng.integers(5, 30))):
        a = rng.integers(0, (WIDTH, HEIGHT))
        b = a + rng.integers(10, 400, 2)
        cv2.rectangle(scene, tuple(map(int, a)), tuple(map(int, b)), float(rng.uniform(0.05, 0.95)), -1)
    for _ in range(int(rng.integers(0, 8))):
        at = rng.integers(0, (WIDTH, HEIGHT))
        words = "".join(rng.choice(list(_ALPHABET), 12))
        _print(scene, words, (int(at[0]), int(at[1])), int(rng.integers(0, 4)), float(rng.uniform(0.5, 2)), 0.1, 2)
    return cv2.GaussianBlur(scene, (0, 0), float(rng.uniform(0.8, 3.0))).astype(np.float32)


def placed(
    scene: Floats, flat: Floats, side: int, at: tuple[float, float], size: float, turn: float, tilt: Floats
) -> Floats:
    """The card on the scene: ``size`` is the symbol's side in pixels, ``turn`` in degrees, ``tilt`` moves corners."""
    scale = size / side
    half = flat.shape[0] * scale / 2
    angle = np.deg2rad(turn)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([[-half, -half], [half, -half], [half, half], [-half, half]]) * (1 + tilt)
    target = (corners @ rotation.T + np.array(at)).astype(np.float32)
    n = float(flat.shape[0])
    source = np.array([[0, 0], [n, 0], [n, n], [0, n]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    if scale < 0.5:
        flat = cv2.GaussianBlur(flat, (0, 0), 0.35 / scale).astype(np.float32)
    warped = cv2.warpPerspective(flat, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(np.ones_like(flat), matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    return (scene * (1 - mask) + warped * mask).astype(np.float32)


def streak(length: float, angle: float) -> Floats:
    """A kernel of motion blur."""
    size = max(3, int(np.ceil(length)) | 1)
    kernel = np.zeros((size * 8, size * 8), np.float32)
    middle = size * 4
    dx, dy = np.cos(angle) * length * 4, np.sin(angle) * length * 4
    cv2.line(kernel, (int(middle - dx), int(middle - dy)), (int(middle + dx), int(middle + dy)), 1.0, 8)
    kernel = cv2.resize(kernel, (size, size), interpolation=cv2.INTER_AREA).astype(np.float32)
    return (kernel / max(1e-6, float(kernel.sum()))).astype(np.float32)


def exposed(scene: Floats, faults: set[str], rng: np.random.Generator, at: tuple[float, float], size: float) -> Image:
    """What the sensor and the driver make of the scene: glare, moire, little light, noise, JPEG."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    if "glare" in faults:
        centre = np.array(at) + rng.uniform(-0.5, 0.5, 2) * size
        spread = size * rng.uniform(0.1, 0.3)
        spot = np.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / (2 * spread**2))
        scene = scene + (rng.uniform(0.5, 1.3) * spot).astype(np.float32)
    if "shadow" in faults:
        angle = rng.uniform(0, 2 * np.pi)
        edge = (x - at[0]) * np.cos(angle) + (y - at[1]) * np.sin(angle) + rng.uniform(-0.3, 0.3) * size
        scene = scene * np.where(edge > 0, rng.uniform(0.25, 0.5), 1.0).astype(np.float32)
    if "moire" in faults:
        period, angle = rng.uniform(2.2, 9), rng.uniform(0, np.pi)
        wave = np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / period)
        scene = scene * (1 + rng.uniform(0.08, 0.3) * wave).astype(np.float32)
    light = float(rng.uniform(0.12, 0.4)) if "low light" in faults else float(rng.uniform(0.7, 1.05))
    noise = float(rng.uniform(4, 10)) if "low light" in faults else float(rng.uniform(1, 5))
    if "noise" in faults:
        noise += float(rng.uniform(5, 14))
    values = np.clip(scene, 0, 1.4) * light * 255 + rng.normal(0, noise, scene.shape)
    grey = np.clip(values, 0, 255).astype(np.uint8)
    tint = rng.uniform(0.88, 1.0, 3)
    colour = np.clip(grey[..., None] * tint, 0, 255).astype(np.uint8)
    quality = int(rng.integers(25, 50)) if "jpeg" in faults else int(rng.integers(70, 95))
    done, data = cv2.imencode(".jpg", colour, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)


_FAULTS = {
    "dark mode": 0.12,
    "damage": 0.15,
    "fold": 0.1,
    "toner": 0.08,
    "glare": 0.12,
    "shadow": 0.1,
    "moire": 0.1,
    "low light": 0.15,
    "noise": 0.12,
    "jpeg": 0.15,
    "focus": 0.3,
    "motion": 0.25,
}


def frame(number: int) -> Shot:
    """The webcam-like frame of a public number; one symbol of 60-400 px."""
    rng = np.random.default_rng(SEED_FRAMES + number)
    faults = {name for name, share in _FAULTS.items() if rng.random() < share}
    text = payload(rng)
    flat, side = card(text, faults, rng)
    size = float(np.exp(rng.uniform(np.log(60), np.log(400))))
    room = size * 0.9
    at = (float(rng.uniform(room, WIDTH - room)), float(rng.uniform(min(room, 350), max(HEIGHT - room, 370))))
    tilt = rng.uniform(-0.16, 0.16, (4, 2)).astype(np.float32)
    turn = float(rng.normal(0, 15) + rng.choice([0, 0, 0, 90, 180, 270]))
    scene = placed(background(rng), flat, side, at, size, turn, tilt)
    unit = size * 6 / 600
    if "focus" in faults:
        scene = cv2.GaussianBlur(scene, (0, 0), float(rng.uniform(0.7, 1.0 + unit * 0.7))).astype(np.float32)
    if "motion" in faults:
        kernel = streak(float(rng.uniform(1.5, 3 + unit * 1.8)), float(rng.uniform(0, np.pi)))
        scene = cv2.filter2D(scene, -1, kernel).astype(np.float32)
    return Shot(exposed(scene, faults, rng, at, size), (text,), frozenset(faults))


def empty(number: int) -> Shot:
    """A frame with nothing to read."""
    rng = np.random.default_rng(SEED_FRAMES + 500_000 + number)
    faults = {name for name in ("low light", "noise", "jpeg", "moire") if rng.random() < 0.2}
    return Shot(exposed(background(rng), faults, rng, (640, 360), 200), (), frozenset(faults))


def sheet(number: int, columns: int = 5, rows: int = 5) -> Shot:
    """An A4 sheet of tickets held to the camera."""
    rng = np.random.default_rng(SEED_FRAMES + 600_000 + number)
    scene = background(rng)
    texts: list[str] = []
    turn = float(rng.normal(0, 4))
    pitch = float(rng.uniform(118, 134))
    tilt = rng.uniform(-0.05, 0.05, (4, 2)).astype(np.float32)
    for row in range(rows):
        for column in range(columns):
            text = payload(rng)
            flat, side = card(text, set(), rng)
            at = (640 + (column - (columns - 1) / 2) * pitch, 360 + (row - (rows - 1) / 2) * pitch)
            scene = placed(scene, flat, side, at, pitch * 0.68, turn, tilt)
            texts.append(text)
    return Shot(exposed(scene, set(), rng, (640, 360), 200), tuple(texts))


def approach(number: int, seconds: float = 1.5) -> list[Shot]:
    """A visitor holds a ticket up: it comes nearer, is waved, and comes to rest; 30 frames a second."""
    rng = np.random.default_rng(SEED_APPROACHES + number)
    fixed = {"dark mode", "damage", "fold", "toner", "glare", "moire", "low light", "noise", "jpeg"}
    faults = {name for name in sorted(fixed) if rng.random() < _FAULTS[name] * 1.3}
    text = payload(rng)
    flat, side = card(text, faults, rng)
    scene = background(rng)
    final = float(np.exp(rng.uniform(np.log(110), np.log(320))))
    rest = rng.uniform((400, 250), (880, 470))
    start = rest + rng.uniform(-1, 1, 2) * (420, 300)
    turn, drift = float(rng.normal(0, 12)), float(rng.normal(0, 25))
    tilt = rng.uniform(-0.14, 0.14, (4, 2)).astype(np.float32)
    arrive = float(rng.uniform(0.35, 0.95))
    blur0, shutter = float(rng.uniform(1.0, 5.0)), float(rng.uniform(0.2, 0.7))
    shake = float(rng.uniform(0.3, 3.0))
    shots: list[Shot] = []
    before = np.array(start)
    for index in range(round(seconds * 30)):
        near = 1 - (1 - min(1.0, (index + 1) / 30 / arrive)) ** 2
        where = start + (rest - start) * near + rng.normal(0, shake, 2)
        size = final * (0.3 + 0.7 * near)
        view = placed(scene, flat, side, (float(where[0]), float(where[1])), size, turn + drift * (1 - near), tilt)
        moved = (where - before) * shutter
        before = where
        length = float(np.hypot(*moved))
        if length > 1.5:
            view = cv2.filter2D(view, -1, streak(length, float(np.arctan2(moved[1], moved[0])))).astype(np.float32)
        focus = 0.6 + blur0 * max(0.0, 1 - (index / 30) / (arrive + 0.25))
        view = cv2.GaussianBlur(view, (0, 0), focus).astype(np.float32)
        noise = np.random.default_rng((SEED_APPROACHES + number) * 1000 + index)
        shots.append(
            Shot(exposed(view, faults, noise, (float(rest[0]), float(rest[1])), size), (text,), frozenset(faults))
        )
    return shots
