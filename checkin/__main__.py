"""``python -m checkin`` is the command ``checkin``."""

from checkin.cli import main

main()
