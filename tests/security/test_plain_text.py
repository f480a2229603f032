"""Nothing that is shown can become markup, read from the source: every page, dialog, tooltip and table there is.

``tests/qt`` walks the widgets of the open windows; this holds for what no test opens.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

UI = Path(__file__).resolve().parents[2] / "ui"
PLAIN = "ui/text.py"
"""The one place where labels are made plain, and a tooltip's text is escaped."""
NEVER = {
    *("QTextBrowser", "QTextEdit", "QErrorMessage", "QWebEngineView", "QToolTip", "QWhatsThis", "QInputDialog"),
    *("QStaticText", "QTextDocument", "QProgressDialog", "QWizard"),
}
"""What shows markup by itself, or has a label inside that does."""
NEVER_CALLED = {"setHtml", "insertHtml", "setMarkdown", "setWhatsThis", "fromHtml", "setOpenExternalLinks"}
BOXES = {"information", "warning", "critical", "question", "about"}


def offences(source: str, *, plain: bool = False) -> Iterator[str]:
    """Whatever could show markup, with its line."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) if name in NEVER:
                yield f"{node.lineno}: {name}"
            case ast.Call(func=ast.Name(id="QLabel")) if not plain:
                yield f"{node.lineno}: a label that guesses its format"
            case ast.ClassDef(bases=bases) if not plain and any(ast.unparse(base) == "QLabel" for base in bases):
                yield f"{node.lineno}: a label of its own"
            case ast.Attribute(attr="RichText" | "AutoText" | "MarkdownText"):
                yield f"{node.lineno}: {node.attr}"
            case ast.Call(func=ast.Attribute(attr=called)) if called in NEVER_CALLED:
                yield f"{node.lineno}: {called}"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="QMessageBox"), attr=called)) if called in BOXES:
                yield f"{node.lineno}: QMessageBox.{called}"
            case ast.Call(func=ast.Attribute(attr="setToolTip" | "setStatusTip"), args=[told]) if not plain:
                if not (isinstance(told, ast.Call) and ast.unparse(told.func) == "tooltip"):
                    yield f"{node.lineno}: a tooltip that guesses its format"
            case _:
                pass
    made = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if made.count("QMessageBox()") > sum(one.endswith("setTextFormat(Qt.TextFormat.PlainText)") for one in made):
        yield "0: a box that guesses its format"
    if "ToolTipRole" in source and "tooltip(" not in source:
        yield "0: a table's tooltip that guesses its format"


def test_no_page_can_show_markup() -> None:
    found = []
    for path in sorted(UI.rglob("*.py")):
        name = path.relative_to(UI.parent).as_posix()
        found += [f"{name}:{one}" for one in offences(path.read_text("utf-8"), plain=name == PLAIN)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "QLabel(name)",
        "class Mine(QLabel): pass",
        "label.setTextFormat(Qt.TextFormat.RichText)",
        "button.setToolTip(name)",
        "QMessageBox.warning(None, 'a', name)",
        "box = QMessageBox()",
        "view = QTextBrowser()",
        "document.setHtml(name)",
        "if role == Qt.ItemDataRole.ToolTipRole: pass",
    ],
)
def test_the_reader_sees_it(source: str) -> None:
    assert list(offences(source))
