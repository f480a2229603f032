"""A shift in the real window, for the search of what it leaves on the disk: python -m tests.security.window_shift …

It reads a code from the camera, admits a group, searches, lets somebody in without a ticket, raises an alarm, prints,
begins an export that cannot be written, meets a bug whose text is a name, and is killed in the middle.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from checkin.app import GateApp
from checkin.desk import Source
from checkin.errors import CheckinError
from checkin.logs import set_up
from checkin.settings import Profile
from ui import main as window
from ui.ports import Page
from ui.program import Program

WAIT_S = 30


def shift(app: GateApp, program: Program, name: str, code: str) -> Iterator[object]:
    """Each step is waited for: a future, or a question that has to be true."""
    (plant,) = app.plants().result(WAIT_S)
    with app.store.read() as tx:
        group = tx.roster.groups(plant.id)[0]
    yield app.choose_place(plant.id, "1")
    yield app.preview  # the camera gives pictures of a ticket
    yield app.scan(code, Source.SCANNER)
    yield app.scan(name, Source.TYPED)  # not a code at all
    program.open_page(Page.FIND)
    program.find_view.field.setText(name)
    yield app.search(name)
    card = app.groups.open_group(plant.id, group.id).result(WAIT_S)
    assert card is not None
    yield app.groups.admit(card, {member.visitor.id for member in card.members})
    yield app.groups.walk_in(card, name + " младшая", "сестра: " + name)
    yield app.groups.print_signatures(card)
    for page in Page:
        program.open_page(page)
        yield lambda: program.bridge.open == 0
    yield app.musters.raise_alarm(drill=True)
    yield app.musters.stranger(name, "у ворот")
    yield app.musters.print_sheet()
    yield app.musters.print_report()
    try:
        app.export_attendance(Path("/proc/nowhere/out.xlsx")).result(WAIT_S)
    except (CheckinError, OSError):
        sys.stderr.write("the export was refused\n")
    program.shell.grab()
    QTimer.singleShot(0, lambda: {}[name])  # a bug, with a name in its text
    yield lambda: isinstance(QApplication.activeModalWidget(), QMessageBox)


def main() -> None:
    profile, name, code = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    set_up()
    app = GateApp(Profile(profile))
    programs: list[Program] = []

    class Watched(Program):
        def __init__(self, facade: GateApp) -> None:
            super().__init__(facade)
            programs.append(self)

    window.Program = Watched  # type: ignore[misc]
    steps: list[Iterator[object]] = []
    waiting: list[object] = []

    def tick() -> None:
        if not steps:
            steps.append(shift(app, programs[0], name, code))
        if waiting:
            last = waiting[0]
            if not (last() if callable(last) else last.done()):  # type: ignore[attr-defined]
                return
            waiting.pop()
        try:
            waiting.append(next(steps[0]))
        except (AttributeError, AssertionError, CheckinError, TypeError) as error:
            sys.stdout.write(f"the shift itself failed: {error!r}\n")
            sys.stdout.flush()
            os._exit(3)
        except StopIteration:
            sys.stdout.write("done\n")
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)  # the plug

    timer = QTimer()
    timer.setInterval(30)
    timer.timeout.connect(tick)

    def started() -> None:
        app.start()
        timer.start()

    window.run(app, sys.argv[:1], started=started)


if __name__ == "__main__":
    main()
