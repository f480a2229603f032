"""The two database hosts of ``docs/deployment.md`` on loopback: Patroni with the page's own file, and one etcd.

Only names, addresses and passwords are put in another's place; who is promoted, and when, is Patroni's to decide.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.integration.postgres_pair import free_port
from tests.integration.postgres_server import as_postgres, installed

PAGE = Path(__file__).resolve().parents[2] / "docs" / "deployment.md"
NODES = ("db1", "db2")
START_WITHIN_S = 90


def patroni_installed() -> bool:
    return installed() and bool(shutil.which("patroni") and shutil.which("etcd"))


@dataclass
class Watched:
    """Both hosts.  ``url`` names them both and takes the one that can be written."""

    folder: Path
    running: dict[str, subprocess.Popen[bytes]]
    ports: dict[str, int]

    @property
    def url(self) -> str:
        hosts = "&".join(f"host=127.0.0.1:{self.ports[node]}" for node in NODES)
        return f"postgresql://prohodnaya@/hub?{hosts}&target_session_attrs=read-write"

    def kill_primary(self) -> None:
        """The primary's host is gone: SIGKILL to Patroni and PostgreSQL there."""
        primary = next(node for node in NODES if self._leads(node))
        os.killpg(self.running[primary].pid, signal.SIGKILL)
        self.running.pop(primary).wait(30)
        pid = int((self.folder / primary / "postmaster.pid").read_text("utf-8").split()[0])
        os.kill(pid, signal.SIGKILL)

    def promote(self) -> None:
        """Nobody has to: Patroni does when the primary's key has run out."""

    def ask(self, node: str, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Asks one of the two as the superuser."""
        with psycopg.connect(
            f"postgresql://postgres@127.0.0.1:{self.ports[node]}/{database}", connect_timeout=2, autocommit=True
        ) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _leads(self, node: str) -> bool:
        try:
            return self.ask(node, "SELECT pg_is_in_recovery()") == [(False,)]
        except psycopg.OperationalError:
            return False

    def synchronous(self) -> bool:
        """Whether one leads, and the other has everything that it answers for."""
        leading = [node for node in NODES if self._leads(node)]
        state = self.ask(leading[0], "SELECT sync_state FROM pg_stat_replication") if leading else []
        return state in ([("sync",)], [("quorum",)])


@contextmanager
def patroni_pair() -> Iterator[Watched]:
    """Both, replicating; stopped, and their folder removed, at the end."""
    folder = Path(tempfile.mkdtemp(prefix="prohodnaya-patroni-"))
    pair = Watched(folder, {}, {node: free_port() for node in NODES})
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        etcd = free_port()
        here = f"http://127.0.0.1:{etcd}"
        peer = f"http://127.0.0.1:{free_port()}"
        pair.running["etcd"] = _run(
            folder, "etcd", "etcd", "--name", "one", "--data-dir", str(folder / "etcd"), "--log-level", "error",
            "--listen-client-urls", here, "--advertise-client-urls", here, "--listen-peer-urls", peer,
            "--initial-advertise-peer-urls", peer, "--initial-cluster", f"one={peer}",
        )  # fmt: skip
        for node in NODES:
            file = folder / f"{node}.yml"
            file.write_text(written(folder, node, pair.ports[node], etcd), encoding="utf-8")
            pair.running[node] = _run(folder, node, "patroni", str(file))
            _until(lambda: any(map(pair._leads, NODES)))  # the first to come makes the cluster
        _until(pair.synchronous)
        leader = next(node for node in NODES if pair._leads(node))
        pair.ask(leader, "CREATE ROLE prohodnaya LOGIN")
        pair.ask(leader, "CREATE DATABASE hub OWNER prohodnaya")
        yield pair
    finally:
        for one in pair.running.values():
            if one.poll() is None:
                os.killpg(one.pid, signal.SIGKILL)
                one.wait(30)
        for node in NODES:
            _kill_server(folder / node)
        shutil.rmtree(folder, ignore_errors=True)


def written(folder: Path, node: str, port: int, etcd: int) -> str:
    """The page's file for a node that stands here."""
    found = re.search(r"```yaml\n(# /etc/patroni/config\.yml.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    text = found[1]
    for ours, theirs in (
        ('hosts: "etcd1:2379,etcd2:2379,etcd3:2379"', f'hosts: "127.0.0.1:{etcd}"'),
        ("listen: 0.0.0.0:8008, connect_address: db1:8008", f"listen: 127.0.0.1:{free_port()}"),
        ("listen: 0.0.0.0:5432", f"listen: 127.0.0.1:{port}"),
        ("connect_address: db1:5432", f"connect_address: 127.0.0.1:{port}"),
        ("name: db1", f"name: {node}"),
        ("data_dir: /var/lib/postgresql/15/hub", f"data_dir: {folder / node}"),
        ("10.0.0.0/24 scram-sha-256", "127.0.0.1/32 trust"),
        ("password: …", "password: nobody-asks"),
    ):
        assert ours in text, ours
        text = text.replace(ours, theirs)
    return text


def _run(folder: Path, name: str, *command: str) -> subprocess.Popen[bytes]:
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [*as_postgres(), *command], stdout=log, stderr=log, cwd=folder, start_new_session=True,
            env={**os.environ, "PYTHONWARNINGS": "ignore", "HOME": str(folder)},
        )  # fmt: skip


def _kill_server(data: Path) -> None:
    """Patroni starts PostgreSQL in a session of its own."""
    file = data / "postmaster.pid"
    if file.exists():
        try:
            os.kill(int(file.read_text("utf-8").split()[0]), signal.SIGQUIT)
        except (ProcessLookupError, ValueError):
            return


def _until(true: object) -> None:
    assert callable(true)
    deadline = time.monotonic() + START_WITHIN_S
    while not true():
        assert time.monotonic() < deadline, "the cluster did not come up"
        time.sleep(0.2)
