"""The board put together: opened and closed from any page, and closed with the window."""

from __future__ import annotations

from PySide6.QtGui import QWindow

from ui.board.presenter import BoardPresenter
from ui.board.view import BoardWindow
from ui.ports import Facade, Turn
from ui.shell import Shell


class Board:
    """Lives as long as the program; its window is made when it is first wanted."""

    def __init__(self, app: Facade, turn: Turn) -> None:
        self.presenter = BoardPresenter(app, turn)
        self.window: BoardWindow | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is on a screen."""
        return self.window is not None and self.window.isVisible()

    def toggled(self, shell: Shell) -> None:
        """Opened beside the window, or closed."""
        if self.is_open:
            self.close()
            return
        if self.window is None:
            self.window = BoardWindow()
            self.window.closed.connect(self.presenter.closed)
        self.presenter.attach(self.window.present)
        self.presenter.opened()
        self.window.open_beside(shell)

    def close(self) -> None:
        """Off the screen."""
        if self.window is not None:
            self.window.close()

    def key_window(self) -> QWindow | None:
        """Its window while it has the keyboard: a scanner types there too."""
        window = self.window
        return window.windowHandle() if window is not None and window.isActiveWindow() else None
