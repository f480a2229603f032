"""A gate's window from its passphrase to its end, and opened again after its data got a new key."""

from __future__ import annotations

from collections.abc import Sequence

from checkin.app import GateApp
from checkin.facade.keyplace import KeyWish
from checkin.settings import Profile
from ui.main import application, run
from ui.opening import changed_key, unlocked


def run_gate(profile: Profile, argv: Sequence[str]) -> int:
    """Shows the window until it is closed; returns the process's exit code."""
    qt = application(argv)
    fulfilled: KeyWish | None = None
    while True:
        qt.setQuitOnLastWindowClosed(False)  # a dialog that closes is not the program's end
        if not unlocked(profile):
            return 0
        app = GateApp(profile)
        if fulfilled is not None:
            app.key.noted(fulfilled)
        qt.setQuitOnLastWindowClosed(True)
        code = run(app, argv, started=app.start)
        wish = app.key.wished
        if code or wish is None:
            return code
        qt.setQuitOnLastWindowClosed(False)
        fulfilled = wish if changed_key(profile, wish) else None
