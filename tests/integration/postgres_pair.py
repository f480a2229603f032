"""A PostgreSQL primary and its synchronous standby, both our own, on loopback."""

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
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.integration.postgres_server import BINARIES, START_WITHIN_S, USER, as_postgres


@dataclass
class Pair:
    """Both servers.  ``url`` names them both and takes the one that can be written."""

    folder: Path
    primary: subprocess.Popen[bytes]
    standby: subprocess.Popen[bytes]
    ports: tuple[int, int]

    @property
    def url(self) -> str:
        one, two = self.ports
        return (
            f"postgresql://{USER}@/postgres?host=127.0.0.1:{one}&host=127.0.0.1:{two}&target_session_attrs=read-write"
        )

    def kill_primary(self) -> None:
        """SIGKILL to the server and every process of it."""
        os.killpg(self.primary.pid, signal.SIGKILL)
        self.primary.wait(30)

    def promote(self) -> None:
        """What Patroni does when the primary is gone."""
        control = [BINARIES / "pg_ctl", "promote", "-w", "-D", self.folder / "standby"]
        subprocess.run([*as_postgres(), *control], check=True, capture_output=True, cwd=self.folder)
        with psycopg.connect(f"postgresql://{USER}@127.0.0.1:{self.ports[1]}/postgres", autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
            connection.execute("SELECT pg_reload_conf()")


@contextmanager
def postgres_pair() -> Iterator[Pair]:
    """Both, replicating; stopped, and their folder removed, at the end."""
    folder = Path(tempfile.mkdtemp(prefix="prohodnaya-pair-"))
    running: list[subprocess.Popen[bytes]] = []
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        ports = free_port(), free_port()
        _run(folder, "initdb", *f"-D primary -A trust -U {USER} -N -E UTF8 --locale=C.UTF-8".split())
        running.append(_server(folder, "primary", ports[0]))
        _wait(ports[0])
        _run(folder, "pg_basebackup", *f"-D standby -R -X stream -c fast -h 127.0.0.1 -p {ports[0]} -U {USER}".split())
        running.append(_server(folder, "standby", ports[1]))
        _wait(ports[1])
        with psycopg.connect(f"postgresql://{USER}@127.0.0.1:{ports[0]}/postgres", autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
            deadline = time.monotonic() + START_WITHIN_S
            while connection.execute("SELECT sync_state FROM pg_stat_replication").fetchall() != [("sync",)]:
                assert time.monotonic() < deadline, "the standby does not replicate"
                time.sleep(0.1)
        yield Pair(folder, running[0], running[1], ports)
    finally:
        for one in running:
            if one.poll() is None:
                os.killpg(one.pid, signal.SIGKILL)
                one.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, program: str, *arguments: str) -> None:
    subprocess.run([*as_postgres(), BINARIES / program, *arguments], check=True, capture_output=True, cwd=folder)


def _server(folder: Path, data: str, port: int) -> subprocess.Popen[bytes]:
    settings = ["unix_socket_directories=", "listen_addresses=127.0.0.1", f"port={port}", "max_connections=60"]
    with (folder / f"{data}.log").open("wb") as log:
        return subprocess.Popen(
            [*as_postgres(), str(BINARIES / "postgres"), "-D", str(folder / data)]
            + [part for setting in settings for part in ("-c", setting)],
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
        )


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while True:
        try:
            psycopg.connect(f"postgresql://{USER}@127.0.0.1:{port}/postgres", connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)
