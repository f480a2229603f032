"""The alarm: two touches, one list, marks that are seen at once."""

from __future__ import annotations

from fake_app import FakeApp
from hand_turn import HandTurn

from checkin.desk.outcome import Source
from checkin.domain.muster import Mark
from checkin.domain.people import Role
from checkin.errors import StoreBusy
from ui.muster.presenter import ARMED_S, REST_S, MusterPresenter
from ui.muster.state import Mode


def yard(turn: HandTurn) -> tuple[FakeApp, MusterPresenter, list[str]]:
    app = FakeApp()
    for number in (3, 5, 6, 8):
        app.scan(f"C-V{number:03}", Source.CAMERA)
    opened: list[str] = []
    return app, MusterPresenter(app, turn, lambda: opened.append("muster")), opened


def test_one_touch_is_a_slip(turn: HandTurn) -> None:
    app, presenter, opened = yard(turn)
    presenter.alarm_pressed()
    assert presenter.state.asking == "alarm"
    turn.pass_time(ARMED_S)
    assert presenter.state.asking == ""
    assert not [call for call in app.asked if call[0] == "raise_alarm"]
    assert opened == []


def test_two_touches_list_everybody_and_print(turn: HandTurn) -> None:
    app, presenter, opened = yard(turn)
    presenter.alarm_pressed()
    presenter.raised(drill=False)
    state = presenter.state
    assert state.mode is Mode.REAL
    assert (state.inside, state.found, state.missing) == (4, 0, 4)
    assert len([row for row in state.rows if row.subject]) == 4
    assert opened == ["muster"]
    assert [call for call in app.asked if call[0] == "print_sheet"] == [("print_sheet", 4)]
    assert "/tmp/paper.pdf" in state.trouble  # nothing was printed: that is no good news
    assert state.says == ""


def test_the_last_drill_is_no_alarm(turn: HandTurn) -> None:
    _app, presenter, _opened = yard(turn)
    presenter.raised(drill=True)
    presenter.cleared()
    turn.pass_time(REST_S)
    assert presenter.state.since.startswith("Последняя учебная тревога длилась ")


def test_a_long_name_of_the_plant_pushes_no_count_out_of_the_line(turn: HandTurn) -> None:
    _app, presenter, _opened = yard(turn)
    presenter.raised(drill=False)
    assert presenter.state.facts.endswith("Хлебозавод № 9")  # the line is cut at its end


def test_a_mark_is_seen_at_once_and_one_that_failed_is_taken_back(turn: HandTurn) -> None:
    app, presenter, _opened = yard(turn)
    presenter.raised(drill=True)
    assert presenter.state.mode is Mode.DRILL
    app.slow = True
    presenter.marked("V003", Mark.FOUND)
    assert presenter.state.missing == 3
    app.release()
    app.slow = False
    turn.pass_time(REST_S)
    assert presenter.state.missing == 3
    app.error = StoreBusy("занято")
    presenter.marked("V005", Mark.FOUND)
    assert presenter.state.missing == 3
    assert presenter.state.trouble == "занято"


def test_only_the_missing(turn: HandTurn) -> None:
    _app, presenter, _opened = yard(turn)
    presenter.raised(drill=False)
    presenter.marked("V003", Mark.FOUND)
    presenter.filter_pressed()
    assert "V003" not in [row.subject for row in presenter.state.rows]
    assert len([row for row in presenter.state.rows if row.subject]) == 3


def test_the_end_asks_once_more_and_makes_a_report(turn: HandTurn) -> None:
    app, presenter, _opened = yard(turn)
    presenter.raised(drill=False)
    presenter.marked("V003", Mark.FOUND)
    assert presenter.state.rows[0].badge == "не найдено 3 из 4"
    presenter.clear_pressed()
    assert presenter.state.asking == "clear"
    assert not [call for call in app.asked if call[0] == "all_clear"]
    presenter.cleared()
    turn.pass_time(REST_S)
    assert presenter.state.mode is Mode.OVER
    assert ("print_report",) in app.asked
    assert {row.mark for row in presenter.state.rows} == {None}
    assert presenter.state.rows[0].badge == "внутри: 4"


def test_a_ticket_that_is_scanned_marks_its_bearer(turn: HandTurn) -> None:
    _app, presenter, _opened = yard(turn)
    presenter.raised(drill=False)
    presenter.code_shown("C-V003")
    turn.pass_time(REST_S)
    assert presenter.state.missing == 3
    assert [row.subject for row in presenter.state.rows if row.mark is Mark.FOUND] == ["V003"]
    assert presenter.state.says.startswith("Здесь: ")
    for text, said in (("C-V004", "нет в списке"), ("somebody else's", "никто не отмечен")):
        presenter.code_shown(text)
        assert said in presenter.state.trouble
        assert presenter.state.says == ""
        assert presenter.state.missing == 3


def test_who_has_not_logged_in_ends_no_alarm(turn: HandTurn) -> None:
    app, presenter, _opened = yard(turn)
    boss = app.people.hire("Гусева Анна", Role.SUPERVISOR)
    guide = app.people.hire("Орлова Ольга", Role.GUIDE)
    presenter.raised(drill=False)
    for person, said in ((None, "замок"), (guide, "старшего")):
        app.people.person = person
        presenter.clear_pressed()
        assert presenter.state.asking == ""
        assert said in presenter.state.trouble
    app.people.person = boss
    presenter.clear_pressed()
    assert presenter.state.asking == "clear"
