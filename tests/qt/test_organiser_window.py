"""The organiser's window on a real profile: each job once, by the buttons that a person touches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QStyle, QStyleOptionComboBox
from pytestqt.qtbot import QtBot

from checkin import i18n
from checkin.organising.office import Office
from checkin.rosters.seasonsheets import write
from checkin.settings import Profile
from ui.controls import Picker
from ui.organiser.lists.state import Kind, Step
from ui.organiser.ports import Page
from ui.organiser.table import TICKED
from ui.organiser.tickets.state import Part
from ui.organiser.window import OrganiserProgram
from ui.text import Lines

SECRET = "long secret phrase"
NAMES = "абвгдежзиклмнопрстуфхцчшщэюя"
HEAD = "Предприятие;Мероприятие;Дата;Начало;Группа;ФИО;Год рождения;Паспорт;Телефон\n"
LIST = HEAD + (
    "Хлеб;Каравай;05.08.2030;10:30;5А;Иванова Мария;2000;4510 123456;+7 916 000-00-01\n"
    "Хлеб;Каравай;05.08.2030;10:30;5А;Петров Пётр;2001;4510 123457;+7 916 000-00-02\n"
    "Хлеб;Каравай;когда-нибудь;10:30;5А;Сидоров Олег;2001;4510 123458;+7 916 000-00-03\n"
)
Work = Callable[[Path], OrganiserProgram]


@pytest.fixture
def work(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """Opens the window on a profile."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    opened: list[OrganiserProgram] = []

    def build(folder: Path) -> OrganiserProgram:
        program = OrganiserProgram(Office(Profile(folder)), size=QSize(1280, 720))
        opened.append(program)
        program.show()
        settle(qtbot, program)
        return program

    yield build
    for program in opened:
        program.shut()
        program.office.close()
        program.frame.hide()
        program.frame.deleteLater()


def settle(qtbot: QtBot, program: OrganiserProgram) -> None:
    qtbot.waitUntil(lambda: program.bridge.open == 0, timeout=30_000)


def take(qtbot: QtBot, program: OrganiserProgram, path: Path) -> None:
    """A list by its three buttons."""
    program.open_page(Page.LISTS)
    if program.lists.state.step is Step.DONE:
        program.frame.lists.back.click()
    program.frame.lists.file_chosen.emit(path)
    settle(qtbot, program)
    program.frame.lists.check.click()
    settle(qtbot, program)
    program.frame.lists.take.click()
    settle(qtbot, program)


def shown(program: OrganiserProgram) -> str:
    """Every word on the screen."""
    labels = [one for one in program.frame.findChildren(QLabel) if one.isVisible()]
    return "\n".join(one.text() for one in labels)


def test_a_fresh_profile_says_what_to_do_on_every_page(work: Work, tmp_path: Path, qtbot: QtBot) -> None:
    program = work(tmp_path)
    for page in Page:
        program.open_page(page)
        settle(qtbot, program)
        assert program.frame.stack.currentWidget() is program.frame.pages[page]
        assert (program.frame.width(), program.frame.height()) == (1280, 720)
    for part in Part:
        program.frame.tickets.parts[part].click()
        settle(qtbot, program)


