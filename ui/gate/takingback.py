"""Taking entries and exits back: one, or all of a group or set.  What cannot be taken back any more is said."""

from __future__ import annotations

from collections.abc import Callable

from checkin.errors import CheckinError
from checkin.i18n import gettext as _
from ui.ports import Facade, Turn


class TakingBack:
    """``told(event, sentence)`` is called with what became of it; the event is empty for many."""

    def __init__(
        self, app: Facade, turn: Turn, told: Callable[[str, str], None], failed: Callable[[CheckinError], None]
    ) -> None:
        self._app, self._turn, self._told, self._failed = app, turn, told, failed

    def one(self, event: str, name: str) -> None:
        """This entry or exit."""

        def answered(done: bool) -> None:
            back = _("Taken back: {name}").format(name=name or _("the last entry"))
            self._told(event, back if done else _("This cannot be taken back any more"))

        self._turn.deliver(self._app.undo(event), answered, self._failed)

    def many(self, title: str, events: tuple[str, ...]) -> None:
        """Every one of these."""
        done: list[bool] = []

        def answered(answer: bool) -> None:
            done.append(answer)
            back = sum(done)
            if len(done) < len(events):
                return
            if back == len(done):
                self._told("", _("Taken back: {name}").format(name=f"{title} ({back})"))
            else:
                self._told("", _("Taken back: {done} of {total}").format(done=back, total=len(done)))

        for event in events:
            self._turn.deliver(self._app.undo(event), answered, lambda _error: answered(False))
