"""A group at the gate: opened by one scan, let through at once, nothing written before the button."""

from __future__ import annotations

from fake_app import FakeApp
from hand_turn import HandTurn

from checkin.desk.outcome import Direction, Source
from checkin.domain.admission import Reason
from ui.gate.judging import GROUP_DWELL_S
from ui.gate.presenter import GatePresenter
from ui.gate.state import CardKind
from ui.groups.state import MemberKind


def stand(turn: HandTurn) -> tuple[FakeApp, GatePresenter]:
    app = FakeApp()
    app.by_group = True
    gate = GatePresenter(app, turn)
    app.listen(gate.refreshed)
    return app, gate


def settle_all(gate: GatePresenter) -> None:
    for question in gate.group.state.questions:
        gate.group.question_pressed(question.reason)


def test_a_class_with_two_absentees_is_one_scan_two_unticks_one_press(turn: HandTurn) -> None:
    app, gate = stand(turn)
    gate.code_scanned("C-V004", Source.CAMERA)
    state = gate.group.state
    assert state.active
    assert gate.state.group
    assert len(state.members) == 18
    assert app.events == []  # nothing is written by the scan
    for absent in ("V005", "V016"):
        gate.group.member_pressed(absent)
    assert not gate.group.state.can_press  # the document of Li Mei is not ticked yet
    settle_all(gate)
    assert gate.group.state.press == "Пропустить 16"
    gate.yes_pressed()
    assert not gate.group.active
    assert gate.state.card.kind is CardKind.ADMIT
    assert gate.state.card.headline == "ПРОШЛИ 16 из 18"
    assert len(app.events) == 16


def test_the_whole_entry_is_taken_back(turn: HandTurn) -> None:
    app, gate = stand(turn)
    gate.code_scanned("C-V004", Source.CAMERA)
    settle_all(gate)
    gate.yes_pressed()
    gate.undo_pressed(gate.state.card.undo)
    assert app._count(app.tour_list[0]).inside == 0
    assert gate.state.card.brief == "Отменено: Школа № 12, 7 «Б» (18)"


def test_escape_writes_nothing_and_others_wait(turn: HandTurn) -> None:
    app, gate = stand(turn)
    gate.code_scanned("C-V004", Source.CAMERA)
    gate.code_scanned("C-V020", Source.CAMERA)
    assert gate.group.state.waiting == "ждёт 1"
    gate.no_pressed()
    assert not gate.group.active
    assert [call[1] for call in app.asked if call[0] == "scan"] == ["C-V020"]
    assert len(app.events) == 1


def test_one_by_one_ticks_those_who_are_scanned(turn: HandTurn) -> None:
    _app, gate = stand(turn)
    gate.code_scanned("C-V004", Source.CAMERA)
    gate.group.one_by_one_pressed()
    gate.code_scanned("C-V005", Source.SCANNER)
    ticked = [row.id for row in gate.group.state.members if row.ticked]
    assert sorted(ticked) == ["V004", "V005"]


def test_a_latecomer_comes_in_by_one_scan(turn: HandTurn) -> None:
    app, gate = stand(turn)
    gate.code_scanned("C-V004", Source.CAMERA)
    gate.group.member_pressed("V005")
    settle_all(gate)
    gate.yes_pressed()
    gate.code_scanned("C-V005", Source.CAMERA)
    turn.pass_time(GROUP_DWELL_S)
    assert not gate.group.active
    assert gate.state.card.headline == "ПРОХОДИТЕ"
    assert [call[1] for call in app.asked if call[0] == "scan"] == ["C-V005"]


def test_namesakes_are_told_apart(turn: HandTurn) -> None:
    _app, gate = stand(turn)
    gate.code_scanned("C-V004", Source.CAMERA)
    alike = [row for row in gate.group.state.members if row.name == "Кузнецов Иван"]
    assert len(alike) == 2
    assert all("2012" in row.detail for row in alike)
    assert all(row.kind is MemberKind.TICK for row in alike)


