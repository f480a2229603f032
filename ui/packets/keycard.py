"""A key that other PCs know this one by: four words in large letters, a QR, a text, and ways to take it along."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from checkin.i18n import gettext as _
from ui import theme
from ui.controls import Button, Panel, row_of
from ui.text import Lines, PlainLabel, reveal

QR_PX = 250


class FourWords(QWidget):
    """The words, numbered: they are read aloud and compared one by one.  With the QR beside them."""

    def __init__(self, *, size: int = QR_PX) -> None:
        super().__init__()
        self._size, self._shown = size, b""
        self.labels = [PlainLabel(role="four-words") for _word in range(4)]
        self._qr = PlainLabel()
        self._qr.setAccessibleName(_("The key as a QR code"))
        column = QVBoxLayout()
        column.setSpacing(theme.px(4))
        column.addStretch(1)
        for label in self.labels:
            column.addWidget(label)
        column.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(16))
        line.addLayout(column, 1)
        line.addWidget(self._qr, 0, Qt.AlignmentFlag.AlignVCenter)

    def present(self, words: str, qr: bytes) -> None:
        """Shows these."""
        said = words.split()
        for number, label in enumerate(self.labels):
            label.setText(f"{number + 1}  {said[number]}" if number < len(said) else "")
        self.setAccessibleName(words)
        if qr != self._shown:
            self._shown = qr
            picture = QPixmap()
            picture.loadFromData(qr)
            side = theme.px(self._size)
            self._qr.setPixmap(
                picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation)
                if not picture.isNull()
                else picture
            )
        reveal(self._qr, bool(qr))


def named_as_chosen(path: str, kind: str) -> Path:
    """With the ending of the chosen kind; the text comes first, because that is what the other side reads back in."""
    ending = ".png" if "png" in kind else ".txt"
    stem = path[:-4] if path.lower().endswith((".png", ".txt")) else path
    return Path(path if path.lower().endswith(ending) else stem + ending)


class KeyCard(Panel):
    """``copied`` after the key went into the clipboard, ``saved`` with the file to write."""

    copied = Signal()
    saved = Signal(object)

    def __init__(self, title: str, advice: str, name: str) -> None:
        super().__init__(title, margin=16, spacing=8)
        self._name = name
        self.words = FourWords()
        self.field = QLineEdit()
        self.field.setReadOnly(True)
        self.field.setMinimumHeight(theme.px(52))
        self.field.setAccessibleName(_("The key"))
        self.copy = Button(_("Copy"), "list", size=56)
        self.save = Button(_("Save…"), "export", size=56, hint=_("As a picture (PNG) or as a text"))
        self.copy.clicked.connect(self._copied)
        self.save.clicked.connect(self._choose)
        self._says, self._error = Lines(role="good", lines=2), Lines(role="error", lines=3)
        self.column.addWidget(Lines(advice, "muted", lines=4))
        self.column.addWidget(self.words)
        self.column.addWidget(self.field)
        self.column.addLayout(row_of(self.copy, self.save, 1))
        self.column.addWidget(self._says)
        self.column.addWidget(self._error)
        self.column.addStretch(1)

    def _copied(self) -> None:
        QGuiApplication.clipboard().setText(self.field.text())
        self.copied.emit()

    def _choose(self) -> None:
        path, kind = QFileDialog.getSaveFileName(
            self,
            _("The key"),
            str(Path.home() / f"{self._name}.txt"),
            _("Text") + " (*.txt);;" + _("Picture") + " (*.png)",
        )
        if path:
            self.saved.emit(named_as_chosen(path, kind))

    def present(self, recipient: str, words: str, qr: bytes, says: str, error: str) -> None:
        """Shows this key."""
        self.words.present(words, qr)
        if self.field.text() != recipient:
            self.field.setText(recipient)
            self.field.setCursorPosition(0)
        for button in (self.copy, self.save):
            button.setEnabled(bool(recipient))
        for label, text in ((self._says, says), (self._error, error)):
            label.setText(text)
            reveal(label, bool(text))
