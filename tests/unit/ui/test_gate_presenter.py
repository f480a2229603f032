"""The gate page's rules: one at a time, nothing lost, green only when written."""

from __future__ import annotations

import pytest
from fake_app import FakeApp
from hand_turn import HandTurn

from checkin.app import CameraState
from checkin.desk.outcome import Direction, Source
from checkin.domain.admission import Reason
from checkin.errors import StoreBusy
from ui.gate.judging import DWELL_S
from ui.gate.presenter import GatePresenter
from ui.gate.shown import ADMIT_SHOWN_S
from ui.gate.state import CardKind
from ui.gate.typed import is_code
from ui.ports import Tone


class Gate:
    """A presenter with everything around it written down."""

    def __init__(self, turn: HandTurn, **options: bool) -> None:
        self.app = FakeApp(**options)
        self.turn = turn
        self.tones: list[Tone] = []
        self.looked_for: list[str] = []
        self.presenter = GatePresenter(self.app, turn, sound=self.tones.append, find=self.looked_for.append)
        self.app.listen(self.presenter.refreshed)

    @property
    def kind(self) -> CardKind:
        return self.presenter.state.card.kind

    def scan(self, *codes: str) -> None:
        for code in codes:
            self.presenter.code_scanned(code, Source.CAMERA)

    def asked(self, what: str) -> list[tuple[object, ...]]:
        return [each for each in self.app.asked if each[0] == what]


def test_green_and_its_tone_come_only_after_the_answer(turn: HandTurn) -> None:
    gate = Gate(turn, slow=True)
    gate.scan("C-V004")
    assert gate.kind is CardKind.IDLE
    assert gate.tones == []
    gate.app.release()
    assert gate.kind is CardKind.ADMIT
    assert gate.tones == [Tone.YES]
    assert gate.presenter.state.card.headline == "ПРОХОДИТЕ"
    assert gate.presenter.state.card.name == "Белова Бэлла Рашидовна"


def test_one_at_a_time_in_their_order(turn: HandTurn) -> None:
    gate = Gate(turn, slow=True)
    gate.scan("C-V004", "C-V005", "C-V006")
    assert [each[1] for each in gate.asked("scan")] == ["C-V004"]
    gate.app.release()
    assert [each[1] for each in gate.asked("scan")] == ["C-V004", "C-V005", "C-V006"]


