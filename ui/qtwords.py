"""Qt's own words, in file dialogs, boxes and menus of a field: in the language of the program, like all others."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from checkin import i18n

_NAME = "qt-words"


def speak(application: QCoreApplication) -> None:
    """Lets Qt speak the language in use.  English are the words in its code: those need no file."""
    for before in application.findChildren(QTranslator, _NAME):
        application.removeTranslator(before)
        before.deleteLater()
    if i18n.language() == "en":
        return
    words = QTranslator(application)
    words.setObjectName(_NAME)
    if words.load(f"qtbase_{i18n.language()}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(words)
