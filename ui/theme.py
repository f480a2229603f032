"""How the program looks: colours, sizes and icons, in one place.

White and yellow on dark, for a screen in the sun; verdicts differ by colour, icon and word.  All sizes are for a window
720 pixels high and grow with it in steps; what is touched while people queue is at least 64 pixels high.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from ui import qtwords

RESOURCES = Path(__file__).resolve().parent.parent / "resources"

COLOURS = {
    "ground": "#0c1016",
    "panel": "#151b24",
    "raised": "#1f2834",
    "hover": "#2a3544",
    "line": "#344152",
    "text": "#f5f7fa",
    "muted": "#b4c0cf",
    "accent": "#ffd23f",
    "accent-dark": "#e0b21a",
    "on-accent": "#171200",
    "admit": "#0b7d3e",
    "admit-bright": "#35d07f",
    "on-admit": "#ffffff",
    "ask": "#ffb81c",
    "ask-bright": "#ffb81c",
    "on-ask": "#1a1200",
    "refuse": "#c3202b",
    "refuse-bright": "#ff6b6b",
    "on-refuse": "#ffffff",
    "out": "#2f7de1",
    "out-bright": "#78b4ff",
    "on-out": "#ffffff",
}

FAMILIES = (
    "Inter",
    "Segoe UI",
    "Open Sans",
    "Noto Sans",
    "PT Sans",
    "Roboto",
    "Liberation Sans",
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Droid Sans Fallback",
    "Noto Sans Arabic",
)

_scale = 1.0


def fitting_scale(width: int, height: int) -> float:
    """The scale for a window of this size, in the system's units: 1366 by 768 at 125 % is 1093 by 574.

    Where all would not go in, the alarm in the corner would be the first to be cut off.
    """
    steps = ((1840, 1000, 1.35), (1500, 820, 1.15), (1160, 680, 1.0), (1100, 600, 0.9))
    return next((scale for wide, high, scale in steps if width >= wide and height >= high), 0.8)


def use_scale(scale: float) -> None:
    """Widgets built from now on have sizes of this scale."""
    global _scale
    _scale = scale


def scale() -> float:
    """The scale in use."""
    return _scale


def px(size: float) -> int:
    """A size in pixels at the scale in use."""
    return max(1, round(size * _scale))


def colour(name: str) -> QColor:
    """A colour of the theme."""
    return QColor(COLOURS[name])


def apply(app: QApplication) -> None:
    """Puts font, palette and style sheet onto the application, at the scale in use; Qt speaks its language."""
    qtwords.speak(app)
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPixelSize(px(17))
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    app.setFont(font)
    palette = QPalette()
    for role, name in (
        (QPalette.ColorRole.Window, "ground"),
        (QPalette.ColorRole.WindowText, "text"),
        (QPalette.ColorRole.Base, "panel"),
        (QPalette.ColorRole.AlternateBase, "raised"),
        (QPalette.ColorRole.Text, "text"),
        (QPalette.ColorRole.Button, "raised"),
        (QPalette.ColorRole.ButtonText, "text"),
        (QPalette.ColorRole.Highlight, "accent"),
        (QPalette.ColorRole.HighlightedText, "on-accent"),
        (QPalette.ColorRole.ToolTipBase, "raised"),
        (QPalette.ColorRole.ToolTipText, "text"),
        (QPalette.ColorRole.PlaceholderText, "muted"),
        (QPalette.ColorRole.Link, "accent"),
    ):
        palette.setColor(role, colour(name))
    app.setPalette(palette)
    app.setStyleSheet(style_sheet(_scale))


@cache
def style_sheet(at_scale: float, name: str = "gate") -> str:
    """The style sheet with colours (``@name``) and sizes (``12px``, scaled) filled in."""
    text = (RESOURCES / "style" / f"{name}.qss").read_text(encoding="utf-8")
    text = re.sub(r"@([a-z][a-z-]*)", lambda found: COLOURS[found[1]], text)
    icons = (RESOURCES / "icons").as_posix()
    text = text.replace("$icons", icons)
    return re.sub(r"(\d+)px", lambda found: f"{max(1, round(int(found[1]) * at_scale))}px", text)


@cache
def picture(name: str, colour_name: str, size: int) -> QPixmap:
    """An icon of ``resources/icons`` in a colour of the theme, ``size`` pixels square."""
    from PySide6.QtSvg import QSvgRenderer

    drawing = (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", COLOURS[colour_name]).encode()))
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter)
    painter.end()
    return pixmap


@cache
def icon(name: str, colour_name: str = "text", size: int = 48, checked: str = "") -> QIcon:
    """The same as an icon for a button; ``checked`` is its colour while the button is checked."""
    made = QIcon(picture(name, colour_name, size))
    made.addPixmap(picture(name, "line", size), QIcon.Mode.Disabled)
    if checked:
        made.addPixmap(picture(name, checked, size), QIcon.Mode.Normal, QIcon.State.On)
    return made


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Sets a property that the style sheet looks at, and has the widget and its children drawn by it."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    for each in (widget, *widget.findChildren(QWidget)):
        each.style().unpolish(each)
        each.style().polish(each)
