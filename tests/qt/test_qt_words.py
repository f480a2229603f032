"""Qt's own words follow the program's language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from checkin import i18n
from ui import qtwords, theme


@pytest.fixture(autouse=True)
def russian_after(qapp: QApplication) -> Iterator[None]:
    yield
    i18n.use("ru")
    qtwords.speak(qapp)


def look_in() -> str:
    return QCoreApplication.translate("QFileDialog", "Look in:")


def test_file_dialogs_speak_the_programs_language(qapp: QApplication) -> None:
    for language, said in (("ru", "Перейти к:"), ("en", "Look in:"), ("ru", "Перейти к:")):
        i18n.use(language)
        theme.apply(qapp)
        assert look_in() == said