def test_scans_wait_while_a_question_stands(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.scan("C-V002", "C-V004", "C-V005")
    assert gate.kind is CardKind.ASK
    assert gate.presenter.state.waiting == "ждут 2"
    assert gate.tones == [Tone.QUESTION]
    gate.presenter.yes_pressed()
    assert gate.kind is CardKind.ADMIT
    assert gate.asked("scan")[-1][-1] == frozenset({Reason.NEEDS_DOCUMENT})
    assert gate.presenter.state.card.name == "Ли Мэй"  # the answer is seen before the next one comes
    turn.pass_time(DWELL_S)
    assert [each[1] for each in gate.asked("scan")] == ["C-V002", "C-V002", "C-V004", "C-V005"]
    assert gate.presenter.state.waiting == ""


def test_a_ticket_shown_again_while_it_waits_is_one_visit(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.scan("C-V002", "C-V004", "C-V002", "C-V004")
    assert gate.presenter.state.waiting == "ждёт 1"


def test_no_is_written_as_a_refusal(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.scan("C-V002")
    gate.presenter.no_pressed()
    assert gate.asked("decline") == [("decline", "C-V002")]
    assert gate.kind is CardKind.REFUSE
    assert gate.tones == [Tone.QUESTION, Tone.NO]


def test_answering_twice_counts_once(turn: HandTurn) -> None:
    gate = Gate(turn, slow=True)
    gate.scan("C-V002")
    gate.app.release()
    gate.presenter.yes_pressed()
    gate.presenter.yes_pressed()
    gate.presenter.no_pressed()
    gate.app.release()
    assert len(gate.asked("scan")) == 2
    assert gate.asked("decline") == []


def test_yes_and_no_without_a_question_do_nothing(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.presenter.yes_pressed()
    gate.presenter.no_pressed()
    gate.scan("C-V004")
    gate.presenter.yes_pressed()
    assert len(gate.asked("scan")) == 1


def test_a_failed_write_is_no_green(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.app.error = StoreBusy("Другая программа держит базу. Закройте её.")
    gate.scan("C-V004")
    card = gate.presenter.state.card
    assert card.kind is CardKind.TROUBLE
    assert "Другая программа" in card.happened
    assert gate.tones == [Tone.NO]
    gate.scan("C-V004")
    assert gate.kind is CardKind.ADMIT


def test_a_failed_answer_keeps_the_question(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.scan("C-V002")
    gate.app.error = StoreBusy("Занято")
    gate.presenter.yes_pressed()
    assert gate.kind is CardKind.ASK
    assert gate.presenter.state.card.happened == "Занято"
    gate.presenter.yes_pressed()
    assert gate.kind is CardKind.ADMIT


def test_undo_takes_back_the_newest_that_can_be(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.scan("C-V004", "C-V005", "nonsense")
    gate.presenter.undo_pressed()
    entry = next(event for event in gate.app.events if event.subject == "V005")
    assert gate.asked("undo") == [("undo", entry.id)]
    assert [row.kind for row in gate.presenter.state.recent][:3] == ["refuse", "undone", "admit"]


def test_undo_of_the_shown_card_says_so(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.scan("C-V004")
    gate.presenter.undo_pressed(gate.presenter.state.card.undo)
    card = gate.presenter.state.card
    assert card.kind is CardKind.IDLE
    assert card.brief == "Отменено: Белова Бэлла Рашидовна"


def test_undo_leaves_a_question_alone(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.scan("C-V004", "C-V002")
    gate.presenter.undo_pressed()
    assert gate.kind is CardKind.ASK


def test_undo_with_nothing_to_undo(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.presenter.undo_pressed()
    assert gate.asked("undo") == []


def test_a_green_card_does_not_stay_for_the_next_visitor(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.scan("C-V004")
    turn.pass_time(ADMIT_SHOWN_S)
    assert gate.kind is CardKind.IDLE


def test_a_question_does_not_go_away_by_itself(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.scan("C-V002")
    turn.pass_time(3600)
    assert gate.kind is CardKind.ASK


def test_exit_is_another_colour_and_word(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.scan("C-V004")
    gate.presenter.direction_chosen(Direction.OUT)
    gate.scan("C-V004")
    assert gate.kind is CardKind.OUT
    assert gate.presenter.state.card.headline == "ВЫХОДИТЕ"
    gate.scan("C-V004")
    card = gate.presenter.state.card
    assert (gate.kind, card.headline) == (CardKind.TROUBLE, "ВЫХОД УЖЕ БЫЛ")  # no "stop" over "let out"
    assert "Уже вышли: " in card.happened


def test_a_held_scan_keeps_the_direction_it_came_in(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.scan("C-V002", "C-V004")
    gate.presenter.direction_chosen(Direction.OUT)
    gate.presenter.no_pressed()
    turn.pass_time(DWELL_S)
    assert gate.asked("scan")[-1][3] is Direction.IN


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("a-7k4m2qxd", True),
        ("Орлов", False),
        ("иванова мария", False),
        ("ORD123", True),
        ("O’Brien", False),
        ("Anderson", False),
        ("http://x", True),
    ],
)
def test_code_or_name(typed: str, code: bool) -> None:
    assert is_code(typed) is code


def test_a_typed_name_is_looked_for(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.presenter.entry_submitted("  Орлов ")
    assert gate.looked_for == ["Орлов"]
    assert gate.asked("scan") == []


def test_a_wrong_check_character_is_told_before_enter(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.presenter.entry_changed("A-7K4M2QX")
    assert gate.presenter.state.hint == ""
    gate.presenter.entry_changed("A-7K4M2QXX")
    assert "сверьте" in gate.presenter.state.hint
    gate.presenter.entry_changed("")
    assert gate.presenter.state.hint == ""


def test_many_words_of_change_are_one_look(turn: HandTurn) -> None:
    gate = Gate(turn, slow=True)
    for _time in range(5):
        gate.presenter.refreshed()
    gate.app.release(2)
    gate.app.release()
    assert gate.presenter.state.tours[0].title == "Хлебозавод № 9. Экскурсия «Хлеб»"


@pytest.mark.parametrize("state", list(CameraState))
def test_every_state_of_the_camera_says_what_to_do(turn: HandTurn, state: CameraState) -> None:
    gate = Gate(turn)
    gate.app.change_status(camera=state)
    gate.presenter.refreshed()
    shown = gate.presenter.state
    assert shown.camera_on is (state is CameraState.ON)
    assert bool(shown.camera_says) is (state is not CameraState.ON)
    if state in (CameraState.OFF, CameraState.LOST, CameraState.ENDED):
        assert "сканер" in shown.camera_advice


def test_the_same_verdict_twice_is_two_cards(turn: HandTurn) -> None:
    gate = Gate(turn)
    gate.scan("C-V004")
    first = gate.presenter.state.card.serial
    gate.scan("C-V005")
    assert gate.presenter.state.card.serial > first
