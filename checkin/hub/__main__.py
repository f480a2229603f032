"""``python -m checkin.hub --db URL``: a hub without the rest of the command line."""

from __future__ import annotations

import argparse
import sys

from checkin.errors import CheckinError
from checkin.hub.serve import HOST, PORT, serve


def main() -> int:
    """Runs the hub; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m checkin.hub")
    parser.add_argument("--db", required=True, help="sqlite:///FILE or postgresql://USER@HOST/NAME")
    parser.add_argument("--host", default=HOST)
    parser.add_argument("--port", type=int, default=PORT, help="0 takes any free one")
    parser.add_argument("--log-level", default="info", choices=("debug", "info", "warning", "error"))
    given = parser.parse_args()
    try:
        serve(given.db, given.host, given.port, log_level=given.log_level)
    except CheckinError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
