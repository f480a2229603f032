"""A disk that answers with an input/output error, by a shim before the system's calls (Linux, with gcc).

The shim fails the calls that write to or flush the profile's store files, each with a probability; what the program
called green is in the journal, and a store that met errors opens whole.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.field import crowd, plant, site, tour

ROOT = Path(__file__).resolve().parents[2]
LONG = bool(os.environ.get("PROHODNAYA_LONG"))
ROUNDS = 60 if LONG else 4

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("gcc") is None, reason="needs gcc and LD_PRELOAD"
)

SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static unsigned long long state;

static int fails(int fd) {
    char link[64], path[4096];
    const char *share = getenv("SHIM_SHARE"), *wanted = getenv("SHIM_FILE"), *seed = getenv("SHIM_SEED");
    if (!share || !wanted) return 0;
    int saved = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = saved;
    if (length <= 0) return 0;
    path[length] = 0;
    if (!strstr(path, wanted)) return 0;
    if (!state) state = strtoull(seed ? seed : "1", 0, 10) * 2654435761ULL + 1;
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (int)((state >> 33) % 1000) < atoi(share);
}
#define FAIL(fd) if (fails(fd)) { errno = EIO; return -1; }
#define REAL(type, name) static type real; if (!real) real = (type)dlsym(RTLD_NEXT, name)

typedef ssize_t (*pw)(int, const void *, size_t, off_t);
ssize_t pwrite64(int fd, const void *b, size_t n, off_t o) { REAL(pw, "pwrite64"); FAIL(fd) return real(fd, b, n, o); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { REAL(pw, "pwrite"); FAIL(fd) return real(fd, b, n, o); }
typedef ssize_t (*wr)(int, const void *, size_t);
ssize_t write(int fd, const void *b, size_t n) { REAL(wr, "write"); FAIL(fd) return real(fd, b, n); }
typedef int (*fs)(int);
int fsync(int fd) { REAL(fs, "fsync"); FAIL(fd) return real(fd); }
int fdatasync(int fd) { REAL(fs, "fdatasync"); FAIL(fd) return real(fd); }
"""

WORKER = """
import os, sys
from pathlib import Path
from checkin.clock import SettableClock
from checkin.desk import Desk, Place, Source
from checkin.errors import CheckinError
from tests.field import NOW, opened
store = opened(Path(sys.argv[1]))
desk = Desk(store, SettableClock(NOW), Place(plant="hleb", gate="1"))
os.environ["SHIM_ON"] = "1"
os.putenv("SHIM_SHARE", sys.argv[2])
failed = 0
for number in range(120):
    try:
        outcome = desk.scan(f"CODE-{number}", Source.PIPE)
    except CheckinError:
        failed += 1
        continue
    print(outcome.event.id, flush=True)
print("failed", failed, flush=True)
os.unsetenv("SHIM_SHARE")
store.close()
"""


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shim")
    source, library = folder / "shim.c", folder / "shim.so"
    source.write_text(SHIM)
    command = ["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode:
        pytest.skip(f"gcc cannot build it: {built.stderr[:200]}")
    return library


@pytest.mark.parametrize("file", ["store.sqlite", "store.sqlite-wal", "journal.log"])
@pytest.mark.parametrize("seed", range(1, ROUNDS + 1))
def test_a_disk_with_io_errors_keeps_every_green(tmp_path: Path, shim: Path, file: str, seed: int) -> None:
    with site(tmp_path, [plant(), tour(), *crowd(120)]):
        pass
    env = {**os.environ, "LD_PRELOAD": str(shim), "SHIM_FILE": f"/{file}", "SHIM_SEED": str(seed)}
    command = [sys.executable, "-c", WORKER, str(tmp_path), "150"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    said = done.stdout.split()
    assert "failed" in said, done.stderr
    greens = said[: said.index("failed")]
    if file == "store.sqlite-wal":
        assert int(said[-1]) > 0
    with site(tmp_path) as gate, gate.store.read() as tx:
        ids = [one.id for one in gate.events]
        assert set(greens) <= set(ids)
        assert len(ids) == len(set(ids)) == gate.inside()
        assert tx.journal.first_break(gate.desk.device.id, gate.desk.device.public_hex) is None
        assert sorted(gate.store.copy.read().lines) == list(range(1, len(ids) + 1))
        if file == "journal.log":  # the copy's trouble never stops the gate
            assert len(greens) == 120
