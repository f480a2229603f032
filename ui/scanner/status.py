"""The status line with a serial scanner in it, as long as one is chosen.  No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from checkin.i18n import gettext as _
from ui.ports import Facade
from ui.scanner.presenter import port_words
from ui.scanner.state import PortState
from ui.status import StatusItem, StatusPresenter, StatusState


class StatusWithScanner(StatusPresenter):
    """Adds nothing while no port is chosen: a scanner that types cannot be told from a keyboard."""

    def __init__(self, app: Facade, sound_note: Callable[[], str], port_state: Callable[[], PortState]) -> None:
        super().__init__(app, sound_note)
        self._port_state = port_state

    def _tell(self) -> StatusState:
        state, port = super()._tell(), self._port_state()
        if port is PortState.OFF:
            return state
        lost = port is not PortState.OPEN
        item = StatusItem(
            key="scanner",
            icon="scanner",
            text=_("no scanner") if lost else _("scanner"),
            tone="bad" if lost else "ok",
            explained=port_words(port)[0],
        )
        return replace(state, items=(*state.items, item))