def test_who_stays_inside_is_named_until_accounted_for(turn: HandTurn) -> None:
    app, gate = stand(turn)
    gate.code_scanned("C-V004", Source.CAMERA)
    settle_all(gate)
    gate.yes_pressed()
    gate.direction_chosen(Direction.OUT)
    gate.code_scanned("C-V004", Source.CAMERA)
    assert gate.group.state.leaving
    gate.group.member_pressed("V005")
    assert "Громов Глеб" in gate.group.state.remain
    gate.yes_pressed()
    assert gate.state.card.kind is CardKind.OUT
    assert "Громов Глеб" in gate.state.card.next
    assert "Громов Глеб" in gate.state.remained
    gate.remained_pressed()
    gate.code_scanned("C-V004", Source.CAMERA)
    assert "выход уже записан: " in gate.group.state.says
    gate.yes_pressed()
    assert gate.state.remained == ""
    assert app._count(app.tour_list[0]).inside == 0


def test_a_walk_in_needs_a_name_and_a_reason(turn: HandTurn) -> None:
    app, gate = stand(turn)
    gate.code_scanned("C-V004", Source.CAMERA)
    gate.group.guest_pressed()
    gate.group.form_changed(name="Новикова Ева")
    gate.yes_pressed()
    assert not [call for call in app.asked if call[0] == "walk_in"]
    form = gate.group.state.form
    assert form is not None
    gate.group.form_changed(reason=form.reasons[0])
    gate.yes_pressed()
    assert [call[1] for call in app.asked if call[0] == "walk_in"] == ["Новикова Ева"]
    assert gate.group.state.form is None
    assert gate.group.active


def test_a_ticket_of_another_tour_is_used_by_who_comes_along(turn: HandTurn) -> None:
    app, gate = stand(turn)
    gate.code_scanned("C-V004", Source.CAMERA)
    gate.group.guest_pressed()
    other = next(
        code for code, one in app.tickets.items() if app.visitors[one.subject].tour != gate.group._card.tour.id
    )
    gate.code_scanned(other, Source.SCANNER)
    form = gate.group.state.form
    assert form is not None
    assert (form.name, form.reason) == (app.visitors[app.tickets[other].subject].name, "С другой экскурсии")
    assert app.tour_list[1].title in form.ticket or any(one.title in form.ticket for one in app.tour_list)
    assert form.places == ()  # whoever has a ticket takes nobody's place
    gate.yes_pressed()
    assert [call[1] for call in app.asked if call[0] == "take_along"] == [other]
    assert gate.group.state.form is None
    assert gate.state.waiting == ""


def test_what_the_form_cannot_take_is_said_in_it(turn: HandTurn) -> None:
    _app, gate = stand(turn)
    gate.code_scanned("C-V004", Source.CAMERA)
    gate.group.guest_pressed()
    gate.code_scanned("no such code at all", Source.SCANNER)
    form = gate.group.state.form
    assert form is not None
    assert form.says
    gate.code_scanned("C-V005", Source.SCANNER)
    form = gate.group.state.form
    assert form is not None
    assert "этой группы" in form.says


def test_a_question_is_asked_of_those_who_are_ticked_only(turn: HandTurn) -> None:
    _app, gate = stand(turn)
    gate.code_scanned("C-V004", Source.CAMERA)
    assert Reason.NEEDS_DOCUMENT in [question.reason for question in gate.group.state.questions]
    gate.group.member_pressed("V002")
    assert Reason.NEEDS_DOCUMENT not in [question.reason for question in gate.group.state.questions]


def test_a_group_that_has_left_is_not_offered_ticked_again(turn: HandTurn) -> None:
    app, gate = stand(turn)
    gate.code_scanned("C-V004", Source.CAMERA)
    settle_all(gate)
    gate.yes_pressed()
    gate.direction_chosen(Direction.OUT)
    gate.code_scanned("C-V004", Source.CAMERA)
    gate.yes_pressed()
    assert app._count(app.tour_list[0]).inside == 0
    gate.direction_chosen(Direction.IN)
    turn.pass_time(GROUP_DWELL_S)
    gate.code_scanned("C-V004", Source.CAMERA)
    state = gate.group.state
    assert [row.id for row in state.members if row.ticked] == ["V004"]
    assert "уже вышла" in state.says
    gate.group.one_by_one_pressed()  # all of them come back from the canteen
    assert len([row for row in gate.group.state.members if row.ticked]) == 18
