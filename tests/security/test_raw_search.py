"""A gate's disk after a shift, a crash and a repair, without its key: no visitor's name in any file, however written.

Everything that the gate may write is in one folder: profile, home, temporary files, logs, the printer's spool apart.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import qrcode
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtPdf import QPdfDocument

from tests.field import list_file

ROOT = Path(__file__).resolve().parents[2]
CODES = ("utf-8", "utf-16-le", "utf-16-be", "cp1251")
_SYLLABLES = ("Бжо", "Щёкл", "Врандыш", "Кулебяк", "Йотов", "Хмырц")
_ENDS = ("ёва", "евич", "янская", "ченко", "ёнок", "ульский")
SURNAMES = [f"{begin}{end}" for begin in _SYLLABLES for end in _ENDS]
"""Names that stand nowhere in the program, so that one found anywhere is a leak."""
_STREAM = re.compile(rb"\x78[\x01\x5e\x9c\xda]")


def texts(raw: bytes) -> Iterator[bytes]:
    """What a file holds, and what comes out of every archive, table, picture and PDF in it."""
    yield raw
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            for member in book.namelist():
                yield from texts(book.read(member))
    if raw.startswith(b"\x1f\x8b"):
        yield zlib.decompressobj(31).decompress(raw)
    if raw.startswith(b"%PDF"):
        yield pdf_text(raw).encode()
    for found in _STREAM.finditer(raw):
        try:
            yield zlib.decompressobj().decompress(raw[found.start() :], 4_000_000)
        except zlib.error:
            continue


def pdf_text(raw: bytes) -> str:
    """What a reader of the PDF sees: its letters are numbers of shapes, and no search of bytes finds them."""
    buffer = QBuffer()
    buffer.setData(QByteArray(raw))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    pages = [document.getAllText(number).text() for number in range(document.pageCount())]
    document.close()
    return " ".join(pages).replace("\u200b", "")


def leaks(folder: Path, names: list[str]) -> list[str]:
    """Files and paths in which a name stands, whole or the surname alone, in any case."""
    wanted = {form.encode(code) for name in names for form in (name, name.upper(), name.lower()) for code in CODES}
    escaped = {"".join(f"\\u{ord(letter):04x}" for letter in name).encode() for name in names}
    pattern = re.compile(b"|".join(map(re.escape, wanted | escaped)))
    found = []
    for path in sorted(folder.rglob("*")):
        if pattern.search(str(path).encode()):
            found.append(f"{path.relative_to(folder)}: its own name")
        if path.is_file() and not path.is_symlink() and any(pattern.search(text) for text in texts(path.read_bytes())):
            found.append(str(path.relative_to(folder)))
    return found


@dataclass
class Pc:
    """A gate's PC: ``disk`` is everything on it."""

    disk: Path
    outside: Path

    @property
    def profile(self) -> Path:
        return self.disk / "profile"

    @property
    def log(self) -> Path:
        return self.disk / "journald.log"

    def run(self, *words: object, module: str = "checkin", text: str = "", code: int = 0) -> str:
        """A program of ours on this PC; what it says on standard error is in the system's log."""
        for name in ("home", "tmp", "config", "cache", "data", "state", "run"):
            (self.disk / name).mkdir(exist_ok=True, mode=0o700)
        env = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "PYTEST"))},
            "HOME": str(self.disk / "home"),
            "TMPDIR": str(self.disk / "tmp"),
            "XDG_CONFIG_HOME": str(self.disk / "config"),
            "XDG_CACHE_HOME": str(self.disk / "cache"),
            "XDG_DATA_HOME": str(self.disk / "data"),
            "XDG_STATE_HOME": str(self.disk / "state"),
            "XDG_RUNTIME_DIR": str(self.disk / "run"),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(ROOT),
            "PATH": f"{self.outside / 'bin'}:{os.environ['PATH']}",
        }
        with self.log.open("ab") as log:
            done = subprocess.run(
                [sys.executable, "-m", module, *map(str, words)],
                input=text.encode(),
                stdout=subprocess.PIPE,
                stderr=log,
                env=env,
                cwd=self.disk,
                timeout=120,
                check=False,
            )
        assert done.returncode == code, (words, done.stdout.decode(), self.log.read_text()[-2000:])
        return done.stdout.decode()

    def checkin(self, *words: object, **how: object) -> str:
        """A command on the gate's profile."""
        return self.run("--profile", self.profile, *words, **how)  # type: ignore[arg-type]


def printer(folder: Path) -> None:
    """A spooler that keeps what it prints elsewhere, as CUPS does; threat: docs/secure-sites.md says what to set."""
    (folder / "bin").mkdir(parents=True)
    script = folder / "bin" / "lp"
    script.write_text(
        f'#!/bin/sh\nfor last; do :; done\ncp "$last" {folder}/spooled-$$.pdf\necho "request id is T-1 (1 file(s))"\n'
    )
    script.chmod(0o755)


