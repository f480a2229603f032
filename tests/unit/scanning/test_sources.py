"""Sources from files and addresses, discovery, and pictures that are not pictures."""

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from checkin.errors import CameraLost
from checkin.scanning import devices, open_source, read_paths
from checkin.scanning.images import load
from tests.unit.scanning.test_decoder import drawn


def film(path: Path, pictures: int = 12, text: str = "FILM-1") -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (640, 480))
    symbol = drawn(text)
    for number in range(pictures):
        scene = np.full((480, 640, 3), 110, np.uint8)
        if number >= 4:
            scene[100 : 100 + symbol.shape[0], 100 + number : 100 + number + symbol.shape[1]] = symbol[..., None]
        writer.write(scene)
    writer.release()
    return path


def test_a_film_plays_to_its_end(tmp_path: Path) -> None:
    source = open_source(film(tmp_path / "плёнка.avi"), pace=False)
    assert source.state == "closed"
    source.open()
    numbers = []
    while (frame := source.read()) is not None:
        numbers.append(frame.number)
    assert numbers == list(range(12))
    assert source.state == "ended"
    assert source.read() is None
    source.close()
    source.close()
    assert source.state == "closed"


def test_a_film_can_loop_and_keeps_its_pace(tmp_path: Path) -> None:
    source = open_source(film(tmp_path / "a.avi", 5), loop=True)
    source.open()
    frames = [source.read() for _ in range(13)]
    source.close()
    times = [frame.at for frame in frames if frame is not None]
    assert len(times) == 13
    assert 0.3 < times[-1] - times[0] < 1.5


def test_a_folder_is_shown_in_order_past_what_is_no_picture(tmp_path: Path) -> None:
    for number in range(3):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((20, 20), number * 50, np.uint8))
    (tmp_path / "1a.png").write_bytes(b"not a picture")
    source = open_source(tmp_path, pace=False)
    source.open()
    levels = []
    while (frame := source.read()) is not None:
        levels.append(int(frame.pixels.flat[0]))
    assert levels == [0, 50, 100]
    assert source.state == "ended"


@pytest.mark.parametrize("spec", ["77", "/dev/video77"])
def test_a_camera_that_is_not_there_says_so(spec: str) -> None:
    source = open_source(spec)
    with pytest.raises(CameraLost, match="77"):
        source.open()
    assert source.state == "lost"
    assert source.read() is None
    source.close()


@pytest.mark.parametrize(
    "spec",
    ["nowhere.avi", "ftp://a/b", "rtsp://", "http:///x", "rtsp://a b/c", "http://h/" + "x" * 3000, "javascript://x"],
)
def test_what_can_be_no_source_is_refused(spec: str) -> None:
    with pytest.raises(CameraLost):
        open_source(spec)


def test_a_password_is_never_in_the_name() -> None:
    assert open_source("rtsp://guard:secret@10.0.0.7:554/live").name == "rtsp://10.0.0.7"


def test_an_empty_folder_and_a_broken_film_say_so(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.avi").write_bytes(b"RIFF....")
    for name in ("empty", "broken.avi"):
        with pytest.raises(CameraLost):
            open_source(tmp_path / name).open()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names come from sysfs")
def test_devices_have_their_human_names(tmp_path: Path) -> None:
    for number, name, index in ((10, "USB Camera: USB Camera", "0"), (2, "HD Webcam", "0"), (3, "HD Webcam", "1")):
        place = tmp_path / f"video{number}"
        place.mkdir()
        (place / "name").write_text(name + "\n", encoding="utf-8")
        (place / "index").write_text(index + "\n", encoding="utf-8")
    (tmp_path / "vbi0").mkdir()
    assert [(device.spec, device.name) for device in devices(tmp_path)] == [("2", "HD Webcam"), ("10", "USB Camera")]
    assert devices(tmp_path / "missing") == []


def test_nothing_is_written_to_stderr_and_qt_is_left_alone() -> None:
    code = (
        "import os\n"
        "from checkin.errors import CameraLost\n"
        "from checkin.scanning import open_source\n"
        "assert not [name for name in os.environ if name.startswith('QT_QPA')], os.environ\n"
        "for spec in ('77', 'http://127.0.0.1:9/none'):\n"
        "    try:\n"
        "        open_source(spec).open()\n"
        "    except CameraLost:\n"
        "        pass\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environment)
    assert (done.returncode, done.stderr) == (0, "")


def test_formats_and_transparency(tmp_path: Path) -> None:
    symbol = drawn("FORMATS-1")
    for suffix in ("png", "jpg", "webp", "bmp", "gif", "tiff"):
        Image.fromarray(symbol).save(tmp_path / f"a.{suffix}")
    see_through = np.dstack([np.zeros((*symbol.shape, 3), np.uint8), 255 - symbol])
    Image.fromarray(see_through).save(tmp_path / "b.png")
    Image.fromarray(symbol.astype(np.uint16) * 257).save(tmp_path / "c.png")
    Image.fromarray(symbol).resize((4000, 4000)).save(tmp_path / "d.png")
    results = list(read_paths([tmp_path]))
    assert len(results) == 9
    assert {result.codes for result in results} == {("FORMATS-1",)}


def test_what_is_no_picture_is_a_line_with_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    (tmp_path / "b.jpg").write_bytes(b"")
    (tmp_path / "c.avi").write_bytes(b"RIFF")
    Image.fromarray(drawn("D-1")).save(tmp_path / "d.png")
    whole = (tmp_path / "d.png").read_bytes()
    (tmp_path / "e.png").write_bytes(whole[: len(whole) // 2])
    results = {result.file.name: result for result in read_paths([tmp_path, tmp_path / "missing.png"])}
    assert set(results) == {"a.png", "b.jpg", "c.avi", "d.png", "e.png", "missing.png"}
    assert all(results[name].error for name in ("a.png", "b.jpg", "c.avi", "missing.png"))
    assert results["d.png"].codes == ("D-1",)
    assert results["d.png"].error is None


def test_a_film_is_one_result(tmp_path: Path) -> None:
    (result,) = read_paths([film(tmp_path / "a.avi")])
    assert result.codes == ("FILM-1",)
    assert result.film is not None
    assert (result.film.frames, result.film.frames_read) == (12, 8)


def test_floating_point_pictures_are_shown(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.tiff"), drawn("FLOAT-1").astype(np.float32) / 255)
    assert load(tmp_path / "a.tiff").dtype == np.uint8
