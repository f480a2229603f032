"""A PostgreSQL server of our own, in a folder of its own, on a loopback port of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

BINARIES = Path("/usr/lib/postgresql/15/bin")
USER = "gate"
START_WITHIN_S = 60


def installed() -> bool:
    return (BINARIES / "postgres").exists() and (os.getuid() != 0 or shutil.which("setpriv") is not None)


def as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


@contextmanager
def postgres() -> Iterator[str]:
    """The server's URL without a database name; stopped, and its folder removed, at the end."""
    folder = Path(tempfile.mkdtemp(prefix="prohodnaya-pg-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        yield from _running(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _running(folder: Path) -> Iterator[str]:
    data = folder / "data"
    subprocess.run(
        [*as_postgres(), BINARIES / "initdb", *f"-D {data} -A trust -U {USER} -N -E UTF8 --locale=C.UTF-8".split()],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = ["unix_socket_directories=", "listen_addresses=127.0.0.1", f"port={port}", "max_connections=60"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*as_postgres(), str(BINARIES / "postgres"), "-D", str(data)]
            + [part for setting in settings for part in ("-c", setting)],
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    try:
        url = f"postgresql://{USER}@127.0.0.1:{port}"
        _wait(server, url, folder / "log")
        yield url
    finally:
        server.send_signal(signal.SIGQUIT)  # "immediate": what it holds is thrown away in any case
        server.wait(30)


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while True:
        try:
            psycopg.connect(f"{url}/postgres", connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(log.read_text(encoding="utf-8", errors="replace")[-2000:]) from None
            time.sleep(0.05)


def fresh_database(url: str, name: str) -> str:
    """The URL of a new, empty database."""
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return f"{url}/{name}"
