"""``python -m checkin.hub.guides --db URL --plant NAME (--guide NAME | --tour ID)``: prints a code for a guide."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta

from checkin.errors import CheckinError
from checkin.hub import open_hub


def main() -> int:
    """Makes the code; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m checkin.hub.guides")
    parser.add_argument("--db", required=True, help="sqlite:///FILE or postgresql://USER@HOST/NAME")
    parser.add_argument("--plant", required=True, help="the plant's name or id")
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument("--guide", default="", help="the guide's name, as on the tours")
    whose.add_argument("--tour", default="", help="a tour's id, or its title when only one has it")
    parser.add_argument("--hours", type=float, default=4)
    given = parser.parse_args()
    try:
        with open_hub(given.db) as hub:
            code = hub.guide_code(given.plant, given.guide, tour=given.tour, valid_for=timedelta(hours=given.hours))
    except CheckinError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{code.text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
