"""A private authority on real TLS: a gate pinned to it believes that one and no other, however it learned of it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from typer.testing import CliRunner

from checkin.cli import build
from checkin.errors import Offline, SettingsWrong
from checkin.facade.exchange import Exchange
from checkin.hub import devices, open_hub
from checkin.settings import Profile, Settings
from checkin.store import open_store
from checkin.sync.enrol import enrolment
from checkin.sync.http import HttpBackend
from checkin.sync.invitation import read
from checkin.sync.pinning import authority, authority_in, fingerprint
from tests.integration.hub_process import HubProcess, hub_process
from tests.unit.hub.hub_world import Journal, season

Signed = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def made(name: str, by: Signed | None = None) -> Signed:
    """An authority of its own, or a certificate for 127.0.0.1 from one."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    began = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by[0].subject if by is not None else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began - timedelta(days=1))
        .not_valid_after(began + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
    )
    if by is not None:
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(by[1] if by is not None else key, hashes.SHA256()), key


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HubProcess, str, Path]]:
    """A hub with a certificate of a private authority; the database's URL; a folder with ``ca.pem``."""
    folder = tmp_path_factory.mktemp("pinned")
    ca = made("Завод, свой УЦ")
    own, key = made("hub", ca)
    (folder / "ca.pem").write_text(pem(ca[0]))
    (folder / "hub.pem").write_text(pem(own))
    (folder / "hub.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    url = f"sqlite:///{folder}/hub.sqlite"
    with open_hub(url) as hub:
        hub.put_records(season())
    files = [str(folder / name) for name in ("hub.pem", "hub.key", "ca.pem")]
    with hub_process(url, folder, 0, "--cert", files[0], "--key", files[1], "--ca", files[2]) as process:
        yield process, url, folder


def test_the_right_authority_is_believed_and_another_is_not(served: tuple[HubProcess, str, Path]) -> None:
    process, _url, folder = served
    ca = authority_in(folder / "ca.pem")
    with HttpBackend(process.url, ca=ca) as backend:
        assert abs(backend.clock_offset().offset_s) < 60
    for other in ("", pem(made("Другой УЦ")[0])):
        with HttpBackend(process.url, ca=other) as backend, pytest.raises(SettingsWrong):
            backend.clock_offset()
    with pytest.raises(SettingsWrong):
        HttpBackend("http://127.0.0.1:1", ca=ca)
    with pytest.raises(SettingsWrong):
        HttpBackend(process.url, ca="-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")


def test_a_pinned_gate_believes_no_other_authority_of_the_system(
    served: tuple[HubProcess, str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pinned to another authority, the system's own list does not help, even where it holds the hub's."""
    process, _url, folder = served
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
    with HttpBackend(process.url, ca=pem(made("Другой УЦ")[0])) as backend, pytest.raises(SettingsWrong):
        backend.clock_offset()


def test_the_fingerprint_fetches_the_authority_and_nothing_else(served: tuple[HubProcess, str, Path]) -> None:
    process, _url, folder = served
    ca = authority_in(folder / "ca.pem")
    assert authority(process.url, fingerprint(ca)).strip() == ca.strip()
    assert authority(process.url, "") == ""
    with pytest.raises(SettingsWrong):
        authority(process.url, "0" * 64)


def test_a_gate_enrols_with_the_text_of_the_invitations_qr(
    served: tuple[HubProcess, str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process, url, folder = served
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    run = CliRunner()
    gate, qr = str(tmp_path / "gate"), tmp_path / "invite.png"
    asked = run.invoke(
        build(),
        ["hub", "invite", "--plant", "bread", "--gate", "Восток", "--db", url, "--url", process.url,
         "--ca", str(folder / "ca.pem"), "--qr", str(qr), "--json"],
    )  # fmt: skip
    assert asked.exit_code == 0, asked.output
    told = json.loads(asked.stdout)
    assert qr.read_bytes().startswith(b"\x89PNG")
    assert read(told["invitation"]).ca == fingerprint(authority_in(folder / "ca.pem"))
    answer = run.invoke(build(), ["--profile", gate, "enrol", told["invitation"].lower(), "--json"])
    assert answer.exit_code == 0, (answer.output, answer.exception)
    assert json.loads(answer.stdout)["gate"] == "Восток"
    synced = run.invoke(build(), ["--profile", gate, "sync", "--json"])
    assert synced.exit_code == 0, synced.output
    store, _place = open_store(Profile(Path(gate)), Profile(Path(gate)).load()[0])
    try:
        known = enrolment(store)
        assert known is not None
        assert known.ca.strip() == authority_in(folder / "ca.pem").strip()
    finally:
        store.close()


def test_a_gates_exchange_enrols_pinned_by_file_or_fingerprint(
    served: tuple[HubProcess, str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process, url, folder = served
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    ca = authority_in(folder / "ca.pem")
    for number, given in enumerate((ca, fingerprint(ca))):
        store, _place = open_store(Profile(tmp_path / str(number)), Settings())
        try:
            exchange = Exchange(store, None, lambda job: job(), lambda: None)  # type: ignore[arg-type]
            with open_hub(url) as hub:
                code = hub.invite("bread", f"Пост {number}")
            with pytest.raises(SettingsWrong):
                exchange.enrol(process.url, code, "f" * 64)
            assert exchange.enrol(process.url, code, given).gate_name == f"Пост {number}"
        finally:
            store.close()


def test_a_wait_over_tls_is_cut_from_another_thread(served: tuple[HubProcess, str, Path]) -> None:
    process, url, folder = served
    with open_hub(url) as hub:
        journal = Journal()
        journal.take(devices.enrol(hub.engine, journal.request(hub.invite("bread", "Пост")), datetime.now(UTC)))
    with HttpBackend(process.url, journal.token, ca=authority_in(folder / "ca.pem")) as backend:
        cursor = backend.peers("").cursor
        cutting = threading.Timer(0.5, backend.interrupt)
        cutting.start()
        began = time.monotonic()
        with pytest.raises(Offline):
            backend.peers(cursor, 20)
        assert time.monotonic() - began < 5
        cutting.join()
