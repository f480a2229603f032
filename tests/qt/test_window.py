"""The whole window on a fake gate: what an operator sees, presses and types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fake_app import FakeApp, busy_app
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QStyleOptionButton, QWidget
from pytestqt.qtbot import QtBot

from checkin import i18n
from checkin.app import CameraState
from checkin.desk.outcome import Direction, Source
from checkin.domain.admission import Reason
from checkin.domain.people import Role
from ui.controls import Button
from ui.gate.lists import RecentLineView
from ui.gate.state import CardKind
from ui.packets.keycard import named_as_chosen
from ui.ports import Page
from ui.program import Program
from ui.text import Lines, PlainLabel

Open = Callable[[FakeApp], Program]
HOSTILE = [
    "<img src=x onerror=alert(1) width=9000 height=9000>" * 4,
    "Ы" * 200,
    "محمد بن عبد الله آل سعود " * 8,
    "Имя\u202eвспять\u0000\n\tи дальше",
    "=HYPERLINK(\"http://x\";\"нажми\")",
    "&lt;b&gt;жирно&amp;",
    "&Амперсанд && Сыновья",
    "",
]  # fmt: skip


def texts(root: QWidget) -> str:
    """Everything that is written on the visible labels and buttons."""
    labels = [label.text() for label in root.findChildren(QLabel) if label.isVisible()]
    return "\n".join(labels + [button.text() for button in root.findChildren(QPushButton) if button.isVisible()])


def quiet(qtbot: QtBot, program: Program) -> None:
    """Until every answer was handed over."""
    qtbot.waitUntil(lambda: program.bridge.open == 0)


def press(
    qtbot: QtBot, program: Program, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """A key, to whatever has the focus."""
    qtbot.keyClick(program.shell.focusWidget() or program.shell, key, modifier)


def test_a_scan_turns_the_card_green_when_it_is_written(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    app.slow = True
    for listener in app.code_listeners:
        listener(["C-V004"])
    qtbot.waitUntil(lambda: len(app.asked) > 0)
    assert program.gate_view.card.property("verdict") == "idle"
    app.release()
    qtbot.waitUntil(lambda: program.gate_view.card.property("verdict") == "admit")
    assert "ПРОХОДИТЕ" in texts(program.gate_view.card)
    assert "Белова Бэлла Рашидовна" in texts(program.gate_view.card)


def test_a_question_holds_the_queue_and_is_answered_by_keys(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    for listener in app.code_listeners:
        listener(["C-V002", "C-V004"])
    qtbot.waitUntil(lambda: program.gate.state.card.kind is CardKind.ASK)
    assert program.gate_view.waiting.isVisible()
    assert program.gate_view.waiting.text() == "ждёт 1"
    press(qtbot, program, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: program.gate.state.card.kind is CardKind.ADMIT)
    qtbot.waitUntil(lambda: not program.gate_view.waiting.isVisible(), timeout=4000)
    wanted = ["C-V002", "C-V002", "C-V004"]  # a held one is looked up as a group first, so it comes a moment later
    qtbot.waitUntil(lambda: [call[1] for call in app.asked if call[0] == "scan"] == wanted, timeout=4000)


def test_escape_is_no_and_enter_is_nothing(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    program.gate.code_scanned("C-V002", Source.CAMERA)
    quiet(qtbot, program)
    press(qtbot, program, Qt.Key.Key_Return)  # the tail of a slow scanner must not vouch for a document
    assert program.gate.state.card.kind is CardKind.ASK
    press(qtbot, program, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: program.gate.state.card.kind is CardKind.REFUSE)
    assert ("decline", "C-V002") in app.asked


def test_the_buttons_of_a_question(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    program.gate.code_scanned("C-V002", Source.CAMERA)
    quiet(qtbot, program)
    buttons = [each for each in program.gate_view.card.findChildren(Button) if each.isVisible()]
    assert [button.text().strip() for button in buttons] == ["Документ проверен", "Не пропускать"]
    assert all(button.height() >= 64 and button.width() >= 64 for button in buttons)
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: program.gate.state.card.kind is CardKind.ADMIT)
    assert any(call[0] == "scan" and call[-1] == frozenset({Reason.NEEDS_DOCUMENT}) for call in app.asked)


def test_undo_by_key_from_the_empty_field(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    program.gate.code_scanned("C-V004", Source.CAMERA)
    quiet(qtbot, program)
    program.gate_view.field.setFocus()
    press(qtbot, program, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "Отменено: Белова" in texts(program.gate_view.card))
    assert [call[0] for call in app.asked].count("undo") == 1


def test_undo_by_the_button_of_a_line(qtbot: QtBot, opened: Open) -> None:
    app = busy_app()
    program = opened(app)
    quiet(qtbot, program)
    line = program.gate_view.recent.shown[0]
    button = next(each for each in line.findChildren(Button) if each.isVisible())
    name = next(label.text() for label in line.findChildren(Lines))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "Отменить? Ещё раз" in texts(line)
    asks = next(label for label in line.findChildren(Lines) if label.text() == "Отменить? Ещё раз")
    qtbot.waitUntil(lambda: asks.fontMetrics().horizontalAdvance(asks.text()) <= asks.width())
    assert not any(call[0] == "undo" for call in app.asked)  # a brush of a sleeve takes nobody back
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: any(call[0] == "undo" for call in app.asked))
    qtbot.waitUntil(lambda: "отменено" in texts(program.gate_view.recent.shown[0]))
    assert program.gate_view.field.hasFocus()  # not the next line's button: Space would take that one back
    assert name in texts(program.gate_view.recent.shown[0])


def test_a_line_that_was_asked_about_forgets_it_when_it_shows_another_scan(qtbot: QtBot, opened: Open) -> None:
    app = busy_app()
    program = opened(app)
    quiet(qtbot, program)
    line = program.gate_view.recent.shown[0]
    assert isinstance(line, RecentLineView)
    qtbot.mouseClick(next(each for each in line.findChildren(Button) if each.isVisible()), Qt.MouseButton.LeftButton)
    assert line.asking
    program.gate.code_scanned("C-V004", Source.CAMERA)
    qtbot.waitUntil(lambda: not line.asking)
    assert not any(call[0] == "undo" for call in app.asked)


def test_typed_code_and_typed_name(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    field = program.gate_view.field
    field.setText("C-V004")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ("scan", "C-V004", Source.TYPED, Direction.IN, frozenset()) in app.asked)
    assert field.text() == ""
    field.setText("кузнецов")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: program.shell.page is Page.FIND and len(program.find_view.rows.shown) == 2)


def test_admit_from_the_find_page_shows_the_card(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    program.open_page(Page.FIND)
    program.find_view.field.setText("сок")
    program.find_view.query_submitted.emit("сок")
    qtbot.waitUntil(lambda: len(program.find_view.rows.shown) == 1)
    row = program.find_view.rows.shown[0]
    qtbot.mouseClick(row.findChildren(Button)[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: program.gate.state.card.kind is CardKind.ADMIT)
    assert program.shell.page is Page.GATE
    assert ("scan", "C-V012", Source.SEARCH, Direction.IN, frozenset()) in app.asked


def test_exit_is_chosen_and_seen(qtbot: QtBot, opened: Open) -> None:
    app = busy_app()
    program = opened(app)
    qtbot.mouseClick(program.gate_view.way_out, Qt.MouseButton.LeftButton)
    assert program.gate_view.way_out.isChecked()
    assert not program.gate_view.way_in.isChecked()
    program.gate.code_scanned("C-V003", Source.CAMERA)
    qtbot.waitUntil(lambda: program.gate_view.card.property("verdict") == "out")


def every_page(qtbot: QtBot, program: Program) -> None:
    for page in Page:
        program.open_page(page)
        quiet(qtbot, program)
        QApplication.processEvents()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text_and_widen_nothing(qtbot: QtBot, opened: Open, name: str) -> None:
    app = FakeApp()
    app.add("X1", name, "t1", birth_year=1990)
    app.tour_list[0] = type(app.tour_list[0])(
        **{key: getattr(app.tour_list[0], key) for key in app.tour_list[0].__slots__} | {"title": name or "—"}
    )
    app.change_status(gate=name, banners=(name,) if name else (), camera_message=name, camera=CameraState.LOST)
    program = opened(app)
    program.gate.code_scanned("C-X1", Source.CAMERA)
    quiet(qtbot, program)
    program.find.query_submitted(name[:5] or "X1")
    every_page(qtbot, program)
    assert (program.shell.width(), program.shell.height()) == (1280, 720)
    assert program.shell.minimumSizeHint().width() <= 1280
    tall = {page.value: (program.open_page(page), program.shell.minimumSizeHint().height())[1] for page in Page}
    assert max(tall.values()) <= 720, tall
    for label in program.shell.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText, label.text()[:40]
    for widget in program.shell.findChildren(QWidget):
        assert "<img" not in widget.toolTip()
        if widget.isVisible() and widget.window() is program.shell:
            right = widget.mapTo(program.shell, widget.rect().topRight()).x()
            assert right <= 1280, (type(widget).__name__, widget.accessibleName()[:40])


def test_a_long_name_is_whole_in_its_tooltip(qtbot: QtBot) -> None:
    line = Lines("Слово " * 60, lines=2)
    qtbot.addWidget(line)
    line.resize(200, 60)
    line.show()
    assert line.toolTip().count("Слово") == 60
    line.setText("Коротко")
    assert line.toolTip() == ""


@pytest.mark.parametrize(("size", "rows"), [(72, 2), (30, 1)])
def test_a_text_wider_than_its_button_is_wrapped_or_ends_in_dots(qtbot: QtBot, size: int, rows: int) -> None:
    names = "Сверено со стоп-листом & другой человек: Давыдова Алина, Мельникова Ева, Сорокин Кирилл"
    button = Button(names, "ask", size=size)
    qtbot.addWidget(button)
    button.setFixedSize(420, size)
    button.show()
    option = QStyleOptionButton()
    button.initStyleOption(option)
    drawn = option.text.split("\n")  # type: ignore[attr-defined]  # not in the stubs
    assert len(drawn) == rows
    assert all(button.fontMetrics().horizontalAdvance(line) < 420 - button.iconSize().width() for line in drawn)
    assert drawn[-1].endswith("…")
    button.setFixedSize(4000, size)
    button.initStyleOption(option)
    assert option.text.strip() == names.replace("&", "&&")  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [72, 30])
def test_no_word_of_a_button_is_broken(qtbot: QtBot, size: int) -> None:
    button = Button("Сохранить", "admit", size=size)
    qtbot.addWidget(button)
    button.setFixedSize(100, size)
    button.show()
    option = QStyleOptionButton()
    button.initStyleOption(option)
    assert "\n" not in option.text  # type: ignore[attr-defined]  # not in the stubs
    assert option.text.endswith("…")  # type: ignore[attr-defined]


def test_return_presses_what_has_the_keyboard_and_never_vouches_for_a_document(qtbot: QtBot, opened: Open) -> None:
    program = opened(FakeApp())
    program.gate_view.way_out.setFocus()
    press(qtbot, program, Qt.Key.Key_Return)
    assert program.gate_view.way_out.isChecked()
    program.gate_view.way_in.setFocus()
    press(qtbot, program, Qt.Key.Key_Return)
    program.gate.code_scanned("C-V002", Source.CAMERA)
    quiet(qtbot, program)
    program.gate_view.card.findChildren(Button)[1].setFocus()
    press(qtbot, program, Qt.Key.Key_Return)
    assert program.gate.state.card.kind is CardKind.ASK


def test_how_many_are_inside_is_seen_beside_a_strip_and_a_question(qtbot: QtBot, opened: Open) -> None:
    app = busy_app()
    program = opened(app)
    quiet(qtbot, program)
    view = program.gate_view
    program.alarm.presenter.alarm_pressed()
    view.remained.present("Остались внутри: Школа № 12 — Гость Иван")
    app.change_status(banners=("Часы этого ПК идут неверно",))
    QApplication.processEvents()
    side = view.way_in.parentWidget().findChildren(PlainLabel)
    shown = [label for label in side if label.isVisible() and label.text().startswith("14")]
    assert shown
    assert all(label.height() >= label.fontMetrics().height() for label in shown)
    assert all(label.visibleRegion().boundingRect().height() >= label.fontMetrics().ascent() for label in shown)


def test_the_day_expects_as_many_as_its_tours_together(qtbot: QtBot, opened: Open) -> None:
    app = busy_app()
    count = app._count
    app._count = lambda tour: replace(count(tour), walk_ins=1)  # type: ignore[method-assign]
    program = opened(app)
    quiet(qtbot, program)
    tours = [row for row in program.gate.state.tours if not row.cancelled]
    whole = sum(int(row.figures.split(" / ")[1]) for row in tours)
    assert f"ожидается сегодня: {whole}" in texts(program.gate_view)


def test_the_settings_fit_beside_their_scroll_bar(qtbot: QtBot, opened: Open) -> None:
    program = opened(busy_app())
    program.open_page(Page.SETTINGS)
    quiet(qtbot, program)
    area = program.settings_view._area
    qtbot.waitUntil(lambda: area.verticalScrollBar().isVisible())
    assert area.widget().minimumSizeHint().width() <= area.viewport().width()


def test_half_a_gates_name_is_that_gate_and_no_new_one(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    program.open_page(Page.SETTINGS)
    quiet(qtbot, program)
    edit = program.settings_view._gate_edit
    for typed, wanted in (("север", "Северные ворота"), ("ГЛАВ", "Главная проходная")):
        edit.setFocus()
        edit.setText(typed)
        program.settings_view._gate_named()
        quiet(qtbot, program)
        assert app.settings.gate == wanted


def test_language_is_changed_without_losing_what_is_going_on(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    program.gate.code_scanned("C-V002", Source.CAMERA)
    program.gate.code_scanned("C-V004", Source.CAMERA)
    quiet(qtbot, program)
    program.open_page(Page.SETTINGS)
    before = program.shell
    program.settings_view.language_chosen.emit("en")
    qtbot.waitUntil(lambda: program.shell is not before)
    assert i18n.language() == "en"
    assert app.settings.language == "en"
    assert program.shell.page is Page.SETTINGS
    assert "Settings" in texts(program.settings_view)
    program.open_page(Page.GATE)
    assert program.gate_view.waiting.text() == "1 waits"
    assert "Document checked" in texts(program.gate_view.card)
    press(qtbot, program, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: program.gate.state.card.kind is CardKind.ADMIT)


def test_every_page_says_why_it_is_empty(qtbot: QtBot, opened: Open) -> None:
    program = opened(FakeApp(empty=True, camera=False))
    wanted = {
        Page.GATE: "Получите список посетителей",
        Page.FIND: "Списка пока нет",
        Page.TOURS: "Списка пока нет",
        Page.SYNC: "Сервера нет",
        Page.SETTINGS: "Перечень предприятий приходит со списком",
    }
    for page, says in wanted.items():
        program.open_page(page)
        quiet(qtbot, program)
        assert says in texts(program.shell), page


def test_the_first_start_leads_to_the_gate(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp(empty=True, camera=False)
    program = opened(app)
    program.welcome_view.action_pressed.emit("import")
    assert program.shell.page is Page.SYNC
    assert "шаг 1 из 3" in texts(program.shell.guide)
    program.sync_view.file_chosen.emit(Path("список.csv"))
    qtbot.waitUntil(lambda: program.sync_view.importing.take.isVisible())
    assert "31.02.2026" in texts(program.sync_view)
    assert not app.plant_list  # a trial takes nothing
    qtbot.mouseClick(program.sync_view.importing.take, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: program.welcome.state.guide.startswith("Первый запуск, шаг 2"))
    program.settings.plant_chosen("bread-9")
    program.settings.gate_chosen("Северные ворота")
    qtbot.waitUntil(lambda: program.welcome.state.guide.startswith("Первый запуск, шаг 3"))
    qtbot.mouseClick(program.shell.guide.back, Qt.MouseButton.LeftButton)
    assert program.shell.page is Page.GATE
    program.welcome_view.action_pressed.emit("go")
    assert program.gate_view.isVisible()
    assert not program.shell.guide.isVisible()


def test_the_first_pairing_by_stick_is_a_step_and_its_page_fits(qtbot: QtBot, opened: Open) -> None:
    program = opened(FakeApp(empty=True, camera=False))
    assert ("packets", "С флешки") in program.welcome.state.steps[0].actions
    program.welcome_view.action_pressed.emit("packets")
    assert program.shell.page is Page.PACKETS
    program.packets.tab_chosen("key")
    quiet(qtbot, program)
    QApplication.processEvents()
    assert program.shell.guide.isVisible()
    assert program.shell.minimumSizeHint().height() <= 720
    assert program.alarm.button.mapTo(program.shell, program.alarm.button.rect().bottomLeft()).y() < 720


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("/s/gate-key.txt", "Text (*.txt)", "gate-key.txt"),
        ("/s/gate-key.txt", "Picture (*.png)", "gate-key.png"),
        ("/s/key", "Text (*.txt)", "key.txt"),
        ("/s/key.PNG", "Picture (*.png)", "key.PNG"),
    ],
)
def test_a_saved_key_is_what_was_chosen(path: str, kind: str, name: str) -> None:
    assert named_as_chosen(path, kind).name == name


def test_no_ticket_is_judged_where_its_verdict_is_not_seen(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp(empty=True, camera=False)
    program = opened(app)
    program.arrivals._scanned("C-V001", Source.SCANNER)
    assert [call for call in app.asked if call[0] == "scan"] == []
    assert program.shell.page is Page.GATE
    qtbot.waitUntil(lambda: "Сначала: Получите список" in texts(program.welcome_view))
    app.import_list(Path("список.csv"))
    qtbot.waitUntil(lambda: program.welcome.state.guide.startswith("Первый запуск, шаг 2"))
    program.settings.plant_chosen("bread-9")
    program.settings.gate_chosen("Северные ворота")
    qtbot.waitUntil(lambda: program.welcome.state.guide.startswith("Первый запуск, шаг 3"))
    program.arrivals._scanned("C-V001", Source.SCANNER)  # there is a way to read tickets: that was the last step
    qtbot.waitUntil(lambda: program.gate.state.card.kind is not CardKind.IDLE)
    assert program.gate_view.isVisible()
    assert not program.welcome.state.active


def test_a_ticket_in_an_alarm_marks_its_bearer_though_nobody_logged_in(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    app.scan("C-V003", Source.CAMERA)
    program = opened(app)
    app.people.hire("Орлова Анна", Role.ADMINISTRATOR)
    program.alarm.presenter.raised(drill=False)
    qtbot.waitUntil(lambda: program.alarm.presenter.state.missing == 1)
    assert program.shell.page is Page.MUSTER
    program.arrivals._scanned("C-V003", Source.SCANNER)
    qtbot.waitUntil(lambda: program.alarm.presenter.state.found == 1)
    assert program.shell.page is Page.MUSTER


def test_pages_by_keys_and_a_way_round_by_tab(qtbot: QtBot, opened: Open) -> None:
    program = opened(busy_app())
    for number, page in enumerate(Page):
        press(qtbot, program, Qt.Key(Qt.Key.Key_1 + number), Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda page=page: program.shell.page is page)
    program.open_page(Page.GATE)
    seen: list[QWidget] = []
    for _step in range(40):
        widget = program.shell.focusWidget()
        assert widget is not None
        if widget in seen:
            break
        seen.append(widget)
        program.shell.focusNextChild()
    names = {each.accessibleName() for each in seen}
    assert {"Код или имя", "Проверить", "Вход", "Выход", "Проходная", "Настройки"} <= names
    assert "" not in names


def test_targets_are_large_enough_for_gloves(qtbot: QtBot, opened: Open) -> None:
    program = opened(busy_app())
    program.gate.code_scanned("C-V004", Source.CAMERA)
    quiet(qtbot, program)
    for button in program.gate_view.findChildren(QPushButton):
        if button.isVisible():
            assert button.height() >= 56, button.accessibleName()
            assert button.width() >= 64, button.accessibleName()


def test_the_preview_shows_pictures_only_while_it_is_seen(qtbot: QtBot, opened: Open) -> None:
    program = opened(FakeApp())
    preview = program.gate_view.preview
    qtbot.waitUntil(lambda: preview._image is not None)
    shown = preview.picture_rect()
    assert abs(shown.width() / shown.height() - 1280 / 720) < 0.02
    assert preview._timer.isActive()
    program.open_page(Page.TOURS)
    assert not preview._timer.isActive()


def test_a_lost_camera_says_so_and_typing_works(qtbot: QtBot, opened: Open) -> None:
    app = FakeApp()
    program = opened(app)
    app.change_status(camera=CameraState.LOST, camera_message="Камера не отвечает", banners=("Камера не отвечает.",))
    qtbot.waitUntil(lambda: "Камера не отвечает" in texts(program.gate_view.preview))
    assert "Камера не отвечает." in texts(program.shell)
    program.gate_view.entry_submitted.emit("C-V004")
    qtbot.waitUntil(lambda: program.gate.state.card.kind is CardKind.ADMIT)
