"""``python -m checkin`` is the command ``checkin``."""

import sys

from checkin.cli import main

if __name__ == "__main__":
    if getattr(sys, "frozen", False):  # a built program is its own Python: a press of tickets is started with its name
        from multiprocessing import freeze_support

        freeze_support()
    main()
