"""The hub's port, and the certificate that it shows there."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checkin.errors import SettingsWrong
from checkin.i18n import gettext as _

if sys.platform != "win32":
    import resource

BACKLOG = 2048
FILES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Outward:
    """What the hub shows outside: a certificate, or none because it stands behind proxies with these addresses."""

    cert: Path | None = None
    key: Path | None = None
    proxies: Sequence[str] = ()
    ca: Path | None = None
    """The authority behind the certificate, shown to gates that know its fingerprint from their invitation."""

    def checked(self) -> Outward:
        """Itself; raises ``SettingsWrong`` for files that are no certificate with its key, or what is no address."""
        if (self.cert is None) != (self.key is None):
            raise SettingsWrong(_("TLS needs both files: --cert and --key"))
        if self.cert is not None and self.key is not None:
            try:
                ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(self.cert, self.key)
            except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
                raise SettingsWrong(
                    _("{file} and {key} are not a certificate and its key").format(file=self.cert, key=self.key)
                ) from error
        if self.ca is not None:
            self.authority()
        for proxy in self.proxies:
            try:
                ipaddress.ip_network(proxy)
            except ValueError as error:
                raise SettingsWrong(_("{proxy} is not the address of a proxy").format(proxy=proxy)) from error
        return self

    @property
    def scheme(self) -> str:
        return "http" if self.cert is None else "https"

    def authority(self) -> str:
        """The authority's certificate (PEM), or nothing; raises ``SettingsWrong`` for a file that is none."""
        if self.ca is None:
            return ""
        try:
            text = self.ca.read_text("ascii")
            ssl.create_default_context(cadata=text)
        except (OSError, ValueError) as error:
            raise SettingsWrong(_("{file} is no certificate (PEM)").format(file=self.ca)) from error
        return text

    def uvicorn(self) -> dict[str, Any]:
        """Uvicorn's settings for it: forwarded headers are believed from the proxies named, and from nobody else."""
        return {
            "ssl_certfile": self.cert,
            "ssl_keyfile": self.key,
            "proxy_headers": bool(self.proxies),
            "forwarded_allow_ips": list(self.proxies),
        }


def many_lines() -> None:
    """Lets this process hold as many connections as its administrator allows: a gate has two, and the 1,024 open files
    that a shell gives to begin with are 500 gates.  Windows counts none."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes any free one.  Raises ``SettingsWrong``."""
    try:
        family, kind, protocol, _name, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _cannot_listen(port, error) from error
    try:
        if sys.platform != "win32":  # there it would let two hubs share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise _cannot_listen(port, error) from error
    return listener


def _cannot_listen(port: int, error: Exception) -> SettingsWrong:
    why = getattr(error, "strerror", None) or str(error)
    return SettingsWrong(
        _("The hub cannot use port {port}: {why}. Choose another port, or stop the program that has it.").format(
            port=port, why=why
        )
    )


def url_of(listener: socket.socket, scheme: str = "http") -> str:
    """Where a listening socket answers."""
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