@pytest.fixture
def pc(tmp_path: Path) -> Pc:
    made = Pc(tmp_path / "disk", tmp_path / "outside")
    made.disk.mkdir()
    printer(made.outside)
    return made


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the printer is a script, the plug a signal")
def test_a_disk_after_a_shift_a_crash_and_a_repair_tells_no_name(pc: Pc, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"{surname} Агриппина" for surname in SURNAMES]
    monkeypatch.setattr("tests.field.person", lambda number: names[number % len(names)])
    source = pc.outside / "list.csv"
    codes = list_file(source, len(names), tours=3)
    pictures = pc.outside / "pictures"
    pictures.mkdir()
    qrcode.make(codes[0]).save(pictures / "ticket.png")  # a picture of a ticket before the camera
    stick = pc.outside / "stick"
    stick.mkdir()
    # the gate: a list, a packet in, work at the command line
    office = pc.outside / "office"
    pc.profile.mkdir()
    settings = f'{{"key_place": "file", "camera": "{pictures}", "camera_loop": true}}'
    for folder in (office, pc.profile):
        folder.mkdir(exist_ok=True)
        (folder / "settings.json").write_text(settings)
    pc.run("--profile", office, "roster", "import", source)
    key = pc.checkin("gate-key", "--json").split('"recipient": "')[1].split('"')[0]
    pc.run(
        "--profile", office, "packet", "make-roster", "--plant", "Хлебозавод № 3", "--to", key, stick / "roster.packet"
    )
    pc.checkin("packet", "take", "--yes", stick / "roster.packet")
    pc.checkin("roster", "import", source)
    pc.checkin("scan", "--json", text="\n".join([codes[0], codes[0], names[3], "nobody", names[4] * 40]))
    pc.checkin("judge", codes[2])
    pc.checkin("headcount")
    pc.checkin("packet", "make-journal", stick / "gate.packet")
    pc.checkin("export", "attendance", pc.disk / "no" / "such" / "folder.xlsx", code=1)
    # the window, until the plug is pulled
    out = pc.run(pc.profile, names[5], codes[6], module="tests.security.window_shift", code=-9)
    assert "done" in out
    assert "KeyError" in pc.log.read_text()  # the bug was met and logged, without its text
    assert list(pc.outside.glob("spooled-*.pdf"))
    # the key is not on this disk: the keyring's, or in a person's head
    secret = (pc.profile / "store.key").read_bytes()
    (pc.profile / "store.key").unlink()
    assert leaks(pc.disk, SURNAMES) == []
    # damage in the middle of the file, and the repair
    (pc.profile / "store.key").write_bytes(secret)
    store = pc.profile / "store.sqlite"
    pc.checkin("headcount")  # its log goes into the file
    with store.open("r+b") as file:
        for place in range(3, store.stat().st_size // 4096, 3):
            file.seek(place * 4096 + 100)
            file.write(b"damage" * 20)
    pc.checkin("headcount")
    assert list(pc.profile.glob("store.damaged-*"))
    pc.checkin("journal", "verify")
    pc.checkin("profile", "purge")
    (pc.profile / "store.key").unlink()
    assert leaks(pc.disk, SURNAMES) == []


def test_the_search_sees_what_is_typeset(tmp_path: Path) -> None:
    from checkin.reports.typesetting import pdf

    (tmp_path / "sheet.pdf").write_bytes(pdf("purge.typ", _sheet(SURNAMES[0])))
    assert leaks(tmp_path, SURNAMES) == ["sheet.pdf"]


@pytest.mark.parametrize("code", CODES)
def test_the_search_sees_names_wherever_they_are(tmp_path: Path, code: str) -> None:
    raw = f"... {SURNAMES[2]} ...".encode(code)
    (tmp_path / "plain").write_bytes(raw)
    (tmp_path / "stream").write_bytes(b"\x00head" + zlib.compress(raw * 3) + b"tail")
    with zipfile.ZipFile(tmp_path / "table.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/sharedStrings.xml", raw)
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        archive.add(tmp_path / "plain")
    (tmp_path / "nothing").write_bytes("Иванова".encode(code))
    assert leaks(tmp_path, SURNAMES) == ["a.tar", "plain", "stream", "table.xlsx"]


def _sheet(name: str) -> dict[str, object]:
    return {
        "language": "ru",
        "page": "{page}",
        "title": name,
        "facts": [("a", name)],
        "columns": ["a"] * 8,
        "rows": [[name] * 8],
        "foot": name,
    }