def test_a_list_is_looked_at_checked_and_taken(work: Work, tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST, "utf-8")
    program = work(tmp_path / "p")
    view = program.frame.lists
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    view.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    settle(qtbot, program)
    state = program.lists.state
    assert {row.heading: row.column for row in state.columns}["ФИО"] == "visitor"
    assert "Паспорт" in state.left_out
    assert "Телефон" in state.left_out
    assert "123456" not in shown(program)
    assert "916" not in shown(program)
    view.check.click()
    settle(qtbot, program)
    state = program.lists.state
    assert {kind: count for kind, _text, count in state.counts} == {
        Kind.ADDED: 2,
        Kind.CHANGED: 0,
        Kind.GONE: 0,
        Kind.UNCHANGED: 0,
        Kind.FAULTS: 1,
        Kind.NOTICES: state.counts[-1][2],
    }
    view.kinds[Kind.FAULTS].click()
    ((_sheet, row, column, reason),) = program.lists.state.table.rows
    assert (row, column) == ("4", "Дата")
    assert "когда-нибудь" in reason
    mend = tmp_path / "mend"
    view.correction_chosen.emit(mend)
    settle(qtbot, program)
    book = openpyxl.load_workbook(tmp_path / "mend.xlsx")
    assert not any("4510" in str(cell.value) for line in book.active.iter_rows() for cell in line)  # type: ignore[union-attr]
    view.take.click()
    settle(qtbot, program)
    assert program.lists.state.step is Step.DONE
    view.name.setText("Школа")
    view.remember.click()
    assert [one.name for one in program.office.memory.names()][-1] == "Школа"
    take(qtbot, program, file)
    assert program.lists.state.counts[3][2] == 2


