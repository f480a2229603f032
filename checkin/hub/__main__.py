"""``python -m checkin.hub --db URL``: a hub without the rest of the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from checkin.errors import CheckinError
from checkin.hub.listening import Outward
from checkin.hub.serve import HOST, PORT, serve


def main() -> int:
    """Runs the hub; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m checkin.hub")
    parser.add_argument("--db", required=True, help="sqlite:///FILE or postgresql://USER@HOST/NAME")
    parser.add_argument("--host", default=HOST)
    parser.add_argument("--port", type=int, default=PORT, help="0 takes any free one")
    parser.add_argument("--log-level", default="info", choices=("debug", "info", "warning", "error"))
    parser.add_argument("--workers", type=int, default=1, help="processes that serve the port")
    parser.add_argument("--cert", type=Path, help="TLS: the certificate, with those between it and its root")
    parser.add_argument("--key", type=Path, help="TLS: its key")
    parser.add_argument("--ca", type=Path, help="TLS: the private authority, for gates that know its fingerprint")
    parser.add_argument("--behind-proxy", action="append", default=[], metavar="ADDRESS")
    given = parser.parse_args()
    try:
        outward = Outward(cert=given.cert, key=given.key, proxies=given.behind_proxy, ca=given.ca)
        serve(given.db, given.host, given.port, log_level=given.log_level, workers=given.workers, outward=outward)
    except CheckinError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
