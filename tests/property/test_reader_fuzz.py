"""No payload and no picture gets an exception out of the reader.

Short by default; ``PROHODNAYA_FUZZ=10000`` runs that many of each kind.
"""

import os

import cv2
import numpy as np
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from checkin.scanning import Decoder, Frame, MotionGate, RepeatFilter, Wedge
from checkin.scanning.frame import Pixels
from checkin.tickets.reading import interpretations

EXAMPLES = int(os.environ.get("PROHODNAYA_FUZZ", "40"))
often = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
FORMATS = [zxingcpp.BarcodeFormat.QRCodeModel2, zxingcpp.BarcodeFormat.MicroQRCode, zxingcpp.BarcodeFormat.RMQRCode]

shared = {follow: Decoder(follow=follow) for follow in (False, True)}


def through_everything(picture: Pixels) -> list[str]:
    """A frame's whole way: gate, decoders, repeat filter, interpretation, as at a gate."""
    frame = Frame(picture, 1.0, 1)
    texts: list[str] = []
    for decoder in shared.values():
        reading = decoder.decode(frame)
        texts += reading.texts
        for symbol in reading.symbols:
            assert symbol.text
            assert len(symbol.corners) == 4
            assert all(np.isfinite(value) for corner in symbol.corners for value in corner)
    if picture.ndim in (2, 3) and picture.size:
        MotionGate().wants(picture, 1.0)
    for text in RepeatFilter().step(texts, 1.0):
        assert text in interpretations(text)
        wedge = Wedge()
        for number, character in enumerate(text[:600]):
            wedge.key(character, number * 0.005)
    return texts


def picture_of(barcode: object, scale: int) -> Pixels:
    image = np.array(zxingcpp.write_barcode_to_image(barcode, scale=scale))
    return np.pad(image.reshape(image.shape[:2]), 4 * scale, constant_values=255)


@often
@given(
    st.one_of(st.binary(min_size=1, max_size=300), st.text(min_size=1, max_size=200), st.just(b"\x00" * 50)),
    st.sampled_from(FORMATS),
    st.integers(1, 5),
    st.integers(0, 255),
)
def test_any_payload(content: bytes | str, form: zxingcpp.BarcodeFormat, scale: int, level: int) -> None:
    try:
        barcode = zxingcpp.create_barcode(content, form)
    except (ValueError, RuntimeError):
        return  # the writer does not take it
    picture = picture_of(barcode, scale)
    through_everything(picture)
    through_everything((255 - picture.astype(int) * level // 255).clip(0, 255).astype(np.uint8))


@often
@given(st.text(alphabet="0123456789ABCDEF-абв日本\x00", min_size=2, max_size=400), st.integers(2, 6), st.booleans())
def test_structured_append_kanji_and_eci(text: str, parts: int, kanji: bool) -> None:
    parameters = cv2.QRCodeEncoder.Params()
    parameters.mode = cv2.QRCODE_ENCODER_MODE_KANJI if kanji else cv2.QRCODE_ENCODER_MODE_STRUCTURED_APPEND
    parameters.structure_number = parts
    encoder = cv2.QRCodeEncoder.create(parameters)
    try:
        symbols = [encoder.encode(text)] if kanji else encoder.encodeStructuredAppend(text)
    except (cv2.error, SystemError, UnicodeError, ValueError):
        return  # the writer does not take it
    for symbol in symbols:
        modules = np.asarray(symbol, np.uint8)
        if modules.size:
            through_everything(np.pad(np.kron(modules, np.ones((4, 4), np.uint8)), 16, constant_values=255))


@often
@given(st.integers(1, 2900), st.integers(0, 2**32 - 1))
def test_truncated_and_torn_symbols(length: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    barcode = zxingcpp.create_barcode(rng.bytes(length), zxingcpp.BarcodeFormat.QRCodeModel2, ec_level="L")
    picture = picture_of(barcode, 3)
    height, width = picture.shape
    top, left = rng.integers(0, height // 2), rng.integers(0, width // 2)
    through_everything(picture[top:, left:])
    torn = picture.copy()
    for _ in range(12):
        y, x = rng.integers(0, height), rng.integers(0, width)
        torn[y : y + height // 8, x : x + width // 8] = rng.integers(0, 256)
    through_everything(torn)


@often
@given(
    arrays.arrays(
        np.uint8,
        st.one_of(
            st.tuples(st.integers(1, 90), st.integers(1, 90)),
            st.tuples(st.integers(1, 40), st.integers(1, 40), st.integers(1, 4)),
        ),
    )
)
def test_any_small_picture(picture: Pixels) -> None:
    assert through_everything(picture) == []


@often
@given(st.integers(0, 2**32 - 1))
def test_random_scenes(seed: int) -> None:
    """Noise, finders alone, lines and blocks: what makes detectors see symbols that are not there."""
    rng = np.random.default_rng(seed)
    picture = rng.integers(0, 256, (int(rng.integers(30, 400)), int(rng.integers(30, 400)))).astype(np.uint8)
    picture = np.ascontiguousarray(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.3, 5))))
    for _ in range(int(rng.integers(0, 8))):
        module = int(rng.integers(1, 9))
        ring = np.full((7, 7), 255, np.uint8)
        ring[:] = 0
        ring[1:6, 1:6] = 255
        ring[2:5, 2:5] = 0
        ring = np.kron(ring, np.ones((module, module), np.uint8))
        y, x = rng.integers(0, picture.shape[0]), rng.integers(0, picture.shape[1])
        part = picture[y : y + ring.shape[0], x : x + ring.shape[1]]
        part[:] = ring[: part.shape[0], : part.shape[1]]
    assert through_everything(picture) == []