def test_a_column_is_corrected_and_a_list_is_given_its_tour(work: Work, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    (tmp_path / "class.csv").write_text("Кто идёт;Откуда\nСмирнова Анна;Тверь\nЕгоров Глеб;Тверь\n", "cp1251")
    program = work(tmp_path / "p")
    take(qtbot, program, tmp_path / "list.csv")
    program.frame.lists.back.click()
    program.frame.lists.file_chosen.emit(tmp_path / "class.csv")
    settle(qtbot, program)
    assert not program.lists.state.can_check or program.lists.state.asks_tour
    key = next(row.key for row in program.lists.state.columns if row.heading == "Кто идёт")
    program.frame.lists.column_said.emit(key, "visitor")
    settle(qtbot, program)
    state = program.lists.state
    assert state.asks_tour
    assert state.can_check
    assert state.plant == state.plants[0][0]  # the only one chooses itself
    program.frame.lists.tour_chosen.emit(state.tours[0][0])
    program.frame.lists.check.click()
    settle(qtbot, program)
    state = program.lists.state
    assert [row[1] for row in state.table.rows] == ["Смирнова Анна", "Егоров Глеб"]
    assert all("Каравай" in row[4] for row in state.table.rows)
    assert state.gone == 2
    assert not state.revoke
    program.frame.lists.back.click()
    assert program.lists.state.step is Step.COLUMNS


def test_a_missing_plant_is_said_by_its_name_and_what_to_do(work: Work, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "two.csv").write_text(LIST + LIST.splitlines()[1].replace("Хлеб", "Молоко") + "\n", "utf-8")
    (tmp_path / "class.csv").write_text("ФИО;Мероприятие;Дата;Начало\nЕгоров Глеб;Каравай;05.08.2030;10:30\n", "utf-8")
    program = work(tmp_path / "p")
    take(qtbot, program, tmp_path / "two.csv")
    program.frame.lists.back.click()
    program.frame.lists.file_chosen.emit(tmp_path / "class.csv")
    settle(qtbot, program)
    assert program.lists.state.plant == ""
    program.frame.lists.check.click()
    settle(qtbot, program)
    program.frame.lists.kind_chosen.emit(Kind.FAULTS)
    (fault,) = program.lists.state.table.rows
    assert fault[2:] == ("предприятие", "Не указано предприятие. Вернитесь и выберите его над столбцами")


def test_tickets_of_those_who_are_gone_are_revoked_only_when_ticked(work: Work, tmp_path: Path, qtbot: QtBot) -> None:
    full, less = tmp_path / "full.csv", tmp_path / "less.csv"
    full.write_text(LIST, "utf-8")
    less.write_text("".join(line for line in LIST.splitlines(keepends=True) if "Петров" not in line), "utf-8")
    program = work(tmp_path / "p")
    take(qtbot, program, full)
    take(qtbot, program, less)
    program.open_page(Page.TICKETS)
    settle(qtbot, program)
    assert [row[-1] for row in program.tickets.state.people.rows].count("отозван") == 0
    program.open_page(Page.LISTS)
    program.frame.lists.back.click()
    program.frame.lists.file_chosen.emit(less)
    settle(qtbot, program)
    program.frame.lists.check.click()
    settle(qtbot, program)
    program.frame.lists.revoke.click()
    program.frame.lists.take.click()
    settle(qtbot, program)
    program.open_page(Page.TICKETS)
    settle(qtbot, program)
    assert [row[-1] for row in program.tickets.state.people.rows].count("отозван") == 1


def test_garbage_ends_in_a_sentence(work: Work, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "list.xlsx").write_bytes(b"PK\x03\x04" + bytes(range(256)) * 40)
    program = work(tmp_path / "p")
    program.frame.lists.file_chosen.emit(tmp_path / "list.xlsx")
    settle(qtbot, program)
    assert program.lists.state.step is Step.CHOOSE
    assert "list.xlsx" in program.lists.state.error


def fill(program: OrganiserProgram, **cells: str) -> None:
    """Types into the form."""
    for view in program.frame.season.form.fields:
        if view.key in cells:
            box = view.box
            if hasattr(box, "setText"):
                box.setText(cells[view.key])
            else:
                box.setCurrentIndex(box.findData(cells[view.key]))


def test_a_season_is_set_up_row_by_row(work: Work, tmp_path: Path, qtbot: QtBot) -> None:
    program = work(tmp_path)
    season, view = program.season, program.frame.season
    program.open_page(Page.SEASON)
    settle(qtbot, program)

    def keep(**cells: str) -> None:
        fill(program, **cells)
        view.keep.click()
        settle(qtbot, program)

    keep(name="")
    assert season.state.wrong == "name"
    keep(name="Хлеб", tz="Нигде/Там")
    assert season.state.wrong == "tz"
    keep(name="Хлеб", tz="Asia/Yekaterinburg", address="ул. Мира, 1")
    assert season.state.sheets[0][2] == 1
    assert not season.state.wrong_text
    box = next(one.box for one in view.form.fields if one.key == "address")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    settle(qtbot, program)
    assert any(one.box.hasFocus() and one.key == "address" for one in view.form.fields)
    assert view.keep.width() >= view.keep.sizeHint().width()  # its word is whole
    view.add.click()
    keep(name="Хлеб")
    assert season.state.wrong_text  # there is one already: it is not overwritten
    assert season.state.table.rows[0][3] == "ул. Мира, 1"

    view.tabs["tours"].click()
    keep(title="Каравай", date="05.08.2030", start="25:99")
    assert season.state.wrong == "start"
    keep(title="Каравай", date="05.08.2030", start="10:30", capacity="много")
    assert season.state.wrong == "capacity"
    keep(title="Каравай", date="05.08.2030", start="10:30", capacity="25", guide="Орлова")
    assert season.state.sheets[2][2] == 1
    keep(guide="", title="=1+1")
    row = dict(zip(season.state.table.headings, season.state.table.rows[0], strict=True))
    assert row["Гид"] == ""
    assert "=1+1" in row.values()
    assert season.state.sheets[2][2] == 1

    view.tabs["policies"].click()
    season.row_chosen(0)
    keep(minimum_age="8", document="everyone")
    assert season.state.table.rows[0][1] == "8"
    keep(minimum_age="")
    assert season.state.table.rows[0][1] == ""

    view.tabs["stop"].click()
    keep(name="Злодеев Олег", birth_year="семь")
    assert season.state.wrong == "birth_year"
    keep(name="Злодеев Олег", birth_year="1970", plant="")
    assert season.state.sheets[4][2] == 1
    season.row_chosen(0)
    view.remove.click()
    view.yes.click()
    settle(qtbot, program)
    assert season.state.sheets[4][2] == 0


def test_a_tour_with_people_keeps_them_when_it_moves_and_is_not_taken_away(
    work: Work, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    program = work(tmp_path / "p")
    take(qtbot, program, tmp_path / "list.csv")
    program.open_page(Page.SEASON)
    program.frame.season.tabs["tours"].click()
    settle(qtbot, program)
    program.season.row_chosen(0)
    fill(program, start="12:00", end="13:30", title="Каравай и соль")
    program.frame.season.keep.click()
    settle(qtbot, program)
    program.season.row_chosen(0)
    program.frame.season.remove.click()
    program.frame.season.yes.click()
    settle(qtbot, program)
    assert "2 человека" in program.season.state.error
    moved = LIST.replace("10:30", "12:00").replace("Каравай", "Каравай и соль")
    (tmp_path / "moved.csv").write_text(moved, "utf-8")
    take(qtbot, program, tmp_path / "moved.csv")
    assert program.lists.state.counts[3][2] == 2  # the list's tour is the one that was moved
    program.season.export_chosen(tmp_path / "season.xlsx")
    settle(qtbot, program)
    program.frame.season.workbook_chosen.emit(tmp_path / "season.xlsx")
    settle(qtbot, program)
    assert not program.season.state.trial_can_take
    assert not program.season.state.trial_faults.rows


@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_is_said_of_keys_and_rules_is_whole_at_1280(
    work: Work, tmp_path: Path, qtbot: QtBot, language: str
) -> None:
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    program = work(tmp_path / "p")
    take(qtbot, program, tmp_path / "list.csv")
    i18n.use(language)
    program.open_page(Page.TICKETS)
    settle(qtbot, program)
    keys = program.frame.tickets.keys
    program.frame.tickets.parts[Part.KEYS].click()
    keys.issuer.setText("Программа")
    keys.first.setText(SECRET)
    keys.again.setText(SECRET)
    keys.make.click()
    settle(qtbot, program)
    said = [one for one in keys.findChildren(Lines) if one.isVisible() and one.text()]
    assert any(len(one.text()) > 100 for one in said)
    for one in said:
        assert one.toolTip() == ""  # a text that is cut is whole there
    program.open_page(Page.SEASON)
    settle(qtbot, program)
    program.frame.season.tabs["policies"].click()
    program.frame.season.grid.row_chosen.emit(0)
    settle(qtbot, program)
    for box in program.frame.season.findChildren(Picker):
        option = QStyleOptionComboBox()
        box.initStyleOption(option)
        room = box.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, box
        )
        if box.isVisible():
            assert box.fontMetrics().horizontalAdvance(box.currentText()) <= room.width(), box.currentText()


def test_tickets_are_signed_written_revoked_given_anew_and_explained(work: Work, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    program = work(tmp_path / "p")
    take(qtbot, program, tmp_path / "list.csv")
    program.open_page(Page.TICKETS)
    settle(qtbot, program)
    tickets, view = program.tickets, program.frame.tickets
    view.parts[Part.KEYS].click()
    view.keys.issuer.setText("Программа")
    view.keys.first.setText(SECRET)
    view.keys.again.setText("another one")
    view.keys.make.click()
    assert tickets.state.error
    assert not tickets.state.has_key
    view.keys.again.setText(SECRET)
    view.keys.make.click()
    settle(qtbot, program)
    assert tickets.state.has_key
    assert not view.keys.first.text()
    view.parts[Part.ISSUE].click()
    tickets.order.tour_pressed(0)
    view.issuing.place_chosen.emit(tmp_path / "out")
    view.issuing.passphrase.setText("wrong one")
    view.issuing.issue.click()
    settle(qtbot, program)
    assert tickets.state.error
    assert not (tmp_path / "out").exists()
    view.issuing.passphrase.setFocus()
    qtbot.keyClick(view.issuing.passphrase, Qt.Key.Key_Return)
    settle(qtbot, program)
    assert view.issuing.passphrase.hasFocus()  # the next try is not typed into the search, in clear
    assert view.issuing.passphrase.selectedText()
    view.issuing.passphrase.setText(SECRET)
    view.issuing.issue.click()
    settle(qtbot, program)
    assert len(list((tmp_path / "out").rglob("*.pdf"))) == 2
    assert tickets.state.says
    assert (tmp_path / "out" / "mail-merge.csv").exists()

    view.parts[Part.ANEW].click()
    code = tickets.state.people.rows[0][4]
    tickets.holders.query_changed("иванова")
    assert len(tickets.state.people.rows) == 1
    tickets.holders.ticket_pressed(0)
    view.anew.reissue.click()
    view.anew.passphrase.setText("wrong one")
    qtbot.keyClick(view.anew.passphrase, Qt.Key.Key_Return)
    settle(qtbot, program)
    assert tickets.state.error
    assert not view.anew.query.hasFocus()
    view.anew.reissue.click()
    view.anew.passphrase.setText(SECRET)
    view.anew.yes.click()
    settle(qtbot, program)
    assert tickets.state.says
    assert tickets.state.people.rows[0][4] != code
    view.parts[Part.VERIFY].click()
    view.verify.field.setText(tickets.state.people.rows[0][4])
    view.verify.button.click()
    settle(qtbot, program)
    assert tickets.state.verdict_tone == "good"
    assert any("Программа" in one for one in tickets.state.findings)
    view.verify.field.setText(code)
    view.verify.button.click()
    settle(qtbot, program)
    assert tickets.state.verdict_tone == "bad"

    view.parts[Part.ISSUE].click()
    view.issuing.passphrase.setText(SECRET)
    view.issuing.issue.click()
    settle(qtbot, program)
    assert "Удалён 1 файл: билет в нём больше не действует." in tickets.state.says
    assert not list((tmp_path / "out").rglob(f"{code}.pdf"))


def test_a_stopped_run_goes_on(work: Work, tmp_path: Path, qtbot: QtBot) -> None:
    rows = "".join(f"Хлеб;Каравай;05.08.2030;10:30;5А;Иванова Мария {n};2000;;\n" for n in NAMES)
    (tmp_path / "list.csv").write_text(HEAD + rows, "utf-8")
    program = work(tmp_path / "p")
    take(qtbot, program, tmp_path / "list.csv")
    program.open_page(Page.TICKETS)
    tickets, view = program.tickets, program.frame.tickets
    tickets.key_wanted("", SECRET, SECRET)
    settle(qtbot, program)
    tickets.order.tour_pressed(0)
    tickets.order.place_chosen(tmp_path / "out.zip")
    tickets.order.issue_pressed(SECRET)
    qtbot.waitUntil(lambda: tickets.state.done >= 2 or not tickets.state.busy, timeout=20_000)
    view.stop.click()
    assert tickets.state.busy.startswith("Останавливаю")
    assert not view.stop.isEnabled()
    settle(qtbot, program)
    stopped = len(list((tmp_path / "out.zip.part").rglob("*.pdf")))
    assert not (tmp_path / "out.zip").exists()
    assert 0 < stopped < len(NAMES)
    assert tickets.state.resume
    view.issuing.issue_pressed.emit(SECRET)
    settle(qtbot, program)
    assert (tmp_path / "out.zip").exists()
    assert f"записано файлов: {len(NAMES) - stopped}" in tickets.state.says


def test_the_season_is_seen_compared_and_saved(work: Work, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    program = work(tmp_path / "p")
    program.open_page(Page.SEEN)
    settle(qtbot, program)
    assert program.seen.state.advice  # nothing yet, said kindly
    take(qtbot, program, tmp_path / "list.csv")
    program.open_page(Page.SEEN)
    settle(qtbot, program)
    assert program.seen.state.figures[0][1] == "2"
    for name in ("report.xlsx", "report.pdf"):
        program.frame.seen.report_chosen.emit(tmp_path / name)
        settle(qtbot, program)
        assert (tmp_path / name).stat().st_size > 1000
    program.frame.seen.compare_chosen.emit(tmp_path / "report.xlsx")
    settle(qtbot, program)
    assert program.seen.state.compared
    assert len(program.seen.state.table.headings) == 4
    program.frame.seen.titles[-1].click()
    assert "0,4" in program.seen.state.note  # the formula is on the page
    program.frame.seen.dataset_chosen.emit(tmp_path / "data.csv")
    settle(qtbot, program)
    assert "Иванова" not in (tmp_path / "data.csv").read_text("utf-8-sig")


def test_the_language_is_changed_in_place(work: Work, tmp_path: Path, qtbot: QtBot) -> None:
    program = work(tmp_path)
    program.frame.language.click()
    qtbot.waitUntil(lambda: program.office.settings.language == "en" and program.bridge.open == 0)
    assert "Lists in" in shown(program)
    program.frame.tickets.issuing.query.setText("кар")
    program.tickets.order.query_changed("кар")
    program.season.keep_pressed({"name": ""})
    settle(qtbot, program)
    assert program.season.state.wrong_text
    program.frame.language.click()
    qtbot.waitUntil(lambda: program.office.settings.language == "ru" and program.bridge.open == 0)
    assert program.frame.tickets.issuing.query.text() == "кар"  # the filter is seen while it is in force
    assert not program.season.state.wrong_text  # said in the language before
    program.frame.language.click()
    qtbot.waitUntil(lambda: program.office.settings.language == "en" and program.bridge.open == 0)
    assert Profile(tmp_path).load()[0].language == "en"


def test_names_from_outside_are_plain(work: Work, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "list.csv").write_text(HEAD + "<b>Завод</b>;<img src=x>;05.08.2030;10:30;;<i>Анна</i> Ли;;;\n", "utf-8")
    program = work(tmp_path / "p")
    take(qtbot, program, tmp_path / "list.csv")
    for page in Page:
        program.open_page(page)
        settle(qtbot, program)
    labels = program.frame.findChildren(QLabel)
    assert labels
    assert all(one.textFormat() is Qt.TextFormat.PlainText for one in labels)
    assert any("<b>Завод</b>" in text for row in program.season.state.table.rows for text in row)
    assert isinstance(program.frame.lists._says, Lines)


def test_a_seasons_workbook_is_sent_to_its_own_page(work: Work, tmp_path: Path, qtbot: QtBot) -> None:
    write(tmp_path / "season.xlsx", {"plants": [{"name": "Хлеб"}]})
    program = work(tmp_path / "p")
    program.frame.lists.file_chosen.emit(tmp_path / "season.xlsx")
    settle(qtbot, program)
    assert program.lists.state.step is Step.CHOOSE
    assert "Сезон" in program.lists.state.error


def test_the_tours_to_write_out_fit_and_show_what_can_be_ticked(work: Work, tmp_path: Path, qtbot: QtBot) -> None:
    plants = [{"name": f"Предприятие с длинным названием {number}"} for number in range(2)]
    tours = [
        {"plant": one["name"], "title": "Очень длинное название экскурсии " * 4, "date": "05.08.2030", "start": "10:30"}
        for one in plants
    ]
    write(tmp_path / "season.xlsx", {"plants": plants, "tours": tours})
    program = work(tmp_path / "p")
    program.season.workbook_chosen(tmp_path / "season.xlsx")
    settle(qtbot, program)
    program.season.trial_answered(True)
    settle(qtbot, program)
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    take(qtbot, program, tmp_path / "list.csv")
    program.open_page(Page.TICKETS)
    settle(qtbot, program)
    grid = program.frame.tickets.issuing.grid
    assert grid.horizontalScrollBar().maximum() == 0
    states = [
        grid.model_.data(grid.model_.index(row, 0), Qt.ItemDataRole.CheckStateRole)
        for row in range(grid.model_.rowCount())
    ]
    assert states.count(None) == 2  # nobody is on those
    assert states.count(Qt.CheckState.Unchecked) == len(states) - 2 == 1
    program.tickets.order.all_pressed()
    assert sum(row[0] == TICKED for row in program.tickets.state.tours.rows) == 1
    assert grid.model_.data(grid.model_.index(0, 0), Qt.ItemDataRole.DisplayRole) is None
