"""What a hub shows outside: certificates, proxies, several workers, and figures."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import psutil
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from checkin.errors import SettingsWrong
from checkin.hub import Hub, open_hub
from checkin.hub.listening import Outward
from checkin.sync.http import HttpBackend
from tests.integration.hub.gates import enrol, now
from tests.integration.hub_process import HubProcess, hub_process, start_hub, started
from tests.integration.postgres_server import fresh_database, installed
from tests.unit.hub.hub_world import Journal, season


def certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hub")])
    began = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(began - timedelta(days=1))
        .not_valid_after(began + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "hub.pem", folder / "hub.key"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert_file, key_file


def sqlite(folder: Path) -> str:
    url = f"sqlite:///{folder}/hub.sqlite"
    with open_hub(url) as hub:
        hub.put_records(season())
    return url


ACCEPTED = 'prohodnaya_events_total{answer="accepted",reason=""}'


def figures(url: str) -> dict[str, float]:
    answer = requests.get(f"{url}/metrics", timeout=10)
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def test_figures(hub: Hub, running: HubProcess) -> None:
    journal, backend = enrol(hub, running.url)
    backend.fetch("")
    backend.push([journal.write("v1-1", at=now())], now())
    backend.push(journal.lines, now())
    requests.get(f"{running.url}/api/v1/roster?name=Иванова", timeout=10)
    found = figures(running.url)
    assert found[ACCEPTED] == 1
    assert found['prohodnaya_events_total{answer="duplicate",reason=""}'] == 1
    assert found["prohodnaya_roster_pages_total"] == 1
    assert found["prohodnaya_devices"] == found["prohodnaya_devices_seen"] == found["prohodnaya_database_up"] == 1
    assert found['prohodnaya_requests_total{method="GET",route="/roster",status="401"}'] == 1
    text = requests.get(f"{running.url}/metrics", timeout=10).text
    for secret in ("Иванова", "%D0", journal.device, "bread", "127.0.0.1"):
        assert secret not in text


def test_tls_by_certificate_files(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    url = sqlite(tmp_path)
    with hub_process(url, tmp_path, 0, "--cert", str(cert), "--key", str(key)) as process:
        assert process.url.startswith("https://")
        with open_hub(url) as hub, HttpBackend(process.url, verify=str(cert)) as stranger:
            journal = Journal()
            journal.take(stranger.enrol(journal.request(hub.invite("bread", "Главная"))))
        with HttpBackend(process.url, journal.token, verify=str(cert)) as gate:
            assert gate.fetch("").changes
        with HttpBackend(process.url, journal.token) as gate, pytest.raises(SettingsWrong):
            gate.fetch("")


def test_files_that_are_no_certificate(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    for outward in (
        Outward(cert=cert),
        Outward(cert=key, key=cert),
        Outward(cert=tmp_path / "none", key=key),
        Outward(proxies=["proxy"]),
    ):
        with pytest.raises(SettingsWrong):
            outward.checked()
    assert Outward(cert=cert, key=key, proxies=["10.0.0.0/8", "::1"]).checked().scheme == "https"


@pytest.mark.parametrize(("trusted", "guesses"), [((), 10), (("--behind-proxy", "127.0.0.1"), 20)])
def test_addresses_are_believed_from_named_proxies_only(tmp_path: Path, trusted: tuple[str, ...], guesses: int) -> None:
    body = Journal().request("K7QF4-M2XD9").model_dump_json()
    with hub_process(sqlite(tmp_path), tmp_path, 0, *trusted) as process:
        answers = [
            requests.post(
                f"{process.url}/api/v1/enrol",
                data=body,
                headers={"X-Forwarded-For": f"192.0.2.{number % 2 + 1}"},
                timeout=10,
            ).status_code
            for number in range(24)
        ]
    assert answers.count(403) == guesses
    assert set(answers) == {403, 429}


@pytest.mark.postgres
@pytest.mark.skipif(not installed(), reason="PostgreSQL 15 is not installed here")
def test_several_workers(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # where the workers keep what they share
    url = fresh_database(postgres_url, "workers")
    with open_hub(url) as hub:
        hub.put_records(season())
        process = start_hub(url, tmp_path / "log", 0, "--workers", "3")
        workers = psutil.Process(process.process.pid).children()
        try:
            assert len(workers) == 3
            gates = [enrol(hub, process.url, f"gate {number}") for number in range(12)]
            for journal, backend in gates:
                backend.push([journal.write("v1-1", at=now())], now())
            # which of them gets what is the kernel's choice: one may have had everything, and not have shared it yet
            _until(lambda: _shared(tmp_path) == (3, 12))
            found = figures(process.url)
            assert (found["prohodnaya_workers"], found[ACCEPTED]) == (3, 12)
            workers[0].kill()
            _until(lambda: len(psutil.Process(process.process.pid).children()) == 3 and not workers[0].is_running())
            for journal, _backend in gates:
                with HttpBackend(process.url, journal.token) as again:
                    again.push([journal.write("v1-1", at=now())], now())
            _until(lambda: figures(process.url).get(ACCEPTED) == 24)
        finally:
            code = process.stop()
        assert code == 0
        assert not any(worker.is_running() for worker in workers)
        assert len(hub.devices()) == 12


@pytest.mark.skipif(not hasattr(os, "fork"), reason="one worker is what this system has")
def test_workers_end_with_the_first_process(tmp_path: Path) -> None:
    process = start_hub(sqlite(tmp_path), tmp_path / "log", 0, "--workers", "2")
    workers = psutil.Process(process.process.pid).children()
    process.process.send_signal(signal.SIGKILL)
    process.process.wait(10)
    _, alive = psutil.wait_procs(workers, timeout=15)
    assert alive == []


def _shared(tmp_path: Path) -> tuple[int, float]:
    """How many workers have shared their counts, and how many accepted events these hold."""
    files = [json.loads(one.read_text(encoding="utf-8")) for one in tmp_path.glob("prohodnaya-hub-*/worker-*.json")]
    return len(files), sum(counts.get(ACCEPTED, 0) for counts in files)


def _until(true: object, within_s: float = 20) -> None:
    assert callable(true)
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.skipif(os.name != "posix", reason="Windows counts no open files")
def test_more_gates_than_a_shell_gives_open_files(tmp_path: Path) -> None:
    """Where the administrator's limit is higher than the one to begin with, the hub takes what it may."""
    url = sqlite(tmp_path)
    command = 'ulimit -Sn 200; exec "$@"'
    program = [sys.executable, "-m", "checkin.hub", "--db", url, "--port", "0", "--log-level", "warning"]
    hub = started(["bash", "-c", command, "bash", *program], tmp_path / "hub.log")
    lines: list[socket.socket] = []
    try:
        for _gate in range(400):
            lines.append(socket.create_connection(("127.0.0.1", hub.port), timeout=10))
        for line in lines:
            line.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b" 200 " in line.recv(4096)[:20]
    finally:
        for line in lines:
            line.close()
        assert hub.stop() in (0, -signal.SIGTERM)
